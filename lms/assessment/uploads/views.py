"""Files arrive by the attempt's token, and leave for those who may read them."""

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from lms.assessment import queries
from lms.assessment.delivery.arrival import received_at
from lms.assessment.errors import MalformedEvent
from lms.assessment.grading import queries as grading_queries
from lms.assessment.models import Attempt, AttemptItem
from lms.assessment.services import save_events
from lms.assessment.services.incoming import age_of
from lms.assessment.uploads.queries import event_of, files_of
from lms.assessment.uploads.services import take_file, with_file
from lms.assessment.views.base import (
    attempt_of_token,
    bearer,
    blueprint,
    found,
    own_attempt,
    settings,
)
from lms.catalog.views.sending import send_blob
from lms.core.errors import Missing
from lms.people.permissions import Permission
from lms.web import access

# A downloaded file that is opened all the same runs nothing, loads nothing, belongs to no origin.
FILE_POLICY = "default-src 'none'; sandbox"


@blueprint.post("/attempts/<attempt_id>/files")
@access.token
def send_file(attempt_id: str) -> ResponseReturnValue:
    """Take one file of the attempt that the token names, and the answer that it makes.

    Sent again under the same event id it gets the receipt that it got then.
    """
    arrived = received_at()
    attempt = attempt_of_token(attempt_id, bearer())
    sent, file = request.form, request.files.get("file")
    item = _item(attempt, sent.get("position", 0, type=int))
    if file is None:
        raise MalformedEvent
    said = take_file(
        attempt=attempt,
        item=item,
        name=file.filename or "",
        content=file.stream.read(),
        received_at=arrived,
        settings=settings(),
        authored_at=arrived - age_of(_numbers(sent)["authored_ms_ago"]),
    )
    standing = queries.state(attempt.id).answers.get(item.position)
    earlier = event_of(attempt.id, sent.get("event_id", ""))
    response = (
        earlier.body.get("response")
        if earlier is not None
        else with_file(standing, said, item.item_version.content["most"])
    )
    event = {**_numbers(sent), "kind": "answer", "position": item.position, "response": response}
    saved = save_events(attempt=attempt, events=[event], received_at=arrived, settings=settings())
    [receipt] = saved.receipts
    return jsonify(response=response, event_id=receipt.event_id, number=receipt.number)


def _item(attempt: Attempt, position: int) -> AttemptItem:
    item = next((one for one in queries.paper(attempt) if one.position == position), None)
    if item is None:
        raise MalformedEvent
    return item


def _numbers(sent: MultiDict[str, str]) -> dict[str, object]:
    return {
        "event_id": sent.get("event_id", ""),
        "writer": sent.get("writer", 0, type=int),
        "sequence": sent.get("sequence", 0, type=int),
        "authored_ms_ago": sent.get("authored_ms_ago", 0, type=int),
    }


@blueprint.get("/grading/<task_id>/files/<sha256>")
@access.requires(Permission.GRADE_ANSWERS)
def graded_file(task_id: str, sha256: str) -> ResponseReturnValue:
    """Hand a file of an answer to somebody who may grade it, or judge it anew."""
    task = found(grading_queries.readable_for(current_user, task_id))
    return _download(task.attempt_id, task.position, sha256)


@blueprint.get("/attempts/<attempt_id>/files/<int:position>/<sha256>")
@access.requires(Permission.LEARN)
def own_file(attempt_id: str, position: int, sha256: str) -> ResponseReturnValue:
    """Give candidates back what they handed in."""
    return _download(own_attempt(attempt_id).id, position, sha256)


def _download(attempt_id: int, position: int, sha256: str) -> Response:
    files = files_of(attempt_id, position)
    file = next((one for one in files if one.sha256 == sha256), None)
    if file is None:
        raise Missing
    answer = send_blob(
        file.sha256,
        size=file.size,
        media_type="application/octet-stream",
        download_name=file.name,
    )
    answer.headers["Content-Security-Policy"] = FILE_POLICY
    answer.headers["Cache-Control"] = "no-store"
    return answer
