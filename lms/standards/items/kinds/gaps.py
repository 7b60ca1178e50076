"""Texts with gaps: other tools write the task, the text and what is right as one."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from lms.assessment.kinds.gap_text import GAP, gap_keys, within
from lms.assessment.kinds.values import AuthoredItem, Gap
from lms.assessment.models import ItemKind
from lms.catalog.messages import Message
from lms.standards.items.drafting import Draft, RawAnswer, RawOption
from lms.standards.items.model import Found, NotUnderstood, Weight
from lms.standards.items.texts.portable import html_of
from lms.standards.items.texts.reading import TextForm

# The task where a file has none beside the text.
TASK = {"ru": "Заполните пропуски.", "en": "Fill in the gaps."}
ESCAPED = re.compile(r"\\\[\\\[([a-z0-9][a-z0-9-]{0,59})\\\]\\\]")  # beside what must be escaped
OWN = "lms-text"  # the class of what our own exports set the text apart with


@dataclass
class RawGap:
    """A gap as a file states it; ``wrong`` are the other wordings of a list."""

    answers: list[RawAnswer]
    wrong: list[str] = field(default_factory=list)
    is_list: bool = False


def gap_text(
    draft: Draft,
    text: str,
    form: TextForm,
    gaps: Mapping[str, RawGap],
    keys: Sequence[tuple[int, str]] = (),
) -> Found:
    """Return a text with gaps: each ``[[name]]`` in ``text`` is one of ``gaps``.

    ``keys`` are those of one of our own files, each with its gap's place in the text (from 1), in
    the author's order.
    """
    said = draft.texts.texts(text, form)
    variants = {code: ESCAPED.sub(r"[[\1]]", shown) for code, shown in said.items()}
    names = {code: gap_keys(said) for code, said in variants.items()}
    counts = {len(found) for found in names.values()}
    if len(counts) > 1:
        raise NotUnderstood(Message("it has more gaps in one language than in the other"))
    count = next(iter(counts), 0)
    if not count:
        raise NotUnderstood(Message("the text has no gaps"))
    for name in (name for found in names.values() for name in found if name not in gaps):
        raise NotUnderstood(
            Message("the text has a gap [[%(key)s]] that isn't described", key=name)
        )
    rows = sorted(keys) if sorted(place for place, _ in keys) == list(range(1, count + 1)) else []
    chosen = [key for _, key in rows] or [f"g{place}" for place in range(1, count + 1)]
    read = {name: _wordings(draft, gap) for name, gap in gaps.items()}
    made = {
        key: _gap(key, {code: read[found[place]] for code, found in names.items()})
        for place, key in enumerate(chosen)
    }
    if not draft.prompt:
        draft.prompt = {code: TASK[code] for code in variants}
        draft.note(Message("it has no task beside its text: a usual one stands there"), Weight.FACT)
    order = [key for _, key in keys] if rows else chosen
    return draft.found(
        ItemKind.GAP_TEXT,
        text={code: _renamed(said, chosen) for code, said in variants.items()},
        gaps=tuple(made[key] for key in dict.fromkeys(order)),
    )


def _wordings(draft: Draft, gap: RawGap) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    accepted: dict[str, list[str]] = {}
    for answer in gap.answers:
        draft.take_wording(answer, accepted)
    wrong: dict[str, list[str]] = {}
    for text in gap.wrong:
        for code, said in draft.texts.plain(text).items():
            wrong.setdefault(code, []).append(said)
    if gap.is_list and not wrong:
        draft.note(
            Message("a list with nothing to choose from becomes a gap to type into"), Weight.FACT
        )
    return accepted, wrong


def _gap(key: str, read: Mapping[str, tuple[dict[str, list[str]], dict[str, list[str]]]]) -> Gap:
    accepted, distractors = {}, {}
    for code, (right, wrong) in read.items():
        accepted[code] = tuple(dict.fromkeys(_in(code, right)))
        if wrong:
            distractors[code] = tuple(_in(code, wrong))
    return Gap(key, accepted, distractors)


def _in(code: str, wordings: Mapping[str, list[str]]) -> list[str]:
    """Return the wordings in a language; those of another where a file names none for it."""
    return wordings.get(code) or next(iter(wordings.values()), [])


def _renamed(text: str, keys: Sequence[str]) -> str:
    names = iter(keys)
    return GAP.sub(lambda _: f"[[{next(names)}]]", text)


def note_partial(draft: Draft, options: Sequence[RawAnswer]) -> None:
    """Note options of a list that other tools give a part of the score for."""
    draft.note_partial([RawOption({}, option.share) for option in options])


def asks_in(item: AuthoredItem, language: str) -> bool:
    """Tell whether the item asks something in this language."""
    text = item.kind is not ItemKind.GAP_TEXT or item.text.get(language)
    return bool(item.prompt.get(language) and text)


def keeps_gaps(item: AuthoredItem, language: str) -> bool:
    """Tell whether each gap still stands in the text as HTML; none does inside a link's mark."""
    text = item.text.get(language, "")
    return gap_keys(html_of(text, language)) == gap_keys(text)


def number_of_gap(gap: Gap, language: str) -> tuple[Decimal, Decimal] | None:
    """Return number and tolerance of a gap that takes nothing else; None for any other gap."""
    wordings = wordings_in(gap, language)
    return within(wordings[0]) if len(wordings) == 1 and not gap.is_choice else None


def wordings_in(gap: Gap, language: str) -> tuple[str, ...]:
    """Return what a gap accepts in a language, in the other one if there is nothing."""
    others = (texts for texts in gap.accepted.values() if texts)
    return gap.accepted.get(language) or next(others, ())
