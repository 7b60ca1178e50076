"""The first page of a document of ours as one SVG image: the same lines, letters and pictures.

Runs in the PDF worker, on what WeasyPrint has just written: paths, text as outlines of the embedded
fonts, pictures, groups, clips and opacity (ISO 32000-1, 8.5 to 8.10 and 9.4). What else PDF may
hold is left out, and a test compares the image with what an independent program draws.
"""

import base64
import io
import itertools
from dataclasses import dataclass, replace
from typing import Any

import pikepdf
from PIL import Image

from lms.core.pdf.glyphs import Font, number

Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)
CAPS = {0: "butt", 1: "round", 2: "square"}
JOINS = {0: "miter", 1: "round", 2: "bevel"}
PAINTS = {  # operator: closes the path, fills (by which rule), strokes
    "S": (False, "", True), "s": (True, "", True),
    "f": (False, "nonzero", False), "F": (False, "nonzero", False),
    "f*": (False, "evenodd", False),
    "B": (False, "nonzero", True), "B*": (False, "evenodd", True),
    "b": (True, "nonzero", True), "b*": (True, "evenodd", True),
    "n": (False, "", False),
}  # fmt: skip


def times(first: Matrix, second: Matrix) -> Matrix:
    """Return the matrix that applies ``first`` and then ``second``."""
    a, b, c, d, e, f = first
    k, m, n, o, p, q = second
    return (
        a * k + b * n, a * m + b * o, c * k + d * n, c * m + d * o,
        e * k + f * n + p, e * m + f * o + q,
    )  # fmt: skip


def transform(matrix: Matrix) -> str:
    """Return the attribute for a matrix; six significant places: it may be a small scale."""
    return f'transform="matrix({" ".join(f"{value:.6g}" for value in matrix)})"'


@dataclass(frozen=True)
class State:
    """What PDF calls the graphics state, as far as our documents use it."""

    matrix: Matrix = IDENTITY
    fill: str = "#000"
    stroke: str = "#000"
    fill_opacity: float = 1.0
    stroke_opacity: float = 1.0
    width: float = 1.0
    cap: int = 0
    join: int = 0
    dash: str = ""
    clip: str = ""  # id of the innermost clip
    font: Font | None = None
    size: float = 0.0
    spacing: float = 0.0
    scale: float = 1.0
    leading: float = 0.0
    rise: float = 0.0


class Drawing:
    """One page being drawn."""

    def __init__(self) -> None:
        self.defined: list[str] = []
        self.shapes: list[str] = []
        self.fonts: dict[Any, Font] = {}
        self.outlines: dict[tuple[int, int], str] = {}
        self.clips = itertools.count(1)

    def run(self, stream: Any, resources: Any, state: State) -> None:
        """Draw a content stream."""
        _Interpreter(self, resources, state).run(stream)

    def font(self, resource: Any) -> Font:
        """Return a font, read once."""
        key = resource.objgen
        if key not in self.fonts:
            self.fonts[key] = Font(resource, len(self.fonts))
        return self.fonts[key]

    def glyph(self, font: Font, code: int) -> str:
        """Return the id of a glyph's outline, empty for one without ink."""
        key = (font.place, code)
        if key not in self.outlines:
            path = font.outline(code)
            self.outlines[key] = f"g{font.place}-{code}" if path else ""
            if path:
                self.defined.append(f'<path id="{self.outlines[key]}" d="{path}"/>')
        return self.outlines[key]

    def clip(self, path: str, rule: str, matrix: Matrix, outer: str) -> str:
        """Return the id of a clip within another one."""
        name = f"c{next(self.clips)}"
        within = f' clip-path="url(#{outer})"' if outer else ""
        self.defined.append(
            f'<clipPath id="{name}"{within}>'
            f'<path d="{path}" clip-rule="{rule}" {transform(matrix)}/></clipPath>'
        )
        return name

    def add(self, shape: str, state: State) -> None:
        """Add a shape under the state's clip."""
        self.shapes.append(
            f'<g clip-path="url(#{state.clip})">{shape}</g>' if state.clip else shape
        )


class _Interpreter:
    """One content stream: the page's own, or that of a group."""

    def __init__(self, drawing: Drawing, resources: Any, state: State) -> None:
        self.drawing, self.resources, self.state = drawing, resources, state
        self.stack: list[State] = []
        self.path: list[str] = []
        self.clipping = ""
        self.line: Matrix = IDENTITY
        self.at: Matrix = IDENTITY

    def run(self, stream: Any) -> None:
        for one in pikepdf.parse_content_stream(stream):
            name = str(one.operator)
            if name in PAINTS:
                self._paint(*PAINTS[name])
            elif name in OPERATORS:
                getattr(self, f"_{OPERATORS[name]}")(*one.operands)

    def _set(self, **changes: Any) -> None:
        self.state = replace(self.state, **changes)

    # The graphics state.

    def _push(self) -> None:
        self.stack.append(self.state)

    def _pop(self) -> None:
        if self.stack:
            self.state = self.stack.pop()

    def _concat(self, *matrix: Any) -> None:
        self._set(matrix=times(_matrix(matrix), self.state.matrix))

    def _line_width(self, width: Any) -> None:
        self._set(width=float(width))

    def _line_cap(self, cap: Any) -> None:
        self._set(cap=int(cap))

    def _line_join(self, join: Any) -> None:
        self._set(join=int(join))

    def _dash(self, lengths: Any, _phase: Any) -> None:
        self._set(dash=" ".join(number(float(one)) for one in lengths))

    def _external(self, name: Any) -> None:
        found = self.resources.ExtGState[name]
        self._set(
            fill_opacity=float(found.get("/ca", self.state.fill_opacity)),
            stroke_opacity=float(found.get("/CA", self.state.stroke_opacity)),
        )

    def _fill_colour(self, *parts: Any) -> None:
        self._set(fill=_colour(parts) or self.state.fill)

    def _stroke_colour(self, *parts: Any) -> None:
        self._set(stroke=_colour(parts) or self.state.stroke)

    # Paths.

    def _move(self, *point: Any) -> None:
        self._add("M", point)

    def _draw_line(self, *point: Any) -> None:
        self._add("L", point)

    def _curve(self, *points: Any) -> None:
        self._add("C", points)

    def _curve_to_end(self, *points: Any) -> None:  # y: the second control point is the end
        self._add("C", (*points, *points[2:]))

    def _close(self) -> None:
        self.path.append("Z")

    def _rectangle(self, left: Any, top: Any, width: Any, height: Any) -> None:
        x, y, w, h = (number(float(one)) for one in (left, top, width, height))
        self.path.append(f"M{x} {y}h{w}v{h}h{number(-float(width))}Z")

    def _add(self, letter: str, numbers: Any) -> None:
        self.path.append(letter + " ".join(number(float(one)) for one in numbers))

    def _clip_nonzero(self) -> None:
        self.clipping = "nonzero"

    def _clip_evenodd(self) -> None:
        self.clipping = "evenodd"

    def _paint(self, closes: bool, rule: str, strokes: bool) -> None:
        path = "".join(self.path) + ("Z" if closes else "")
        self.path = []
        if path and (rule or strokes):
            self.drawing.add(
                f'<path d="{path}"{self._filling(rule)}{self._stroking(strokes=strokes)} '
                f"{transform(self.state.matrix)}/>",
                self.state,
            )
        if self.clipping:
            self._set(
                clip=self.drawing.clip(path, self.clipping, self.state.matrix, self.state.clip)
            )
            self.clipping = ""

    def _filling(self, rule: str) -> str:
        if not rule:
            return ' fill="none"'
        opacity = self.state.fill_opacity
        see_through = f' fill-opacity="{number(opacity)}"' if opacity < 1 else ""
        even = ' fill-rule="evenodd"' if rule == "evenodd" else ""
        return f' fill="{self.state.fill}"{even}{see_through}'

    def _stroking(self, *, strokes: bool) -> str:
        if not strokes:
            return ""
        state = self.state
        more = f' stroke-opacity="{number(state.stroke_opacity)}"' * (state.stroke_opacity < 1)
        more += f' stroke-dasharray="{state.dash}"' if state.dash else ""
        more += f' stroke-linecap="{CAPS[state.cap]}"' if state.cap else ""
        more += f' stroke-linejoin="{JOINS[state.join]}"' if state.join else ""
        return f' stroke="{state.stroke}" stroke-width="{number(state.width)}"{more}'

    # Text.

    def _begin_text(self) -> None:
        self.line = self.at = IDENTITY

    def _font(self, name: Any, size: Any) -> None:
        self._set(font=self.drawing.font(self.resources.Font[name]), size=float(size))

    def _spacing(self, value: Any) -> None:
        self._set(spacing=float(value))

    def _scaling(self, percent: Any) -> None:
        self._set(scale=float(percent) / 100)

    def _leading(self, value: Any) -> None:
        self._set(leading=float(value))

    def _rise(self, value: Any) -> None:
        self._set(rise=float(value))

    def _text_matrix(self, *matrix: Any) -> None:
        self.line = self.at = _matrix(matrix)

    def _next_line(self, x: Any = 0, y: Any = None) -> None:
        down = -self.state.leading if y is None else float(y)
        self.line = self.at = times((1, 0, 0, 1, float(x), down), self.line)

    def _show(self, text: Any) -> None:
        self._show_all([text])

    def _show_all(self, parts: Any) -> None:
        for part in parts:
            if isinstance(part, pikepdf.String):
                code = bytes(part)
                for high, low in zip(code[::2], code[1::2], strict=False):
                    self._show_glyph(high * 256 + low)
            else:
                self._advance(-float(part) / 1000 * self.state.size)

    def _show_glyph(self, code: int) -> None:
        state, font = self.state, self.state.font
        if font is None:
            return
        name = self.drawing.glyph(font, code)
        if name:
            em = state.size / font.per_em
            place = times((em * state.scale, 0, 0, em, 0, state.rise), times(self.at, state.matrix))
            self.drawing.add(
                f'<use href="#{name}"{self._filling("nonzero")} {transform(place)}/>', state
            )
        self._advance(font.width(code) / 1000 * state.size + state.spacing)

    def _advance(self, by: float) -> None:
        self.at = times((1, 0, 0, 1, by * self.state.scale, 0), self.at)

    # Groups and pictures.

    def _object(self, name: Any) -> None:
        found = self.resources.XObject[name]
        if found.Subtype == "/Image":
            self._image(found)
        elif found.Subtype == "/Form":
            matrix = _matrix(found.get("/Matrix", IDENTITY))
            self._group(found, replace(self.state, matrix=times(matrix, self.state.matrix)))

    def _group(self, found: Any, state: State) -> None:
        """Draw a group; as a whole it is as see-through as what is filled (11.6.6)."""
        opacity, before = state.fill_opacity, len(self.drawing.shapes)
        inside = replace(state, fill_opacity=1.0, stroke_opacity=1.0)
        self.drawing.run(found, found.get("/Resources", self.resources), inside)
        if opacity < 1:
            shapes = self.drawing.shapes[before:]
            self.drawing.shapes[before:] = [f'<g opacity="{number(opacity)}">', *shapes, "</g>"]

    def _image(self, found: Any) -> None:
        address = _picture(found)
        # A picture fills the unit square, its first row on top.
        place = times((1, 0, 0, -1, 0, 1), self.state.matrix)
        opacity = self.state.fill_opacity
        see_through = f' opacity="{number(opacity)}"' if opacity < 1 else ""
        self.drawing.add(
            f'<image href="{address}" width="1" height="1" preserveAspectRatio="none"'
            f"{see_through} {transform(place)}/>",
            self.state,
        )


OPERATORS = {
    "q": "push", "Q": "pop", "cm": "concat", "w": "line_width", "J": "line_cap", "j": "line_join",
    "d": "dash", "gs": "external", "m": "move", "l": "draw_line", "c": "curve", "y": "curve_to_end",
    "h": "close", "re": "rectangle", "W": "clip_nonzero", "W*": "clip_evenodd",
    "g": "fill_colour", "rg": "fill_colour", "k": "fill_colour", "sc": "fill_colour",
    "scn": "fill_colour", "G": "stroke_colour", "RG": "stroke_colour", "K": "stroke_colour",
    "SC": "stroke_colour", "SCN": "stroke_colour",
    "BT": "begin_text", "Tf": "font", "Tc": "spacing", "Tz": "scaling", "TL": "leading",
    "Ts": "rise", "Tm": "text_matrix", "Td": "next_line", "T*": "next_line", "Tj": "show",
    "TJ": "show_all", "Do": "object",
}  # fmt: skip


def _matrix(values: Any) -> Matrix:
    a, b, c, d, e, f = (float(value) for value in values)
    return a, b, c, d, e, f


def _colour(parts: Any) -> str:
    """Return a colour of one component (grey) or three; nothing for a pattern."""
    try:
        shares = [min(max(float(part), 0.0), 1.0) for part in parts]
    except (TypeError, ValueError):
        return ""
    shares = shares * 3 if len(shares) == 1 else shares
    if len(shares) != 3:
        return ""
    return "#" + "".join(f"{round(share * 255):02x}" for share in shares)


def _picture(found: Any) -> str:
    """Return a picture with its mask of opacity as an address that holds it."""
    image = pikepdf.PdfImage(found).as_pil_image().convert("RGB")
    mask = found.get("/SMask")
    if mask is not None:
        image.putalpha(pikepdf.PdfImage(mask).as_pil_image().convert("L").resize(image.size))
    image.thumbnail((1000, 1000), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    image.save(file, "PNG")
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"


def svg_of(document: bytes) -> bytes:
    """Return the first page of a PDF of ours as an SVG image, sized in points."""
    with pikepdf.open(io.BytesIO(document)) as pdf:
        page = pdf.pages[0]
        left, bottom, right, top = (float(side) for side in page.mediabox)
        drawing = Drawing()
        upright: Matrix = (1, 0, 0, -1, -left, top)
        drawing.run(page, page.get("/Resources", {}), State(matrix=upright))
        size = f"{number(right - left)} {number(top - bottom)}"
    width, height = size.split()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" width="{width}" '
        f'height="{height}"><defs>{"".join(drawing.defined)}</defs>'
        f'<rect width="{width}" height="{height}" fill="#fff"/>{"".join(drawing.shapes)}</svg>'
    ).encode()
