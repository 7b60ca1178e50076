"""The closed set of blocks, and the first line of one: ``::: name [key] [Title]``."""

import re
from dataclasses import dataclass
from enum import StrEnum

KEY = r"[a-z0-9][a-z0-9-]{0,58}[a-z0-9]"
FIRST_LINE = re.compile(r"[ \t]*([a-z0-9-]{1,40})(?:[ \t]+(\S.*?))?[ \t]*")
KEY_AND_TITLE = re.compile(rf"({KEY})(?:[ \t]+(\S.*))?")


class BlockName(StrEnum):
    """What stands after ``:::``."""

    NOTE = "note"
    TIP = "tip"
    WARNING = "warning"
    EXAMPLE = "example"
    RULE = "rule"
    CHECK = "check"
    TIMELINE = "timeline"
    ACCORDION = "accordion"
    TERMS = "terms"
    CHECKLIST = "checklist"
    TAKT = "takt"
    STREAM = "stream"
    FIVE_S = "five-s"
    WASTE_HUNT = "waste-hunt"
    PARETO = "pareto"
    GALLERY = "gallery"
    BEFORE_AFTER = "before-after"
    AUDIO = "audio"
    VIDEO = "video"
    DOWNLOAD = "download"


CALLOUTS = (
    BlockName.NOTE,
    BlockName.TIP,
    BlockName.WARNING,
    BlockName.EXAMPLE,
    BlockName.RULE,
)
EXERCISES = (
    BlockName.TAKT,
    BlockName.STREAM,
    BlockName.FIVE_S,
    BlockName.WASTE_HUNT,
    BlockName.PARETO,
)
KEYED = frozenset({BlockName.CHECK, BlockName.CHECKLIST, *EXERCISES})
UNTITLED = frozenset({BlockName.CHECK})
NAMES = {name.value: name for name in BlockName}
RAW = frozenset(EXERCISES)  # YAML inside, not Markdown


@dataclass(frozen=True)
class Header:
    """A block's first line, read."""

    name: BlockName
    key: str = ""
    title: str = ""


def read_header(text: str) -> Header | None:
    """Return the header that ``text`` (what follows ``:::``) is, None when it is none."""
    match = FIRST_LINE.fullmatch(text)
    name = NAMES.get(match.group(1)) if match else None
    if not match or name is None:
        return None
    rest = match.group(2) or ""
    if name not in KEYED:
        return Header(name, title=rest)
    keyed = KEY_AND_TITLE.fullmatch(rest)
    if not keyed or (keyed.group(2) and name in UNTITLED):
        return None
    return Header(name, keyed.group(1), keyed.group(2) or "")
