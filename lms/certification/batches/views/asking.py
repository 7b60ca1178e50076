"""From the registry, exactly as filtered: files of all certificates, or revoking them all."""

from typing import Any
from urllib.parse import urlencode

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from lms.certification.batches import queries, services
from lms.certification.batches.forms import DownloadForm, RevocationForm
from lms.certification.batches.models import BatchKind, CertificateBatch
from lms.certification.batches.policies import may_see
from lms.certification.lists.registry import asked
from lms.certification.policies import may_see_designs
from lms.certification.queries import registry
from lms.certification.queries.registry import Filters, StatusFilter
from lms.certification.views.blueprint import blueprint, today
from lms.certification.views.registry import MANAGE
from lms.core import clock
from lms.core.errors import Refusal
from lms.people.permissions import Permission
from lms.web import access
from lms.web.paging import paginate

FILTERS = ("text", "unit", "course", "status", "days", "order")
_OWN = ("files-kind", "files-language", "revocation-reason")


@blueprint.get("/hr/certificates/batches")
@access.requires(Permission.SEE_SETUP)
def batches() -> ResponseReturnValue:
    """List the viewer's batches and what waits for a second person, the newest first."""
    page = paginate(
        queries.visible(current_user),
        columns=(CertificateBatch.id,),
        readers=(int,),
        key=lambda row: (row.id,),
        cursor=request.args.get("page"),
        size=25,
        descending=True,
    )
    rows = [row for row in page.rows if may_see(current_user, row)]
    done = queries.done_counts([row.id for row in rows])
    return render_template(
        "certification/batches/list.html",
        page=page,
        rows=rows,
        done=done,
        may_see_designs=may_see_designs(current_user),
    )


@blueprint.get("/hr/certificates/all")
@access.requires(MANAGE)
def work_with_all() -> ResponseReturnValue:
    """Offer what can be done with all certificates that the registry shows."""
    return _page(request.args)


@blueprint.post("/hr/certificates/all/files")
@access.requires(MANAGE)
def ask_files() -> ResponseReturnValue:
    """Begin to make the files of all that match."""
    form = DownloadForm(prefix="files")
    if not form.validate_on_submit():
        return _page(request.form, files=form, status=422)
    return _asked(BatchKind(form.kind.data), language=form.language.data)


@blueprint.post("/hr/certificates/all/revocation")
@access.requires(MANAGE)
def ask_revocation() -> ResponseReturnValue:
    """Ask a second person to agree to revoking all that match."""
    form = RevocationForm(prefix="revocation")
    if not form.validate_on_submit():
        return _page(request.form, revocation=form, status=422)
    return _asked(BatchKind.REVOKE, reason=form.reason.data or "")


def _asked(kind: BatchKind, **given: Any) -> ResponseReturnValue:
    _refuse_unknown(request.form)
    _form, filters = asked(current_user, request.form, MANAGE)
    if filters is None:
        return redirect(_registry(request.form), 303)
    chosen = registry.identifiers(current_user, filters, today())
    batch = services.ask(
        kind=kind, viewer=current_user, now=clock.now(), certificates=chosen, **given
    )
    return redirect(url_for("certification.batch", batch_id=batch.public_id), 303)


def _refuse_unknown(values: MultiDict[str, str]) -> None:
    """Refuse a misspelt filter: passed over, it would leave all certificates to be revoked."""
    unknown = sorted(set(values) - {*FILTERS, "csrf_token", *_OWN})
    if unknown:
        names = ", ".join(name[:40] for name in unknown[:5])
        raise Refusal(_("Certificates can’t be narrowed by: %(names)s", names=names))


def _registry(values: MultiDict[str, str]) -> str:
    return f"{url_for('certification.registry')}?{urlencode(_chosen(values))}"


def _chosen(values: MultiDict[str, str]) -> dict[str, str]:
    return {name: values[name] for name in FILTERS if values.get(name)}


def _page(
    values: MultiDict[str, str],
    *,
    files: DownloadForm | None = None,
    revocation: RevocationForm | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    _refuse_unknown(values)
    form, filters = asked(current_user, values, MANAGE)
    if filters is None:
        return redirect(_registry(values), 303)
    language = {"language": str(get_locale()), "kind": BatchKind.ORIGINALS.value}
    return render_template(
        "certification/batches/all.html",
        told=_told(form, filters),
        chosen=_chosen(values),
        back=_registry(values),
        total=registry.found(current_user, filters, today(), services.MOST),
        most=services.MOST,
        files=files or DownloadForm(prefix="files", formdata=None, data=language),
        revocation=revocation or RevocationForm(prefix="revocation", formdata=None),
    ), status


def _told(form: Any, filters: Filters) -> list[tuple[str, str]]:
    """Return the filters in words: (name, value)."""
    fields = [form.text, form.unit, form.course, form.status]
    if filters.status is StatusFilter.EXPIRING:
        fields.append(form.days)
    return [(str(one.label.text), _value(one)) for one in fields if one.data]


def _value(field: Any) -> str:
    names = {one.value: str(one.label).strip() for one in getattr(field, "choices", None) or ()}
    return names.get(field.data, str(field.data))
