"""The command ``lms``: every task of an operator."""

import errno
import sqlite3
import sys
from typing import Any

import click
import sqlalchemy as sa
from flask import Flask
from flask.cli import FlaskGroup, ScriptInfo
from psycopg.errors import (
    InsufficientPrivilege,
    ReadOnlySqlTransaction,
    UndefinedColumn,
    UndefinedTable,
)

from lms.app import commands
from lms.app.factory import create_app
from lms.app.readiness import OLD_SCHEMA, refusal_of
from lms.core.settings import SettingsError
from lms.core.storage import StoreUnavailable

NOT_WRITTEN = "LMS_VAR: nothing can be written to the data folder"
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)  # a disk that takes nothing more
# What libraries bring along: the schema, for one, is brought up to date by ``lms migrate`` alone.
LIBRARIES = frozenset({"db", "limiter"})
EPILOG = """\b
Examples:
  lms start                                  all that is needed, on one machine
  lms setup && lms serve --workers 4         the same in two steps
  lms demo --people 10000                    a large demonstration, into an empty database
  lms courses check                          is each course in courses/ well-formed?
  lms accounts create anna --role hr --number 1042

\b
Settings are LMS_… variables of the environment, or lines of the file .env in the working
directory or of the one that LMS_SETTINGS_FILE names; README.md lists them.

\b
Exit codes: 0 done; 1 refused, or something is wrong with what was checked; 2 a wrong
command line, wrong settings, or a database or file that can't be used.
Each command says more: lms COMMAND --help.
"""


def _create_app() -> Flask:
    app = create_app()
    commands.init_app(app)
    return app


class _Commands(FlaskGroup):
    """The commands; what an operator can mend is a line for each, not a traceback."""

    def __init__(self, **extra: Any) -> None:
        super().__init__(load_dotenv=False, **extra)
        # Flask's options name an application and files of settings: here each is found in one way.
        self.params = [one for one in self.params if one.name not in ("env_file", "app", "debug")]

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands; raise what Flask would print as a traceback."""
        ctx.ensure_object(ScriptInfo).load_app()
        return [name for name in super().list_commands(ctx) if name not in LIBRARIES]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Return the command of this name, unless it is a library's."""
        return None if name in LIBRARIES else super().get_command(ctx, name)

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run what the command line says; exit with 2 for settings, a database or file unfit."""
        title = "wrong settings"
        try:
            return super().main(*args, **kwargs)
        except SettingsError as error:
            message = str(error)
        except StoreUnavailable as error:
            message = f"LMS_STORAGE: files can't be read or saved now: {error.__cause__}"
        except sa.exc.DatabaseError as error:
            if not _is_of_the_database(error):
                raise
            message = OLD_SCHEMA if _lacks_schema(error) else refusal_of(error)
        except sqlite3.DatabaseError as error:
            if not _is_of_the_file(error):
                raise
            message = f"{NOT_WRITTEN}: {error}"
        except OSError as error:
            if error.errno in FULL:
                message = f"{NOT_WRITTEN}: {error}"
            elif error.filename is not None:
                title, message = "a file can't be used", f"{error.filename}: {error.strerror}"
            else:
                raise
        click.echo(f"lms: {title}\n{message}", err=True)
        sys.exit(2)


def _lacks_schema(error: sa.exc.DBAPIError) -> bool:
    """Tell whether a table or a column isn't there: of an older installation, or of none."""
    missing = isinstance(error.orig, (UndefinedTable, UndefinedColumn))
    return missing or "no such table" in str(error.orig) or "no such column" in str(error.orig)


def _is_of_the_database(error: sa.exc.DBAPIError) -> bool:
    """Tell whether the database is unfit, rather than a statement wrong."""
    is_of_the_address = error.statement is None  # nothing was asked yet
    return (
        _lacks_schema(error)
        or isinstance(error, sa.exc.OperationalError)
        or isinstance(error.orig, (InsufficientPrivilege, ReadOnlySqlTransaction))
        or is_of_the_address
        or (isinstance(error.orig, sqlite3.DatabaseError) and _is_of_the_file(error.orig))
    )


def _is_of_the_file(error: sqlite3.DatabaseError) -> bool:
    """Tell whether SQLite can't use its file; it has no class of its own for a damaged one."""
    return isinstance(error, sqlite3.OperationalError) or type(error) is sqlite3.DatabaseError


@click.group(
    cls=_Commands,
    create_app=_create_app,
    add_default_commands=False,
    add_version_option=False,
    help="Run and look after the learning platform.",
    epilog=EPILOG,
    context_settings={"max_content_width": 100},
)
def main() -> None:
    """Entry point of the console script."""


if __name__ == "__main__":
    main()
