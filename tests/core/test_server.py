"""The server as operators start it."""

import json
import urllib.request

import pytest

from tests.support.server import LiveServer


@pytest.mark.slow
def test_health_tells_that_database_and_jobs_are_well(live_server: LiveServer) -> None:
    with urllib.request.urlopen(f"{live_server.url}/health", timeout=5) as answer:
        assert json.load(answer) == {"status": "ok", "database": "ok", "jobs": "ok"}
