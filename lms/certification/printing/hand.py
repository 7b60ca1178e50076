"""Signing in a process of its own, so that signing many documents keeps all processors busy.

Frames as of ``core.pdf.worker``: first the settings, then PDF after PDF; each answer begins with a
byte that says whether it is the signed PDF or a reason. An empty frame goes before each lot: then
the key is looked up anew, for it may have been rotated, or count as compromised. The process ends
with its input, or when it was idle for long.
"""

import os
import pickle
import select
import subprocess
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, BinaryIO

from lms.certification.sealing.authority import SigningUnavailable
from lms.core import clock
from lms.core.pdf.worker import frame, read_frame
from lms.core.settings import PROJECT, Settings

if TYPE_CHECKING:
    from lms.certification.sealing.signer import DocumentSigner

SIGNED, UNAVAILABLE = b"+", b"-"
NEW_LOT = frame(b"")
IDLE_SECONDS = 600
NICENESS = 10
START = (
    "import sys; sys.path.insert(0, {!r}); from lms.certification.printing.hand import main; main()"
)
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}


class Hand:
    """One process that signs as the settings say. Not to be shared by threads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None

    def sign(self, documents: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the documents signed, one after another; raises SigningUnavailable."""
        for place, document in enumerate(documents):
            yield self._sign(document, is_first=not place)

    def _sign(self, document: bytes, *, is_first: bool) -> bytes:
        process = self._living()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write((NEW_LOT if is_first else b"") + frame(document))
            process.stdin.flush()
            answer = read_frame(process.stdout)  # type: ignore[arg-type]
        except BrokenPipeError:
            answer = None
        if answer is None:
            self.close()
            raise SigningUnavailable("the process that signs has ended")
        if answer[:1] != SIGNED:
            raise SigningUnavailable(answer[1:].decode())
        return answer[1:]

    def _living(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self.close()
        self._process = subprocess.Popen(  # noqa: S603 - this interpreter, a fixed program
            [sys.executable, "-I", "-c", START.format(str(PROJECT))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=ENVIRONMENT,
        )
        assert self._process.stdin is not None
        self._process.stdin.write(frame(pickle.dumps(self._settings)))
        return self._process

    @property
    def pid(self) -> int | None:
        """The process, when it runs."""
        return self._process.pid if self._process else None

    def close(self) -> None:
        """End the process."""
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process = None


def main() -> None:
    """Sign what comes in until nothing comes any more."""
    from lms.certification.sealing.signer import document_signer  # noqa: PLC0415

    os.nice(NICENESS)
    source = os.fdopen(os.dup(0), "rb", buffering=0)
    target = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a stray print must not look like an answer
    settings: Settings = pickle.loads(read_frame(source) or b"")  # noqa: S301 - from our parent
    signer: DocumentSigner | None = None
    while (document := _next(source)) is not None:
        if not document:
            signer = None
            continue
        try:
            signer = signer or document_signer(settings, clock.now())
            answer = SIGNED + signer.sign(document)
        except SigningUnavailable as error:
            answer = UNAVAILABLE + str(error).encode()
        target.write(frame(answer))
        target.flush()


def _next(source: BinaryIO) -> bytes | None:
    """Return the next document; None when there is none for long."""
    if not select.select([source], [], [], IDLE_SECONDS)[0]:
        return None
    return read_frame(source)
