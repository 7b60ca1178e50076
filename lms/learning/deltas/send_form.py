"""The form that sends a training: to whom, with the count shown before, and until when."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired

from lms.catalog.policies import WHOLE_NETWORK
from lms.learning.deltas.audience import EVERY_TOUCHED, Audience, Reach
from lms.learning.deltas.models import Whom
from lms.learning.deltas.touched import groups
from lms.people.forms import unit_choices
from lms.people.models import OrganisationUnit
from lms.web.forms import BaseForm, CheckboxesField, DateField
from lms.web.i18n import show_number

LONGEST = timedelta(days=365)
USUAL = timedelta(days=7)

WHOM_NAMES = {
    Whom.TOUCHED: _l("Everybody whom the change touches"),
    Whom.CHOSEN: _l("Only some of them, by the reason"),
    Whom.EVERYBODY: _l("Everybody who works here"),
}


class SendForm(BaseForm):
    """To whom a training goes and until when it is to be done.

    Begins with those whom the change touches, or with ``audience``. ``shown`` says whose count
    the page stated: what is sent goes to these and to nobody else.
    """

    whom = RadioField(_l("Who gets it"))
    reasons = CheckboxesField(_l("For which reasons"))
    unit = SelectField(_l("Where"))
    due_on = DateField(_l("To be done by"), validators=[DataRequired(_l("Enter the day."))])
    shown = HiddenField()

    def __init__(
        self,
        today: date,
        units: Sequence[OrganisationUnit],
        audience: Audience = EVERY_TOUCHED,
        **kwargs: Any,
    ) -> None:
        begin = {
            "due_on": today + USUAL,
            "whom": audience.whom.value,
            "reasons": list(audience.reasons),
            "unit": audience.unit.public_id if audience.unit else "",
        }
        super().__init__(data=begin, **kwargs)
        self.today, self.first = today, audience
        self.units = {unit.public_id: unit for unit in units}
        self.whom.choices = [SelectChoice(one.value, name) for one, name in WHOM_NAMES.items()]
        self.reasons.choices = [SelectChoice(group.name, group.label) for group in groups()]
        everywhere = SelectChoice("", str(_l("The whole network")))
        below = [unit for unit in units if unit.path != WHOLE_NETWORK]
        self.unit.choices = [everywhere, *unit_choices(below)]

    def validate_due_on(self, field: DateField) -> None:
        """Refuse a day that is past, or so far off that it is a slip."""
        if field.data and not self.today <= field.data <= self.today + LONGEST:
            raise ValidationError(_l("Enter a day from today to a year from now."))

    def validate_reasons(self, field: CheckboxesField) -> None:
        """Want a reason where people are chosen by it."""
        if self.whom.data == Whom.CHOSEN.value and not field.data:
            raise ValidationError(_l("Choose at least one reason."))

    @property
    def audience(self) -> Audience:
        """Whom the form means; what is unknown counts as not chosen."""
        whom = Whom(self.whom.data) if self.whom.data in {w.value for w in Whom} else Whom.TOUCHED
        known = {group.name for group in groups()}
        reasons = tuple(name for name in self.reasons.data or () if name in known)
        return Audience(
            whom, reasons if whom is Whom.CHOSEN else (), self.units.get(self.unit.data)
        )

    def is_to_send(self, reached: Reach, *, asked_to_count: bool) -> bool:
        """Tell whether to send it now; else the page shows the count, or what to mend."""
        if not self.validate_on_submit() or asked_to_count:
            return False
        if (self.shown.data or self.first.key) != self.audience.key:
            self.form_errors = [_("You chose other people. Look at the count, then send it.")]
        elif not reached.meant:
            self.form_errors = [_("Nobody is among these people. Choose others.")]
        return not self.form_errors

    def tell(self, reached: Reach) -> None:
        """Write the counts beside the choices, and whose count the page states."""
        self.shown.data = self.audience.key
        counts = {Whom.TOUCHED: reached.touched, Whom.EVERYBODY: reached.everybody}
        self.whom.choices = [
            SelectChoice(one.value, _counted(name, counts[one]) if one in counts else name)
            for one, name in WHOM_NAMES.items()
        ]
        self.reasons.choices = [
            SelectChoice(group.name, _counted(group.label, reached.reasons[group.name]))
            for group in groups()
        ]


def _counted(name: Any, count: int) -> str:
    return str(_("%(name)s: %(count)s", name=str(name), count=show_number(count)))
