"""Forms of the authoring pages. A text in two languages is two fields: title_ru, title_en."""

import re
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    Optional,
    Regexp,
    ValidationError,
)

from lms.catalog.authoring.fields import (
    KeyField,
    TextsForm,
    at_most,
    required,
)
from lms.catalog.authoring.rules_form import OrderFields, RulesFields, chosen_rules
from lms.catalog.kinds.order import Rules
from lms.catalog.models import Activity, ActivityKind, Confidence, CourseModule, CourseVersion
from lms.catalog.source.content import Texts
from lms.catalog.source.lesson_files import BODY_LIMIT, TITLE_LIMIT
from lms.web.forms import (
    BaseForm,
    CheckboxesField,
    DateField,
    DecimalField,
    IntegerField,
    NumberRange,
)
from lms.web.i18n import LANGUAGES, localised

LANGUAGE_NAMES = {"ru": _l("Russian"), "en": _l("English")}
CONFIDENCE_NAMES = {
    Confidence.ACT: _l("Legal act"),
    Confidence.SECONDARY: _l("Published report"),
    Confidence.ORDER: _l("Rule of the network"),
    Confidence.OWN: _l("Teaching decision of the training centre"),
}
KEY_HINT = _l("2 to 60 of a–z, 0–9 and hyphens. Left empty, it is made from the title.")
HALF = Decimal("0.5")


class TitledForm(BaseForm):
    """A form of a course: ``languages`` and a title, ``title_ru`` and so on, in each of them."""

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask also for the title in each chosen language."""
        well: bool = super().validate(extra_validators)
        for language in set(self["languages"].data or ()) & set(LANGUAGES):
            title = self[f"title_{language}"]
            if not title.data:
                title.errors = [*title.errors, _l("Enter the title.")]
                well = False
        return well


class NewCourseForm(TitledForm):
    """A new course: its name and languages."""

    title_ru = StringField(_l("Title in Russian"), validators=at_most(TITLE_LIMIT))
    title_en = StringField(_l("Title in English"), validators=at_most(TITLE_LIMIT))
    languages = CheckboxesField(
        _l("Languages of the course"),
        validators=[DataRequired(_l("Choose at least one language."))],
        choices=[SelectChoice(code, name) for code, name in LANGUAGE_NAMES.items()],
        default=list(LANGUAGES),
    )
    slug = KeyField(_l("Short name in addresses"), description=KEY_HINT)

    @property
    def suggested(self) -> str:
        """The title a short name is best made from: the English one."""
        return self.titles.get("en") or next(iter(self.titles.values()))

    @property
    def titles(self) -> Texts:
        """The titles in the chosen languages."""
        return {language: self[f"title_{language}"].data for language in self.languages.data}


class SettingsForm(TitledForm):
    """What a course says about itself."""

    title_ru = StringField(_l("Title in Russian"), validators=at_most(TITLE_LIMIT))
    title_en = StringField(_l("Title in English"), validators=at_most(TITLE_LIMIT))
    summary_ru = TextAreaField(
        _l("Summary in Russian"),
        validators=at_most(2000),
        description=_l("One to three sentences, shown before the course begins."),
    )
    summary_en = TextAreaField(_l("Summary in English"), validators=at_most(2000))
    languages = CheckboxesField(
        _l("Languages of the course"),
        validators=[DataRequired(_l("Choose at least one language."))],
        choices=[SelectChoice(code, name) for code, name in LANGUAGE_NAMES.items()],
        description=_l("Every lesson and question needs its text in each of them."),
    )
    hours = DecimalField(
        _l("Academic hours"),
        places=1,
        validators=[
            InputRequired(_l("Enter the hours.")),
            NumberRange(HALF, 1000, _l("Enter a number from 0.5 to 1000.")),
        ],
        description=_l("Whole or half hours; they stand on the certificate."),
    )
    as_of = DateField(_l("Facts were checked on"), validators=[Optional()])
    review_by = DateField(_l("Review by"), validators=[Optional()])
    valid_months = IntegerField(
        _l("The certificate is valid for, months"),
        validators=[Optional(), NumberRange(1, 240, _l("Enter a number from 1 to 240."))],
        description=_l("Leave it empty for a certificate that doesn't expire."),
    )
    row_version = HiddenField()

    def validate_hours(self, field: Field) -> None:
        """Only whole and half hours."""
        if field.data is None or field.errors:
            return  # refused already
        if field.data % HALF:
            raise ValidationError(_l("Use whole or half hours."))

    def validate_review_by(self, field: Field) -> None:
        """The review comes after the check of the facts."""
        if field.data and self.as_of.data and field.data <= self.as_of.data:
            raise ValidationError(_l("The review must come after the check of the facts."))

    def texts(self, stem: str) -> Texts:
        """Return the texts typed under ``stem``, without empty ones."""
        typed = {language: self[f"{stem}_{language}"].data for language in LANGUAGES}
        return {language: text for language, text in typed.items() if text}


class TitleForm(TextsForm):
    """A title in each language, and a key when the thing is new."""

    title_ru = StringField(_l("Title in Russian"), validators=required(_l("Enter the title.")))
    title_en = StringField(_l("Title in English"), validators=required(_l("Enter the title.")))
    key = KeyField(_l("Key"), description=KEY_HINT)
    row_version = HiddenField()

    @property
    def suggested(self) -> str:
        """The title a key is best made from: the English one."""
        titles = self.texts("title")
        return titles.get("en") or next(iter(titles.values()), "")


class TopicForm(TitleForm):
    """A topic's titles, and the lessons that teach it."""

    lessons = CheckboxesField(
        _l("Taught in"),
        description=_l("Practice and results point from a question on the topic to these lessons."),
    )

    def __init__(self, version: CourseVersion, **kwargs: Any) -> None:
        super().__init__(version.languages, **kwargs)
        self.lessons.choices = [
            SelectChoice(lesson.key, localised(lesson.titles) or lesson.key)
            for lesson in version.activities
            if lesson.kind is ActivityKind.LESSON
        ]


class ModuleForm(OrderFields, TitleForm):
    """A module's titles, and what comes before all that is in it."""

    def __init__(self, version: CourseVersion, module: CourseModule, **kwargs: Any) -> None:
        super().__init__(version.languages, **kwargs)
        self.offer(version, own_module=module.key)

    def order(self) -> Rules:
        """Return what was chosen."""
        return Rules(
            after=tuple(self.after.data or ()), after_modules=tuple(self.after_modules.data or ())
        )


class NewLessonForm(TitleForm):
    """A lesson's titles and length."""

    minutes = IntegerField(
        _l("Minutes"),
        default=8,
        validators=[
            InputRequired(_l("Enter how many minutes it takes.")),
            NumberRange(1, 480, _l("Enter a number from 1 to 480.")),
        ],
    )


class LessonDetailsForm(RulesFields, BaseForm):
    """Where a lesson stands, how long it takes, its sources, what it takes and when it opens."""

    minutes = IntegerField(
        _l("Minutes"),
        validators=[
            InputRequired(_l("Enter how many minutes it takes.")),
            NumberRange(1, 480, _l("Enter a number from 1 to 480.")),
        ],
    )
    module = SelectField(_l("Module"))
    sources = CheckboxesField(
        _l("Sources"), description=_l("A lesson may cite only the sources it names here.")
    )
    needs_end = BooleanField(_l("It is read to its end"))
    needs_checks = BooleanField(_l("Each self-check in it is answered"))
    least_minutes = IntegerField(
        _l("Minutes to spend in it at least"),
        validators=[Optional(), NumberRange(1, 480, _l("Enter a number from 1 to 480."))],
        description=_l(
            "Leave it empty unless the time itself matters. Only time in which the lesson is open "
            "and in view counts."
        ),
    )
    row_version = HiddenField()

    def __init__(self, version: CourseVersion, own: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.offer(version, own=own)
        self.module.choices = [
            SelectChoice(module.public_id, localised(module.title)) for module in version.modules
        ]
        self.sources.choices = [
            SelectChoice(source.key, localised(source.title)) for source in version.sources
        ]

    def validate_needs_end(self, _field: Field) -> None:
        """A lesson that asks for nothing could never be complete."""
        if not (self.needs_end.data or self.needs_checks.data or self.least_minutes.data):
            raise ValidationError(_l("Choose at least one thing that it takes."))

    def lesson_rules(self) -> Rules:
        """Return the rules that were chosen."""
        return self.rules(
            end=bool(self.needs_end.data),
            checks=bool(self.needs_checks.data),
            minutes=self.least_minutes.data,
        )

    def chosen(self, version: CourseVersion) -> CourseModule:
        """Return the chosen module."""
        return next(m for m in version.modules if m.public_id == self.module.data)


class LessonTextForm(BaseForm):
    """One language variant of a lesson."""

    title = StringField(_l("Title"), validators=required(_l("Enter the title.")))
    body = TextAreaField(
        _l("Text"),
        validators=[Length(max=BODY_LIMIT, message=_l("Use at most %(max)d characters."))],
    )
    language = HiddenField()
    row_version = HiddenField()


class SourceForm(TextsForm):
    """Where a fact comes from."""

    title_ru = StringField(_l("Name in Russian"), validators=required(_l("Enter the name."), 1000))
    title_en = StringField(_l("Name in English"), validators=required(_l("Enter the name."), 1000))
    reference_ru = StringField(
        _l("Reference in Russian"),
        validators=required(_l("Enter the reference."), 1000),
        description=_l("Number, date, clause or site."),
    )
    reference_en = StringField(
        _l("Reference in English"), validators=required(_l("Enter the reference."), 1000)
    )
    url = StringField(
        _l("Address"),
        validators=[
            *at_most(500),
            Regexp(r"https://[^\s/]+\.[^\s]+\Z", message=_l("Enter an https:// address.")),
        ],
    )
    confidence = SelectField(
        _l("Kind of source"),
        choices=[SelectChoice(kind.value, name) for kind, name in CONFIDENCE_NAMES.items()],
    )
    as_of = DateField(_l("Checked on"), validators=[Optional()])
    key = KeyField(_l("Key"), description=KEY_HINT)
    row_version = HiddenField()

    @property
    def suggested(self) -> str:
        """The name a key is best made from: the English one."""
        titles = self.texts("title")
        return titles.get("en") or next(iter(titles.values()), "")


def number(field: HiddenField) -> int:
    """Return the row version a form carries; -1, which no row has, for anything else."""
    text = str(field.data or "")
    return int(text) if re.fullmatch(r"\d{1,9}", text) else -1


def filled_with(lesson: Activity) -> dict[str, Any]:
    """Return a lesson's details as values of its form."""
    return {
        "minutes": lesson.minutes,
        "module": lesson.module.public_id if lesson.module else "",
        "sources": list(lesson.sources),
        "needs_end": lesson.needs_end,
        "needs_checks": lesson.needs_checks,
        "least_minutes": lesson.least_minutes,
        **chosen_rules(lesson),
    }
