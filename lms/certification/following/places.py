"""Enrolments that obligations ask for: made or joined, moved with the date, taken back."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from lms.catalog.models import Course
from lms.certification.following.finding import (
    Pair,
    Place,
    asks_of,
    enrolling_keys,
    open_in,
    open_places,
    part_courses,
    taken_away,
)
from lms.certification.following.models import PlaceCause, RequiredPlace
from lms.certification.following.policies import Asked, Reach, earlier
from lms.core.database import db
from lms.core.unit_of_work import insert_for
from lms.learning.models import Enrolment
from lms.learning.services import EnrolmentWish, enrol_many, set_due, withdraw
from lms.people.models import Person


@dataclass(frozen=True)
class Wish:
    """One course that one person needs for one certification."""

    person_id: int
    scheme_id: int
    course_id: int
    due_on: date | None
    cycle: str


@dataclass(frozen=True)
class Made:
    """An enrolment that was made, and for which certification."""

    person_id: int
    scheme_id: int
    enrolment_id: int
    due_on: date | None


def follow_places(person_ids: Collection[int], *, now: datetime, today: date) -> list[Made]:
    """Bring the enrolments of these people in line with what is asked; return those it made.

    Safe to repeat: it compares and writes the difference. Some statements for any number.
    """
    keys, places = enrolling_keys(person_ids), open_places(person_ids)
    pairs: dict[Pair, Collection[str]] = dict(keys)
    for place in places:
        for scheme_id in place.schemes:
            pairs.setdefault((place.row.person_id, scheme_id), ())
    if not pairs:
        return []
    asks = asks_of(pairs, today)
    courses = part_courses({scheme_id for _person_id, scheme_id in pairs}, today)
    for place in places:
        _tend(place, asks, courses, now)
    gone = taken_away(person_ids)
    return fulfil([one for one in _wishes(asks, courses) if _place_of(one) not in gone], now=now)


def _place_of(wish: Wish) -> tuple[int, int, int, str]:
    return wish.person_id, wish.scheme_id, wish.course_id, wish.cycle


def _wishes(asks: Mapping[Pair, Asked], courses: Mapping[int, Mapping[str, int]]) -> Iterable[Wish]:
    for (person_id, scheme_id), ask in sorted(asks.items()):
        if ask.may_enrol:
            yield from wishes_for(person_id, scheme_id, ask, courses[scheme_id])


def wishes_for(
    person_id: int, scheme_id: int, ask: Asked, courses: Mapping[str, int]
) -> Iterable[Wish]:
    """Yield the courses that ``ask`` lacks."""
    for part in ask.lacking:
        if part in courses:
            yield Wish(person_id, scheme_id, courses[part], ask.due_on, ask.cycle)


def fulfil(wishes: Sequence[Wish], *, now: datetime) -> list[Made]:
    """Enrol or join, each place once, by the earliest date; return what was newly made."""
    if not wishes:
        return []
    people = {one.person_id for one in wishes}
    courses = {one.course_id for one in wishes}
    before = open_in(people, courses)
    known = _known(before.values())
    due: dict[Pair, date | None] = {}
    for one in wishes:
        place = one.person_id, one.course_id
        due[place] = earlier(due.get(place), one.due_on)
    _enrol([place for place in due if place not in before], due, now)
    now_open = open_in(people, courses)
    for place, enrolment in now_open.items():
        if place in due and enrolment.id not in known:
            _remember(enrolment, is_made=place not in before, due_on=due[place], now=now)
    _add_causes(wishes, now_open)
    return [
        Made(one.person_id, one.scheme_id, now_open[one.person_id, one.course_id].id, one.due_on)
        for one in wishes
        if (one.person_id, one.course_id) in now_open
        and (one.person_id, one.course_id) not in before
    ]


def _known(enrolments: Iterable[Enrolment]) -> set[int]:
    ids = [one.id for one in enrolments]
    statement = sa.select(RequiredPlace.enrolment_id).where(RequiredPlace.enrolment_id.in_(ids))
    return set(db.session.scalars(statement))


def _enrol(places: Sequence[Pair], due: Mapping[Pair, date | None], now: datetime) -> None:
    ids = {person_id for person_id, _course_id in places}
    statement = sa.select(Person.id, Person.public_id).where(Person.id.in_(ids))
    keys: dict[int, str] = dict(db.session.execute(statement).all())
    wishes: dict[int, list[EnrolmentWish]] = defaultdict(list)
    for place in places:
        person_id, course_id = place
        wishes[course_id].append(EnrolmentWish(person_id, keys[person_id], due[place]))
    for course_id, own in wishes.items():
        course = db.session.get_one(Course, course_id)
        enrol_many(wishes=own, course=course, actor=None, now=now)


def _remember(enrolment: Enrolment, *, is_made: bool, due_on: date | None, now: datetime) -> None:
    """Note a place; one that was there keeps its own date when that is the earlier one."""
    prior = None if is_made else enrolment.due_on
    place = RequiredPlace(
        enrolment_id=enrolment.id,
        person_id=enrolment.learner_id,
        is_made=is_made,
        prior_due_on=prior,
        due_on=enrolment.due_on,
        made_at=now,
    )
    db.session.add(place)
    db.session.flush()
    if not is_made:
        loaded = db.session.get_one(
            Enrolment,
            enrolment.id,
            options=[sa.orm.joinedload(Enrolment.learner), sa.orm.joinedload(Enrolment.course)],
            populate_existing=True,
        )
        _date(place, loaded, earlier(prior, due_on), now)


def _add_causes(wishes: Iterable[Wish], found: Mapping[Pair, Enrolment]) -> None:
    rows: list[dict[str, Any]] = [
        {
            "enrolment_id": found[one.person_id, one.course_id].id,
            "scheme_id": one.scheme_id,
            "cycle": one.cycle,
        }
        for one in wishes
        if (one.person_id, one.course_id) in found
    ]
    if rows:
        db.session.execute(insert_for(PlaceCause).on_conflict_do_nothing(), rows)


def _tend(
    place: Place,
    asks: Mapping[Pair, Asked],
    courses: Mapping[int, Mapping[str, int]],
    now: datetime,
) -> None:
    """Move a place's date, take the date off, or take the place back."""
    row, enrolment = place.row, place.enrolment
    own = {scheme_id: asks[row.person_id, scheme_id] for scheme_id in place.schemes}
    if any(ask.reach is Reach.RESTING for ask in own.values()):
        return
    wanted = [
        ask
        for scheme_id, ask in own.items()
        if ask.reach is Reach.ASKED
        and enrolment.course_id in {courses[scheme_id].get(part) for part in ask.lacking}
    ]
    is_lifted = any(ask.reach is Reach.LIFTED for ask in own.values())
    if not wanted and not is_lifted and row.is_made and enrolment.started_at is None:
        withdraw(
            enrolment=enrolment,
            reason="",
            row_version=enrolment.row_version,
            actor=None,
            now=now,
            cause="no_longer_required",
        )
        row.dropped_at = now
        return
    due_on: date | None = None
    for ask in wanted:
        due_on = earlier(due_on, ask.due_on)
    _date(row, enrolment, earlier(row.prior_due_on, due_on), now)


def _date(row: RequiredPlace, enrolment: Enrolment, due_on: date | None, now: datetime) -> None:
    """Set the date, unless a person has set another one since."""
    if enrolment.due_on != row.due_on or row.due_on == due_on:
        return
    set_due(
        enrolment=enrolment,
        due_on=due_on,
        row_version=enrolment.row_version,
        actor=None,
        now=now,
    )
    row.due_on = due_on
