"""The operations, by what they are about. Importing this package declares all of them."""

from lms.standards.api.frame.operations import OPERATIONS
from lms.standards.api.resources import (
    audit,
    certificates,
    changes,
    courses,
    enrolments,
    mail,
    people,
    planned,
    standings,
    tokens,
)
from lms.standards.api.resources.certifying import (
    batches,
    decisions,
    earlier,
    equivalents,
    papers,
    proposals,
    reminders,
    rules,
    staffing,
)
from lms.standards.api.resources.keeping import (
    accounts,
    different,
    erasures,
    imports,
    leaves,
    merges,
    records,
    retention,
)
from lms.standards.api.resources.network import posts, units
from lms.standards.api.resources.webhooks import deliveries, hooks

__all__ = [
    "OPERATIONS",
    "accounts",
    "audit",
    "batches",
    "certificates",
    "changes",
    "courses",
    "decisions",
    "deliveries",
    "different",
    "earlier",
    "enrolments",
    "equivalents",
    "erasures",
    "hooks",
    "imports",
    "leaves",
    "mail",
    "merges",
    "papers",
    "people",
    "planned",
    "posts",
    "proposals",
    "records",
    "reminders",
    "retention",
    "rules",
    "staffing",
    "standings",
    "tokens",
    "units",
]
