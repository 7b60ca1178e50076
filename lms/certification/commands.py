"""The commands of this domain."""

from flask import Flask

from lms.certification.board import commands as board
from lms.certification.credentials.commands import verify
from lms.certification.register import commands as register


def init_app(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(board.group)
    app.cli.add_command(register.group)
    app.cli.add_command(verify)
