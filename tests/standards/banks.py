"""Items of the kinds that are exchanged with other tools."""

from lms.assessment.kinds.values import AuthoredItem
from lms.assessment.models import ItemKind
from lms.standards.items.formats import EXCHANGED, LACKS, ItemFormat
from lms.standards.items.model import Picture
from tests.builders.assessment import make_item
from tests.builders.catalog import FIGURE
from tests.builders.media import picture

PICTURES = {
    "figures/hall.svg": Picture("figures/hall.svg", FIGURE, 320, 120),
    "figures/plan.png": Picture("figures/plan.png", picture(40, 20, "PNG", noise=False), 40, 20),
}


def held(form: ItemFormat) -> int:
    """How many kinds a format can hold."""
    if form is ItemFormat.AIKEN:
        return 1
    return len(EXCHANGED) - len(LACKS.get(form, {}))


def exchanged() -> list[AuthoredItem]:
    """An item of each kind that the formats hold."""
    return [make_item(kind) for kind in ItemKind if kind in EXCHANGED]
