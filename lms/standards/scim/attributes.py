"""What users are filtered and sorted by."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.audit.models import AuditEntry
from lms.people.models import Account, Employment, JobRole, OrganisationUnit
from lms.people.models import Person as PersonRow
from lms.standards.scim.filters import Attribute, Moment, caseless, exact, truth
from lms.standards.scim.merged import Leading
from lms.standards.scim.models import ScimIdentity


def last_change() -> sa.ColumnElement[datetime]:
    """Return when something about a person changed last: the log tells, or when they were added."""
    changed = (
        sa.select(sa.func.max(AuditEntry.recorded_at))
        .where(AuditEntry.person_key == PersonRow.public_id)
        .correlate(PersonRow)
        .scalar_subquery()
    )
    return sa.func.coalesce(changed, PersonRow.created_at, type_=PersonRow.created_at.type)


def attributes() -> dict[str, Attribute]:
    """Return the attributes by their path in lower case; their tables stand in a selection."""
    email, department = caseless(PersonRow.email), caseless(OrganisationUnit.code)
    past = aliased(PersonRow)
    past_name = sa.select(Account.username).where(Account.person_id == past.id).scalar_subquery()
    past_id = (
        sa.select(ScimIdentity.external_id)
        .where(ScimIdentity.person_id == past.id)
        .scalar_subquery()
    )
    username = sa.func.coalesce(Account.username, PersonRow.personnel_number)
    person, account = aliased(PersonRow), aliased(Account)
    by_number = person.id, caseless(person.personnel_number)
    by_name = account.person_id, caseless(account.username)
    return {
        "id": exact(PersonRow.public_id),
        "externalid": Leading(exact(ScimIdentity.external_id), exact(past_id), past),
        "username": Leading(
            caseless(username),
            caseless(sa.func.coalesce(past_name, past.personnel_number)),
            past,
            by_number,
            by_name,
        ),
        "displayname": caseless(PersonRow.sort_name),
        "name.formatted": caseless(PersonRow.sort_name),
        "name.familyname": caseless(PersonRow.family_name),
        "name.givenname": caseless(PersonRow.given_name),
        "name.middlename": caseless(PersonRow.patronymic),
        "title": caseless(JobRole.code),
        "preferredlanguage": caseless(PersonRow.language),
        "emails": email,
        "emails.value": email,
        "active": truth(sa.and_(Employment.ended_on.is_(None), Account.suspended_at.is_(None))),
        "groups": exact(OrganisationUnit.public_id),
        "groups.value": exact(OrganisationUnit.public_id),
        "employeenumber": Leading(
            caseless(PersonRow.personnel_number), caseless(past.personnel_number), past, by_number
        ),
        "department": department,
        "meta.created": Moment(PersonRow.created_at),
        "meta.lastmodified": Moment(last_change()),
    }
