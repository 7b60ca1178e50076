"""Files that are sent in a body, as ``content`` in base64."""

import base64
import binascii
from typing import Annotated

from flask_babel import lazy_gettext as _l
from pydantic import Field, StringConstraints

from lms.standards.api.frame.faults import fault

SAMPLE = base64.b64encode("Табельный номер;Фамилия\nN000123;Иванова\n".encode()).decode()
Base64 = Annotated[
    str,
    StringConstraints(min_length=4, pattern="^[A-Za-z0-9+/]+=*$"),
    Field(examples=[base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()]),
]
Table = Annotated[Base64, Field(description="A CSV or XLSX file in base64.", examples=[SAMPLE])]


def content_of(sent: str) -> bytes:
    """Return the file that is sent as ``content``. Raises Invalid."""
    try:
        return base64.b64decode(sent, validate=True)
    except binascii.Error as error:
        raise fault("body.content", _l("isn't base64")) from error
