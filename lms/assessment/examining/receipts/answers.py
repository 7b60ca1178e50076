"""A response in words, as a reader of a paper document understands it."""

from collections.abc import Iterator, Mapping
from typing import Any

from babel.numbers import format_percent
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _

from lms.assessment.kinds.base import Response
from lms.assessment.kinds.dialogue import steps
from lms.assessment.kinds.gap_text import numbered
from lms.assessment.models import ItemKind
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
            return _truth(language, value=response["value"])
        case ItemKind.MATCHING:
            lefts = _texts(content["lefts"], language)
            rights = _texts(content["rights"], language)
            pairs = response["pairs"].items()
            return "; ".join(f"{lefts[left]} — {rights[right]}" for left, right in pairs)
        case ItemKind.ORDERING:
            texts = _texts(content["steps"], language)
            return "; ".join(f"{n}. {texts[key]}" for n, key in enumerate(response["order"], 1))
        case ItemKind.NUMERIC | ItemKind.SHORT_TEXT:
            unit = localised(content.get("unit"), language)
            return f"{response['text']} {unit}".strip()
        case _:
            return _at_length(kind, content, response, language)


def _at_length(
    kind: ItemKind, content: Mapping[str, Any], response: Response, language: str
) -> str:
    match kind:
        case ItemKind.GAP_TEXT:
            return "; ".join(_gaps(content, response["gaps"], language))
        case ItemKind.HOTSPOT:
            return "; ".join(_places(content, response, language))
        case ItemKind.FILE:
            return "; ".join(f"{f['name']} (SHA-256 {f['sha256']})" for f in response["files"])
        case ItemKind.DIALOGUE:
            said = steps(dict(content), response["path"])  # perhaps the same reply again
            return " → ".join(_text(reply["text"], language) for _turn, reply in said)
        case _:
            return str(response["text"])


def _gaps(content: Mapping[str, Any], given: Mapping[str, str], language: str) -> Iterator[str]:
    """Yield what stands in each gap, by its place in the text."""
    for number, gap in numbered(content, localised(content["text"], language)):
        if gap["key"] in given:
            text = given[gap["key"]]
            words = {c["key"]: localised(c["text"], language) for c in gap.get("choices", [])}
            yield f"{number}. {words.get(text, text)}"


def _places(content: Mapping[str, Any], given: Response, language: str) -> Iterator[str]:
    """Yield each place that was marked on a picture, or chosen by its description."""
    if "areas" in given:
        texts = _texts(content["described"], language)
        yield from (texts[key] for key in given["areas"])
        return
    with force_locale(language):
        for x, y in given["points"]:
            across, down = percent(x), percent(y)
            yield str(_("%(x)s from the left, %(y)s from the top", x=across, y=down))


def percent(per_mille: int) -> str:
    """Return a share of a picture's side as its reader sees it."""
    return format_percent(per_mille / 1000, format="#,##0.#%", locale=get_locale())


def _truth(language: str, *, value: bool) -> str:
    with force_locale(language):
        return str(_("True") if value else _("False"))


def _texts(entries: list[dict[str, Any]], language: str) -> dict[str, str]:
    return {entry["key"]: _text(entry["text"], language) for entry in entries}


def _text(text: dict[str, str], language: str) -> str:
    return render_inline(localised(text, language), language=language).striptags()
