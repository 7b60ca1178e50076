"""Messages of mailed lists in words: here is the list, and whom it did not reach."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.core.database import db
from lms.notifications.kinds import Kind, register
from lms.people.models import Person
from lms.reporting.mailing.models import Outcome
from lms.web.lists.tables import kinds

LIST_KIND = "reporting.list"
PROBLEM_KIND = "reporting.list_not_sent"
Details = Mapping[str, Any]

OUTCOME_NAMES = {
    Outcome.SENT: _l("Given out"),
    Outcome.EMPTY: _l("Not sent: there are no rows"),
    Outcome.UNCHANGED: _l("Not sent: nothing has changed"),
    Outcome.NO_RIGHT: _l("Not sent: may not see this list"),
    Outcome.OWNER_NO_RIGHT: _l("Not sent: the list’s owner may no longer see it"),
    Outcome.TOO_LONG: _l("Not sent: more rows than such a file holds. As CSV there is no limit."),
    Outcome.FAILED: _l("Not sent: the file couldn’t be made"),
}


def _list_subject(details: Details) -> str:
    return str(_("List: %(name)s", name=details["list"]))


def _problem_subject(details: Details) -> str:
    return str(_("Not everybody got the list “%(name)s”", name=details["list"]))


def present_lists(many: Sequence[Details]) -> list[dict[str, Any]]:
    """Return owner's name, number of rows, note and day of each list; one statement for all."""
    names = _names({details["owner"] for details in many})
    return [
        {
            "owner": names.get(details["owner"], ""),
            "rows": details["rows"],
            "note": details.get("note", ""),
            "on": date.fromisoformat(details["on"]),
        }
        for details in many
    ]


def present_problems(many: Sequence[Details]) -> list[dict[str, Any]]:
    """Return names and reasons, and the list's key; one statement for all."""
    names = _names({who for details in many for who, _outcome in details["people"]})
    return [
        {
            "list_key": details["list_key"],
            "people": [
                (names.get(who, ""), str(OUTCOME_NAMES[Outcome(outcome)]))
                for who, outcome in details["people"]
            ],
        }
        for details in many
    ]


def _names(ids: set[int]) -> dict[int, str]:
    statement = sa.select(Person).where(Person.id.in_(ids))
    return {person.id: person.full_name for person in db.session.scalars(statement)}


def _may_fetch(reader: Any, details: Details) -> bool:
    """A file behind a link needs the right to such lists for as long as it is there."""
    kind = kinds().get(details["kind"])
    return kind is not None and bool(reader.may(kind.permission))


register(
    Kind(
        key=LIST_KIND,
        template="list",
        subject=_list_subject,
        present=present_lists,
        endpoint="notifications.inbox",
        may_fetch=_may_fetch,
        ended_at="reporting.saved_lists",
    )
)
register(
    Kind(
        key=PROBLEM_KIND,
        template="list_not_sent",
        subject=_problem_subject,
        present=present_problems,
        endpoint="reporting.saved_lists",
    )
)
