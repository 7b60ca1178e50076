"""What the checks of a course folder would say of a text, looked for where there may be a fault."""

import re
from collections.abc import Iterable

from lms.assessment.source.checks import text_faults
from lms.catalog.messages import Message

SPECIAL = re.compile(r"[\\`*_\[\]<>&#|!~:+=\-.)]|\ue000")
# One line of words, at most bold or slanted: nothing that a check of Markdown could object to.
CALM = re.compile(r"(?![^\n]*::)(?=[^\n]*[^\W_])[^\\`\[\]<>&#|~$^{}\n\ue000]{1,8000}")


def mistakes(text: str, figures: Iterable[str] = ()) -> list[Message]:
    """Return what the checks of a course folder would say of a text that may show ``figures``."""
    if CALM.fullmatch(text):
        return []
    return list(text_faults(text, set(figures), set(figures)))
