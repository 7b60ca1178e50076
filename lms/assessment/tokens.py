"""The attempt's own token: it authorises answers, whatever becomes of the sign-in.

It is an HMAC over the attempt's public id and a random nonce in its row, so that the database alone
doesn't hold it, a second tab gets the same one, and a new nonce would end it.
"""

import hashlib
import hmac

from lms.assessment.models import Attempt


def attempt_token(attempt: Attempt, secret: str) -> str:
    """Return the token that authorises answers to ``attempt``."""
    message = f"attempt:{attempt.public_id}:{attempt.token_nonce}".encode()
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def token_matches(attempt: Attempt, token: str, secret: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(attempt_token(attempt, secret).encode(), token.encode())
