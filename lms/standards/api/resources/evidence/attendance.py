"""Classes and checklists of a course: who has them, how far each is, who was there."""

from datetime import date, datetime
from typing import Annotated, Any

from flask_babel import lazy_gettext as _l
from pydantic import Field, StringConstraints

from lms.catalog.models import Activity, ActivityKind, Course
from lms.core.errors import Missing
from lms.learning.activities import queries, services
from lms.learning.activities.models import Presence
from lms.learning.models import Enrolment
from lms.learning.queries import course_with_results
from lms.people.models import Person, number_of, own_name_of
from lms.standards.api.frame.faults import faulty
from lms.standards.api.frame.lists import page_of
from lms.standards.api.frame.operations import Answer, Call, operation
from lms.standards.api.frame.schemas import (
    Day,
    Key,
    PageOf,
    Paging,
    PersonRef,
    Received,
    Sent,
    Texts,
)
from lms.standards.api.tokens.scopes import Scope

TAG = "Classes and checklists"
MOST_MARKS = 200
PartKey = Annotated[str, StringConstraints(max_length=60), Field(examples=["hall-day"])]


class PartOut(Sent):
    """A part of a course that somebody else confirms."""

    key: PartKey
    kind: ActivityKind = Field(description="`classroom` or `checklist`.", examples=["classroom"])
    title: Texts
    people: int = Field(description="How many have it in their course.")
    done: int = Field(description="How many of them are done with it.")


class PartsOut(Sent):
    """All of them."""

    parts: list[PartOut]


class PlaceOut(Sent):
    """One person who has the part, and how far it is."""

    enrolment: Key
    person: PersonRef
    checklist: Key | None = Field(description="Of a checklist: its id under the enrolment.")
    presence: Presence | None = Field(description="Of a class: what was marked last.")
    held_on: date | None = Field(description="The day of that class.")
    completed_at: datetime | None


class MarkIn(Received):
    """Whether one person was there."""

    enrolment: Key
    presence: Presence


class AttendanceIn(Received):
    """Who was at a class."""

    held_on: Day = Field(description="The day of the class: today or earlier.")
    marks: list[MarkIn] = Field(min_length=1, max_length=MOST_MARKS)


class AttendanceOut(Sent):
    """What was noted."""

    changed: int = Field(description="How many marks say something new.")


@operation(
    "GET",
    "/courses/{slug}/parts",
    tag=TAG,
    scope=Scope.RESULTS_READ,
    summary="List classes and checklists",
    answer=PartsOut,
)
def list_course_parts(call: Call, slug: str) -> Answer:
    """The classes and checklists of a course that people of the token's part of the network have,
    the newest version's first.
    """
    found = queries.followed_parts(call.viewer, _course(slug))
    return Answer(PartsOut(parts=[_part(one) for one in found]))


@operation(
    "GET",
    "/courses/{slug}/parts/{part_key}/people",
    tag=TAG,
    scope=Scope.RESULTS_READ,
    summary="List who has a class or checklist",
    query=Paging,
    answer=PageOf[PlaceOut],
)
def list_part_people(call: Call, slug: str, part_key: str) -> Answer:
    """The people of the token's part of the network who have a class or a checklist in their
    course, by name.
    """
    course = _course(slug)
    part = _found_part(course, part_key)
    return Answer(
        page_of(
            queries.people_at(call.viewer, course, part_key),
            call.query,
            lambda row: _place(part.kind, row),
            columns=(Person.sort_name, Enrolment.id),
            readers=(str, int),
            key=lambda row: (row.sort_name, row.enrolment_id),
        )
    )


@operation(
    "POST",
    "/courses/{slug}/parts/{part_key}/attendance",
    tag=TAG,
    scope=Scope.ATTENDANCE_WRITE,
    summary="Mark who was at a class",
    body=AttendanceIn,
    answer=AttendanceOut,
)
def mark_attendance(call: Call, slug: str, part_key: str) -> Answer:
    """Note who was at a class: present or late completes it, as evidence for whatever asks for it.
    The last mark holds; the same one again changes nothing.
    """
    course = _course(slug)
    if _found_part(course, part_key).kind is not ActivityKind.CLASSROOM:
        raise Missing
    given: AttendanceIn = call.body
    places = {
        enrolment.public_id: (enrolment, activity)
        for enrolment, activity in queries.places_at(
            call.viewer, course, part_key, [mark.enrolment for mark in given.marks]
        )
    }
    _check(given, places, call.today)
    changed = 0
    for mark in given.marks:
        enrolment, activity = places[mark.enrolment]
        changed += services.mark_attendance(
            enrolment=enrolment,
            activity=activity,
            presence=mark.presence,
            held_on=given.held_on,
            actor=call.viewer.person,
            now=call.now,
        )
    return Answer(AttendanceOut(changed=changed))


def _check(given: AttendanceIn, places: dict[str, Any], today: date) -> None:
    faults: list[tuple[str, Any]] = []
    if given.held_on > today:
        faults.append(("body.held_on", _l("lies ahead")))
    keys = [mark.enrolment for mark in given.marks]
    for number, key in enumerate(keys):
        field = f"body.marks.{number}.enrolment"
        if key not in places:
            faults.append((field, _l("names nobody who has this class and whom you may mark")))
        elif key in keys[:number]:
            faults.append((field, _l("stands there twice")))
    if faults:
        raise faulty(faults)


def _course(slug: str) -> Course:
    course = course_with_results(slug)
    if course is None:
        raise Missing
    return course


def _found_part(course: Course, key: str) -> Activity:
    part = queries.part_of_course(course, key)
    if part is None:
        raise Missing
    return part


def _part(one: queries.CoursePart) -> PartOut:
    return PartOut(key=one.key, kind=one.kind, title=one.title, people=one.people, done=one.done)


def _place(kind: ActivityKind, row: Any) -> PlaceOut:
    name = own_name_of(row)
    return PlaceOut(
        enrolment=row.enrolment_key,
        person=PersonRef(id=row.person_key, personnel_number=number_of(row), name=name),
        checklist=row.activity_key if kind is ActivityKind.CHECKLIST else None,
        presence=row.presence,
        held_on=row.held_on,
        completed_at=row.completed_at,
    )
