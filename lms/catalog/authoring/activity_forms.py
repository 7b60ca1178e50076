"""A form for each kind of activity beside lessons."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, ValidationError

from lms.catalog.authoring.fields import (
    KeyField,
    TextsForm,
    at_most,
    required,
    spread,
)
from lms.catalog.authoring.forms import KEY_HINT
from lms.catalog.authoring.rules_form import RulesFields, chosen_rules
from lms.catalog.kinds.base import TEXT_LIMIT
from lms.catalog.kinds.checklist import MOST_STEPS, STEP_LIMIT, ChecklistDetails, ChecklistStep
from lms.catalog.kinds.classroom import ClassroomDetails
from lms.catalog.kinds.document import DocumentDetails
from lms.catalog.kinds.order import Rules
from lms.catalog.kinds.practice import LEVELS, MOST_QUESTIONS, PracticeDetails
from lms.catalog.kinds.registry import restore
from lms.catalog.models import Activity, ActivityKind, CourseVersion
from lms.web.forms import CheckboxesField, IntegerField, NumberRange
from lms.web.i18n import localised

MINUTES = [
    InputRequired(_l("Enter how many minutes it takes.")),
    NumberRange(1, 480, _l("Enter a number from 1 to 480.")),
]


class ActivityForm(RulesFields, TextsForm):
    """What activities of all kinds say; ``details`` returns what the own kind does."""

    title_ru = StringField(_l("Title in Russian"), validators=required(_l("Enter the title.")))
    title_en = StringField(_l("Title in English"), validators=required(_l("Enter the title.")))
    minutes = IntegerField(_l("Minutes"), default=10, validators=MINUTES)
    key = KeyField(_l("Key"), description=KEY_HINT)
    row_version = HiddenField()

    def __init__(self, version: CourseVersion, own: str = "", **kwargs: Any) -> None:
        super().__init__(version.languages, **kwargs)
        self.version = version
        self.offer(version, own=own)

    @property
    def suggested(self) -> str:
        """The title a key is best made from: the English one."""
        titles = self.texts("title")
        return titles.get("en") or next(iter(titles.values()), "")

    def chosen_rules(self) -> Rules:
        """Return the rules that were chosen."""
        return self.rules()

    def details(self, _before: Any = None) -> Any:
        """Return the details; ``_before`` are those in place."""
        # Abstract, but not by abc: WTForms has a metaclass of its own. Each kind's form has it.
        raise NotImplementedError

    @staticmethod
    def filled(_details: Any) -> dict[str, Any]:
        """Return the details as values of the form's own fields."""
        # Abstract for the same reason.
        raise NotImplementedError


class PracticeForm(ActivityForm):
    """Which questions a practice asks, and what share must be right."""

    topics = CheckboxesField(
        _l("Topics"),
        validators=[DataRequired(_l("Choose at least one topic."))],
        description=_l(
            "Asked are only questions that are open for practice: mark them on their page."
        ),
    )
    level = SelectField(_l("Level"))
    questions = IntegerField(
        _l("Questions in one go"),
        default=5,
        validators=[
            InputRequired(_l("Enter how many questions are asked.")),
            NumberRange(1, MOST_QUESTIONS, _l("Enter a number from 1 to %(max)s.")),
        ],
    )
    percent = IntegerField(
        _l("Complete with so many percent right"),
        default=80,
        validators=[
            InputRequired(_l("Enter the share.")),
            NumberRange(1, 100, _l("Enter a number from 1 to 100.")),
        ],
    )

    def __init__(self, version: CourseVersion, own: str = "", **kwargs: Any) -> None:
        super().__init__(version, own, **kwargs)
        self.topics.choices = [
            SelectChoice(one.key, localised(one.title) or one.key) for one in version.topics
        ]
        self.level.choices = [
            SelectChoice("", _l("Any level")),
            *(SelectChoice(str(level), str(level)) for level in range(1, LEVELS + 1)),
        ]

    def chosen_rules(self) -> Rules:
        """Return the rules that were chosen, the share among them."""
        return self.rules(percent=self.percent.data)

    def details(self, _before: Any = None) -> PracticeDetails:
        """Return what was chosen."""
        level = int(self.level.data) if self.level.data else None
        return PracticeDetails(tuple(self.topics.data), self.questions.data, level)

    @staticmethod
    def filled(details: PracticeDetails) -> dict[str, Any]:
        """Return the details as values."""
        return {
            "topics": list(details.topics),
            "level": str(details.level or ""),
            "questions": details.questions,
        }


class ClassroomForm(ActivityForm):
    """What happens in a classroom part."""

    description_ru = TextAreaField(
        _l("What happens, in Russian"), validators=required(_l("Say what happens."), TEXT_LIMIT)
    )
    description_en = TextAreaField(
        _l("What happens, in English"), validators=required(_l("Say what happens."), TEXT_LIMIT)
    )
    place_ru = StringField(_l("Place in Russian"), validators=at_most(TEXT_LIMIT))
    place_en = StringField(_l("Place in English"), validators=at_most(TEXT_LIMIT))
    bring_ru = StringField(_l("What to bring, in Russian"), validators=at_most(TEXT_LIMIT))
    bring_en = StringField(_l("What to bring, in English"), validators=at_most(TEXT_LIMIT))

    def details(self, _before: Any = None) -> ClassroomDetails:
        """Return what was typed."""
        return ClassroomDetails(self.texts("description"), self.texts("bring"), self.texts("place"))

    @staticmethod
    def filled(details: ClassroomDetails) -> dict[str, Any]:
        """Return the details as values."""
        return spread(description=details.description, bring=details.bring, place=details.place)


class DocumentForm(ActivityForm):
    """Which file of the course is read."""

    file_ru = SelectField(_l("File in Russian"), validators=[DataRequired(_l("Choose a file."))])
    file_en = SelectField(_l("File in English"), validators=[DataRequired(_l("Choose a file."))])
    description_ru = TextAreaField(_l("What it is for, in Russian"), validators=at_most(TEXT_LIMIT))
    description_en = TextAreaField(_l("What it is for, in English"), validators=at_most(TEXT_LIMIT))

    def __init__(self, version: CourseVersion, own: str = "", **kwargs: Any) -> None:
        super().__init__(version, own, **kwargs)
        choices = [SelectChoice("", _l("Choose…"))]
        choices += [SelectChoice(file.path, file.path) for file in version.files]
        for field in self.in_languages("file"):
            field.choices = choices

    def details(self, _before: Any = None) -> DocumentDetails:
        """Return what was chosen."""
        return DocumentDetails(self.texts("file"), self.texts("description"))

    @staticmethod
    def filled(details: DocumentDetails) -> dict[str, Any]:
        """Return the details as values."""
        return spread(file=details.file, description=details.description)


class ChecklistForm(ActivityForm):
    """The steps of a checklist, a line each."""

    description_ru = TextAreaField(_l("What it is for, in Russian"), validators=at_most(TEXT_LIMIT))
    description_en = TextAreaField(_l("What it is for, in English"), validators=at_most(TEXT_LIMIT))
    steps_ru = TextAreaField(
        _l("Steps in Russian"),
        validators=[DataRequired(_l("Enter the steps."))],
        description=_l("One step in each line."),
    )
    steps_en = TextAreaField(
        _l("Steps in English"),
        validators=[DataRequired(_l("Enter the steps."))],
        description=_l("One step in each line."),
    )

    def _lines(self, language: str) -> list[str]:
        text = str(self[f"steps_{language}"].data or "")
        return [line.strip() for line in text.splitlines() if line.strip()]

    def validate_steps_ru(self, field: Field) -> None:
        """Look at each line."""
        self._check_lines(field, "ru")

    def validate_steps_en(self, field: Field) -> None:
        """Look at each line, and that there are as many as in the first language."""
        self._check_lines(field, "en")
        first = self.languages[0]
        if first != "en" and len(self._lines("en")) != len(self._lines(first)):
            raise ValidationError(_l("Enter as many steps in each language."))

    def _check_lines(self, _field: Field, language: str) -> None:
        lines = self._lines(language)
        if len(lines) > MOST_STEPS:
            raise ValidationError(_l("Enter at most 60 steps."))
        if any(len(line) > STEP_LIMIT for line in lines):
            raise ValidationError(_l("A step has at most 500 characters."))

    def details(self, before: ChecklistDetails | None = None) -> ChecklistDetails:
        """Return what was typed. A step whose text or place is as it was keeps its key."""
        lines = [self._lines(language) for language in self.languages]
        texts = [dict(zip(self.languages, row, strict=True)) for row in zip(*lines, strict=True)]
        keys = _step_keys(texts, before.steps if before else ())
        steps = (ChecklistStep(key, text) for key, text in zip(keys, texts, strict=True))
        return ChecklistDetails(tuple(steps), self.texts("description"))

    @staticmethod
    def filled(details: ChecklistDetails) -> dict[str, Any]:
        """Return the details as values."""
        steps = {
            f"steps_{language}": "\n".join(step.text.get(language, "") for step in details.steps)
            for language in ("ru", "en")
        }
        return {**spread(description=details.description), **steps}


def _step_keys(texts: Sequence[dict[str, str]], before: Sequence[ChecklistStep]) -> list[str]:
    """Return a key for each step: of the old one with a text in common, else of its place."""
    keys: list[str | None] = [
        next((one.key for one in before if set(one.text.items()) & set(text.items())), None)
        for text in texts
    ]
    for place, key in enumerate(keys):
        if key in keys[:place]:
            keys[place] = None
    for place, key in enumerate(keys):
        if key is None and place < len(before) and before[place].key not in keys:
            keys[place] = before[place].key
    taken = {one.key for one in before} | set(keys)
    fresh = (f"step-{number}" for number in range(1, 1000) if f"step-{number}" not in taken)
    return [key or next(fresh) for key in keys]


class FurtherExamForm(ActivityForm):
    """An exam beside the final one; what it asks is said on its own page."""

    def details(self, _before: Any = None) -> None:
        """Return nothing: its rules and its questions are not the outline's."""

    @staticmethod
    def filled(_details: Any) -> dict[str, Any]:
        """Return nothing, for the same reason."""
        return {}


class ExamPlaceForm(RulesFields, TextsForm):
    """When an exam opens; what it asks is said on its own page."""

    row_version = HiddenField()

    def __init__(self, version: CourseVersion, own: str = "", **kwargs: Any) -> None:
        super().__init__(version.languages, **kwargs)
        self.offer(version, own=own)


FORMS: dict[ActivityKind, type[ActivityForm]] = {
    ActivityKind.EXAM: FurtherExamForm,
    ActivityKind.PRACTICE: PracticeForm,
    ActivityKind.CLASSROOM: ClassroomForm,
    ActivityKind.DOCUMENT: DocumentForm,
    ActivityKind.CHECKLIST: ChecklistForm,
}


def form_values(activity: Activity) -> dict[str, Any]:
    """Return what stands in the database as values of the activity's form."""
    if activity.kind is ActivityKind.EXAM:
        return chosen_rules(activity)
    own = FORMS[activity.kind].filled(restore(activity.kind, activity.details))
    return {
        **spread(title=activity.title),
        "minutes": activity.minutes,
        "percent": activity.pass_percent,
        **own,
        **chosen_rules(activity),
    }
