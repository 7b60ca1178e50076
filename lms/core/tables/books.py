"""XLSX workbooks: surveyed by a strict XML parser first, then read by the library.

The library builds a dense grid up to the furthest cell, so a file of two cells could ask for all
memory: the survey refuses it. It also refuses document types (entities) and counts elements. The
library is given nothing but the members that were surveyed, whatever the workbook points at.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from xml.parsers import expat

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from lms.core.archives import MEGABYTE, Archive, ArchiveRefused, Fault
from lms.core.archives import Bounds as ArchiveBounds
from lms.core.tables.faults import Bounds, TableFault, TableRefused

ARCHIVE = ArchiveBounds(members=300, unpacked=64 * MEGABYTE, member=48 * MEGABYTE)
BOOK = "xl/workbook.xml"
ELEMENTS = 1_500_000
# A cell with an error: the library gives an empty one (#N/A), which leaves things as they are;
# as a text it is refused where it is.
ERROR = re.compile(rb"""(<(?:\w+:)?c\s(?:[^<>]*\s)?t=["'])e(?=["'])""")
REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
SPARSE = 1_000  # empty rows that a sheet may have between the others, beyond their number


def read_book(data: bytes, bounds: Bounds) -> Iterator[tuple[int, list[str]]]:
    """Yield line and cells of the first visible sheet with anything on it. Raises TableRefused."""
    try:
        book = CalamineWorkbook.from_filelike(_surveyed(data, bounds))
        names = [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.typ is SheetTypeEnum.WorkSheet and sheet.visible is SheetVisibleEnum.Visible
        ]
        sheets = (book.get_sheet_by_name(name) for name in names)
        sheet = next((one for one in sheets if one.height), None)
        if sheet is None:
            raise TableRefused(TableFault.EMPTY)
        rows = sheet.to_python(skip_empty_area=False)
    except (CalamineError, ValueError, OSError) as error:
        raise TableRefused(TableFault.BROKEN_BOOK) from error
    for line, cells in enumerate(rows, start=1):
        yield line, [_text(cell) for cell in cells]


def _text(cell: Any) -> str:
    """Return a cell as one would type it: whole numbers without a fraction, ISO dates."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat()
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell) if not isinstance(cell, timedelta) else str(cell.total_seconds())


def _surveyed(data: bytes, bounds: Bounds) -> io.BytesIO:
    """Return the archive with its XML members alone, each surveyed."""
    kept, survey = io.BytesIO(), _Survey(bounds)
    try:
        archive = Archive(data, ARCHIVE)
        if BOOK not in archive:
            raise TableRefused(TableFault.OLD_BOOK)
        with zipfile.ZipFile(kept, "w") as packed:
            for name in archive:
                if name.endswith((".xml", ".rels")):
                    content = archive.read(name)
                    survey.look(content)
                    packed.writestr(name, ERROR.sub(rb"\1str", content))
    except ArchiveRefused as refusal:
        faults = {
            Fault.BROKEN: TableFault.BROKEN_BOOK,
            Fault.ENCRYPTED: TableFault.LOCKED_BOOK,
        }
        raise TableRefused(faults.get(refusal.fault, TableFault.LARGE_BOOK)) from refusal
    kept.seek(0)
    return kept


class _Survey:
    """Counts elements over all members, and finds how far cells reach, in whichever member."""

    def __init__(self, bounds: Bounds) -> None:
        self.bounds = bounds
        self.elements = 0
        self.row = self.column = 0

    def look(self, content: bytes) -> None:
        parser = expat.ParserCreate()
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.StartDoctypeDeclHandler = self._refuse
        parser.EntityDeclHandler = self._refuse
        self.row = self.column = 0
        parser.StartElementHandler = self._meet
        try:
            parser.Parse(content, True)
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise TableRefused(TableFault.BROKEN_BOOK) from error
        finally:
            parser.StartElementHandler = None

    def _refuse(self, *_: Any) -> None:
        raise TableRefused(TableFault.LARGE_BOOK)

    def _meet(self, name: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        if self.elements > ELEMENTS:
            raise TableRefused(TableFault.LARGE_BOOK)
        local = name.rpartition(":")[2]
        if local == "row":
            stated = attributes.get("r", "")
            self.row = int(stated) if stated.isascii() and stated.isdigit() else self.row + 1
            self.column = 0
        elif local == "c":
            self._place(attributes.get("r"))
        elif local in ("v", "is"):  # an empty cell (a colour, a border) takes no room
            self._check()

    def _place(self, reference: str | None) -> None:
        if reference is None:
            self.column += 1
            return
        found = REFERENCE.fullmatch(reference)
        if found is None:
            raise TableRefused(TableFault.BROKEN_BOOK)
        self.column = 0
        for letter in found.group(1):
            self.column = self.column * 26 + ord(letter) - 64
        self.row = int(found.group(2))

    def _check(self) -> None:
        if self.row > 2 * self.bounds.rows + SPARSE:
            raise TableRefused(TableFault.TOO_MANY_ROWS, limit=self.bounds.rows)
        if self.column > self.bounds.columns:
            raise TableRefused(
                TableFault.TOO_MANY_COLUMNS, line=self.row, limit=self.bounds.columns
            )
