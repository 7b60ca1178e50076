"""The two sides of a matching item: pictures stand on the left alone here."""

from collections.abc import Sequence

from lms.assessment.kinds.values import Texts
from lms.catalog.media.kinds import PICTURED


def pictures_on_the_right_alone(pairs: Sequence[tuple[Texts, Texts]]) -> bool:
    """Tell whether only right sides show pictures, and each left side has one of its own."""

    def pictured(texts: Texts) -> bool:
        return any(PICTURED.search(text) for text in texts.values())

    rights = [right for _, right in pairs]
    return (
        any(map(pictured, rights))
        and not any(pictured(left) for left, _ in pairs)
        and all(rights.count(right) == 1 for right in rights)
    )
