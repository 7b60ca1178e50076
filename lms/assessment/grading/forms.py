"""The form of one answer's grading: points for each criterion, and a word to the candidate."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import TextAreaField
from wtforms.validators import Length

from lms.web.forms import BaseForm


class GradingForm(BaseForm):
    """The criteria are the item's; their fields are named ``mark-<key>``."""

    comment = TextAreaField(
        _l("Comment for the candidate"),
        [Length(max=2000, message=_l("Use at most 2000 characters."))],
    )

    def __init__(
        self, rubric: Sequence[dict[str, Any]], fields: MultiDict[str, str] | None
    ) -> None:
        super().__init__(formdata=fields)
        self.rubric = rubric
        self.typed = {
            c["key"]: fields.get(f"mark-{c['key']}", "") if fields else "" for c in rubric
        }
        self.faults: dict[str, str] = {}  # by criterion

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the comment and every criterion's points."""
        well = super().validate(extra_validators)
        for criterion in self.rubric:
            typed = self.typed[criterion["key"]]
            if typed not in {str(n) for n in range(criterion["points"] + 1)}:
                self.faults[criterion["key"]] = _("Choose the points.")
        return well and not self.faults

    @property
    def marks(self) -> dict[str, int]:
        """The points by criterion, of a valid form."""
        return {key: int(typed) for key, typed in self.typed.items()}
