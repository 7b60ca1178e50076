"""What a part of the network or a post may be called, and where a part may stand.

One rule for the pages and for other systems. A fault is a sentence for whoever sent it, else empty.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from lms.core.tables.texts import has_hidden
from lms.people.models import OrganisationUnit, UnitKind

LONGEST_CODE, LONGEST_NAME = 40, 200  # as their columns hold
CODE = r"[a-z0-9]+(-[a-z0-9]+)*"


@dataclass(frozen=True)
class Row:
    """A part of the network or a post that is to be added: its code and its names."""

    code: str
    name_ru: str
    name_en: str


def fault_of_code(code: str, taken: Collection[str] = ()) -> Any:
    """Return what is wrong with a code; ``taken`` are those that are there."""
    if len(code) > LONGEST_CODE or not re.fullmatch(CODE, code):
        return _("the code has small Latin letters, digits and hyphens, at most 40.")
    if code in taken:
        return _("the code “%(code)s” is there already.", code=code)
    return ""


def fault_of_name(name: str) -> Any:
    """Return what is wrong with a name."""
    if has_hidden(name):
        return _("an invisible sign in the name.")
    if not name.strip() or len(name) > LONGEST_NAME:
        return _("a name of at most 200 characters is needed.")
    return ""


def fault_of_place(kind: UnitKind, above: OrganisationUnit) -> Any:
    """Return why a part of this kind can't stand beneath ``above``, which may have parts."""
    if kind is UnitKind.DISTRICT and above.kind is UnitKind.DISTRICT:
        return _("Districts are parts of the whole network.")
    return ""


def may_have_parts(unit: OrganisationUnit) -> bool:
    """Tell whether something new may stand beneath ``unit``."""
    return unit.kind is not UnitKind.SERVICE_CENTRE and unit.closed_on is None
