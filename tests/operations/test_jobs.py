"""Work in the background that fails for good: who sees it, and how it begins anew."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask, current_app

from lms.app import queue
from lms.app.cli import main
from lms.core import clock, jobs
from lms.core.database import db
from lms.core.jobs import MAX_TRIES, Job, JobState
from lms.core.unit_of_work import unit_of_work
from lms.notifications.models import Message, OutgoingMail
from lms.operations import services
from lms.operations.words import JOBS
from lms.people.models import AccessRole, Account
from tests.builders.people import NOW, PASSWORD, make_account
from tests.pages import PageClient
from tests.support.applications import SECRET, make_application, make_settings
from tests.support.databases import Sqlite
from tests.support.server import READY, LiveServer

pytestmark = pytest.mark.in_turn

NAME = "people.remove_files"
WORDS = "Removal of an erased person’s files"
PAGE = "/admin/jobs"
LATER = timedelta(days=1)


class Work:
    """Stands in for a job's function: fails until it is mended."""

    is_broken = True
    done = 0

    def __call__(self, **_arguments: Any) -> None:
        if self.is_broken:
            raise ConnectionError("the store of Ivanova Maria is away")
        self.done += 1


@pytest.fixture
def work(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Work]:
    broken = Work()
    monkeypatch.setitem(jobs._registry, NAME, broken)
    with time_machine.travel(NOW, tick=False):
        yield broken


@pytest.fixture
def admin(app: Flask) -> Account:
    with unit_of_work():
        return make_account(AccessRole.ADMINISTRATOR, username="admin")


def ask(key: str = "a") -> None:
    with unit_of_work():
        jobs.enqueue(NAME, key=key, now=clock.now())


def fail_for_good(now: datetime = NOW) -> datetime:
    """Try what is due until it is given up; return the moment of the last try."""
    for _try in range(MAX_TRIES):
        with time_machine.travel(now, tick=False):
            jobs.run_due()
        now += LATER
    return now - LATER


def tell(now: datetime) -> int:
    with unit_of_work():
        return services.tell_failures(now=now, settings=current_app.config["SETTINGS"])


def test_what_failed_for_good_is_shown_and_begins_anew(
    client: PageClient, work: Work, admin: Account
) -> None:
    ask("a")
    ask("b")
    failed_at = fail_for_good()
    with time_machine.travel(failed_at, tick=False):
        client.sign_in("admin", PASSWORD)
        page = client.get(PAGE)
        assert WORDS in page.text
        assert "ConnectionError at __call__" in page.text
        assert "Ivanova" not in page.html
        work.is_broken = False
        client.post(f"{PAGE}/{NAME}/begin-anew", {})
        done = client.get(PAGE)
        assert "2 pieces of work begin anew" in done.text
        assert WORDS not in done.text
        assert jobs.run_due() == 2
        assert work.done == 2
        client.post(f"{PAGE}/{NAME}/begin-anew", {})
        assert "failed any more" in client.get(PAGE).text


def test_an_unknown_kind_of_work_is_missing(client: PageClient, admin: Account) -> None:
    client.sign_in("admin", PASSWORD)
    client.post(f"{PAGE}/people.none/begin-anew", {}, status=404)


def test_administrators_are_told_once(client: PageClient, work: Work, admin: Account) -> None:
    with unit_of_work():
        make_account(AccessRole.HR, username="hr")
    ask()
    failed_at = fail_for_good()
    assert tell(failed_at) == 1
    assert tell(failed_at) == 0
    assert tell(failed_at + timedelta(hours=1)) == 0
    said = db.session.scalars(sa.select(Message)).one()
    assert said.recipient_id == admin.person_id
    assert said.details["jobs"] == [NAME]
    assert (
        db.session.scalars(sa.select(OutgoingMail)).one().subject
        == "Work in the background has failed"
    )
    ask("again")
    assert tell(fail_for_good(failed_at + LATER)) == 1
    client.sign_in("admin", PASSWORD)
    assert WORDS in client.get("/inbox").text


def test_regular_work_that_went_well_since_is_nothing_to_tell(
    client: PageClient, work: Work, admin: Account
) -> None:
    ask("slot-1")
    failed_at = fail_for_good()
    work.is_broken = False
    with time_machine.travel(failed_at + LATER, tick=False):
        ask("slot-2")
        assert jobs.run_due() == 1
        assert tell(clock.now()) == 0
        client.sign_in("admin", PASSWORD)
        assert "not since" not in client.get(PAGE).text


def test_rows_of_regular_work_do_not_pile_up(
    app: Flask, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "PORTION", 2)
    monkeypatch.setitem(jobs._schedule, NAME, 5)
    work.is_broken = False
    for number in range(5):
        ask(f"slot-{number}")
    jobs.run_due()
    monkeypatch.setitem(jobs._registry, "people.erase", work)
    with unit_of_work():
        jobs.enqueue("people.erase", key="asked for", now=NOW)
    jobs.run_due()
    with time_machine.travel(NOW + services.KEPT + LATER, tick=False):
        ask("slot-now")
        assert services.forget_regular(now=clock.now()) == 5
    left = {(row.unique_key, row.state) for row in db.session.scalars(sa.select(Job))}
    assert left == {("slot-now", JobState.WAITING), ("asked for", JobState.DONE)}


def test_work_follows_a_clock_that_was_put_back(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_schedule", {NAME: 60})
    monkeypatch.setitem(jobs._registry, "people.erase", work)
    work.is_broken = False
    with unit_of_work():
        jobs.enqueue("people.erase", key="planned", now=NOW, due_at=NOW + 3 * LATER)
    with time_machine.travel(NOW + LATER, tick=False):
        queue.enqueue_scheduled()
        assert jobs.run_due() == 1
        for key in ("asked", "taken"):
            with unit_of_work():
                jobs.enqueue("people.erase", key=key, now=clock.now())
        taken = sa.select(Job.id).where(Job.unique_key == "taken")
        with unit_of_work():
            assert jobs._claim(db.session.scalars(taken).one(), clock.now())
    queue.enqueue_scheduled()
    assert jobs.run_due() == 3
    left = {(row.unique_key, row.state) for row in db.session.scalars(sa.select(Job))}
    slot = f"slot-{int(NOW.timestamp()) // 60}"
    done = {(key, JobState.DONE) for key in (slot, "asked", "taken")}
    assert left == {*done, ("planned", JobState.WAITING)}
    with unit_of_work():
        assert jobs.follow_clock(clock.now()) == 0


@pytest.mark.parametrize("database", ["postgres"], indirect=True)  # which gives no number twice
def test_asking_again_for_regular_work_uses_up_no_numbers(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_schedule", {NAME: 60})
    for minute in (0, 0, 0, 1):
        with time_machine.travel(NOW + timedelta(minutes=minute), tick=False):
            queue.enqueue_scheduled()
    first, second = db.session.scalars(sa.select(Job.id).order_by(Job.id))
    assert second == first + 1


def test_each_job_has_words(app: Flask) -> None:
    assert set(JOBS) == {name for name in jobs.registered() if not name.startswith("test.")}


def test_a_long_job_keeps_no_regular_one_from_being_asked_for(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, is_over, stop = threading.Semaphore(0), threading.Event(), threading.Event()
    monkeypatch.setattr(queue, "BEAT_SECONDS", 0.01)
    monkeypatch.setattr(queue, "enqueue_scheduled", asked.release)
    monkeypatch.setattr(jobs, "run_due", is_over.wait)
    monkeypatch.setitem(app.extensions, "stop_jobs", stop)  # as the consumer does, for this test
    consumer = threading.Thread(target=queue.run_consumer, args=(app, stop))
    consumer.start()
    try:
        assert all(asked.acquire(timeout=20) for _time in range(3))
    finally:
        stop.set(), is_over.set(), consumer.join()


def test_of_a_job_that_runs_alone_others_wait_for_their_turn(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    work.is_broken, turn = False, threading.Lock()
    monkeypatch.setitem(jobs._turns, NAME, turn)
    ask()
    with unit_of_work():
        waiting = jobs.due(clock.now())
    with turn:  # another thread is at one of them
        assert not jobs.run(waiting[0])
        assert jobs.run_due() == 0
    assert (jobs.run_due(), work.done) == (1, 1)


class Ended(BaseException):
    """What ends a process in the middle of its work, as far as the work notices."""


def end(*steps: Callable[[], object]) -> Callable[..., None]:
    """A job's function in whose middle the process does ``steps`` and ends."""

    def begin(**_arguments: Any) -> None:
        for step in steps:
            step()
        raise Ended

    return begin


def left() -> tuple[JobState, int]:
    row = db.session.execute(sa.select(Job.state, Job.tries).where(Job.name == NAME)).one()
    db.session.rollback()
    return row.state, row.tries


def test_a_process_that_is_told_to_end_gives_back_what_it_is_at(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, work.is_broken = current_app._get_current_object(), False  # type: ignore[attr-defined]
    ask()
    with monkeypatch.context() as ending:
        ending.setitem(jobs._registry, NAME, end(lambda: queue._give_back(app)))
        with pytest.raises(Ended):
            jobs.run_due()
    assert left() == (JobState.WAITING, 0)
    assert (jobs.run_due(), work.done) == (1, 1)
    queue._give_back(app)
    assert left() == (JobState.DONE, 1)


def test_what_a_killed_process_was_at_is_taken_up_by_the_only_one_that_runs_jobs(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    work.is_broken = False
    ask()
    is_only = db.engine.dialect.name == "sqlite"
    with monkeypatch.context() as ending:
        ending.setitem(jobs._registry, NAME, end())
        for _time in range(2):  # the second may be what ended the process: it waits
            with pytest.raises(Ended) if is_only or not _time else nullcontext():
                jobs.run_due()
            queue._take_up(current_app._get_current_object())  # type: ignore[attr-defined]
    assert jobs.run_due() == 0
    with time_machine.travel(NOW + jobs.LEASE, tick=False):
        assert (jobs.run_due(), work.done) == (1, 1)
    assert left() == (JobState.DONE, 3 if is_only else 2)


def live(times: int, step: timedelta) -> list[bool]:
    """Go on at the job for as many steps of time, with a beat at each: could others begin with it?"""
    begun = []
    for number in range(1, times + 1):
        with time_machine.travel(NOW + number * step, tick=False):
            with unit_of_work():
                jobs.keep(clock.now())
            with unit_of_work():
                begun.append(bool(jobs.due(clock.now())))
    return begun


def test_nobody_else_begins_with_what_a_living_process_is_at(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask()
    kept: list[bool] = []
    half = jobs.LEASE / 2 + timedelta(seconds=1)
    monkeypatch.setitem(jobs._registry, NAME, lambda **_arguments: kept.extend(live(5, half)))
    assert jobs.run_due() == 1
    assert kept == [False] * 5
    assert left() == (JobState.DONE, 1)


def test_what_hangs_is_left_to_others(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    ask()
    kept: list[bool] = []
    long = jobs.LONGEST / 2
    monkeypatch.setitem(jobs._registry, NAME, lambda **_arguments: kept.extend(live(3, long)))
    assert jobs.run_due() == 1
    assert kept == [False, True, True]


def test_a_job_that_ends_its_process_each_time_fails_for_good(
    app: Flask, work: Work, admin: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask()
    now = NOW
    with monkeypatch.context() as ending:
        ending.setitem(jobs._registry, NAME, end())
        for _try in range(MAX_TRIES):
            with time_machine.travel(now, tick=False), pytest.raises(Ended):
                jobs.run_due()
            now += jobs.LEASE
    with time_machine.travel(now, tick=False):
        assert (jobs.run_due(), work.done) == (0, 0)
        assert left()[0] is JobState.FAILED
        page = PageClient(app).sign_in("admin", PASSWORD).get(PAGE)
    assert "its process ended each time" in page.text


@pytest.mark.slow
def test_a_worker_told_to_end_does_so_in_the_middle_of_a_long_job(
    sqlite: Sqlite, tmp_path: Path
) -> None:
    """Within the time that a unit of systemd has; the job is at once another worker's."""
    sqlite.url(tmp_path)
    environment = LiveServer(tmp_path, "", SECRET, jobs="worker").environment
    process = READY.Process(target=work_long, args=(environment,))
    process.start()
    app = make_application(make_settings(tmp_path))
    with app.app_context():
        with unit_of_work():
            jobs.enqueue(NAME, key="long", now=clock.now(), keys=[])
        until = time.monotonic() + 40
        while left() != (JobState.RUNNING, 1) and time.monotonic() < until:
            time.sleep(0.1)
        process.terminate()
        process.join(20)
        assert process.exitcode == 0
        assert left() == (JobState.WAITING, 0)
        db.engine.dispose()


def work_long(environment: dict[str, str]) -> None:
    """Become a worker whose job takes as long as it is let."""
    os.environ.update(environment)
    jobs._registry[NAME] = lambda **_arguments: time.sleep(100)
    queue.END_SECONDS = 1
    main(["worker"])
