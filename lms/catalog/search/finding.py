"""The answer to a question: lessons, each with its best places."""

from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import sqlalchemy as sa

from lms.catalog.models import Activity, CourseVersion
from lms.catalog.search.engines import Reach, engine
from lms.catalog.search.questions import Question
from lms.catalog.search.snippets import Piece, marked, snippet
from lms.catalog.search.tables import passages
from lms.core.database import db

LESSONS = 20  # shown
PLACES = 3  # shown of one lesson
CANDIDATES = 80  # passages looked at
FIRST = 400  # of which it is asked first whether they may be read: most may be by everybody


@dataclass(frozen=True)
class Place:
    """A passage of a lesson."""

    anchor: str  # the heading's id; empty: the lesson's beginning
    heading: tuple[Piece, ...]
    text: tuple[Piece, ...]


@dataclass(frozen=True)
class FoundLesson:
    """A lesson with the places that were found in it, the best first."""

    version_id: int
    public_id: str
    language: str
    course_title: dict[str, Any]
    title: tuple[Piece, ...]
    places: list[Place] = field(default_factory=list)


@dataclass(frozen=True)
class Answer:
    """The lessons found, the best first, and how near to the question they are."""

    lessons: list[FoundLesson]
    reach: Reach

    @property
    def may_be_more(self) -> bool:
        """Whether as many were found as are shown: others may answer as well."""
        return len(self.lessons) >= LESSONS


def find(
    question: Question,
    *,
    versions: sa.Select[Any],
    language: str | None = None,
    preferred: str = "ru",
    is_narrow: bool = False,
) -> Answer:
    """Return what answers ``question`` in the versions whose ids ``versions`` selects.

    ``language`` narrows to lessons' texts in it; a lesson found in two is shown in ``preferred``.
    ``is_narrow`` says that ``versions`` are few of all there are. Takes at most seven statements.
    """
    readable: sa.ColumnElement[bool] = passages.c.version_id.in_(versions)
    if language is not None:
        readable = sa.and_(readable, passages.c.language == language)
    for reach in Reach if question.parts else ():
        ranked = engine().ranked(question, reach)
        ranks = None if is_narrow or language else _first(ranked, readable)
        if ranks is None:
            ranks = _all(ranked, readable)
        if ranks:
            return Answer(_lessons(question, reach, ranks, preferred), reach)
    return Answer([], Reach.EXACT)


Ranks = dict[int, float]  # of passages: how far each is from the question


def _first(ranked: sa.Select[Any], readable: sa.ColumnElement[bool]) -> Ranks | None:
    """Return the best that may be read; None when too many of the ``FIRST`` may not.

    A common word stands in thousands of passages: asking of each takes longer than ranking them.
    """
    first = ranked.order_by(sa.text("distance"), sa.text("id")).limit(FIRST)
    rows = db.session.execute(_of(first, readable.label("is_readable"))).all()
    ranks = {row.id: row.distance for row in rows if row.is_readable}
    if len(rows) == FIRST and len(ranks) < CANDIDATES:
        return None
    return dict(islice(ranks.items(), CANDIDATES))


def _all(ranked: sa.Select[Any], readable: sa.ColumnElement[bool]) -> Ranks:
    rows = db.session.execute(_of(ranked).where(readable).limit(CANDIDATES))
    return {row.id: row.distance for row in rows}


def _of(ranked: sa.Select[Any], *columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
    found = ranked.subquery()
    return (
        sa.select(found.c.id, found.c.distance, *columns)
        .join(passages, passages.c.id == found.c.id)
        .order_by(found.c.distance, found.c.id)
    )


def _lessons(question: Question, reach: Reach, ranks: Ranks, preferred: str) -> list[FoundLesson]:
    statement = (
        sa.select(passages, Activity.public_id, CourseVersion.title.label("course_title"))
        .join(Activity, Activity.id == passages.c.activity_id)
        .join(CourseVersion, CourseVersion.id == passages.c.version_id)
        .where(passages.c.id.in_(ranks))
    )
    wanted = frozenset(question.stems)
    found: dict[int, FoundLesson] = {}
    rows = sorted(db.session.execute(statement), key=lambda row: (ranks[row.id], row.id))
    in_preferred = {row.activity_id for row in rows if row.language == preferred}
    for row in rows:
        if row.language != preferred and row.activity_id in in_preferred:
            continue
        lesson = found.get(row.activity_id)
        if lesson is None:
            if len(found) == LESSONS:
                continue
            lesson = found[row.activity_id] = FoundLesson(
                row.version_id,
                row.public_id,
                row.language,
                row.course_title,
                marked(row.title, wanted, reach),
            )
        if len(lesson.places) < PLACES and row.language == lesson.language:
            lesson.places.append(
                Place(
                    row.anchor,
                    marked(row.heading, wanted, reach),
                    snippet(row.body, wanted, reach),
                )
            )
    return list(found.values())
