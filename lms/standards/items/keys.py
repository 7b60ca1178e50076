"""Keys made of foreign names."""

import hashlib
import json
import re
from collections.abc import Sequence

from lms.assessment.authoring.forms.rows import FIRST_KEYS
from lms.assessment.kinds.values import Texts
from lms.catalog.source.content import is_key

LETTERS = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch - y - e yu ya".split(),
        strict=True,
    )
)


def key_from(name: str, kind: str) -> str:
    """Return a key made of a name's words in Latin letters, else of ``kind`` and a hash."""
    latin = "".join(LETTERS.get(letter, letter) for letter in name.lower())
    key = re.sub(r"[^a-z0-9]+", "-", latin).strip("-")[:50].strip("-")
    if is_key(key):
        return key
    return f"{kind}-{hashlib.sha256(name.encode(errors='replace')).hexdigest()[:8]}"


def option_keys(stated: Sequence[str], texts: Sequence[Texts]) -> list[str]:
    """Return the options' keys: the file's own (``stated``), else dealt out by the texts.

    Candidates get these keys. In the file's order the right option is often the first; an order
    that follows from the texts alone says nothing, and the same file gets the same keys again.
    """
    if all(stated) and len(set(stated)) == len(stated):
        return list(stated)
    ranked = sorted(range(len(texts)), key=lambda place: (_rank(texts[place]), place))
    names = dict(zip(ranked, FIRST_KEYS["options"], strict=False))
    return [names.get(place, f"o{place}") for place in range(len(texts))]


def _rank(text: Texts) -> str:
    said = json.dumps(text, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(said.encode(errors="replace")).hexdigest()
