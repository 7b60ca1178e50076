"""expected posts: the board's rows name person, unit and job role, for posts that are planned too.

Whoever has something planned is brought up to date by jobs. Going down, ``lms board remake`` of the
older release takes what was planned out of the numbers.
"""

import sqlalchemy as sa
from alembic import op

revision = "0071"
down_revision = "0070"
branch_labels = None
depends_on = None

TABLE, BEFORE = "standing_at_post", "standing_at_post_before"
AT_ONCE = 100  # people in one job
NAMED = ("person_id", "scheme_id", "first_on", "last_on", "unit_id", "job_role_id")
FLAGS = ("is_required", "is_compliant", "is_overdue", "may_serve", "valid_until_on")
TARGETS = {
    "employment_id": "employment",
    "scheme_id": "certification_scheme",
    "person_id": "person",
    "unit_id": "organisation_unit",
    "job_role_id": "job_role",
}


def upgrade() -> None:
    columns = ", ".join((*NAMED, *FLAGS))
    own = ", ".join(f"s.{name}" for name in (*NAMED[:-1], *FLAGS))
    op.execute(
        f"CREATE TABLE {BEFORE} AS SELECT {own}, e.job_role_id "  # noqa: S608
        f"FROM {TABLE} s JOIN employment e ON e.id = s.employment_id"
    )
    op.drop_table(TABLE)
    _make(NAMED, key=NAMED)
    op.execute(f"INSERT INTO {TABLE} ({columns}) SELECT DISTINCT {columns} FROM {BEFORE}")  # noqa: S608
    op.drop_table(BEFORE)
    _bring_up_to_date()


def downgrade() -> None:
    op.drop_table(TABLE)
    former = ("employment_id", "scheme_id", "first_on", "last_on", "person_id", "unit_id")
    _make(former, key=("employment_id", "scheme_id", "first_on"))
    op.create_index("ix_standing_at_post_person_id", TABLE, ["person_id", "scheme_id"])
    op.execute("""
        INSERT INTO standing_at_post
          (employment_id, scheme_id, first_on, last_on, person_id, unit_id,
           is_required, is_compliant, is_overdue, may_serve, valid_until_on)
        SELECT e.id, s.scheme_id,
               CASE WHEN e.started_on > s.first_on THEN e.started_on ELSE s.first_on END,
               CASE WHEN e.ended_on < s.last_on THEN e.ended_on ELSE s.last_on END,
               s.person_id, e.unit_id,
               s.obligation IN ('required', 'overdue'),
               s.obligation IN ('required', 'overdue') AND s.is_compliant,
               s.obligation = 'overdue', s.may_serve, s.valid_until_on
        FROM certification_standing s
        JOIN employment e ON e.person_id = s.person_id AND e.started_on <= s.last_on
             AND (e.ended_on IS NULL OR e.ended_on >= s.first_on)
    """)


def _make(named: tuple[str, ...], *, key: tuple[str, ...]) -> None:
    op.create_table(
        TABLE,
        *(
            sa.Column(name, sa.Date() if name.endswith("_on") else sa.Integer(), nullable=False)
            for name in named
        ),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in FLAGS[:-1]),
        sa.Column("valid_until_on", sa.Date(), nullable=True),
        *(
            sa.ForeignKeyConstraint(
                [name], [f"{TARGETS[name]}.id"], name=op.f(f"fk_{TABLE}_{name}"), ondelete="CASCADE"
            )
            for name in named
            if name in TARGETS
        ),
        sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{TABLE}")),
    )
    op.create_index(f"ix_{TABLE}_unit", TABLE, ["unit_id", "last_on", "first_on"])
    _partly("overdue", ["last_on", "first_on"], "is_overdue", "is_overdue = 1")
    lacking = "is_required AND NOT may_serve", "is_required = 1 AND may_serve = 0"
    _partly("lacking", ["last_on", "first_on"], *lacking)
    _partly(
        "ends", ["valid_until_on", "last_on", "first_on", "unit_id"], "may_serve", "may_serve = 1"
    )


def _partly(name: str, columns: list[str], postgres: str, sqlite: str) -> None:
    op.create_index(
        f"ix_{TABLE}_{name}",
        TABLE,
        columns,
        postgresql_where=sa.text(postgres),
        sqlite_where=sa.text(sqlite),
    )


def _bring_up_to_date() -> None:
    """Ask for jobs that derive anew what follows for whom something is planned."""
    connection = op.get_bind()
    open_plans = sa.text(
        "SELECT DISTINCT person_id FROM planned_post WHERE ended_at IS NULL ORDER BY person_id"
    )
    ids = list(connection.scalars(open_plans))
    job = sa.table(
        "job",
        *(sa.column(name) for name in ("name", "unique_key", "state", "error")),
        *(sa.column(name) for name in ("due_at", "enqueued_at")),
        sa.column("arguments", sa.JSON()),
        sa.column("tries", sa.Integer()),
    )
    for start in range(0, len(ids), AT_ONCE):
        connection.execute(
            sa.insert(job).values(
                name="people.tell_posts_changed",
                unique_key=f"migration-{revision}:{start}",
                arguments={"person_ids": ids[start : start + AT_ONCE]},
                state="waiting",
                error="",
                due_at=sa.func.current_timestamp(),
                enqueued_at=sa.func.current_timestamp(),
                tries=0,
            )
        )
