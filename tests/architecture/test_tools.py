"""What ruff, mypy and import-linter say of the code: part of the suite, beside the other tests."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import PROJECT

BIN = Path(sys.executable).parent


@pytest.mark.timeout(600)  # types of the whole project, without what an earlier run kept
@pytest.mark.parametrize(
    "command", ["mypy", "ruff check", "ruff format --check", "lint-imports"], ids=lambda c: c
)
def test_a_tool_finds_nothing(command: str) -> None:
    tool, *arguments = command.split()
    said = subprocess.run(
        [BIN / tool, *arguments], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert said.returncode == 0, said.stdout + said.stderr
