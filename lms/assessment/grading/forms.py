"""The form of one answer's grading: points for each criterion, and a word to the candidate."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import TextAreaField
from wtforms.validators import Length

from lms.catalog.rendering import render_inline
from lms.web.forms import BaseForm
from lms.web.i18n import localised


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

    def lines(self, language: str) -> list[tuple[str, int, Markup]]:
        """Return key, most points and words of each criterion."""
        return [
            (
                c["key"],
                c["points"],
                render_inline(localised(c["text"], language), language=language),
            )
            for c in self.rubric
        ]

    def levels(self, language: str) -> dict[str, list[Markup]]:
        """Return what 0 points and upwards mean, of each criterion with words for them."""
        return {
            c["key"]: [
                render_inline(localised(text, language), language=language)
                for text in c.get("levels", ())
            ]
            for c in self.rubric
        }

    @property
    def marks(self) -> dict[str, int]:
        """The points by criterion, of a valid form."""
        return {key: int(typed) for key, typed in self.typed.items()}
