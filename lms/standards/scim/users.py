"""Users: people with a post, and the accounts they sign in with."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from scim2_models import (
    ConflictException,
    ForbiddenException,
    InvalidValueException,
    Meta,
    MutabilityException,
    NotFoundException,
    PreconditionFailedException,
    Reference,
    UniquenessException,
)
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from lms.audit.services import record
from lms.core.database import db, fold
from lms.core.errors import Conflict, Refusal
from lms.people import policies, services
from lms.people.identity import Viewer
from lms.people.models import (
    AccessRole,
    Account,
    Employment,
    JobRole,
    OrganisationUnit,
    RoleGrant,
)
from lms.people.models import Person as PersonRow
from lms.people.permissions import Permission
from lms.people.queries import visible_to, within
from lms.standards.scim import posts
from lms.standards.scim.merged import refuse_ending, stays
from lms.standards.scim.models import ScimIdentity
from lms.standards.scim.schemas import Email, EnterpriseUser, GroupMembership, Name, Person
from lms.standards.scim.values import address_of, keep_external_id, language_of, line

MANAGE = Permission.MANAGE_ACCOUNTS


@dataclass(frozen=True)
class Desk:
    """Who keeps people in step, and when."""

    viewer: Viewer
    now: datetime
    today: date
    language: str  # in which units are named
    address: str  # of the service, as the client knows it

    @property
    def actor_key(self) -> str:
        """The acting person's public id."""
        return self.viewer.person.public_id


def selection(desk: Desk, is_user: sa.ColumnElement[bool] | None = None) -> sa.Select[Any]:
    """Return the statement of (person, account, external id, post) of those seen.

    Users are people in the scope of the token's owner with a post, or who left (see ``posts``).
    ``is_user`` says so where other words than ``posts.is_user`` are quicker.
    """
    columns: tuple[Any, ...] = (
        PersonRow,
        Account,
        ScimIdentity.external_id,
        Employment,
    )
    return (
        sa.select(*columns)
        .select_from(PersonRow)
        .join(Employment, posts.is_shown())
        .join(Employment.unit)
        .join(Employment.job_role)
        .outerjoin(Account, Account.person_id == PersonRow.id)
        .outerjoin(ScimIdentity, ScimIdentity.person_id == PersonRow.id)
        .where(visible_to(desk.viewer, MANAGE), posts.is_user() if is_user is None else is_user)
        .options(
            contains_eager(Employment.unit),
            contains_eager(Employment.job_role),
        )
        .execution_options(populate_existing=True)
    )


ORDER = (PersonRow.sort_name, PersonRow.id)


def found(desk: Desk, public_id: str) -> Any:
    """Return the row of one user; raise NotFound."""
    present = joinedload(PersonRow.employment).options(
        joinedload(Employment.unit), joinedload(Employment.job_role)
    )
    statement = selection(desk).where(PersonRow.public_id == stays(public_id)).options(present)
    row = db.session.execute(statement).one_or_none()
    if row is None:
        raise NotFoundException
    return row


def shown(desk: Desk, row: Any) -> Any:
    """Return a user as it is sent."""
    person, account, external_id, post = row
    name = getattr(post.unit, f"name_{desk.language}")
    user = Person(
        id=person.public_id,
        external_id=external_id,
        user_name=account.username if account else person.personnel_number,
        name=Name(
            formatted=person.full_name,
            family_name=person.family_name,
            given_name=person.given_name,
            middle_name=person.patronymic or None,
        ),
        display_name=person.full_name,
        title=post.job_role.code,
        preferred_language=person.language,
        active=post.ended_on is None and (account is None or account.suspended_at is None),
        emails=[Email(value=person.email, type="work", primary=True)] if person.email else None,
        groups=[
            GroupMembership(
                value=post.unit.public_id,
                ref=Reference(f"{desk.address}/Groups/{post.unit.public_id}"),
                display=name,
            )
        ]
        if post.ended_on is None
        else None,
    )
    user[EnterpriseUser] = EnterpriseUser(
        employee_number=person.personnel_number, department=post.unit.code
    )
    user.meta = Meta(
        resource_type="User",
        created=person.created_at,
        last_modified=person.changed_at,
        location=f"{desk.address}/Users/{person.public_id}",
        version=_version(user, post.unit.public_id, name),
    )
    return user


def _version(user: Any, *of_unit: str) -> str:
    """Return what tells one state of a user from another, of plain values: for each on a page."""
    name, enterprise = user.name, user[EnterpriseUser]
    names = (name.family_name, name.given_name, name.middle_name)
    values = (
        *(user.id, user.external_id, user.user_name, *names, user.title, user.preferred_language),
        *(user.active, user.emails[0].value if user.emails else None, enterprise.employee_number),
        *(enterprise.department, user.groups is not None, *of_unit),
    )
    digest = hashlib.sha256(json.dumps(values).encode()).hexdigest()[:24]
    return f'W/"{digest}"'


def create(desk: Desk, user: Any) -> Any:
    """Add a person with a post from today and an account without a password.

    Somebody who left and has this number is taken back instead, as the same person.
    """
    enterprise = user[EnterpriseUser]
    if enterprise is None:
        raise InvalidValueException(detail="department (enterprise extension) is required")
    number = enterprise.employee_number or user.user_name
    known = posts.who_left(desk.viewer, MANAGE, number)
    if known is not None:
        return _return(desk, known, user)
    try:
        person = services.create_person(
            now=desk.now,
            actor_key=desk.actor_key,
            personnel_number=line("employeeNumber", number, 40),
            family_name=line("name.familyName", user.name.family_name),
            given_name=line("name.givenName", user.name.given_name),
            patronymic=line("name.middleName", user.name.middle_name or "", least=0),
            unit=_unit(desk, enterprise.department),
            job_role=_post(user.title),
            started_on=desk.today,
            email=address_of(user),
            language=language_of(user) or "ru",
        )
        account = _account(desk, person, user.user_name)
    except Conflict as conflict:
        raise UniquenessException(detail=str(conflict)) from conflict
    _keep_external_id(desk, person, user.external_id)
    if user.active is False:
        services.suspend(now=desk.now, actor_key=desk.actor_key, account=account)
    return shown(desk, found(desk, person.public_id))


def update(desk: Desk, user: Any, expected: str | None) -> Any:
    """Bring a person to the state that was sent, each difference by the service that means it."""
    row = found(desk, user.id)
    person, account, _external_id, post = row
    if user.active is False:
        refuse_ending(row, user.id)
    _check_version(shown(desk, row), expected)
    if fold(user.user_name) != fold(account.username if account else person.personnel_number):
        raise MutabilityException(detail="userName stays as it is")
    if post.ended_on is not None and user.active:
        return _return(desk, person, user)
    _change_person(desk, person, account, user)
    if post.ended_on is None:
        _move(desk, person, user)
    _keep_external_id(desk, person, user.external_id)
    if user.active is not None and post.ended_on is None:
        _set_access(desk, person, account, active=user.active)
    db.session.flush()
    return shown(desk, found(desk, user.id))


def delete(desk: Desk, public_id: str, expected: str | None) -> None:
    """End the employment with today: access ends, records stay."""
    row = found(desk, public_id)
    refuse_ending(row, public_id)
    _check_version(shown(desk, row), expected)
    if row[0].id == desk.viewer.person.id:
        raise ConflictException(detail="A token can't end its owner's own work")
    if row.Employment.ended_on is None:
        services.end_employment(
            now=desk.now, actor_key=desk.actor_key, person=row[0], on=desk.today, today=desk.today
        )
    record(
        now=desk.now,
        actor_key=desk.actor_key,
        action="standards.user_deleted",
        subject_kind="person",
        subject_key=public_id,
        person_key=public_id,
    )


def _return(desk: Desk, person: PersonRow, user: Any) -> Any:
    """Give somebody who left a post from today, and open their account unless told otherwise."""
    account = db.session.scalar(sa.select(Account).where(Account.person_id == person.id))
    name = account.username if account else person.personnel_number
    if account is not None and fold(user.user_name) != fold(name):
        raise MutabilityException(detail="userName stays as it is")
    unit, post = _unit(desk, user[EnterpriseUser].department), _post(user.title)
    _change_person(desk, person, account, user)
    try:
        services.take_up_post(
            now=desk.now,
            actor_key=desk.actor_key,
            person=person,
            unit=unit,
            job_role=post,
            on=desk.today,
            today=desk.today,
        )
    except Refusal as refusal:
        raise InvalidValueException(detail=str(refusal)) from refusal
    _keep_external_id(desk, person, user.external_id)
    account = account or _account(desk, person, user.user_name)
    _set_access(desk, person, account, active=user.active is not False)
    return shown(desk, found(desk, person.public_id))


def move(desk: Desk, person: PersonRow, unit: OrganisationUnit, post: JobRole) -> None:
    """Transfer a person from today; nothing happens when unit and post stay."""
    present = person.employment
    if present is None or (present.unit_id, present.job_role_id) == (unit.id, post.id):
        return
    try:
        services.transfer(
            now=desk.now,
            actor_key=desk.actor_key,
            person=person,
            unit=unit,
            job_role=post,
            on=desk.today,
            today=desk.today,
        )
    except Refusal as refusal:
        raise InvalidValueException(detail=str(refusal)) from refusal


def _check_version(stored: Any, expected: str | None) -> None:
    if expected is not None and stored.meta.version != expected:
        raise PreconditionFailedException


def _managed(desk: Desk, account: Account) -> Account:
    """Return the account, loaded; raise Forbidden where it reaches beyond the token's owner."""
    parts = joinedload(Employment.unit), joinedload(Employment.job_role)
    post = joinedload(Account.person).joinedload(PersonRow.employment).options(*parts)
    roles = selectinload(Account.grants).joinedload(RoleGrant.unit)
    statement = sa.select(Account).where(Account.id == account.id).options(post, roles)
    whole = db.session.scalars(statement, execution_options={"populate_existing": True}).one()
    if not policies.may_manage_account(desk.viewer, whole):
        raise ForbiddenException(detail="The account has roles that the token's owner can't give")
    return whole


def _demand_address(desk: Desk, account: Account | None) -> None:
    """Raise Forbidden unless the token's owner may say where links go that open the account."""
    if account is not None and not policies.may_change_email(_managed(desk, account)):
        raise ForbiddenException(detail="Strangers share a demonstration's account: it has no mail")


def _change_person(desk: Desk, person: PersonRow, account: Account | None, user: Any) -> None:
    names = {
        "family_name": line("name.familyName", user.name.family_name),
        "given_name": line("name.givenName", user.name.given_name),
        "patronymic": line("name.middleName", user.name.middle_name or "", least=0),
    }
    enterprise = user[EnterpriseUser]
    number = enterprise.employee_number if enterprise else None
    if number is not None and fold(number) != fold(person.personnel_number):
        raise MutabilityException(detail="employeeNumber stays as it is")
    if any(getattr(person, part) != value for part, value in names.items()):
        services.rename_person(now=desk.now, actor_key=desk.actor_key, person=person, **names)
    email, language = address_of(user), language_of(user) or person.language
    if email != person.email:
        _demand_address(desk, account)
    if (email, language) != (person.email, person.language):
        services.change_contact(
            now=desk.now, actor_key=desk.actor_key, person=person, email=email, language=language
        )


def _move(desk: Desk, person: PersonRow, user: Any) -> None:
    enterprise = user[EnterpriseUser]
    if enterprise is None or enterprise.department is None:
        raise InvalidValueException(detail="department (enterprise extension) is required")
    present = person.employment
    assert present is not None
    unit, post = present.unit, present.job_role
    if enterprise.department.casefold() != unit.code.casefold():
        unit = _unit(desk, enterprise.department)
    if user.title.casefold() != post.code.casefold():
        post = _post(user.title)
    move(desk, person, unit, post)


def _set_access(desk: Desk, person: PersonRow, account: Account | None, *, active: bool) -> None:
    if account is None:
        if active:
            return
        account = _account(desk, person, person.personnel_number)
    if account.id == desk.viewer.account.id and not active:
        raise MutabilityException(detail="A token can't shut its owner's account")
    if active is (account.suspended_at is None):
        return
    change = services.reinstate if active else services.suspend
    change(now=desk.now, actor_key=desk.actor_key, account=_managed(desk, account))


def _account(desk: Desk, person: PersonRow, username: str) -> Account:
    post = db.session.scalars(
        sa.select(Employment)
        .where(Employment.person_id == person.id, Employment.ended_on.is_(None))
        .options(joinedload(Employment.unit))
    ).one()
    return services.create_account(
        now=desk.now,
        person=person,
        username=line("userName", username),
        roles=[(AccessRole.TRAINEE, post.unit)],
        actor_key=desk.actor_key,
    )


def _unit(desk: Desk, code: str | None) -> OrganisationUnit:
    statement = sa.select(OrganisationUnit).where(
        sa.func.lower(OrganisationUnit.code) == (code or "").lower(),
        OrganisationUnit.closed_on.is_(None),
        within(desk.viewer.scope(MANAGE)),
    )
    unit = db.session.scalars(statement).one_or_none()
    if unit is None:
        raise InvalidValueException(detail=f"There is no unit with the code {code!r} in your scope")
    return unit


def _post(code: str | None) -> JobRole:
    statement = sa.select(JobRole).where(sa.func.lower(JobRole.code) == (code or "").lower())
    post = db.session.scalars(statement).one_or_none()
    if post is None:
        raise InvalidValueException(detail=f"There is no post with the code {code!r} (title)")
    return post


def _keep_external_id(desk: Desk, person: PersonRow, external_id: str | None) -> None:
    if keep_external_id(person, external_id):
        services.note_change(person.public_id, now=desk.now)
