"""Due dates that were given before a programme was changed: they move when asked to, and say so."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask

from lms.audit.models import AuditEntry
from lms.core.database import db
from lms.learning.models import Enrolment
from lms.learning.programmes.defining import change
from lms.learning.programmes.definitions import ProgrammeDefinition, definition_of
from lms.learning.programmes.models import Programme
from lms.learning.programmes.rule.terms import Moves, moves_of
from lms.learning.services import set_due
from lms.people.models import AccessRole, Person
from tests.builders.learning import make_enrolment
from tests.builders.people import NOW, PASSWORD, make_account, make_person
from tests.builders.programmes import TODAY, apply, make_courses, make_programme
from tests.pages import PageClient


def given(*, days: int) -> tuple[Programme, ProgrammeDefinition]:
    """A programme of one course by day 10, given to all; and the same by day ``days``."""
    programme = make_programme(*make_courses(1))
    apply(programme)
    definition = definition_of(programme)
    return programme, replace(definition, steps=(replace(definition.steps[0], days=days),))


def newcomer(family: str = "New") -> Person:
    return make_person(family, started_on=date(2026, 2, 25))


def dates(moves: Moves) -> list[tuple[str, date, date]]:
    return [(move.person_key, move.before, move.after) for move in moves.moved]


def due(person: Person) -> date | None:
    return db.session.scalar(sa.select(Enrolment.due_on).where(Enrolment.learner_id == person.id))


def test_a_longer_term_moves_what_was_given_only_when_asked_to(app: Flask) -> None:
    person = newcomer()
    programme, longer = given(days=30)
    moves = moves_of(longer, programme, today=TODAY)
    assert dates(moves) == [(person.public_id, date(2026, 3, 7), date(2026, 3, 27))]
    said: dict[str, Any] = {"now": NOW, "today": TODAY, "actor": person}
    changed = change(programme, longer, row_version=programme.row_version, **said)
    assert due(person) == date(2026, 3, 7)
    change(changed, longer, row_version=changed.row_version, moved=moves.moved, **said)
    assert due(person) == date(2026, 3, 27)
    statement = sa.select(AuditEntry).where(AuditEntry.action == "learning.due_moved")
    entry = db.session.scalars(statement).one()
    assert (entry.person_key, entry.actor_key) == (person.public_id, person.public_id)
    assert (entry.details["previous"], entry.details["due_on"]) == ("2026-03-07", "2026-03-27")
    assert moves_of(longer, programme, today=TODAY).moved == ()


def test_what_was_set_by_hand_or_would_lie_in_the_past_stays(app: Flask) -> None:
    agreed, other = newcomer("Agreed"), newcomer("Other")
    programme, shorter = given(days=3)
    enrolment = db.session.scalars(sa.select(Enrolment).filter_by(learner_id=agreed.id)).one()
    set_due(
        enrolment=enrolment,
        due_on=TODAY + timedelta(days=60),
        row_version=enrolment.row_version,
        actor=other,
        now=NOW,
    )
    moves = moves_of(shorter, programme, today=TODAY)
    assert (moves.moved, moves.by_hand) == ((), 1)
    assert [(move.person_key, move.after) for move in moves.past] == [
        (other.public_id, date(2026, 2, 28))
    ]


def test_what_is_done_and_a_course_that_people_were_on_already_stay(app: Flask) -> None:
    joined, done = newcomer("Joined"), newcomer("Done")
    enrolment = make_enrolment(joined, due_on=date(2026, 5, 1))
    programme = make_programme(enrolment.course.slug)
    apply(programme)
    db.session.execute(
        sa.update(Enrolment).where(Enrolment.learner_id == done.id).values(completed_at=NOW)
    )
    definition = definition_of(programme)
    longer = replace(definition, steps=(replace(definition.steps[0], days=90),))
    assert moves_of(longer, programme, today=TODAY) == Moves()


def test_whom_it_moves_is_shown_and_chosen_before_saving(app: Flask) -> None:
    person = make_person("Петрова")
    programme, _longer = given(days=3000)
    db.session.commit()
    hr = PageClient(app).sign_in(make_account(AccessRole.HR).username, PASSWORD)
    address = f"/hr/programmes/{programme.public_id}/edit"
    values = {**hr.get(address).form_values(), "days-1": "3000"}
    shown = hr.post(address, {**values, "do": "show"}, status=200)
    assert "2 due dates would move" in shown.text  # theirs, and that of HR itself
    assert person.full_name in shown.one("#moves details").text_content()
    before = due(person)
    assert before
    sent = {**shown.form_values(), "do": "save", "moving": "move"}
    hr.post(address, sent)
    moved = due(person)
    assert moved
    assert moved > before
