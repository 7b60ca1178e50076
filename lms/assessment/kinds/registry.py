"""The meaning of every kind of item."""

from lms.assessment.kinds import (
    arranging,
    choice,
    dialogue,
    filed,
    gap_text,
    hotspot,
    typed,
    written,
)
from lms.assessment.kinds.base import Kind
from lms.assessment.models import ItemKind

KINDS: dict[ItemKind, Kind] = {
    ItemKind.SINGLE_CHOICE: choice.SINGLE,
    ItemKind.MULTIPLE_CHOICE: choice.MULTIPLE,
    ItemKind.TRUE_FALSE: choice.TRUE_FALSE,
    ItemKind.MATCHING: arranging.MATCHING,
    ItemKind.ORDERING: arranging.ORDERING,
    ItemKind.NUMERIC: typed.NUMERIC,
    ItemKind.SHORT_TEXT: typed.SHORT_TEXT,
    ItemKind.GAP_TEXT: gap_text.GAP_TEXT,
    ItemKind.DIALOGUE: dialogue.DIALOGUE,
    ItemKind.HOTSPOT: hotspot.HOTSPOT,
    ItemKind.ESSAY: written.ESSAY,
    ItemKind.FILE: filed.FILE,
}
