"""The PDF worker's main loop: a request in, a document out, over two pipes.

A frame is a four-byte length and that many bytes. A request is one frame of JSON; an answer is a
frame of JSON (``ok``, or ``refused``, ``failed`` with a reason) and a frame with the document, or
with many one after another (``many``). The worker ends when its input ends, when it has been idle
for long, and after many documents.
"""

import contextlib
import gc
import json
import logging
import os
import select
import struct
import sys
import sysconfig
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO
from xml.sax.saxutils import escape

from lms.core.pdf.confinement import Confined, Confinement, allow_processor_seconds
from lms.core.pdf.fonts import FOLDER as FONTS

FONT_CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>
"""
Compose = Callable[[dict[str, Any]], tuple[dict[str, Any], bytes]]
HEAD = struct.Struct(">I")
# What WeasyPrint leaves behind adds up to some megabytes a thousand: a fresh process is the cure.
MAX_DOCUMENTS = 2000
IDLE_SECONDS = 600


class _Remarks(logging.Handler):
    """Collects what WeasyPrint warns about while it sets one document."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(record.getMessage()[:300])


def read_frame(stream: BinaryIO) -> bytes | None:
    """Return the next frame; None at the end of the stream."""
    head = _read(stream, HEAD.size)
    if head is None:
        return None
    (length,) = HEAD.unpack(head)
    return _read(stream, length)


def _read(stream: BinaryIO, count: int) -> bytes | None:
    """Return exactly ``count`` bytes of an unbuffered stream; None if it ends before."""
    parts = bytearray()
    while len(parts) < count:
        part = stream.read(count - len(parts))
        if not part:
            return None
        parts += part
    return bytes(parts)


def frame(body: bytes) -> bytes:
    """Return ``body`` as a frame."""
    return HEAD.pack(len(body)) + body


def _libraries() -> list[Path]:
    """Return the folders of code, which hold no data: Python's own and the installed packages."""
    paths = sysconfig.get_paths()
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    zones = [Path("/usr/share/zoneinfo"), Path("/usr/share/locale")]
    return [*{Path(paths[name]) for name in names}, *zones]


def answer(
    request: dict[str, Any], confinement: Confinement, compose: Compose
) -> tuple[dict[str, Any], bytes]:
    """Return the head and the document for one request."""
    folder = Path(request["folder"])
    confinement.folder = os.path.realpath(folder)
    allow_processor_seconds(request["processor_seconds"])
    try:
        head, document = compose(request)
    except Confined as error:
        return {"state": "refused", "reason": str(error)}, b""
    except Exception as error:  # noqa: BLE001 - the reason goes to the caller, who raises it
        return {"state": "failed", "reason": f"{type(error).__name__}: {error}"[:500]}, b""
    finally:
        confinement.folder = None
    return {"state": "ok", **head}, document


def serve(source: BinaryIO, target: BinaryIO, confinement: Confinement, compose: Compose) -> None:
    """Answer requests until the input ends, the worker is idle for long or has made enough."""
    remarks = _Remarks()
    logger = logging.getLogger("weasyprint")
    logger.addHandler(remarks)
    logger.propagate = False
    made = 0
    while made < MAX_DOCUMENTS:
        if not select.select([source], [], [], IDLE_SECONDS)[0]:
            return
        request = read_frame(source)
        if request is None:
            return
        remarks.texts.clear()
        asked = json.loads(request)
        head, document = answer(asked, confinement, compose)
        made += len(asked.get("many", ())) or 1
        head["remarks"] = remarks.texts
        target.write(frame(json.dumps(head).encode()) + frame(document))
        target.flush()
        if "many" in asked:
            # What was drawn refers to itself: left to chance, tens of megabytes of it pile up.
            del asked, head, document
            gc.collect()


def _use_own_fonts(scratch: Path) -> None:
    """Leave the machine's fonts out: a document looks the same everywhere."""
    configuration = scratch / "fonts.conf"
    configuration.write_text(
        FONT_CONFIGURATION.format(fonts=escape(str(FONTS)), cache=escape(str(scratch / "cache"))),
        "utf-8",
    )
    os.environ["FONTCONFIG_FILE"] = str(configuration)


def _remove(folder: Path) -> None:
    """Remove a folder by full paths, which the confinement can judge; the parent may be faster."""
    for place, folders, files in os.walk(folder, topdown=False):
        with contextlib.suppress(FileNotFoundError):
            for name in files:
                Path(place, name).unlink()
            for name in folders:
                Path(place, name).rmdir()
    with contextlib.suppress(FileNotFoundError):
        folder.rmdir()


def main() -> None:
    """Load everything, give everything up, say so, and serve."""
    memory_bytes, scratch = int(sys.argv[1]), Path(sys.argv[2])
    os.nice(int(sys.argv[3]))
    source = os.fdopen(os.dup(0), "rb", buffering=0)
    target = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)  # a stray print must not look like an answer
    tempfile.tempdir = str(scratch)
    _use_own_fonts(scratch)
    try:
        # Only now: WeasyPrint reads the configuration of fonts when it is imported.
        from lms.core.pdf import composing, many  # noqa: PLC0415

        composing.warm_up(scratch)
        confinement = Confinement(scratch, _libraries())
        confinement.enter(memory_bytes=memory_bytes)
        gc.collect()
        gc.freeze()  # what was loaded stays, and needn't be looked through each time
        target.write(frame(b"ready"))
        target.flush()
        serve(source, target, confinement, many.respond)
    finally:
        _remove(scratch)
