"""How pages name formats and outcomes."""

from flask_babel import lazy_gettext as _l

from lms.standards.items.banks.importing import Outcome
from lms.standards.items.formats import ItemFormat

FORMAT_NAMES = {
    ItemFormat.GIFT: "GIFT",
    ItemFormat.AIKEN: "Aiken",
    ItemFormat.MOODLE_XML: "Moodle XML",
    ItemFormat.QTI21: "QTI 2.1, 2.2",
    ItemFormat.QTI3: "QTI 3.0",
}
FORMAT_NOTES = {
    ItemFormat.GIFT: _l(
        "A text file that Moodle and many small tools read. Both languages go into it."
    ),
    ItemFormat.AIKEN: _l("The plainest: single choice in one language, without explanations."),
    ItemFormat.MOODLE_XML: _l("For Moodle: all that questions have, in both languages."),
    ItemFormat.QTI21: _l("A package for most other platforms; a question in each language."),
    ItemFormat.QTI3: _l("The newest standard package; a question in each language."),
}
OUTCOME_NAMES = {
    Outcome.CREATED: _l("New"),
    Outcome.CHANGED: _l("Changed"),
    Outcome.UNCHANGED: _l("Unchanged"),
}
OUTCOME_TONES = {
    Outcome.CREATED: "good",
    Outcome.CHANGED: "warn",
    Outcome.UNCHANGED: "neutral",
}
