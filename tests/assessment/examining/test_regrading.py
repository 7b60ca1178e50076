"""Correcting a key: what is foreseen happens, once, to everyone, and to nobody else."""

from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.assessment import queries
from lms.assessment.examining.errors import (
    PreviewDiffers,
    RegradeOpen,
    RegradesBusy,
    SameKey,
    WrongState,
)
from lms.assessment.examining.keys import keys_in_force
from lms.assessment.examining.models import CorrectionKind, Regrade, RegradeResult, RegradeState
from lms.assessment.examining.regrades import applying, jobs, services
from lms.assessment.examining.regrades.answers import (
    CORRECTABLE,
    corrected,
    in_words,
    response_of,
)
from lms.assessment.kinds.registry import KINDS
from lms.assessment.kinds.values import AuthoredItem
from lms.assessment.models import Attempt, EventKind, ItemKind, ItemVersion, Score
from lms.assessment.scoring import credit
from lms.assessment.services import submit
from lms.audit.chain import check_chain
from lms.catalog.models import CourseVersion
from lms.certification.models import Certificate
from lms.core.database import db
from lms.core.errors import Invalid
from lms.core.jobs import run_due
from lms.core.unit_of_work import unit_of_work
from lms.learning.models import Enrolment
from lms.people.models import Person
from tests.builders.assessment import (
    START,
    answer_event,
    make_attempt,
    make_exam,
    make_item,
    make_place,
    save,
    settings,
)
from tests.builders.people import make_person
from tests.support.threads import at_once

LATER = START + timedelta(hours=1)


def two_questions(**overrides: Any) -> CourseVersion:
    """An exam of a single choice (right: b) and a true-false question; half is enough to pass."""
    items: list[AuthoredItem] = [
        make_item(ItemKind.SINGLE_CHOICE),
        make_item(ItemKind.TRUE_FALSE),
    ]
    return make_exam(items, **{"pass_percent": 50, **overrides})


def sit(version: CourseVersion, choice: str, *, truth: bool = False, **place: Any) -> Attempt:
    """A handed-in sitting with these answers (the true-false one is right when ``truth``)."""
    return sit_at(make_place(version, **place), choice, truth=truth)


def sit_at(place: Enrolment, choice: str, *, truth: bool = False) -> Attempt:
    """The same for an enrolment that is there."""
    attempt = make_attempt(enrolment=place)
    for item in queries.paper(attempt):
        kind = item.item_version.kind
        response = {"choice": choice} if kind is ItemKind.SINGLE_CHOICE else {"value": truth}
        save(attempt, answer_event(item.position, response, sequence=item.position))
    submit(attempt=attempt, now=START, settings=settings())
    return attempt


def choice_version(version: CourseVersion) -> ItemVersion:
    statement = (
        sa.select(ItemVersion)
        .where(ItemVersion.kind == ItemKind.SINGLE_CHOICE)
        .order_by(ItemVersion.id.desc())
    )
    del version
    return db.session.scalars(statement).first()  # type: ignore[return-value]


def correction(
    version: CourseVersion,
    kind: CorrectionKind = CorrectionKind.NEW_KEY,
    choice: str = "c",
    actor: Person | None = None,
) -> Regrade:
    """A correction of the single choice, previewed."""
    item = choice_version(version)
    old = list(keys_in_force([item.id])[item.id].answers)
    regrade = services.open_regrade(
        version=item,
        kind=kind,
        answers=corrected(item, kind, old, {"choice": choice}, language="en"),
        reason="The law has changed.",
        actor=actor or make_person(),
        now=LATER,
    )
    while jobs.go_on(regrade.public_id):
        pass
    return regrade


def apply(regrade: Regrade, digest: str | None = None) -> None:
    locked = services.locked(regrade.public_id)
    assert locked is not None
    services.apply_regrade(
        regrade=locked, digest=digest or regrade.digest or "", actor=make_person(), now=LATER
    )


def finish(regrade: Regrade) -> None:
    while jobs.go_on(regrade.public_id):
        pass


def score(attempt: Attempt) -> Score:
    found = queries.latest_score(attempt.id)
    assert found is not None
    return found


def scores(attempt: Attempt) -> int:
    statement = sa.select(sa.func.count()).where(Score.attempt_id == attempt.id)
    return db.session.scalar(statement) or 0


def test_the_preview_says_who_changes_and_changes_nothing(app: Flask) -> None:
    version = two_questions()
    wrong, right, same = sit(version, "c"), sit(version, "b"), sit(version, "a", truth=True)
    regrade = correction(version)
    rows = {row.attempt_id: row for row in db.session.scalars(sa.select(RegradeResult))}
    seen = {
        key: (row.before_percent, row.after_percent, row.before_passed, row.after_passed)
        for key, row in rows.items()
    }
    assert seen == {
        wrong.id: (0, 50, False, True),
        right.id: (50, 0, True, False),
        same.id: (50, 50, True, True),
    }
    assert [rows[one.id].changes for one in (wrong, right, same)] == [True, True, False]
    assert regrade.state is RegradeState.PREVIEWED
    assert [score(one).number for one in (wrong, right, same)] == [1, 1, 1]
    assert keys_in_force([choice_version(version).id]).popitem()[1].answer == {"correct": ["b"]}


def test_the_application_does_what_the_preview_said(app: Flask) -> None:
    version = two_questions()
    wrong, right, same = sit(version, "c"), sit(version, "b"), sit(version, "a", truth=True)
    regrade = correction(version)
    apply(regrade)
    finish(regrade)
    assert [(score(one).number, score(one).percent) for one in (wrong, right, same)] == [
        (2, 50), (2, 0), (1, 50),
    ]  # fmt: skip
    assert (score(wrong).passed, score(right).passed) == (True, False)
    assert regrade.state is RegradeState.DONE
    assert score(wrong).topics == {"rules": [1, 2]}
    assert check_chain().first_broken_id is None


def test_the_first_key_and_the_question_stay_as_they_were(app: Flask) -> None:
    from lms.assessment.models import ItemKey

    version = two_questions()
    sit(version, "c")
    item = choice_version(version)
    before = (dict(item.content), item.digest, dict(db.session.get_one(ItemKey, item.id).answer))
    regrade = correction(version)
    apply(regrade)
    db.session.expire_all()
    item = choice_version(version)
    key = db.session.get_one(ItemKey, item.id)
    assert (item.content, item.digest, key.answer) == before
    assert (regrade.old_answers, regrade.new_answers) == (
        [{"correct": ["b"]}],
        [{"correct": ["c"]}],
    )


@pytest.mark.in_turn
@pytest.mark.parametrize(
    ("kind", "percents"),
    [
        (CorrectionKind.NEW_KEY, (50, 0, 0)),
        (CorrectionKind.ACCEPT, (50, 50, 0)),
        (CorrectionKind.FULL_POINTS, (50, 50, 50)),
        (CorrectionKind.NOT_COUNTED, (0, 0, 0)),
    ],
)
def test_each_kind_of_correction_counts_in_its_way(
    app: Flask, kind: CorrectionKind, percents: tuple[int, ...]
) -> None:
    version = two_questions()
    sat = [sit(version, choice) for choice in "cba"]
    regrade = correction(version, kind)
    apply(regrade)
    finish(regrade)
    assert tuple(score(one).percent for one in sat) == percents
    possible = 1 if kind is CorrectionKind.NOT_COUNTED else 2
    assert {score(one).points_possible for one in sat} == {possible}


def test_applying_again_or_running_the_job_again_changes_nothing(app: Flask) -> None:
    version = two_questions()
    sat = [sit(version, choice) for choice in "cb"]
    regrade = correction(version)
    apply(regrade)
    db.session.commit()
    while run_due():
        pass
    db.session.expire_all()
    assert regrade.state is RegradeState.DONE
    assert [scores(one) for one in sat] == [2, 2]
    jobs.run_regrade(regrade.public_id)
    with pytest.raises(WrongState):
        apply(regrade)
    assert [scores(one) for one in sat] == [2, 2]


def test_a_regrade_goes_on_where_it_was_interrupted(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "COUNTED_AT_ONCE", 2)
    monkeypatch.setattr(applying, "APPLIED_AT_ONCE", 2)
    version = two_questions()
    sat = [sit(version, "c") for _ in range(5)]
    regrade = correction(version)
    apply(regrade)
    db.session.commit()
    calls = iter(range(100))
    whole = applying._append

    def failing(*args: Any) -> None:
        whole(*args)
        if next(calls) == 1:
            raise ConnectionError

    monkeypatch.setattr(applying, "_append", failing)
    with pytest.raises(ConnectionError):
        jobs.run_regrade(regrade.public_id)
    db.session.expire_all()
    assert sorted(scores(one) for one in sat) == [1, 1, 1, 2, 2]
    jobs.run_regrade(regrade.public_id)
    db.session.expire_all()
    assert [scores(one) for one in sat] == [2] * 5
    assert regrade.state is RegradeState.DONE


def test_the_application_is_refused_when_results_came_since_the_preview(app: Flask) -> None:
    version = two_questions()
    sit(version, "c")
    regrade = correction(version)
    sit(version, "b")
    with pytest.raises(PreviewDiffers):
        apply(regrade)
    assert regrade.applied_at is None
    services.recount(regrade=regrade, now=LATER)
    finish(regrade)
    with pytest.raises(PreviewDiffers):
        apply(regrade, digest="0" * 64)
    apply(regrade)
    assert regrade.number == 1


def test_what_is_handed_in_after_the_application_is_scored_with_the_corrected_key(
    app: Flask,
) -> None:
    version = two_questions()
    early = sit(version, "c")
    regrade = correction(version)
    apply(regrade)
    late = sit(version, "c")  # before the earlier ones were scored anew
    assert score(late).percent == 50
    finish(regrade)
    assert (scores(late), scores(early)) == (1, 2)


def test_an_attempt_handed_in_while_the_key_is_being_corrected_is_never_left_out(
    app: Flask,
) -> None:
    version = two_questions()
    sit(version, "a")
    waiting = []
    for _ in range(6):
        attempt = make_attempt(enrolment=make_place(version))
        for item in queries.paper(attempt):
            kind = item.item_version.kind
            response = {"choice": "c"} if kind is ItemKind.SINGLE_CHOICE else {"value": False}
            save(attempt, answer_event(item.position, response, sequence=item.position))
        waiting.append(attempt.id)
    regrade = correction(version)
    digest, key = str(regrade.digest), regrade.public_id
    actor = make_person().id
    db.session.commit()

    def hand_in(identifier: int) -> Any:
        def act() -> None:
            attempt = db.session.get_one(Attempt, identifier)
            submit(attempt=attempt, now=START, settings=settings())

        return act

    def correct() -> None:
        locked = services.locked(key)
        assert locked is not None
        person = db.session.get_one(Person, actor)
        services.apply_regrade(regrade=locked, digest=digest, actor=person, now=LATER)

    outcomes = at_once(app, correct, *(hand_in(one) for one in waiting))
    assert outcomes[1:] == [None] * 6
    assert outcomes[0] is None or isinstance(outcomes[0], PreviewDiffers)
    db.session.expire_all()
    if outcomes[0] is not None:  # some were first: the preview is made anew
        services.recount(regrade=services.locked(key), now=LATER)  # type: ignore[arg-type]
        jobs.go_on(key)
        apply(db.session.scalars(sa.select(Regrade)).one())
    db.session.commit()
    jobs.run_regrade(key)
    db.session.expire_all()
    worth = {queries.latest_score(one).percent for one in waiting}  # type: ignore[union-attr]
    assert worth == {50}


def test_a_second_correction_of_the_same_question_waits_for_the_first(app: Flask) -> None:
    version = two_questions()
    sit(version, "c")
    first = correction(version)
    with pytest.raises(RegradeOpen):
        correction(version, CorrectionKind.FULL_POINTS)
    apply(first)
    finish(first)
    with pytest.raises(SameKey):
        correction(version)
    second = correction(version, choice="d")
    apply(second)
    finish(second)
    assert (first.number, second.number) == (1, 2)
    assert second.old_answers == [{"correct": ["c"]}]


def test_two_corrections_of_one_exam_follow_one_another(app: Flask) -> None:
    version = two_questions()
    sit(version, "c")
    first = correction(version)
    truth = db.session.scalars(
        sa.select(ItemVersion).where(ItemVersion.kind == ItemKind.TRUE_FALSE)
    ).one()
    second = services.open_regrade(
        version=truth, kind=CorrectionKind.NEW_KEY, answers=[{"value": False}], reason="r",
        actor=make_person(), now=LATER,
    )  # fmt: skip
    finish(second)
    apply(first)
    with pytest.raises(RegradesBusy):
        apply(second)
    finish(first)
    with pytest.raises(PreviewDiffers):
        apply(second)


def test_a_discarded_correction_was_never_in_force(app: Flask) -> None:
    version = two_questions()
    attempt = sit(version, "c")
    regrade = correction(version)
    services.discard(regrade=regrade)
    with pytest.raises(WrongState):
        apply(regrade)
    assert scores(attempt) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(RegradeResult)) == 0
    correction(version)


def test_late_answers_of_a_sitting_still_count_after_a_regrade(app: Flask) -> None:
    from lms.assessment.services import close_if_overdue

    version = two_questions()
    attempt = make_attempt(enrolment=make_place(version))
    over = START + timedelta(minutes=31)
    close_if_overdue(attempt=attempt, now=over, settings=settings())
    regrade = correction(version)
    apply(regrade)
    finish(regrade)
    position = next(
        item.position
        for item in queries.paper(attempt)
        if item.item_version.kind is ItemKind.SINGLE_CHOICE
    )
    event = answer_event(position, {"choice": "c"}, authored_ms_ago=120_000)
    save(attempt, event, at=over)
    settled = close_if_overdue(attempt=attempt, now=START + timedelta(hours=2), settings=settings())
    assert settled is not None
    assert settled.percent == 50
    assert [event.kind for event in queries.events(attempt.id)][-1] is EventKind.ANSWER


@pytest.mark.in_turn
def test_a_gap_accepts_one_more_wording_or_one_more_choice(app: Flask) -> None:
    attempt = make_attempt(make_exam([make_item(ItemKind.GAP_TEXT)]))
    version = queries.paper(attempt)[0].item_version
    old = keys_in_force([version.id])[version.id].answer
    best = response_of(version.kind, old, "en")
    assert best["gaps"]["g1"] == "hello"
    assert response_of(version.kind, old, "ru")["gaps"]["g1"] == "привет"
    typed = {"gaps": {**best["gaps"], "g1": "Salute"}}
    choices = {choice["key"] for choice in version.content["gaps"][1]["choices"]}
    other = {"gaps": {**typed["gaps"], "g2": min(choices - {best["gaps"]["g2"]})}}

    [wider] = corrected(version, CorrectionKind.ACCEPT, [old], typed, language="en")
    assert [credit(version.kind, wider, one, "en") for one in (best, typed)] == [1, 1]
    assert in_words(version, [wider], "en") == ["1: привет / Salute / hello / good day", "2: 15"]
    both = corrected(version, CorrectionKind.ACCEPT, [wider], other, language="en")
    assert [max(credit(version.kind, k, one, "en") for k in both) for one in (best, other)] == [
        1,
        1,
    ]
    [new] = corrected(version, CorrectionKind.NEW_KEY, [old], typed, language="en")
    assert [credit(version.kind, new, one, "en") for one in (best, typed)] == [Fraction(1, 2), 1]
    [new] = corrected(
        version,
        CorrectionKind.NEW_KEY,
        [old],
        other | {"gaps": {**other["gaps"], "g1": "hello"}},
        language="ru",
    )
    assert new["gaps"]["g1"] == old["gaps"]["g1"]  # what stayed right stays so in each language
    with pytest.raises(Invalid):  # a gap is left empty
        corrected(version, CorrectionKind.ACCEPT, [old], {"gaps": {"g1": "x"}}, language="en")


@pytest.mark.parametrize("kind", list(ItemKind))
def test_a_key_of_each_kind_can_be_replaced_by_itself_and_scores_as_before(
    app: Flask, kind: ItemKind
) -> None:
    if kind not in CORRECTABLE:
        pytest.skip("scored by a person")
    attempt = make_attempt(make_exam([make_item(kind)]))
    [item] = queries.paper(attempt)
    [key] = keys_in_force([item.item_version_id]).values()
    response = response_of(kind, key.answer, "en")
    for correction_kind in (CorrectionKind.NEW_KEY, CorrectionKind.ACCEPT):
        answers = corrected(
            item.item_version, correction_kind, [key.answer], response, language="en"
        )
        assert max(credit(kind, one, response, "en") for one in answers) == 1


@pytest.mark.parametrize(("language", "shown"), [("ru", "1920,5"), ("en", "1920.5")])
def test_a_number_that_is_right_is_written_as_its_reader_writes_it(
    app: Flask, language: str, shown: str
) -> None:
    [item] = queries.paper(make_attempt(make_exam([make_item(ItemKind.NUMERIC, unit=None)])))
    [key] = keys_in_force([item.item_version_id]).values()
    assert in_words(item.item_version, [key.answer], language) == [shown]
    if language == "ru":
        assert KINDS[ItemKind.NUMERIC].best(key.answer) == {"text": shown}


def certificates(enrolment_id: int) -> int:
    statement = sa.select(sa.func.count()).where(Certificate.enrolment_id == enrolment_id)
    return db.session.scalar(statement) or 0


def test_who_passes_now_gets_the_certificate_and_who_passed_keeps_it(app: Flask) -> None:
    version = two_questions()
    gained, lost = sit(version, "c"), sit(version, "b")
    assert (certificates(gained.enrolment_id), certificates(lost.enrolment_id)) == (0, 1)
    regrade = correction(version)
    apply(regrade)
    finish(regrade)
    assert (certificates(gained.enrolment_id), certificates(lost.enrolment_id)) == (1, 1)
    enrolment = db.session.get_one(Enrolment, gained.enrolment_id, populate_existing=True)
    assert enrolment.completed_at is not None


def test_a_portion_takes_fewer_than_two_statements_for_each_attempt(app: Flask) -> None:
    from tests.support.statements import counted_statements

    version = two_questions()
    for _ in range(30):
        sit(version, "a")
    regrade = correction(version, CorrectionKind.NOT_COUNTED)
    apply(regrade)
    with counted_statements() as statements:
        more = jobs.go_on(regrade.public_id)
    assert more
    assert len(statements) <= 45


def test_the_job_ends_quietly_for_a_correction_that_is_gone(app: Flask) -> None:
    with unit_of_work():
        assert jobs.go_on("0" * 16) is False
