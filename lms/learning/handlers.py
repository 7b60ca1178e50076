"""What learning tells the domains beneath it: who may see a course's figures, words for its audit
entries.
"""

from datetime import date, datetime

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from lms.catalog import publishing
from lms.catalog.facts import pages as fact_pages
from lms.catalog.facts.models import Fact
from lms.catalog.models import Course, CourseFile, CourseVersion
from lms.catalog.policies import register_file_rule
from lms.core.clock import local_date
from lms.core.database import db
from lms.learning import course_results, home_sections
from lms.learning.activities.forms import PRESENCE_NAMES
from lms.learning.activities.models import MentorNaming
from lms.learning.activities.queries import followed_parts, open_mentees
from lms.learning.deltas import queries as deltas
from lms.learning.deltas import touched
from lms.learning.deltas.models import DeltaAssignment
from lms.learning.deltas.send_form import WHOM_NAMES
from lms.learning.disclosure import held, merged, told  # noqa: F401 - what it tells, how it goes
from lms.learning.finding.scope import newest_versions
from lms.learning.models import Enrolment
from lms.learning.moving.publication import MovingPart
from lms.learning.programmes import handlers as programme_handlers  # noqa: F401 - connects them
from lms.learning.telling import jobs as telling_jobs  # noqa: F401 - its job
from lms.people.audit_words import ACTIONS, DETAILS, SUBJECTS, VALUES, name_values
from lms.people.identity import Viewer
from lms.people.permissions import Permission

publishing.register(MovingPart())

ACTIONS.update(
    {
        "learning.enrolled": _l("Enrolled in a course"),
        "learning.due_set": _l("Due date changed"),
        "learning.withdrawn": _l("Withdrawn from a course"),
        "learning.completed": _l("Course completed"),
        "learning.people_exported": _l("List of people exported"),
        "learning.recognised": _l("Course recognised as learnt elsewhere"),
        "learning.move_ordered": _l("People asked to go on with a new version"),
        "learning.moved": _l("Moved to a new version of a course"),
        "learning.attendance_marked": _l("Attendance of a class marked"),
        "learning.steps_ticked": _l("Steps of a checklist ticked"),
        "learning.mentor_named": _l("Mentor named"),
        "learning.delta_written": _l("Training on a changed fact written"),
        "learning.delta_published": _l("Training on a changed fact published"),
        "learning.delta_sent": _l("Training on a changed fact sent to people"),
        "learning.delta_assigned": _l("Training on a changed fact assigned"),
        "learning.delta_completed": _l("Training on a changed fact completed"),
    }
)
SUBJECTS.update(
    {
        "enrolment": lazy_pgettext("audit", "Enrolment"),
        "programme": lazy_pgettext("audit", "Programme"),
        "delta_training": lazy_pgettext("audit", "Training on a changed fact"),
        "delta_assignment": lazy_pgettext("audit", "Assigned training on a changed fact"),
    }
)
DETAILS.update(
    {"cause": _l("Cause"), "reasons": _l("For which reasons"), "whom": _l("Who gets it")}
)
VALUES.update(
    {
        "cause": {
            "no_longer_required": _l("no longer required"),
            "post_left": _l("has left the post"),
        },
    }
)
name_values("presence", PRESENCE_NAMES)
name_values("whom", WHOM_NAMES)


def mentoring_section(viewer: Viewer, _now: datetime) -> home_sections.Section | None:
    """Tell a mentor whose checklists wait."""
    waiting = open_mentees(viewer.person.id)
    if not waiting:
        return None
    return home_sections.Section("learning/home_mentoring.html", 30, {"waiting": waiting})


def parts_section(
    viewer: Viewer, course: Course, _now: datetime
) -> course_results.ResultSection | None:
    """List the parts of a course that its instructors and mentors confirm."""
    parts = followed_parts(viewer, course)
    if not parts:
        return None
    values = {"parts": parts, "slug": course.slug}
    return course_results.ResultSection("learning/results_parts.html", 5, values)


def delta_section(viewer: Viewer, now: datetime) -> home_sections.Section | None:
    """Name the trainings on changed facts that wait."""
    waiting = deltas.open_for(viewer.person.id)
    if not waiting:
        return None
    values = {"waiting": waiting, "today": _local_day(now)}
    return home_sections.Section("learning/deltas/_home.html", 20, values, urgent=True)


def change_section(viewer: Viewer, fact: Fact, now: datetime) -> fact_pages.Section | None:
    """Show on a changed fact's page whom the change touches, and its training."""
    if fact.current.number == 1:
        return None
    versions = touched.touching_versions(fact)
    values = {
        "fact": fact,
        "counts": touched.counts(viewer, versions, _local_day(now)),
        "trainings": deltas.trainings_on(fact),
    }
    return fact_pages.Section("learning/deltas/_change.html", 10, values)


def _local_day(now: datetime) -> date:
    return local_date(now, current_app.config["SETTINGS"].time_zone)


home_sections.register(
    delta_section, when=sa.exists().where(DeltaAssignment.person_id == home_sections.PERSON)
)
fact_pages.register(change_section)
home_sections.register(
    mentoring_section, when=sa.exists().where(MentorNaming.mentor_id == home_sections.PERSON)
)
course_results.register(parts_section)


@register_file_rule
def may_see_own_course_file(viewer: Viewer, file: CourseFile) -> bool:
    """Tell whether the viewer is, or was, on the version the file belongs to."""
    statement = sa.select(Enrolment.id).where(
        Enrolment.learner_id == viewer.person.id,
        Enrolment.version_id == file.version_id,
        Enrolment.withdrawn_at.is_(None),
    )
    return db.session.scalar(statement.limit(1)) is not None


@register_file_rule
def may_see_file_of_taught_course(viewer: Viewer, file: CourseFile) -> bool:
    """Tell whether the file belongs to a version that every learner may read."""
    if not viewer.may(Permission.LEARN):
        return False
    statement = newest_versions().with_only_columns(CourseVersion.id)
    return db.session.scalar(statement.where(CourseVersion.id == file.version_id)) is not None
