"""Documents of one skeleton, set together: one is drawn whole, the others are stamped.

The first document of a group is drawn by WeasyPrint while its operators are watched. Another one
has the same operators but for its values: a line of text is shaped by WeasyPrint's own code and
stands where the alignment of its block puts it; the path of a code is written anew. Whether that is
so is not believed but tried: the widest, the narrowest and mixed values of the group are put into
documents that WeasyPrint draws whole, and each operator that was predicted has to be the one it
drew. What can't be predicted (a name on two lines, letters of another font) is told apart and set
by itself.
"""

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pydyf
from pydyf import _to_bytes
from weasyprint.draw.text import draw_first_line
from weasyprint.matrix import Matrix
from weasyprint.text.ffi import ffi, pango
from weasyprint.text.line_break import Layout, line_size

from lms.core.pdf import paths
from lms.core.pdf.paths import joined
from lms.core.pdf.skeletons import Cut, Kind
from lms.core.pdf.watching import DrawnText, Watch, watching, widths_of_blocks

GLYPHS = re.compile(r"<([0-9a-f]*)>")
NO_BREAK = "\N{NO-BREAK SPACE}"
NEAR = 0.001  # CSS pixels
SHARES = (0.0, 0.5, 1.0)  # of its width that a line begins before its anchor: start, middle, end


class Unpredictable(Exception):
    """The group can't be stamped; ``places`` are values that would have to be the same."""

    def __init__(self, places: Sequence[int] = ()) -> None:
        super().__init__(f"values {list(places)}")
        self.places = tuple(places)


class PivotUnfit(Unpredictable):
    """The group's first document is itself one that can't be stamped; others may be."""


class _Drawn(Exception):
    """A page was drawn and nothing more is wanted of it."""


@dataclass(frozen=True)
class Line:
    """A shaped line: its width in CSS pixels and the operator that shows it."""

    width: float
    shown: bytes


class _Sheet:
    """What a line is drawn on to see its operators; fonts become known to the real page."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.ink_rect, self.logical_rect = stream.ink_rect, stream.logical_rect
        self.fonts: list[tuple[Any, float]] = []
        self.shown: list[str] = []
        self.is_plain = True
        self.letters: dict[int, str] = {}  # of the glyphs of the font

    def add_font(self, font: Any) -> Any:
        found = self._stream.add_font(font)
        self.letters = found[0].to_unicode
        return found

    def set_text_matrix(self, *_matrix: float) -> None:
        pass

    def set_font_size(self, font: Any, size: float) -> None:
        self.fonts.append((font, size))

    def set_text_rise(self, _rise: float) -> None:
        self.is_plain = False

    def show_text(self, text: str) -> None:
        self.shown.append(text)


@dataclass
class Slot:
    """A value's place on the page: one line of text, which moves with its width."""

    place: int  # of the value
    drawn: DrawnText
    x: float
    width: float
    room: float  # how wide a line may be
    share: float = 0.0
    lines: dict[str, Line | None] = field(default_factory=dict)
    _layout: Any = None
    _fonts: list[tuple[Any, float]] | None = None

    def line(self, text: str) -> Line | None:
        """Return the shaped line; None when it isn't one line of the same font that fits."""
        if text not in self.lines:
            self.lines[text] = self._shape(text)
        return self.lines[text]

    def _shape(self, text: str) -> Line | None:
        box = self.drawn.box
        text = _transformed(text, box.style)
        if self._layout is None:
            self._layout = Layout(box.style)
            pango.pango_layout_set_single_paragraph_mode(self._layout.layout, True)
        self._layout.set_text(text)
        line, second = self._layout.get_first_line()
        if second is not None or not text or _has_unknown_glyphs(line):
            return None
        width, _height = line_size(line, box.style)
        sheet = _Sheet(self.drawn.stream)
        like = SimpleNamespace(text=text, style=box.style, pango_layout=self._layout, baseline=0)
        emojis = draw_first_line(sheet, like, "clip", "none", Matrix(d=-1))
        if self._fonts is None:
            self._fonts = sheet.fonts  # of the pivot, which is shaped first
        if emojis or not sheet.is_plain or sheet.fonts != self._fonts or len(sheet.shown) != 1:
            return None
        if _read_back(sheet.shown[0], sheet.letters) != text.replace(NO_BREAK, " "):
            return None
        return Line(width, _operator(sheet.shown[0])) if width <= self.room else None

    def matrix(self, width: float) -> bytes:
        """Return the operator that places a line of this width."""
        stream = pydyf.Stream()
        y = self.drawn.box.position_y + self.drawn.box.baseline
        stream.set_text_matrix(*Matrix(d=-1, e=self.x_of(width), f=y).values)
        return bytes(stream.stream[0])

    def x_of(self, width: float) -> float:
        """Return where a line of this width begins."""
        return self.x - self.share * (width - self.width)


def _operator(text: str) -> bytes:
    stream = pydyf.Stream()
    stream.show_text(text)
    return bytes(stream.stream[0])


def _read_back(shown: str, letters: dict[int, str]) -> str:
    """Return what a reader of the file copies: a glyph stands for one text in the whole file."""
    glyphs = "".join(GLYPHS.findall(shown))
    text = (letters.get(int(glyphs[at : at + 4], 16), "") for at in range(0, len(glyphs), 4))
    return "".join(text).replace(NO_BREAK, " ")


def _transformed(text: str, style: Any) -> str:
    transform = style["text_transform"]
    return {"uppercase": text.upper, "lowercase": text.lower}.get(transform, text.strip)()


def _has_unknown_glyphs(line: Any) -> bool:
    run = line.runs[0] if line.runs != ffi.NULL else ffi.NULL
    while run != ffi.NULL:
        glyphs = run.data.glyphs
        for glyph in glyphs.glyphs[0 : glyphs.num_glyphs]:
            if glyph.glyph & pango.PANGO_GLYPH_UNKNOWN_FLAG:
                return True
        run = run.next
    return False


Draw = Callable[[str], Any]


class Group:
    """Documents of one skeleton, of which some values vary; the first is the one drawn whole.

    ``draw`` lets WeasyPrint draw another one.
    """

    def __init__(self, members: Sequence[Cut], draw: Draw) -> None:
        self.members, self._draw = members, draw
        self.pivot = members[0]
        self.varying = [
            place
            for place in range(len(self.pivot.values))
            if any(one.values[place] != self.pivot.values[place] for one in members)
        ]
        self.slots: list[Slot] = []
        self.paths: dict[int, tuple[int, int]] = {}  # value → operators of the page
        self.page: Any = None  # the page's stream
        self.fit: list[bool] = []  # which members can be stamped
        self._constant: dict[tuple[int, int], bytes] = {}

    def prove(self, watch: Watch, page: Any) -> None:
        """Find the places of the values on the drawn page and prove the prediction.

        Raises Unpredictable.
        """
        texts = [place for place in self.varying if self._kind(place) is Kind.TEXT]
        self.page = watch.texts[0].stream if watch.texts else None
        rooms = widths_of_blocks(page)
        owners = _owners(self.pivot, texts, watch.texts)
        self.slots = [self._slot(place, watch.texts[n], rooms) for place, n in owners.items()]
        numbers = list(owners.values())
        self._find_paths(watch)
        lines = [[slot.line(one.values[slot.place]) for slot in self.slots] for one in self.members]
        self.fit = [None not in row for row in lines]
        if not self.fit[0]:
            raise PivotUnfit
        probes = [_Probe(self, self._draw, numbers, chosen) for chosen in self._extremes(lines)]
        self._learn(probes)
        for probe in probes:
            probe.check(watch)

    def _kind(self, place: int) -> Kind:
        return self.pivot.skeleton.values[place].kind

    def _slot(self, place: int, drawn: DrawnText, rooms: dict[int, float]) -> Slot:
        box = drawn.box
        style = box.style
        simple = (
            drawn.stream is self.page
            and style["text_decoration_line"] == "none"
            and style["word_spacing"] == 0
            and box.justification_spacing == 0
            and style["direction"] == "ltr"
            and _is_one_line(drawn.operators)
        )
        room = rooms.get(id(box))
        if not simple or room is None:
            raise Unpredictable([place])
        return Slot(place, drawn, box.position_x, box.width, room + NEAR)

    def _find_paths(self, watch: Watch) -> None:
        for place in self.varying:
            if self._kind(place) is not Kind.PATH:
                continue
            found = [one for one in watch.paths if one.data == self.pivot.values[place]]
            operators = paths.codes.get(self.pivot.values[place])
            if len(found) != 1 or found[0].stream is not self.page or operators is None:
                raise Unpredictable([place])
            drawn = found[0].stream.stream[found[0].begin : found[0].end]
            if joined(drawn) != operators:
                raise Unpredictable([place])
            self.paths[place] = (found[0].begin, found[0].end)

    def _extremes(self, lines: list[list[Line | None]]) -> list[list[Cut]]:
        """Return for each probe from which member each value comes."""
        fitting = [number for number, fits in enumerate(self.fit) if fits]
        widest, narrowest = list(self._pivots()), list(self._pivots())
        mixed = list(self._pivots())
        for column, slot in enumerate(self.slots):
            ordered = sorted(fitting, key=lambda number: lines[number][column].width)  # type: ignore[union-attr]
            narrowest[slot.place] = self.members[ordered[0]]
            widest[slot.place] = self.members[ordered[-1]]
            mixed[slot.place] = self.members[ordered[0 if column % 2 else -1]]
        return [widest, narrowest, mixed] if self.slots else []

    def _pivots(self) -> Sequence[Cut]:
        return [self.pivot] * len(self.pivot.values)

    def _learn(self, probes: list["_Probe"]) -> None:
        """Find out for each slot how its line is aligned."""
        for number, slot in enumerate(self.slots):
            moves = [
                (probe.boxes[number].width - slot.width, probe.boxes[number].position_x - slot.x)
                for probe in probes
            ]
            wider, moved = max(moves, key=lambda move: abs(move[0]), default=(0.0, 0.0))
            if abs(wider) < NEAR:
                continue
            share = -moved / wider
            near = [one for one in SHARES if abs(one - share) * abs(wider) < NEAR]
            if not near:
                raise Unpredictable([slot.place])
            slot.share = near[0]

    def content_of(self, values: Sequence[str]) -> bytes:
        """Return the operators of the page with these values, of a member that fits."""
        changes: list[tuple[int, int, list[bytes]]] = []
        for slot in self.slots:
            line = slot.line(values[slot.place])
            assert line is not None
            changes.append((slot.drawn.begin, slot.drawn.end, _moved(slot, line)))
        for place, (begin, end) in self.paths.items():
            changes.append((begin, end, [paths.codes[values[place]]]))
        return self._joined(changes)

    def _joined(self, changes: list[tuple[int, int, list[bytes]]]) -> bytes:
        pieces, last = [], 0
        for begin, end, operators in sorted(changes, key=lambda change: change[0]):
            pieces.append(self._between(last, begin))
            pieces.extend(operators)
            last = end
        pieces.append(self._between(last, len(self.page.stream)))
        return b"\n".join(piece for piece in pieces if piece)

    def _between(self, begin: int, end: int) -> bytes:
        key = (begin, end)
        if key not in self._constant:
            self._constant[key] = joined(self.page.stream[begin:end])
        return self._constant[key]


def _moved(slot: Slot, line: Line) -> list[bytes]:
    """Return the slot's operators with another line in place of its own."""
    operators = []
    for operator in slot.drawn.operators:
        raw = _to_bytes(operator)
        if raw.endswith(b" Tm"):
            raw = slot.matrix(line.width)
        elif raw.endswith(b" TJ"):
            raw = line.shown
        operators.append(raw)
    return operators


def _is_one_line(operators: Sequence[Any]) -> bool:
    raw = [_to_bytes(one) for one in operators]
    counts = [sum(one.endswith(end) for one in raw) for end in (b" Tm", b" TJ", b"BT", b"ET")]
    return counts == [1, 1, 1, 1] and raw[-1] == b"ET"


def _owners(cut: Cut, places: Sequence[int], texts: Sequence[DrawnText]) -> dict[int, int]:
    """Return for each value the one drawn text that shows it. Raises Unpredictable."""
    owners: dict[int, int] = {}
    for place in places:
        shown = [
            number
            for number, text in enumerate(texts)
            if text.box.text == _transformed(cut.values[place], text.box.style)
        ]
        if len(shown) != 1 or shown[0] in owners.values():
            raise Unpredictable([place])
        owners[place] = shown[0]
    return owners


class _Probe:
    """A document with extreme values, drawn whole."""

    def __init__(self, group: Group, draw: Draw, numbers: list[int], chosen: list[Cut]) -> None:
        self._group, self._numbers = group, numbers
        self._values = [one.values[place] for place, one in enumerate(chosen)]

        def drawn(_fonts: Any) -> None:
            raise _Drawn

        with watching(drawn) as self._watch, suppress(_Drawn):
            draw(group.pivot.with_values_of(chosen))
        if len(self._watch.texts) <= max(numbers, default=-1):
            raise Unpredictable
        self.boxes = [self._watch.texts[number].box for number in numbers]

    def check(self, pivot: Watch) -> None:
        """Compare what was drawn with what is predicted. Raises Unpredictable."""
        group, drawn = self._group, self._watch
        if len(drawn.texts) != len(pivot.texts):
            raise Unpredictable
        for slot, box in zip(group.slots, self.boxes, strict=True):
            line = slot.line(self._values[slot.place])
            if line is None or abs(slot.x_of(line.width) - box.position_x) > NEAR:
                raise Unpredictable([slot.place])
        predicted = group.content_of(self._values)
        if not is_same(predicted, joined(drawn.texts[0].stream.stream)):
            raise Unpredictable


def is_same(one: bytes, other: bytes) -> bool:
    """Tell whether two pages have the same operators, lines within a thousandth of a pixel."""
    lines, others = one.split(b"\n"), other.split(b"\n")
    return len(lines) == len(others) and all(
        line == its or (line.endswith(b" Tm") and its.endswith(b" Tm") and _is_near(line, its))
        for line, its in zip(lines, others, strict=True)
    )


def _is_near(one: bytes, other: bytes) -> bool:
    numbers = zip(one.split()[:-1], other.split()[:-1], strict=True)
    return all(abs(float(number) - float(its)) < NEAR for number, its in numbers)
