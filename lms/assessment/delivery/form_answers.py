"""Answers from the exam's plain form, for browsers without scripts.

The form carries the whole paper. What counts as changed is what differs from the state that the
form was made from (``seen``, a place in the log), so that an old form never takes back answers that
were given elsewhere since.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from lms.assessment import queries
from lms.assessment.errors import AttemptClosed, TooLate
from lms.assessment.kinds.base import Response, read_number
from lms.assessment.log import AttemptState, fold
from lms.assessment.models import Attempt, AttemptItem, EventKind, ItemKind, ItemVersion
from lms.assessment.responses import normalise
from lms.assessment.services import save_events, take_over
from lms.assessment.uploads.forms import kept_files
from lms.core.errors import Invalid
from lms.core.settings import Settings

Fields = MultiDict[str, str]
PERCENT = 100
IMAGE_WIDTH = 640  # CSS pixels of a picture that is a button; see _item_hotspot.html
UNCHANGED = object()  # the form doesn't say anything about this question


class UnreadablePlaces(Invalid):
    """The numbers of an ordering question don't make an order."""

    def __init__(self) -> None:
        super().__init__(_l("Give each step a number of its own."))


class UnreadablePlace(Invalid):
    """A place on a picture is no pair of numbers."""

    def __init__(self) -> None:
        super().__init__(_l("Enter both numbers of a place, from 0 to 100."))


class AllMarked(Invalid):
    """Another place was clicked than may be marked."""

    def __init__(self) -> None:
        super().__init__(_l("All places are marked already. Empty one of them first."))


class TwoWays(Invalid):
    """Places and descriptions were given at once."""

    def __init__(self) -> None:
        super().__init__(_l("Answer either on the picture or by the descriptions, not both."))


class NotANumber(Invalid):
    """A number was asked for, and what was typed is none."""

    def __init__(self) -> None:
        super().__init__(
            _l("This doesn’t read as a number. Write digits alone, such as 12 or 1.5.")
        )


# Their message says what to do; other refusals of an answer are told in general words.
TELLING = (UnreadablePlaces, UnreadablePlace, AllMarked, TwoWays, NotANumber)


class Unanswered(Invalid):
    """Nothing was answered where an answer is checked at once."""

    def __init__(self) -> None:
        super().__init__(_l("Answer the question, or choose to see the answer."))


class UnreadableAnswer(Invalid):
    """The answer doesn't fit its question."""

    def __init__(self) -> None:
        super().__init__(_l("This answer can’t be saved as it is. Please check it."))


@dataclass
class FormReading:
    """What a form says: new answers and flags by position, and what can't be taken, why."""

    answers: dict[int, Response | None] = field(default_factory=dict)
    flags: dict[int, bool] = field(default_factory=dict)
    faults: dict[int, Any] = field(default_factory=dict)
    certainty: dict[int, int] = field(default_factory=dict)  # of the new answers, where stated


def read_form(
    items: Iterable[AttemptItem], fields: Fields, before: AttemptState, *, at_once: bool = False
) -> FormReading:
    """Return what ``fields`` change in the state ``before``.

    ``at_once``: answers are judged now and can't be changed later, so that one that can't be read
    is a fault here. In an exam it is kept as it was typed.
    """
    reading = FormReading()
    for item in items:
        position, version = item.position, item.item_version
        flagged = f"q{position}-flag" in fields
        if flagged != (position in before.flags):
            reading.flags[position] = flagged
        try:
            raw = _READERS[version.kind](f"q{position}", version.content, fields)
            if raw is UNCHANGED:
                continue
            if at_once:
                _check_legible(version, raw)
            response = normalise(version.kind, version.content, raw)
        except TELLING as refusal:
            reading.faults[position] = refusal.message
        except Invalid:
            reading.faults[position] = UnreadableAnswer().message
        else:
            level = read_certainty(f"q{position}", fields) if response is not None else None
            standing = before.certainty.get(position)
            if response != before.answers.get(position) or level not in (None, standing):
                reading.answers[position] = response
                if response is not None and (level or standing):
                    reading.certainty[position] = level or standing or 0
    return reading


def read_certainty(name: str, fields: Fields) -> int | None:
    """Return how sure the candidate is of the question ``name``; None when it isn't said."""
    text = fields.get(f"{name}-certainty", "")
    return int(text) if text in {"1", "2", "3"} else None


def read_response(version: ItemVersion, name: str, fields: Fields) -> Response | None:
    """Return the response to one question of a form, judged at once; None for no answer.

    Raises Invalid.
    """
    raw = _READERS[version.kind](name, version.content, fields)
    if raw is UNCHANGED:
        return None
    _check_legible(version, raw)
    return normalise(version.kind, version.content, raw)


def _check_legible(version: ItemVersion, raw: Any) -> None:
    """Raise NotANumber for words where a number is asked for."""
    if version.kind is not ItemKind.NUMERIC or not raw["text"].strip():
        return
    if all(read_number(raw["text"], language) is None for language in ("ru", "en")):
        raise NotANumber


def _single(name: str, _content: Mapping[str, Any], fields: Fields) -> Any:
    # Nothing sent is nothing chosen yet: a radio button can't be emptied.
    return {"choice": fields[name]} if name in fields else UNCHANGED


def _multiple(name: str, _content: Mapping[str, Any], fields: Fields) -> Any:
    return {"choices": fields.getlist(name)}


def _truth(name: str, _content: Mapping[str, Any], fields: Fields) -> Any:
    if name not in fields:
        return UNCHANGED
    return {"value": {"true": True, "false": False}.get(fields[name])}


def _matching(name: str, content: Mapping[str, Any], fields: Fields) -> Any:
    keys = [left["key"] for left in content["lefts"] if f"{name}-{left['key']}" in fields]
    return {"pairs": {key: fields[f"{name}-{key}"] for key in keys}} if keys else UNCHANGED


def _ordering(name: str, content: Mapping[str, Any], fields: Fields) -> Any:
    keys = [step["key"] for step in content["steps"]]
    if not any(f"{name}-{key}" in fields for key in keys):
        return UNCHANGED
    places = {key: fields.get(f"{name}-{key}", "") for key in keys}
    if not any(places.values()):
        return {"order": []}
    if sorted(places.values()) != sorted(str(n) for n in range(1, len(keys) + 1)):
        raise UnreadablePlaces
    return {"order": sorted(keys, key=lambda key: int(places[key]))}


def _text(name: str, _content: Mapping[str, Any], fields: Fields) -> Any:
    return {"text": fields[name]} if name in fields else UNCHANGED


def _gaps(name: str, content: Mapping[str, Any], fields: Fields) -> Any:
    keys = [gap["key"] for gap in content["gaps"] if f"{name}-{gap['key']}" in fields]
    return {"gaps": {key: fields[f"{name}-{key}"] for key in keys}} if keys else UNCHANGED


def _dialogue(name: str, _content: Mapping[str, Any], fields: Fields) -> Any:
    """Return the path that the form was made for with the reply that was chosen now."""
    if name not in fields:
        return UNCHANGED
    said = [key for key in fields.get(f"{name}-path", "").split(" ") if key]
    return {"path": [*said, fields[name]]}


def _hotspot(name: str, content: Mapping[str, Any], fields: Fields) -> Any:
    """Return the places that were typed or clicked, or the descriptions that were chosen.

    A click on the picture itself (an image button sends where it was hit, in the pixels of
    ``IMAGE_WIDTH``) adds a place to those that the fields hold.
    """
    described = fields.getlist(f"{name}-area")
    rows = [(f"{name}-{n}-x", f"{name}-{n}-y") for n in range(1, content["marks"] + 1)]
    if not described and not any(field in fields for row in rows for field in row):
        return UNCHANGED
    typed = [[fields.get(field, "").strip() for field in row] for row in rows]
    points = [[_per_mille(text) for text in pair] for pair in typed if any(pair)]
    clicked = _clicked(name, fields)
    if clicked is not None and len(points) >= content["marks"]:
        raise AllMarked
    points += [] if clicked is None else [clicked]
    if described and points:
        raise TwoWays
    return {"areas": described} if described else {"points": points}


def _per_mille(text: str) -> int:
    number = read_number(text)
    if number is None or not 0 <= number <= PERCENT:
        raise UnreadablePlace
    return round(number * 10)


def _clicked(name: str, fields: Fields) -> list[int] | None:
    sent = [fields.get(f"{name}-at.{part}", "") for part in "xy"]
    if not all(text.isascii() and text.isdigit() and len(text) < 6 for text in sent):
        return None
    height = fields.get(f"{name}-height", "")
    if not (height.isascii() and height.isdigit() and 0 < int(height[:6]) < 10_000):
        return None
    across, down = (int(text) for text in sent)
    if not across and not down:
        return None  # return in a field: browsers send the form's first button so
    place = across * 1000 // IMAGE_WIDTH, down * 1000 // int(height)
    return [min(number, 1000) for number in place]


def _files(name: str, _content: Mapping[str, Any], fields: Fields) -> Any:
    """Return the files that stay; the form's own files were added to ``fields`` before."""
    if not any(f"{name}-{part}" in fields for part in ("file", "remove")):
        return UNCHANGED
    return {"files": kept_files(name, fields)}


_READERS: dict[ItemKind, Callable[[str, Mapping[str, Any], Fields], Any]] = {
    ItemKind.SINGLE_CHOICE: _single,
    ItemKind.MULTIPLE_CHOICE: _multiple,
    ItemKind.TRUE_FALSE: _truth,
    ItemKind.MATCHING: _matching,
    ItemKind.ORDERING: _ordering,
    ItemKind.NUMERIC: _text,
    ItemKind.SHORT_TEXT: _text,
    ItemKind.GAP_TEXT: _gaps,
    ItemKind.HOTSPOT: _hotspot,
    ItemKind.DIALOGUE: _dialogue,
    ItemKind.ESSAY: _text,
    ItemKind.FILE: _files,
}


def save_form(
    *, attempt: Attempt, fields: Fields, seen: int, received_at: datetime, settings: Settings
) -> FormReading:
    """Save what the form changes, under a lease of its own; ``attempt`` is locked by the caller.

    Answers that can be taken are saved even if others have faults. Raises AttemptClosed or TooLate
    and writes nothing when the attempt is over.
    """
    if attempt.submitted_at is not None:
        raise AttemptClosed
    if queries.is_over(attempt, received_at, settings.exam_grace_seconds):
        raise TooLate
    log = queries.events(attempt.id)
    before = fold(event for event in log if event.number <= seen)
    reading = read_form(queries.paper(attempt), fields, before)
    if reading.answers or reading.flags:
        writer = take_over(attempt=attempt, now=received_at)
        events = _events(reading, writer)
        save_events(attempt=attempt, events=events, received_at=received_at, settings=settings)
    return reading


def _events(reading: FormReading, writer: int) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = [
        {
            "kind": EventKind.ANSWER.value,
            "position": position,
            "response": response,
            "certainty": reading.certainty.get(position),
        }
        for position, response in reading.answers.items()
    ]
    parts += [
        {"kind": EventKind.FLAG.value, "position": position, "flagged": flagged}
        for position, flagged in reading.flags.items()
    ]
    return [
        {"event_id": str(uuid4()), "writer": writer, "sequence": sequence, **part}
        for sequence, part in enumerate(parts, start=1)
    ]
