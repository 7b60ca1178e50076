"""What reporting adds to others: the words of its audited actions, its messages, what it tells."""

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from lms.people.audit_words import ACTIONS, DETAILS, SUBJECTS
from lms.reporting.disclosure import held, merged, told  # noqa: F401 - what it tells, how it goes
from lms.reporting.mailing import presenting  # noqa: F401 - its kinds of messages

ACTIONS.update(
    {
        "reporting.list_narrowed": _l("Saved list narrowed to something else"),
        "reporting.list_scheduled": _l("Schedule of a saved list set"),
        "reporting.list_paused": _l("Sending of a saved list paused"),
        "reporting.list_resumed": _l("Sending of a saved list resumed"),
        "reporting.list_person_named": _l("Colleague named for a saved list"),
        "reporting.list_person_removed": _l("Colleague taken off a saved list"),
        "reporting.list_mailed": _l("Saved list mailed"),
        "reporting.list_exported": _l("List taken as a file"),
        "reporting.list_taken": _l("Saved list taken as a file"),
    }
)
DETAILS["filters"] = lazy_pgettext("audit detail", "Narrowed to")
SUBJECTS.update(
    {
        "list": lazy_pgettext("audit", "List"),
        "saved_list": lazy_pgettext("audit", "Saved list"),
    }
)
