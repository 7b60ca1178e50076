"""What a receipt says, as plain values in fixed parts.

Texts of the exam are kept in the languages they are written in; instants are ISO 8601 in UTC. An
allow-list: nothing comes in that isn't named here.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import rfc8785

from lms.assessment.examining.receipts.answers import answer_in_words
from lms.assessment.kinds.base import Response
from lms.assessment.log import fold, genesis
from lms.assessment.models import Attempt, AttemptEvent, AttemptItem, EventKind, ItemKind, Score
from lms.catalog.rendering import render_text
from lms.core.settings import Settings
from lms.people.models import Person
from lms.web.i18n import localised

FORMAT = "exam-receipt/1"

# How each kind is scored, by name; the words stand beside the page's template.
RULES = {
    ItemKind.SINGLE_CHOICE: "all_or_nothing",
    ItemKind.MULTIPLE_CHOICE: "right_minus_wrong",
    ItemKind.TRUE_FALSE: "all_or_nothing",
    ItemKind.MATCHING: "share_of_pairs",
    ItemKind.ORDERING: "share_of_neighbours",
    ItemKind.NUMERIC: "all_or_nothing",
    ItemKind.SHORT_TEXT: "all_or_nothing",
    ItemKind.GAP_TEXT: "share_of_gaps",
    ItemKind.HOTSPOT: "share_of_areas",
    ItemKind.DIALOGUE: "score_of_end",
    ItemKind.ESSAY: "points_of_rubric",
    ItemKind.FILE: "points_of_rubric",
}


@dataclass(frozen=True)
class Sitting:
    """All that a receipt is made from, loaded; ``shows_points``: the policy allows it."""

    attempt: Attempt  # with exam, course version and enrolment
    candidate: Person
    items: Sequence[AttemptItem]  # with item versions and their items
    log: Sequence[AttemptEvent]
    score: Score
    corrections: Sequence[dict[str, Any]]  # by position: how its scoring was put right, when, why
    shows_points: bool


def content_of(
    sitting: Sitting, *, receipt_id: str, now: datetime, settings: Settings
) -> dict[str, Any]:
    """Return the receipt of a sitting."""
    attempt, score = sitting.attempt, sitting.score
    counted = [event for event in sitting.log if event.number <= score.log_number]
    version = attempt.assessment.activity.version
    return {
        "format": FORMAT,
        "id": receipt_id,
        "issued_at": instant(now),
        "issuer": {
            "name": settings.issuer,
            "address": settings.public_address,
        },
        "candidate": {
            "name": sitting.candidate.full_name,
            "personnel_number": sitting.candidate.personnel_number,
        },
        "exam": {
            "course": dict(version.title),
            "course_version": version.number,
            "title": dict(attempt.assessment.title),
            "minutes": attempt.assessment.minutes,
        },
        "attempt": _sat(attempt),
        "rule": {
            "pass_percent": attempt.assessment.pass_percent,
            "kinds": {
                kind.value: RULES.get(kind, "by_examiner")
                for kind in sorted(
                    {item.item_version.kind for item in sitting.items}, key=lambda kind: kind.value
                )
            },
            "corrections": list(sitting.corrections),
        },
        "score": {
            "number": score.number,
            "scored_at": instant(score.scored_at),
            "points": score.points,
            "points_possible": score.points_possible,
            "percent": score.percent,
            "passed": score.passed,
        },
        "questions": _questions(sitting, counted),
        "log": {
            "genesis": genesis(attempt.public_id),
            "entries": len(counted),
            "head": counted[-1].hash,
        },
    }


def _sat(attempt: Attempt) -> dict[str, Any]:
    return {
        "id": attempt.public_id,
        "number": attempt.number,
        "language": attempt.language,
        "started_at": instant(attempt.started_at),
        "deadline_at": instant(attempt.deadline_at),
        "submitted_at": instant(attempt.submitted_at),
        "closed_at": instant(attempt.closed_at),
        "settled_at": instant(attempt.settled_at),
    }


def _questions(sitting: Sitting, log: Sequence[AttemptEvent]) -> list[dict[str, Any]]:
    answers = fold(log).answers
    given: dict[int, list[AttemptEvent]] = {}
    for event in sorted(log, key=lambda event: (event.writer, event.sequence, event.number)):
        if event.kind is EventKind.ANSWER and event.position is not None:
            given.setdefault(event.position, []).append(event)
    return [
        _question(sitting, item, answers.get(item.position), given.get(item.position, []))
        for item in sitting.items
    ]


def _question(
    sitting: Sitting, item: AttemptItem, response: Response | None, given: list[AttemptEvent]
) -> dict[str, Any]:
    version, language = item.item_version, sitting.attempt.language
    prompt = render_text(localised(version.content["prompt"], language), language=language)
    asked: dict[str, Any] = {
        "position": item.position,
        "item": version.item.key,
        "version": version.number,
        "kind": version.kind.value,
        "topic": version.topic,
        "points": version.points,
        "prompt": " ".join(prompt.striptags().split()),
        # Of what every candidate was shown, never of the key.
        "content_sha256": hashlib.sha256(rfc8785.dumps(version.content)).hexdigest(),
        "answer": response,
        "answer_in_words": answer_in_words(version.kind, version.content, response, language),
        "changes": len(given),
        "authored_at": instant(given[-1].authored_at) if given else None,
        "received_at": instant(given[-1].received_at) if given else None,
        "late": given[-1].late if given else False,
    }
    if "scoring" in version.content:
        asked["rule"] = version.content["scoring"]  # this item departs from the rule of its kind
    if sitting.shows_points:
        asked["earned"] = sitting.score.items[str(item.position)]
    return asked


def instant(moment: datetime | None) -> str | None:
    """Return an instant as a receipt writes it."""
    return None if moment is None else moment.astimezone(UTC).isoformat()
