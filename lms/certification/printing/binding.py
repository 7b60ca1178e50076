"""Binding tagged documents into one, which is PDF/A-3 and PDF/UA as they are.

What each says of its structure stays: its elements follow those of the documents before it. Two
documents of one template give their headings of tables the same names, by which cells refer to
them (ISO 32000-1, 14.8.5.7); each document's names get its number.

One document after another is read and written: memory holds the one that is at hand, and of the
whole some hundred bytes a page. All works in a process of its own, for what it costs to load.
"""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any, BinaryIO

import pikepdf

from lms.certification.printing.joining import Copier, Joined
from lms.core.settings import PROJECT

SECONDS = 540
# Of a catalog: what holds for all pages.
OF_ALL = ("/Lang", "/MarkInfo", "/ViewerPreferences", "/OutputIntents", "/Metadata")
START = (
    "import sys; sys.path.insert(0, {!r}); "
    "from lms.certification.printing.binding import main; main()"
)


def bind(target: Path, parts: Sequence[Path]) -> None:
    """Write the documents ``parts``, at least one and each tagged, as one document to ``target``.

    Language, title and labels are those of the first. Raises subprocess.SubprocessError.
    """
    _run({"target": str(target), "parts": [str(part) for part in parts]})


def bind_pages(target: Path, pages: Sequence[tuple[Path, int]], title: str) -> None:
    """Write pages, each a file with a place in it, in their order as one document to ``target``.

    In each file the root of the structure has one element for each page. Language and labels are
    those of the first. Raises subprocess.SubprocessError.
    """
    named = [(str(path), place) for path, place in pages]
    _run({"target": str(target), "pages": named, "title": title})


def _run(job: dict[str, Any]) -> None:
    subprocess.run(  # noqa: S603 - this interpreter, a fixed program
        [sys.executable, "-I", "-c", START.format(str(PROJECT))],
        input=json.dumps(job).encode(),
        check=True,
        timeout=SECONDS,
    )


def main() -> None:
    """Bind what standard input tells, as JSON."""
    job = json.load(sys.stdin)
    with Path(job["target"]).open("wb") as file:
        if "pages" in job:
            _bind_pages(file, job["pages"], job["title"])
        else:
            _bind(file, job["parts"])


def _bind(file: BinaryIO, parts: Sequence[str]) -> None:
    binder, sheets, elements = _Binder(file), [], []
    for number, path in enumerate(parts, start=1):
        with pikepdf.open(path) as part:
            if number > 1:
                _rename(part, str(number))
            pages = [page.obj for page in part.pages]
            more = binder.add(part, pages, list(part.Root.StructTreeRoot.K))
        sheets += more[0]
        elements += more[1]
    binder.end(sheets, elements)


def _bind_pages(file: BinaryIO, pages: Sequence[tuple[str, int]], title: str) -> None:
    places: dict[str, list[int]] = {}
    for place, (path, _page) in enumerate(pages):
        places.setdefault(path, []).append(place)
    sheets, elements = [b""] * len(pages), [b""] * len(pages)
    binder = _Binder(file, title)
    for path, wanted in places.items():
        with pikepdf.open(path) as part:
            tops = part.Root.StructTreeRoot.K
            numbers = [pages[place][1] for place in wanted]
            added = binder.add(
                part, [part.pages[one].obj for one in numbers], [tops[one] for one in numbers]
            )
        for place, sheet, element in zip(wanted, *added, strict=True):
            sheets[place], elements[place] = sheet, element
    binder.end(sheets, elements)


class _Binder:
    """A document that is bound; its title, where none is given, is that of the first part."""

    def __init__(self, file: BinaryIO, title: str | None = None) -> None:
        self._joined, self._title = Joined(file), title
        self._tree, self._root = self._joined.number(), self._joined.number()
        self._nums: list[bytes] = []
        self._keys = count()
        self._about, self._trailer = b"", b""

    def add(
        self, part: pikepdf.Pdf, pages: Sequence[Any], elements: Sequence[Any]
    ) -> tuple[list[bytes], list[bytes]]:
        """Copy pages of a part, and elements of its structure; return what refers to them."""
        root = part.Root.StructTreeRoot
        fixed = {root.objgen[0]: self._root}
        fixed |= {page.Parent.objgen[0]: self._tree for page in pages}
        copier = Copier(self._joined, part, fixed)
        nums = list(root.ParentTree.Nums)
        parents = {int(key): one for key, one in zip(nums[::2], nums[1::2], strict=True)}
        for page in pages:
            self._renumber(page, parents, copier)
        if not self._about:
            self._describe(part, copier)
        added = [copier.of(page) for page in pages], [copier.of(one) for one in elements]
        copier.finish()
        return added

    def _renumber(self, page: Any, parents: Mapping[int, Any], copier: Copier) -> None:
        """Give a page and its links the next keys of the tree that leads to their elements."""
        told = [(page, "/StructParents")]
        told += [(link, "/StructParent") for link in page.get("/Annots", ())]
        for one, name in told:
            if name in one:
                key = next(self._keys)
                self._nums.append(b"%d %b" % (key, copier.of(parents[int(one[name])])))
                one[name] = key

    def _describe(self, first: pikepdf.Pdf, copier: Copier) -> None:
        """Let the document say of itself what ``first`` says; under another title, not the rest."""
        if self._title is not None:
            with first.open_metadata(set_pikepdf_as_editor=False) as metadata:
                metadata["dc:title"] = self._title
                metadata.pop("dc:description", None)
        kept = [name for name in OF_ALL if name in first.Root]
        self._about = b" ".join(
            b"%b %b" % (name.encode(), copier.of(first.Root[name])) for name in kept
        )
        if "/Info" in first.trailer:
            self._trailer = b"/Info " + copier.of(first.trailer.Info)

    def end(self, pages: Sequence[bytes], elements: Sequence[bytes]) -> None:
        """Write what holds all together."""
        joined, catalog, parents = self._joined, self._joined.number(), self._joined.number()
        told = b"<< /Type /Pages /Count %d /Kids [ %b ] >>"
        joined.add(self._tree, told % (len(pages), b" ".join(pages)))
        joined.add(parents, b"<< /Nums [ %b ] >>" % b" ".join(self._nums))
        told = b"<< /Type /StructTreeRoot /K [ %b ] /ParentTree %d 0 R >>"
        joined.add(self._root, told % (b" ".join(elements), parents))
        told = b"<< /Type /Catalog /Pages %d 0 R /StructTreeRoot %d 0 R %b >>"
        joined.add(catalog, told % (self._tree, self._root, self._about))
        joined.end(b"/Root %d 0 R %b" % (catalog, self._trailer))


def _rename(part: pikepdf.Pdf, prefix: str) -> None:
    """Let the names of headings begin with ``prefix``, also where cells refer to them."""
    for one in part.objects:
        if not isinstance(one, pikepdf.Dictionary) or one.get("/S") not in ("/TD", "/TH"):
            continue
        if "/ID" in one:
            one.ID = pikepdf.String(f"{prefix}-{one.ID}")
        if "/A" in one and "/Headers" in one.A:
            names = [pikepdf.String(f"{prefix}-{name}") for name in one.A.Headers]
            one.A.Headers = pikepdf.Array(names)
