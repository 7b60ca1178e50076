"""Aiken files read: a question, its lettered options, the line ``ANSWER: B``."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice

from lms.catalog.messages import Message
from lms.standards.items import limits
from lms.standards.items.decoding import decode
from lms.standards.items.drafting import FULL, Draft, RawOption, attempt, check_rows
from lms.standards.items.model import Found, NotUnderstood, Place, Reading, check_count, too_long
from lms.standards.items.texts.reading import TextForm

OPTION = re.compile(r"\s*([A-Za-z])(?:[.)]\s+|\))(\S.*)")
ANSWER = re.compile(r"\s*ANSWER\s*:(.*)", re.IGNORECASE)


@dataclass
class _Question:
    line: int = 0
    text: list[str] = field(default_factory=list)
    options: list[tuple[str, str]] = field(default_factory=list)
    answer: str | None = None
    end: int = 0  # the line of its answer, or before which one is missing

    @property
    def title(self) -> str:
        return " ".join(line[:80] for line in self.text[:5])[:80]


def read_aiken(content: bytes, *, language: str) -> Reading:
    """Read an Aiken file, whose texts are all in ``language``."""
    reading = Reading()
    questions = list(islice(_questions(decode(content)), limits.ITEMS + 1))
    check_count(len(questions))
    reading.effort.begin()
    for question in questions:
        if question.answer is None:
            _reject(reading, question)
        else:
            _finish(reading, question, question.answer, question.end, language)
    return reading


def _questions(text: str) -> Iterator[_Question]:
    """Yield the questions of a file; those without an answer, too."""
    question = _Question()
    number = 0
    for number, line in enumerate(text.split("\n"), start=1):
        answer = ANSWER.fullmatch(line)
        option = OPTION.fullmatch(line)
        if option and question.text:
            question.options.append((option.group(1).upper(), option.group(2).strip()))
            continue
        if answer:
            question.answer = answer.group(1).strip()
        if answer or question.options:
            question.end = number
            yield question
            question = _Question()
        if not answer and line.strip():
            question.line = question.line or number
            question.text.append(line.strip())
    if question.text:
        question.end = number
        yield question


def _measure(question: _Question) -> None:
    """Refuse a question beyond all measure before anything is made of it."""
    length = sum(map(len, question.text)) + sum(len(text) for _, text in question.options)
    if length > limits.BLOCK_CHARACTERS:
        raise too_long()
    check_rows(question.options)


def _reject(reading: Reading, question: _Question) -> None:
    reading.reject(
        Place(question.line, 0, question.title),
        Message("the line ANSWER: is missing before line %(line)s", line=question.end),
    )


def _finish(reading: Reading, question: _Question, answer: str, line: int, language: str) -> None:
    place = Place(question.line or line, 0, question.title)

    def make() -> Found:
        _measure(question)
        if not question.text:
            raise NotUnderstood(Message("ANSWER: stands without a question"), line=line)
        letters = [letter for letter, _ in question.options]
        if len(set(letters)) < len(letters):
            raise NotUnderstood(Message("a letter names two options"))
        if answer.upper() not in letters and not answer.isascii():
            raise NotUnderstood(
                Message(
                    "Aiken marks options and the answer with Latin letters (A, B, C); “%(answer)s” "
                    "is of another alphabet",
                    answer=answer[:20],
                ),
                line=line,
            )
        if answer.upper() not in letters:
            raise NotUnderstood(
                Message("ANSWER: names “%(answer)s”, which is no option", answer=answer[:20]),
                line=line,
            )
        draft = Draft(language, place)
        draft.prompt = draft.texts.texts(" ".join(question.text), TextForm.PLAIN)
        options = [
            RawOption(
                draft.texts.texts(text, TextForm.PLAIN, inline=True),
                FULL if letter == answer.upper() else Decimal(0),
            )
            for letter, text in question.options
        ]
        return draft.choice(options, single=True)

    attempt(reading, place, make)
