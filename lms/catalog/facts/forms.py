"""Forms of the register of facts."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Regexp

from lms.catalog.authoring.fields import KeyField, TextsForm, at_most, required, spread
from lms.catalog.facts.file import SOURCE_LIMIT, STATEMENT_LIMIT, URL, VALUE_LIMIT, FactState
from lms.catalog.facts.models import FactVersion
from lms.web.forms import DateField
from lms.web.i18n import LANGUAGES


class FactForm(TextsForm):
    """What a fact says, in both languages, and how it is known."""

    statement_ru = TextAreaField(
        _l("The fact in Russian"), validators=required(_l("State the fact."), STATEMENT_LIMIT)
    )
    statement_en = TextAreaField(
        _l("The fact in English"), validators=required(_l("State the fact."), STATEMENT_LIMIT)
    )
    value_ru = StringField(
        _l("Its value in Russian"),
        validators=at_most(VALUE_LIMIT),
        description=_l("A term, a sum or a number, such as “15 minutes”."),
    )
    value_en = StringField(_l("Its value in English"), validators=at_most(VALUE_LIMIT))
    source_ru = StringField(
        _l("Source in Russian"), validators=required(_l("Name the source."), SOURCE_LIMIT)
    )
    source_en = StringField(
        _l("Source in English"), validators=required(_l("Name the source."), SOURCE_LIMIT)
    )
    url = StringField(
        _l("Address of the source"),
        validators=[
            *at_most(500),
            Regexp(rf"{URL.pattern}\Z", message=_l("Enter an https:// address.")),
        ],
    )
    as_of = DateField(_l("True as of"), validators=[DataRequired(_l("Enter the day."))])
    review_by = DateField(_l("Look again by"), validators=[DataRequired(_l("Enter the day."))])

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(LANGUAGES, **kwargs)

    def validate_review_by(self, field: DateField) -> None:
        """Refuse a review that doesn't come after the day of the check."""
        if self.as_of.data and field.data and field.data <= self.as_of.data:
            raise ValidationError(_l("The review comes after the day of the check."))

    def validate_value_en(self, _field: StringField) -> None:
        """Refuse a value that is given in one language only."""
        if not self.value_ru.data:
            raise ValidationError(_l("Give the value in both languages or in neither."))

    def validate_value_ru(self, _field: StringField) -> None:
        """Refuse a value that is given in one language only."""
        if not self.value_en.data:
            raise ValidationError(_l("Give the value in both languages or in neither."))

    def state(self) -> FactState:
        """Return what was typed."""
        return FactState(
            self.texts("statement"),
            self.texts("value"),
            self.texts("source"),
            self.url.data or None,
            self.as_of.data,
            self.review_by.data,
            self.texts("change") if "change_ru" in self else None,
        )


class NewFactForm(FactForm):
    """A new fact."""

    key = KeyField(
        _l("Key"), description=_l("Lessons cite the fact by it. Left empty, one is made.")
    )

    @property
    def suggested(self) -> str:
        """The text a key is best made from."""
        return str(self.statement_en.data or "")


class ChangeFactForm(FactForm):
    """A new version of a fact."""

    change_ru = TextAreaField(
        _l("What changed and why, in Russian"),
        validators=required(_l("Say what changed and why."), STATEMENT_LIMIT),
    )
    change_en = TextAreaField(
        _l("What changed and why, in English"),
        validators=required(_l("Say what changed and why."), STATEMENT_LIMIT),
    )
    row_version = HiddenField()  # number of the version that the form shows


def values_of(version: FactVersion) -> dict[str, Any]:
    """Return what a form of change begins with."""
    return {
        **spread(statement=version.statement, value=version.value, source=version.source),
        "url": version.url or "",
        "as_of": version.as_of,
        "review_by": version.review_by,
        "row_version": version.number,
    }
