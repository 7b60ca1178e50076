"""The editor's palette: a beginning of each block with what it is for, in the text's language.

A beginning is right as it stands (a figure's file aside); CARET marks where the selection goes.
Keys begin with ``my-``: the editor's script numbers them when one is taken.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext as _l

from lms.catalog.markdown.blocks.names import BlockName

FORMULA = "formula"
BEGINNINGS = Path(__file__).parent / "beginnings"  # <language>/<name>.md


@dataclass(frozen=True)
class PaletteEntry:
    """A block to insert: its name, what it is for, and its beginning."""

    name: str
    label: Any
    help: Any
    icon: str
    text: str


GROUPS: tuple[tuple[Any, tuple[tuple[str, Any, Any, str], ...]], ...] = (
    (
        _l("For reading"),
        (
            (
                BlockName.TIMELINE,
                _l("Timeline"),
                _l("What happened when: dates in order"),
                "timeline-event",
            ),
            (
                BlockName.ACCORDION,
                _l("Accordion"),
                _l("Questions whose answers unfold"),
                "list-details",
            ),
            (
                BlockName.TERMS,
                _l("Term cards"),
                _l("Words explained; they make the course's glossary"),
                "book-2",
            ),
            (
                BlockName.CHECKLIST,
                _l("Checklist"),
                _l("Points to tick off; each reader's ticks are kept"),
                "checklist",
            ),
            (
                FORMULA,
                _l("Formula"),
                _l("Mathematics in LaTeX, on a line of its own"),
                "percentage",
            ),
        ),
    ),
    (
        _l("Pictures, sound and files"),
        (
            (BlockName.GALLERY, _l("Gallery"), _l("Several pictures together"), "photo"),
            (
                BlockName.BEFORE_AFTER,
                _l("Before and after"),
                _l("Two pictures to compare"),
                "arrows-sort",
            ),
            (BlockName.AUDIO, _l("Audio"), _l("A recording with its transcript"), "speakerphone"),
            (
                BlockName.VIDEO,
                _l("Video"),
                _l("A film with captions and transcript"),
                "player-play",
            ),
            (BlockName.DOWNLOAD, _l("Files"), _l("Documents to download"), "download"),
        ),
    ),
    (
        _l("Call-outs"),
        (
            (BlockName.NOTE, _l("Note"), _l("Worth knowing, but not the main thing"), "note"),
            (BlockName.TIP, _l("Tip"), _l("A piece of advice"), "bulb"),
            (BlockName.WARNING, _l("Warning"), _l("Where a mistake is costly"), "alert-triangle"),
            (
                BlockName.EXAMPLE,
                _l("Example"),
                _l("A case, or a task for the reader's own shift"),
                "puzzle",
            ),
            (BlockName.RULE, _l("Rule"), _l("What always holds"), "gavel"),
        ),
    ),
    (
        _l("Questions and exercises"),
        (
            (
                BlockName.CHECK,
                _l("Self-check"),
                _l("A question with options, each explained"),
                "help-circle",
            ),
            (
                BlockName.TAKT,
                _l("Takt and windows"),
                _l("How often people come and how many windows that needs"),
                "clock",
            ),
            (
                BlockName.STREAM,
                _l("Value-stream map"),
                _l("Work and waits of one case; a question mark hides a time"),
                "git-branch",
            ),
            (
                BlockName.FIVE_S,
                _l("5S sorting"),
                _l("Cards to lay to the five steps"),
                "layout-grid",
            ),
            (
                BlockName.WASTE_HUNT,
                _l("Waste hunt"),
                _l("Places on a picture; some are wastes"),
                "search",
            ),
            (
                BlockName.PARETO,
                _l("Pareto chart"),
                _l("Causes to put in order, the vital few to mark"),
                "chart-bar",
            ),
        ),
    ),
)


@cache
def beginning(language: str, name: str) -> str:
    """Return the beginning of a block in the language of a text."""
    return (BEGINNINGS / language / f"{name}.md").read_text("utf-8")


def palette(language: str) -> list[tuple[Any, list[PaletteEntry]]]:
    """Return the groups of the palette with their blocks."""
    return [
        (
            group,
            [
                PaletteEntry(str(name), label, about, icon, beginning(language, str(name)))
                for name, label, about, icon in entries
            ],
        )
        for group, entries in GROUPS
    ]
