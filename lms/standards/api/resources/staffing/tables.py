"""Staffing data from tables: checked first, then taken as a whole or not at all."""

from typing import Annotated

from flask import current_app
from flask_babel import gettext as _
from pydantic import Field, StringConstraints

from lms.certification.staffing.importing import tables, tokens
from lms.certification.staffing.importing.checking import Flaw
from lms.certification.staffing.importing.services import checked_for, import_rows
from lms.certification.staffing.importing.tables import Given, TableKind
from lms.certification.staffing.words import FLAWS
from lms.core.errors import Conflict
from lms.learning.errors import UnreadableList
from lms.standards.api.frame.faults import fault
from lms.standards.api.frame.files import Table, content_of
from lms.standards.api.frame.operations import Answer, Call, operation
from lms.standards.api.frame.schemas import Received, Sent
from lms.standards.api.resources.staffing.weeks import TAG
from lms.standards.api.tokens.scopes import Scope

SAMPLE = "WyIwMTIzNDU2Nzg5YWJjZGVmIiwid2luZG93cyIsW11d.aSoZqA.c2lnbmF0dXJl"
Checked = Annotated[
    str,
    StringConstraints(pattern="^[A-Za-z0-9_.-]+$"),
    Field(description="What was checked, signed: for an hour.", examples=[SAMPLE]),
]


class StaffingTable(Received):
    """A table, and what it is about."""

    kind: TableKind
    content: Table


class StaffingConfirmation(Received):
    """The check that was seen."""

    checked: Checked


class FlawOut(Sent):
    """A row that can't be taken, and why."""

    line: int
    flaw: Flaw
    message: str


class StaffingCheck(Sent):
    """What a table would do."""

    rows: int
    flaws: list[FlawOut]
    checked: Checked | None = Field(
        description="What it is confirmed by, within an hour; null: something is wrong."
    )


class StaffingImported(Sent):
    """What was done."""

    rows: int


def _read(call: Call) -> list[Given]:
    try:
        return tables.read(call.body.kind, content_of(call.body.content))
    except UnreadableList as refusal:
        raise fault("body.content", refusal.message) from refusal


@operation(
    "POST",
    "/staffing-imports/dry-run",
    tag=TAG,
    scope=Scope.STAFFING_WRITE,
    summary="Check a table of staffing data",
    body=StaffingTable,
    answer=StaffingCheck,
    prepare=_read,
)
def check_staffing_table(call: Call) -> Answer:
    """Tell what is wrong with each row of a table of windows, needs, hours, patterns of work or
    days that differ. Nothing is written or kept.
    """
    kind, rows = call.body.kind, call.prepared
    flaws = [
        FlawOut(line=one.given.line, flaw=one.flaw, message=str(FLAWS[one.flaw]))
        for one in checked_for(call.viewer, kind, rows)
        if one.flaw
    ]
    signed = None if flaws or not rows else tokens.sign(kind, rows, **_seal(call))
    return Answer(StaffingCheck(rows=len(rows), flaws=flaws, checked=signed))


@operation(
    "POST",
    "/staffing-imports",
    tag=TAG,
    scope=Scope.STAFFING_WRITE,
    summary="Take a table of staffing data",
    body=StaffingConfirmation,
    answer=StaffingImported,
    refusals=(409,),
)
def take_staffing_table(call: Call) -> Answer:
    """Do what the check showed, all of it. When a row isn't right any more, or the check is older
    than an hour or somebody else's, nothing is done (409). What is said of a centre replaces what
    was said; days are added.
    """
    kind, rows = tokens.read(call.body.checked, **_seal(call))
    checked = checked_for(call.viewer, kind, rows)
    if any(one.flaw for one in checked):
        raise Conflict(_("Some rows aren’t right any more. Check the table again."))
    number = import_rows(kind=kind, rows=checked, now=call.now, actor=call.viewer.person)
    return Answer(StaffingImported(rows=number))


def _seal(call: Call) -> dict[str, str]:
    secret = current_app.config["SECRET_KEY"]
    return {"secret": secret, "actor_key": call.viewer.person.public_id}
