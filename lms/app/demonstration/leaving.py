"""The demonstration's people who come and go: one has left, twice on record; one is to move, one
to leave, one to begin.

So that erasing, comparing two records, planned changes and the board of a day ahead have something
to show.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from lms.app.demonstration.history import Fate, Plan
from lms.app.demonstration.names import Name
from lms.app.demonstration.records import Recorder, Teaching
from lms.app.demonstration.staff import make_person
from lms.core.database import db
from lms.people.models import Employment, Person
from lms.people.planned.services import Ahead, Leaving, plan_ends, plan_posts

NAME = Name("Тимофеева", "Алла", "Игоревна")
NUMBERS = ("ДЕМО-LEFT-1", "ДЕМО-LEFT-2")
IN_POST = timedelta(days=700)
LEFT_AGO = timedelta(days=45)
STARTED = timedelta(days=20)  # the course, so long before the last day
MOVES_IN = timedelta(days=30)
LEAVES_IN = timedelta(days=21)
NEWCOMER = Name("Зайцева", "Дарья", "Олеговна")
NEWCOMERS_NUMBER = "ДЕМО-NEW-1"
BEGINS_IN = timedelta(days=14)


def make_leaver(
    recorder: Recorder, colleague: Person, teaching: Teaching | None, *, now: datetime, today: date
) -> None:
    """Add somebody who left ``colleague``'s centre, under two numbers by mistake."""
    post = colleague.employments[0]
    for number, last_on in zip(NUMBERS, (today - LEFT_AGO, today - IN_POST / 2), strict=True):
        person = make_person(number, NAME, now - IN_POST)
        db.session.add(
            Employment(
                person=person,
                unit=post.unit,
                job_role=post.job_role,
                started_on=today - IN_POST,
                ended_on=last_on,
            )
        )
        db.session.add(person)
        db.session.flush()
        if teaching is not None and number == NUMBERS[0]:
            recorder.record(person, post.unit, teaching, _begun(last_on, recorder))


def _begun(last_on: date, recorder: Recorder) -> Plan:
    """A course begun and not finished in the last weeks at work."""
    zone = ZoneInfo(recorder.settings.time_zone)
    enrolled_at = datetime.combine(last_on - STARTED, time(9, 30), zone)
    due_at = enrolled_at + timedelta(days=30)
    return Plan(Fate.READING, enrolled_at, due_at, enrolled_at + timedelta(days=1), 0.5)


def plan_move(person: Person, to: Person, *, actor: Person, now: datetime, today: date) -> None:
    """Plan that a person takes up a post at another's centre."""
    post = person.employments[0]
    ahead = Ahead(person, to.employments[0].unit, post.job_role, today + MOVES_IN)
    plan_posts(wanted=[ahead], actor=actor, now=now)


def plan_leaving(person: Person, *, actor: Person, now: datetime, today: date) -> None:
    """Plan a person's last day at work."""
    plan_ends(wanted=[Leaving(person, today + LEAVES_IN)], actor=actor, now=now)


def plan_hire(colleague: Person, *, actor: Person, now: datetime, today: date) -> None:
    """Add somebody who is to begin in a colleague's post and centre."""
    post, newcomer = colleague.employments[0], make_person(NEWCOMERS_NUMBER, NEWCOMER, now)
    db.session.add(newcomer)
    db.session.flush()
    ahead = Ahead(newcomer, post.unit, post.job_role, today + BEGINS_IN)
    plan_posts(wanted=[ahead], actor=actor, now=now)
