"""What holds of the texts of the courses that come with the platform."""

import hashlib
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from statistics import mean
from typing import Any

import pytest
import yaml

COURSES = Path(__file__).parents[2] / "courses"
NAMES = sorted(path.parent.name for path in COURSES.glob("*/course.yaml"))
CHECK = re.compile(r"^::: check [^\n]*\n(.*?)^:::", re.MULTILINE | re.DOTALL)
OPTION = re.compile(r"^- \[([ x])\] (.*)$", re.MULTILINE)
MARK = re.compile(r"\[[@#][^\]]*\]|[*`]")
# Nobody should pass by the length of the answers: of four options the longest, or the shortest,
# finds a quarter, and of several right ones the longer half finds one question in two.
MOST_OFTEN_AT_AN_END = 0.4
MOST_OFTEN_ON_ONE_SIDE = 2 / 3
CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
WIDTH = re.compile(r'<svg [^>]*viewBox="0 0 ([\d.]+) ')
LABEL = re.compile(r'<text [^>]*font-size="([\d.]+)"')
LEAST_LABEL = 11  # px

# The versions of facts that installations have by now, as digests. A register that told one of them
# otherwise would be refused there, and the platform wouldn't start: what changes is a new version.
PUBLISHED = {
    "queue-limit": ["0f6a6b28a998"],
    "hours-small-place": ["19a444a0b736"],
    "hours-large-place": ["08322127cef1"],
    "complaint-term": ["e92b105bdd56"],
    "complaint-refusal-term": ["5c44ad51cefc"],
    "complaint-registration": ["ddf51c306588"],
    "interagency-answer": ["f8e5ef36d441"],
    "cadastre-term-centre": ["c596f4f8c726"],
    "title-term-centre": ["201b1b3b16bc"],
    "joint-term-centre": ["ec45edf75da7"],
    "title-duty": ["ef3141ae4a47"],
    "title-duty-limit": ["1ad58afef034"],
}

Options = list[tuple[bool, str]]


def _self_checks(course: str, language: str) -> Iterator[tuple[str, Options]]:
    for path in sorted(COURSES.glob(f"{course}/lessons/*.{language}.md")):
        for body in CHECK.findall(path.read_text(encoding="utf-8")):
            options = [(mark == "x", MARK.sub("", text)) for mark, text in OPTION.findall(body)]
            yield body[: body.index("\n- [")], options


@cache
def _bank(course: str) -> list[Any]:
    files = sorted(COURSES.glob(f"{course}/items/*.yaml"))
    read = (yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader) for path in files)
    return [item for content in read for item in content["items"]]


def _items(course: str, language: str) -> Iterator[tuple[str, Options]]:
    for item in _bank(course):
        if "options" in item:
            options = [(one["correct"], one["text"][language]) for one in item["options"]]
            yield item["prompt"][language], options


def _unexplained(value: Any) -> Iterator[Any]:
    """Yield what is in ``value`` and has no explanation: questions, options, replies, areas."""
    if isinstance(value, list):
        for one in value:
            yield from _unexplained(one)
    elif isinstance(value, dict):
        if not value.get("explanation") and value.keys() & {"prompt", "correct", "leads_to"}:
            yield value
        for one in value.values():
            yield from _unexplained(one)


@pytest.mark.parametrize("course", NAMES)
def test_each_question_option_and_reply_is_explained(course: str) -> None:
    assert _bank(course)
    assert list(_unexplained(_bank(course))) == []


def _best_replies(course: str, language: str) -> Iterator[Options]:
    """Yield the replies of each turn that has one best: the one after which the mood is highest."""
    for item in _bank(course):
        for turn in item.get("turns", ()):
            moods = [reply["mood"] for reply in turn.get("replies", ())]
            if len(moods) > 1 and moods.count(max(moods)) == 1:
                replies = zip(moods, turn["replies"], strict=True)
                yield [(mood == max(moods), one["text"][language]) for mood, one in replies]


def _alone_longest(options: Options) -> bool:
    lengths = sorted((len(text), right) for right, text in options)
    return lengths[-1][1] and lengths[-1][0] > lengths[-2][0]


def _alone_shortest(options: Options) -> bool:
    lengths = sorted((len(text), not right) for right, text in options)
    return not lengths[0][1] and lengths[0][0] < lengths[1][0]


def _surplus(options: Options) -> float:
    """By how many characters the right options are longer than the wrong ones, on average."""
    lengths = {side: [len(text) for right, text in options if right == side] for side in (1, 0)}
    return mean(lengths[True]) - mean(lengths[False])


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("read", [_self_checks, _items])
@pytest.mark.parametrize("course", NAMES)
def test_neither_the_longest_option_nor_the_shortest_is_usually_right(course, read, language):
    questions = list(read(course, language))
    single = [options for _, options in questions if sum(right for right, _ in options) == 1]
    assert len(single) >= 5
    for stands_out in (_alone_longest, _alone_shortest):
        found = sum(map(stands_out, single)) / len(single)
        assert found <= MOST_OFTEN_AT_AN_END, f"{stands_out.__name__}: {found:.0%}"
    # The page itself says how many to choose.
    assert not [
        prompt
        for prompt, _ in questions
        if re.search(r"(all that apply|tick all|отметьте все)", prompt, re.IGNORECASE)
    ]


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("course", NAMES)
def test_several_right_options_are_not_usually_the_longer_or_the_shorter_ones(course, language):
    questions = [*_self_checks(course, language), *_items(course, language)]
    several = [
        options for _, options in questions if 1 < sum(right for right, _ in options) < len(options)
    ]
    assert len(several) >= 5
    longer = sum(_surplus(options) > 0 for options in several)
    shorter = sum(_surplus(options) < 0 for options in several)
    assert max(longer, shorter) <= MOST_OFTEN_ON_ONE_SIDE * len(several), (longer, shorter)


@pytest.mark.parametrize("course", NAMES)
def test_how_many_options_are_right_doesnt_follow_from_how_many_there_are(course: str) -> None:
    right: dict[int, list[int]] = {}
    for _, options in _items(course, "en"):
        several = sum(is_right for is_right, _ in options)
        if several > 1:
            right.setdefault(len(options), []).append(several)
    assert right
    assert not [n for n, found in right.items() if len(found) > 3 and len(set(found)) == 1]


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_longest_reply_is_not_usually_the_best(language):
    for course in NAMES:
        turns = list(_best_replies(course, language))
        # Of two or three replies, that finds between a half and a third.
        assert sum(map(_alone_longest, turns)) <= 0.5 * len(turns), f"{course}, {language}"


def test_nothing_russian_is_left_in_english_lessons_and_figures():
    files = [*COURSES.glob("*/lessons/*.en.md"), *COURSES.glob("*/figures/*.en.svg")]
    assert files
    assert [path for path in files if CYRILLIC.search(path.read_text(encoding="utf-8"))] == []


def test_the_labels_of_figures_can_be_read_on_a_phone():
    # A figure is 358 px wide in a window of 390: the room between the lesson's margins.
    small = {}
    for path in sorted(COURSES.glob("*/figures/*.svg")):
        drawing = path.read_text(encoding="utf-8")
        width = float(WIDTH.search(drawing)[1])
        least = min(map(float, LABEL.findall(drawing)))
        if least * 358 / width < LEAST_LABEL:
            small[path.name] = round(least * 358 / width, 1)
    assert small == {}


def test_what_was_published_of_a_fact_stays() -> None:
    register = yaml.safe_load((COURSES / "facts.yaml").read_text(encoding="utf-8"))
    told = {fact["key"]: [_digest(one) for one in fact["versions"]] for fact in register["facts"]}
    assert {key: told.get(key, [])[: len(known)] for key, known in PUBLISHED.items()} == PUBLISHED


def _digest(version: dict[str, Any]) -> str:
    text = json.dumps(version, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:12]
