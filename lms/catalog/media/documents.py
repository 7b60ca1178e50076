"""Documents to download: PDF, Office files without macros, and archives of harmless files."""

import os
import re
from typing import BinaryIO

from lms.catalog.archive_words import sentence
from lms.catalog.media.errors import BadFile
from lms.catalog.media.kinds import MEGABYTE
from lms.catalog.messages import Message
from lms.core.archives import Archive, ArchiveRefused, Bounds

BOUNDS = Bounds(members=2000, unpacked=200 * MEGABYTE, member=100 * MEGABYTE)
OFFICE = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}
MACROS = re.compile(r"(?i)vbaproject\.bin$|/activex/|/embeddings/.*\.bin$")
PROGRAMS = re.compile(
    r"(?i)\.(exe|dll|com|scr|bat|cmd|ps1|vbs|vbe|js|jse|wsf|hta|msi|jar|lnk|reg|cpl|app|sh|py)$"
)
TAIL = 2048  # bytes in which the end of a PDF stands


def recognise(file: BinaryIO) -> str | None:
    """Return the suffix of the document's format, None when it is none. Raises BadFile."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    head = file.read(8)
    if head.startswith(b"%PDF-"):
        return _pdf(file, size)
    if head.startswith(b"PK\x03\x04"):
        return _packed(file)
    return None


def _pdf(file: BinaryIO, size: int) -> str:
    """Return pdf; what hides another file behind the end is refused."""
    file.seek(max(size - TAIL, 0))
    tail = file.read()
    if b"%%EOF" not in tail or b"PK\x05\x06" in tail:
        raise BadFile(Message("is no whole PDF"))
    return "pdf"


def _packed(file: BinaryIO) -> str:
    try:
        archive = Archive(file, BOUNDS)
    except ArchiveRefused as refused:
        raise BadFile(sentence(refused)) from refused
    for name in archive:
        if MACROS.search(name):
            raise BadFile(Message("holds macros: save it without them"))
        if PROGRAMS.search(name):
            raise BadFile(Message("holds a program: “%(name)s”", name=name[:80]))
    if "[Content_Types].xml" in archive:
        for suffix, part in OFFICE.items():
            if part in archive:
                return suffix
    return "zip"
