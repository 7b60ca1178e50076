"""The blueprint, and what all its views need."""

from datetime import date
from typing import TypeVar

from flask import Blueprint, current_app, request

from lms.core import clock
from lms.core.errors import Missing
from lms.web.i18n import LANGUAGES, current_language

blueprint = Blueprint("learning", __name__)

Thing = TypeVar("Thing")


def today() -> date:
    """Return the date in the network's zone."""
    return clock.local_date(clock.now(), current_app.config["SETTINGS"].time_zone)


def found(thing: Thing | None) -> Thing:
    """Return ``thing``; Missing when there is none for this viewer."""
    if thing is None:
        raise Missing
    return thing


def asked_language() -> str | None:
    """Return the language the address asks a lesson's text in: a place in it was searched for."""
    asked = request.args.get("language")
    return asked if asked in LANGUAGES else None


def text_language() -> str:
    """Return the language to show a lesson's text in."""
    return asked_language() or current_language()
