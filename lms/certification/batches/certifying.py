"""Recording a certification for many: evidence from outside, or an award. Plan and deed."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from flask import current_app

from lms.certification.batches.issuing import Plan, Row, Verdict, known_people
from lms.certification.batches.models import BatchItem, CertificateBatch, Outcome
from lms.certification.lifecycle.history import History
from lms.certification.lifecycle.state import Holding, state_on
from lms.certification.lifecycle.terms import Scheme
from lms.certification.lifecycle.work import work_on
from lms.certification.schemes.records.decisions import Desk
from lms.certification.schemes.records.evidence import accept
from lms.certification.schemes.records.histories import histories, history, schemes_by_id
from lms.core.clock import local_date
from lms.core.settings import Settings
from lms.people.identity import Viewer
from lms.people.models import Person


def plan_certifying(
    viewer: Viewer, scheme_id: int, part: str, numbers: Sequence[str], today: date
) -> Plan:
    """Return the verdict on each personnel number; ``part`` empty: the certification is awarded."""
    known = known_people(viewer, numbers)
    scheme = schemes_by_id([scheme_id])[scheme_id]
    held = _histories([person.id for person in known.values()], scheme_id, scheme)
    seen: set[int] = set()
    rows = []
    for number in numbers:
        found = known.get(number) or known.get(number.upper())
        if found is None:
            rows.append(Row(number, Verdict.UNKNOWN))
            continue
        own = held.get(found.id) or History([], scheme)
        verdict = Verdict.DUPLICATE if found.id in seen else verdict_on(found, own, part, today)
        seen.add(found.id)
        rows.append(Row(number, verdict, found))
    return Plan.of(rows)


def _histories(ids: Collection[int], scheme_id: int, scheme: Scheme) -> dict[int, History]:
    found = histories(ids, {scheme_id: scheme})
    return {person_id: one for (person_id, _scheme_id), one in found.items()}


def verdict_on(person: Person, known: History, part: str, today: date) -> Verdict:
    """Return whether something is to be recorded of someone, and if not, why."""
    if person.employment is None:
        return Verdict.LEFT
    state = state_on(known, today)
    if state.holding is Holding.SUSPENDED:
        return Verdict.SUSPENDED
    if state.holding is Holding.VALID:
        return Verdict.HOLDS
    work = work_on(known, today, state.period)
    is_asked = part in known.scheme.terms_on(today).route_parts(work.route)
    is_shown = work.is_open and is_asked and part not in work.lacking
    return Verdict.SHOWN if is_shown else Verdict.ISSUE


def certify(batch: CertificateBatch, item: BatchItem, now: datetime) -> Outcome:
    """Record what was agreed on of a locked person, unless that has become needless meanwhile."""
    person = item.person
    assert person is not None
    assert batch.scheme_id is not None
    settings: Settings = current_app.config["SETTINGS"]
    today = local_date(now, settings.time_zone)
    scheme = schemes_by_id([batch.scheme_id])[batch.scheme_id]
    known = history(person.id, batch.scheme_id, scheme)
    if verdict_on(person, known, batch.part, today) is not Verdict.ISSUE:
        return Outcome.LEFT_OUT
    if batch.part:
        accept(
            person=person,
            scheme_id=batch.scheme_id,
            part=batch.part,
            source=f"batch:{batch.public_id}",
            on=batch.shown_on or today,
            now=now,
            today=today,
            actor=batch.asked_by,
            reason=batch.reason,
        )
        return Outcome.RECORDED
    desk = Desk(
        person=person,
        scheme_id=batch.scheme_id,
        actor=batch.asked_by,
        now=now,
        today=today,
    )
    desk.award(reason=batch.reason)
    return Outcome.RECORDED
