"""The audit log's actions in words: upper domains add theirs in ``handlers``.

A test finds actions that have none.
"""

from flask_babel import lazy_gettext as _l

ACTIONS = {
    "people.person_created": _l("Person added"),
    "people.person_renamed": _l("Names changed"),
    "people.transferred": _l("Transferred to another post"),
    "people.employment_ended": _l("Left the network"),
    "people.account_created": _l("Account created"),
    "people.account_suspended": _l("Account suspended"),
    "people.account_reinstated": _l("Account reinstated"),
    "people.role_granted": _l("Role given"),
    "people.role_ended": _l("Role ended"),
    "people.password_changed": _l("Password changed"),
    "people.password_reset": _l("One-time password given"),
}
