"""Builders of practice. Those that touch the database add and flush."""

from collections.abc import Iterable
from datetime import datetime
from itertools import count
from typing import Any

import sqlalchemy as sa

from lms.assessment import services as exams
from lms.assessment.models import Attempt, Item, ItemBank
from lms.assessment.practice import queries, services
from lms.assessment.practice.met import met_by
from lms.assessment.practice.models import (
    Certainty,
    PracticeCard,
    PracticeReview,
    PracticeSession,
)
from lms.assessment.practice.planning import Met
from lms.catalog.models import CourseVersion
from lms.core.database import db
from lms.learning.models import Enrolment
from lms.people.models import Person
from tests.builders.assessment import START, answer_event, right_responses, save, settings
from tests.builders.catalog import COURSE, LESSONS, make_course
from tests.builders.learning import make_enrolment, read_lessons

ZONE = "Europe/Moscow"
_numbers = count(1)


def checks(number: int, language: str) -> str:
    """Self-checks whose first option is right; the second has 'misleading' in its explanation."""
    word = "Вопрос" if language == "ru" else "Check"
    return "\n\n".join(
        f"""\
::: check point-{n}
{word} {n}?

- [x] Right {n}
  > Because it is {n}.
- [ ] Wrong {n}
  > Not {n}.
:::"""
        for n in range(1, number + 1)
    )


def make_checked_course(number: int = 3, slug: str | None = None, **changed: Any) -> CourseVersion:
    """A published course whose lesson 'greeting' has ``number`` self-checks, 'queue' none; topics
    say which lessons teach them; the exam draws four of eight items.
    """
    course = COURSE.replace("en: Greeting}}}}", "en: Greeting}}, lessons: [greeting]}}").replace(
        "en: Waiting}}}}", "en: Waiting}}, lessons: [queue]}}"
    )
    files: dict[str, Any] = {"course.yaml": course.format(slug="welcome")}
    for language in ("ru", "en"):
        head = LESSONS[f"greeting.{language}"].split("::: check", 1)[0]
        files[f"lessons/greeting.{language}.md"] = f"{head}{checks(number, language)}\n"
    return make_course(slug or f"practised-{next(_numbers)}", **{**files, **changed})


def make_reader(
    version: CourseVersion | None = None, learner: Person | None = None, *, lessons: int = 2
) -> Enrolment:
    """Someone who has read the first ``lessons`` lessons of a course with self-checks."""
    enrolment = make_enrolment(learner, version or make_checked_course())
    read_lessons(enrolment, lessons)
    return enrolment


def met(person: Person) -> list[Met]:
    """What the person may practise now."""
    return met_by(person.id, language="en")


def met_items(person: Person) -> set[int]:
    """The ids of the bank's items that the person may practise now."""
    return {one.subject.item_id for one in met(person) if one.subject.item_id is not None}


def items_of(version: CourseVersion | Enrolment) -> list[Item]:
    """The items of a course's bank."""
    statement = (
        sa.select(Item)
        .join(ItemBank, ItemBank.id == Item.bank_id)
        .where(ItemBank.course_id == version.course_id)
        .order_by(Item.id)
    )
    return list(db.session.scalars(statement))


def begin(person: Person, now: datetime = START) -> PracticeSession | None:
    """A session with its questions, or None when there is nothing to ask."""
    started = services.start_session(person=person, language="en", now=now, time_zone=ZONE)
    return None if started is None else reopened(person, started)


def reopened(person: Person, session: PracticeSession) -> PracticeSession:
    """The session read anew."""
    found = queries.session_for(person, session.public_id)
    assert found is not None
    return found


def review(
    person: Person,
    session: PracticeSession,
    position: int = 1,
    *,
    credit: float = 1.0,
    certainty: Certainty = Certainty.RATHER,
    now: datetime = START,
) -> PracticeReview:
    """The answer to one question of a session, with so much of it right."""
    session = reopened(person, session)
    question = next(one for one in session.questions if one.position == position)
    return services.answer(
        session=session,
        question=question,
        response={"choice": "1" if credit else "2"},
        credit=credit,
        certainty=certainty,
        now=now,
        time_zone=ZONE,
    )


def practise(
    person: Person, credits_given: Iterable[tuple[float, Certainty]], now: datetime = START
) -> PracticeSession:
    """A session whose first questions are answered like this."""
    session = begin(person, now)
    assert session is not None
    for position, (credit, certainty) in enumerate(credits_given, start=1):
        review(person, session, position, credit=credit, certainty=certainty, now=now)
    return session


def cards(person: Person) -> list[PracticeCard]:
    """The person's cards, read anew, in the order they were made."""
    statement = sa.select(PracticeCard).where(PracticeCard.person_id == person.id)
    ordered = statement.order_by(PracticeCard.id).execution_options(populate_existing=True)
    return list(db.session.scalars(ordered))


def hand_in(attempt: Attempt, *, wrong: Iterable[int] = (), at: datetime = START) -> None:
    """Answer the paper rightly but for some positions, and hand it in."""
    given = right_responses(attempt)
    left_out = set(wrong)
    events = [
        answer_event(position, response, sequence=position)
        for position, response in given.items()
        if position not in left_out
    ]
    save(attempt, *events, at=at)
    exams.submit(attempt=attempt, now=at, settings=settings())
