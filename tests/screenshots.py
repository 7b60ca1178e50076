"""Make the README's pictures anew from a demonstration installation: ``make screenshots``."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.support.browsers import launch
from tests.support.demonstration import make_demonstration
from tests.support.scenes import SCENES
from tests.support.scenes.stage import Stage

TARGET = Path(__file__).resolve().parents[1] / "static" / "images" / "readme"
DESKTOP, PHONE = 1280, 390
PICTURES = (
    ("home", DESKTOP, "home"),
    ("lesson", DESKTOP, "lesson"),
    ("exam-phone", PHONE, "exam"),
    ("registry", DESKTOP, "registry"),
    ("verification", DESKTOP, "verification"),
)  # name of the picture, width, scene
SCENE = {scene.name: scene for scene in SCENES}


def take(browser: Browser, url: str, name: str, width: int, scene: str) -> None:
    """Save one picture of what a visitor sees without scrolling."""
    stage = Stage(browser, url, language="en", width=width, theme="light")
    stage.open(SCENE[scene]).screenshot(path=TARGET / f"{name}.png")
    stage.close()
    print(f"{name}.png")


def take_certificate(browser: Browser, url: str, folder: Path) -> None:
    """Save a picture of the first certificate's PDF."""
    stage = Stage(browser, url, language="en", width=DESKTOP, theme="light")
    page = stage.open(SCENE["certificates"])
    address = page.locator("main a[href*='.pdf']").first.get_attribute("href")
    document = folder / "certificate.pdf"
    document.write_bytes(page.request.get(f"{url}{address}").body())
    stage.close()
    pdftoppm = shutil.which("pdftoppm")
    assert pdftoppm
    target = str(TARGET / "certificate")
    subprocess.run([pdftoppm, "-png", "-r", "100", "-singlefile", document, target], check=True)
    print("certificate.png")


def main() -> None:
    """Set up an installation, take the pictures, remove it."""
    TARGET.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="pictures-"))
    server = make_demonstration(folder / "var", people=300)
    server.start()
    try:
        with sync_playwright() as playwright:
            browser = launch(playwright)
            for name, width, scene in PICTURES:
                take(browser, server.url, name, width, scene)
            take_certificate(browser, server.url, folder)
            browser.close()
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
