"""Public verification: by the full number, without signing in, without JavaScript, limited."""

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from lms.certification import numbers, queries, snapshots
from lms.certification.forms import NameForm, NumberForm, PaperForm
from lms.certification.models import Certificate
from lms.certification.views.blueprint import blueprint, settings
from lms.core import clock
from lms.core.signing import public_keys
from lms.web import access
from lms.web.i18n import in_browsers_language
from lms.web.limits import limiter

_by_address = limiter.shared_limit(lambda: settings().verify_limit, scope="verification")
_by_number = limiter.limit(
    lambda: settings().confirm_limit,
    key_func=lambda: str(numbers.parse((request.view_args or {}).get("number", ""))),
)
_by_address_when_asked = limiter.shared_limit(
    lambda: settings().verify_limit,
    scope="verification",
    exempt_when=lambda: "number" not in request.args,
)


@blueprint.get("/verify")
@access.public
@in_browsers_language
@_by_address_when_asked
def verify() -> ResponseReturnValue:
    """Ask for a number; lead to its page, or say that it can't be one, without a look-up."""
    if "number" not in request.args:
        return page("verify", form=NumberForm(formdata=None))
    form = NumberForm(request.args)
    if not form.validate():
        return page("verify", 422, form=form)
    number = numbers.parse(form.number.data or "")
    return redirect(url_for("certification.verification", number=number))


@blueprint.get("/verify/<number>")
@access.public
@in_browsers_language
@_by_address
def verification(number: str) -> ResponseReturnValue:
    """Tell what the certificate counts for today: valid, expired, revoked, replaced or unknown."""
    canonical = numbers.parse(number)
    if canonical is None:
        form = NumberForm(MultiDict({"number": number[:200]}))
        form.validate()
        return page("verify", 422, form=form)
    certificate = queries.certificate(canonical)
    return _answer(canonical, certificate, NameForm(formdata=None))


@blueprint.post("/verify/<number>")
@access.public_question
@in_browsers_language
@_by_address
@_by_number
def confirm_name(number: str) -> ResponseReturnValue:
    """Tell whether the typed full name is the holder's: yes or no, nothing else."""
    canonical = numbers.parse(number) or ""
    certificate = queries.certificate(canonical)
    form = NameForm()
    if not form.validate_on_submit():
        return _answer(canonical, certificate, form, status=422)
    snapshot = certificate.snapshot if certificate else None
    if snapshot is not None and snapshots.is_erased(snapshot):
        return _answer(canonical, certificate, form)
    confirmed = snapshots.is_name_of(snapshot, form.full_name.data or "")
    return _answer(canonical, certificate, form, confirmed=confirmed)


def _answer(
    number: str,
    certificate: Certificate | None,
    form: NameForm,
    *,
    status: int = 200,
    confirmed: bool | None = None,
) -> Response:
    """Return the verification page; the same one, with 404, for a number that is not known."""
    if certificate is None:
        return page("unknown", 404, number=number)
    return page(
        "verification",
        status,
        certificate=certificate,
        form=form,
        confirmed=confirmed,
        keys=public_keys(settings()),
        now=clock.now(),
    )


def page(name: str, status: int = 200, **values: object) -> Response:
    """Return a page that search engines stay away from."""
    values.setdefault("upload", PaperForm(formdata=None))
    response = make_response(render_template(f"certification/{name}.html", **values), status)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
