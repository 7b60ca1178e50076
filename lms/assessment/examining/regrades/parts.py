"""Keys that are put right part by part: areas of a picture, scores of the ends of a dialogue.

What candidates saw stays: the picture, the descriptions, the conversation.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms.validators import InputRequired

from lms.assessment.authoring.forms.fields import (
    KeysField,
    Part,
    Row,
    RowsField,
    complain,
    tell,
)
from lms.assessment.authoring.forms.pictures import PlaceRow
from lms.assessment.authoring.words import plain_text
from lms.assessment.kinds.shapes import Shape
from lms.assessment.kinds.values import Area
from lms.assessment.models import ItemKind, ItemVersion
from lms.assessment.source.checks import ALL_POINTS, area_faults, shown_numbers
from lms.assessment.source.content import AREAS, TURNS
from lms.web.forms import IntegerField, NumberRange

Answer = dict[str, Any]
PERCENT = _l("Enter a whole number from 0 to 100.")


class KeyParts(Part):
    """A key in the fields of its parts. Abstract: one for each kind."""

    lists: tuple[str, ...] = ()  # of rows that come and go

    def read(self, version: ItemVersion, old: Answer) -> Answer | None:
        """Return the key as it was filled in; None, with the fields' errors, for one that can't be.

        ``old`` is the key in force.
        """
        # Abstract, but not by abc: WTForms has a metaclass of its own. Both of IN_PARTS have it.
        raise NotImplementedError


class AreasKey(KeyParts):
    """The areas of a picture: where they lie, and which are right."""

    areas = RowsField(PlaceRow, _l("Areas"), count=AREAS)
    correct = KeysField(_l("Right areas"))

    def read(self, version: ItemVersion, old: Answer) -> Answer | None:
        """Demand areas that make a question; those described in words stay as many as they are."""
        well = self.validate() and self.areas.check()
        for row in self.areas.rows:
            if row.numbers is None:
                well = complain(row.at, _("These numbers make no area inside the picture."))
        if not well:
            return None
        right = set(self.correct.data or ())
        areas = [
            Area(row.key.data, row.chosen_shape, row.numbers, row.key.data in right, {}, {})
            for row in self.areas.rows
        ]
        if old["described"] and {a.key for a in areas} != {a["key"] for a in old["areas"]}:
            complain(self.areas, _("Areas that are described in words can’t come or go."))
            return None
        if not tell(self.areas, area_faults(areas, version.content["marks"])):
            return None
        return {**old, "areas": [_stored(area) for area in areas]}


def _stored(area: Area) -> dict[str, Any]:
    return {
        "key": area.key,
        "shape": area.shape.value,
        "numbers": list(area.numbers),
        "correct": area.correct,
    }


class EndRow(Row):
    """An end of a dialogue."""

    score = IntegerField(_l("Score, %"), [InputRequired(PERCENT), NumberRange(0, 100, PERCENT)])


class EndsKey(KeyParts):
    """What each end of a dialogue is worth."""

    ends = RowsField(EndRow, _l("Ends of the conversation"), count=(1, TURNS[1]))

    def read(self, version: ItemVersion, old: Answer) -> Answer | None:
        """Demand a score for each end, one of them all points."""
        del version
        if not self.validate():
            return None
        scores = {row.key.data: row.score.data for row in self.ends.rows}
        if len(scores) < len(self.ends.rows) or set(scores) != set(old["scores"]):
            complain(self.ends, _("The form was damaged on its way. Open the page anew."))
            return None
        if max(scores.values()) < ALL_POINTS:
            complain(self.ends, _("One end must be worth all points: 100."))
            return None
        return {**old, "scores": {key: scores[key] for key in old["scores"]}}


AREAS_KEY, ENDS_KEY = ItemKind.HOTSPOT, ItemKind.DIALOGUE
IN_PARTS: dict[ItemKind, type[KeyParts]] = {AREAS_KEY: AreasKey, ENDS_KEY: EndsKey}


def parts_of_key(
    version: ItemVersion, answer: Answer, fields: MultiDict[str, str] | None = None
) -> KeyParts | None:
    """Return the fields of a key, filled in with ``answer`` unless ``fields`` were sent.

    None for kinds whose key is a whole answer.
    """
    if version.kind not in IN_PARTS:
        return None
    if fields is not None:
        return IN_PARTS[version.kind](fields)
    if version.kind is ENDS_KEY:
        scores = answer["scores"].items()
        return EndsKey(data={"ends": [{"key": key, "score": score} for key, score in scores]})
    areas = [
        {"key": area["key"], "shape": area["shape"], "at": shown_numbers(area["numbers"])}
        for area in answer["areas"]
    ]
    right = [area["key"] for area in answer["areas"] if area["correct"]]
    return AreasKey(data={"areas": areas, "correct": right})


def names_of_parts(version: ItemVersion, answer: Answer) -> dict[str, str]:
    """Return what each part of a key is: an area by its description, an end by what is said."""
    if version.kind is ENDS_KEY:
        turns = version.content["turns"]
        return {t["key"]: plain_text(t["says"]) for t in turns if not t["replies"]}
    words = {one["key"]: plain_text(one["text"]) for one in version.content["described"]}
    return {area: words[key] for key, area in answer["described"].items()}


def parts_in_words(version: ItemVersion, answer: Answer) -> Iterator[str]:
    """Yield what counts in a key, a line for each part: right areas, ends with their scores."""
    names: Mapping[str, str] = names_of_parts(version, answer)
    if version.kind is ENDS_KEY:
        for key, score in answer["scores"].items():
            yield _("%(end)s — %(score)d %%", end=names.get(key, key), score=score)
        return
    shapes = {
        Shape.RECTANGLE: _("rectangle"),
        Shape.ELLIPSE: _("ellipse"),
        Shape.POLYGON: _("polygon"),
    }
    for number, area in enumerate(answer["areas"], start=1):
        if area["correct"]:
            name = names.get(area["key"]) or _("Area %(number)d", number=number)
            yield f"{name} ({shapes[Shape(area['shape'])]} {shown_numbers(area['numbers'])})"
