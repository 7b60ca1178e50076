"""Forms of saved lists: a name, and which of them is to take what a page shows."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, Length

from lms.reporting.saved.models import SavedList
from lms.web.forms import BaseForm


class NameForm(BaseForm):
    """How a list is called."""

    name = StringField(
        _l("Name of the list"),
        [
            DataRequired(_l("Give the list a name.")),
            Length(max=80, message=_l("Use at most %(max)d characters.")),
        ],
        filters=[lambda text: " ".join(text.split()) if text else text],
    )


class NarrowForm(BaseForm):
    """Which list is to be narrowed to what a page shows."""

    into = SelectField(
        _l("Choose a list"),
        [DataRequired(_l("Choose the list to change."))],
    )

    @classmethod
    def among(cls, rows: Sequence[SavedList]) -> "NarrowForm":
        """Return the form that offers these lists."""
        form = cls()
        form.into.choices = [("", _("Choose a list")), *((row.public_id, row.name) for row in rows)]
        return form
