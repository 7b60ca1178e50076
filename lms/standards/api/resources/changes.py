"""Changes of how people stand, in the order in which they were noticed."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from pydantic import Field

from lms.certification.following.models import StandingChange
from lms.certification.lifecycle.state import Label
from lms.certification.schemes.models import CertificationScheme
from lms.people.models import Person
from lms.people.permissions import Permission
from lms.people.queries import visible_to
from lms.standards.api.frame.lists import page_of
from lms.standards.api.frame.operations import Answer, Call, operation
from lms.standards.api.frame.schemas import Key, PageOf, Paging, PersonRef, Sent, person_ref
from lms.standards.api.resources.standings import CertificationRef, certification_ref
from lms.standards.api.tokens.scopes import Scope

TAG = "Certifications"


class ChangeOut(Sent):
    """Somebody's label for a certification became another one."""

    id: Key = Field(description="The same as `change` in the webhook's message.")
    person: PersonRef
    certification: CertificationRef
    label_before: Label
    label: Label
    changed_on: date
    noticed_at: datetime


class ChangeQuery(Paging):
    """Of which certification."""

    certification: Key | None = None


@operation(
    "GET",
    "/standing-changes",
    tag=TAG,
    scope=Scope.CERTIFICATES_READ,
    summary="List changes of standings",
    query=ChangeQuery,
    answer=PageOf[ChangeOut],
)
def list_changes(call: Call) -> Answer:
    """Changes of the token's people, the earliest noticed first: go on from the last `next`."""
    asked: ChangeQuery = call.query
    statement: Any = (
        sa.select(StandingChange, Person, CertificationScheme)
        .join(Person, Person.id == StandingChange.person_id)
        .join(CertificationScheme, CertificationScheme.id == StandingChange.scheme_id)
        .where(visible_to(call.viewer, Permission.SEE_CERTIFICATES))
    )
    if asked.certification:
        statement = statement.where(CertificationScheme.public_id == asked.certification)
    page = page_of(
        statement,
        asked,
        _shown,
        columns=(StandingChange.id,),
        readers=(int,),
        key=lambda row: (row[0].id,),
    )
    return Answer(page)


def _shown(row: Any) -> ChangeOut:
    change, person, scheme = row
    return ChangeOut(
        id=change.public_id,
        person=person_ref(person),
        certification=certification_ref(scheme),
        label_before=change.label_before,
        label=change.label,
        changed_on=change.changed_on,
        noticed_at=change.noticed_at,
    )
