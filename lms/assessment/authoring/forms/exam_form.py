"""The form of an exam: its rules, and the sections that draw from the bank."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField, RadioField, SelectField
from wtforms.validators import InputRequired, Optional

from lms.assessment.authoring.forms.fields import (
    Row,
    RowsField,
    TextsField,
    choices_of,
    complain,
    faults,
)
from lms.assessment.authoring.forms.item_form import Frame
from lms.assessment.authoring.words import (
    BEHAVIOUR_NAMES,
    COUNTING_NAMES,
    KIND_NAMES,
    LEVEL_NAMES,
    POLICY_NAMES,
)
from lms.assessment.exam_rules import ExamRules, SectionRule, Stock, available
from lms.assessment.models import Behaviour, Counting, ExplanationPolicy, ItemKind
from lms.assessment.rules.windows import from_clocks
from lms.assessment.source.exam_file import BAND_LIMIT, DRAW_LIMIT, SECTION_LIMIT, TITLE_LIMIT
from lms.web.forms import BaseForm, DateTimeLocalField, IntegerField, NumberRange

# As browsers send it; without scripts some old ones show a plain field.
INSTANTS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
LONGEST_WAIT = 24 * 365  # hours


def _whole(label: Any, least: int, most: int, message: Any, **options: Any) -> IntegerField:
    return IntegerField(
        label, [InputRequired(message), NumberRange(least, most, message)], **options
    )


def _percentage(label: Any, most: int, message: Any) -> IntegerField:
    return IntegerField(label, [Optional(), NumberRange(1, most, message)])


PERCENT = _l("Enter a whole number from 1 to 100, or nothing.")
KINDS = {kind.value: kind for kind in ItemKind}


class SectionRow(Row):
    """So many questions of a topic."""

    topic = SelectField(_l("Topic"))
    level = SelectField(_l("Level"), choices=choices_of(LEVEL_NAMES, _l("Any level")))
    draw = _whole(
        _l("Questions"), 1, DRAW_LIMIT, _l("Enter a whole number from 1 to 100."), default=1
    )

    kind = SelectField(_l("Kind"), choices=choices_of(KIND_NAMES, _l("Any kind")), default="")
    pass_percent = _percentage(_l("Needed here, %"), 100, PERCENT)

    @property
    def rule(self) -> SectionRule:
        """What the row says; 0 questions while that can't be read."""
        level = int(self.level.data) if self.level.data in {"1", "2", "3"} else None
        draw, needed = self.draw.data or 0, self.pass_percent.data
        return SectionRule(
            self.topic.data or "",
            draw if 0 < draw <= DRAW_LIMIT else 0,
            level,
            KINDS.get(self.kind.data or ""),
            needed if needed and 0 < needed <= 100 else None,
        )


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
    behaviour = RadioField(
        _l("How it goes"),
        choices=choices_of(BEHAVIOUR_NAMES),
        default=Behaviour.EXAM.value,
    )
    counting = RadioField(
        _l("What counts"),
        choices=choices_of(COUNTING_NAMES),
        default=Counting.BEST.value,
    )
    certainty = BooleanField(_l("Certainty is asked and goes into the score"))
    needs_code = BooleanField(_l("A release code is needed to start"))
    opens_at = DateTimeLocalField(_l("Opens"), [Optional()], format=INSTANTS)
    closes_at = DateTimeLocalField(_l("Closes"), [Optional()], format=INSTANTS)
    fair_band = _percentage(
        _l("Fair papers, points of difference"),
        BAND_LIMIT,
        _l("Enter a whole number from 1 to 50, or nothing."),
    )
    exposure_percent = _percentage(_l("Most papers with one question, %"), 100, PERCENT)
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
        well = self._check_window() and well
        topics = dict(self.frame.topics)
        for row in self.sections.rows:
            if row.topic.data not in topics:
                well = complain(row.topic, _("Choose a topic of the course."))
        return well

    def _check_window(self) -> bool:
        well = True
        for field in (self.opens_at, self.closes_at):
            if field.data is not None and from_clocks(field.data) is None:
                well = complain(field, _("The network’s clocks never show this time."))
        opens, closes = self.opens_at.data, self.closes_at.data
        if well and opens is not None and closes is not None and closes <= opens:
            well = complain(self.closes_at, _("The exam must close after it opens."))
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
            behaviour=Behaviour(self.behaviour.data),
            certainty=bool(self.certainty.data),
            counting=Counting(self.counting.data),
            opens_at=from_clocks(self.opens_at.data),
            closes_at=from_clocks(self.closes_at.data),
            needs_code=bool(self.needs_code.data),
            fair_band=self.fair_band.data,
            exposure_percent=self.exposure_percent.data,
        )

    @property
    def section_rules(self) -> tuple[SectionRule, ...]:
        """What the sections say, also while the form is not valid."""
        return tuple(row.rule for row in self.sections.rows)

    def available(self, row: SectionRow, stock: Stock) -> int:
        """Return how many items the row may draw from."""
        return available(stock, row.rule)


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
        "behaviour": rules.behaviour.value,
        "certainty": rules.certainty,
        "counting": rules.counting.value,
        "opens_at": rules.opens_at,
        "closes_at": rules.closes_at,
        "needs_code": rules.needs_code,
        "fair_band": rules.fair_band,
        "exposure_percent": rules.exposure_percent,
        "sections": [
            {
                "key": f"c{number}",
                "topic": section.topic,
                "level": "" if section.level is None else str(section.level),
                "draw": section.draw,
                "kind": section.kind.value if section.kind else "",
                "pass_percent": section.pass_percent,
            }
            for number, section in enumerate(rules.sections, start=1)
        ],
    }


def new_exam_values(frame: Frame, title: dict[str, str], minutes: int | None) -> dict[str, Any]:
    """Return the form's values for an exam without rules: each topic gives questions.

    ``title`` and ``minutes`` are the outline's; without any title it is the final exam.
    """
    titles = title or {"ru": "Итоговый экзамен", "en": "Final exam"}
    return {
        **({"minutes": minutes} if title and minutes else {}),
        "title": {code: titles.get(code, "") for code in frame.languages},
        "sections": [
            {"key": f"c{number}", "topic": topic, "level": "", "draw": 3}
            for number, (topic, _title) in enumerate(frame.topics, start=1)
        ],
    }
