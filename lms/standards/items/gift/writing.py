"""GIFT files written. What GIFT has no place for goes into tags in comments (``items.tags``)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from lms.assessment.kinds.values import AuthoredItem, ScoringRule, Texts
from lms.assessment.models import ItemKind
from lms.catalog.messages import Message
from lms.standards.items.categories import path_of
from lms.standards.items.drafting import literal
from lms.standards.items.gift.answers import ARROW
from lms.standards.items.model import Loss, Picture, Written
from lms.standards.items.shares import OWN_RULE, fractions
from lms.standards.items.tags import tags_of
from lms.standards.items.texts.portable import in_languages, plain_of, portable, survives_plain

SPECIAL = re.compile(r"[~=#{}:\\]")


def write_gift(
    items: Sequence[AuthoredItem],
    topics: dict[str, Texts],
    languages: Sequence[str],
    pictures: Mapping[str, Picture],
) -> Written:
    """Write items, grouped by topic as they come; a category is named by the topic's key."""
    del topics, pictures
    writer = _Writer(languages)
    items = [item for item in map(writer.without_arrows, items) if item is not None]
    parts = []
    topic = None
    for item in items:
        if item.topic != topic:
            topic = item.topic
            parts.append(f"$CATEGORY: {path_of(topic)}")
        parts.append(writer.item(item))
    text = "\n\n".join(parts) + "\n"
    return Written(text.encode(), len(items), tuple(writer.losses))


def escaped(text: str) -> str:
    """Return a text in which nothing is a mark of GIFT, on one line."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return SPECIAL.sub(lambda m: f"\\{m[0]}", text).replace("\n", "\\n")


class _Writer:
    def __init__(self, languages: Sequence[str]) -> None:
        self.languages = languages
        self.losses: list[Loss] = []

    def item(self, item: AuthoredItem) -> str:
        tags = tags_of(item, points=True, words=True, languages=self.languages)
        marks = " ".join(f"[tag:{tag}]" for tag in tags)
        return (
            f"// [id:{item.key}] {marks}\n"
            f"::{escaped(item.key)}::{self._text(item, item.prompt)}{{{self._answers(item)}}}"
        )

    def without_arrows(self, item: AuthoredItem) -> AuthoredItem | None:
        """Return an item without accepted answers that would read as pairs; None if none stay."""
        kept = {
            code: tuple(wording for wording in wordings if ARROW not in wording)
            for code, wordings in item.accepted.items()
        }
        message = Message("an accepted answer with an arrow ->")
        if any(item.accepted.values()) and not any(kept.values()):
            self.losses.append(Loss(item.key, message, whole=True))
            return None
        if kept != item.accepted:
            self._lose(item, message)
        return replace(item, accepted=kept)

    def _lose(self, item: AuthoredItem, message: Message) -> None:
        loss = Loss(item.key, message)
        if loss not in self.losses:
            self.losses.append(loss)

    def _text(
        self, item: AuthoredItem, texts: Texts, *, inline: bool = False, never: str = ""
    ) -> str:
        shown = portable(texts, self.languages, inline=inline, never=never)
        if not shown.whole:
            self._lose(item, Message("the formatting of a text"))
        return f"[{shown.form.value}]{escaped(shown.text)}" if shown.text else ""

    def _plain(self, item: AuthoredItem, texts: Texts) -> str:
        """Return a right side: Moodle shows it without any marks."""
        words = {code: plain_of(texts[code], code) for code in self.languages if texts.get(code)}
        if not all(survives_plain(texts[code], code) for code in words):
            self._lose(item, Message("the formatting of a right side"))
        return escaped(in_languages(words, self.languages))

    def _answers(self, item: AuthoredItem) -> str:
        explanation = self._text(item, item.explanation)
        general = f"\n\t####{explanation}" if explanation else ""
        match item.kind:
            case ItemKind.SINGLE_CHOICE | ItemKind.MULTIPLE_CHOICE:
                inner = self._options(item)
            case ItemKind.TRUE_FALSE:
                inner = "T" if item.truth else "F"
            case ItemKind.MATCHING:
                inner = self._pairs(item)
            case ItemKind.ORDERING:
                steps = "".join(
                    f"\n\t{self._text(item, step.text, inline=True)}" for step in item.steps
                )
                inner = f">ALL ALL VERTICAL RELATIVE_NEXT_INCLUDE_LAST SHOW none{steps}"
            case ItemKind.NUMERIC:
                inner = f"#{item.value}:{item.tolerance}"
            case ItemKind.SHORT_TEXT:
                inner = "".join(
                    f"\n\t={escaped(literal(wording))}"
                    for code in self.languages
                    for wording in item.accepted.get(code, ())
                )
            case ItemKind.ESSAY:
                self._lose(item, Message("the rubric"))
                inner = ""
            case _:
                raise AssertionError(item.kind)  # formats.write_items leaves it out
        return f"{inner}{general}\n" if "\n" in inner or general else inner

    def _options(self, item: AuthoredItem) -> str:
        lines = []
        shares = fractions(item)
        if item.scoring is not ScoringRule.RIGHT_MINUS_WRONG:
            self._lose(item, OWN_RULE)
        for option in item.options:
            if item.kind is ItemKind.SINGLE_CHOICE:
                mark = "=" if option.correct else "~"
            else:
                mark = f"~%{shares[option.correct]}%"
            explanation = self._text(item, option.explanation)
            feedback = f"#{explanation}" if explanation else ""
            lines.append(f"\n\t{mark}{self._text(item, option.text, inline=True)}{feedback}")
        return "".join(lines)

    def _pairs(self, item: AuthoredItem) -> str:
        pairs = [
            f"\n\t={self._text(item, pair.left, inline=True, never=ARROW)}"
            f" {ARROW} {self._plain(item, pair.right)}"
            for pair in item.pairs
        ]
        others = [f"\n\t= -> {self._plain(item, entry.text)}" for entry in item.distractors]
        return "".join([*pairs, *others])
