"""Pages of sign-in, of one's own account, and of accounts and the audit log for administrators."""

from flask import Flask, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from lms.people.audit_words import details_in_words
from lms.people.disclosure import own  # noqa: F401 - what a record tells of this domain
from lms.people.disclosure import views as disclosure
from lms.people.erasure import own as held  # noqa: F401 - what this domain holds, and how it goes
from lms.people.erasure import views as erasure
from lms.people.first_sign_ins import views as first_sign_ins
from lms.people.importing import views as importing
from lms.people.merging import leading  # noqa: F401 - leads from merged records to those that stayed
from lms.people.merging import own as merged  # noqa: F401 - what this domain does in a merge
from lms.people.merging import views as merging
from lms.people.models import number_of, own_name_of
from lms.people.network import views as network
from lms.people.password_links import views as password_links
from lms.people.password_links.notes import link_note
from lms.people.passwords.hashing import PasswordBudget
from lms.people.permissions import Permission
from lms.people.planned import views as planned
from lms.people.second_factor import pending
from lms.people.second_factor import views as second_factor
from lms.people.views import account, accounts, addresses, audit, audit_files, roles, sign_in
from lms.people.views.base import blueprint
from lms.web import access
from lms.web.lists import tables as lists
from lms.web.navigation import ADMINISTRATION, Entry, register

__all__ = [
    "account",
    "accounts",
    "addresses",
    "audit",
    "blueprint",
    "disclosure",
    "erasure",
    "first_sign_ins",
    "importing",
    "init_app",
    "merging",
    "network",
    "password_links",
    "planned",
    "roles",
    "second_factor",
    "sign_in",
]

OPEN_WITHOUT_OWN_PASSWORD = ("people.password", "people.sign_out")
OPEN_WITHOUT_SECOND_FACTOR = (
    "people.second_factor",
    "people.begin_second_factor",
    "people.confirm_second_factor",
)


@blueprint.before_app_request
def insist_on_what_comes_first() -> ResponseReturnValue | None:
    """Lead to the page where a one-time password is changed or a second factor is set up."""
    if request.endpoint is None or request.endpoint in OPEN_WITHOUT_OWN_PASSWORD:
        return None
    if access.request_view().access_need.kind in ("public", "token"):
        return None
    if not current_user.is_authenticated:
        return None
    if current_user.account.must_change_password:
        return redirect(url_for("people.password"))
    if pending.is_insisted() and request.endpoint not in OPEN_WITHOUT_SECOND_FACTOR:
        return redirect(url_for("people.second_factor"))
    return None


def init_app(app: Flask) -> None:
    """Give the application its budget of password hashing and its entries of navigation."""
    settings = app.config["SETTINGS"]
    lists.register(app, audit_files.KIND)
    app.jinja_env.filters["own_name"] = own_name_of
    app.jinja_env.filters["personnel_number"] = number_of
    app.jinja_env.filters["details_in_words"] = details_in_words
    app.jinja_env.globals["password_note"] = link_note
    app.extensions["passwords"] = PasswordBudget(settings.hash_slots, settings.hash_queue)
    register(
        app,
        Entry(
            _l("Network"),
            "people.network",
            "building-community",
            order=75,
            group=ADMINISTRATION,
            permission=Permission.KEEP_NETWORK,
            active_on=(
                "people.new_units",
                "people.new_posts",
                "people.unit_names",
                "people.post_names",
                "certification.move_unit",
            ),
        ),
        Entry(
            _l("Accounts"),
            "people.accounts",
            "users-group",
            order=80,
            group=ADMINISTRATION,
            permission=Permission.SEE_ACCOUNTS,
            active_on=(
                "people.managed_account",
                "people.new_account",
                "people.create_account",
                "people.first_sign_ins",
                "people.take_second_factor_away",
            ),
        ),
        Entry(
            _l("Audit log"),
            "people.audit_log",
            "shield-check",
            order=90,
            group=ADMINISTRATION,
            permission=Permission.SEE_AUDIT,
        ),
    )
