"""The press: units that make documents side by side."""

import atexit
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from queue import LifoQueue
from typing import Any, TypeVar

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

    def originals(self, wanted: Sequence[Printable], store: BlobStore) -> list[Original]:
        """Make, sign and store documents.

        Raises RenderError, SigningUnavailable, StoreUnavailable.
        """
        sheaf = self.pages(wanted, together=False)
        signed = self.hand.sign([sheaf.files[file] for file, _page in sheaf.places])
        return [
            Original(one, store.put(document), is_fast)
            for one, document, is_fast in zip(wanted, signed, sheaf.is_fast, strict=True)
        ]

    def pages(self, wanted: Sequence[Printable], *, together: bool) -> Sheaf:
        """Make documents without signatures. Raises RenderError."""
        kinds: dict[Any, list[int]] = {}
        for number, one in enumerate(wanted):
            about = one.document
            kinds.setdefault((about.folder, about.template, about.language), []).append(number)
        files: list[bytes] = []
        places: dict[int, tuple[int, int]] = {}
        fast: dict[int, bool] = {}
        for numbers in kinds.values():
            documents = [wanted[number].document for number in numbers]
            sheaf = self.renderer.render_many(documents, together=together)
            for number, (file, page), is_fast in zip(
                numbers, sheaf.places, sheaf.is_fast, strict=True
            ):
                places[number], fast[number] = (len(files) + file, page), is_fast
            files.extend(sheaf.files)
        order = range(len(wanted))
        return Sheaf(files, [places[number] for number in order], [fast[n] for n in order])

    def close(self) -> None:
        """End both processes."""
        self.renderer.close()
        self.hand.close()


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
