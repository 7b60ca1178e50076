"""One-time passwords as a file: cards to cut out and hand over, or a table to send them with."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from flask_babel import gettext as _

from lms.core.clock import local_date
from lms.core.pdf import Document
from lms.core.settings import PROJECT, Settings
from lms.core.tables.writing import Cell, xlsx_pieces
from lms.people.first_sign_ins.services import Given
from lms.people.models import Account, OrganisationUnit
from lms.web.i18n import LANGUAGES, in_language, localised, show_date

FOLDER = PROJECT / "templates" / "documents" / "sign_in_cards"
MOST_CARDS = 300  # what is set while one waits: some seven seconds of CPU

Rows = Sequence[tuple[Account, Given]]


def cards(rows: Rows, *, ends_at: datetime, language: str, settings: Settings) -> Document:
    """Return what the PDF is made from: each centre's cards, each in its owner's language."""
    address = settings.public_address
    last_day = local_date(ends_at, settings.time_zone) - timedelta(days=1)  # the whole of it
    sheets = [
        {"place": localised(unit, language), "cards": [_card(*row) for row in of_unit]}
        for unit, of_unit in groupby(rows, key=lambda row: _unit(row[0]))
    ]
    data = {
        "sites": {"ru": settings.site_name_ru, "en": settings.site_name_en},
        "address": address.partition("://")[2],
        "link": f"{address}/sign-in",
        "last_days": {language: _written(last_day, language) for language in LANGUAGES},
        "sheets": sheets,
    }
    return Document(FOLDER, "sign_in_cards.html", language, data)


def _unit(account: Account) -> OrganisationUnit:
    post = account.person.employment
    assert post is not None  # who waits works somewhere
    return post.unit


def _written(day: date, language: str) -> str:
    with in_language(language):
        return show_date(day)


def _card(account: Account, given: Given) -> dict[str, Any]:
    person = account.person
    assert person.employment is not None
    return {
        "language": person.language,
        "name": person.full_name,
        "post": localised(person.employment.job_role, person.language),
        "username": account.username,
        "password": given.secret,
    }


def table(rows: Rows, *, settings: Settings) -> bytes:
    """Return an XLSX file, for a letter to each; in the reader's language."""
    headings = [
        _("Full name"),
        _("Personnel number"),
        _("Centre"),
        _("E-mail address"),
        _("Sign-in address"),
        _("Sign-in name"),
        _("One-time password"),
    ]
    link = f"{settings.public_address}/sign-in"
    cells: list[list[Cell]] = [
        [
            account.person.full_name,
            account.person.personnel_number,
            localised(_unit(account)),
            account.person.email or "",
            link,
            account.username,
            given.secret,
        ]
        for account, given in rows
    ]
    title, widths = _("One-time passwords"), (36, 16, 30, 30, 36, 18, 20)
    return b"".join(xlsx_pieces(title, headings, cells, widths=widths))
