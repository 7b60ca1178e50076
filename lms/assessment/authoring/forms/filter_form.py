"""The form that narrows the list of items."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, StringField

from lms.assessment.authoring.forms.fields import choices_of
from lms.assessment.authoring.words import KIND_NAMES, LEVEL_NAMES
from lms.web.forms import AskingForm


class ItemFilterForm(AskingForm):
    """What the list of items is narrowed to; in the address."""

    q = StringField(_l("Words in the question"))
    topic = SelectField(_l("Topic"), default="")
    kind = SelectField(_l("Kind"), choices=choices_of(KIND_NAMES, _l("All kinds")), default="")
    level = SelectField(
        _l("Level"),
        choices=choices_of(LEVEL_NAMES, _l("All levels")),
        default="",
    )
    unexplained = BooleanField(_l("Without an explanation"))
    retired = BooleanField(_l("Retired questions"))

    def __init__(self, topics: Sequence[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.topic.choices = choices_of(dict(topics), _l("All topics"))
