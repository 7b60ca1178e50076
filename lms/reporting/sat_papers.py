"""Reads of what question statistics are made from: papers as they were sat, and their questions.

Scope: the people within the viewer's SEE_SITTINGS, as on the page of a course's results. A
paper counts once its attempt is closed and settled and all of it is graded, with its latest score.
By default only each person's first attempt at any version of an exam counts: who sits an
exam again, be it after failing or a year later, has met questions before and has been told the
answers. No name and no key of a person leaves this module.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import sqlalchemy as sa

from lms.assessment.examining.queries import has_further
from lms.assessment.kinds.hotspot import hit_areas
from lms.assessment.models import (
    SCORE_COUNTS,
    Assessment,
    Attempt,
    AttemptEvent,
    AttemptItem,
    EventKind,
    ItemKind,
    Score,
)
from lms.catalog.models import (
    FINAL_EXAM,
    Activity,
    Course,
    CourseTopic,
    CourseVersion,
    VersionStatus,
)
from lms.core.database import db
from lms.people.identity import Viewer
from lms.people.models import Account, Employment, OrganisationUnit, Person
from lms.people.permissions import Permission
from lms.people.queries import visible_to
from lms.reporting.asked_versions import ELSEWHERE, TRUE_FALSE, AskedVersion
from lms.reporting.item_analysis.sittings import Entry
from lms.reporting.item_analysis.times import seconds_by_position

WITH_OPTIONS = frozenset(
    {ItemKind.SINGLE_CHOICE, ItemKind.MULTIPLE_CHOICE, ItemKind.TRUE_FALSE, ItemKind.HOTSPOT}
)


@dataclass(frozen=True)
class SatPaper:
    """One settled attempt, without its person."""

    version_number: int  # of the course
    pass_percent: int
    unit_path: str | None  # of the person's present post
    is_demonstration: bool
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Sat:
    """The attempts at an exam that count: what tells one state of them from any other."""

    rows: Sequence[Any]
    counted: sa.CTE  # what selected them, and perhaps others

    @property
    def digest(self) -> bytes:
        """What stands for all that the papers say: of an attempt nothing else ever changes."""
        return blake2b(repr([tuple(row) for row in self.rows]).encode()).digest()

    def of_version(self, number: int | None) -> "Sat":
        """Return those at one version of the course; None: all."""
        return Sat([r for r in self.rows if number in (None, r.version_number)], self.counted)


def sat(viewer: Viewer, course: Course, *, first_only: bool, exam_key: str = FINAL_EXAM) -> Sat:
    """Return an exam's attempts that count; one statement."""
    counted = _counted(viewer, course, exam_key, first_only=first_only).cte("counted")
    # Found once, whatever PostgreSQL thinks of tables that it has not looked at yet: put into what
    # asks for these attempts' papers, it may be found anew for each row.
    counted = counted.prefix_with("MATERIALIZED", dialect="postgresql")
    rows = db.session.execute(sa.select(counted))
    return Sat([row for row in rows if row.points != "{}"], counted)


def sat_papers(found: Sat, versions: Mapping[int, AskedVersion]) -> list[SatPaper]:
    """Return the papers of these attempts; two statements, however many."""
    asked = _asked(found.counted)
    recorded = _recorded(found.counted)
    papers = [
        SatPaper(
            row.version_number,
            row.pass_percent,
            row.unit_path,
            row.is_demonstration,
            _entries(row, asked[row.attempt_id], versions, recorded.get(row.attempt_id, "[]")),
        )
        for row in found.rows
        if row.attempt_id in asked
    ]
    return [paper for paper in papers if paper.entries]


def _counted(viewer: Viewer, course: Course, exam_key: str, *, first_only: bool) -> Any:
    """Return the statement of the attempts that count."""
    ranked = _ranked(course, exam_key)
    statement = (
        sa.select(
            ranked.c.attempt_id,
            ranked.c.attempt_key,
            ranked.c.started_at,
            ranked.c.version_number,
            ranked.c.pass_percent,
            sa.cast(Score.items, sa.Text).label("points"),
            Score.log_number,
            sa.select(sa.func.max(AttemptEvent.number))
            .where(AttemptEvent.attempt_id == ranked.c.attempt_id)
            .scalar_subquery()
            .label("recorded"),
            OrganisationUnit.path.label("unit_path"),
            sa.func.coalesce(Account.is_demonstration, sa.false()).label("is_demonstration"),
        )
        .select_from(ranked)
        .join(Score, Score.attempt_id == ranked.c.attempt_id)
        .join(Person, Person.id == ranked.c.candidate_id)
        .outerjoin(Account, Account.person_id == Person.id)
        .outerjoin(
            Employment, sa.and_(Employment.person_id == Person.id, Employment.ended_on.is_(None))
        )
        .outerjoin(OrganisationUnit, OrganisationUnit.id == Employment.unit_id)
        .where(
            ranked.c.settled_at.is_not(None),
            visible_to(viewer, Permission.SEE_SITTINGS),
            SCORE_COUNTS,
            Score.awaiting == 0,
            # A paper that was erased with its person tells nothing of its answers any more.
            sa.exists().where(AttemptEvent.attempt_id == ranked.c.attempt_id),
        )
    )
    return statement.where(ranked.c.turn == 1) if first_only else statement


def _ranked(course: Course, exam_key: str) -> sa.Subquery:
    """Return all attempts at an exam of the course, each with its turn among its person's."""
    turn = sa.func.row_number().over(
        partition_by=Attempt.candidate_id, order_by=(Attempt.started_at, Attempt.id)
    )
    return (
        sa.select(
            Attempt.id.label("attempt_id"),
            Attempt.public_id.label("attempt_key"),  # unlike the id it is unique everywhere
            Attempt.candidate_id,
            Attempt.started_at,
            Attempt.settled_at,
            CourseVersion.number.label("version_number"),
            Assessment.pass_percent,
            turn.label("turn"),
        )
        .join(Assessment, Assessment.id == Attempt.assessment_id)
        .join(Activity, Activity.id == Assessment.activity_id)
        .join(CourseVersion, CourseVersion.id == Activity.version_id)
        .where(CourseVersion.course_id == course.id, Attempt.exam_key == exam_key)
        .subquery("ranked")
    )


def _is_postgres() -> bool:
    return bool(db.session.get_bind().dialect.name == "postgresql")


def _gathered(*columns: Any) -> Any:
    """Return the rows of a group as one JSON text: tens of thousands of rows cost their parsing."""
    if _is_postgres():
        rows = sa.func.jsonb_agg(sa.func.jsonb_build_array(*columns))
        return sa.cast(rows, sa.Text)
    return sa.func.json_group_array(sa.func.json_array(*columns))


def _asked(counted: sa.CTE) -> dict[int, dict[str, int]]:
    """Return each attempt's paper: position (as a score's ``items`` name it) → item version."""
    pair = (AttemptItem.position, AttemptItem.item_version_id)
    if _is_postgres():
        paper: Any = sa.cast(sa.func.jsonb_object_agg(sa.cast(pair[0], sa.Text), pair[1]), sa.Text)
    else:
        paper = sa.func.json_group_object(sa.cast(pair[0], sa.Text), pair[1])
    statement = (
        sa.select(AttemptItem.attempt_id, paper)
        .where(AttemptItem.attempt_id.in_(sa.select(counted.c.attempt_id)))
        .group_by(AttemptItem.attempt_id)
    )
    return {attempt: json.loads(text) for attempt, text in db.session.execute(statement)}


def _recorded(counted: sa.CTE) -> dict[int, str]:
    """Return each attempt's answers and marks as JSON: position, kind, rank, response, instant."""
    response = (
        AttemptEvent.body["response"]
        if _is_postgres()
        else sa.func.json_extract(AttemptEvent.body, "$.response")
    )
    instant = sa.func.coalesce(AttemptEvent.authored_at, AttemptEvent.received_at)
    statement = (
        sa.select(
            AttemptEvent.attempt_id,
            _gathered(
                AttemptEvent.position,
                sa.case((AttemptEvent.kind == EventKind.ANSWER, 1), else_=0),
                AttemptEvent.writer,
                AttemptEvent.sequence,
                AttemptEvent.number,
                response,
                sa.type_coerce(instant, sa.DateTime(timezone=True)),
            ),
        )
        .where(
            AttemptEvent.attempt_id.in_(sa.select(counted.c.attempt_id)),
            AttemptEvent.position.is_not(None),
        )
        .group_by(AttemptEvent.attempt_id)
    )
    return dict(tuple(row) for row in db.session.execute(statement))


def _entries(
    row: Any, asked: Mapping[str, int], versions: Mapping[int, AskedVersion], recorded: str
) -> tuple[Entry, ...]:
    """Return a paper's entries; its log is read here and not kept.

    Answers that came after the score that stands (late ones that would have lowered it) are left
    aside, as they were in scoring; so are questions that aren't scored yet.
    """
    points = json.loads(row.points)
    responses: dict[str, Any] = {}
    ranks: dict[str, tuple[int, int, int]] = {}
    log = []
    started_at = row.started_at
    for place, is_answer, writer, sequence, number, response, text in json.loads(recorded):
        position, instant = str(place), datetime.fromisoformat(text)
        if instant.tzinfo is None:  # SQLite keeps plain UTC
            started_at = started_at.replace(tzinfo=None)
        log.append((instant, position, bool(is_answer)))
        rank = (writer, sequence, number)  # the fold of assessment.log
        counts = is_answer and number <= row.log_number
        if counts and rank > ranks.get(position, (0, 0, 0)):
            ranks[position], responses[position] = rank, response
    seconds = seconds_by_position(started_at, log)
    return tuple(
        Entry(
            key,
            points[position],
            (version := versions[key]).points,
            _choices(version, response := responses.get(position)),
            response is not None,
            seconds.get(position),
            _path(version, response),
        )
        for position, key in asked.items()
        if points.get(position) is not None
    )


def _choices(version: AskedVersion, response: dict[str, Any] | None) -> frozenset[str] | None:
    """Return the keys of the options taken; None for kinds without options."""
    kind = version.kind
    if kind not in WITH_OPTIONS:
        return None
    if response is None:
        return _taken()
    match kind:
        case ItemKind.SINGLE_CHOICE:
            return _taken(response["choice"])
        case ItemKind.TRUE_FALSE:
            return _taken(TRUE_FALSE[0] if response["value"] else TRUE_FALSE[1])
        case ItemKind.HOTSPOT:
            return _taken(*_areas_hit(version.answers[0], response))
        case _:
            return _taken(*response["choices"])


def _areas_hit(answer: dict[str, Any], response: dict[str, Any]) -> list[str]:
    """Return the areas of a picture that were marked, and that a mark hit none."""
    hit, misses = hit_areas(answer, response)
    beside = misses > len(hit - {a["key"] for a in answer["areas"] if a["correct"]})
    return sorted(hit) + [ELSEWHERE] * beside


def _path(version: AskedVersion, response: dict[str, Any] | None) -> tuple[str, ...] | None:
    """Return the replies said in a dialogue; None for other kinds."""
    if version.kind is not ItemKind.DIALOGUE:
        return None
    return tuple(response["path"]) if response else ()


@lru_cache(maxsize=4096)
def _taken(*keys: str) -> frozenset[str]:
    """Return the set of these keys: one object for each set, of thousands that are the same."""
    return frozenset(keys)


@dataclass(frozen=True)
class CourseWords:
    """What a course is called, and its topics by key."""

    title: dict[str, Any]
    topics: Mapping[str, dict[str, Any]]
    has_further: bool = False  # whether it has exams beside its final one


def course_words(course: Course) -> CourseWords:
    """Return the names of the published course; a topic keeps its newest name."""
    statement = (
        sa.select(
            CourseVersion.title,
            CourseTopic.key,
            CourseTopic.title.label("topic"),
            has_further().label("has_further"),
        )
        .outerjoin(CourseTopic, CourseTopic.version_id == CourseVersion.id)
        .where(
            CourseVersion.course_id == course.id, CourseVersion.status == VersionStatus.PUBLISHED
        )
        .order_by(CourseVersion.number, CourseTopic.position)
    )
    title: dict[str, Any] = {}
    topics: dict[str, dict[str, Any]] = {}
    several = False
    for row in db.session.execute(statement):
        title, several = row.title, several or row.has_further
        if row.key is not None:
            topics[row.key] = row.topic
    return CourseWords(title, topics, several)


def units_at(paths: Iterable[str]) -> dict[str, OrganisationUnit]:
    """Return the units with these paths."""
    statement = sa.select(OrganisationUnit).where(OrganisationUnit.path.in_(set(paths)))
    return {unit.path: unit for unit in db.session.scalars(statement)}
