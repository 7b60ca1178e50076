"""A bounded load: so many requests over so many connections, with times and server CPU."""

import http.client
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from tests.bench.servers import cpu_seconds

LONGEST = 15.0  # seconds of one load: what wasn't sent by then isn't sent at all
Send = Callable[[http.client.HTTPConnection, int, int], int]


@dataclass(frozen=True)
class Figures:
    """What one load showed."""

    requests: int
    per_second: float
    p50_ms: float
    p95_ms: float
    cpu_ms: float
    failures: int


def run_load(port: int, roots: list[int], connections: int, requests: int, send: Send) -> Figures:
    """Send ``requests`` requests over ``connections`` kept-alive connections, for a bounded time.

    ``send(connection, client, number)`` sends one and returns its status; CPU is that of the
    processes ``roots`` and their children, in milliseconds a request.
    """
    times: list[float] = []
    failures = [0]
    share, deadline = requests // connections, time.monotonic() + LONGEST

    def client(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        own, failed = [], 0
        for index in range(share):
            if time.monotonic() > deadline:
                break
            began = time.perf_counter()
            failed += send(connection, number, index) != 200
            own.append(time.perf_counter() - began)
        connection.close()
        times.extend(own)
        failures[0] += failed

    cpu, began = cpu_seconds(roots), time.perf_counter()
    threads = [threading.Thread(target=client, args=(n,), daemon=True) for n in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed, cpu = time.perf_counter() - began, cpu_seconds(roots) - cpu
    times.sort()
    count = len(times)
    return Figures(
        count,
        count / elapsed,
        times[count // 2] * 1000,
        times[int(count * 0.95)] * 1000,
        cpu / count * 1000,
        failures[0],
    )


def get(path: str, cookies: list[str]) -> Send:
    """Return a sender of GET ``path``, each client with a cookie of its own."""

    def send(connection: http.client.HTTPConnection, client: int, _number: int) -> int:
        headers = {"Cookie": cookies[client % len(cookies)]} if cookies else {}
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status

    return send
