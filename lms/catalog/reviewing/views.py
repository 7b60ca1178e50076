"""The page of a draft's review, and the rule about a second person."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from lms.catalog import policies
from lms.catalog.authoring.changes import changes_from
from lms.catalog.commenting.queries import open_threads
from lms.catalog.models import CourseVersion
from lms.catalog.queries import draft_of, published_version
from lms.catalog.reviewing import services
from lms.catalog.reviewing.forms import ReviewForm
from lms.catalog.reviewing.models import ReviewEvent, ReviewStep
from lms.catalog.reviewing.policies import Standing, may_approve
from lms.catalog.reviewing.queries import events_of, hands_of
from lms.catalog.source.collecting import whole
from lms.catalog.views.base import AUTHOR, blueprint, loaded_course, loaded_draft
from lms.core import clock
from lms.core.errors import Forbidden, Invalid
from lms.web import access

STANDING_NAMES = {
    Standing.EDITING: _l("Being edited"),
    Standing.READY: _l("Ready for review"),
    Standing.CHANGES_REQUESTED: _l("Changes asked for"),
    Standing.APPROVED: _l("Approved"),
    Standing.PUBLISHED: _l("Published"),
}
STEP_NAMES = {
    ReviewStep.REQUESTED: _l("Asked for a review"),
    ReviewStep.APPROVED: _l("Approved"),
    ReviewStep.CHANGES_REQUESTED: _l("Asked for changes"),
    ReviewStep.LAPSED: _l("Changed the draft: the approval no longer holds"),
}
STEPS: dict[str, Callable[..., ReviewEvent]] = {
    "ask": services.ask_for_review,
    "approve": services.approve,
    "return": services.request_changes,
}


@blueprint.context_processor
def _review_words() -> dict[str, object]:
    return {"standing_names": STANDING_NAMES, "step_names": STEP_NAMES}


@blueprint.get("/authoring/drafts/<public_id>/review")
@access.requires(AUTHOR, guests=True)
def review(public_id: str) -> ResponseReturnValue:
    """Show what a draft changes, who did what with it, and the next step of its review."""
    return _page(loaded_draft(public_id), ReviewForm(formdata=None))


def _page(draft: CourseVersion, form: ReviewForm, status: int = 200) -> ResponseReturnValue:
    events = events_of(draft)
    hands = hands_of(draft, events)
    published = published_version(draft.course)
    threads = open_threads(draft.course_id)
    return render_template(
        "catalog/reviewing/review.html",
        version=draft,
        form=form,
        events=events,
        standing=services.present_standing(draft),
        hands=hands,
        may_answer=policies.may_author(current_user),
        may_approve=may_approve(current_user.person.id, hands),
        may_drop_rule=policies.may_drop_second_person(current_user),
        changes=changes_from(published, whole(draft)),
        published=published,
        lessons={a.key: a for a in draft.activities if a.module_id is not None},
        threads={key: count for (_course, key), count in threads.items()},
    ), status


@blueprint.post("/authoring/drafts/<public_id>/review")
@access.requires(AUTHOR, guests=True)
def take_review_step(public_id: str) -> ResponseReturnValue:
    """Ask for a review, approve, or ask for changes; the answers are the training centre's."""
    draft, form = loaded_draft(public_id), ReviewForm()
    step = request.form.get("step", "")
    if step not in STEPS:
        raise Invalid
    if step != "ask" and not policies.may_author(current_user):
        raise Forbidden
    if not form.validate() or (step == "return" and form.needs_words()):
        return _page(draft, form, 422)
    STEPS[step](draft, message=form.note.data or "", actor=current_user.person, now=clock.now())
    flash(_("The step is noted."), "good")
    return redirect(url_for("catalog.review", public_id=public_id))


@blueprint.post("/authoring/courses/<slug>/second-person")
@access.requires(AUTHOR)
def set_review_rule(slug: str) -> ResponseReturnValue:
    """Say whether a second person approves the course's drafts."""
    course = loaded_course(slug)
    answer = request.form.get("second_person")
    if answer != "yes" and not policies.may_drop_second_person(current_user):
        raise Forbidden(_("Only an administrator of the whole network can drop this rule."))
    if answer not in ("yes", "no"):
        raise Invalid
    services.set_rule(
        course, second_person=answer == "yes", actor=current_user.person, now=clock.now()
    )
    flash(_("The rule is set."), "good")
    draft = draft_of(course)
    if draft is None:
        return redirect(url_for("catalog.course", slug=slug))
    return redirect(url_for("catalog.review", public_id=draft.public_id))
