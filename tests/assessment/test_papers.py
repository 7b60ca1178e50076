"""Drawing papers: by the rules, and the same seed gives the same paper."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.assessment.authored import split
from lms.assessment.models import ItemKind
from lms.assessment.papers import PoolItem, PoolTooSmall, Rule, draw, order_keys
from tests.builders.assessment import make_item

POOL = [
    PoolItem(number, topic, level)
    for number, (topic, level) in enumerate(
        ((topic, level) for topic in ("rules", "dialogue", "quality") for level in (1, 1, 2, 2, 3)),
        start=1,
    )
]
RULES = st.lists(
    st.builds(
        Rule,
        st.sampled_from(["rules", "dialogue", "quality"]),
        st.sampled_from([None, 1, 2, 3]),
        st.integers(1, 2),
    ),
    min_size=1,
    max_size=4,
)
BY_ID = {item.version_id: item for item in POOL}


@given(RULES, st.text("0123456789abcdef", min_size=1))
def test_a_paper_follows_its_rules_and_its_seed(rules: list[Rule], seed: str) -> None:
    try:
        paper = draw(rules, POOL, seed)
    except PoolTooSmall:
        return
    assert len(set(paper)) == len(paper) == sum(rule.draw for rule in rules)
    topics = Counter(BY_ID[item].topic for item in paper)
    wanted: Counter[str] = Counter()
    for rule in rules:
        wanted[rule.topic] += rule.draw
        if rule.level is not None:
            fitting = [BY_ID[i] for i in paper if BY_ID[i].topic == rule.topic]
            assert sum(item.level == rule.level for item in fitting) >= rule.draw
    assert topics == wanted
    assert draw(rules, reversed(POOL), seed) == paper


def test_a_rule_of_any_level_leaves_the_others_their_items() -> None:
    rules = [Rule("rules", None, 4), Rule("rules", 3, 1)]
    for number in range(50):
        assert len(draw(rules, POOL, str(number))) == 5


def test_a_pool_that_is_too_small_is_refused() -> None:
    with pytest.raises(PoolTooSmall, match="rules"):
        draw([Rule("rules", 3, 2)], POOL, "seed")


def test_seeds_differ_in_items_and_order() -> None:
    papers = {tuple(draw([Rule("rules", None, 3)], POOL, str(n))) for n in range(40)}
    assert len(papers) > 20


@pytest.mark.parametrize(
    ("kind", "part"),
    [
        (ItemKind.SINGLE_CHOICE, "options"),
        (ItemKind.MULTIPLE_CHOICE, "options"),
        (ItemKind.MATCHING, "rights"),
        (ItemKind.ORDERING, "steps"),
        (ItemKind.TRUE_FALSE, None),
        (ItemKind.NUMERIC, None),
        (ItemKind.SHORT_TEXT, None),
    ],
)
def test_what_can_be_shuffled_is_shuffled_by_the_seed(kind: ItemKind, part: str | None) -> None:
    content = split(make_item(kind)).content
    keys = [entry["key"] for entry in content[part]] if part else []
    orders = {tuple(order_keys(kind, content, str(seed), 1)) for seed in range(60)}
    assert all(sorted(order) == sorted(keys) for order in orders)
    assert len(orders) > 10 if keys else orders == {()}
    assert order_keys(kind, content, "7", 3) == order_keys(kind, content, "7", 3)
