"""Passwords: hashed with Argon2id, within a budget of processor time and memory.

Each check costs 19 MiB and some 25 ms of one core (OWASP's parameters for Argon2id). At most
``slots`` run at once in one process and at most ``queue`` wait; the next one is refused at once, so
that a rush of sign-ins can't eat the memory or the threads that exams need.
"""

import secrets
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app
from flask_babel import lazy_gettext as _l

from lms.core.errors import Overloaded
from lms.core.identifiers import ALPHABET

RETRY_SECONDS = 5
# Nobody's password is longer: bringing a text of any length into one Unicode form can take minutes.
LONGEST = 1000


@cache
def default_hasher() -> PasswordHasher:
    """Return the hasher with today's parameters; older hashes are renewed at the next sign-in."""
    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)


@cache
def random_hasher() -> PasswordHasher:
    """Return the hasher of what chance made: 60 random bits can't be tried out, however fast."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1, type=Type.ID)


@cache
def _decoy(hasher: PasswordHasher) -> str:
    """Return a hash of a password that nobody knows, made once in a process."""
    return hasher.hash(secrets.token_hex(16))


class PasswordBudget:
    """Makes and checks password hashes, a bounded number at a time."""

    def __init__(self, slots: int, queue: int, hasher: PasswordHasher | None = None) -> None:
        self.hasher = hasher or default_hasher()
        self.decoy = _decoy(self.hasher)
        self.done = 0  # hashes made or checked so far
        self._slots = threading.BoundedSemaphore(slots)
        self._places = threading.BoundedSemaphore(slots + queue)

    @contextmanager
    def _slot(self) -> Iterator[None]:
        if not self._places.acquire(blocking=False):
            raise Overloaded(
                _l("Very many people are signing in at this moment. Try again in a few seconds."),
                retry_after=RETRY_SECONDS,
            )
        try:
            with self._slots:
                self.done += 1
                yield
        finally:
            self._places.release()

    def matches(self, password_hash: str | None, password: str) -> bool:
        """Tell whether ``password`` is the one of ``password_hash``.

        Without a hash (nobody has that name, or no password was set), for one that is checked
        sooner than today's (see ``hash_random``) and for a text beyond the longest password a decoy
        is checked, so that the answer takes as long. Raises Overloaded when the queue is full.
        """
        if len(password) > LONGEST:
            password_hash, password = None, ""
        with self._slot():
            if password_hash is None or self.is_outdated(password_hash):
                self._verify(self.decoy, password)
            return password_hash is not None and self._verify(password_hash, password)

    def _verify(self, password_hash: str, password: str) -> bool:
        try:
            return self.hasher.verify(password_hash, normalised(password))
        except (VerificationError, InvalidHashError):
            return False

    def hash(self, password: str) -> str:
        """Return the hash to store for ``password``. Raises Overloaded when the queue is full."""
        with self._slot():
            return self.hasher.hash(normalised(password))

    def hash_random(self, password: str) -> str:
        """Return the hash to store for what ``one_time_password`` made, at once and cheaply.

        Its owner replaces it at the first sign-in.
        """
        return random_hasher().hash(password)

    def is_outdated(self, password_hash: str) -> bool:
        """Tell whether the hash was made with other parameters than today's."""
        try:
            return self.hasher.check_needs_rehash(password_hash)
        except InvalidHashError:
            return True


def normalised(password: str) -> str:
    """Return ``password`` in the one Unicode form, whichever keyboard composed its letters."""
    return unicodedata.normalize("NFKC", password)


def passwords() -> PasswordBudget:
    """Return the running application's budget."""
    budget: PasswordBudget = current_app.extensions["passwords"]
    return budget


def one_time_password() -> str:
    """Return a password to be told to its owner once: 12 characters (60 bits) in groups of four."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(12))
    return "-".join(letters[i : i + 4] for i in range(0, 12, 4))
