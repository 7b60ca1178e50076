"""The form of when reminders go out: lists of days."""

import re
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField
from wtforms.validators import ValidationError

from lms.certification.lifecycle.reminders import Distances
from lms.certification.reminding.plans import Audience, Plan
from lms.web.forms import BaseForm

FURTHEST, MOST = 730, 12
AUDIENCE_NAMES = {
    Audience.PERSON: _l("The person"),
    Audience.HEAD: _l("The head of their centre"),
    Audience.HR: _l("HR of their part of the network"),
}


def days_of(text: str | None) -> frozenset[int]:
    """Return the days listed in ``text``: numbers with commas or spaces between them.

    Raises ValueError for anything else, for days too far, and for too many.
    """
    words = [word for word in re.split(r"[\s,;]+", text or "") if word]
    days = frozenset(int(word) for word in words if re.fullmatch(r"[0-9]{1,3}", word))
    if len(words) > MOST or any(not re.fullmatch(r"[0-9]{1,3}", word) for word in words):
        raise ValueError(text)
    if any(day > FURTHEST for day in days):
        raise ValueError(text)
    return days


def listed(days: frozenset[int], *, falling: bool) -> str:
    """Return days as the form shows them."""
    return ", ".join(str(day) for day in sorted(days, reverse=falling))


class _DaysField(StringField):
    """A list of days."""

    def pre_validate(self, _form: Any) -> None:
        """Refuse what is no list of days."""
        try:
            days_of(self.data)
        except ValueError as error:
            raise ValidationError(
                _l("Enter up to 12 numbers of days from 0 to 730, such as 30, 14, 1; or nothing.")
            ) from error


class PlanForm(BaseForm):
    """The distances of each audience; ``number`` is the change that the form was opened with."""

    number = HiddenField()
    person_before = _DaysField(_l("Days before the date"))
    person_after = _DaysField(_l("Days after it"))
    head_before = _DaysField(_l("Days before the date"))
    head_after = _DaysField(_l("Days after it"))
    hr_before = _DaysField(_l("Days before the date"))
    hr_after = _DaysField(_l("Days after it"))

    @classmethod
    def of(cls, plan: Plan) -> "PlanForm":
        """Return the form, filled with a plan unless it was sent."""
        data: dict[str, Any] = {"number": str(plan.number)}
        for audience, distances in plan.distances.items():
            data[f"{audience.value}_before"] = listed(distances.before, falling=True)
            data[f"{audience.value}_after"] = listed(distances.after, falling=False)
        return cls(data=data)

    @property
    def seen(self) -> int:
        """The number of the change that the form was opened with."""
        text = str(self.number.data or "")
        return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else -1

    @property
    def distances(self) -> dict[Audience, Distances]:
        """The plan as filled in."""
        return {
            audience: Distances(
                days_of(self[f"{audience.value}_before"].data),
                days_of(self[f"{audience.value}_after"].data),
            )
            for audience in Audience
        }
