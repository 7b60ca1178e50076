"""indexes that how courses go is counted from."""

import sqlalchemy as sa
from alembic import op

revision = "0079"
down_revision = "0078"
branch_labels = None
depends_on = None

WIDENED = {
    "ix_enrolment_learner": (["learner_id", "completed_at", "withdrawn_at"], "course_id"),
    "ix_enrolment_version": (["version_id", "id"], "withdrawn_at"),
}
COUNTED = {
    "ix_enrolment_completed": (["course_id"], "completed_at IS NOT NULL"),
    "ix_enrolment_ongoing": (
        ["course_id", "started_at", "due_on", "learner_id"],
        "completed_at IS NULL AND withdrawn_at IS NULL",
    ),
}


def upgrade() -> None:
    for name, (columns, added) in WIDENED.items():
        op.drop_index(name, table_name="enrolment")
        op.create_index(name, "enrolment", [*columns, added])
    for name, (columns, condition) in COUNTED.items():
        where = sa.text(condition)
        op.create_index(name, "enrolment", columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for name in COUNTED:
        op.drop_index(name, table_name="enrolment")
    for name, (columns, _added) in WIDENED.items():
        op.drop_index(name, table_name="enrolment")
        op.create_index(name, "enrolment", columns)
