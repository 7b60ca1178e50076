"""From a face, a language and a certificate's facts to the page, and to the document.

``facts`` is what the built-in template is given (README.md beside it says more):
``holder``, ``unit``, ``course``, ``issuer``, ``hours``, ``percent``, ``issued_at``, ``issued_on``,
``valid_until_on``, ``number``, ``verification_url``, ``verification_page``, ``code``, ``mark``,
``replaces``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from lms.certification.designs.sheet import layouts
from lms.certification.designs.sheet.faces import Face, Part
from lms.certification.designs.sheet.layouts import SHEETS, Area, Sheet, Slot
from lms.certification.designs.sheet.placeholders import Placeholder, filled, varies
from lms.certification.designs.sheet.placing import FOLDER, Placed, alike, place
from lms.certification.designs.sheet.styles import COLOURS, Font
from lms.certification.designs.sheet.wording import (
    WORDS,
    written_date,
    written_number,
    written_validity,
)
from lms.core.pdf import Document

TEMPLATE = "layouts/sheet.html"
_TEXTS = {
    Slot.HEADING: Part.HEADING,
    Slot.SUBTITLE: Part.SUBTITLE,
    Slot.OPENING: Part.OPENING,
}


@dataclass(frozen=True)
class Picture:
    """A picture on the sheet: public id of a DesignPicture; an empty text: decoration."""

    key: str
    picture: str
    area: Area
    alt: str
    fit: str = "center"  # where in its area a narrower one stands


@dataclass(frozen=True)
class Page:
    """One certificate, ready to be drawn: ``texts`` in reading order."""

    language: str
    sheet: Sheet
    colours: Mapping[str, str]
    texts: tuple[Placed, ...]
    pictures: tuple[Picture, ...]
    rules: tuple[Area, ...]  # lines to sign on
    title: str
    facts: Mapping[str, Any]
    is_sample: bool = False

    def document(self, **more: Any) -> Document:
        """Return what the renderer is asked for, before ``pictures.with_pictures`` adds the bytes.

        ``more`` is added to the data, such as ``attachments``.
        """
        words = WORDS[self.language]
        data = {
            "title": self.title,
            "author": self.facts["issuer"],
            "description": f"{words.number} {self.facts['number']}",
            "issued_at": self.facts["issued_at"],
            "width": self.sheet.width,
            "height": self.sheet.height,
            "drawing": self.sheet.drawing,
            "drawn_at": {"ornament": self.sheet.ornament, "watermark": self.sheet.watermark},
            "seal": self._seal,
            "emblem": asdict(self.sheet.emblem) if self._has_emblem else None,
            "colours": dict(self.colours),
            "fonts": {font.value.family: font.value.file for font in Font},
            "texts": [one.data for one in self.texts],
            "pictures": [asdict(one) for one in self.pictures],
            "rules": [asdict(one) for one in self.rules],
            "code_area": asdict(self.sheet.code),
            "code": self.facts["code"],
            "code_alt": f"{words.code} {self.facts['verification_url']}",
            "sample": words.sample if self.is_sample else "",
            "aside": self.sheet.aside,
            "sample_note": words.sample_note if self.is_sample else "",
        }
        return Document(FOLDER, TEMPLATE, self.language, {**data, **more})

    @property
    def _has_emblem(self) -> bool:
        return any(one.key == "emblem" for one in self.pictures)

    @property
    def _seal(self) -> dict[str, float] | None:
        seal = self.sheet.seal
        return None if self._has_emblem or seal is None else asdict(seal)


def compose(
    face: Face, language: str, facts: Mapping[str, Any], *, is_sample: bool = False
) -> Page:
    """Return the page of a certificate in one language. Pure: the same input, the same page."""
    sheet = SHEETS[face.layout](len(face.signatories))
    own = face.texts[Part.CENTRE].get(language)
    named = f"{own} ({facts['mark']})" if facts["mark"] else own
    centre = named if own else facts["issuer"]
    facts = {**facts, "issuer": centre}
    words = WORDS[language]
    return Page(
        language=language,
        sheet=sheet,
        colours={ink.value: colour for ink, colour in COLOURS[face.accent].items()},
        texts=tuple(_texts(face, language, facts, sheet)),
        pictures=tuple(_pictures(face, language, sheet)),
        rules=tuple(_rules(face, sheet)),
        title=f"{face.texts[Part.HEADING][language]}: {facts['holder']}, "
        f"{words.open}{facts['course']}{words.close}",
        facts=facts,
        is_sample=is_sample,
    )


def _values(language: str, facts: Mapping[str, Any]) -> dict[Placeholder, str]:
    percent = facts["percent"]
    return {
        Placeholder.HOLDER: facts["holder"],
        Placeholder.COURSE: facts["course"],
        Placeholder.HOURS: written_number(facts["hours"], language),
        Placeholder.SCORE: "" if percent is None else _score(percent, language),
        Placeholder.DATE: written_date(facts["issued_on"], language),
        Placeholder.VALIDITY: written_validity(facts["valid_until_on"], language),
        Placeholder.NUMBER: facts["number"],
        Placeholder.CENTRE: facts["issuer"],
    }


def _score(percent: Any, language: str) -> str:
    return f"{written_number(percent, language)}{WORDS[language].percent_gap}%"


def _texts(face: Face, language: str, facts: Mapping[str, Any], sheet: Sheet) -> Iterator[Placed]:
    """Yield the texts in reading order."""
    words, values, boxes = WORDS[language], _values(language, facts), sheet.boxes
    said = {part: filled(face.texts[part][language], values) for part in Part}
    fixed = {part: not varies(face.texts[part][language]) for part in Part}
    yield place("centre", facts["issuer"], boxes[Slot.CENTRE])
    for slot, part in _TEXTS.items():
        tag = "h1" if slot is Slot.HEADING else "p"
        yield place(slot.value, said[part], boxes[slot], tag=tag, varies=not fixed[part])
    yield place("holder", facts["holder"], boxes[Slot.HOLDER], varies=True)
    yield place("unit", facts["unit"], boxes[Slot.UNIT], varies=True)
    wording = Part.WORDING_WITHOUT_EXAM if facts["percent"] is None else Part.WORDING
    yield place("wording", said[wording], boxes[Slot.WORDING], varies=not fixed[wording])
    course = f"{words.open}{facts['course']}{words.close}"
    yield place("course", course, boxes[Slot.COURSE], tag="h2", varies=True)
    yield from _facts(language, values, sheet, has_score=facts["percent"] is not None)
    yield from _signatories(face, language, sheet)
    yield place("number-label", words.number, boxes[Slot.NUMBER_LABEL])
    yield place("number", facts["number"], boxes[Slot.NUMBER], varies=True)
    note = " ".join(text for text in (said[Part.NOTE], _replaces(language, facts)) if text)
    yield place("note", note, boxes[Slot.NOTE], varies=True)
    yield place("verify-label", words.verify, boxes[Slot.VERIFY_LABEL])
    link = {"link": facts["verification_page"], "address": facts["verification_url"]}
    yield place("verify", words.verify_text, boxes[Slot.VERIFY], varies=True, **link)


def _replaces(language: str, facts: Mapping[str, Any]) -> str:
    old = facts["replaces"]
    if old is None:
        return ""
    day = written_date(old["issued_on"], language)
    return f"{WORDS[language].replaces} {old['number']} ({day})."


def _facts(
    language: str, values: Mapping[Placeholder, str], sheet: Sheet, *, has_score: bool
) -> Iterator[Placed]:
    words, row = WORDS[language], sheet.facts
    shown = [
        ("hours", words.hours, values[Placeholder.HOURS]),
        *([("score", words.score, values[Placeholder.SCORE])] if has_score else []),
        ("issued", words.issued, values[Placeholder.DATE]),
        ("valid", words.valid, values[Placeholder.VALIDITY]),
    ]
    labels, figures = [], []
    for at, (key, label, value) in enumerate(shown):
        column = row.column(at, len(shown))
        there: dict[str, Any] = {
            "left": column.left + 1.5 * (row.align == "center"),
            "width": column.width - 3,
            "align": row.align,
        }
        labels.append(place(f"{key}-label", label, replace(layouts.LABEL, top=row.top, **there)))
        box = replace(layouts.VALUE, top=row.top + 4.6, **there)
        figures.append(place(key, value, box, varies=True))
    yield from _in_turn(labels, figures)


def _in_turn(*rows: list[Placed]) -> Iterator[Placed]:
    """Yield what belongs together one after another; each row in one size."""
    for together in zip(*(alike(row) for row in rows), strict=True):
        yield from together


def _columns(face: Face, sheet: Sheet) -> Iterator[Area]:
    """Yield the place of each signatory, without the room between two."""
    row, count, gap = sheet.signatures, len(face.signatories), sheet.signatures.gap
    for at in range(count):
        column = row.column(at, count)
        aside = gap / 2 if row.align == "center" else 0.0
        yield replace(column, left=column.left + aside, width=column.width - gap)


def _signatories(face: Face, language: str, sheet: Sheet) -> Iterator[Placed]:
    align, names, positions = sheet.signatures.align, [], []
    for at, (one, column) in enumerate(zip(face.signatories, _columns(face, sheet), strict=True)):
        there: dict[str, Any] = {"left": column.left, "width": column.width, "align": align}
        top = column.top + layouts.SIGNATURE_HEIGHT + 0.8
        name = replace(layouts.SIGNER, top=top, **there)
        names.append(place(f"signatory-{at + 1}", one.name[language], name))
        position = replace(layouts.POSITION, **there)
        positions.append(place(f"position-{at + 1}", one.position[language], position))
    names = alike(names)
    below = max((one.box.top + one.taken for one in names), default=0.0)
    positions = [replace(one, box=replace(one.box, top=below)) for one in positions]
    yield from _in_turn(names, positions)


def _rules(face: Face, sheet: Sheet) -> Iterator[Area]:
    for column in _columns(face, sheet):
        yield replace(column, top=column.top + layouts.SIGNATURE_HEIGHT)


def _pictures(face: Face, language: str, sheet: Sheet) -> Iterator[Picture]:
    side = sheet.signatures.align
    if face.emblem is not None:
        alt = face.emblem.alt.get(language, "")
        yield Picture("emblem", face.emblem.picture, sheet.emblem, alt, side)
    for at, (one, column) in enumerate(zip(face.signatories, _columns(face, sheet), strict=True)):
        if one.picture is not None:
            area = replace(column, height=layouts.SIGNATURE_HEIGHT - 0.6)
            alt = f"{WORDS[language].signature} {one.name[language]}"
            yield Picture(f"signature-{at + 1}", one.picture, area, alt, side)
