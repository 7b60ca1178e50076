"""Combinations of rules that make no sense: refused by name, in files and at publication."""

from collections.abc import Iterator

from lms.assessment.authoring.words import KIND_NAMES
from lms.assessment.exam_rules import ExamRules, Stock
from lms.assessment.models import Behaviour, ExplanationPolicy, ItemKind
from lms.catalog.messages import Message, Naming

# Kinds that are right or wrong as a whole; all others can earn a part of their points.
ALL_OR_NONE = frozenset(
    {ItemKind.SINGLE_CHOICE, ItemKind.TRUE_FALSE, ItemKind.NUMERIC, ItemKind.SHORT_TEXT}
)
# Kinds that aren't told right or wrong at once, on one page.
NOT_AT_ONCE = frozenset({ItemKind.DIALOGUE, ItemKind.ESSAY, ItemKind.FILE})
IN_A_ROW = 2  # right answers that master a topic


def senseless(rules: ExamRules, stock: Stock) -> Iterator[tuple[str, Message]]:
    """Yield (key of ``exam.yaml``, what doesn't go together)."""
    if rules.is_window_too_short:
        yield "closes", Message("The exam is open for less time than it takes.")
    if rules.certainty:
        yield from _of_certainty(rules, stock)
    if rules.behaviour is Behaviour.EXAM:
        return
    slow = _kinds(rules, stock) & NOT_AT_ONCE
    if slow:
        yield (
            "behaviour",
            Message(
                "Practice and mastery tell each answer right or wrong at once; "
                "the sections may draw questions that can't be: %(kinds)s",
                kinds=_named(slow),
            ),
        )
    if rules.explanations is not ExplanationPolicy.AFTER_SUBMISSION:
        yield (
            "explanations",
            Message(
                "Practice and mastery show explanations at once: "
                "they can't be kept back until a pass, or for good."
            ),
        )
    if rules.behaviour is Behaviour.MASTERY:
        yield from _of_mastery(rules)


def _kinds(rules: ExamRules, stock: Stock) -> set[ItemKind]:
    """Return the kinds that a paper may ask."""
    return {cell[2] for cell in stock for section in rules.sections if section.fits(cell)}


def _named(kinds: set[ItemKind]) -> Naming:
    return Naming({kind.value: KIND_NAMES[kind] for kind in ItemKind if kind in kinds})


def _of_certainty(rules: ExamRules, stock: Stock) -> Iterator[tuple[str, Message]]:
    if rules.behaviour is Behaviour.MASTERY:
        yield (
            "certainty",
            Message("Mastery asks for two right answers in a row; certainty has no part in it."),
        )
    partial = _kinds(rules, stock) - ALL_OR_NONE
    if partial:
        yield (
            "certainty",
            Message(
                "Certainty-based marking needs questions that are right or wrong as a whole; "
                "the sections may draw others: %(kinds)s",
                kinds=_named(partial),
            ),
        )


def _of_mastery(rules: ExamRules) -> Iterator[tuple[str, Message]]:
    if rules.pass_percent != 100:
        yield (
            "pass_percent",
            Message("Mastery is passed when all topics are mastered: the pass mark must be 100 %."),
        )
    if any(section.pass_percent for section in rules.sections):
        yield (
            "sections",
            Message("In mastery each topic is mastered or not: a section has no pass mark."),
        )
    if rules.fair_band is not None:
        yield (
            "fair_band",
            Message("In mastery papers differ in length: they can't be equally hard."),
        )
    drawn: dict[str, int] = {}
    for section in rules.sections:
        drawn[section.topic] = drawn.get(section.topic, 0) + section.draw
    for topic in sorted(topic for topic, count in drawn.items() if count < IN_A_ROW):
        yield (
            "sections",
            Message(
                "Mastery needs at least two questions of each topic; '%(topic)s' has one.",
                topic=topic,
            ),
        )
