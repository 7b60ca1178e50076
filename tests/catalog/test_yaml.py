"""Canonical YAML: written, read back unchanged, and read the same by any YAML reader."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from lms.catalog.models import Confidence
from lms.catalog.source.map_reader import read_mapping
from lms.catalog.source.problems import Problems
from lms.catalog.source.yaml_tree import Mapping, Node, Scalar, parse
from lms.catalog.source.yaml_writing import WIDTH, dump

NAMES = st.from_regex(r"[a-z_]{1,10}", fullmatch=True)
TEXTS = (
    st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
    | st.text("abc: #,[]{}\"'&*!|>%@`-?~\n\\0123.é«»", max_size=150)
    | st.lists(st.text("абв«».,:;-", min_size=1, max_size=12), max_size=60).map(" ".join)
    | st.sampled_from(["yes", "NO", "null", "~", "1e3", "0x1F", "12:30", "2026-01-01", "- a", ""])
)
VALUES = st.recursive(
    TEXTS,
    lambda inner: (
        st.dictionaries(NAMES, inner, max_size=5)
        | st.lists(TEXTS, max_size=4)
        | st.lists(st.dictionaries(NAMES, inner, min_size=1, max_size=4), max_size=4)
    ),
    max_leaves=12,
)
DOCUMENTS = st.dictionaries(NAMES, VALUES, min_size=1, max_size=4)


def plain(node: Node | None) -> Any:
    if isinstance(node, Scalar):
        return node.value
    assert node is not None
    if isinstance(node, Mapping):
        return {key: plain(value) for key, value in node.items.items()}
    return [plain(item) for item in node.items]


@settings(max_examples=150, deadline=None)
@given(DOCUMENTS)
def test_what_is_written_is_read_back(document: dict[str, Any]) -> None:
    problems = Problems()
    assert plain(parse(dump(document), "file", problems)) == document
    assert list(problems) == []


@settings(max_examples=60, deadline=None)
@given(DOCUMENTS, st.sampled_from(["1.1", "1.2"]))
def test_other_readers_take_each_text_for_a_text(document: dict[str, Any], version: str) -> None:
    reader = YAML(typ="safe", pure=True)
    reader.version = version  # type: ignore[assignment]
    assert reader.load(dump(document)) == document


@settings(max_examples=40, deadline=None)
@given(DOCUMENTS)
def test_writing_twice_gives_the_same_bytes(document: dict[str, Any]) -> None:
    assert dump(plain(parse(dump(document), "file", Problems()))) == dump(document)


def test_the_canonical_form_is_readable() -> None:
    words = " ".join(["word"] * 30)
    text = dump(
        {
            "schema": "lms-course/1",
            "title": {"ru": "Сервис", "en": "Service: a course"},
            "hours": Decimal("6.50"),
            "as_of": date(2026, 11, 24),
            "nothing": None,
            "long": words,
            "lines": "one\n\ntwo",
            "keys": ["a", "b"],
            "topics": [{"key": "a", "kind": Confidence.ACT, "on": True}],
        }
    )
    assert text == (
        "schema: lms-course/1\n"
        'title: {ru: Сервис, en: "Service: a course"}\n'
        "hours: 6.5\n"
        "as_of: 2026-11-24\n"
        "long: >-\n"
        f"  {' '.join(['word'] * 19)}\n"
        f"  {' '.join(['word'] * 11)}\n"
        "lines: |-\n"
        "  one\n"
        "\n"
        "  two\n"
        "keys: [a, b]\n"
        "topics:\n"
        '  - {key: a, kind: act, "on": true}\n'
    )
    assert all(len(line) <= WIDTH for line in text.split("\n"))


def test_a_list_of_lists_has_no_canonical_form() -> None:
    with pytest.raises(TypeError):
        dump({"a": [["b"], "x" * 200]})


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: &x 1\nb: *x", 1, "anchors and aliases (& and *) are not allowed"),
        ("a: 1\nb: *x", 2, "anchors and aliases (& and *) are not allowed"),
        ("a: !!python/object/apply:os.system [x]", 1, "tags (!) are not allowed"),
        ("a: !x 1", 1, "tags (!) are not allowed"),
        ("a: 1\na: 2", 2, "the key 'a' stands twice"),
        ("a: 1\n---\nb: 2", 2, "holds more than one document"),
        ("? [a]\n: 1", 1, "a key must be a single word"),
        ("- 1", 1, "must be a map (key: value)"),
        ("", 0, "is empty"),
        ("a: " + "{a: " * 5000, 1, "is nested too deeply"),
        ("a:\n" + "- - - - - - - - - - - - - -\n", 2, "is nested too deeply"),
        ("a: [" + "[], " * 60_001 + "]", 1, "holds too many values"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_yaml_that_could_do_more_than_hold_data_is_refused(
    text: str, line: int, message: str
) -> None:
    problems = Problems()
    read_mapping(text, "course.yaml", problems)
    assert (line, message) in [(p.line, p.message) for p in problems]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("a: 1\n\tb: 2\n", 2, "indent with spaces"),
        ("a:\n  - b\n  c: 1\n", 3, "begins with a hyphen"),
        ("a:\n    b: 1\n  c: 2\n", 3, "indentation doesn't fit"),
        ("a: 1\nb:2\nc: 3\n", 2, "a colon and a space are missing"),
        ("a: Course: steps\n", 1, "second colon"),
        ("a: 1\nb: 'x\nc: 2\n", 2, "never closed"),
        ("a: [1,\n  2\nb: 3\n", 1, "bracket [ is not closed"),
        ("a: **bold**\n", 1, "begins with * or &"),
        ("a: `x`\n", 1, "no text begins with"),
        ('a: "\\q"\n', 1, "backslash"),
    ],
)
def test_mistakes_that_people_make_are_told_with_their_line_and_remedy(
    text: str, line: int, reason: str
) -> None:
    problems = Problems()
    read_mapping(text, "course.yaml", problems)
    (problem,) = problems
    assert problem.line == line
    assert reason in problem.message


@pytest.mark.parametrize("text", ["a: [", "a: 'x", "\t- x", 'a: "\\UFFFFFFFF"', 'a: "\\xzz"', "%"])
def test_broken_yaml_is_a_problem_not_an_error(text: str) -> None:
    problems = Problems()
    read_mapping(text, "course.yaml", problems)
    assert "is not well-formed YAML" in str(next(iter(problems)))


@settings(max_examples=200, deadline=None)
@given(st.text("abc:- [],{}&*!|>'\"%@`#?~\n \t\\0x", max_size=60) | st.text(max_size=60))
def test_no_yaml_raises(text: str) -> None:
    read_mapping(text, "course.yaml", Problems())


def test_a_bomb_of_aliases_is_refused_before_it_unfolds() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    problems = Problems()
    assert parse("\n".join(lines), "course.yaml", problems) is None
    assert [p.line for p in problems] == [1]


def test_a_scalar_means_what_its_field_says() -> None:
    problems = Problems()
    reader = read_mapping("ru: no\nen: 08\nn: 1_000\nd: 2026-02-30\nb: yes", "f", problems)
    assert reader.text("ru") == "no"
    assert reader.text("en") == "08"
    assert reader.integer("n", minimum=0) == 0
    assert reader.day("d") is None
    assert reader.boolean("b") is False
    assert [(p.line, p.message) for p in problems] == [
        (3, "n: '1_000' is no number"),
        (4, "d: '2026-02-30' is no date such as 2026-11-24"),
        (5, "b: must be true or false"),
    ]


@pytest.mark.parametrize("number", ["1e999", "NaN", "Infinity", "1" * 31, "٣", "0x10", ""])
def test_a_number_that_is_none_is_refused(number: str) -> None:
    problems = Problems()
    assert read_mapping(f"n: {number}", "f", problems).decimal("n") is None
    assert len(problems) == 1


def test_a_sign_that_no_text_may_hold_is_refused_as_an_escape_too() -> None:
    problems = Problems()
    reader = read_mapping('a: "x\\u202Ey"\nb: [one, "\\e"]', "file", problems)
    assert (reader.text("a", required=False), reader.strings("b")) == ("", ["one"])
    assert [str(problem) for problem in problems] == [
        "file:1: a: holds the character U+202E",
        "file:2: b: holds the character U+001B",
    ]
