"""Who may answer a request."""

from lms.people.identity import Viewer
from lms.people.permissions import Permission
from lms.people.second_person.models import SecondPersonRequest


def may_answer(viewer: Viewer, request: SecondPersonRequest) -> bool:
    """Tell whether the viewer didn't ask for it and has the permission all over its scope."""
    return viewer.person.id != request.asked_by_id and may_over_all(
        viewer, Permission(request.permission), request.scope
    )


def may_withdraw(viewer: Viewer, request: SecondPersonRequest) -> bool:
    """Tell whether the viewer asked."""
    return viewer.person.id == request.asked_by_id


def may_over_all(viewer: Viewer, permission: Permission, paths: list[str]) -> bool:
    """Tell whether the viewer has ``permission`` over each of the units; over none: False."""
    return bool(paths) and all(viewer.may_over(permission, path) for path in paths)
