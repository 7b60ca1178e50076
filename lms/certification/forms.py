"""Forms of verification, of the registry and of what HR does with a certificate."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, RadioField, SelectField, StringField, SubmitField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from lms.certification import numbers
from lms.certification.queries.registry import Order, StatusFilter
from lms.certification.reviews.models import ReviewDecision
from lms.certification.schemes.records.leaves import EARLIEST, LATEST
from lms.certification.sealing.looking import LARGEST, TOO_COMPLICATED, fault_of
from lms.web.forms import AskingForm, BaseForm, DateField, IntegerField, NumberRange

NO_DATE = _l("Enter a date.")


class NumberForm(AskingForm):
    """The number of a certificate, as someone types it."""

    number = StringField(
        _l("Certificate number"),
        [InputRequired(_l("Type the number that stands on the certificate.")), Length(max=200)],
    )

    def validate_number(self, field: Any) -> None:
        """Refuse what can't be a number before anything is looked up."""
        if numbers.parse(field.data or "") is None:
            raise ValidationError(
                _l(
                    "This can't be a certificate number: check the typing. It has 27 letters and "
                    "digits in groups of four."
                )
            )


class NameForm(AskingForm):
    """The full name that a visitor wants to have confirmed."""

    full_name = StringField(
        _l("Full name of the holder"),
        [
            InputRequired(_l("Type the full name that stands on the certificate.")),
            Length(max=400, message=_l("The name is too long.")),
        ],
    )


class PaperForm(AskingForm):
    """A certificate's file to be checked."""

    file = FileField(
        _l("File of the certificate or of its digital badge"),
        [FileRequired(_l("Choose the certificate’s file."))],
    )
    content = b""  # of a valid form

    def validate_file(self, field: Any) -> None:
        """Refuse what is larger than any certificate, and what is neither a PDF nor a badge."""
        self.content = field.data.stream.read(LARGEST + 1)
        fault = fault_of(self.content)
        if fault is not None:
            raise ValidationError(fault)

    def refuse_content(self) -> None:
        """Say that the file asks for more than a certificate needs."""
        self.file.errors = [TOO_COMPLICATED]


def _reason(label: Any) -> TextAreaField:
    return TextAreaField(
        label,
        [
            InputRequired(_l("Give the reason: it stays in the certificate's history.")),
            Length(min=5, max=1000, message=_l("Write 5 to 1000 characters.")),
        ],
    )


class RevokeForm(BaseForm):
    """Why a certificate no longer counts."""

    reason = _reason(_l("Reason for revoking"))


class ReissueForm(BaseForm):
    """Why a new certificate is issued in place of this one."""

    reason = _reason(_l("Reason for reissuing"))


STATUS_NAMES = {
    StatusFilter.VALID: _l("Valid"),
    StatusFilter.EXPIRING: _l("Expires soon"),
    StatusFilter.EXPIRED: _l("Expired"),
    StatusFilter.REVOKED: _l("Revoked"),
    StatusFilter.REPLACED: _l("Replaced"),
}
ORDER_NAMES = {
    Order.NAME: _l("By name"),
    Order.ISSUED: _l("Latest issued first"),
    Order.UNTIL: _l("First to expire first"),
}


class RegistryForm(AskingForm):
    """What the registry is narrowed to and how it is sorted."""

    text = StringField(
        _l("Name, personnel number or certificate number"),
        [Length(max=200, message=_l("The search text is too long."))],
    )
    unit = SelectField(_l("Centre"), [Optional()])
    course = SelectField(_l("Course"), [Optional()])
    status = SelectField(
        _l("Status"),
        [Optional()],
        choices=[
            SelectChoice("", _l("Any")),
            *(SelectChoice(status.value, name) for status, name in STATUS_NAMES.items()),
        ],
    )
    days = IntegerField(
        _l("Expires within, days"),
        [Optional(), NumberRange(1, 3650, _l("Give a number of days from 1 to 3650."))],
    )
    order = SelectField(
        _l("Order"),
        choices=[SelectChoice(order.value, name) for order, name in ORDER_NAMES.items()],
        default=Order.NAME.value,
    )


DECISION_NAMES = {
    ReviewDecision.KEPT: _l("Keep the certificate"),
    ReviewDecision.REVOKED: _l("Revoke the certificate"),
    ReviewDecision.ISSUED: _l("Issue a certificate"),
    ReviewDecision.NOT_ISSUED: _l("Issue no certificate"),
    ReviewDecision.COUNTED: _l("The evidence counts"),
    ReviewDecision.NOT_COUNTED: _l("The evidence doesn’t count"),
    ReviewDecision.REISSUED: _l("Reissue the certificate with the new score"),
}


class ReviewForm(BaseForm):
    """What becomes of a certificate or of evidence after a regrade, and why."""

    decision = RadioField(_l("Decision"), [InputRequired(_l("Choose what is to be done."))])
    reason = TextAreaField(
        _l("Reason"),
        [
            InputRequired(_l("Give the reason.")),
            Length(max=1000, message=_l("At most 1000 characters, please.")),
        ],
    )

    def offer(self, decisions: tuple[ReviewDecision, ...]) -> "ReviewForm":
        """Offer these decisions; none is chosen beforehand."""
        self.decision.choices = [SelectChoice(one.value, DECISION_NAMES[one]) for one in decisions]
        return self

    def is_of(self, public_id: str) -> bool:
        """Tell whether the form was posted for this review."""
        return bool(self.decision.name.startswith(public_id))

    @property
    def decided(self) -> ReviewDecision:
        """The decision of a valid form."""
        return ReviewDecision(self.decision.data)


class LeaveForm(BaseForm):
    """First and last day, and why it is entered or changed; ``key`` is the leave that was shown."""

    first_on = DateField(_l("First day of the leave"), [InputRequired(NO_DATE)])
    last_on = DateField(_l("Last day of the leave"), [Optional()])
    reason = TextAreaField(
        _l("Reason"),
        [
            InputRequired(_l("Give the reason: it stays on record.")),
            Length(max=1000, message=_l("A thousand characters at most.")),
        ],
    )
    key = HiddenField()
    strike = SubmitField()

    @property
    def strikes(self) -> bool:
        """Whether the leave never was."""
        return bool(self.strike.data)

    @property
    def days(self) -> tuple[date, date | None]:
        """First and last day; None: its end isn't known."""
        assert self.first_on.data is not None
        return self.first_on.data, self.last_on.data

    def validate_first_on(self, field: DateField) -> None:
        """Refuse a year that is a slip."""
        if field.data is not None and not EARLIEST <= field.data <= LATEST:
            raise ValidationError(_l("Check the year."))

    def validate_last_on(self, field: DateField) -> None:
        """Refuse an end before the beginning, and a year that is a slip."""
        if field.data is None:
            return
        if self.first_on.data is not None and field.data < self.first_on.data:
            raise ValidationError(_l("The last day can’t be before the first one."))
        if field.data > LATEST:
            raise ValidationError(_l("Check the year."))
