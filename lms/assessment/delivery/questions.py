"""An item as a page shows it: its texts rendered in one language, in one candidate's order."""

import re
import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import current_app
from markupsafe import Markup, escape

from lms.assessment.delivery.dialogues import Dialogue, dialogue_of
from lms.assessment.delivery.pictures import (
    CourseFigures,
    Figures,
    Picture,
    picture_of,
    shown_line,
    shown_text,
)
from lms.assessment.kinds.choice import rule_of
from lms.assessment.kinds.gap_text import GAP
from lms.assessment.kinds.values import ScoringRule
from lms.assessment.kinds.written import word_count
from lms.assessment.models import Attempt, AttemptItem, ItemKind, ItemVersion
from lms.assessment.uploads.checking import in_megabytes, largest_file
from lms.catalog.markdown.typography import breakable
from lms.web.i18n import localised

PARTS = {
    ItemKind.SINGLE_CHOICE: "options",
    ItemKind.MULTIPLE_CHOICE: "options",
    ItemKind.MATCHING: "rights",
    ItemKind.ORDERING: "steps",
}
LETTERS = string.ascii_uppercase
_IMAGE = re.compile(r'<img [^<>]*?\balt="([^"]*)"[^<>]*>')
# Stands for a gap while its text is rendered: Markdown reads square brackets as links.
_MARK = "⟦⟦{}⟧⟧"
_MARKED = re.compile("⟦⟦([a-z0-9-]+)⟧⟧")


def words_of(html: Markup) -> str:
    """Return a text without markup; pictures by what they show."""
    return Markup(_IMAGE.sub(r" \1 ", html)).striptags()  # noqa: S704 - sanitised


@dataclass(frozen=True)
class Choice:
    """Something to choose, match or put in order."""

    key: str
    html: Markup  # inline

    @property
    def text(self) -> str:
        """The same without markup, for places that take none."""
        return words_of(self.html)

    @property
    def letter(self) -> str:
        """A letter that names a right side, the same for everybody: its key is r1, r2, …"""
        return LETTERS[int(self.key[1:]) - 1]


@dataclass(frozen=True)
class ShownGap:
    """A gap of a text: typed, or with ``choices`` chosen from a list."""

    key: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class ShownRules:
    """How many files may be handed in, the endings of their names, the most bytes of each."""

    most: int
    types: tuple[str, ...]
    bytes: int

    @property
    def megabytes(self) -> float:
        """The limit as it is told."""
        return in_megabytes(self.bytes)


@dataclass(frozen=True)
class Question:
    """One question for ``assessment/_item.html``; nothing here tells the right answer."""

    position: int  # from 1; the fields of its form are named ``q<position>…``
    kind: ItemKind
    language: str
    points: int
    topic: str
    prompt: Markup  # blocks
    choices: tuple[Choice, ...] = ()  # options, right sides or steps, as this candidate sees them
    lefts: tuple[Choice, ...] = ()
    unit: str = ""
    gap_text: tuple[Markup | ShownGap, ...] = ()  # HTML with gaps in between
    dialogue: Dialogue | None = None
    words: tuple[int, int] | None = None  # the fewest and the most of an essay
    scoring: ScoringRule | None = None  # told with a multiple choice
    picture: Picture | None = None
    files: ShownRules | None = None  # of a file answer
    figures: Figures = field(default_factory=dict, repr=False, compare=False)  # its course's
    # Stands before each choice and behind the last, where a page is cut there: see ``sheets``.
    fence: str = ""

    @property
    def name(self) -> str:
        """The name of its field, and the beginning of all ids and names within it."""
        return f"q{self.position}"

    def words_short(self, response: Mapping[str, Any] | None) -> int:
        """Return how many words an essay that was begun lacks of the fewest; 0 where none."""
        text = (response or {}).get("text") or ""
        return max(0, self.words[0] - word_count(text)) if self.words and text.strip() else 0

    @staticmethod
    def words_in(text: str) -> int:
        """Return how many words a reader would count in ``text``."""
        return word_count(text)

    @property
    def has_letters(self) -> bool:
        """Whether right sides have more than words: a drop-down shows words alone, so all of them
        stand in full beside it, with a letter each.
        """
        is_matching = self.kind is ItemKind.MATCHING
        return is_matching and any("<" in breakable(choice.html) for choice in self.choices)

    @property
    def plain(self) -> str:
        """Its text without markup."""
        return words_of(self.prompt)


def question_of(
    version: ItemVersion,
    *,
    position: int,
    order: Sequence[str],
    language: str,
    figures: Figures,
    fence: str = "",
) -> Question:
    """Return ``version`` as a page shows it; ``order`` are keys, as ``papers.order_keys`` gives.

    ``figures`` are those of the course version that asks it: ``pictures.CourseFigures``.
    """
    content = version.content
    part = PARTS.get(version.kind)
    return Question(
        position=position,
        kind=version.kind,
        language=language,
        points=version.points,
        topic=version.topic,
        prompt=shown_text(localised(content["prompt"], language), language, figures),
        choices=_ordered(_choices(content[part], language, figures), order) if part else (),
        lefts=_choices(content.get("lefts", []), language, figures),
        unit=localised(content.get("unit"), language),
        figures=figures,
        fence=fence,
        **_special(version, order, language, figures),
    )


def _special(
    version: ItemVersion, order: Sequence[str], language: str, figures: Figures
) -> dict[str, Any]:
    content = version.content
    match version.kind:
        case ItemKind.MULTIPLE_CHOICE:
            return {"scoring": rule_of(content)}
        case ItemKind.HOTSPOT:
            return {"picture": picture_of(content, figures, language)}
        case ItemKind.GAP_TEXT:
            return {"gap_text": _gap_text(content, language, figures)}
        case ItemKind.DIALOGUE:
            return {"dialogue": dialogue_of(content, order, language)}
        case ItemKind.FILE:
            largest = largest_file(
                content["megabytes"], current_app.config["SETTINGS"].max_upload_bytes
            )
            return {"files": ShownRules(content["most"], tuple(content["types"]), largest)}
        case ItemKind.ESSAY:
            words = content["words"]
            return {"words": words and (words["fewest"], words["most"])}
        case _:
            return {}


def _gap_text(
    content: dict[str, Any], language: str, figures: Figures
) -> tuple[Markup | ShownGap, ...]:
    gaps = {
        gap["key"]: ShownGap(gap["key"], _words(gap.get("choices", []), language))
        for gap in content["gaps"]
    }
    text = GAP.sub(lambda match: _MARK.format(match[1]), localised(content["text"], language))
    # Every other part is a gap's key; an unknown one is left out, as is what isn't written yet.
    parts = _MARKED.split(str(shown_text(text, language, figures)))
    shown: list[Markup | ShownGap] = []
    for place, part in enumerate(parts):
        if place % 2 == 0:
            shown.append(Markup(part))  # noqa: S704 - rendered by the sanitiser
        elif part in gaps:
            shown.append(gaps[part])
    return tuple(shown)


def _choices(
    entries: Iterable[dict[str, Any]], language: str, figures: Figures
) -> tuple[Choice, ...]:
    return tuple(
        Choice(entry["key"], shown_line(localised(entry["text"], language), language, figures))
        for entry in entries
    )


def _words(entries: Iterable[dict[str, Any]], language: str) -> tuple[Choice, ...]:
    """Return what a drop-down offers: words alone, of which no letter is a mark of formatting."""
    return tuple(
        Choice(entry["key"], escape(localised(entry["text"], language))) for entry in entries
    )


def _ordered(choices: Iterable[Choice], order: Sequence[str]) -> tuple[Choice, ...]:
    by_key = {choice.key: choice for choice in choices}
    return tuple(by_key[key] for key in order)


def questions_of(items: Sequence[AttemptItem], attempt: Attempt) -> list[Question]:
    """Return questions of an attempt as a page shows them; its exam must be loaded."""
    figures = CourseFigures(attempt.assessment.activity.version_id)
    return [
        question_of(
            item.item_version,
            position=item.position,
            order=item.order,
            language=attempt.language,
            figures=figures,
        )
        for item in items
    ]
