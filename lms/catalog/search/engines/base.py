"""What a database must be able to do for search."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

import sqlalchemy as sa

from lms.catalog.search.questions import Part, Question


class Reach(Enum):
    """How far from the question a passage may be; each is tried when the one before finds none."""

    EXACT = "exact"  # has all the words, in any form
    BEGINNING = "beginning"  # has words that begin as all those asked for: one is still typing
    NEAR = "near"  # has a word that begins like one asked for: mistyped, or a question in prose


@dataclass(frozen=True)
class Entry:
    """A passage to be found. What stands first in the fields weighs more than the body."""

    id: int
    language: str
    title: str
    heading: str
    terms: str
    body: str


class Engine(Protocol):
    """Adds entries to the database's index, removes and finds them."""

    def add(self, entries: Sequence[Entry]) -> None:
        """Make the entries findable."""

    def remove(self, ids: sa.Select[Any]) -> None:
        """Forget the passages whose ids ``ids`` selects."""

    def ranked(self, question: Question, reach: Reach) -> sa.Select[Any]:
        """Return ``SELECT id, distance`` over the passages that match, the least the best.

        Of the index alone, without an order or limit. The question has words.
        """


def beginning(word_stem: str, reach: Reach) -> str:
    """Return what a word must begin with. The end of a long stem may be mistyped."""
    if reach is not Reach.NEAR or len(word_stem) < 5:
        return word_stem
    return word_stem[: min(6, max(4, round(len(word_stem) * 0.6)))]


def stems_at(part: Part, reach: Reach) -> list[str]:
    """Return the stems of ``part``; the last one only as far as it counts at this reach."""
    *first, last = part.stems
    return [*first, last if part.is_phrase else beginning(last, reach)]
