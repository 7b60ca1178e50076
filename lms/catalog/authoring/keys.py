"""Short names for addresses and files, suggested from titles."""

import re
from collections.abc import Container

LETTERS = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch _ y _ e yu ya".split(),
        strict=True,
    )
)
LENGTH = 60


def suggest_key(title: str, taken: Container[str] = (), *, fallback: str = "part") -> str:
    """Return a key (see ``content.is_key``) made of a title's words, unlike those ``taken``."""
    words = "".join(LETTERS.get(letter, letter).strip("_") for letter in title.casefold())
    stem = re.sub(r"[^a-z0-9]+", "-", words)[: LENGTH - 4].strip("-")
    if len(stem) < 2:
        stem = fallback
    key, number = stem, 1
    while key in taken:
        number += 1
        key = f"{stem}-{number}"
    return key
