"""The editor's palette offers every block, each with a beginning that is right as it stands."""

import pytest

from lms.catalog.authoring.palette import FORMULA, beginning, palette
from lms.catalog.authoring.snippets import CARET
from lms.catalog.markdown.blocks.names import BlockName
from lms.catalog.markdown.examining import examine

FILES = [
    "figures/name.svg",
    "figures/a.jpg",
    "figures/b.jpg",
    "media/talk.mp3",
    "media/talk.mp4",
    "media/form.docx",
]


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_block_is_offered_once_with_its_help(language: str) -> None:
    entries = [entry for _group, entries in palette(language) for entry in entries]
    assert sorted(entry.name for entry in entries) == sorted([*BlockName, FORMULA])
    assert all(entry.label and entry.help for entry in entries)


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("name", [*BlockName, FORMULA])
def test_a_beginning_is_a_block_without_mistakes(language: str, name: str) -> None:
    text = beginning(language, name)
    assert text.count(CARET) == 1
    found = examine(
        text.replace(CARET, ""),
        sources=[], figures=FILES, lessons=[], formulas=True,
    )  # fmt: skip
    assert found.mistakes == ()
