"""A bank written in a format and read again: what comes back, and what is told as lost."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.assessment.authored import with_texts
from lms.assessment.kinds.base import compared
from lms.assessment.kinds.rubric import rubric_texts
from lms.assessment.kinds.shapes import Shape
from lms.assessment.kinds.values import (
    Area,
    AuthoredItem,
    Criterion,
    Entry,
    FileRules,
    FileType,
    Gap,
    Option,
    Pair,
    ScoringRule,
    Texts,
)
from lms.assessment.models import ItemKind
from lms.standards.items.banks.merging import merged
from lms.standards.items.checking import check
from lms.standards.items.formats import EXCHANGED, LACKS, ItemFormat, read_items, write_items
from lms.standards.items.model import Found, NotUnderstood, Written
from lms.standards.items.texts.images import in_words
from lms.standards.items.texts.portable import html_of, plain_of, shows_the_same
from tests.builders.assessment import both, make_item
from tests.standards.banks import PICTURES

LANGUAGES = ("ru", "en")
MARKERS = {
    "that a wrong place takes away a right one: there it costs less",
    "the wrong areas of the picture",
    "what the areas are in words",
    "explanations of single areas",
    "what the picture shows, in words",
    "ovals: there they are drawn by their corners",
}
BOUNDED = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)
# Marks of Markdown, GIFT, XML and HTML, words, and characters that formats stumble over.
PIECES = st.sampled_from(
    ["word", "Ёлка", "2 * 3", "**bold**", "*it*", "`code`", "a_b", "x < y", "R&D", "&amp;", "{T}",
     "~", "=", "#", "->", "::", "%50%", "\\n", "\\", "“q”", "<b>", "]]>", "[a](https://a.example)",
     "1.", "-", "+", "|", "100 %", "$", "//", "[html]", "@@", "é", "\u00a0", "😀", "T", "- - -"]
)  # fmt: skip
SHOWN = st.sampled_from(
    ['![A "plan" & <more>](figures/plan.png)', "![Зал *1* \\[a\\]](figures/hall.svg)"]
)
CAPTIONED = '![A plan](figures/plan.png "How it lies")'
NO_PICTURES = "its pictures: this format has none, what they show stands in words"
LINES = st.lists(PIECES, min_size=1, max_size=5).map(" ".join)
PICTURED = LINES | st.tuples(LINES, SHOWN).map(" ".join)
BLOCKS = st.one_of(
    PICTURED,
    SHOWN,
    st.just(CAPTIONED),
    st.tuples(LINES, LINES).map("\n\n".join),
    st.lists(LINES, min_size=2, max_size=3).map(lambda rows: "\n".join(f"- {r}" for r in rows)),
    st.just("| a | b |\n| --- | ---: |\n| 1 | 2 |"),
    st.just("```\nx  y\n```"),
    st.just("line\nnext\\\nthird"),
    st.just("::: note\nMind.\n:::"),
)
NUMBERS = st.decimals(
    min_value=-1_000_000, max_value=1_000_000, allow_nan=False, allow_infinity=False, places=3
)
KEYS = st.from_regex(r"[a-z0-9][a-z0-9-]{0,20}[a-z0-9]", fullmatch=True)


def in_both(texts: st.SearchStrategy[str]) -> st.SearchStrategy[Texts]:
    return st.fixed_dictionaries({"ru": texts, "en": texts})


@st.composite
def items_of(draw: st.DrawFn, kinds: Collection[ItemKind]) -> AuthoredItem:
    """An item that an author could have saved."""
    kind = draw(st.sampled_from(sorted(kinds, key=lambda kind: kind.value)))
    fields = {
        "key": draw(KEYS),
        "kind": kind,
        "topic": draw(st.sampled_from(["rules", "queue-time"])),
        "level": draw(st.integers(1, 3)),
        "points": draw(st.integers(1, 10)),
        "prompt": draw(in_both(BLOCKS)),
        "explanation": draw(in_both(BLOCKS)),
        "sources": tuple(draw(st.lists(KEYS, max_size=2, unique=True))),
        "enemies": draw(st.one_of(st.just(""), KEYS)),
    }
    item = AuthoredItem(**{**fields, **draw(special(kind))})
    cleaned = stripped(item)
    try:
        check(cleaned)
    except NotUnderstood:
        # The marks met in a way that no author may save: plain words then.
        return stripped(replace(item, prompt={"ru": "Да?", "en": "Yes?"}, **draw(plain(kind))))
    return cleaned


def items() -> st.SearchStrategy[AuthoredItem]:
    """Items of all kinds; the ones that take the most to carry often enough."""
    return items_of(EXCHANGED) | items_of(
        {ItemKind.ESSAY, ItemKind.GAP_TEXT, ItemKind.HOTSPOT, ItemKind.FILE}
    )


def special(kind: ItemKind) -> st.SearchStrategy[dict]:
    return _special(kind, LINES, BLOCKS)


def plain(kind: ItemKind) -> st.SearchStrategy[dict]:
    words = st.from_regex(r"[a-zа-я]{3,9}", fullmatch=True)
    return _special(kind, words, words).map(
        lambda fields: {**fields, "explanation": {"ru": "ибо", "en": "because"}}
    )


def _rows(
    draw: st.DrawFn,
    lines: st.SearchStrategy[str],
    low: int,
    high: int,
    unlike: Sequence[Texts] = (),
) -> list[Texts]:
    taken = {compared(text[code]) for text in unlike for code in LANGUAGES}
    found: list[Texts] = []
    for _ in range(draw(st.integers(low, high))):
        text = draw(in_both(lines))
        number = len(found) + len(unlike)
        # Told apart by words, as authors' forms demand.
        text = {code: f"{t} {code}{number}" for code, t in text.items()}
        assert not {compared(t) for t in text.values()} & taken
        found.append(text)
    return found


@st.composite
def _special(
    draw: st.DrawFn, kind: ItemKind, lines: st.SearchStrategy[str], blocks: st.SearchStrategy[str]
) -> dict:
    rows = partial(_rows, draw, lines)
    pictured = partial(_rows, draw, PICTURED if lines is LINES else lines)
    match kind:
        case ItemKind.SINGLE_CHOICE | ItemKind.MULTIPLE_CHOICE:
            texts = pictured(2, 5)
            right = {0} if kind is ItemKind.SINGLE_CHOICE else set(range(len(texts) - 1))
            keys = draw(st.permutations("abcde1"))
            return {
                "options": tuple(
                    Option(keys[n], text, n in right, draw(in_both(blocks)))
                    for n, text in enumerate(texts)
                ),
                **({} if len(right) < 2 else {"scoring": draw(st.sampled_from(ScoringRule))}),
            }
        case ItemKind.MATCHING:
            lefts = pictured(3, 6)
            rights = rows(len(lefts), len(lefts) + 2, lefts)[: len(lefts) + 2]
            extra = rights[len(lefts) :]
            if len(rights) > 3 and draw(st.booleans()):
                rights[1] = rights[0]  # shared
            return {
                "pairs": tuple(
                    Pair(f"k{n}", a, b) for n, (a, b) in enumerate(zip(lefts, rights, strict=False))
                ),
                "distractors": tuple(Entry(f"z{n}", t) for n, t in enumerate(extra)),
            }
        case ItemKind.ORDERING:
            return {"steps": tuple(Entry(f"q{n}", t) for n, t in enumerate(pictured(3, 7)))}
        case ItemKind.NUMERIC:
            unit = st.one_of(st.none(), in_both(st.sampled_from(["%", "м²", "a]b", "min"])))
            return {
                "value": draw(NUMBERS),
                "tolerance": abs(draw(NUMBERS)),
                "unit": draw(unit),
            }
        case ItemKind.SHORT_TEXT:
            words = st.lists(
                st.sampled_from(["Ёлка", "a b", "x=y", "50%", "T{}", "~n", "#1", "a->b", "*s", "\\n1"]),
                min_size=1, max_size=3, unique=True,
            )  # fmt: skip
            return {"accepted": {code: tuple(draw(words)) for code in LANGUAGES}}
        case ItemKind.GAP_TEXT:
            return _gapped(draw, PICTURED if lines is LINES else lines)
        case ItemKind.ESSAY | ItemKind.FILE:
            return _judged(draw, kind, rows(1, 4), lines)
        case ItemKind.HOTSPOT:
            return _hotspot(draw, rows(2, 5), lines)
        case _:
            return {"truth": draw(st.booleans())}


TYPES = st.lists(st.sampled_from(FileType), min_size=1, max_size=7, unique=True).map(tuple)
FILES = st.builds(FileRules, st.integers(1, 5), TYPES, st.integers(1, 20))
SIDES = st.integers(5, 400)


@st.composite
def shapes(draw: st.DrawFn) -> tuple[Shape, tuple[int, ...]]:
    """An area somewhere on the picture."""
    shape = draw(st.sampled_from(Shape))
    wide, high = draw(SIDES), draw(SIDES)
    across, down = draw(st.integers(0, 1000 - wide)), draw(st.integers(0, 1000 - high))
    if shape is Shape.RECTANGLE:
        return shape, (across, down, wide, high)
    if shape is Shape.ELLIPSE:
        return shape, (across + wide // 2, down + high // 2, wide // 2, high // 2)
    tip = draw(st.integers(0, wide))
    corners = (across, down, across + wide, down, across + wide, down + high, across + tip,
               down + high)  # fmt: skip
    return shape, corners[: draw(st.sampled_from([6, 8]))]


def _hotspot(draw: st.DrawFn, labels: Sequence[Texts], blocks: st.SearchStrategy[str]) -> dict:
    """Areas of all shapes, unlike each other; in words or not."""
    count = len(labels)
    drawn = draw(st.lists(shapes(), min_size=count, max_size=count, unique=True))
    right = draw(st.integers(1, count - 1))
    worded = draw(st.booleans())
    keys = draw(st.permutations(["a1", "a2", "b", "4", "e-5"]))
    return {
        "figure": dict.fromkeys(LANGUAGES, "figures/hall.svg"),
        "alt": draw(in_both(st.sampled_from(["A hall & windows", "План <зала>", "x"]))),
        "marks": draw(st.integers(right, 10)),
        "areas": tuple(
            Area(keys[n], *drawn[n], n < right, draw(in_both(blocks)), labels[n] if worded else {})
            for n in range(count)
        ),
    }


def _levels(draw: st.DrawFn, worth: int, lines: st.SearchStrategy[str]) -> tuple[Texts, ...]:
    """What each number of points means; or nothing of it."""
    told = draw(st.booleans())
    return tuple(draw(in_both(lines)) for _ in range(worth + 1)) if told else ()


def _judged(
    draw: st.DrawFn, kind: ItemKind, texts: Sequence[Texts], lines: st.SearchStrategy[str]
) -> dict:
    points = [draw(st.integers(1, 2)) for _ in texts]
    return {
        "points": sum(points),
        "rubric": tuple(
            Criterion(f"r{n}", text, worth, _levels(draw, worth, lines))
            for n, (text, worth) in enumerate(zip(texts, points, strict=True))
        ),
        "examiners": draw(st.integers(1, 2)),
        **(
            {"files": draw(FILES)}
            if kind is ItemKind.FILE
            else {"words": draw(st.none() | st.tuples(st.integers(1, 50), st.integers(50, 3000)))}
        ),
    }


WORDS = ["Ёлка", "a b", "x=y", "50%", "T{}", "~n", "#1", "a->b", "*s", "\\n1", "a/b", "<b>", '"q"',
         "R&D", "=z", "&amp;", "%50%a", "c:d"]  # fmt: skip


def _gapped(draw: st.DrawFn, lines: st.SearchStrategy[str]) -> dict:
    """A text with typed gaps and lists; the gaps stand otherwise in the other language."""
    keys = draw(
        st.lists(
            st.sampled_from(["a", "b2", "a-b", "1", "g2", "g1"]),
            min_size=1,
            max_size=4,
            unique=True,
        )
    )
    texts = {}
    for code in LANGUAGES:
        pieces = [f"{draw(lines)} w [[{key}]] w" for key in keys]
        texts[code] = draw(st.sampled_from([" ", "\n\n"])).join(pieces)
    gaps = []
    for key in keys:
        words = st.lists(st.sampled_from(WORDS), min_size=3, max_size=3, unique_by=compared)
        said = {code: tuple(draw(words)) for code in LANGUAGES}
        if draw(st.booleans()):
            gaps.append(Gap(key, said))
        else:
            right = {code: wordings[:1] for code, wordings in said.items()}
            gaps.append(Gap(key, right, {c: wordings[1:] for c, wordings in said.items()}))
    return {"text": texts, "gaps": tuple(draw(st.permutations(gaps)))}


def stripped(item: AuthoredItem) -> AuthoredItem:
    """The item as forms and files save it: texts without outer space."""

    def clean(texts: Texts) -> Texts:
        return {code: text.strip(" \n\u00a0") or "x" for code, text in texts.items()}

    return replace(
        item,
        prompt=clean(item.prompt),
        explanation=clean(item.explanation),
        options=tuple(
            replace(o, text=clean(o.text), explanation=clean(o.explanation)) for o in item.options
        ),
        pairs=tuple(replace(p, left=clean(p.left), right=clean(p.right)) for p in item.pairs),
        distractors=tuple(replace(e, text=clean(e.text)) for e in item.distractors),
        steps=tuple(replace(s, text=clean(s.text)) for s in item.steps),
        text=clean(item.text),
        rubric=tuple(
            replace(c, text=clean(c.text), levels=tuple(clean(level) for level in c.levels))
            for c in item.rubric
        ),
        areas=tuple(
            replace(
                a,
                explanation=clean(a.explanation),
                label=clean(a.label) if a.label else {},
            )
            for a in item.areas
        ),
    )


def back(
    item: AuthoredItem, form: ItemFormat, languages: Sequence[str] = LANGUAGES
) -> tuple[Found, Written]:
    written = write_items(
        [item],
        form=form,
        topics={item.topic: {"ru": "Тема", "en": "Topic"}},
        languages=languages,
        pictures=PICTURES,
    )
    reading = read_items(written.content, language=languages[0], form=form).reading
    assert reading.rejected == []
    assert len(reading.found) == 1
    return reading.found[0], written


def told(written: Written) -> set[str]:
    return {str(loss.message) for loss in written.losses}


def assert_same_texts(one: Texts, other: Texts, *, inline: bool = False) -> None:
    assert set(one) == set(other)
    for language in one:
        assert shows_the_same(one[language], other[language], language, inline=inline), (
            one[language],
            other[language],
        )


def assert_same_areas(found: Found, item: AuthoredItem, *, losses: set[str]) -> None:
    """Areas came back to the per mille, with their keys; of markers right ones alone."""
    got = found.item
    assert (got.figure, got.marks) == (item.figure, item.marks)
    areas = [a for a in item.areas if a.correct or "the wrong areas of the picture" not in losses]
    assert [(a.key, a.shape, a.numbers, a.correct) for a in got.areas] == [
        (a.key, a.shape, a.numbers, a.correct) for a in areas
    ]
    if "what the picture shows, in words" not in losses:
        assert got.alt == item.alt
    for mine, theirs in zip(got.areas, areas, strict=True):
        if losses & {"explanations of single areas", "the formatting of a text"}:
            continue
        assert_same_texts(mine.explanation, theirs.explanation)
        assert_same_texts(mine.label, theirs.label, inline=True)


def only(item: AuthoredItem, code: str) -> AuthoredItem:
    """A text with gaps in one language; its explanation stays in all."""
    gaps = [
        Gap(
            g.key,
            {code: g.accepted[code]},
            {c: g.distractors[c] for c in g.distractors if c == code},
        )
        for g in item.gaps
    ]
    prompt, text = ({code: texts[code]} for texts in (item.prompt, item.text))
    return replace(item, prompt=prompt, text=text, gaps=tuple(gaps))


def held_pictures(item: AuthoredItem, losses: set[str]) -> AuthoredItem:
    """The item as a format shows its pictures: some have none."""
    if NO_PICTURES in losses:
        return with_texts(item, in_words)
    return item


def assert_same(found: Found, item: AuthoredItem, *, losses: set[str]) -> None:
    """Everything came back but the keys of rows, which mean nothing outside."""
    got = found.item
    assert (got.key, got.kind, got.level, got.points) == (
        item.key, item.kind, item.level, item.points,
    )  # fmt: skip
    assert (got.sources, got.enemies) == (item.sources, item.enemies)
    assert found.category is not None
    assert found.category.key == item.topic
    assert (got.truth, got.value, got.tolerance, got.unit, got.accepted) == (
        item.truth, item.value, item.tolerance, item.unit, item.accepted,
    )  # fmt: skip
    item = held_pictures(item, losses)
    if "the texts in the other language" in losses:
        item = only(item, LANGUAGES[0])
    if "the formatting of a text" not in losses:
        assert_same_texts(got.prompt, item.prompt)
        assert_same_texts(got.text, item.text)
        assert_same_texts(got.explanation, item.explanation)
    assert got.gaps == item.gaps
    assert got.scoring is item.scoring
    assert (got.words, got.examiners, got.files) == (item.words, item.examiners, item.files)
    assert_same_areas(found, item, losses=losses)
    if "the rubric" in losses:
        assert [(c.text, c.points) for c in got.rubric] == [
            ({"ru": "Содержание", "en": "Content"}, item.points)
        ]
        item = replace(item, rubric=())
    else:
        shapes = [[(c.key, c.points, len(c.levels)) for c in i.rubric] for i in (got, item)]
        assert shapes[0] == shapes[1]
    assert [o.correct for o in got.options] == [o.correct for o in item.options]
    rows = [
        *zip((o.text for o in got.options), (o.text for o in item.options), strict=True),
        *zip((p.left for p in got.pairs), (p.left for p in item.pairs), strict=True),
        *zip((s.text for s in got.steps), (s.text for s in item.steps), strict=True),
        *zip(rubric_texts(got), rubric_texts(item), strict=bool(item.rubric)),
    ]
    if "the formatting of a text" not in losses:
        for mine, theirs in rows:
            assert_same_texts(mine, theirs, inline=True)
        for mine, theirs in zip(got.options, item.options, strict=True):
            assert_same_texts(mine.explanation, theirs.explanation)
    rights = [
        *zip((p.right for p in got.pairs), (p.right for p in item.pairs), strict=True),
        *zip((e.text for e in got.distractors), (e.text for e in item.distractors), strict=True),
    ]
    for mine, theirs in rights:
        if losses & {"the formatting of a right side", "the formatting of a text"}:
            assert {c: plain_of(t, c) for c, t in mine.items()} == {
                c: plain_of(t, c) for c, t in theirs.items()
            }
        else:
            assert_same_texts(mine, theirs, inline=True)


@pytest.mark.parametrize("form", [ItemFormat.GIFT, ItemFormat.MOODLE_XML])
@BOUNDED
@given(item=items())
def test_moodles_formats_hold_an_item_but_for_a_right_sides_marks(
    form: ItemFormat, item: AuthoredItem
) -> None:
    if form is ItemFormat.GIFT and all("->" in w for ws in item.accepted.values() for w in ws):
        item = replace(item, accepted=dict.fromkeys(item.accepted, ("plain",)))
    allowed = {"the formatting of a right side", "the formatting of a text"}
    if form is ItemFormat.GIFT:
        allowed.add(NO_PICTURES)
    if item.scoring is not ScoringRule.RIGHT_MINUS_WRONG:
        allowed.add("the rule of scoring: there it is right minus wrong")
    if item.kind in LACKS.get(form, {}):
        written = write_items([item], form=form, topics={}, languages=LANGUAGES)
        assert not written.written
        assert told(written) == {LACKS[form][item.kind]}
        return
    allowed |= MARKERS if item.kind is ItemKind.HOTSPOT else set()
    if item.kind is ItemKind.FILE:
        allowed.add("the number of files: there it is up to three, or any")
    if item.kind is ItemKind.GAP_TEXT:
        allowed.add("the texts in the other language")
    if form is ItemFormat.GIFT and item.kind is ItemKind.ESSAY:
        allowed.add("the rubric")
    found, written = back(item, form)
    if form is ItemFormat.GIFT and "an accepted answer with an arrow ->" in told(written):
        kept = {
            code: tuple(w for w in wordings if "->" not in w)
            for code, wordings in item.accepted.items()
        }
        item = replace(item, accepted={code: w for code, w in kept.items() if w})
    else:
        assert told(written) <= allowed
    assert_same(found, item, losses=told(written))


@pytest.mark.parametrize("form", [ItemFormat.QTI21, ItemFormat.QTI3])
@BOUNDED
@given(item=items())
def test_qti_holds_an_item_but_for_marks_that_html_lacks(
    form: ItemFormat, item: AuthoredItem
) -> None:
    found, written = back(item, form)
    allowed = {"the formatting of a text"}
    if item.kind is ItemKind.ORDERING:
        allowed.add("points for a part of the order: it is all or nothing there")
    if item.kind is ItemKind.FILE:
        allowed.add("how many files are taken, how large and of which types")
    assert told(written) <= allowed
    assert_same(found, item, losses=told(written))


@BOUNDED
@given(item=items())
def test_aiken_holds_the_words_of_single_choice(item: AuthoredItem) -> None:
    written = write_items([item], form=ItemFormat.AIKEN, topics={}, languages=["en"])
    if item.kind is not ItemKind.SINGLE_CHOICE:
        assert told(written) == {"only single choice can be written"}
        return
    if not written.written:
        return
    reading = read_items(written.content, language="en", form=ItemFormat.AIKEN).reading
    assert reading.rejected == []
    got = reading.found[0].item
    assert plain_of(got.prompt["en"], "en") == plain_of(item.prompt["en"], "en")
    assert [plain_of(o.text["en"], "en") for o in got.options] == [
        plain_of(o.text["en"], "en") for o in item.options
    ]
    assert [o.correct for o in got.options] == [o.correct for o in item.options]
    if "the formatting of texts" not in told(written):
        assert_same_texts({"en": item.prompt["en"]}, got.prompt, inline=True)


@pytest.mark.parametrize("form", [f for f in ItemFormat if f is not ItemFormat.AIKEN])
@BOUNDED
@given(item=items(), language=st.sampled_from(LANGUAGES))
def test_a_file_of_ones_own_changes_nothing_in_the_bank(
    form: ItemFormat, item: AuthoredItem, language: str
) -> None:
    """Neither in both languages nor in one: what the file doesn't say stays as it is."""
    item = replace(item, accepted={c: (*ws, "plain") for c, ws in item.accepted.items()})
    if item.kind in LACKS.get(form, {}):
        return
    for languages in (LANGUAGES, (language,)):
        found, written = back(item, form, languages)
        if told(written) & {"the formatting of a text", "an accepted answer with an arrow ->"}:
            continue
        again = replace(found.item, topic=item.topic)
        assert merged(item, again, found.unstated) == item


@pytest.mark.parametrize("form", [ItemFormat.GIFT, ItemFormat.MOODLE_XML])
def test_the_formatting_of_right_sides_stays_in_the_bank(form: ItemFormat) -> None:
    bold = {"ru": "**жирно** и [так](https://a.example)", "en": "**bold**\u00a0too"}
    item = make_item(
        ItemKind.MATCHING,
        pairs=tuple(Pair(f"k{n}", both(f"left {n}"), both(f"right {n}")) for n in "123"),
        distractors=(Entry("z0", bold),),
    )
    found, written = back(item, form)
    assert told(written) == {"the formatting of a right side"}
    assert merged(item, replace(found.item, topic=item.topic), found.unstated) == item


@pytest.mark.parametrize("form", [ItemFormat.QTI21, ItemFormat.QTI3, ItemFormat.MOODLE_XML])
def test_pictures_of_right_sides_come_back_or_are_told_and_stay_in_the_bank(
    form: ItemFormat,
) -> None:
    seen = both("![A plan](figures/plan.png)")
    pairs = [Pair(f"k{n}", both(f"left {n}"), both(f"right {n}")) for n in "12"]
    shown = Pair("k3", both("left 3"), seen)
    item = make_item(ItemKind.MATCHING, pairs=(*pairs, shown), distractors=())
    found, written = back(item, form)
    lost = {"a picture on a right side: what it shows stands in words"}
    assert told(written) == (lost if form is ItemFormat.MOODLE_XML else set())
    assert merged(item, replace(found.item, topic=item.topic), found.unstated) == item


def test_what_a_page_keeps_on_one_line_is_not_marked_for_other_tools() -> None:
    assert html_of("Закон № 210-ФЗ, **100 %**", "ru") == "Закон № 210-ФЗ, <strong>100 %</strong>"


def test_a_left_side_with_an_arrow_comes_back() -> None:
    lefts = ["&amp; a", "-> b", "c"]
    item = make_item(
        ItemKind.MATCHING,
        pairs=tuple(Pair(f"k{n}", both(t), both(f"right {n}")) for n, t in enumerate(lefts)),
        distractors=(),
    )
    found, _ = back(item, ItemFormat.GIFT)
    for mine, theirs in zip(found.item.pairs, item.pairs, strict=True):
        assert_same_texts(mine.left, theirs.left, inline=True)


@pytest.mark.parametrize("form", list(ItemFormat))
def test_an_item_that_asks_nothing_in_the_language_is_told(form: ItemFormat) -> None:
    item = make_item(ItemKind.SINGLE_CHOICE, prompt={"en": "Which?"})
    written = write_items([item], form=form, topics={}, languages=["ru"])
    assert written.written == 0
    assert [(loss.whole, str(loss.message)) for loss in written.losses] == [
        (True, "it has no text in this language")
    ]


@pytest.mark.parametrize("form", list(ItemFormat))
def test_a_fraction_of_any_size_comes_back(form: ItemFormat) -> None:
    if form is ItemFormat.AIKEN:
        return
    for value in ("0", "-0.5", "1E+3", "0.000001", "999999999999"):
        item = AuthoredItem(
            key="number", kind=ItemKind.NUMERIC, topic="rules", level=1, points=1,
            prompt={"en": "How much?"}, explanation={}, value=Decimal(value),
            tolerance=Decimal("0.1"),
        )  # fmt: skip
        found, _ = back(item, form, ["en"])
        assert found.item.value == Decimal(value)


@pytest.mark.parametrize("count", range(1, 10))
@pytest.mark.parametrize("form", [ItemFormat.GIFT, ItemFormat.MOODLE_XML, ItemFormat.QTI21])
def test_partial_credit_by_our_rule_comes_back_without_remark(form: ItemFormat, count: int) -> None:
    options = tuple(
        Option(chr(97 + n), {"en": f"text {n}"}, n < count, {}) for n in range(count + 1)
    )
    item = AuthoredItem(
        key="several", kind=ItemKind.MULTIPLE_CHOICE, topic="rules", level=2, points=3,
        prompt={"en": "Which?"}, explanation={"en": "So."}, options=options,
    )  # fmt: skip
    found, _ = back(item, form, ["en"])
    assert found.notes == ()
    assert [o.correct for o in found.item.options] == [o.correct for o in options]
