"""What states of a merge are called."""

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from lms.people.merging.models import MergeState

# Words, tone and icon of a badge.
STATES = {
    MergeState.WAITING: (_l("waits for a second person"), "warn", "hourglass"),
    MergeState.REFUSED: (lazy_pgettext("merge", "refused"), "neutral", "forbid"),
    MergeState.WITHDRAWN: (lazy_pgettext("merge", "withdrawn"), "neutral", "arrow-back-up"),
    MergeState.DONE: (lazy_pgettext("merge", "merged"), "good", "circle-check"),
}
