"""The blueprint and what the views of this domain share: the day, the settings, the status."""

from datetime import date

from flask import Blueprint, current_app

from lms.certification.models import Certificate
from lms.certification.status import Standing, standing_on
from lms.core import clock
from lms.core.pdf.fonts import undrawn
from lms.core.settings import Settings

blueprint = Blueprint("certification", __name__)
blueprint.add_app_template_filter(undrawn, "undrawn")


def settings() -> Settings:
    """Return the installation's settings."""
    found: Settings = current_app.config["SETTINGS"]
    return found


def today() -> date:
    """Return today's date in the network's zone."""
    return clock.local_date(clock.now(), settings().time_zone)


def standing_of(certificate: Certificate) -> Standing:
    """Return a certificate's standing today; its revocation and successor are loaded."""
    return standing_on(
        today(),
        valid_until_on=certificate.valid_until_on,
        is_revoked=certificate.revocation is not None,
        is_replaced=certificate.replaced_by is not None,
    )
