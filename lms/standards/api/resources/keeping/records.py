"""What is held about one person: the posts they had, and the whole record to hand over to them."""

from datetime import date, datetime
from typing import Any

from flask import Response
from pydantic import Field

from lms.people.disclosure.giving import Kind, give_record
from lms.people.permissions import Permission
from lms.people.queries import posts_of
from lms.standards.api.frame.operations import Answer, Call, operation
from lms.standards.api.frame.schemas import Key, PostRef, Sent, UnitRef, post_ref, unit_ref
from lms.standards.api.resources.people import TAG, kept_person, person_of
from lms.standards.api.tokens.scopes import Scope
from lms.web.headers import save_as


class PostSpan(Sent):
    """A post over a stretch of days."""

    unit: UnitRef
    post: PostRef
    started_on: date
    ended_on: date | None = Field(description="The last day in the post; null for the present one.")


class PostsOut(Sent):
    """All posts that one person had and has."""

    posts: list[PostSpan]


class RecordOut(Sent):
    """Everything that is held about a person."""

    format: str
    made_at: datetime
    person: Key
    parts: dict[str, list[dict[str, Any]]] = Field(
        description="By kind: the rows about them.",
        examples=[{"employments": [{"started_on": "2026-03-31", "ended_on": None}]}],
    )
    acts: list[dict[str, Any]] = Field(description="What they did for others, and when.")


def paper(content: bytes, name: str) -> Response:
    """Return a PDF to be kept as a file."""
    answer = Response(content, mimetype=Kind.PDF.value)
    save_as(answer, name)
    return answer


@operation(
    "GET",
    "/people/{person_id}/posts",
    tag=TAG,
    scope=Scope.PEOPLE_READ,
    summary="List the posts of a person",
    answer=PostsOut,
)
def list_person_posts(call: Call, person_id: str) -> Answer:
    """Where somebody worked and as what, the earliest first: each transfer begins another post."""
    person = person_of(call, person_id, Permission.SEE_PEOPLE)
    found = [
        PostSpan(
            unit=unit_ref(one.unit),
            post=post_ref(one.job_role),
            started_on=one.started_on,
            ended_on=one.ended_on,
        )
        for one in posts_of(person)
    ]
    return Answer(PostsOut(posts=found))


@operation(
    "GET",
    "/people/{person_id}/record",
    tag=TAG,
    scope=Scope.PEOPLE_DISCLOSE,
    summary="Get the whole record of a person",
    answer=RecordOut,
    refusals=(409,),
)
def get_record(call: Call, person_id: str) -> Answer:
    """Everything that is held about somebody, to be handed over to them. It is made at once; that
    it was taken stands in the audit log. During an exam of theirs it isn't given (409).
    """
    content = give_record(kept_person(call, person_id), Kind.JSON, by=call.viewer.person)
    return Answer(RecordOut.model_validate_json(content))


@operation(
    "GET",
    "/people/{person_id}/record.pdf",
    tag=TAG,
    scope=Scope.PEOPLE_DISCLOSE,
    summary="Get the whole record of a person on paper",
    files=(Kind.PDF.value,),
    refusals=(409, 503),
)
def get_record_paper(call: Call, person_id: str) -> Answer:
    """The same as a PDF in the language asked for. Of long parts it has the newest rows."""
    content = give_record(kept_person(call, person_id), Kind.PDF, by=call.viewer.person)
    return Answer(file=paper(content, f"record-{person_id}.pdf"))
