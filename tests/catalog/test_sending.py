"""Stored files as replies: ranges, tags, and what a browser may keep."""

import hashlib
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask

from lms.catalog.views.sending import send_blob
from lms.core.storage import blobs

CONTENT = bytes(range(200)) * 1000
TAG = f'"{hashlib.sha256(CONTENT).hexdigest()}"'


@pytest.fixture
def send(app: Flask) -> Any:
    key = blobs().put(CONTENT)

    def reply(method: str = "GET", name: str = "", **headers: str) -> Any:
        sent = {header.replace("_", "-"): value for header, value in headers.items()}
        with app.test_request_context("/", method=method, headers=sent):
            answer = send_blob(key, size=len(CONTENT), media_type="video/mp4", download_name=name)
            answer.get_data()  # as a browser does: reads it and lets go
            return answer

    return reply


def test_a_file_is_sent_whole_with_a_strong_tag(send: Any) -> None:
    answer = send()
    assert answer.status_code == 200
    assert answer.get_data() == CONTENT
    assert answer.headers["ETag"] == TAG
    assert answer.headers["Accept-Ranges"] == "bytes"


@pytest.mark.in_turn
@pytest.mark.parametrize(
    ("wanted", "begin", "end"),
    [("bytes=0-0", 0, 1), ("bytes=100-", 100, 200_000), ("bytes=-5", 199_995, 200_000),
     ("bytes=150000-999999", 150_000, 200_000)],
)  # fmt: skip
def test_a_player_seeks(send: Any, wanted: str, begin: int, end: int) -> None:
    answer = send(Range=wanted)
    assert answer.status_code == 206
    assert answer.get_data() == CONTENT[begin:end]
    assert answer.headers["Content-Range"] == f"bytes {begin}-{end - 1}/200000"
    assert answer.headers["Content-Length"] == str(end - begin)


def test_a_range_beyond_the_file_is_refused(send: Any) -> None:
    answer = send(Range="bytes=200000-")
    assert (answer.status_code, answer.get_data()) == (416, b"")
    assert answer.headers["Content-Range"] == "bytes */200000"


@pytest.mark.in_turn
@pytest.mark.parametrize("wanted", ["bytes=1-2,5-6", "lines=1-2", "bytes=x", "bytes=9-1"])
def test_what_is_no_single_range_gets_the_whole_file(send: Any, wanted: str) -> None:
    answer = send(Range=wanted)
    assert (answer.status_code, len(answer.get_data())) == (200, len(CONTENT))


def test_a_range_holds_only_for_the_file_it_was_asked_of(send: Any) -> None:
    assert send(Range="bytes=0-9", If_Range=TAG).status_code == 206
    assert send(Range="bytes=0-9", If_Range='"other"').status_code == 200
    assert send(Range="bytes=0-9", If_Range="Wed, 21 Oct 2026 07:28:00 GMT").status_code == 200


def test_an_unchanged_file_costs_no_bytes(send: Any) -> None:
    assert (send(If_None_Match=TAG).status_code, send(If_None_Match=TAG).get_data()) == (304, b"")


def test_a_browser_asks_each_time_and_nobody_else_keeps_it(send: Any) -> None:
    assert send().headers["Cache-Control"] == "private, no-cache"


def test_a_head_request_opens_nothing(send: Any) -> None:
    answer = send(method="HEAD")
    assert answer.headers["Content-Length"] == str(len(CONTENT))
    assert answer.get_data() == b""


def test_a_file_that_is_opened_alone_can_do_nothing(send: Any) -> None:
    headers = send(name="Порядок.pdf").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    kept = "attachment; filename=file.pdf; filename*=UTF-8''"
    assert headers["Content-Disposition"] == f"{kept}{quote('Порядок.pdf')}"
