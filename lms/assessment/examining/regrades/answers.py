"""Scoring keys as responses: an examiner gives the right answer the way a candidate would."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from lms.assessment.examining.models import CorrectionKind
from lms.assessment.examining.receipts.answers import answer_in_words
from lms.assessment.examining.regrades.parts import IN_PARTS, parts_in_words
from lms.assessment.kinds.base import Response, is_accepted, read_number, typed_number
from lms.assessment.kinds.gap_text import numbered, typed_best
from lms.assessment.models import ItemKind, ItemVersion
from lms.core.errors import Invalid
from lms.web.i18n import localised

Answer = dict[str, Any]

CORRECTABLE = frozenset(
    {
        ItemKind.SINGLE_CHOICE,
        ItemKind.MULTIPLE_CHOICE,
        ItemKind.TRUE_FALSE,
        ItemKind.MATCHING,
        ItemKind.ORDERING,
        ItemKind.NUMERIC,
        ItemKind.SHORT_TEXT,
        ItemKind.GAP_TEXT,
    }
)


def response_of(kind: ItemKind, answer: Answer, language: str) -> Response:
    """Return what a candidate who knows ``answer`` would respond in ``language``."""
    match kind:
        case ItemKind.SINGLE_CHOICE:
            return {"choice": answer["correct"][0]}
        case ItemKind.MULTIPLE_CHOICE:
            return {"choices": list(answer["correct"])}
        case ItemKind.TRUE_FALSE:
            return {"value": answer["value"]}
        case ItemKind.MATCHING:
            return {"pairs": dict(answer["pairs"])}
        case ItemKind.ORDERING:
            return {"order": list(answer["order"])}
        case ItemKind.NUMERIC:
            return {"text": typed_number(answer["value"], language)}
        case ItemKind.SHORT_TEXT:
            return {"text": _first(answer["accepted"], language)}
        case ItemKind.GAP_TEXT:
            return {
                "gaps": {
                    key: gap["choice"]
                    if "choice" in gap
                    else typed_best(_first(gap["accepted"], language))
                    for key, gap in answer["gaps"].items()
                }
            }
        case _:  # pragma: no cover - see CORRECTABLE
            raise Invalid


def _first(accepted: dict[str, list[str]], language: str) -> str:
    texts = accepted.get(language) or next(texts for texts in accepted.values() if texts)
    return texts[0]


def corrected(
    version: ItemVersion,
    kind: CorrectionKind,
    old: list[Answer],
    response: Response | None,
    *,
    language: str,
) -> list[Answer]:
    """Return the answers that earn all points after the correction.

    Raises Invalid for a response that is no whole answer.
    """
    if kind in (CorrectionKind.FULL_POINTS, CorrectionKind.NOT_COUNTED):
        return old
    if response is None or version.kind not in CORRECTABLE:
        raise Invalid
    if kind is CorrectionKind.NEW_KEY:
        return [_replaced(version, old[0], response, language)]
    return _widened(version, old, response, language)


def _replaced(version: ItemVersion, old: Answer, response: Response, language: str) -> Answer:
    match version.kind:
        case ItemKind.SINGLE_CHOICE:
            return {"correct": [response["choice"]]}
        case ItemKind.MULTIPLE_CHOICE:
            return {**old, "correct": response["choices"]}  # the rule stays
        case ItemKind.TRUE_FALSE:
            return {"value": response["value"]}
        case ItemKind.MATCHING:
            return _pairs(version, old, response)
        case ItemKind.ORDERING:
            return {**old, "order": response["order"]}
        case ItemKind.NUMERIC:
            return {**old, "value": str(_number(response, language))}
        case ItemKind.SHORT_TEXT:
            return {"accepted": {code: [response["text"]] for code in old["accepted"]}}
        case ItemKind.GAP_TEXT:
            return _gaps(old, response, keeps=False)
        case _:  # pragma: no cover - see CORRECTABLE
            raise Invalid


def _gaps(old: Answer, response: Response, *, keeps: bool) -> Answer:
    """Return the gaps with what was given for each.

    A gap that was filled rightly stays as it is; ``keeps``: the others' wordings stay right too.
    """
    given = response["gaps"]
    if set(given) != set(old["gaps"]):
        raise Invalid
    return {
        "gaps": {
            key: {**gap, "choice": given[key]}
            if "choice" in gap
            else {"accepted": _typed(gap["accepted"], given[key], keeps=keeps)}
            for key, gap in old["gaps"].items()
        }
    }


def _typed(accepted: dict[str, list[str]], text: str, *, keeps: bool) -> dict[str, list[str]]:
    if is_accepted(text, accepted) or text in map(typed_best, _all(accepted)):
        return accepted
    return {code: [*(texts if keeps else ()), text] for code, texts in accepted.items()}


def _widened(
    version: ItemVersion, old: list[Answer], response: Response, language: str
) -> list[Answer]:
    """Return the answers with one more; where the key itself can hold it, there."""
    first = old[0]
    if version.kind is ItemKind.SINGLE_CHOICE:
        return [{"correct": [*first["correct"], response["choice"]]}]
    if version.kind is ItemKind.SHORT_TEXT:
        accepted = {code: [*texts, response["text"]] for code, texts in first["accepted"].items()}
        return [{"accepted": accepted}]
    if version.kind is ItemKind.GAP_TEXT:
        return _widened_gaps(old, response)
    return [*old, _replaced(version, first, response, language)]


def _all(accepted: dict[str, list[str]]) -> Iterator[str]:
    return (text for texts in accepted.values() for text in texts)


def _widened_gaps(old: list[Answer], response: Response) -> list[Answer]:
    """Return the key with one more wording in its gaps; another choice makes a further answer."""
    wider = _gaps(old[0], response, keeps=True)
    chosen = [[gap.get("choice") for gap in one["gaps"].values()] for one in (wider, old[0])]
    return [wider, *old[1:]] if chosen[0] == chosen[1] else [*old, wider]


def _pairs(version: ItemVersion, old: Answer, response: Response) -> Answer:
    if len(response["pairs"]) != len(version.content["lefts"]):
        raise Invalid
    rights = [right["key"] for right in version.content["rights"]]
    unused = [key for key in rights if key not in response["pairs"].values()]
    return {**old, "pairs": response["pairs"], "distractors": unused}


def _number(response: Response, language: str) -> Decimal:
    number = read_number(response["text"], language)
    if number is None:
        raise Invalid
    return number


def in_words(version: ItemVersion, answers: list[Answer], language: str) -> list[str]:
    """Return each answer that earns all points, in words."""
    if version.kind in IN_PARTS:
        return [line for answer in answers for line in parts_in_words(version, answer)]
    words: list[str] = []
    for answer in answers:
        if version.kind is ItemKind.SHORT_TEXT:
            words += dict.fromkeys(text for texts in answer["accepted"].values() for text in texts)
            continue
        if version.kind is ItemKind.GAP_TEXT:
            words += _gap_words(version, answer, language)
            continue
        if version.kind is ItemKind.SINGLE_CHOICE:
            responses = [{"choice": key} for key in answer["correct"]]
        else:
            responses = [response_of(version.kind, answer, language)]
        words += [answer_in_words(version.kind, version.content, r, language) for r in responses]
    return words


def _gap_words(version: ItemVersion, answer: Answer, language: str) -> list[str]:
    """Return what is right in each gap, one line each, all wordings side by side."""
    lines = []
    for number, shown in numbered(version.content, localised(version.content["text"], language)):
        gap = answer["gaps"][shown["key"]]
        if "choice" in gap:
            chosen = next(c["text"] for c in shown["choices"] if c["key"] == gap["choice"])
            texts = [localised(chosen, language)]
        else:
            texts = list(dict.fromkeys(_all(gap["accepted"])))
        lines.append(f"{number}: {' / '.join(texts)}")
    return lines
