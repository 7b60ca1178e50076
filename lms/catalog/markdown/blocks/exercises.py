"""Workbench exercises: ``::: takt key [Title]`` and its like, with YAML inside."""

import re
from dataclasses import dataclass
from typing import Any

from lms.catalog.markdown.blocks.base import BlockType, Complain, Container, References
from lms.catalog.markdown.blocks.names import EXERCISES, Header
from lms.catalog.messages import Message
from lms.catalog.source.map_reader import MapReader, read_mapping
from lms.catalog.source.problems import Problems
from lms.catalog.workbench.registry import KINDS, ExerciseKind

FIGURE = re.compile(r"figures/[a-z0-9][a-z0-9_.-]*\.(?:svg|png|jpe?g|webp)")
TASK_LENGTH = 4000


@dataclass(frozen=True)
class Written:
    """An exercise as its author wrote it; texts are Markdown."""

    kind: ExerciseKind
    spec: Any
    text: str
    explanation: str
    lines: dict[str, int]  # of the fields in the text

    @property
    def notes(self) -> tuple[str, ...]:
        """Why each card or place is what it is, in order."""
        entries = getattr(self.spec, "cards", ()) or getattr(self.spec, "spots", ())
        return tuple(entry.why for entry in entries)

    @property
    def picture(self) -> str:
        """The path of its picture, "" without one."""
        return getattr(self.spec, "picture", "")


def read_exercise(header: Header, content: str, line: int) -> tuple[Written | None, Problems]:
    """Read the YAML of a block that begins in ``line``; None when it has problems."""
    problems = Problems()
    kind = ExerciseKind(header.name.value)
    reader = read_mapping(content, "", problems, first_line=line + 1)
    text = reader.text("text", required=False, limit=TASK_LENGTH)
    spec = KINDS[kind].read(reader)
    explanation = reader.text("explanation", required=False, limit=TASK_LENGTH)
    reader.done()
    written = Written(kind, spec, text, explanation, _lines(reader))
    if written.picture and not FIGURE.fullmatch(written.picture):
        reader.complain("picture", Message("an image lies in figures/ of the course"))
    return (None if problems.found else written), problems


def _lines(reader: MapReader) -> dict[str, int]:
    return {key: reader.line_of(key) for key in reader.node.items}


def examine(container: Container, complain: Complain) -> tuple[str, ...]:
    """Examine an exercise; its numbers and right answers are common."""
    written, problems = read_exercise(container.header, container.content, container.line)
    for problem in problems.found:
        complain(problem.line or container.line, problem.message)
    return KINDS[written.kind].common(written.spec) if written else ()


def refers(container: Container) -> References:
    """Return the texts and the picture of an exercise that can be read."""
    written, _problems = read_exercise(container.header, container.content, container.line)
    if written is None:
        return References()

    def line(key: str) -> int:
        return written.lines.get(key, container.line)

    texts = [(line("text"), written.text), (line("explanation"), written.explanation)]
    entries = line("cards" if "cards" in written.lines else "spots")
    texts += [(entries, note) for note in written.notes]
    pictures = ((line("picture"), written.picture),) if written.picture else ()
    return References(tuple(entry for entry in texts if entry[1]), pictures)


EXERCISE_TYPES = tuple(BlockType(name, examine=examine, refers=refers) for name in EXERCISES)
