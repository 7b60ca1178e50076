"""What the exchange with other systems holds about people."""

from flask_babel import lazy_gettext as _l

from lms.people.disclosure.parts import Part, leave_untold, of_account, of_person, tell
from lms.standards.api.tokens.models import ApiToken
from lms.standards.scim.models import ScimIdentity
from lms.standards.webhooks.models import Webhook

tell(
    Part(
        "external_ids",
        _l("Keys in other systems"),
        ScimIdentity,
        of_person(ScimIdentity.person_id),
        {"id": ScimIdentity.external_id},
    ),
    Part(
        "tokens",
        _l("API tokens"),
        ApiToken,
        of_account(ApiToken.account_id),
        {
            "title": ApiToken.name,
            "scopes": ApiToken.scopes,
            "created_at": ApiToken.made_at,
            "expires_at": ApiToken.expires_at,
            "ended_at": ApiToken.revoked_at,
            "last_at": ApiToken.last_used_at,
        },
    ),
    Part(
        "webhooks",
        _l("Webhooks"),
        Webhook,
        of_account(Webhook.account_id),
        {
            "title": Webhook.name,
            "address": Webhook.address,
            "created_at": Webhook.made_at,
            "ended_at": Webhook.disabled_at,
        },
    ),
)
leave_untold(
    {
        "api_answer": "copies of answers to another system, kept a day so that it may ask again",
        "webhook_delivery": "messages to another system, kept while they are delivered",
    }
)
