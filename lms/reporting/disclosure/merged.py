"""What merging two people does with lists that are kept and mailed."""

from collections.abc import Sequence

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import aliased

from lms.core.database import db
from lms.people.merging.carrying import Clash, Deed, Pair, Unless, carry, clashing, rows_of, run
from lms.reporting.mailing.models import ListDelivery
from lms.reporting.saved.models import SavedList, SavedListPerson

LONGEST = 80


def _twice(pair: Pair) -> list[SavedList]:
    """Return lists of the record that ends under a name that the other one has too."""
    other = aliased(SavedList)
    named = sa.exists().where(other.owner_id == pair.kept.id, other.name == SavedList.name)
    statement = sa.select(SavedList).where(SavedList.owner_id == pair.ended.id, named)
    return list(db.session.scalars(statement.order_by(SavedList.id)))


def _clashes(pair: Pair) -> Sequence[Clash]:
    names = [one.name for one in _twice(pair)]
    return clashing(names, _l("Both lists stay; one gets a number after its name."))


def _rename(deed: Deed) -> None:
    owners = [one.id for one in deed.pair.both]
    taken = set(db.session.scalars(sa.select(SavedList.name).where(SavedList.owner_id.in_(owners))))
    for one in _twice(deed.pair):
        number = 2
        while (name := f"{one.name[: LONGEST - 6]} ({number})") in taken:
            number += 1
        one.name = name
        taken.add(name)
    db.session.flush()


def _drop_colleagues_of_themselves(deed: Deed) -> None:
    """Take the two off each other’s lists: nobody is named for a list of their own."""
    both = [one.id for one in deed.pair.both]
    own = sa.select(SavedList.id).where(SavedList.owner_id.in_(both))
    named = SavedListPerson.person_id.in_(both), SavedListPerson.list_id.in_(own)
    run(sa.delete(SavedListPerson).where(*named))


carry(
    rows_of(
        "saved_lists",
        _l("Lists kept for oneself"),
        SavedList.owner_id,
        before=_rename,
        clashes=_clashes,
    ),
    rows_of(
        "lists_of_colleagues",
        _l("Lists that colleagues share or mail"),
        SavedListPerson.person_id,
        unless=Unless((SavedListPerson.list_id,)),
        before=_drop_colleagues_of_themselves,
        is_passing=True,
    ),
    rows_of(
        "lists_mailed",
        _l("Lists mailed"),
        ListDelivery.recipient_id,
        unless=Unless((ListDelivery.run_id,)),
        is_passing=True,
    ),
)
