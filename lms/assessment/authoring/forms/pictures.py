"""The form of places on a picture: a figure of the course, and areas drawn or typed."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FormField, SelectField, StringField
from wtforms.validators import InputRequired

from lms.assessment.authoring.forms.fields import (
    KeysField,
    Part,
    Row,
    RowsField,
    TextsField,
    choices_of,
    complain,
    tell,
)
from lms.assessment.authoring.forms.item_form import ItemForm
from lms.assessment.authoring.words import LANGUAGE_NAMES
from lms.assessment.kinds.shapes import Shape
from lms.assessment.kinds.values import Area
from lms.assessment.models import ItemKind
from lms.assessment.source.checks import area_faults, read_numbers
from lms.assessment.source.content import AREAS, MARKS_LIMIT, PROMPT_LIMIT
from lms.web.forms import IntegerField, NumberRange

SHAPES = {
    Shape.RECTANGLE: _l("Rectangle: left, top, width, height"),
    Shape.ELLIPSE: _l("Ellipse: middle from the left and from the top, half width, half height"),
    Shape.POLYGON: _l("Polygon: from the left and from the top, corner by corner"),
}
SHAPE_VALUES = {shape.value: shape for shape in Shape}


class FigureNames(Part):
    """A figure in each language."""

    ru = SelectField(LANGUAGE_NAMES["ru"], validate_choice=False)
    en = SelectField(LANGUAGE_NAMES["en"], validate_choice=False)


class PlaceRow(Row):
    """Where an area of the picture lies."""

    shape = SelectField(_l("Shape"), choices=choices_of(SHAPES), default=Shape.RECTANGLE.value)
    at = StringField(_l("Numbers, in percent of the picture"))

    @property
    def numbers(self) -> tuple[int, ...] | None:
        """The numbers in per mille; None for what makes no area."""
        return read_numbers(self.chosen_shape, self.at.data or "")

    @property
    def chosen_shape(self) -> Shape:
        """The shape, the first one for none of them."""
        return SHAPE_VALUES.get(self.shape.data, Shape.RECTANGLE)


class AreaRow(PlaceRow):
    """An area of the picture, and what is said of it."""

    label = TextsField(_l("What is there, in words"), required=False)
    explanation = TextsField(_l("Why it is right or wrong"), required=False, limit=PROMPT_LIMIT)


class HotspotForm(ItemForm):
    """Places that are marked on a figure of the course."""

    kind = ItemKind.HOTSPOT
    lists = ("areas",)

    figure = FormField(FigureNames, _l("Picture"))
    alt = TextsField(_l("What the picture shows"), markdown=False)
    marks = IntegerField(
        _l("Places to mark"),
        [
            InputRequired(_l("Enter a whole number from 1 to 10.")),
            NumberRange(1, MARKS_LIMIT, _l("Enter a whole number from 1 to 10.")),
        ],
        default=1,
        description=_l("The most places that may be marked; the candidate is told."),
    )
    areas = RowsField(AreaRow, _l("Areas"), count=AREAS)
    correct = KeysField(_l("Right areas"))

    def __init__(self, *args: Any, **options: Any) -> None:
        """Offer the figures of the course."""
        super().__init__(*args, **options)
        names = {path: path.removeprefix("figures/") for path in self.frame.figures}
        for code in self.frame.languages:
            self.figure.form[code].choices = choices_of(names, anything=_("Choose a figure"))

    def check_kind(self) -> bool:
        """Demand a figure in each language, and areas that make a question."""
        well = True
        for code in self.frame.languages:
            side = self.figure.form[code]
            if side.data not in self.frame.figures:
                well = complain(side, _("Choose a figure of the course."))
        for row in self.areas.rows:
            if row.numbers is None:
                message = _("These numbers make no area inside the picture.")
                well = complain(row.at, message)
        areas = self.special(self.frame.languages)["areas"]
        return tell(self.areas, area_faults(areas, self.marks.data or 1)) and well

    def special(self, languages: Sequence[str]) -> dict[str, Any]:
        """Return the picture with its areas."""
        right = set(self.correct.data or ())
        chosen = {code: self.figure.form[code].data or "" for code in languages}
        return {
            "figure": {code: path for code, path in chosen.items() if path},
            "alt": self.alt.texts(languages),
            "marks": self.marks.data or 1,
            "areas": tuple(
                Area(
                    row.key.data or "",
                    row.chosen_shape,
                    row.numbers or (),
                    row.key.data in right,
                    row.explanation.texts(languages),
                    row.label.texts(languages),
                )
                for row in self.areas.rows
            ),
        }
