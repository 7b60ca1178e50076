"""Commands of learning."""

from flask import Flask

from lms.learning.programmes.source import commands as programme_commands


def init_app(app: Flask) -> None:
    """Add the commands."""
    programme_commands.init_app(app)
