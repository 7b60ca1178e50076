"""Forms of mailed lists: when one is sent, and naming a colleague."""

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from lms.reporting.mailing.models import Condition, FileKind, ListSchedule
from lms.reporting.mailing.services import Order
from lms.reporting.mailing.times import LAST_DAY, Rhythm, Rule
from lms.web.forms import BaseForm

RHYTHM_NAMES = {
    Rhythm.WORKING_DAYS: _l("Each working day (Monday to Friday, no public holidays)"),
    Rhythm.WEEKLY: _l("Once a week"),
    Rhythm.MONTHLY: _l("Once a month"),
    Rhythm.ON_REQUEST: _l("Only when I press “Send now”"),
}
WEEKDAYS = (
    lazy_pgettext("once a week on", "Monday"),
    lazy_pgettext("once a week on", "Tuesday"),
    lazy_pgettext("once a week on", "Wednesday"),
    lazy_pgettext("once a week on", "Thursday"),
    lazy_pgettext("once a week on", "Friday"),
    lazy_pgettext("once a week on", "Saturday"),
    lazy_pgettext("once a week on", "Sunday"),
)
FILE_NAMES = {
    FileKind.XLSX: _l("Workbook (XLSX)"),
    FileKind.CSV: _l("Table as text (CSV)"),
    FileKind.PDF: _l("Report for printing (PDF, up to 500 rows)"),
}
CONDITION_NAMES = {
    Condition.ALWAYS: _l("Always, an empty list too"),
    Condition.ROWS: _l("Only if there are rows"),
    Condition.CHANGES: _l("Only if the rows have changed since the last time"),
}


def _choices(names: Mapping[Any, Any]) -> list[SelectChoice]:
    return [SelectChoice(one.value, name) for one, name in names.items()]


class ScheduleForm(BaseForm):
    """When a list is sent; ``version`` is the row's that the form was opened with."""

    version = HiddenField()
    rhythm = RadioField(
        _l("How often"), choices=_choices(RHYTHM_NAMES), default=Rhythm.WORKING_DAYS.value
    )
    weekday = SelectField(
        lazy_pgettext("once a week on", "Day of the week"),
        choices=[SelectChoice(str(number), name) for number, name in enumerate(WEEKDAYS)],
        default="0",
    )
    month_day = SelectField(
        lazy_pgettext("once a month on", "Day of the month"),
        choices=[
            *(SelectChoice(str(number), str(number)) for number in range(1, LAST_DAY)),
            SelectChoice(str(LAST_DAY), _l("the last day")),
        ],
        default="1",
        description=_l("In a shorter month its last day."),
    )
    hour = SelectField(
        _l("Hour, by the clock of the network"),
        choices=[SelectChoice(str(number), f"{number:02}:00") for number in range(24)],
        default="8",
    )
    file_kind = RadioField(
        lazy_pgettext("list", "As which file"),
        choices=_choices(FILE_NAMES),
        default=FileKind.XLSX.value,
    )
    condition = RadioField(
        lazy_pgettext("list", "When to send"),
        choices=_choices(CONDITION_NAMES),
        default=Condition.ALWAYS.value,
    )
    to_owner = BooleanField(_l("Send it to me"), default=True)

    @classmethod
    def of(cls, schedule: ListSchedule | None) -> "ScheduleForm":
        """Return the form, filled with a schedule, whatever was sent."""
        if schedule is None:
            return cls(formdata=None, data={"version": "0"})
        data: dict[str, Any] = {
            "version": str(schedule.row_version),
            "rhythm": schedule.rhythm.value,
            "hour": str(schedule.hour),
            "file_kind": schedule.file_kind.value,
            "condition": schedule.condition.value,
            "to_owner": schedule.to_owner,
        }
        if schedule.weekday is not None:
            data["weekday"] = str(schedule.weekday)
        if schedule.month_day is not None:
            data["month_day"] = str(schedule.month_day)
        return cls(formdata=None, data=data)

    @property
    def seen(self) -> int:
        """The version that the form was opened with."""
        text = str(self.version.data or "")
        return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else -1

    @property
    def order(self) -> Order:
        """The schedule of a valid form."""
        rhythm = Rhythm(self.rhythm.data)
        rule = Rule(
            rhythm,
            hour=int(self.hour.data),
            weekday=int(self.weekday.data) if rhythm is Rhythm.WEEKLY else None,
            month_day=int(self.month_day.data) if rhythm is Rhythm.MONTHLY else None,
        )
        return Order(
            rule,
            FileKind(self.file_kind.data),
            Condition(self.condition.data),
            bool(self.to_owner.data),
        )


class ColleagueForm(BaseForm):
    """Naming a colleague for a list: by name or number, and among several by a choice."""

    words = StringField(
        _l("Name or personnel number of a colleague"),
        [
            DataRequired(_l("Whom? Give a name or a personnel number.")),
            Length(max=100, message=_l("Use at most %(max)d characters.")),
        ],
        description=_l("Of those who may see such lists themselves."),
    )
    person = HiddenField()  # the public id of the one who was chosen among several
    is_mailed = BooleanField(_l("Gets it by mail"), default=True)
    is_shared = BooleanField(_l("Finds it among their own saved lists"))
