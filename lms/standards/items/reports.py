"""Imports and exports told to machines, as values for JSON, and to people, line by line."""

from collections.abc import Iterator
from typing import Any

from lms.core.errors import Refusal
from lms.standards.items.banks.importing import Outcome, Plan, Planned
from lms.standards.items.errors import Unreadable
from lms.standards.items.model import Note, Place, Rejected, Written

WORDS = {
    Outcome.CREATED: "new",
    Outcome.CHANGED: "changed",
    Outcome.UNCHANGED: "unchanged",
}


def import_report(plan: Plan, *, file: str, dry_run: bool, written: bool) -> dict[str, Any]:
    """Return all that an import found and did; ``written`` tells whether it changed the bank."""
    return {
        "file": file,
        "bank": plan.course.slug,
        "format": plan.form.value,
        "dry_run": dry_run,
        "written": written,
        "whole": plan.is_whole,
        "counts": {
            "understood": len(plan.items),
            "not_understood": len(plan.rejected),
            **{outcome.value: plan.count(outcome) for outcome in Outcome},
        },
        "understood": [_understood(planned) for planned in plan.items],
        "not_understood": [
            {"place": _place(rejected.place), "reason": str(rejected.reason)}
            for rejected in plan.rejected
        ],
        "notes": [_note(note) for note in plan.notes],
        "new_pictures": list(plan.pictures),
        "new_topics": [{"key": key, "title": title} for key, title in plan.added.items()],
    }


def refusal_report(refusal: Refusal, *, file: str, bank: str) -> dict[str, Any]:
    """Return why a file was refused as a whole."""
    place = Place()
    if isinstance(refusal, Unreadable):
        place = Place(line=refusal.line, file=refusal.file)
    return {
        "file": file,
        "bank": bank,
        "written": False,
        "refused": {
            "reason": str(refusal.message),
            "place": _place(place),
        },
    }


def _understood(planned: Planned) -> dict[str, Any]:
    item = planned.item
    return {
        "key": item.key,
        "kind": item.kind.value,
        "topic": item.topic,
        "level": item.level,
        "points": item.points,
        "prompt": item.prompt,
        "outcome": planned.outcome.value,
        "place": _place(planned.found.place),
        "notes": [_note(note) for note in planned.found.notes],
    }


def _place(place: Place) -> dict[str, Any]:
    return {
        "file": place.file or None,
        "line": place.line or None,
        "column": place.column or None,
        "title": place.title or None,
    }


def _note(note: Note) -> dict[str, Any]:
    return {
        "weight": note.weight.value,
        "message": str(note.message),
        "place": _place(note.place),
    }


def import_lines(plan: Plan) -> Iterator[str]:
    """Yield the report on an import for people: what is not understood comes first."""
    for rejected in plan.rejected:
        yield f"not understood: {_at(rejected)}{rejected.reason}"
    for note in plan.notes:
        yield f"{note.weight.value}: {_at(note)}{note.message}"


def _at(told: Rejected | Note) -> str:
    place = str(told.place)
    return f"{place}: " if place else ""


def export_lines(written: Written) -> Iterator[str]:
    """Yield what an exported file doesn't hold."""
    for loss in written.losses:
        words = "not written" if loss.whole else "not held"
        yield f"{loss.item_key}: {words}: {loss.message}"
