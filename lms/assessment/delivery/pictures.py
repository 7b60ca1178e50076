"""The pictures of questions: figures of the course version that asks them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask import url_for
from markupsafe import Markup

from lms.assessment.kinds.base import Response
from lms.assessment.kinds.hotspot import hit_areas
from lms.assessment.kinds.shapes import WHOLE, Point, Shape, corners, inside
from lms.catalog.models import CourseFile
from lms.catalog.rendering import FigureAddress, FilesUrl, render_inline, render_text
from lms.core.database import db
from lms.web.i18n import localised

WIDE, HIGH = 800, 600  # of a picture that doesn't say how large it is


@dataclass(frozen=True)
class Figure:
    """Where a figure is, and its size in CSS pixels."""

    url: str
    width: int = WIDE
    height: int = HIGH
    alt: Mapping[str, str] = field(default_factory=dict)  # as the course describes it, by language


@dataclass(frozen=True)
class Picture:
    """What a candidate marks places on; ``figure`` is None while the course lacks it."""

    figure: Figure | None
    alt: str
    marks: int
    described: tuple[tuple[str, Markup], ...] = ()  # areas in words: neutral key, inline text


@dataclass(frozen=True)
class ShownArea:
    """An area with its verdict, where answers may be shown; numbers are those of its SVG shape."""

    number: int  # from 1
    shape: Shape
    drawn: dict[str, Any] = field(repr=False)  # attributes of the SVG element
    middle: Point
    is_right: bool
    is_hit: bool
    note: Markup
    label: Markup


Figures = Mapping[str, Figure]  # by path


class CourseFigures(Mapping[str, Figure]):
    """The figures of a course version; read when the first one is looked for."""

    def __init__(self, version_id: int) -> None:
        self._version_id = version_id
        self._found: dict[str, Figure] | None = None

    @property
    def _figures(self) -> dict[str, Figure]:
        if self._found is None:
            statement = sa.select(
                *(CourseFile.path, CourseFile.public_id, CourseFile.alt),
                *(CourseFile.width, CourseFile.height),
            ).where(
                CourseFile.version_id == self._version_id, CourseFile.path.startswith("figures/")
            )
            self._found = {
                path: Figure(
                    url_for("catalog.file", public_id=key), width or WIDE, height or HIGH, alt
                )
                for path, key, alt, width, height in db.session.execute(statement)
            }
        return self._found

    def __getitem__(self, path: str) -> Figure:
        return self._figures[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._figures)

    def __len__(self) -> int:
        return len(self._figures)


def _addresses(figures: Figures, language: str) -> FilesUrl:
    def address(path: str) -> FigureAddress | None:
        found = figures.get(path)
        if found is None:
            return None
        alt = found.alt.get(language, "")
        # With the page: who loses the network during an exam still sees the later questions whole.
        return FigureAddress(found.url, found.width, found.height, alt=alt, lazy=False)

    return address


def shown_text(text: str, language: str, figures: Figures) -> Markup:
    """Return a question's text of some paragraphs with its pictures."""
    return render_text(text, language=language, files_url=_addresses(figures, language))


def shown_line(text: str, language: str, figures: Figures) -> Markup:
    """Return a question's short text with its pictures."""
    return render_inline(text, language=language, files_url=_addresses(figures, language))


def picture_of(content: Mapping[str, Any], figures: Figures, language: str) -> Picture:
    """Return the picture of a question; nothing here tells where its areas are."""
    return Picture(
        figures.get(localised(content["figure"], language)),
        localised(content["alt"], language),
        content["marks"],
        tuple(
            (entry["key"], render_inline(localised(entry["text"], language), language=language))
            for entry in content["described"]
        ),
    )


def shown_areas(
    picture: Picture,
    answer: Mapping[str, Any],
    notes: Mapping[str, Any],
    response: Response | None,
    language: str,
) -> tuple[ShownArea, ...]:
    """Return the areas of a picture with what ``response`` hit, for those who may see them."""
    hit = hit_areas(answer, response)[0] if response else set()
    labels = {answer["described"][key]: html for key, html in picture.described}
    return tuple(
        ShownArea(
            number,
            Shape(area["shape"]),
            drawn(picture.figure, Shape(area["shape"]), area["numbers"]),
            placed(picture.figure, inside(Shape(area["shape"]), area["numbers"])),
            area["correct"],
            area["key"] in hit,
            render_inline(localised(notes.get(area["key"]), language), language=language),
            labels.get(area["key"], Markup()),
        )
        for number, area in enumerate(answer["areas"], start=1)
    )


def placed(figure: Figure | None, point: Point) -> Point:
    """Return a point in the picture's own pixels."""
    wide, high = (figure.width, figure.height) if figure else (WIDE, HIGH)
    return round(point[0] * wide / WHOLE), round(point[1] * high / WHOLE)


def drawn(figure: Figure | None, shape: Shape, numbers: list[int]) -> dict[str, Any]:
    """Return the attributes of the SVG element that draws an area in the picture's pixels."""
    if shape is Shape.POLYGON:
        points = (placed(figure, corner) for corner in corners(numbers))
        return {"points": " ".join(f"{x},{y}" for x, y in points)}
    (first, second), (third, fourth) = (
        placed(figure, (numbers[place], numbers[place + 1])) for place in (0, 2)
    )
    if shape is Shape.RECTANGLE:
        return {"x": first, "y": second, "width": third, "height": fourth}
    return {"cx": first, "cy": second, "rx": third, "ry": fourth}
