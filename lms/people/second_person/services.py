"""Asking a second person, and their answer."""

from datetime import datetime

from flask_babel import lazy_gettext as _l

from lms.audit.services import record
from lms.core.database import db
from lms.core.errors import Conflict, Forbidden
from lms.people.events import second_person_answered, second_person_asked
from lms.people.identity import Viewer
from lms.people.permissions import Permission
from lms.people.second_person.models import Answer, SecondPersonRequest
from lms.people.second_person.policies import may_answer, may_withdraw


class AlreadyAnswered(Conflict):
    """Someone answered, or the request was withdrawn."""

    def __init__(self) -> None:
        super().__init__(_l("This request has been decided already."))


class SamePerson(Forbidden):
    """Who asked can't be the second person; nor can who isn't permitted the same."""

    def __init__(self) -> None:
        super().__init__(_l("Somebody else with the same rights has to decide on this request."))


def ask(
    *, kind: str, key: str, permission: Permission, viewer: Viewer, reason: str, now: datetime
) -> SecondPersonRequest:
    """Record the viewer's request over all of their scope for ``permission``."""
    request = SecondPersonRequest(
        subject_kind=kind,
        subject_key=key,
        permission=permission.value,
        scope=sorted(viewer.scope(permission)),
        reason=reason,
        asked_by_id=viewer.person.id,
        asked_at=now,
        word="",
    )
    db.session.add(request)
    db.session.flush()
    _audit(request, viewer, now, action="people.second_person_asked", reason=reason)
    second_person_asked.send(request, now=now)
    return request


def answer(
    *, request: SecondPersonRequest, answer: Answer, viewer: Viewer, word: str, now: datetime
) -> None:
    """Record the answer to a locked request. Raises AlreadyAnswered, SamePerson."""
    allowed = may_withdraw if answer is Answer.WITHDRAWN else may_answer
    if not allowed(viewer, request):
        raise SamePerson
    if request.answer is not None:
        raise AlreadyAnswered
    request.answer, request.answered_by_id = answer, viewer.person.id
    request.answered_at, request.word = now, word
    db.session.flush()
    _audit(
        request,
        viewer,
        now,
        action="people.second_person_answered",
        reason=word,
        answer=answer.value,
    )
    second_person_answered.send(request, now=now)


def _audit(
    request: SecondPersonRequest,
    viewer: Viewer,
    now: datetime,
    *,
    action: str,
    reason: str,
    **details: str,
) -> None:
    record(
        now=now,
        actor_key=viewer.person.public_id,
        action=action,
        subject_kind=request.subject_kind,
        subject_key=request.subject_key,
        reason=reason,
        **details,
    )
