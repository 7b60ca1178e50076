"""A course folder read into typed content, with every mistake noted."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lms.catalog.kinds.base import Surroundings
from lms.catalog.kinds.reading import ModulesReader, once
from lms.catalog.media.errors import BadFile
from lms.catalog.media.kinds import unused
from lms.catalog.media.reading import inspect
from lms.catalog.messages import Message
from lms.catalog.models import Confidence
from lms.catalog.source.content import (
    LANGUAGES,
    CourseContent,
    SourceContent,
    TopicContent,
)
from lms.catalog.source.folder import FileRef, SourceFile, SourceFolder
from lms.catalog.source.lesson_files import COURSE_FILE, TITLE_LIMIT, LessonFiles
from lms.catalog.source.map_reader import MapReader, read_mapping
from lms.catalog.source.media_file import MEDIA_FILE, read_media
from lms.catalog.source.parts import CoursePart, registered
from lms.catalog.source.problems import Problem, Problems

COURSE_SCHEMA = "lms-course/1"
OWN_FOLDERS = ("lessons/", "figures/", "media/")
URL = re.compile(r"https://[^\s/]+\.[^\s]+")


@dataclass(frozen=True)
class Reading:
    """What a folder holds; meaningful as a whole only when there are no problems."""

    content: CourseContent
    parts: dict[str, Any]  # part's name → what it parsed
    problems: tuple[Problem, ...]
    facts: tuple[tuple[str, int, str], ...] = ()  # path, line and key of each fact cited


def read_folder(
    folder: SourceFolder,
    *,
    parts: Iterable[CoursePart] | None = None,
    problems: Problems | None = None,
    facts: Iterable[str] | None = None,
    shown: Iterable[str] = (),
) -> Reading:
    """Read a course; ``problems`` are those already found while the files were read from disk.

    ``facts`` are the keys of the register that lessons may cite; None: any. ``shown`` are figures
    that parts which aren't read show.
    """
    parts = list(registered() if parts is None else parts)
    problems = Problems() if problems is None else problems
    course = _Course(folder, problems, None if facts is None else frozenset(facts))
    content = course.read()
    if course.is_broken:
        return Reading(content, {}, tuple(problems))
    _check_paths(folder, parts, problems)
    parsed = {part.name: part.read(folder, content, problems) for part in parts}
    if course.shown is not None:  # else figures of an unreadable lesson would look unused
        shown = course.shown.union(shown, *(part.figures(parsed[part.name]) for part in parts))
        shown |= {path for one in content.others if one.details for path in one.details.files()}
        for path in sorted(unused(content.files, shown)):
            problems.add(path, 0, Message("is shown in no lesson and no question"))
    facts_of_parts = [one for part in parts for one in part.cited(parsed[part.name])]
    for path, line, key in facts_of_parts:
        if course.known_facts is not None and key not in course.known_facts:
            problems.add(path, line, Message("facts: there is no fact '%(key)s'", key=key))
    return Reading(content, parsed, tuple(problems), (*course.facts, *facts_of_parts))


def _check_paths(folder: SourceFolder, parts: Iterable[CoursePart], problems: Problems) -> None:
    for path in sorted(folder.files):
        own = path in (COURSE_FILE, MEDIA_FILE) or path.startswith(OWN_FOLDERS)
        if not own and not any(part.owns(path) for part in parts):
            problems.add(path, 0, Message("has no place in a course"))


class _Course:
    """Reads course.yaml, then the lessons and figures it names."""

    def __init__(
        self, folder: SourceFolder, problems: Problems, known_facts: frozenset[str] | None
    ) -> None:
        self.known_facts = known_facts
        self.facts: list[tuple[str, int, str]] = []
        self.folder = folder
        self.problems = problems
        self.languages: tuple[str, ...] = LANGUAGES
        self.shown: set[str] | None = None  # files that lessons name, once they are read
        self.is_broken = False  # course.yaml can't be read: the other files mean nothing then

    def read(self) -> CourseContent:
        # Of a folder or package that can't be read at all it is told why: that is enough.
        is_unread = bool(self.problems) and not self.folder.files
        text = self.folder.text(COURSE_FILE, Problems() if is_unread else self.problems)
        told = Problems() if text is None else self.problems
        reader = read_mapping(text or "", COURSE_FILE, told)
        if reader.broken:
            self.is_broken = True
            self.problems = reader.problems = Problems()  # of an empty course nobody asks more
        files = self._files()
        reader.schema(COURSE_SCHEMA)
        self.languages = self._languages(reader)
        slug = self._slug(reader)
        sources = self._sources(reader)
        topic_entries = reader.maps("topics", required=False)
        topic_keys = {getattr(one.node.items.get("key"), "value", "") for one in topic_entries}
        around = Surroundings(self.languages, frozenset(topic_keys), frozenset(self.folder.files))
        outline = ModulesReader(reader, around, {source.key for source in sources})
        modules, exam = outline.read(), outline.read_exam()
        content = CourseContent(
            slug=slug,
            title=reader.texts("title", self.languages, limit=TITLE_LIMIT),
            summary=reader.texts("summary", self.languages, limit=2000),
            languages=self.languages,
            hours=self._hours(reader),
            as_of=reader.day("as_of", required=False),
            review_by=reader.day("review_by", required=False),
            certificate_valid_months=self._valid_months(reader),
            topics=self._topics(
                topic_entries, {one.key for home in modules for one in home.lessons}
            ),
            modules=modules,
            sources=sources,
            files=files,
            alts=read_media(self.folder, self.languages, self.problems),
            exam=exam,
        )
        outline.check_order(content)
        self._check_dates(reader, content)
        reader.done()
        lessons = LessonFiles(
            self.folder, self.problems, content, outline.lines, known_facts=self.known_facts
        )
        read = lessons.read()
        self.facts = lessons.facts
        self.shown = lessons.files
        return read

    def _slug(self, reader: MapReader) -> str:
        slug = reader.key("slug")
        if slug and self.folder.name and slug != self.folder.name:
            told = Message(
                "'%(slug)s' must be the name of the folder, which is '%(name)s'",
                slug=slug,
                name=self.folder.name[:80],
            )
            reader.complain("slug", told)
        return slug

    def _languages(self, reader: MapReader) -> tuple[str, ...]:
        languages = tuple(reader.strings("languages"))
        if not languages or len(set(languages)) < len(languages) or set(languages) - set(LANGUAGES):
            reader.complain(
                "languages",
                Message("must be some of %(names)s, each once", names=", ".join(LANGUAGES)),
            )
            return LANGUAGES
        return languages

    @staticmethod
    def _hours(reader: MapReader) -> Decimal:
        step = Decimal("0.5")
        return reader.decimal("hours", minimum=step, maximum=1000, step=step) or Decimal(0)

    @staticmethod
    def _valid_months(reader: MapReader) -> int | None:
        certificate = reader.mapping("certificate", required=False)
        if certificate is None:
            return None
        months = certificate.integer("valid_months", minimum=1, maximum=240)
        certificate.done()
        return months

    @staticmethod
    def _check_dates(reader: MapReader, content: CourseContent) -> None:
        if content.as_of and content.review_by and content.review_by <= content.as_of:
            reader.complain("review_by", Message("must come after as_of"))

    def _topics(self, entries: list[MapReader], lessons: set[str]) -> tuple[TopicContent, ...]:
        topics = []
        for entry in entries:
            topics.append(
                TopicContent(
                    entry.key("key"),
                    entry.texts("title", self.languages, limit=TITLE_LIMIT),
                    tuple(entry.keys("lessons", known=lessons, what="lesson")),
                )
            )
            entry.done()
            once(entry, [topic.key for topic in topics])
        return tuple(topics)

    def _sources(self, reader: MapReader) -> tuple[SourceContent, ...]:
        sources = []
        for entry in reader.maps("sources", required=False):
            sources.append(self._source(entry))
            once(entry, [source.key for source in sources])
        return tuple(sources)

    def _source(self, entry: MapReader) -> SourceContent:
        url = entry.text("url", required=False, limit=500) or None
        if url and not URL.fullmatch(url):
            entry.complain("url", Message("must be an https:// address"))
        source = SourceContent(
            key=entry.key("key"),
            title=entry.texts("title", self.languages, limit=1000),
            reference=entry.texts("reference", self.languages, limit=1000),
            confidence=entry.choice("confidence", Confidence),
            as_of=entry.day("as_of", required=False),
            url=url,
        )
        entry.done()
        return source

    def _files(self) -> dict[str, SourceFile]:
        files: dict[str, SourceFile] = {}
        for path, _ in self.folder.paths(r"(?:figures|media)/.*"):
            file = self.folder.files[path]
            try:
                files[path] = _checked(path, file)
            except BadFile as error:
                self.problems.add(path, error.line, error.message)
        return files


def _checked(path: str, file: SourceFile) -> SourceFile:
    """Return the file, looked through unless it was before. Raises BadFile."""
    if isinstance(file, FileRef):
        if file.facts is None:
            inspect(path, file.read())
        return file
    inspect(path, file)
    return file
