"""Making all that the board reads anew from facts and posts: nothing of it is the truth."""

import sqlalchemy as sa

from lms.certification.board import tally
from lms.certification.board.models import StandingAtPost
from lms.certification.board.standings_at_posts import TABLE, derived
from lms.core.database import db

READ_AT_ONCE = 5_000


def remake() -> int:
    """Make the rows and the tally anew from standings and posts; return how many rows there are.

    Whoever changes a standing meanwhile waits for the end of this transaction.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        held = "LOCK TABLE standing_at_post IN SHARE ROW EXCLUSIVE MODE"
        db.session.execute(sa.text(held))
    everything = sa.delete(StandingAtPost)
    db.session.execute(everything, execution_options={"synchronize_session": False})
    db.session.execute(sa.insert(TABLE).from_select(TABLE.c.keys(), derived().distinct()))
    rows = sa.select(TABLE).execution_options(yield_per=READ_AT_ONCE)
    tally.make_anew(db.session.execute(rows))
    return db.session.scalar(sa.select(sa.func.count()).select_from(TABLE)) or 0
