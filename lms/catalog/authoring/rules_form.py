"""Fields about what comes before an activity or a module, which several forms have."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.fields.choices import SelectChoice

from lms.catalog.kinds.order import Rules
from lms.catalog.kinds.words import KIND_NAMES
from lms.catalog.models import Activity, CourseModule, CourseVersion
from lms.web.forms import CheckboxesField
from lms.web.i18n import localised


class OrderFields:
    """``after`` and ``after_modules``: a mixin for forms; call ``offer`` when the form is made."""

    after = CheckboxesField(
        _l("Opens after"),
        description=_l("Nothing chosen: it is open from the start."),
    )
    after_modules = CheckboxesField(_l("Opens after whole modules"))

    def offer(self, version: CourseVersion, *, own: str = "", own_module: str = "") -> None:
        """Offer what may come before: all of ``version`` but the thing itself."""
        self.titles = titles_in(version)
        self.after.choices = [
            SelectChoice(one.key, self.titles[one.key])
            for one in version.activities
            if one.key != own
        ]
        self.after_modules.choices = [
            SelectChoice(one.key, localised(one.title) or one.key)
            for one in version.modules
            if one.key != own_module
        ]

    def circle_told(self, circle: Iterable[str]) -> str:
        """Return the sentence that refuses a circle of activities."""
        names = ", ".join(_("“%(title)s”", title=self.titles.get(key, key)) for key in circle)
        return str(
            _("Then these would wait for each other and never open: %(names)s.", names=names)
        )


class RulesFields(OrderFields):
    """The fields of ``OrderFields``, and whether the activity is optional."""

    is_optional = BooleanField(_l("The course can be completed without it"))

    def rules(self, **more: Any) -> Rules:
        """Return the rules that were chosen."""
        return Rules(
            optional=bool(self.is_optional.data),
            after=tuple(self.after.data or ()),
            after_modules=tuple(self.after_modules.data or ()),
            **more,
        )


def chosen_rules(thing: Activity | CourseModule) -> dict[str, Any]:
    """Return what stands in the database as values of these fields."""
    values: dict[str, Any] = {
        "after": list(thing.after),
        "after_modules": list(thing.after_modules),
        "row_version": thing.row_version,
    }
    if isinstance(thing, Activity):
        values["is_optional"] = thing.is_optional
    return values


def titles_in(version: CourseVersion) -> dict[str, str]:
    """Return the titles of a version's activities and modules by key, for sentences."""
    modules = {one.key: localised(one.title) or one.key for one in version.modules}
    activities = {
        one.key: localised(one.titles) or str(KIND_NAMES[one.kind]) for one in version.activities
    }
    return {**modules, **activities}
