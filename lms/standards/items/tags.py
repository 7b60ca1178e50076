"""What Moodle's formats have no field for, carried in its tags: ``lms-level-2`` and the like.

``lms-level-N`` and ``lms-points-N``; ``lms-source-KEY``; ``lms-accepted-ru-2-en-1``: the first two
accepted answers are Russian, the next is English; ``lms-unit-ru-…``: a unit, percent-encoded.
"""

import re
from collections.abc import Sequence
from urllib.parse import quote, unquote

from lms.assessment.authored import AuthoredItem
from lms.standards.items.drafting import Draft
from lms.web.i18n import LANGUAGES

OWN = re.compile(r"lms-(level|points|source|accepted|unit)-(.{1,400})", re.DOTALL)
LEVELS = {"1": 1, "2": 2, "3": 3}


def tags_of(item: AuthoredItem, *, points: bool, unit: bool, languages: Sequence[str]) -> list[str]:
    """Return the tags of an item; ``points`` and ``unit``: where the format has no field."""
    tags = [f"lms-level-{item.level}"]
    if points:
        tags.append(f"lms-points-{item.points}")
    tags += [f"lms-source-{key}" for key in item.sources]
    accepted = {code: item.accepted[code] for code in languages if item.accepted.get(code)}
    if accepted and len(languages) > 1:
        counts = "-".join(f"{code}-{len(texts)}" for code, texts in accepted.items())
        tags.append(f"lms-accepted-{counts}")
    if unit and item.unit:
        tags += [
            f"lms-unit-{code}-{quote(item.unit[code], safe='')}"
            for code in languages
            if item.unit.get(code)
        ]
    return tags


class Tagged:
    """What an item's tags say; the rest of them goes to the draft as free words."""

    def __init__(self, draft: Draft, tags: Sequence[str]) -> None:
        self.accepted: list[tuple[str, int]] = []
        self.unit: dict[str, str] = {}
        for tag in tags:
            match = OWN.fullmatch(tag.strip())
            own = match is not None and self._take(draft, match.group(1), match.group(2))
            if not own and tag.strip() and len(draft.tags) < 100:
                draft.tags.append(tag.strip()[:200])

    def _take(self, draft: Draft, name: str, value: str) -> bool:
        match name:
            case "level" if value in LEVELS:
                draft.level = LEVELS[value]
            case "points":
                draft.take_points(value)
            case "source":
                draft.take_source(value)
            case "accepted" if re.fullmatch(r"[a-z]{2}-\d{1,2}(-[a-z]{2}-\d{1,2})*", value):
                words = value.split("-")
                pairs = zip(words[::2], words[1::2], strict=True)
                self.accepted = [(code, int(n)) for code, n in pairs if code in LANGUAGES]
            case "unit" if value[:2] in LANGUAGES and value[2:3] == "-":
                self.unit[value[:2]] = unquote(value[3:])
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
