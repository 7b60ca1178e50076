"""Forms of the exam desk: allowances, more time for all, release codes."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, StringField
from wtforms.validators import InputRequired, Length

from lms.assessment.authoring.forms.fields import choices_of
from lms.assessment.rules import codes
from lms.assessment.rules.granting import MOST
from lms.assessment.rules.models import AllowanceKind
from lms.core.identifiers import is_public_id, public_id
from lms.web.forms import BaseForm, IntegerField, NumberRange

KIND_NAMES = {
    AllowanceKind.MINUTES: _l("More time, in minutes"),
    AllowanceKind.PERCENT: _l("More time, in percent of the exam’s time"),
    AllowanceKind.ATTEMPTS: _l("More attempts"),
}


def _reason() -> StringField:
    return StringField(
        _l("Reason"), [InputRequired(_l("Say why: it stays on record.")), Length(max=500)]
    )


class AllowanceForm(BaseForm):
    """More time or attempts for one person."""

    key = HiddenField()
    kind = RadioField(
        _l("What is allowed"),
        choices=choices_of(KIND_NAMES),
        default=AllowanceKind.MINUTES.value,
    )
    amount = IntegerField(_l("How much"), [InputRequired(_l("Enter a whole number."))])
    reason = _reason()

    def validate(self, extra_validators: Any = None) -> bool:
        """Check each field, and the amount against what its kind allows."""
        well = bool(super().validate(extra_validators))
        if not is_public_id(self.key.data or ""):
            self.key.data = public_id()
        if well and not 1 <= self.amount.data <= MOST[self.allowance_kind]:
            most = MOST[self.allowance_kind]
            message = _l("Enter a whole number from 1 to %(most)d.", most=most)
            self.amount.errors = [*self.amount.errors, message]
            return False
        return well

    @property
    def allowance_kind(self) -> AllowanceKind:
        """The chosen kind."""
        return AllowanceKind(self.kind.data)


class WithdrawalForm(BaseForm):
    """The end of an allowance."""

    reason = _reason()


class ExtensionForm(BaseForm):
    """More time for all who sit the exam now."""

    minutes = IntegerField(
        _l("Minutes"),
        [
            InputRequired(_l("Enter a whole number from 1 to 480.")),
            NumberRange(1, 480, _l("Enter a whole number from 1 to 480.")),
        ],
    )
    reason = _reason()


class SittingCodeForm(BaseForm):
    """A code for one sitting."""

    hours = IntegerField(
        _l("Valid for, hours"),
        [
            InputRequired(_l("Enter a whole number from 1 to 72.")),
            NumberRange(1, 72, _l("Enter a whole number from 1 to 72.")),
        ],
        default=3,
    )


class PasswordForm(BaseForm):
    """A password that stays until it is withdrawn."""

    password = StringField(_l("Password"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Check how long it is, as it will be compared."""
        well = bool(super().validate(extra_validators))
        length = len(codes.plain(self.password.data or ""))
        if length not in codes.LENGTHS:
            message = _l("Use from 6 to 64 letters, digits or signs.")
            self.password.errors = [*self.password.errors, message]
            return False
        return well
