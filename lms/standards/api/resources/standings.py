"""Certifications, how people stand in them on any date, and the board's numbers."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import Field

from lms.certification.board import counts, people
from lms.certification.board.conditions import Measure
from lms.certification.lifecycle.state import Holding, Label, Obligation, State
from lms.certification.lifecycle.work import Work
from lms.certification.schemes import queries
from lms.certification.schemes.models import CertificationScheme
from lms.certification.schemes.telling import Told, told
from lms.core.errors import Missing
from lms.people.models import OrganisationUnit
from lms.people.permissions import Permission
from lms.people.queries import person_for, unit_for
from lms.standards.api.frame.faults import unknown
from lms.standards.api.frame.lists import page_of
from lms.standards.api.frame.operations import Answer, Call, operation
from lms.standards.api.frame.schemas import (
    Day,
    Key,
    PageOf,
    Paging,
    PersonRef,
    PostRef,
    Query,
    Sent,
    Texts,
    UnitRef,
    person_ref,
    post_ref,
    unit_ref,
)
from lms.standards.api.tokens.scopes import Scope

TAG = "Certifications"
SEE = Permission.SEE_CERTIFICATES


class CertificationRef(Sent):
    """A certification as other records name it."""

    id: Key
    key: str
    title: Texts


class StateOut(Sent):
    """How somebody stands on one date: three axes, one word, two answers."""

    certification: CertificationRef
    label: Label
    obligation: Obligation
    holding: Holding
    work: Work
    compliant: bool = Field(description="Nothing that is required is missed.")
    may_serve: bool = Field(description="May work at the window.")
    due_on: date | None
    valid_until_on: date | None


class StandingOut(StateOut):
    """A person's state, with the unit and post of that date."""

    person: PersonRef
    unit: UnitRef
    post: PostRef


class ToldOut(StateOut):
    """A state with what is true of it in sentences."""

    sentences: list[str]


class PersonStandings(Sent):
    """How one person stands in every certification that concerns them."""

    person: PersonRef
    on: date
    known_on: date | None
    standings: list[ToldOut]


class StandingQuery(Paging):
    """Whose standing, as of when."""

    on: Day | None = Field(None, description="Default: today.")
    measure: Measure = Measure.REQUIRED
    unit: Key | None = None
    certification: Key | None = None
    until_from: Day | None = Field(None, description="Valid until this day or later.")
    until_to: Day | None = Field(None, description="Valid until this day or earlier.")


class PersonStandingQuery(Query):
    """As of when, and as known when."""

    on: Day | None = Field(None, description="Default: today.")
    known_on: Day | None = Field(None, description="Leaves out what was recorded later.")


class BoardQuery(Query):
    """Which part of the network, as of when."""

    on: Day | None = Field(None, description="Default: today.")
    unit: Key | None = Field(None, description="Default: all of the token's scope.")


class CellOut(Sent):
    """People of one unit who must hold one certification, and how many of them stand how."""

    certification: Key | None = Field(description="Null: all certifications together.")
    required: int
    compliant: int
    overdue: int
    expiring: int
    serving: int
    percent: int | None


class RowOut(Sent):
    """A unit with its numbers."""

    unit: UnitRef | None = Field(description="Null: all units together.")
    cells: list[CellOut]
    total: CellOut


class BoardOut(Sent):
    """The compliance board of a unit: the units directly beneath it, and itself last.

    Where the token's scope has several parts and none is asked for: each of them, and all last.
    """

    unit: UnitRef | None = Field(description="Null: all parts of the token's scope.")
    on: date
    certifications: list[CertificationRef]
    rows: list[RowOut]


@operation(
    "GET",
    "/standings",
    tag=TAG,
    scope=Scope.STANDINGS_READ,
    summary="List standings",
    query=StandingQuery,
    answer=PageOf[StandingOut],
)
def list_standings(call: Call) -> Answer:
    """How people stand on a date, past or future, by name: the lists behind the board's numbers.
    On a day ahead people are where they are planned to be by then.
    """
    filters = _filters(call)
    return Answer(
        page_of(
            people.people(call.viewer, filters),
            call.query,
            _standing,
            columns=people.columns(people.count(call.viewer, filters)),
            readers=(str, int, int),
            key=people.key,
        )
    )


@operation(
    "GET",
    "/people/{person_id}/standings",
    tag=TAG,
    scope=Scope.STANDINGS_READ,
    summary="How one person stands",
    query=PersonStandingQuery,
    answer=PersonStandings,
)
def person_standings(call: Call, person_id: str) -> Answer:
    """One person's state in each certification on any date, as known on any date, and why."""
    person = person_for(call.viewer, SEE, person_id)
    if person is None:
        raise Missing
    on, known_on = call.query.on or call.today, call.query.known_on
    known_at = _end_of(call, known_on) if known_on else None
    rows = [
        row for row in queries.facts_of(person) if known_at is None or row.recorded_at <= known_at
    ]
    found = told(person, rows, on, known_at=known_at)
    return Answer(
        PersonStandings(
            person=person_ref(person),
            on=on,
            known_on=known_on,
            standings=[told_out(one) for one in found],
        )
    )


@operation(
    "GET",
    "/board",
    tag=TAG,
    scope=Scope.STANDINGS_READ,
    summary="The compliance board",
    query=BoardQuery,
    answer=BoardOut,
)
def get_board(call: Call) -> Answer:
    """Units × certifications as of a date: how many must hold each, and how they stand. A day ahead
    counts the hires, transfers and dismissals that are planned by then.
    """
    on, tops = call.query.on or call.today, board_units(call)
    schemes = queries.schemes()
    keys = {scheme.id: scheme.public_id for scheme in schemes}
    rows = [
        RowOut(
            unit=unit_ref(row.unit) if row.unit else None,
            cells=[_cell(cell, keys[one]) for one, cell in row.cells.items() if one in keys],
            total=_cell(row.total, None),
        )
        for row in counts.board(call.viewer, tops, on)
    ]
    named = [certification_ref(scheme) for scheme in schemes]
    unit = unit_ref(tops[0]) if len(tops) == 1 else None
    return Answer(BoardOut(unit=unit, on=on, certifications=named, rows=rows))


def board_units(call: Call) -> list[OrganisationUnit]:
    """Return the part of the network that is asked for; by default the highest ones in scope."""
    if call.query.unit is None:
        return queries.topmost(queries.units_by_path(call.viewer))
    unit = unit_for(call.viewer, SEE, call.query.unit)
    if unit is None:
        raise unknown("query.unit")
    return [unit]


def _filters(call: Call) -> people.Filters:
    asked: StandingQuery = call.query
    unit = unit_for(call.viewer, SEE, asked.unit) if asked.unit else None
    scheme = queries.scheme_for(asked.certification) if asked.certification else None
    if asked.unit and unit is None:
        raise unknown("query.unit")
    if asked.certification and scheme is None:
        raise unknown("query.certification")
    return people.Filters(
        on=asked.on or call.today,
        measure=asked.measure,
        unit=unit,
        scheme=scheme,
        until_from=asked.until_from,
        until_to=asked.until_to,
    )


def _end_of(call: Call, day: date) -> datetime:
    zone = ZoneInfo(call.settings.time_zone)
    following = datetime.combine(day + timedelta(days=1), time(), zone)
    return (following - timedelta(microseconds=1)).astimezone(UTC)


def certification_ref(scheme: CertificationScheme) -> CertificationRef:
    """Return a certification as other records name it."""
    return CertificationRef(id=scheme.public_id, key=scheme.key, title=scheme.title)


def _standing(row: Any) -> StandingOut:
    standing, person, unit, post, scheme = row
    return StandingOut(
        certification=certification_ref(scheme),
        person=person_ref(person),
        unit=unit_ref(unit),
        post=post_ref(post),
        label=standing.label,
        obligation=standing.obligation,
        holding=standing.holding,
        work=standing.work,
        compliant=standing.is_compliant,
        may_serve=standing.may_serve,
        due_on=standing.due_on,
        valid_until_on=standing.valid_until_on,
    )


def state_out(scheme: CertificationScheme, state: State) -> StateOut:
    """Return a state in a certification."""
    return StateOut(**_state(scheme, state))


def told_out(one: Told) -> ToldOut:
    """Return how somebody stands in a certification, as ``telling.told`` tells it."""
    return ToldOut(
        **_state(one.scheme, one.state), sentences=[str(sentence) for sentence in one.sentences]
    )


def _state(scheme: CertificationScheme, state: State) -> dict[str, Any]:
    return {
        "certification": certification_ref(scheme),
        "label": state.label,
        "obligation": state.obligation,
        "holding": state.holding,
        "work": state.work,
        "compliant": state.is_compliant,
        "may_serve": state.may_serve,
        "due_on": state.due_on,
        "valid_until_on": state.period.until_on if state.period else None,
    }


def _cell(cell: counts.Cell, certification: str | None) -> CellOut:
    return CellOut(
        certification=certification,
        required=cell.required,
        compliant=cell.compliant,
        overdue=cell.overdue,
        expiring=cell.expiring,
        serving=cell.serving,
        percent=cell.percent,
    )
