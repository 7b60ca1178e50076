"""The operations of the API on saved lists; and all that there are, those of the other domains too.

Importing this package declares every operation: it stands above whatever else declares some.
"""

from lms.standards.api.resources import OPERATIONS

# isort: split
# Those of the domains below come first in the document.
from lms.reporting.resources import colleagues, saved_lists, saved_rows, sending

__all__ = ["OPERATIONS", "colleagues", "saved_lists", "saved_rows", "sending"]
