"""The base of all forms and fields that several domains use.

Days and numbers are read as people write them (``DateField``, ``IntegerField``, ``DecimalField``),
and what can't be read is shown again as it was typed, whatever the kind of the field.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import Field, FileField, Form, SelectField, SelectMultipleField, fields
from wtforms.validators import DataRequired, InputRequired, ValidationError
from wtforms.validators import NumberRange as _NumberRange
from wtforms.widgets import CheckboxInput, ListWidget, Select

from lms.core.tables import read_date
from lms.core.tables.texts import has_hidden, trimmed, unfit_sign

NOT_OFFERED = _l("Choose among what is offered.")
LINES = ("StringField", "EmailField")
NOT_A_DATE = _l("Write a date, such as 31.12.2026.")
NOT_WHOLE = _l("Enter a whole number.")
NOT_A_NUMBER = _l("Write a number such as 12 or 1.5.")
WHOLE = re.compile(r"[+-]?[0-9]{1,15}")
NUMBER = re.compile(r"[+-]?(?:[0-9]{1,15}(?:\.[0-9]{1,15})?|\.[0-9]{1,15})")


def stripped(value: Any) -> Any:
    """Return a text without surrounding space, anything else as it is."""
    # PostgreSQL stores no NUL characters; nobody types one.
    return trimmed(value.replace("\0", "")) if isinstance(value, str) else value


HIDDEN = _l("There is an invisible sign in this text. Type it anew instead of pasting it.")


def unfit_message(text: str) -> Any:
    """Return what is said of a text of several lines with a sign that none may hold, else None."""
    unfit = unfit_sign(text.replace("\r\n", "\n"))
    if unfit is None:
        return None
    line, code = unfit
    return _l(
        "Line %(line)d holds an invisible sign (U+%(code)s). "
        "Type the line anew instead of pasting it.",
        line=line,
        code=code,
    )


def all_seen(_form: Form, field: Field) -> None:
    """Refuse a line with signs that can't be seen, at its field."""
    if isinstance(field.data, str) and has_hidden(field.data):
        raise ValidationError(HIDDEN)


def all_fit(_form: Form, field: Field) -> None:
    """Refuse a text of several lines with a sign that none may hold, at its field."""
    message = unfit_message(field.data) if isinstance(field.data, str) else None
    if message:
        raise ValidationError(message)


def _demanding(validator: Any) -> Any:
    """Return what spaces don't satisfy: InputRequired looks at a text before it is stripped."""
    is_lax = type(validator) is InputRequired
    return DataRequired(validator.message) if is_lax else validator


class BaseForm(FlaskForm):
    """A form whose text fields are stripped of surrounding space, with CSRF protection."""

    class Meta(FlaskForm.Meta):
        """Take what a page's form sends, and strip texts before validation."""

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Return the request's texts, and its files for the fields that take files.

            Without this a file sent for a text, or JSON, would reach fields that can't read it.
            """
            if formdata is None or isinstance(formdata, MultiDict):
                return formdata
            if not form.is_submitted():
                return None
            takers = {field.name for field in form if isinstance(field, FileField)}
            files = [sent for sent in request.files.items(multi=True) if sent[0] in takers]
            return CombinedMultiDict([MultiDict(files), request.form]) or None

        def bind_field(self, form: Any, unbound_field: Any, options: Any) -> Field:
            """Add the stripping filter to texts and choices; texts refuse hidden signs.

            What is required isn't there when nothing of it is left.
            """
            kind = unbound_field.field_class
            name = kind.__name__
            # Of a choice, too: Optional takes spaces for nothing chosen.
            if name in (*LINES, "TextAreaField") or issubclass(kind, SelectField):
                filters = [*unbound_field.kwargs.get("filters", []), stripped]
                field = unbound_field.bind(form=form, **{**options, "filters": filters})
                if name in LINES and self.csrf:  # a search changes nothing
                    field.validators = [*field.validators, all_seen]
                elif name == "TextAreaField":
                    field.validators = [*field.validators, all_fit]
                if not issubclass(kind, SelectField):
                    field.validators = [*map(_demanding, field.validators)]
            else:
                field = unbound_field.bind(form=form, **options)
            if isinstance(field, SelectMultipleField):  # WTForms' own words are English
                field.invalid_choice_message = NOT_OFFERED
            return field

        def render_field(self, field: Field, render_kw: dict[str, Any]) -> Any:
            """Leave ``required`` out where something is chosen in any case.

            HTML lets a drop-down be required only if its first choice is an empty one.
            """
            if isinstance(field.widget, Select) and not field.widget.multiple:
                first = field.flags.required and next(iter(field.iter_choices()), None)
                if first and first.value != "":
                    render_kw = {"required": False, **render_kw}
            return super().render_field(field, render_kw)


class AskingForm(BaseForm):
    """A form that only asks and changes nothing, so it needs no token against forged requests.

    In an address (GET) a token would only be given away; without one, a public form also works
    where cookies are off (``access.public_question``).
    """

    class Meta(BaseForm.Meta):
        """Without a CSRF token."""

        csrf = False


class _Typed(Field):
    """A field that shows what can't be read as it was typed, among signs of any kind.

    In one for days, times or numbers HTML allows nothing else (4.10.5), and browsers empty it.
    """

    data: Any

    def __call__(self, **given: Any) -> Any:
        """Return the control."""
        if self.data is None and any(self.raw_data or ()) and self.widget.input_type != "hidden":
            given |= {"type": "text", "min": False, "max": False, "step": False}
        return super().__call__(**given)


class TimeField(_Typed, fields.TimeField):
    """WTForms' own, which keeps what was typed."""


class DateTimeLocalField(_Typed, fields.DateTimeLocalField):
    """WTForms' own, which keeps what was typed."""


class DateField(_Typed, fields.DateField):
    """A day as the browser sends it, or as people write it: the same rule as for tables."""

    def process_formdata(self, valuelist: Any) -> None:
        """Read the day; anything else is an error beside the field."""
        if valuelist:
            self.data = read_date(" ".join(valuelist))
            if self.data is None:
                raise ValueError(NOT_A_DATE)

    def _value(self) -> str:
        return self.data.isoformat() if self.data else " ".join(self.raw_data or ())


class _Number(_Typed):
    """A number in the digits 0 to 9, spaces between them allowed."""

    read: Callable[[str], Any]
    form: re.Pattern[str]  # with a point, without spaces
    asked: Any  # words for what is none

    def process_formdata(self, valuelist: Any) -> None:
        """Read the number; anything else is an error beside the field."""
        if valuelist:
            plain = "".join(valuelist[0].split()).replace(",", ".").replace("\N{MINUS SIGN}", "-")
            self.data = self.read(plain) if self.form.fullmatch(plain) else None
            if self.data is None:
                raise ValueError(self.asked)


class IntegerField(_Number, fields.IntegerField):
    """A whole number."""

    read, form, asked = int, WHOLE, NOT_WHOLE

    def _value(self) -> str:
        return super()._value() if self.data is None else str(self.data)


class DecimalField(_Number, fields.DecimalField):
    """A number with a comma or a point."""

    read, form, asked = Decimal, NUMBER, NOT_A_NUMBER

    def _value(self) -> str:
        read = self.raw_data and self.data is not None
        return f"{self.data:f}" if read else super()._value()


class NumberRange(_NumberRange):
    """WTForms' own, which numbers beyond floats and decimals that are none (sNaN) don't break."""

    def __call__(self, form: Form, field: Field) -> None:
        """Refuse a number out of range; of what is no number, say the same and nothing else."""
        if field.data is None:
            field.errors = []
        try:
            super().__call__(form, field)
        except ValidationError:
            raise
        except (OverflowError, ValueError) as error:
            raise ValidationError(self.message) from error


class CheckboxesField(SelectMultipleField):
    """Several choices as checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()
