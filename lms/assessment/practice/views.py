"""Pages of daily practice: what waits, one question at a time, what was done."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from lms.assessment.authoring.queries import item_for
from lms.assessment.kinds.base import Response
from lms.assessment.practice import planning, queries, services
from lms.assessment.practice.faces import credit_of, face_of, marks_of, read_answer, shown
from lms.assessment.practice.forms import CertaintyForm
from lms.assessment.practice.models import Certainty, PracticeQuestion, PracticeSession
from lms.assessment.practice.planning import subject_of
from lms.assessment.practice.queries import Standing
from lms.assessment.practice.results import FEWEST_PEOPLE
from lms.assessment.practice.scheduling import is_confident_error
from lms.assessment.practice.topics import kept_forgetting, place_of_question
from lms.assessment.views.base import blueprint, found, settings
from lms.assessment.views.desk import open_desk
from lms.core import clock
from lms.core.clock import local_date
from lms.people.permissions import Permission
from lms.web import access
from lms.web.i18n import current_language

UNANSWERED = _l("Answer the question, or say that you don’t know.")


def _when() -> dict[str, Any]:
    return {"now": clock.now(), "time_zone": settings().time_zone}


def _standing(language: str | None = None) -> Standing:
    return queries.standing_of(current_user.person.id, language=language or current_language())


def _days(standing: Standing) -> dict[str, Any]:
    """Return today, the days in a row, and when the next questions come back."""
    today = local_date(clock.now(), settings().time_zone)
    days = queries.days_of_practice(current_user.person.id)
    return {
        "today": today,
        "streak": planning.streak(days, today=today),
        "next_due": planning.next_due(standing.met, standing.cards, today=today),
    }


@blueprint.get("/practice")
@access.requires(Permission.LEARN)
def practice() -> ResponseReturnValue:
    """Show what waits, what is forgotten often, and how practice works."""
    standing, person = _standing(), current_user.person
    running = queries.open_session(person.id)
    chosen = services.choose(person, standing, **_when())
    return render_template(
        "assessment/practice/overview.html",
        count=len(chosen),
        minutes=planning.minutes_for(len(chosen)),
        is_running=running is not None and services.is_under_way(running, standing, **_when()),
        met=standing.met,
        forgotten=kept_forgetting(standing.met, standing.cards),
        resting=queries.resting_courses(person.id),
        limits=planning,
        fewest=FEWEST_PEOPLE,
        **_days(standing),
    )


@blueprint.post("/practice/start")
@access.requires(Permission.LEARN)
def start_practice() -> ResponseReturnValue:
    """Begin a session, or go on with today's."""
    started = services.start_session(
        person=current_user.person, language=current_language(), **_when()
    )
    if started is None:
        flash(_("There is nothing to practise just now."), "info")
        return redirect(url_for("assessment.practice"), 303)
    session = _session(started.public_id)
    following = services.next_question(session, _standing(session.language))
    return redirect(_address(session, following), 303)


@blueprint.get("/practice/<session_id>")
@access.requires(Permission.LEARN)
def practice_session(session_id: str) -> ResponseReturnValue:
    """Go on with the next question; after the last one show what was done."""
    session = _session(session_id)
    standing = _standing(session.language)
    following = services.next_question(session, standing)
    if following is not None and session.ended_at is None:
        return redirect(_address(session, following))
    return render_template(
        "assessment/practice/done.html",
        session=session,
        rows=[
            (question, question.review, place_of_question(question))
            for question in session.questions
            if question.review is not None
        ],
        subjects=standing.subjects,
        subject_of=subject_of,
        again=len(services.choose(current_user.person, standing, **_when())),
        forgotten=kept_forgetting(standing.met, standing.cards),
        **_days(standing),
    )


def _session(session_id: str, *, lock: bool = False) -> PracticeSession:
    return found(queries.session_for(current_user.person, session_id, lock=lock))


def _question(session: PracticeSession, position: int) -> PracticeQuestion:
    return found(next((one for one in session.questions if one.position == position), None))


def _address(session: PracticeSession, question: PracticeQuestion | None) -> str:
    """Return the address of a question; of the session's end for none."""
    if question is None:
        return url_for("assessment.practice_session", session_id=session.public_id)
    return url_for(
        "assessment.practice_question", session_id=session.public_id, position=question.position
    )


@blueprint.get("/practice/<session_id>/<int:position>")
@access.requires(Permission.LEARN)
def practice_question(session_id: str, position: int) -> ResponseReturnValue:
    """Ask a question of the session; once it is answered, show what is right and why."""
    session = _session(session_id)
    question = _question(session, position)
    if not _may_be_shown(session, question):
        return _put_away(session, question)
    if question.review is not None:
        return _feedback(session, question)
    if session.ended_at is not None:
        return _given_up()
    return _ask(session, question, CertaintyForm())


@blueprint.post("/practice/<session_id>/<int:position>")
@access.requires(Permission.LEARN)
def answer_practice(session_id: str, position: int) -> ResponseReturnValue:
    """Take the answer to a question, once; sent again, the same page follows."""
    session = _session(session_id, lock=True)
    question = _question(session, position)
    if question.review is not None:
        return redirect(_address(session, question), 303)
    if not _may_be_shown(session, question):
        return _put_away(session, question), 409
    if session.ended_at is not None:
        return _given_up()
    return _take(session, question)


def _may_be_shown(session: PracticeSession, question: PracticeQuestion) -> bool:
    return subject_of(question.card) in _standing(session.language).subjects


def _take(session: PracticeSession, question: PracticeQuestion) -> ResponseReturnValue:
    face = face_of(question, seed=session.public_id, language=session.language)
    form, is_unknown = CertaintyForm(), "unknown" in request.form
    reading = read_answer(face, request.form)
    response = None if is_unknown else reading.answers.get(question.position)
    fault = reading.faults.get(question.position) or (UNANSWERED if response is None else None)
    if not is_unknown and (not form.validate() or fault):
        typed = request.form if fault else None
        page = _ask(session, question, form, response=response, fault=fault, typed=typed)
        return page, 422
    services.answer(
        session=session,
        question=question,
        response=response,
        credit=float(credit_of(face, response)),
        certainty=Certainty.GUESSING if is_unknown else form.chosen,
        **_when(),
    )
    return redirect(_address(session, question), 303)


def _ask(
    session: PracticeSession,
    question: PracticeQuestion,
    form: CertaintyForm,
    *,
    response: Response | None = None,
    fault: Any = None,
    typed: Any = None,
) -> str:
    face = face_of(question, seed=session.public_id, language=session.language)
    return render_template(
        "assessment/practice/question.html",
        session=session,
        question=shown(face.question),
        form=form,
        response=response,
        fault=fault,
        typed=typed,
    )


def _feedback(session: PracticeSession, question: PracticeQuestion) -> str:
    review = found(question.review)
    face = face_of(question, seed=session.public_id, language=session.language)
    following = next((one for one in session.questions if one.review is None), None)
    return render_template(
        "assessment/practice/feedback.html",
        session=session,
        question=shown(face.question),
        response=review.response,
        marks=marks_of(face, review.response, review.credit),
        is_confident_error=is_confident_error(review.credit, review.certainty),
        lessons=face.lessons,
        enrolment=question.enrolment,
        check_key=question.card.check_key,
        way_on=_address(session, following),
        is_last=following is None,
    )


def _put_away(session: PracticeSession, question: PracticeQuestion) -> str:
    """Say that the question is not asked now: retired, or its course has an exam under way."""
    return render_template(
        "assessment/practice/put_away.html", session=session, position=question.position
    )


def _given_up() -> ResponseReturnValue:
    flash(_("That practice is over. Begin a new one when you like."), "info")
    return redirect(url_for("assessment.practice"), 303)


@blueprint.post("/authoring/courses/<slug>/items/<public_id>/practice")
@access.requires(Permission.AUTHOR_COURSES)
def mark_item(slug: str, public_id: str) -> ResponseReturnValue:
    """Open an item for practice before the exam, or keep it for the exam."""
    desk = open_desk(slug)
    item = found(item_for(desk.course, public_id))
    is_open = request.form.get("open") == "1"
    services.mark_item(
        item, desk.course, is_open=is_open, actor=current_user.person, now=clock.now()
    )
    opened, kept = _("The question may be practised now."), _("The question is kept for the exam.")
    flash(opened if is_open else kept, "good")
    return redirect(url_for("assessment.item", slug=slug, public_id=public_id), 303)
