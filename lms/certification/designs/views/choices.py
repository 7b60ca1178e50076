"""Which certificates get which design: shown below the list, chosen for one place at a time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.certification.designs import choosing, queries
from lms.certification.designs.changes import LAYOUT_NAMES
from lms.certification.designs.choosing import NETWORK, Chosen, Place
from lms.certification.designs.forms import BUILT_IN, NEXT, ChoiceForm, seen_in
from lms.certification.designs.models import CertificateDesign
from lms.certification.designs.sheet.faces import face_of
from lms.certification.designs.views.base import PERMISSION, must_manage
from lms.certification.errors import ChoiceChanged
from lms.certification.policies import may_manage_designs
from lms.certification.queries import registry
from lms.certification.schemes.queries import schemes
from lms.certification.views.blueprint import blueprint
from lms.core import clock
from lms.web import access
from lms.web.i18n import localised

SCOPES = ("scheme", "course")


@dataclass(frozen=True)
class Offered:
    """A scheme or a course that a design can be chosen for, by the key that a form gives it."""

    key: str
    title: str
    place: Place


def _offered() -> dict[str, list[Offered]]:
    courses = [
        Offered(course.slug, localised(title), Place(course_id=course.id))
        for course, title in registry.courses()
    ]
    found = [Offered(one.key, localised(one.title), Place(scheme_id=one.id)) for one in schemes()]
    return {"scheme": found, "course": courses, "network": []}


def listed_page(posted: ChoiceForm | None = None, status: int = 200) -> ResponseReturnValue:
    """Return the page of designs and choices; ``posted`` is a form that was refused."""
    found, chosen, offered = queries.designs(), choosing.choices(), _offered()
    page = render_template(
        "certification/designs/list.html",
        designs=[one for one in found if one.retired_at is None],
        retired=[one for one in found if one.retired_at is not None],
        network=chosen[NETWORK].design,
        own={scope: list(_own(offered[scope], chosen)) for scope in SCOPES},
        forms_of=_forms(found, chosen[NETWORK], offered, posted),
        layout_names=LAYOUT_NAMES,
        face_of=face_of,
        may_manage=may_manage_designs(current_user),
    )
    return page, status


def _own(offered: Sequence[Offered], chosen: Mapping[Place, Chosen]) -> Iterator[tuple[str, str]]:
    """Yield what has a choice of its own, and that choice in words."""
    for one in offered:
        choice = chosen.get(one.place, Chosen(follows_network=True))
        if choice.follows_network:
            continue
        name = choice.design.name if choice.design else _("The built-in certificate")
        yield one.title, name if choice.counts else _("%(name)s: retired, doesn’t count", name=name)


def _forms(
    designs: Sequence[CertificateDesign],
    network: Chosen,
    offered: Mapping[str, Sequence[Offered]],
    posted: ChoiceForm | None,
) -> dict[str, ChoiceForm]:
    """Return a form for each place that there is; the one that was refused as it was."""
    design = network.design.public_id if network.design else BUILT_IN
    data: dict[str, Any] = {"design": design, "number": str(network.number)}
    found = {"network": ChoiceForm(formdata=None, data=data, prefix="network")}
    found |= {scope: ChoiceForm(formdata=None, prefix=scope) for scope in SCOPES if offered[scope]}
    for scope, form in found.items():
        form.offer(scope, _pairs(offered[scope]), designs)
    if posted is not None:
        found[_scope_of(posted)] = posted
    return found


def _pairs(offered: Sequence[Offered]) -> list[tuple[str, str]]:
    return [(one.key, one.title) for one in offered]


def _scope_of(form: ChoiceForm) -> str:
    return next((scope for scope in SCOPES if scope in form), "network")


@blueprint.post("/hr/designs/choice")
@access.requires(PERMISSION)
def choose_design() -> ResponseReturnValue:
    """Choose the design for the network, for one course or for one scheme."""
    must_manage()
    scope = next((one for one in SCOPES if f"{one}-{one}" in request.form), "network")
    offered, designs = _offered()[scope], queries.designs()
    form = ChoiceForm(prefix=scope).offer(scope, _pairs(offered), designs)
    if not form.validate_on_submit():
        return listed_page(form, 422)
    named = form[scope].data if scope != "network" else None
    place = next((one.place for one in offered if one.key == named), NETWORK)
    try:
        _choose(form, place, designs)
    except ChoiceChanged as error:
        form.form_errors = [str(error.message)]
        form.number.data = str(choosing.choices()[NETWORK].number)
        return listed_page(form, 409)
    flash(_("The choice is saved. It counts for certificates issued from now on."), "good")
    return redirect(url_for("certification.designs", _anchor="choices"), 303)


def _choose(form: ChoiceForm, place: Place, designs: Sequence[CertificateDesign]) -> None:
    known = {one.public_id: one for one in designs}
    seen = seen_in(form.number)
    if place != NETWORK:  # chosen from a list: the page shows no earlier choice to be overwritten
        seen = choosing.choices().get(place, Chosen()).number
    choosing.choose(
        place=place,
        design=known.get(str(form.design.data)),
        follows_network=form.design.data == NEXT,
        seen=seen,
        now=clock.now(),
        actor=current_user.person,
    )
