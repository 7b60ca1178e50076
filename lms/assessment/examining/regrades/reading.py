"""The posted form of a correction: the new answer is given in the question's own fields."""

from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from lms.assessment.authoring.forms.fields import typed_fields
from lms.assessment.authoring.forms.rows import edited
from lms.assessment.delivery.form_answers import read_form
from lms.assessment.examining.forms import CorrectionForm
from lms.assessment.examining.keys import keys_in_force
from lms.assessment.examining.models import CorrectionKind
from lms.assessment.examining.regrades.answers import CORRECTABLE, corrected
from lms.assessment.examining.regrades.parts import IN_PARTS, KeyParts, parts_of_key
from lms.assessment.kinds.base import Response
from lms.assessment.log import AttemptState
from lms.assessment.models import AttemptItem, ItemVersion
from lms.core.errors import Invalid
from lms.web.i18n import current_language

INCOMPLETE = _l("Give the whole answer that is to earn all points.")
NO_KEY = _l("This makes no key yet: see what is said beside the fields.")


@dataclass
class CorrectionReading:
    """What was posted: the response as given, and the answers that follow from it."""

    response: Response | None = None
    answers: list[dict[str, Any]] = field(default_factory=list)
    parts: KeyParts | None = None  # the fields of a key that is put right part by part
    fault: Any = None


def read_correction(
    version: ItemVersion, form: CorrectionForm, fields: MultiDict[str, str]
) -> CorrectionReading:
    """Return the answers after the correction; ``fault`` says what is wrong with them."""
    reading = CorrectionReading()
    kind = form.chosen
    if version.kind in CORRECTABLE and kind in (CorrectionKind.NEW_KEY, CorrectionKind.ACCEPT):
        # Never added to the session: it only says where the fields stand.
        asked = AttemptItem(position=1, order=[])
        asked.item_version = version
        read = read_form([asked], fields, AttemptState())
        reading.response, reading.fault = read.answers.get(1), read.faults.get(1)
    if version.kind in IN_PARTS and kind is CorrectionKind.NEW_KEY:
        return _read_parts(version, reading, fields)
    if reading.fault is None and not form.kind.errors:
        try:
            old = list(keys_in_force([version.id])[version.id].answers)
            reading.answers = corrected(
                version, kind, old, reading.response, language=current_language()
            )
        except Invalid:
            reading.fault = INCOMPLETE
    return reading


def _read_parts(
    version: ItemVersion, reading: CorrectionReading, fields: MultiDict[str, str]
) -> CorrectionReading:
    old = keys_in_force([version.id])[version.id].answer
    reading.parts = parts_of_key(version, old, typed_fields(fields))
    assert reading.parts is not None
    answer = reading.parts.read(version, old)
    if answer is None:
        reading.fault = NO_KEY
    else:
        reading.answers = [answer]
    return reading


def with_rows(version: ItemVersion, fields: MultiDict[str, str]) -> CorrectionReading:
    """Return what was typed after a command that adds or removes an area (``rows``)."""
    old = keys_in_force([version.id])[version.id].answer
    typed = edited(typed_fields(fields), fields.get("rows", ""), lists=("areas",))
    return CorrectionReading(parts=parts_of_key(version, old, typed))
