"""A demonstration installation."""

import os
import subprocess
import sys
from pathlib import Path

from tests.support.databases import SECRET
from tests.support.server import LiveServer


def make_demonstration(var: Path, people: int = 60) -> LiveServer:
    """Set up an installation as ``make run`` does and return its (not yet started) server."""
    var.mkdir(parents=True)
    server = LiveServer(var, "", SECRET)
    log = var / "setup.log"
    command = [sys.executable, "-m", "lms.app.cli", "setup", "--people", str(people)]
    with log.open("wb") as stream:
        done = subprocess.run(
            command,
            env={**os.environ, **server.environment},
            stdout=stream,
            stderr=stream,
            check=False,
        )
    assert done.returncode == 0, log.read_text()
    return server
