"""Counts of rate limits, which all processes share: of one machine in a file, of many in Redis.

Registered with the library ``limits`` under ``counts-file://<path>`` and ``counts-shared://<path>``.
Counts may be lost with the machine's power or with Redis, never with a process.
"""

import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from limits.storage import RedisStorage, Storage
from redis.exceptions import RedisError

LOGGER = logging.getLogger(__name__)
# Seconds that a request waits for Redis, and that it is left alone after it didn't answer.
PATIENCE, PAUSE = 1.0, 5.0
TABLE = "CREATE TABLE IF NOT EXISTS counts (key TEXT PRIMARY KEY, count INTEGER, expires_at REAL)"
# A window that is over begins anew; what is given back never makes a count negative.
INCREASE = """
INSERT INTO counts VALUES (:key, max(:amount, 0), :expires_at)
ON CONFLICT (key) DO UPDATE SET count = max(count + :amount, 0)
RETURNING count
"""


class CountsFile(Storage):
    """Fixed windows in a SQLite file of its own."""

    STORAGE_SCHEME = ["counts-file"]  # noqa: RUF012 - the library's own attribute
    base_exceptions = sqlite3.Error

    def __init__(self, uri: str, **options: Any) -> None:
        super().__init__(uri, **options)
        self.path = uri.split("://", 1)[1]
        with self._open() as file:
            file.execute("PRAGMA journal_mode=WAL")

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """Open the file for one question: limits are asked rarely, and threads come and go.

        A file that was taken away is made anew: counts are no records.
        """
        connection = sqlite3.connect(self.path, timeout=5, isolation_level=None)
        try:
            connection.execute("PRAGMA synchronous=OFF")
            connection.execute(TABLE)
            yield connection
        finally:
            connection.close()

    def _ask(self, question: str, key: str) -> float:
        with self._open() as file:
            row = file.execute(question, {"key": key, "now": time.time()}).fetchone()
        return row[0] if row else 0

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Add ``amount`` to the count of ``key``, which begins with a window of ``expiry`` s."""
        now = time.time()
        with self._open() as file:
            file.execute("DELETE FROM counts WHERE expires_at <= ?", (now,))
            values = {"key": key, "amount": amount, "expires_at": now + expiry}
            return int(file.execute(INCREASE, values).fetchone()[0])

    def get(self, key: str) -> int:
        """Return the count of ``key`` in its present window."""
        return int(
            self._ask("SELECT count FROM counts WHERE key = :key AND expires_at > :now", key)
        )

    def get_expiry(self, key: str) -> float:
        """Return when the window of ``key`` ends, in seconds since 1970; now for none."""
        return self._ask("SELECT expires_at FROM counts WHERE key = :key", key) or time.time()

    def check(self) -> bool:
        """Tell whether the file answers."""
        with self._open() as file:
            return bool(file.execute("SELECT 1").fetchone())

    def reset(self) -> int:
        """Forget all counts."""
        with self._open() as file:
            return file.execute("DELETE FROM counts").rowcount

    def clear(self, key: str) -> None:
        """Forget the count of ``key``."""
        with self._open() as file:
            file.execute("DELETE FROM counts WHERE key = ?", (key,))


class SharedCounts(Storage):
    """Fixed windows in Redis; while it doesn't answer, in this machine's file.

    So people can sign in all the same, with limits that hold for each machine on its own.
    """

    STORAGE_SCHEME = ["counts-shared"]  # noqa: RUF012 - the library's own attribute
    base_exceptions = (RedisError, sqlite3.Error)

    def __init__(self, uri: str, *, redis_url: str, **options: Any) -> None:
        super().__init__(uri, **options)
        self.shared = RedisStorage(
            redis_url, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE
        )
        self.own = CountsFile(uri)
        self._left_alone_until = 0.0

    def _ask(self, question: str, *given: Any) -> Any:
        if time.monotonic() >= self._left_alone_until:
            try:
                return getattr(self.shared, question)(*given)
            except RedisError as error:
                self._left_alone_until = time.monotonic() + PAUSE
                LOGGER.warning("limits are counted by this machine alone: %s", error)
        return getattr(self.own, question)(*given)

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Add ``amount`` to the count of ``key``, which begins with a window of ``expiry`` s."""
        return int(self._ask("incr", key, expiry, amount))

    def get(self, key: str) -> int:
        """Return the count of ``key`` in its present window."""
        return int(self._ask("get", key))

    def get_expiry(self, key: str) -> float:
        """Return when the window of ``key`` ends, in seconds since 1970; now for none."""
        return float(self._ask("get_expiry", key))

    def check(self) -> bool:
        """Tell whether one of the two answers."""
        return bool(self._ask("check"))

    def reset(self) -> int | None:
        """Forget all counts."""
        return self._ask("reset")  # type: ignore[no-any-return]

    def clear(self, key: str) -> None:
        """Forget the count of ``key``."""
        self._ask("clear", key)
