"""What the pages of question statistics cost: processor time against the papers they count."""

import time

import sqlalchemy as sa
from flask import Flask

from lms.assessment.models import Attempt
from lms.core.database import db
from lms.people.demonstration import DEMONSTRATION_PASSWORD
from tests.pages import PageClient

COURSE = "sincere-service"
PAGES = (f"/results/{COURSE}/questions", f"/results/{COURSE}/scale")


def show(app: Flask) -> None:
    """Print the CPU of each page, opened for the second time, with all attempts counted."""
    client = PageClient(app).sign_in("instructor", DEMONSTRATION_PASSWORD)
    with app.app_context():
        papers = db.session.scalar(sa.select(sa.func.count()).select_from(Attempt))
    for path in PAGES:
        client.get(f"{path}?attempts=all")
        before = time.process_time()
        client.get(f"{path}?attempts=all")
        spent = 1000 * (time.process_time() - before)
        print(f"  {path:<28}{spent:>6.0f} ms CPU, {papers} attempts in all courses")
