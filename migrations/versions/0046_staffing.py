"""staffing: service groups, windows, what centres need, when people work."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0041"
branch_labels = None
depends_on = None


def _to(table: str, column: str, other: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def upgrade() -> None:
    _groups()
    _windows()
    _centres()
    _needs()
    _work()


def _groups() -> None:
    op.create_table(
        "service_group",
        _number("id"),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        _number("row_version"),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("name_ru", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        _key("service_group", "id"),
        sa.UniqueConstraint("key", name=op.f("uq_service_group_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_service_group_public_id")),
    )
    table = "service_group_scheme"
    op.create_table(
        table,
        _number("group_id"),
        _number("scheme_id"),
        _to(table, "group_id", "service_group", "CASCADE"),
        _to(table, "scheme_id", "certification_scheme", "RESTRICT"),
        _key(table, "group_id", "scheme_id"),
    )
    op.create_index("ix_service_group_scheme_scheme_id", table, ["scheme_id"])


def _windows() -> None:
    table = "service_window"
    op.create_table(
        table,
        _number("id"),
        _number("unit_id"),
        _number("number"),
        _check(table, "number", "number BETWEEN 1 AND 999"),
        _to(table, "unit_id", "organisation_unit", "CASCADE"),
        _key(table, "id"),
        sa.UniqueConstraint("unit_id", "number", name=op.f("uq_service_window_unit_id_number")),
    )
    table = "window_service"
    op.create_table(
        table,
        _number("window_id"),
        _number("group_id"),
        _to(table, "window_id", "service_window", "CASCADE"),
        _to(table, "group_id", "service_group", "RESTRICT"),
        _key(table, "window_id", "group_id"),
    )
    op.create_index("ix_window_service_group_id", table, ["group_id"])


def _centres() -> None:
    table = "centre_staffing"
    op.create_table(
        table,
        _number("unit_id"),
        _number("pattern"),
        _number("row_version"),
        _check(table, "pattern_bits", "pattern BETWEEN 0 AND 16383"),
        _to(table, "unit_id", "organisation_unit", "CASCADE"),
        _key(table, "unit_id"),
    )
    table = "opening_day"
    op.create_table(
        table,
        _number("unit_id"),
        _number("weekday"),
        sa.Column("opens_at", sa.Time(), nullable=True),
        sa.Column("changes_at", sa.Time(), nullable=True),
        sa.Column("closes_at", sa.Time(), nullable=True),
        _check(table, "weekday", "weekday BETWEEN 0 AND 6"),
        _check(
            table,
            "times_in_order",
            "(opens_at IS NULL AND changes_at IS NULL AND closes_at IS NULL)"
            " OR (opens_at < changes_at AND changes_at < closes_at)",
        ),
        _to(table, "unit_id", "organisation_unit", "CASCADE"),
        _key(table, "unit_id", "weekday"),
    )


def _needs() -> None:
    table = "staffing_need"
    op.create_table(
        table,
        _number("unit_id"),
        _number("weekday"),
        sa.Column(
            "shift",
            sa.Enum(
                "first",
                "second",
                name="shift",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        _number("group_id"),
        _number("windows"),
        _check(table, "weekday", "weekday BETWEEN 0 AND 6"),
        _check(table, "windows", "windows BETWEEN 1 AND 99"),
        _to(table, "unit_id", "organisation_unit", "CASCADE"),
        _to(table, "group_id", "service_group", "RESTRICT"),
        _key(table, "unit_id", "weekday", "shift", "group_id"),
    )
    op.create_index("ix_staffing_need_group_id", table, ["group_id"])


def _work() -> None:
    table = "work_pattern"
    op.create_table(
        table,
        _number("person_id"),
        _number("pattern"),
        _number("row_version"),
        _check(table, "pattern_bits", "pattern BETWEEN 0 AND 16383"),
        _to(table, "person_id", "person", "CASCADE"),
        _key(table, "person_id"),
    )
    table = "work_exception"
    op.create_table(
        table,
        _number("id"),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        _number("person_id"),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        _number("shifts"),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        _check(table, "ends_after_start", "last_on >= first_on"),
        _check(table, "shifts_bits", "shifts BETWEEN 0 AND 3"),
        _to(table, "person_id", "person", "CASCADE"),
        _key(table, "id"),
        sa.UniqueConstraint("public_id", name=op.f("uq_work_exception_public_id")),
    )
    op.create_index("ix_work_exception_days", table, ["person_id", "last_on", "first_on"])


def downgrade() -> None:
    for table in (
        "work_exception",
        "work_pattern",
        "staffing_need",
        "opening_day",
        "centre_staffing",
        "window_service",
        "service_window",
        "service_group_scheme",
        "service_group",
    ):
        op.drop_table(table)
