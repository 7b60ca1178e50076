"""names: how often parts of names occur, folded as SCIM compares them, for PostgreSQL's plans.

Else it thinks that hardly anybody has the part, and sorts a whole network for one page.
"""

from alembic import op

revision = "0093"
down_revision = "0092"
branch_labels = None
depends_on = None

PARTS = ("family_name", "given_name", "patronymic")


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for part in PARTS:
            folded = f"(replace(lower({part}), 'ё', 'е'))"
            op.execute(f"CREATE STATISTICS person_{part}_folded ON {folded} FROM person")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for part in PARTS:
            op.execute(f"DROP STATISTICS person_{part}_folded")
