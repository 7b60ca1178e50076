"""How the demonstration's people answer: by ability and difficulty, as people do.

A person's chance of a right answer follows the Rasch model; whom the story lets pass is abler. Of
wrong options some tempt more than others, and the able are tempted less by chance. Two questions of
each exam are answered badly on purpose, so that the statistics have something to warn of: in one
the able prefer a wrong option, as if the scoring key were mistaken; the other nobody understands,
and it takes long. The questions themselves are good ones: pages say that the answers are made up.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from math import exp
from random import Random
from statistics import NormalDist
from typing import Any

from lms.assessment.kinds.base import Response
from lms.assessment.kinds.dialogue import LONGEST, reached
from lms.assessment.kinds.registry import KINDS
from lms.assessment.models import ItemKind, ItemVersion
from lms.assessment.papers import PoolItem, Rule
from lms.assessment.scoring import credit

ABILITY = {True: NormalDist(1.9, 0.7), False: NormalDist(0.5, 0.5)}  # by whether they will pass
LEVEL_STEP = 0.4  # logits that a level is harder than the one before
TURNING = 0.9  # ability above which the tempting option of the mistaken question wins
TEMPTED = 0.7  # share of wrong answers to it that are the tempting one, and some by chance
TEMPTATION = (12, 5, 2, 1)  # weights of wrong options, the most tempting first
EMPTY = 0.05  # share of wrong answers that were left out
UNKNOWN = "не помню"  # typed where a word was asked
TRIES = 20  # conversations until one doesn't end well
SLOW = 3.5  # times as long as others


class Temper(Enum):
    """How a question is answered."""

    PLAIN = "plain"
    MISTAKEN = "mistaken"  # as if its key were wrong
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Character:
    """A question as the demonstration's people meet it."""

    difficulty: float
    temper: Temper = Temper.PLAIN
    turn: int = 0  # which wrong option tempts most

    def chance(self, ability: float) -> float:
        """Return the probability of a right answer."""
        if self.temper is Temper.UNCLEAR:
            return 0.5
        if self.temper is Temper.MISTAKEN:
            return _logistic(2 * (TURNING - ability))
        return _logistic(ability - self.difficulty)

    def seconds(self, random: Random) -> float:
        """Return how long an answer takes, before it is fitted into the sitting."""
        long = SLOW if self.temper is Temper.UNCLEAR else exp(0.2 * self.difficulty)
        return long * random.lognormvariate(3.8, 0.45)


def _logistic(distance: float) -> float:
    return 1 / (1 + exp(-distance))


def characters(
    keys: dict[int, str], versions: dict[int, ItemVersion], pool: list[PoolItem], rules: list[Rule]
) -> dict[int, Character]:
    """Return every question's character, always the same for the same key.

    The badly answered ones are single choices that papers ask the most often.
    """
    often = _often(pool, rules)
    single = [v.id for v in versions.values() if v.kind is ItemKind.SINGLE_CHOICE]
    planted = sorted(single, key=lambda one: (-often[one], keys[one]))[:2]
    tempers = dict(zip(planted, (Temper.MISTAKEN, Temper.UNCLEAR), strict=False))
    found = {}
    for one, version in versions.items():
        digest = hashlib.sha256(keys[one].encode()).digest()
        place = (int.from_bytes(digest[:4]) + 0.5) / 2**32
        difficulty = NormalDist().inv_cdf(place) * 0.9 + LEVEL_STEP * (version.level - 2)
        found[one] = Character(difficulty, tempers.get(one, Temper.PLAIN), digest[4])
    return found


def _often(pool: list[PoolItem], rules: list[Rule]) -> dict[int, float]:
    """Return how often a paper asks each question, on average."""
    often = {item.version_id: 0.0 for item in pool}
    for rule in rules:
        fitting = [item for item in pool if item.topic == rule.topic]
        fitting = [item for item in fitting if rule.level in (None, item.level)]
        for item in fitting:
            often[item.version_id] += rule.draw / len(fitting)
    return often


def draw_responses(
    paper: Sequence[ItemVersion],
    known: dict[int, Character],
    answers: dict[int, dict[str, Any]],
    *,
    passes: bool,
    random: Random,
) -> list[Response | None]:
    """Return one person's responses to a paper."""
    ability = ABILITY[passes].inv_cdf(random.uniform(0.001, 0.999))
    return [
        KINDS[version.kind].best(answers[version.id])
        if random.random() < known[version.id].chance(ability)
        else wrong_response(version, answers[version.id], known[version.id], random)
        for version in paper
    ]


def wrong_response(
    version: ItemVersion, answer: dict[str, Any], character: Character, random: Random
) -> Response | None:
    """Return a response that doesn't earn all points, or none."""
    if random.random() < EMPTY:
        return None
    match version.kind:
        case ItemKind.SINGLE_CHOICE:
            return {"choice": _tempting(version, answer, character, random)}
        case ItemKind.MULTIPLE_CHOICE:
            return {"choices": _some_right(version, answer, character, random)}
        case ItemKind.TRUE_FALSE:
            return {"value": not answer["value"]}
        case ItemKind.NUMERIC:
            return {"text": str(int(float(answer["value"])) * 3 + 1000)}
        case ItemKind.MATCHING:
            return {"pairs": _two_swapped(answer["pairs"], random)}
        case ItemKind.ORDERING:
            order, place = list(answer["order"]), random.randrange(len(answer["order"]) - 1)
            order[place : place + 2] = reversed(order[place : place + 2])
            return {"order": order}
        case ItemKind.SHORT_TEXT:
            return {"text": UNKNOWN}
        case _:
            return _wrong_at_length(version, answer, random)


def _wrong_at_length(
    version: ItemVersion, answer: dict[str, Any], random: Random
) -> Response | None:
    match version.kind:
        case ItemKind.GAP_TEXT:
            gaps = KINDS[version.kind].best(answer)["gaps"]
            kept = {key: text for key, text in gaps.items() if key != min(gaps)}
            return {"gaps": kept} if kept else None
        case ItemKind.HOTSPOT:
            return {"points": [[random.randrange(40), random.randrange(40)]]}
        case ItemKind.DIALOGUE:
            for _ in range(TRIES):
                response = {"path": _any_path(version.content, random)}
                if credit(version.kind, answer, response, "ru") < 1:
                    return response
            return None
        case _:
            return None  # what a person has to judge is written elsewhere, or not at all


def _any_path(content: dict[str, Any], random: Random) -> list[str]:
    """Return a conversation led by chance, at most as long as any may be."""
    path: list[str] = []
    turn = reached(content, path)
    while turn is not None and turn["replies"] and len(path) < LONGEST:
        path.append(random.choice(turn["replies"])["key"])
        turn = reached(content, path)
    return path


def _tempting(
    version: ItemVersion, answer: dict[str, Any], character: Character, random: Random
) -> str:
    keys: list[str] = [option["key"] for option in version.content["options"]]
    wrong = [key for key in keys if key not in answer["correct"]]
    turn = character.turn % len(wrong)
    ordered = wrong[turn:] + wrong[:turn]
    if character.temper is Temper.MISTAKEN and random.random() < TEMPTED:
        return ordered[0]
    weights = (TEMPTATION + (1,) * len(wrong))[: len(wrong)]
    return random.choices(ordered, weights=weights)[0]


def _some_right(
    version: ItemVersion, answer: dict[str, Any], character: Character, random: Random
) -> list[str]:
    """Return the right options less one, or with a wrong one beside them."""
    chosen = set(answer["correct"])
    keys = [option["key"] for option in version.content["options"]]
    if len(chosen) > 1 and (len(chosen) == len(keys) or random.random() < 0.5):
        chosen.discard(random.choice(sorted(chosen)))
    else:
        chosen.add(_tempting(version, answer, character, random))
    return [key for key in keys if key in chosen]


def _two_swapped(pairs: dict[str, str], random: Random) -> dict[str, str]:
    one, other = random.sample(sorted(pairs), 2)
    return {**pairs, one: pairs[other], other: pairs[one]}
