"""The audit log's chain: whatever is changed in it shows."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.audit.chain import GENESIS, broken_among, check_chain
from lms.audit.models import AuditEntry
from lms.audit.services import record
from lms.core.database import db

NOW = datetime(2026, 3, 1, 9, 0, 0, 123456, tzinfo=UTC)


def entry(number: int) -> dict[str, Any]:
    return {
        "now": NOW + timedelta(minutes=number),
        "actor_key": "actor",
        "action": "test.done",
        "subject_kind": "thing",
        "subject_key": f"key-{number}",
        "person_key": None if number % 2 else "person",
        "reason": "Потому что «так»",
        "number": number,
        "share": 0.5,
        "words": ["а", "b"],
    }


def write(count: int = 5) -> None:
    for number in range(count):
        record(**entry(number))
    db.session.commit()


def tamper(statement: str) -> None:
    db.session.execute(sa.text(statement))
    db.session.commit()
    db.session.expire_all()


def ids() -> list[int]:
    return list(db.session.scalars(sa.select(AuditEntry.id).order_by(AuditEntry.id)))


def entries() -> list[AuditEntry]:
    return list(db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id)))


def test_an_empty_log_holds(app: Flask) -> None:
    report = check_chain()
    assert report.holds
    assert report.entries == 0
    assert report.last_hash == GENESIS


def test_an_untouched_log_holds_also_when_read_anew(app: Flask) -> None:
    write()
    db.session.expunge_all()
    report = check_chain()
    assert report.holds
    assert report.entries == 5
    assert broken_among(entries()) == set()


def test_the_instant_counts_not_the_zone_it_was_given_in(app: Flask) -> None:
    record(
        now=NOW.astimezone(timezone(timedelta(hours=3))),
        actor_key=None,
        action="test.done",
        subject_kind="thing",
        subject_key="k",
    )
    db.session.commit()
    db.session.expunge_all()
    assert check_chain().holds


CHANGES = [
    "reason = 'another'",
    "actor_key = NULL",
    "actor_key = 'someone'",
    "action = 'test.undone'",
    "subject_key = 'key-9'",
    "subject_kind = 'person'",
    "person_key = 'other'",
    "details = '{}'",
    "recorded_at = '2026-03-01 10:00:00+00'",
    "hash = 'abc'",
    "previous_hash = 'abc'",
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_entry_breaks_the_chain_there(app: Flask, change: str) -> None:
    write()
    third = ids()[2]
    tamper(f"UPDATE audit_entry SET {change} WHERE id = {third}")
    report = check_chain()
    assert not report.holds
    assert (report.first_broken_id, report.entries) == (third, 2)
    assert third in broken_among(entries())


@pytest.mark.parametrize("place", [0, 2])
def test_a_removed_entry_breaks_the_chain_at_the_next(app: Flask, place: int) -> None:
    write()
    before = ids()
    tamper(f"DELETE FROM audit_entry WHERE id = {before[place]}")
    assert check_chain().first_broken_id == before[place + 1]
    assert broken_among(entries()) == {before[place + 1]}


def test_a_page_out_of_the_middle_is_checked_against_its_neighbours(app: Flask) -> None:
    write(9)
    assert broken_among(entries()[4:6]) == set()
    assert broken_among(entries()[::3]) == set()


def test_removing_the_newest_shows_against_a_hash_kept_elsewhere(app: Flask) -> None:
    write()
    anchor = check_chain().last_hash
    assert check_chain(anchor).holds
    write(2)
    assert check_chain(anchor).holds
    last = ids()[4]
    tamper(f"DELETE FROM audit_entry WHERE id >= {last}")
    assert check_chain().holds
    report = check_chain(anchor)
    assert not report.holds
    assert not report.has_anchor
    assert report.first_broken_id is None


def test_what_a_savepoint_took_back_is_no_link_of_the_chain(app: Flask) -> None:
    record(**entry(1))
    savepoint = db.session.begin_nested()
    record(**entry(2))
    savepoint.rollback()
    record(**entry(3))
    db.session.commit()
    record(**entry(4))
    db.session.rollback()
    write(2)
    assert check_chain().holds
    assert [one.subject_key for one in entries()] == ["key-1", "key-3", "key-0", "key-1"]


def test_the_chain_never_forks(app: Flask) -> None:
    write(1)
    first = entries()[0]
    twin = AuditEntry(
        recorded_at=NOW, actor_key=None, action="x", subject_kind="x", subject_key="x",
        person_key=None, reason="", details={}, previous_hash=first.previous_hash, hash="f" * 64,
    )  # fmt: skip
    db.session.add(twin)
    with pytest.raises(sa.exc.IntegrityError):
        db.session.flush()
    db.session.rollback()


def run(app: Flask, *arguments: str) -> Any:
    return app.test_cli_runner().invoke(args=["audit", "check", *arguments])


def test_the_command_prints_the_last_hash_and_fails_on_a_broken_log(
    make_app: Callable[..., Flask],
) -> None:
    app = make_app()
    with app.app_context():
        write()
        last = check_chain().last_hash
        db.session.commit()
    good = run(app)
    assert good.exit_code == 0
    assert f"5 entries, last hash {last}" in good.output
    assert run(app, "--anchor", last).exit_code == 0
    missing = run(app, "--anchor", "f" * 64)
    assert missing.exit_code == 1
    assert "anchor is not in it" in missing.output
    with app.app_context():
        tamper("UPDATE audit_entry SET reason = 'x' WHERE subject_key = 'key-3'")
    bad = run(app)
    assert bad.exit_code == 1
    assert "changed or removed" in bad.output
