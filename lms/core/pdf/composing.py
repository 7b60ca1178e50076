"""Filling a template and setting it as PDF/A-3; runs in the PDF worker only."""

import base64
import hashlib
import mimetypes
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, unquote_to_bytes, urlsplit

import segno
import weasyprint
from babel.dates import format_date
from babel.numbers import format_decimal
from jinja2 import FileSystemLoader, StrictUndefined, select_autoescape
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import escape
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from lms.core.pdf import (
    masking,  # noqa: F401 - makes codes quicker
    paths,
)
from lms.core.pdf.confinement import Confined
from lms.core.pdf.drawing import svg_of

VARIANT = "pdf/a-3a"
# WeasyPrint writes one label; the document keeps two standards. PDF/A asks that a schema it doesn't
# know be described where it is used (ISO 19005-3, 6.6.2.3).
NAMESPACES = b'''
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"'''
ACCESSIBLE = b"""
<rdf:Description rdf:about=""><pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description rdf:about=""><pdfaExtension:schemas><rdf:Bag>
<rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""
END = b"</rdf:RDF>"
POINTS_PER_PIXEL = 0.75  # of CSS
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)  # of attachments: the same input gives the same bytes
DARK = re.compile(rb"\x01+")  # modules of a code, one beside the other
# Where printers reach, on paper of its own: what the template draws there may be dark.
MARK = (
    '<p style="position:fixed;top:5mm;left:0;right:0;margin:0;padding:0;text-align:center;'
    'font:bold 8pt/1.4 sans-serif;text-indent:0;text-transform:uppercase">'
    '<span style="padding:0 2mm;background:#fff;color:#3d475c">{}</span></p>'
)
MAX_RESOURCE_BYTES = 16 * 2**20


class FolderFetcher(URLFetcher):  # type: ignore[misc]
    """Reads files of one folder, and ``data:`` addresses; anything else ends the rendering.

    It opens nothing by itself, so there is nothing that could follow a redirect.
    ``refused`` keeps what was turned away, also where WeasyPrint swallows the error.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(allowed_protocols=("file", "data"), allow_redirects=False)
        self.folder = Path(os.path.realpath(folder))
        self.refused: list[str] = []

    def fetch(self, url: str, _headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """Return the resource; FatalURLFetchingError for one that is not the template's own."""
        parts = urlsplit(url)
        if parts.scheme == "data":
            return _held_by(url)
        if parts.scheme != "file" or parts.netloc not in ("", "localhost"):
            raise self._refusal(f"{parts.scheme or 'relative'} address refused: {url}")
        path = Path(os.path.realpath(unquote(parts.path)))
        if not path.is_relative_to(self.folder):
            raise self._refusal(f"outside the template's folder: {url}")
        try:
            if path.stat().st_size > MAX_RESOURCE_BYTES:
                raise self._refusal(f"too large: {path.name}")
            content = path.read_bytes()
        except OSError as error:
            raise self._refusal(f"cannot be read: {path.name}") from error
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return URLFetcherResponse(path.as_uri(), content, {"Content-Type": kind})

    def _refusal(self, reason: str) -> FatalURLFetchingError:
        self.refused.append(reason)
        return FatalURLFetchingError(reason)


def _held_by(url: str) -> URLFetcherResponse:
    """Return what a ``data:`` address holds (RFC 2397); urllib is out of reach here."""
    head, _, body = url.removeprefix("data:").partition(",")
    kind = head.removesuffix(";base64") or "text/plain;charset=US-ASCII"
    content = unquote_to_bytes(body)
    if head.endswith(";base64"):
        content = base64.b64decode(content)
    return URLFetcherResponse(url, content, {"Content-Type": kind})


def _date(value: str, language: str, form: str = "long") -> str:
    """Return an ISO date as the language writes it, not to be broken between two lines.

    Day, month, year in English too, as on the pages of the site.
    """
    if (language, form) == ("en", "long"):
        form = "d MMMM y"
    text = format_date(date.fromisoformat(value[:10]), form, locale=language)
    return str(text).replace(" ", "\N{NO-BREAK SPACE}")


def _number(value: Any, language: str, digits: int = 1) -> str:
    """Return a number with at most ``digits`` decimals as the language writes it."""
    exact = round(Decimal(str(value)), digits)
    return str(format_decimal(exact.normalize(), locale=language))


def _qr(text: str) -> dict[str, Any]:
    """Return the QR code of ``text`` as a vector: the side in modules and a path of squares."""
    matrix = segno.make(text, error="m", micro=False).matrix
    path, operators = [], [b"0 0 m"]
    for row, line in enumerate(matrix):
        for run in DARK.finditer(line):
            x, end = run.span()
            path.append(f"M{x} {row}h{end - x}v1H{x}z")
            operators.append(b"%d %d m" % (x, row))
            operators.append(b"%d %d l\n%d %d l\n%d %d l" % (end, row, end, row + 1, x, row + 1))
            operators.append(b"h")
    drawn = "".join(path)
    paths.codes[drawn] = b"\n".join(operators)
    return {"size": len(matrix), "path": drawn}


def fill(folder: Path, template: str, language: str, data: dict[str, Any]) -> str:
    """Return the template's HTML; raises Jinja's errors for a faulty template.

    ``data["mark"]``, when given, is a word that each page bears: at its upper edge, unless the
    template itself says it in brackets.
    """
    filled = _environment(folder, language).get_template(template)
    html = filled.render(language=language, **data)
    mark, body = data.get("mark"), max(html.rfind("<body"), 0)
    if not mark or f"({mark})" in html[body:]:
        return html
    end = html.rfind("</body>")
    stamp = MARK.format(escape(mark))
    return html + stamp if end < 0 else html[:end] + stamp + html[end:]


@lru_cache(maxsize=8)
def _environment(folder: Path, language: str) -> ImmutableSandboxedEnvironment:
    """Return what fills the folder's templates; a changed file is read anew."""
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(folder),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["date"] = lambda value, form="long": _date(value, language, form)
    environment.filters["number"] = lambda value, digits=1: _number(value, language, digits)
    environment.globals["qr"] = _qr
    return environment


def compose(folder: Path, template: str, language: str, data: dict[str, Any]) -> bytes:
    """Return the document as tagged PDF/A-3a and PDF/UA-1. The same input gives the same bytes.

    ``data["attachments"]``, when given, are texts by file name, embedded beside the pages.
    Raises Confined when the template refers to anything that is not its own.
    """
    html = fill(folder, template, language, data)
    attachments = data.get("attachments") or {}
    with laid_out(folder, html) as document:
        return write(document, html, attachments)


@contextmanager
def laid_out(folder: Path, html: str) -> Iterator[weasyprint.Document]:
    """Lay out a filled template of ``folder``, to be written within the block.

    Raises Confined, in the end too, when it refers to anything that is not its own.
    """
    fetcher = FolderFetcher(folder)
    base = folder.resolve().as_uri() + "/"
    try:
        page = weasyprint.HTML(string=html, base_url=base, url_fetcher=fetcher)
        yield page.render(pdf_variant=VARIANT)
    except FatalURLFetchingError as error:
        raise Confined(str(error)) from error
    if fetcher.refused:
        raise Confined(fetcher.refused[0])


def make(folder: Path, template: str, language: str, data: dict[str, Any], form: str) -> bytes:
    """Return the document as ``pdf`` or, an image of its first page, as ``svg``."""
    document = compose(folder, template, language, data)
    return svg_of(document) if form == "svg" else document


def write(
    document: weasyprint.Document,
    html: str,
    attachments: dict[str, str],
    finisher: Callable[[Any, Any], None] | None = None,
) -> bytes:
    """Return the document as PDF, labelled as PDF/UA too, with the attached texts by file name."""
    attached = [
        weasyprint.Attachment(
            string=text, name=name, relationship="Data", created=EPOCH, modified=EPOCH
        )
        for name, text in attachments.items()
    ]
    label(document.metadata)

    def finish(document: weasyprint.Document, pdf: Any) -> None:
        mend(document, pdf)
        if finisher:
            finisher(document, pdf)

    pdf: bytes = document.write_pdf(
        finisher=finish,
        pdf_variant=VARIANT,
        pdf_identifier=identifier_of(html),
        attachments=attached,
    )
    return pdf


def mend(document: weasyprint.Document, pdf: Any) -> None:
    """Put right what WeasyPrint 70 says of figures and attachments.

    A figure's box is in the page's points from its lower edge (ISO 32000-1, 14.8.5.4.3), where
    WeasyPrint gives CSS pixels from the upper one: readers would show it beside the page. An
    attachment is listed once among the associated files (ISO 19005-3, annex E), not twice.
    """
    for element in pdf.objects:
        if isinstance(element, dict) and element.get("S") == "/Figure":
            page = document.pages[pdf.page_references.index(element["Pg"])]
            left, top, right, bottom = element["A"]["BBox"]
            box = left, page.height - bottom, right, page.height - top
            element["A"]["BBox"][:] = [POINTS_PER_PIXEL * side for side in box]
    if "AF" in pdf.catalog:
        pdf.catalog["AF"][:] = dict.fromkeys(pdf.catalog["AF"])


def identifier_of(html: str) -> bytes:
    """Return what the document is told apart by: the same for the same page."""
    return hashlib.sha256(html.encode()).hexdigest()[:32].encode()


def label(metadata: Any) -> None:
    """Let metadata name the second standard too when they are written."""
    written = metadata.generate_rdf_metadata

    def labelled(*arguments: Any) -> bytes:
        head, body = written(*arguments).split(b">", 1)
        return bytes(head + NAMESPACES + b">" + body.replace(END, ACCESSIBLE + END))

    metadata.generate_rdf_metadata = labelled


def warm_up(scratch: Path) -> None:
    """Set a small document, so that what loads lazily is loaded before the confinement."""
    text = "Готово, ready"
    (scratch / "warm.html").write_text(
        "<!doctype html><html lang={{ language }}><title>{{ text }}</title>"
        "<style>@page{size:A4}p{hyphens:auto;font-variant-numeric:tabular-nums}</style>"
        '<svg viewBox="0 0 {{ qr(text).size }} 9"><path d="{{ qr(text).path }}"/></svg>'
        "<p>{{ text }} {{ '2026-01-01'|date }} {{ 1.5|number }}</p>",
        "utf-8",
    )
    for language in ("ru", "en"):
        compose(scratch, "warm.html", language, {"text": text})
