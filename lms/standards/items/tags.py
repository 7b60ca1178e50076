"""What Moodle's formats have no field for, carried in its tags: ``lms-level-2`` and the like.

``lms-level-N`` and ``lms-points-N``; ``lms-source-KEY``, ``lms-fact-KEY`` and ``lms-enemies-KEY``;
``lms-accepted-ru-2-en-1``: the first two accepted answers are Russian, the next is English;
``lms-unit-ru-…``: a unit, percent-encoded;
``lms-words-5-200`` and ``lms-examiners-2`` of an essay; ``lms-criterion-2-tone``: the criterion
``tone`` of its rubric for two points, ``lms-levels-tone``: it says what each of them means;
``lms-gap-1-KEY``: the gap that stands first in a text;
``lms-area-KEY-rectangle-…``: an area of a picture in per mille; ``lms-files-4``: the most files.
"""

import re
from collections.abc import Sequence
from urllib.parse import quote, unquote

from lms.assessment.kinds.gap_text import gap_keys
from lms.assessment.kinds.values import AuthoredItem, ScoringRule
from lms.assessment.source.content import FILES_LIMIT, ROW_KEY
from lms.standards.items import limits
from lms.standards.items.drafting import Draft
from lms.standards.items.kinds.essays import words_of
from lms.standards.items.pictures.areas import mark_of
from lms.web.i18n import LANGUAGES

OWN = re.compile(
    r"lms-(level|points|source|fact|enemies|accepted|unit|words|examiners|criterion|levels|gap|scoring|area|files)"
    r"-(.{1,400})",
    re.DOTALL,
)
ROW = re.compile(r"([1-9]\d?)-([a-z0-9][a-z0-9-]{0,59})")
AREA = re.compile(r"([a-z0-9][a-z0-9-]{0,59})-((?:rectangle|ellipse|polygon)(?:-\d{1,4}){4,24})")
RULES = {rule.value: rule for rule in ScoringRule}
FILES = {str(number) for number in range(1, FILES_LIMIT + 1)}
LEVELS = {"1": 1, "2": 2, "3": 3}


def tags_of(
    item: AuthoredItem, *, points: bool, words: bool, languages: Sequence[str]
) -> list[str]:
    """Return an item's tags; ``points``, ``words``: where the format has no field."""
    tags = [f"lms-level-{item.level}"]
    if points:
        tags.append(f"lms-points-{item.points}")
    tags += [f"lms-source-{key}" for key in item.sources]
    tags += [f"lms-fact-{key}" for key in item.facts]
    if item.enemies:
        tags.append(f"lms-enemies-{item.enemies}")
    accepted = {code: item.accepted[code] for code in languages if item.accepted.get(code)}
    if accepted and len(languages) > 1:
        counts = "-".join(f"{code}-{len(texts)}" for code, texts in accepted.items())
        tags.append(f"lms-accepted-{counts}")
    if item.unit:
        tags += [
            f"lms-unit-{code}-{quote(item.unit[code], safe='')}"
            for code in languages
            if item.unit.get(code)
        ]
    if words and item.words:
        tags.append(f"lms-words-{item.words[0]}-{item.words[1]}")
    if item.rubric:
        tags.append(f"lms-examiners-{item.examiners}")
    if item.scoring is not ScoringRule.RIGHT_MINUS_WRONG:
        tags.append(f"lms-scoring-{item.scoring.value}")
    return tags


def row_tags(item: AuthoredItem, text: str) -> list[str]:
    """Return the tags of criteria, gaps of ``text``, areas and files, in the author's order."""
    places = {key: place for place, key in enumerate(gap_keys(text), start=1)}
    criteria = [f"lms-criterion-{c.points}-{c.key}" for c in item.rubric]
    criteria += [f"lms-levels-{c.key}" for c in item.rubric if c.levels]
    areas = [f"lms-area-{a.key}-{mark_of(a.shape, a.numbers)}" for a in item.areas if a.correct]
    files = [f"lms-files-{item.files.most}"] if item.files else []
    gaps = [f"lms-gap-{places[g.key]}-{g.key}" for g in item.gaps if g.key in places]
    return [*criteria, *gaps, *areas, *files]


class Tagged:
    """What an item's tags say; the rest of them goes to the draft as free words."""

    def __init__(self, draft: Draft, tags: Sequence[str]) -> None:
        self.accepted: list[tuple[str, int]] = []
        self.unit: dict[str, str] = {}
        self.words: tuple[int, int] | None = None
        self.examiners: int | None = None
        self.scoring: ScoringRule | None = None
        self.criteria: list[tuple[int, str]] = []  # points and key
        self.levels: set[str] = set()  # keys of criteria
        self.gaps: list[tuple[int, str]] = []  # place in the text and key
        self.areas: list[tuple[str, str]] = []  # key and exact numbers
        self.files: int | None = None  # the most
        free = []
        for tag in tags[: limits.LABELS]:
            match = OWN.fullmatch(tag.strip())
            own = match is not None and self._take(draft, match.group(1), match.group(2))
            if not own:
                free.append(tag)
        draft.take_tags([*free, *tags[limits.LABELS :]])

    def _take(self, draft: Draft, name: str, value: str) -> bool:
        match name:
            case "level" if value in LEVELS:
                draft.level = LEVELS[value]
            case "points":
                draft.take_points(value)
            case "source" | "fact":
                (draft.take_source if name == "source" else draft.take_fact)(value)
            case "enemies":
                draft.take_enemies(value)
            case "accepted" if re.fullmatch(r"[a-z]{2}-\d{1,2}(-[a-z]{2}-\d{1,2})*", value):
                words = value.split("-")
                pairs = zip(words[::2], words[1::2], strict=True)
                self.accepted = [(code, int(n)) for code, n in pairs if code in LANGUAGES]
            case "unit" if value[:2] in LANGUAGES and value[2:3] == "-":
                self.unit[value[:2]] = unquote(value[3:])
            case "words" if match := re.fullmatch(r"(\d{1,4})-(\d{1,4})", value):
                self.words = words_of(draft, match.group(1), match.group(2))
            case "examiners" if value in ("1", "2"):
                self.examiners = int(value)
            case "scoring" if value in RULES:
                self.scoring = RULES[value]
            case _:
                return self._take_row(name, value)
        return True

    def _take_row(self, name: str, value: str) -> bool:
        """Take one of the tags that stand for rows of an item, or for its files."""
        match name:
            case "area" if (match := AREA.fullmatch(value)) and len(self.areas) < limits.ROWS:
                self.areas.append((match.group(1), match.group(2)))
            case "criterion" | "gap" if match := ROW.fullmatch(value):
                rows = self.criteria if name == "criterion" else self.gaps
                if len(rows) < limits.ROWS:
                    rows.append((int(match.group(1)), match.group(2)))
            case "levels" if ROW_KEY.fullmatch(value) and len(self.levels) < limits.ROWS:
                self.levels.add(value)
            case "files" if value in FILES:
                self.files = int(value)
            case _:
                return False
        return True

    def by_language(self, answers: Sequence[str]) -> dict[str, list[str]] | None:
        """Return the accepted answers by language, None when the tags don't fit them."""
        if not self.accepted or sum(n for _, n in self.accepted) != len(answers):
            return None
        parted: dict[str, list[str]] = {}
        rest = list(answers)
        for code, number in self.accepted:
            parted[code], rest = rest[:number], rest[number:]
        return parted
