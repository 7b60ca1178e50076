"""The commands of this domain."""

from flask import Flask

from lms.certification.register import commands as register


def init_app(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(register.group)
