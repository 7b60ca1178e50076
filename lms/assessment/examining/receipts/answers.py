"""A response in words, as a reader of a paper document understands it."""

import json
from collections.abc import Mapping
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from lms.assessment.models import ItemKind
from lms.assessment.responses import Response
from lms.catalog.rendering import render_inline
from lms.web.i18n import localised


def answer_in_words(
    kind: ItemKind, content: Mapping[str, Any], response: Response | None, language: str
) -> str:
    """Return what was answered to an item of ``kind``, in the language it was asked in."""
    if response is None:
        return ""
    match kind:
        case ItemKind.SINGLE_CHOICE:
            return _texts(content["options"], language)[response["choice"]]
        case ItemKind.MULTIPLE_CHOICE:
            options = _texts(content["options"], language)
            return "; ".join(options[key] for key in response["choices"])
        case ItemKind.TRUE_FALSE:
            with force_locale(language):
                return str(_("True") if response["value"] else _("False"))
        case ItemKind.MATCHING:
            lefts = _texts(content["lefts"], language)
            rights = _texts(content["rights"], language)
            pairs = response["pairs"].items()
            return "; ".join(f"{lefts[left]} — {rights[right]}" for left, right in pairs)
        case ItemKind.ORDERING:
            steps = _texts(content["steps"], language)
            return "; ".join(f"{n}. {steps[key]}" for n, key in enumerate(response["order"], 1))
        case ItemKind.NUMERIC | ItemKind.SHORT_TEXT:
            unit = localised(content.get("unit"), language)
            return f"{response['text']} {unit}".strip()
        case _:  # pragma: no cover - a kind without words of its own is shown as it was sent
            return json.dumps(response, ensure_ascii=False)


def _texts(entries: list[dict[str, Any]], language: str) -> dict[str, str]:
    return {
        entry["key"]: render_inline(
            localised(entry["text"], language), language=language
        ).striptags()
        for entry in entries
    }
