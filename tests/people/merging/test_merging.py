"""A merge moves all that is known of one record to another, and what was proven stays proven."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from lms.assessment.models import Attempt
from lms.audit.chain import check_chain
from lms.certification.board.models import BoardChange, BoardTally
from lms.certification.board.remaking import remake
from lms.certification.board.tally import MEASURES
from lms.certification.models import Certificate
from lms.certification.register.checking import check
from lms.certification.schemes.models import CertificationFact, CertificationStanding
from lms.core import clock, jobs
from lms.core.database import db
from lms.core.signing import checked_keys, public_keys
from lms.learning.models import Enrolment
from lms.people.disclosure.telling import record_of
from lms.people.merging import services
from lms.people.merging.errors import AlreadyAsked, CannotMerge, DryRunOutdated, OwnRecord
from lms.people.merging.models import MergeState
from lms.people.merging.plans import Value
from lms.people.models import AccessRole, Account, Employment, Person
from lms.people.second_person.services import SamePerson
from lms.reporting.saved.models import SavedListPerson
from tests.architecture.test_disclosure import references
from tests.builders import erasure as build
from tests.builders.assessment import make_attempt, make_exam, make_place, settings
from tests.builders.catalog import make_course
from tests.builders.certification import make_certificate
from tests.builders.learning import make_enrolment
from tests.builders.lists import make_saved_list, name_colleague
from tests.builders.merging import agree, ask, merge, pair_of
from tests.builders.notifications import make_message
from tests.builders.people import PASSWORD, make_account, make_person, make_unit, make_viewer
from tests.builders.planned import plan_end
from tests.builders.schemes import award, make_scheme
from tests.pages import PageClient


def register_faults() -> list[str]:
    return check(checked_keys(public_keys(settings()))).faults


def columns_naming(person: Person) -> set[str]:
    """Each ``table.column`` that leads to the record."""
    return {
        f"{table.name}.{name}"
        for table in db.metadata.sorted_tables
        for name, target in references(table)
        if target == "person"
        and db.session.scalar(
            sa.select(sa.func.count()).select_from(table).where(table.c[name] == person.id)
        )
    }


def settle() -> None:
    db.session.execute(sa.update(Attempt).values(settled_at=clock.now()))


def count_of(person: Person, column: Any) -> int:
    statement = sa.select(sa.func.count()).where(column == person.id)
    return db.session.scalar(statement) or 0


def tallied() -> list[Any]:
    """The board's numbers by day, unit and certification, in whichever table they wait."""
    sums: dict[Any, Any] = {}
    for model in (BoardTally, BoardChange):
        for row in db.session.execute(sa.select(model.__table__)).mappings():
            key = (row["span"], row["first_on"], row["unit_id"], row["scheme_id"])
            known = sums.setdefault(key, dict.fromkeys(MEASURES, 0))
            for name in MEASURES:
                known[name] += row[name]
    return sorted((str(key), one) for key, one in sums.items() if any(one.values()))


def test_all_that_is_known_of_a_record_moves_and_stays_proven(app: Flask) -> None:
    ended, kept = build.make_known(), make_person(build.FAMILY)
    settle()
    assert len(columns_naming(ended)) > 10
    done = merge(kept, ended)
    # What somebody did for others stays as it was written.
    assert columns_naming(ended) == {"person_merge.ended_id", "certification_fact.actor_id"}
    assert done.state is MergeState.DONE
    assert register_faults() == []
    assert check_chain().holds


def test_a_person_is_told_and_erased_with_what_their_other_record_held(app: Flask) -> None:
    kept, ended = make_person(build.FAMILY), make_person(build.FAMILY, personnel_number="DOUBLE-7")
    merge(kept, ended)
    told = record_of(kept, now=clock.now())
    assert "DOUBLE-7" in {row["personnel_number"] for row in told["parts"]["person"]}
    db.session.commit()
    build.erase(build.leave(kept))
    assert db.session.get_one(Person, ended.id).family_name == ""


def test_posts_that_overlap_go_and_others_follow_one_another(app: Flask) -> None:
    kept = make_person(started_on=date(2025, 1, 15))
    ended = make_person(started_on=date(2024, 2, 1))
    build.leave(ended, days_ago=(clock.now().date() - date(2024, 9, 1)).days)
    merge(kept, ended)
    posts = sa.select(Employment.started_on).where(Employment.person_id == kept.id)
    assert list(db.session.scalars(posts.order_by(Employment.started_on))) == [
        date(2024, 2, 1),
        date(2025, 1, 15),
    ]


def test_of_two_posts_at_once_the_chosen_one_stays_and_the_other_is_noted(app: Flask) -> None:
    kept, ended = make_person(), make_person(unit=(wanted := make_unit()))
    done = merge(kept, ended, taken=[Value.POSTS])
    posts = sa.select(Employment).where(Employment.person_id.in_([kept.id, ended.id]))
    (post,) = db.session.scalars(posts)
    assert (post.person_id, post.unit_id) == (kept.id, wanted.id)
    assert [one["record"] for one in done.dropped_posts] == ["kept"]


def test_values_that_are_taken_over_change_places(app: Flask) -> None:
    kept = make_person("Старая", email="old@mfc.example", personnel_number="K-1")
    ended = make_person("Новая", email="new@mfc.example", personnel_number="E-1")
    merge(kept, ended, taken=[Value.NAME, Value.NUMBER])
    db.session.refresh(kept)
    db.session.refresh(ended)
    assert (kept.family_name, kept.personnel_number, kept.email) == (
        "Новая",
        "E-1",
        "old@mfc.example",
    )
    assert (ended.family_name, ended.personnel_number) == ("Старая", "K-1")
    assert ended.merged_into_id == kept.id


def test_of_two_enrolments_in_one_course_one_goes_on(app: Flask) -> None:
    kept, ended = make_person(), make_person()
    version = make_course()
    mine, theirs = (make_enrolment(one, version) for one in (kept, ended))
    merge(kept, ended)
    found = {one.id: one for one in db.session.scalars(sa.select(Enrolment))}
    assert found[mine.id].withdrawn_at is None
    assert found[theirs.id].withdrawn_at is not None
    assert found[theirs.id].learner_id == kept.id


def test_facts_with_the_same_key_both_stay_and_the_state_follows_from_all(app: Flask) -> None:
    kept, ended = make_person(), make_person()
    scheme = make_scheme()
    award(kept, scheme)
    award(ended, scheme)
    facts = sum(count_of(one, CertificationFact.person_id) for one in (kept, ended))
    clashes = services.plan_for(pair_of(kept, ended), []).clashes
    merge(kept, ended)
    assert count_of(kept, CertificationFact.person_id) == facts
    assert count_of(ended, CertificationStanding.person_id) == 0
    assert [one.what for one in clashes] == [scheme.title]


def test_the_board_is_the_fold_over_facts_after_a_merge(app: Flask) -> None:
    kept, ended = make_person(), make_person()
    award(ended, make_scheme())
    merge(kept, ended)
    before = tallied()
    remake()
    assert before
    assert tallied() == before


def test_what_is_written_while_a_merge_is_done_follows_a_minute_later(app: Flask) -> None:
    kept, ended = make_person(), make_person()
    merge(kept, ended)
    late, scheme = make_enrolment(ended), make_scheme()  # as one that waited for the merge
    award(ended, scheme)
    db.session.commit()
    with time_machine.travel(clock.now() + services.UNTIL_LATE, tick=True):
        jobs.run_due()
    db.session.expire_all()
    assert db.session.get_one(Enrolment, late.id).learner_id == kept.id
    assert count_of(kept, CertificationStanding.person_id) > 0
    assert count_of(ended, CertificationStanding.person_id) == 0


def test_nobody_is_merged_while_they_sit_an_exam(app: Flask) -> None:
    kept, ended = make_person(), make_person()
    make_attempt(enrolment=make_place(make_exam(), ended), at=clock.now())
    with pytest.raises(CannotMerge, match="экзамен"):
        ask(kept, ended)


def test_what_was_agreed_to_is_what_was_shown(app: Flask) -> None:
    kept, ended = make_person(), make_person()
    asked = ask(kept, ended)
    make_certificate(ended)
    with pytest.raises(DryRunOutdated):
        agree(asked)
    assert db.session.get_one(Person, ended.id).merged_into_id is None


def test_messages_that_come_meanwhile_dont_stand_in_the_way(app: Flask) -> None:
    kept, ended = make_person(), make_person()
    asked = ask(kept, ended)
    make_message(ended)
    assert agree(asked).moved["messages"] == 1


def test_it_takes_two_people_and_neither_is_the_one_merged(app: Flask) -> None:
    kept, ended = make_person(), make_person()
    hr = make_viewer(AccessRole.HR)
    with pytest.raises(SamePerson):
        agree(ask(kept, ended, viewer=hr), hr)
    with pytest.raises(AlreadyAsked):
        ask(ended, kept)
    with pytest.raises(OwnRecord):
        ask(make_person(), (own := make_viewer(AccessRole.HR)).person, viewer=own)


def test_who_asked_for_something_as_one_record_cant_agree_as_the_other(app: Flask) -> None:
    hr = make_viewer(AccessRole.HR)
    ask(make_person(), make_person(), viewer=hr)
    with pytest.raises(CannotMerge, match="второго человека"):
        ask(make_person(), hr.person)


def test_records_merged_before_lead_to_the_one_that_stays_at_last(app: Flask) -> None:
    first, second, third = (make_person() for _ in range(3))
    merge(second, first)
    merge(third, second)
    leads = sa.select(Person.merged_into_id).where(Person.id.in_([first.id, second.id]))
    assert set(db.session.scalars(leads)) == {third.id}


def test_a_certificate_goes_on_naming_whom_it_was_issued_to(app: Flask) -> None:
    kept, ended = make_person(), make_person()
    number = make_certificate(ended).number
    merge(kept, ended)
    found = db.session.scalars(sa.select(Certificate).where(Certificate.number == number)).one()
    assert (found.holder_id, found.issued_to_key) == (kept.id, ended.public_id)


def test_the_only_account_goes_on_with_the_record_that_stays(app: Flask) -> None:
    kept, ended = make_person(), make_account().person
    merge(kept, ended)
    account = db.session.scalars(sa.select(Account).where(Account.person_id == kept.id)).one()
    assert account.suspended_at is None


def test_nobody_is_named_for_a_list_of_their_own_after_a_merge(app: Flask) -> None:
    kept, ended, other = make_person(), make_person(), make_person()
    lists = [make_saved_list(one.id, name=name) for one, name in ((kept, "A"), (ended, "B"))]
    for row, named in ((lists[0], ended), (lists[1], kept), (lists[1], other)):
        name_colleague(row, named)
    merge(kept, ended)
    found = db.session.execute(sa.select(SavedListPerson.list_id, SavedListPerson.person_id))
    assert found.all() == [(lists[1].id, other.id)]


def test_what_the_ended_record_did_for_others_was_done_by_the_one_that_stays(
    client: PageClient, app: Flask
) -> None:
    ended, kept, other = make_person("Старов"), make_person("Новова"), make_person()
    plan_end(other, on=clock.now().date() + timedelta(days=9), actor=ended)
    merge(kept, ended)
    db.session.expire_all()
    assert db.session.get_one(Person, ended.id).full_name == kept.full_name
    assert db.session.get_one(Person, ended.id).own_name.startswith("Старов")
    account = make_account(AccessRole.HR)
    db.session.commit()
    client.sign_in(account.username, PASSWORD)
    record = client.get(f"/hr/people/{other.public_id}").text
    assert "Новова" in record
    assert "Старов" not in record
    assert "Старов" in client.get(f"/hr/people/{kept.public_id}").text  # with what it was merged
    assert check_chain().holds
