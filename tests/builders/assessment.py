"""Builders of items, exams and sittings. Those that touch the database add and flush."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from flask import current_app

from lms.assessment import queries, services
from lms.assessment.authored import pictures_of
from lms.assessment.authoring.services import add_items, bank_of, put_exam
from lms.assessment.exam_rules import ExamRules, SectionRule
from lms.assessment.examining.models import CorrectionKind
from lms.assessment.examining.regrades import services as regrades
from lms.assessment.examining.regrades.jobs import go_on
from lms.assessment.kinds.registry import KINDS
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
    Reply,
    Turn,
)
from lms.assessment.models import Attempt, ExplanationPolicy, ItemKind, ItemVersion
from lms.assessment.scoring import GRADED_BY_HAND
from lms.assessment.services import Receipt, Saved
from lms.catalog.events import version_published
from lms.catalog.models import (
    FINAL_EXAM,
    Activity,
    ActivityKind,
    Course,
    CourseFile,
    CourseModule,
    CourseTopic,
    CourseVersion,
    VersionStatus,
)
from lms.core.database import db
from lms.core.settings import Settings
from lms.core.storage import blobs
from lms.learning.models import ActivityProgress, Enrolment
from lms.people.models import Person
from tests.builders.catalog import FIGURE
from tests.builders.people import make_person

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_numbers = count(1)


def both(text: str) -> dict[str, str]:
    """The text in both languages."""
    return {"ru": f"{text} (рус)", "en": text}


def make_item(kind: ItemKind, **overrides: Any) -> AuthoredItem:
    """An item of ``kind`` as an author writes it; nothing in the database."""
    special: dict[ItemKind, dict[str, Any]] = {
        ItemKind.SINGLE_CHOICE: {"options": _options("b")},
        ItemKind.MULTIPLE_CHOICE: {"options": _options("a", "c")},
        ItemKind.TRUE_FALSE: {"truth": True},
        ItemKind.MATCHING: {
            "pairs": tuple(Pair(f"p{n}", both(f"left {n}"), both(f"right {n}")) for n in "123"),
            "distractors": (Entry("z9", both("nobody's")), Entry("d1", both("no one's"))),
        },
        ItemKind.ORDERING: {"steps": tuple(Entry(f"s{n}", both(f"step {n}")) for n in "1234")},
        ItemKind.NUMERIC: {"value": Decimal("1920.5"), "tolerance": Decimal("0.5")},
        ItemKind.SHORT_TEXT: {"accepted": {"ru": ("Ёлка", "ель"), "en": ("fir tree",)}},
        ItemKind.GAP_TEXT: {
            "text": both("Say [[g1]] and wait [[g2]] minutes."),
            "gaps": (
                Gap("g1", {"ru": ("привет",), "en": ("hello", "good day")}),
                Gap("g2", {"ru": ("15",), "en": ("15",)}, {"ru": ("5", "45"), "en": ("5", "45")}),
            ),
        },
        ItemKind.HOTSPOT: {
            "figure": dict.fromkeys(("ru", "en"), "figures/hall.svg"),
            "alt": both("A hall"),
            "marks": 2,
            "areas": _areas(),
        },
        ItemKind.DIALOGUE: {"turns": _turns()},
        ItemKind.FILE: {
            "files": FileRules(2, (FileType.PDF, FileType.TXT, FileType.DOCX), 1),
            "rubric": (Criterion("facts", both("The facts are right"), 3),),
        },
        ItemKind.ESSAY: {
            "words": (5, 200),
            "rubric": (
                Criterion("facts", both("The facts are right"), 1),
                Criterion(
                    "tone",
                    both("The tone is kind"),
                    2,
                    (both("It blames"), both("It is *polite*"), both("It cares")),
                ),
            ),
        },
    }
    number = next(_numbers)
    if kind in GRADED_BY_HAND:
        overrides.setdefault("points", 3)
    values: dict[str, Any] = {
        "key": f"{kind.value.replace('_', '-')}-{number}",
        "kind": kind,
        "topic": "rules",
        "level": 1,
        "points": 1,
        "prompt": both(f"Question {number}?"),
        "explanation": both(f"Because {number}."),
        **special[kind],
        **overrides,
    }
    return AuthoredItem(**values)


def _options(*right: str) -> tuple[Option, ...]:
    return tuple(
        Option(key, both(f"option {key}"), key in right, both(f"about {key}")) for key in "abcd"
    )


def _areas() -> tuple[Area, ...]:
    """Two right areas and a wrong one, described in words."""
    return tuple(
        Area(key, shape, numbers, right, both(f"about {key}"), both(f"the thing {key}"))
        for key, shape, numbers, right in (
            ("a1", Shape.RECTANGLE, (100, 100, 200, 100), True),
            ("a2", Shape.ELLIPSE, (700, 500, 100, 50), True),
            ("a3", Shape.POLYGON, (100, 800, 300, 800, 200, 900), False),
        )
    )


def _turns() -> tuple[Turn, ...]:
    """A conversation of two replies to its good end."""

    def reply(key: str, leads_to: str, mood: int) -> Reply:
        return Reply(key, both(f"say {key}"), leads_to, mood, 20, both(f"about {key}"))

    def end(key: str, score: int) -> Turn:
        return Turn(key, both(f"The {key} end."), score=score, debriefing=both(f"It went {key}."))

    return (
        Turn("open", both("Good *day*."), (reply("greet", "ask", 1), reply("shrug", "bad", -2))),
        Turn("ask", both("My papers?"), (reply("help", "good", 1), reply("delay", "fair", -1))),
        end("good", 100),
        end("fair", 50),
        end("bad", 0),
    )


def one_of_each() -> list[AuthoredItem]:
    """An item of each kind that is scored by itself and asks in words alone.

    Places on a picture have tests of their own (``test_hotspot``, ``test_pictures_in_browser``).
    """
    apart = {*GRADED_BY_HAND, ItemKind.HOTSPOT}
    return [make_item(kind) for kind in ItemKind if kind not in apart]


def rules(**overrides: Any) -> ExamRules:
    """An exam of one section."""
    values: dict[str, Any] = {
        "title": both("Final exam"),
        "minutes": 30,
        "pass_percent": 80,
        "attempts": 3,
        "wait_hours": 0,
        "explanations": ExplanationPolicy.AFTER_SUBMISSION,
        "sections": (SectionRule("rules", 7),),
        **overrides,
    }
    return ExamRules(**values)


def make_exam(
    items: Sequence[AuthoredItem] | None = None,
    *,
    lessons: int = 0,
    further: dict[str, dict[str, Any]] | None = None,
    final_after: Sequence[str] = (),
    **overrides: Any,
) -> CourseVersion:
    """A published course version whose exam asks all ``items`` (default: one of each kind).

    ``further`` exams by key, each with its own overrides, stand after the lessons, before the final
    one, which opens after all of them or else after the parts ``final_after``.
    """
    number = next(_numbers)
    course = Course(slug=f"course-{number}", created_at=START)
    version = CourseVersion(
        course=course,
        number=1,
        status=VersionStatus.DRAFT,
        title=both(f"Course {number}"),
        summary=both("About it"),
        languages=["ru", "en"],
        hours=Decimal(2),
        certificate_valid_months=12,
    )
    db.session.add(version)
    db.session.flush()
    _add_lessons(version, lessons)
    items = one_of_each() if items is None else items
    for position, topic in enumerate(sorted({item.topic for item in items}), start=1):
        db.session.add(
            CourseTopic(version_id=version.id, key=topic, title=both(topic), position=position)
        )
    _add_figures(version, {path for item in items for path in pictures_of(item)})
    add_items(bank_of(course), items, now=START, actor_id=None)
    overrides.setdefault("sections", (SectionRule("rules", len(items)),))
    put_exam(version, rules(**overrides)).activity.after = list(final_after)
    for key, own in (further or {}).items():
        put_exam(version, rules(**{**overrides, "title": both(key), **own}), key)
    version.status, version.published_at = VersionStatus.PUBLISHED, START
    version_published.send(version, now=START)
    db.session.flush()
    return version


def _add_figures(version: CourseVersion, paths: set[str]) -> None:
    for path in sorted(paths):
        db.session.add(
            CourseFile(
                version_id=version.id,
                path=path,
                blob=blobs().put(FIGURE),
                media_type="image/svg+xml",
                size=len(FIGURE),
                width=400,
                height=200,
            )
        )
    db.session.flush()


def _add_lessons(version: CourseVersion, lessons: int) -> None:
    module = CourseModule(version_id=version.id, key="main", title=both("Main"), position=1)
    db.session.add(module)
    db.session.flush()
    for position in range(1, lessons + 1):
        db.session.add(
            Activity(
                version_id=version.id,
                module_id=module.id,
                key=f"lesson-{position}",
                kind=ActivityKind.LESSON,
                position=position,
                minutes=5,
                sources=[],
            )
        )
    db.session.flush()


def make_place(version: CourseVersion, learner: Person | None = None) -> Enrolment:
    """An open enrolment in ``version``."""
    learner = learner or make_person()
    enrolment = Enrolment(
        learner=learner,
        course_id=version.course_id,
        version_id=version.id,
        enrolled_at=START,
        due_on=None,
    )
    db.session.add(enrolment)
    db.session.flush()
    return enrolment


def read_lessons(enrolment: Enrolment, at: datetime = START) -> None:
    """Mark all lessons as read."""
    lessons = sa.select(Activity.id).where(
        Activity.version_id == enrolment.version_id, Activity.kind == ActivityKind.LESSON
    )
    for activity_id in db.session.scalars(lessons).all():
        db.session.add(
            ActivityProgress(
                enrolment_id=enrolment.id,
                activity_id=activity_id,
                furthest=1000,
                place=1000,
                placed_at=at,
                opened_at=at,
                completed_at=at,
            )
        )
    db.session.flush()


def settings() -> Settings:
    """The test application's settings."""
    found: Settings = current_app.config["SETTINGS"]
    return found


def make_attempt(
    version: CourseVersion | None = None,
    *,
    enrolment: Enrolment | None = None,
    at: datetime = START,
    language: str = "en",
    exam: str = FINAL_EXAM,
) -> Attempt:
    """An attempt just started (default: at an exam with one question of each kind)."""
    if enrolment is None:
        enrolment = make_place(version or make_exam())
    return services.start_attempt(
        enrolment=enrolment, language=language, now=at, settings=settings(), exam_key=exam
    )


def position_of(attempt: Attempt, kind: ItemKind) -> int:
    """Where the paper asks its first question of ``kind``."""
    return next(item.position for item in queries.paper(attempt) if item.item_version.kind is kind)


def right_responses(attempt: Attempt) -> dict[int, dict[str, Any]]:
    """The right response to each question of the paper."""
    items = queries.paper(attempt)
    keys = queries.keys([item.item_version_id for item in items])
    return {
        item.position: right_response(item.item_version.kind, keys[item.item_version_id].answer)
        for item in items
    }


def right_response(kind: ItemKind, answer: dict[str, Any]) -> dict[str, Any]:
    """What earns all points; of an essay what a person would judge."""
    return KINDS[kind].best(answer)


def form_fields(attempt: Attempt) -> dict[str, Any]:
    """The right answer to each question, as a browser would send the plain form."""
    fields: dict[str, Any] = {}
    given = right_responses(attempt)
    for item in queries.paper(attempt):
        name, response = f"q{item.position}", given[item.position]
        fields |= fields_of(item.item_version.kind, name, response)
    return fields


def fields_of(kind: ItemKind, name: str, response: dict[str, Any]) -> dict[str, Any]:
    """``response`` as the fields of a question whose name is ``name``."""
    if kind is ItemKind.FILE:
        return {f"{name}-file": [json.dumps(file) for file in response["files"]]}
    return _fields_of(kind, name, response)


def _fields_of(kind: ItemKind, name: str, response: dict[str, Any]) -> dict[str, Any]:
    match kind:
        case ItemKind.SINGLE_CHOICE:
            return {name: response["choice"]}
        case ItemKind.MULTIPLE_CHOICE:
            return {name: response["choices"]}
        case ItemKind.TRUE_FALSE:
            return {name: "true" if response["value"] else "false"}
        case ItemKind.MATCHING:
            return {f"{name}-{left}": right for left, right in response["pairs"].items()}
        case ItemKind.ORDERING:
            return {f"{name}-{k}": str(n) for n, k in enumerate(response["order"], start=1)}
        case ItemKind.GAP_TEXT:
            return {f"{name}-{key}": text for key, text in response["gaps"].items()}
        case ItemKind.HOTSPOT:
            return {
                f"{name}-{n}-{side}": str(place / 10).removesuffix(".0")
                for n, point in enumerate(response["points"], start=1)
                for side, place in zip("xy", point, strict=True)
            }
        case ItemKind.DIALOGUE:
            *said, last = response["path"]
            return {f"{name}-path": " ".join(said), name: last}
        case _:
            return {name: response["text"]}


def answer_event(
    position: int, response: Any, *, writer: int = 1, sequence: int = 1, **overrides: Any
) -> dict[str, Any]:
    """An answer as the browser sends it."""
    return {
        "event_id": str(uuid4()),
        "kind": "answer",
        "writer": writer,
        "sequence": sequence,
        "position": position,
        "response": response,
        "authored_ms_ago": 0,
        **overrides,
    }


def flag_event(position: int, *, flagged: bool, **overrides: Any) -> dict[str, Any]:
    """A mark as the browser sends it."""
    event = answer_event(position, None, kind="flag", flagged=flagged, **overrides)
    del event["response"]
    return event


def save(attempt: Attempt, *events: dict[str, Any], at: datetime = START) -> Saved:
    """Save events as one request does: under the lock of the attempt's row."""
    locked = queries.attempt_for_token(attempt.public_id)
    assert locked is not None
    return services.save_events(
        attempt=locked, events=list(events), received_at=at, settings=settings()
    )


def save_one(attempt: Attempt, event: dict[str, Any], at: datetime = START) -> Receipt:
    """Save one event and return its receipt."""
    [receipt] = save(attempt, event, at=at).receipts
    return receipt


def answer_all_right(attempt: Attempt, at: datetime = START, **overrides: Any) -> None:
    """Answer every question rightly."""
    events = [
        answer_event(position, response, sequence=100 + position, **overrides)
        for position, response in right_responses(attempt).items()
    ]
    save(attempt, *events, at=at)


def put_right(version: ItemVersion, kind: CorrectionKind, *options: str) -> None:
    """A correction of a single choice, applied: from now on each of ``options`` is right."""
    regrade = regrades.open_regrade(
        version=version,
        kind=kind,
        answers=[{"correct": [option]} for option in options],
        reason="The key was wrong.",
        actor=make_person(),
        now=START,
    )
    while go_on(regrade.public_id):
        pass
    regrades.apply_regrade(
        regrade=regrade, digest=regrade.digest or "", actor=make_person(), now=START
    )
    while go_on(regrade.public_id):
        pass
