"""How the application starts: quickly, since every command and every worker waits for it."""

import gc
from pathlib import Path

import pytest

from lms.app import create_app
from lms.core.settings import SettingsError
from tests.support.applications import make_settings


def test_the_garbage_collector_rests_while_the_application_is_made(tmp_path: Path) -> None:
    seen: list[str] = []

    def note(phase: str, _info: dict[str, int]) -> None:
        seen.append(phase)

    gc.callbacks.append(note)
    try:
        create_app(make_settings(tmp_path))
    finally:
        gc.callbacks.remove(note)
    assert seen == []
    assert gc.isenabled()


def test_the_garbage_collector_works_again_when_the_start_was_refused(tmp_path: Path) -> None:
    occupied = tmp_path / "var"
    occupied.touch()
    with pytest.raises(SettingsError, match="LMS_VAR"):
        create_app(make_settings(occupied))
    assert gc.isenabled()
