"""Through which token a request acts: noted in each entry that it appends."""

from typing import Any

from flask import g, has_app_context


def act_through(token_key: str) -> None:
    """Note the token's key for the rest of this request."""
    g.acts_through = token_key


def with_token(details: dict[str, Any]) -> dict[str, Any]:
    """Return an entry's details with the key of the token that acts, if one does."""
    key = g.get("acts_through") if has_app_context() else None
    return {**details, "token": key} if key else details
