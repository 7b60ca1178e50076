"""Parts and beginnings of texts are found letter by letter, whatever the letters are."""

import pytest
import sqlalchemy as sa

from lms.core.database import db
from lms.people.models import Person
from lms.people.queries import ids_named, name_matches
from lms.people.queries.matching import (
    are_common,
    begins_with,
    contains_part,
    has_word,
    holds_part,
    searched_words,
)
from tests.builders.people import make_person

pytestmark = pytest.mark.usefixtures("app")
NAMES = ("иванова анна", "иванов романович", "о'нил мария-анна", "a\\b c%d_e", "x")
PARTS = (
    "иванова", "ван", "анна", "-анна", "мария-а", "'", "о'", "\\", "a\\b", "%", "_", ":*", "&", "я", "X",
    "ov", "я" * 3000,
)  # fmt: skip


def found(condition: sa.ColumnElement[bool]) -> set[str]:
    return set(db.session.scalars(sa.select(Person.sort_name).where(condition)))


def test_a_part_is_found_wherever_it_stands_in_a_word() -> None:
    for name in NAMES:
        make_person().sort_name = name
    db.session.flush()
    for part in PARTS:
        having = {n for n in NAMES if part in n}
        for way in (contains_part, holds_part):
            assert found(way(Person.sort_name, part)) == having, part


def test_a_beginning_is_told_from_a_similar_one_in_other_letters() -> None:
    for name in ("/network/a/", "/network/A/", "/network/%/"):
        make_person().sort_name = name
    db.session.flush()
    assert found(begins_with(Person.sort_name, "/network/a/")) == {"/network/a/"}
    assert found(begins_with(Person.sort_name, "/network/%")) == {"/network/%/"}
    assert len(found(begins_with(Person.sort_name, "/network/"))) == 3


def test_a_number_is_compared_before_a_name_is_cut_into_words() -> None:
    condition = str(name_matches("7").compile(db.session.get_bind()))
    assert condition.index("personnel_number") < condition.index("sort_name")


@pytest.mark.parametrize("words", ["ов", "ов анна", "t-07", "t-07 ов", "нет", "а б", "орлова а."])
def test_the_ids_that_are_named_are_those_that_match(words: str) -> None:
    for number, name in (
        ("T-071", "иванов романович"),
        ("T-072", "о'нил анна"),
        ("X9", "орлова анна"),
    ):
        make_person(personnel_number=number).sort_name = name
    db.session.flush()
    one_by_one = sa.select(Person.id).where(name_matches(words, common=True))
    together = set(
        db.session.scalars(sa.union(*ids_named(words), sa.select(Person.id).where(sa.false())))
    )
    assert together == set(db.session.scalars(sa.select(Person.id).where(name_matches(words))))
    assert together == set(db.session.scalars(one_by_one))


def test_a_part_is_common_that_many_have(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lms.people.queries.matching.SAMPLED", 100)
    monkeypatch.setattr("lms.people.queries.matching.COMMON", 3)
    for name in ("иванова анна", "иванов иван", "орлова инна", "немец х"):
        make_person().sort_name = name
    db.session.flush()
    words = ["ов"], ["анна"], ["ов", "нн"], ["ов", "анна"], []
    asked = [are_common(Person.sort_name, parts) for parts in words]
    assert asked == [True, False, True, False, False]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ёлкина  Анна", ["елкина", "анна"]),
        ("Ким Е.М.", ["ким", " е", " м"]),
        ("е.м.ким", [" е", " м", "ким"]),
        ("«Ким», Ева;", ["ким", "ева"]),
        ("А.12-3 О’Нил", ["а.12-3", "о’нил"]),
        ("Анна – Мария Мамед-оглы", ["анна", "мария", "мамед-оглы"]),
        ("м-н – -", ["м-н"]),
        (". ,", [".", ","]),
        ("", []),
    ],
)
def test_words_are_told_from_the_signs_around_them_and_from_initials(
    text: str, words: list[str]
) -> None:
    assert searched_words(text) == words


def test_a_dash_joins_the_beginning_of_a_number_or_parts_of_a_name() -> None:
    make_person(personnel_number="ДЕМО-NEW-1").sort_name = "орлова анна"
    make_person().sort_name = "мамед-кызы о'нил"
    db.session.flush()
    assert found(name_matches("демо-new")) == {"орлова анна"}
    for words in ("Мамед–кызы", "мамед кызы", "О’Нил Мамед‐кызы", "– о`нил"):
        assert found(name_matches(words)) == {"мамед-кызы о'нил"}, words


def test_an_initial_begins_a_part_after_the_first() -> None:
    for name in ("ким ева марковна", "ким анна", "еремеев ким"):
        make_person().sort_name = name
    db.session.flush()
    [initial] = searched_words("Е.")
    assert found(has_word(Person.sort_name, initial)) == {"ким ева марковна"}


def test_a_number_is_found_by_its_digits_alone_and_in_letters_that_look_alike() -> None:
    for number in ("МФЦ-100001", "МФЦ-100002", "AB/7", "10-3"):
        make_person(personnel_number=number).sort_name = "орлова анна"
    db.session.flush()
    # The second line has Latin letters, the third a Cyrillic one.
    for words, numbers in (
        ("100001", {"МФЦ-100001"}), ("1000", {"МФЦ-100001", "МФЦ-100002"}), ("10", {"10-3"}), ("00001", set()),
        ("MФЦ-1000", {"МФЦ-100001", "МФЦ-100002"}), ("oрл 100002", {"МФЦ-100002"}),
        ("АB/7", {"AB/7"}), ("мфц-100002", {"МФЦ-100002"}), ("_", set()), ("1_0", set()),
    ):  # fmt: skip
        rows = db.session.scalars(sa.select(Person.personnel_number).where(name_matches(words)))
        assert set(rows) == numbers, words
        [*ways] = ids_named(words)
        ids = sa.select(Person.personnel_number).where(Person.id.in_(sa.union(*ways)))
        assert set(db.session.scalars(ids)) == numbers, words
