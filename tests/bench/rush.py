"""The minute before work: 2,000 people sign in, each once: ``make bench BENCH='--only rush'``.

They come evenly over the minute, whether those before them are in or not. Each has a browser of
their own: it opens the form, sends name and password, and opens the home page. A time is counted
from the moment the person comes, so that waiting for the server, and for the clients that measure on
the same machine, is in it.
"""

import http.client
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue

import sqlalchemy as sa
from flask import Flask

from lms.core.database import db
from lms.core.unit_of_work import unit_of_work
from lms.people.demonstration import DEMONSTRATION_PASSWORD
from lms.people.models import Account
from lms.people.passwords.hashing import default_hasher
from tests.bench.servers import BenchServer, cpu_seconds
from tests.bench.sign_ins import open_form, send_password, usernames
from tests.builders.people import make_account, make_unit

PEOPLE = 2000
MINUTE = 60.0  # seconds
BROWSERS = 64  # that ask at one moment
LONGEST = 90.0  # seconds after which nobody is waited for


@dataclass
class Rush:
    """Who waits to come in, and how it went."""

    waiting: SimpleQueue[tuple[float, str]] = field(default_factory=SimpleQueue)
    times: list[float] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    last: float = 0.0

    def enter(self, port: int, began: float) -> None:
        """Let people in one after another, none before their moment."""
        while time.perf_counter() - began < LONGEST:
            try:
                due, name = self.waiting.get_nowait()
            except Empty:
                return
            time.sleep(max(0.0, began + due - time.perf_counter()))
            status = come_in(port, name)
            self.last = time.perf_counter() - began
            if status == http.client.OK:
                self.times.append(self.last - due)
            else:
                self.refused.append(status)


def come_in(port: int, name: str) -> int:
    """Sign in as ``name`` and open the home page; return its status, or of what came before."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        answer = send_password(connection, name, *open_form(connection))
        if answer.status != http.client.FOUND:
            return answer.status
        cookies = answer.headers.get_all("Set-Cookie") or ()
        cookie = "; ".join(line.split(";")[0] for line in cookies)
        connection.request("GET", "/", headers={"Cookie": cookie})
        answer = connection.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()
    return answer.status


def names_of(app: Flask, count: int) -> list[str]:
    """Return the names of ``count`` accounts: the demonstration's, and new ones where it has fewer.

    Each password costs as much to check as anybody's.
    """
    names = usernames(app, count)
    costly = default_hasher().hash(DEMONSTRATION_PASSWORD)
    with app.app_context(), unit_of_work():
        unit = make_unit()
        new = [make_account(unit=unit).username for _ in range(count - len(names))]
        chosen = sa.update(Account).where(Account.username.in_(new))
        db.session.execute(chosen.values(password_hash=costly))
    return names + new


def show(app: Flask, server: BenchServer, roots: list[int]) -> None:
    """Let all come within a minute and print who got in, how long it took, and what it cost."""
    rush = Rush()
    for number, name in enumerate(names_of(app, PEOPLE)):
        rush.waiting.put((number * MINUTE / PEOPLE, name))
    cpu, began = cpu_seconds(roots), time.perf_counter()
    browsers = [
        threading.Thread(target=rush.enter, args=(server.port, began), daemon=True)
        for _ in range(BROWSERS)
    ]
    for browser in browsers:
        browser.start()
    for browser in browsers:
        browser.join()
    cpu = cpu_seconds(roots) - cpu
    times, came = sorted(rush.times), len(rush.times) + len(rush.refused)
    if not times:
        raise RuntimeError(f"nobody came in: {Counter(rush.refused)}")
    middle, late = (times[int(len(times) * share)] for share in (0.5, 0.95))
    print(
        f"  {'rush':<12}{len(times)} of {PEOPLE} people came in within {rush.last:.1f} s, "
        f"p50 {middle * 1000:.0f} ms   p95 {late * 1000:.0f} ms   longest {times[-1]:.1f} s\n"
        f"  {'':<12}{len(rush.refused)} refused {sorted(set(rush.refused))}, {PEOPLE - came} not "
        f"asked in time; CPU {cpu / came * 1000:.1f} ms a person, {cpu / MINUTE:.2f} cores over "
        "the minute"
    )
