"""A waste hunt on a picture: which marked places are waste, and which kind.

A place that is found earns half, its kind the other half; a place that is marked though it is no
waste takes a half back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from lms.catalog.messages import Message
from lms.catalog.source.map_reader import MapReader
from lms.catalog.workbench.base import Faults, FieldMark, Given, Outcome, Verdict

MOST_SPOTS = 20


class Waste(StrEnum):
    """The seven wastes of GOST R 56908-2016, the eighth of practice, and what is none."""

    OVERPRODUCTION = "overproduction"
    INVENTORY = "inventory"
    TRANSPORT = "transport"
    WAITING = "waiting"
    OVERPROCESSING = "overprocessing"
    MOTION = "motion"
    DEFECTS = "defects"
    TALENT = "talent"
    NONE = "none"


@dataclass(frozen=True)
class Spot:
    """A place on the picture, in percent from its left and top; ``why`` is Markdown."""

    left: float
    top: float
    label: str
    waste: Waste
    why: str


@dataclass(frozen=True)
class WasteHunt:
    """The picture's path and its places, numbered in order."""

    picture: str
    alt: str
    spots: tuple[Spot, ...]


def read(reader: MapReader) -> WasteHunt:
    """Return the hunt that a mapping states."""
    picture, alt = reader.text("picture", limit=200), reader.text("alt", limit=500)
    spots = []
    for entry in reader.maps("spots"):
        left, top = _place(entry)
        spots.append(
            Spot(
                left,
                top,
                entry.text("label", limit=120),
                entry.choice("waste", Waste),
                entry.text("why", limit=600),
            )
        )
        entry.done()
    if len(spots) > MOST_SPOTS:
        reader.complain("spots", Message("has more than %(most)s entries", most=MOST_SPOTS))
    if spots and all(spot.waste is Waste.NONE for spot in spots):
        reader.complain("spots", Message("no place is a waste"))
    return WasteHunt(picture, alt, tuple(spots[:MOST_SPOTS]))


def _place(entry: MapReader) -> tuple[float, float]:
    numbers = [_percent(text) for text in entry.strings("at")]
    if len(numbers) == 2 and numbers[0] is not None and numbers[1] is not None:
        return numbers[0], numbers[1]
    if entry.has("at"):
        entry.complain("at", Message("is two numbers from 0 to 100: [from the left, from the top]"))
    return 50.0, 50.0


def _percent(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if 0 <= number <= 100 else None


def common(spec: WasteHunt) -> tuple[str, ...]:
    """Return the wastes; the picture of another language may have its places elsewhere."""
    return tuple(spot.waste.value for spot in spec.spots)


def fields(spec: WasteHunt) -> Sequence[str]:
    """Return for each place whether it is waste, and which kind."""
    places = range(1, len(spec.spots) + 1)
    return [name for place in places for name in (f"spot-{place}", f"waste-{place}")]


def faults(spec: WasteHunt, given: Given) -> Faults:
    """Return a fault when nothing is marked, or a marked place has no kind."""
    marked = [p for p in range(1, len(spec.spots) + 1) if given.get(f"spot-{p}") == "yes"]
    if not marked:
        return {"spot-1": Message("Mark at least one place.")}
    known = {waste.value for waste in Waste if waste is not Waste.NONE}
    return {
        f"waste-{place}": Message("Choose the kind of waste.")
        for place in marked
        if given.get(f"waste-{place}") not in known
    }


def score(spec: WasteHunt, given: Given) -> Outcome:
    """Score found places and named kinds against false alarms."""
    marks: dict[str, FieldMark] = {}
    points = 0.0
    for place, spot in enumerate(spec.spots, start=1):
        is_marked = given.get(f"spot-{place}") == "yes"
        is_waste = spot.waste is not Waste.NONE
        verdict = Verdict.RIGHT if is_marked == is_waste else Verdict.WRONG
        if is_marked and is_waste:
            named = given.get(f"waste-{place}") == spot.waste
            points += 1.0 if named else 0.5
            verdict = Verdict.RIGHT if named else Verdict.PART
        elif is_marked:
            points -= 0.5
        marks[f"spot-{place}"] = FieldMark(verdict, spot.waste.value)
    wastes = sum(spot.waste is not Waste.NONE for spot in spec.spots)
    return Outcome(max(0.0, points / wastes) if wastes else 0.0, marks)


def solve(spec: WasteHunt) -> Given:
    """Return the wastes marked and named."""
    given: Given = {}
    for place, spot in enumerate(spec.spots, start=1):
        if spot.waste is not Waste.NONE:
            given |= {f"spot-{place}": "yes", f"waste-{place}": spot.waste.value}
    return given
