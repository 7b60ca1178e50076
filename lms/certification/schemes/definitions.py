"""Schemes as the life cycle needs them, and as people read them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from lms.certification.lifecycle.terms import Scheme, Terms, Version
from lms.certification.schemes.codec import terms_of
from lms.certification.schemes.models import CertificationScheme, SchemeVersion


class EvidenceKind(Enum):
    """What shows that a part is met."""

    COURSE = "course"  # a course completed: noticed by itself
    EXAM = "exam"  # a certain exam of a course passed: noticed by itself
    SESSION = "session"  # a classroom session attended
    OBSERVATION = "observation"  # a mentor's observation of work at the window
    DOCUMENT = "document"  # a document from outside


@dataclass(frozen=True)
class Part:
    """One part of a scheme; ``course`` is the slug of the course, for what is shown in one.

    ``exam`` is the key of the exam in that course, for that kind.
    """

    key: str
    kind: EvidenceKind
    title: Mapping[str, str]
    course: str | None = None
    exam: str | None = None

    @property
    def data(self) -> dict[str, Any]:
        """The part as JSON data."""
        return {
            "key": self.key,
            "kind": self.kind.value,
            "title": dict(self.title),
            "course": self.course,
            "exam": self.exam,
        }


def part_of(data: Mapping[str, Any]) -> Part:
    """Return the part that JSON data holds."""
    kind = EvidenceKind(data["kind"])
    return Part(data["key"], kind, data["title"], data["course"], data.get("exam"))


def shown_by_course(parts: Iterable[Part], slug: str) -> list[Part]:
    """Return the parts that completing a course shows."""
    return [one for one in parts if one.kind is EvidenceKind.COURSE and one.course == slug]


def shown_by_exam(parts: Iterable[Part], slug: str, exam: str) -> list[Part]:
    """Return the parts that passing this exam of this course shows."""
    return [
        one
        for one in parts
        if one.kind is EvidenceKind.EXAM and (one.course, one.exam) == (slug, exam)
    ]


def parts_of(version: SchemeVersion) -> list[Part]:
    """Return the parts of a version in their order."""
    return [part_of(data) for data in version.parts]


def scheme_of(versions: Sequence[SchemeVersion]) -> Scheme:
    """Return the versions of one scheme as the life cycle reads them."""
    return Scheme(
        tuple(Version(row.number, row.in_force_on, terms_of(row.terms)) for row in versions)
    )


def current_version(scheme: CertificationScheme, day: Any) -> SchemeVersion:
    """Return the version in force on ``day``, before all of them the first; load ``versions``."""
    ordered = sorted(scheme.versions, key=lambda row: (row.in_force_on, row.number))
    known = [row for row in ordered if row.in_force_on <= day]
    return known[-1] if known else ordered[0]


def newest_version(scheme: CertificationScheme) -> SchemeVersion:
    """Return the version that was made last, in force or ahead; load ``versions``."""
    return max(scheme.versions, key=lambda version: version.number)


def terms_in_force(scheme: CertificationScheme, day: Any) -> Terms:
    """Return the terms in force on ``day``; load ``versions``."""
    return terms_of(current_version(scheme, day).terms)
