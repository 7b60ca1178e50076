"""What the address of a list asks for, read by one rule.

- No value, or an empty one, narrows nothing.
- A value that the list doesn't offer is refused with 422: beside its field where the page has a
  form of it, else on a page that says so. So no list ever shows more than was asked for. What isn't
  the viewer's to see isn't offered, and both are answered alike. A day that can't be read isn't
  offered either.
- Words find what they find; what a cursor can't be read from begins at the first page
  (``paging.decode``). How many rows a page has is never asked for.
- What a page is about stands in its path, or is an exam of the course in its path: where that isn't
  there, nor is the page (404).
"""

from collections.abc import Mapping
from datetime import date
from typing import TypeVar

from flask_babel import lazy_gettext as _l

from lms.core.calendar import read_day
from lms.core.errors import Invalid

T = TypeVar("T")


class NotOffered(Invalid):
    """The address asks for something that the list doesn't offer."""

    def __init__(self, name: str) -> None:
        super().__init__(
            _l(
                "The address asks for something that this list doesn’t offer. It may be gone, or "
                "not be yours to see."
            ),
            field=name,
        )


def offered(values: Mapping[str, str], name: str, among: Mapping[str, T]) -> T | None:
    """Return what the value ``name`` stands for ``among`` what is offered; None: nothing asked for.

    Raises NotOffered.
    """
    asked = values.get(name)
    if not asked:
        return None
    if asked not in among:
        raise NotOffered(name)
    return among[asked]


def day_offered(values: Mapping[str, str], name: str) -> date | None:
    """Return the day that the value ``name`` states; None without one. Raises NotOffered."""
    day = read_day(values.get(name))
    if day is None and values.get(name):
        raise NotOffered(name)
    return day
