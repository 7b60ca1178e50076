"""One's own record to take along, and anybody's for the personnel department."""

import json

from flask import Response, current_app, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.audit.services import record
from lms.core import clock
from lms.core.errors import Conflict, Missing
from lms.core.pdf import renderer
from lms.core.unit_of_work import reads_first, release
from lms.people.disclosure.papers import document_of
from lms.people.disclosure.parts import hindrance_for
from lms.people.disclosure.telling import loaded_parts, record_of
from lms.people.models import Person
from lms.people.permissions import Permission
from lms.people.queries import person_for
from lms.people.views.base import blueprint
from lms.web import access
from lms.web.i18n import current_language

KINDS = {"json": "application/json", "pdf": "application/pdf"}


@blueprint.post("/account/record")
@access.any_account
@reads_first
def own_record() -> ResponseReturnValue:
    """Give everything that is held about the caller."""
    return _record_of(current_user.person)


@blueprint.post("/hr/people/<public_id>/record")
@access.requires(Permission.KEEP_PEOPLE)
@reads_first
def whole_record(public_id: str) -> ResponseReturnValue:
    """Give everything that is held about a person, to be handed to them."""
    person = person_for(current_user, Permission.KEEP_PEOPLE, public_id)
    if person is None:
        raise Missing
    return _record_of(person)


def _record_of(person: Person) -> Response:
    kind = "pdf" if request.form.get("kind") == "pdf" else "json"
    hindrance = hindrance_for(person)
    if hindrance is not None:
        raise Conflict(hindrance)
    content = _as_json(person) if kind == "json" else _as_pdf(person)
    release()
    record(
        now=clock.now(),
        actor_key=current_user.person.public_id,
        action="people.record_taken",
        subject_kind="person",
        subject_key=person.public_id,
        person_key=person.public_id,
        kind=kind,
    )
    answer = Response(content, mimetype=KINDS[kind])
    answer.headers.set(
        "Content-Disposition", "attachment", filename=f"record-{person.public_id}.{kind}"
    )
    return answer


def _as_json(person: Person) -> bytes:
    facts = record_of(person, now=clock.now())
    return json.dumps(facts, ensure_ascii=False, indent=2).encode()


def _as_pdf(person: Person) -> bytes:
    document = document_of(
        person,
        loaded_parts(person),
        language=current_language(),
        now=clock.now(),
        settings=current_app.config["SETTINGS"],
    )
    release(then_writing=False)
    return renderer().render(document)
