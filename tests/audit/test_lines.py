"""Exported lines of the audit log: whoever has them can tell whether they are what was recorded."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from lms.audit.lines import LinesReport, check_lines, line_of
from tests.audit.test_chain import entries, write

Lines = list[bytes]


@pytest.fixture
def lines(app: Flask) -> Lines:
    write()
    return [line_of(entry) for entry in entries()]


def test_the_whole_log_holds_line_by_line(lines: Lines) -> None:
    last = json.loads(lines[-1])["hash"]
    assert check_lines(lines, anchor=last) == LinesReport(5, 0, last, True, True)
    assert check_lines(lines).is_whole


def test_what_is_left_out_is_a_gap_and_the_rest_holds(lines: Lines) -> None:
    report = check_lines([lines[1], lines[2], lines[4]])
    assert (report.entries, report.gaps, report.from_the_first) == (3, 1, False)
    assert report.fault is None


def changed(line: bytes, **values: Any) -> bytes:
    return json.dumps({**json.loads(line), **values}).encode()


def without(line: bytes, name: str) -> bytes:
    return json.dumps({k: v for k, v in json.loads(line).items() if k != name}).encode()


FAULTS: dict[str, Callable[[Lines], Lines]] = {
    "another reason": lambda all_: [all_[0], changed(all_[1], reason="another")],
    "another detail": lambda all_: [all_[0], changed(all_[1], details={"number": 9})],
    "another hash": lambda all_: [all_[0], changed(all_[1], hash="0" * 64)],
    "a hash that is none": lambda all_: [all_[0], changed(all_[1], hash=7)],
    "something more": lambda all_: [all_[0], changed(all_[1], more=1)],
    "something less": lambda all_: [all_[0], without(all_[1], "reason")],
    "said twice": lambda all_: [all_[0], all_[1].replace(b"{", b'{"reason":"x",', 1)],
    "the same again": lambda all_: [all_[0], all_[0]],
    "in another order": lambda all_: [all_[1], all_[0]],
    "not JSON": lambda all_: [all_[0], b"{"],
    "a list": lambda all_: [all_[0], b"[]"],
    "a deep list": lambda all_: [all_[0], b"[" * 100_000],
    "endless": lambda all_: [all_[0], b" " * 1_000_001],
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_line_that_is_not_what_was_recorded_is_named(lines: Lines, fault: str) -> None:
    report = check_lines(FAULTS[fault](lines))
    assert report.entries == 1
    assert report.fault


def check(app: Flask, tmp_path: Path, lines: Lines, *options: str) -> Result:
    file = tmp_path / "log.jsonl"
    file.write_bytes(b"".join(lines))
    return app.test_cli_runner().invoke(args=["audit", "check", str(file), *options])


def test_the_command_tells_what_a_file_holds(app: Flask, tmp_path: Path, lines: Lines) -> None:
    whole = check(app, tmp_path, lines, "--whole")
    assert whole.exit_code == 0
    assert "5 entries, it is the whole log, last hash" in whole.output
    part = check(app, tmp_path, lines[1:3])
    assert (part.exit_code, "the first entries too" in part.output) == (0, True)


@pytest.mark.parametrize("options", [["--whole"], ["--anchor", "f" * 64]])
def test_the_command_refuses_a_part_for_the_whole(
    app: Flask, tmp_path: Path, lines: Lines, options: list[str]
) -> None:
    assert check(app, tmp_path, [lines[0], lines[4]], *options).exit_code == 1


def test_the_command_names_the_line_that_was_changed(
    app: Flask, tmp_path: Path, lines: Lines
) -> None:
    result = check(app, tmp_path, [lines[0], changed(lines[1], reason="another")])
    assert result.exit_code == 1
    assert "line 2: it was changed" in result.output
    assert "holds no entries" in check(app, tmp_path, []).output
