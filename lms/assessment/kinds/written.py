"""What a person has to judge: an essay. Its points are those of the rubric's criteria together."""

from collections.abc import Mapping
from typing import Any

from lms.assessment.kinds.base import (
    UNSTORABLE,
    Answer,
    Content,
    Explanations,
    Kind,
    Response,
    Split,
)
from lms.assessment.kinds.rubric import join_rubric, rubric_texts, split_rubric
from lms.assessment.kinds.values import AuthoredItem
from lms.core.errors import Invalid

ESSAY_LIMIT = 20_000  # characters


def _split(item: AuthoredItem) -> Split:
    words = {"fewest": item.words[0], "most": item.words[1]} if item.words else None
    return Split(
        {"words": words, "examiners": item.examiners}, {"rubric": split_rubric(item.rubric)}, {}
    )


def _join(content: Content, answer: Answer, _notes: Explanations) -> dict[str, Any]:
    words = content["words"]
    return {
        "words": (words["fewest"], words["most"]) if words else None,
        "examiners": content["examiners"],
        "rubric": join_rubric(answer),
    }


def _normalise(raw: Mapping[str, Any], _content: Content) -> Response | None:
    text = raw.get("text")
    if not isinstance(text, str) or len(text) > ESSAY_LIMIT or UNSTORABLE.search(text):
        raise Invalid
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return {"text": lines} if lines.strip() else None


def word_count(text: str) -> int:
    """Return the number of words, as a reader would count them."""
    return sum(any(character.isalnum() for character in word) for word in text.split())


ESSAY = Kind(
    _split,
    _join,
    rubric_texts,
    _normalise,
    credit=lambda _answer, _response, _language: None,
    best=lambda _answer: {"text": "…"},  # whatever it says, a person judges it
)
