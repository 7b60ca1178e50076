"""The audit log as JSON lines, for whoever wants to recompute the chain elsewhere.

A line holds what the hash covers, and the hash. Of a filtered log each line can still be recomputed
and stands after the ones before it; where entries are left out, the chain has a gap.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from lms.audit.chain import COVERED, GENESIS, content_of, digest_of
from lms.audit.models import AuditEntry

MAX_LINE = 1_000_000  # bytes; an entry has some hundred


def line_of(entry: AuditEntry) -> bytes:
    """Return the entry as a line of JSON."""
    content = {**content_of(entry), "hash": entry.hash}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


@dataclass(frozen=True)
class LinesReport:
    """What a check of exported lines found."""

    entries: int  # that hold, from the first line
    gaps: int
    last_hash: str
    from_the_first: bool  # the file begins where the log began
    has_anchor: bool
    fault: str | None = None  # what is wrong with the line after those that hold

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left out up to the last line."""
        return self.gaps == 0 and self.from_the_first


def check_lines(lines: Iterable[bytes], anchor: str | None = None) -> LinesReport:
    """Recompute exported entries; stop at the first that isn't what was recorded.

    An entry that comes twice or before its time is a fault too.
    """
    count, gaps, previous, first = 0, 0, GENESIS, True
    known = {GENESIS}  # hashes of the entries so far, and of those before them
    found = anchor in (None, GENESIS)
    for raw in lines:
        content, fault = _read(raw)
        if fault is None and content["hash"] in known:
            fault = "it stands after an entry that was recorded later, or for the second time"
        if fault is not None:
            return LinesReport(count, gaps, previous, first, found, fault)
        before = content["previous_hash"]
        if count == 0:
            first = before == GENESIS
        elif before != previous:
            gaps += 1
        previous = content["hash"]
        known.update((before, previous))
        count, found = count + 1, found or previous == anchor
    return LinesReport(count, gaps, previous, first, found)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of JSON; one that says something twice says nothing certain."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name comes twice")
    return found


def _read(raw: bytes) -> tuple[dict[str, Any], str | None]:
    """Return the entry of a line, and what is wrong with it."""
    if len(raw) > MAX_LINE:
        return {}, "too long for an entry"
    try:
        content = json.loads(raw, object_pairs_hook=_object)
    except (ValueError, RecursionError):
        return {}, "not JSON"
    if not isinstance(content, dict) or set(content) != {*COVERED, "hash"}:
        return {}, "not an entry of the log"
    if not isinstance(content["hash"], str) or not isinstance(content["previous_hash"], str):
        return {}, "not an entry of the log"
    try:
        holds = content["hash"] == digest_of(content)
    except (ValueError, RecursionError):
        holds = False
    return content, None if holds else "it was changed: its hash is another"
