"""The form of an exam: its rules, and the sections that draw from the bank."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, IntegerField, RadioField, SelectField
from wtforms.validators import InputRequired

from lms.assessment.authoring.fields import Row, RowsField, TextsField, choices_of, complain, faults
from lms.assessment.authoring.item_form import Frame
from lms.assessment.authoring.words import LEVEL_NAMES, POLICY_NAMES
from lms.assessment.exam_rules import Counts, ExamRules, SectionRule, available
from lms.assessment.models import ExplanationPolicy
from lms.assessment.source.exam_file import DRAW_LIMIT, SECTION_LIMIT, TITLE_LIMIT
from lms.web.forms import BaseForm, NumberRange

LONGEST_WAIT = 24 * 365  # hours


def _whole(label: Any, least: int, most: int, message: Any, **options: Any) -> IntegerField:
    return IntegerField(
        label, [InputRequired(message), NumberRange(least, most, message)], **options
    )


class SectionRow(Row):
    """So many questions of a topic."""

    topic = SelectField(_l("Topic"))
    level = SelectField(_l("Level"), choices=choices_of(LEVEL_NAMES, _l("Any level")))
    draw = _whole(
        _l("Questions"), 1, DRAW_LIMIT, _l("Enter a whole number from 1 to 100."), default=1
    )

    @property
    def rule(self) -> SectionRule:
        """What the row says; 0 questions while that can't be read."""
        level = int(self.level.data) if self.level.data in {"1", "2", "3"} else None
        draw = self.draw.data or 0
        return SectionRule(self.topic.data or "", draw if 0 < draw <= DRAW_LIMIT else 0, level)


class ExamForm(BaseForm):
    """All rules of an exam."""

    lists = ("sections",)

    row_version = HiddenField(default="0")
    title = TextsField(_l("Title"), limit=TITLE_LIMIT, markdown=False)
    minutes = _whole(
        _l("Time, minutes"), 1, 480, _l("Enter a whole number from 1 to 480."), default=30
    )
    pass_percent = _whole(
        _l("Pass mark, %"), 1, 100, _l("Enter a whole number from 1 to 100."), default=80
    )
    attempts = _whole(_l("Attempts"), 1, 99, _l("Enter a whole number from 1 to 99."), default=3)
    wait_hours = _whole(
        _l("Hours between attempts"),
        0,
        LONGEST_WAIT,
        _l("Enter a whole number from 0 to 8760."),
        default=0,
    )
    explanations = RadioField(
        _l("Explanations are shown"),
        [InputRequired(_l("Choose when explanations are shown."))],
        choices=choices_of(POLICY_NAMES),
        default=ExplanationPolicy.AFTER_SUBMISSION.value,
    )
    sections = RowsField(SectionRow, _l("Sections"), count=(1, SECTION_LIMIT))

    def __init__(
        self,
        frame: Frame,
        fields: MultiDict[str, str] | None,
        values: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(formdata=fields, **(values or {}))
        self.frame = frame
        for row in self.sections.rows:
            known = dict(frame.topics)
            gone = {} if row.topic.data in known else {row.topic.data or "": row.topic.data or "—"}
            row.topic.choices = choices_of({**known, **gone})

    def validate(self, extra_validators: Any = None) -> bool:
        """Check each field, the title's languages and the number of sections."""
        well = bool(super().validate(extra_validators))
        well = self.title.check(self.frame.languages) and well
        well = self.sections.check() and well
        topics = dict(self.frame.topics)
        for row in self.sections.rows:
            if row.topic.data not in topics:
                well = complain(row.topic, _("Choose a topic of the course."))
        return well

    def faults(self) -> list[tuple[str, str, str]]:
        """Return (id of the control, label, message) of every error."""
        return list(faults(self))

    def rules(self) -> ExamRules:
        """Return the rules that a valid form states."""
        return ExamRules(
            title={
                code: " ".join(text.split())
                for code, text in self.title.texts(self.frame.languages).items()
            },
            minutes=int(self.minutes.data or 0),
            pass_percent=int(self.pass_percent.data or 0),
            attempts=int(self.attempts.data or 0),
            wait_hours=int(self.wait_hours.data or 0),
            explanations=ExplanationPolicy(self.explanations.data),
            sections=self.section_rules,
        )

    @property
    def section_rules(self) -> tuple[SectionRule, ...]:
        """What the sections say, also while the form is not valid."""
        return tuple(row.rule for row in self.sections.rows)

    def available(self, row: SectionRow, counts: Counts) -> int:
        """Return how many items the row may draw from."""
        return available(counts, row.rule.topic, row.rule.level)


def exam_values(rules: ExamRules, row_version: int) -> dict[str, Any]:
    """Return the form's values for stored rules."""
    return {
        "row_version": str(row_version),
        "title": rules.title,
        "minutes": rules.minutes,
        "pass_percent": rules.pass_percent,
        "attempts": rules.attempts,
        "wait_hours": rules.wait_hours,
        "explanations": rules.explanations.value,
        "sections": [
            {
                "key": f"c{number}",
                "topic": section.topic,
                "level": "" if section.level is None else str(section.level),
                "draw": section.draw,
            }
            for number, section in enumerate(rules.sections, start=1)
        ],
    }


def new_exam_values(frame: Frame) -> dict[str, Any]:
    """Return the form's values for a course that has no exam yet: each topic gives questions."""
    titles = {"ru": "Итоговый экзамен", "en": "Final exam"}
    return {
        "title": {code: titles[code] for code in frame.languages},
        "sections": [
            {"key": f"c{number}", "topic": topic, "level": "", "draw": 3}
            for number, (topic, _title) in enumerate(frame.topics, start=1)
        ],
    }
