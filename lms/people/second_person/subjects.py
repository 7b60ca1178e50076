"""What a second person may be asked about. Domains register theirs once: kind, words and page."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Subject:
    """One kind of deed that needs two people."""

    kind: str
    title: Any  # what is asked for, as a lazy text
    endpoint: str  # the page where it is decided
    argument: str  # of the endpoint: takes the subject's public id


_subjects: dict[str, Subject] = {}


def register(subject: Subject) -> Subject:
    """Add a kind of deed; adding it again replaces it."""
    _subjects[subject.kind] = subject
    return subject


def subject_of(kind: str) -> Subject:
    """Return a registered kind of deed. Raises KeyError."""
    return _subjects[kind]
