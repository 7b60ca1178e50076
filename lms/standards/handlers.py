"""Words of this domain for audit entries."""

from flask_babel import lazy_gettext as _l

from lms.people.audit_words import ACTIONS, DETAILS

ACTIONS.update(
    {
        "standards.items_imported": _l("Questions imported from a file"),
        "standards.token_made": _l("API token made"),
        "standards.token_revoked": _l("API token revoked"),
    }
)
DETAILS.update({"scopes": _l("What it may do")})
