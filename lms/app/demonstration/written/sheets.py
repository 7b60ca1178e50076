"""The demonstration's handed-in files: a page of text as a Word document, the same each time."""

import hashlib
import io
import zipfile
from typing import Any
from xml.sax.saxutils import escape

NAME = "Лист для доски.docx"
GOOD = (
    "Вы сказали:",
    "не найти, где печатают справки.",
    "Мы сделали:",
    "указатель — выше, с сегодняшнего дня;",
    "у входа дежурит администратор, с понедельника.",
)
POOR = (
    "Уважаемые посетители!",
    "Приносим извинения за временные неудобства.",
    "Администрация",
)
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_MAIN}"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{_LINK}" Target="word/document.xml"/></Relationships>',
}


def sheet(*, well: bool) -> bytes:
    """Return the document that suits its question, or says nothing to it."""
    lines = "".join(
        '<w:p><w:r><w:rPr><w:sz w:val="56"/></w:rPr>'
        f'<w:t xml:space="preserve">{escape(line)}</w:t></w:r></w:p>'
        for line in (GOOD if well else POOR)
    )
    document = f'<w:document xmlns:w="{_WORD}"><w:body>{lines}</w:body></w:document>'
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name, text in {**_PARTS, "word/document.xml": document}.items():
            head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
            made.writestr(zipfile.ZipInfo(name), head + text)
    return file.getvalue()


def said(*, well: bool) -> dict[str, Any]:
    """Return what an answer says of the document."""
    content = sheet(well=well)
    return {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content), "name": NAME}
