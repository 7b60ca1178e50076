"""The browser that tests and pictures are made with."""

import shutil

from playwright.sync_api import Browser, Playwright

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-quic"]


def launch(playwright: Playwright) -> Browser:
    """Start Chromium without a window: its small build where there is one, the whole one else.

    The small one (``chromium-headless-shell``) draws the same and leaves out what only people at a
    screen need: it costs a fifth less.
    """
    path = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    return playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
