"""Our rule for multiple choice in Moodle's per cents: each wrong tick costs what a right one earns.

Moodle takes only per cents of a fixed list, five decimals long.
"""

from decimal import ROUND_HALF_UP, Decimal

from lms.assessment.kinds.values import AuthoredItem
from lms.catalog.messages import Message

# What Moodle can't do with a multiple choice: its tag brings the rule back here.
OWN_RULE = Message("the rule of scoring: there it is right minus wrong")


def fractions(item: AuthoredItem) -> dict[bool, str]:
    """Return the per cent of a right option (True) and of a wrong one (False)."""
    right = sum(option.correct for option in item.options) or 1
    share = (Decimal(100) / right).quantize(Decimal("0.00001"), ROUND_HALF_UP).normalize()
    return {True: f"{share:f}", False: f"-{share:f}"}
