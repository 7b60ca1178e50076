"""Doing what a plan says, each change by the service that means it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from lms.audit.services import record
from lms.core.errors import Conflict
from lms.core.jobs import enqueue
from lms.people import services
from lms.people.events import gathering, posts_changed
from lms.people.importing.errors import PlanOutdated
from lms.people.importing.leaves import leave_book
from lms.people.importing.planning import Importer
from lms.people.importing.rules.fields import Field
from lms.people.importing.rules.plans import Outcome, Plan, PlannedRow
from lms.people.models import Person
from lms.people.planned.services import Ahead, Leaving, plan_ends, plan_posts
from lms.people.services.many import Newcomer, create_people

AT_ONCE = 100  # people whose new posts are told of in one transaction
TELLING = "people.tell_posts_changed"
NAMES = (Field.FAMILY_NAME, Field.GIVEN_NAME, Field.PATRONYMIC)


def apply_plan(
    plan: Plan,
    *,
    importer: Importer,
    key: str,
    now: datetime,
    today: date,
    language: str,
) -> dict[str, Any]:
    """Do all that ``plan`` shows, and return the counts of its outcomes.

    ``key`` names the import in the audit log, ``language`` is that of new people. Raises
    PlanOutdated when somebody changed meanwhile; the caller undoes what was done so far.
    """
    hand = _Hand(importer, now, today)
    try:
        with gathering() as moved:
            hand.add(plan.having(Outcome.NEW), language)
            for row in plan.having(Outcome.CHANGED):
                hand.change(row)
            plan_posts(wanted=hand.ahead, actor=importer.person, now=now)
            plan_ends(wanted=hand.leaving, actor=importer.person, now=now)
    except Conflict as conflict:
        raise PlanOutdated from conflict
    _tell(list(moved.values()), key=key, now=now)
    counts: dict[str, Any] = {outcome.value: plan.counts[outcome] for outcome in Outcome}
    record(
        now=now,
        actor_key=hand.actor_key,
        action="people.imported",
        subject_kind="people_import",
        subject_key=key,
        **counts,
    )
    return counts


def _tell(moved: Sequence[Person], *, key: str, now: datetime) -> None:
    """Tell the other domains whose posts changed: of a few at once, of many by jobs.

    What follows for thousands (courses, requirements) takes minutes; nobody could save an answer
    while one transaction did it all.
    """
    if 0 < len(moved) <= AT_ONCE:
        posts_changed.send(tuple(moved), now=now)
        return
    for start in range(0, len(moved), AT_ONCE):
        part = [person.id for person in moved[start : start + AT_ONCE]]
        enqueue(TELLING, key=f"{key}:{start}", now=now, person_ids=part)


class _Hand:
    """The importer's hand at one moment."""

    def __init__(self, importer: Importer, now: datetime, today: date) -> None:
        self.actor, self.now, self.today = importer.person, now, today
        self.actor_key = self.actor.public_id if self.actor else None
        self.stamp: dict[str, Any] = {"now": now, "actor_key": self.actor_key}
        self.ahead: list[Ahead] = []  # posts that begin on a later day
        self.leaving: list[Leaving] = []  # last days at work that lie ahead

    def add(self, rows: Sequence[PlannedRow], language: str) -> None:
        if not rows:
            return
        newcomers = [
            Newcomer(
                personnel_number=row.entry.number,
                family_name=row.entry.family_name,
                given_name=row.entry.given_name,
                patronymic=row.entry.patronymic,
                email=row.entry.email or None,
                unit=row.after(Field.UNIT),
                job_role=row.after(Field.POST),
                started_on=row.after(Field.SINCE),
                is_planned=row.after(Field.SINCE) > self.today,
            )
            for row in rows
        ]
        people = create_people(**self.stamp, newcomers=newcomers, language=language)
        for person, row, one in zip(people, rows, newcomers, strict=True):
            self._leave(person, row)
            if one.is_planned:
                self.ahead.append(Ahead(person, one.unit, one.job_role, one.started_on))

    def change(self, row: PlannedRow) -> None:
        person = row.person
        assert person is not None
        names = {field.value: row.after(field) or getattr(person, field.value) for field in NAMES}
        if any(getattr(person, field) != name for field, name in names.items()):
            services.rename_person(**self.stamp, person=person, **names)
        email = row.after(Field.EMAIL)
        if email is not None:
            services.change_email(**self.stamp, person=person, email=email)
        self._leave(person, row)
        self._move(person, row)

    def _move(self, person: Person, row: PlannedRow) -> None:
        left_on, since = row.after(Field.LEFT_ON), row.after(Field.SINCE)
        if left_on is not None and left_on > self.today:
            self.leaving.append(Leaving(person, left_on))
        elif left_on is not None:
            services.end_employment(**self.stamp, person=person, on=left_on, today=self.today)
        elif since is not None:
            is_ahead = since > self.today
            present = (row.planned if is_ahead else None) or person.employment
            unit = row.after(Field.UNIT) or (present.unit if present else None)
            post = row.after(Field.POST) or (present.job_role if present else None)
            assert unit is not None
            assert post is not None
            if is_ahead:
                self.ahead.append(Ahead(person, unit, post, since))
                return
            move = services.transfer if present else services.take_up_post
            move(**self.stamp, person=person, unit=unit, job_role=post, on=since, today=self.today)

    def _leave(self, person: Person, row: PlannedRow) -> None:
        book, first, last = leave_book(), row.after(Field.LEAVE_FROM), row.after(Field.LEAVE_UNTIL)
        if book is None or (first is None and last is None):
            return
        stamp: dict[str, Any] = {"person": person, "actor": self.actor, "now": self.now}
        if first is not None:
            book.begin(on=first, reason="", **stamp)
        if last is not None:
            book.end(began_on=row.entry.leave_from, on=last + timedelta(days=1), reason="", **stamp)
