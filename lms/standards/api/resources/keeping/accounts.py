"""Accounts of people and the access roles they hold. Passwords go by no interface."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from lms.core.database import db
from lms.core.errors import Forbidden, Missing
from lms.people import policies, queries, services
from lms.people.forms import LONGEST_USERNAME, SHORTEST_USERNAME, USERNAME
from lms.people.models import AccessRole, Account, OrganisationUnit, Person, RoleGrant
from lms.people.permissions import Permission
from lms.standards.api.frame.faults import unknown
from lms.standards.api.frame.lists import page_of
from lms.standards.api.frame.operations import Answer, Call, operation
from lms.standards.api.frame.schemas import (
    Key,
    PageOf,
    Paging,
    PersonRef,
    Received,
    Sent,
    UnitRef,
    Words,
    all_seen,
    person_ref,
    unit_ref,
)
from lms.standards.api.tokens.scopes import Scope

TAG = "Accounts"


class RoleOut(Sent):
    """An access role over a unit and all beneath it."""

    id: Key
    role: AccessRole
    unit: UnitRef
    granted_at: datetime


class AccountOut(Sent):
    """How one person signs in, and the roles held now."""

    id: Key
    person: PersonRef
    username: str = Field(examples=["n000123"])
    created_at: datetime
    suspended_at: datetime | None = Field(description="Since then nobody can sign in.")
    roles: list[RoleOut]


class AccountsQuery(Paging):
    """What the list is narrowed to."""

    q: Words | None = Field(None, description="Parts of the name or of the user name.")
    role: AccessRole | None = None
    state: Literal["open", "suspended"] | None = None


class RoleIn(Received):
    """A role to be given."""

    role: AccessRole
    unit: Key


class AccountIn(RoleIn):
    """Who gets an account, and the first role of it."""

    person: Key
    username: Annotated[
        str,
        StringConstraints(
            pattern=USERNAME, min_length=SHORTEST_USERNAME, max_length=LONGEST_USERNAME
        ),
        AfterValidator(all_seen),
    ] = Field(description="What they sign in as.", examples=["n000123"])


@operation(
    "GET",
    "/accounts",
    tag=TAG,
    scope=Scope.ACCOUNTS_READ,
    summary="List accounts",
    query=AccountsQuery,
    answer=PageOf[AccountOut],
)
def list_accounts(call: Call) -> Answer:
    """The accounts within the token's part of the network, by the person's name."""
    asked: AccountsQuery = call.query
    statement = queries.accounts_of(
        call.viewer, words=asked.q or "", role=asked.role, state=asked.state or ""
    )
    return Answer(
        page_of(
            statement,
            asked,
            _shown,
            columns=(Person.sort_name, Account.id),
            readers=(str, int),
            key=lambda account: (account.person.sort_name, account.id),
        )
    )


@operation(
    "GET",
    "/accounts/{account_id}",
    tag=TAG,
    scope=Scope.ACCOUNTS_READ,
    summary="Get an account",
    answer=AccountOut,
)
def get_account(call: Call, account_id: str) -> Answer:
    """One account with its roles."""
    return Answer(_shown(_account(call, account_id)))


@operation(
    "POST",
    "/accounts",
    tag=TAG,
    scope=Scope.ACCOUNTS_WRITE,
    summary="Give a person an account",
    body=AccountIn,
    answer=AccountOut,
    status=201,
    refusals=(409,),
)
def give_account(call: Call) -> Answer:
    """Let a person sign in under a name, with a first role over a unit of the token's part of the
    network. Nobody can sign in with it until an administrator gives it a one-time password. Who
    has an account, or has left, is refused (409), as is a name that is taken.
    """
    given: AccountIn = call.body
    person = queries.person_for(call.viewer, Permission.MANAGE_ACCOUNTS, given.person)
    if person is None:
        raise unknown("body.person")
    account = services.create_account(
        now=call.now,
        actor_key=call.viewer.person.public_id,
        person=person,
        username=given.username,
        roles=[(given.role, _unit(call))],
    )
    key = account.public_id
    db.session.expire_all()
    return Answer(_shown(_account(call, key)), location=f"/accounts/{key}")


@operation(
    "POST",
    "/accounts/{account_id}/suspension",
    tag=TAG,
    scope=Scope.ACCOUNTS_WRITE,
    summary="Suspend an account",
    answer=AccountOut,
)
def suspend_account(call: Call, account_id: str) -> Answer:
    """Shut an account: whoever is signed in with it is out at once, everywhere. Never one's own
    (403).
    """
    account = _account(call, account_id)
    _demand(policies.may_suspend(call.viewer, account))
    services.take_turn(actor=call.viewer.account, account=account)
    services.suspend(now=call.now, actor_key=call.viewer.person.public_id, account=account)
    return Answer(_shown(_account(call, account_id)))


@operation(
    "POST",
    "/accounts/{account_id}/reinstatement",
    tag=TAG,
    scope=Scope.ACCOUNTS_WRITE,
    summary="Open a suspended account",
    answer=AccountOut,
    refusals=(409,),
)
def reinstate_account(call: Call, account_id: str) -> Answer:
    """Let somebody sign in again. Sessions that ended stay so. Who has left is refused (409)."""
    account = _account(call, account_id)
    _demand(policies.may_suspend(call.viewer, account))
    services.reinstate(now=call.now, actor_key=call.viewer.person.public_id, account=account)
    return Answer(_shown(_account(call, account_id)))


@operation(
    "POST",
    "/accounts/{account_id}/roles",
    tag=TAG,
    scope=Scope.ACCOUNTS_WRITE,
    summary="Give an account a role",
    body=RoleIn,
    answer=AccountOut,
    status=201,
    refusals=(409,),
)
def give_role(call: Call, account_id: str) -> Answer:
    """Give a role over a unit of the token's part of the network. One that is held is refused
    (409).
    """
    account = _account(call, account_id)
    _demand(policies.may_manage_account(call.viewer, account))
    unit = _unit(call)
    services.grant_role(
        now=call.now,
        actor_key=call.viewer.person.public_id,
        account=account,
        role=call.body.role,
        unit=unit,
    )
    return Answer(_shown(_account(call, account_id)), location=f"/accounts/{account_id}")


@operation(
    "POST",
    "/accounts/{account_id}/roles/{role_id}/end",
    tag=TAG,
    scope=Scope.ACCOUNTS_WRITE,
    summary="Take a role from an account",
    answer=AccountOut,
)
def take_role(call: Call, account_id: str, role_id: str) -> Answer:
    """End a role. One's own administration can't be ended by oneself (403)."""
    account = _account(call, account_id)
    grant = next((one for one in account.grants if one.public_id == role_id), None)
    if grant is None:
        raise Missing
    _demand(policies.may_end_role(call.viewer, grant))
    services.take_turn(actor=call.viewer.account, account=account)
    services.end_role(now=call.now, actor_key=call.viewer.person.public_id, grant=grant)
    return Answer(_shown(account))


def _account(call: Call, account_id: str) -> Account:
    account = queries.account_for(call.viewer, account_id)
    if account is None:
        raise Missing
    return account


def _unit(call: Call) -> OrganisationUnit:
    unit = queries.unit_for(call.viewer, Permission.MANAGE_ACCOUNTS, call.body.unit)
    if unit is None:
        raise unknown("body.unit")
    return unit


def _demand(allowed: bool) -> None:
    if not allowed:
        raise Forbidden


def _shown(account: Account) -> AccountOut:
    return AccountOut(
        id=account.public_id,
        person=person_ref(account.person),
        username=account.username,
        created_at=account.created_at,
        suspended_at=account.suspended_at,
        roles=[_role(grant) for grant in account.grants if grant.ended_at is None],
    )


def _role(grant: RoleGrant) -> RoleOut:
    return RoleOut(
        id=grant.public_id,
        role=grant.role,
        unit=unit_ref(grant.unit),
        granted_at=grant.granted_at,
    )
