"""Tables of this domain."""

from lms.standards.api.tokens.models import ApiAnswer, ApiToken
from lms.standards.scim.models import ScimIdentity

__all__ = ["ApiAnswer", "ApiToken", "ScimIdentity"]
