"""Items of the kinds that are exchanged with other tools."""

from lms.assessment.authored import AuthoredItem
from lms.standards.items.formats import EXCHANGED
from tests.builders.assessment import one_of_each


def exchanged() -> list[AuthoredItem]:
    """An item of each kind that the formats hold."""
    return [item for item in one_of_each() if item.kind in EXCHANGED]
