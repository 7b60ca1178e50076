"""The folder of one test run, shared by its processes: databases, the demonstration, compiled files.

It lies in memory where there is room, because each test commits, and waits for the disk, many times.
The settings of the databases stay those of production.
"""

import os
import shutil
import signal
import tempfile
import time
from pathlib import Path

from filelock import FileLock, Timeout

PREFIX = "lms-tests-"
ROOM = 2 * 1024**3


class RunFolder:
    """A folder that everybody may enter (PostgreSQL runs as a user of its own) and its removal."""

    def __init__(self) -> None:
        parent = _parent()
        _remove_abandoned(parent)
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
        self.path.chmod(0o755)
        self._lock = _lock_of(self.path)
        self._lock.acquire()

    def remove(self) -> None:
        """Stop what still runs in the folder and remove it."""
        _remove(self.path)
        self._lock.release()


def _parent() -> Path:
    memory = Path("/dev/shm")
    if memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM:
        return memory
    return Path(tempfile.gettempdir())


def _lock_of(folder: Path) -> FileLock:
    return FileLock(folder / "run.lock")


def _remove_abandoned(parent: Path) -> None:
    """Remove the folders of runs that were killed: the lock of a process ends with it."""
    for folder in parent.glob(f"{PREFIX}*"):
        try:
            with _lock_of(folder).acquire(timeout=0):
                _remove(folder)
        except (Timeout, OSError):
            continue


def _remove(folder: Path) -> None:
    _stop_postgres(folder / "postgres" / "postmaster.pid")
    shutil.rmtree(folder, ignore_errors=True)


def _stop_postgres(pid_file: Path) -> None:
    """Stop the server, if one runs, in good order: it removes the file with its number."""
    if not pid_file.exists():
        return
    try:
        os.kill(int(pid_file.read_text().split()[0]), signal.SIGINT)
    except ProcessLookupError:
        return
    deadline = time.monotonic() + 20
    while pid_file.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
