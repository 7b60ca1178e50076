"""Items of the kinds that are exchanged with other tools."""

from lms.assessment.kinds.values import AuthoredItem
from lms.assessment.models import ItemKind
from lms.standards.items.formats import EXCHANGED, WITHOUT_GAPS, ItemFormat
from tests.builders.assessment import make_item


def held(form: ItemFormat) -> int:
    """How many kinds a format can hold."""
    if form is ItemFormat.AIKEN:
        return 1
    return len(EXCHANGED) - (form in WITHOUT_GAPS)


def exchanged() -> list[AuthoredItem]:
    """An item of each kind that the formats hold."""
    return [make_item(kind) for kind in ItemKind if kind in EXCHANGED]
