"""Print the figures of this machine, on SQLite and PostgreSQL: ``make bench``.

``make bench BENCH='--only pages,searching --on postgresql'`` measures some parts. Each prints its
figures as soon as it has them, and is broken off when it takes longer than it says; ``--patience 3``
gives all of them three times as long on a busy machine. Ends with 1 when a part was broken off.
"""

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tests.bench.databases import NAMES, database, prepare
from tests.bench.parts import (
    CERTIFICATES,
    CERTIFICATES_SECONDS,
    PARTS,
    Bench,
    show_certificates,
    within,
)
from tests.bench.parts import NAMES as PART_NAMES
from tests.bench.searching import LESSONS
from tests.bench.servers import THREADS, WORKERS


def _some(names: str) -> list[str]:
    chosen = names.split(",")
    if unknown := set(chosen) - set(PART_NAMES):
        raise argparse.ArgumentTypeError(f"{', '.join(sorted(unknown))}: no such part")
    return chosen


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument(
        "--only", type=_some, default=PART_NAMES, metavar="PART,…", help=", ".join(PART_NAMES)
    )
    parser.add_argument("--on", choices=(*NAMES, "both"), default="both")
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--requests", type=int, default=960, help="of each load")
    parser.add_argument("--lessons", type=int, default=LESSONS, help="that are searched")
    parser.add_argument("--certificates", type=int, default=1000, help="in one batch")
    parser.add_argument("--patience", type=float, default=1.0, help="times as long for each part")
    return parser.parse_args()


def main() -> int:
    """Run what is asked for and print it; return how the process ends."""
    options = _options()
    for name in [name for name in os.environ if name.startswith("LMS_")]:
        del os.environ[name]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # and end what was started
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    print(
        f"{os.cpu_count()} cores, gunicorn {WORKERS} × {THREADS} threads, {options.people} people, "
        f"load of the machine {os.getloadavg()[0]:.1f}"
    )
    folder, begun = Path(tempfile.mkdtemp(prefix="bench-")), time.perf_counter()
    try:
        is_whole = all([*_all(options, folder)])
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"\n{time.perf_counter() - begun:.0f} s in all")
    return 0 if is_whole else 1


def _all(options: argparse.Namespace, folder: Path) -> Iterator[bool]:
    """Run each part asked for; yield whether it came to its end."""
    if CERTIFICATES in options.only:
        print("\nCertificates")
        run = partial(show_certificates, folder, options.certificates)
        yield within(CERTIFICATES, round(CERTIFICATES_SECONDS * options.patience), run)
    parts = [part for part in PARTS if part.name in options.only]
    for name in [name for name in NAMES if parts and options.on in (name, "both")]:
        print(f"\n{NAMES[name]}")
        with database(name, folder) as (url, processes):
            bench = _bench(options, folder / name, url, processes)
            for part in parts:
                seconds = round(part.seconds * options.patience)
                yield within(part.name, seconds, partial(part.run, bench))


def _bench(options: argparse.Namespace, var: Path, url: str, processes: list[int]) -> Bench:
    var.mkdir(exist_ok=True)
    begun = time.perf_counter()
    app = prepare(var, url, options.people)
    print(f" courses and {options.people} people made in {time.perf_counter() - begun:.0f} s")
    return Bench(app, var, url, processes, options.requests, options.lessons)


if __name__ == "__main__":
    sys.exit(main())
