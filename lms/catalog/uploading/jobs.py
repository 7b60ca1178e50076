"""The nightly sweep of uploads that nobody finished."""

from flask import current_app

from lms.catalog.uploading import queries
from lms.catalog.uploading.places import clear
from lms.core import clock
from lms.core.database import db
from lms.core.jobs import job
from lms.core.storage import StoreUnavailable
from lms.core.unit_of_work import unit_of_work


@job("catalog.sweep_uploads", every_seconds=24 * 3600)
def sweep_uploads() -> None:
    """Remove outdated uploads, pieces first: what can't be removed tonight is tried tomorrow."""
    with unit_of_work():
        found = queries.outdated(clock.now())
    for upload_id in found:
        with unit_of_work():
            upload = queries.held(upload_id)
            if upload is None or upload_id not in queries.outdated(clock.now()):
                continue
            try:
                clear(upload.public_id)
            except StoreUnavailable:
                current_app.logger.warning("pieces of an upload can't be removed now")
                continue
            db.session.delete(upload)
