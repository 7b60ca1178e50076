"""The web server: gunicorn with threads, configured for this application."""

import os
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.http.errors import (
    LimitRequestHeaders,
    LimitRequestLine,
    NoMoreData,
    ParseException,
)
from gunicorn.workers.gthread import ThreadWorker

from lms.app import garbage, queue
from lms.core.settings import Settings
from lms.core.storage import open_store
from lms.web.errors import error_page

# What gunicorn refuses before the application is asked: an address or headers beyond its limits.
TOO_LONG = {LimitRequestLine: 414, LimitRequestHeaders: 431}
# A body that ends early or isn't in chunks as announced: noticed where the application reads it.
BROKEN_OFF = (ParseException, NoMoreData)


class Worker(ThreadWorker):  # type: ignore[misc]
    """Gunicorn's worker; its readers get the site's own page for a request that is too long."""

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Answer a request that couldn't be read; its language isn't known then."""
        status = TOO_LONG.get(type(exc))
        if status is None:
            super().handle_error(req, client, addr, exc)
            return
        self.log.warning("Request refused with %s: %s", status, exc)
        try:
            client.settimeout(2)
            client.sendall(_answer(self.wsgi, status))
        except OSError:
            self.log.debug("the visitor left before the answer")


def _answer(app: Flask, status: int) -> bytes:
    """Return a whole reply, with the designed page and the headers of every page."""
    with app.test_request_context("/"):
        reply = app.process_response(app.make_response(error_page(status)))
    reply.headers["Connection"] = "close"
    del reply.headers["Set-Cookie"]
    head = f"HTTP/1.1 {reply.status}\r\n{reply.headers}"
    return head.encode("latin-1") + reply.get_data()


class Server(BaseApplication):  # type: ignore[misc]
    """Serve the application; the first worker to take the lock also runs background jobs.

    The workers are forked with the application made: they are ready at once and share its memory.
    No connection may be open then (``readiness.check_ready`` leaves none to the database).
    """

    def __init__(self, app: Flask, host: str, workers: int, threads: int) -> None:
        self.app = app
        for kind in BROKEN_OFF:
            app.register_error_handler(kind, lambda _error: error_page(400))
        settings: Settings = app.config["SETTINGS"]
        self.options: dict[str, Any] = {
            "bind": f"{host}:{settings.port}",
            "workers": workers,
            "threads": threads,
            "worker_class": Worker,
            "keepalive": 30,
            "timeout": 60,
            "graceful_timeout": 20,
            "control_socket_disable": True,
            "loglevel": "warning",
            "accesslog": None,
            "limit_request_line": 8190,
            "forwarded_allow_ips": "",  # LMS_TRUSTED_PROXIES alone says what is believed
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
