"""Forms of attendance and of checklists. Their rows are named after enrolments and steps."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import StringField, ValidationError
from wtforms.validators import InputRequired, Length, Optional

from lms.learning.activities.models import Presence
from lms.web.forms import BaseForm, DateField

PRESENCE_NAMES = {
    Presence.PRESENT: _l("Present"),
    Presence.LATE: _l("Late"),
    Presence.EXCUSED: _l("Excused"),
    Presence.ABSENT: _l("Absent"),
}


class NotFuture:
    """Validator: the date is ``form.today`` or earlier."""

    def __call__(self, form: Any, field: Any) -> None:
        """Refuse dates that are still to come."""
        if field.data is not None and field.data > form.today:
            raise ValidationError(_l("This day is still to come."))


class AttendanceForm(BaseForm):
    """The day of a class; who was there stands in fields beside it."""

    held_on = DateField(
        _l("Day of the class"), validators=[InputRequired(_l("Enter the day.")), NotFuture()]
    )

    def __init__(self, today: date, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.today = today


class TicksForm(BaseForm):
    """The day on which the ticked steps were done."""

    done_on = DateField(
        _l("Done on"), validators=[InputRequired(_l("Enter the day.")), NotFuture()]
    )

    def __init__(self, today: date, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.today = today


class MentorForm(BaseForm):
    """Who ticks the checklist, by personnel number."""

    number = StringField(
        _l("Personnel number of the mentor"),
        validators=[Optional(), Length(max=40, message=_l("Use at most %(max)d characters."))],
        description=_l("Left empty, nobody is the mentor any more."),
    )


def presences(fields: Any, enrolments: Iterable[str]) -> dict[str, Presence]:
    """Return what was marked about each enrolment; nothing for those left open or unknown words."""
    known = {presence.value: presence for presence in Presence}
    sent = {key: known.get(fields.get(f"presence-{key}", "")) for key in enrolments}
    return {key: presence for key, presence in sent.items() if presence is not None}
