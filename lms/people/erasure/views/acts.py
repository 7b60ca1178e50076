"""The act of destruction of an erasure that is done."""

from flask import Response
from flask.typing import ResponseReturnValue

from lms.people.erasure.papers.acts import printed
from lms.people.erasure.views.requests import KEEP, found_erasure
from lms.people.views.base import blueprint
from lms.web import access
from lms.web.headers import save_as


@blueprint.get("/hr/erasures/<public_id>/act.pdf")
@access.requires(KEEP)
def erasure_act(public_id: str) -> ResponseReturnValue:
    """Give the act of destruction of an erasure that is done."""
    answer = Response(printed(found_erasure(public_id)), mimetype="application/pdf")
    save_as(answer, f"act-{public_id}.pdf")
    return answer
