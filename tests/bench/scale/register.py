"""The issue register of all certificates: sealed, and checked from end to end as one does at work."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from lms.certification.register.jobs import seal_register
from lms.certification.register.services import enter_missing
from lms.core.unit_of_work import unit_of_work
from tests.bench.servers import lms_environment

LMS = Path(sys.executable).with_name("lms")


@dataclass(frozen=True)
class Check:
    """One run of ``lms register check``."""

    told: str  # its first line
    is_well: bool
    seconds: float
    cpu_seconds: float  # of the command alone, without PostgreSQL
    megabytes: float  # at most


def seal(app: Flask) -> float:
    """Take all certificates into the register; return how many seconds that took."""
    begun = time.perf_counter()
    with app.app_context():
        with unit_of_work():
            enter_missing()
        seal_register()
    return time.perf_counter() - begun


def check(var: Path, url: str) -> Check:
    """Check the register with the command."""
    begun = time.perf_counter()
    environment = {**os.environ, **lms_environment(var, url)}
    command = [str(LMS), "register", "check"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = process.stdout.read().partition("\n")[0]
        _pid, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return Check(
        told or "faults",
        process.returncode == 0,
        time.perf_counter() - begun,
        used.ru_utime + used.ru_stime,
        used.ru_maxrss / 1024,
    )
