"""Build a network's data and print whether lists, nightly rules and the register keep their promises.

``make bench-scale``: SQLite with 10,000 people, 100,000 certificates and 500,000 events, PostgreSQL
with ten times as many. Ends with 1 when a promise is broken.
"""

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from lms.app import create_app, garbage
from lms.core.database import db
from tests.bench.databases import NAMES, database, prepare
from tests.bench.scale.data import SIZES, build
from tests.bench.scale.measure import MOST_MS, measure, short
from tests.bench.scale.nightly import MOST_SECONDS, nights, previews
from tests.bench.scale.register import check, seal
from tests.support.databases import make_settings, migrate

PEOPLE = 330  # of the demonstration that is copied


def show_lists(app: Flask, times: int, database: list[int], only: str) -> int:
    """Print the figures of each list; return how many break their promise."""
    garbage.look_seldom()  # as in a server's process
    broken = 0
    print(f"  {'':<9}{'':<46}{'p50':>9}{'p95':>9}{'CPU':>9}{'database':>9}   SQL")
    for one in measure(app, times, database, only):
        broken += not one.is_kept
        mark = "" if one.is_kept else f"   over {MOST_MS:.0f} ms"
        print(
            f"  {one.scope:<9}{short(one.path):<46}{one.p50_ms:>6.0f} ms{one.p95_ms:>6.0f} ms"
            f"{one.cpu_ms:>6.0f} ms{one.database_ms:>6.0f} ms{one.statements:>6}{mark}",
            flush=True,
        )
    return broken


def show_nights(app: Flask) -> int:
    """Print what the nightly evaluation touches; return how many evaluations touch too much."""
    broken = 0
    for one in nights(app):
        broken += not one.is_kept
        mark = "" if one.is_kept else "   touches more than changed"
        print(
            f"  rules after {one.changes:>4} changed posts: {one.facts:>4} facts of {one.people:>4} "
            f"people written in {one.seconds:6.2f} s{mark}",
            flush=True,
        )
    return broken


def show_previews(app: Flask) -> int:
    """Print how long one waits for what a rule would mean; return how many take too long."""
    broken = 0
    for one in previews(app):
        broken += not one.is_kept
        mark = "" if one.is_kept else f"   over {MOST_SECONDS:.0f} s"
        print(
            f"  a rule for everybody ({one.scheme}): {one.people:,} people, {one.lacking:,} seats,"
            f" known in {one.seconds:5.2f} s{mark}",
            flush=True,
        )
    return broken


def show_register(app: Flask, var: Path, url: str) -> int:
    """Print what it takes to seal and to check the register; return 1 when it doesn't hold."""
    print(f"  register sealed in {seal(app):.0f} s", flush=True)
    one = check(var, url)
    print(
        f"  register checked in {one.seconds:.0f} s ({one.cpu_seconds:.0f} s CPU of the command,"
        f" {one.megabytes:.0f} MB): {one.told}",
        flush=True,
    )
    return 0 if one.is_well else 1


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--share", type=float, default=1.0, help="of the full size, such as 0.1")
    parser.add_argument("--on", choices=(*NAMES, "both"), default="both")
    parser.add_argument("--times", type=int, default=20, help="how often each page is opened")
    parser.add_argument(
        "--only", default="", help="what the addresses that are opened have in them"
    )
    parser.add_argument("--folder", type=Path, help="keep the data there, and use what is there")
    options = parser.parse_args()
    for name in [name for name in os.environ if name.startswith("LMS_")]:
        del os.environ[name]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # and end what was started
    folder = options.folder or Path(tempfile.mkdtemp(prefix="bench-scale-"))
    folder.mkdir(parents=True, exist_ok=True)
    broken = 0
    try:
        for name in [name for name in NAMES if options.on in (name, "both")]:
            with database(name, folder) as (url, processes):
                broken += _run(options, name, folder, url, processes)
    finally:
        if options.folder is None:
            shutil.rmtree(folder, ignore_errors=True)
    print("\nEvery promise is kept." if not broken else f"\nBroken promises: {broken}.")
    return 1 if broken else 0


def _prepared(var: Path, url: str) -> Flask | None:
    """Return the application on a database that an earlier run kept; None: there is none."""
    app = create_app(make_settings(var, url))
    with app.app_context():
        if not sa.inspect(db.engine).has_table("person"):
            return None
    migrate(app)
    return app


def _run(
    options: argparse.Namespace, name: str, folder: Path, url: str, database: list[int]
) -> int:
    size = SIZES[name].part(options.share)
    var = folder / name
    var.mkdir(exist_ok=True)
    begun = time.perf_counter()
    app = _prepared(var, url) or prepare(var, url, min(PEOPLE, size.people))
    rows = build(app, size)
    numbers = ", ".join(f"{number:,} {what}" for what, number in rows.items())
    load = os.getloadavg()[0]
    print(f"\n{NAMES[name]}: {numbers}")
    print(f"  built in {time.perf_counter() - begun:.0f} s; load of the machine {load:.1f}")
    broken = show_lists(app, options.times, database, options.only)
    if options.only:
        return broken
    return broken + show_previews(app) + show_nights(app) + show_register(app, var, url)


if __name__ == "__main__":
    sys.exit(main())
