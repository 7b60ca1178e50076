"""Binding tagged documents into one, which is PDF/A-3 and PDF/UA as they are.

What each says of its structure stays: its elements follow those of the documents before it. Two
documents of one template give their headings of tables the same names, by which cells refer to
them (ISO 32000-1, 14.8.5.7); each document's names get its number.

Memory holds what the documents consist of, some 50 kilobytes for a row of a table. ``bind`` works
in a process of its own, so that the caller's doesn't stay that large.
"""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

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
    subprocess.run(  # noqa: S603 - this interpreter, a fixed program
        [sys.executable, "-I", "-c", START.format(str(PROJECT)), str(target), *map(str, parts)],
        check=True,
        timeout=SECONDS,
    )


def main() -> None:
    """Bind the files that the command line names after the one to write."""
    target, first, *others = map(Path, sys.argv[1:])
    with pikepdf.open(first) as bound:
        for number, path in enumerate(others, start=2):
            with pikepdf.open(path) as part:
                _rename(part, str(number))
                _append(bound, part)
        bound.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate)


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
