"""Keeping lists: saving one, narrowing it otherwise, giving another name, forgetting it."""

from collections.abc import Mapping
from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from lms.audit import services as audit
from lms.core.database import db
from lms.core.errors import Conflict
from lms.core.unit_of_work import change, insert
from lms.people.models import Person
from lms.reporting.saved.models import SavedList
from lms.web.lists.moving import is_moving, moves_by_default, moving
from lms.web.lists.tables import ListKind

MOST = 50  # lists of one owner
LONGEST_VALUE = 200


class NameTaken(Conflict):
    """The owner has a list of this name."""

    def __init__(self) -> None:
        super().__init__(_l("You have a saved list of this name: choose another."))


class TooManyLists(Conflict):
    """The owner has as many lists as one may have."""

    def __init__(self) -> None:
        super().__init__(_l("You have %(most)d saved lists: delete one first.", most=MOST))


def save(
    *,
    owner: Person,
    kind: ListKind,
    name: str,
    values: Mapping[str, str],
    now: datetime,
    today: date,
    dates_move: bool | None = None,
) -> SavedList:
    """Keep what a list is narrowed to; values that the list doesn't know are left out.

    ``dates_move`` says whether its dates move along with the day; None: as is most likely meant.
    Raises NameTaken and TooManyLists.
    """
    owned = sa.select(sa.func.count()).where(SavedList.owner_id == owner.id)
    if (db.session.scalar(owned) or 0) >= MOST:
        raise TooManyLists
    row = SavedList(
        owner_id=owner.id,
        kind=kind.key,
        name=name,
        values=_known(kind, values, today, dates_move=dates_move),
        saved_at=now,
    )
    insert(row, NameTaken())
    return row


def _known(
    kind: ListKind, values: Mapping[str, str], today: date, *, dates_move: bool | None
) -> dict[str, str]:
    known = {key: values[key][:LONGEST_VALUE] for key in kind.fields if values.get(key)}
    if moves_by_default(known, kind.dates, today) if dates_move is None else dates_move:
        return moving(known, kind.dates, today)
    return known


def narrow(
    *,
    row: SavedList,
    kind: ListKind,
    values: Mapping[str, str],
    now: datetime,
    today: date,
    dates_move: bool | None = None,
) -> None:
    """Narrow a list, read ``locked``, to something else; name, mail and colleagues stay.

    Without ``dates_move`` its dates do as they did; where it had none, as is most likely meant.
    """
    if dates_move is None and any(row.values.get(name) for name in kind.dates):
        dates_move = is_moving(row.values, kind.dates)
    known = _known(kind, values, today, dates_move=dates_move)
    if known == row.values:
        return
    before, row.values, row.saved_at = row.values, known, now
    db.session.flush()
    audit.record(
        now=now,
        actor_key=row.owner.public_id,
        action="reporting.list_narrowed",
        subject_kind="saved_list",
        subject_key=row.public_id,
        previous=kind.told(before),
        filters=kind.told(known),
    )


def rename(row: SavedList, name: str) -> None:
    """Give a list another name. Raises NameTaken."""
    change(row, NameTaken(), name=name)


def forget(row: SavedList) -> None:
    """Delete a list; what it listed stays."""
    db.session.delete(row)
    db.session.flush()
