"""What merging two people does with their certificates and certifications.

Facts move with their record; where both have one of the same key, one key is told apart, and what
refers to it follows. What stands is then derived from all facts together.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from lms.certification.batches.models import BatchItem
from lms.certification.board.models import StandingAtPost
from lms.certification.feeds.models import CalendarFeed
from lms.certification.following.models import RequiredPlace, StandingChange
from lms.certification.lifecycle.facts import FactKind
from lms.certification.models import Certificate
from lms.certification.reminding.models import Reminder
from lms.certification.reviews.models import CertificateReview
from lms.certification.schemes.models import (
    CertificationFact,
    CertificationScheme,
    CertificationStanding,
)
from lms.certification.schemes.records.leaves import leaves_of
from lms.certification.schemes.records.standings import refresh
from lms.certification.staffing.models import WorkException, WorkPattern
from lms.core import clock
from lms.core.clock import local_date
from lms.core.database import db
from lms.people.events import posts_rearranged
from lms.people.importing.leaves import Leave
from lms.people.merging.carrying import (
    Carry,
    Clash,
    Deed,
    Pair,
    Unless,
    carry,
    clashing,
    count,
    rows_of,
    run,
)
from lms.people.models import Person

DAY = "d MMMM y"
# Under which of these names a fact's details hold the key of the fact that it ends or extends.
REFERENCES = frozenset(
    {"requirement", "evidence", "award", "suspension", "waiver", "leave", "absence"}
)


def _tell_apart(deed: Deed) -> None:
    """Give facts of the record that ends another key where the other has one of the same."""
    taken = {(row[0], row[1]) for row in db.session.execute(_keys(deed.pair.kept))}
    facts = list(db.session.scalars(_facts(deed.pair.ended)))
    renamed: dict[int | None, dict[str, str]] = defaultdict(dict)
    for fact in facts:
        if (fact.scheme_id, fact.key) in taken:
            renamed[fact.scheme_id][fact.key] = f"{fact.key[:100]}:{deed.pair.ended.public_id}"
    for fact in facts:
        names = renamed[fact.scheme_id]
        fact.key = names.get(fact.key, fact.key)
        changed = {
            name: names[value]
            for name, value in fact.details.items()
            if name in REFERENCES and value in names
        }
        if changed:
            fact.details = {**fact.details, **changed}
    db.session.flush()


def _keys(person: Person) -> Any:
    return sa.select(CertificationFact.scheme_id, CertificationFact.key).where(
        CertificationFact.person_id == person.id
    )


def _facts(person: Person) -> sa.Select[CertificationFact]:
    return sa.select(CertificationFact).where(CertificationFact.person_id == person.id)


def _held_twice(pair: Pair) -> Sequence[Clash]:
    """Name the certifications that both were awarded, and until when each holds them today."""
    today = local_date(clock.now(), current_app.config["SETTINGS"].time_zone)
    row = CertificationStanding
    statement = (
        sa.select(CertificationScheme.id, CertificationScheme.title, row.valid_until_on)
        .join(row, row.scheme_id == CertificationScheme.id)
        .where(
            row.person_id.in_([one.id for one in pair.both]),
            row.first_on <= today,
            row.last_on >= today,
            sa.exists().where(
                CertificationFact.person_id == row.person_id,
                CertificationFact.scheme_id == row.scheme_id,
                CertificationFact.kind == FactKind.AWARDED,
            ),
        )
        .order_by(CertificationScheme.id)
    )
    found: dict[int, list[Any]] = defaultdict(list)
    titles = {}
    for scheme_id, title, until_on in db.session.execute(statement):
        found[scheme_id].append(until_on)
        titles[scheme_id] = title
    return clashing(
        (titles[scheme_id] for scheme_id, held in found.items() if len(held) > 1),
        _l(
            "Both hold this certification. Both awards stay on record, and the state follows from "
            "all facts together: a suspension or revocation of either counts too."
        ),
    )


def _away_twice(pair: Pair) -> Sequence[Clash]:
    """Name the leaves of the two that overlap, and how long the person is away by both."""
    leaves = leaves_of([one.id for one in pair.both])
    return [
        Clash(
            _l("Leaves that overlap: %(one)s; %(two)s", one=_in_words(one), two=_in_words(two)),
            _l("Both stay on record. A day in both counts as one day of leave.")
            if one.last_on and two.last_on
            else _l("Both stay on record. The person is away until the last of them ends."),
        )
        for one in leaves.get(pair.kept.id, ())
        for two in leaves.get(pair.ended.id, ())
        if one.overlaps(two.began_on, two.last_on)
    ]


def _in_words(leave: Leave) -> LazyString:
    """Return the days of a leave in the language of whoever reads them in the end."""

    def words() -> str:
        # Not ``show_date``: a dry run's digest is made in one language, whoever reads it.
        first = format_date(leave.began_on, DAY)
        if leave.last_on is None:
            return str(_("from %(day)s, its end isn’t known", day=first))
        return f"{first} – {format_date(leave.last_on, DAY)}"

    return LazyString(words)


def _clashing_facts(pair: Pair) -> Sequence[Clash]:
    return [*_held_twice(pair), *_away_twice(pair)]


def _keep_whom_it_was_issued_to(deed: Deed) -> None:
    """Let a certificate go on naming the record it was issued to: the register holds it so."""
    theirs = sa.update(Certificate).where(
        Certificate.holder_id == deed.pair.ended.id, Certificate.issued_to_key.is_(None)
    )
    run(theirs.values(issued_to_key=deed.pair.ended.public_id))


def _both_have_calendars(pair: Pair) -> bool:
    statement = sa.select(sa.func.count()).where(
        CalendarFeed.owner_id.in_([one.id for one in pair.both]), CalendarFeed.ended_at.is_(None)
    )
    return (db.session.scalar(statement) or 0) > 1


def _calendar_clashes(pair: Pair) -> Sequence[Clash]:
    if not _both_have_calendars(pair):
        return ()
    outcome = _l("The address of the record that stays goes on; the other is switched off.")
    return (Clash(_l("Calendar addresses"), outcome),)


def _end_calendar(deed: Deed) -> None:
    if _both_have_calendars(deed.pair):
        theirs = CalendarFeed.owner_id == deed.pair.ended.id, CalendarFeed.ended_at.is_(None)
        run(sa.update(CalendarFeed).where(*theirs).values(ended_at=deed.now))


def _derived(key: str, title: Any, column: Any) -> Carry:
    """Return rows that follow from facts and posts: made anew when both have moved."""
    model = column.class_
    return Carry(
        key,
        title,
        frozenset({f"{model.__tablename__}.{column.key}"}),
        lambda person: count(model, column == person.id),
        lambda _deed: None,
        is_passing=True,
    )


def _refresh(pair: tuple[Person, Person], *, now: datetime, **_: Any) -> None:  # noqa: ARG001 - of the signal
    refresh([one.id for one in pair])


posts_rearranged.connect(_refresh)
carry(
    rows_of(
        "facts",
        _l("Facts of certification"),
        CertificationFact.person_id,
        before=_tell_apart,
        clashes=_clashing_facts,
    ),
    _derived("standings", _l("State of certifications by day"), CertificationStanding.person_id),
    _derived(
        "standings_at_posts",
        _l("State of certifications by day and post"),
        StandingAtPost.person_id,
    ),
    rows_of(
        "standing_changes",
        _l("Certification: how things changed"),
        StandingChange.person_id,
        is_passing=True,
    ),
    rows_of(
        "required_places", _l("Enrolments that a requirement asks for"), RequiredPlace.person_id
    ),
    rows_of(
        "certificates",
        _l("Certificates"),
        Certificate.holder_id,
        before=_keep_whom_it_was_issued_to,
    ),
    rows_of(
        "bulk_issues",
        _l("Certificates issued in bulk"),
        BatchItem.person_id,
        unless=Unless((BatchItem.batch_id,)),
    ),
    rows_of("reviews", _l("Reviewed certificates"), CertificateReview.holder_id),
    rows_of(
        "reminders",
        _l("Reminders of certification"),
        Reminder.person_id,
        unless=Unless(
            (
                Reminder.recipient_id,
                Reminder.scheme_id,
                Reminder.occasion,
                Reminder.about_on,
                Reminder.days,
            )
        ),
        is_passing=True,
    ),
    rows_of(
        "reminders_received",
        _l("Reminders about others received"),
        Reminder.recipient_id,
        unless=Unless(
            (
                Reminder.person_id,
                Reminder.scheme_id,
                Reminder.occasion,
                Reminder.about_on,
                Reminder.days,
            )
        ),
        is_passing=True,
    ),
    rows_of(
        "work_pattern",
        _l("Parts of the week at work"),
        WorkPattern.person_id,
        unless=Unless(),
    ),
    rows_of("work_days", _l("Days worked otherwise than by the pattern"), WorkException.person_id),
    rows_of(
        "calendars",
        _l("Calendar addresses"),
        CalendarFeed.owner_id,
        before=_end_calendar,
        clashes=_calendar_clashes,
    ),
)
