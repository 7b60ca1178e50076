"""The job queue's carrier: huey over a SQLite file (embedded) or Redis (network).

Huey only carries the key of a ``core.jobs`` row. In the embedded mode exactly one web process runs
the consumer: the one that holds the lock file; when it dies, another takes over.
"""

import fcntl
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from flask import Flask, current_app
from huey import Huey, RedisHuey, SqliteHuey
from huey.consumer import Consumer
from redis import ConnectionPool, Redis
from redis.exceptions import RedisError

from lms.core import clock, jobs
from lms.core.database import db
from lms.core.settings import Settings
from lms.core.unit_of_work import unit_of_work
from lms.web.errors import in_a_line, is_away

BEAT_SECONDS = 5
STALE_SECONDS = 60
BRIEF_SECONDS = 60
END_SECONDS = 20  # that jobs have once the process is told to end; systemd kills it after 30
PATIENCE: dict[str, Any] = {"socket_connect_timeout": 2, "socket_timeout": 5}  # seconds, with Redis


def init_app(app: Flask, settings: Settings) -> None:
    """Give the application its queue and the hooks of ``core.jobs``."""
    huey = _huey(settings)
    task = huey.task(name="lms.run_job")(_runner(app))

    def wake(identifier: int) -> None:
        if settings.jobs == "none":
            return
        try:
            task(identifier)
        except (RedisError, sqlite3.Error) as error:  # the row is written: the sweep takes it up
            if _brief.is_due():
                app.logger.warning("the sweep alone begins jobs: %s", in_a_line(error))

    app.extensions["huey"] = huey
    app.extensions["wake_jobs"] = wake
    app.extensions["stop_jobs"] = threading.Event()
    app.extensions["brief_waiting"] = dict[str, _Brief]()
    app.extensions["jobs_are_well"] = lambda: _are_well(settings)
    app.extensions["store_is_well"] = lambda: store_refusal(settings) is None


def store_refusal(settings: Settings) -> RedisError | None:
    """Return why Redis doesn't answer; None when it does, or isn't used."""
    if not settings.redis_url:
        return None
    try:
        with Redis.from_url(settings.redis_url, **PATIENCE) as store:
            store.ping()
    except RedisError as error:
        return error
    return None


def _huey(settings: Settings) -> Huey:
    if settings.redis_url:
        pool = ConnectionPool.from_url(settings.redis_url, **PATIENCE)
        return RedisHuey("lms", connection_pool=pool, results=False)
    return SqliteHuey("lms", filename=str(settings.var / "queue.sqlite3"), results=False)


def disconnect(app: Flask) -> None:
    """Close the queue's connection, so that the caller may fork; what uses it opens one again."""
    app.extensions["huey"].storage.close()


def _runner(app: Flask) -> Any:
    def run(identifier: int) -> None:
        with app.app_context():
            jobs.run(identifier)

    return run


def _beat_file(settings: Settings) -> Path:
    return settings.var / "jobs.beat"


def _are_well(settings: Settings) -> bool:
    """Tell whether a consumer gave a sign of life within the last minute and took none back."""
    if settings.jobs == "none":
        return True
    try:
        age = time.time() - _beat_file(settings).stat().st_mtime
    except FileNotFoundError:
        return False
    except OSError as error:  # the data folder was taken from this user
        current_app.logger.warning("health: the sign of life of jobs can't be read: %s", error)
        return False
    return abs(age) < STALE_SECONDS  # one of times to come: the clock was put back


class _Brief(logging.Filter):
    """A line a minute where the database, or the queue's store, is away or full.

    Huey would log a traceback several times a second, and who asks for jobs each of them.
    """

    _silent_until = 0.0

    def is_due(self) -> bool:
        """Tell whether a line may be written; the next one then may after a minute."""
        if time.monotonic() < self._silent_until:
            return False
        self._silent_until = time.monotonic() + BRIEF_SECONDS
        return True

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if not isinstance(error, RedisError | sqlite3.Error):
            return True
        if not self.is_due():
            return False
        record.msg, record.args = "the sweep alone begins jobs: %s", (error,)
        record.exc_info = record.exc_text = None
        return True


_brief = _Brief()


class _ThreadConsumer(Consumer):
    """A consumer inside another process: it leaves that process's signal handlers alone."""

    def _set_signal_handlers(self) -> None:
        pass


def _sweep(_app: Flask) -> None:
    """Take up what nobody finished, and what was put off until now."""
    jobs.run_due()


def _schedule(app: Flask) -> None:
    """Ask for regular jobs, and give a sign of life: for what this process is at, too."""
    with unit_of_work():
        jobs.keep(clock.now())
    enqueue_scheduled()
    _beat_file(app.config["SETTINGS"]).touch()


def _take_up(app: Flask) -> None:
    """Take up what the process before was at. Where a file is the database it was the only one."""
    if db.engine.dialect.name == "sqlite":
        with unit_of_work():
            taken = jobs.take_up_abandoned(clock.now())
        if taken:
            app.logger.warning("%s jobs are taken up that a process left unfinished", taken)


def _give_back(app: Flask) -> None:
    """Leave to others what this process can't finish."""
    with unit_of_work():
        given = jobs.give_back(clock.now())
    app.logger.warning("%s jobs are given back: the process was told to end", given)


def end_in_time(app: Flask, stop: threading.Event) -> None:
    """End the process soon after ``stop`` is set, even in the middle of a long job."""

    def wait_and_end() -> None:
        stop.wait()
        time.sleep(END_SECONDS)
        _do(_give_back, app)
        os._exit(0)

    threading.Thread(target=wait_and_end, name="ending", daemon=True).start()


def _repeat(step: Callable[[Flask], None], app: Flask, stop: threading.Event) -> None:
    while not stop.is_set():
        _do(step, app)
        stop.wait(BEAT_SECONDS)


def _do(step: Callable[[Flask], None], app: Flask) -> None:
    try:
        with app.app_context():
            step(app)
    except Exception as error:  # noqa: BLE001 - told, and tried again at the next beat
        _tell_failure(step.__name__.strip("_"), app, error)


def _tell_failure(what: str, app: Flask, error: Exception) -> None:
    """Log what a step met: in a line a minute what an operator mends, a fault with its trace."""
    if is_away(error):
        with suppress(OSError):
            _beat_file(app.config["SETTINGS"]).unlink(missing_ok=True)  # told at once
        waits_for = "the database"
    elif isinstance(error, OSError):
        waits_for = "the data folder"
    else:
        app.logger.error("the %s of jobs failed", what, exc_info=error)
        return
    brief: _Brief = app.extensions["brief_waiting"].setdefault(waits_for, _Brief())
    if brief.is_due():
        app.logger.warning("the %s of jobs waits for %s: %s", what, waits_for, in_a_line(error))


def enqueue_scheduled() -> None:
    """Ask for each regular job once per interval."""
    now = clock.now()
    with unit_of_work():
        put_back = jobs.follow_clock(now)
        if put_back:
            current_app.logger.warning("the clock was put back: %s jobs follow it", put_back)
        slots = {
            name: f"slot-{int(now.timestamp()) // seconds}"
            for name, seconds in jobs.scheduled().items()
        }
        for name, key in jobs.not_asked_for(slots):
            jobs.enqueue(name, key=key, now=now)


def run_consumer(app: Flask, stop: threading.Event) -> None:
    """Run the consumer and the sweep in this process until ``stop`` is set.

    Regular jobs are asked for beside the sweep, which may be at a long job itself.
    """
    consumer = _ThreadConsumer(
        app.extensions["huey"], workers=2, periodic=False, check_worker_health=True
    )
    for name in ("huey.consumer.Worker", "huey.consumer.Scheduler"):
        logging.getLogger(name).addFilter(_brief)
    app.extensions["stop_jobs"] = stop
    consumer.start()
    threading.Thread(target=_repeat, args=(_schedule, app, stop), daemon=True).start()
    try:
        _repeat(_sweep, app, stop)
    finally:
        consumer.stop(graceful=True)


def start_embedded(app: Flask) -> None:
    """In a web process: run the consumer as soon as this process holds the lock file."""
    settings: Settings = app.config["SETTINGS"]
    if settings.jobs != "embedded":
        return

    def wait_and_run() -> None:
        lock = os.open(settings.var / "jobs.lock", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX)
        _do(_take_up, app)
        run_consumer(app, threading.Event())

    threading.Thread(target=wait_and_run, name="jobs", daemon=True).start()
