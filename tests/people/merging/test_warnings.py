"""What a dry run points out: names that differ, leaves that overlap, in any reader's language."""

from datetime import date

import pytest
from flask import Flask
from flask_babel import force_locale

from lms.certification.schemes.records.leaves import LeaveDesk, leaves_of
from lms.core import clock
from lms.people.merging.plans import Plan, names_differ, plan_of
from lms.people.models import Person
from tests.builders.merging import merge, pair_of
from tests.builders.people import make_person


def plan(kept: Person, ended: Person) -> Plan:
    return plan_of(pair_of(kept, ended), ())


@pytest.mark.parametrize(
    ("family", "given", "patronymic", "warns"),
    [
        ("Семёнова", "Наталья", "Петровна", False),
        ("Семенова", "Наталия", "", False),
        ("СЕМЁНОВА", "Н.", "П.", False),
        ("Кузнецова", "Наталья", "Петровна", True),
        ("Семёнова", "Ольга", "Петровна", True),
        ("Семёнова", "Наталья", "Сергеевна", True),
    ],
)
def test_names_that_differ_are_warned_about(
    family: str, given: str, patronymic: str, warns: bool
) -> None:
    one = Person(family_name="Семёнова", given_name="Наталья", patronymic="Петровна")
    two = Person(family_name=family, given_name=given, patronymic=patronymic)
    assert names_differ(one, two) is warns


def test_the_dry_run_shows_the_warning(app: Flask) -> None:
    assert plan(make_person("Зимина"), make_person("Зимина")).warnings == []
    assert len(plan(make_person("Зимина"), make_person("Орлова")).warnings) == 1


def make_leave(person: Person, first_on: date, last_on: date | None) -> None:
    desk = LeaveDesk(person=person, actor=person, now=clock.now(), reason="Illness")
    desk.enter(first_on, last_on)


@pytest.fixture
def two(app: Flask) -> tuple[Person, Person]:
    kept, ended = make_person(), make_person()
    make_leave(kept, date(2026, 3, 1), date(2026, 3, 10))
    make_leave(ended, date(2026, 1, 1), date(2026, 2, 28))
    make_leave(ended, date(2026, 3, 10), None)
    return kept, ended


def test_leaves_that_overlap_are_named_with_what_holds(two: tuple[Person, Person]) -> None:
    with force_locale("en"):
        (clash,) = plan(*two).clashes
        assert str(clash.what) == (
            "Leaves that overlap: 1 March 2026 – 10 March 2026; "
            "from 10 March 2026, its end isn’t known"
        )
        assert "until the last of them ends" in str(clash.outcome)
    merge(*two)
    assert len(leaves_of([two[0].id])[two[0].id]) == 3


def test_readers_of_two_languages_agree_to_the_same_dry_run(two: tuple[Person, Person]) -> None:
    digests = set()
    for language in ("ru", "en"):
        with force_locale(language):
            digests.add(plan(*two).digest)
    assert len(digests) == 1
