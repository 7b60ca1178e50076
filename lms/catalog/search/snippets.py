"""The stretch of a passage that shows why it was found."""

from collections.abc import Collection
from dataclasses import dataclass

from lms.catalog.search.engines import Reach
from lms.catalog.search.engines.base import beginning
from lms.catalog.search.words import WORD, folded, stem

LENGTH = 220  # characters
LEAD = 60  # characters before the first word found


@dataclass(frozen=True)
class Piece:
    """A part of a text: a word that was asked for, or what stands between such words."""

    text: str
    is_found: bool = False


def _spans(text: str, wanted: Collection[str], reach: Reach) -> list[tuple[int, int]]:
    starts = tuple(beginning(one, reach) for one in wanted)
    spans = []
    for match in WORD.finditer(text):
        own = stem(folded(match.group()))
        if own in wanted or (reach is not Reach.EXACT and own.startswith(starts)):
            spans.append(match.span())
    return spans


def marked(text: str, wanted: Collection[str], reach: Reach) -> tuple[Piece, ...]:
    """Return all of ``text`` with the words whose stems are ``wanted`` as pieces of their own."""
    return _pieces(text, _spans(text, wanted, reach), 0, len(text))


def snippet(text: str, wanted: Collection[str], reach: Reach) -> tuple[Piece, ...]:
    """Return the stretch of ``text`` with the most of the wanted words, cut between words."""
    spans = _spans(text, wanted, reach)
    begin, end = _window(text, spans)
    pieces = _pieces(
        text, [span for span in spans if begin <= span[0] and span[1] <= end], begin, end
    )
    before = (Piece("… "),) if begin else ()
    after = (Piece(" …"),) if end < len(text) else ()
    return (*before, *pieces, *after)


def _window(text: str, spans: list[tuple[int, int]]) -> tuple[int, int]:
    if len(text) <= LENGTH:
        return 0, len(text)
    best = max(
        (begin for begin, _ in spans),
        key=lambda first: len(
            {
                stem(folded(text[begin:end]))
                for begin, end in spans
                if first <= begin and end <= first + LENGTH - LEAD
            }
        ),
        default=0,
    )
    begin = max(0, min(best - LEAD, len(text) - LENGTH))
    if begin:
        begin = text.find(" ", begin, best + 1) + 1 or best
    end = min(len(text), begin + LENGTH)
    if end < len(text):
        end = max(text.rfind(" ", begin, end), best + 1)
    return begin, end


def _pieces(text: str, spans: list[tuple[int, int]], begin: int, end: int) -> tuple[Piece, ...]:
    pieces, done = [], begin
    for first, last in spans:
        if first > done:
            pieces.append(Piece(text[done:first]))
        pieces.append(Piece(text[first:last], is_found=True))
        done = last
    if end > done:
        pieces.append(Piece(text[done:end]))
    return tuple(pieces)
