"""Tables of uploads on their way, and of what headings meant."""

import json
import zlib
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import PublicId, RowVersion, db
from lms.core.tables import Row


class PeopleImport(PublicId, RowVersion, db.Model):
    """A table that somebody uploaded; kept for a day, its content until it is applied."""

    __tablename__ = "people_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(
        sa.ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    uploaded_at: Mapped[datetime] = mapped_column(index=True)
    file_name: Mapped[str] = mapped_column(sa.String(200))
    # The rows as compressed JSON [[line, [cell, …]], …]; empty once applied.
    content: Mapped[bytes] = mapped_column(sa.LargeBinary)
    # What each column holds (fields.Field by value, or null), by place; None: not said yet.
    columns: Mapped[list[Any] | None]
    # The first day of changes whose row states none.
    effective_on: Mapped[date]
    # Whom the uploader ticked as having left, among those whom the file doesn't name.
    leaving: Mapped[list[Any]]  # public ids
    leaving_on: Mapped[date | None]
    # Of the plan made last, without names (see ``keeping``); None: it is made when it is asked for.
    outline: Mapped[dict[str, Any] | None]
    applied_at: Mapped[datetime | None]
    counts: Mapped[dict[str, Any] | None]  # of what was applied


class ImportHeading(db.Model):
    """What a heading meant to an uploader the last time."""

    __tablename__ = "import_heading"
    __table_args__ = (sa.PrimaryKeyConstraint("account_id", "heading"),)

    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id", ondelete="CASCADE"))
    heading: Mapped[str] = mapped_column(sa.String(120))  # folded
    field: Mapped[str | None] = mapped_column(sa.String(40))  # None: not used


def packed(rows: Sequence[Row]) -> bytes:
    """Return rows as they are stored."""
    text = json.dumps([[row.line, row.cells] for row in rows], ensure_ascii=False)
    return zlib.compress(text.encode("utf-8", "surrogatepass"))


def unpacked(content: bytes) -> list[Row]:
    """Return the rows that ``packed`` was given; none once they are gone."""
    if not content:
        return []
    text = zlib.decompress(content).decode("utf-8", "surrogatepass")
    return [Row(line, tuple(cells)) for line, cells in json.loads(text)]
