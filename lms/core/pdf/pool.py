"""The side of the application: worker processes, started when needed and replaced when they die."""

import atexit
import json
import logging
import os
import select
import shutil
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from pathlib import Path
from queue import Empty, LifoQueue
from typing import Any

from flask import current_app

from lms.core.settings import PROJECT, Settings

MEMORY_BYTES = 2 * 2**30  # of address space, most of it shared libraries
START_SECONDS = 60
MAX_DOCUMENT_BYTES = 256 * 2**20  # of one answer, which may be many
START = "import sys; sys.path.insert(0, {!r}); from lms.core.pdf.worker import main; main()"
# All that a worker is told about its surroundings: no secrets, no proxies.
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
# A fixed time stamp inside embedded fonts: the same document is the same bytes.
ENVIRONMENT["SOURCE_DATE_EPOCH"] = "1767225600"

logger = logging.getLogger(__name__)


class RenderError(Exception):
    """A document could not be made; the message says why."""


class RenderRefused(RenderError):
    """The template asked for something that is not its own."""


class RenderFailed(RenderError):
    """The template or the data is faulty."""


class RenderTimeout(RenderError):
    """The document took too long, or no worker became free in time."""


class RenderCrashed(RenderError):
    """The worker ended while it made the document (out of memory, for one)."""


class _WorkerGone(RenderCrashed):
    """The worker had ended before it took the request up: another one can be asked."""


class Form(Enum):
    """What a document is made as."""

    PDF = "pdf"
    SVG = "svg"  # an image of the PDF's first page, for a preview


@dataclass(frozen=True)
class Document:
    """What to make: a template of ``folder``, filled with plain data (JSON values)."""

    folder: Path
    template: str
    language: str
    data: dict[str, Any] = field(default_factory=dict)
    form: Form = Form.PDF
    # Data that many documents have in common, such as pictures: sent once for all of them.
    shared: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Sheaf:
    """Many documents made together: files, and for each document its file and its page in there.

    ``is_fast`` tells for each whether it was set with the others of its kind or all by itself; the
    result is the same.
    """

    files: list[bytes]
    places: list[tuple[int, int]]
    is_fast: list[bool]


class Worker:
    """One confined process with a scratch folder that goes when it ends.

    ``niceness`` makes way for others: 0 for what a visitor waits for, more for what can wait.
    """

    def __init__(self, memory_bytes: int, niceness: int = 0) -> None:
        self.scratch = tempfile.mkdtemp(prefix="lms-pdf-")
        self.process = subprocess.Popen(  # noqa: S603 - this interpreter, a fixed program
            [
                *(sys.executable, "-I", "-c", START.format(str(PROJECT))),
                *(str(memory_bytes), self.scratch, str(niceness)),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=ENVIRONMENT,
            cwd="/",
            close_fds=True,
            bufsize=0,
        )
        try:
            self._read_frame(time.monotonic() + START_SECONDS)  # it is ready
        except BaseException:
            self.end()
            raise

    def ask(self, request: dict[str, Any], seconds: float) -> tuple[dict[str, Any], bytearray]:
        """Send a request and return the answer's head and document."""
        deadline = time.monotonic() + seconds
        body = json.dumps(request).encode()
        pipe = self.process.stdin
        assert pipe is not None
        try:
            view = memoryview(struct.pack(">I", len(body)) + body)
            while view:
                view = view[pipe.write(view) :]
        except BrokenPipeError as error:
            raise _WorkerGone("the worker was gone") from error
        return json.loads(self._read_frame(deadline)), self._read_frame(deadline)

    def _read_frame(self, deadline: float) -> bytearray:
        (length,) = struct.unpack(">I", self._read(4, deadline))
        if length > MAX_DOCUMENT_BYTES:
            raise RenderCrashed("the worker's answer makes no sense")
        return self._read(length, deadline)

    def _read(self, count: int, deadline: float) -> bytearray:
        pipe = self.process.stdout
        assert pipe is not None
        parts = bytearray()
        while len(parts) < count:
            wait = deadline - time.monotonic()
            if wait <= 0 or not select.select([pipe], [], [], wait)[0]:
                raise RenderTimeout("the document took too long")
            part = os.read(pipe.fileno(), min(count - len(parts), 2**20))
            if not part:
                status = self.process.wait()
                kind = _WorkerGone if status == 0 else RenderCrashed
                raise kind(f"the worker ended with status {status}")
            parts += part
        return parts

    @property
    def is_alive(self) -> bool:
        """Whether the process still runs."""
        return self.process.poll() is None

    def end(self) -> None:
        """End the process at once, reap it and remove what it left."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()
        shutil.rmtree(self.scratch, ignore_errors=True)


class Renderer:
    """Up to ``workers`` processes of this one; safe to use from several threads."""

    def __init__(
        self, workers: int, seconds: float, memory_bytes: int = MEMORY_BYTES, niceness: int = 0
    ) -> None:
        self.seconds = seconds
        self.memory_bytes = memory_bytes
        self.niceness = niceness
        self._places: LifoQueue[Worker | None] = LifoQueue()
        self._all: set[Worker] = set()
        self._lock = threading.Lock()
        for _ in range(workers):
            self._places.put(None)
        atexit.register(self.close)

    def render(self, document: Document, *, whole: bool = False) -> bytes:
        """Return the document as PDF/A-3, or as the image of it; raises a RenderError.

        A worker that was found dead is replaced and the request sent once more; one that dies of
        this document is not asked again. ``whole``: a picture, font or style sheet that can't be
        read is an error too, where else it is left out and logged.
        """
        head, body = self._answer({**self._about(document), "data": document.data})
        lacking = [text for text in head["remarks"] if text.startswith("Failed to load")]
        if whole and lacking:
            raise RenderFailed(lacking[0])
        return bytes(body)

    def render_many(self, documents: Sequence[Document], *, together: bool = False) -> Sheaf:
        """Return many documents of one template, language and shared data; raises a RenderError.

        Each is a file of its own, PDF/A-3 as by ``render``; ``together`` makes them pages of a few
        files, which share fonts and pictures and are to be bound. The time allowed is that of one
        document for the whole, so that a portion is a few hundred.
        """
        first, many = documents[0], [document.data for document in documents]
        request = {**self._about(first), "many": many, "together": together}
        head, body = self._answer(request)
        files, start, view = [], 0, memoryview(body)
        for length in head["lengths"]:
            files.append(bytes(view[start : start + length]))
            start += length
        places = [(file, page) for file, page in head["places"]]
        return Sheaf(files, places, head["is_fast"])

    def _about(self, document: Document) -> dict[str, Any]:
        return {
            "folder": str(document.folder),
            "template": document.template,
            "language": document.language,
            "form": document.form.value,
            "shared": document.shared,
            "processor_seconds": int(self.seconds) + 1,
        }

    def _answer(self, request: dict[str, Any]) -> tuple[dict[str, Any], bytearray]:
        try:
            return _checked(*self._ask(request))
        except _WorkerGone:
            return _checked(*self._ask(request))

    def _ask(self, request: dict[str, Any]) -> tuple[dict[str, Any], bytearray]:
        try:
            worker = self._places.get(timeout=self.seconds)
        except Empty:
            raise RenderTimeout("no worker became free in time") from None
        try:
            worker = self._living(worker)
            return worker.ask(request, self.seconds)
        except BaseException:
            self._forget(worker)
            worker = None
            raise
        finally:
            self._places.put(worker)

    def _living(self, worker: Worker | None) -> Worker:
        if worker is not None and worker.is_alive:
            return worker
        self._forget(worker)
        worker = Worker(self.memory_bytes, self.niceness)
        with self._lock:
            self._all.add(worker)
        return worker

    def _forget(self, worker: Worker | None) -> None:
        if worker is None:
            return
        with self._lock:
            self._all.discard(worker)
        worker.end()

    def close(self) -> None:
        """End all workers."""
        with self._lock:
            workers, self._all = self._all, set()
        for worker in workers:
            worker.end()


def _checked(head: dict[str, Any], body: bytearray) -> tuple[dict[str, Any], bytearray]:
    for remark in head["remarks"]:
        logger.warning("PDF template: %s", remark)
    if head["state"] == "refused":
        raise RenderRefused(head["reason"])
    if head["state"] == "failed":
        raise RenderFailed(head["reason"])
    return head, body


@lru_cache(maxsize=8)
def _renderer_of(_process: int, workers: int, seconds: int) -> Renderer:
    return Renderer(workers, seconds)


def renderer() -> Renderer:
    """Return this process's renderer, with the running application's settings."""
    settings: Settings = current_app.config["SETTINGS"]
    return _renderer_of(os.getpid(), settings.pdf_workers, settings.pdf_timeout_seconds)
