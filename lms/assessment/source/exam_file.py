"""``exam.yaml`` read into the exam's rules; every mistake is noted with its line."""

from lms.assessment.exam_rules import ExamRules, SectionRule, Shortage, shortages
from lms.assessment.models import ExplanationPolicy
from lms.assessment.source.content import EXAM_FILE, EXAM_SCHEMA
from lms.catalog.messages import Message
from lms.catalog.source.content import CourseContent
from lms.catalog.source.folder import SourceFolder
from lms.catalog.source.map_reader import MapReader, read_mapping
from lms.catalog.source.problems import Problems

TITLE_LIMIT = 300
DRAW_LIMIT = 100
SECTION_LIMIT = 60


def read_exam(
    folder: SourceFolder,
    outline: CourseContent,
    counts: dict[str, dict[int, int]],
    problems: Problems,
) -> ExamRules | None:
    """Return the exam's rules; None when the course has no exam or it can't be read.

    ``counts`` are the bank's items by topic and level: sections may not draw more.
    """
    if EXAM_FILE not in folder.files:
        return None
    text = folder.text(EXAM_FILE, problems)
    if text is None:
        return None
    reader = read_mapping(text, EXAM_FILE, problems)
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
    )
    reader.done()
    for shortage in shortages(rules.sections, counts):
        _complain(shortage, rules.sections, sections)
    return rules


def _section(entry: MapReader, outline: CourseContent) -> SectionRule:
    level = entry.integer("level", minimum=1, maximum=3) if entry.has("level") else None
    section = SectionRule(
        topic=entry.key("topic", known=outline.topic_keys, what="topic"),
        draw=entry.integer("draw", minimum=1, maximum=DRAW_LIMIT),
        level=level,
    )
    entry.done()
    return section


def _complain(shortage: Shortage, rules: tuple[SectionRule, ...], entries: list[MapReader]) -> None:
    """Note a shortage at the last section that takes part in it."""
    entry = next(
        entry
        for rule, entry in reversed(list(zip(rules, entries, strict=True)))
        if rule.topic == shortage.topic and shortage.level in (None, rule.level)
    )
    entry.complain(
        "draw",
        Message(
            "the sections ask for %(asked)s items of '%(topic)s', the bank has %(available)s",
            asked=shortage.asked,
            topic=shortage.topic,
            available=shortage.available,
        )
        if shortage.level is None
        else Message(
            "the sections ask for %(asked)s items of '%(topic)s' and level %(level)s, "
            "the bank has %(available)s",
            asked=shortage.asked,
            topic=shortage.topic,
            level=shortage.level,
            available=shortage.available,
        ),
    )
