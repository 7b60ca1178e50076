"""The parts of ``make bench``: each measures one thing, prints it at once and ends within its time."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from flask import Flask

from tests.bench import batches, exams, pages, rush, searching, sign_ins, sittings, statements
from tests.bench.load import Figures, get, run_load
from tests.bench.servers import BenchServer, lms_environment


@dataclass(frozen=True)
class Bench:
    """One database with a demonstration, and how much is asked of it."""

    app: Flask
    var: Path
    url: str
    database: list[int]  # processes of the database's server
    requests: int
    lessons: int

    @contextmanager
    def serving(self) -> Iterator[tuple[BenchServer, list[int]]]:
        """Yield the platform's server and the processes whose CPU counts."""
        environment = lms_environment(self.var, self.url)
        server = BenchServer("wsgi:application", environment, self.var / "ours.log")
        try:
            yield server, [server.process.pid, *self.database]
        finally:
            server.stop()


def show(name: str, figures: dict[int, Figures], base: dict[int, Figures] | None = None) -> None:
    """Print one page's rows, with the ratio of CPU to the bare page's."""
    for connections, f in figures.items():
        ratio = "" if base is None else f"   {f.cpu_ms / base[connections].cpu_ms:5.2f} × bare CPU"
        failed = f"   {f.failures} FAILED" if f.failures else ""
        print(
            f"  {name:<12}{connections:>3} connections {f.per_second:8.1f} requests/s   "
            f"p50 {f.p50_ms:6.1f} ms   p95 {f.p95_ms:6.1f} ms   CPU {f.cpu_ms:6.2f} ms{ratio}{failed}"
        )


def bench_statements(bench: Bench) -> None:
    """Count the statements of the main pages; the CPU of pages that count all papers."""
    statements.show(bench.app)
    statements.show_questions(bench.app)


def bench_pages(bench: Bench) -> None:
    """Measure the bare page, the home page and a lesson under the same server."""
    readers = pages.readers(bench.app, 32)
    environment = {"BENCH_DATABASE": bench.url}
    bare = BenchServer("tests.bench.bare:create_bare_app()", environment, bench.var / "bare.log")
    try:
        roots = [bare.process.pid, *bench.database]
        base = pages.measure(bare.port, roots, "/", [], bench.requests)
    finally:
        bare.stop()
    show("bare page", base)
    with bench.serving() as (ours, roots):
        cookies = [reader.cookie for reader in readers]
        show("home", pages.measure(ours.port, roots, "/", cookies, bench.requests), base)
        first = readers[0]
        lesson = pages.measure(ours.port, roots, first.lesson, [first.cookie], bench.requests)
        show("lesson", lesson, base)


def bench_answers(bench: Bench) -> None:
    """Measure answer saves with 32 clients beside plain durable commits."""
    opened = exams.open_sittings(bench.app, 32)
    with bench.serving() as (ours, roots):
        run_load(ours.port, roots, 8, 64, get("/health", []))
        figures = run_load(ours.port, roots, 32, bench.requests, exams.save(opened))
    show("answer save", {32: figures})
    plain = exams.plain_commits_per_second(bench.url, 32)
    print(
        f"  {'':<12}plain durable commits with 32 writers {plain:8.1f}/s   "
        f"saves are {figures.per_second / plain:.2f} of that"
    )


def bench_sign_ins(bench: Bench) -> None:
    """Measure a rush of sign-ins beside password checks alone."""
    names = sign_ins.usernames(bench.app, 32)
    with bench.serving() as (ours, roots):
        run_load(ours.port, roots, 8, 16, get("/health", []))
        figures = run_load(ours.port, roots, 32, bench.requests // 2, sign_ins.sign_in(names))
    show("sign-in", {32: figures})
    checks = sign_ins.checks_per_second()
    print(
        f"  {'':<12}password checks alone {checks:8.1f}/s   "
        f"sign-ins are {figures.per_second / checks:.2f} of that; 2,000 a minute are 33.3/s"
    )


def bench_rush(bench: Bench) -> None:
    """Measure the minute in which 2,000 people sign in."""
    with bench.serving() as (ours, roots):
        run_load(ours.port, roots, 8, 16, get("/health", []))
        rush.show(bench.app, ours, roots)


def bench_sittings(bench: Bench) -> None:
    """Measure whole attempts at an exam with 50 and 500 trainees at once."""
    with bench.serving() as (ours, roots):
        sittings.show(bench.app, ours, roots, bench.url)


def bench_searching(bench: Bench) -> None:
    """Measure the search page's answer over many lessons."""
    searching.show(bench.app, bench.lessons, bench.database)


@dataclass(frozen=True)
class Part:
    """One part and the seconds after which it is broken off."""

    name: str
    seconds: int
    run: Callable[[Bench], None]


# In this order: what makes many rows comes last.
PARTS = (
    Part("statements", 40, bench_statements),
    Part("pages", 80, bench_pages),
    Part("answers", 40, bench_answers),
    Part("sign-ins", 40, bench_sign_ins),
    Part("rush", 180, bench_rush),  # a minute, and the making of some 1,000 accounts
    # 500 people who answer 20 questions each: some 11,500 requests, of which SQLite takes those that
    # write one after another; their places and accounts are made within this time, too.
    Part("sittings", 240, bench_sittings),
    Part("searching", 60, bench_searching),
)
CERTIFICATES = "certificates"  # needs no database
CERTIFICATES_SECONDS = 120
NAMES = (*(part.name for part in PARTS), CERTIFICATES)


def show_certificates(folder: Path, count: int) -> None:
    """Measure certificates made one at a time and in a batch."""
    batches.show_single(folder)
    batches.show(folder, count)


class BrokenOff(Exception):
    """A part took longer than it may."""


def within(name: str, seconds: int, run: Callable[[], None]) -> bool:
    """Run a part; return whether it came to its end within ``seconds``."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise BrokenOff

    print(f" {name} (at most {seconds} s)")
    before, begun = signal.signal(signal.SIGALRM, stop), time.perf_counter()
    signal.alarm(seconds)
    try:
        run()
    except BrokenOff:
        print(f"  {name}: BROKEN OFF after {seconds} s")
        return False
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
    print(f"  took {time.perf_counter() - begun:.0f} s")
    return True
