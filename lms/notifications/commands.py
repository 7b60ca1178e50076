"""Commands of an operator: try the mail server."""

from typing import BinaryIO

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from lms.core import clock
from lms.core.identifiers import public_id
from lms.core.mailing import is_address
from lms.core.unit_of_work import unit_of_work
from lms.notifications import delivery
from lms.notifications.channel import Never, NoAnswer, NotNow, Unreachable
from lms.notifications.composing import letter
from lms.notifications.handlers import TEST_KIND
from lms.notifications.models import Message, OutgoingMail
from lms.notifications.refusals import noticing
from lms.web.i18n import in_language


@click.group("mail")
def mail() -> None:
    """Try the mail server."""


@mail.command("check")
@click.argument("address")
@click.option("--language", type=click.Choice(["ru", "en"]), default="ru", show_default=True)
@with_appcontext
def check(address: str, language: str) -> None:
    """Send a short test message to ADDRESS with the present settings; nothing is recorded."""
    settings = current_app.config["SETTINGS"]
    server = settings.mail_server
    if server is None:
        raise click.ClickException("mail is not set up: LMS_SMTP_URL and LMS_MAIL_FROM are missing")
    if not is_address(address):
        raise click.ClickException(f"{address!r} is not an e-mail address")
    made = letter(_test(address, language), settings=settings, now=clock.now())
    try:
        delivery.check(server, made)
    except (Never, NotNow, NoAnswer, Unreachable) as error:
        reason = str(error) or "the connection broke"
        raise click.ClickException(f"{server.host}:{server.port}: {reason}") from error
    click.echo(f"{server.host}:{server.port} took a message to {address}.")


@mail.command("bounced")
@click.argument("file", type=click.File("rb"), default="-")
@with_appcontext
def bounced(file: BinaryIO) -> None:
    """Note that a mail came back, from the report of a mail server in FILE (default: the input).

    For an alias of the mail server that gets what comes back to LMS_MAIL_FROM. What is no such
    report changes nothing.
    """
    settings = current_app.config["SETTINGS"]
    content = file.read(noticing.LARGEST)
    with unit_of_work():
        noted = noticing.take_report(content, now=clock.now(), settings=settings)
    click.echo("noted" if noted else "no report of a mail from here that came back")


def _test(address: str, language: str) -> OutgoingMail:
    with in_language(language):
        subject = TEST_KIND.subject({})
    return OutgoingMail(
        id=0,
        public_id=public_id(),
        address=address,
        language=language,
        subject=subject,
        tries=1,
        message=Message(kind=TEST_KIND.key, details={}),
    )


def init_app(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(mail)
