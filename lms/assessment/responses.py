"""A candidate's response to one item: checked against what was asked, brought into one form.

Forms by kind: ``{"choice": key}``, ``{"choices": [keys]}``, ``{"value": true}``, ``{"pairs":
{left: right}}``, ``{"order": [keys]}``, ``{"text": "…"}`` for numeric and short text. None is 'no
answer': an emptied field, nothing chosen.
"""

import re
from decimal import Decimal
from typing import Any

from lms.assessment.models import ItemKind
from lms.core.errors import Invalid

TEXT_LIMIT = 500  # characters of a typed answer
NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")  # 1,920 and 1,920.5 in English
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # no database keeps these
_MINUS = str.maketrans({"−": "-", "–": "-"})

Response = dict[str, Any]


def normalise(kind: ItemKind, content: dict[str, Any], raw: Any) -> Response | None:
    """Return ``raw`` in the form of ``kind``; None for no answer.

    Raises Invalid for anything that doesn't fit the item: foreign keys, wrong types, over-long
    texts. Nothing of ``raw`` beyond the known fields survives.
    """
    if raw is None or raw == {}:
        return None
    if not isinstance(raw, dict):
        raise Invalid
    match kind:
        case ItemKind.SINGLE_CHOICE:
            return _one(raw.get("choice"), _keys(content["options"]))
        case ItemKind.MULTIPLE_CHOICE:
            return _several(raw.get("choices"), _keys(content["options"]))
        case ItemKind.TRUE_FALSE:
            if raw.get("value") not in (True, False) or not isinstance(raw["value"], bool):
                raise Invalid
            return {"value": raw["value"]}
        case ItemKind.MATCHING:
            return _pairs(raw.get("pairs"), content)
        case ItemKind.ORDERING:
            return _order(raw.get("order"), _keys(content["steps"]))
        case ItemKind.NUMERIC | ItemKind.SHORT_TEXT:
            return _text(raw.get("text"))


def _keys(entries: list[dict[str, Any]]) -> list[str]:
    return [entry["key"] for entry in entries]


def _one(choice: Any, keys: list[str]) -> Response | None:
    if choice in (None, ""):
        return None
    if not isinstance(choice, str) or choice not in keys:
        raise Invalid
    return {"choice": choice}


def _several(choices: Any, keys: list[str]) -> Response | None:
    if not isinstance(choices, list) or not all(isinstance(c, str) and c in keys for c in choices):
        raise Invalid
    chosen = [key for key in keys if key in choices]
    return {"choices": chosen} if chosen else None


def _pairs(pairs: Any, content: dict[str, Any]) -> Response | None:
    lefts, rights = _keys(content["lefts"]), _keys(content["rights"])
    if not isinstance(pairs, dict) or not all(left in lefts for left in pairs):
        raise Invalid
    filled = {left: pairs[left] for left in lefts if pairs.get(left)}
    if not all(isinstance(right, str) and right in rights for right in filled.values()):
        raise Invalid
    return {"pairs": filled} if filled else None


def _order(order: Any, keys: list[str]) -> Response | None:
    if not isinstance(order, list) or not all(isinstance(key, str) for key in order):
        raise Invalid
    if not order:
        return None
    if sorted(order) != sorted(keys):
        raise Invalid
    return {"order": order}


def _text(text: Any) -> Response | None:
    if not isinstance(text, str) or len(text) > TEXT_LIMIT or UNSTORABLE.search(text):
        raise Invalid
    folded = " ".join(text.split())
    return {"text": folded} if folded else None


def read_number(text: str, language: str = "ru") -> Decimal | None:
    """Return the number a person typed; None when it is none.

    A comma or a point sets off decimals, spaces group thousands, a typographic minus counts. In
    English a comma groups thousands where it stands as one: 1,920 is a large number there and a
    small one in Russian.
    """
    plain = "".join(text.split()).translate(_MINUS)
    groups = language == "en" and GROUPED.fullmatch(plain)
    plain = plain.replace(",", "" if groups else ".")
    return Decimal(plain) if NUMBER.fullmatch(plain) else None
