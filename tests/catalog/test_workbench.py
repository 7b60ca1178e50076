"""Scoring of the workbench: right, part and wrong, for each kind and for any answer."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.catalog.markdown.blocks.exercises import Written, read_exercise
from lms.catalog.markdown.blocks.names import Header, read_header
from lms.catalog.markdown.examining import examine
from lms.catalog.workbench.base import Given, Verdict, agrees, parse_number
from lms.catalog.workbench.registry import KINDS, ExerciseKind

TAKT = """\
minutes: 60
handling: 10
standard: {percent: 95, within: 15}
intervals:
  - {name: morning, visitors: 60}
"""
STREAM = """\
unit: min
steps:
  - {name: a, work: 10?, wait: 240}
  - {name: b, work: 5, wait: 45?}
"""
FIVE_S = """\
cards:
  - {text: a, step: sort, why: w}
  - {text: b, step: shine, why: w}
"""
HUNT = """\
picture: figures/hall.svg
alt: A hall
spots:
  - {at: [10, 20], label: a, waste: motion, why: w}
  - {at: [30, 20], label: b, waste: waiting, why: w}
  - {at: [50, 20], label: c, waste: none, why: w}
"""
PARETO = """\
unit: cases
causes:
  - {name: a, count: 10}
  - {name: b, count: 60}
  - {name: c, count: 25}
  - {name: d, count: 5}
"""
YAML = {
    ExerciseKind.TAKT: TAKT,
    ExerciseKind.STREAM: STREAM,
    ExerciseKind.FIVE_S: FIVE_S,
    ExerciseKind.WASTE_HUNT: HUNT,
    ExerciseKind.PARETO: PARETO,
}


def written(kind: ExerciseKind, content: str | None = None) -> Written:
    header = read_header(f" {kind} my-key")
    assert isinstance(header, Header)
    found, problems = read_exercise(header, content or YAML[kind], 1)
    assert found is not None, problems.found
    return found


def share(kind: ExerciseKind, given: Given) -> float:
    return KINDS[kind].score(written(kind).spec, given).share


def test_every_kind_has_an_example_here() -> None:
    assert set(YAML) == set(KINDS) == set(ExerciseKind)


@pytest.mark.parametrize("kind", ExerciseKind)
def test_the_right_answer_has_no_faults_and_earns_all(kind: ExerciseKind) -> None:
    spec = written(kind).spec
    answer = KINDS[kind].solve(spec)
    assert not KINDS[kind].faults(spec, answer)
    outcome = KINDS[kind].score(spec, answer)
    assert outcome.is_right
    assert all(mark.verdict is Verdict.RIGHT for mark in outcome.marks.values())


@pytest.mark.parametrize("kind", ExerciseKind)
def test_an_empty_answer_is_refused_beside_its_fields(kind: ExerciseKind) -> None:
    spec = written(kind).spec
    faults = KINDS[kind].faults(spec, {})
    assert faults
    assert set(faults) <= set(KINDS[kind].fields(spec))


VALUES = st.sampled_from(
    ["", "yes", "1", "2", "3", "4", "0", "1.5", "1,2", "sort", "shine", "motion", "waiting", "none",
     "99999999", "-1", "<script>", "٣", "1e9", "nan"]
)  # fmt: skip


@settings(deadline=None)
@given(st.data(), st.sampled_from(list(ExerciseKind)))
def test_any_answer_is_refused_or_scored_between_nothing_and_all(
    data: st.DataObject, kind: ExerciseKind
) -> None:
    spec: Any = written(kind).spec
    names = KINDS[kind].fields(spec)
    answer = {name: data.draw(VALUES) for name in names}
    if KINDS[kind].faults(spec, answer):
        return
    outcome = KINDS[kind].score(spec, answer)
    assert 0 <= outcome.share <= 1
    assert outcome.is_right <= (outcome.share == 1)
    assert outcome == KINDS[kind].score(spec, answer)


@pytest.mark.parametrize(
    ("text", "number"),
    [("12", 12), ("1,5", 1.5), ("1 440", 1440), ("1\u00a0440", 1440), ("", None), ("x", None),
     ("1e3", None), ("-1", None), ("٣", None), ("1" * 12, None)],
)  # fmt: skip
def test_numbers_are_read_as_people_type_them(text: str, number: float | None) -> None:
    assert parse_number(text) == number


@pytest.mark.parametrize(
    ("text", "right", "is_right"),
    [("1.33", 4 / 3, True), ("1.3", 4 / 3, True), ("1", 4 / 3, False), ("1.34", 4 / 3, False),
     ("0.67", 2 / 3, True), ("12", 12.1, True), ("13", 12.1, False), ("10", 10, True)],
)  # fmt: skip
def test_a_number_is_right_as_far_as_it_was_written_out(
    text: str, right: float, is_right: bool
) -> None:
    assert agrees(text, right) is is_right


def takt(takt: str, load: str, windows: str) -> tuple[float, list[Verdict]]:
    answer = {"takt-1": takt, "load-1": load, "windows-1": windows}
    outcome = KINDS[ExerciseKind.TAKT].score(written(ExerciseKind.TAKT).spec, answer)
    return outcome.share, [mark.verdict for mark in outcome.marks.values()]


R, P, W = Verdict.RIGHT, Verdict.PART, Verdict.WRONG


@pytest.mark.parametrize(
    ("answer", "verdicts"),
    [
        (("1", "10", "12"), [R, R, R]),
        (("60", "10", "12"), [P, R, R]),  # seconds
        (("1.08", "9.26", "12"), [P, P, R]),  # a slip, then what follows from it
        (("2", "5", "7"), [W, P, P]),  # wrong, then by the right method from one's own figures
        (("1", "10", "11"), [R, R, P]),  # keeps up, but below the standard
        (("1", "10", "13"), [R, R, P]),  # one more than needed
        (("1", "10", "10"), [R, R, W]),
        (("5", "30", "40"), [W, W, W]),
    ],
)
def test_the_right_method_with_a_slip_earns_a_part(
    answer: tuple[str, str, str], verdicts: list[Verdict]
) -> None:
    assert takt(*answer)[1] == verdicts


def test_windows_are_not_halved() -> None:
    spec = written(ExerciseKind.TAKT).spec
    faults = KINDS[ExerciseKind.TAKT].faults(
        spec, {"takt-1": "1", "load-1": "10", "windows-1": "11.5"}
    )
    assert list(faults) == ["windows-1"]


def test_totals_are_judged_by_the_readers_own_times() -> None:
    answer = {"work-1": "20", "wait-2": "45", "process": "25", "lead": "310", "efficiency": "8.06"}
    outcome = KINDS[ExerciseKind.STREAM].score(written(ExerciseKind.STREAM).spec, answer)
    assert outcome.marks["work-1"].verdict is W
    assert [outcome.marks[name].verdict for name in ("process", "lead", "efficiency")] == [R, R, R]
    assert outcome.share == pytest.approx(4 / 5)


def test_an_efficiency_as_a_share_is_half_right() -> None:
    answer = KINDS[ExerciseKind.STREAM].solve(written(ExerciseKind.STREAM).spec)
    answer["efficiency"] = "0.05"
    outcome = KINDS[ExerciseKind.STREAM].score(written(ExerciseKind.STREAM).spec, answer)
    assert outcome.marks["efficiency"].verdict is P


def test_each_card_of_5s_earns_its_share() -> None:
    assert share(ExerciseKind.FIVE_S, {"card-1": "sort", "card-2": "set"}) == 0.5


@pytest.mark.parametrize(
    ("answer", "earned"),
    [
        ({"spot-1": "yes", "waste-1": "motion"}, 0.5),
        ({"spot-1": "yes", "waste-1": "defects"}, 0.25),
        ({"spot-1": "yes", "waste-1": "motion", "spot-3": "yes", "waste-3": "motion"}, 0.25),
        ({"spot-3": "yes", "waste-3": "motion"}, 0),
    ],
)
def test_a_hunt_weighs_finds_names_and_false_alarms(answer: Given, earned: float) -> None:
    assert share(ExerciseKind.WASTE_HUNT, answer) == pytest.approx(earned)


def order(*places: int, vital: tuple[int, ...] = (2, 3)) -> Given:
    answer = {f"place-{n}": str(place) for n, place in enumerate(places, start=1)}
    return answer | {f"vital-{n}": "yes" for n in vital}


def test_order_and_vital_few_earn_half_each() -> None:
    assert share(ExerciseKind.PARETO, order(3, 1, 2, 4)) == 1
    assert share(ExerciseKind.PARETO, order(3, 1, 2, 4, vital=(2,))) == 0.75
    assert share(ExerciseKind.PARETO, order(2, 4, 3, 1)) == 0.5
    assert share(ExerciseKind.PARETO, order(3, 1, 2, 4, vital=(1, 4))) == 0.5


def test_two_causes_can_not_have_one_place() -> None:
    spec = written(ExerciseKind.PARETO).spec
    assert "place-2" in KINDS[ExerciseKind.PARETO].faults(spec, order(1, 1, 2, 3))


def test_equal_causes_stand_for_each_other() -> None:
    spec = written(
        ExerciseKind.PARETO,
        "unit: x\ncauses:\n  - {name: a, count: 10}\n  - {name: b, count: 40}\n"
        "  - {name: c, count: 40}\n  - {name: d, count: 10}\n",
    ).spec
    answer = order(4, 2, 1, 3, vital=(2, 3))
    assert KINDS[ExerciseKind.PARETO].score(spec, answer).is_right


MISTAKES = [
    ("::: takt\nminutes: 60\n:::", 1, "this block begins with '::: takt its-key' on a line of its own"),
    ("a\n\n::: takt ab\nminutes: 0\n:::", 4, "minutes: must be from 1 to 1440"),
    ("::: takt ab\n" + TAKT + "extra: 1\n:::", 7, "extra: there is no such field"),
    ("::: takt ab\n" + TAKT.replace("60}", "6000}") + ":::", 6,
     "visitors: more work than 200 windows do"),
    ("::: stream ab\n" + STREAM.replace("45?", "45??") + ":::", 5,
     "wait: is a number, or a number with a question mark: 240?"),
    ("::: five-s ab\n" + FIVE_S.replace("shine", "polish") + ":::", 4,
     "step: 'polish' is none of sort, set, shine, standardise, sustain"),
    ("::: waste-hunt ab\n" + HUNT.replace("[10, 20]", "[10, 120]") + ":::", 5,
     "at: is two numbers from 0 to 100: [from the left, from the top]"),
    ("::: waste-hunt ab\n" + HUNT.replace("hall.svg", "none.svg") + ":::", 2,
     "there is no file figures/none.svg"),
    ("::: pareto ab\nunit: x\ncauses:\n  - {name: a, count: 3}\n  - {name: b, count: 2}\n"
     "  - {name: c, count: 1}\n:::", 3, "causes: stand in the right order already: mix them"),
    ("::: five-s ab\ntext: <b>x</b>\n" + FIVE_S + ":::", 2, "raw HTML is not allowed"),
    ("::: five-s ab\ntext: x[@nobody]\n" + FIVE_S + ":::", 2, "there is no source 'nobody'"),
    ("::: five-s ab\n" + FIVE_S, 1, "the ::: block is not closed"),
    ("::: five-s ab\na: &x 1\nb: *x\n:::", 2, "anchors and aliases (& and *) are not allowed"),
    ("::: checklist ab\n- [ ] a\n- [x] b\n:::", 3, "an entry of a checklist begins with [ ]"),
    ("::: checklist ab\n- [ ] a\n\n  b\n:::", 2, "an entry of a checklist is one paragraph"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "line", "message"), MISTAKES, ids=lambda value: str(value)[:40])
def test_a_mistake_of_an_exercise_is_named_with_its_line(
    body: str, line: int, message: str
) -> None:
    found = examine(body, sources=[], figures=["figures/hall.svg"], lessons=[], formulas=True)
    assert (line, message) in [(m.line, m.message) for m in found.mistakes]


@pytest.mark.parametrize("kind", ExerciseKind)
def test_a_right_exercise_has_no_mistakes_and_tells_its_numbers(kind: ExerciseKind) -> None:
    body = f"a\n\n::: {kind} my-key A title\n{YAML[kind]}:::\n"
    found = examine(body, sources=[], figures=["figures/hall.svg"], lessons=[], formulas=True)
    assert not found.mistakes
    assert [block.label for block in found.blocks] == [f"{kind} my-key"]
    assert found.blocks[0].common
