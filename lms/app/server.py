"""The web server: gunicorn with threads, configured for this application."""

import os
from typing import Any

from gunicorn.app.base import BaseApplication

from lms.app import garbage, queue
from lms.app.factory import create_app
from lms.core.settings import Settings


class Server(BaseApplication):  # type: ignore[misc]
    """Serve the application; the first worker to take the lock also runs background jobs."""

    def __init__(self, settings: Settings, host: str, workers: int, threads: int) -> None:
        self.settings = settings
        self.options: dict[str, Any] = {
            "bind": f"{host}:{settings.port}",
            "workers": workers,
            "threads": threads,
            "worker_class": "gthread",
            "keepalive": 30,
            "timeout": 60,
            "graceful_timeout": 20,
            "preload_app": False,
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

    def load(self) -> Any:
        """Make the application in the worker, after the fork."""
        return create_app(self.settings)


def _begin(worker: Any) -> None:
    """Start background jobs if they are this worker's, and look for garbage less often."""
    garbage.look_seldom()
    queue.start_embedded(worker.wsgi)


def default_workers() -> int:
    """Return one process per core, at most eight."""
    return min(8, len(os.sched_getaffinity(0)))
