"""Lessons' files: front matter and Markdown, examined against the course's outline."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from lms.catalog.markdown.blocks.base import BlockShape
from lms.catalog.markdown.blocks.names import BlockName
from lms.catalog.markdown.examining import Examination, examine
from lms.catalog.media.kinds import mentions
from lms.catalog.messages import Message
from lms.catalog.source.content import (
    CourseContent,
    LessonContent,
    LessonVariant,
    clean_body,
    is_key,
)
from lms.catalog.source.folder import SourceFolder
from lms.catalog.source.map_reader import read_mapping
from lms.catalog.source.problems import Problems

COURSE_FILE = "course.yaml"
LESSON_SCHEMA = "lms-lesson/1"
LESSON_PATH = re.compile(r"lessons/([a-z0-9][a-z0-9-]*)\.([a-z]{2})\.md")
FRONT_MATTER = re.compile(r"---\n(.*?\n)---\n(.*)", re.DOTALL)
TITLE_LIMIT = 300
BODY_LIMIT = 200_000  # characters of one lesson


@dataclass
class LessonFiles:
    """Reads the lessons that an outline names; ``lines`` says where course.yaml names each."""

    folder: SourceFolder
    problems: Problems
    outline: CourseContent
    lines: Mapping[str, int]
    examinations: dict[tuple[str, str], Examination] = field(default_factory=dict)
    known_facts: frozenset[str] | None = None  # None: not known here
    facts: list[tuple[str, int, str]] = field(default_factory=list)  # path, line, key
    named: list[frozenset[str]] = field(default_factory=list)  # files, lesson by lesson

    def read(self) -> CourseContent:
        """Return the outline with its lessons' texts."""
        modules = tuple(
            replace(
                module,
                activities=tuple(
                    self._lesson(one) if isinstance(one, LessonContent) else one
                    for one in module.activities
                ),
            )
            for module in self.outline.modules
        )
        self._check_files()
        return replace(self.outline, modules=modules)

    @property
    def files(self) -> set[str] | None:
        """The files that lessons name; None when some lesson could not be read."""
        if len(self.examinations) < len(self.outline.lessons) * len(self.outline.languages):
            return None
        return set().union(*self.named)

    def _lesson(self, lesson: LessonContent) -> LessonContent:
        variants = {}
        for language in self.outline.languages:
            variant = self._variant(lesson, language)
            if variant is not None:
                variants[language] = variant
        self._compare(lesson.key)
        self._check_rules(lesson)
        return replace(lesson, variants=variants)

    def _variant(self, lesson: LessonContent, language: str) -> LessonVariant | None:
        if not is_key(lesson.key):
            return None
        path = f"lessons/{lesson.key}.{language}.md"
        if path not in self.folder.files:
            line = self.lines.get(lesson.key, 0)
            self.problems.add(
                COURSE_FILE, line, Message("the lesson's file %(path)s is missing", path=path)
            )
            return None
        text = self.folder.text(path, self.problems)
        if text is None:
            return None
        match = FRONT_MATTER.fullmatch(text)
        if not match:
            self.problems.add(
                path, 1, Message("must begin with front matter between two lines of ---")
            )
            return None
        reader = read_mapping(match.group(1), path, self.problems, first_line=2)
        reader.schema(LESSON_SCHEMA)
        title = reader.text("title", limit=TITLE_LIMIT)
        reader.done()
        self._examine(lesson, path, match)
        return LessonVariant(title, clean_body(match.group(2)))

    def _examine(self, lesson: LessonContent, path: str, match: re.Match[str]) -> None:
        body = match.group(2)
        before = match.group(0)[: match.start(2)].count("\n")
        if len(body) > BODY_LIMIT:
            self.problems.add(
                path,
                before + 1,
                Message("is longer than %(body_limit)s characters", body_limit=BODY_LIMIT),
            )
            return
        language = path.split(".")[-2]
        examination = examine(
            body,
            language=language,
            described=[p for p, alt in self.outline.alts.items() if alt.get(language)],
            sources=self.outline.source_keys,
            figures=self.folder.files,
            lessons=[other.key for other in self.outline.lessons],
            formulas=True,
            facts=self.known_facts,
        )
        for mistake in examination.mistakes:
            self.problems.add(path, before + mistake.line, mistake.message)
        for key, line in sorted(examination.citations.items()):
            if key in self.outline.source_keys and key not in lesson.sources:
                told = Message("cites '%(key)s', which the lesson's sources don't name", key=key)
                self.problems.add(path, before + line, told)
        self.facts += [(path, before + line, key) for key, line in examination.facts]
        self.examinations[lesson.key, language] = examination
        self.named.append(mentions(body))

    def _compare(self, key: str) -> None:
        """Note self-checks that differ between the first language and another."""
        variants = [
            (language, self.examinations[key, language])
            for language in self.outline.languages
            if (key, language) in self.examinations
        ]
        for language, examination in variants[1:]:
            for message in differences(variants[0][1], examination):
                self.problems.add(f"lessons/{key}.{language}.md", 0, message)

    def _check_rules(self, lesson: LessonContent) -> None:
        """Note a lesson that asks for self-checks only and has none: nobody could complete it."""
        first = self.examinations.get((lesson.key, self.outline.languages[0]))
        rules = lesson.rules
        asks = first is None or any(block.label.startswith("check ") for block in first.blocks)
        if not asks and not rules.end and not rules.minutes:
            self.problems.add(
                COURSE_FILE,
                self.lines.get(lesson.key, 0),
                Message("complete: the lesson asks for its self-checks and has none"),
            )

    def _check_files(self) -> None:
        keys = {lesson.key for lesson in self.outline.lessons}
        for path in sorted(self.folder.files):
            if not path.startswith("lessons/"):
                continue
            match = LESSON_PATH.fullmatch(path)
            if not match:
                self.problems.add(
                    path, 0, Message("is not named as a lesson: lessons/<key>.<language>.md")
                )
            elif match.group(1) not in keys or match.group(2) not in self.outline.languages:
                self.problems.add(path, 0, Message("belongs to no lesson of course.yaml"))


def differences(first: Examination, other: Examination) -> list[str]:
    """Return how the blocks of two language variants differ, as sentences."""
    firsts = {block.label: block for block in first.blocks}
    others = {block.label for block in other.blocks}
    messages: list[str] = [_missing(label, other=True) for label in firsts if label not in others]
    for block in other.blocks:
        twin = firsts.get(block.label)
        if twin is None:
            messages.append(_missing(block.label, other=False))
        elif twin.common != block.common:
            messages.append(_unlike(block, twin))
    return messages


def _missing(label: str, *, other: bool) -> Message:
    name, _, key = label.partition(" ")
    if name == BlockName.CHECK:
        if other:
            return Message("the self-check '%(key)s' is missing in this language", key=key)
        return Message("the self-check '%(key)s' is missing in the first language", key=key)
    if other:
        return Message("the block '%(block)s' is missing in this language", block=label)
    return Message("the block '%(block)s' is missing in the first language", block=label)


def _unlike(block: BlockShape, twin: BlockShape) -> Message:
    name, _, key = block.label.partition(" ")
    if name != BlockName.CHECK:
        return Message(
            "the block '%(block)s' has other numbers or entries than in the first language",
            block=block.label,
        )
    if len(block.common) != len(twin.common):
        return Message("the self-check '%(key)s' has another number of options", key=key)
    return Message("the self-check '%(key)s' has other right options", key=key)
