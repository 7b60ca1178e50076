"""The demonstration's exams: papers really drawn, answers really logged and scored."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from random import Random
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from lms.assessment.deadlines import deadline
from lms.assessment.log import digest, genesis
from lms.assessment.models import (
    Assessment,
    Attempt,
    AttemptEvent,
    AttemptItem,
    EventKind,
    ItemKey,
    ItemKind,
    ItemVersion,
    PoolEntry,
    Score,
)
from lms.assessment.papers import PoolItem, Rule, draw_paper, order_keys
from lms.assessment.queries import assessment_of
from lms.assessment.responses import Response
from lms.assessment.rules.drawing import rules_of_sections
from lms.assessment.scoring import credit
from lms.core.database import db
from lms.learning.models import Enrolment


@dataclass(frozen=True)
class Exam:
    """An exam with its pool and keys, loaded once for all sittings."""

    assessment: Assessment
    rules: list[Rule]
    pool: list[PoolItem]
    versions: dict[int, ItemVersion]
    answers: dict[int, dict[str, Any]]


def load_exam(version_id: int) -> Exam | None:
    """Return the exam of a course version; None when it has none."""
    assessment = assessment_of(version_id)
    if assessment is None:
        return None
    statement = (
        sa.select(ItemVersion, ItemKey.answer)
        .join(PoolEntry, PoolEntry.item_version_id == ItemVersion.id)
        .join(ItemKey, ItemKey.item_version_id == ItemVersion.id)
        .where(PoolEntry.assessment_id == assessment.id)
    )
    rows = db.session.execute(statement).all()
    return Exam(
        assessment,
        rules_of_sections(assessment.sections),
        [PoolItem(v.id, v.topic, v.level, v.kind) for v, _ in rows],
        {version.id: version for version, _ in rows},
        {version.id: answer for version, answer in rows},
    )


def sit(
    exam: Exam,
    enrolment: Enrolment,
    *,
    number: int,
    started_at: datetime,
    passes: bool,
    random: Random,
) -> tuple[Attempt, Score]:
    """Add a whole sitting that passes or fails as asked, and return it with its score.

    ``enrolment`` has its id; the rows are added, not flushed, but for the attempt.
    """
    minutes = exam.assessment.minutes
    attempt = Attempt(
        assessment_id=exam.assessment.id,
        enrolment_id=enrolment.id,
        candidate_id=enrolment.learner_id,
        number=number,
        language="ru",
        seed=f"{random.getrandbits(128):032x}",
        token_nonce=f"{random.getrandbits(128):032x}",
        started_at=started_at,
        deadline_at=deadline(started_at, minutes),
    )
    attempt.submitted_at = attempt.closed_at = attempt.settled_at = started_at + timedelta(
        minutes=minutes * random.uniform(0.35, 0.95)
    )
    db.session.add(attempt)
    db.session.flush()
    drawn = draw_paper(exam.rules, exam.pool, attempt.seed).drawn
    paper = [exam.versions[one.item.version_id] for one in drawn]
    responses = _responses(exam, paper, passes=passes, random=random)
    db.session.add_all(_items(attempt, paper))
    db.session.add_all(_log(attempt, responses, random))
    score = _score(exam, attempt, paper, responses)
    db.session.add(score)
    return attempt, score


def _items(attempt: Attempt, paper: list[ItemVersion]) -> list[AttemptItem]:
    return [
        AttemptItem(
            attempt_id=attempt.id,
            position=position,
            item_version_id=version.id,
            order=order_keys(version.kind, version.content, attempt.seed, position),
        )
        for position, version in enumerate(paper, start=1)
    ]


def _responses(
    exam: Exam, paper: list[ItemVersion], *, passes: bool, random: Random
) -> list[Response | None]:
    """Return responses whose score passes or fails as asked."""
    needed = Fraction(exam.assessment.pass_percent, 100) * sum(version.points for version in paper)
    wrong = sorted(random.sample(range(len(paper)), k=len(paper)), key=lambda _: random.random())
    responses: list[Response | None] = [
        _right(version.kind, exam.answers[version.id]) for version in paper
    ]
    points = [Fraction(version.points) for version in paper]
    spare = random.uniform(0, 1) if passes else -random.uniform(0.01, 0.35)
    for place in wrong:
        left = sum(points) - points[place]
        if passes and left < needed + Fraction(int(spare * 100), 100) * (sum(points) - needed):
            break
        if not passes and sum(points) < needed * Fraction(int((1 + spare) * 100), 100):
            break
        responses[place] = _wrong(paper[place], exam.answers[paper[place].id], random)
        points[place] = Fraction(0)
    return responses


def _right(kind: ItemKind, answer: dict[str, Any]) -> Response:
    match kind:
        case ItemKind.SINGLE_CHOICE:
            return {"choice": answer["correct"][0]}
        case ItemKind.MULTIPLE_CHOICE:
            return {"choices": answer["correct"]}
        case ItemKind.TRUE_FALSE:
            return {"value": answer["value"]}
        case ItemKind.MATCHING:
            return {"pairs": answer["pairs"]}
        case ItemKind.ORDERING:
            return {"order": answer["order"]}
        case ItemKind.NUMERIC:
            return {"text": answer["value"]}
        case ItemKind.SHORT_TEXT:
            return {"text": next(iter(answer["accepted"].values()))[0]}


def _wrong(version: ItemVersion, answer: dict[str, Any], random: Random) -> Response | None:
    """Return a response that earns nothing."""
    match version.kind:
        case ItemKind.SINGLE_CHOICE | ItemKind.MULTIPLE_CHOICE:
            keys = [option["key"] for option in version.content["options"]]
            key = random.choice([key for key in keys if key not in answer["correct"]])
            return {"choice": key} if version.kind is ItemKind.SINGLE_CHOICE else {"choices": [key]}
        case ItemKind.TRUE_FALSE:
            return {"value": not answer["value"]}
        case ItemKind.NUMERIC:
            return {"text": str(int(float(answer["value"])) * 3 + 1000)}
        case _:
            return None


def _log(attempt: Attempt, responses: list[Response | None], random: Random) -> list[AttemptEvent]:
    assert attempt.closed_at is not None
    span, previous = attempt.closed_at - attempt.started_at, genesis(attempt.public_id)
    entries: list[tuple[EventKind, int | None, dict[str, Any]]] = [
        (EventKind.ANSWER, position, {"response": response})
        for position, response in enumerate(responses, start=1)
        if response is not None
    ]
    entries.append((EventKind.SUBMIT, None, {}))
    events = []
    for number, (kind, position, body) in enumerate(entries, start=1):
        at = attempt.started_at + span * number / len(entries)
        event = AttemptEvent(
            attempt_id=attempt.id,
            number=number,
            event_id=str(UUID(int=random.getrandbits(128), version=4)),
            kind=kind,
            writer=1,
            sequence=number if position else 0,
            position=position,
            body=body,
            authored_at=at if position else None,
            received_at=at,
            late=False,
            previous_hash=previous,
        )
        event.hash = previous = digest(event)
        events.append(event)
    return events


def _score(
    exam: Exam, attempt: Attempt, paper: list[ItemVersion], responses: list[Response | None]
) -> Score:
    topics: dict[str, list[Any]] = {}
    items: dict[str, float] = {}
    total, possible = Fraction(0), 0
    for position, (version, response) in enumerate(zip(paper, responses, strict=True), start=1):
        earned = credit(version.kind, exam.answers[version.id], response, "ru") * version.points
        total, possible = total + earned, possible + version.points
        items[str(position)] = float(earned)
        tally = topics.setdefault(version.topic, [0.0, 0])
        tally[0], tally[1] = tally[0] + float(earned), tally[1] + version.points
    assert attempt.closed_at is not None
    return Score(
        attempt_id=attempt.id,
        number=1,
        scored_at=attempt.closed_at,
        log_number=sum(response is not None for response in responses) + 1,
        points=float(total),
        points_possible=float(possible),
        percent=round(float(100 * total / possible), 2),
        passed=100 * total >= exam.assessment.pass_percent * possible,
        topics=topics,
        items=items,
    )
