"""Warnings come where something is wrong, and only with enough answers."""

from random import Random

import pytest

from lms.reporting.item_analysis.flags import FEWEST_ASKED, FlagKind, flags
from lms.reporting.item_analysis.groups import FEWEST_IN_GROUP, group_figures
from lms.reporting.item_analysis.questions import question_figures
from lms.reporting.item_analysis.rasch import chance
from lms.reporting.item_analysis.sittings import Asked, Entry

Row = tuple[str | None, float]  # option taken, share of the rest


def asked_of(rows: list[Row], *, seconds: float | None = None) -> Asked:
    """Answers to a question whose right option is a."""
    asked = Asked()
    for choice, rest in rows:
        taken = frozenset({choice} if choice else ())
        entry = Entry(1, float(choice == "a"), 1, taken, choice is not None, seconds)
        asked.add(entry, rest, None)
    return asked


def kinds(rows: list[Row], **options: object) -> set[FlagKind]:
    seconds = options.pop("seconds", None)
    figures = question_figures(asked_of(rows, seconds=seconds), "abcd", frozenset("a"))  # type: ignore[arg-type]
    return {flag.kind for flag in flags(figures, **options)}  # type: ignore[arg-type]


def sound(count: int = 90) -> list[Row]:
    """A good question: the able are right, the others spread over all wrong options."""
    return [
        ("bcd"[n % 3] if n % 10 < 6 and n < count * 0.7 else "a", n / count) for n in range(count)
    ]


def test_a_sound_question_has_none() -> None:
    assert kinds(sound()) == set()


def test_a_wrong_option_of_the_strong_puts_the_key_in_doubt() -> None:
    rows = [("b" if n >= 30 else "acd"[n % 3], n / 60) for n in range(60)]
    figures = question_figures(asked_of(rows), "abcd", frozenset("a"))
    found = flags(figures)
    assert found[0].kind is FlagKind.WRONG_KEY
    assert found[0].about == ("b",)
    assert found[0].is_grave
    assert FlagKind.NEGATIVE in {flag.kind for flag in found}


def test_a_wrong_option_of_the_weak_does_not() -> None:
    rows = [("b" if n < 30 else "a", n / 60) for n in range(60)]
    assert FlagKind.WRONG_KEY not in kinds(rows)


def test_strong_people_split_between_two_options() -> None:
    rows = [("a" if n % 2 else "b", n / 90) for n in range(90)]
    assert FlagKind.TWO_RIGHT in kinds(rows)
    assert FlagKind.TWO_RIGHT not in kinds(rows, one_right=False)


def test_a_question_that_tells_nothing() -> None:
    rows = [("a" if n % 2 else "bcd"[n % 3], n / 120) for n in range(120)]
    assert FlagKind.LOW in kinds(rows)
    assert FlagKind.LOW not in kinds([row for row in rows if row[1] < 0.3])


@pytest.mark.parametrize(("right", "kind"), [(59, FlagKind.EASY), (12, FlagKind.HARD), (30, None)])
def test_very_easy_and_very_hard(right: int, kind: FlagKind | None) -> None:
    rows: list[Row] = [("a" if n >= 60 - right else "bcd"[n % 3], n / 60) for n in range(60)]
    assert kinds(rows) & {FlagKind.EASY, FlagKind.HARD} == ({kind} if kind else set())


def test_an_option_that_nobody_takes() -> None:
    rows = [("bc"[n % 2] if n < 30 else "a", n / 60) for n in range(60)]
    figures = question_figures(asked_of(rows), "abcd", frozenset("a"))
    assert [flag.about for flag in flags(figures) if flag.kind is FlagKind.UNUSED] == [("d",)]
    few_wrong = [("bc"[n % 2] if n < 10 else "a", n / 60) for n in range(60)]
    assert FlagKind.UNUSED not in kinds(few_wrong)


def test_a_question_often_left_empty() -> None:
    rows: list[Row] = [(None if n % 8 == 0 else "a", n / 60) for n in range(60)]
    assert FlagKind.EMPTY in kinds(rows)
    assert FlagKind.EMPTY not in kinds(sound())


def test_a_question_that_takes_long() -> None:
    assert FlagKind.SLOW in kinds(sound(), seconds=100.0, typical_seconds=49.0)
    assert FlagKind.SLOW not in kinds(sound(), seconds=100.0, typical_seconds=51.0)
    assert FlagKind.SLOW not in kinds(sound(), seconds=None, typical_seconds=49.0)


def test_with_few_answers_nothing_is_said() -> None:
    rows: list[Row] = [("b" if n >= 5 else "a", n / 20) for n in range(FEWEST_ASKED - 1)]
    assert kinds(rows) == set()
    assert kinds([*rows, ("b", 1.0)]) != set()


def test_questions_that_follow_the_model_are_seldom_suspected() -> None:
    """Of 400 sound questions with 60 answers each, grave warnings stay below one in fifty."""
    random, grave = Random(3), 0
    for _ in range(400):
        difficulty, rows = random.gauss(0, 1), []
        for _ in range(60):
            ability = random.gauss(0.5, 1)
            right = random.random() < chance(ability, difficulty)
            rest = sum(random.random() < chance(ability, 0) for _ in range(19)) / 19
            rows.append(("a" if right else random.choice("bcd"), rest))
        figures = question_figures(asked_of(rows), "abcd", frozenset("a"))
        grave += any(flag.is_grave for flag in flags(figures))
    assert grave < 8


def grouped(rows: list[tuple[str, bool, float]]) -> Asked:
    """(group, right, rest) of each person."""
    asked = Asked()
    for group, right, rest in rows:
        asked.add(Entry(1, float(right), 1), rest, group)
    return asked


def people(group: str, count: int, right: float, *, seed: int = 1) -> list[tuple[str, bool, float]]:
    random = Random(f"{group}{seed}")
    return [(group, random.random() < right, random.choice([0.2, 0.5, 0.8])) for _ in range(count)]


def test_a_group_that_differs_at_equal_ability_is_told() -> None:
    asked = grouped(people("east", 80, 0.3) + people("west", 120, 0.8))
    groups = group_figures(asked)
    assert [(one.group, one.people) for one in groups] == [("east", 80), ("west", 120)]
    assert groups[0].difference == pytest.approx(-0.5, abs=0.15)
    assert groups[0].is_notable
    found = flags(question_figures(asked), groups=groups)
    assert [flag.about for flag in found if flag.kind is FlagKind.GROUPS] == [("east", "west")]


def test_a_stronger_group_alone_is_no_difference() -> None:
    """Everyone is right when strong and wrong when weak; one group has more strong people."""
    rows = [("east", rest > 0.5, rest) for rest in [0.9] * 60 + [0.1] * 20]
    rows += [("west", rest > 0.5, rest) for rest in [0.9] * 20 + [0.1] * 60]
    east, west = group_figures(grouped(rows))
    assert east.facility - west.facility == pytest.approx(0.5)
    assert (east.difference, west.difference) == (0, 0)


def test_small_groups_are_not_shown() -> None:
    small = people("north", FEWEST_IN_GROUP - 1, 0.5)
    assert group_figures(grouped(small + people("east", 50, 0.5))) == []
    shown = group_figures(grouped(small + people("east", 50, 0.5) + people("west", 50, 0.5)))
    assert [one.group for one in shown] == ["east", "west"]


def test_chance_hardly_ever_looks_like_a_difference() -> None:
    names = [f"unit {n}" for n in range(10)]
    notable = sum(
        one.is_notable
        for seed in range(60)
        for one in group_figures(
            grouped([row for name in names for row in people(name, 25, 0.7, seed=seed)])
        )
    )
    assert notable <= 2  # of 600
