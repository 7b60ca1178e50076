"""SQL statements of the main pages, on a large demonstration."""

from flask import Flask

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
