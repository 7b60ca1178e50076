"""The rules of an import: what one entry means for one person. Pure but for looking up names."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from lms.people.importing.leaves import Leave
from lms.people.importing.rules.fields import Field
from lms.people.importing.rules.plans import Change, Outcome, PlannedRow, Value
from lms.people.importing.rules.reading import Entry
from lms.people.importing.rules.refusals import Reason, Refused
from lms.people.models import JobRole, OrganisationUnit, Person

NAMES = (Field.FAMILY_NAME, Field.GIVEN_NAME, Field.PATRONYMIC)


class RowRefused(Exception):
    """The entry can't be done."""

    def __init__(self, reason: Reason, field: Field | None = None, value: str | date = "") -> None:
        text = value.isoformat() if isinstance(value, date) else value
        super().__init__(reason.value)
        self.refused = Refused(reason, field, text)


@dataclass(frozen=True)
class Standing:
    """What is known of a person whom an entry names."""

    person: Person  # with the present post, its unit and job role
    is_visible: bool  # within the importer's scope
    left_on: date | None  # the last day of the last post, for who has none at present
    is_demonstration: bool = False
    leaves: tuple[Leave, ...] = ()


@dataclass(frozen=True)
class Desk:
    """What entries are judged by: the day, the day of undated changes, who imports, what exists.

    ``unit`` and ``post`` find what a cell names; they raise RowRefused.
    """

    today: date
    effective_on: date
    importer_id: int | None
    unit: Callable[[str], OrganisationUnit]
    post: Callable[[str], JobRole]


def judge(entry: Entry, standing: Standing | None, desk: Desk) -> PlannedRow:
    """Return what an entry would do; ``standing``: of whom has its number, if anybody has."""
    person = standing.person if standing and standing.is_visible else None
    refused = entry.refused
    if refused is None and standing is not None and person is None:
        refused = Refused(Reason.OUTSIDE, Field.NUMBER)
    if refused is not None:
        return PlannedRow(entry, Outcome.REFUSED, refused=refused, person=person)
    try:
        if standing is None:
            return PlannedRow(entry, Outcome.NEW, tuple(_newcomer(entry, desk)))
        changes = tuple(_changes(entry, standing, desk))
    except RowRefused as refusal:
        return PlannedRow(entry, Outcome.REFUSED, refused=refusal.refused, person=person)
    outcome = Outcome.CHANGED if changes else Outcome.UNCHANGED
    return PlannedRow(entry, outcome, changes, person=person)


def _newcomer(entry: Entry, desk: Desk) -> Iterator[Change]:
    if entry.left_on is not None:
        raise RowRefused(Reason.NEVER_WORKED, Field.NUMBER)
    for needed in (Field.FAMILY_NAME, Field.GIVEN_NAME, Field.UNIT, Field.POST):
        if not getattr(entry, needed.value):
            raise RowRefused(Reason.MISSING, needed)
    for field in NAMES:
        if getattr(entry, field.value):
            yield Change(field, None, getattr(entry, field.value))
    if entry.email:
        yield Change(Field.EMAIL, None, entry.email)
    yield Change(Field.UNIT, None, desk.unit(entry.unit))
    yield Change(Field.POST, None, desk.post(entry.post))
    yield Change(Field.SINCE, None, _not_ahead(entry.since or desk.effective_on, Field.SINCE, desk))
    yield from _leave(entry, ())


def _changes(entry: Entry, standing: Standing, desk: Desk) -> Iterator[Change]:
    person = standing.person
    for field in NAMES:
        yield from _text_change(field, getattr(person, field.value), getattr(entry, field.value))
    if entry.email and standing.is_demonstration and entry.email != person.email:
        raise RowRefused(Reason.DEMONSTRATION, Field.EMAIL)
    yield from _text_change(Field.EMAIL, person.email or None, entry.email)
    yield from _leave(entry, standing.leaves)
    if entry.left_on is not None:
        yield from _departure(entry.left_on, standing, desk)
    elif person.employment is None:
        yield from _return(entry, standing, desk)
    else:
        yield from _transfer(entry, person, desk)


def _text_change(field: Field, before: str | None, after: str) -> Iterator[Change]:
    if after and after != before:
        yield Change(field, before or None, after)


def _departure(left_on: date, standing: Standing, desk: Desk) -> Iterator[Change]:
    present = standing.person.employment
    if present is None:
        if standing.left_on != left_on:
            raise RowRefused(Reason.LEFT_ANOTHER_DAY, Field.LEFT_ON, standing.left_on or "")
        return
    if standing.person.id == desk.importer_id:
        raise RowRefused(Reason.YOURSELF, Field.LEFT_ON)
    if _not_ahead(left_on, Field.LEFT_ON, desk) < present.started_on:
        raise RowRefused(Reason.TOO_EARLY, Field.LEFT_ON, present.started_on)
    yield Change(Field.LEFT_ON, None, left_on)


def _return(entry: Entry, standing: Standing, desk: Desk) -> Iterator[Change]:
    last = standing.left_on
    if entry.since is None or (last is not None and entry.since <= last):
        raise RowRefused(Reason.HAS_LEFT, Field.SINCE, last or "")
    for needed in (Field.UNIT, Field.POST):
        if not getattr(entry, needed.value):
            raise RowRefused(Reason.MISSING, needed)
    yield Change(Field.UNIT, None, desk.unit(entry.unit))
    yield Change(Field.POST, None, desk.post(entry.post))
    yield Change(Field.SINCE, None, _not_ahead(entry.since, Field.SINCE, desk))


def _transfer(entry: Entry, person: Person, desk: Desk) -> Iterator[Change]:
    present = person.employment
    assert present is not None
    unit = desk.unit(entry.unit) if entry.unit else present.unit
    post = desk.post(entry.post) if entry.post else present.job_role
    if (unit.id, post.id) == (present.unit_id, present.job_role_id):
        return
    on = _not_ahead(entry.since or desk.effective_on, Field.SINCE, desk)
    if on <= present.started_on:
        raise RowRefused(Reason.TOO_EARLY, Field.SINCE, present.started_on)
    moved: list[tuple[Field, Value, Value]] = [
        (Field.UNIT, present.unit, unit),
        (Field.POST, present.job_role, post),
    ]
    for field, before, after in moved:
        if before is not after:
            yield Change(field, before, after)
    yield Change(Field.SINCE, present.started_on, on)


def _leave(entry: Entry, known: tuple[Leave, ...]) -> Iterator[Change]:
    first, last = entry.leave_from, entry.leave_until
    if first is None and last is None:
        return
    if first is not None and last is not None and last < first:
        raise RowRefused(Reason.LEAVE_ORDER, Field.LEAVE_UNTIL)
    open_now = next((one for one in known if one.back_on is None), None)
    if first is None:
        yield from _back(open_now, last, known)
        return
    same = next((one for one in known if one.began_on == first), None)
    if same is None:
        if open_now is not None:
            raise RowRefused(Reason.ON_LEAVE, Field.LEAVE_FROM, open_now.began_on)
        yield Change(Field.LEAVE_FROM, None, first)
        if last is not None:
            yield Change(Field.LEAVE_UNTIL, None, last)
    elif last is not None:
        yield from _back(same, last, known)


def _back(leave: Leave | None, last: date | None, known: tuple[Leave, ...]) -> Iterator[Change]:
    assert last is not None
    back_on = last + timedelta(days=1)
    if leave is None:
        if any(one.back_on == back_on for one in known):
            return
        raise RowRefused(Reason.NO_LEAVE, Field.LEAVE_UNTIL)
    if leave.back_on == back_on:
        return
    if leave.back_on is not None:
        raise RowRefused(Reason.LEAVE_ENDED, Field.LEAVE_UNTIL, leave.back_on - timedelta(days=1))
    if back_on <= leave.began_on:
        raise RowRefused(Reason.LEAVE_ORDER, Field.LEAVE_UNTIL)
    yield Change(Field.LEAVE_UNTIL, None, last)


def _not_ahead(day: date, field: Field, desk: Desk) -> date:
    if day > desk.today:
        raise RowRefused(Reason.FUTURE, field, day)
    return day
