"""What a rule would mean, as a table for paper: each centre where somebody lacks it."""

from collections.abc import Iterator

from flask_babel import gettext as _

from lms.certification.schemes.forms import RuleForm
from lms.certification.schemes.models import CertificationScheme
from lms.certification.schemes.rules.consequences import Consequence
from lms.core.tables.writing import Cell
from lms.web.i18n import localised, show_date
from lms.web.lists.tables import Table

WIDTHS = (44, 14, 14, 14)


def table(scheme: CertificationScheme, form: RuleForm, meant: Consequence) -> Table:
    """Return the consequence of a valid form's rule."""
    role = form.chosen_role
    return Table(
        name=f"rule-{scheme.key}-{meant.on.isoformat()}",
        title=_("What the rule would mean on %(date)s", date=show_date(meant.on)),
        headings=[_("Centre"), _("People"), _("Seats needed"), _("Late at once")],
        rows=_rows(meant),
        widths=WIDTHS,
        filters=[
            (_("Certification"), localised(scheme.title)),
            (_("Post"), localised(role) if role else _("Every post")),
            (_("Part of the network"), localised(form.chosen_unit)),
            (str(form.days.label.text), str(form.days.data or 0)),
            (_("people touched"), str(meant.people)),
            (_("may serve already"), str(meant.holding)),
            (_("seats of training needed"), str(meant.lacking)),
            (_("late on day one"), str(meant.late)),
            (_("enrolments made by itself"), str(meant.enrolments)),
        ],
    )


def _rows(meant: Consequence) -> Iterator[list[Cell]]:
    for one in meant.centres:
        yield [localised(one.unit), one.people, one.lacking, one.late]
