"""Words of this domain for audit entries."""

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from lms.people.audit_words import ACTIONS, DETAILS, SUBJECTS
from lms.standards.disclosure import held, merged, told  # noqa: F401 - what it tells, how it goes
from lms.standards.webhooks import messages, telling  # noqa: F401 - connects, registers

ACTIONS.update(
    {
        "standards.items_imported": _l("Questions imported from a file"),
        "standards.token_made": _l("API token made"),
        "standards.token_revoked": _l("API token revoked"),
        "standards.user_deleted": _l("Deleted by the HR system: no longer kept in step"),
        "standards.webhook_made": _l("Webhook made"),
        "standards.webhook_changed": _l("Webhook changed"),
        "standards.webhook_deleted": _l("Webhook deleted"),
        "standards.webhook_enabled": _l("Webhook enabled"),
        "standards.webhook_disabled": _l("Webhook disabled"),
        "standards.webhook_secret_renewed": _l("New secret for a webhook"),
        "standards.webhook_failed": _l("Webhook disabled after too many failures"),
    }
)
SUBJECTS.update(
    {
        "api_token": lazy_pgettext("audit", "API token"),
        "webhook": lazy_pgettext("audit", "Webhook"),
    }
)
DETAILS.update({"scopes": _l("What it may do")})
