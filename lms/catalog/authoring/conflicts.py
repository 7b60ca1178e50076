"""What two people wrote at once, side by side."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
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


@dataclass(frozen=True)
class DiffLine:
    """A line of a text compared with another: ``kind`` is same, theirs, mine or gap.

    A gap stands for ``left_out`` lines that both texts have, far from any difference.
    """

    kind: str
    text: str = ""
    left_out: int = 0


AROUND = 3  # lines shown before and after a difference
KINDS = {" ": "same", "-": "theirs", "+": "mine"}


def compare_texts(theirs: str, mine: str) -> Sequence[DiffLine]:
    """Return the lines that differ and those around them, each marked with whose it is."""
    compared = difflib.Differ(charjunk=None).compare(theirs.split("\n"), mine.split("\n"))
    lines = [DiffLine(KINDS[line[0]], line[2:]) for line in compared if line[0] in KINDS]
    runs = [list(run) for _kind, run in groupby(lines, key=lambda line: line.kind == "same")]
    shown: list[DiffLine] = []
    for place, run in enumerate(runs):
        before = AROUND if place else 0
        after = AROUND if place < len(runs) - 1 else 0
        left_out = len(run) - before - after
        if run[0].kind == "same" and left_out > 1:
            rest = run[len(run) - after :]
            shown += [*run[:before], DiffLine("gap", left_out=left_out), *rest]
        else:
            shown += run
    return shown
