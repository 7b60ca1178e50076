"""Pictures with areas in item files: read, and written."""

from typing import Any

from lms.assessment.kinds.shapes import Shape
from lms.assessment.kinds.values import Area, AuthoredItem
from lms.assessment.source.checks import area_faults, read_numbers, shown_numbers
from lms.assessment.source.content import AREAS, LINE_LIMIT, MARKS_LIMIT
from lms.assessment.source.item_fields import ItemFields
from lms.catalog.messages import Message
from lms.catalog.source.map_reader import MapReader

NUMBERS_LIMIT = 200  # characters of an area's numbers


def read_hotspot(fields: ItemFields, entry: MapReader) -> dict[str, Any]:
    """Return a picture with its areas."""
    figure = fields.figures(entry, "figure")
    alt = entry.texts("alt", fields.languages, limit=LINE_LIMIT)  # words alone, shown as they are
    marks = entry.integer("marks", minimum=1, maximum=MARKS_LIMIT, default=1)
    seen: set[str] = set()
    areas = tuple(_area(fields, row, seen) for row in fields.rows(entry, "areas", AREAS))
    for message in area_faults(areas, marks) if areas else ():
        entry.complain("areas", message)
    labels = [area.label for area in areas if area.label]
    fields.differ(entry, "areas", labels)
    return {"figure": figure, "alt": alt, "marks": marks, "areas": areas}


def _area(fields: ItemFields, row: MapReader, seen: set[str]) -> Area:
    key = fields.row_key(row, seen)
    shape = row.choice("shape", Shape)
    numbers = read_numbers(shape, row.text("at", limit=NUMBERS_LIMIT))
    if numbers is None:
        row.complain("at", Message("these numbers make no area inside the picture"))
    area = Area(
        key,
        shape,
        numbers or (),
        row.boolean("correct"),
        fields.explanation(row),
        fields.texts(row, "label", required=False),
    )
    row.done()
    return area


def hotspot_map(item: AuthoredItem) -> dict[str, Any]:
    """Return the fields of such an item's entry."""
    return {
        "figure": item.figure,
        "alt": item.alt,
        "marks": item.marks,
        "areas": [
            {
                "key": area.key,
                "shape": area.shape,
                "at": shown_numbers(area.numbers),
                "correct": area.correct,
                "label": area.label or None,
                "explanation": area.explanation or None,
            }
            for area in item.areas
        ],
    }
