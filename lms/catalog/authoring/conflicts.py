"""What two people wrote at once, side by side."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, FieldList

UNSHOWN = frozenset({"csrf_token", "row_version", "language"})


@dataclass(frozen=True)
class Difference:
    """One field that differs: its label, and what stands in the database now."""

    label: Any
    theirs: Any


def differences(form: FlaskForm, current: FlaskForm) -> list[Difference]:
    """Return the fields of ``form`` that differ from ``current``, the same form as stored now.

    ``form`` takes over the stored row version: sent again, it overwrites knowingly.
    """
    form.row_version.data = current.row_version.data
    return [
        Difference(field.label.text, _shown(current[field.name]))
        for field in form
        if field.name not in UNSHOWN and _plain(field) != _plain(current[field.name])
    ]


def _plain(field: Field) -> Any:
    if isinstance(field, FieldList):  # rows that are left out make no difference
        return _shown(field)
    return field.data if field.data not in (None, "", []) else None


def _shown(field: Field) -> Any:
    """Return a field's value in the words of its choices; of a list's rows what is filled in."""
    if isinstance(field, FieldList):
        return "; ".join(filter(None, (_row(entry) for entry in field)))
    if isinstance(field.data, bool):
        return _("yes") if field.data else _("no")
    choices = getattr(field, "choices", None)
    if choices is None:
        return field.data
    names = {choice.value: choice.label for choice in choices}
    if isinstance(field.data, list):
        return ", ".join(str(names.get(value, value)) for value in field.data)
    return names.get(field.data, field.data)


def _row(entry: Field) -> str:
    """Return what is filled in in one row; a drop-down has a value in an empty one, too."""
    if not any(cell.data for cell in entry.form if not hasattr(cell, "choices")):
        return ""
    return ", ".join(str(_shown(cell)) for cell in entry.form if cell.data)
