"""Practice and mastery: one question, its answer told at once, the next one. Plain forms alone."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.assessment import queries, services
from lms.assessment.delivery.arrival import received_at
from lms.assessment.delivery.form_answers import (
    TELLING,
    Unanswered,
    UnreadableAnswer,
    read_certainty,
    read_response,
)
from lms.assessment.delivery.marks import Marks, marks_of
from lms.assessment.delivery.questions import Question, questions_of
from lms.assessment.errors import AnswerFinal, AttemptClosed, OtherAttemptOpen, TooLate
from lms.assessment.kinds.base import Response
from lms.assessment.log import fold
from lms.assessment.models import Attempt, AttemptEvent, AttemptItem, Behaviour
from lms.assessment.rules import certainty
from lms.assessment.rules.mastery import TopicState, topic_states
from lms.assessment.rules.tally import share_of, turns_of
from lms.assessment.services.practising import answers_in_order, asked_next
from lms.assessment.views.base import (
    blueprint,
    found,
    own_attempt,
    own_attempt_locked,
    result_url,
    settings,
)
from lms.core import clock
from lms.core.errors import Invalid
from lms.people.permissions import Permission
from lms.web import access
from lms.web.i18n import localised


@dataclass(frozen=True)
class Told:
    """An answer that was given, as it turned out."""

    number: int
    question: Question
    response: Response | None
    marks: Marks
    mark: tuple[int, float] | None  # with certainty: the level, and the points for it


@dataclass(frozen=True)
class Sitting:
    """An attempt at practice with all that its page needs."""

    attempt: Attempt
    items: list[AttemptItem]
    events: list[AttemptEvent]

    @property
    def given(self) -> list[AttemptEvent]:
        """The answers in their order."""
        return answers_in_order(self.events)

    def item(self, position: int) -> AttemptItem:
        """Return the item at ``position``."""
        return found(next((item for item in self.items if item.position == position), None))

    def question(self, position: int) -> Question:
        """Return the question at ``position``."""
        [question] = questions_of([self.item(position)], self.attempt)
        return question


def _sitting(attempt: Attempt) -> Sitting:
    return Sitting(attempt, queries.paper(attempt), queries.events(attempt.id))


def show_practice(attempt: Attempt, **options: Any) -> str:
    """Return the page of an open attempt: the answer ``?turn=`` told, else the next question."""
    sitting = _sitting(attempt)
    turn = request.args.get("turn", 0, type=int)
    is_withheld = queries.is_sitting(
        attempt.candidate_id, attempt.enrolment.course_id, but=attempt.id
    )
    shows = 0 < turn <= len(sitting.given) and not is_withheld and not options
    told = _told(sitting, turn) if shows else None
    position = asked_next(attempt, sitting.items, sitting.events)
    return render_template(
        "assessment/practice.html",
        attempt=attempt,
        told=told,
        question=sitting.question(position) if position is not None else None,
        turn=len(sitting.given) + 1,
        answered=len(fold(sitting.events).answers),
        all=len(sitting.items),
        topics=_topics(sitting) if attempt.behaviour is Behaviour.MASTERY else [],
        is_withheld=is_withheld,
        **options,
    )


def _told(sitting: Sitting, turn: int) -> Told:
    event = sitting.given[turn - 1]
    assert event.position is not None
    item, question = sitting.item(event.position), sitting.question(event.position)
    version, response = item.item_version, event.body["response"]
    key = queries.keys([version.id])[version.id]
    share = share_of(version, key, response, sitting.attempt.language) or Fraction(0)
    marks = marks_of(question, key, response, float(share * version.points))
    mark = None
    if sitting.attempt.assessment.certainty and response is not None:
        level = event.body.get("certainty", certainty.LEAST)
        mark = (level, float(certainty.mark(share, level) * version.points))
    return Told(turn, question, response, marks, mark)


def _topics(sitting: Sitting) -> list[tuple[str, TopicState]]:
    keys = queries.keys([item.item_version_id for item in sitting.items])
    turns = turns_of(sitting.items, keys, sitting.events, sitting.attempt.language)
    paper = [(item.position, item.item_version.topic) for item in sitting.items]
    titles = {t.key: t.title for t in sitting.attempt.assessment.activity.version.topics}
    return [
        (localised(titles.get(state.topic)) or state.topic, state)
        for state in topic_states(paper, turns)
    ]


@blueprint.post("/attempts/<attempt_id>/check")
@access.requires(Permission.LEARN)
def check_answer(attempt_id: str) -> ResponseReturnValue:
    """Take one answer of practice or mastery, and tell how it turned out."""
    attempt = own_attempt_locked(attempt_id)
    if attempt.behaviour is Behaviour.EXAM:
        return redirect(url_for("assessment.attempt", attempt_id=attempt_id), 303)
    try:
        turn = _give(attempt)
    except (AttemptClosed, TooLate) as refusal:
        flash(str(refusal.message), "warn")
        return redirect(result_url(attempt), 303)
    except (AnswerFinal, OtherAttemptOpen) as refusal:
        return show_practice(own_attempt(attempt_id), refusal=refusal), refusal.status
    except Invalid as refusal:
        told = isinstance(refusal, (Unanswered, *TELLING))
        fault = refusal.message if told else UnreadableAnswer().message
        return show_practice(own_attempt(attempt_id), fault=fault, typed=request.form), 422
    return redirect(url_for("assessment.attempt", attempt_id=attempt_id, turn=turn), 303)


def _give(attempt: Attempt) -> int:
    position = request.form.get("position", 0, type=int)
    item = next((i for i in queries.paper(attempt) if i.position == position), None)
    if item is None:
        raise AnswerFinal
    name, skips = f"q{position}", request.form.get("then") == "skip"
    response = None if skips else read_response(item.item_version, name, request.form)
    if response is None and not skips:
        raise Unanswered
    return services.give_answer(
        attempt=attempt,
        position=position,
        turn=request.form.get("turn", 0, type=int),
        response=response,
        certainty=read_certainty(name, request.form),
        received_at=received_at(),
        now=clock.now(),
        settings=settings(),
        course_id=own_attempt(attempt.public_id).enrolment.course_id,
    )
