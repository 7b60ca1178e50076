"""Importing people from a table: the file, its dry run, who of the missing has left, doing it."""

from collections.abc import Sequence
from datetime import date, datetime

from flask_babel import lazy_gettext as _l
from pydantic import Field as About

from lms.core.errors import Missing
from lms.core.tables import Row
from lms.people.importing import services, showing
from lms.people.importing.errors import AlreadyApplied
from lms.people.importing.models import PeopleImport, unpacked
from lms.people.importing.planning import Importer
from lms.people.importing.queries import upload_for
from lms.people.importing.rules.fields import Columns, Field, fault_of
from lms.people.importing.rules.plans import Absent, Outcome, PlannedRow, plain
from lms.people.importing.rules.refusals import Reason
from lms.people.importing.words import fault_words, reason_words
from lms.people.permissions import Permission
from lms.standards.api.frame.faults import fault
from lms.standards.api.frame.files import Table, content_of
from lms.standards.api.frame.lists import part_of
from lms.standards.api.frame.operations import Answer, Call, operation
from lms.standards.api.frame.schemas import (
    Day,
    Digest,
    Key,
    Line,
    PageOf,
    Paging,
    PersonRef,
    Received,
    Sent,
    person_ref,
)
from lms.standards.api.tokens.scopes import Scope

TAG = "Imports of people"


class ImportIn(Received):
    """A table, and how it is read."""

    file_name: Line
    content: Table
    columns: list[Field | None] | None = About(
        None, description="What each column holds (null: nothing); left out: as the headings say."
    )
    effective_on: Day | None = About(
        None, description="From when changes without a day of their own count; left out: today."
    )


class LeavingIn(Received):
    """Who of the missing has left."""

    people: list[Key] = About(max_length=20_000)
    on: Day = About(description="Their last day at work.")


class ConfirmIn(Received):
    """The dry run that was seen."""

    digest: Digest


class RefusalOut(Sent):
    """What is wrong with a row."""

    reason: Reason
    field: Field | None
    message: str


class CellChange(Sent):
    """What one value becomes: codes of units and posts, ISO dates."""

    field: Field
    before: str | None
    after: str | None


class RowOut(Sent):
    """A row of the table and what becomes of it."""

    line: int
    personnel_number: str
    name: str
    outcome: Outcome
    changes: list[CellChange]
    refusals: list[RefusalOut]


class RowsQuery(Paging):
    """Which rows."""

    outcome: Outcome | None = None


class DryRun(Sent):
    """How many rows would have which outcome now, and how many people the table doesn't name."""

    counts: dict[str, int] = About(examples=[{"new": 1, "changed": 0, "refused": 0}])
    missing: int
    digest: Digest


class ImportOut(Sent):
    """A table that was sent in; it is kept for a day."""

    id: Key
    file_name: str
    uploaded_at: datetime
    headings: list[str]
    columns: list[Field | None]
    effective_on: date
    applied_at: datetime | None
    dry_run: DryRun | None = About(description="null once it is applied.")


def _read(call: Call) -> list[Row]:
    return services.read_rows(content_of(call.body.content))


@operation(
    "POST",
    "/people-imports",
    tag=TAG,
    scope=Scope.IMPORTS_WRITE,
    summary="Send in a table of people",
    body=ImportIn,
    answer=ImportOut,
    status=201,
    prepare=_read,
)
def send_people_import(call: Call) -> Answer:
    """Keep a table and count what it would do. Nothing about people changes. Columns that can't be
    read together are refused (422): send the table again.
    """
    given: ImportIn = call.body
    if given.effective_on is not None and given.effective_on > call.today:
        raise fault("body.effective_on", _l("lies ahead"))
    account, rows = call.viewer.account, call.prepared
    headings = _headings(rows)
    columns = _columns(given, services.guessed_columns(account, headings), len(headings))
    upload = services.take_upload(
        account=account, file_name=given.file_name, rows=rows, now=call.now, today=call.today
    )
    effective_on = given.effective_on or call.today
    services.match_columns(
        upload=upload,
        account=account,
        columns=columns,
        effective_on=effective_on,
        outline=services.outline_for(
            _importer(call), rows, columns, effective_on, today=call.today
        ),
    )
    return Answer(_shown(call, upload), location=f"/people-imports/{upload.public_id}")


@operation(
    "GET",
    "/people-imports/{import_id}",
    tag=TAG,
    scope=Scope.IMPORTS_WRITE,
    summary="Get the dry run of a table of people",
    answer=ImportOut,
)
def get_people_import(call: Call, import_id: str) -> Answer:
    """What the table would do now, or that it was applied. One's own tables alone are found."""
    return Answer(_shown(call, _found(call, import_id)))


@operation(
    "GET",
    "/people-imports/{import_id}/rows",
    tag=TAG,
    scope=Scope.IMPORTS_WRITE,
    summary="List the rows of a dry run",
    query=RowsQuery,
    answer=PageOf[RowOut],
    refusals=(409,),
)
def list_import_rows(call: Call, import_id: str) -> Answer:
    """What would become of each row, in the table's order: what changes, or all that is wrong with
    it. Who of the missing has left comes last. Once the table is applied it is gone (409).
    """
    upload, outcome = _open(call, import_id), call.query.outcome

    def read(part: slice) -> tuple[Sequence[PlannedRow], bool]:
        return showing.rows_of(upload, _importer(call), outcome, part, today=call.today)

    return Answer(part_of(read, call.query, _row))


@operation(
    "GET",
    "/people-imports/{import_id}/missing",
    tag=TAG,
    scope=Scope.IMPORTS_WRITE,
    summary="List whom a table doesn't name",
    query=Paging,
    answer=PageOf[PersonRef],
    refusals=(409,),
)
def list_import_missing(call: Call, import_id: str) -> Answer:
    """Who works at a centre that the table names and isn't in it."""
    upload = _open(call, import_id)

    def read(part: slice) -> tuple[Sequence[Absent], bool]:
        return showing.missing_of(upload, _importer(call), part, today=call.today)

    return Answer(part_of(read, call.query, lambda one: person_ref(one.person)))


@operation(
    "POST",
    "/people-imports/{import_id}/leaving",
    tag=TAG,
    scope=Scope.IMPORTS_WRITE,
    summary="Say who of the missing has left",
    body=LeavingIn,
    answer=ImportOut,
    refusals=(409,),
)
def say_who_left(call: Call, import_id: str) -> Answer:
    """Add last days at work of people whom the table doesn't name to the dry run; an empty list
    takes them out of it.
    """
    upload = _found(call, import_id)
    services.choose_leaving(upload=upload, keys=call.body.people, on=call.body.on)
    return Answer(_shown(call, upload))


@operation(
    "POST",
    "/people-imports/{import_id}/confirmation",
    tag=TAG,
    scope=Scope.IMPORTS_WRITE,
    summary="Apply a table of people",
    body=ConfirmIn,
    answer=ImportOut,
    refusals=(409,),
)
def confirm_people_import(call: Call, import_id: str) -> Answer:
    """Do what the dry run showed, all of it; refused rows are left out. When it isn't what would
    happen any more, nothing is done (409).
    """
    upload = _found(call, import_id)
    services.apply_upload(
        upload=upload,
        importer=_importer(call),
        digest=call.body.digest,
        now=call.now,
        today=call.today,
        language=call.settings.default_language,
    )
    return Answer(_shown(call, upload))


def _columns(given: ImportIn, guessed: Columns, width: int) -> Columns:
    columns = guessed if given.columns is None else given.columns
    if len(columns) != width:
        words = _l(
            "Entries: %(given)d; columns of the table: %(width)d", given=len(columns), width=width
        )
        raise fault("body.columns", words)
    wrong = fault_of(columns)
    if wrong is not None:
        raise fault("body.columns", fault_words(wrong))
    return columns


def _found(call: Call, import_id: str) -> PeopleImport:
    upload = upload_for(call.viewer, import_id)
    if upload is None or (upload.columns is None and upload.applied_at is None):
        raise Missing  # its columns are matched on its pages first
    return upload


def _importer(call: Call) -> Importer:
    scope = call.viewer.scope(Permission.KEEP_PEOPLE)
    return Importer(scope, call.viewer.person, call.viewer)


def _headings(rows: list[Row]) -> list[str]:
    width = max((len(row.cells) for row in rows), default=0)
    return [rows[0].cell(place) for place in range(width)]


def _shown(call: Call, upload: PeopleImport) -> ImportOut:
    return ImportOut(
        id=upload.public_id,
        file_name=upload.file_name,
        uploaded_at=upload.uploaded_at,
        headings=_headings(unpacked(upload.content)),
        columns=[Field(value) if value else None for value in upload.columns or []],
        effective_on=upload.effective_on,
        applied_at=upload.applied_at,
        dry_run=None if upload.applied_at is not None else _dry_run(call, upload),
    )


def _open(call: Call, import_id: str) -> PeopleImport:
    upload = _found(call, import_id)
    if upload.applied_at is not None:
        raise AlreadyApplied
    return upload


def _dry_run(call: Call, upload: PeopleImport) -> DryRun:
    plan = showing.overview(upload, _importer(call), today=call.today)
    return DryRun(
        counts={outcome.value: plan.counts[outcome] for outcome in Outcome},
        missing=plan.missing,
        digest=plan.digest,
    )


def _row(row: PlannedRow) -> RowOut:
    return RowOut(
        line=row.entry.line,
        personnel_number=row.entry.number,
        name=row.name,
        outcome=row.outcome,
        changes=[
            CellChange(field=one.field, before=plain(one.before), after=plain(one.after))
            for one in row.changes
        ],
        refusals=[
            RefusalOut(reason=one.reason, field=one.field, message=reason_words(one))
            for one in row.faults
        ],
    )
