"""The page of first sign-ins of one part of the network."""

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from lms.core import clock
from lms.core.errors import Missing
from lms.core.pdf import renderer
from lms.core.settings import Settings
from lms.core.unit_of_work import reads_first, release
from lms.people.first_sign_ins import services
from lms.people.first_sign_ins.cards import MOST_CARDS, Rows, cards, table
from lms.people.first_sign_ins.forms import ForPlaceForm, PlaceForm
from lms.people.first_sign_ins.queries import (
    newcomers,
    reachable_accounts,
    waiting,
    waiting_accounts,
)
from lms.people.models import OrganisationUnit
from lms.people.password_links.notes import LIFETIMES, Purpose
from lms.people.password_links.services import ask_for_links
from lms.people.permissions import Permission
from lms.people.queries import units_within
from lms.people.services.accounts import ONE_TIME
from lms.people.views.base import blueprint
from lms.web import access
from lms.web.headers import save_as
from lms.web.i18n import current_language, show_number

MANAGE = Permission.MANAGE_ACCOUNTS
MOST_ROWS = 20_000  # of a table
SHOWN = 20  # people who need an account with a name of its own
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@blueprint.get("/admin/accounts/first-sign-ins")
@access.requires(MANAGE)
def first_sign_ins() -> ResponseReturnValue:
    """Show who needs an account or a first password; of the widest part unless one is chosen."""
    units = units_within(current_user, MANAGE)
    form = PlaceForm(units, request.args)
    valid = not form.unit.data or form.validate()
    unit = next((one for one in units if one.public_id == form.unit.data), units[0])
    form.unit.data = unit.public_id
    usual, others = newcomers(unit)
    counted = waiting(current_user, unit)
    return render_template(
        "people/first_sign_ins/page.html",
        form=form,
        todo=ForPlaceForm(units, formdata=None, again=not counted.never),
        unit=unit,
        usual=len(usual),
        others=others[:SHOWN],
        more=max(0, len(others) - SHOWN),
        waiting=counted,
        most_cards=MOST_CARDS,
        most_rows=MOST_ROWS,
        days=ONE_TIME.days,
        link_days=LIFETIMES[Purpose.FIRST].days,
        sends_mail=_settings().mail_server is not None,
    ), 200 if valid else 422


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


def _chosen() -> tuple[ForPlaceForm, OrganisationUnit]:
    """Return the form that was sent and its part of the network; Missing for a foreign one."""
    units = units_within(current_user, MANAGE)
    form = ForPlaceForm(units)
    unit = next((one for one in units if one.public_id == form.unit.data), None)
    if unit is None or not form.validate_on_submit():
        raise Missing
    return form, unit


def _back(unit: OrganisationUnit) -> ResponseReturnValue:
    return redirect(url_for("people.first_sign_ins", unit=unit.public_id), 303)


@blueprint.post("/admin/accounts/first-sign-ins")
@access.requires(MANAGE)
def create_accounts() -> ResponseReturnValue:
    """Give everybody who works there and has none an account, without a password as yet."""
    _form, unit = _chosen()
    usual, _others = newcomers(unit)
    if usual:
        services.create_accounts(
            now=clock.now(), actor_key=current_user.person.public_id, newcomers=usual
        )
    count = len(usual)
    flash(ngettext("%(num)d account was created.", "%(num)d accounts were created.", count), "good")
    return _back(unit)


@blueprint.post("/admin/accounts/first-sign-ins/passwords.<any(pdf, xlsx):kind>")
@access.requires(MANAGE)
@reads_first
def give_passwords(kind: str) -> ResponseReturnValue:
    """Answer with the one-time passwords of who has chosen none: told this once.

    The file is made first: when that fails, nobody's password has changed.
    """
    form, unit = _chosen()
    most = MOST_CARDS if kind == "pdf" else MOST_ROWS
    accounts = waiting_accounts(current_user, unit, again=bool(form.again.data), limit=most + 1)
    if not accounts:
        flash(_("Nobody here is waiting for a password."), "info")
        return _back(unit)
    if len(accounts) > most:
        told = _(
            "Such a file holds %(most)s people: choose a smaller part.", most=show_number(most)
        )
        flash(told, "warn")
        return _back(unit)
    giver = current_user.person.public_id
    release(then_writing=False)
    given = services.make_passwords(accounts)
    content = _file(kind, list(zip(accounts, given, strict=True)))
    release()
    services.give_passwords(now=clock.now(), actor_key=giver, given=given)
    answer = Response(content, mimetype=MEDIA_TYPES[kind])
    save_as(answer, f"{_('First sign-ins')} {unit.code}.{kind}")
    return answer


def _file(kind: str, rows: Rows) -> bytes:
    if kind == "xlsx":
        return table(rows, settings=_settings())
    document = cards(
        rows, ends_at=clock.now() + ONE_TIME, language=current_language(), settings=_settings()
    )
    return renderer().render(document)


@blueprint.post("/admin/accounts/first-sign-ins/links")
@access.requires(MANAGE)
def send_first_links() -> ResponseReturnValue:
    """Let who has chosen no password and has an address be sent a link to do so."""
    form, unit = _chosen()
    if _settings().mail_server is None:
        raise Missing
    accounts = reachable_accounts(current_user, unit, again=bool(form.again.data))
    if accounts:
        ask_for_links(
            now=clock.now(),
            actor_key=current_user.person.public_id,
            accounts=accounts,
            purpose=Purpose.FIRST,
        )
    count = len(accounts)
    flash(ngettext("%(num)d link is on its way.", "%(num)d links are on their way.", count), "good")
    return _back(unit)
