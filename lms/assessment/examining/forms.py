"""Forms of examining."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired

from lms.web.forms import BaseForm


class ReceiptFileForm(BaseForm):
    """A receipt to be checked."""

    file = FileField(
        _l("File of the receipt (.json)"), [FileRequired(_l("Choose the file of the receipt."))]
    )
