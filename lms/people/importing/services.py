"""Commands on uploads: take one, match its columns, choose who left, apply, forget."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from lms.core.database import db
from lms.core.tables import Bounds, Row, TableRefused, read_table
from lms.core.tables.words import refusal_words
from lms.people.importing.applying import apply_plan
from lms.people.importing.errors import AlreadyApplied, PlanOutdated, UnreadableTable
from lms.people.importing.keeping import outline_to_keep
from lms.people.importing.models import ImportHeading, PeopleImport, packed, unpacked
from lms.people.importing.planning import Importer, Wanted, make_plan
from lms.people.importing.rules.fields import Columns, Field, guess, heading_key
from lms.people.importing.rules.plans import Plan
from lms.people.importing.showing import wanted_of
from lms.people.models import Account

MAX_ROWS = 20_000
BOUNDS = Bounds(rows=MAX_ROWS + 1)  # with the headings
HEAD = 10  # rows in which the headings are looked for
KEPT = timedelta(days=1)


def read_rows(data: bytes) -> list[Row]:
    """Return the rows of a file, the headings first. Raises UnreadableTable.

    What stands above the headings (a title, as programs write it) is left out.
    """
    try:
        rows = read_table(data, BOUNDS)
    except TableRefused as refused:
        most = TableRefused(refused.fault, line=refused.line, limit=min(refused.limit, MAX_ROWS))
        raise UnreadableTable(refusal_words(most)) from refused
    headed = (
        place for place, row in enumerate(rows[:HEAD]) if Field.NUMBER in guess(row.cells, {})
    )
    return rows[next(headed, 0) :]


def take_upload(
    *, account: Account, file_name: str, rows: Sequence[Row], now: datetime, today: date
) -> PeopleImport:
    """Keep an uploaded table until it is applied or a day has passed."""
    upload = PeopleImport(
        account_id=account.id,
        uploaded_at=now,
        file_name=file_name[:200],
        content=packed(rows),
        effective_on=today,
        leaving=[],
    )
    db.session.add(upload)
    db.session.flush()
    return upload


def guessed_columns(account: Account, headings: Sequence[str]) -> Columns:
    """Return what an upload's columns seem to hold, as this uploader meant headings before."""
    return guess(headings, remembered(account))


def remembered(account: Account) -> Mapping[str, str | None]:
    """Return what headings meant to an uploader the last time."""
    statement = sa.select(ImportHeading.heading, ImportHeading.field).where(
        ImportHeading.account_id == account.id
    )
    return dict(db.session.execute(statement).all())


def match_columns(
    *,
    upload: PeopleImport,
    account: Account,
    columns: Sequence[Field | None],
    effective_on: date,
    outline: dict[str, Any] | None = None,
) -> None:
    """Keep what the columns hold, and remember the headings for this uploader's next file.

    ``outline``: of the plan that follows, where it is known.
    """
    _must_be_open(upload)
    upload.outline = outline
    upload.columns = [field.value if field else None for field in columns]
    upload.effective_on = effective_on
    upload.leaving, upload.leaving_on = [], None
    headings = unpacked(upload.content)[0]
    meant: dict[str, str | None] = {}  # of columns with one heading, what is used
    for place, field in enumerate(columns):
        key = heading_key(headings.cell(place))
        if key and not meant.get(key):
            meant[key] = field.value if field else None
    for key, value in meant.items():
        db.session.merge(ImportHeading(account_id=account.id, heading=key, field=value))
    db.session.flush()


def choose_leaving(*, upload: PeopleImport, keys: Sequence[str], on: date | None) -> None:
    """Keep whom the uploader says to have left, of those whom the file doesn't name."""
    _must_be_open(upload)
    upload.leaving, upload.leaving_on = list(keys), on if keys else None
    db.session.flush()


def plan_of(upload: PeopleImport, importer: Importer, *, today: date, lock: bool = False) -> Plan:
    """Return what an upload with matched columns would do now."""
    return make_plan(importer, wanted_of(upload), today=today, lock=lock)


def outline_for(
    importer: Importer,
    rows: Sequence[Row],
    columns: Sequence[Field | None],
    effective_on: date,
    *,
    today: date,
) -> dict[str, Any]:
    """Return the outline of what a table, its headings first, would do: for ``match_columns``."""
    return outline_to_keep(importer, Wanted(rows[1:], columns, effective_on), today=today)


def plan_again(upload: PeopleImport, importer: Importer, *, today: date) -> None:
    """Keep what an upload would do by now, in place of what was kept before."""
    upload.outline = outline_to_keep(importer, wanted_of(upload), today=today)
    db.session.flush()


def apply_upload(
    *,
    upload: PeopleImport,
    importer: Importer,
    digest: str,
    now: datetime,
    today: date,
    language: str,
) -> None:
    """Do what the plan with ``digest`` showed, all of it. Raises PlanOutdated, AlreadyApplied."""
    _must_be_open(upload)
    plan = plan_of(upload, importer, today=today, lock=True)
    if plan.digest != digest:
        raise PlanOutdated
    with db.session.begin_nested():  # a refusal half-way undoes all of it
        upload.counts = apply_plan(
            plan,
            importer=importer,
            key=upload.public_id,
            now=now,
            today=today,
            language=language,
        )
    upload.applied_at = now
    upload.content, upload.outline = b"", None
    db.session.flush()


def _must_be_open(upload: PeopleImport) -> None:
    if upload.applied_at is not None:
        raise AlreadyApplied


def forget_old_uploads(*, now: datetime) -> int:
    """Delete uploads of more than a day ago; return how many."""
    deleted = db.session.execute(
        sa.delete(PeopleImport).where(PeopleImport.uploaded_at < now - KEPT)
    )
    return int(deleted.rowcount)  # type: ignore[attr-defined]
