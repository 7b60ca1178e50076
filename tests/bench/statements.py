"""What main pages cost: their SQL statements, and the CPU of those that count all papers."""

import time

import sqlalchemy as sa
from flask import Flask

from lms.assessment.models import Attempt
from lms.core.database import db
from lms.people.demonstration import DEMONSTRATION_PASSWORD
from tests.pages import PageClient
from tests.support.statements import counted_statements

PAGES = (
    ("trainee", "/"),
    ("trainee", "/certificates"),
    ("hr", "/"),
    ("hr", "/hr/people"),
    ("hr", "/hr/certificates"),
    ("instructor", "/results"),
    ("instructor", "/authoring"),
)
COURSE = "sincere-service"
COUNTING = (f"/results/{COURSE}/questions", f"/results/{COURSE}/scale")


def count(app: Flask) -> dict[str, int]:
    """Return the number of statements of each main page, by account and address."""
    counts = {}
    for username in dict.fromkeys(username for username, _ in PAGES):
        client = PageClient(app).sign_in(username, DEMONSTRATION_PASSWORD)
        for path in (path for name, path in PAGES if name == username):
            client.get(path)
            with counted_statements() as statements:
                client.get(path)
            counts[f"{username} {path}"] = len(statements)
    return counts


def show(app: Flask) -> None:
    """Print the numbers."""
    for page, statements in count(app).items():
        print(f"  {page:<28}{statements:>3} SQL statements")


def show_questions(app: Flask) -> None:
    """Print the CPU of each page of question statistics, opened for the second time."""
    client = PageClient(app).sign_in("instructor", DEMONSTRATION_PASSWORD)
    with app.app_context():
        papers = db.session.scalar(sa.select(sa.func.count()).select_from(Attempt))
    for path in COUNTING:
        client.get(f"{path}?attempts=all")
        before = time.process_time()
        client.get(f"{path}?attempts=all")
        spent = 1000 * (time.process_time() - before)
        print(f"  {path:<28}{spent:>6.0f} ms CPU, {papers} attempts in all courses")
