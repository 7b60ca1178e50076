"""Commands on item banks and exams, for the authoring pages and for loading courses."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.attributes import flag_modified

from lms.assessment.authored import split
from lms.assessment.exam_rules import ExamRules
from lms.assessment.kinds.values import AuthoredItem
from lms.assessment.models import (
    Assessment,
    AssessmentSection,
    Item,
    ItemBank,
    ItemKey,
    ItemVersion,
)
from lms.assessment.rules.codes import exam_named
from lms.audit.services import record
from lms.catalog.errors import ChangedMeanwhile, KeyTaken
from lms.catalog.models import FINAL_EXAM, Activity, ActivityKind, Course, CourseVersion
from lms.catalog.services import exam_activity
from lms.core.database import db
from lms.core.unit_of_work import insert_all
from lms.people.models import Person

SECTION_COLUMNS = ("position", "topic", "level", "draw", "kind", "pass_percent")


def bank_of(course: Course) -> ItemBank:
    """Return the course's item bank, made at the first call."""
    statement = sa.select(ItemBank).where(ItemBank.course_id == course.id)
    bank = db.session.scalars(statement).one_or_none()
    if bank is None:
        bank = ItemBank(course_id=course.id)
        db.session.add(bank)
        db.session.flush()
    return bank


def put_item(
    bank: ItemBank,
    authored: AuthoredItem,
    *,
    now: datetime,
    actor_id: int | None,
    item: Item | None = None,
) -> tuple[Item, bool]:
    """Write what ``authored`` says as the newest version of ``item`` (None: a new item).

    Returns the item and whether anything changed; the same content again makes no version. Raises
    KeyTaken when a new item's key is in use. Writes no audit entry: callers do.
    """
    if item is None:
        return add_items(bank, [authored], now=now, actor_id=actor_id)[0], True
    if _current_digest(item) == split(authored).digest(authored):
        return item, False
    item.current_number = _last_number(item) + 1
    _write_versions([(item, authored)], now=now, actor_id=actor_id)
    return item, True


def add_items(
    bank: ItemBank, many: Sequence[AuthoredItem], *, now: datetime, actor_id: int | None
) -> list[Item]:
    """Add new items to the bank, all at once. Raises KeyTaken when a key is in use."""
    items = [Item(bank_id=bank.id, key=authored.key, current_number=1) for authored in many]
    insert_all(items, KeyTaken())
    _write_versions(list(zip(items, many, strict=True)), now=now, actor_id=actor_id)
    return items


def _write_versions(
    said: Sequence[tuple[Item, AuthoredItem]], *, now: datetime, actor_id: int | None
) -> None:
    """Write for each item what is said as its current version, with its key."""
    written = []
    for item, authored in said:
        parts = split(authored)
        version = ItemVersion(
            item_id=item.id,
            number=item.current_number,
            kind=authored.kind,
            topic=authored.topic,
            level=authored.level,
            points=authored.points,
            content=parts.content,
            sources=list(authored.sources),
            facts=list(authored.facts),
            enemies=authored.enemies,
            created_at=now,
            created_by_id=actor_id,
            digest=parts.digest(authored),
        )
        written.append((version, parts))
    db.session.add_all([version for version, _ in written])
    db.session.flush()
    db.session.add_all(
        ItemKey(item_version_id=version.id, answer=parts.answer, explanations=parts.explanations)
        for version, parts in written
    )
    db.session.flush()


def _current_digest(item: Item) -> str | None:
    return db.session.scalar(
        sa.select(ItemVersion.digest).where(
            ItemVersion.item_id == item.id, ItemVersion.number == item.current_number
        )
    )


def _last_number(item: Item) -> int:
    statement = sa.select(sa.func.max(ItemVersion.number)).where(ItemVersion.item_id == item.id)
    return db.session.scalar(statement) or 0


def create_item(course: Course, authored: AuthoredItem, *, actor: Person, now: datetime) -> Item:
    """Add an item to the course's bank. Raises KeyTaken."""
    bank = bank_of(course)
    item, _ = put_item(bank, authored, now=now, actor_id=actor.id)
    _record_item(
        item, course, actor, now, action="assessment.item_created", number=item.current_number
    )
    return item


def change_item(
    course: Course,
    item: Item,
    authored: AuthoredItem,
    *,
    expected: int,
    actor: Person,
    now: datetime,
) -> bool:
    """Write a new version of ``item`` and tell whether anything changed.

    ``expected`` is the row version that the form was opened with; raises ChangedMeanwhile when
    someone saved in between (unless they wrote the very same).
    """
    if item.row_version != expected and _current_digest(item) != split(authored).digest(authored):
        raise ChangedMeanwhile
    _, changed = put_item(item.bank, authored, now=now, actor_id=actor.id, item=item)
    if changed:
        _record_item(
            item, course, actor, now, action="assessment.item_changed", number=item.current_number
        )
    return changed


def retire_item(course: Course, item: Item, *, actor: Person, now: datetime) -> None:
    """Take ``item`` out of future exams; published ones keep it. Again: nothing happens."""
    if item.retired_at is None:
        item.retired_at = now
        db.session.flush()
        _record_item(item, course, actor, now, action="assessment.item_retired")


def restore_item(course: Course, item: Item, *, actor: Person, now: datetime) -> None:
    """Let future exams draw ``item`` again. Again: nothing happens."""
    if item.retired_at is not None:
        item.retired_at = None
        db.session.flush()
        _record_item(item, course, actor, now, action="assessment.item_restored")


def _record_item(
    item: Item, course: Course, actor: Person, now: datetime, *, action: str, **details: Any
) -> None:
    record(
        now=now,
        actor_key=actor.public_id,
        action=action,
        subject_kind="item",
        subject_key=item.public_id,
        course=course.slug,
        item=item.key,
        **details,
    )


def put_exam(version: CourseVersion, rules: ExamRules, key: str = FINAL_EXAM) -> Assessment:
    """Write ``rules`` as the final exam of the draft ``version``, or as another one by ``key``.

    It is made if there is none.

    Raises NotADraft for a published version. Writes no audit entry: callers do.
    """
    activity = exam_activity(version, minutes=rules.minutes, key=key, title=rules.title)
    exam = _exam_of(version, key)
    if exam is None:
        exam = Assessment(activity=activity)
        db.session.add(exam)
    exam.title = rules.title
    exam.minutes = rules.minutes
    exam.pass_percent = rules.pass_percent
    exam.attempts_allowed = rules.attempts
    exam.wait_hours = rules.wait_hours
    exam.explanations = rules.explanations
    exam.behaviour = rules.behaviour
    exam.certainty = rules.certainty
    exam.counting = rules.counting
    exam.opens_at = rules.opens_at
    exam.closes_at = rules.closes_at
    exam.needs_code = rules.needs_code
    exam.fair_band = rules.fair_band
    exam.exposure_percent = rules.exposure_percent
    _put_sections(exam, rules)
    return exam


def _exam_of(version: CourseVersion, key: str) -> Assessment | None:
    statement = (
        sa.select(Assessment)
        .join(Assessment.activity)
        .where(
            Activity.version_id == version.id,
            Activity.kind == ActivityKind.EXAM,
            Activity.key == key,
        )
        .options(selectinload(Assessment.sections), selectinload(Assessment.activity))
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(statement).one_or_none()


def _put_sections(exam: Assessment, rules: ExamRules) -> None:
    wanted: list[dict[str, Any]] = [
        {
            "position": place,
            "topic": rule.topic,
            "level": rule.level,
            "draw": rule.draw,
            "kind": rule.kind.value if rule.kind else None,
            "pass_percent": rule.pass_percent,
        }
        for place, rule in enumerate(rules.sections, start=1)
    ]
    kept = [{name: getattr(s, name) for name in SECTION_COLUMNS} for s in exam.sections]
    if kept != wanted:
        if kept:
            # Rows of sections alone would leave the exam's row version as it was.
            flag_modified(exam, "title")
        exam.sections = []
        db.session.flush()  # positions are unique: the old rows go first
        exam.sections = [AssessmentSection(**row) for row in wanted]
    db.session.flush()


def change_exam(
    version: CourseVersion,
    rules: ExamRules,
    *,
    key: str = FINAL_EXAM,
    expected: int,
    actor: Person,
    now: datetime,
) -> Assessment:
    """Write ``rules`` into an exam of the draft ``version``.

    ``expected`` is the row version that the form was opened with, 0 when there was no exam yet.
    Raises ChangedMeanwhile when someone saved in between, NotADraft for a published version.
    """
    exam = _exam_of(version, key)
    if (exam.row_version if exam else 0) != expected:
        raise ChangedMeanwhile
    exam = put_exam(version, rules, key)
    record(
        now=now,
        actor_key=actor.public_id,
        action="assessment.exam_changed",
        subject_kind="course_version",
        subject_key=version.public_id,
        questions=rules.questions,
        minutes=rules.minutes,
        pass_percent=rules.pass_percent,
        attempts=rules.attempts,
        behaviour=rules.behaviour.value,
        **exam_named(key),
    )
    return exam
