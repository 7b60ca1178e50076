"""The blueprint, and what all its views need."""

from datetime import date
from typing import TypeVar

from flask import Blueprint, current_app

from lms.core import clock
from lms.core.errors import Missing

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
