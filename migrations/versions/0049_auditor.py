"""auditor: an access role that reads what HR and administrators read."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

BEFORE = ("trainee", "instructor", "hr", "administrator")


def upgrade() -> None:
    _allow((*BEFORE, "auditor"))


def downgrade() -> None:
    known = op.get_bind().scalar(sa.text("SELECT count(*) FROM role_grant WHERE role = 'auditor'"))
    if known:
        raise RuntimeError(f"{known} grants are of a role that would be unknown")
    _allow(BEFORE)


def _allow(roles: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{role}'" for role in roles)
    with op.batch_alter_table("role_grant") as table:
        table.drop_constraint(op.f("ck_role_grant_accessrole"), type_="check")
        table.create_check_constraint(op.f("ck_role_grant_accessrole"), f"role IN ({listed})")
