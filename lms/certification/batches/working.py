"""Working off portions of a batch: documents are made side by side, the rest one after another."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

import sqlalchemy as sa
from flask import current_app

from lms.certification import documents
from lms.certification.batches import applying, queries, reports
from lms.certification.batches.models import (
    TWO_PEOPLE,
    BatchItem,
    BatchKind,
    BatchPart,
    CertificateBatch,
    Outcome,
)
from lms.certification.documents import Printable
from lms.certification.models import CertificateDocument
from lms.certification.printing.press import Original, Unit, press
from lms.certification.sealing.authority import SigningUnavailable
from lms.certification.snapshots import is_erased
from lms.core import clock
from lms.core.database import db
from lms.core.settings import Settings
from lms.core.storage import BlobStore, StoreUnavailable, blobs, passing
from lms.core.unit_of_work import unit_of_work

PORTION = 250  # documents that are made together
# The same when somebody else's server stamps each: with a slow one, too, a stint ends soon.
STAMPED_PORTION = 25
DEEDS = 25  # certificates issued or revoked in one transaction
# Then what is signed of a portion is noted, and the rest left to the next one.
SIGNING_SECONDS = 45.0

Stopped = SigningUnavailable | StoreUnavailable
# Notes what was made of a portion; returns what stopped it midway.
Record = Callable[[CertificateBatch, datetime], Stopped | None]


@dataclass(frozen=True)
class Portion:
    """Places of a batch with what is to be printed there.

    ``kept`` are those that have a file, ``nameless`` those whose holder was erased meanwhile;
    ``sections`` are a report's.
    """

    wanted: dict[int, Printable] = field(default_factory=dict)
    kept: tuple[int, ...] = ()
    nameless: tuple[int, ...] = ()
    deeds: tuple[int, ...] = ()
    sections: tuple[int, ...] = ()


def take(batch: CertificateBatch) -> list[Portion]:
    """Return the next portions, one for each unit of the press; none when all is done."""
    if batch.kind in TWO_PEOPLE:
        items = queries.to_do(batch.id, DEEDS)
        return [Portion(deeds=tuple(item.position for item in items))] if items else []
    settings: Settings = current_app.config["SETTINGS"]
    size = press(settings).size
    if batch.kind is BatchKind.REPORT:
        return [Portion(sections=(item.position,)) for item in queries.to_do(batch.id, size)]
    is_stamped = batch.kind is BatchKind.ORIGINALS and settings.timestamp_url
    items = queries.to_do(batch.id, size * (STAMPED_PORTION if is_stamped else PORTION))
    share = -(-len(items) // size) or 1
    return [
        _portion(batch, items[start : start + share], settings)
        for start in range(0, len(items), share)
    ]


def _portion(batch: CertificateBatch, items: Sequence[BatchItem], settings: Settings) -> Portion:
    kept = _kept(batch, items) if batch.kind is BatchKind.ORIGINALS else frozenset()
    nameless = frozenset(
        item.position
        for item in items
        if item.certificate is not None and is_erased(item.certificate.snapshot)
    )
    wanted = {
        item.position: documents.printable(item.certificate, batch.language, settings)
        for item in items
        if item.position not in kept | nameless and item.certificate is not None
    }
    return Portion(wanted, tuple(sorted(kept)), tuple(sorted(nameless)))


def _kept(batch: CertificateBatch, items: Sequence[BatchItem]) -> frozenset[int]:
    """Return the places whose signed document is there and can be handed out."""
    known = set(
        db.session.scalars(
            sa.select(CertificateDocument.certificate_id).where(
                CertificateDocument.certificate_id.in_([item.certificate_id for item in items]),
                CertificateDocument.language == batch.language,
            )
        )
    )
    return frozenset(
        item.position
        for item in items
        if item.certificate_id in known
        and documents.kept(item.certificate_id, batch.language) is not None
    )


def work(batch: CertificateBatch, portions: Sequence[Portion]) -> None:
    """Do the portions and record each in a transaction of its own, also what there is of one that
    was stopped midway. Raises SigningUnavailable or StoreUnavailable then.
    """
    if batch.kind in TWO_PEOPLE:
        with unit_of_work():
            applying.apply(batch.public_id, portions[0].deeds, clock.now())
        return
    settings: Settings = current_app.config["SETTINGS"]
    makers = {
        BatchKind.ORIGINALS: partial(_originals, settings),
        BatchKind.REPORT: partial(_sections, batch, portions),
    }
    make_portion = makers.get(batch.kind, _pages)()
    portions = [_complete(portion) for portion in portions]
    records = press(settings).run([partial(make_portion, portion) for portion in portions])
    stopped = None
    for record in records:
        with unit_of_work():
            stopped = record(batch, clock.now()) or stopped
    if stopped is not None:
        raise stopped


def _complete(portion: Portion) -> Portion:
    made = zip(portion.wanted, documents.complete(list(portion.wanted.values())), strict=True)
    return replace(portion, wanted=dict(made))


def _originals(settings: Settings) -> Callable[[Portion, Unit], Record]:
    documents.prepare_signing(settings, clock.now())
    store = blobs()

    def make(portion: Portion, unit: Unit) -> Record:
        made, stopped = _signed(list(portion.wanted.values()), unit, store)

        def record(batch: CertificateBatch, now: datetime) -> Stopped | None:
            for one in made:
                documents.keep(one.wanted, one.blob, now)
            places = zip(portion.wanted, made, strict=False)  # the first ones
            ways = {place: _way(one.is_fast) for place, one in places}
            ways |= dict.fromkeys(portion.kept, Outcome.KEPT) | _left_out(portion)
            _done(batch, ways, now)
            return stopped

        return record

    return make


def _signed(
    wanted: list[Printable], unit: Unit, store: BlobStore
) -> tuple[list[Original], Stopped | None]:
    """Make and sign the first of these, as many as there is time for; tell what stopped it."""
    made: list[Original] = []
    until = time.monotonic() + SIGNING_SECONDS
    try:
        for one in unit.originals(wanted, store) if wanted else ():
            made.append(one)
            if time.monotonic() > until:
                break
    except (SigningUnavailable, StoreUnavailable) as error:
        return made, error
    return made, None


def _pages() -> Callable[[Portion, Unit], Record]:
    store = passing()

    def make(portion: Portion, unit: Unit) -> Record:
        sheaf = unit.pages(list(portion.wanted.values()), together=True)
        keys = [store.put(file) for file in sheaf.files]

        def record(batch: CertificateBatch, now: datetime) -> None:
            parts = [BatchPart(batch_id=batch.id, blob=key) for key in keys]
            db.session.add_all(parts)
            db.session.flush()
            ways = dict(zip(portion.wanted, map(_way, sheaf.is_fast), strict=True))
            ways |= _left_out(portion)
            places = {
                position: (parts[file].id, page)
                for position, (file, page) in zip(portion.wanted, sheaf.places, strict=True)
            }
            _done(batch, ways, now, places)

        return record

    return make


def _sections(
    batch: CertificateBatch, portions: Sequence[Portion]
) -> Callable[[Portion, Unit], Record]:
    store = passing()
    wanted = reports.sections(batch, [place for one in portions for place in one.sections])

    def make(portion: Portion, unit: Unit) -> Record:
        keys = {place: store.put(unit.renderer.render(wanted[place])) for place in portion.sections}

        def record(batch: CertificateBatch, now: datetime) -> None:
            parts = {place: BatchPart(batch_id=batch.id, blob=key) for place, key in keys.items()}
            db.session.add_all(parts.values())
            db.session.flush()
            places = {place: (part.id, 0) for place, part in parts.items()}
            _done(batch, dict.fromkeys(places, Outcome.PLAIN), now, places)

        return record

    return make


def _left_out(portion: Portion) -> dict[int, Outcome]:
    return dict.fromkeys(portion.nameless, Outcome.LEFT_OUT)


def _way(is_fast: bool) -> Outcome:
    return Outcome.FAST if is_fast else Outcome.PLAIN


def _done(
    batch: CertificateBatch,
    outcomes: dict[int, Outcome],
    now: datetime,
    places: dict[int, tuple[int, int]] | None = None,
) -> None:
    """Note what became of these places; one that somebody else did meanwhile stays as it is."""
    table = BatchItem.__table__
    statement = (
        sa.update(table)
        .where(
            table.c.batch_id == batch.id,
            table.c.position == sa.bindparam("place"),
            table.c.done_at.is_(None),
        )
        .values(
            outcome=sa.bindparam("way"),
            done_at=sa.bindparam("now"),
            part_id=sa.bindparam("part"),
            page=sa.bindparam("number"),
        )
    )
    rows = []
    for place, way in outcomes.items():
        part, page = (places or {}).get(place, (None, None))
        rows.append({"place": place, "way": way, "now": now, "part": part, "number": page})
    if rows:
        db.session.connection().execute(statement, rows)
