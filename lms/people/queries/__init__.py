"""Named reads of people, units and accounts. List scope: ``visible_to``."""

from lms.people.queries.accounts import (
    account_for,
    account_named,
    account_to_grant,
    accounts_of,
    all_accounts,
    demonstration_accounts,
    has_demonstration_account,
    has_demonstration_accounts,
    last_sign_in,
    name_instead,
    open_sessions,
)
from lms.people.queries.audit import audit_concerns
from lms.people.queries.heads import heads_by_unit, hr_scopes, present_units
from lms.people.queries.holders import holders, who_keep
from lms.people.queries.persons import (
    merged_numbers,
    name_matches,
    names_by_key,
    own_names_by_key,
    people_without_account,
    person_for,
    person_numbered,
    records_of,
    visible_to,
    within,
    working_in,
)
from lms.people.queries.units import (
    job_role_names,
    unit_coded,
    unit_for,
    unit_names,
    units_within,
)

__all__ = [
    "account_for",
    "account_named",
    "account_to_grant",
    "accounts_of",
    "all_accounts",
    "audit_concerns",
    "demonstration_accounts",
    "has_demonstration_account",
    "has_demonstration_accounts",
    "heads_by_unit",
    "holders",
    "hr_scopes",
    "job_role_names",
    "last_sign_in",
    "merged_numbers",
    "name_instead",
    "name_matches",
    "names_by_key",
    "open_sessions",
    "own_names_by_key",
    "people_without_account",
    "person_for",
    "person_numbered",
    "present_units",
    "records_of",
    "unit_coded",
    "unit_for",
    "unit_names",
    "units_within",
    "visible_to",
    "who_keep",
    "within",
    "working_in",
]
