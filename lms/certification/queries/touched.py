"""Holders of certificates whom a changed fact touches; a learning ``TouchedGroup``."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import lazy_gettext as _l

from lms.certification import numbers
from lms.certification.models import Certificate
from lms.certification.queries.registry import StatusFilter, condition
from lms.core.database import db
from lms.learning.deltas.touched import Note
from lms.people.identity import Viewer
from lms.people.permissions import Permission


class CertifiedGroup:
    """People whose valid certificate was earned with what taught the old fact."""

    name = "certified"
    order = 30
    label = _l("Hold a valid certificate")
    day_label = _l("valid until")

    def people(self, versions: Collection[int], today: date) -> sa.Select[Any]:
        """Return the holders of certificates that are valid today."""
        return _valid(sa.select(Certificate.holder_id), versions, today)

    def notes(
        self, viewer: Viewer, people: Collection[int], versions: Collection[int], today: date
    ) -> Mapping[int, Sequence[Note]]:
        """Return the certificates; linked for who may read them."""
        columns: tuple[Any, ...] = (
            Certificate.holder_id,
            Certificate.number,
            Certificate.valid_until_on,
        )
        statement = (
            _valid(sa.select(*columns), versions, today)
            .where(Certificate.holder_id.in_(people))
            .order_by(Certificate.id)
        )
        may_see = viewer.may(Permission.SEE_CERTIFICATES)
        found: dict[int, list[Note]] = {}
        for holder_id, number, until in db.session.execute(statement):
            url = url_for("certification.entry", number=number) if may_see else None
            found.setdefault(holder_id, []).append(Note(numbers.group(number), until, url))
        return found


def _valid(statement: sa.Select[Any], versions: Collection[int], today: date) -> sa.Select[Any]:
    return (
        statement.select_from(Certificate)
        .where(Certificate.version_id.in_(versions))
        .where(condition(StatusFilter.VALID, today, days=0))
    )
