"""The result of an attempt."""

from typing import Any

from flask import redirect, render_template
from flask.typing import ResponseReturnValue

from lms.assessment import queries
from lms.assessment.deadlines import settles_at
from lms.assessment.delivery.marks import Hidden, marks_of, shown_percent, why_hidden
from lms.assessment.delivery.overviews import overview_for
from lms.assessment.delivery.questions import questions_of
from lms.assessment.delivery.script_data import script_data
from lms.assessment.delivery.stages import Stage, stage_of
from lms.assessment.examining.regrades.queries import scored_anew_at
from lms.assessment.grading.queries import gradings_of
from lms.assessment.log import AttemptState
from lms.assessment.models import Attempt, Behaviour, Score
from lms.assessment.queries import ExamOverview
from lms.assessment.rules.tally import has_handwork
from lms.assessment.views.base import attempt_url, blueprint, found, own_attempt, settings
from lms.core import clock
from lms.people.permissions import Permission
from lms.web import access
from lms.web.i18n import localised


@blueprint.get("/attempts/<attempt_id>/result")
@access.requires(Permission.LEARN)
def result(attempt_id: str) -> ResponseReturnValue:
    """Show how the attempt turned out, with explanations where the exam's policy allows it."""
    attempt, now = own_attempt(attempt_id), clock.now()
    stage, state = stage_of(attempt, now), queries.state(attempt.id)
    if stage is Stage.OPEN:
        return redirect(attempt_url(attempt))
    data = script_data(attempt, state, now=now, settings=settings())
    if stage is Stage.ENDING:
        return render_template("assessment/ending.html", attempt=attempt, data=data)
    score = found(queries.latest_score(attempt.id))
    overview = overview_for(attempt, now)
    hidden = _why_hidden(attempt, overview)
    return render_template(
        "assessment/result.html",
        attempt=attempt,
        score=score,
        percent=shown_percent(score),
        overview=overview,
        topics=_topics(attempt, score),
        sections=_sections(attempt, score, overview),
        state=state,
        data=data,
        hidden=hidden,
        marked=[] if hidden else _marked(attempt, score, state),
        scored_anew_at=scored_anew_at(attempt.id) if score.number > 1 else None,
        settles_at=settles_at(
            attempt.deadline_at, settings().exam_grace_seconds, settings().exam_replay_minutes
        ),
    )


def _why_hidden(attempt: Attempt, overview: ExamOverview) -> Hidden | None:
    return why_hidden(
        attempt.assessment.explanations,
        has_passed=any(score.passed for score in overview.scores.values()),
        is_settled=attempt.settled_at is not None,
        is_sitting=queries.is_sitting(attempt.candidate_id, attempt.enrolment.course_id),
    )


def _topics(attempt: Attempt, score: Score) -> list[tuple[str, float, int]]:
    """Return (title, points earned, points possible) in the course's order of topics."""
    return [
        (localised(topic.title), *score.topics[topic.key])
        for topic in attempt.assessment.activity.version.topics
        if topic.key in score.topics
    ]


def _sections(
    attempt: Attempt, score: Score, overview: ExamOverview
) -> list[tuple[str, dict[str, Any]]]:
    """Return (title, how it went) of the sections that have a pass mark of their own."""
    titles = {t.key: localised(t.title) for t in attempt.assessment.activity.version.topics}
    went = score.sections or {}
    return [
        (titles.get(section.topic, section.topic), went[str(section.position)])
        for section in overview.assessment.sections
        if section.pass_percent is not None and str(section.position) in went
    ]


def _marked(attempt: Attempt, score: Score, state: AttemptState) -> list[Any]:
    """Return (question, response, marks, correction) for the whole paper."""
    items = queries.paper(attempt)
    keys = queries.keys([item.item_version_id for item in items])
    graded = gradings_of(attempt.id) if has_handwork(items) else {}
    rows = []
    for item, question in zip(items, questions_of(items, attempt), strict=True):
        if attempt.behaviour is Behaviour.MASTERY and item.position not in state.answers:
            continue  # never asked
        response = state.answers.get(item.position)
        points = score.items[str(item.position)]
        key = keys[item.item_version_id]
        marks = marks_of(question, key, response, points, graded.get(item.position))
        rows.append((question, response, marks, key.correction))
    return rows
