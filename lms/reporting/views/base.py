"""The blueprint, and what all its views need."""

from typing import TypeVar

from flask import Blueprint

from lms.core.errors import Missing

blueprint = Blueprint("reporting", __name__)

Thing = TypeVar("Thing")


def found(thing: Thing | None) -> Thing:
    """Return ``thing``; Missing when there is none for this viewer."""
    if thing is None:
        raise Missing
    return thing
