"""What rows mean for the people on record: new, changed, unchanged, refused, and who is missing."""

from datetime import date

import pytest
from flask import Flask

from lms.people.importing.planning import Importer, plan_part
from lms.people.importing.rules.fields import Field
from lms.people.importing.rules.plans import Outcome
from lms.people.models import AccessRole, Person
from lms.people.services import end_employment
from tests.builders.imports import (
    AT,
    EVERYTHING,
    TODAY,
    changes,
    plan,
    planned,
    reason,
    reasons,
    wanted,
)
from tests.builders.people import (
    make_account,
    make_job_role,
    make_person,
    make_unit,
    make_viewer,
    unit_coded,
)

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def maria(app: Flask) -> Person:
    """Specialist at centre `a` since 15 January 2025."""
    make_unit("b")
    make_job_role("head")
    return make_person(unit=make_unit("a"), personnel_number="M1", email="maria@example.org")


def left(person: Person, on: date) -> None:
    end_employment(now=AT, actor_key=None, person=person, on=on, today=TODAY)


def test_somebody_new_is_shown_with_all_that_is_added() -> None:
    make_unit("a")
    make_job_role("specialist")
    row = planned("N1;Петров;Пётр;;A;СПЕЦИАЛИСТ ОКНА;01.02.2026;p@example.org")
    assert row.outcome is Outcome.NEW
    assert changes(row) == {
        "family_name": (None, "Петров"),
        "given_name": (None, "Пётр"),
        "email": (None, "p@example.org"),
        "unit": (None, "a"),
        "post": (None, "specialist"),
        "since": (None, date(2026, 2, 1)),
    }


def test_what_a_row_leaves_empty_stays_as_it_is(maria: Person) -> None:
    assert planned("M1").outcome is Outcome.UNCHANGED


def test_a_row_that_says_what_is_known_changes_nothing(maria: Person) -> None:
    row = planned("m1;Иванова;Мария;Петровна;Центр a;specialist;01.01.2020;maria@example.org")
    assert row.outcome is Outcome.UNCHANGED


def test_a_full_name_that_is_known_stays_divided_as_it_is(maria: Person) -> None:
    maria.family_name, headings = "фон Мекк", "Табельный номер;ФИО"
    same = planned("M1;фон Мекк Мария Петровна", headings=headings)
    assert same.outcome is Outcome.UNCHANGED
    other = planned("M1;Мекк Мария Петровна", headings=headings)
    assert changes(other) == {"family_name": ("фон Мекк", "Мекк")}


def test_a_changed_name_is_shown_from_what_to_what(maria: Person) -> None:
    assert changes(planned("M1;Сидорова")) == {"family_name": ("Иванова", "Сидорова")}


def test_a_transfer_begins_on_the_rows_own_day(maria: Person) -> None:
    assert changes(planned("M1;;;;b;;01.02.2026")) == {
        "unit": ("a", "b"),
        "since": (date(2025, 1, 15), date(2026, 2, 1)),
    }


def test_a_new_post_without_a_day_begins_on_the_day_that_the_importer_chose(maria: Person) -> None:
    row = planned("M1;;;;;head", effective_on=date(2026, 2, 20))
    assert changes(row)["since"] == (date(2025, 1, 15), date(2026, 2, 20))


def test_a_dismissal_is_one_change_whatever_else_the_row_says_of_the_post(maria: Person) -> None:
    assert changes(planned("M1;;;;b;head;;;01.03.2026")) == {"left_on": (None, date(2026, 3, 1))}


def test_who_left_on_that_day_already_is_unchanged(maria: Person) -> None:
    left(maria, date(2026, 2, 1))
    assert planned("M1;;;;;;;;01.02.2026").outcome is Outcome.UNCHANGED


def test_who_has_left_comes_back_on_a_stated_day_only(maria: Person) -> None:
    left(maria, date(2026, 2, 1))
    assert changes(planned("M1")) == {}  # as the list of people has them
    assert reason(planned("M1;;;;b;head")) == "has_left"
    assert reason(planned("M1;;;;b;head;01.02.2026")) == "has_left"
    assert changes(planned("M1;;;;b;head;02.02.2026"))["unit"] == (None, "b")
    make_person(employed=False, personnel_number="E1")  # a co-author from outside
    assert reason(planned("E1;;;;b;head")) == "missing"
    assert changes(planned("E1;;;;b;head;02.02.2026"))["unit"] == (None, "b")


def test_a_leave_begins_and_ends(maria: Person) -> None:
    assert changes(planned("M1;;;;;;;;;01.03.2026;14.03.2026")) == {
        "leave_from": (None, date(2026, 3, 1)),
        "leave_until": (None, date(2026, 3, 14)),
    }


REFUSALS = {
    "no_number": ";Петров",
    "bad_number": "=1+1;Петров",
    "bad_number ": '="=1";Петров',
    "alike": "0m1;ИВАНОВА;Мария;;b;head",
    "alike ": "00M1;;;;;;;;01.03.2026",
    "bad_name": "M1;@SUM(A1)",
    "bad_email": "M1;;;;;;;nobody",
    "bad_date": "M1;;;;b;;31.02.2026",
    "bad_date ": "M1;;;;;;;;;01.03.2026;30.12.9999",
    "far": "M1;;;;b;;04.03.2027",
    "unknown_unit": "M1;;;;nowhere",
    "unknown_post": "M1;;;;;king",
    "missing": "X9;Петров;Пётр;;a",
    "too_early": "M1;;;;b;;15.01.2025",
    "left_another_day": "L1;;;;;;;;03.02.2026",
    "never_worked": "X9;Петров;Пётр;;;;;;01.02.2026",
    "leave_order": "M1;;;;;;;;;02.03.2026;01.03.2026",
    "no_leave": "M1;;;;;;;;;;01.03.2026",
}


@pytest.mark.in_turn
@pytest.mark.parametrize("expected", REFUSALS)
def test_a_row_that_cannot_be_done_says_why(maria: Person, expected: str) -> None:
    left(make_person(personnel_number="L1"), date(2026, 2, 1))
    row = planned(REFUSALS[expected])
    assert (row.outcome, reason(row)) == (Outcome.REFUSED, expected.strip())


def test_a_number_alike_of_somebody_of_another_name_is_new(maria: Person) -> None:
    assert planned("0M1;Петрова;Мария;;b;head").outcome is Outcome.NEW
    assert planned('="M1"').outcome is Outcome.UNCHANGED


@pytest.mark.in_turn
def test_a_last_day_at_the_calendars_end_is_none(maria: Person) -> None:
    assert changes(planned("M1;;;;;;;;31.12.9999")) == {}
    leave = changes(planned("M1;;;;;;;;;01.03.2026;31.12.9999"))
    assert leave == {"leave_from": (None, date(2026, 3, 1))}


def test_the_same_number_twice_refuses_both_rows(maria: Person) -> None:
    rows = plan("M1;Первая", "m1;Вторая").rows
    assert [reason(row) for row in rows] == ["double", "double"]


def test_two_centres_of_one_name_must_be_told_apart(maria: Person) -> None:
    for code in ("c", "d"):
        make_unit(code).name_ru = "Двойник"
    assert reason(planned("M1;;;;двойник")) == "several"


def test_nobody_dismisses_themselves(maria: Person) -> None:
    own = Importer(frozenset({"/network/"}), maria)
    assert reason(planned("M1;;;;;;;;01.03.2026", importer=own)) == "yourself"


def test_a_demonstration_account_gets_no_address(maria: Person) -> None:
    make_account(person=maria, is_demonstration=True)
    assert reason(planned("M1;;;;;;;other@example.org")) == "demonstration"


def test_a_table_leads_no_mail_of_those_who_may_do_more_elsewhere(maria: Person) -> None:
    make_account(AccessRole.INSTRUCTOR, person=maria)
    clerk = make_viewer(AccessRole.HR)
    own = Importer(frozenset({"/network/"}), clerk.person, clerk)
    line = "M1;;;;;;;other@example.org"
    assert reason(planned(line, importer=own)) == "may_do_more"
    assert planned("M1;Иная", importer=own).changes
    assert planned(line).changes  # by who has the server


def test_who_works_beyond_the_importers_scope_is_not_touched_and_not_named(maria: Person) -> None:
    elsewhere = Importer(frozenset({"/network/b/"}))
    row = planned("M1;;;;b", importer=elsewhere)
    assert (reason(row), row.name) == ("outside", "")


def test_a_centre_beyond_the_importers_scope_looks_like_none(maria: Person) -> None:
    here = Importer(frozenset({"/network/a/"}))
    assert reason(planned("M1;;;;b", importer=here)) == "unknown_unit"


def test_who_is_missing_at_the_centres_of_the_file_is_listed_and_nothing_else(
    maria: Person,
) -> None:
    missing = make_person("Забытая", unit=unit_coded("a"))
    make_person("Далёкая")
    shown = plan("M1")
    assert [one.person.id for one in shown.absent] == [missing.id]
    assert not shown.changes_something


def test_a_missing_person_who_was_ticked_leaves(maria: Person) -> None:
    missing = make_person(unit=unit_coded("a"))
    shown = plan("M1", leaving=[missing.public_id, "0" * 16], leaving_on=TODAY)
    assert [row.after(Field.LEFT_ON) for row in shown.leaving] == [TODAY]
    assert shown.absent == ()


def test_a_row_with_a_mistake_makes_nobody_missing(maria: Person) -> None:
    make_person(unit=unit_coded("a"), personnel_number="M2")
    assert plan("M1", "M2;;;;nowhere").absent == ()


def test_the_digest_follows_what_is_shown(maria: Person) -> None:
    before = plan("M1;Сидорова")
    assert plan("M1;Сидорова").digest == before.digest
    maria.family_name = "Иная"
    assert plan("M1;Сидорова").digest != before.digest


def test_a_row_with_several_faults_names_all_of_them(maria: Person) -> None:
    new = planned("N1;;1;;nowhere;nobody;31.12.2049;no address;;01.02.2026;01.01.2026")
    assert reasons(new) == [
        "bad_name", "bad_email", "missing", "unknown_unit", "unknown_post", "far", "leave_order",
    ]  # fmt: skip
    known = planned("M1;;;;nowhere;nobody;01.01.2020;;;;01.03.2026")
    assert reasons(known) == ["no_leave", "unknown_unit", "unknown_post", "too_early"]
    assert reasons(planned(";Петров;1")) == ["no_number", "bad_name"]
    assert reasons(planned("N1;;;;;;32.13.2026")) == ["bad_date", *["missing"] * 4]


def test_of_somebody_outside_nothing_but_that_is_told(maria: Person) -> None:
    elsewhere = Importer(frozenset({unit_coded("b").path}))
    row = planned("M1;;;;nowhere;nobody", importer=elsewhere)
    assert (reasons(row), row.person) == (["outside"], None)


def test_some_rows_are_planned_as_the_whole_table_has_them(maria: Person) -> None:
    lines = ("N1;Петров;Пётр;;a;specialist", "M1;;;;b", "N1;;;;b", "N3;;;;b", "'M1;;;;;;;;x")
    whole = plan(*lines).rows
    for first in range(len(lines)):
        part = range(first, min(first + 2, len(lines)))
        found = plan_part(EVERYTHING, wanted(*lines), part, today=TODAY)
        assert found.rows == list(whole[first : first + 2])
