"""Fair papers, limits on showing an item, nothing twice: as properties of drawing."""

import math
from collections import Counter
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.assessment import queries
from lms.assessment.exam_rules import SectionRule, Stock, shortages, stock_of
from lms.assessment.models import Attempt, AttemptItem, ItemKind, ItemVersion, PoolEntry
from lms.assessment.papers import PoolItem, PoolTooSmall, Rule, draw_paper
from lms.assessment.rules.difficulty import ENOUGH, refresh_facilities
from lms.assessment.services import submit
from lms.assessment.sitting.asked import versions_of
from lms.assessment.source.content import AssessmentContent
from lms.assessment.source.lacks import lacks_of
from lms.audit.models import AuditEntry
from lms.core.database import db
from lms.core.unit_of_work import unit_of_work
from tests.builders.assessment import (
    START,
    answer_all_right,
    both,
    make_attempt,
    make_exam,
    make_item,
    make_place,
)
from tests.builders.assessment import rules as exam_of
from tests.builders.assessment import settings as app_settings
from tests.support.statements import counted_statements

KINDS = [ItemKind.SINGLE_CHOICE, ItemKind.TRUE_FALSE, ItemKind.NUMERIC]
CELLS = st.tuples(st.sampled_from("ab"), st.integers(1, 3), st.sampled_from(KINDS))
RULES = st.lists(
    st.builds(
        SectionRule,
        st.sampled_from("ab"),
        st.integers(1, 3),
        st.sampled_from([None, 1, 2, 3]),
        st.sampled_from([None, *KINDS]),
    ),
    min_size=1,
    max_size=5,
)
SEEDS = st.text("0123456789abcdef", min_size=1, max_size=32)


def pool_of(stock: Stock, **values: object) -> list[PoolItem]:
    cells = [cell for cell, count in sorted(stock.items(), key=str) for _ in range(count)]
    return [PoolItem(n, *cell) for n, cell in enumerate(cells, start=1)]


def rules_of(sections: list[SectionRule]) -> list[Rule]:
    return [Rule(s.topic, s.level, s.draw, s.kind) for s in sections]


@given(RULES, st.lists(CELLS, max_size=25), SEEDS)
def test_a_paper_can_be_drawn_exactly_when_no_shortage_is_told(
    sections: list[SectionRule], cells: list[tuple[str, int, ItemKind]], seed: str
) -> None:
    stock = stock_of(cells)
    lacks = shortages(sections, stock)
    try:
        paper = draw_paper(rules_of(sections), pool_of(stock), seed)
    except PoolTooSmall:
        assert lacks
        return
    assert lacks == []
    assert len(set(paper.version_ids)) == sum(s.draw for s in sections)
    for place, section in enumerate(sections, start=1):
        mine = [one.item for one in paper.drawn if one.section == place]
        assert len(mine) == section.draw
        assert all(section.fits((i.topic, i.level, i.kind)) for i in mine if i.kind)


def test_sections_that_overlap_in_part_leave_each_other_their_items() -> None:
    """One item is of level 1 and true/false: whoever takes it first could starve the other."""
    pool = [
        PoolItem(1, "a", 1, ItemKind.TRUE_FALSE),
        PoolItem(2, "a", 1, ItemKind.NUMERIC),
        PoolItem(3, "a", 2, ItemKind.TRUE_FALSE),
    ]
    rules = [Rule("a", 1, 1), Rule("a", None, 2, ItemKind.TRUE_FALSE)]
    for number in range(40):
        assert set(draw_paper(rules, pool, str(number)).version_ids) == {1, 2, 3}


@given(st.lists(st.floats(0, 100), min_size=4, max_size=30), st.integers(1, 4), SEEDS)
def test_a_fair_paper_lies_within_the_band_or_says_that_it_does_not(
    facilities: list[float], count: int, seed: str
) -> None:
    pool = [PoolItem(n, "a", 1, None, f) for n, f in enumerate(facilities, start=1)]
    paper = draw_paper([Rule("a", None, count)], pool, seed, band=5)
    expected = sum(one.item.expected for one in paper.drawn) / count
    assert paper.expected == pytest.approx(expected)
    assert paper.target == pytest.approx(sum(facilities) / len(facilities))
    assert paper.is_fair == (abs(expected - paper.target) <= 5 + 1e-9)
    again = draw_paper([Rule("a", None, count)], list(reversed(pool)), seed, band=5)
    assert again == paper


@settings(max_examples=30)
@given(st.integers(0, 10_000))
def test_every_seed_gives_a_fair_paper_where_the_bank_has_levels_to_exchange(first: int) -> None:
    pool = [PoolItem(n, "a", 1 + n % 3) for n in range(30)]
    for number in range(first, first + 10):
        paper = draw_paper([Rule("a", None, 6)], pool, str(number), band=3)
        assert paper.is_fair


def test_without_a_band_papers_differ_in_difficulty() -> None:
    """What the band is for: the same bank, left to chance."""
    pool = [PoolItem(n, "a", 1 + n % 3) for n in range(30)]
    papers = [draw_paper([Rule("a", None, 6)], pool, str(n)) for n in range(60)]
    assert max(p.expected for p in papers) - min(p.expected for p in papers) > 10
    assert all(p.is_fair for p in papers)


def test_fairness_drives_no_item_out_of_papers() -> None:
    pool = [PoolItem(n, "a", 1 + n % 3) for n in range(30)]
    seen = Counter(
        version
        for number in range(300)
        for version in draw_paper([Rule("a", None, 6)], pool, str(number), band=3).version_ids
    )
    assert set(seen) == set(range(30))
    assert min(seen.values()) > 25  # 60 on average


@given(st.lists(st.integers(0, 2), min_size=5, max_size=25), st.integers(1, 5), SEEDS)
def test_burdened_items_are_drawn_only_when_no_others_are_left(
    burdens: list[int], count: int, seed: str
) -> None:
    pool = [PoolItem(n, "a", 1 + n % 3, None, None, (b, 0)) for n, b in enumerate(burdens)]
    paper = draw_paper([Rule("a", None, count)], pool, seed, band=2)
    drawn = sorted(one.item.burden[0] for one in paper.drawn)
    assert drawn == sorted(burdens)[:count]


def items(count: int, **values: object) -> list:
    return [make_item(ItemKind.TRUE_FALSE, level=1 + n % 3, **values) for n in range(count)]


def versions(attempt: Attempt) -> set[int]:
    return {item.item_version_id for item in queries.paper(attempt)}


def sit(place: object) -> Attempt:
    attempt = make_attempt(enrolment=place)
    submit(attempt=attempt, now=START, settings=app_settings())
    return attempt


def test_the_next_attempt_asks_nothing_from_the_last_while_others_are_left(app: Flask) -> None:
    with unit_of_work():
        place = make_place(make_exam(items(7), attempts=9, sections=(SectionRule("rules", 3),)))
        papers = [versions(sit(place)) for _ in range(4)]
    first, second, third, fourth = papers
    assert not first & second
    assert len(third & second) == 0  # 4 others were left
    assert not fourth & third


def test_an_item_stands_in_no_more_recent_papers_than_stated(app: Flask) -> None:
    with unit_of_work():
        version = make_exam(
            items(12), sections=(SectionRule("rules", 3),), exposure_percent=40, attempts=1
        )
        shown: Counter[int] = Counter()
        for number in range(1, 16):
            shown.update(versions(make_attempt(version)))
            assert max(shown.values()) <= math.ceil(0.4 * number)


def test_a_limit_the_pool_cannot_hold_still_gives_papers(app: Flask) -> None:
    with unit_of_work():
        version = make_exam(items(3), sections=(SectionRule("rules", 3),), exposure_percent=10)
        assert [len(versions(make_attempt(version))) for _ in range(3)] == [3, 3, 3]


def test_past_answers_take_the_place_of_the_level_when_there_are_enough(app: Flask) -> None:
    with unit_of_work():
        version = make_exam(items(2), fair_band=10)
        exam = queries.assessment_of(version.id)
        assert exam is not None
        for number in range(ENOUGH - 1):
            attempt = make_attempt(version)
            if number % 3:
                answer_all_right(attempt)
            submit(attempt=attempt, now=START, settings=app_settings())
    pool = sa.select(PoolEntry.facility).where(PoolEntry.assessment_id == exam.id)
    with unit_of_work():
        assert refresh_facilities(exam.id, now=START) == 0
        assert set(db.session.scalars(pool)) == {None}
        sit(make_place(version))
    with unit_of_work():
        assert refresh_facilities(exam.id, now=START) == 2
    right = sum(1 for number in range(ENOUGH - 1) if number % 3)
    assert set(db.session.scalars(pool)) == {round(100 * right / ENOUGH, 2)}


def test_a_paper_that_could_not_be_fair_is_on_record(app: Flask) -> None:
    with unit_of_work():
        version = make_exam(
            [make_item(ItemKind.TRUE_FALSE, level=1), make_item(ItemKind.TRUE_FALSE, level=3)],
            sections=(SectionRule("rules", 1),),
            fair_band=5,
        )
        attempt = make_attempt(version)
    entry = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.action == "assessment.started")
    ).one()
    assert entry.details["fair"] is False
    assert attempt.expected_percent in (85.0, 55.0)


def test_starting_costs_as_many_statements_after_many_papers(app: Flask) -> None:
    with unit_of_work():
        version = make_exam(
            items(12),
            sections=(SectionRule("rules", 3),),
            exposure_percent=40,
            fair_band=5,
            attempts=9,
        )
        place = make_place(version)

    def statements() -> int:
        with unit_of_work(), counted_statements() as found:
            attempt = make_attempt(enrolment=place)
        with unit_of_work():
            submit(attempt=attempt, now=START, settings=app_settings())
        return len(found)

    with unit_of_work():  # what a process reads once
        pool = db.session.execute(sa.select(ItemVersion.id, ItemVersion.public_id))
        versions_of((one, key) for one, key in pool)
    statements()
    few = statements()
    with unit_of_work():
        for _ in range(10):
            make_attempt(version)
    assert statements() == few
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AttemptItem)) == 39


CAMPS = st.sampled_from(["", "", "x", "y", "z"])


def _most(rules: list[Rule], pool: list[PoolItem], met: frozenset[object] = frozenset()) -> int:
    """How many items rules of one place each can draw without a camp twice: by trying all."""
    if not rules:
        return 0
    first, *rest = rules
    taken = (
        1 + _most(rest, pool, met | {i.camp}) for i in pool if first.fits(i) and i.camp not in met
    )
    return max([_most(rest, pool, met), *taken])


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.sampled_from("ab"), st.sampled_from([None, 1, 2])), min_size=1, max_size=4
    ),
    st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from([1, 2]), CAMPS), max_size=8),
    st.sampled_from([None, 2, 20]),
    SEEDS,
)
def test_enemies_meet_only_where_no_paper_is_possible_without(
    sections: list[tuple[str, int | None]],
    cells: list[tuple[str, int, str]],
    band: int | None,
    seed: str,
) -> None:
    rules = [Rule(topic, level, 1) for topic, level in sections]
    pool = [PoolItem(n, topic, level, enemies=e) for n, (topic, level, e) in enumerate(cells)]
    try:
        paper = draw_paper(rules, pool, seed, band=band)
    except PoolTooSmall:
        assert _most(rules, [replace(item, enemies="") for item in pool]) < len(rules)
        return
    assert draw_paper(rules, list(reversed(pool)), seed, band=band) == paper
    camps = [pool[version].camp for version in paper.version_ids]
    assert paper.is_parted == (_most(rules, pool) == len(rules))
    assert (len(set(camps)) == len(camps)) or not paper.is_parted


def test_a_group_is_stood_for_by_the_item_that_another_section_needs() -> None:
    pool = [
        PoolItem(1, "a", 1, enemies="x"),
        PoolItem(2, "b", 1, enemies="x"),
        PoolItem(3, "b", 1),
    ]
    rules = [Rule("a", None, 1), Rule("b", None, 1)]
    for seed in range(20):
        assert set(draw_paper(rules, pool, str(seed)).version_ids) == {1, 3}


def test_a_draft_is_told_when_its_bank_is_too_small_to_keep_enemies_apart() -> None:
    def told(*groups: str) -> list[str]:
        items = tuple(
            replace(make_item(ItemKind.TRUE_FALSE), key=f"q{n}", enemies=group)
            for n, group in enumerate(groups)
        )
        exam = exam_of(sections=(SectionRule(items[0].topic, 2),))
        topics, languages = {items[0].topic: both("Rules")}, ("ru", "en")
        content = AssessmentContent(items, exam)
        lacks = lacks_of(content, topics=topics, sources=set(), figures={}, languages=languages)
        return [str(lack) for lack in lacks]

    assert told("twins", "", "twins") == []
    assert told("twins", "twins") == [
        "The bank is too small for papers without questions that must not meet."
    ]
