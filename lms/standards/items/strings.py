"""All strings of an item, whatever they are for."""

from collections.abc import Iterator
from typing import Any

from lms.assessment.authored import split
from lms.assessment.kinds.values import AuthoredItem
from lms.standards.items.xml.nodes import FORBIDDEN


def strings(value: Any) -> Iterator[str]:
    """Yield every string in a tree of maps and lists."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from strings(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from strings(part)


def loses_characters(item: AuthoredItem) -> bool:
    """Tell whether the item has characters that XML can't hold."""
    parts = split(item)
    return any(
        FORBIDDEN.search(text)
        for text in strings([parts.content, parts.answer, parts.explanations])
    )
