"""How much a Moodle file makes, told before one of its questions is read."""

import re
from collections.abc import Mapping
from contextlib import suppress

from lms.catalog.messages import Message
from lms.standards.items import limits
from lms.standards.items.decoding import from_base64
from lms.standards.items.errors import Unreadable
from lms.standards.items.model import NotUnderstood, check_count
from lms.standards.items.moodle import calculated
from lms.standards.items.pictures.gallery import Gallery

QUESTION, DEFINITION, ITEM = 2, 4, 6  # depths of a question, of a wild card, of its numbers

# Files of the XML, and images that stand in their own address.
PICTURE = re.compile(rb"<file\b[^<>]*>([^<]+)|data:image/[a-z+.-]{1,20};base64,([A-Za-z0-9+/=]+)")


def weigh_pictures(content: bytes, gallery: Gallery) -> None:
    """Raise Unreadable where the file's pictures are too large together."""
    for match in PICTURE.finditer(content):
        with suppress(NotUnderstood, ValueError):
            gallery.weigh("picture", from_base64(match[1] or match[2]))


class Tally:
    """Counts what stands right inside the root; a witness of the survey."""

    def __init__(self) -> None:
        self.categories = 0
        self.others = 0  # questions, and what isn't understood
        self._more = 0  # that rows of numbers make of calculated questions
        self._columns: list[int] | None = None  # numbers of each wild card, of a calculated one

    def __call__(self, depth: int, tag: str, attributes: Mapping[str, str]) -> None:
        """Take notice of an element."""
        if depth == QUESTION:
            self._close()
            kind = attributes.get("type", "") if tag == "question" else ""
            self.categories += kind == "category"
            self.others += kind != "category"
            self._columns = [] if kind in calculated.SAME else None
        elif self._columns is None:
            pass
        elif depth == DEFINITION and tag == "dataset_definition":
            self._columns.append(0)
        elif depth == ITEM and tag == "dataset_item" and self._columns:
            self._columns[-1] += 1

    def _close(self) -> None:
        if self._columns:
            self._more += max(min(calculated.ROWS, *self._columns) - 1, 0)

    def spare(self) -> int:
        """Return how many questions more the file may make. Raises Unreadable for too many."""
        self._close()
        self._columns = None
        check_count(self.categories)
        check_count(self.others)
        left = limits.ITEMS - self.others - self._more
        if left < 0:
            raise Unreadable(
                Message(
                    "the file makes more than %(limit)s questions: each row of numbers of a "
                    "calculated question makes one",
                    limit=limits.ITEMS,
                )
            )
        return left
