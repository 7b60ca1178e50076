"""Who may examine what: pure rules, twins of the conditions in ``queries``."""

from lms.people.identity import Viewer
from lms.people.models import Person
from lms.people.permissions import Permission
from lms.people.policies import may_see_person


def may_examine(
    viewer: Viewer, candidate: Person, permission: Permission = Permission.SEE_SITTINGS
) -> bool:
    """Tell whether the viewer may examine this candidate's sittings: never their own.

    ``candidate.employment.unit`` is loaded; ``permission`` is CONDUCT_COURSES for what decides
    something. Twin of ``queries.examined_by``.
    """
    is_own = candidate.id == viewer.person.id
    return not is_own and may_see_person(viewer, permission, candidate)
