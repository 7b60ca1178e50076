"""Many documents of one template; runs in the PDF worker only.

Those that differ in values alone are set together (``stamping``), the rest each by itself; the
result is the same.
"""

from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unicodedata import is_normalized

from lms.core.pdf import paths
from lms.core.pdf.composing import compose, fill, identifier_of, laid_out, make, write
from lms.core.pdf.skeletons import Cut, Kind, Known, cut
from lms.core.pdf.stamping import Group, PivotUnfit, Unpredictable
from lms.core.pdf.watching import watching
from lms.core.pdf.writing import METADATA, Master

FEWEST = 8  # below that, drawing a group's first and its probes costs more than it saves
LAST_USUAL = "\u04ff"  # of letters: Latin, Greek, Cyrillic
DEPTH = 4  # how often a group is divided by values that can't be predicted


class _Finished(Exception):
    """The objects of a document are there and aren't to be written."""


@dataclass
class _Wanted:
    """One document: its data, what it is told apart by, and its HTML, cut."""

    data: dict[str, Any]
    identifier: bytes
    cut: Cut

    @property
    def attachments(self) -> dict[str, str]:
        return self.data.get("attachments") or {}


@dataclass
class _Made:
    """The files that were made, and where each document is."""

    files: list[bytes] = field(default_factory=list)
    places: dict[int, tuple[int, int]] = field(default_factory=dict)
    fast: set[int] = field(default_factory=set)


class Many:
    """Documents of one template and language, to be made."""

    def __init__(
        self, folder: Path, template: str, language: str, many: Sequence[Any], *, together: bool
    ) -> None:
        known = Known()
        self._about = folder, template, language
        self._together = together
        self._wanted = []
        for data in many:
            html = fill(folder, template, language, data)
            self._wanted.append(_Wanted(data, identifier_of(html), cut(html, known)))
        self._made = _Made()

    def make(self) -> _Made:
        """Make them all."""
        kinds = defaultdict(list)
        for number, one in enumerate(self._wanted):
            kinds[id(one.cut.skeleton)].append(number)
        for numbers in kinds.values():
            skeleton = self._wanted[numbers[0]].cut.skeleton
            rigid = [place for place, one in enumerate(skeleton.values) if _is_rigid(one)]
            self._divide(numbers, frozenset(rigid), DEPTH)
        return self._made

    def _divide(self, numbers: list[int], rigid: frozenset[int], depth: int) -> None:
        """Make documents in groups that have the same values in the ``rigid`` places."""
        groups = defaultdict(list)
        for number in numbers:
            values = self._wanted[number].cut.values
            groups[tuple(values[place] for place in sorted(rigid))].append(number)
        for group in groups.values():
            self._make_group(group, rigid, depth)

    def _make_group(self, numbers: list[int], rigid: frozenset[int], depth: int) -> None:
        if len(numbers) < FEWEST or not depth:
            self._make_plainly(numbers)
            return
        ordered = sorted(numbers, key=self._oddness)
        try:
            self._stamp(ordered)
        except PivotUnfit:
            self._make_plainly(ordered[:1])
            self._make_group(ordered[1:], rigid, depth - 1)
        except Unpredictable as error:
            more = set(error.places) - rigid or self._fewest_values(numbers, rigid)
            if more:
                self._divide(numbers, rigid | more, depth - 1)
            else:
                self._make_plainly(numbers)

    def _oddness(self, number: int) -> tuple[int, int]:
        """Return how far a document is from one that can be stamped: usual letters, short."""
        one = self._wanted[number].cut
        texts = (
            text
            for text, value in zip(one.values, one.skeleton.values, strict=True)
            if value.kind is Kind.TEXT
        )
        length, unusual = 0, 0
        for text in texts:
            length += len(text)
            unusual += sum(letter > LAST_USUAL for letter in text)
            unusual += not is_normalized("NFC", text)
        return unusual, length

    def _fewest_values(self, numbers: list[int], rigid: frozenset[int]) -> set[int]:
        """Return the place whose values differ least: documents alike in it may be predictable."""
        first = self._wanted[numbers[0]].cut
        counts = {
            place: len({self._wanted[number].cut.values[place] for number in numbers})
            for place, value in enumerate(first.skeleton.values)
            if value.kind is Kind.TEXT and place not in rigid
        }
        varying = {place: count for place, count in counts.items() if count > 1}
        return {min(varying, key=varying.__getitem__)} if varying else set()

    def _stamp(self, numbers: list[int]) -> None:
        """Make a group; its shortest document is the one drawn whole. Raises Unpredictable."""
        folder = self._about[0]
        pivot = self._wanted[numbers[0]]
        group = Group([self._wanted[number].cut for number in numbers], self._draw)
        found: list[Any] = []

        def finish(_document: Any, pdf: Any) -> None:
            found.append(pdf)
            raise _Finished

        html = pivot.cut.html
        with laid_out(folder, html) as document:
            if len(document.pages) != 1:
                raise Unpredictable

            def prove(_fonts: Any) -> None:
                group.prove(watch, document.pages[0])

            with watching(prove) as watch, suppress(_Finished):
                write(document, html, pivot.attachments, finish)
        master = Master(group, document, found[0])
        self._write([n for n, fits in zip(numbers, group.fit, strict=True) if fits], master)
        self._make_plainly([n for n, fits in zip(numbers, group.fit, strict=True) if not fits])

    def _draw(self, html: str) -> None:
        with laid_out(self._about[0], html) as document:
            if len(document.pages) != 1:
                raise Unpredictable
            write(document, html, {})

    def _write(self, numbers: list[int], master: Master) -> None:
        made = self._made
        made.fast.update(numbers)
        if self._together:
            made.places.update((n, (len(made.files), page)) for page, n in enumerate(numbers))
            made.files.append(master.pages([self._wanted[number].cut for number in numbers]))
            return
        for number in numbers:
            one = self._wanted[number]
            made.places[number] = len(made.files), 0
            made.files.append(master.file(one.cut, one.identifier, one.attachments))

    def _make_plainly(self, numbers: list[int]) -> None:
        for number in numbers:
            self._made.places[number] = len(self._made.files), 0
            self._made.files.append(compose(*self._about, self._wanted[number].data))


def _is_rigid(value: Any) -> bool:
    """Tell whether documents of one group have to agree in such a value."""
    return value.kind is Kind.FIXED or (value.kind is Kind.META and value.name not in METADATA)


def respond(request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Return what the worker answers to a request for one document or for many."""
    paths.codes.clear()
    about = Path(request["folder"]), request["template"], request["language"]
    shared = request["shared"]
    if "many" not in request:
        return {}, make(*about, {**shared, **request["data"]}, request["form"])
    many = [{**shared, **data} for data in request["many"]]
    made = Many(*about, many, together=request["together"]).make()
    head = {
        "lengths": [len(file) for file in made.files],
        "places": [made.places[number] for number in range(len(many))],
        "is_fast": [number in made.fast for number in range(len(many))],
    }
    return head, b"".join(made.files)
