"""Questions kept as HTML: each candidate sees the same as if theirs had been written for them."""

import pytest
from flask import Flask
from markupsafe import Markup

from lms.assessment import queries
from lms.assessment.delivery.pictures import CourseFigures
from lms.assessment.log import AttemptState
from lms.assessment.models import Attempt, ItemKind
from lms.assessment.sitting import sheets
from lms.assessment.sitting.asked import Kept
from lms.assessment.sitting.sheets import Sheet, sheets_of
from lms.catalog.models import CourseVersion
from lms.core.database import db
from lms.core.unit_of_work import unit_of_work
from lms.people.models import Person
from lms.web.i18n import in_language
from tests.assessment.delivery.test_pictures_in_texts import pictured
from tests.builders.assessment import (
    answer_all_right,
    flag_event,
    make_attempt,
    make_exam,
    make_item,
    save,
)

pytestmark = pytest.mark.in_turn


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Kept[Sheet]:
    """The memory of the sheets, empty."""
    memory: Kept[Sheet] = Kept(sheets.SHEETS_KEPT)
    monkeypatch.setattr(sheets, "_sheets", memory)
    return memory


def an_exam(*, certainty: bool = False) -> CourseVersion:
    items = [pictured(), *(make_item(kind) for kind in ItemKind)]
    return make_exam(items, certainty=certainty)


def asked(version: CourseVersion, language: str = "ru") -> Attempt:
    """A new attempt with what its paper shows of the exam."""
    attempt = make_attempt(version, language=language)
    candidate = db.session.get_one(Person, attempt.candidate_id)
    found = queries.attempt_to_answer_for(candidate, attempt.public_id)
    assert found is not None
    return found


def shown(attempt: Attempt) -> Markup:
    paper, state = queries.paper(attempt), queries.state(attempt.id)
    return sheets_of(paper, attempt, state, {}, None)


def written_anew(attempt: Attempt) -> Markup:
    paper, figures = queries.paper(attempt), CourseFigures(attempt.assessment.activity.version_id)
    return Markup().join(
        sheets._made(item, attempt, AttemptState(), {}, None, all_=len(paper), figures=figures)
        for item in paper
    )


@pytest.mark.parametrize("certainty", [False, True])
def test_a_kept_question_reads_as_one_written_for_its_candidate(
    app: Flask, kept: Kept[Sheet], certainty: bool
) -> None:
    with unit_of_work():
        version = an_exam(certainty=certainty)
        attempts = [asked(version, code) for code in ("ru", "ru", "ru", "en")]
    papers = [[(item.position, item.order) for item in queries.paper(one)] for one in attempts]
    assert len({str(paper) for paper in papers}) == len(attempts), "they are mixed differently"
    for interface in ("ru", "en"):
        with app.test_request_context(), in_language(interface):
            for attempt in attempts:
                assert shown(attempt) == written_anew(attempt)
    all_but_the_dialogue = len(papers[0]) - 1
    assert len(kept) == 4 * all_but_the_dialogue, "once in each pair of languages"


@pytest.mark.usefixtures("kept")
def test_what_one_candidate_did_is_kept_for_nobody(app: Flask) -> None:
    with unit_of_work():
        version = an_exam()
        busy, idle = asked(version), asked(version)
        save(busy, flag_event(1, flagged=True))
        answer_all_right(busy)
    with app.test_request_context():
        theirs = shown(busy)
        untouched = shown(idle)
        assert untouched == written_anew(idle)
    assert " checked" in theirs
    assert 'data-state="saved"' in theirs
    assert " checked" not in untouched
    assert 'data-state="saved"' not in untouched
