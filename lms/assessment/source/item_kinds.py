"""What an item's entry holds besides the fields of all items: a reader for each kind."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from lms.assessment.kinds.arranging import right_sides
from lms.assessment.kinds.base import TEXT_LIMIT, compared
from lms.assessment.kinds.values import (
    Criterion,
    Entry,
    Gap,
    Option,
    Pair,
    Reply,
    ScoringRule,
    Texts,
    Turn,
    Wordings,
)
from lms.assessment.models import ItemKind
from lms.assessment.source.checks import dialogue_faults, gap_faults, pair_faults
from lms.assessment.source.content import (
    CRITERIA,
    DIALOGUE_KEY,
    DISTRACTORS,
    GAP_TEXT_LIMIT,
    GAPS,
    LINE_LIMIT,
    OPTIONS,
    PAIRS,
    PROMPT_LIMIT,
    REPLIES,
    SECONDS_LIMIT,
    STEPS,
    TURNS,
    WORDS,
    WORDS_LIMIT,
)
from lms.assessment.source.file_rules import read_rules
from lms.assessment.source.item_fields import ItemFields
from lms.assessment.source.pictures import read_hotspot
from lms.catalog.messages import Message
from lms.catalog.source.map_reader import MapReader

POINTS_LIMIT = 10
ACCEPTED_LIMIT = 20  # wordings of a short text or a gap in one language
NUMBER_LIMIT = Decimal(10) ** 12


def _options(fields: ItemFields, entry: MapReader) -> tuple[Option, ...]:
    seen: set[str] = set()
    options = []
    for row in fields.rows(entry, "options", OPTIONS):
        options.append(
            Option(
                fields.row_key(row, seen),
                fields.texts(row, "text", pictures=True),
                row.boolean("correct"),
                fields.explanation(row, pictures=True),
            )
        )
        row.done()
    fields.differ(entry, "options", [option.text for option in options])
    return tuple(options)


def _single_choice(fields: ItemFields, entry: MapReader) -> dict[str, Any]:
    options = _options(fields, entry)
    if options and sum(option.correct for option in options) != 1:
        entry.complain("options", Message("exactly one must be correct"))
    return {"options": options}


def _multiple_choice(fields: ItemFields, entry: MapReader) -> dict[str, Any]:
    options = _options(fields, entry)
    if options and len({option.correct for option in options}) == 1:
        entry.complain("options", Message("at least one must be correct and one wrong"))
    rule = entry.choice("scoring", ScoringRule, default=ScoringRule.RIGHT_MINUS_WRONG)
    return {"options": options, "scoring": rule}


def _true_false(_fields: ItemFields, entry: MapReader) -> dict[str, Any]:
    return {"truth": entry.boolean("answer")}


def _matching(fields: ItemFields, entry: MapReader) -> dict[str, Any]:
    seen: set[str] = set()
    pairs, distractors = [], []
    for row in fields.rows(entry, "pairs", PAIRS):
        key = fields.row_key(row, seen)
        left = fields.texts(row, "left", pictures=True)
        pairs.append(Pair(key, left, fields.texts(row, "right", pictures=True)))
        row.done()
    for row in fields.rows(entry, "distractors", DISTRACTORS):
        distractors.append(
            Entry(fields.row_key(row, seen), fields.texts(row, "text", pictures=True))
        )
        row.done()
    for message in pair_faults(pairs, distractors) if pairs else ():
        entry.complain("pairs", message)
    fields.differ(entry, "pairs", [pair.left for pair in pairs])
    rights = [*right_sides(pairs).values(), *(entry.text for entry in distractors)]
    fields.differ(entry, "pairs", rights)
    return {"pairs": tuple(pairs), "distractors": tuple(distractors)}


def _ordering(fields: ItemFields, entry: MapReader) -> dict[str, Any]:
    seen: set[str] = set()
    steps = []
    for row in fields.rows(entry, "steps", STEPS):
        key = fields.row_key(row, seen)
        steps.append(Entry(key, fields.texts(row, "text", pictures=True)))
        row.done()
    fields.differ(entry, "steps", [step.text for step in steps])
    return {"steps": tuple(steps)}


def _numeric(fields: ItemFields, entry: MapReader) -> dict[str, Any]:
    value = entry.decimal("answer", minimum=-NUMBER_LIMIT, maximum=NUMBER_LIMIT)
    tolerance = entry.decimal("tolerance", minimum=0, maximum=NUMBER_LIMIT, required=False)
    unit = entry.texts("unit", fields.languages, required=False, limit=LINE_LIMIT)
    return {
        "value": value if value is not None else Decimal(0),
        "tolerance": tolerance if tolerance is not None else Decimal(0),
        "unit": unit or None,
    }


def _short_text(fields: ItemFields, entry: MapReader) -> dict[str, Any]:
    return {"accepted": _wordings(fields, entry, "accepted")}


def _wordings(fields: ItemFields, entry: MapReader, key: str, *, required: bool = True) -> Wordings:
    """Return wordings that a candidate can type, in each language of the course."""
    reader = entry.mapping(key, required=required)
    if reader is None:
        return {}
    accepted = {}
    for language in fields.languages:
        wordings = reader.strings(language, limit=TEXT_LIMIT)
        if len(wordings) > ACCEPTED_LIMIT:
            reader.complain(language, Message("has more than %(n)s", n=ACCEPTED_LIMIT))
        if any(not compared(wording) for wording in wordings):
            reader.complain(language, Message("an entry is nothing but punctuation"))
        accepted[language] = tuple(wordings)
    reader.done()
    return accepted


def _gap_text(fields: ItemFields, entry: MapReader) -> dict[str, Any]:
    text = fields.texts(entry, "text", limit=GAP_TEXT_LIMIT, pictures=True)
    seen: set[str] = set()
    gaps = []
    for row in fields.rows(entry, "gaps", GAPS):
        key = fields.row_key(row, seen)
        gap = Gap(
            key,
            _wordings(fields, row, "accepted"),
            _wordings(fields, row, "distractors", required=False),
        )
        row.done()
        gaps.append(gap)
    for message in gap_faults(text, tuple(gaps)):
        entry.complain("gaps", message)
    return {"text": text, "gaps": tuple(gaps)}


def _essay(fields: ItemFields, entry: MapReader) -> dict[str, Any]:
    words = None
    reader = entry.mapping("words", required=False)
    if reader is not None:
        fewest, most = (reader.integer(n, minimum=1, maximum=WORDS_LIMIT) for n in WORDS)
        if fewest > most:
            reader.complain("most", Message("is below 'fewest'"))
        words = (fewest, most)
        reader.done()
    return {"words": words, **_judged(fields, entry)}


def _file(fields: ItemFields, entry: MapReader) -> dict[str, Any]:
    return {"files": read_rules(entry), **_judged(fields, entry)}


def _judged(fields: ItemFields, entry: MapReader) -> dict[str, Any]:
    seen: set[str] = set()
    rubric = []
    for row in fields.rows(entry, "rubric", CRITERIA):
        key, text = fields.row_key(row, seen), fields.texts(row, "text")
        points = row.integer("points", minimum=1, maximum=POINTS_LIMIT)
        rubric.append(Criterion(key, text, points, _levels(fields, row, points)))
        row.done()
    examiners = entry.integer("examiners", minimum=1, maximum=2, default=1)
    return {"examiners": examiners, "rubric": tuple(rubric)}


def _levels(fields: ItemFields, row: MapReader, points: int) -> tuple[Texts, ...]:
    """Return what each number of points of a criterion means: all of them, or none."""
    reader = row.mapping("levels", required=False)
    if reader is None:
        return ()
    known = [str(number) for number in range(points + 1)]
    missing = [number for number in known if not reader.has(number)]
    if missing:
        row.complain("levels", Message("has no words for the points %(missing)s",
                                       missing=", ".join(missing)))  # fmt: skip
    for key in reader.node.items:
        if key not in known:
            reader.complain(key, Message("is no number of points from 0 to %(most)s", most=points))
    levels = []
    for key in known:
        levels.append(fields.texts(reader, key, required=key not in missing))
        if any("\n" in text for text in levels[-1].values()):
            reader.complain(key, Message("must be one line"))
    return tuple(levels)


def _dialogue(fields: ItemFields, entry: MapReader) -> dict[str, Any]:
    seen: set[str] = set()
    turns = []
    for row in fields.rows(entry, "turns", TURNS):
        key = fields.row_key(row, seen, limit=DIALOGUE_KEY)
        says = fields.texts(row, "says", limit=PROMPT_LIMIT)
        if row.has("replies"):
            turns.append(Turn(key, says, _replies(fields, row)))
        else:
            score = row.integer("score", minimum=0, maximum=100)
            debriefing = fields.texts(row, "debriefing", limit=PROMPT_LIMIT)
            turns.append(Turn(key, says, score=score, debriefing=debriefing))
        row.done()
    for message in dialogue_faults(tuple(turns)):
        entry.complain("turns", message)
    return {"turns": tuple(turns)}


def _replies(fields: ItemFields, turn: MapReader) -> tuple[Reply, ...]:
    seen: set[str] = set()
    replies = []
    for row in fields.rows(turn, "replies", REPLIES):
        replies.append(
            Reply(
                fields.row_key(row, seen, limit=DIALOGUE_KEY),
                fields.texts(row, "text"),
                row.text("leads_to", limit=60),
                row.integer("mood", minimum=-2, maximum=2, default=0),
                row.integer("seconds", minimum=0, maximum=SECONDS_LIMIT, default=0),
                fields.explanation(row),
            )
        )
        row.done()
    return tuple(replies)


SPECIAL: dict[ItemKind, Callable[[ItemFields, MapReader], dict[str, Any]]] = {
    ItemKind.SINGLE_CHOICE: _single_choice,
    ItemKind.MULTIPLE_CHOICE: _multiple_choice,
    ItemKind.TRUE_FALSE: _true_false,
    ItemKind.MATCHING: _matching,
    ItemKind.ORDERING: _ordering,
    ItemKind.NUMERIC: _numeric,
    ItemKind.SHORT_TEXT: _short_text,
    ItemKind.GAP_TEXT: _gap_text,
    ItemKind.HOTSPOT: read_hotspot,
    ItemKind.ESSAY: _essay,
    ItemKind.FILE: _file,
    ItemKind.DIALOGUE: _dialogue,
}
