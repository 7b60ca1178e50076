"""What must hold between the parts of an item: for files and for the authoring form alike."""

import re
from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal

from lms.assessment.kinds.arranging import right_sides
from lms.assessment.kinds.gap_text import gap_keys
from lms.assessment.kinds.shapes import CORNERS, WHOLE, Shape, is_whole
from lms.assessment.kinds.values import Area, Entry, Gap, Pair, Texts, Turn
from lms.assessment.source.content import RIGHT_SIDES
from lms.catalog.markdown.examining import examine
from lms.catalog.messages import Message

ALL_POINTS = 100  # percent
PERCENT = re.compile(r"[0-9]{1,3}(?:[.,][0-9])?")  # with one decimal: a per mille is the finest
MOST_NUMBERS = 2 * CORNERS[1]
NO_PICTURES = Message("a picture can't stand here: the candidate is shown words alone")


def pair_faults(pairs: Sequence[Pair], distractors: Sequence[Entry]) -> Iterator[Message]:
    """Yield what is wrong with the pairs of a matching item taken together."""
    if len(right_sides(pairs)) + len(distractors) < RIGHT_SIDES:
        yield Message("there must be at least three right sides: add a pair, or one of no pair")


def text_faults(
    text: str, figures: Collection[str], described: Collection[str] = ()
) -> Iterator[Message]:
    """Yield what is wrong with a text of an item; ``figures`` are those it may show, ``described``
    those of which the course itself says what they show.
    """
    examined = examine(text, sources=(), figures=figures, lessons=(), described=described)
    for message in dict.fromkeys(mistake.message for mistake in examined.mistakes):
        yield message if isinstance(message, Message) else Message(message)


def gap_faults(text: Texts, gaps: Sequence[Gap]) -> Iterator[Message]:
    """Yield what is wrong between a text and its gaps: each stands once in each language."""
    declared = [gap.key for gap in gaps]
    for language, variant in text.items():
        standing = gap_keys(variant)
        for key in declared:
            if standing.count(key) != 1:
                yield Message(
                    "the gap [[%(key)s]] must stand once in the text (%(language)s)",
                    key=key,
                    language=language,
                )
        for key in dict.fromkeys(standing):
            if key not in declared:
                yield Message("the text has a gap [[%(key)s]] that isn't described", key=key)
    for gap in gaps:
        if not gap.is_choice:
            continue
        if any(len(wordings) != 1 for wordings in gap.accepted.values()):
            yield Message("the gap '%(key)s' is a list: it has one right wording", key=gap.key)
        if len({len(gap.distractors.get(code, ())) for code in gap.accepted}) > 1:
            yield Message(
                "the gap '%(key)s' must have as many wrong wordings in each language", key=gap.key
            )


def area_faults(areas: Sequence[Area], marks: int) -> Iterator[Message]:
    """Yield what is wrong with a picture's areas taken together."""
    right = sum(area.correct for area in areas)
    if not right:
        yield Message("at least one area must be right")
    if marks < right:
        yield Message("there are more right areas than places that may be marked")
    labelled = [area for area in areas if area.label]
    if labelled and len(labelled) < len(areas):
        yield Message("either all areas are described in words or none")
    if labelled and all(area.correct for area in labelled):
        yield Message("described in words, the areas need a wrong one among them")


def read_numbers(shape: Shape, text: str) -> tuple[int, ...] | None:
    """Return the numbers of an area, written in percent of the picture, in per mille.

    None for what makes no area inside the picture.
    """
    words = text.replace(";", " ").split()
    if len(words) > MOST_NUMBERS or not all(PERCENT.fullmatch(word) for word in words):
        return None
    numbers = tuple(int(Decimal(word.replace(",", ".")) * WHOLE / 100) for word in words)
    return numbers if is_whole(shape, numbers) else None


def shown_numbers(numbers: Sequence[int]) -> str:
    """Return the numbers of an area in percent, as ``read_numbers`` takes them."""
    return " ".join(f"{number // 10}.{number % 10}".removesuffix(".0") for number in numbers)


def dialogue_faults(turns: Sequence[Turn]) -> Iterator[Message]:
    """Yield what is wrong with a dialogue as a whole.

    Every reply leads to a turn, every turn can be reached from the first one, from every turn an
    end can be reached, and one end earns all points.
    """
    yield from _loose_replies(turns)
    if turns and not turns[0].replies:
        yield Message("the first turn has no replies")
    onwards = {turn.key: {reply.leads_to for reply in turn.replies} for turn in turns}
    reached = _closure({turn.key for turn in turns[:1]}, onwards)
    backwards = {
        turn.key: {before.key for before in turns if turn.key in onwards[before.key]}
        for turn in turns
    }
    ends = [turn for turn in turns if not turn.replies]
    ending = _closure({turn.key for turn in ends}, backwards)
    for turn in turns:
        if turn.key not in reached:
            yield Message("'%(turn)s' can't be reached", turn=turn.key)
        if turn.key not in ending:
            yield Message("from '%(turn)s' no end can be reached", turn=turn.key)
    if ends and not any(turn.score == ALL_POINTS for turn in ends):
        yield Message("no end earns all points (score 100)")


def _loose_replies(turns: Sequence[Turn]) -> Iterator[Message]:
    known = {turn.key for turn in turns}
    for turn in turns:
        for reply in turn.replies:
            if reply.leads_to not in known:
                yield Message(
                    "'%(turn)s', reply '%(reply)s' leads to no turn", turn=turn.key, reply=reply.key
                )


def _closure(first: set[str], edges: dict[str, set[str]]) -> set[str]:
    found, waiting = set(first), list(first)
    while waiting:
        for key in edges.get(waiting.pop(), ()):
            if key not in found:
                found.add(key)
                waiting.append(key)
    return found
