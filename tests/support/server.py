"""A real server process for browser, load and failure tests."""

import multiprocessing
import os
import signal
import socket
import time
import urllib.error
import urllib.request
from contextlib import suppress
from multiprocessing.process import BaseProcess
from pathlib import Path

from flask import Flask

from lms.app.cli import main
from tests.support.applications import COMPILED

# Importing the application takes longer than most tests do: a process that has done so, and nothing
# else, is forked for each server.
READY = multiprocessing.get_context("forkserver")
READY.set_forkserver_preload(["tests.support.imported"])


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


class LiveServer:
    """``lms serve`` with a data folder of its own; can be killed and started again."""

    def __init__(self, var: Path, database_url: str, secret: str, **settings: str) -> None:
        self.var, self.port = var, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("LMS_")},
            "LMS_VAR": str(var),
            "LMS_DATABASE_URL": database_url,
            "LMS_SECRET_KEY": secret,
            "LMS_PORT": str(self.port),
            "LMS_PUBLIC_URL": self.url,
            **{f"LMS_{name.upper()}": value for name, value in settings.items()},
        }
        self.process: BaseProcess | None = None

    def start(self, workers: int = 1) -> None:
        """Start and wait until it is well."""
        log = self.var / "server.log"
        self.process = READY.Process(
            target=_serve, args=(self.environment, log, workers, COMPILED.folder)
        )
        self.process.start()
        deadline = time.monotonic() + 40
        while time.monotonic() < deadline:
            assert self.process.is_alive(), log.read_text()
            try:
                with urllib.request.urlopen(f"{self.url}/health", timeout=5) as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.1)
        raise AssertionError("the server did not come up\n" + log.read_text())

    def stop(self) -> None:
        """Stop it in good order; fail if it does not."""
        if self.process is not None:
            self.process.terminate()
            self.process.join(timeout=20)
            assert self.process.exitcode == 0, (self.var / "server.log").read_text()
            self.process = None

    def kill(self) -> None:
        """Kill all its processes at once, as a power cut would."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.ident or 0, signal.SIGKILL)
            self.process.join()
            self.process = None


def refusal(var: Path, log: Path, **settings: str) -> tuple[int | None, str]:
    """Try to start a server that should refuse; return its exit code and what it said."""
    environment = {**os.environ, "LMS_VAR": str(var), **settings}
    process = READY.Process(target=_serve, args=(environment, log, 1, None))
    process.start()
    process.join(60)
    return process.exitcode, log.read_text()


def _serve(environment: dict[str, str], log: Path, workers: int, templates: str | None) -> None:
    """Become the server: a session, an environment and an output of its own.

    Templates that another process of the run compiled needn't be compiled anew.
    """
    os.setsid()
    os.environ.clear()
    os.environ.update(environment)
    with log.open("ab") as stream:
        os.dup2(stream.fileno(), 1)
        os.dup2(stream.fileno(), 2)
    if templates:
        COMPILED.share(Path(templates))
        Flask.jinja_options = {"bytecode_cache": COMPILED}
    main(["serve", "--workers", str(workers)])
