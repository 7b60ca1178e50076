"""Pages: the holder's certificates, public verification, HR's registry."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from lms.certification import numbers, snapshots
from lms.certification.register import views as register
from lms.certification.views import holder, registry, reviews, verification
from lms.certification.views.blueprint import blueprint, standing_of
from lms.people.permissions import Permission
from lms.web import navigation
from lms.web.navigation import Entry

__all__ = ["blueprint", "holder", "init_app", "register", "registry", "reviews", "verification"]


def init_app(app: Flask) -> None:
    """Add the navigation's entries and what templates of this domain use."""
    navigation.register(
        app,
        Entry(
            _l("My certificates"),
            "certification.certificates",
            "certificate",
            order=30,
            permission=Permission.LEARN,
        ),
        Entry(
            _l("Registry"),
            "certification.registry",
            "file-certificate",
            order=70,
            permission=Permission.MANAGE_CERTIFICATES,
            active_on=("certification.entry", "certification.reviews"),
        ),
    )
    app.jinja_env.filters["grouped"] = numbers.group
    app.jinja_env.filters["standing"] = standing_of
    app.jinja_env.filters["holder_name"] = snapshots.full_name
    app.jinja_env.filters["masked_name"] = snapshots.masked_name
