"""One start or grant at a time for one enrolment, on both databases."""

import sqlalchemy as sa

from lms.core.database import db

STARTS = 0x6578  # a name space of PostgreSQL's advisory locks


def one_at_a_time(enrolment_id: int) -> None:
    """Wait until no other transaction starts an attempt of this enrolment or grants it anything.

    Held to the transaction's end, and always taken before any row's lock. SQLite has one writing
    transaction at a time anyway.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(STARTS, enrolment_id)))
