"""Taking files, and what an answer may say of them."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import format_decimal
from flask_babel import lazy_gettext as _l

from lms.assessment.errors import MalformedEvent
from lms.assessment.kinds.values import FileType
from lms.assessment.models import Attempt, AttemptItem, ItemKind
from lms.assessment.services import check_in_time
from lms.assessment.uploads.checking import (
    cleaned_name,
    in_megabytes,
    is_of,
    largest_file,
    named_type,
)
from lms.assessment.uploads.models import AttemptFile
from lms.assessment.uploads.queries import files_of, said_of
from lms.core.database import db
from lms.core.errors import Invalid
from lms.core.settings import Settings
from lms.core.storage import blobs

SENT_LIMIT = 40  # files sent for one question, removed ones too


class WrongFile(Invalid):
    """The file can't be taken; the message says why."""

    def __init__(self, message: Any) -> None:
        super().__init__(message, code="wrong_file")


def take_file(
    *,
    attempt: Attempt,
    item: AttemptItem,
    name: str,
    content: bytes,
    received_at: datetime,
    settings: Settings,
    authored_at: datetime | None = None,
) -> dict[str, Any]:
    """Store a file for one question of an attempt; return what an answer says of it.

    ``authored_at``: when it was chosen; like any answer it may arrive late then. The same file
    again changes nothing. Raises WrongFile, AttemptClosed or TooLate, and writes nothing then.
    """
    if item.item_version.kind is not ItemKind.FILE:
        raise MalformedEvent
    check_in_time(attempt, authored_at, received_at, settings)
    shown = cleaned_name(name)
    _check(item.item_version.content, shown, content, settings)
    digest = hashlib.sha256(content).hexdigest()
    sent = files_of(attempt.id, item.position)
    file = next((one for one in sent if one.sha256 == digest), None)
    if file is None:
        if len(sent) >= SENT_LIMIT:
            raise WrongFile(_l("Too many files were sent for this question already."))
        file = AttemptFile(
            attempt_id=attempt.id,
            position=item.position,
            sha256=blobs().put(content),
            size=len(content),
            name=shown,
            received_at=received_at,
        )
        db.session.add(file)
        db.session.flush()
    return said_of(file)


def _check(rules: Mapping[str, Any], name: str, content: bytes, settings: Settings) -> None:
    if not content:
        raise WrongFile(_l("The file “%(name)s” is empty.", name=name))
    largest = largest_file(rules["megabytes"], settings.max_upload_bytes)
    if len(content) > largest:
        raise WrongFile(
            _l(
                "The file “%(name)s” is larger than %(limit)s MB.",
                name=name,
                limit=format_decimal(in_megabytes(largest)),
            )
        )
    kind = named_type(name)
    if kind is None or kind.value not in rules["types"]:
        raise WrongFile(
            _l(
                "“%(name)s” is of a type that isn’t taken here. Taken are: %(types)s.",
                name=name,
                types=", ".join(rules["types"]),
            )
        )
    if not is_of(FileType(kind), content):
        raise WrongFile(
            _l("The content of “%(name)s” isn’t what its name says. Save it anew.", name=name)
        )


def with_file(
    response: Mapping[str, Any] | None, file: dict[str, Any], most: int
) -> dict[str, Any]:
    """Return an answer with one more file. Raises WrongFile when there are enough.

    Where one file is asked for, another takes its place.
    """
    files = list(response["files"]) if response else []
    if file in files:
        return {"files": files}
    if most == 1:
        return {"files": [file]}
    if len(files) >= most:
        raise WrongFile(_l("All files are there already. Remove one first."))
    return {"files": [*files, file]}
