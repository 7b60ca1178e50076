"""Placeholders in the texts of a design: a closed list, filled with plain text."""

import re
from collections.abc import Collection, Mapping
from enum import Enum

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


class Placeholder(Enum):
    """What of a certificate a text may name, written in braces."""

    HOLDER = "holder"
    COURSE = "course"
    HOURS = "hours"
    SCORE = "score"  # of the exam, with its sign
    DATE = "date"  # of issue
    VALIDITY = "validity"  # "until …", or that it doesn't expire
    NUMBER = "number"
    CENTRE = "centre"

    @property
    def written(self) -> str:
        """The placeholder as one types it."""
        return f"{{{self.value}}}"


class StrayBrace(ValueError):
    """A brace stands without its twin."""


def named(text: str) -> list[str]:
    """Return what stands between braces in ``text``, known or not, in order.

    Raises StrayBrace for a brace that belongs to no placeholder.
    """
    if re.search(r"[{}]", _PLACEHOLDER.sub("", text)):
        raise StrayBrace(text)
    return _PLACEHOLDER.findall(text)


def unknown(text: str, allowed: Collection[Placeholder]) -> list[str]:
    """Return what ``text`` names and may not, each once. Raises StrayBrace."""
    known = {one.value for one in allowed}
    return list(dict.fromkeys(name for name in named(text) if name not in known))


def filled(text: str, values: Mapping[Placeholder, str]) -> str:
    """Return ``text`` with its placeholders filled; values are text, never read again.

    What isn't a placeholder of the list stays as it is.
    """
    by_name = {one.value: value for one, value in values.items()}
    return _PLACEHOLDER.sub(lambda found: by_name.get(found.group(1), found.group()), text)


def varies(text: str) -> bool:
    """Tell whether the text differs from one certificate to another."""
    return _PLACEHOLDER.search(text) is not None
