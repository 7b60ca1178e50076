"""The browser that tests and pictures are made with."""

import shutil

from playwright.sync_api import Browser, Playwright

# A page lives for a second here: compiling its scripts thoroughly, or anew for the next page, and
# handing parts of the work to threads costs more than it saves, a fifth of what looking at a page takes.
SCRIPTS = "--js-flags=--no-opt --no-maglev --no-flush-bytecode --single-threaded"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-quic",
    SCRIPTS,
]


def launch(playwright: Playwright) -> Browser:
    """Start Chromium without a window: its small build where there is one, the whole one else.

    The small one (``chromium-headless-shell``) draws the same and leaves out what only people at a
    screen need: it costs a fifth less. Without either Playwright's own is taken. A snap, which lies
    elsewhere, is none of them: it sees no files of the tests.
    """
    path = shutil.which("chromium-headless-shell") or shutil.which("chromium", path="/usr/bin")
    return playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
