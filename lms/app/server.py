"""The web server: gunicorn with threads, configured for this application."""

import os
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from lms.app import garbage, queue
from lms.core.settings import Settings
from lms.core.storage import open_store


class Server(BaseApplication):  # type: ignore[misc]
    """Serve the application; the first worker to take the lock also runs background jobs.

    The workers are forked with the application made: they are ready at once and share its memory.
    No connection may be open then (``readiness.check_ready`` leaves none to the database).
    """

    def __init__(self, app: Flask, host: str, workers: int, threads: int) -> None:
        self.app = app
        settings: Settings = app.config["SETTINGS"]
        self.options: dict[str, Any] = {
            "bind": f"{host}:{settings.port}",
            "workers": workers,
            "threads": threads,
            "worker_class": "gthread",
            "keepalive": 30,
            "timeout": 60,
            "graceful_timeout": 20,
            "control_socket_disable": True,
            "loglevel": "warning",
            "accesslog": None,
            "limit_request_line": 4094,
            "post_worker_init": _begin,
        }
        super().__init__()

    def load_config(self) -> None:
        """Hand gunicorn our options."""
        for name, value in self.options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        """Return the application that the worker was forked with."""
        return self.app

    def run(self) -> None:
        """Serve until stopped."""
        queue.disconnect(self.app)
        garbage.look_seldom()
        super().run()


def _begin(worker: Any) -> None:
    """Open the worker's own connections to stored files; run background jobs if it is to."""
    app: Flask = worker.wsgi
    app.extensions["blobs"] = open_store(app.config["SETTINGS"])
    queue.start_embedded(app)


def default_workers() -> int:
    """Return one process per core, at most eight."""
    return min(8, len(os.sched_getaffinity(0)))
