"""What a regrade would mean to the domains above, told with its preview."""

from collections.abc import Callable

from lms.assessment.examining.models import Regrade

# How many certificates would go on stating a score that no longer holds.
Consequence = Callable[[Regrade], int]
_consequences: list[Consequence] = []


def register_consequence(consequence: Consequence) -> Consequence:
    """Add what counts them; usable as a decorator, the same one counts once."""
    if consequence not in _consequences:
        _consequences.append(consequence)
    return consequence


def certificates_outdated(regrade: Regrade) -> int:
    """Return how many certificates would state an old score once the regrade is applied."""
    return sum(consequence(regrade) for consequence in _consequences)
