"""Two states of an item beside each other: for the history, and when two people edit at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from lms.assessment.authoring.words import (
    BEHAVIOUR_NAMES,
    COUNTING_NAMES,
    KIND_NAMES,
    LANGUAGE_NAMES,
    LEVEL_NAMES,
    POLICY_NAMES,
    SCORING_NAMES,
)
from lms.assessment.exam_rules import ExamRules, SectionRule
from lms.assessment.kinds.values import AuthoredItem, FileRules, Turn, Wordings
from lms.assessment.models import ItemKind
from lms.assessment.source.checks import shown_numbers
from lms.web.i18n import show_datetime, with_minus


@dataclass(frozen=True)
class Difference:
    """One thing that two states say differently; None: one of them doesn't have it."""

    label: str
    before: str | None
    after: str | None


def differences(before: AuthoredItem, after: AuthoredItem) -> list[Difference]:
    """Return what ``after`` says differently, in the order of the form."""
    old, new = dict(_facts(before)), dict(_facts(after))
    return [
        Difference(label, old.get(label), new.get(label))
        for label in dict.fromkeys([*new, *old])
        if old.get(label) != new.get(label)
    ]


def rule_differences(
    before: ExamRules, after: ExamRules, topics: Mapping[str, str]
) -> list[Difference]:
    """Return what ``after`` says differently about an exam, in the order of the form.

    ``topics`` gives the titles of topics by their keys.
    """
    old, new = dict(_rule_facts(before, topics)), dict(_rule_facts(after, topics))
    return [
        Difference(label, old.get(label), new.get(label))
        for label in dict.fromkeys([*new, *old])
        if old.get(label) != new.get(label)
    ]


def _rule_facts(rules: ExamRules, topics: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    yield from _texts(_("Title"), rules.title)
    yield _("Time, minutes"), str(rules.minutes)
    yield _("Pass mark, %"), str(rules.pass_percent)
    yield _("Attempts"), str(rules.attempts)
    yield _("Hours between attempts"), str(rules.wait_hours)
    yield _("Explanations are shown"), str(POLICY_NAMES[rules.explanations])
    yield from _conduct(rules)
    lines = [
        _(
            "%(topic)s, %(level)s: %(number)d",
            topic=topics.get(s.topic, s.topic),
            level=_selection(s),
            number=s.draw,
        )
        + (f" · {s.pass_percent} %" if s.pass_percent else "")
        for s in rules.sections
    ]
    yield _("Sections"), "\n".join(lines)


def _conduct(rules: ExamRules) -> Iterator[tuple[str, str]]:
    yield _("How it goes"), str(BEHAVIOUR_NAMES[rules.behaviour])
    yield _("What counts"), str(COUNTING_NAMES[rules.counting])
    for label, is_set in (
        (_("Certainty is asked and goes into the score"), rules.certainty),
        (_("A release code is needed to start"), rules.needs_code),
    ):
        yield label, _("yes") if is_set else _("no")
    for label, instant in ((_("Opens"), rules.opens_at), (_("Closes"), rules.closes_at)):
        yield label, show_datetime(instant) or "–"
    yield _("Fair papers, points of difference"), str(rules.fair_band or "–")
    yield _("Most papers with one question, %"), str(rules.exposure_percent or "–")


def _selection(section: SectionRule) -> str:
    kind = f", {KIND_NAMES[section.kind]}" if section.kind else ""
    return f"{_level(section.level)}{kind}"


def _level(level: int | None) -> str:
    return str(_("Any level") if level is None else LEVEL_NAMES[level])


def _facts(item: AuthoredItem) -> Iterator[tuple[str, str]]:
    yield _("Topic"), item.topic
    yield _("Level"), str(LEVEL_NAMES.get(item.level, item.level))
    yield _("Points"), str(item.points)
    if item.sources:
        yield _("Sources"), ", ".join(item.sources)
    if item.facts:
        yield _("Facts"), ", ".join(item.facts)
    if item.enemies:
        yield _("Must not meet"), item.enemies
    yield from _texts(_("Question"), item.prompt)
    yield from _special(item)
    yield from _texts(_("Explanation of the whole question"), item.explanation)


def _texts(label: str, texts: dict[str, str]) -> Iterator[tuple[str, str]]:
    for code, text in sorted(texts.items(), reverse=True):
        language = LANGUAGE_NAMES.get(code, code)
        yield _("%(label)s (%(language)s)", label=label, language=language), text


def _special(item: AuthoredItem) -> Iterator[tuple[str, str]]:
    match item.kind:
        case ItemKind.SINGLE_CHOICE | ItemKind.MULTIPLE_CHOICE:
            yield from _options(item)
        case ItemKind.TRUE_FALSE:
            yield _("The statement is"), _("True") if item.truth else _("False")
        case ItemKind.MATCHING:
            for pair in item.pairs:
                yield from _texts(_("Left side %(key)s", key=pair.key), pair.left)
                yield from _texts(_("Right side %(key)s", key=pair.key), pair.right)
            for entry in item.distractors:
                yield from _texts(_("Extra right side %(key)s", key=entry.key), entry.text)
        case ItemKind.ORDERING:
            yield _("Right order"), _list(entry.key for entry in item.steps)
            for entry in item.steps:
                yield from _texts(_("Step %(key)s", key=entry.key), entry.text)
        case ItemKind.NUMERIC:
            yield _("Right answer"), str(item.value)
            yield _("Tolerance"), str(item.tolerance)
            yield from _texts(_("Unit"), item.unit or {})
        case ItemKind.SHORT_TEXT:
            yield from _wordings(_("Accepted answers"), item.accepted)
        case _:
            yield from _longer(item)


def _longer(item: AuthoredItem) -> Iterator[tuple[str, str]]:
    match item.kind:
        case ItemKind.GAP_TEXT:
            yield from _texts(_("Text with gaps"), item.text)
            for gap in item.gaps:
                yield from _wordings(_("Gap %(key)s, right", key=gap.key), gap.accepted)
                yield from _wordings(_("Gap %(key)s, wrong", key=gap.key), gap.distractors)
        case ItemKind.HOTSPOT:
            yield from _picture(item)
        case ItemKind.ESSAY:
            if item.words:
                yield _("Words"), "–".join(str(number) for number in item.words)
            yield from _judged(item)
        case ItemKind.FILE:
            rules = item.files or FileRules()
            yield _("Files at most"), str(rules.most)
            yield _("Types of files"), ", ".join(kind.value for kind in rules.types)
            yield _("Size of a file, MB"), str(rules.megabytes)
            yield from _judged(item)
        case ItemKind.DIALOGUE:
            for turn in item.turns:
                yield from _turn(turn)


def _judged(item: AuthoredItem) -> Iterator[tuple[str, str]]:
    yield _("Examiners"), str(item.examiners)
    for criterion in item.rubric:
        label = _("Rubric %(key)s", key=criterion.key)
        yield label, str(criterion.points)
        yield from _texts(label, criterion.text)
        for number, text in enumerate(criterion.levels):
            of_points = _("Rubric %(key)s, points: %(number)d", key=criterion.key, number=number)
            yield from _texts(of_points, text)


def _picture(item: AuthoredItem) -> Iterator[tuple[str, str]]:
    yield from _texts(_("Picture"), item.figure)
    yield from _texts(_("What the picture shows"), item.alt)
    yield _("Places to mark"), str(item.marks)
    for area in item.areas:
        verdict = _("Right") if area.correct else _("Wrong")
        numbers = shown_numbers(area.numbers)
        yield _("Area %(key)s", key=area.key), f"{area.shape.value} {numbers}, {verdict}"
        yield from _texts(_("Area %(key)s, in words", key=area.key), area.label)
        yield from _texts(_("Area %(key)s, explanation", key=area.key), area.explanation)


def _wordings(label: str, wordings: Wordings) -> Iterator[tuple[str, str]]:
    return _texts(label, {code: "\n".join(texts) for code, texts in wordings.items()})


def _turn(turn: Turn) -> Iterator[tuple[str, str]]:
    yield from _texts(_("Turn %(key)s", key=turn.key), turn.says)
    if not turn.replies:
        yield _("Turn %(key)s, score", key=turn.key), str(turn.score)
        yield from _texts(_("Turn %(key)s, debriefing", key=turn.key), turn.debriefing)
    for reply in turn.replies:
        name = f"{turn.key}/{reply.key}"
        yield from _texts(_("Reply %(key)s", key=name), reply.text)
        yield _("Reply %(key)s leads to", key=name), reply.leads_to
        yield (
            _("Reply %(key)s, mood and seconds", key=name),
            with_minus(f"{reply.mood:+d}, {reply.seconds}"),
        )
        yield from _texts(_("Reply %(key)s, explanation", key=name), reply.explanation)


def _options(item: AuthoredItem) -> Iterator[tuple[str, str]]:
    if item.kind is ItemKind.MULTIPLE_CHOICE:
        yield _("How it is scored"), str(SCORING_NAMES[item.scoring])
    yield _("Right options"), _list(option.key for option in item.options if option.correct)
    for option in item.options:
        yield from _texts(_("Option %(key)s", key=option.key), option.text)
        label = _("Option %(key)s, explanation", key=option.key)
        yield from _texts(label, option.explanation)


def _list(keys: Iterator[str] | Sequence[str]) -> str:
    return ", ".join(keys)
