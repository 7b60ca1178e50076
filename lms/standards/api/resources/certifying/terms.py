"""The terms of a certification as they are sent and read: what it asks and what it grants."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import partial
from typing import Annotated, Any

from pydantic import AfterValidator, Field, field_validator
from pydantic_core.core_schema import ValidationInfo
from wtforms.validators import ValidationError

from lms.certification.lifecycle.terms import Anchor, Terms
from lms.certification.schemes import bounds, queries
from lms.certification.schemes.bounds import BOUNDS
from lms.certification.schemes.codec import terms_of
from lms.certification.schemes.definitions import EvidenceKind, Part, parts_of
from lms.certification.schemes.models import SchemeVersion
from lms.standards.api.frame.faults import check_all
from lms.standards.api.frame.schemas import Day, Line, Received, Sent, Slug, Texts
from lms.web.forms import NOT_OFFERED

NUMBERS = (
    "valid_months", "calendar_month", "calendar_day", "least_months", "window_days", "notice_days",
    "grace_days", "short_months", "look_back_days",
)  # fmt: skip
PLAIN = (*NUMBERS, "anchor", "grace_serves", "needs_decision")


def _named(key: str) -> str:
    bounds.check_key(key)
    return key


ShortName = Annotated[
    str,
    AfterValidator(_named),
    Field(examples=["universal"], json_schema_extra={"pattern": f"^{bounds.KEY}$"}),
]


def _number(name: str, description: str) -> Any:
    """Return a number within its bounds, by default what it usually is."""
    own = BOUNDS[name]
    limits: Any = {"minimum": own.least, "maximum": own.most}
    return Field(own.usual, description=description, json_schema_extra=limits)


class TitleIn(Received):
    """A name in both languages."""

    ru: Line
    en: Line


class PartTitleIn(Received):
    """The name of a part: in English as in Russian where it is left out."""

    ru: Line
    en: Line | None = None


class PartIn(Received):
    """One part of the evidence that is asked for."""

    key: ShortName = Field(description="Of its own within the certification.")
    kind: EvidenceKind
    title: PartTitleIn
    course: Slug | None = Field(
        None, description="Needed for a course and an exam; else where it is shown."
    )
    exam: str | None = Field(
        None, max_length=60, description="The key of the exam in that course, for an exam alone."
    )
    in_short: bool = Field(default=False, description="Also part of the short renewal.")


class TermsIn(Received):
    """What is asked and granted; a number left out is as usual."""

    in_force_on: Day = Field(description="For periods that begin from this day.")
    parts: list[PartIn] = Field(
        max_length=bounds.MOST_PARTS,
        json_schema_extra={"minItems": 1},
        description="All are asked.",
    )
    valid_months: int | None = _number("valid_months", "Null: it doesn't expire.")
    anchor: Anchor = Field(Anchor.AWARD, description="What a renewal is counted from.")
    calendar_month: int = _number("calendar_month", "Of the anchor `calendar`.")
    calendar_day: int = _number("calendar_day", "Of it; the month's last day at most.")
    least_months: int = _number("least_months", "The shortest first period by that anchor.")
    window_days: int = _number("window_days", "Before the end: its renewal opens.")
    notice_days: int = _number("notice_days", "Before the end: shown as expiring.")
    grace_days: int = _number("grace_days", "After the end.")
    grace_serves: bool = Field(default=False, description="In grace one may still serve.")
    short_months: int = _number("short_months", "The short renewal stays open after the end.")
    look_back_days: int | None = _number(
        "look_back_days", "How much older than the requirement evidence may be; null: any age."
    )
    needs_decision: bool = Field(
        default=False, description="Once the evidence is complete, a person decides."
    )

    @field_validator(*NUMBERS)
    @classmethod
    def _within(cls, value: int | None, info: ValidationInfo) -> int | None:
        BOUNDS[str(info.field_name)].check(value)
        return value


class PartOut(Sent):
    """What a certification asks for."""

    key: str
    kind: EvidenceKind
    title: Texts
    course: str | None
    exam: str | None = Field(
        description="The key of the exam in that course, where passing it is what is asked for."
    )
    in_short: bool = Field(description="Also part of the short renewal.")


class TermsOut(Sent):
    """One version: what it asks and grants."""

    version: int
    in_force_on: date
    parts: list[PartOut]
    valid_months: int | None = Field(description="Null: it doesn't expire.")
    anchor: Anchor = Field(description="What a renewal is counted from.")
    calendar_month: int = Field(description="Of the anchor `calendar`, as the next two.")
    calendar_day: int
    least_months: int
    window_days: int = Field(description="Before the end: its renewal opens.")
    notice_days: int = Field(description="Before the end: shown as expiring.")
    grace_days: int
    grace_serves: bool
    short_months: int = Field(description="After the end: the short renewal stays open.")
    look_back_days: int | None = Field(description="Null: evidence of any age counts.")
    needs_decision: bool


def read_terms(given: TermsIn) -> tuple[Terms, list[Part]]:
    """Return what was sent as the domain has it. Raises Invalid that names what can't be so."""
    check_all(_checks(given))
    terms = Terms(
        parts=tuple(one.key for one in given.parts),
        short_parts=tuple(one.key for one in given.parts if one.in_short),
        **{name: getattr(given, name) for name in PLAIN},
    )
    return terms, [_part(one) for one in given.parts]


def _checks(given: TermsIn) -> Iterable[tuple[str, Any]]:
    yield "body.in_force_on", partial(bounds.check_in_force, given.in_force_on)
    yield "body.parts", partial(bounds.check_keys, [one.key for one in given.parts])
    yield (
        "body.notice_days",
        partial(bounds.check_notice, given.notice_days, given.window_days),
    )
    yield "body.anchor", partial(bounds.check_anchor, given.anchor.value, given.valid_months)
    courses = {slug for slug, _title in queries.courses_on_offer()}
    exams = {(slug, key) for slug, key, *_titles in queries.exams_on_offer()}
    for place, one in enumerate(given.parts):
        own = f"body.parts.{place}"
        yield f"{own}.course", partial(_check_course, one, courses)
        yield f"{own}.exam", partial(_check_exam, one, exams)


def _check_course(part: PartIn, offered: set[str]) -> None:
    bounds.check_course(part.kind.value, part.course)
    if part.course is not None and part.course not in offered:
        raise ValidationError(NOT_OFFERED)


def _check_exam(part: PartIn, offered: set[tuple[str, str]]) -> None:
    bounds.check_exam(part.kind.value, part.exam)
    if part.exam is not None and (
        part.kind is not EvidenceKind.EXAM or (part.course, part.exam) not in offered
    ):
        raise ValidationError(NOT_OFFERED)


def _part(given: PartIn) -> Part:
    title = {"ru": given.title.ru, "en": given.title.en or given.title.ru}
    return Part(given.key, given.kind, title, given.course, given.exam)


def terms_out(version: SchemeVersion) -> dict[str, Any]:
    """Return the fields of TermsOut for a version."""
    terms = terms_of(version.terms)
    return {
        "version": version.number,
        "in_force_on": version.in_force_on,
        "parts": _parts_out(parts_of(version), terms.short_parts),
        **{name: getattr(terms, name) for name in PLAIN},
    }


def _parts_out(parts: Sequence[Part], short: Sequence[str]) -> list[PartOut]:
    return [
        PartOut(
            key=one.key,
            kind=one.kind,
            title=dict(one.title),
            course=one.course,
            exam=one.exam,
            in_short=one.key in short,
        )
        for one in parts
    ]
