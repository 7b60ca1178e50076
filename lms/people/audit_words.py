"""The audit log in words: actions, records and details; upper domains add theirs in ``handlers``.

Tests find actions and records that have none.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from lms.people.erasure.words import FATES
from lms.people.forms import LANGUAGE_NAMES, ROLE_NAMES
from lms.people.queries import job_role_names, names_by_key, own_names_by_key, unit_names
from lms.people.second_person.models import Answer
from lms.web.i18n import show_date
from lms.web.lists.streaming import Sent

Names = Mapping[str, Mapping[str, str]]  # of what an entry's details name, by detail and key

ACTIONS = {
    "people.person_created": _l("Person added"),
    "people.person_renamed": _l("Names changed"),
    "people.email_changed": _l("E-mail address changed"),
    "people.contact_changed": _l("Address or language changed"),
    "people.transferred": _l("Transferred to another post"),
    "people.post_planned": _l("Post planned from a day ahead"),
    "people.planned_post_called_off": _l("Planned post called off"),
    "people.planned_post_failed": _l("Planned post couldn’t begin"),
    "people.leaving_planned": _l("Last day at work planned ahead"),
    "people.leaving_called_off": _l("Planned end of work called off"),
    "people.leaving_failed": _l("Planned end of work couldn’t take effect"),
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
    "people.password_link_sent": _l("Link for choosing a password sent"),
    "people.password_reset": _l("One-time password given"),
    "people.second_factor_set": _l("Second factor set up"),
    "people.second_factor_removed": _l("Second factor taken away"),
    "people.recovery_code_used": _l("Signed in with a recovery code"),
    "people.recovery_codes_renewed": _l("Recovery codes renewed"),
    "people.audit_checked": _l("Audit log checked"),
    "people.audit_exported": _l("Audit log exported"),
    "people.unit_added": _l("Part of the network added"),
    "people.unit_closed": _l("Part of the network closed"),
    "people.unit_moved": _l("Part of the network moved"),
    "people.unit_renamed": _l("Part of the network renamed"),
    "people.unit_reopened": _l("Part of the network opened again"),
    "people.post_added": _l("Post added"),
    "people.post_renamed": _l("Post renamed"),
    "people.merged": _l("Two records merged"),
    "people.told_apart": _l("Marked as two different people"),
    "people.told_apart_taken_back": _l("No longer marked as two different people"),
    "people.person_erased": _l("Person erased"),
    "people.erasure_stopped": _l("Erasure stopped"),
    "people.retention_added": _l("Class of retention added"),
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
    "job_role": lazy_pgettext("audit", "Post"),
    "retention_class": lazy_pgettext("audit", "Retention class"),
    "erasure": lazy_pgettext("audit", "Erasure"),
    "planned_post": lazy_pgettext("audit", "Planned post"),
    "person_merge": lazy_pgettext("audit", "Merge of two records"),
    "different_people": lazy_pgettext("audit", "Two different people"),
}

DETAILS = {
    "activity": lazy_pgettext("audit detail", "Part of the course"),
    "agreed_by": lazy_pgettext("audit detail", "Agreed to by"),
    "amount": lazy_pgettext("audit detail", "How much"),
    "answer": _l("Answer"),
    "attempt": lazy_pgettext("audit detail", "Attempt"),
    "attempts": lazy_pgettext("audit detail", "Attempts"),
    "batch": _l("Work"),
    "behaviour": lazy_pgettext("audit detail", "How answers are told"),
    "by_hand": lazy_pgettext("audit detail", "By hand"),
    "carried": lazy_pgettext("audit detail", "Moved"),
    "changed": _l("Rows changed"),
    "course": _l("Course"),
    "created": lazy_pgettext("audit detail", "Added"),
    "deleted": _l("Records deleted"),
    "done": lazy_pgettext("audit detail", "Done"),
    "due_on": _l("Due date"),
    "effective_on": lazy_pgettext("audit detail", "Effective from"),
    "enrols": lazy_pgettext("audit detail", "Enrols by itself"),
    "fact": lazy_pgettext("audit detail", "What is noted"),
    "fate": _l("What happens then"),
    "first_broken": lazy_pgettext("audit detail", "First entry that doesn’t hold"),
    "file": lazy_pgettext("audit detail", "File name"),
    "format": lazy_pgettext("audit detail", "Format"),
    "held_on": lazy_pgettext("audit detail", "Held on"),
    "hours": lazy_pgettext("audit detail", "Hours"),
    "item": lazy_pgettext("audit detail", "Question"),
    "job_role": _l("Post"),
    "kept": _l("Records kept"),
    "key": lazy_pgettext("audit detail", "Short name"),
    "kind": lazy_pgettext("audit detail", "Kind"),
    "language": lazy_pgettext("audit detail", "Language"),
    "lesson": lazy_pgettext("audit detail", "Lesson"),
    "log_end": lazy_pgettext("audit detail", "Last fingerprint"),
    "log_length": lazy_pgettext("audit detail", "Entries checked"),
    "log_entries": lazy_pgettext("audit detail", "Entries of the exam’s log"),
    "log_head": lazy_pgettext("audit detail", "End of the exam’s log"),
    "left": lazy_pgettext("audit detail", "Codes left"),
    "merged_with": lazy_pgettext("audit detail", "With the record"),
    "minutes": lazy_pgettext("audit detail", "Minutes"),
    "months": _l("Months"),
    "name": lazy_pgettext("audit detail", "Name"),
    "nameless": _l("Records without the name"),
    "new": _l("People added"),
    "number": lazy_pgettext("audit detail", "Number"),
    "other_record": lazy_pgettext("audit detail", "The other record"),
    "on": _l("From the day"),
    "pass_percent": lazy_pgettext("audit detail", "Pass mark, %"),
    "passed": _l("Exam passed"),
    "path": lazy_pgettext("audit detail", "Place"),
    "percent": _l("Score, %"),
    "points": lazy_pgettext("audit detail", "Points"),
    "positions": lazy_pgettext("audit detail", "Places in the register"),
    "post": lazy_pgettext("audit detail", "Post"),
    "presence": lazy_pgettext("audit detail", "Attendance"),
    "previous": _l("Previously"),
    "questions": lazy_pgettext("audit detail", "Questions"),
    "refused": _l("Rows refused"),
    "regrade": lazy_pgettext("audit detail", "Regrade"),
    "role": _l("Role"),
    "rows": _l("Rows"),
    "score_number": _l("Scoring"),
    "second_person": lazy_pgettext("audit detail", "Second person needed"),
    "sent": lazy_pgettext("audit detail", "Sending"),
    "slug": lazy_pgettext("audit detail", "Address of the course"),
    "steps": lazy_pgettext("audit detail", "Steps"),
    "subjects": lazy_pgettext("audit detail", "For how many"),
    "successor": _l("New number"),
    "token": _l("Through the token"),
    "unchanged": _l("Rows unchanged"),
    "unit": _l("Part of the network"),
    "until_on": lazy_pgettext("audit detail", "Until the day"),
    "version": _l("Version"),
}


def by_value(words: Mapping[Any, Any]) -> dict[str, Any]:
    """Return the words of an enum's members by the values that entries hold."""
    return {member.value: word for member, word in words.items()}


# What values of closed sets are called, by detail.
VALUES: dict[str, Mapping[str, Any]] = {
    "answer": {
        Answer.AGREED.value: lazy_pgettext("audit detail", "agreed"),
        Answer.REFUSED.value: lazy_pgettext("audit detail", "refused"),
        Answer.WITHDRAWN.value: lazy_pgettext("audit detail", "withdrawn"),
    },
    "fate": by_value(FATES),
    "language": LANGUAGE_NAMES,
    "role": by_value(ROLE_NAMES),
    "sent": {
        Sent.BEGUN.value: lazy_pgettext("audit detail", "begun"),
        Sent.WHOLE.value: lazy_pgettext("audit detail", "all of it was sent"),
        Sent.BROKEN_OFF.value: lazy_pgettext("audit detail", "broken off"),
    },
}

# How the records that a detail names are called: one look-up for all keys of a page.
LOOK_UPS: dict[str, Callable[[set[str]], Mapping[str, str]]] = {
    "agreed_by": names_by_key,
    "job_role": job_role_names,
    "merged_with": own_names_by_key,
    "post": job_role_names,
    "unit": unit_names,
}


def name_values(detail: str, words: Mapping[Any, Any]) -> None:
    """Add what a detail's values are called, by the members of an enum; domains may share it."""
    VALUES[detail] = {**VALUES.get(detail, {}), **by_value(words)}


def names_in(entries: Iterable[Mapping[str, Any]]) -> Names:
    """Return what the records that these details name are called, with one look-up of each kind."""
    keys: dict[str, set[str]] = defaultdict(set)
    for details in entries:
        for name in details.keys() & LOOK_UPS.keys():
            if isinstance(details[name], str):
                keys[name].add(details[name])
    wanted: dict[Callable[[set[str]], Mapping[str, str]], set[str]] = defaultdict(set)
    for name, values in keys.items():
        wanted[LOOK_UPS[name]] |= values
    found = {look_up: look_up(values) for look_up, values in wanted.items()}
    return {name: found[LOOK_UPS[name]] for name in keys}


def details_in_words(details: Mapping[str, Any], names: Names) -> list[tuple[str, str]]:
    """Return an entry's facts as (name, value) for a reader; what has no words stays a key.

    ``names`` are those of ``names_in`` for the entries of the page.
    """
    return [
        (str(DETAILS.get(key, key)), _value(value, {**VALUES.get(key, {}), **names.get(key, {})}))
        for key, value in sorted(details.items())
        if value is not None
    ]


def _value(value: Any, words: Mapping[str, Any]) -> str:
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    text = str(value)
    if text in words:
        return str(words[text])
    try:
        return show_date(date.fromisoformat(text)) if "-" in text else text
    except ValueError:
        return text
