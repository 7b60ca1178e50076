"""A course and its lessons, as the learner sees them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from flask import current_app, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from markupsafe import Markup

from lms.core import clock
from lms.core.errors import Invalid
from lms.learning import lessons, queries, services
from lms.learning.errors import ChecksUnanswered, NotOpenYet, TimeNotSpent, UnknownChoice
from lms.learning.lessons import LessonPage
from lms.learning.models import Enrolment
from lms.learning.policies import percent_done, urgency_of
from lms.learning.queries.study import LESSONS_KEPT, Source
from lms.learning.views.base import asked_language, blueprint, found, text_language, today
from lms.learning.views.parts import shut_page
from lms.people.permissions import Permission
from lms.web import access
from lms.web.i18n import current_language

LESSON = "/courses/<enrolment_id>/lessons/<lesson_id>"


def _enrolment(public_id: str) -> Enrolment:
    return found(queries.enrolment_for(current_user, public_id))


def lesson_page_of(enrolment_id: str, lesson_id: str) -> LessonPage:
    """Return the lesson's page for its learner; Missing for anyone else."""
    enrolment = _enrolment(enrolment_id)
    return found(lessons.lesson_page(enrolment, lesson_id, language=text_language()))


def lesson_url(page: LessonPage, **options: Any) -> str:
    """Return the address of a lesson's page."""
    return url_for(
        "learning.lesson",
        enrolment_id=page.enrolment.public_id,
        lesson_id=page.lesson.public_id,
        language=asked_language(),
        **options,
    )


@blueprint.get("/courses/<enrolment_id>")
@access.requires(Permission.LEARN)
def course(enrolment_id: str) -> ResponseReturnValue:
    """Show a course's outline, what is read, and the way on."""
    enrolment = _enrolment(enrolment_id)
    outline, progress = queries.outline_of(enrolment.version), queries.progress_of(enrolment)
    read = lessons.count_read(outline, progress)
    is_completed = enrolment.completed_at is not None
    return render_template(
        "learning/course.html",
        enrolment=enrolment,
        outline=outline,
        progress=progress,
        read=read,
        percent=percent_done(
            lessons=len(outline.duties),
            lessons_read=read,
            exams=1 if outline.exam else 0,
            is_completed=is_completed,
        ),
        locks=lessons.locks_of(outline, progress),
        following=lessons.following(outline, progress),
        urgency=urgency_of(enrolment.due_on, today()),
        today=today(),
    )


@blueprint.get(LESSON)
@access.requires(Permission.LEARN)
def lesson(enrolment_id: str, lesson_id: str) -> ResponseReturnValue:
    """Show a lesson, with the reader's progress and answers; or one self-check to answer anew."""
    try:
        page = lesson_page_of(enrolment_id, lesson_id)
    except NotOpenYet as refusal:
        return shut_page(refusal)
    again = request.args.get("again", "")
    check, exercise = page.rendered.check(again), page.rendered.exercise(again)
    if check is not None and wants_part():
        return render_template("learning/_check_answer.html", page=page, check=check, again=True)
    if exercise is not None and wants_part():
        return render_template(
            "learning/_exercise_answer.html", page=page, exercise=exercise, again=True
        )
    return show_lesson(page)


def show_lesson(page: LessonPage, status: int = 200, **options: Any) -> ResponseReturnValue:
    """Render a lesson's page."""
    again = request.args.get("again", "")
    cited = Cited(
        page.enrolment.version.public_id,
        page.lesson.public_id,
        page.text.language,
        current_language(),
        page.sources,
    )
    rendered = render_template(
        "learning/lesson.html",
        page=page,
        now=clock.now(),
        again=again,
        sources=shown_sources(cited),
        **options,
    )
    return rendered, status


@dataclass(frozen=True)
class Cited:
    """The sources of a published lesson, as a page in ``language`` names them."""

    version_key: str
    lesson_key: str
    text_language: str
    language: str
    sources: Sequence[Source] = field(compare=False)  # follow from the version, which never changes


@lru_cache(maxsize=LESSONS_KEPT)
def shown_sources(cited: Cited) -> Markup:
    """Return the list of a lesson's sources: the same for all its readers, and long."""
    template = current_app.jinja_env.get_template("catalog/_lesson_body.html")
    shown: Markup = template.module.sources(cited.sources)  # type: ignore[attr-defined]
    return shown


@blueprint.post(f"{LESSON}/place")
@access.requires(Permission.LEARN)
def record_place(enrolment_id: str, lesson_id: str) -> ResponseReturnValue:
    """Keep where the reader is; answer with what is complete."""
    place, furthest, placed_at = _sent_place()
    enrolment = _enrolment(enrolment_id)
    outline = queries.outline_of(enrolment.version)
    one = found(outline.lesson(lesson_id))
    lessons.require_open(enrolment, outline, one)
    reading = services.record_place(
        enrolment=enrolment,
        activity=lessons.activity_of(one),
        place=place,
        furthest=furthest,
        placed_at=placed_at,
        checks=lessons.question_keys(outline, one, text_language()),
        language=lessons.shown_language(one, text_language()),
        now=clock.now(),
    )
    return jsonify(furthest=reading.furthest, place=reading.place, completed=reading.completed)


def _sent_place() -> tuple[int, int, datetime]:
    """Return place, furthest (permille) and the instant from the request; Invalid otherwise."""
    try:
        place, furthest = int(request.form["place"]), int(request.form["furthest"])
        at = datetime.fromtimestamp(int(request.form["at"]) / 1000, UTC)
    except (KeyError, ValueError, OverflowError, OSError) as error:
        raise Invalid from error
    if not (0 <= place <= services.END and 0 <= furthest <= services.END):
        raise Invalid
    return place, furthest, at


@blueprint.post(f"{LESSON}/checks/<key>")
@access.requires(Permission.LEARN)
def answer_check(enrolment_id: str, lesson_id: str, key: str) -> ResponseReturnValue:
    """Take an answer to a self-check; show which options are right, and why."""
    page = lesson_page_of(enrolment_id, lesson_id)
    check = found(page.rendered.check(key))
    try:
        services.answer_check(
            enrolment=page.enrolment,
            activity=lessons.activity_of(page.lesson),
            check=check,
            chosen=request.form.getlist("option"),
            checks=page.question_keys,
            language=page.text.language,
            now=clock.now(),
        )
    except UnknownChoice as refusal:
        return _show_check(page, key, refusal)
    if wants_part():
        return _show_check(lesson_page_of(enrolment_id, lesson_id), key)
    return redirect(lesson_url(page, _anchor=f"check-{key}"), 303)


def wants_part() -> bool:
    """Tell whether the page's script asks for the self-check or exercise alone."""
    return request.headers.get("X-Part") == "check"


def _show_check(
    page: LessonPage, key: str, refusal: UnknownChoice | None = None
) -> ResponseReturnValue:
    status = refusal.status if refusal else 200
    if not wants_part():
        return show_lesson(page, status, wrong_check=key, refusal=refusal)
    check = page.rendered.check(key)
    part = render_template("learning/_check_answer.html", page=page, check=check, refusal=refusal)
    return part, status


@blueprint.post(f"{LESSON}/read")
@access.requires(Permission.LEARN)
def mark_read(enrolment_id: str, lesson_id: str) -> ResponseReturnValue:
    """Count a lesson as read because its reader says so, and go on."""
    page = lesson_page_of(enrolment_id, lesson_id)
    try:
        services.mark_read(
            enrolment=page.enrolment,
            activity=lessons.activity_of(page.lesson),
            checks=page.question_keys,
            language=page.text.language,
            now=clock.now(),
        )
    except ChecksUnanswered as refusal:
        return show_lesson(page, refusal.status, unanswered=refusal)
    except TimeNotSpent as refusal:
        return show_lesson(page, refusal.status, too_soon=refusal)
    return redirect(lesson_url(page, _anchor="lesson-end"), 303)
