"""What merging two people does with what other systems know them by."""

from flask_babel import lazy_gettext as _l

from lms.people.merging.carrying import Unless, carry, leave_behind, rows_of
from lms.standards.scim.models import ScimIdentity

carry(
    # A second one stays with the record that ends: it leads to the one that stays.
    rows_of("external_ids", _l("Keys in other systems"), ScimIdentity.person_id, unless=Unless())
)
leave_behind(
    {
        "api_token.account_id": "belongs to the account: it ends with it or goes on with it",
        "webhook.account_id": "belongs to the account: it rests while the account is shut",
    }
)
