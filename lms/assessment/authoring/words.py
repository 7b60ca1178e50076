"""How authoring pages name kinds, levels and policies, and questions in lists."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l

from lms.assessment.kinds.values import ScoringRule
from lms.assessment.models import Behaviour, Counting, ExplanationPolicy, ItemKind
from lms.catalog.rendering import render_text
from lms.web.i18n import localised

KIND_NAMES = {
    ItemKind.SINGLE_CHOICE: _l("Single choice"),
    ItemKind.MULTIPLE_CHOICE: _l("Multiple choice"),
    ItemKind.TRUE_FALSE: _l("True or false"),
    ItemKind.MATCHING: _l("Matching"),
    ItemKind.ORDERING: _l("Ordering"),
    ItemKind.NUMERIC: _l("Numeric answer"),
    ItemKind.SHORT_TEXT: _l("Short text"),
    ItemKind.GAP_TEXT: _l("Text with gaps"),
    ItemKind.HOTSPOT: _l("Places on a picture"),
    ItemKind.DIALOGUE: _l("Dialogue"),
    ItemKind.ESSAY: _l("Essay"),
    ItemKind.FILE: _l("File answer"),
}
KIND_NOTES = {
    ItemKind.SINGLE_CHOICE: _l("Exactly one of the options is right."),
    ItemKind.MULTIPLE_CHOICE: _l(
        "Several options may be right; each question states its scoring rule."
    ),
    ItemKind.TRUE_FALSE: _l("A statement that is true or false."),
    ItemKind.MATCHING: _l("Each left side has its right side."),
    ItemKind.ORDERING: _l("Steps are put into the right order."),
    ItemKind.NUMERIC: _l("A number is typed; a tolerance may be allowed."),
    ItemKind.SHORT_TEXT: _l("A word or a few are typed; several wordings may count."),
    ItemKind.GAP_TEXT: _l("Gaps in a text are typed or chosen from a list."),
    ItemKind.HOTSPOT: _l("Places are marked on a picture of the course."),
    ItemKind.DIALOGUE: _l("A conversation with a visitor; each reply leads on to another turn."),
    ItemKind.ESSAY: _l("An answer in sentences; a person judges it by a rubric."),
    ItemKind.FILE: _l("Files are handed in; a person judges them by a rubric."),
}
KIND_ICONS = {
    ItemKind.SINGLE_CHOICE: "circle-dot",
    ItemKind.MULTIPLE_CHOICE: "list-check",
    ItemKind.TRUE_FALSE: "scale",
    ItemKind.MATCHING: "puzzle",
    ItemKind.ORDERING: "list-numbers",
    ItemKind.NUMERIC: "percentage",
    ItemKind.SHORT_TEXT: "pencil",
    ItemKind.GAP_TEXT: "list-details",
    ItemKind.HOTSPOT: "target",
    ItemKind.DIALOGUE: "messages",
    ItemKind.ESSAY: "file-text",
    ItemKind.FILE: "upload",
}
SCORING_NAMES = {
    ScoringRule.RIGHT_MINUS_WRONG: _l("Right minus wrong: a wrong option takes back a right one"),
    ScoringRule.ALL_OR_NOTHING: _l("All or nothing: exactly the right options"),
    ScoringRule.RIGHT_ONES: _l(
        "Each right option counts, if no more are chosen than are right; wrong ones cost nothing"
    ),
}
LEVEL_NAMES = {1: _l("Recall"), 2: _l("Application"), 3: _l("Judgement")}
POLICY_NAMES = {
    ExplanationPolicy.AFTER_SUBMISSION: _l("After each attempt"),
    ExplanationPolicy.AFTER_PASS: _l("Only after passing"),
    ExplanationPolicy.NEVER: _l("Never"),
}
BEHAVIOUR_NAMES = {
    Behaviour.EXAM: _l("Exam: the whole paper at once, feedback afterwards"),
    Behaviour.PRACTICE: _l("Practice: one question at a time, feedback at once"),
    Behaviour.MASTERY: _l("Mastery: each topic until two answers in a row are right"),
}
COUNTING_NAMES = {
    Counting.BEST: _l("The best attempt"),
    Counting.LAST: _l("The last attempt"),
    Counting.FIRST: _l("The first attempt"),
}
LANGUAGE_NAMES = {"ru": _l("Russian"), "en": _l("English")}


def plain_text(texts: Mapping[str, str]) -> str:
    """Return a Markdown text in the reader's language without its marks, on one line."""
    return render_text(localised(texts)).striptags()
