"""Saved lists as the API shows them, and finding the one that a caller means."""

from datetime import datetime
from typing import Annotated

from flask_babel import lazy_gettext as _l
from pydantic import Field

from lms.core.errors import Forbidden, Missing
from lms.people.identity import Viewer
from lms.reporting.mailing.models import Condition, FileKind, ListSchedule
from lms.reporting.mailing.queries import schedule_of
from lms.reporting.mailing.times import Rhythm
from lms.reporting.saved.models import SavedList, SavedListPerson
from lms.reporting.saved.queries import colleagues_of, saved_list
from lms.standards.api.frame.operations import Call
from lms.standards.api.frame.schemas import Key, PersonRef, Sent, person_ref
from lms.standards.api.tokens.scopes import PERMISSIONS, Scope
from lms.web.lists.moving import is_moving, standing
from lms.web.lists.tables import ListKind, kinds

TAG = "Saved lists"
Kind = Annotated[str, Field(max_length=40, examples=["registry"])]
Values = Annotated[
    dict[str, str],
    Field(
        description="What it is narrowed to, as the address of its page has it.",
        examples=[{"status": "expiring", "days": "30"}],
    ),
]


class SavedListOut(Sent):
    """What a list is narrowed to, under a name."""

    id: Key
    kind: Kind
    name: str
    values: Values
    dates_move: bool = Field(
        description="Whether its dates move along with the day; `values` has today's then."
    )
    owner: PersonRef
    is_own: bool = Field(description="Whether the token's owner keeps it.")
    saved_at: datetime


class ScheduleOut(Sent):
    """When a list is mailed, and as what."""

    rhythm: Rhythm
    weekday: int | None = Field(description="With `weekly`: 1 is Monday, 7 Sunday.")
    month_day: int | None = Field(description="With `monthly`; in a shorter month its last day.")
    hour: int = Field(description="By the clock of the network.", examples=[8])
    file: FileKind
    condition: Condition
    to_owner: bool
    next_at: datetime | None = Field(description="null: only when it is asked for, or paused.")
    paused_at: datetime | None


class NamedOut(Sent):
    """A colleague whom the owner named for a list."""

    person: PersonRef
    is_mailed: bool
    is_shared: bool


class SavedListWhole(SavedListOut):
    """The list with its mail; of a colleague's list, mail and people aren't told."""

    schedule: ScheduleOut | None
    people: list[NamedOut]


def out(call: Call, row: SavedList) -> SavedListOut:
    """Return a list loaded with its owner."""
    kind = kinds().get(row.kind)
    dates = kind.dates if kind else {}
    return SavedListOut(
        id=row.public_id,
        kind=row.kind,
        name=row.name,
        # One order, whichever the database keeps: the tag of a list is made of this.
        values=dict(sorted(standing(row.values, dates, call.today).items())),
        dates_move=is_moving(row.values, dates),
        owner=person_ref(row.owner),
        is_own=_is_own(call, row),
        saved_at=row.saved_at,
    )


def _is_own(call: Call, row: SavedList) -> bool:
    return row.owner_id == call.viewer.person.id


def whole(call: Call, row: SavedList) -> SavedListWhole:
    """Return a list with its mail, as far as it is the caller's."""
    is_own = _is_own(call, row)
    schedule = schedule_of(row) if is_own else None
    people = colleagues_of([row.id]).get(row.id, []) if is_own else []
    return SavedListWhole(
        **dict(out(call, row)),
        schedule=_schedule(schedule) if schedule else None,
        people=[_named(one) for one in people],
    )


def _schedule(schedule: ListSchedule) -> ScheduleOut:
    return ScheduleOut(
        rhythm=schedule.rhythm,
        weekday=None if schedule.weekday is None else schedule.weekday + 1,
        month_day=schedule.month_day,
        hour=schedule.hour,
        file=schedule.file_kind,
        condition=schedule.condition,
        to_owner=schedule.to_owner,
        next_at=schedule.due_at,
        paused_at=schedule.paused_at,
    )


def _named(one: SavedListPerson) -> NamedOut:
    return NamedOut(person=person_ref(one.person), is_mailed=one.is_mailed, is_shared=one.is_shared)


def own_list(call: Call, list_id: str, *, locked: bool = False) -> SavedList:
    """Return one of the caller's own lists; ``locked`` to be changed. Raises Missing."""
    row = saved_list(call.viewer, list_id, locked=locked)
    if row is None:
        raise Missing
    return row


def scope_of(kind: ListKind) -> Scope | None:
    """Return a scope that reads what such lists hold."""
    fitting = (scope for scope, permission in PERMISSIONS.items() if permission is kind.permission)
    return next(fitting, None)


def kind_for(viewer: Viewer, key: str) -> ListKind:
    """Return a kind of lists that the token may read.

    Raises Missing for none, Forbidden where the token has no scope for what such lists hold.
    """
    kind = kinds().get(key)
    if kind is None:
        raise Missing
    if not viewer.may(kind.permission):
        scope = scope_of(kind)
        raise Forbidden(
            _l(
                "Lists of this kind need the scope %(scope)s, and its right.",
                scope=scope.value if scope else "",
            )
        )
    return kind
