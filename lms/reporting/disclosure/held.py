"""What saved lists hold of a person: their own, and those of others that are narrowed to them."""

from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from lms.core.database import db
from lms.people.erasure.holdings import Holding, counted, hold, names, theirs
from lms.people.erasure.models import Fate
from lms.people.models import Person
from lms.reporting.mailing.models import ListDelivery
from lms.reporting.saved.models import SavedList, SavedListPerson


def _lists_naming(person: Person) -> list[int]:
    rows = db.session.execute(
        sa.select(SavedList.id, SavedList.name, SavedList.values).where(
            SavedList.owner_id != person.id
        )
    )
    return [
        key
        for key, name, values in rows
        if names(" ".join([name, *map(str, values.values())]), person)
    ]


def _drop_lists(person: Person, _now: datetime) -> None:
    db.session.execute(sa.delete(SavedList).where(SavedList.id.in_(_lists_naming(person))))


hold(
    theirs("saved_lists", _l("Lists kept for oneself"), SavedList.owner_id, deletes=True),
    theirs(
        "lists_of_colleagues",
        _l("Lists that colleagues share or mail"),
        SavedListPerson.person_id,
        deletes=True,
    ),
    theirs("lists_mailed", _l("Lists mailed"), ListDelivery.recipient_id, deletes=True),
    Holding(
        "lists_naming",
        _l("Lists of others that are narrowed to the person"),
        counted(_lists_naming),
        {Fate.DELETE: _drop_lists},
        tables=frozenset({"saved_list"}),
    ),
)
