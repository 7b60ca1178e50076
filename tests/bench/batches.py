"""What a batch of certificates costs beside making each by a plain WeasyPrint call.

``python -m tests.bench.batches --count 10000`` really makes them all, in portions as the job does, and
keeps none. Signing is measured apart. Both ways are given the same certificates in the same run, in
the same confined processes; CPU counts this process and all that it started.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from flask import Flask

from lms.app import create_app
from lms.app.demonstration.names import random_name
from lms.certification import documents
from lms.certification.batches.working import PORTION
from lms.certification.models import Certificate
from lms.certification.numbers import new_number
from lms.certification.printing.press import Press, Unit
from lms.core.pdf import renderer
from lms.core.settings import Settings
from tests.bench.servers import cpu_seconds
from tests.support.databases import make_settings

COURSES = ("Искренний сервис", "Бережливое производство", "Стандарт обслуживания посетителей")
FIRST = datetime(2026, 1, 12, 9, tzinfo=UTC)
PLAIN, SIGNED = 24, 200  # certificates of the samples
SINGLE = 60  # made one after another


def certificate(number: int, count: int, random: Random) -> Certificate:
    """One of ``count`` certificates, as they come: those of a course together."""
    name, issued = random_name(random), FIRST + timedelta(days=random.randrange(250))
    title = COURSES[number * len(COURSES) // count]
    return Certificate(
        id=number,
        number=new_number(),
        issued_at=issued,
        issued_on=issued.date(),
        valid_until_on=issued.date() + timedelta(days=730),
        snapshot={
            "holder": {
                "family_name": name.family,
                "given_name": name.given,
                "patronymic": name.patronymic,
            },
            "unit": {"ru": f"Центр госуслуг района № {random.randrange(110)}", "en": "Centre"},
            "course": {"ru": title, "en": title},
            "version": 1,
            "hours": random.choice(("16", "24")),
            "percent": random.choice((70, 75, 80, 85.5, 90, 92.5, 95, 100)),
            "issuer": {"ru": "Учебный центр сети центров госуслуг", "en": "Training Centre"},
        },
    )


def made(settings: Settings, portion: Sequence[Certificate], unit: Unit) -> tuple[int, list[bytes]]:
    """Make a portion together; return how many were made by themselves, and some of the files."""
    wanted = [documents.printable(one, "ru", settings) for one in portion]
    sheaf = unit.pages(wanted, together=False)
    return sheaf.is_fast.count(False), sheaf.files[:10]


def plainly(settings: Settings, one: Certificate, unit: Unit) -> int:
    """Make one certificate by a plain call; return its size."""
    return len(unit.renderer.render(documents.printable(one, "ru", settings).document))


def peak_megabytes() -> dict[str, float]:
    """Return the peaks of memory of this process and of its largest child, in MB."""
    peaks = {"this process": _peak("self")}
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    return peaks | {"the largest other": max(map(_peak, children), default=0.0)}


def _peak(process: str) -> float:
    status = Path(f"/proc/{process}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


class Clock:
    """CPU and time spent since it was made."""

    def __init__(self) -> None:
        self._cpu, self._time = cpu_seconds([os.getpid()]), time.perf_counter()

    def each(self, count: int) -> tuple[float, float]:
        """Return milliseconds of CPU, and of time, for each of ``count``."""
        cpu, elapsed = cpu_seconds([os.getpid()]) - self._cpu, time.perf_counter() - self._time
        return cpu / count * 1000, elapsed / count * 1000


def _app(var: Path) -> Flask:
    return create_app(make_settings(var, f"sqlite:///{var / 'unused.sqlite3'}", batch_processes=0))


def show_single(var: Path) -> None:
    """Make certificates one after another, as a page does that is asked for one."""
    app, random = _app(var), Random(2)
    with app.app_context():
        settings = app.config["SETTINGS"]
        wanted = [
            documents.printable(certificate(number, SINGLE, random), "ru", settings).document
            for number in range(SINGLE)
        ]
        renderer().render(wanted[0])  # the process starts and loads its fonts
        clock = Clock()
        sizes = [len(renderer().render(document)) for document in wanted]
        cpu, elapsed = clock.each(SINGLE)
        renderer().close()
    print(
        f"  one at a time: {1000 / elapsed:.1f} certificates/s, CPU {cpu:.1f} ms, "
        f"{sum(sizes) / SINGLE / 1024:.0f} KiB each"
    )


def show(var: Path, count: int) -> None:
    """Make ``count`` certificates and print what they cost."""
    app = _app(var)
    settings, random = app.config["SETTINGS"], Random(1)
    press = Press(settings)
    with app.app_context():
        all_of_them = [certificate(number, count, random) for number in range(count)]
        sample = [random.choice(all_of_them) for _ in range(PLAIN)]
        press.run(
            [partial(plainly, settings, one) for one in sample[: press.size] * 2]
        )  # they start
        clock = Clock()
        press.run([partial(plainly, settings, one) for one in sample])
        plain, _ = clock.each(len(sample))
        clock, alone, early, files = Clock(), 0, 0.0, []
        portions = [all_of_them[at : at + PORTION] for at in range(0, count, PORTION)]
        for at in range(0, len(portions), press.size):
            done: list[Any] = press.run(
                [partial(made, settings, portion) for portion in portions[at : at + press.size]]
            )
            alone += sum(number for number, _files in done)
            files = (files + [file for _number, some in done for file in some])[:SIGNED]
            early = early or peak_megabytes()["this process"]
        fast, elapsed = clock.each(count)
        peaks = peak_megabytes()
        documents.prepare_signing(settings, FIRST)
        press.run([lambda unit: list(unit.hand.sign(files[:2]))] * press.size)  # they start
        clock = Clock()
        press.run([lambda unit: list(unit.hand.sign(files))])
        signing, _ = clock.each(len(files))
    press.close()
    print(
        f"  {count} certificates, {press.size} × 2 processes: plain {plain:.1f} ms of CPU each, "
        f"in a batch {fast:.1f} ms, ratio 1/{plain / fast:.1f}; {elapsed:.1f} ms of time each\n"
        f"  made by themselves: {alone}; signing, apart: {signing:.1f} ms of CPU each\n"
        f"  peak memory: this process {early:.0f} MB after the first portions, "
        f"{peaks['this process']:.0f} MB at the end; the largest other "
        f"{peaks['the largest other']:.0f} MB"
    )


def main() -> None:
    """Measure a batch alone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="certificates, at most 20000")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        show(Path(folder), max(1, min(options.count, 20_000)))


if __name__ == "__main__":
    main()
