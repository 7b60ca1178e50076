"""Tables as files, CSV and XLSX: the one reader of those that people send, and ``writing``.

Reading decides nothing about what stands in the cells: each is a text, stripped of space around it.
Costs are bounded whatever was sent: bytes, rows, columns and characters have limits, a workbook's
archive and XML are surveyed before anything is built of them.
"""

from lms.core.tables.dates import read_date
from lms.core.tables.faults import Bounds, Row, TableFault, TableRefused
from lms.core.tables.reading import read_table

__all__ = ["Bounds", "Row", "TableFault", "TableRefused", "read_date", "read_table"]
