"""The folder of one test run, shared by its processes: databases, the demonstration, compiled files.

It lies in memory where there is room, because each test commits, and waits for the disk, many times.
The settings of the databases stay those of production.
"""

import os
import shutil
import signal
import tempfile
from pathlib import Path

import psutil
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
    _stop_postgres(folder / "postgres")
    shutil.rmtree(folder, ignore_errors=True)


def _stop_postgres(data: Path) -> None:
    """Stop the server of the folder, if one runs, in good order."""
    try:
        server = psutil.Process(int((data / "postmaster.pid").read_text().split()[0]))
        if str(data) in server.cmdline():  # and nobody else got its number since
            server.send_signal(signal.SIGINT)
            server.wait(20)
    except (FileNotFoundError, psutil.Error):
        return
