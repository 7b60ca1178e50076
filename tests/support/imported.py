"""What a server imports, for the process that servers are forked from."""

import tempfile
from pathlib import Path

from lms.app import create_app
from tests.support.applications import make_settings

with tempfile.TemporaryDirectory() as folder:
    create_app(make_settings(Path(folder)))
