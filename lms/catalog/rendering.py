"""Authored Markdown as safe HTML: lessons, and the short texts of items.

Every page and preview that shows authored text goes through here, so preview and page can't differ
and there is one sanitiser. Any text renders; none raises.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from lms.catalog.markdown.compiling import (
    CompiledCheck,
    CompiledChecklist,
    CompiledExercise,
    CompiledOption,
    compile_inline,
    compile_lesson,
    compile_text,
)
from lms.catalog.markdown.marks import (
    FigureAddress,
    FilesUrl,
    LessonUrl,
    Mark,
    fill,
    fill_short,
)
from lms.catalog.markdown.renderer import Heading
from lms.catalog.workbench.base import Faults, Given, Outcome
from lms.catalog.workbench.registry import KINDS, ExerciseKind

__all__ = [
    "Block",
    "Check",
    "CheckOption",
    "Checklist",
    "Exercise",
    "FigureAddress",
    "FilesUrl",
    "Heading",
    "RenderedLesson",
    "Term",
    "render_inline",
    "render_lesson",
    "render_text",
]


FIELD_LENGTH = 60  # characters of one field of an answer to an exercise


@dataclass(frozen=True)
class CheckOption:
    """An option of a self-check. ``key`` ('1', '2', …) is its place in the text."""

    key: str
    html: Markup  # inline, fits into a label
    explanation: Markup
    right: bool


@dataclass(frozen=True)
class Check:
    """A self-check inside a lesson, for the page to render as a form."""

    key: str
    number: int  # place among the lesson's questions, from 1
    prompt: Markup
    options: tuple[CheckOption, ...]

    @property
    def right_keys(self) -> frozenset[str]:
        """The keys of the options to choose: all of them and no other."""
        return frozenset(option.key for option in self.options if option.right)

    @property
    def is_multiple(self) -> bool:
        """Whether several options are right."""
        return len(self.right_keys) > 1


@dataclass(frozen=True)
class Checklist:
    """A list to tick off; the keys of its entries are their places, from '1'."""

    key: str
    title: str
    entries: tuple[Markup, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the entries in order."""
        return tuple(str(place) for place in range(1, len(self.entries) + 1))


@dataclass(frozen=True)
class Exercise:
    """A workbench exercise; ``spec`` is of its kind's class, right answers included."""

    key: str
    number: int  # place among the lesson's questions, from 1
    title: str
    kind: ExerciseKind
    spec: Any
    picture: FigureAddress | None
    text: Markup
    explanation: Markup
    notes: tuple[Markup, ...]  # why each card or place is what it is

    def given(self, form: Mapping[str, str]) -> Given:
        """Return what a form says for the exercise's fields, empty ones left out."""
        names = KINDS[self.kind].fields(self.spec)
        found = {name: form.get(name, "").strip()[:FIELD_LENGTH] for name in names}
        return {name: text for name, text in found.items() if text}

    def faults(self, given: Given) -> Faults:
        """Return what of an answer can't be scored, by field."""
        return KINDS[self.kind].faults(self.spec, given)

    def score(self, given: Given) -> Outcome:
        """Score an answer without faults."""
        return KINDS[self.kind].score(self.spec, given)

    def solve(self) -> Given:
        """Return a right answer."""
        return KINDS[self.kind].solve(self.spec)


@dataclass(frozen=True)
class Block:
    """A stretch of prose, a self-check, a checklist or an exercise: exactly one of them."""

    html: Markup | None = None
    check: Check | None = None
    checklist: Checklist | None = None
    exercise: Exercise | None = None


@dataclass(frozen=True)
class Term:
    """A term of the lesson's cards with its definition, for the course's glossary."""

    name: str
    definition: Markup


@dataclass(frozen=True)
class RenderedLesson:
    """A lesson's text ready for its page."""

    blocks: tuple[Block, ...]
    headings: tuple[Heading, ...]
    citations: tuple[str, ...]  # keys of the cited sources; the first has number 1
    terms: tuple[Term, ...] = ()
    facts: tuple[str, ...] = ()  # keys of the cited facts; the first has number 1

    @property
    def html(self) -> Markup:
        """All prose without the self-checks."""
        return Markup("").join(block.html for block in self.blocks if block.html is not None)

    @property
    def checks(self) -> tuple[Check, ...]:
        """The self-checks in order."""
        return tuple(block.check for block in self.blocks if block.check is not None)

    @property
    def questions(self) -> tuple[Check | Exercise, ...]:
        """What the reader is asked, in order: self-checks and exercises."""
        asked = (block.check or block.exercise for block in self.blocks)
        return tuple(question for question in asked if question is not None)

    def exercise(self, key: str) -> Exercise | None:
        """Return the exercise with ``key``."""
        found = (block.exercise for block in self.blocks)
        return next((one for one in found if one is not None and one.key == key), None)

    def checklist(self, key: str) -> Checklist | None:
        """Return the checklist with ``key``."""
        found = (block.checklist for block in self.blocks)
        return next((one for one in found if one is not None and one.key == key), None)

    @property
    def keeps_responses(self) -> bool:
        """Whether readers' responses to exercises or checklists belong to the page."""
        return any(block.exercise or block.checklist for block in self.blocks)

    def check(self, key: str) -> Check | None:
        """Return the self-check with ``key``."""
        return next((check for check in self.checks if check.key == key), None)


def render_lesson(
    body: str,
    *,
    language: str,
    sources: Iterable[str],
    files_url: FilesUrl,
    lesson_url: LessonUrl,
    facts: Iterable[str] | None = None,
) -> RenderedLesson:
    """Return a lesson's Markdown as sanitised HTML blocks and self-checks.

    ``language`` is the text's own; ``sources`` and ``facts`` are the keys that may be cited
    (``facts`` None: the page lists none, their marks are left out); ``files_url`` gives a figure's
    address by its path (``figures/queue.svg``) and ``lesson_url`` a lesson's by its key, each None
    for one that isn't there. Compiled texts are cached by content.
    """
    compiled = compile_lesson(
        body, language, frozenset(sources), None if facts is None else frozenset(facts)
    )
    filler = _Filler(compiled.marks, files_url, lesson_url)
    blocks: list[Block] = []
    number = 0
    for block in compiled.blocks:
        number += isinstance(block, CompiledCheck | CompiledExercise)
        if isinstance(block, CompiledCheck):
            blocks.append(Block(check=filler.check(block, number)))
        elif isinstance(block, CompiledExercise):
            blocks.append(Block(exercise=filler.exercise(block, number)))
        elif isinstance(block, CompiledChecklist):
            blocks.append(Block(checklist=filler.checklist(block)))
        else:
            blocks.append(Block(html=filler.html(block)))
    terms = tuple(Term(term.name, filler.html(term.definition)) for term in compiled.terms)
    return RenderedLesson(
        tuple(blocks), compiled.headings, compiled.citations, terms, compiled.facts
    )


@dataclass(frozen=True)
class _Filler:
    marks: tuple[Mark, ...]
    files_url: FilesUrl
    lesson_url: LessonUrl

    def html(self, html: str) -> Markup:
        return fill(html, self.marks, self.files_url, self.lesson_url)

    def check(self, check: CompiledCheck, number: int) -> Check:
        options = tuple(
            self.option(option, place) for place, option in enumerate(check.options, start=1)
        )
        return Check(check.key, number, self.html(check.prompt), options)

    def checklist(self, one: CompiledChecklist) -> Checklist:
        return Checklist(one.key, one.title, tuple(self.html(entry) for entry in one.entries))

    def exercise(self, one: CompiledExercise, number: int) -> Exercise:
        picture = self.files_url(one.picture) if one.picture else None
        return Exercise(
            one.key,
            number,
            one.title,
            one.kind,
            one.spec,
            FigureAddress(picture) if isinstance(picture, str) else picture,
            self.html(one.text),
            self.html(one.explanation),
            tuple(self.html(note) for note in one.notes),
        )

    def option(self, option: CompiledOption, place: int) -> CheckOption:
        return CheckOption(
            str(place), self.html(option.html), self.html(option.explanation), option.right
        )


def render_inline(text: str, *, language: str = "ru", files_url: FilesUrl | None = None) -> Markup:
    """Return a short text (an option, a label) as inline HTML; paragraphs become lines.

    ``files_url`` gives a picture's address by its path; without it its description stands there.
    """
    compiled = compile_inline(text, language)
    return fill_short(compiled.html, compiled.marks, files_url)


def render_text(text: str, *, language: str = "ru", files_url: FilesUrl | None = None) -> Markup:
    """Return a text of some paragraphs (a question's scene, an explanation) as block HTML.

    ``files_url`` as above.
    """
    compiled = compile_text(text, language)
    return fill_short(compiled.html, compiled.marks, files_url)
