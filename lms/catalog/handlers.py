"""What the catalog does when its own events happen, and what it tells the domains beneath it: words
for its audit entries.
"""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from lms.catalog.coauthoring.queries import courses_edited_by
from lms.catalog.disclosure import held, merged, told  # noqa: F401 - what it tells, how it goes
from lms.catalog.events import version_published
from lms.catalog.kinds.words import KIND_NAMES
from lms.catalog.models import CourseFile, CourseVersion
from lms.catalog.policies import register_file_rule
from lms.catalog.queries import course_titles
from lms.catalog.reminding import jobs as reminding
from lms.catalog.reminding import presenting
from lms.catalog.reviewing import handlers as reviewing
from lms.catalog.search.indexing import index_version
from lms.catalog.uploading import jobs as upload_jobs
from lms.core.database import db
from lms.people.audit_words import ACTIONS, DETAILS, LOOK_UPS, SUBJECTS, name_values
from lms.people.identity import Viewer

__all__ = ["presenting", "reminding", "reviewing", "upload_jobs"]

name_values("kind", KIND_NAMES)
DETAILS["digest"] = lazy_pgettext("audit detail", "Digest of the version")
ACTIONS.update(
    {
        "catalog.coauthor_invited": _l("Co-author from outside invited"),
        "catalog.coauthor_withdrawn": _l("Invitation of a co-author withdrawn"),
        "catalog.course_created": _l("Course created"),
        "catalog.draft_opened": _l("Draft of a course opened"),
        "catalog.draft_imported": _l("Draft of a course imported from a file"),
        "catalog.draft_discarded": _l("Draft of a course discarded"),
        "catalog.version_published": _l("Course published"),
        "catalog.settings_changed": _l("Course settings changed"),
        "catalog.module_added": _l("Module added"),
        "catalog.module_changed": _l("Module renamed"),
        "catalog.module_moved": _l("Module moved"),
        "catalog.module_removed": _l("Module removed"),
        "catalog.lesson_added": _l("Lesson added"),
        "catalog.lesson_changed": _l("Details of a lesson changed"),
        "catalog.lesson_edited": _l("Text of a lesson changed"),
        "catalog.lesson_moved": _l("Lesson moved"),
        "catalog.lesson_removed": _l("Lesson removed"),
        "catalog.activity_added": _l("Part of a course added"),
        "catalog.activity_changed": _l("Part of a course changed"),
        "catalog.topic_added": _l("Topic added"),
        "catalog.topic_changed": _l("Topic renamed"),
        "catalog.topic_removed": _l("Topic removed"),
        "catalog.source_added": _l("Source added"),
        "catalog.source_changed": _l("Source changed"),
        "catalog.source_removed": _l("Source removed"),
        "catalog.figure_added": _l("Figure added"),
        "catalog.figure_removed": _l("Figure removed"),
        "catalog.file_added": _l("File of a course added"),
        "catalog.file_described": _l("Description of a picture changed"),
        "catalog.file_renamed": _l("File of a course renamed"),
        "catalog.file_replaced": _l("File of a course replaced"),
        "catalog.fact_added": _l("Fact added to the register"),
        "catalog.fact_changed": _l("Fact changed"),
        "catalog.file_removed": _l("File of a course removed"),
    }
)
LOOK_UPS.update({"course": course_titles, "slug": course_titles})
SUBJECTS.update(
    {
        "course": lazy_pgettext("audit", "Course"),
        "course_version": lazy_pgettext("audit", "Version of a course"),
        "lesson_remark": lazy_pgettext("audit", "Remark on a lesson"),
        "fact": lazy_pgettext("audit", "Fact"),
        "co_authorship": lazy_pgettext("audit", "Co-authorship"),
    }
)


@version_published.connect
def make_findable(version: CourseVersion, **_arguments: Any) -> None:
    """Put the lessons of a version just published into the search index."""
    db.session.flush()
    index_version(version.id)


@register_file_rule
def may_see_file_of_edited_course(viewer: Viewer, file: CourseFile) -> bool:
    """Tell whether a guest edits the course that the file belongs to."""
    if not viewer.is_guest:
        return False
    version = db.session.get_one(CourseVersion, file.version_id)
    return version.course_id in courses_edited_by(viewer.person)
