"""Servers under measurement and the CPU time they spend."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.support.databases import SECRET
from tests.support.server import free_port

TICKS = os.sysconf("SC_CLK_TCK")
WORKERS, THREADS = 2, 8


def _stat(pid: int) -> tuple[int, float]:
    """Return (parent, CPU seconds) of a process and of its children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return int(fields[1]), sum(map(int, fields[11:15])) / TICKS


def cpu_seconds(roots: list[int]) -> float:
    """Return the CPU seconds of processes and all their living descendants."""
    parents: dict[int, int] = {}
    seconds: dict[int, float] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)], seconds[int(entry.name)] = _stat(int(entry.name))
            except (FileNotFoundError, ProcessLookupError):
                continue
    total = 0.0
    for pid, spent in seconds.items():
        ancestor = pid
        while ancestor in parents and ancestor not in roots:
            ancestor = parents[ancestor]
        if ancestor in roots:
            total += spent
    return total


class BenchServer:
    """A gunicorn with the same workers and threads for every application measured."""

    def __init__(self, factory: str, environment: dict[str, str], log: Path) -> None:
        self.port = free_port()
        command = [
            sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{self.port}",
            "--workers", str(WORKERS), "--threads", str(THREADS), "--worker-class", "gthread",
            "--no-control-socket", "--log-level", "warning", factory,
        ]  # fmt: skip
        clean = {k: v for k, v in os.environ.items() if not k.startswith("LMS_")}
        with log.open("ab") as stream:
            self.process = subprocess.Popen(
                command,
                env={**clean, **environment},
                stdout=stream,
                stderr=stream,
                start_new_session=True,
            )
        self._wait(log)

    def _wait(self, log: Path) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=5):
                    return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.2)
        raise RuntimeError(log.read_text())

    def stop(self) -> None:
        """Stop it."""
        self.process.terminate()
        self.process.wait(timeout=30)


def lms_environment(var: Path, database_url: str) -> dict[str, str]:
    """Return the environment of the measured platform."""
    return {
        "LMS_VAR": str(var),
        "LMS_DATABASE_URL": database_url,
        "LMS_SECRET_KEY": SECRET,
        "LMS_JOBS": "none",
    }
