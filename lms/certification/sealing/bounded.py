"""Examining a stranger's PDF in a process of its own, within limits of time and memory.

The process knows nothing but the file and the public certificates: an empty environment, no
network, no other programs. It ends with its answer; whatever a hostile file does, it does there.
"""

import json
import subprocess
import sys
import threading
from collections.abc import Sequence

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from lms.certification.sealing.findings import Finding, Inspection
from lms.core.pdf.worker import frame
from lms.core.settings import PROJECT

SECONDS = 20  # a busy machine needs ten for what else takes one
# Once the process is there: a certificate takes a tenth of a second, a print of thousands of pages
# or a list's with 150,000 objects up to one. What takes longer isn't ours.
PROCESSOR_SECONDS = 2
MEMORY_BYTES = 2**29  # of address space
AT_ONCE = 2  # in one process of the application
WAIT_SECONDS = 10
START = (
    "import sys; sys.path.insert(0, {!r}); "
    "from lms.certification.sealing.examiner import main; main()"
)
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
_places = threading.BoundedSemaphore(AT_ONCE)


class Unchecked(Exception):
    """The file asked for more time or memory than a certificate needs."""


class Busy(Exception):
    """Too many files are examined just now."""


def inspect(content: bytes, anchors: Sequence[x509.Certificate]) -> Inspection:
    """Return what ``checking.examine`` finds; raises Unchecked or Busy."""
    trusted = b"".join(anchor.public_bytes(Encoding.PEM) for anchor in anchors)
    if not _places.acquire(timeout=WAIT_SECONDS):
        raise Busy
    try:
        answer = json.loads(_asked(frame(trusted) + frame(content)))
    finally:
        _places.release()
    return Inspection(Finding(answer["finding"]), tuple(answer["records"]), answer["signer"])


def _asked(request: bytes) -> bytes:
    limits = (str(MEMORY_BYTES), str(PROCESSOR_SECONDS))
    try:
        done = subprocess.run(  # noqa: S603 - this interpreter, a fixed program
            [sys.executable, "-I", "-c", START.format(str(PROJECT)), *limits],
            input=request,
            capture_output=True,
            timeout=SECONDS,
            env=ENVIRONMENT,
            cwd="/",
            check=True,
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        raise Unchecked from error
    return done.stdout
