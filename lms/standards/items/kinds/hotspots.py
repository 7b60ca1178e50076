"""Places on a picture: what all formats say of them becomes an item by the same rules."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from lms.assessment.kinds.shapes import Shape
from lms.assessment.kinds.values import Area, Texts
from lms.assessment.models import ItemKind
from lms.assessment.source.content import MARKS_LIMIT
from lms.catalog.messages import Message
from lms.standards.items.drafting import Draft
from lms.standards.items.model import Found, NotUnderstood, Weight

# What a file may be silent about; the bank's own stays then.
ALT, WRONG, WORDS = "alt", "wrong areas", "words of areas"
COST = Message(
    "what a wrong place costs isn't kept: here it takes away as much as a right one gives"
)


@dataclass
class RawArea:
    """An area as a file states it, in per mille."""

    shape: Shape
    numbers: tuple[int, ...]
    is_right: bool
    key: str = ""
    explanation: Texts = field(default_factory=dict)
    label: Texts = field(default_factory=dict)


def hotspot(
    draft: Draft, areas: Sequence[RawArea], *, picture: str, alt: Texts, marks: int
) -> Found:
    """Return places on the picture with this token; ``marks`` 0: any number may be marked."""
    stated = [area.key for area in areas]
    own = all(stated) and len(set(stated)) == len(stated)
    labelled = _labels(draft, areas)
    made = tuple(
        Area(
            area.key if own else f"a{number}",
            area.shape,
            area.numbers,
            area.is_right,
            area.explanation,
            area.label if labelled else {},
        )
        for number, area in enumerate(areas, start=1)
    )
    if not alt:
        draft.unstated.add(ALT)
        draft.note(
            Message("what its picture shows isn't written: people who don't see it need that"),
            Weight.FACT,
        )
    return draft.found(
        ItemKind.HOTSPOT,
        figure=dict.fromkeys(draft.prompt, picture),
        alt=alt,
        marks=_marks(draft, areas, marks),
        areas=made,
    )


def _labels(draft: Draft, areas: Sequence[RawArea]) -> bool:
    """Tell whether the areas' words can stand for the picture; told if they are lost."""
    labels = [area.label for area in areas if area.label]
    whole = len(labels) == len(areas) and not all(area.is_right for area in areas)
    if labels and not whole:
        draft.note(
            Message(
                "the names of areas aren't kept: here all areas have one and one of them is wrong"
            )
        )
    return bool(labels) and whole


def _marks(draft: Draft, areas: Sequence[RawArea], marks: int) -> int:
    if 0 < marks <= MARKS_LIMIT:
        return marks
    most = min(MARKS_LIMIT, max(1, len(areas)))
    draft.note(
        Message("any number of places could be marked; here at most %(most)s", most=most)
        if marks == 0
        else Message(
            "%(marks)s places could be marked; here at most %(most)s", marks=marks, most=most
        )
    )
    return most


def check_weights(draft: Draft, weights: Sequence[tuple[bool, float]], *, beside: float) -> None:
    """Tell of weights unlike ours; ``beside``: what a place in no area earns."""
    right = {weight for is_right, weight in weights if is_right}
    if len(right) > 1:
        draft.note(
            Message("the areas' own weights aren't kept: here each right one earns the same")
        )
    full = max(right, default=1)
    costs = [-weight for is_right, weight in weights if not is_right] + [-beside]
    if any(cost != full for cost in costs):
        draft.note(COST)


def no_picture() -> NotUnderstood:
    """Return the refusal of a question whose file has no picture."""
    return NotUnderstood(Message("it has no picture"))
