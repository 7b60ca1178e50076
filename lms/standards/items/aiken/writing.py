"""Aiken files written: single choice in one language; all else is told as a loss."""

from collections.abc import Mapping, Sequence
from string import ascii_uppercase

from lms.assessment.kinds.values import AuthoredItem, Texts
from lms.assessment.models import ItemKind
from lms.catalog.messages import Message
from lms.standards.items.aiken.reading import ANSWER, OPTION
from lms.standards.items.model import Loss, Picture, Written
from lms.standards.items.texts.portable import plain_of, survives_plain


def write_aiken(
    items: Sequence[AuthoredItem],
    topics: dict[str, Texts],
    languages: Sequence[str],
    pictures: Mapping[str, Picture],
) -> Written:
    """Write the single choice items in the first of ``languages``."""
    del topics, pictures
    language = languages[0]
    losses: list[Loss] = []
    parts = []
    for item in items:
        if item.kind is not ItemKind.SINGLE_CHOICE:
            losses.append(Loss(item.key, Message("only single choice can be written"), whole=True))
        elif (text := _question(item, language)) is None:
            losses.append(
                Loss(
                    item.key,
                    Message("it has no text in this language, or one that reads as a mark"),
                    whole=True,
                )
            )
        else:
            parts.append(text)
            losses += _losses(item, languages)
    return Written("\n".join(parts).encode(), len(parts), tuple(losses))


def _question(item: AuthoredItem, language: str) -> str | None:
    prompt = plain_of(item.prompt.get(language, ""), language)
    texts = [plain_of(option.text.get(language, ""), language) for option in item.options]
    if not prompt or not all(texts) or OPTION.fullmatch(prompt) or ANSWER.fullmatch(prompt):
        return None
    lines = [f"{letter}. {text}" for letter, text in zip(ascii_uppercase, texts, strict=False)]
    right = next(n for n, option in enumerate(item.options) if option.correct)
    return "\n".join([prompt, *lines, f"ANSWER: {ascii_uppercase[right]}", ""])


def _losses(item: AuthoredItem, languages: Sequence[str]) -> list[Loss]:
    language = languages[0]
    shown = [item.prompt, *(option.text for option in item.options)]
    lost = [Message("key, topic, level, points, sources and facts")]
    if item.enemies:
        lost.append(Message("which questions it must not meet"))
    if item.explanation or any(option.explanation for option in item.options):
        lost.append(Message("explanations"))
    if any(text.get(code) for text in shown for code in languages[1:]):
        lost.append(Message("the texts in the other language"))
    if not all(survives_plain(text[language], language) for text in shown):
        lost.append(Message("the formatting of texts"))
    return [Loss(item.key, message) for message in lost]
