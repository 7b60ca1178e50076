"""The command ``lms``: every task of an operator."""

import sys
from typing import Any

import click
from flask import Flask
from flask.cli import FlaskGroup

from lms.app import commands
from lms.app.factory import create_app
from lms.core.settings import SettingsError


def _create_app() -> Flask:
    app = create_app()
    commands.init_app(app)
    return app


class _Commands(FlaskGroup):
    """The commands; a wrong setting is one line for each, not a traceback."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run what the command line says; exit with 2 for wrong settings."""
        try:
            return super().main(*args, **kwargs)
        except SettingsError as error:
            click.echo(f"lms: wrong settings\n{error}", err=True)
            sys.exit(2)


@click.group(
    cls=_Commands,
    create_app=_create_app,
    add_default_commands=False,
    add_version_option=False,
    help="Run and look after the learning platform. Settings come from LMS_… variables.",
)
def main() -> None:
    """Entry point of the console script."""


if __name__ == "__main__":
    main()
