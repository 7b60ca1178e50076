"""Forms of batches."""

from collections.abc import Sequence
from datetime import date

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from lms.certification.batches.models import BatchKind
from lms.certification.schemes.definitions import Part
from lms.web.forms import BaseForm, DateField
from lms.web.i18n import localised


class DownloadForm(BaseForm):
    """As which file, and in which language."""

    kind = RadioField(
        _l("What you need"),
        [InputRequired(_l("Choose what you need."))],
        choices=[
            SelectChoice(BatchKind.ORIGINALS.value, _l("Signed originals in one ZIP file")),
            SelectChoice(BatchKind.PRINT.value, _l("One PDF to print, without signatures")),
        ],
        default=BatchKind.ORIGINALS.value,
    )
    language = RadioField(
        _l("Language of the certificates"),
        [InputRequired(_l("Choose a language."))],
        choices=[SelectChoice("ru", _l("Russian")), SelectChoice("en", _l("English"))],
    )


def _reason(label: object) -> TextAreaField:
    return TextAreaField(
        label,
        [
            InputRequired(_l("Give the reason: it stays in the history of each certificate.")),
            Length(min=5, max=1000, message=_l("Write between 5 and 1000 characters.")),
        ],
    )


class RevocationForm(BaseForm):
    """Why all of these no longer count."""

    reason = _reason(_l("Reason for revoking them all"))


class IssueForm(BaseForm):
    """To whom certificates of a course are to be issued, and why."""

    course = SelectField(_l("Course"), [InputRequired(_l("Choose a course."))])
    way = RadioField(
        _l("To whom"),
        choices=[
            SelectChoice("completed", _l("Who completed the course here and has no certificate")),
            SelectChoice("outside", _l("Who showed elsewhere what the course teaches")),
        ],
        default="completed",
    )
    numbers = TextAreaField(
        _l("Their personnel numbers"),
        [Length(max=400_000, message=_l("The list is too long."))],
    )
    reason = _reason(_l("Reason for issuing, with what shows it"))

    def check_numbers(self, numbers: list[str], most: int) -> bool:
        """Tell whether there is a list, not too long; else say so beside the field."""
        if not numbers:
            self.numbers.errors = [_l("Give at least one personnel number.")]
        elif len(numbers) > most:
            self.numbers.errors = [_l("At most %(most)d numbers, please.", most=most)]
        return not self.numbers.errors


class CertifyForm(BaseForm):
    """What is to be recorded of whom, and why."""

    part = SelectField(_l("What is recorded"))
    shown_on = DateField(_l("Day of the document"), [Optional()])
    numbers = TextAreaField(
        _l("Their personnel numbers"),
        [Length(max=400_000, message=_l("The list is too long."))],
    )
    file = FileField(_l("Or a table with them"))
    reason = _reason(_l("Reason, with the document that shows it"))

    def offer(self, parts: Sequence[Part], today: date) -> "CertifyForm":
        """Set the parts for which evidence can be recorded, and the day."""
        self.today = today
        self.part.choices = [
            *(SelectChoice(one.key, localised(one.title)) for one in parts),
            SelectChoice("", _l("The whole certification: award it")),
        ]
        return self

    @property
    def chosen_words(self) -> str:
        """What is recorded, in words."""
        return next(str(one.label) for one in self.part.choices if one.value == self.part.data)

    def validate_shown_on(self, field: DateField) -> None:
        """Refuse a day ahead."""
        if field.data is not None and field.data > self.today:
            raise ValidationError(_l("Enter today or an earlier day."))

    def check_numbers(self, numbers: list[str], most: int) -> bool:
        """Tell whether there is a list, not too long; else say so beside the field."""
        if not numbers:
            self.numbers.errors = [_l("Give at least one personnel number.")]
        elif len(numbers) > most:
            self.numbers.errors = [_l("At most %(most)d numbers, please.", most=most)]
        return not self.numbers.errors


class EarlierForm(BaseForm):
    """Why results from before count."""

    reason = _reason(_l("Reason for letting them count"))
