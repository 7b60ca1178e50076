"""board tally: how people stood at which post, and the board's numbers of every day."""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

COUNTED = ("required", "compliant", "overdue", "lacking", "expiring", "serving")
SPANS = ("year", "month", "day")


def upgrade() -> None:
    _standings_at_posts()
    _tally("board_tally", sa.PrimaryKeyConstraint(
        "span", "first_on", "unit_id", "scheme_id", name=op.f("pk_board_tally")
    ))  # fmt: skip
    _tally(
        "board_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_change")),
    )
    is_postgres = op.get_bind().dialect.name == "postgresql"
    op.execute(_at_posts())
    op.execute(_counted(_POSTGRES if is_postgres else _SQLITE))


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete="CASCADE")


def _standings_at_posts() -> None:
    table = "standing_at_post"
    op.create_table(
        table,
        sa.Column("employment_id", sa.Integer(), nullable=False),
        sa.Column("scheme_id", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.Column("is_compliant", sa.Boolean(), nullable=False),
        sa.Column("is_overdue", sa.Boolean(), nullable=False),
        sa.Column("may_serve", sa.Boolean(), nullable=False),
        sa.Column("valid_until_on", sa.Date(), nullable=True),
        _to(table, "employment_id", "employment"),
        _to(table, "scheme_id", "certification_scheme"),
        _to(table, "person_id", "person"),
        _to(table, "unit_id", "organisation_unit"),
        sa.PrimaryKeyConstraint("employment_id", "scheme_id", "first_on", name=op.f(f"pk_{table}")),
    )
    op.create_index("ix_standing_at_post_person_id", table, ["person_id", "scheme_id"])
    op.create_index("ix_standing_at_post_unit", table, ["unit_id", "last_on", "first_on"])
    _partly("overdue", ["last_on", "first_on"], "is_overdue", "is_overdue = 1")
    _partly(
        "lacking",
        ["last_on", "first_on"],
        "is_required AND NOT may_serve",
        "is_required = 1 AND may_serve = 0",
    )
    ends = ["valid_until_on", "last_on", "first_on", "unit_id"]
    _partly("ends", ends, "may_serve", "may_serve = 1")


def _partly(name: str, columns: list[str], postgres: str, sqlite: str) -> None:
    op.create_index(
        f"ix_standing_at_post_{name}",
        "standing_at_post",
        columns,
        postgresql_where=sa.text(postgres),
        sqlite_where=sa.text(sqlite),
    )


def _tally(table: str, *own: sa.schema.SchemaItem) -> None:
    spans = sa.Enum(*SPANS, name="span", native_enum=False, create_constraint=True, length=40)
    op.create_table(
        table,
        sa.Column("span", spans, nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("scheme_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTED),
        _to(table, "unit_id", "organisation_unit"),
        _to(table, "scheme_id", "certification_scheme"),
        *own,
    )


def _at_posts() -> str:
    return """
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
    """


# How each database adds days to one and finds the first of its year and month.
_SQLITE = {
    "add": "date({0}, '{1:+d} days')",
    "year": "strftime('%Y-01-01', {0})",
    "month": "strftime('%Y-%m-01', {0})",
    "day": "{0}",
}
_POSTGRES = {
    "add": "({0} + ({1}))",
    "year": "date_trunc('year', {0})::date",
    "month": "date_trunc('month', {0})::date",
    "day": "{0}",
}


def _counted(words: dict[str, str]) -> str:
    """Sum by span what begins on a day and what is over the day after its last."""
    early = words["add"].format("valid_until_on", -90)
    steps = []
    for name, condition in {
        "required": "is_required",
        "compliant": "is_compliant",
        "overdue": "is_overdue",
        "lacking": "is_required AND NOT may_serve",
        "serving": "may_serve",
    }.items():
        steps += _steps(name, condition, "first_on", "last_on", words)
    first = f"CASE WHEN {early} > first_on THEN {early} ELSE first_on END"
    last = "CASE WHEN valid_until_on < last_on THEN valid_until_on ELSE last_on END"
    begun = f"may_serve AND valid_until_on IS NOT NULL AND {first} <= {last}"
    steps += _steps("expiring", begun, first, last, words)
    sums = ", ".join(f"sum({name})" for name in COUNTED)
    parts = " UNION ALL ".join(
        f"SELECT '{span}', {words[span].format('day')}, unit_id, scheme_id, {sums} FROM step "  # noqa: S608
        f"GROUP BY 2, unit_id, scheme_id HAVING {' OR '.join(f'sum({n}) <> 0' for n in COUNTED)}"
        for span in SPANS
    )
    return (
        f"INSERT INTO board_tally (span, first_on, unit_id, scheme_id, {', '.join(COUNTED)}) "
        f"WITH step AS ({' UNION ALL '.join(steps)}) {parts}"
    )


def _steps(name: str, condition: str, first: str, last: str, words: dict[str, str]) -> list[str]:
    after = words["add"].format(f"({last})", 1)
    return [
        f"SELECT unit_id, scheme_id, {day} AS day, "  # noqa: S608
        + ", ".join(f"{sign if one == name else 0} AS {one}" for one in COUNTED)
        + f" FROM standing_at_post WHERE {condition}{more}"
        for day, sign, more in (
            (first, 1, ""),
            (after, -1, f" AND ({last}) < '9999-12-31'"),
        )
    ]


def downgrade() -> None:
    for table in ("board_change", "board_tally", "standing_at_post"):
        op.drop_table(table)
