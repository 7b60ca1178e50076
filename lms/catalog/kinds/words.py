"""Names of the kinds, and what they are for, in the reader's language."""

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from lms.catalog.models import ActivityKind

KIND_NAMES = {
    ActivityKind.LESSON: _l("Lesson"),
    ActivityKind.EXAM: _l("Exam"),
    ActivityKind.PRACTICE: lazy_pgettext("kind of activity", "Practice"),
    ActivityKind.CLASSROOM: _l("Classroom part"),
    ActivityKind.DOCUMENT: lazy_pgettext("kind of activity", "Document"),
    ActivityKind.CHECKLIST: _l("Mentor’s checklist"),
}
KIND_HINTS = {
    ActivityKind.LESSON: _l("A text with figures and self-checks."),
    ActivityKind.EXAM: _l("A check on the way, under exam rules. The final exam stays beside it."),
    ActivityKind.PRACTICE: _l("A few questions of a topic, explained at once."),
    ActivityKind.CLASSROOM: _l("People come together; the instructor notes who was there."),
    ActivityKind.DOCUMENT: _l("A file of the course to read or to take along."),
    ActivityKind.CHECKLIST: _l("Steps on the job that a mentor ticks."),
}
KIND_ICONS = {
    ActivityKind.LESSON: "book",
    ActivityKind.EXAM: "clipboard-check",
    ActivityKind.PRACTICE: "target",
    ActivityKind.CLASSROOM: "users-group",
    ActivityKind.DOCUMENT: "file-text",
    ActivityKind.CHECKLIST: "checklist",
}
