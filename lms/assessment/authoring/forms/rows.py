"""Adding, removing and moving rows of a form that has not been sent for good.

Works on the posted fields as they came, so that nothing typed is lost, valid or not. A row's
fields are named ``<list>-<index>-…``; a command is ``add:options``, ``remove:options:2``,
``up:steps:1`` or ``down:steps:0``.
"""

import re
from collections.abc import Collection

from werkzeug.datastructures import MultiDict

COMMAND = re.compile(r"(add):([a-z]+)|(remove|up|down):([a-z]+):(\d{1,3})")
LIMIT = 60  # rows of any list, whatever a form allows
# Keys that new rows get: the first one that isn't taken.
FIRST_KEYS = {
    "options": list("abcdefghijklmnopqrstuvwxyz") + [f"o{n}" for n in range(1, LIMIT)],
    "pairs": [f"p{n}" for n in range(1, 2 * LIMIT)],
    "distractors": [f"d{n}" for n in range(1, 2 * LIMIT)],
    "steps": [f"s{n}" for n in range(1, 2 * LIMIT)],
    "gaps": [f"g{n}" for n in range(1, 2 * LIMIT)],
    "areas": [f"a{n}" for n in range(1, 2 * LIMIT)],
    "rubric": [f"k{n}" for n in range(1, 2 * LIMIT)],
    "turns": [f"t{n}" for n in range(1, 2 * LIMIT)],
    "replies": [f"r{n}" for n in range(1, 2 * LIMIT)],
    "sections": [f"c{n}" for n in range(1, 2 * LIMIT)],
}


def indices(fields: MultiDict[str, str], rows: str) -> list[int]:
    """Return the indices of a list's rows, in order."""
    pattern = re.compile(rf"{rows}-(\d{{1,3}})-")
    return sorted({int(m.group(1)) for name in fields if (m := pattern.match(name))})


def edited(
    fields: MultiDict[str, str], command: str, *, lists: Collection[str]
) -> MultiDict[str, str]:
    """Return ``fields`` after ``command``; unchanged when the command makes no sense."""
    match = COMMAND.fullmatch(command)
    if match is None:
        return fields
    verb, rows = match.group(1) or match.group(3), match.group(2) or match.group(4)
    if rows not in lists:
        return fields
    present = indices(fields, rows)
    if verb == "add":
        return _added(fields, rows, present)
    index = int(match.group(5))
    if index not in present:
        return fields
    if verb == "remove":
        return _without(fields, rows, index)
    return _moved(fields, rows, present, index, -1 if verb == "up" else 1)


def _added(fields: MultiDict[str, str], rows: str, present: list[int]) -> MultiDict[str, str]:
    if len(present) >= LIMIT:
        return fields
    index = present[-1] + 1 if present else 0
    taken = {fields.get(f"{rows}-{n}-key") for n in present}
    key = next((k for k in FIRST_KEYS.get(rows, ()) if k not in taken), "")
    grown = MultiDict(fields)
    grown[f"{rows}-{index}-key"] = key
    return grown


def _without(fields: MultiDict[str, str], rows: str, index: int) -> MultiDict[str, str]:
    prefix = f"{rows}-{index}-"
    return MultiDict(
        (name, value) for name, value in fields.items(multi=True) if not name.startswith(prefix)
    )


def _moved(
    fields: MultiDict[str, str], rows: str, present: list[int], index: int, step: int
) -> MultiDict[str, str]:
    place = present.index(index) + step
    if not 0 <= place < len(present):
        return fields
    here, there = f"{rows}-{index}-", f"{rows}-{present[place]}-"

    def renamed(name: str) -> str:
        if name.startswith(here):
            return there + name.removeprefix(here)
        return here + name.removeprefix(there) if name.startswith(there) else name

    return MultiDict((renamed(name), value) for name, value in fields.items(multi=True))
