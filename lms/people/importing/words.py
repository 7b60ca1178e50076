"""An import in words: fields, outcomes, values, and why a row can't be done."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.core.tables import read_date
from lms.people.errors import MayDoMore
from lms.people.importing.rules.fields import ColumnFault, Field
from lms.people.importing.rules.plans import Outcome, PlannedRow, Value
from lms.people.importing.rules.refusals import Reason, Refused
from lms.people.planned.models import PlannedPost
from lms.web.i18n import localised, show_date

FIELD_NAMES: dict[Field, Any] = {
    Field.NUMBER: _l("Personnel number"),
    Field.FULL_NAME: _l("Full name in one column"),
    Field.FAMILY_NAME: _l("Family name"),
    Field.GIVEN_NAME: _l("Given name"),
    Field.PATRONYMIC: _l("Patronymic"),
    Field.UNIT: _l("Centre: code or name"),
    Field.POST: _l("Post: code or name"),
    Field.SINCE: _l("In the post since"),
    Field.EMAIL: _l("E-mail address"),
    Field.LEFT_ON: _l("Last day at work"),
    Field.LEAVE_FROM: _l("On leave from"),
    Field.LEAVE_UNTIL: _l("On leave until"),
}
SHORT_NAMES: dict[Field, Any] = {
    **FIELD_NAMES,
    Field.FULL_NAME: _l("Full name"),
    Field.UNIT: _l("Centre"),
    Field.POST: _l("Post"),
}
OUTCOME_NAMES: dict[Outcome, Any] = {
    Outcome.NEW: _l("New"),
    Outcome.CHANGED: _l("Changes"),
    Outcome.UNCHANGED: _l("No change"),
    Outcome.REFUSED: _l("Refused"),
}
REASONS: dict[Reason, Any] = {
    Reason.NO_NUMBER: _l("The row has no personnel number."),
    Reason.BAD_NUMBER: _l("This can’t be a personnel number: %(value)s"),
    Reason.DOUBLE: _l("This personnel number stands on several lines: %(value)s."),
    Reason.ALIKE: _l(
        "Nobody has this number. Is it %(value)s? Only zeros, strokes or case differ: "
        "correct the number, or the name if this is somebody else."
    ),
    Reason.BAD_NAME: _l("%(field)s: “%(value)s” can’t be a part of a name."),
    Reason.BAD_EMAIL: _l("“%(value)s” is not an e-mail address."),
    Reason.BAD_DATE: _l("%(field)s: “%(value)s” is not a date such as 31.12.2026."),
    Reason.FAR: _l("%(field)s: %(value)s is more than a year ahead."),
    Reason.UNKNOWN_UNIT: _l("There is no centre “%(value)s” in your part of the network."),
    Reason.UNKNOWN_POST: _l("There is no post “%(value)s”."),
    Reason.SEVERAL: _l("%(field)s: several are called “%(value)s”. Give the code."),
    Reason.MISSING: _l("%(field)s is missing: it is needed for this row."),
    Reason.OUTSIDE: _l("This number belongs to someone outside your part of the network."),
    Reason.TOO_EARLY: _l("%(field)s: too early. The present post began on %(value)s."),
    Reason.ENDS_FIRST: _l(
        "%(field)s: this person works until %(value)s. Call that off first if they stay."
    ),
    Reason.HAS_LEFT: _l(
        "This person has left. To take them back, give a day after %(value)s in “%(field)s”."
    ),
    Reason.LEFT_ANOTHER_DAY: _l("This person left already, on %(value)s."),
    Reason.NEVER_WORKED: _l("Nobody with this number works here, so nobody can leave."),
    Reason.YOURSELF: _l("Nobody can dismiss themselves."),
    Reason.DEMONSTRATION: _l("A demonstration account gets no mail."),
    Reason.MAY_DO_MORE: MayDoMore().message,
    Reason.LEAVE_ORDER: _l("The leave ends before it begins."),
    Reason.ON_LEAVE: _l("This person is on leave since %(value)s: end that leave first."),
    Reason.LEAVE_ENDED: _l("This leave is on record as ended on %(value)s."),
    Reason.NO_LEAVE: _l("This person is not on leave."),
}
COLUMN_FAULTS: dict[ColumnFault, Any] = {
    ColumnFault.NO_NUMBER: _l("Say which column holds the personnel number."),
    ColumnFault.TWICE: _l("Only one column can hold this: %(field)s."),
    ColumnFault.TWO_NAMES: _l("Choose the full name in one column, or its parts, not both."),
}


def reason_words(refused: Refused) -> str:
    """Return why a row can't be done."""
    field = SHORT_NAMES[refused.field] if refused.field else ""
    day = None if refused.value.isdigit() else read_date(refused.value)
    value = show_date(day) if day else refused.value
    return str(REASONS[refused.reason]) % {"field": field, "value": value}


def reasons_words(faults: Sequence[Refused]) -> str:
    """Return all that is wrong with a row in one line."""
    return " ".join(reason_words(one) for one in faults)


def fault_words(fault: tuple[ColumnFault, Field]) -> str:
    """Return why columns can't be read as they were matched."""
    return str(COLUMN_FAULTS[fault[0]]) % {"field": SHORT_NAMES[fault[1]]}


def shown(value: Value) -> str:
    """Return a value before or after as a reader sees it."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return show_date(value) if isinstance(value, date) else localised(value)


def lapse_words(plan: PlannedPost) -> str:
    """Return that a post ahead comes to nothing; its unit and job role are loaded."""
    assert plan.unit is not None
    words = _(
        "Lapses: the post at %(unit)s planned from %(day)s.",
        unit=localised(plan.unit),
        day=show_date(plan.starts_on),
    )
    return str(words)


def changes_words(row: PlannedRow) -> str:
    """Return all changes of a row in one line, dates as tables have them."""
    parts = []
    for change in row.changes:
        before, after = (
            value.isoformat() if isinstance(value, date) else shown(value)
            for value in (change.before, change.after)
        )
        text = f"{before} → {after}" if before else after
        parts.append(f"{SHORT_NAMES[change.field]}: {text}")
    if row.lapses:
        parts.append(lapse_words(row.lapses))
    return "; ".join(parts)
