"""What fates, beginnings of periods and states are called."""

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from lms.people.erasure.models import ErasureState, Fate, Start

FATES = {
    Fate.DELETE: _l("is deleted"),
    Fate.ANONYMISE: _l("stays without the name"),
    Fate.KEEP: _l("stays as it is"),
}
STARTS = {
    Start.LEAVING: _l("the last day at work"),
    Start.RECORD: _l("the newest of these records"),
}
# Words, tone and icon of a badge.
STATES = {
    ErasureState.WAITING: (_l("waits for a second person"), "warn", "hourglass"),
    ErasureState.REFUSED: (lazy_pgettext("erasure", "refused"), "neutral", "forbid"),
    ErasureState.WITHDRAWN: (lazy_pgettext("erasure", "withdrawn"), "neutral", "arrow-back-up"),
    ErasureState.RUNNING: (_l("under way"), "info", "progress"),
    ErasureState.STOPPED: (_l("stopped, not finished"), "bad", "alert-circle"),
    ErasureState.DONE: (lazy_pgettext("erasure", "erased"), "good", "circle-check"),
}
