"""Items taken apart for delivery and put together again."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.assessment.authored import join, split, with_mixed_keys
from lms.assessment.kinds.values import AuthoredItem, Entry
from lms.assessment.models import ItemKind
from tests.builders.assessment import both, make_item


def rejoined(item: AuthoredItem) -> AuthoredItem:
    parts = split(item)
    return join(
        key=item.key,
        kind=item.kind,
        topic=item.topic,
        level=item.level,
        points=item.points,
        sources=list(item.sources),
        facts=list(item.facts),
        enemies=item.enemies,
        content=parts.content,
        answer=parts.answer,
        explanations=parts.explanations,
    )


@pytest.mark.parametrize("kind", list(ItemKind))
def test_an_item_is_put_together_without_loss(kind: ItemKind) -> None:
    item = make_item(
        kind, sources=("act", "own"), facts=("term",), enemies="twins", points=3, level=2
    )
    assert rejoined(item) == item


@given(st.permutations(["s1", "s2", "s3", "s4", "s5"]))
def test_steps_are_shown_the_same_way_whatever_their_right_order(keys: list[str]) -> None:
    steps = {key: Entry(key, both(f"step {key}")) for key in ("s1", "s2", "s3", "s4", "s5")}
    item = make_item(ItemKind.ORDERING, steps=tuple(steps[key] for key in keys), prompt=both("?"))
    turned = replace(item, steps=item.steps[::-1])
    shown = [step["text"] for step in split(item).content["steps"]]
    assert shown == [step["text"] for step in split(turned).content["steps"]]
    assert rejoined(item) == item


def test_right_sides_lose_the_names_that_would_pair_them() -> None:
    parts = split(make_item(ItemKind.MATCHING))
    assert {left["key"] for left in parts.content["lefts"]} == {"p1", "p2", "p3"}
    assert {right["key"] for right in parts.content["rights"]} == {f"r{n}" for n in range(1, 6)}


@pytest.mark.parametrize("kind", list(ItemKind))
def test_what_is_delivered_says_nothing_of_the_answer(kind: ItemKind) -> None:
    item = make_item(kind, explanation=both("SECRET why"))
    options = tuple(replace(o, explanation=both("SECRET option")) for o in item.options)
    item = replace(item, options=options)
    if item.accepted:
        item = replace(item, accepted={"ru": ("SECRET",), "en": ("SECRET",)})
    text = str(split(item).content)
    assert "SECRET" not in text
    assert "correct" not in text
    assert "1920" not in text


def test_the_digest_follows_everything_an_author_may_change() -> None:
    item = make_item(ItemKind.NUMERIC)
    changed = [
        replace(item, level=2),
        replace(item, points=2),
        replace(item, topic="other"),
        replace(item, sources=("act",)),
        replace(item, prompt=both("Else?")),
        replace(item, explanation=both("Else.")),
        replace(item, value=item.value + 1),  # type: ignore[operator]
        replace(item, unit=both("min")),
    ]
    digests = {split(one).digest(one) for one in [item, *changed]}
    assert len(digests) == len(changed) + 1
    assert split(item).digest(item) == split(replace(item)).digest(replace(item))


def test_the_numbers_of_steps_follow_from_their_texts_alone() -> None:
    steps = tuple(Entry(f"s{number}", both(text)) for number, text in enumerate("bcade"))
    item = make_item(ItemKind.ORDERING, steps=steps)
    renamed = replace(item, steps=tuple(replace(s, key=f"x{s.key}") for s in steps[::-1]))
    assert split(item).content["steps"] == split(renamed).content["steps"]


def test_the_keys_of_options_dealt_out_anew_say_nothing_of_their_places() -> None:
    item = make_item(ItemKind.SINGLE_CHOICE)
    mixed = [with_mixed_keys(item) for _ in range(200)]
    for other in mixed:
        assert sorted(o.key for o in other.options) == [o.key for o in item.options]
        assert [(o.text, o.correct) for o in other.options] == [
            (o.text, o.correct) for o in item.options
        ]
    assert {other.options[0].key for other in mixed} == {o.key for o in item.options}


@pytest.mark.parametrize("kind", [ItemKind.NUMERIC, ItemKind.MATCHING])
def test_an_item_without_options_has_no_keys_to_deal_out(kind: ItemKind) -> None:
    item = make_item(kind)
    assert with_mixed_keys(item) == item
