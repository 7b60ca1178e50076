"""The server as operators start it."""

import json
import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.support.databases import Sqlite
from tests.support.server import LiveServer, refusal


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("LMS_DATABASE_URL", "postgresql://127.0.0.1:1/none", "refused"),
        ("LMS_DATABASE_URL", "", "run `lms setup` first"),
        ("LMS_VAR", "/proc/nowhere", "can't be made"),
    ],
)
def test_a_server_that_cannot_be_well_refuses_to_start_by_name(
    tmp_path: Path, name: str, value: str, words: str
) -> None:
    code, said = refusal(tmp_path, tmp_path / "log", **{name: value})
    assert code == 2
    assert f"{name}: " in said
    assert words in said
    assert "Traceback" not in said


@pytest.mark.slow
def test_all_that_does_not_answer_is_refused_by_name_at_once(
    sqlite: Sqlite, tmp_path: Path
) -> None:
    sqlite.url(tmp_path)
    settings = {"LMS_REDIS_URL": "redis://127.0.0.1:1/0", "LMS_MEDIA": "/proc/nowhere"}
    code, said = refusal(tmp_path, tmp_path / "log", **settings)
    assert code == 2
    assert "LMS_REDIS_URL: " in said
    assert "LMS_MEDIA: " in said


@pytest.mark.slow
def test_a_port_that_is_taken_is_refused_in_a_line(live_server: LiveServer) -> None:
    done = subprocess.run(  # as operators do: a process of its own, with what it says apart
        [sys.executable, "-m", "lms.app.cli", "serve"],
        env={**os.environ, "LMS_VAR": str(live_server.var), "LMS_PORT": str(live_server.port)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    [_title, line] = done.stderr.splitlines()
    assert line.startswith(f"LMS_PORT: the server can't listen at 127.0.0.1:{live_server.port}: ")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "header", "status"),
    [("/search?q=" + "a" * 9000, "", 414), ("/", "a" * 9000, 431)],
)
def test_a_request_that_is_too_long_gets_the_designed_page(
    live_server: LiveServer, line: str, header: str, status: int
) -> None:
    with socket.create_connection(("127.0.0.1", live_server.port), 10) as connection:
        connection.sendall(f"GET {line} HTTP/1.1\r\nHost: x\r\nX-A: {header}\r\n\r\n".encode())
        reply = b"".join(iter(lambda: connection.recv(65536), b"")).decode()
    head, body = reply.split("\r\n\r\n", 1)
    assert head.startswith(f"HTTP/1.1 {status} ")
    assert "default-src 'none'" in head
    assert f"Ошибка {status}" in body
    assert f"Content-Length: {len(body.encode())}" in head


@pytest.mark.slow
@pytest.mark.parametrize("body", ["ZZ\r\n", "5\r\nab"])  # no chunk; one that is broken off
def test_a_body_that_can_not_be_read_is_a_bad_request(live_server: LiveServer, body: str) -> None:
    kind = "Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked"
    with socket.create_connection(("127.0.0.1", live_server.port), 10) as connection:
        connection.sendall(f"POST /sign-in HTTP/1.1\r\nHost: x\r\n{kind}\r\n\r\n{body}".encode())
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(65536).startswith(b"HTTP/1.1 400 ")


@pytest.mark.slow
def test_health_tells_that_database_and_jobs_are_well(live_server: LiveServer) -> None:
    with urllib.request.urlopen(f"{live_server.url}/health", timeout=5) as answer:
        assert json.load(answer) == {"status": "ok", "database": "ok", "jobs": "ok", "files": "ok"}


@pytest.mark.slow
def test_health_tells_when_the_database_was_moved_under_the_server(
    live_server: LiveServer,
) -> None:
    (live_server.var / "lms.sqlite3").rename(live_server.var / "elsewhere.sqlite3")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{live_server.url}/health", timeout=5)
    assert refused.value.code == 503
    assert json.load(refused.value)["database"] == "failing"


@pytest.mark.slow
def test_workers_are_forked_while_no_database_is_open(live_server: LiveServer) -> None:
    assert live_server.process
    opened = Path(f"/proc/{live_server.process.pid}/fd").iterdir()
    assert [name for file in opened if "sqlite3" in (name := str(file.readlink()))] == []


@pytest.mark.slow
def test_a_server_told_to_end_does_so_in_good_order(live_server: LiveServer) -> None:
    live_server.stop()
