"""Keys made of foreign names."""

import hashlib
import re

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
