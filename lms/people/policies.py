"""Who may do what to people and accounts: pure rules, twins of the conditions in ``queries``."""

from collections.abc import Iterable
from enum import Enum

from lms.people.identity import Viewer
from lms.people.models import AccessRole, Account, OrganisationUnit, Person, RoleGrant
from lms.people.permissions import ROLE_PERMISSIONS, Permission
from lms.people.planned.models import PlannedPost

KEEP = Permission.KEEP_PEOPLE


def may_see_person(viewer: Viewer, permission: Enum, person: Person) -> bool:
    """Tell whether ``person`` is in the viewer's scope; twin of ``queries.visible_to``.

    Someone who left has no unit and is seen with a scope over the whole network only.
    """
    present = person.employment
    return viewer.may_over(permission, present.unit.path if present else None)


def may_see_newcomer(viewer: Viewer, permission: Enum, plan: PlannedPost) -> bool:
    """Tell whether the viewer has ``permission`` where somebody without a post is to begin.

    Twin of ``planned.queries.newcomer_for``.
    """
    begins = plan.unit is not None and plan.person.employment is None
    return begins and viewer.may_over(permission, plan.unit.path if plan.unit else None)


def may_call_off(viewer: Viewer, plan: PlannedPost) -> bool:
    """Tell whether the viewer may let a plan not happen; twin of ``planned.queries.plans``."""
    return may_see_person(viewer, KEEP, plan.person) or may_see_newcomer(viewer, KEEP, plan)


def may_dismiss(viewer: Viewer, person: Person) -> bool:
    """Tell whether the viewer may enter this person's last day at work: never their own."""
    is_other = person.id != viewer.person.id
    return is_other and person.employment is not None and may_see_person(viewer, KEEP, person)


def may_see_all(viewer: Viewer, permission: Enum) -> bool:
    """Tell whether the viewer has ``permission`` over the whole network, also over who left."""
    return viewer.may_over(permission, None)


def may_manage_account(viewer: Viewer, account: Account) -> bool:
    """Tell whether the viewer may change this account.

    Its person and each role it holds must lie in the viewer's scope: an administrator of one centre
    can't take over, by a new password, an account that reaches beyond that centre.
    """
    return may_see_person(viewer, Permission.MANAGE_ACCOUNTS, account.person) and all(
        may_grant_over(viewer, grant.unit) for grant in account.grants if grant.ended_at is None
    )


def may_grant_over(viewer: Viewer, unit: OrganisationUnit) -> bool:
    """Tell whether the viewer may give and end roles over ``unit``."""
    return viewer.may_over(Permission.MANAGE_ACCOUNTS, unit.path)


def may_end_role(viewer: Viewer, grant: RoleGrant) -> bool:
    """Tell whether the viewer may end this role: not their own administration, so one remains."""
    own_administration = (
        grant.account_id == viewer.account.id and grant.role is AccessRole.ADMINISTRATOR
    )
    return grant.ended_at is None and may_grant_over(viewer, grant.unit) and not own_administration


def may_suspend(viewer: Viewer, account: Account) -> bool:
    """Tell whether the viewer may suspend or reinstate this account: never their own."""
    return account.id != viewer.account.id and may_manage_account(viewer, account)


def may_reset_password(viewer: Viewer, account: Account) -> bool:
    """Tell whether the viewer may replace this account's password with a one-time one.

    One's own is changed on one's own page; a demonstration account keeps the published one.
    """
    return may_suspend(viewer, account) and may_change_password(account)


def may_have_second_factor(account: Account) -> bool:
    """Tell whether this account may ask for a code: strangers share a demonstration's."""
    return not account.is_demonstration


def may_change_email(account: Account) -> bool:
    """Tell whether this account's person may get mail: strangers share a demonstration's."""
    return not account.is_demonstration


def may_readdress(viewer: Viewer, roles: Iterable[tuple[AccessRole, str]]) -> bool:
    """Tell whether the viewer may say where the mail of somebody with these roles goes.

    Links that open the account go there, too: what it may do over a unit the viewer must be allowed
    as well. To learn is everybody's own.
    """
    return all(
        viewer.may_over(permission, path)
        for role, path in roles
        for permission in ROLE_PERMISSIONS[role] - {Permission.LEARN}
    )


def may_change_password(account: Account) -> bool:
    """Tell whether this account's password may change at all: strangers share a demonstration's."""
    return not account.is_demonstration
