"""Loading a course folder: the same folder again changes nothing, a changed one is published."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from lms.catalog.errors import SlugTaken
from lms.catalog.facts.file import FACTS_FILE
from lms.catalog.facts.queries import known_keys
from lms.catalog.facts.services import BrokenFacts, load_facts
from lms.catalog.immutability import being_written
from lms.catalog.media.storing import store_files
from lms.catalog.messages import Message
from lms.catalog.models import (
    Activity,
    ActivityKind,
    Course,
    CourseModule,
    CourseSource,
    CourseTopic,
    CourseVersion,
    LessonText,
    VersionStatus,
)
from lms.catalog.packages import is_package, read_package
from lms.catalog.queries import course_for, last_number, published_version
from lms.catalog.services.drafts import renumber, rule_columns, set_rules
from lms.catalog.services.versions import exam_of, seal
from lms.catalog.source.content import EXAM_KEY, ActivityContent, CourseContent, LessonContent
from lms.catalog.source.folder import SourceFolder, read_disk
from lms.catalog.source.lesson_files import COURSE_FILE
from lms.catalog.source.parts import registered
from lms.catalog.source.problems import Problem, Problems
from lms.catalog.source.reading import Reading, read_folder
from lms.catalog.source.writing import digest, write_folder
from lms.core.database import db
from lms.core.errors import Conflict, Refusal
from lms.core.unit_of_work import insert
from lms.people.models import Person


class Outcome(Enum):
    """What loading a folder did."""

    CREATED = "created"
    UPDATED = "updated"  # a new version is published
    UNCHANGED = "unchanged"
    EDITED_HERE = "edited_here"  # authors published since: the folder was left alone


@dataclass(frozen=True)
class Loaded:
    """The result of loading: the course and the version that is taught now."""

    course: Course
    version: CourseVersion
    outcome: Outcome


class BrokenCourse(Exception):
    """The folder has mistakes; nothing was loaded."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


def load_course(
    source: Path | SourceFolder,
    *,
    now: datetime,
    replace: bool = False,
) -> Loaded:
    """Load a course folder or package and publish it, unless it was loaded before.

    A course that authors published on the site since is left alone unless ``replace``. A draft
    stays, but can't be published over the loaded version. The register of facts beside a folder is
    loaded first. Raises BrokenCourse.
    """
    problems = Problems()
    with opened(source, problems) as folder:
        if not problems:
            known = _known(folder.name, digest(folder.files), replace=replace, is_read=False)
            if known:
                return known
        if isinstance(source, Path):
            _load_register(source.parent / FACTS_FILE, now=now)
        reading = read_folder(folder, problems=problems, facts=known_keys())
        return load_reading(reading, now=now, replace=replace)


def _load_register(file: Path, *, now: datetime) -> None:
    try:
        load_facts(file, now=now)
    except BrokenFacts as error:
        raise BrokenCourse(
            tuple(Problem(f"../{one.file}", one.line, one.message) for one in error.problems)
        ) from error


@contextmanager
def opened(source: Path | SourceFolder, problems: Problems) -> Iterator[SourceFolder]:
    """Give the files of a folder or package; large ones are read as long as it is open."""
    if isinstance(source, SourceFolder):
        yield source
    elif is_package(source.name) and source.is_file():
        with source.open("rb") as file:
            yield read_package(file, source.name, problems)
    elif source.is_dir() and not os.path.lexists(source / COURSE_FILE):
        # Nothing of its files: they would be thousands where a wrong folder is named.
        problems.add(COURSE_FILE, 0, Message("the file is missing"))
        yield SourceFolder(name=source.name)
    else:
        yield read_disk(source, problems)


def load_reading(
    reading: Reading, *, now: datetime, actor: Person | None = None, replace: bool = False
) -> Loaded:
    """Load what was read of a folder, as ``load_course`` does."""
    if reading.problems:
        raise BrokenCourse(reading.problems)
    fingerprint = digest(write_folder(reading.content, reading.parts))
    return _known(reading.content.slug, fingerprint, replace=replace, is_read=True) or _publish(
        reading, fingerprint, now=now, actor=actor
    )


def _known(slug: str, fingerprint: str, *, replace: bool, is_read: bool) -> Loaded | None:
    """Return why nothing has to be loaded: seen before, or edited on the site since.

    Before the folder ``is_read``, ``slug`` is its name and the fingerprint that of raw files.
    """
    course = course_for(slug)
    published = published_version(course) if course else None
    if course is None or published is None:
        return None
    if published.digest == fingerprint:
        return Loaded(course, published, Outcome.UNCHANGED)
    if replace:
        return None
    seen = sa.select(CourseVersion.id).where(
        CourseVersion.course_id == course.id, CourseVersion.digest == fingerprint
    )
    if db.session.scalar(seen.limit(1)) is not None:
        return Loaded(course, published, Outcome.UNCHANGED)
    if is_read and published.published_by_id is not None:
        return Loaded(course, published, Outcome.EDITED_HERE)
    return None


def _publish(reading: Reading, fingerprint: str, *, now: datetime, actor: Person | None) -> Loaded:
    content = reading.content
    course = course_for(content.slug)
    is_new = course is None or published_version(course) is None
    if course is None:
        course = new_course(content.slug, now=now, actor=actor)
    # Published from the start: authors may have the one draft open.
    version = new_version(
        course,
        content,
        Conflict(),
        number=last_number(course) + 1,
        status=VersionStatus.PUBLISHED,
        published_at=now,
        published_by_id=actor.id if actor else None,
    )
    with being_written(version):
        write_reading(version, reading, now=now, actor=actor)
        renumber(version.id)
        seal(version, fingerprint, now=now, actor=actor)
    return Loaded(course, version, Outcome.CREATED if is_new else Outcome.UPDATED)


def new_course(slug: str, *, now: datetime, actor: Person | None) -> Course:
    """Add a course without versions. Raises SlugTaken."""
    course = Course(slug=slug, created_at=now, created_by_id=actor.id if actor else None)
    insert(course, SlugTaken())
    return course


def write_reading(
    version: CourseVersion, reading: Reading, *, now: datetime, actor: Person | None
) -> None:
    """Write what was read of a folder into ``version``, which is new and open for writing."""
    _write(version, reading.content, now=now, actor=actor)
    for part in registered():
        parsed = reading.parts[part.name]
        part.load(version, parsed, now=now, actor_id=actor.id if actor else None)
    _place_exam(version, reading.content)


def new_version(
    course: Course, content: CourseContent, refusal: Refusal, **columns: Any
) -> CourseVersion:
    """Add a version with the content's own details. Raises ``refusal`` when there is one."""
    details = {
        "title": content.title,
        "summary": content.summary,
        "languages": list(content.languages),
        "hours": content.hours,
        "as_of": content.as_of,
        "review_by": content.review_by,
        "certificate_valid_months": content.certificate_valid_months,
    }
    try:
        with db.session.begin_nested():
            version = CourseVersion(course=course, **columns, **details)
            db.session.add(version)
    except IntegrityError as error:
        raise refusal from error
    return version


def _write(
    version: CourseVersion, content: CourseContent, *, now: datetime, actor: Person | None
) -> None:
    _write_details(version, content)
    place = 0
    for position, module in enumerate(content.modules, start=1):
        row = CourseModule(
            version_id=version.id,
            key=module.key,
            title=module.title,
            position=position,
            after=list(module.rules.after),
            after_modules=list(module.rules.after_modules),
        )
        db.session.add(row)
        db.session.flush()
        for one in module.activities:
            place += 1
            if isinstance(one, LessonContent):
                _write_lesson(row, one, place, now=now, actor=actor)
            elif one.key != EXAM_KEY:
                db.session.add(_activity(row, one, place, version.languages))
    db.session.flush()


def _activity(
    module: CourseModule, one: ActivityContent, position: int, languages: list[str]
) -> Activity:
    return Activity(
        version_id=module.version_id,
        module_id=module.id,
        key=one.key,
        kind=one.kind,
        position=position,
        minutes=one.minutes,
        sources=[],
        title=one.title,
        details=one.details.plain(tuple(languages)) if one.details else {},
        **rule_columns(one.rules),
    )


def _place_exam(version: CourseVersion, content: CourseContent) -> None:
    """Put the final exam, which its own part wrote, where the outline names it."""
    exam = exam_of(version.id)
    if exam is None:
        return
    places = [(module, one) for module in content.modules for one in module.activities]
    for position, (module, one) in enumerate(places, start=1):
        if one.key == EXAM_KEY:
            home = sa.select(CourseModule.id).where(
                CourseModule.version_id == version.id, CourseModule.key == module.key
            )
            exam.module_id, exam.position = db.session.scalars(home).one(), position
            set_rules(exam, one.rules)
            return
    set_rules(exam, content.exam)


def _write_details(version: CourseVersion, content: CourseContent) -> None:
    for position, topic in enumerate(content.topics, start=1):
        db.session.add(
            CourseTopic(
                version_id=version.id,
                key=topic.key,
                title=topic.title,
                lessons=list(topic.lessons),
                position=position,
            )
        )
    for position, source in enumerate(content.sources, start=1):
        db.session.add(
            CourseSource(
                version_id=version.id,
                key=source.key,
                title=source.title,
                reference=source.reference,
                url=source.url,
                confidence=source.confidence,
                as_of=source.as_of,
                position=position,
            )
        )
    store_files(version, content)


def _write_lesson(
    module: CourseModule,
    lesson: LessonContent,
    position: int,
    *,
    now: datetime,
    actor: Person | None,
) -> None:
    activity = Activity(
        version_id=module.version_id,
        module_id=module.id,
        key=lesson.key,
        kind=ActivityKind.LESSON,
        position=position,
        minutes=lesson.minutes,
        sources=list(lesson.sources),
        **rule_columns(lesson.rules),
    )
    db.session.add(activity)
    db.session.flush()
    for language, variant in lesson.variants.items():
        db.session.add(
            LessonText(
                activity_id=activity.id,
                language=language,
                title=variant.title,
                body=variant.body,
                changed_at=now,
                changed_by_id=actor.id if actor else None,
            )
        )
