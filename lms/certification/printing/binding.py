"""Binding tagged documents into one, which is PDF/A-3 and PDF/UA as they are.

What each says of its structure stays: its elements follow those of the documents before it. Two
documents of one template give their headings of tables the same names, by which cells refer to
them (ISO 32000-1, 14.8.5.7); each document's names get its number.

Memory holds what the documents consist of, some 50 kilobytes for a row of a table, 90 for a page of
a certificate. All works in a process of its own, so that the caller's doesn't stay that large.
"""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

import pikepdf

from lms.core.settings import PROJECT

SECONDS = 540
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
    if "pages" in job:
        _bind_pages(job["target"], job["pages"], job["title"])
    else:
        _bind(job["target"], job["parts"])


def _bind(target: str, parts: Sequence[str]) -> None:
    with pikepdf.open(parts[0]) as bound:
        for number, path in enumerate(parts[1:], start=2):
            with pikepdf.open(path) as part:
                _rename(part, str(number))
                _append(bound, part)
        _save(bound, target)


def _save(bound: pikepdf.Pdf, target: str) -> None:
    bound.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate, min_version="1.7")


def _bind_pages(target: str, pages: Sequence[tuple[str, int]], title: str) -> None:
    with ExitStack() as stack:
        parts = {path: stack.enter_context(pikepdf.open(path)) for path in dict(pages)}
        bound = stack.enter_context(pikepdf.new())
        for path, place in pages:
            bound.pages.append(parts[path].pages[place])
        if pages:
            _tag(bound, parts, pages, title)
        _save(bound, target)


def _tag(
    bound: pikepdf.Pdf,
    parts: Mapping[str, pikepdf.Pdf],
    pages: Sequence[tuple[str, int]],
    title: str,
) -> None:
    # After all pages, to which they refer.
    trees = {path: _Tree(bound, part) for path, part in parts.items()}
    _describe(bound, parts[pages[0][0]], title)
    root = bound.Root.StructTreeRoot = bound.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.StructTreeRoot, K=[], ParentTree={})
    )
    elements, nums, keys = [], [], count()
    for page, (path, place) in zip(bound.pages, pages, strict=True):
        element = trees[path].elements[place]
        element.P = root
        elements.append(element)
        nums += trees[path].renumbered(page.obj, keys)
    root.K, root.ParentTree.Nums = pikepdf.Array(elements), pikepdf.Array(nums)


class _Tree:
    """The structure of a part, copied to the document that is bound."""

    def __init__(self, bound: pikepdf.Pdf, part: pikepdf.Pdf) -> None:
        copied = bound.copy_foreign(part.Root.StructTreeRoot)
        self.elements = list(copied.K)
        nums = list(copied.ParentTree.Nums)
        self._parents = {int(key): one for key, one in zip(nums[::2], nums[1::2], strict=True)}

    def renumbered(self, page: Any, keys: Any) -> list[Any]:
        """Give a page and its links the next of ``keys``; return their part of the tree."""
        told = [(page, "/StructParents")]
        told += [(link, "/StructParent") for link in page.get("/Annots", ())]
        nums = []
        for one, name in told:
            if name in one:
                key = next(keys)
                nums += [key, self._parents[int(one[name])]]
                one[name] = key
        return nums


def _describe(bound: pikepdf.Pdf, first: pikepdf.Pdf, title: str) -> None:
    """Let a new document say of itself what ``first`` says, under another title."""
    bound.Root.Lang = pikepdf.String(str(first.Root.Lang))
    for name in ("/MarkInfo", "/ViewerPreferences", "/OutputIntents", "/Metadata"):
        bound.Root[name] = bound.copy_foreign(first.make_indirect(first.Root[name]))
    with bound.open_metadata(set_pikepdf_as_editor=False) as metadata:
        metadata["dc:title"] = title


def _append(bound: pikepdf.Pdf, part: pikepdf.Pdf) -> None:
    shift = len(bound.pages)  # each page has one entry in the tree of parents
    for page in part.pages:
        page.obj.StructParents = int(page.obj.StructParents) + shift
    bound.pages.extend(part.pages)  # before the tree, which refers to them
    root, tree = bound.Root.StructTreeRoot, bound.copy_foreign(part.Root.StructTreeRoot)
    for element in tree.K:
        element.P = root
        root.K.append(element)
    for place, one in enumerate(tree.ParentTree.Nums):
        root.ParentTree.Nums.append(one if place % 2 else int(one) + shift)


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
