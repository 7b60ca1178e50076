"""The command ``lms``: every task of an operator."""

import sys

import click
from flask import Flask
from flask.cli import FlaskGroup

from lms.app import commands
from lms.app.factory import create_app
from lms.core.settings import SettingsError


def _create_app() -> Flask:
    try:
        app = create_app()
    except SettingsError as error:
        click.echo(f"lms: wrong settings\n{error}", err=True)
        sys.exit(2)
    commands.init_app(app)
    return app


@click.group(
    cls=FlaskGroup,
    create_app=_create_app,
    add_default_commands=False,
    add_version_option=False,
    help="Run and look after the learning platform. Settings come from LMS_… variables.",
)
def main() -> None:
    """Entry point of the console script."""


if __name__ == "__main__":
    main()
