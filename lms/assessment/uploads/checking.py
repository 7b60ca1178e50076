"""What a file is, told by its content; its name alone says nothing. Nothing is ever unpacked."""

import io
import re
import unicodedata
import zipfile

from lms.assessment.kinds.values import FileType
from lms.core.archives import BROKEN

MEGABYTE = 1024 * 1024
ENVELOPE = 64 * 1024  # bytes of a request beside the file: its answer, the form around it
NAME_LIMIT = 120  # characters
ZIP_START = b"PK\x03\x04"
ODT_START = b"mimetypeapplication/vnd.oasis.opendocument.text"
# The part that makes an office file what it is.
MAIN_PARTS = {FileType.DOCX: "word/document.xml", FileType.XLSX: "xl/workbook.xml"}
MEMBERS_LIMIT = 5000
EXTENSIONS = {
    "pdf": FileType.PDF, "docx": FileType.DOCX, "xlsx": FileType.XLSX, "odt": FileType.ODT,
    "png": FileType.PNG, "jpg": FileType.JPG, "jpeg": FileType.JPG, "txt": FileType.TXT,
}  # fmt: skip
CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")


def named_type(name: str) -> FileType | None:
    """Return the type that a file's name promises."""
    return EXTENSIONS.get(name.rpartition(".")[2].lower()) if "." in name else None


def largest_file(megabytes: int, request_bytes: int) -> int:
    """Return how many bytes a file may have: what its question allows, or less.

    ``request_bytes``: the largest request that the installation takes.
    """
    return min(megabytes * MEGABYTE, max(request_bytes - ENVELOPE, 1))


def in_megabytes(size: int) -> float:
    """Return a limit as it is told, rounded down to a tenth: never more than is taken."""
    return max(size * 10 // MEGABYTE, 1) / 10


def is_of(kind: FileType, content: bytes) -> bool:
    """Tell whether the content is of this type."""
    match kind:
        case FileType.PDF:
            return content.startswith(b"%PDF-")
        case FileType.PNG:
            return content.startswith(b"\x89PNG\r\n\x1a\n") and content[12:16] == b"IHDR"
        case FileType.JPG:
            return content.startswith(b"\xff\xd8\xff")
        case FileType.TXT:
            return _is_text(content)
        case FileType.ODT:
            return content.startswith(ZIP_START) and content[30:].startswith(ODT_START)
        case FileType.DOCX | FileType.XLSX:
            return content.startswith(ZIP_START) and _has_part(content, MAIN_PARTS[kind])


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return not CONTROL.search(text)


def _has_part(content: bytes, part: str) -> bool:
    """Look at the archive's list of files alone; macros make it another type."""
    try:
        names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    except BROKEN:
        return False
    has_macros = any(name.lower().endswith("vbaproject.bin") for name in names)
    return len(names) <= MEMBERS_LIMIT and part in names and not has_macros


def cleaned_name(name: str) -> str:
    """Return a name to show: no folders, no signs that hide or turn text around, not too long."""
    plain = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    kept = "".join(
        c for c in plain if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )
    stem, dot, ending = " ".join(kept.split()).strip(". ").rpartition(".")
    ending = ending[:10]
    return f"{stem[: NAME_LIMIT - len(ending) - 1]}{dot}{ending}" or "file"
