"""Certificates a second through the confined renderer."""

import time
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lms.app import create_app
from lms.certification.documents import printable
from lms.certification.models import Certificate
from lms.core.database import db
from lms.core.pdf import renderer
from lms.core.unit_of_work import unit_of_work
from tests.bench.servers import cpu_seconds
from tests.support.databases import make_settings

COUNT = 60


def show(var: Path) -> None:
    """Render certificates of the demonstration one after another and print what they cost."""
    app = create_app(make_settings(var, f"sqlite:///{var / 'lms.sqlite3'}"))
    with app.app_context():
        with unit_of_work():
            certificates = db.session.scalars(
                sa.select(Certificate).options(joinedload(Certificate.replaces)).limit(COUNT)
            ).all()
            documents = [printable(c, "ru", app.config["SETTINGS"]).document for c in certificates]
        renderer().render(documents[0])  # the process starts and loads its fonts
        cpu, began = cpu_seconds([_own_pid()]), time.perf_counter()
        sizes = [len(renderer().render(document)) for document in documents]
        elapsed, cpu = time.perf_counter() - began, cpu_seconds([_own_pid()]) - cpu
        renderer().close()
    count = len(sizes)
    print(
        f"  one at a time: {count / elapsed:.1f} certificates/s, CPU {cpu / count * 1000:.1f} ms, "
        f"{sum(sizes) / count / 1024:.0f} KiB each"
    )


def _own_pid() -> int:
    return int(Path("/proc/self").resolve().name)
