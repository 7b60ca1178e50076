"""Whole attempts at an exam, many trainees at once: ``make bench BENCH='--only sittings'``.

Each trainee has a browser of their own: it starts the attempt, opens the paper, saves each answer
with a request of its own, and hands in; the server scores it and queues the certificate in the same
transaction. All answers are right, so that each attempt pays for a certificate.
"""

import http.client
import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import sqlalchemy as sa
from flask import Flask
from itsdangerous import URLSafeTimedSerializer

from lms.assessment.models import Attempt
from lms.certification.models import Certificate
from lms.core import clock
from lms.core.database import db
from lms.core.unit_of_work import unit_of_work
from lms.learning.services import enrol
from lms.people.services import open_session
from tests.bench.exams import examined_course, plain_commits_per_second, read_everything
from tests.bench.pages import signed_cookie
from tests.bench.servers import BenchServer, cpu_seconds
from tests.builders.assessment import right_responses
from tests.builders.people import make_account, make_person, make_unit
from tests.support.statements import counted_statements

TRAINEES = (50, 500)
WARM_UP = 32
CSRF = "0" * 40  # what ``signed_cookie`` puts into the session
DATA = re.compile(r'<script type="application/json" id="exam-data">(.*?)</script>', re.DOTALL)
LONGEST = 60  # seconds that a browser waits for one answer
MOST_WRITERS = 64  # of plain commits: the database takes no more connections


@dataclass
class Trainee:
    """One person's browser and what it met."""

    cookie: str
    exam_path: str
    csrf: str
    attempt: str = ""
    token: str = ""
    given: dict[int, dict[str, Any]] = field(default_factory=dict)
    save_times: list[float] = field(default_factory=list)
    failures: int = 0

    def ask(
        self, to: http.client.HTTPConnection, method: str, path: str, body: str = "", **more: str
    ) -> tuple[http.client.HTTPResponse, str]:
        headers = {"Cookie": self.cookie, "Accept": "text/html", **more}
        to.request(method, path, body or None, headers)
        answer = to.getresponse()
        return answer, answer.read().decode()

    def post(self, to: http.client.HTTPConnection, path: str, **fields: str) -> str:
        body = urlencode({"csrf_token": self.csrf, **fields})
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        answer, _ = self.ask(to, "POST", path, body, **kind)
        self.failures += answer.status != 303
        return answer.headers.get("Location", "").split("#")[0]

    def start(self, to: http.client.HTTPConnection) -> None:
        """Start the attempt and open its paper."""
        path = self.post(to, f"{self.exam_path}/start", language="ru")
        _, page = self.ask(to, "GET", path)
        self.token = json.loads(DATA.search(page)[1])["token"]  # type: ignore[index]
        self.attempt = path.rsplit("/", 1)[-1]

    def answer_all(self, to: http.client.HTTPConnection) -> None:
        """Answer everything, each answer with a request of its own."""
        path = f"/attempts/{self.attempt}"
        for position, response in self.given.items():
            event = {
                "event_id": str(uuid4()), "kind": "answer", "writer": 1, "sequence": position,
                "position": position, "response": response, "authored_ms_ago": 5,
            }  # fmt: skip
            began = time.perf_counter()
            answer, _ = self.ask(
                to, "POST", f"{path}/answers", json.dumps({"events": [event]}),
                **{"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
            )  # fmt: skip
            self.save_times.append(time.perf_counter() - began)
            self.failures += answer.status != 200

    def hand_in(self, to: http.client.HTTPConnection) -> None:
        """Hand the attempt in."""
        self.post(to, f"/attempts/{self.attempt}/submit")


def trainees(app: Flask, count: int) -> list[Trainee]:
    """Return ``count`` new people with an account and a place in the first course."""
    found, now = [], clock.now()
    csrf = URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="wtf-csrf-token").dumps(CSRF)
    with app.app_context(), unit_of_work():
        course, unit = examined_course(), make_unit()
        for _ in range(count):
            person = make_person(unit=unit)
            enrolment = enrol(learner=person, course=course, due_on=None, actor=None, now=now)
            read_everything(enrolment)
            account = make_account(person=person)
            token = open_session(now=now, account=account, device="bench")
            path = f"/courses/{enrolment.public_id}/exam"
            found.append(Trainee(signed_cookie(app, token), path, csrf))
    return found


def all_at_once(port: int, group: list[Trainee], step: Callable[[Trainee, Any], None]) -> float:
    """Let each trainee take ``step`` at once, over a connection of their own; return seconds."""

    def run(trainee: Trainee) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LONGEST)
        try:
            step(trainee, connection)
        except (OSError, http.client.HTTPException, TypeError):
            trainee.failures += 1
        finally:
            connection.close()

    began = time.perf_counter()
    threads = [threading.Thread(target=run, args=(trainee,), daemon=True) for trainee in group]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - began


def learn_answers(app: Flask, group: list[Trainee]) -> None:
    """Look the right answers up, outside of what is measured."""
    with app.app_context():
        for trainee in group:
            statement = sa.select(Attempt).where(Attempt.public_id == trainee.attempt)
            attempt = db.session.scalars(statement).one_or_none()
            if attempt is not None:
                trainee.given = right_responses(attempt)
        db.session.rollback()


def statements_of_a_save(app: Flask) -> int:
    """Return how many SQL statements one answer save costs."""
    [trainee] = trainees(app, 1)
    client = app.test_client()
    name, value = trainee.cookie.split("=", 1)
    client.set_cookie(name, value)
    fields = {"csrf_token": trainee.csrf, "language": "ru"}
    path = client.post(f"{trainee.exam_path}/start", data=fields).location.split("#")[0]
    token = json.loads(DATA.search(client.get(path).get_data(as_text=True))[1])["token"]  # type: ignore[index]
    trainee.attempt = path.rsplit("/", 1)[-1]
    learn_answers(app, [trainee])
    counts = []
    for position in (1, 2):
        event = {
            "event_id": str(uuid4()), "kind": "answer", "writer": 1, "sequence": position,
            "position": position, "response": trainee.given[position], "authored_ms_ago": 5,
        }  # fmt: skip
        headers = {"Authorization": f"Bearer {token}"}
        with counted_statements() as statements:
            client.post(f"{path}/answers", json={"events": [event]}, headers=headers)
        counts.append(len(statements))
    return counts[-1]


def whole_attempts(
    app: Flask, port: int, roots: list[int], group: list[Trainee]
) -> tuple[tuple[float, float, float], float, float]:
    """Let a group sit the exam; return CPU and time.

    CPU of the server and its database: milliseconds an attempt for starting with the paper, for all
    answers and for handing in. Seconds: of starting and of the rest.
    """
    cpu = [cpu_seconds(roots)]
    started = all_at_once(port, group, Trainee.start)
    cpu.append(cpu_seconds(roots))
    learn_answers(app, group)  # which may cost the database something
    idle = cpu_seconds(roots) - cpu[-1]
    answered = all_at_once(port, group, Trainee.answer_all)
    cpu.append(cpu_seconds(roots) - idle)
    handed_in = all_at_once(port, group, Trainee.hand_in)
    cpu.append(cpu_seconds(roots) - idle)
    start, answers, end = (1000 * (b - a) / len(group) for a, b in pairwise(cpu))
    return (start, answers, end), started + handed_in, answered


def show(app: Flask, server: BenchServer, roots: list[int], url: str) -> None:
    """Measure and print, for each number of trainees."""
    print(f"  {statements_of_a_save(app)} SQL statements an answer save")
    # A new server compiles its templates and statements: that isn't what an attempt costs.
    whole_attempts(app, server.port, roots, trainees(app, WARM_UP))
    for count in TRAINEES:
        group = trainees(app, count)
        before = _certificates(app)
        spent, others, sat = whole_attempts(app, server.port, roots, group)
        times = sorted(seconds for one in group for seconds in one.save_times)
        questions = len(times) / count
        certificates = _certificates(app) - before
        failures = sum(one.failures for one in group)
        writers = min(count, MOST_WRITERS)
        plain, saves = plain_commits_per_second(url, writers), len(times) / sat
        print(
            f"  {count:>3} trainees at once: {60 * count / (others + sat):7.1f} attempts/min of "
            f"{questions:.0f} answers   save p50 {1000 * times[len(times) // 2]:6.1f} ms   "
            f"p95 {1000 * times[int(len(times) * 0.95)]:6.1f} ms   "
            f"CPU {sum(spent):6.1f} ms an attempt   {certificates} certificates"
            + (f"   {failures} FAILED" if failures else "")
        )
        start, answers, end = spent
        print(
            f"      CPU {start:.1f} ms to start and see the paper, {answers / questions:.2f} ms an "
            f"answer, {end:.1f} ms to hand in: with ten answers "
            f"{start + 10 * answers / questions + end:.1f} ms an attempt"
        )
        print(
            f"      {saves:7.1f} saves/s beside {plain:7.1f} plain durable commits/s with "
            f"{writers} writers: {saves / plain:.2f} of that"
        )


def _certificates(app: Flask) -> int:
    with app.app_context():
        count = db.session.scalar(sa.select(sa.func.count()).select_from(Certificate)) or 0
        db.session.rollback()
    return count
