"""The audit log in words: actions, records and details; upper domains add theirs in ``handlers``.

Tests find actions and records that have none.
"""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from lms.web.i18n import show_date

ACTIONS = {
    "people.person_created": _l("Person added"),
    "people.person_renamed": _l("Names changed"),
    "people.email_changed": _l("E-mail address changed"),
    "people.contact_changed": _l("Address or language changed"),
    "people.transferred": _l("Transferred to another post"),
    "people.employment_ended": _l("Left the network"),
    "people.post_taken_up": _l("Post taken up"),
    "people.record_taken": _l("Whole record taken along"),
    "people.imported": _l("People imported from a file"),
    "people.account_created": _l("Account created"),
    "people.account_suspended": _l("Account suspended"),
    "people.account_reinstated": _l("Account reinstated"),
    "people.role_granted": _l("Role given"),
    "people.role_ended": _l("Role ended"),
    "people.password_changed": _l("Password changed"),
    "people.password_reset": _l("One-time password given"),
    "people.audit_exported": _l("Audit log exported"),
    "people.person_erased": _l("Person erased"),
    "people.erasure_stopped": _l("Erasure stopped"),
    "people.retention_changed": _l("Class of retention changed"),
    "people.second_person_asked": _l("Second person asked for agreement"),
    "people.second_person_answered": _l("Request to a second person decided"),
}

# What the record of an entry is.
SUBJECTS: dict[str, Any] = {
    "person": lazy_pgettext("audit", "Person"),
    "people": lazy_pgettext("audit", "Several people"),
    "account": lazy_pgettext("audit", "Account"),
    "audit_log": lazy_pgettext("audit", "Audit log"),
    "people_import": lazy_pgettext("audit", "Import of people"),
    "organisation_unit": lazy_pgettext("audit", "Part of the network"),
    "retention_class": lazy_pgettext("audit", "Retention class"),
    "erasure": lazy_pgettext("audit", "Erasure"),
}

DETAILS = {
    "answer": _l("Answer"),
    "batch": _l("Work"),
    "changed": _l("Rows changed"),
    "course": _l("Course"),
    "deleted": _l("Records deleted"),
    "due_on": _l("Due date"),
    "fate": _l("What happens then"),
    "job_role": _l("Post"),
    "kept": _l("Records kept"),
    "kind": _l("File"),
    "months": _l("Months"),
    "nameless": _l("Records without the name"),
    "new": _l("People added"),
    "number": _l("Attempt"),
    "on": _l("From the day"),
    "passed": _l("Exam passed"),
    "percent": _l("Score, %"),
    "previous": _l("Previously"),
    "refused": _l("Rows refused"),
    "role": _l("Role"),
    "rows": _l("Rows"),
    "score_number": _l("Scoring"),
    "successor": _l("New number"),
    "token": _l("Through the token"),
    "unchanged": _l("Rows unchanged"),
    "unit": _l("Part of the network"),
    "version": _l("Version"),
}


def details_in_words(details: dict[str, Any]) -> list[tuple[str, str]]:
    """Return an entry's facts as (name, value) for a reader; a name without words stays a key."""
    return [
        (str(DETAILS.get(key, key)), _value(value))
        for key, value in sorted(details.items())
        if value is not None
    ]


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    text = str(value)
    try:
        return show_date(date.fromisoformat(text)) if "-" in text else text
    except ValueError:
        return text
