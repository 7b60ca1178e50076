"""batches of certificates and requests to a second person."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0041"
down_revision = "0039"
branch_labels = None
depends_on = None

LIST = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
INSTANT = sa.DateTime(timezone=True)


def _references(table: str, *pairs: tuple[str, str, str]) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(
            [column], [target], name=op.f(f"fk_{table}_{column}"), ondelete=ondelete
        )
        for column, target, ondelete in pairs
    ]


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    _create_requests()
    _create_batches()
    _create_items()


def _create_requests() -> None:
    table = "second_person_request"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_key", sa.String(length=40), nullable=False),
        sa.Column("permission", sa.String(length=40), nullable=False),
        sa.Column("scope", LIST, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("answer", _enum("answer", "agreed", "refused", "withdrawn"), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.CheckConstraint(
            "(answer IS NULL) = (answered_at IS NULL)", name=op.f(f"ck_{table}_answered_when")
        ),
        sa.CheckConstraint(
            "(answer IS NULL) = (answered_by_id IS NULL)", name=op.f(f"ck_{table}_answered_by")
        ),
        sa.CheckConstraint(
            "answer IS NULL OR (answer = 'withdrawn') = (answered_by_id = asked_by_id)",
            name=op.f(f"ck_{table}_two_people"),
        ),
        *_references(
            table,
            ("asked_by_id", "person.id", "RESTRICT"),
            ("answered_by_id", "person.id", "RESTRICT"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint(
            "subject_kind", "subject_key", name=op.f(f"uq_{table}_subject_kind_subject_key")
        ),
        sa.UniqueConstraint("public_id", name=op.f(f"uq_{table}_public_id")),
    )


def _create_batches() -> None:
    table = "certificate_batch"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind", _enum("batchkind", "originals", "print", "issue", "revoke"), nullable=False
        ),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("scope", LIST, nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=True),
        sa.Column("is_outside", sa.Boolean(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.Column("stint", sa.Integer(), nullable=False),
        sa.Column("stopped_at", INSTANT, nullable=True),
        sa.Column("has_failed", sa.Boolean(), nullable=False),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.Column("file", sa.String(length=64), nullable=True),
        sa.Column("file_size", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", INSTANT, nullable=True),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.CheckConstraint(
            "(kind IN ('issue', 'revoke')) = (request_id IS NOT NULL)",
            name=op.f(f"ck_{table}_second_person"),
        ),
        sa.CheckConstraint(
            "(kind = 'issue') = (course_id IS NOT NULL)", name=op.f(f"ck_{table}_course_to_issue")
        ),
        sa.CheckConstraint(
            "file IS NULL OR finished_at IS NOT NULL", name=op.f(f"ck_{table}_file_when_finished")
        ),
        *_references(
            table,
            ("asked_by_id", "person.id", "RESTRICT"),
            ("course_id", "course.id", "RESTRICT"),
            ("request_id", "second_person_request.id", "RESTRICT"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("public_id", name=op.f(f"uq_{table}_public_id")),
        sa.UniqueConstraint("request_id", name=op.f(f"uq_{table}_request_id")),
    )
    op.create_index("ix_certificate_batch_asked_by", table, ["asked_by_id", "id"])


def _create_items() -> None:
    part, table = "certificate_batch_part", "certificate_batch_item"
    outcomes = ("kept", "fast", "plain", "issued", "revoked", "left_out")
    op.create_table(
        part,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("blob", sa.String(length=64), nullable=False),
        *_references(part, ("batch_id", "certificate_batch.id", "CASCADE")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{part}")),
    )
    op.create_index("ix_certificate_batch_part_batch_id", part, ["batch_id"])
    op.create_table(
        table,
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("outcome", _enum("outcome", *outcomes), nullable=True),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.Column("part_id", sa.Integer(), nullable=True),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(outcome IS NULL) = (done_at IS NULL)", name=op.f(f"ck_{table}_outcome_when_done")
        ),
        sa.CheckConstraint(
            "(part_id IS NULL) = (page IS NULL)", name=op.f(f"ck_{table}_page_of_part")
        ),
        *_references(
            table,
            ("batch_id", "certificate_batch.id", "CASCADE"),
            ("certificate_id", "certificate.id", "RESTRICT"),
            ("person_id", "person.id", "RESTRICT"),
            ("part_id", "certificate_batch_part.id", "RESTRICT"),
        ),
        sa.PrimaryKeyConstraint("batch_id", "position", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint(
            "batch_id", "certificate_id", name=op.f(f"uq_{table}_batch_id_certificate_id")
        ),
        sa.UniqueConstraint("batch_id", "person_id", name=op.f(f"uq_{table}_batch_id_person_id")),
    )
    op.create_index("ix_certificate_batch_item_open", table, ["batch_id", "done_at"])


def downgrade() -> None:
    op.drop_table("certificate_batch_item")
    op.drop_table("certificate_batch_part")
    op.drop_table("certificate_batch")
    op.drop_table("second_person_request")
