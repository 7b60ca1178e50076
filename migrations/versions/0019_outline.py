"""outline: kinds of activities, what 'complete' means, what comes before, what people did."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
OLD_KINDS = ("lesson", "exam")
KINDS = (*OLD_KINDS, "practice", "classroom", "document", "checklist")
CHECKS = {
    "in_module": "kind = 'exam' OR module_id IS NOT NULL",
    "practice_has_share": "(kind = 'practice') = (pass_percent IS NOT NULL)",
    "pass_percent": "pass_percent BETWEEN 1 AND 100",
    "least_minutes": (
        "least_minutes IS NULL OR (kind = 'lesson' AND least_minutes BETWEEN 1 AND 480)"
    ),
}
ACTIVITY_COLUMNS = (
    ("title", JSON, "'{}'"),
    ("details", JSON, "'{}'"),
    ("is_optional", sa.Boolean(), sa.false()),
    ("needs_end", sa.Boolean(), sa.true()),
    ("needs_checks", sa.Boolean(), sa.true()),
)
ORDER_COLUMNS = (("after", JSON, "'[]'"), ("after_modules", JSON, "'[]'"))
FACTS = ("attendance_mark", "checklist_tick", "mentor_naming", "reading_beat")
RUNS = ("practice_run_answer", "practice_run_question", "practice_run")


def upgrade() -> None:
    for name, kind, default in ORDER_COLUMNS:
        op.add_column("course_module", _column(name, kind, default))
    for name, kind, default in (*ACTIVITY_COLUMNS, *ORDER_COLUMNS):
        op.add_column("activity", _column(name, kind, default))
    op.add_column("activity", sa.Column("least_minutes", sa.Integer(), nullable=True))
    op.add_column("activity", sa.Column("pass_percent", sa.Integer(), nullable=True))
    with op.batch_alter_table("activity") as table:
        table.drop_constraint(op.f("ck_activity_lesson_in_module"), type_="check")
        for name, rule in CHECKS.items():
            table.create_check_constraint(op.f(f"ck_activity_{name}"), rule)
        _allow(table, KINDS)
    _attendance()
    _checklists()
    _beats()
    _runs()


def _column(name: str, kind: sa.types.TypeEngine[object], default: object) -> sa.Column[object]:
    value = sa.text(default) if isinstance(default, str) else default
    return sa.Column(name, kind, nullable=False, server_default=value)  # type: ignore[arg-type]


def _allow(table: object, kinds: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    table.drop_constraint(op.f("ck_activity_activitykind"), type_="check")  # type: ignore[attr-defined]
    table.create_check_constraint(  # type: ignore[attr-defined]
        op.f("ck_activity_activitykind"), f"kind IN ({listed})"
    )


def _to(table: str, column: str, target: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete=ondelete)


def _fact(table: str, *columns: sa.schema.SchemaItem, by: str | None = None) -> None:
    """Make a table of what happened in one activity of one enrolment."""
    author: list[sa.schema.SchemaItem] = []
    if by:
        author.append(sa.Column(by, sa.Integer(), nullable=False))
        author.append(_to(table, by, "person", "RESTRICT"))
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        *columns,
        *author,
        _to(table, "enrolment_id", "enrolment", "CASCADE"),
        _to(table, "activity_id", "activity", "RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(f"ix_{table}_place", table, ["enrolment_id", "activity_id", "id"])


def _attendance() -> None:
    words = ("present", "late", "excused", "absent")
    _fact(
        "attendance_mark",
        sa.Column(
            "presence",
            sa.Enum(*words, name="presence", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        by="marked_by_id",
    )


def _checklists() -> None:
    _fact(
        "checklist_tick",
        sa.Column("step_key", sa.String(length=60), nullable=False),
        sa.Column("is_done", sa.Boolean(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("ticked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "is_done = (done_on IS NOT NULL)", name=op.f("ck_checklist_tick_done_has_day")
        ),
        by="ticked_by_id",
    )
    op.create_table(
        "mentor_naming",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("mentor_id", sa.Integer(), nullable=True),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("named_by_id", sa.Integer(), nullable=False),
        _to("mentor_naming", "enrolment_id", "enrolment", "CASCADE"),
        _to("mentor_naming", "mentor_id", "person", "RESTRICT"),
        _to("mentor_naming", "named_by_id", "person", "RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentor_naming")),
    )
    op.create_index("ix_mentor_naming_enrolment", "mentor_naming", ["enrolment_id", "id"])
    op.create_index(op.f("ix_mentor_naming_mentor_id"), "mentor_naming", ["mentor_id"])


def _beats() -> None:
    _fact("reading_beat", sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False))


def _runs() -> None:
    op.create_table(
        "practice_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        _to("practice_run", "enrolment_id", "enrolment", "CASCADE"),
        _to("practice_run", "activity_id", "activity", "RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_run")),
        sa.UniqueConstraint("public_id", name=op.f("uq_practice_run_public_id")),
        sa.UniqueConstraint(
            "enrolment_id",
            "activity_id",
            "number",
            name=op.f("uq_practice_run_enrolment_id_activity_id_number"),
        ),
    )
    op.create_index(
        "uq_practice_run_open",
        "practice_run",
        ["enrolment_id", "activity_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "practice_run_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("item_version_id", sa.Integer(), nullable=False),
        _to("practice_run_question", "run_id", "practice_run", "CASCADE"),
        _to("practice_run_question", "item_version_id", "item_version", "RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_run_question")),
        sa.UniqueConstraint(
            "run_id", "position", name=op.f("uq_practice_run_question_run_id_position")
        ),
    )
    op.create_table(
        "practice_run_answer",
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("response", JSON, nullable=True),
        sa.Column("credit", sa.Double(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("credit BETWEEN 0 AND 1", name=op.f("ck_practice_run_answer_credit")),
        _to("practice_run_answer", "question_id", "practice_run_question", "CASCADE"),
        sa.PrimaryKeyConstraint("question_id", name=op.f("pk_practice_run_answer")),
    )


def downgrade() -> None:
    _refuse_loss()
    for table in (*RUNS, *FACTS):
        op.drop_table(table)
    # An exam of before stood in no module.
    op.execute("UPDATE activity SET module_id = NULL WHERE kind = 'exam'")
    with op.batch_alter_table("activity") as table:
        for name in CHECKS:
            table.drop_constraint(op.f(f"ck_activity_{name}"), type_="check")
        table.create_check_constraint(
            op.f("ck_activity_lesson_in_module"), "(kind = 'lesson') = (module_id IS NOT NULL)"
        )
        _allow(table, OLD_KINDS)
        for name, _kind, _default in (*ACTIVITY_COLUMNS, *ORDER_COLUMNS):
            table.drop_column(name)
        table.drop_column("least_minutes")
        table.drop_column("pass_percent")
    with op.batch_alter_table("course_module") as table:
        for name, _kind, _default in ORDER_COLUMNS:
            table.drop_column(name)


def _refuse_loss() -> None:
    """Refuse to go down where activities would be of kinds that are unknown there."""
    kept = ", ".join(f"'{kind}'" for kind in OLD_KINDS)
    unknown = op.get_bind().scalar(
        sa.text(f"SELECT count(*) FROM activity WHERE kind NOT IN ({kept})")  # noqa: S608
    )
    if unknown:
        raise RuntimeError(f"{unknown} activities are of kinds that would be unknown")
