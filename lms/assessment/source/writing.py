"""Items and exams written as files, always the same bytes for the same content."""

from typing import Any

from lms.assessment.exam_rules import ExamRules
from lms.assessment.kinds.values import (
    AuthoredItem,
    Entry,
    FileRules,
    Gap,
    ScoringRule,
    Turn,
    Wordings,
)
from lms.assessment.models import Behaviour, Counting, ItemKind
from lms.assessment.rules.windows import instant_text
from lms.assessment.source.content import (
    EXAM_SCHEMA,
    ITEMS_SCHEMA,
    WORDS,
    AssessmentContent,
    exam_file,
    items_file,
)
from lms.assessment.source.file_rules import rules_map
from lms.assessment.source.pictures import hotspot_map
from lms.catalog.source.yaml_writing import dump

# Bytes of a file of items, some 400 of them: beyond it they go on in another. What a reader takes
# of one file (``TEXT_LIMIT``, ``NODE_LIMIT``) is several times as much.
FILE_SIZE = 256 * 1024
USUAL = ScoringRule.RIGHT_MINUS_WRONG


def pieces(content: AssessmentContent) -> dict[str, list[AuthoredItem] | ExamRules]:
    """Return what the files say, by their (first) path: of each topic with items, of each exam."""
    topics: dict[str, list[AuthoredItem]] = {}
    for item in content.items:
        topics.setdefault(item.topic, []).append(item)
    return {
        **{items_file(topic): items for topic, items in topics.items()},
        **{exam_file(key): rules for key, rules in content.exams().items()},
    }


def write_files(content: AssessmentContent) -> dict[str, bytes]:
    """Return the files in their canonical form."""
    files: dict[str, bytes] = {}
    for path, piece in pieces(content).items():
        if isinstance(piece, ExamRules):
            files[path] = dump(_exam(piece)).encode()
        else:
            files |= _items_files(piece)
    return files


def _items_files(items: list[AuthoredItem]) -> dict[str, bytes]:
    """Return the items of a topic in files of which each can be read again."""
    topic = items[0].topic
    maps = [item_map(item) for item in items]
    whole = _items(topic, maps)
    if len(whole) <= FILE_SIZE:
        return {items_file(topic): whole}
    parts: list[list[dict[str, Any]]] = []
    room = 0
    for one in maps:
        size = len(_items(topic, [one]))
        if size > room:
            parts.append([])
            room = FILE_SIZE
        parts[-1].append(one)
        room -= size
    return {items_file(topic, n): _items(topic, part) for n, part in enumerate(parts, start=1)}


def _items(topic: str, maps: list[dict[str, Any]]) -> bytes:
    return dump({"schema": ITEMS_SCHEMA, "topic": topic, "items": maps}).encode()


def item_map(item: AuthoredItem) -> dict[str, Any]:
    """Return an item as its entry in the file."""
    return {
        "key": item.key,
        "kind": item.kind,
        "level": item.level,
        "points": item.points,
        "sources": list(item.sources) or None,
        "facts": list(item.facts) or None,
        "enemies": item.enemies or None,
        "practice": item.practice or None,
        "prompt": item.prompt,
        "explanation": item.explanation or None,
        **_special(item),
    }


def _special(item: AuthoredItem) -> dict[str, Any]:
    match item.kind:
        case ItemKind.SINGLE_CHOICE | ItemKind.MULTIPLE_CHOICE:
            return {
                # What is left at its default isn’t written: older files stay as they were.
                "scoring": None if item.scoring is USUAL else item.scoring,
                "options": [
                    {
                        "key": option.key,
                        "text": option.text,
                        "correct": option.correct,
                        "explanation": option.explanation or None,
                    }
                    for option in item.options
                ],
            }
        case ItemKind.TRUE_FALSE:
            return {"answer": item.truth}
        case ItemKind.MATCHING:
            return {
                "pairs": [
                    {"key": pair.key, "left": pair.left, "right": pair.right} for pair in item.pairs
                ],
                "distractors": _entries(item.distractors) or None,
            }
        case ItemKind.ORDERING:
            return {"steps": _entries(item.steps)}
        case ItemKind.NUMERIC:
            return {"answer": item.value, "tolerance": item.tolerance, "unit": item.unit}
        case ItemKind.SHORT_TEXT:
            return {"accepted": _wordings(item.accepted)}
        case _:
            return _longer(item)


def _longer(item: AuthoredItem) -> dict[str, Any]:
    match item.kind:
        case ItemKind.GAP_TEXT:
            return {"text": item.text, "gaps": [_gap(gap) for gap in item.gaps]}
        case ItemKind.HOTSPOT:
            return hotspot_map(item)
        case ItemKind.ESSAY:
            words = None if item.words is None else dict(zip(WORDS, item.words, strict=True))
            return {"words": words, **_judged(item)}
        case ItemKind.FILE:
            return {"files": rules_map(item.files or FileRules()), **_judged(item)}
        case ItemKind.DIALOGUE:
            return {"turns": [_turn(turn) for turn in item.turns]}
        case _:
            raise AssertionError(item.kind)


def _judged(item: AuthoredItem) -> dict[str, Any]:
    return {
        "examiners": item.examiners,
        "rubric": [
            {
                "key": criterion.key,
                "text": criterion.text,
                "points": criterion.points,
                "levels": {str(n): text for n, text in enumerate(criterion.levels)} or None,
            }
            for criterion in item.rubric
        ],
    }


def _wordings(wordings: Wordings) -> dict[str, list[str]]:
    return {code: list(texts) for code, texts in wordings.items()}


def _gap(gap: Gap) -> dict[str, Any]:
    return {
        "key": gap.key,
        "accepted": _wordings(gap.accepted),
        "distractors": _wordings(gap.distractors) or None,
    }


def _turn(turn: Turn) -> dict[str, Any]:
    if not turn.replies:
        return {
            "key": turn.key,
            "says": turn.says,
            "score": turn.score,
            "debriefing": turn.debriefing,
        }
    replies = [
        {
            "key": reply.key,
            "text": reply.text,
            "leads_to": reply.leads_to,
            "mood": reply.mood,
            "seconds": reply.seconds,
            "explanation": reply.explanation or None,
        }
        for reply in turn.replies
    ]
    return {"key": turn.key, "says": turn.says, "replies": replies}


def _entries(entries: tuple[Entry, ...]) -> list[dict[str, Any]]:
    return [{"key": entry.key, "text": entry.text} for entry in entries]


def _exam(rules: ExamRules) -> dict[str, Any]:
    return {
        "schema": EXAM_SCHEMA,
        "title": rules.title,
        "minutes": rules.minutes,
        "pass_percent": rules.pass_percent,
        "attempts": rules.attempts,
        "wait_hours": rules.wait_hours,
        "explanations": rules.explanations,
        # What is left at its default isn’t written: older files stay as they were.
        "behaviour": None if rules.behaviour is Behaviour.EXAM else rules.behaviour,
        "certainty": rules.certainty or None,
        "counting": None if rules.counting is Counting.BEST else rules.counting,
        "opens": instant_text(rules.opens_at),
        "closes": instant_text(rules.closes_at),
        "code": rules.needs_code or None,
        "fair_band": rules.fair_band,
        "exposure_percent": rules.exposure_percent,
        "sections": [
            {
                "topic": section.topic,
                "draw": section.draw,
                "level": section.level,
                "kind": section.kind,
                "pass_percent": section.pass_percent,
            }
            for section in rules.sections
        ],
    }
