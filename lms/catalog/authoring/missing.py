"""What a draft lacks before it can be published: the course format's own check, on the draft.

What authors leave open in forms is told in the words of the forms; the format's words remain for
whatever else it finds, so that nothing it refuses goes unsaid.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from lms.catalog.facts.queries import known_keys
from lms.catalog.messages import localised_message
from lms.catalog.models import CourseVersion
from lms.catalog.source.collecting import Whole
from lms.catalog.source.content import CourseContent
from lms.catalog.source.folder import SourceFolder
from lms.catalog.source.lesson_files import COURSE_FILE
from lms.catalog.source.parts import registered
from lms.catalog.source.problems import Problem
from lms.catalog.source.reading import read_folder
from lms.catalog.source.writing import write_folder
from lms.web.i18n import localised

FRONT_MATTER_LINES = 4  # before the text in a lesson's file: authors count from the text's own


@dataclass(frozen=True)
class Lack:
    """One thing to do before publication; ``file`` (may be empty) says where."""

    message: Any
    file: str = ""
    line: int = 0

    @property
    def lesson(self) -> tuple[str, str] | None:
        """The key and language of the lesson it is about."""
        if not self.file.startswith("lessons/"):
            return None
        key, language, _ = self.file.removeprefix("lessons/").split(".")
        return key, language


def missing_of(version: CourseVersion, found: Whole) -> list[Lack]:
    """Return what keeps ``version``, which holds ``found``, from being published.

    Empty when it is complete.
    """
    content = found.content
    folder = SourceFolder(write_folder(content, {}, parts=()), content.slug)
    shown = {path for part in registered() for path in part.figures(found.parts[part.name])}
    problems = read_folder(folder, parts=(), facts=known_keys(), shown=shown).problems
    of_course = [Lack(sentence) for sentence in _left_open(content)] or [
        Lack(localised_message(problem.message), problem.file)
        for problem in problems
        if problem.file == COURSE_FILE
    ]
    lacks = [*of_course, *(_lack(p) for p in problems if p.file != COURSE_FILE)]
    for part in registered():
        lacks += [Lack(sentence) for sentence in part.missing(version, found.parts[part.name])]
    return lacks


def _left_open(content: CourseContent) -> Iterator[str]:
    """Yield what the forms of settings, modules, topics and sources leave open."""
    yield from _untold(content, _("Settings"), title=content.title, summary=content.summary)
    if not content.modules:
        yield _("The course has no modules yet")
    for module in content.modules:
        title = localised(module.title)
        yield from _untold(content, _("Module “%(title)s”", title=title), title=module.title)
        if not module.activities:
            yield _("The module “%(title)s” is still empty", title=title)
    for topic in content.topics:
        where = _("Topic “%(title)s”", title=localised(topic.title))
        yield from _untold(content, where, title=topic.title)
    for source in content.sources:
        where = _("Source “%(title)s”", title=localised(source.title))
        yield from _untold(content, where, title=source.title, reference=source.reference)


def _untold(content: CourseContent, where: str, **texts: Mapping[str, str]) -> Iterator[str]:
    """Yield the texts that a language of the course lacks."""
    fields = {
        ("title", "ru"): _("Title in Russian"),
        ("title", "en"): _("Title in English"),
        ("summary", "ru"): _("Summary in Russian"),
        ("summary", "en"): _("Summary in English"),
        ("reference", "ru"): _("Reference in Russian"),
        ("reference", "en"): _("Reference in English"),
    }
    for stem, variants in texts.items():
        for language in content.languages:
            if not variants.get(language):
                yield _("%(where)s: fill in “%(field)s”", where=where, field=fields[stem, language])


def _lack(problem: Problem) -> Lack:
    line = problem.line
    message = problem.message
    if problem.file.startswith("lessons/"):
        line = max(line - FRONT_MATTER_LINES, 0)
        if getattr(message, "values", {}).get("key") == "title":
            return Lack(_("fill in “%(field)s”", field=_("Title")), problem.file)
    return Lack(localised_message(message), problem.file, line)
