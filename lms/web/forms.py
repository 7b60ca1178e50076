"""The base of all forms and fields that several domains use."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field


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
