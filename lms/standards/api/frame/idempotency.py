"""A request repeated under its ``Idempotency-Key`` gets the answer it got before.

Answers are kept for a day. What was refused is not kept: it changed nothing, so it is safe to try
again.
"""

import hashlib
import re
from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import Response
from flask_babel import lazy_gettext as _l

from lms.core.database import db
from lms.core.errors import Conflict, Invalid
from lms.core.unit_of_work import insert
from lms.standards.api.frame.problems import Malformed
from lms.standards.api.tokens.models import ApiAnswer, ApiToken

KEPT = timedelta(hours=24)
KEY = re.compile(r"[\x21-\x7e]{1,200}")
HEADERS = ("Location", "ETag", "Content-Type", "Content-Language")


def once(
    *,
    key: str,
    token: ApiToken,
    request: bytes,
    now: datetime,
    do: Callable[[], tuple[Response, str | None]],
) -> Response:
    """Return what ``do`` answers, or what it answered to the same ``request`` under this ``key``.

    ``do`` returns the answer, and what is kept in its place (None: itself). ``request`` is what
    makes it the same. Of two at the same moment the second waits for the first one's transaction.
    Raises Invalid for another request under a used key.
    """
    if not KEY.fullmatch(key):
        raise Malformed(_l("The idempotency key has 1 to 200 visible ASCII characters."))
    digest = hashlib.sha256(request).hexdigest()
    row = _known(token, key, now) or _begin(token, key, digest, now)
    if row.request_hash != digest:
        raise Invalid(_l("This idempotency key was used for another request."))
    if row.status:
        return Response(row.body, row.status, {**row.headers, "Idempotency-Replayed": "true"})
    answer, kept = do()
    row.status = answer.status_code
    row.body = answer.get_data(as_text=True) if kept is None else kept
    row.headers = {name: answer.headers[name] for name in HEADERS if name in answer.headers}
    db.session.flush()
    return answer


def _known(token: ApiToken, key: str, now: datetime) -> ApiAnswer | None:
    statement = (
        sa.select(ApiAnswer)
        .where(ApiAnswer.token_id == token.id, ApiAnswer.key == key)
        .execution_options(populate_existing=True)
    )
    row = db.session.scalars(statement).one_or_none()
    if row is not None and row.answered_at < now - KEPT:
        db.session.delete(row)
        db.session.flush()
        return None
    return row


def _begin(token: ApiToken, key: str, digest: str, now: datetime) -> ApiAnswer:
    row = ApiAnswer(
        token_id=token.id,
        key=key,
        request_hash=digest,
        status=0,
        headers={},
        body="",
        answered_at=now,
    )
    try:
        insert(row, _Known())
    except _Known:  # by a request at the same moment, which is through now
        found = _known(token, key, now)
        assert found is not None
        return found
    return row


class _Known(Conflict):
    """Another request came first."""


def forget_answers(*, now: datetime) -> int:
    """Delete answers that are no longer given again; return how many."""
    gone = db.session.execute(sa.delete(ApiAnswer).where(ApiAnswer.answered_at < now - KEPT))
    return int(gone.rowcount)  # type: ignore[attr-defined]
