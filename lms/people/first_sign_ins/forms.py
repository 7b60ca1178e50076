"""Forms of the page of first sign-ins."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField

from lms.people.forms import unit_choices
from lms.people.models import OrganisationUnit
from lms.web.forms import AskingForm, BaseForm


class PlaceForm(AskingForm):
    """A part of the network."""

    unit = SelectField(_l("Part of the network"))

    def __init__(self, units: list[OrganisationUnit], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit.choices = unit_choices(units)


class ForPlaceForm(BaseForm):
    """What is done for the people of the part that was shown."""

    unit = SelectField()
    again = BooleanField(
        _l("Also for those who were given a one-time password and haven’t used it")
    )

    def __init__(self, units: list[OrganisationUnit], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit.choices = unit_choices(units)
