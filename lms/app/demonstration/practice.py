"""The demonstration's practice: sessions really planned, answers really scheduled.

A few dozen people practise, so that instructors see figures; the shown trainee has kept at it for
some days. What is right or wrong follows from the seed; one question in five misleads many.
"""

from datetime import datetime, timedelta
from random import Random
from typing import Any
from zlib import crc32

from lms.assessment.kinds.base import Response
from lms.assessment.models import ItemKind
from lms.assessment.practice import queries, services
from lms.assessment.practice.models import Certainty, PracticeQuestion
from lms.assessment.queries import keys
from lms.catalog.rendering import Check, render_lesson
from lms.core.settings import Settings
from lms.learning.queries.study import lesson_body
from lms.people.models import Person

PRACTISING = 45  # people
TRAINEE_DAYS = (4, 3, 1)  # ago; a day of rest between the last two
LANGUAGE = "ru"


def record_practice(
    people: list[Person], trainee: Person, *, now: datetime, settings: Settings, random: Random
) -> None:
    """Let some of ``people`` practise once, and the trainee on several days."""
    for person in people[:PRACTISING]:
        _practise(person, now - timedelta(days=random.randint(2, 20)), settings, random)
    for days in TRAINEE_DAYS:
        _practise(trainee, now - timedelta(days=days), settings, random)


def _practise(person: Person, at: datetime, settings: Settings, random: Random) -> None:
    started = services.start_session(
        person=person, language=LANGUAGE, now=at, time_zone=settings.time_zone
    )
    if started is None:
        return
    session = queries.session_for(person, started.public_id)
    assert session is not None
    for question in session.questions:
        is_misleading = crc32(_name(question).encode()) % 5 == 0
        is_right = random.random() < (0.4 if is_misleading else 0.8)
        response = _response(question, is_right=is_right)
        at += timedelta(seconds=random.randint(15, 45))
        services.answer(
            session=session,
            question=question,
            response=response,
            credit=float(is_right and response is not None),
            certainty=random.choices(list(Certainty), [6 if is_misleading else 4, 4, 2])[0],
            now=at,
            time_zone=settings.time_zone,
        )


def _name(question: PracticeQuestion) -> str:
    return question.card.check_key or str(question.card.item_id)


def _response(question: PracticeQuestion, *, is_right: bool) -> Response | None:
    """Return an answer that is right or wrong as asked; None, 'I don't know', where a kind of item
    has no wrong one that is easily made.
    """
    if question.item_version is not None:
        return _item_response(question, is_right=is_right)
    check = _check(question)
    right = sorted(check.right_keys)
    wrong = [option.key for option in check.options if option.key not in check.right_keys]
    chosen = right if is_right else wrong[:1]
    return {"choices": chosen} if check.is_multiple else {"choice": chosen[0]}


def _item_response(question: PracticeQuestion, *, is_right: bool) -> Response | None:
    version = question.item_version
    assert version is not None
    answer: dict[str, Any] = keys([version.id])[version.id].answer
    if version.kind is ItemKind.TRUE_FALSE:
        return {"value": answer["value"] is is_right}
    if version.kind is ItemKind.SINGLE_CHOICE:
        options = [option["key"] for option in version.content["options"]]
        fitting = [key for key in options if (key in answer["correct"]) is is_right]
        return {"choice": fitting[0]}
    return None


def _check(question: PracticeQuestion) -> Check:
    assert question.activity is not None
    text = lesson_body(question.activity.public_id, LANGUAGE)
    assert text is not None
    rendered = render_lesson(
        text.body,
        language=text.language,
        sources=(),
        files_url=lambda _path: None,
        lesson_url=lambda _key: None,
    )
    check = rendered.check(str(question.card.check_key))
    assert check is not None
    return check
