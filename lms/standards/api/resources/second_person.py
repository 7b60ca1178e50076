"""What needs two people: the request, what the second person says, the reason that names nobody."""

from datetime import datetime
from typing import Annotated, Literal

from flask_babel import lazy_gettext as _l
from pydantic import Field, StringConstraints

from lms.core.tables.texts import HIDDEN
from lms.people.erasure.holdings import mentions
from lms.people.models import Person
from lms.people.second_person import models
from lms.people.second_person.models import SecondPersonRequest
from lms.standards.api.frame.faults import fault
from lms.standards.api.frame.operations import Call
from lms.standards.api.frame.schemas import PersonRef, Received, Sent, Why, person_ref

Remark = Annotated[str, StringConstraints(pattern=f"^[^{HIDDEN}]*$", max_length=1000)]


class WhyIn(Received):
    """Why it is done, without anybody's name: the reason stays when the name is gone."""

    reason: Why


class AnswerIn(Received):
    """What the second person decides."""

    answer: Literal["agreed", "refused"]
    word: Remark = Field("", description="To the one who asked; needed with a refusal.")


class DecisionOut(Sent):
    """What the second person answered."""

    answer: models.Answer | None = Field(description="null: it waits.")
    answered_by: PersonRef | None
    answered_at: datetime | None
    word: str


class RequestOut(DecisionOut):
    """Who asked, and what the second person answered."""

    reason: str
    asked_by: PersonRef
    asked_at: datetime


def decision_out(request: SecondPersonRequest) -> DecisionOut:
    """Return how a request, loaded with who answered it, was decided."""
    return DecisionOut(
        answer=request.answer,
        answered_by=person_ref(request.answered_by) if request.answered_by else None,
        answered_at=request.answered_at,
        word=request.word,
    )


def request_out(request: SecondPersonRequest) -> RequestOut:
    """Return a request loaded with both people."""
    return RequestOut(
        reason=request.reason,
        asked_by=person_ref(request.asked_by),
        asked_at=request.asked_at,
        **dict(decision_out(request)),
    )


def given_answer(call: Call) -> models.Answer:
    """Return the second person's answer; refuse a refusal without a word."""
    given: AnswerIn = call.body
    if given.answer == "refused" and not given.word.strip():
        raise fault("body.word", _l("must say why it is refused"))
    return models.Answer(given.answer)


def given_reason(call: Call, *people: Person) -> str:
    """Return the reason; refuse one that names one of ``people``."""
    reason: str = call.body.reason
    if any(mentions(reason, person) for person in people):
        raise fault("body.reason", _l("names the person"))
    return reason
