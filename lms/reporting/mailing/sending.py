"""A run's work: for each recipient the list as they may see it now, as a file with a message.

Each recipient is a transaction of its own that notes the outcome and writes the message together; a
worker that is killed anywhere leaves recipients who were served and recipients who will be.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import IO, Any

import sqlalchemy as sa

from lms.audit import services as audit
from lms.core import clock
from lms.core.clock import local_date
from lms.core.database import db
from lms.core.settings import Settings
from lms.core.unit_of_work import release, unit_of_work
from lms.notifications.attachments import files as message_files
from lms.notifications.services import notify
from lms.people.identity import Viewer, viewers_of
from lms.people.models import Person
from lms.reporting.mailing import queries
from lms.reporting.mailing.fingerprints import Fingerprint
from lms.reporting.mailing.models import (
    Condition,
    ListDelivery,
    ListRun,
    ListSchedule,
    Outcome,
)
from lms.reporting.mailing.presenting import LIST_KIND, PROBLEM_KIND
from lms.reporting.saved.colleagues import covers
from lms.reporting.saved.models import SavedList
from lms.web.i18n import in_language
from lms.web.lists import files, moving
from lms.web.lists.tables import ListKind, Table, kinds

MOST_TRIES = 3
TOLD = frozenset({Outcome.NO_RIGHT, Outcome.OWNER_NO_RIGHT, Outcome.TOO_LONG, Outcome.FAILED})

logger = logging.getLogger(__name__)


class Unfinished(Exception):
    """Some recipients couldn't be served yet: the job is to be run again."""


@dataclass
class Made:
    """What is to be noted of a recipient, and the file that they get."""

    outcome: Outcome
    rows: int | None = None
    fingerprint: str | None = None
    is_within: bool | None = None
    name: str = ""
    note: str = ""  # how to read it, in the recipient's language
    file: IO[bytes] | None = None
    file_id: int | None = None


def send(run_id: str, *, settings: Settings) -> None:
    """Serve the recipients of a run who weren't yet. Raises Unfinished when one has to wait."""
    with unit_of_work():
        run = queries.run_named(run_id)
        if run is None or run.finished_at is not None:
            return
        waiting = queries.open_deliveries(run.id)
    for identifier in waiting:
        try:
            _serve(identifier, settings)
        except Exception:  # one that fails must not hold up the others
            logger.exception("list delivery %s failed", identifier)
            _note_try(identifier)
    with unit_of_work():
        run = queries.run_named(run_id)
        if run is None:
            return
        is_done = not queries.open_deliveries(run.id)
        if is_done:
            _finish(run, clock.now(), settings)
    if not is_done:
        raise Unfinished


def _serve(identifier: int, settings: Settings) -> None:
    now = clock.now()
    with unit_of_work():
        release(then_writing=False)  # a long list is read without holding up those who write
        delivery = queries.open_delivery(identifier)
        if delivery is None:
            return
        made = _made(delivery, now, settings)
    if made.file is not None:
        kind = delivery.run.file_kind.value
        with made.file as file:
            made.file_id = message_files.keep(
                file,
                name=f"{made.name}.{kind}",
                media_type=files.MEDIA_TYPES[kind].partition(";")[0],
                now=now,
                settings=settings,
            )
    with unit_of_work():
        _note(delivery, made, now, settings)


def _made(delivery: ListDelivery, now: datetime, settings: Settings) -> Made:
    """Make the list for one recipient, with the rights that they and the owner have now."""
    row, recipient = delivery.run.saved_list, delivery.recipient
    viewers = viewers_of(
        {row.owner_id, recipient.id}, now, demonstration=settings.allows_demonstration
    )
    kind = kinds().get(row.kind)
    owner, reader = viewers.get(row.owner_id), viewers.get(recipient.id)
    if kind is None or owner is None:
        return Made(Outcome.OWNER_NO_RIGHT)
    today = local_date(now, settings.time_zone)
    with in_language(recipient.language):
        if _seen_by(owner, row, kind, today) is None:
            return Made(Outcome.OWNER_NO_RIGHT)
        table = _seen_by(reader, row, kind, today) if reader is not None else None
        if reader is None or table is None:
            return Made(Outcome.NO_RIGHT)
        made = _written(delivery, table, files.Maker(row.owner.full_name, now))
    made.is_within = covers(owner, reader, kind)
    return made


def _seen_by(viewer: Viewer, row: SavedList, kind: ListKind, today: date) -> Table | None:
    """Return the list as ``viewer`` may see it now, of which no row is read; None: they may not."""
    if not viewer.may(kind.permission):
        return None
    return kind.table(viewer, moving.standing(row.values, kind.dates, today), today)


def _written(delivery: ListDelivery, table: Table, maker: files.Maker) -> Made:
    """Write the file and decide, by the run's condition, whether it is sent."""
    run, seen = delivery.run, Fingerprint(dated=table.dated)
    try:
        watched = replace(table, rows=seen.watch(table.rows))
        file, rows = files.write(run.file_kind.value, watched, maker)
    except files.TooLong:
        return Made(Outcome.TOO_LONG)
    made = Made(Outcome.SENT, rows, seen.text, name=table.name, note=table.note, file=file)
    if run.condition is Condition.ROWS and not rows:
        made.outcome = Outcome.EMPTY
    if run.condition is Condition.CHANGES:
        last = queries.last_fingerprint(run.list_id, delivery.recipient_id)
        if last == seen.text:
            made.outcome = Outcome.UNCHANGED
    if made.outcome is not Outcome.SENT:
        file.close()
        made.file = None
    return made


def _note(delivery: ListDelivery, made: Made, now: datetime, settings: Settings) -> None:
    """Note the outcome, unless another worker did, and write the message that carries the file."""
    file = message_files.file_kept(made.file_id) if made.file_id is not None else None
    claimed = db.session.execute(
        sa.update(ListDelivery)
        .where(ListDelivery.id == delivery.id, ListDelivery.outcome.is_(None))
        .values(
            outcome=made.outcome,
            done_at=now,
            rows=made.rows,
            size=file.size if file else None,
            fingerprint=made.fingerprint,
            is_within=made.is_within,
            tries=ListDelivery.tries + 1,
        )
        .execution_options(synchronize_session=False)
    )
    if claimed.rowcount != 1 or file is None:  # type: ignore[attr-defined]
        return
    row = delivery.run.saved_list
    message = notify(
        recipient=delivery.recipient,
        kind=LIST_KIND,
        key=f"{LIST_KIND}:{delivery.run.public_id}",
        details=_details(row, made, local_date(now, settings.time_zone)),
        now=now,
        settings=settings,
        files=[file],
    )
    if message is not None:
        db.session.execute(
            sa.update(ListDelivery)
            .where(ListDelivery.id == delivery.id)
            .values(message_id=message.id)
            .execution_options(synchronize_session=False)
        )
    audit.record(
        now=now,
        actor_key=row.owner.public_id,
        action="reporting.list_mailed",
        subject_kind="saved_list",
        subject_key=row.public_id,
        person_key=delivery.recipient.public_id,
        kind=delivery.run.file_kind.value,
        rows=made.rows,
    )


def _details(row: SavedList, made: Made, on: date) -> dict[str, Any]:
    """What the message says of a list."""
    return {
        "list": row.name,
        "kind": row.kind,
        "owner": row.owner_id,
        "rows": made.rows,
        "note": made.note,
        "on": on.isoformat(),
    }


def _note_try(identifier: int) -> None:
    """Count a failed try; the last one is the outcome."""
    with unit_of_work():
        delivery = queries.open_delivery(identifier)
        if delivery is None:
            return
        delivery.tries += 1
        if delivery.tries >= MOST_TRIES:
            delivery.outcome, delivery.done_at = Outcome.FAILED, clock.now()


def _finish(run: ListRun, now: datetime, settings: Settings) -> None:
    """End the run; tell the owner whom it didn't reach, unless they were told so last time.

    Where it reaches nobody any more, as the owner lost the right, its colleagues are told, too.
    """
    run.finished_at = now
    reached = queries.outcomes_of(run)
    before = queries.run_before(run)
    known = queries.outcomes_of(before) if before else {}
    lost = {who: outcome for who, outcome in reached.items() if outcome in TOLD}
    if Outcome.OWNER_NO_RIGHT in lost.values():
        _stop(run, now)
    fresh = {who: outcome for who, outcome in lost.items() if known.get(who) is not outcome}
    if fresh:
        _tell(run, run.saved_list.owner, fresh, now, settings)
    for person in _colleagues_without(run, fresh):
        _tell(run, person, {person.id: Outcome.OWNER_NO_RIGHT}, now, settings)


def _colleagues_without(run: ListRun, lost: Mapping[int, Outcome]) -> list[Person]:
    without = {who for who, outcome in lost.items() if outcome is Outcome.OWNER_NO_RIGHT}
    without.discard(run.saved_list.owner_id)
    statement = sa.select(Person).where(Person.id.in_(without)).order_by(Person.id)
    return list(db.session.scalars(statement)) if without else []


def _tell(
    run: ListRun, person: Person, lost: Mapping[int, Outcome], now: datetime, settings: Settings
) -> None:
    row = run.saved_list
    notify(
        recipient=person,
        kind=PROBLEM_KIND,
        key=f"{PROBLEM_KIND}:{run.public_id}",
        details={
            "list": row.name,
            "list_key": row.public_id if person.id == row.owner_id else "",  # its page is theirs
            "people": [[who, outcome.value] for who, outcome in sorted(lost.items())],
        },
        now=now,
        settings=settings,
    )


def _stop(run: ListRun, now: datetime) -> None:
    """Pause a schedule whose owner may no longer see the list."""
    db.session.execute(
        sa.update(ListSchedule)
        .where(ListSchedule.list_id == run.list_id, ListSchedule.paused_at.is_(None))
        .values(paused_at=now, due_at=None)
        .execution_options(synchronize_session=False)
    )
