"""What an item here may measure: the same bounds that its form and its file have."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from lms.assessment.kinds.arranging import right_sides
from lms.assessment.kinds.base import TEXT_LIMIT, UNSTORABLE, compared
from lms.assessment.kinds.values import AuthoredItem, Texts, Wordings
from lms.assessment.models import ItemKind
from lms.assessment.source.checks import area_faults, gap_faults, pair_faults
from lms.assessment.source.content import (
    AREAS,
    CRITERIA,
    DISTRACTORS,
    GAP_TEXT_LIMIT,
    GAPS,
    LINE_LIMIT,
    OPTIONS,
    PAIRS,
    PROMPT_LIMIT,
    STEPS,
)
from lms.assessment.source.item_kinds import ACCEPTED_LIMIT, NUMBER_LIMIT, POINTS_LIMIT
from lms.catalog.media.kinds import PICTURED
from lms.catalog.messages import Message
from lms.standards.items.model import NotUnderstood
from lms.standards.items.texts.faults import SPECIAL, mistakes

UNIT_LIMIT = 40  # characters
NUMBER_LENGTH = 30  # characters of a number in a file


def check(item: AuthoredItem) -> None:
    """Raise NotUnderstood, with the reason, for an item that couldn't be kept."""
    if not item.prompt:
        raise NotUnderstood(Message("the question has no text"))
    _text(item.prompt, PROMPT_LIMIT)
    _text(item.explanation, PROMPT_LIMIT)
    if item.kind in OF_KINDS:
        OF_KINDS[item.kind](item)


def _text(texts: Texts, limit: int) -> None:
    for text in texts.values():
        if len(text) > limit:
            raise NotUnderstood(Message("a text has more than %(limit)s characters", limit=limit))
        if UNSTORABLE.search(text):
            raise NotUnderstood(Message("a text has characters that can't be stored"))
        wrong = mistakes(text, PICTURED.findall(text)) if SPECIAL.search(text) else []
        if wrong:
            raise NotUnderstood(Message("a text can't be shown here: %(why)s", why=wrong[0]))


def check_number(what: Message, rows: Sequence[object], bounds: tuple[int, int]) -> None:
    """Check how many parts of a sort an item has. Raises NotUnderstood."""
    fewest, most = bounds
    if not fewest <= len(rows) <= most:
        raise NotUnderstood(
            Message(
                "it has %(count)s %(what)s; a question here has from %(fewest)s to %(most)s",
                count=len(rows),
                what=what,
                fewest=fewest,
                most=most,
            )
        )


def _lines(texts: Sequence[Texts]) -> None:
    """Check texts that a candidate must be able to tell apart."""
    for text in texts:
        if not text:
            raise NotUnderstood(Message("one of its parts has no text"))
        _text(text, LINE_LIMIT)
    for language in _languages(texts):
        seen: set[str] = set()
        for shown in (text.get(language, "") for text in texts):
            same = compared(shown)
            if same and same in seen:
                raise NotUnderstood(Message("“%(text)s” stands twice", text=shown[:80]))
            seen.add(same)


def _languages(texts: Iterable[Texts]) -> set[str]:
    return {language for text in texts for language in text}


def _options(item: AuthoredItem) -> None:
    check_number(Message("options"), item.options, OPTIONS)
    texts = [option.text for option in item.options]
    for option in item.options:
        if not option.text:
            raise NotUnderstood(Message("an option has no text"))
        _text(option.text, LINE_LIMIT)
        _text(option.explanation, PROMPT_LIMIT)
    for language in _languages(texts):
        shown = [text[language] for text in texts if language in text]
        for text in shown:
            if shown.count(text) > 1:
                raise NotUnderstood(Message("“%(text)s” stands twice", text=text[:80]))
    right = sum(option.correct for option in item.options)
    if item.kind is ItemKind.SINGLE_CHOICE and right != 1:
        raise NotUnderstood(
            Message("%(count)s options are right; here exactly one must be", count=right)
        )
    if right in (0, len(item.options)):
        raise NotUnderstood(Message("at least one option must be right and one wrong"))


def _matching(item: AuthoredItem) -> None:
    check_number(Message("pairs"), item.pairs, PAIRS)
    check_number(Message("extra right sides"), item.distractors, DISTRACTORS)
    for fault in pair_faults(item.pairs, item.distractors):
        raise NotUnderstood(fault)
    _lines([pair.left for pair in item.pairs])
    _lines([*right_sides(item.pairs).values(), *(entry.text for entry in item.distractors)])


def _numeric(item: AuthoredItem) -> None:
    if item.value is None:
        raise NotUnderstood(Message("it has no number for an answer"))
    for number in (item.value, item.tolerance):
        _number(number)
    if item.tolerance < 0:
        raise NotUnderstood(Message("its tolerance is below zero"))
    if item.unit is not None and any(len(unit) > UNIT_LIMIT for unit in item.unit.values()):
        raise NotUnderstood(
            Message("its unit has more than %(limit)s characters", limit=UNIT_LIMIT)
        )


def _number(number: Decimal) -> None:
    if not number.is_finite() or abs(number) > NUMBER_LIMIT or len(str(number)) > NUMBER_LENGTH:
        raise NotUnderstood(
            Message("“%(number)s” is no number that can be kept", number=str(number)[:40])
        )


def _short_text(item: AuthoredItem) -> None:
    if not any(item.accepted.values()):
        raise NotUnderstood(Message("it accepts no answer"))
    _wordings(item.accepted)


def _wordings(by_language: Wordings) -> None:
    for wordings in by_language.values():
        if len(wordings) > ACCEPTED_LIMIT:
            raise NotUnderstood(
                Message("it accepts more than %(limit)s answers", limit=ACCEPTED_LIMIT)
            )
        for wording in wordings:
            if len(wording) > TEXT_LIMIT:
                raise NotUnderstood(
                    Message("an answer has more than %(limit)s characters", limit=TEXT_LIMIT)
                )
            if not compared(wording) or UNSTORABLE.search(wording):
                raise NotUnderstood(Message("an answer has no letter and no digit"))


def _judged(item: AuthoredItem) -> None:
    """Check a rubric; that it carries the item's points is up to ``kinds.essays``."""
    check_number(Message("criteria"), item.rubric, CRITERIA)
    _lines([criterion.text for criterion in item.rubric])
    points = [criterion.points for criterion in item.rubric]
    for criterion in item.rubric:
        if criterion.levels and len(criterion.levels) != criterion.points + 1:
            raise NotUnderstood(Message("a criterion has words for some of its points alone"))
        for level in criterion.levels:
            if not level:
                raise NotUnderstood(Message("one of its parts has no text"))
            _text(level, LINE_LIMIT)
    if sum(points) != item.points or min(points) < 1 or item.points > POINTS_LIMIT:
        raise NotUnderstood(Message("its points aren't those of its rubric"))


def _hotspot(item: AuthoredItem) -> None:
    check_number(Message("areas"), item.areas, AREAS)
    labels = [area.label for area in item.areas if area.label]
    if labels:
        _lines(labels)
    for text in item.alt.values():
        if len(text) > LINE_LIMIT or UNSTORABLE.search(text):
            raise NotUnderstood(
                Message(
                    "what its picture shows has more than %(limit)s characters", limit=LINE_LIMIT
                )
            )
    for area in item.areas:
        _text(area.explanation, PROMPT_LIMIT)
    for fault in area_faults(item.areas, item.marks):
        raise NotUnderstood(fault)


def _gaps(item: AuthoredItem) -> None:
    check_number(Message("gaps"), item.gaps, GAPS)
    _text(item.text, GAP_TEXT_LIMIT)
    for gap in item.gaps:
        if not gap.accepted or not all(gap.accepted.values()):
            raise NotUnderstood(Message("a gap has no right wording"))
        _wordings(gap.accepted)
        _wordings(gap.distractors)
        for code, right in gap.accepted.items():
            shown = [compared(text) for text in (*right[:1], *gap.distractors.get(code, ()))]
            if len(set(shown)) < len(shown):
                raise NotUnderstood(Message("“%(text)s” stands twice", text=right[0][:80]))
    for fault in gap_faults(item.text, item.gaps):
        raise NotUnderstood(fault)


def _ordering(item: AuthoredItem) -> None:
    check_number(Message("steps"), item.steps, STEPS)
    _lines([step.text for step in item.steps])


OF_KINDS: dict[ItemKind, Callable[[AuthoredItem], None]] = {
    ItemKind.SINGLE_CHOICE: _options,
    ItemKind.MULTIPLE_CHOICE: _options,
    ItemKind.MATCHING: _matching,
    ItemKind.ORDERING: _ordering,
    ItemKind.NUMERIC: _numeric,
    ItemKind.SHORT_TEXT: _short_text,
    ItemKind.GAP_TEXT: _gaps,
    ItemKind.HOTSPOT: _hotspot,
    ItemKind.ESSAY: _judged,
    ItemKind.FILE: _judged,
}
