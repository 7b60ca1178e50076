"""Words of this domain for audit entries."""

from flask_babel import lazy_gettext as _l

from lms.people.audit_words import ACTIONS

ACTIONS.update({"standards.items_imported": _l("Questions imported from a file")})
