"""The press: units that make documents side by side."""

import atexit
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from queue import LifoQueue
from typing import TypeVar

from lms.certification.documents import Printable
from lms.certification.printing.hand import NICENESS, Hand
from lms.core.pdf import Renderer, Sheaf
from lms.core.settings import Settings
from lms.core.storage import BlobStore

SECONDS = 240  # for one portion
Made = TypeVar("Made")


@dataclass(frozen=True)
class Original:
    """A signed document that was made: its certificate's id and its key in the store."""

    wanted: Printable
    blob: str
    is_fast: bool


class Unit:
    """A process that sets documents and one that signs them."""

    def __init__(self, settings: Settings) -> None:
        self.renderer = Renderer(workers=1, seconds=SECONDS, niceness=NICENESS)
        self.hand = Hand(settings)

    def originals(self, wanted: Sequence[Printable], store: BlobStore) -> Iterator[Original]:
        """Make documents of one template and language; sign, store and yield one after another.

        Raises RenderError, SigningUnavailable, StoreUnavailable.
        """
        sheaf = self.pages(wanted, together=False)
        signed = self.hand.sign(sheaf.files[file] for file, _page in sheaf.places)
        for one, document, is_fast in zip(wanted, signed, sheaf.is_fast, strict=True):
            yield Original(one, store.put(document), is_fast)

    def pages(self, wanted: Sequence[Printable], *, together: bool) -> Sheaf:
        """Make documents without signatures, those of a kind together. Raises RenderError.

        They are complete: see ``documents.complete``.
        """
        kinds: dict[object, list[int]] = {}
        for place, one in enumerate(wanted):
            kinds.setdefault(one.kind, []).append(place)
        made = {
            kind: self.renderer.render_many(
                [wanted[place].document for place in places], together=together
            )
            for kind, places in kinds.items()
        }
        return _joined([(places, made[kind]) for kind, places in kinds.items()])

    def close(self) -> None:
        """End both processes."""
        self.renderer.close()
        self.hand.close()


def _joined(parts: Sequence[tuple[Sequence[int], Sheaf]]) -> Sheaf:
    """Return sheaves as one; each comes with the places of its documents in the whole."""
    files: list[bytes] = []
    found: dict[int, tuple[tuple[int, int], bool]] = {}
    for places, sheaf in parts:
        where = [(file + len(files), page) for file, page in sheaf.places]
        found.update(zip(places, zip(where, sheaf.is_fast, strict=True), strict=True))
        files += sheaf.files
    in_order = [found[place] for place in range(len(found))]
    return Sheaf(files, [where for where, _fast in in_order], [fast for _where, fast in in_order])


class Press:
    """As many units as the settings say."""

    def __init__(self, settings: Settings) -> None:
        self.size = settings.batch_processes or len(os.sched_getaffinity(0))
        self._units = [Unit(settings) for _ in range(self.size)]
        self._free: LifoQueue[Unit] = LifoQueue()
        for unit in self._units:
            self._free.put(unit)
        atexit.register(self.close)

    def run(self, tasks: Sequence[Callable[[Unit], Made]]) -> list[Made]:
        """Run each task with a unit of its own, side by side; the first error is raised."""
        with ThreadPoolExecutor(max_workers=self.size) as threads:
            return list(threads.map(self._run, tasks))

    def _run(self, task: Callable[[Unit], Made]) -> Made:
        with self._unit() as unit:
            return task(unit)

    @contextmanager
    def _unit(self) -> Iterator[Unit]:
        unit = self._free.get()
        try:
            yield unit
        finally:
            self._free.put(unit)

    def close(self) -> None:
        """End all processes; the next task starts new ones."""
        for unit in self._units:
            unit.close()


@lru_cache(maxsize=2)
def _press_of(_process: int, settings: Settings) -> Press:
    return Press(settings)


def press(settings: Settings) -> Press:
    """Return this process's press."""
    return _press_of(os.getpid(), settings)
