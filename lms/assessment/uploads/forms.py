"""Files of the exam's plain form, for browsers without scripts."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from werkzeug.datastructures import FileStorage, MultiDict

from lms.assessment import queries
from lms.assessment.models import Attempt, AttemptItem, ItemKind
from lms.assessment.uploads.services import WrongFile, take_file, with_file
from lms.core.errors import Invalid
from lms.core.settings import Settings

Fields = MultiDict[str, str]


def with_files(
    *,
    attempt: Attempt,
    fields: Mapping[str, str] | Fields,
    files: MultiDict[str, FileStorage],
    received_at: datetime,
    settings: Settings,
) -> tuple[Fields, dict[int, Any]]:
    """Store the form's files; return its fields with them, and what can't be taken by position.

    Raises AttemptClosed or TooLate.
    """
    named: Fields = MultiDict(fields)
    faults: dict[int, Any] = {}
    if not any(storage.filename for storage in files.values()):
        return named, faults
    for item in queries.paper(attempt):
        sent = [f for f in files.getlist(f"q{item.position}-upload") if f.filename]
        if item.item_version.kind is not ItemKind.FILE or not sent:
            continue
        for storage in sent:
            try:
                said = take_file(
                    attempt=attempt,
                    item=item,
                    name=storage.filename or "",
                    content=storage.stream.read(),
                    received_at=received_at,
                    settings=settings,
                )
                _add(named, item, said)
            except WrongFile as refusal:
                faults[item.position] = refusal.message
            except Invalid:
                break  # of what the form says of earlier files, which its reader tells
    return named, faults


def kept_files(name: str, fields: Fields) -> list[dict[str, Any]]:
    """Return the files that stay by what the form says. Raises Invalid."""
    removed = fields.getlist(f"{name}-remove")
    try:
        files = [json.loads(text) for text in fields.getlist(f"{name}-file")]
    except (ValueError, RecursionError) as error:
        raise Invalid from error
    if not all(isinstance(file, dict) for file in files):
        raise Invalid
    return [file for file in files if file.get("sha256") not in removed]


def _add(fields: Fields, item: AttemptItem, said: dict[str, Any]) -> None:
    """Add a file to those that the form keeps."""
    name = f"q{item.position}"
    answer = with_file({"files": kept_files(name, fields)}, said, item.item_version.content["most"])
    fields.setlist(f"{name}-file", [json.dumps(file) for file in answer["files"]])
