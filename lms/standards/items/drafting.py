"""From what all formats say of a question to an item here: the rules that they share."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from lms.assessment.authored import with_texts
from lms.assessment.kinds.values import AuthoredItem, Entry, Option, Pair, ScoringRule, Texts
from lms.assessment.models import ItemKind
from lms.assessment.source.item_kinds import POINTS_LIMIT
from lms.catalog.messages import Message
from lms.catalog.source.content import is_key
from lms.standards.items import limits
from lms.standards.items.checking import check
from lms.standards.items.keys import key_from, option_keys
from lms.standards.items.model import (
    Category,
    Found,
    Note,
    NotUnderstood,
    Place,
    Reading,
    Weight,
)
from lms.standards.items.pictures.gallery import Gallery
from lms.standards.items.texts.images import in_words
from lms.standards.items.texts.reading import TextReader

FULL = Decimal(100)
WORDS_ALONE = {"areas", "rubric"}  # parts in which no picture may stand
NUMBER = re.compile(r"[+-]?(\d{1,40}(\.\d{0,40})?|\.\d{1,40})([eE][+-]?\d{1,3})?")


@dataclass
class RawOption:
    """An option as a file states it; ``share`` is its per cent of the full score."""

    text: Texts
    share: Decimal
    feedback: Texts = field(default_factory=dict)
    key: str = ""


@dataclass
class RawAnswer:
    """An answer that may be typed, with its per cent of the full score."""

    text: str
    share: Decimal = FULL
    feedback: Texts = field(default_factory=dict)

    @property
    def literal(self) -> str:
        """What is typed, an escaped asterisk as itself."""
        return self.text.replace("\\*", "*")


def literal(wording: str) -> str:
    """Return an answer in which an asterisk stands for itself, not for any letters."""
    return wording.replace("*", "\\*")


class Draft:
    """An item in the making: gathers its texts and notes, then becomes a ``Found``."""

    def __init__(self, language: str, place: Place, gallery: Gallery | None = None) -> None:
        self.place = place
        self.texts = TextReader(language)
        self.gallery = gallery or Gallery()
        self.language = language
        self.notes: list[Note] = []
        self.key = ""
        self.prompt: Texts = {}
        self.explanation: Texts = {}
        self.feedbacks: list[Texts] = []  # of single answers, where items here have one in all
        self.level: int | None = None
        self.points: int | None = None
        self.sources: list[str] = []
        self.facts: list[str] = []
        self.enemies = ""
        self.category: Category | None = None
        self.tags: list[str] = []
        self.unstated: set[str] = set()  # fields of its kind that the file doesn't speak of

    def note(self, message: Message, weight: Weight = Weight.LOST) -> None:
        """Remark on the item."""
        note = Note(self.place, message, weight)
        if note not in self.notes:
            self.notes.append(note)

    def take_key(self, name: str) -> None:
        """Take the file's own name of the item if it can be a key here."""
        name = " ".join(name.split())
        if is_key(name) or not name:
            self.key = name
            return
        self.key = key_from(name, "id")
        self.note(
            Message("its id “%(name)s” became the key “%(key)s”", name=name[:80], key=self.key),
            Weight.FACT,
        )

    def take_points(self, text: str) -> None:
        """Take the file's weight of the item where it is one that items may have."""
        number = number_of(text)
        if number is None or number == 1 or not text.strip():
            self.points = 1 if number == 1 else None
        elif number == number.to_integral_value() and 1 <= number <= POINTS_LIMIT:
            self.points = int(number)
        else:
            self.note(Message("its weight of %(points)s points isn't kept", points=text[:20]))

    def take_source(self, key: str) -> None:
        """Take the key of a source."""
        if is_key(key) and key not in self.sources and len(self.sources) < 50:
            self.sources.append(key)

    def take_fact(self, key: str) -> None:
        """Take the key of a living fact."""
        if is_key(key) and key not in self.facts and len(self.facts) < 50:
            self.facts.append(key)

    def take_enemies(self, key: str) -> None:
        """Take the key of a group whose items must not meet."""
        self.enemies = key if is_key(key) else self.enemies

    def take_tags(self, tags: Sequence[str]) -> None:
        """Take the file's free words of the item; more than there may be are told."""
        words = [tag.strip()[:200] for tag in tags if tag.strip()]
        self.tags = words[: limits.ROWS]
        if words[limits.ROWS :]:
            more = len(words) - limits.ROWS
            self.note(
                Message("tags beyond the first %(most)s aren't kept: %(count)s",
                        most=limits.ROWS, count=more)
            )  # fmt: skip

    def found(self, kind: ItemKind, **special: Any) -> Found:
        """Return the finished item. Raises NotUnderstood when it can't be one."""
        self._join_feedbacks()
        item = AuthoredItem(
            key=self.key,
            kind=kind,
            topic="",
            level=self.level or 1,
            points=self.points or 1,
            prompt=self.prompt,
            explanation=self.explanation,
            sources=tuple(self.sources),
            facts=tuple(self.facts),
            enemies=self.enemies,
            **self._in_words(special),
        )
        check(item)
        for message in self.texts.lost.messages:
            self.note(message)
        for message in self.texts.lost.bare:
            self.note(message, Weight.FACT)
        stated = {
            "level": self.level,
            "points": self.points,
            "sources": self.sources,
            "facts": self.facts,
            "enemies": self.enemies,
        }
        return Found(
            item,
            self.place,
            self.category,
            frozenset(name for name, value in stated.items() if not value) | self.unstated,
            tuple(self.notes),
            tuple(self.tags),
        )

    def _in_words(self, special: dict[str, Any]) -> dict[str, Any]:
        """Return a kind's own parts; pictures are told in words where a page shows no more."""
        parts = dict(special)
        for name in WORDS_ALONE & parts.keys():
            parts[name] = with_texts(parts[name], in_words)
        if parts != special:
            self.note(Message("pictures in its parts that are words alone here: what they show "
                              "stands there"))  # fmt: skip
        return parts

    def _join_feedbacks(self) -> None:
        seen = set()
        for feedback in self.feedbacks:
            for language, text in feedback.items():
                before = self.explanation.get(language, "")
                told = f"\n\n{text}\n\n" in f"\n\n{before}\n\n"
                if not told and (language, text) not in seen:
                    seen.add((language, text))
                    joined = f"{before}\n\n{text}" if before else text
                    self.explanation = {**self.explanation, language: joined}
        if seen:
            self.note(Message("feedback on single answers went into the explanation"), Weight.FACT)

    def choice(
        self, options: Sequence[RawOption], *, single: bool, scoring: ScoringRule | None = None
    ) -> Found:
        """Return a choice item; ``single``: one option is chosen.

        ``scoring``: the rule that the file states; without one the options' weights must make ours.
        """
        self._refuse_wordless([option.text for option in options])
        right = [o for o in options if (o.share >= FULL if single else o.share > 0)]
        if single:
            self.note_partial(options)
        elif right and scoring is None:
            self._note_weights(options, len(right))
        chosen = [id(option) for option in right]
        keys = option_keys([o.key for o in options], [o.text for o in options])
        return self.found(
            ItemKind.SINGLE_CHOICE if single else ItemKind.MULTIPLE_CHOICE,
            options=tuple(
                Option(key, option.text, id(option) in chosen, option.feedback)
                for key, option in zip(keys, options, strict=True)
            ),
            scoring=ScoringRule.RIGHT_MINUS_WRONG if single or scoring is None else scoring,
        )

    def _refuse_wordless(self, texts: Sequence[Texts]) -> None:
        """Refuse options that were nothing but a picture which isn't taken."""
        wordless = [str(place) for place, text in enumerate(texts, start=1) if not text]
        if wordless and self.texts.lost.images:
            raise NotUnderstood(
                Message(
                    "options that are nothing but a picture that can't be taken (%(places)s): "
                    "send it with the file, or describe it (its alt text is taken)",
                    places=", ".join(wordless[:20]),
                )
            )

    def note_partial(self, options: Sequence[RawOption]) -> None:
        """Note options that earn a part of the score elsewhere."""
        for option in options:
            if option.share != 0 and option.share < FULL:
                self.note(
                    Message(
                        "an option for %(share)s %% of the score counts as wrong here",
                        share=_shown(option.share),
                    )
                )

    def _note_weights(self, options: Sequence[RawOption], right: int) -> None:
        """Note weights unlike ours: right ones share the score, wrong ones cost as much."""
        fair = FULL / right
        if any(abs(abs(option.share) - fair) > Decimal("0.01") for option in options):
            self.note(
                Message(
                    "the options' own weights aren't kept: here right ones share the score "
                    "and each wrong one costs as much"
                )
            )

    def true_false(self, truth: bool) -> Found:
        """Return a statement that is true or false."""
        return self.found(ItemKind.TRUE_FALSE, truth=truth)

    def short_text(
        self, answers: Sequence[RawAnswer], accepted: dict[str, list[str]] | None = None
    ) -> Found:
        """Return an item whose answer is typed; ``accepted``: by language, where the file tells."""
        wordings: dict[str, list[str]] = {}
        for answer in answers:
            self.take_wording(answer, wordings)
        chosen = accepted if accepted is not None else wordings
        return self.found(
            ItemKind.SHORT_TEXT,
            accepted={
                language: tuple(dict.fromkeys(texts)) for language, texts in chosen.items() if texts
            },
        )

    def take_wording(self, answer: RawAnswer, wordings: dict[str, list[str]]) -> None:
        """Add an answer to the wordings by language, or tell why it isn't kept."""
        if answer.feedback:
            self.feedbacks.append(answer.feedback)
        if answer.share < FULL:
            if answer.share or answer.text.strip() not in ("", "*"):
                self.note(
                    Message(
                        "the answer “%(text)s” for %(share)s %% of the score isn't kept",
                        text=answer.text[:60],
                        share=_shown(answer.share),
                    )
                )
            return
        if re.search(r"(?<!\\)\*", answer.text):
            self.note(
                Message("the answer “%(text)s” with its wildcard isn't kept", text=answer.text[:60])
            )
            return
        for language, text in self.texts.plain(answer.literal).items():
            wordings.setdefault(language, []).append(text)

    def numeric(self, value: Decimal, tolerance: Decimal, unit: Texts | None = None) -> Found:
        """Return an item whose answer is a number."""
        return self.found(ItemKind.NUMERIC, value=value, tolerance=tolerance, unit=unit or None)

    def matching(
        self,
        pairs: Sequence[tuple[Texts, Texts]],
        distractors: Sequence[Texts],
        pair_keys: Sequence[str] = (),
        other_keys: Sequence[str] = (),
    ) -> Found:
        """Return a matching item; keys are those of one of our own files."""
        self._refuse_wordless([text for pair in pairs for text in pair])
        keys = _keys([*pair_keys, *other_keys], "p", len(pairs), "d", len(distractors))
        rows = list(zip(keys, [*pairs, *(({}, text) for text in distractors)], strict=True))
        return self.found(
            ItemKind.MATCHING,
            pairs=tuple(Pair(key, left, right) for key, (left, right) in rows[: len(pairs)]),
            distractors=tuple(Entry(key, text) for key, (_, text) in rows[len(pairs) :]),
        )

    def ordering(self, steps: Sequence[Texts], keys: Sequence[str] = ()) -> Found:
        """Return an ordering item; ``steps`` stand in the right order."""
        chosen = _keys(keys, "s", len(steps))
        return self.found(
            ItemKind.ORDERING,
            steps=tuple(Entry(key, text) for key, text in zip(chosen, steps, strict=True)),
        )


def _keys(stated: Sequence[str], *counts: Any) -> list[str]:
    """Return the stated keys if they are whole, else numbered ones: prefix, count, prefix, …"""
    numbered = [
        f"{prefix}{number}"
        for prefix, count in zip(counts[::2], counts[1::2], strict=True)
        for number in range(1, count + 1)
    ]
    whole = len(stated) == len(numbered) == len(set(stated)) and all(stated)
    return list(stated) if whole else numbered


def check_rows(rows: Sequence[object]) -> None:
    """Refuse a question with more answers than anyone would look at."""
    if len(rows) > limits.ROWS:
        raise NotUnderstood(Message("it has more than %(limit)s answers", limit=limits.ROWS))


def attempt(reading: Reading, place: Place, make: Callable[[], Found | None]) -> None:
    """Add the item that ``make`` returns, or the reason why there is none."""
    try:
        found = make()
    except NotUnderstood as refusal:
        line = refusal.line or place.line
        column = place.column if line == place.line else 0
        reading.reject(Place(line, column, place.title, place.file), refusal.reason)
    else:
        if found is not None:
            reading.add(found)


def number_of(text: str) -> Decimal | None:
    """Return a number as files write it, with a point; None for anything else."""
    text = text.strip()
    if len(text) > 60 or not NUMBER.fullmatch(text):
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _shown(share: Decimal) -> str:
    return f"{share.normalize():f}"[:12]
