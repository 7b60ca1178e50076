"""Files as an answer, judged by a person. The log keeps what they are, not the files themselves.

Whether a file was really sent for this question is for ``assessment.uploads`` to say.
"""

import re
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
from lms.assessment.kinds.values import AuthoredItem, FileRules, FileType
from lms.core.errors import Invalid

SHA256 = re.compile(r"[0-9a-f]{64}")
NAME_LIMIT = 120


def _split(item: AuthoredItem) -> Split:
    rules = item.files or FileRules()
    content = {
        "most": rules.most,
        "types": [kind.value for kind in rules.types],
        "megabytes": rules.megabytes,
        "examiners": item.examiners,
    }
    return Split(content, {"rubric": split_rubric(item.rubric)}, {})


def _join(content: Content, answer: Answer, _notes: Explanations) -> dict[str, Any]:
    types = tuple(FileType(value) for value in content["types"])
    return {
        "files": FileRules(content["most"], types, content["megabytes"]),
        "examiners": content["examiners"],
        "rubric": join_rubric(answer),
    }


def _normalise(raw: Mapping[str, Any], content: Content) -> Response | None:
    files = raw.get("files")
    if not isinstance(files, list) or len(files) > content["most"]:
        raise Invalid
    kept = [_file(file) for file in files]
    if len({file["sha256"] for file in kept}) < len(kept):
        raise Invalid
    return {"files": kept} if kept else None


def _file(raw: Any) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise Invalid
    digest, size, name = raw.get("sha256"), raw.get("size"), raw.get("name")
    if not isinstance(digest, str) or not SHA256.fullmatch(digest):
        raise Invalid
    if type(size) is not int or size < 1:
        raise Invalid
    if not isinstance(name, str) or len(name) > NAME_LIMIT or UNSTORABLE.search(name):
        raise Invalid
    return {"sha256": digest, "size": size, "name": name}


FILE = Kind(
    _split,
    _join,
    rubric_texts,
    _normalise,
    credit=lambda _answer, _response, _language: None,
    best=lambda _answer: {"files": [{"sha256": "0" * 64, "size": 1, "name": "answer.txt"}]},
)
