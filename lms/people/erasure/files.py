"""Removing the bytes of files whose rows are gone: asked for with the rows, done after commit."""

from collections.abc import Collection
from datetime import datetime

from lms.core import jobs
from lms.core.jobs import job
from lms.core.storage import blobs
from lms.people.models import Person

REMOVE_JOB = "people.remove_files"


def remove_later(found: Collection[str], *, person: Person, kind: str, now: datetime) -> None:
    """Ask for the blobs to be removed; nobody else has them."""
    if found:
        key = f"{person.public_id}-{kind}-{now.timestamp():.6f}"
        jobs.enqueue(REMOVE_JOB, key=key, now=now, keys=sorted(found))


@job(REMOVE_JOB)
def remove_files(keys: list[str]) -> None:
    """Remove blobs; those that are gone already stay so."""
    store = blobs()
    for key in keys:
        store.remove(key)
