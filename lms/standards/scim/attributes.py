"""What users are filtered and sorted by."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.core.database import db, fold
from lms.people.models import Account, Employment, JobRole, OrganisationUnit
from lms.people.models import Person as PersonRow
from lms.people.queries.matching import are_common, contains_part, holds_part
from lms.standards.scim import posts
from lms.standards.scim.filters import Attribute, Moment, Operator, caseless, exact, folded
from lms.standards.scim.merged import Leading
from lms.standards.scim.models import ScimIdentity

# The comparisons whose value is a part of what they find.
PARTS = frozenset({Operator.co, Operator.sw, Operator.ew})
HAS_VALUE = PARTS | {Operator.eq}


class OfName(Attribute):
    """A part of people's names: who has it is found among the names, by their index."""

    def __init__(self, part: Attribute) -> None:
        super().__init__(part.column, part.prepare)

    def compare(self, operator: Operator, value: Any) -> sa.ColumnElement[bool]:
        """Return the condition, beside what it comes to for the full name."""
        condition = super().compare(operator, value)
        words = str(fold(value)).split() if operator in HAS_VALUE and value else []
        if not words:
            return condition
        in_name = holds_part if are_common(PersonRow.sort_name, words) else contains_part
        return sa.and_(*(in_name(PersonRow.sort_name, word) for word in words), condition)


class UserName(Leading):
    """The name of the account; of who has none the personnel number."""

    def compare(self, operator: Operator, value: Any) -> sa.ColumnElement[bool]:
        """Return the condition; of a part said of either column, whose values are reckoned with."""
        if operator not in PARTS:
            return super().compare(operator, value)
        account = aliased(Account)
        has_none = ~sa.exists().where(account.person_id == PersonRow.id)
        by_number = caseless(PersonRow.personnel_number).compare(operator, value)
        by_name = caseless(Account.username).compare(operator, value)
        return sa.or_(by_name, sa.and_(has_none, by_number))


class Title(Attribute):
    """The code of the post: the few posts that fit are found first, so that it is known how many
    people hold them before all are read in the order of their names.
    """

    def __init__(self) -> None:
        code = caseless(JobRole.code)
        super().__init__(code.column, code.prepare)

    def compare(self, operator: Operator, value: Any) -> sa.ColumnElement[bool]:
        """Return the condition."""
        fitting = sa.select(JobRole.id).where(super().compare(operator, value))
        return Employment.job_role_id.in_(db.session.scalars(fitting).all())


class Active(Attribute):
    """Whether somebody works and may sign in; those who don't are few, and found by themselves."""

    def __init__(self) -> None:
        is_it = sa.and_(Employment.ended_on.is_(None), Account.suspended_at.is_(None))
        super().__init__(is_it, lambda value: value, bool)

    def compare(self, operator: Operator, value: Any) -> sa.ColumnElement[bool]:
        """Return the condition."""
        condition = super().compare(operator, value)
        if operator is not Operator.eq:
            return condition
        if value:  # of users, everybody but those few: said so, a page is read as far as it goes
            return sa.and_(~posts.left(), Account.suspended_at.is_(None))
        post, account = aliased(Employment), aliased(Account)
        some = sa.union(
            sa.select(post.person_id).where(post.ended_on.is_not(None)),
            sa.select(account.person_id).where(account.suspended_at.is_not(None)),
        )
        return sa.and_(PersonRow.id.in_(some), condition)


def attributes() -> dict[str, Attribute]:
    """Return the attributes by their path in lower case; their tables stand in a selection."""
    email, department = caseless(PersonRow.email), caseless(OrganisationUnit.code)
    has_email = sa.func.coalesce(PersonRow.email, "") != ""
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
        "username": UserName(
            caseless(username),
            caseless(sa.func.coalesce(past_name, past.personnel_number)),
            past,
            by_number,
            by_name,
        ),
        "displayname": OfName(folded(PersonRow.sort_name)),
        "name.formatted": OfName(folded(PersonRow.sort_name)),
        "name.familyname": OfName(caseless(PersonRow.family_name)),
        "name.givenname": OfName(caseless(PersonRow.given_name)),
        "name.middlename": OfName(caseless(PersonRow.patronymic)),
        "title": Title(),
        "preferredlanguage": folded(PersonRow.language),
        "emails": email,
        "emails.value": email,
        # As addresses are sent: the one that is kept is of work, and the primary one.
        "emails.type": caseless(sa.case((has_email, "work"))),
        "emails.primary": Attribute(has_email, lambda value: value, bool),
        "active": Active(),
        "groups": exact(OrganisationUnit.public_id),
        "groups.value": exact(OrganisationUnit.public_id),
        "employeenumber": Leading(
            caseless(PersonRow.personnel_number), caseless(past.personnel_number), past, by_number
        ),
        "department": department,
        "meta.created": Moment(PersonRow.created_at),
        "meta.lastmodified": Moment(PersonRow.changed_at),
    }
