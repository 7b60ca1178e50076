"""The files of exams read into their rules; every mistake is noted with its line."""

from collections.abc import Sequence
from datetime import datetime

from lms.assessment.exam_rules import ExamRules, SectionRule, Shortage, shortages
from lms.assessment.kinds.values import AuthoredItem
from lms.assessment.models import Behaviour, Counting, ExplanationPolicy, ItemKind
from lms.assessment.rules.sense import senseless
from lms.assessment.rules.windows import read_instant
from lms.assessment.source.content import EXAM_FILE, EXAM_SCHEMA, AssessmentContent
from lms.assessment.source.enemies import enemies_meet
from lms.catalog.messages import Message
from lms.catalog.source.content import CourseContent
from lms.catalog.source.folder import SourceFolder
from lms.catalog.source.map_reader import MapReader, read_mapping
from lms.catalog.source.problems import Problems

TITLE_LIMIT = 300
DRAW_LIMIT = 100
SECTION_LIMIT = 60
BAND_LIMIT = 50  # percentage points


def read_exam(
    folder: SourceFolder,
    outline: CourseContent,
    items: Sequence[AuthoredItem] | None,
    problems: Problems,
    path: str = EXAM_FILE,
) -> ExamRules | None:
    """Return the rules of the exam at ``path``; None when there is none or it can't be read.

    ``items`` are the bank's: sections may not draw more, nor what must not meet. None: not all of
    them could be read, and nothing is said of them.
    """
    if path not in folder.files:
        return None
    text = folder.text(path, problems)
    if text is None:
        return None
    reader = read_mapping(text, path, problems)
    reader.schema(EXAM_SCHEMA)
    sections = reader.maps("sections")
    if len(sections) > SECTION_LIMIT:
        reader.complain("sections", Message("are more than %(limit)s", limit=SECTION_LIMIT))
    rules = ExamRules(
        title=reader.texts("title", outline.languages, limit=TITLE_LIMIT),
        minutes=reader.integer("minutes", minimum=1, maximum=480),
        pass_percent=reader.integer("pass_percent", minimum=1, maximum=100),
        attempts=reader.integer("attempts", minimum=1, maximum=99),
        wait_hours=reader.integer("wait_hours", minimum=0, maximum=24 * 365, default=0),
        explanations=reader.choice("explanations", ExplanationPolicy),
        sections=tuple(_section(entry, outline) for entry in sections),
        behaviour=reader.choice("behaviour", Behaviour, default=Behaviour.EXAM),
        certainty=reader.boolean("certainty", default=False),
        counting=reader.choice("counting", Counting, default=Counting.BEST),
        opens_at=_instant(reader, "opens"),
        closes_at=_instant(reader, "closes"),
        needs_code=reader.boolean("code", default=False),
        fair_band=_percentage(reader, "fair_band", BAND_LIMIT),
        exposure_percent=_percentage(reader, "exposure_percent"),
    )
    reader.done()
    if rules.opens_at and rules.closes_at and rules.closes_at <= rules.opens_at:
        reader.complain("closes", Message("must be later than 'opens'"))
    if items is not None:
        _check_bank(rules, items, reader, sections)
    return rules


def _check_bank(
    rules: ExamRules, items: Sequence[AuthoredItem], reader: MapReader, sections: list[MapReader]
) -> None:
    """Note what the bank can't give, each at its section."""
    stock = AssessmentContent(tuple(items)).stock()
    for key, message in senseless(rules, stock):
        reader.complain(key, message)
    lacking = shortages(rules.sections, stock)
    for shortage in lacking:
        _complain(shortage, rules.sections, sections)
    meeting = None if lacking else enemies_meet(items, rules.sections)
    if meeting is not None:
        sections[meeting].complain(
            "draw",
            Message(
                "the bank is too small: from this section on a paper has items that must not meet "
                "('enemies')"
            ),
        )


def _percentage(reader: MapReader, key: str, most: int = 100) -> int | None:
    return reader.integer(key, minimum=1, maximum=most) if reader.has(key) else None


def _instant(reader: MapReader, key: str) -> datetime | None:
    if not reader.has(key):
        return None
    text = reader.text(key)
    instant = read_instant(text)
    if text and instant is None:
        reader.complain(
            key,
            Message("'%(value)s' is no time such as 2026-12-01T09:00+03:00", value=text[:40]),
        )
    return instant


def _section(entry: MapReader, outline: CourseContent) -> SectionRule:
    level = entry.integer("level", minimum=1, maximum=3) if entry.has("level") else None
    section = SectionRule(
        topic=entry.key("topic", known=outline.topic_keys, what="topic"),
        draw=entry.integer("draw", minimum=1, maximum=DRAW_LIMIT),
        level=level,
        kind=entry.choice("kind", ItemKind) if entry.has("kind") else None,
        pass_percent=_percentage(entry, "pass_percent"),
    )
    entry.done()
    return section


def _complain(shortage: Shortage, rules: tuple[SectionRule, ...], entries: list[MapReader]) -> None:
    """Note a shortage at the last section that takes part in it."""
    lacking = SectionRule(shortage.topic, 0, shortage.level, shortage.kind)
    entry = next(
        entry
        for rule, entry in reversed(list(zip(rules, entries, strict=True)))
        if rule.lies_within(lacking)
    )
    values: dict[str, object] = {
        "asked": shortage.asked,
        "topic": shortage.topic,
        "available": shortage.available,
        "level": shortage.level,
        "kind": shortage.kind and shortage.kind.value,
    }
    entry.complain("draw", _sentence(shortage, values))


def _sentence(shortage: Shortage, values: dict[str, object]) -> Message:
    if shortage.level is None and shortage.kind is None:
        return Message(
            "the sections ask for %(asked)s items of '%(topic)s', the bank has %(available)s",
            **values,
        )
    if shortage.kind is None:
        return Message(
            "the sections ask for %(asked)s items of '%(topic)s' and level %(level)s, "
            "the bank has %(available)s",
            **values,
        )
    if shortage.level is None:
        return Message(
            "the sections ask for %(asked)s items of '%(topic)s' and kind %(kind)s, "
            "the bank has %(available)s",
            **values,
        )
    return Message(
        "the sections ask for %(asked)s items of '%(topic)s', level %(level)s and kind %(kind)s, "
        "the bank has %(available)s",
        **values,
    )
