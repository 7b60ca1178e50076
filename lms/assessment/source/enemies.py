"""Whether a bank suffices to keep items apart that must not meet in one paper."""

from collections.abc import Sequence

from lms.assessment.exam_rules import SectionRule
from lms.assessment.kinds.values import AuthoredItem
from lms.assessment.papers import PoolItem, Rule, draw_paper


def enemies_meet(items: Sequence[AuthoredItem], sections: Sequence[SectionRule]) -> int | None:
    """Return the place of the section from which on two items of one group meet in each paper.

    None where a paper can do without. All sections must have enough items to draw.
    """
    if not any(item.enemies for item in items):
        return None
    pool = [
        PoolItem(number, item.topic, item.level, item.kind, enemies=item.enemies)
        for number, item in enumerate(items)
    ]
    rules = [Rule(s.topic, s.level, s.draw, s.kind) for s in sections]
    if draw_paper(rules, pool, "").is_parted:
        return None
    parted = (draw_paper(rules[:end], pool, "").is_parted for end in range(1, len(rules) + 1))
    return next(place for place, is_parted in enumerate(parted) if not is_parted)
