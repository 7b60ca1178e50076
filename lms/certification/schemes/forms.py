"""Forms of schemes, rules and decisions."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.form import Form
from wtforms.validators import InputRequired, Length, Optional, Regexp, ValidationError

from lms.certification.errors import AwardOver
from lms.certification.lifecycle.terms import Anchor, Terms
from lms.certification.schemes import bounds
from lms.certification.schemes.bounds import BOUNDS, KEY, KEY_WORDS, MOST_PARTS, MOST_SIGNS
from lms.certification.schemes.deciding import DECISIONS, Decided, Decision, check_date
from lms.certification.schemes.definitions import EvidenceKind, Part
from lms.core.errors import Refusal
from lms.people.models import JobRole, OrganisationUnit
from lms.web.forms import BaseForm, DateField, IntegerField, NumberRange, all_seen, stripped
from lms.web.i18n import localised

ANCHOR_NAMES = {
    Anchor.AWARD: _l("From the day of the award"),
    Anchor.PREVIOUS_EXPIRY: _l("From the end of the previous period"),
    Anchor.CALENDAR: _l("To the same date each year"),
}
EVIDENCE_NAMES = {
    EvidenceKind.COURSE: _l("Course completed"),
    EvidenceKind.EXAM: _l("Exam passed"),
    EvidenceKind.SESSION: _l("Classroom session attended"),
    EvidenceKind.OBSERVATION: _l("Mentor's observation"),
    EvidenceKind.DOCUMENT: _l("Document from outside"),
}


def _number(label: Any, name: str) -> IntegerField:
    """Return the field for a number within its bounds; one without a usual value may be empty."""
    own = BOUNDS[name]
    needed = Optional() if own.usual is None else InputRequired(own.words)
    within = NumberRange(own.least, own.most, message=own.words)
    return IntegerField(label, [needed, within], default=own.usual)


def _date(label: Any, *, optional: bool = False) -> DateField:
    needed = Optional() if optional else InputRequired(_l("Enter a date."))
    return DateField(label, [needed])


def _line(label: Any) -> StringField:
    """Return a text of a row, which may be left out; rows aren't cleaned as whole forms are."""
    return StringField(label, [all_seen, Length(max=MOST_SIGNS)], filters=[stripped])


def reason_field() -> TextAreaField:
    """Return the field for a reason that stays on record."""
    return TextAreaField(
        _l("Reason"),
        [
            InputRequired(_l("Give the reason: it stays on record.")),
            Length(min=5, max=1000, message=_l("Write 5 to 1000 characters.")),
        ],
    )


class PartForm(Form):
    """One part of a scheme."""

    key = StringField(
        _l("Short name"),
        [Optional(), Regexp(f"^{KEY}$", message=KEY_WORDS)],
    )
    kind = SelectField(
        _l("Evidence"),
        choices=[SelectChoice(kind.value, name) for kind, name in EVIDENCE_NAMES.items()],
    )
    course = SelectField(_l("Course"))
    exam = SelectField(_l("Exam of a course"), default="")
    title_ru = _line(_l("Name in Russian"))
    title_en = _line(_l("Name in English"))
    in_short = BooleanField(_l("Also part of the short renewal"))

    @property
    def is_empty(self) -> bool:
        """Tell whether the row was left out."""
        return not (self.key.data or "").strip()

    def validate_course(self, field: Any) -> None:
        """Ask for a course where the evidence is one."""
        if not self.is_empty:
            bounds.check_course(self.kind.data, field.data)

    def validate_exam(self, field: Any) -> None:
        """Ask for an exam where the evidence is one."""
        if not self.is_empty:
            bounds.check_exam(self.kind.data, field.data)

    @property
    def place(self) -> tuple[str | None, str | None]:
        """The slug of the course and the key of the exam."""
        if self.kind.data == EvidenceKind.EXAM.value:
            course, _, exam = (self.exam.data or "").partition("/")
            return course, exam
        return self.course.data or None, None

    def validate_title_ru(self, field: Any) -> None:
        """Ask for a name of what isn't a course."""
        if not self.is_empty and not field.data:
            raise ValidationError(_l("Name this part in Russian."))


class SchemeForm(BaseForm):
    """All terms of a scheme; saving a change makes a further version."""

    key = StringField(
        _l("Short name"),
        [
            InputRequired(_l("Enter a short name.")),
            Regexp(f"^{KEY}$", message=KEY_WORDS),
        ],
    )
    title_ru = StringField(
        _l("Name in Russian"), [InputRequired(_l("Enter the name.")), Length(max=MOST_SIGNS)]
    )
    title_en = StringField(
        _l("Name in English"), [InputRequired(_l("Enter the name.")), Length(max=MOST_SIGNS)]
    )
    parts = FieldList(
        FormField(PartForm), _l("What must be shown"), min_entries=3, max_entries=MOST_PARTS
    )
    valid_months = _number(_l("Valid for months"), "valid_months")
    anchor = SelectField(
        _l("A renewal counts"),
        choices=[SelectChoice(anchor.value, name) for anchor, name in ANCHOR_NAMES.items()],
    )
    calendar_month = _number(_l("Month"), "calendar_month")
    calendar_day = _number(_l("Day"), "calendar_day")
    least_months = _number(_l("Shortest first period, months"), "least_months")
    window_days = _number(_l("Renewal opens, days before the end"), "window_days")
    notice_days = _number(_l("Shown as expiring, days before the end"), "notice_days")
    grace_days = _number(_l("Days of grace after the end"), "grace_days")
    grace_serves = BooleanField(_l("In grace one may still serve"))
    short_months = _number(_l("Short renewal stays open, months after the end"), "short_months")
    look_back_days = _number(_l("Older evidence counts, days back"), "look_back_days")
    needs_decision = BooleanField(_l("A person decides before it is awarded"))
    in_force_on = _date(_l("In force from"))

    def offer(
        self, courses: Sequence[tuple[str, str]], exams: Sequence[tuple[str, str]]
    ) -> "SchemeForm":
        """Set the courses, (slug, title), and exams, (slug/key, title), that a part can be."""
        none = SelectChoice("", _l("none"))
        for row in self.parts:
            row.form.course.choices = [none, *(SelectChoice(*one) for one in courses)]
            row.form.exam.choices = [none, *(SelectChoice(*one) for one in exams)]
        return self

    def validate_parts(self, field: Any) -> None:
        """Ask for one part at least, each with a short name of its own."""
        bounds.check_keys([row.form.key.data for row in field if not row.form.is_empty])

    def validate_notice_days(self, field: Any) -> None:
        """Refuse to warn before the renewal is open."""
        bounds.check_notice(field.data or 0, self.window_days.data or 0)

    def validate_anchor(self, field: Any) -> None:
        """Refuse a date on which to end for what doesn't end."""
        bounds.check_anchor(field.data, self.valid_months.data)

    def validate_in_force_on(self, field: Any) -> None:
        """Refuse a slip of the keyboard."""
        if field.data:
            bounds.check_in_force(field.data)

    @property
    def filled_parts(self) -> list[Part]:
        """The parts that were filled in."""
        return [
            Part(
                key=row.form.key.data,
                kind=EvidenceKind(row.form.kind.data),
                title={
                    "ru": row.form.title_ru.data,
                    "en": row.form.title_en.data or row.form.title_ru.data,
                },
                course=row.form.place[0],
                exam=row.form.place[1],
            )
            for row in self.parts
            if not row.form.is_empty
        ]

    @property
    def terms(self) -> Terms:
        """The terms as filled in."""
        own = ("valid_months", "calendar_month", "calendar_day", "least_months", "window_days")
        more = ("notice_days", "grace_days", "grace_serves", "short_months", "look_back_days")
        return Terms(
            parts=tuple(part.key for part in self.filled_parts),
            short_parts=tuple(
                row.form.key.data
                for row in self.parts
                if not row.form.is_empty and row.form.in_short.data
            ),
            anchor=Anchor(self.anchor.data),
            needs_decision=self.needs_decision.data,
            **{name: getattr(self, name).data for name in (*own, *more)},
        )

    @property
    def title(self) -> Mapping[str, str]:
        """The name by language."""
        return {"ru": str(self.title_ru.data), "en": str(self.title_en.data)}


class ChangeSchemeForm(SchemeForm):
    """A further version, with its reason; ``row_version``: the newest one when it was opened."""

    row_version = HiddenField()
    reason = reason_field()


class RuleForm(BaseForm):
    """Who must hold a certification."""

    unit = SelectField(_l("In"), [InputRequired()])
    job_role = SelectField(_l("Post"))
    days = _number(_l("Days to certify"), "days")
    in_force_on = _date(_l("In force from"))
    enrols = BooleanField(_l("Enrol people in the courses they lack"))

    def validate_in_force_on(self, field: Any) -> None:
        """Refuse a slip of the keyboard."""
        if field.data:
            bounds.check_in_force(field.data)

    def offer(self, units: Sequence[OrganisationUnit], roles: Sequence[JobRole]) -> "RuleForm":
        """Set the units and posts to choose from."""
        self.units = {unit.public_id: unit for unit in units}
        self.roles = {role.public_id: role for role in roles}
        self.unit.choices = [SelectChoice(key, localised(one)) for key, one in self.units.items()]
        self.job_role.choices = [SelectChoice("", _l("every post"))]
        self.job_role.choices += [SelectChoice(k, localised(one)) for k, one in self.roles.items()]
        return self

    @property
    def chosen_unit(self) -> OrganisationUnit:
        """The unit of a valid form."""
        return self.units[str(self.unit.data)]

    @property
    def chosen_role(self) -> JobRole | None:
        """The post; None: every one."""
        return self.roles.get(str(self.job_role.data))


class EndRuleForm(BaseForm):
    """From when a rule no longer holds, and why."""

    on = _date(_l("First day without the rule"))
    reason = reason_field()

    def validate_on(self, field: Any) -> None:
        """Refuse a slip of the keyboard."""
        if field.data:
            bounds.check_in_force(field.data)


class EnrollingForm(BaseForm):
    """Whether a rule enrols."""

    enrols = BooleanField(_l("Enrol people in the courses they lack"))


class DecisionForm(BaseForm):
    """What HR decides about a person: which fields count depends on the decision."""

    decision = SelectField(_l("Decision"), [InputRequired()])
    part = SelectField(_l("Part of the certification"))
    on = _date(_l("Date"), optional=True)
    enrols = BooleanField(_l("Enrol in the courses that are lacking"))
    with_authority = BooleanField(_l("May serve meanwhile"))
    reason = reason_field()

    def offer(self, parts: Sequence[Part], today: date) -> "DecisionForm":
        """Set the parts for which evidence can be accepted or withdrawn, and the day."""
        self.today = today
        self.decision.choices = [
            SelectChoice(decision.value, meaning.name) for decision, meaning in DECISIONS.items()
        ]
        self.part.choices = [SelectChoice("", _l("none"))]
        self.part.choices += [SelectChoice(part.key, localised(part.title)) for part in parts]
        return self

    @property
    def chosen(self) -> Decision:
        """The decision."""
        return Decision(self.decision.data)

    @property
    def decided(self) -> Decided:
        """What a valid form says."""
        return Decided(
            decision=self.chosen,
            reason=str(self.reason.data),
            on=self.on.data,
            part=self.part.data or "",
            enrols=bool(self.enrols.data),
            with_authority=bool(self.with_authority.data),
        )

    def refuse(self, refusal: Refusal) -> None:
        """Say beside its field why what was decided can't be done."""
        field = self.on if isinstance(refusal, AwardOver) else self.decision
        field.errors = [refusal.message]

    def is_of(self, prefix: str) -> bool:
        """Tell whether the form was made with this prefix."""
        return bool(self._prefix == f"{prefix}-")

    def validate_part(self, field: Any) -> None:
        """Ask for the part where evidence is accepted or withdrawn."""
        wanted = {one.value for one, meaning in DECISIONS.items() if meaning.needs_part}
        if self.decision.data in wanted and not field.data:
            raise ValidationError(_l("Choose what the evidence shows."))

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the date too: an empty one ends WTForms' own checks of the field."""
        is_valid = bool(super().validate(extra_validators))
        if self.decision.errors or self.on.errors:
            return False
        try:
            check_date(self.chosen, self.on.data, self.today)
        except ValidationError as error:
            self.on.errors = [str(error)]
            return False
        return is_valid
