"""The blueprint, and what all its views need."""

from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, current_app, request, url_for
from flask_login import current_user

from lms.assessment import queries
from lms.assessment.errors import WrongToken
from lms.assessment.models import Attempt
from lms.assessment.tokens import token_matches
from lms.core.errors import Missing
from lms.core.settings import Settings

blueprint = Blueprint("assessment", __name__)

Thing = TypeVar("Thing")


def found(thing: Thing | None) -> Thing:
    """Return ``thing``; Missing when there is none for this viewer."""
    if thing is None:
        raise Missing
    return thing


def settings() -> Settings:
    """Return the installation's settings."""
    value: Settings = current_app.config["SETTINGS"]
    return value


def own_attempt(public_id: str) -> Attempt:
    """Return the viewer's own attempt; Missing for any other."""
    return found(queries.attempt_for(current_user.person, public_id))


def own_attempt_to_answer(public_id: str) -> Attempt:
    """Return the viewer's own attempt with what its paper shows; Missing for any other."""
    return found(queries.attempt_to_answer_for(current_user.person, public_id))


def own_attempt_alone(public_id: str) -> Attempt:
    """Return the viewer's own attempt without its exam; Missing for any other."""
    return found(queries.attempt_alone_for(current_user.person, public_id))


def own_attempt_locked(public_id: str) -> Attempt:
    """Return the viewer's own attempt alone, locked until the request's end."""
    return found(queries.attempt_for_token(own_attempt_alone(public_id).public_id))


def bearer() -> str:
    """Return the token in the request's header."""
    return request.headers.get("Authorization", "").removeprefix("Bearer ")


def attempt_of_token(
    public_id: str,
    token: str,
    find: Callable[[str], Attempt | None] = queries.attempt_to_answer,
) -> Attempt:
    """Return the attempt that ``token`` opens, locked until the transaction's end.

    Raises WrongToken.
    """
    attempt = find(public_id)
    if attempt is None or not token_matches(attempt, token, settings().secret_key):
        raise WrongToken
    return attempt


def attempt_url(attempt: Attempt, *, as_writer: bool = False) -> str:
    """Return the address of the exam; ``as_writer`` tells its script that it holds the lease."""
    anchor = f"writer-{attempt.writer}" if as_writer else None
    return url_for("assessment.attempt", attempt_id=attempt.public_id, _anchor=anchor)


def result_url(attempt: Attempt) -> str:
    """Return the address of the result."""
    return url_for("assessment.result", attempt_id=attempt.public_id)
