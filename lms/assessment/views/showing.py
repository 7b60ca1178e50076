"""Items shown to authors the way candidates see them."""

import hashlib
from collections import ChainMap
from collections.abc import Mapping, Sequence
from typing import Any

from lms.assessment.authored import split
from lms.assessment.delivery.pictures import CourseFigures, Figures
from lms.assessment.delivery.questions import Question, question_of
from lms.assessment.kinds.values import AuthoredItem
from lms.assessment.models import ItemVersion
from lms.assessment.papers import mixed_keys

UNWRITTEN = "…"
NO_FIGURES: Figures = {}


def samples_of(
    item: AuthoredItem,
    languages: Sequence[str],
    course_version_id: int,
    new_figures: Figures = NO_FIGURES,
) -> list[Question]:
    """Return ``item`` as a candidate would see it, once in each language.

    ``new_figures`` are those that the course doesn't have yet. The order of options, right sides
    or steps is mixed but stays the same while texts are edited.
    """
    parts = split(item)
    content = {name: _marked(part) for name, part in parts.content.items()}
    # Never added to the session: it only carries what the page needs.
    version = ItemVersion(kind=item.kind, topic=item.topic, points=item.points, content=content)
    order = _order(item, content, parts.answer)
    figures = ChainMap(dict(new_figures), CourseFigures(course_version_id))  # type: ignore[arg-type]
    return [
        question_of(version, position=place, order=order, language=language, figures=figures)
        for place, language in enumerate(languages, start=1)
    ]


def _marked(part: Any) -> Any:
    """Return a part of the content with a mark where an entry's text is still to be written."""
    if not isinstance(part, list):
        return part
    return [
        {**entry, "text": entry["text"] or {"en": UNWRITTEN}} if "text" in entry else entry
        for entry in part
    ]


def _order(item: AuthoredItem, content: dict[str, Any], answer: Mapping[str, Any]) -> list[str]:
    keys = mixed_keys(item.kind, content)
    names = answer.get("names")
    if names is None:
        return keys
    # A damaged form may lack a row's key.
    return sorted(keys, key=lambda key: hashlib.sha256((names[key] or "").encode()).digest())
