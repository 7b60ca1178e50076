"""The base of all forms and fields that several domains use."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, Form, SelectMultipleField
from wtforms.validators import NumberRange as _NumberRange
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget


def _strip(value: Any) -> Any:
    # PostgreSQL stores no NUL characters; nobody types one.
    return value.replace("\0", "").strip() if isinstance(value, str) else value


class BaseForm(FlaskForm):
    """A form whose text fields are stripped of surrounding space, with CSRF protection."""

    class Meta(FlaskForm.Meta):
        """Strip texts before validation."""

        def bind_field(self, form: Any, unbound_field: Any, options: Any) -> Field:
            """Add the stripping filter to text fields."""
            if unbound_field.field_class.__name__ in ("StringField", "TextAreaField", "EmailField"):
                filters = [*unbound_field.kwargs.get("filters", []), _strip]
                return unbound_field.bind(form=form, **{**options, "filters": filters})
            return unbound_field.bind(form=form, **options)


class NumberRange(_NumberRange):
    """WTForms' own, which numbers beyond floats and decimals that are none (sNaN) don't break."""

    def __call__(self, form: Form, field: Field) -> None:
        """Refuse a number out of range."""
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
