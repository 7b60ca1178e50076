"""The form of a programme, with its steps in the order in which they stand on the page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from lms.catalog.authoring.fields import TextsForm, required, spread
from lms.learning.programmes.definitions import (
    MOST_CHOICES,
    MOST_STEPS,
    SUMMARY_LIMIT,
    TITLE_LIMIT,
    ProgrammeDefinition,
    StepDefinition,
    definition_of,
)
from lms.learning.programmes.models import MOST_DAYS, Coverage, Programme
from lms.people.models import JobRole
from lms.web.forms import BaseForm, DateField, IntegerField
from lms.web.i18n import LANGUAGES, localised

COVERAGE_NAMES = {
    Coverage.NEWCOMERS: _l("Those who take up the post from the first day of the programme on"),
    Coverage.EVERYONE: _l("Everyone in the post"),
}


class Moving(Enum):
    """What a changed programme does with due dates it gave before."""

    STAY = "stay"
    MOVE = "move"


MOVING_NAMES = {
    Moving.STAY: _l("Stay as they are; the change is for those who begin from now on"),
    Moving.MOVE: _l("Move too, as listed here"),
}


@dataclass
class StepRow:
    """One step as it was typed."""

    token: str
    courses: list[str]  # slugs; "" where nothing is chosen
    days: str
    errors: list[str] = field(default_factory=list)

    @property
    def slots(self) -> list[str]:
        """What each select of the row shows."""
        return (self.courses + [""] * MOST_CHOICES)[:MOST_CHOICES]

    @property
    def offers_choice(self) -> bool:
        """Whether there is more than one course."""
        return len([slug for slug in self.courses if slug]) > 1


class ProgrammeForm(TextsForm):
    """What a programme says. Steps are read beside the fields, see ``StepRows``."""

    title_ru = StringField(
        _l("Title in Russian"), validators=required(_l("Give the programme a title."), TITLE_LIMIT)
    )
    title_en = StringField(
        _l("Title in English"), validators=required(_l("Give the programme a title."), TITLE_LIMIT)
    )
    summary_ru = TextAreaField(
        _l("What it leads to, in Russian"),
        validators=required(_l("Say in a sentence what it leads to."), SUMMARY_LIMIT),
    )
    summary_en = TextAreaField(
        _l("What it leads to, in English"),
        validators=required(_l("Say in a sentence what it leads to."), SUMMARY_LIMIT),
    )
    post = SelectField(_l("Post"), validators=[InputRequired(_l("Choose a post."))])
    coverage = RadioField(
        _l("Whom it is for"),
        choices=[SelectChoice(one.value, name) for one, name in COVERAGE_NAMES.items()],
        default=Coverage.NEWCOMERS.value,
    )
    in_force_on = DateField(
        _l("First day of the programme"), validators=[InputRequired(_l("Enter the day."))]
    )
    moving = RadioField(
        _l("Due dates already given"),
        choices=[SelectChoice(one.value, name) for one, name in MOVING_NAMES.items()],
        default=Moving.STAY.value,
    )
    row_version = IntegerField(widget=HiddenInput(), validators=[Optional()])
    seen = HiddenField()  # what the consequence that was shown belongs to

    def __init__(self, posts: Sequence[JobRole], **kwargs: Any) -> None:
        super().__init__(LANGUAGES, **kwargs)
        known = {role.code for role in posts}
        self.post.choices = [
            SelectChoice("", _l("Choose a post")),
            *(SelectChoice(role.code, localised(role)) for role in posts),
        ]
        stored = self.post.object_data
        if stored and stored not in known:  # loaded from a file before the post was known
            self.post.choices.append(SelectChoice(stored, stored))

    @property
    def is_moving(self) -> bool:
        """Whether due dates that were given already move too."""
        return bool(self.moving.data == Moving.MOVE.value)

    def definition(self, key: str, steps: Sequence[StepDefinition]) -> ProgrammeDefinition:
        """Return what a valid form says."""
        return ProgrammeDefinition(
            key=key,
            title=self.texts("title"),
            summary=self.texts("summary"),
            post=str(self.post.data),
            coverage=Coverage(self.coverage.data),
            steps=tuple(steps),
            in_force_on=self.in_force_on.data,
        )


class SampleForm(BaseForm):
    """Whose dates to show before saving."""

    number = StringField(
        _l("Personnel number"),
        validators=[Optional(), Length(max=40)],
        description=_l("What this person has done already counts."),
    )
    begins_on = DateField(_l("The post begins on"), validators=[Optional()])


class StepRows:
    """The steps of the form, in the order of the page."""

    def __init__(self, rows: Sequence[StepRow]) -> None:
        self.rows = list(rows)
        self.error = ""

    @classmethod
    def sent(cls, data: MultiDict[str, str]) -> "StepRows":
        """Read the steps that a browser sent; more than there may be are left out."""
        tokens = list(dict.fromkeys(data.getlist("step")))[: MOST_STEPS + 1]
        return cls(
            [
                StepRow(
                    token[:20],
                    [slug[:60] for slug in data.getlist(f"course-{token}")[:MOST_CHOICES]],
                    data.get(f"days-{token}", "").strip()[:10],
                )
                for token in tokens
            ]
        )

    @classmethod
    def of(cls, programme: Programme | None) -> "StepRows":
        """Return the steps of a stored programme; for a new one an empty step."""
        if programme is None:
            return cls([StepRow("1", [], "30")])
        steps = definition_of(programme).steps
        return cls(
            [StepRow(str(n), list(one.courses), str(one.days)) for n, one in enumerate(steps, 1)]
        )

    def move(self, what: str) -> str | None:
        """Do what a button beside the steps asks: add, up:…, down:…, remove:…; return whose."""
        verb, _colon, token = what.partition(":")
        place = next((n for n, row in enumerate(self.rows) if row.token == token), None)
        if verb == "add" and len(self.rows) < MOST_STEPS:
            return self._add()
        if place is None:
            return None
        if verb == "remove":
            del self.rows[place]
            return None
        to = place + {"up": -1, "down": 1}.get(verb, 0)
        if 0 <= to < len(self.rows):
            self.rows[place], self.rows[to] = self.rows[to], self.rows[place]
        return token

    def _add(self) -> str:
        used = {row.token for row in self.rows}
        token = next(str(n) for n in range(1, MOST_STEPS + 2) if str(n) not in used)
        last = self.rows[-1].days if self.rows else ""
        days = str(min(int(last) + 30, MOST_DAYS)) if last.isdecimal() and len(last) < 5 else "30"
        self.rows.append(StepRow(token, [], days))
        return token

    def read(self, known: Mapping[str, Any]) -> list[StepDefinition] | None:
        """Return the steps; None when there are mistakes, which stand at the rows then."""
        seen: set[str] = set()
        steps = [self._read_row(row, known, seen) for row in self.rows]
        if not steps:
            self.error = _("Add at least one step.")
        if len(steps) > MOST_STEPS:
            self.error = _("A programme has at most %(most)d steps.", most=MOST_STEPS)
        if self.error or any(row.errors for row in self.rows):
            return None
        return steps

    def _read_row(self, row: StepRow, known: Mapping[str, Any], seen: set[str]) -> StepDefinition:
        courses = [slug for slug in row.courses if slug]
        if not courses:
            row.errors.append(_("Choose a course."))
        elif any(slug not in known for slug in courses):
            row.errors.append(_("This course can’t be taken any more. Choose another."))
        elif len(set(courses)) < len(courses):
            row.errors.append(_("The courses to choose between are the same."))
        elif seen & set(courses):
            row.errors.append(_("This course stands in an earlier step already."))
        seen.update(courses)
        days = int(row.days) if row.days.isdecimal() and row.days.isascii() else 0
        if not 1 <= days <= MOST_DAYS:
            row.errors.append(_("Enter days, from 1 to %(most)d.", most=MOST_DAYS))
        return StepDefinition(tuple(courses), days)


def values_of(programme: Programme) -> dict[str, Any]:
    """Return what the form of a stored programme begins with."""
    return {
        **spread(title=programme.title, summary=programme.summary),
        "post": programme.post,
        "coverage": programme.coverage.value,
        "in_force_on": programme.in_force_on,
        "row_version": programme.row_version,
    }


def start_of(programme: Programme | None, today: date) -> dict[str, Any]:
    """Return the values a form begins with; of a new programme the first day alone."""
    return values_of(programme) if programme else {"in_force_on": today}
