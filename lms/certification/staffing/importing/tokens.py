"""A table on its way through the browser, signed: what was checked is what is confirmed.

Nothing is stored between the check and its confirmation. The token is bound to who made it and ends
after an hour.
"""

from collections.abc import Sequence

from flask_babel import gettext as _
from itsdangerous import BadData, URLSafeTimedSerializer

from lms.certification.staffing.importing.tables import Given, TableKind
from lms.learning.plan_tokens import MAX_AGE, PlanExpired


def _serialiser(secret: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt="certification.staffing-import")


def sign(kind: TableKind, rows: Sequence[Given], *, secret: str, actor_key: str) -> str:
    """Return the token."""
    sent = [[row.line, dict(row.cells)] for row in rows]
    return str(_serialiser(secret).dumps([actor_key, kind.value, sent]))


def read(token: str, *, secret: str, actor_key: str) -> tuple[TableKind, list[Given]]:
    """Return what ``sign`` was given. Raises PlanExpired."""
    refusal = PlanExpired(
        _("This check is no longer valid. Send the table again; nothing was changed.")
    )
    try:
        owner, kind, sent = _serialiser(secret).loads(token, max_age=MAX_AGE)
    except BadData as error:
        raise refusal from error
    if owner != actor_key:
        raise refusal
    return TableKind(kind), [Given(line, cells) for line, cells in sent]
