"""A candidate's response to one item: checked against what was asked, brought into one form.

Forms by kind: ``{"choice": key}``, ``{"choices": [keys]}``, ``{"value": true}``, ``{"pairs":
{left: right}}``, ``{"order": [keys]}``, ``{"text": "…"}`` for numeric, short text and essay,
``{"gaps": {gap: text or key}}``, ``{"path": [keys]}``, ``{"points": [[x, y]]}`` in per mille of a
picture or ``{"areas": [keys]}``, ``{"files": [{"sha256", "size", "name"}]}``. None is 'no answer':
an emptied field, nothing chosen.
"""

from typing import Any

from lms.assessment.kinds.base import Response
from lms.assessment.kinds.registry import KINDS
from lms.assessment.models import ItemKind
from lms.core.errors import Invalid


def normalise(kind: ItemKind, content: dict[str, Any], raw: Any) -> Response | None:
    """Return ``raw`` in the form of ``kind``; None for no answer.

    Raises Invalid for anything that doesn't fit the item: foreign keys, wrong types, over-long
    texts. Nothing of ``raw`` beyond the known fields survives.
    """
    if raw is None or raw == {}:
        return None
    if not isinstance(raw, dict):
        raise Invalid
    return KINDS[kind].normalise(raw, content)
