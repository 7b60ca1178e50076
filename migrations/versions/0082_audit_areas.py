"""an index of the audit log's areas on SQLite, as PostgreSQL has one."""

from alembic import op

revision = "0082"
down_revision = "0081"
branch_labels = None
depends_on = None

NAME = "search_audit_domain"
AREA = "substr(action, 1, instr(action, '.') - 1)"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"CREATE INDEX {NAME} ON audit_entry ({AREA}, recorded_at, id)")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP INDEX {NAME}")
