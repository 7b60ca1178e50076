"""Forms of parts of the network and of posts."""

import re
from collections.abc import Collection
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from lms.people.forms import INDENT
from lms.people.models import JobRole, OrganisationUnit, UnitKind
from lms.people.network.rules import (
    LONGEST_NAME,
    Row,
    fault_of_code,
    fault_of_name,
    fault_of_place,
)
from lms.web.forms import BaseForm
from lms.web.i18n import localised

BETWEEN = re.compile(r"[;\t]")  # as people write lists, and as cells of a table are pasted
MOST_LINES = 1000
TOLD = 5  # mistakes at once
KIND_NAMES = {UnitKind.SERVICE_CENTRE: _l("Centres"), UnitKind.DISTRICT: _l("Districts")}


class LinesForm(BaseForm):
    """What is added, one a line: code; name; name in English (else the same)."""

    lines = TextAreaField(validators=[InputRequired(_l("Write at least one line."))])

    def __init__(self, *args: Any, taken: Collection[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.taken = taken
        self.rows: list[Row] = []

    def validate_lines(self, field: TextAreaField) -> None:
        """Read the lines; refuse all when one of them is wrong."""
        lines = [
            (n, line) for n, line in enumerate((field.data or "").splitlines(), 1) if line.strip()
        ]
        if len(lines) > MOST_LINES:
            raise ValidationError(_("At most %(num)d lines at once.", num=MOST_LINES))
        wrong, seen = [], set(self.taken)
        for number, line in lines:
            row = Row(*([cell.strip() for cell in BETWEEN.split(line)] + ["", ""])[:3])
            fault = _fault(row, line, seen)
            if fault:
                wrong.append(_("Line %(number)s: %(fault)s", number=number, fault=fault))
            seen.add(row.code)
            self.rows.append(Row(row.code, row.name_ru, row.name_en or row.name_ru))
        if wrong:
            raise ValidationError(" ".join(wrong[:TOLD]))


def _fault(row: Row, line: str, seen: Collection[str]) -> Any:
    if len(BETWEEN.split(line)) > len(("code", "name_ru", "name_en")):
        return _("more than three values.")
    return (
        fault_of_code(row.code, seen)
        or fault_of_name(row.name_ru)
        or fault_of_name(row.name_en or row.name_ru)
    )


class UnitsForm(LinesForm):
    """Parts of the network: of which kind, and beneath which part."""

    kind = RadioField(
        _l("What to add"),
        choices=[SelectChoice(kind.value, name) for kind, name in KIND_NAMES.items()],
    )
    above = SelectField(_l("Part of"))

    def __init__(self, *args: Any, above: Collection[OrganisationUnit], **options: Any) -> None:
        super().__init__(*args, **options)
        self.parts = {unit.public_id: unit for unit in above}
        self.above.choices = [
            (unit.public_id, INDENT * (unit.kind is UnitKind.DISTRICT) + localised(unit))
            for unit in above
        ]
        self.lines.label.text = _("The list")

    def validate_above(self, field: SelectField) -> None:
        """Let districts stand beneath the network only."""
        unit, kinds = self.parts.get(field.data), {kind.value: kind for kind in KIND_NAMES}
        kind = kinds.get(self.kind.data)
        fault = fault_of_place(kind, unit) if unit and kind else ""
        if fault:
            raise ValidationError(fault)


class PostsForm(LinesForm):
    """Posts."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.lines.label.text = _("The list")


def _name(label: object) -> StringField:
    return StringField(
        label,
        [
            InputRequired(_l("This can’t be empty.")),
            Length(max=LONGEST_NAME, message=_l("At most 200 characters.")),
        ],
    )


class NamesForm(BaseForm):
    """What a part of the network or a post is called; ``seen`` is what it was called before."""

    name_ru = _name(_l("Name in Russian"))
    name_en = _name(_l("Name in English"))
    seen = HiddenField()


def names_of(one: OrganisationUnit | JobRole) -> str:
    """Return both names, to find out whether somebody else changed them meanwhile."""
    return f"{one.name_ru}\n{one.name_en}"
