"""What a kind has to offer, and what several kinds share."""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from lms.assessment.kinds.values import AuthoredItem, Entry, Texts
from lms.core.database import fold
from lms.core.errors import Invalid

TEXT_LIMIT = 500  # characters of a typed answer
NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)")
GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")  # 1,920 and 1,920.5 in English
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # no database keeps these
# Signs as keyboards and documents have them: minus, dashes, hyphens, and those of East Asian width.
_SIGNS = str.maketrans("−–—‐‑－＋，．", "------+,.")
# Keyboards, telephones and documents write the same quotation mark, apostrophe or dash unlike.
_ALIKE = str.maketrans("«»“”„‟‘’‚‛ʼ−–—‐‑", '""""""\'\'\'\'\'-----')
_EDGES = re.compile(r"^[\s.,;:!?«»\"'“”„‘’()]+|[\s.,;:!?«»\"'“”„‘’()]+$")

Content = dict[str, Any]  # what a candidate is shown
Answer = Mapping[str, Any]  # the scoring key
Explanations = dict[str, Any]
Response = dict[str, Any]


@dataclass(frozen=True)
class Split:
    """What a kind makes of an item besides its prompt and its general explanation."""

    content: Content
    answer: dict[str, Any]
    explanations: Explanations


@dataclass(frozen=True)
class Kind:
    """The meaning of one kind of item.

    ``split``: the item's own parts; ``join``: those parts as fields of an ``AuthoredItem``;
    ``texts``: the texts that each language must have; ``normalise``: a raw response in one form,
    None for no answer, Invalid for what doesn't fit; ``credit``: the share of the points that a
    response earns, None when a person has to judge it; ``best``: a response that earns all points.
    """

    split: Callable[[AuthoredItem], Split]
    join: Callable[[Content, Answer, Explanations], dict[str, Any]]
    texts: Callable[[AuthoredItem], Iterator[Texts]]
    normalise: Callable[[Mapping[str, Any], Content], Response | None]
    credit: Callable[[Answer, Response, str], Fraction | None]
    best: Callable[[Answer], Response]


def neutral(entries: Sequence[tuple[str, Texts]], prefix: str) -> dict[str, str]:
    """Return {neutral key: author's key}, numbered in an order that says nothing.

    It follows from the texts alone, which the candidate sees: the author's keys (p1, p2 …) must
    not take part, or the numbers could be tried out against every order.
    """

    def rank(entry: tuple[str, Texts]) -> str:
        text = json.dumps(entry[1], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    ordered = sorted(entries, key=rank)
    return {f"{prefix}{number}": key for number, (key, _) in enumerate(ordered, start=1)}


def entries_of(names: Mapping[str, str], texts: Mapping[str, Texts]) -> list[dict[str, Any]]:
    """Return the entries that ``names`` renames, as they are delivered."""
    return [{"key": key, "text": texts[author]} for key, author in names.items()]


def keys_of(entries: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the keys of delivered entries in their order."""
    return [entry["key"] for entry in entries]


def by_author(names: Mapping[str, str]) -> dict[str, str]:
    """Return {author's key: neutral key}."""
    return {author: key for key, author in names.items()}


def entry_texts(entries: Iterable[Entry]) -> Iterator[Texts]:
    """Yield the texts of ``entries``."""
    return (entry.text for entry in entries)


def folded_text(text: Any) -> str:
    """Return a typed line with its spaces folded. Raises Invalid for what can't be one."""
    if not isinstance(text, str) or len(text) > TEXT_LIMIT or UNSTORABLE.search(text):
        raise Invalid
    return " ".join(text.split())


def compared(text: str) -> str:
    """Return a short text as it is compared: case, ё, spaces and outer punctuation aside."""
    return _EDGES.sub("", fold(text) or "")


def is_accepted(text: str, accepted: Mapping[str, Iterable[str]]) -> bool:
    """Tell whether ``text`` is one of the accepted wordings of any language."""
    variants = (variant for variants in accepted.values() for variant in variants)
    return _typed(text) in {_typed(variant) for variant in variants}


def _typed(text: str) -> str:
    return compared(text.translate(_ALIKE))


def read_number(text: str, language: str = "ru") -> Decimal | None:
    """Return the number a person typed; None when it is none.

    A comma or a point sets off decimals, spaces group thousands, a typographic minus counts, as do
    digits of any script. In English a comma groups thousands where it stands as one: 1,920 is a
    large number there and a small one in Russian. The exam's page warns of what is none
    (``exam-answers.js``).
    """
    plain = "".join(text.split()).translate(_SIGNS)
    groups = language == "en" and GROUPED.fullmatch(plain)
    plain = plain.replace(",", "" if groups else ".")
    return Decimal(plain) if NUMBER.fullmatch(plain) else None


def typed_number(value: str, language: str = "ru") -> str:
    """Return the number of a key as a person types it: in Russian a comma sets off decimals."""
    return value.replace(".", ",") if language == "ru" else value
