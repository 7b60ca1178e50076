"""What the pages of schemes show beside the terms: numbers of today, and one person's dates."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from lms.certification.board.conditions import Measure
from lms.certification.board.counts import sums
from lms.certification.lifecycle.anchors import Previous, Span, award_span
from lms.certification.lifecycle.facts import Route
from lms.certification.lifecycle.history import History
from lms.certification.lifecycle.terms import Period, Scheme, Terms, Version
from lms.certification.schemes.codec import terms_data
from lms.certification.schemes.definitions import (
    Part,
    current_version,
    parts_of,
    scheme_of,
    terms_in_force,
)
from lms.certification.schemes.models import CertificationScheme, SchemeVersion
from lms.certification.schemes.records.recording import previous
from lms.core.calendar import add_days
from lms.people.identity import Viewer

SHOWN = (Measure.REQUIRED, Measure.OVERDUE, Measure.EXPIRING, Measure.SERVING)


@dataclass(frozen=True)
class Renewal:
    """A renewal made on ``awarded_on``, and the period that it would lead to."""

    awarded_on: date
    span: Span


@dataclass(frozen=True)
class Sample:
    """The dates of somebody awarded on a day, and of an early and a late renewal."""

    period: Period
    early: Renewal | None
    late: Renewal | None


def numbers(viewer: Viewer, on: date) -> Mapping[int, Mapping[str, int]]:
    """Return how many people of the viewer's units are counted, by scheme and measure."""
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for _path, scheme_id, counted in sums(viewer, None, on):
        found[scheme_id].update(counted)
    return {
        scheme_id: {measure.value: counted[measure.value] for measure in SHOWN}
        for scheme_id, counted in found.items()
    }


def sample(known: History, awarded_on: date) -> Sample:
    """Return the dates of an award of ``awarded_on`` by the terms in force then.

    It renews what the person of the history holds that day, if they do. Without facts it is
    anybody's first.
    """
    terms = known.scheme.terms_on(awarded_on)
    span = award_span(terms, awarded_on, previous(known, awarded_on))
    period = Period("", span.from_on, span.until_on, Route.FULL, terms)
    if span.until_on is None or period.window_on is None or period.grace_until_on is None:
        return Sample(period, None, None)
    renewed = Previous(span.until_on, span.anchor_on, span.cycle)
    early, late = period.window_on, add_days(period.grace_until_on, 14)
    return Sample(
        period,
        Renewal(early, award_span(terms, early, renewed)),
        Renewal(late, award_span(terms, late, renewed)),
    )


def with_version(versions: Sequence[SchemeVersion], terms: Terms, in_force_on: date) -> Scheme:
    """Return the scheme as it would be with a further version, which isn't stored."""
    present = scheme_of(versions).versions if versions else ()
    number = max((one.number for one in present), default=0) + 1
    return Scheme((*present, Version(number, in_force_on, terms)))


def exam_choice(part: Part) -> str:
    """Return the exam of a part as the form names it; empty: the part is none."""
    return f"{part.course}/{part.exam}" if part.exam else ""


def form_data(scheme: CertificationScheme, day: date) -> dict[str, Any]:
    """Return what the form of a change begins with: the version in force."""
    terms = terms_data(terms_in_force(scheme, day))
    short = set(terms["short_parts"])
    parts = [
        {
            "key": part.key,
            "kind": part.kind.value,
            "course": part.course or "",
            "exam": exam_choice(part),
            "title_ru": part.title.get("ru"),
            "title_en": part.title.get("en"),
            "in_short": part.key in short,
        }
        for part in parts_of(current_version(scheme, day))
    ]
    titles = {f"title_{language}": scheme.title.get(language) for language in ("ru", "en")}
    return {**terms, **titles, "key": scheme.key, "parts": parts, "in_force_on": day}
