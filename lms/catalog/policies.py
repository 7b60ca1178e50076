"""Who may do what to courses: pure rules."""

from collections.abc import Callable

from lms.catalog.models import CourseFile
from lms.people.identity import Viewer
from lms.people.permissions import Permission

WHOLE_NETWORK = "/network/"

# Domains above say who else may see a course's files, such as people enrolled in its version: each
# rule gets the viewer and the file, and one True is enough.
FileRule = Callable[[Viewer, CourseFile], bool]
_file_rules: list[FileRule] = []


def register_file_rule(rule: FileRule) -> FileRule:
    """Add a rule to ``may_see_file``; usable as a decorator, the same rule counts once."""
    if rule not in _file_rules:
        _file_rules.append(rule)
    return rule


def may_author(viewer: Viewer) -> bool:
    """Tell whether the viewer may create, edit and publish courses.

    Courses are taught in the whole network, so the permission must be held over all of it: an
    instructor of one centre changes nothing for the others.
    """
    return viewer.may_over(Permission.AUTHOR_COURSES, WHOLE_NETWORK)


def may_read_drafts(viewer: Viewer) -> bool:
    """Tell whether the viewer may read courses and their drafts without changing them."""
    return viewer.may_over(Permission.SEE_DRAFTS, WHOLE_NETWORK)


def may_drop_second_person(viewer: Viewer) -> bool:
    """Tell whether the viewer may let a course be published without a second person again.

    Not any author: the rule would bind nobody who wants to pass it by.
    """
    return viewer.may_over(Permission.MANAGE_ACCOUNTS, WHOLE_NETWORK)


def may_see_file(viewer: Viewer, file: CourseFile) -> bool:
    """Tell whether the viewer may see a course's file: who reads drafts, and whom a rule admits."""
    may_read = may_author(viewer) or may_read_drafts(viewer)
    return may_read or any(rule(viewer, file) for rule in _file_rules)
