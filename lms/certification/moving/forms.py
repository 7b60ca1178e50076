"""The form of a move: where to, and why."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from lms.certification.schemes.forms import reason_field
from lms.people.models import OrganisationUnit
from lms.web.forms import BaseForm
from lms.web.i18n import localised


class MoveForm(BaseForm):
    """To which part of the network, why; ``seen``: the part that it was of when this was opened."""

    above = SelectField(_l("Move it to"), [InputRequired(_l("Choose a part of the network."))])
    reason = reason_field()
    seen = HiddenField()

    def offer(self, parts: Iterable[OrganisationUnit]) -> "MoveForm":
        """Set the parts to choose from."""
        self.parts = {one.public_id: one for one in parts}
        self.above.choices = [SelectChoice("", _l("choose"))]
        self.above.choices += [SelectChoice(key, localised(one)) for key, one in self.parts.items()]
        return self

    @property
    def chosen(self) -> OrganisationUnit:
        """The part of a valid form."""
        return self.parts[str(self.above.data)]
