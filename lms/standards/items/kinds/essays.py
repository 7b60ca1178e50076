"""Essays: here each has a rubric, whose points are those of the item; other tools have none."""

import re
from collections.abc import Sequence
from typing import Any

from lms.assessment.kinds.values import Criterion, Texts
from lms.assessment.models import ItemKind
from lms.assessment.source.content import LINE_LIMIT, WORDS_LIMIT
from lms.assessment.source.item_kinds import POINTS_LIMIT
from lms.catalog.messages import Message
from lms.standards.items.drafting import Draft, number_of
from lms.standards.items.model import Found, Weight
from lms.standards.items.texts.reading import TextForm

# The only criterion of an essay whose file names none.
CONTENT = {"ru": "Содержание", "en": "Content"}
# The points that our own exports write behind a criterion, for those who read it there.
POINTS = re.compile(r"\s*\(\d{1,2}\)\s*$")
BREAK = re.compile(r"\\?\s*\n\s*")


def pieces_of(html: str) -> list[str]:
    """Return the paragraphs that our own exports write for examiners."""
    pieces = [piece.strip().removeprefix("<p>") for piece in html.split("</p>")]
    return [piece for piece in pieces if piece]


def criterion_of(draft: Draft, key: str, points: int, pieces: Sequence[str]) -> Criterion:
    """Return a criterion from its paragraphs: its words, then those of its levels if it has any."""
    text = _words(draft, POINTS.sub("", pieces[0]))
    levels = [
        # They stand on one line each.
        {code: BREAK.sub(" ", words) for code, words in _words(draft, level).items()}
        for number, piece in enumerate(pieces[1:])
        for level in [piece.removeprefix(f"{number}:")]
    ]
    return Criterion(key, text, points, tuple(levels))


def _words(draft: Draft, html: str) -> Texts:
    return draft.texts.texts(html, TextForm.HTML, inline=True)


def essay(
    draft: Draft,
    *,
    rubric: Sequence[Criterion] = (),
    guide: Texts | None = None,
    words: tuple[int, int] | None = None,
    examiners: int | None = None,
) -> Found:
    """Return an essay.

    ``rubric`` is that of one of our own files; ``guide`` is what a foreign one tells its examiners.
    """
    if words is None:
        draft.unstated.add("words")
    return judged(
        draft, ItemKind.ESSAY, rubric=rubric, guide=guide, examiners=examiners, words=words
    )


def judged(
    draft: Draft,
    kind: ItemKind,
    *,
    rubric: Sequence[Criterion],
    guide: Texts | None,
    examiners: int | None,
    **special: Any,
) -> Found:
    """Return an item that a person judges by a rubric; ``special``: its kind's other fields."""
    total = sum(criterion.points for criterion in rubric)
    if rubric and draft.points is None and total <= POINTS_LIMIT:
        draft.points = total
    if total != draft.points or not all(criterion.text for criterion in rubric):
        rubric = (_whole(draft, guide or {}),)
    if examiners is None:
        draft.unstated.add("examiners")
    return draft.found(kind, rubric=tuple(rubric), examiners=examiners or 1, **special)


def _whole(draft: Draft, guide: Texts) -> Criterion:
    """Return one criterion that carries all points."""
    points = draft.points or 1
    text = {code: " ".join(said.split()) for code, said in guide.items()}
    if any(len(said) > LINE_LIMIT for said in text.values()):
        draft.note(Message("its notes for examiners are too long for a criterion and aren't kept"))
        text = {}
    if text:
        return Criterion("content", text, points)
    draft.unstated.add("rubric")
    draft.note(
        Message("it has no rubric: one criterion, “Content”, carries all points"), Weight.FACT
    )
    return Criterion("content", {code: CONTENT[code] for code in draft.prompt}, points)


def words_of(draft: Draft, fewest: str, most: str) -> tuple[int, int] | None:
    """Return the fewest and the most words where a file states both."""
    if fewest in ("", "0") and most in ("", "0"):
        return None
    low, high = number_of(fewest), number_of(most)
    whole = fewest.isdecimal() and most.isdecimal()
    if whole and low is not None and high is not None and 1 <= low <= high <= WORDS_LIMIT:
        return int(low), int(high)
    draft.note(
        Message(
            "its number of words, “%(fewest)s” to “%(most)s”, isn't kept",
            fewest=fewest[:20],
            most=most[:20],
        )
    )
    return None
