"""Tables of this domain."""

from lms.standards.api.tokens.models import ApiAnswer, ApiToken

__all__ = ["ApiAnswer", "ApiToken"]
