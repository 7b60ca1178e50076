"""The rules of an import: what one entry means for one person. Pure but for looking up names."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from lms.core.database import fold
from lms.people.importing.leaves import Leave
from lms.people.importing.rules.fields import Field
from lms.people.importing.rules.plans import Change, Outcome, PlannedRow, Value
from lms.people.importing.rules.reading import Entry
from lms.people.importing.rules.refusals import Reason, Refused
from lms.people.models import JobRole, OrganisationUnit, Person
from lms.people.planned.models import AHEAD, PlannedPost

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
    planned: PlannedPost | None = None  # the post that begins on a day ahead, with unit and role
    ends: PlannedPost | None = None  # the end of work that lies ahead
    may_do_more: bool = False  # than the importer: links that open the account go to the address


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


class _Sheet:
    """What one row does, gathered part by part, and all that is wrong with it.

    A part of which a cell is at fault isn't judged: its faults would follow from that one.
    """

    def __init__(self, entry: Entry) -> None:
        self.faults = list(entry.faults)
        self.changes: list[Change] = []
        self._unreadable = {one.field for one in entry.faults}

    def add(self, changes: Iterable[Change], *of: Field) -> None:
        """Add what a part about the fields ``of`` changes, or its fault."""
        if self._unreadable and self._unreadable.intersection(of):
            return
        try:
            self.changes += list(changes)
        except RowRefused as refusal:
            self.faults.append(refusal.refused)


def judge(
    entry: Entry, standing: Standing | None, desk: Desk, alike: Person | None = None
) -> PlannedRow:
    """Return what an entry would do; ``standing``: of whom has its number, if anybody has.

    ``alike`` has this number but for what spreadsheets lose: zeros in front, above all.
    """
    person = standing.person if standing and standing.is_visible else None
    if standing is not None and person is None:
        # What else is wrong is left out: it would tell of someone whom the importer may not see.
        outside = Refused(Reason.OUTSIDE, Field.NUMBER)
        return PlannedRow(entry, Outcome.REFUSED, faults=(*entry.faults, outside))
    sheet = _Sheet(entry)
    if Field.NUMBER not in {one.field for one in entry.faults}:
        if standing is None and alike is not None and _is_namesake(entry, alike):
            named = f"{alike.personnel_number}, {alike.full_name}"
            sheet.faults.append(Refused(Reason.ALIKE, Field.NUMBER, named))
        elif standing is None:
            _newcomer(sheet, entry, desk)
        else:
            _changes(sheet, entry, standing, desk)
    if sheet.faults:
        return PlannedRow(entry, Outcome.REFUSED, faults=tuple(sheet.faults), person=person)
    if standing is None:
        return PlannedRow(entry, Outcome.NEW, tuple(sheet.changes))
    outcome = Outcome.CHANGED if sheet.changes else Outcome.UNCHANGED
    changes = tuple(sheet.changes)
    return PlannedRow(entry, outcome, changes, person=person, planned=standing.planned)


def _is_namesake(entry: Entry, person: Person) -> bool:
    """Tell whether an entry may mean this person by its family name; one without a name may."""
    return fold(entry.family_name) in ("", fold(person.family_name))


def _newcomer(sheet: _Sheet, entry: Entry, desk: Desk) -> None:
    if entry.left_on is not None:
        sheet.faults.append(Refused(Reason.NEVER_WORKED, Field.NUMBER))
        return
    for field in NAMES:
        needed = field is not Field.PATRONYMIC
        sheet.add(_text(field, getattr(entry, field.value), needed=needed), field)
    sheet.add(_text(Field.EMAIL, entry.email, needed=False), Field.EMAIL)
    sheet.add(_place(Field.UNIT, None, entry.unit, desk), Field.UNIT)
    sheet.add(_place(Field.POST, None, entry.post, desk), Field.POST)
    sheet.add(_beginning(entry.since or desk.effective_on, None, desk), Field.SINCE)
    sheet.add(_leave(entry, ()), Field.LEAVE_FROM, Field.LEAVE_UNTIL)


def _text(field: Field, text: str, *, needed: bool) -> Iterator[Change]:
    if text:
        yield Change(field, None, text)
    elif needed:
        raise RowRefused(Reason.MISSING, field)


def _place(field: Field, before: Value, text: str, desk: Desk) -> Iterator[Change]:
    """Yield the unit or post that a cell names; ``before`` is the present one, if there is one."""
    find = desk.unit if field is Field.UNIT else desk.post
    if not text and before is None:
        raise RowRefused(Reason.MISSING, field)
    after = find(text) if text else before
    if after is not before:
        yield Change(field, before, after)


def _beginning(day: date, before: date | None, desk: Desk) -> Iterator[Change]:
    # A post that began today may be put right, see services.transfer.
    if before is not None and day <= before and not day == before == desk.today:
        raise RowRefused(Reason.TOO_EARLY, Field.SINCE, before)
    yield Change(Field.SINCE, before, _soon(day, desk))


def _soon(day: date, desk: Desk, field: Field = Field.SINCE) -> date:
    if day > desk.today + AHEAD:
        raise RowRefused(Reason.FAR, field, day)
    return day


def _changes(sheet: _Sheet, entry: Entry, standing: Standing, desk: Desk) -> None:
    person = standing.person
    is_known = entry.is_whole_name and entry.name == person.own_name  # however it is divided
    for field in () if is_known else NAMES:
        name = field.value
        sheet.add(_text_change(field, getattr(person, name), getattr(entry, name)), field)
    sheet.add(_email(entry, standing), Field.EMAIL)
    sheet.add(_leave(entry, standing.leaves), Field.LEAVE_FROM, Field.LEAVE_UNTIL)
    if entry.left_on is not None:
        sheet.add(_departure(entry.left_on, standing, desk), Field.LEFT_ON)
    elif standing.planned is not None and _is_ahead(entry, standing, desk):
        _replan(sheet, entry, standing, desk)
    elif person.employment is None:
        _return(sheet, entry, standing, desk)
    else:
        _transfer(sheet, entry, person, desk)
    if entry.left_on is None and standing.ends is not None:
        sheet.add(_before_the_end(tuple(sheet.changes), standing.ends), Field.SINCE)


def _before_the_end(changes: tuple[Change, ...], ends: PlannedPost) -> Iterator[Change]:
    """Refuse a post that would begin after the last day at work: one of the two is wrong."""
    days = [one.after for one in changes if one.field is Field.SINCE]
    if any(isinstance(day, date) and day > ends.last_on for day in days):
        raise RowRefused(Reason.ENDS_FIRST, Field.SINCE, ends.last_on)
    yield from ()


def _is_ahead(entry: Entry, standing: Standing, desk: Desk) -> bool:
    """Tell whether a row of somebody with a plan is about the plan, not the present post."""
    if entry.since is None:
        return standing.person.employment is None
    return entry.since > desk.today


def _replan(sheet: _Sheet, entry: Entry, standing: Standing, desk: Desk) -> None:
    """Add how a plan changes; nothing when the row says what is planned already."""
    plan, present = standing.planned, standing.person.employment
    assert plan is not None
    day = entry.since or plan.starts_on
    faults, before = len(sheet.faults), len(sheet.changes)
    sheet.add(_place(Field.UNIT, plan.unit, entry.unit, desk), Field.UNIT)
    sheet.add(_place(Field.POST, plan.job_role, entry.post, desk), Field.POST)
    moved = {one.field: one.after for one in sheet.changes[before:]}
    if len(sheet.faults) == faults and not moved and day == plan.starts_on:
        return
    place = moved.get(Field.UNIT, plan.unit), moved.get(Field.POST, plan.job_role)
    if present is not None and place == (present.unit, present.job_role):
        del sheet.changes[before:]  # as without a plan: whoever is there already goes nowhere
        return
    if present is None and standing.left_on is not None and day <= standing.left_on:
        sheet.add(_refused(Reason.HAS_LEFT, Field.SINCE, standing.left_on), Field.SINCE)
        return
    sheet.add(_replanned(plan.starts_on, day, desk), Field.SINCE)


def _replanned(before: date, day: date, desk: Desk) -> Iterator[Change]:
    yield Change(Field.SINCE, None if before == day else before, _soon(day, desk))


def _email(entry: Entry, standing: Standing) -> Iterator[Change]:
    if entry.email and entry.email != standing.person.email:
        if standing.is_demonstration:
            raise RowRefused(Reason.DEMONSTRATION, Field.EMAIL)
        if standing.may_do_more:
            raise RowRefused(Reason.MAY_DO_MORE, Field.EMAIL)
    yield from _text_change(Field.EMAIL, standing.person.email or None, entry.email)


def _text_change(field: Field, before: str | None, after: str) -> Iterator[Change]:
    if after and after != before:
        yield Change(field, before or None, after)


def _departure(left_on: date, standing: Standing, desk: Desk) -> Iterator[Change]:
    present = standing.person.employment
    if present is None:
        if standing.left_on is None:
            raise RowRefused(Reason.NEVER_WORKED, Field.NUMBER)
        if standing.left_on != left_on:
            raise RowRefused(Reason.LEFT_ANOTHER_DAY, Field.LEFT_ON, standing.left_on)
        return
    if standing.person.id == desk.importer_id:
        raise RowRefused(Reason.YOURSELF, Field.LEFT_ON)
    if _soon(left_on, desk, Field.LEFT_ON) < present.started_on:
        raise RowRefused(Reason.TOO_EARLY, Field.LEFT_ON, present.started_on)
    known = standing.ends.last_on if standing.ends else None
    if known != left_on or left_on <= desk.today:
        yield Change(Field.LEFT_ON, None if known == left_on else known, left_on)


def _return(sheet: _Sheet, entry: Entry, standing: Standing, desk: Desk) -> None:
    last = standing.left_on
    if not (entry.unit or entry.post or entry.since or entry.leave_from or entry.leave_until):
        return  # the row asks for no post: so the list of people says that they have none
    if entry.since is None or (last is not None and entry.since <= last):
        reason = Reason.HAS_LEFT if last else Reason.MISSING  # who comes from outside never left
        sheet.add(_refused(reason, Field.SINCE, last or ""), Field.SINCE, Field.LEFT_ON)
        return
    sheet.add(_place(Field.UNIT, None, entry.unit, desk), Field.UNIT)
    sheet.add(_place(Field.POST, None, entry.post, desk), Field.POST)
    sheet.add(_beginning(entry.since, None, desk), Field.SINCE)


def _refused(reason: Reason, field: Field, value: str | date) -> Iterator[Change]:
    raise RowRefused(reason, field, value)
    yield  # a part like the others


def _transfer(sheet: _Sheet, entry: Entry, person: Person, desk: Desk) -> None:
    present = person.employment
    assert present is not None
    faults, before = len(sheet.faults), len(sheet.changes)
    sheet.add(_place(Field.UNIT, present.unit, entry.unit, desk))
    sheet.add(_place(Field.POST, present.job_role, entry.post, desk))
    if len(sheet.changes) > before or len(sheet.faults) > faults:
        day = entry.since or desk.effective_on
        sheet.add(_beginning(day, present.started_on, desk), Field.SINCE)


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
