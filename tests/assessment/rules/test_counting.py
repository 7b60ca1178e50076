"""Which attempt counts, pass marks of sections: from the score to the certificate and the record."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from lms.assessment import queries
from lms.assessment.authoring.statistics import exam_figures
from lms.assessment.exam_rules import SectionRule
from lms.assessment.models import Counting, ItemKind
from lms.assessment.rules.counting import Sat, counted_number
from lms.catalog.models import Course, CourseVersion
from lms.certification.models import Certificate
from lms.core.database import db
from lms.people.models import AccessRole
from lms.reporting.queries import sittings_of
from tests.assessment.delivery.candidate import Candidate, Moment
from tests.builders.assessment import answer_event, make_exam, make_item, right_responses
from tests.builders.people import make_viewer

HOUR = timedelta(hours=1)
SITTINGS = st.lists(
    st.tuples(st.booleans(), st.one_of(st.none(), st.floats(0, 100))), min_size=1, max_size=6
)


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> Moment:
    return Moment(monkeypatch)


@given(SITTINGS)
def test_the_three_rules_of_counting(rows: list[tuple[bool, float | None]]) -> None:
    sat = [Sat(n, passed and p is not None, p) for n, (passed, p) in enumerate(rows, start=1)]
    scored = [one for one in sat if one.percent is not None]
    best, last, first = (counted_number(rule, reversed(sat)) for rule in Counting)
    if not scored:
        assert (best, last, first) == (None, None, None)
        return
    assert last == scored[-1].number
    assert first == (1 if sat[0].percent is not None else None)
    result = next(one for one in scored if one.number == best)
    assert result.passed == any(one.passed for one in scored)
    equals = [one for one in scored if one.passed == result.passed]
    assert result.percent == max(one.percent for one in equals if one.percent is not None)


def exam(**rules: object) -> CourseVersion:
    return make_exam([make_item(ItemKind.TRUE_FALSE) for _ in range(4)], **rules)


def sit(candidate: Candidate, moment: Moment, hours: int, *, right: int) -> None:
    moment.after_start(hours * HOUR)
    candidate.sign_in()
    candidate.start()
    given = right_responses(candidate.attempt)
    candidate.send(
        *(
            answer_event(
                p, given[p] if p <= right else {"value": not given[p]["value"]}, sequence=p
            )
            for p in sorted(given)
        )
    )
    candidate.hand_in()


def certificates() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Certificate)) or 0


def test_when_the_first_counts_a_later_pass_completes_nothing(app: Flask, moment: Moment) -> None:
    candidate = Candidate(app, exam(counting=Counting.FIRST))
    assert "Only the first attempt counts" in candidate.exam().text
    sit(candidate, moment, 0, right=1)
    sit(candidate, moment, 1, right=4)
    assert certificates() == 0
    page = candidate.result()
    assert "This attempt doesn’t count: the first one does" in page.text
    assert "Open the certificate" not in page.text
    overview = queries.exam_overview(candidate.place, moment.now)
    assert overview is not None
    assert (overview.counted.number, overview.result.percent) == (1, 25.0)
    assert [(s.number, s.counts) for s in sittings_of(candidate.person)] == [(2, False), (1, True)]
    rows = [" ".join(row.text_content().split()) for row in candidate.exam().select("tbody tr")]
    assert ["counts" in row for row in rows] == [False, True]
    course = db.session.get_one(Course, candidate.place.course_id)
    figures = exam_figures(make_viewer(AccessRole.INSTRUCTOR), course)
    assert figures is not None
    assert (figures.attempts, figures.passed) == (2, 0)


@pytest.mark.parametrize("counting", [Counting.BEST, Counting.LAST])
def test_otherwise_the_pass_completes_the_course(
    app: Flask, moment: Moment, counting: Counting
) -> None:
    candidate = Candidate(app, exam(counting=counting))
    sit(candidate, moment, 0, right=2)
    assert certificates() == 0
    sit(candidate, moment, 1, right=4)
    assert certificates() == 1
    assert "Open the certificate" in candidate.result().text
    course = db.session.get_one(Course, candidate.place.course_id)
    figures = exam_figures(make_viewer(AccessRole.INSTRUCTOR), course)
    assert figures is not None
    assert figures.passed == 1


def test_the_last_attempt_is_the_result_even_when_it_is_worse(app: Flask, moment: Moment) -> None:
    candidate = Candidate(app, exam(counting=Counting.LAST))
    sit(candidate, moment, 0, right=3)
    sit(candidate, moment, 1, right=1)
    overview = queries.exam_overview(candidate.place, moment.now)
    assert overview is not None
    assert overview.result.percent == 25.0
    assert [(s.number, s.counts) for s in sittings_of(candidate.person)] == [(2, True), (1, False)]


def two_parts(**rules: object) -> CourseVersion:
    items = [make_item(ItemKind.TRUE_FALSE, topic=topic) for topic in ("law", "manners") * 4]
    sections = (
        SectionRule("law", 4, pass_percent=75),
        SectionRule("manners", 4),
    )
    return make_exam(items, sections=sections, **rules)


def answer_by_topic(candidate: Candidate, wrong: dict[str, int]) -> None:
    given, left = right_responses(candidate.attempt), dict(wrong)
    events = []
    for item in queries.paper(candidate.attempt):
        value = given[item.position]["value"]
        topic = item.item_version.topic
        if left.get(topic):
            left[topic] -= 1
            value = not value
        events.append(answer_event(item.position, {"value": value}, sequence=item.position))
    candidate.send(*events)


def test_a_missed_part_fails_the_exam_and_is_named(app: Flask, moment: Moment) -> None:
    candidate = Candidate(app, two_parts(pass_percent=70))
    assert "these parts have pass marks of their own" in candidate.exam().text
    candidate.start()
    answer_by_topic(candidate, {"law": 2})  # 6 of 8 in all, 2 of 4 in law
    candidate.hand_in()
    page = candidate.result()
    assert "The total is enough, but not every part" in page.text
    assert "Not passed this time" in page.text
    [row] = page.one("[aria-labelledby=parts-title]").cssselect("tbody tr")
    assert [" ".join(cell.text_content().split()) for cell in row] == [
        "law",
        "2 of 4",
        "75%",
        "missed",
    ]
    assert certificates() == 0


def test_a_part_at_exactly_its_pass_mark_is_reached(app: Flask, moment: Moment) -> None:
    candidate = Candidate(app, two_parts(pass_percent=70))
    candidate.start()
    answer_by_topic(candidate, {"law": 1, "manners": 1})
    candidate.hand_in()
    page = candidate.result()
    assert "You have passed the exam" in page.text
    assert "reached" in page.one("[aria-labelledby=parts-title]").text_content()
    assert certificates() == 1


def test_reached_parts_do_not_replace_the_total(app: Flask, moment: Moment) -> None:
    candidate = Candidate(app, two_parts(pass_percent=70))
    candidate.start()
    answer_by_topic(candidate, {"manners": 3})
    candidate.hand_in()
    page = candidate.result()
    assert "Not passed this time" in page.text
    assert "The total is enough" not in page.text
