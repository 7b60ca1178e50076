"""What two people wrote at once, side by side."""

from dataclasses import dataclass
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field

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
    return field.data if field.data not in (None, "", []) else None


def _shown(field: Field) -> Any:
    """Return a field's value in the words of its choices."""
    choices = getattr(field, "choices", None)
    if choices is None:
        return field.data
    names = {choice.value: choice.label for choice in choices}
    if isinstance(field.data, list):
        return ", ".join(str(names.get(value, value)) for value in field.data)
    return names.get(field.data, field.data)
