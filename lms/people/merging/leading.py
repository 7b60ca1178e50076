"""Old addresses: what a merged-away record's public id leads to, for whoever may see the person."""

from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.core.errors import Missing
from lms.people.merging.queries import successor
from lms.people.permissions import Permission
from lms.people.views.base import blueprint
from lms.web.errors import refused


@blueprint.app_errorhandler(Missing)
def lead_on(error: Missing) -> ResponseReturnValue:
    """Lead a reader to the same page of the record that stayed; everybody else finds nothing."""
    if request.method != "POST" and request.endpoint and current_user.is_authenticated:
        known = request.view_args or {}
        led = {name: _leads_to(value) for name, value in known.items()}
        if any(led.values()):
            values: dict[str, Any] = {name: led[name] or value for name, value in known.items()}
            query = request.query_string.decode("ascii", "replace")
            address = url_for(request.endpoint, **values)
            return redirect(f"{address}?{query}" if query else address)
    return refused(error)


def _leads_to(value: Any) -> str | None:
    if not isinstance(value, str):
        return None
    return successor(current_user, Permission.SEE_PEOPLE, value)
