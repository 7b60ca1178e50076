"""What an item's form shows at first: of a stored item, or of a new one."""

from collections.abc import Collection
from itertools import count
from typing import Any

from werkzeug.datastructures import ImmutableMultiDict, MultiDict

from lms.assessment.authored import AuthoredItem
from lms.assessment.authoring.rows import FIRST_KEYS
from lms.assessment.models import ItemKind

BLANK_ROWS = {
    ItemKind.SINGLE_CHOICE: {"options": 4},
    ItemKind.MULTIPLE_CHOICE: {"options": 4},
    ItemKind.MATCHING: {"pairs": 3},
    ItemKind.ORDERING: {"steps": 4},
}


def values_of(item: AuthoredItem) -> dict[str, Any]:
    """Return the form's values for ``item``."""
    values: dict[str, Any] = {
        "key": item.key,
        "topic": item.topic,
        "level": str(item.level),
        "points": item.points,
        "sources": list(item.sources),
        "prompt": item.prompt,
        "explanation": item.explanation,
    }
    match item.kind:
        case ItemKind.SINGLE_CHOICE | ItemKind.MULTIPLE_CHOICE:
            values["options"] = [
                {"key": o.key, "text": o.text, "explanation": o.explanation} for o in item.options
            ]
            values["correct"] = [o.key for o in item.options if o.correct]
        case ItemKind.TRUE_FALSE:
            values["truth"] = "true" if item.truth else "false"
        case ItemKind.MATCHING:
            values["pairs"] = [{"key": p.key, "left": p.left, "right": p.right} for p in item.pairs]
            values["distractors"] = [{"key": e.key, "text": e.text} for e in item.distractors]
        case ItemKind.ORDERING:
            values["steps"] = [{"key": e.key, "text": e.text} for e in item.steps]
        case ItemKind.NUMERIC:
            values["value"] = str(item.value)
            values["tolerance"] = str(item.tolerance)
            values["unit"] = item.unit or {}
        case ItemKind.SHORT_TEXT:
            values["accepted"] = {code: "\n".join(texts) for code, texts in item.accepted.items()}
    return values


def blank_values(kind: ItemKind) -> dict[str, Any]:
    """Return the form's values for a new item: empty rows to fill in."""
    return {
        rows: [{"key": key} for key in FIRST_KEYS[rows][:count]]
        for rows, count in BLANK_ROWS.get(kind, {}).items()
    }


def posted_again(
    fields: MultiDict[str, str] | ImmutableMultiDict[str, str], **changed: str
) -> list[tuple[str, str]]:
    """Return the posted fields for hidden inputs, but for the token and commands."""
    left_out = {"csrf_token", "rows", "action", *changed}
    kept = [(n, v) for n, v in fields.items(multi=True) if n not in left_out]
    return [*kept, *changed.items()]


def new_key(topic: str, taken: Collection[str]) -> str:
    """Return a key for a new item of ``topic`` that no other item of the bank has."""
    stem = topic[:50].rstrip("-")
    return next(key for n in count(1) if (key := f"{stem}-{n}") not in taken)
