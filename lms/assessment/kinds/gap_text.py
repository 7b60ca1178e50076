"""A text with gaps to fill: typed or chosen from a list. Earns the share of right gaps.

A wording such as ``15 ± 1`` takes each number that is no further off, however it is written.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from lms.assessment.kinds.base import (
    Answer,
    Content,
    Explanations,
    Kind,
    Response,
    Split,
    by_author,
    entries_of,
    folded_text,
    is_accepted,
    keys_of,
    neutral,
    read_number,
)
from lms.assessment.kinds.values import AuthoredItem, Gap, Texts, Wordings
from lms.core.errors import Invalid

GAP = re.compile(r"\[\[([a-z0-9][a-z0-9-]{0,59})\]\]")
RIGHT = "right"
WITHIN = re.compile(r"([^±]{1,60})±([^±]{1,60})")


def gap_keys(text: str) -> list[str]:
    """Return the keys of the gaps that stand in ``text``, in their order."""
    return GAP.findall(text)


def numbered(content: Mapping[str, Any], text: str) -> list[tuple[int, Mapping[str, Any]]]:
    """Return the delivered gaps with their numbers from 1, as they stand in ``text``."""
    gaps = {gap["key"]: gap for gap in content["gaps"]}
    return [(n, gaps[key]) for n, key in enumerate(gap_keys(text), start=1) if key in gaps]


def within(wording: str, language: str = "ru") -> tuple[Decimal, Decimal] | None:
    """Return number and tolerance of a wording such as ``15 ± 1``; None for any other.

    ``language``: the wording's own, which tells what a comma means.
    """
    match = WITHIN.fullmatch(wording)
    if match is None:
        return None
    value, tolerance = read_number(match[1], language), read_number(match[2], language)
    return None if value is None or tolerance is None or tolerance < 0 else (value, tolerance)


def number_within(value: Decimal, tolerance: Decimal) -> str:
    """Return the wording that takes the numbers around ``value``."""
    return f"{value:f} ± {tolerance:f}"


def shown_wording(wording: str) -> str:
    """Return a wording for readers: a tolerance of nothing isn't told."""
    number = within(wording)
    return wording if number is None or number[1] else typed_best(wording)


def typed_best(wording: str) -> str:
    """Return what is typed where ``wording`` is right: a number without its tolerance."""
    return wording.partition("±")[0].strip() if within(wording) else wording


def _side_by_side(gap: Gap) -> dict[str, Texts]:
    """Return the choices of a drop-down by the author's keys: ``right``, ``d1``, ``d2`` …"""
    choices: dict[str, Texts] = {RIGHT: {c: t[0] for c, t in gap.accepted.items() if t}}
    for code, texts in gap.distractors.items():
        for number, text in enumerate(texts, start=1):
            choices.setdefault(f"d{number}", {})[code] = text
    return choices


def _split(item: AuthoredItem) -> Split:
    shown: list[dict[str, Any]] = []
    answers: dict[str, Any] = {}
    for gap in item.gaps:
        if not gap.is_choice:
            shown.append({"key": gap.key})
            answers[gap.key] = {"accepted": {c: list(t) for c, t in gap.accepted.items()}}
            continue
        choices = _side_by_side(gap)
        names = neutral(list(choices.items()), "c")
        shown.append({"key": gap.key, "choices": entries_of(names, choices)})
        answers[gap.key] = {"choice": by_author(names)[RIGHT], "names": names}
    return Split({"text": item.text, "gaps": shown}, {"gaps": answers}, {})


def _join(content: Content, answer: Answer, _notes: Explanations) -> dict[str, Any]:
    gaps = tuple(_gap(shown, answer["gaps"][shown["key"]]) for shown in content["gaps"])
    return {"text": content["text"], "gaps": gaps}


def _gap(shown: Mapping[str, Any], answer: Answer) -> Gap:
    if "accepted" in answer:
        return Gap(shown["key"], {c: tuple(t) for c, t in answer["accepted"].items()})
    names = answer["names"]
    texts = {names[choice["key"]]: choice["text"] for choice in shown["choices"]}
    accepted: Wordings = {code: (text,) for code, text in texts.pop(RIGHT).items()}
    distractors: Wordings = {}
    for key in sorted(texts, key=lambda key: int(key[1:])):
        for code, text in texts[key].items():
            distractors[code] = (*distractors.get(code, ()), text)
    return Gap(shown["key"], accepted, distractors)


def _texts(item: AuthoredItem) -> Iterator[Texts]:
    yield item.text
    for gap in item.gaps:
        yield {code: texts[0] for code, texts in gap.accepted.items() if texts}
        if gap.is_choice:
            yield from (text for key, text in _side_by_side(gap).items() if key != RIGHT)


def _normalise(raw: Mapping[str, Any], content: Content) -> Response | None:
    given = raw.get("gaps")
    gaps = {gap["key"]: gap for gap in content["gaps"]}
    if not isinstance(given, dict) or not all(key in gaps for key in given):
        raise Invalid
    filled = {}
    for key, gap in gaps.items():
        text = folded_text(given.get(key) or "")
        if text and "choices" in gap and text not in keys_of(gap["choices"]):
            raise Invalid
        if text:
            filled[key] = text
    return {"gaps": filled} if filled else None


def _credit(answer: Answer, response: Response, language: str) -> Fraction:
    gaps = answer["gaps"]
    given = response["gaps"]
    right = sum(is_right(gap, given.get(key, ""), language) for key, gap in gaps.items())
    return Fraction(right, len(gaps))


def is_right(gap: Answer, given: str, language: str) -> bool:
    """Tell whether ``given`` is right in the gap whose part of the scoring key is ``gap``."""
    if "choice" in gap:
        return bool(given == gap["choice"])
    return bool(given) and (
        is_accepted(given, gap["accepted"]) or _is_near(given, gap["accepted"], language)
    )


def _is_near(given: str, accepted: Mapping[str, Iterable[str]], language: str) -> bool:
    number = read_number(given, language)
    if number is None:
        return False
    ranges = (within(wording, code) for code, texts in accepted.items() for wording in texts)
    return any(abs(Fraction(number) - Fraction(r[0])) <= Fraction(r[1]) for r in ranges if r)


def _best(answer: Answer) -> Response:
    return {
        "gaps": {
            key: gap["choice"]
            if "choice" in gap
            else typed_best(next(iter(gap["accepted"].values()))[0])
            for key, gap in answer["gaps"].items()
        }
    }


GAP_TEXT = Kind(_split, _join, _texts, _normalise, _credit, _best)
