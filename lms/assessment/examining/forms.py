"""Forms of examining."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from lms.assessment.examining.models import CorrectionKind
from lms.assessment.examining.regrades.answers import CORRECTABLE
from lms.assessment.models import ItemVersion
from lms.web.forms import BaseForm

REASON_LIMIT = 2000

CORRECTION_NAMES = {
    CorrectionKind.NEW_KEY: _l("Another answer is the right one"),
    CorrectionKind.ACCEPT: _l("One more answer is right"),
    CorrectionKind.FULL_POINTS: _l("The question is faulty: everyone gets its points"),
    CorrectionKind.NOT_COUNTED: _l("The question is faulty: it isn’t counted"),
}


class ReceiptFileForm(BaseForm):
    """A receipt to be checked."""

    file = FileField(
        _l("File of the receipt (.json)"), [FileRequired(_l("Choose the file of the receipt."))]
    )


class CorrectionForm(BaseForm):
    """How the scoring of an item version is put right, and why."""

    kind = RadioField(
        _l("What is wrong?"), [InputRequired(_l("Say how the scoring is put right."))]
    )
    reason = TextAreaField(
        _l("Reason"),
        [
            InputRequired(_l("Give the reason: it stays in the record.")),
            Length(max=REASON_LIMIT, message=_l("At most %(max)d characters, please.")),
        ],
    )

    @classmethod
    def of(cls, version: ItemVersion) -> "CorrectionForm":
        """Return the posted form with the corrections that the item's kind allows."""
        return cls().offer(version)

    @classmethod
    def empty(cls, version: ItemVersion) -> "CorrectionForm":
        """Return the form as it is opened."""
        return cls(formdata=None).offer(version)

    def offer(self, version: ItemVersion) -> "CorrectionForm":
        """Offer what the item's kind allows."""
        answerable = version.kind in CORRECTABLE
        dropping = (CorrectionKind.FULL_POINTS, CorrectionKind.NOT_COUNTED)
        self.kind.choices = [
            (kind.value, name)
            for kind, name in CORRECTION_NAMES.items()
            if answerable or kind in dropping
        ]
        return self

    @property
    def chosen(self) -> CorrectionKind:
        """The correction that was chosen; the last kind where nothing sensible was."""
        values = {kind.value: kind for kind in CorrectionKind}
        return values.get(str(self.kind.data), CorrectionKind.NOT_COUNTED)
