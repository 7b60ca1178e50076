"""The blueprint, and what all its views need."""

from datetime import date
from typing import TypeVar

from flask import Blueprint, current_app

from lms.core import clock
from lms.core.errors import Missing
from lms.core.settings import Settings

blueprint = Blueprint("reporting", __name__)

Thing = TypeVar("Thing")


def found(thing: Thing | None) -> Thing:
    """Return ``thing``; Missing when there is none for this viewer."""
    if thing is None:
        raise Missing
    return thing


def today() -> date:
    """Return the date in the network's time zone."""
    settings: Settings = current_app.config["SETTINGS"]
    return clock.local_date(clock.now(), settings.time_zone)
