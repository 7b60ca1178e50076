"""The item bank and the exam as a part of course folders and of versions."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import is_dataclass, replace
from datetime import datetime
from operator import is_
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from lms.assessment.authored import join, pictures_of
from lms.assessment.authoring.services import add_items, bank_of, put_exam, put_item
from lms.assessment.coursework.stock import practices_lack
from lms.assessment.exam_rules import ExamRules, SectionRule
from lms.assessment.kinds.values import AuthoredItem
from lms.assessment.models import (
    Assessment,
    AssessmentSection,
    Item,
    ItemBank,
    ItemKey,
    ItemKind,
    ItemVersion,
    PoolEntry,
)
from lms.assessment.practice.models import PracticeItem
from lms.assessment.practice.services import open_for_practice
from lms.assessment.queries import assessments_of
from lms.assessment.rules.windows import local_instant
from lms.assessment.source.content import (
    EXAM_FILE,
    EXAMS_PATH,
    AssessmentContent,
    exam_file,
    items_place,
)
from lms.assessment.source.exam_file import read_exam
from lms.assessment.source.item_files import ItemFiles
from lms.assessment.source.lacks import lacks_of
from lms.assessment.source.writing import pieces, write_files
from lms.catalog.kinds.order import NO_RULES
from lms.catalog.kinds.registry import restore
from lms.catalog.messages import Message, localised_message
from lms.catalog.models import (
    FINAL_EXAM,
    Activity,
    ActivityKind,
    CourseVersion,
    VersionStatus,
    final_exam,
)
from lms.catalog.source.content import EXAM_KEY, ActivityContent, CourseContent
from lms.catalog.source.folder import SourceFolder
from lms.catalog.source.lesson_files import COURSE_FILE
from lms.catalog.source.parts import PartPage
from lms.catalog.source.problems import Problems
from lms.core.database import db
from lms.web.i18n import localised


class AssessmentPart:
    """The files ``items/<topic>.yaml``, ``exam.yaml``, ``exams/<key>.yaml``; a ``CoursePart``."""

    name = "assessment"

    def owns(self, path: str) -> bool:
        """Tell whether the file is this part's."""
        return path == EXAM_FILE or path.startswith(("items/", "exams/"))

    def read(
        self, folder: SourceFolder, content: CourseContent, problems: Problems
    ) -> AssessmentContent:
        """Return the items and the exams of the folder; mistakes are noted."""
        files = ItemFiles(folder, content, problems)
        items = files.read()
        if items and EXAM_FILE not in folder.files:
            problems.add(EXAM_FILE, 0, Message("is missing: nothing would ask the items"))
        bank = items if files.is_whole else None
        exam = read_exam(folder, content, bank, problems)
        for sentence in () if bank is None else practices_lack(content.others, bank, named=False):
            problems.add(COURSE_FILE, 0, sentence)
        if EXAM_FILE not in folder.files:
            _check_no_exam(content, problems)
        further = _further(folder, content, bank, problems)
        return AssessmentContent(items, exam, further, tuple(files.cited))

    def cited(self, parsed: AssessmentContent) -> tuple[tuple[str, int, str], ...]:
        """Return path, line and key of each fact that the files' items name."""
        return parsed.cited

    def figures(self, parsed: AssessmentContent) -> set[str]:
        """Return the figures that questions show."""
        return {path for item in parsed.items for path in pictures_of(item)}

    def shows_figure(self, version: CourseVersion, path: str) -> bool:
        """Tell whether a question of the version shows the figure."""
        return path in self.figures(self.collect(version))

    def write(self, parsed: AssessmentContent, _content: CourseContent) -> dict[str, bytes]:
        """Return the files in their canonical form."""
        return write_files(parsed)

    def pieces(self, parsed: AssessmentContent) -> dict[str, Any]:
        """Return the questions of each topic and the rules of each exam, by the file's path."""
        return pieces(parsed)

    def label(self, path: str, parsed: AssessmentContent, content: CourseContent) -> str:
        """Return the title of the exam, or of what topic the questions are."""
        exams = {exam_file(key): rules for key, rules in parsed.exams().items()}
        if path in exams:
            return str(localised(exams[path].title) or path)
        key, _number = items_place(path) or (path, 1)
        titles = {topic.key: topic.title for topic in content.topics}
        return str(_("Questions: %(topic)s", topic=localised(titles.get(key, {})) or key))

    def load(
        self,
        version: CourseVersion,
        parsed: AssessmentContent,
        *,
        now: datetime,
        actor_id: int | None,
    ) -> None:
        """Bring the course's bank to what the folder holds, and write the version's exam.

        Items of the bank that the folder doesn't have are retired, those it has again are restored.
        """
        bank = bank_of(version.course)
        known = {
            item.key: item
            for item in db.session.scalars(sa.select(Item).where(Item.bank_id == bank.id))
        }
        new = [authored for authored in parsed.items if authored.key not in known]
        added = add_items(bank, new, now=now, actor_id=actor_id)
        for item, authored in zip(added, new, strict=True):
            if authored.practice:
                open_for_practice(item.id, is_open=True)
        for authored in parsed.items:
            if authored.key in known:
                item = known.pop(authored.key)
                put_item(bank, authored, now=now, actor_id=actor_id, item=item)
                item.retired_at = None
                open_for_practice(item.id, is_open=authored.practice)
        for item in known.values():
            item.retired_at = item.retired_at or now
        for key, rules in parsed.exams().items():
            put_exam(version, rules, key)
        db.session.flush()

    def collect(self, version: CourseVersion) -> AssessmentContent:
        """Return a version's items and exams: a draft's from the bank, else those pinned to it."""
        languages = tuple(version.languages)
        exams = {one.activity.key: one for one in assessments_of(version.id)}
        rules = {key: rules_of(one, languages) for key, one in sorted(exams.items())}
        items = (
            _items(_in_use(version.course_id))
            if version.status is VersionStatus.DRAFT
            else _items(pinned([one.id for one in exams.values()]))
        )
        return AssessmentContent(
            tuple(_in_order(item, languages) for item in items), rules.pop(FINAL_EXAM, None), rules
        )

    def missing(self, version: CourseVersion, parsed: AssessmentContent) -> list[Any]:
        """Return what keeps the draft from publication, as sentences."""
        placed = {one.key for one in version.activities if one.kind is ActivityKind.EXAM}
        bare = sorted(placed - set(parsed.exams()))
        if bare:
            return [_bare(key) for key in bare]
        practices = [
            ActivityContent(one.key, one.kind, one.title, details=restore(one.kind, one.details))
            for one in version.activities
        ]
        return [
            *lacks_of(
                parsed,
                topics={topic.key: topic.title for topic in version.topics},
                sources={source.key for source in version.sources},
                figures={file.path: file.alt for file in version.files},
                languages=tuple(version.languages),
            ),
            *map(localised_message, practices_lack(practices, parsed.items, named=True)),
        ]

    def pages(self, version: CourseVersion) -> list[PartPage]:
        """Return the pages of the bank and of the exam."""
        items, questions, exams = db.session.execute(_figures(version)).one()
        slug = version.course.slug
        asked = ngettext("%(num)d question asked", "%(num)d questions asked", questions or 0)
        found = [
            PartPage(
                _l("Questions"),
                url_for("assessment.items", slug=slug),
                ngettext("%(num)d question", "%(num)d questions", items),
                "list-check",
                guests=True,
            ),
            PartPage(
                _l("Exam"),
                url_for("assessment.blueprint", slug=slug),
                asked if exams else _("the course has none"),
                "clipboard-check",
            ),
        ]
        preview = PartPage(
            _l("Preview of the exam"),
            url_for("assessment.preview", slug=slug),
            _("a paper as a trainee may get it"),
            "eye",
            guests=True,
        )
        return [*found, preview] if exams else found


def _further(
    folder: SourceFolder,
    content: CourseContent,
    items: Sequence[AuthoredItem] | None,
    problems: Problems,
) -> dict[str, ExamRules]:
    """Return the further exams by key: each stands in the outline and has its file."""
    placed = {one.key for one in content.others if one.kind is ActivityKind.EXAM} - {EXAM_KEY}
    for path in folder.files:
        if path.startswith("exams/"):
            name = re.fullmatch(EXAMS_PATH, path)
            if name is None:
                problems.add(path, 0, Message("is no name of an exam's file: exams/<key>.yaml"))
            elif name[1] not in placed:
                message = Message("no module of course.yaml has the exam '%(key)s'", key=name[1])
                problems.add(path, 0, message)
    found = {}
    for key in sorted(placed):
        path = exam_file(key)
        if path not in folder.files:
            problems.add(path, 0, Message("is missing: course.yaml has this exam in a module"))
        rules = read_exam(folder, content, items, problems, path)
        if rules is not None:
            found[key] = rules
    return found


def _check_no_exam(content: CourseContent, problems: Problems) -> None:
    """Note where the outline speaks of an exam that the folder doesn't have."""
    placed = any(one.kind is ActivityKind.EXAM for one in content.others)
    named = any(
        EXAM_KEY in rules.after
        for rules in (
            *(one.rules for module in content.modules for one in module.activities),
            *(module.rules for module in content.modules),
        )
    )
    if placed or named or content.exam != NO_RULES:
        problems.add(COURSE_FILE, 0, Message("speaks of an exam, but there is no exam.yaml"))


def rules_of(exam: Assessment, languages: tuple[str, ...]) -> ExamRules:
    """Return what the exam's rows say; its sections must be loaded."""
    return ExamRules(
        title=_texts(exam.title, languages),
        minutes=exam.minutes,
        pass_percent=exam.pass_percent,
        attempts=exam.attempts_allowed,
        wait_hours=exam.wait_hours,
        explanations=exam.explanations,
        sections=tuple(
            SectionRule(
                s.topic, s.draw, s.level, ItemKind(s.kind) if s.kind else None, s.pass_percent
            )
            for s in exam.sections
        ),
        behaviour=exam.behaviour,
        certainty=exam.certainty,
        counting=exam.counting,
        opens_at=local_instant(exam.opens_at),
        closes_at=local_instant(exam.closes_at),
        needs_code=exam.needs_code,
        fair_band=exam.fair_band,
        exposure_percent=exam.exposure_percent,
    )


def in_use(course_id: int) -> sa.Select[Any]:
    """Return the ids of the item versions that the course's next publication takes."""
    return (
        sa.select(ItemVersion.id)
        .join(Item, Item.id == ItemVersion.item_id)
        .join(ItemBank, ItemBank.id == Item.bank_id)
        .where(
            ItemBank.course_id == course_id,
            ItemVersion.number == Item.current_number,
            Item.retired_at.is_(None),
        )
    )


def _in_use(course_id: int) -> sa.ColumnElement[bool]:
    return ItemVersion.id.in_(in_use(course_id))


def pinned(assessments: Any) -> sa.ColumnElement[bool]:
    """Return the condition 'the item version may be drawn by one of these exams', given by ids."""
    pool = sa.select(PoolEntry.item_version_id).where(PoolEntry.assessment_id.in_(assessments))
    return ItemVersion.id.in_(pool)


def _items(condition: sa.ColumnElement[bool]) -> Iterator[AuthoredItem]:
    statement = (
        sa.select(
            Item.key,
            ItemVersion.kind,
            ItemVersion.topic,
            ItemVersion.level,
            ItemVersion.points,
            ItemVersion.sources,
            ItemVersion.facts,
            ItemVersion.enemies,
            ItemVersion.content,
            ItemKey.answer,
            ItemKey.explanations,
            PracticeItem.item_id.is_not(None).label("practice"),
        )
        .join(Item, Item.id == ItemVersion.item_id)
        .join(ItemKey, ItemKey.item_version_id == ItemVersion.id)
        .outerjoin(PracticeItem, PracticeItem.item_id == Item.id)
        .where(condition)
        .order_by(ItemVersion.topic, Item.id)
    )
    return (join(**row) for row in db.session.execute(statement).mappings())


def _texts(texts: dict[str, Any], languages: tuple[str, ...]) -> dict[str, Any]:
    """Return the texts in the version's own order: the database keeps none."""
    if tuple(texts) == languages and all(texts.values()):
        return texts
    return {language: texts[language] for language in languages if texts.get(language)}


def _in_order(value: Any, languages: tuple[str, ...]) -> Any:
    """Return ``value`` with the texts of all its parts in the order of ``languages``.

    What has this order already is returned as it is: in a large bank nearly everything.
    """
    if isinstance(value, dict):
        return _texts(value, languages)
    if isinstance(value, tuple):
        parts = tuple([_in_order(part, languages) for part in value])
        return value if all(map(is_, parts, value)) else parts
    if not is_dataclass(value) or isinstance(value, type):
        return value
    changed = {}
    for name, part in vars(value).items():
        if part and isinstance(part, tuple | dict):
            ordered = _in_order(part, languages)
            if ordered is not part:
                changed[name] = ordered
    return replace(value, **changed) if changed else value


def _figures(version: CourseVersion) -> sa.Select[Any]:
    drawn = (
        sa.select(sa.func.sum(AssessmentSection.draw))
        .join(Assessment, Assessment.id == AssessmentSection.assessment_id)
        .join(Activity, Activity.id == Assessment.activity_id)
        .where(Activity.version_id == version.id, final_exam())
    )
    items = sa.select(sa.func.count()).select_from(in_use(version.course_id).subquery())
    exams = sa.select(sa.func.count()).where(
        Activity.version_id == version.id, Activity.kind == ActivityKind.EXAM
    )
    return sa.select(items.scalar_subquery(), drawn.scalar_subquery(), exams.scalar_subquery())


def _bare(key: str) -> Any:
    if key == FINAL_EXAM:
        return _l("The exam has no rules yet.")
    return _l("The exam “%(key)s” has no rules yet.", key=key)
