"""How long the outline of a plan is kept: until the plan may be another."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from lms.audit.services import record
from lms.people.importing.keeping import kept_outline, outline_to_keep
from lms.people.importing.leaves import leave_book
from lms.people.importing.planning import outline
from lms.people.models import Person
from lms.people.services import rename_person
from tests.builders.imports import AT, EVERYTHING, TODAY, wanted
from tests.builders.people import make_person, make_unit

TABLE = wanted("M1;Сидорова", "N1", "M1x;;;;nowhere")


@pytest.fixture
def maria(app: Flask) -> Person:
    unit = make_unit("a")
    make_person(unit=unit)  # whom the table doesn't name
    return make_person(unit=unit, personnel_number="M1")


def test_it_is_kept_whole_for_its_importer_and_day(maria: Person) -> None:
    kept = outline_to_keep(EVERYTHING, TABLE, today=TODAY)
    made = outline(EVERYTHING, TABLE, today=TODAY)
    assert len(made.missing) == 1
    assert kept_outline(kept, EVERYTHING, today=TODAY) == made
    assert kept_outline(kept, replace(EVERYTHING, scope=frozenset()), today=TODAY) is None
    assert kept_outline(kept, replace(EVERYTHING, person=maria), today=TODAY) is None
    assert kept_outline(kept, EVERYTHING, today=TODAY + timedelta(days=1)) is None


def test_it_is_made_anew_once_the_log_tells_of_people(maria: Person) -> None:
    kept = outline_to_keep(EVERYTHING, TABLE, today=TODAY)
    about = {"now": AT, "actor_key": None, "subject_kind": "account", "subject_key": "k"}
    for action in ("people.password_changed", "certification.fact_recorded"):
        record(action=action, fact="required", **about)
        assert kept_outline(kept, EVERYTHING, today=TODAY) is not None
    names = {"family_name": "Сидорова", "given_name": "Мария", "patronymic": ""}
    rename_person(now=AT, actor_key=None, person=maria, **names)
    assert kept_outline(kept, EVERYTHING, today=TODAY) is None


def test_it_is_made_anew_once_somebody_is_on_leave(maria: Person) -> None:
    kept, book = outline_to_keep(EVERYTHING, TABLE, today=TODAY), leave_book()
    assert book is not None
    book.begin(person=maria, on=TODAY, actor=None, now=AT, reason="")
    assert kept_outline(kept, EVERYTHING, today=TODAY) is None
