"""A rush of sign-ins beside bare password checks: what the rest of a sign-in costs."""

import http.client
import re
import threading
import time
import urllib.parse

import sqlalchemy as sa
from flask import Flask

from lms.core.database import db
from lms.core.unit_of_work import unit_of_work
from lms.people.demonstration import DEMONSTRATION_PASSWORD
from lms.people.models import Account, Employment
from lms.people.passwords.hashing import default_hasher
from tests.bench.load import Send
from tests.bench.servers import WORKERS

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def usernames(app: Flask, count: int) -> list[str]:
    """Return the sign-in names of ``count`` people of the demonstration who have a post.

    A guest from outside has none, and no home page either.
    """
    works = sa.exists().where(
        Employment.person_id == Account.person_id, Employment.ended_on.is_(None)
    )
    with app.app_context(), unit_of_work():
        names = sa.select(Account.username).where(Account.suspended_at.is_(None), works)
        return list(db.session.scalars(names.order_by(Account.id).limit(count)))


def sign_in(names: list[str]) -> Send:
    """Return a sender that opens the form once for each client, then signs in again and again."""
    opened: dict[int, tuple[str, str]] = {}

    def send(connection: http.client.HTTPConnection, client: int, _number: int) -> int:
        if client not in opened:
            opened[client] = open_form(connection)
        answer = send_password(connection, names[client % len(names)], *opened[client])
        return 200 if answer.status == 302 else answer.status

    return send


def open_form(connection: http.client.HTTPConnection) -> tuple[str, str]:
    """Open the sign-in form; return its cookie and token."""
    connection.request("GET", "/sign-in")
    answer = connection.getresponse()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', answer.read().decode())
    assert token, "the sign-in form has no token"
    return answer.headers["Set-Cookie"].split(";")[0], token[1]


def send_password(
    connection: http.client.HTTPConnection, name: str, cookie: str, token: str
) -> http.client.HTTPResponse:
    """Send the form of an account of the demonstration; return the answer, read to its end."""
    fields = {"csrf_token": token, "username": name, "password": DEMONSTRATION_PASSWORD}
    headers = {**FORM, "Cookie": cookie}
    connection.request("POST", "/sign-in", urllib.parse.urlencode(fields), headers)
    answer = connection.getresponse()
    answer.read()
    return answer


def checks_per_second(seconds: float = 3.0) -> float:
    """Return how many password checks ``WORKERS`` threads make in a second, and nothing else."""
    hasher = default_hasher()
    stored, stop = hasher.hash(DEMONSTRATION_PASSWORD), time.monotonic() + seconds
    counts = [0] * WORKERS

    def check(number: int) -> None:
        while time.monotonic() < stop:
            hasher.verify(stored, DEMONSTRATION_PASSWORD)
            counts[number] += 1

    threads = [threading.Thread(target=check, args=(n,), daemon=True) for n in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / seconds
