"""Words of this domain for audit entries, and its message to administrators."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext, ngettext

from lms.notifications.kinds import Kind, register
from lms.operations.services import KIND, SUBJECT
from lms.operations.words import in_words
from lms.people.audit_words import ACTIONS, DETAILS, SUBJECTS

Details = Mapping[str, Any]

ACTIONS["operations.job_begun_anew"] = _l("Failed background work begun anew")
DETAILS["count"] = lazy_pgettext("audit detail", "How many pieces of work")
SUBJECTS[SUBJECT] = _l("Background job")


def subject(details: Details) -> str:
    """Return the subject: how many kinds of work."""
    return str(
        ngettext(
            "Work in the background has failed",
            "%(num)d kinds of work in the background have failed",
            len(details["jobs"]),
        )
    )


def present(many: Sequence[Details]) -> list[dict[str, Any]]:
    """Return by message what each of its jobs does."""
    return [{"jobs": [in_words(name) for name in one["jobs"]]} for one in many]


register(
    Kind(
        key=KIND,
        template="jobs_failed",
        subject=subject,
        present=present,
        endpoint="operations.jobs",
    )
)
