"""What a draft lacks before it can be published: the course format's own check, on the draft."""

from dataclasses import dataclass
from typing import Any

from lms.catalog.messages import localised_message
from lms.catalog.models import CourseVersion
from lms.catalog.source.collecting import collect
from lms.catalog.source.folder import SourceFolder
from lms.catalog.source.parts import registered
from lms.catalog.source.problems import Problem
from lms.catalog.source.reading import read_folder
from lms.catalog.source.writing import write_folder

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


def missing_of(version: CourseVersion) -> list[Lack]:
    """Return what keeps ``version`` from being published; empty when it is complete."""
    content = collect(version.id)
    folder = SourceFolder(write_folder(content, {}, parts=()), content.slug)
    lacks = [_lack(problem) for problem in read_folder(folder, parts=()).problems]
    for part in registered():
        lacks += [Lack(sentence) for sentence in part.missing(version)]
    return lacks


def _lack(problem: Problem) -> Lack:
    line = problem.line
    if problem.file.startswith("lessons/"):
        line = max(line - FRONT_MATTER_LINES, 0)
    elif problem.file == "course.yaml":
        line = 0
    return Lack(localised_message(problem.message), problem.file, line)
