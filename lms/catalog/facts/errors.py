"""Refusals of the register of facts."""

from flask_babel import lazy_gettext as _l

from lms.catalog.errors import KeyTaken


class HistoryIsKept(Exception):
    """A program tried to change or delete a version of a fact: a mistake in the program."""


class FactKeyTaken(KeyTaken):
    """Another fact has this key."""

    def __init__(self) -> None:
        super(KeyTaken, self).__init__(_l("Another fact already has this key."))
