"""Tables of this domain."""

from lms.standards.api.tokens.models import ApiAnswer, ApiToken
from lms.standards.scim.models import ScimIdentity
from lms.standards.webhooks.models import Webhook, WebhookDelivery

__all__ = ["ApiAnswer", "ApiToken", "ScimIdentity", "Webhook", "WebhookDelivery"]
