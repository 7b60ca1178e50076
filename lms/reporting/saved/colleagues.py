"""Colleagues of a saved list: who may be named, naming one, taking one off."""

from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from lms.audit import services as audit
from lms.core.database import db
from lms.core.errors import Invalid
from lms.people.identity import Viewer, viewers_of
from lms.people.models import Person
from lms.people.queries import holders
from lms.reporting.saved.models import SavedList, SavedListPerson
from lms.web.lists.tables import ListKind

MOST_NAMED = 30  # for one list
MOST_OFFERED = 20  # people to choose among


class NobodyFound(Invalid):
    """No colleague who may see such lists has this name."""

    def __init__(self) -> None:
        super().__init__(
            _l("Nobody of this name or number may see such lists: check it, or ask for their role.")
        )


class NamedForNothing(Invalid):
    """Neither by mail nor among their lists."""

    def __init__(self) -> None:
        super().__init__(_l("Choose what they get: mail, the list among their own, or both."))


class SeesMore(Invalid):
    """A list is shared with those who see the same part of the network, or less."""

    def __init__(self) -> None:
        super().__init__(
            _l(
                "This colleague looks after more of the network than you do. "
                "The list can be mailed to them, but not shared."
            )
        )


class TooManyNamed(Invalid):
    """As many as a list may have."""

    def __init__(self) -> None:
        super().__init__(_l("At most %(most)d colleagues for one list.", most=MOST_NAMED))


def offered(owner: Viewer, kind: ListKind, words: str) -> list[Person]:
    """Return colleagues who match ``words`` and may see such lists, by name; not the owner."""
    found = holders(kind.permission, words, limit=MOST_OFFERED)
    return [person for person in found if person.id != owner.person.id]


def covers(owner: Viewer, other: Viewer, kind: ListKind) -> bool:
    """Tell whether all that ``other`` sees of such lists ``owner`` sees too."""
    above = owner.scope(kind.permission)
    return all(any(path.startswith(one) for one in above) for path in other.scope(kind.permission))


def name(
    *,
    row: SavedList,
    kind: ListKind,
    owner: Viewer,
    person: Person,
    is_mailed: bool,
    is_shared: bool,
    now: datetime,
) -> SavedListPerson:
    """Name a colleague, or change what a named one gets.

    Raises NobodyFound for one who may not see such lists, SeesMore, NamedForNothing, TooManyNamed.
    """
    if not (is_mailed or is_shared):
        raise NamedForNothing
    viewer = viewers_of({person.id}, now).get(person.id)
    if viewer is None or not viewer.may(kind.permission) or person.id == row.owner_id:
        raise NobodyFound
    if is_shared and not covers(owner, viewer, kind):
        raise SeesMore
    named = db.session.get(SavedListPerson, (row.id, person.id))
    if named is None:
        if _count(row) >= MOST_NAMED:
            raise TooManyNamed
        named = SavedListPerson(list_id=row.id, person_id=person.id, named_at=now)
        db.session.add(named)
    named.is_mailed, named.is_shared = is_mailed, is_shared
    db.session.flush()
    audit.record(
        now=now,
        actor_key=owner.person.public_id,
        action="reporting.list_person_named",
        subject_kind="saved_list",
        subject_key=row.public_id,
        person_key=person.public_id,
    )
    return named


def _count(row: SavedList) -> int:
    statement = sa.select(sa.func.count()).where(SavedListPerson.list_id == row.id)
    return db.session.scalar(statement) or 0


def take_off(*, named: SavedListPerson, row: SavedList, actor: Person, now: datetime) -> None:
    """Take a colleague off a list: its owner does, or they themselves."""
    person_key = named.person.public_id
    db.session.delete(named)
    db.session.flush()
    audit.record(
        now=now,
        actor_key=actor.public_id,
        action="reporting.list_person_removed",
        subject_kind="saved_list",
        subject_key=row.public_id,
        person_key=person_key,
    )
