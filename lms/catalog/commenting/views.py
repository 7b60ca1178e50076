"""The comments on a lesson."""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.catalog.commenting import services
from lms.catalog.commenting.anchors import Anchor, find
from lms.catalog.commenting.forms import AnswerForm, CommentForm
from lms.catalog.commenting.models import LessonRemark
from lms.catalog.commenting.queries import Thread, draft_lesson_of, thread_for, threads_of
from lms.catalog.models import Activity
from lms.catalog.views.base import AUTHOR, blueprint, chosen_language, loaded_lesson
from lms.core import clock
from lms.core.errors import Missing
from lms.web import access


@dataclass(frozen=True)
class Shown:
    """A thread with where its passage stands now."""

    thread: Thread
    anchor: Anchor


def _body(lesson: Activity, language: str) -> str:
    return next((text.body for text in lesson.texts if text.language == language), "")


def _page(lesson: Activity, language: str, form: CommentForm) -> ResponseReturnValue:
    body = _body(lesson, language)
    return render_template(
        "catalog/commenting/comments.html",
        lesson=lesson,
        version=lesson.version,
        language=language,
        form=form,
        threads=[Shown(t, find(t.comment.quote, body)) for t in threads_of(lesson, language)],
    ), 422 if form.errors else 200


@blueprint.route("/authoring/lessons/<public_id>/comments", methods=["GET", "POST"])
@access.requires(AUTHOR, guests=True)
def lesson_comments(public_id: str) -> ResponseReturnValue:
    """Show the comments on a lesson's text, and take a new one."""
    lesson = loaded_lesson(public_id)
    language = chosen_language(lesson, request.values.get("language"))
    form = CommentForm(_body(lesson, language))
    if not form.validate_on_submit():
        return _page(lesson, language, form)
    said = {"quote": form.quote, "body": form.body.data, **_who()}
    services.comment(lesson, language, **said)
    flash(_("The comment is there."), "good")
    return redirect(url_for("catalog.lesson_comments", public_id=public_id, language=language))


def _who() -> dict[str, Any]:
    return {"author": current_user.person, "now": clock.now()}


@blueprint.post("/authoring/comments/<public_id>")
@access.requires(AUTHOR, guests=True)
def answer_comment(public_id: str) -> ResponseReturnValue:
    """Answer in a thread, resolve it or open it again."""
    thread = thread_for(public_id)
    lesson_id = draft_lesson_of(thread) if thread else None
    if thread is None or lesson_id is None:
        raise Missing
    lesson = loaded_lesson(lesson_id)
    _answer(thread, AnswerForm())
    page = url_for("catalog.lesson_comments", public_id=lesson.public_id, language=thread.language)
    return redirect(f"{page}#thread-{public_id}")


def _answer(thread: LessonRemark, form: AnswerForm) -> None:
    said = {"body": form.body.data or "", **_who()}
    if not form.validate():
        flash(_("The reply is too long: nothing was written."), "bad")
    elif request.form.get("action") == "resolve":
        services.resolve(thread, **said)
    elif request.form.get("action") == "reopen":
        services.reopen(thread, **said)
    elif said["body"]:
        services.reply(thread, **said)
    else:
        flash(_("Write the reply."), "bad")
