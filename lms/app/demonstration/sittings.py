"""The demonstration's exams: papers really drawn, answers really logged and scored."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import accumulate
from math import fsum
from random import Random
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from lms.app.demonstration.answers import (
    Character,
    characters,
    draw_responses,
)
from lms.app.demonstration.written import essays
from lms.assessment.deadlines import deadline
from lms.assessment.kinds.base import Response
from lms.assessment.kinds.registry import KINDS
from lms.assessment.log import digest, genesis
from lms.assessment.models import (
    Assessment,
    Attempt,
    AttemptEvent,
    AttemptItem,
    EventKind,
    Item,
    ItemKey,
    ItemKind,
    ItemVersion,
    PoolEntry,
    Score,
)
from lms.assessment.papers import PoolItem, Rule, draw_paper, order_keys
from lms.assessment.queries import assessment_of
from lms.assessment.rules.drawing import rules_of_sections
from lms.assessment.rules.tally import Outcome, Tally
from lms.assessment.scoring import credit
from lms.catalog.models import FINAL_EXAM
from lms.core.database import db
from lms.learning.models import Enrolment
from lms.people.models import Person

TRIES = 40
LOOKING_OVER = 1.05  # the last answer comes before the end
NO_TIME = timedelta()
GRADING = timedelta(minutes=30)  # until an examiner has read what was written


@dataclass(frozen=True)
class Exam:
    """An exam with its pool and keys, loaded once for all sittings."""

    assessment: Assessment
    rules: list[Rule]
    pool: list[PoolItem]
    versions: dict[int, ItemVersion]
    answers: dict[int, dict[str, Any]]
    keys: dict[int, str]
    characters: dict[int, Character]

    @property
    def is_graded_by_hand(self) -> bool:
        """Whether each paper asks for something that a person has to judge."""
        written = {v.topic for v in self.versions.values() if essays.is_written(v)}
        machine = {v.topic for v in self.versions.values() if not essays.is_written(v)}
        return any(rule.topic in written - machine for rule in self.rules)

    def credit(self, version: ItemVersion, response: Response | None) -> Fraction:
        """Return the share of an item's points, as it would be given in the end."""
        answer = self.answers[version.id]
        if essays.is_written(version):
            return essays.judged(answer, response)
        return credit(version.kind, answer, response, "ru")

    def respond(self, version: ItemVersion, *, well: bool) -> Response | None:
        """Return a response that earns all points, or none."""
        if not essays.is_written(version):
            return KINDS[version.kind].best(self.answers[version.id]) if well else None
        return essays.written(version.kind, self.keys[version.id], well=well)


def load_exam(version_id: int, key: str = FINAL_EXAM) -> Exam | None:
    """Return the final exam of a course version, or another one by key; None when it has none."""
    assessment = assessment_of(version_id, key)
    if assessment is None:
        return None
    statement = (
        sa.select(ItemVersion, ItemKey.answer, Item.key)
        .join(Item, Item.id == ItemVersion.item_id)
        .join(PoolEntry, PoolEntry.item_version_id == ItemVersion.id)
        .join(ItemKey, ItemKey.item_version_id == ItemVersion.id)
        .where(PoolEntry.assessment_id == assessment.id)
        .order_by(Item.key)
    )
    rows = db.session.execute(statement).all()
    rules = rules_of_sections(assessment.sections)
    pool = [PoolItem(v.id, v.topic, v.level, v.kind, enemies=v.enemies) for v, *_ in rows]
    versions = {version.id: version for version, *_ in rows}
    keys = {version.id: key for version, _, key in rows}
    return Exam(
        assessment,
        rules,
        pool,
        versions,
        {version.id: answer for version, answer, _ in rows},
        keys,
        characters(keys, versions, pool, rules),
    )


def sit(
    exam: Exam,
    enrolment: Enrolment,
    *,
    number: int,
    started_at: datetime,
    passes: bool,
    random: Random,
    examiner: Person | None = None,
    asks: ItemKind | None = None,
) -> tuple[Attempt, Score]:
    """Add a whole sitting that passes or fails as asked, and return it with its score.

    ``enrolment`` has its id; the rows are added, not flushed, but for the attempt. What was written
    is graded by ``examiner``; without one it waits, and the score with it. The paper asks something
    of the kind ``asks``, where the exam has any.
    """
    minutes = exam.assessment.minutes
    attempt = Attempt(
        assessment_id=exam.assessment.id,
        enrolment_id=enrolment.id,
        candidate_id=enrolment.learner_id,
        exam_key=exam.assessment.activity.key,
        number=number,
        language="ru",
        seed=_seed(exam, random, asks),
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
    seconds = [exam.characters[version.id].seconds(random) for version in paper]
    db.session.add_all(_log(attempt, responses, seconds, random))
    essays.hand_in(
        attempt,
        [(v, exam.answers[v.id], r) for v, r in zip(paper, responses, strict=True)],
        examiner=examiner,
        graded_at=attempt.settled_at + GRADING,
    )
    score = _score(exam, attempt, paper, responses, graded=examiner is not None)
    db.session.add(score)
    return attempt, score


def _seed(exam: Exam, random: Random, asks: ItemKind | None) -> str:
    """Return a seed whose paper asks something of the kind, where the exam has any."""
    seed = f"{random.getrandbits(128):032x}"
    if asks not in {version.kind for version in exam.versions.values()}:
        return seed
    for _ in range(TRIES):
        drawn = draw_paper(exam.rules, exam.pool, seed).drawn
        if any(exam.versions[one.item.version_id].kind is asks for one in drawn):
            break
        seed = f"{random.getrandbits(128):032x}"
    return seed


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
    """Return responses whose score passes or fails as asked: drawn anew until they do, and in the
    end mended.
    """
    for _ in range(TRIES):
        drawn = draw_responses(paper, exam.characters, exam.answers, passes=passes, random=random)
        responses = [
            exam.respond(version, well=response is not None)
            if essays.is_written(version)
            else response
            for version, response in zip(paper, drawn, strict=True)
        ]
        if _passes(exam, paper, responses) is passes:
            return responses
    for place in random.sample(range(len(paper)), k=len(paper)):
        responses[place] = exam.respond(paper[place], well=passes)
        if _passes(exam, paper, responses) is passes:
            break
    return responses


def _passes(exam: Exam, paper: list[ItemVersion], responses: list[Response | None]) -> bool:
    earned = sum(
        exam.credit(version, response) * version.points
        for version, response in zip(paper, responses, strict=True)
    )
    possible = sum(version.points for version in paper)
    return 100 * earned >= exam.assessment.pass_percent * possible


def _log(
    attempt: Attempt, responses: list[Response | None], seconds: list[float], random: Random
) -> list[AttemptEvent]:
    """Return the log: each answer at its time, stretched to fill the sitting but for its end."""
    assert attempt.closed_at is not None
    previous = genesis(attempt.public_id)
    span, whole = attempt.closed_at - attempt.started_at, fsum(seconds) * LOOKING_OVER
    reached = dict(enumerate(accumulate(seconds), start=1))
    entries: list[tuple[EventKind, int | None, dict[str, Any]]] = [
        (EventKind.ANSWER, position, {"response": response})
        for position, response in enumerate(responses, start=1)
        if response is not None
    ]
    entries.append((EventKind.SUBMIT, None, {}))
    events = []
    for number, (kind, position, body) in enumerate(entries, start=1):
        at = attempt.closed_at
        if position is not None:
            at = attempt.started_at + span * (reached[position] / whole)
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
    exam: Exam,
    attempt: Attempt,
    paper: list[ItemVersion],
    responses: list[Response | None],
    *,
    graded: bool,
) -> Score:
    outcome = Outcome()
    for position, (version, response) in enumerate(zip(paper, responses, strict=True), start=1):
        earned = exam.credit(version, response) * version.points
        if not graded and response is not None and essays.is_written(version):
            earned, outcome.awaiting = Fraction(0), outcome.awaiting + 1
        outcome.items[position] = earned
        outcome.total.add(earned, version.points)
        outcome.topics.setdefault(version.topic, Tally()).add(earned, version.points)
    percent = exam.assessment.pass_percent
    outcome.passed = outcome.total.reaches(percent) and not outcome.awaiting
    assert attempt.closed_at is not None
    return Score(
        attempt_id=attempt.id,
        number=1,
        scored_at=attempt.closed_at + (GRADING if graded and exam.is_graded_by_hand else NO_TIME),
        log_number=sum(response is not None for response in responses) + 1,
        **outcome.columns(),
    )
