"""Whoever may be the second person is told of the request; who asked is told of the answer."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from lms.core.database import db
from lms.notifications.kinds import Details, Kind, register
from lms.notifications.services import notify
from lms.people.events import second_person_answered, second_person_asked
from lms.people.models import Person
from lms.people.second_person.models import Answer, SecondPersonRequest
from lms.people.second_person.queries import requests_by_key, who_may_answer
from lms.people.second_person.subjects import subject_of


def _present(many: Sequence[Details]) -> list[dict[str, Any]]:
    """Read the requests anew: a message names nobody, and tells what became of its request."""
    found = requests_by_key({details["request"] for details in many})
    return [_shown(found[details["request"]]) for details in many]


def _shown(request: SecondPersonRequest) -> dict[str, Any]:
    subject = subject_of(request.subject_kind)
    return {
        "request": request,
        "title": subject.title,
        "page": (subject.endpoint, {subject.argument: request.subject_key}),
    }


ASKED = register(
    Kind(
        key="people.second_person_asked",
        template="second_person_asked",
        subject=lambda _details: _("Your agreement is asked for"),
        present=_present,
        endpoint="notifications.inbox",
    )
)
ANSWERED = register(
    Kind(
        key="people.second_person_answered",
        template="second_person_answered",
        subject=lambda details: _answer_words(Answer(details["answer"])),
        present=_present,
        endpoint="notifications.inbox",
    )
)


def _answer_words(answer: Answer) -> str:
    agreed = answer is Answer.AGREED
    return str(_("Your request was agreed to") if agreed else _("Your request was refused"))


@second_person_asked.connect
def tell_who_may_answer(request: SecondPersonRequest, *, now: datetime) -> None:
    """Tell all who may decide."""
    for person in who_may_answer(request):
        _tell(person, ASKED, request, now)


@second_person_answered.connect
def tell_who_asked(request: SecondPersonRequest, *, now: datetime) -> None:
    """Tell the answer to who asked; a request that they withdrew themselves is no news."""
    answer = request.answer
    if answer is not None and answer is not Answer.WITHDRAWN:
        person = db.session.get_one(Person, request.asked_by_id)
        _tell(person, ANSWERED, request, now, answer=answer.value)


def _tell(
    person: Person, kind: Kind, request: SecondPersonRequest, now: datetime, **more: str
) -> None:
    notify(
        recipient=person,
        kind=kind.key,
        key=f"{kind.key}:{request.public_id}",
        details={"request": request.public_id, **more},
        now=now,
        settings=current_app.config["SETTINGS"],
    )
