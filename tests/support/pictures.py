"""A PDF's first page as a picture, by an independent renderer."""

import shutil
import subprocess


def as_picture(document: bytes, dots_per_inch: int = 200) -> bytes:
    """Return the first page as PNG (poppler)."""
    pdftoppm = shutil.which("pdftoppm")
    assert pdftoppm, "poppler-utils is missing"
    command = [pdftoppm, "-png", "-r", str(dots_per_inch), "-singlefile", "-"]
    return subprocess.run(command, input=document, capture_output=True, check=True).stdout
