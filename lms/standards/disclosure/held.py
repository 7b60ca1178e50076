"""What the exchange with other systems holds of a person, and how it goes."""

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from lms.people.disclosure.parts import Whose
from lms.people.erasure.holdings import hold, rows_of, theirs
from lms.people.models import Person
from lms.standards.api.tokens.models import ApiAnswer
from lms.standards.scim.models import ScimIdentity
from lms.standards.webhooks.models import WebhookDelivery


def _naming(body: sa.orm.InstrumentedAttribute[str]) -> Whose:
    """Return 'the text names the person by public id or personnel number'."""

    def condition(person: Person) -> sa.ColumnElement[bool]:
        return sa.or_(
            body.contains(person.public_id, autoescape=True),
            body.contains(f'"{person.personnel_number}"', autoescape=True),
        )

    return condition


hold(
    theirs("external_ids", _l("Keys in other systems"), ScimIdentity.person_id, deletes=True),
    rows_of(
        "api_answers",
        _l("Copies of answers to other systems"),
        ApiAnswer,
        _naming(ApiAnswer.body),
        deletes=True,
    ),
    rows_of(
        "webhook_deliveries",
        _l("Messages to other systems"),
        WebhookDelivery,
        _naming(WebhookDelivery.body),
        deletes=True,
    ),
)
