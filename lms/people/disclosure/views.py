"""One's own record to take along, and anybody's for the personnel department."""

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.core.errors import Missing
from lms.core.unit_of_work import reads_first
from lms.people.disclosure.giving import Kind, give_record
from lms.people.models import Person
from lms.people.permissions import Permission
from lms.people.queries import person_for
from lms.people.views.base import blueprint
from lms.web import access
from lms.web.headers import save_as


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
    kind = Kind.PDF if request.form.get("kind") == "pdf" else Kind.JSON
    answer = Response(give_record(person, kind, by=current_user.person), mimetype=kind.value)
    save_as(answer, f"record-{person.public_id}.{kind.name.lower()}")
    return answer
