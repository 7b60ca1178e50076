"""Applications as tests make them: what is slow on purpose or made again and again is made cheap."""

from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket

from lms.app import create_app
from lms.core.settings import Settings
from lms.people.passwords.hashing import PasswordBudget

SECRET = "a-secret-for-tests-only-0123456789abcdef"

# Passwords are guarded by the time that a hash takes; tests sign in a thousand times. The real
# parameters have tests of their own.
QUICK_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class CompiledTemplates(FileSystemBytecodeCache):
    """Templates that one process of this run compiled, for all of them: a server's, too.

    Compiling all of them takes a process longer than starting, and each page needs a dozen.
    """

    def __init__(self) -> None:
        self.codes: dict[tuple[str, str], Any] = {}
        self.folder: str | None = None  # of the whole run: given when there is one

    def share(self, folder: Path) -> None:
        """Share what is compiled from now on with whoever has the same ``folder``."""
        folder.mkdir(exist_ok=True)
        self.folder = str(folder)
        super().__init__(self.folder)

    def load_bytecode(self, bucket: Bucket) -> None:
        key = (bucket.key, bucket.checksum)
        if key not in self.codes and self.folder:
            super().load_bytecode(bucket)
            if bucket.code is not None:
                self.codes[key] = bucket.code
        bucket.code = self.codes.get(key)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.codes[bucket.key, bucket.checksum] = bucket.code
        if self.folder:
            super().dump_bytecode(bucket)


COMPILED = CompiledTemplates()


def make_settings(var: Path, database_url: str = "", **overrides: Any) -> Settings:
    """Settings of a test installation, independent of the environment."""
    values = {
        "var": var,
        "database_url": database_url,
        "secret_key": SECRET,
        "jobs": "none",
        "batch_processes": 1,
        "public_url": "https://learn.example",
        "sign_in_limit": "10 per 5 minutes",
        **overrides,
    }
    return Settings(_env_file=None, **values)  # type: ignore[call-arg]


def make_application(settings: Settings) -> Flask:
    """An application that shares what the others compiled and hashes passwords quickly."""
    app = create_app(settings)
    app.testing = False  # errors become pages, as for people
    app.jinja_env.bytecode_cache = COMPILED
    app.extensions["passwords"] = PasswordBudget(
        settings.hash_slots, settings.hash_queue, QUICK_HASHER
    )
    return app
