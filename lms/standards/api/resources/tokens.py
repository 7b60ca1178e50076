"""The token itself, for whoever holds it."""

from datetime import datetime

from lms.standards.api.frame.operations import Answer, Call, operation
from lms.standards.api.frame.schemas import PersonRef, Sent, person_ref
from lms.standards.api.tokens.services import revoke_token


class TokenOut(Sent):
    """What the token may do and until when."""

    name: str
    owner: PersonRef
    scopes: list[str]
    expires_at: datetime


@operation(
    "GET",
    "/token",
    tag="Token",
    scope=None,
    summary="The token in use",
    answer=TokenOut,
)
def this_token(call: Call) -> Answer:
    """Whom the token acts as, what it may do and when it expires: a way to test a connection."""
    token = call.token
    return Answer(
        TokenOut(
            name=token.name,
            owner=person_ref(call.viewer.person),
            scopes=list(token.scopes),
            expires_at=token.expires_at,
        )
    )


@operation(
    "DELETE",
    "/token",
    tag="Token",
    scope=None,
    summary="Revoke the token in use",
    status=204,
)
def revoke_this_token(call: Call) -> Answer:
    """End the token at once, such as one that leaked or whose successor is in use."""
    revoke_token(token=call.token, actor_key=call.viewer.person.public_id, now=call.now)
    return Answer()
