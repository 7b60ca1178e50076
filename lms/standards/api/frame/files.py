"""Files within a JSON body, in base64."""

import base64
import binascii
import io
from typing import Annotated

from flask_babel import lazy_gettext as _l
from pydantic import Field, StringConstraints

from lms.standards.api.frame.faults import fault

SAMPLE = base64.b64encode("Табельный номер;Фамилия\nN000123;Иванова\n".encode()).decode()
Base64 = Annotated[
    str,
    StringConstraints(min_length=4, pattern="^[A-Za-z0-9+/]+=*$"),
    Field(examples=[SAMPLE]),
]


def content_of(field: str, text: str) -> io.BytesIO:
    """Return what ``text`` holds. Raises Invalid that names the field."""
    try:
        return io.BytesIO(base64.b64decode(text, validate=True))
    except binascii.Error as error:
        raise fault(field, _l("isn't base64")) from error
