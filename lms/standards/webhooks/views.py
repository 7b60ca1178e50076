"""Pages of hooks: the list, a new one, one with what was sent to it."""

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.core import clock
from lms.core.errors import Conflict, Missing
from lms.core.settings import Settings
from lms.people.permissions import Permission
from lms.standards.api.blueprint import blueprint
from lms.standards.webhooks import queries, services
from lms.standards.webhooks.forms import WebhookForm
from lms.standards.webhooks.models import Happening, Webhook, WebhookDelivery
from lms.standards.webhooks.sending import secret_of
from lms.standards.webhooks.words import HAPPENINGS, PROBLEMS, STATES, masked
from lms.web import access, once
from lms.web.paging import paginate

PERMISSION, SEE = Permission.MANAGE_CERTIFICATES, Permission.SEE_SETUP


@blueprint.get("/webhooks")
@access.requires(SEE)
def webhooks() -> ResponseReturnValue:
    """List the hooks that the viewer may see: their own, and those of accounts they may see."""
    names = {one.value: name for one, name in HAPPENINGS.items()}
    hooks = queries.hooks_for(current_user)
    return render_template(
        "api/webhooks.html", hooks=hooks, names=names, own_id=current_user.account.id, masked=masked
    )


@blueprint.route("/webhooks/new", methods=["GET", "POST"])
@access.requires(PERMISSION)
def new_webhook() -> ResponseReturnValue:
    """Make a hook; the page it leads to shows the secret of its signatures once."""
    settings: Settings = current_app.config["SETTINGS"]
    form = WebhookForm(private=settings.webhook_private_addresses)
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return render_template("api/new_webhook.html", form=form), status
    try:
        hook = services.make_hook(
            account=current_user.account,
            name=form.name.data or "",
            address=form.address.data or "",
            happenings={Happening(value) for value in form.happenings.data},
            now=clock.now(),
        )
    except Conflict as refusal:
        form.name.errors = [refusal.message]
        return render_template("api/new_webhook.html", form=form), 409
    return _show_secret(hook)


@blueprint.get("/webhooks/<public_id>")
@access.requires(SEE)
def webhook(public_id: str) -> ResponseReturnValue:
    """Show a hook with what was sent to it, the newest first; only its owner changes it."""
    hook = queries.hook_seen_by(current_user, public_id)
    if hook is None:
        raise Missing
    page = paginate(
        queries.deliveries(hook),
        columns=[WebhookDelivery.id],
        readers=[int],
        key=lambda delivery: (delivery.id,),
        cursor=request.args.get("cursor"),
        descending=True,
    )
    return render_template(
        "api/webhook.html",
        hook=hook,
        page=page,
        happenings=HAPPENINGS,
        states=STATES,
        problems=PROBLEMS,
        is_own=hook.account_id == current_user.account.id,
        masked=masked,
    )


@blueprint.post("/webhooks/<public_id>/test")
@access.requires(PERMISSION)
def test_webhook(public_id: str) -> ResponseReturnValue:
    """Send a message without content."""
    hook = _own(public_id)
    services.send_test(hook=hook, now=clock.now())
    flash(_("A test is on its way. Reload the page to see what came of it."), "good")
    return _back(hook)


@blueprint.post("/webhooks/<public_id>/disable")
@access.requires(PERMISSION)
def disable_webhook(public_id: str) -> ResponseReturnValue:
    """Stop telling a hook."""
    hook = _own(public_id)
    services.disable(hook=hook, now=clock.now())
    flash(_("The webhook is disabled. Nothing is sent to it."), "good")
    return _back(hook)


@blueprint.post("/webhooks/<public_id>/enable")
@access.requires(PERMISSION)
def enable_webhook(public_id: str) -> ResponseReturnValue:
    """Go on telling a hook."""
    hook = _own(public_id)
    services.enable(hook=hook, now=clock.now())
    flash(_("The webhook is told of what happens from now on."), "good")
    return _back(hook)


@blueprint.post("/webhooks/<public_id>/forget")
@access.requires(PERMISSION)
def forget_webhook(public_id: str) -> ResponseReturnValue:
    """Delete a hook with the record of what was sent to it."""
    services.delete_hook(hook=_held(public_id), now=clock.now())
    flash(_("The webhook is deleted."), "good")
    return redirect(url_for("api.webhooks"), 303)


@blueprint.post("/webhooks/<public_id>/deliveries/<delivery_id>")
@access.requires(PERMISSION)
def repeat_delivery(public_id: str, delivery_id: str) -> ResponseReturnValue:
    """Send a message again that was delivered or given up."""
    hook = _held(public_id)
    delivery = queries.delivery_to(hook, delivery_id)
    if delivery is None:
        raise Missing
    services.send_again(hook=hook, delivery=delivery, now=clock.now())
    flash(_("The message is sent again. Reload the page to see what came of it."), "good")
    return _back(hook)


@blueprint.post("/webhooks/<public_id>/secret")
@access.requires(PERMISSION)
def renew_webhook_secret(public_id: str) -> ResponseReturnValue:
    """Make a new secret; the page it leads to shows it once."""
    hook = _own(public_id)
    number = request.form.get("number", type=int, default=0)
    services.renew_secret(hook=hook, number=number, now=clock.now())
    return _show_secret(hook)


@blueprint.get("/webhooks/<public_id>/secret")
@access.requires(PERMISSION)
def webhook_secret(public_id: str) -> ResponseReturnValue:
    """Show a secret that was just made; once it was shown, lead to the hook's page."""
    hook = _own(public_id)
    secret = once.take(f"webhook {hook.public_id}")
    if secret is None:
        return _back(hook)
    return render_template("api/webhook_made.html", hook=hook, secret=secret)


def _show_secret(hook: Webhook) -> ResponseReturnValue:
    secret = secret_of(hook.public_id, current_app.config["SETTINGS"], hook.secret_number)
    once.keep(f"webhook {hook.public_id}", secret)
    return redirect(url_for("api.webhook_secret", public_id=hook.public_id), 303)


def _own(public_id: str) -> Webhook:
    hook = queries.hook_for(current_user, public_id)
    if hook is None:
        raise Missing
    return hook


def _held(public_id: str) -> Webhook:
    hook = queries.held_hook(current_user, public_id)
    if hook is None:
        raise Missing
    return hook


def _back(hook: Webhook) -> ResponseReturnValue:
    return redirect(url_for("api.webhook", public_id=hook.public_id), 303)
