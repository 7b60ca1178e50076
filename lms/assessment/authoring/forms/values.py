"""What an item's form shows at first: of a stored item, or of a new one."""

from collections.abc import Collection
from itertools import count
from typing import Any

from werkzeug.datastructures import ImmutableMultiDict, MultiDict

from lms.assessment.authoring.forms.fields import level_lines
from lms.assessment.authoring.forms.kind_forms import OF_TURN
from lms.assessment.authoring.forms.rows import FIRST_KEYS
from lms.assessment.kinds.values import AuthoredItem, Criterion, FileRules, Wordings
from lms.assessment.models import ItemKind
from lms.assessment.source.checks import shown_numbers

BLANK_ROWS = {
    ItemKind.SINGLE_CHOICE: {"options": 4},
    ItemKind.MULTIPLE_CHOICE: {"options": 4},
    ItemKind.MATCHING: {"pairs": 3},
    ItemKind.ORDERING: {"steps": 4},
    ItemKind.GAP_TEXT: {"gaps": 1},
    ItemKind.HOTSPOT: {"areas": 2},
    ItemKind.ESSAY: {"rubric": 1},
    ItemKind.FILE: {"rubric": 1},
    ItemKind.DIALOGUE: {"turns": 3, "replies": 2},
}


def values_of(item: AuthoredItem) -> dict[str, Any]:
    """Return the form's values for ``item``."""
    values: dict[str, Any] = {
        "key": item.key,
        "topic": item.topic,
        "level": str(item.level),
        "points": item.points,
        "sources": list(item.sources),
        "facts": list(item.facts),
        "enemies": item.enemies,
        "prompt": item.prompt,
        "explanation": item.explanation,
    }
    match item.kind:
        case ItemKind.SINGLE_CHOICE | ItemKind.MULTIPLE_CHOICE:
            values["options"] = [
                {"key": o.key, "text": o.text, "explanation": o.explanation} for o in item.options
            ]
            values["correct"] = [o.key for o in item.options if o.correct]
            values["scoring"] = item.scoring.value
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
            values["accepted"] = _lines(item.accepted)
        case _:
            values |= _longer(item)
    return values


def _longer(item: AuthoredItem) -> dict[str, Any]:
    values: dict[str, Any] = {}
    match item.kind:
        case ItemKind.GAP_TEXT:
            values["text"] = item.text
            values["gaps"] = [
                {"key": g.key, "accepted": _lines(g.accepted), "distractors": _lines(g.distractors)}
                for g in item.gaps
            ]
        case ItemKind.ESSAY:
            values["fewest"], values["most"] = item.words or (None, None)
            values |= _judged(item)
        case ItemKind.FILE:
            rules = item.files or FileRules()
            values["most_files"], values["megabytes"] = rules.most, rules.megabytes
            values["types"] = [kind.value for kind in rules.types]
            values |= _judged(item)
        case ItemKind.HOTSPOT:
            values |= _picture(item)
        case ItemKind.DIALOGUE:
            values |= _dialogue(item)
    return values


def _lines(wordings: Wordings) -> dict[str, str]:
    return {code: "\n".join(texts) for code, texts in wordings.items()}


def _judged(item: AuthoredItem) -> dict[str, Any]:
    return {
        "examiners": str(item.examiners),
        "rubric": [
            {"key": c.key, "text": c.text, "points": c.points, "levels": _levels(c)}
            for c in item.rubric
        ],
    }


def _levels(criterion: Criterion) -> dict[str, str]:
    return {
        code: level_lines([level.get(code, "") for level in criterion.levels])
        for code in criterion.text
        if criterion.levels
    }


def _picture(item: AuthoredItem) -> dict[str, Any]:
    return {
        "figure": item.figure,
        "alt": item.alt,
        "marks": item.marks,
        "correct": [area.key for area in item.areas if area.correct],
        "areas": [
            {
                "key": area.key,
                "shape": area.shape.value,
                "at": shown_numbers(area.numbers),
                "label": area.label,
                "explanation": area.explanation,
            }
            for area in item.areas
        ],
    }


def _dialogue(item: AuthoredItem) -> dict[str, Any]:
    return {
        "turns": [
            {"key": t.key, "says": t.says, "score": t.score, "debriefing": t.debriefing}
            for t in item.turns
        ],
        "replies": [
            {
                "key": f"{turn.key}{OF_TURN}{reply.key}",
                "at": turn.key,
                "text": reply.text,
                "to": reply.leads_to,
                "mood": str(reply.mood),
                "seconds": reply.seconds,
                "explanation": reply.explanation,
            }
            for turn in item.turns
            for reply in turn.replies
        ],
    }


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
