"""What stands between GIFT's braces, read into an item."""

import re
from dataclasses import dataclass
from decimal import Decimal

from lms.assessment.kinds.values import Texts
from lms.catalog.messages import Message
from lms.standards.items.drafting import (
    FULL,
    Draft,
    RawAnswer,
    RawOption,
    check_rows,
    number_of,
)
from lms.standards.items.gift.scanning import decode
from lms.standards.items.kinds.essays import essay
from lms.standards.items.model import Found, NotUnderstood
from lms.standards.items.tags import Tagged
from lms.standards.items.texts.reading import TextForm

TRUTH = re.compile(r"\s*(T|TRUE|F|FALSE)\s*(#.*)?", re.IGNORECASE | re.DOTALL)
FORM = re.compile(r"\s*\[(html|markdown|moodle|plain)\]", re.IGNORECASE)
WEIGHT = re.compile(r"\s*%(-?\d{1,3}(?:\.\d{1,10})?)%")
ORDERING = re.compile(r"\s*>([^\n]{0,300})\n?")
ARROW = "->"


@dataclass
class Chunk:
    """One answer: its mark (= or ~), weight, text and feedback, escapes still encoded."""

    mark: str
    weight: Decimal | None
    text: str
    feedback: str


class Answers:
    """Reads the answers of one question into its draft."""

    def __init__(self, draft: Draft, tagged: Tagged, form: TextForm) -> None:
        self.draft = draft
        self.tagged = tagged
        self.form = form

    def read(self, inner: str) -> Found:
        """Return the item. Raises NotUnderstood."""
        ordering = ORDERING.match(inner)
        if ordering:
            return self._ordering(inner[ordering.end() :], ordering.group(1))
        inner, _, general = inner.partition("####")
        if general.strip():
            self.draft.explanation = self.texts(general)
        if not inner.strip():
            return essay(self.draft, words=self.tagged.words, examiners=self.tagged.examiners)
        truth = TRUTH.fullmatch(inner)
        if truth:
            return self._true_false(truth)
        if inner.lstrip().startswith("#"):
            return self._numeric(inner.lstrip()[1:])
        return self._marked(inner)

    def texts(self, encoded: str, *, inline: bool = False) -> Texts:
        """Return a text in its own format, by default the question's."""
        form, rest = form_of(encoded, self.form)
        # Lines of the file run on; a break in the text is written \n.
        said = decode(" ".join(rest.split("\n"))).strip()
        return self.draft.texts.texts(said, form, inline=inline)

    def _true_false(self, match: re.Match[str]) -> Found:
        truth = match.group(1).upper().startswith("T")
        parts = (match.group(2) or "").split("#")[1:]
        self.draft.feedbacks += [text for part in parts if (text := self.texts(part))]
        return self.draft.true_false(truth)

    def _marked(self, inner: str) -> Found:
        chunks = _chunks(inner)
        if not chunks:
            raise NotUnderstood(Message("the braces hold no answer marked with = or ~"))
        only_right = all(chunk.mark == "=" for chunk in chunks)
        if only_right and any(ARROW in chunk.text for chunk in chunks):
            return self._matching(chunks)
        if only_right:
            return self._short_text(chunks)
        return self._choice(chunks)

    def _choice(self, chunks: list[Chunk]) -> Found:
        multiple = not any(chunk.mark == "=" for chunk in chunks)
        if multiple and not any(chunk.weight for chunk in chunks):
            raise NotUnderstood(Message("no option is marked as right"))
        options = [
            RawOption(
                self.texts(chunk.text, inline=True),
                _share(chunk),
                self.texts(chunk.feedback),
            )
            for chunk in chunks
        ]
        return self.draft.choice(options, single=not multiple, scoring=self.tagged.scoring)

    def _short_text(self, chunks: list[Chunk]) -> Found:
        answers = [
            RawAnswer(
                decode(" ".join(chunk.text.split())), _share(chunk), self.texts(chunk.feedback)
            )
            for chunk in chunks
        ]
        return self.draft.short_text(answers, self.tagged.by_language([a.literal for a in answers]))

    def _matching(self, chunks: list[Chunk]) -> Found:
        pairs: list[tuple[Texts, Texts]] = []
        distractors: list[Texts] = []
        for chunk in chunks:
            left, arrow, right = chunk.text.partition(ARROW)
            if not arrow:
                raise NotUnderstood(Message("a pair lacks its arrow ->"))
            if chunk.feedback:
                self.draft.feedbacks.append(self.texts(chunk.feedback))
            answer = self._side(right)
            if left.strip():
                pairs.append((self.texts(left, inline=True), answer))
            else:
                distractors.append(answer)
        return self.draft.matching(pairs, distractors)

    def _side(self, encoded: str) -> Texts:
        """Return a right side: plain text, unless it says otherwise."""
        form, rest = form_of(encoded, TextForm.PLAIN)
        said = decode(" ".join(rest.split("\n"))).strip()
        return self.draft.texts.texts(said, form, inline=True)

    def _ordering(self, inner: str, settings: str) -> Found:
        body, _, general = inner.partition("####")
        if general.strip():
            self.draft.explanation = self.texts(general)
        words = settings.upper().split()
        if words and words[0].isdigit():
            self.draft.note(
                Message("all steps are shown here, not %(count)s of them", count=words[0][:10])
            )
        if words and not any(word.startswith("RELATIVE_NEXT") for word in words):
            self.draft.note(Message("its own way of grading an order isn't kept"))
        lines = [line for line in body.split("\n") if line.strip()]
        check_rows(lines)
        return self.draft.ordering([self.texts(line, inline=True) for line in lines])

    def _numeric(self, inner: str) -> Found:
        if "=" not in inner and "~" in inner:  # what stands behind the tilde is said to all others
            inner = f"={inner}"
        chunks = _chunks(inner) if "=" in inner else []
        if not chunks:
            text, _, feedback = inner.partition("#")
            chunks = [Chunk("=", None, text, feedback)]
        full = []
        for chunk in chunks:
            if chunk.feedback.strip():
                self.draft.feedbacks.append(self.texts(chunk.feedback))
            share = _share(chunk)
            if share >= FULL:
                full.append(chunk)
            elif share or decode(chunk.text).strip() not in ("", "*"):
                self.draft.note(
                    Message(
                        "the answer “%(text)s” for %(share)s %% of the score isn't kept",
                        text=decode(chunk.text).strip()[:60],
                        share=f"{share.normalize():f}"[:12],
                    )
                )
        if len(full) != 1:
            raise NotUnderstood(
                Message("%(count)s numbers are right; here exactly one must be", count=len(full))
            )
        value, tolerance = _interval(decode(full[0].text))
        return self.draft.numeric(value, tolerance, self.tagged.unit)


def form_of(encoded: str, default: TextForm) -> tuple[TextForm, str]:
    """Return the format that a text names in its brackets, and the text without them."""
    match = FORM.match(encoded)
    if match is None:
        return default, encoded
    return TextForm(match.group(1).lower()), encoded[match.end() :]


def _chunks(inner: str) -> list[Chunk]:
    parts = re.split(r"([=~])", inner)
    if parts[0].strip():
        raise NotUnderstood(
            Message("the braces begin with “%(text)s”, not with an answer",
                    text=decode(parts[0]).strip()[:60])
        )  # fmt: skip
    check_rows(parts[1::2])
    return [_chunk(mark, text) for mark, text in zip(parts[1::2], parts[2::2], strict=True)]


def _chunk(mark: str, text: str) -> Chunk:
    match = WEIGHT.match(text)
    weight = Decimal(match.group(1)) if match else None
    if weight is not None and abs(weight) > FULL:
        raise NotUnderstood(Message("a weight is beyond the full score"))
    answer, _, feedback = text[match.end() if match else 0 :].partition("#")
    return Chunk(mark, weight, answer, feedback)


def _share(chunk: Chunk) -> Decimal:
    if chunk.weight is not None:
        return chunk.weight
    return FULL if chunk.mark == "=" else Decimal(0)


def _interval(text: str) -> tuple[Decimal, Decimal]:
    """Return the middle and half the width of ``3``, ``3:0.5`` or ``2..4``."""
    low, dots, high = text.partition("..")
    if dots:
        first, last = _number(low), _number(high)
        if first > last:
            raise NotUnderstood(Message("the range “%(text)s” is upside down", text=text[:60]))
        return (first + last) / 2, (last - first) / 2
    value, _, tolerance = text.partition(":")
    return _number(value), _number(tolerance) if tolerance.strip() else Decimal(0)


def _number(text: str) -> Decimal:
    number = number_of(text)
    if number is None:
        raise NotUnderstood(Message("“%(text)s” is no number", text=text.strip()[:60]))
    return number
