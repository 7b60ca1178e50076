"""Commands on parts of the network and on posts."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import lazy_gettext as _l

from lms.audit.services import record, record_many
from lms.core.errors import Conflict
from lms.core.unit_of_work import insert_all
from lms.people.models import JobRole, OrganisationUnit, UnitKind
from lms.people.network.rules import Row


class CodeTaken(Conflict):
    """Somebody else added one of these codes a moment ago."""

    def __init__(self) -> None:
        super().__init__(_l("Somebody else added one of these codes a moment ago."))


def add_units(
    rows: Sequence[Row],
    *,
    kind: UnitKind,
    above: OrganisationUnit,
    now: datetime,
    actor_key: str,
) -> list[OrganisationUnit]:
    """Add parts of the network beneath ``above``, all or none. Raises CodeTaken."""
    units = [
        OrganisationUnit(
            kind=kind,
            parent=above,
            code=row.code,
            path=f"{above.path}{row.code}/",
            name_ru=row.name_ru,
            name_en=row.name_en,
        )
        for row in rows
    ]
    insert_all(units, CodeTaken())
    record_many(
        now=now,
        actor_key=actor_key,
        action="people.unit_added",
        subject_kind="organisation_unit",
        subjects=[
            (unit.public_id, None, {"key": unit.code, "name": unit.name_ru}) for unit in units
        ],
    )
    return units


def add_posts(rows: Sequence[Row], *, now: datetime, actor_key: str) -> list[JobRole]:
    """Add posts, all or none. Raises CodeTaken."""
    posts = [JobRole(code=row.code, name_ru=row.name_ru, name_en=row.name_en) for row in rows]
    insert_all(posts, CodeTaken())
    record_many(
        now=now,
        actor_key=actor_key,
        action="people.post_added",
        subject_kind="job_role",
        subjects=[
            (post.public_id, None, {"key": post.code, "name": post.name_ru}) for post in posts
        ],
    )
    return posts


def rename_unit(
    unit: OrganisationUnit, *, name_ru: str, name_en: str, now: datetime, actor_key: str
) -> None:
    """Let a part of the network be called otherwise, today and in what is looked back at."""
    previous = _rename(unit, name_ru, name_en)
    record(
        now=now,
        actor_key=actor_key,
        action="people.unit_renamed",
        subject_kind="organisation_unit",
        subject_key=unit.public_id,
        name=unit.name_ru,
        previous=previous,
    )


def rename_post(
    post: JobRole, *, name_ru: str, name_en: str, now: datetime, actor_key: str
) -> None:
    """Let a post be called otherwise."""
    previous = _rename(post, name_ru, name_en)
    record(
        now=now,
        actor_key=actor_key,
        action="people.post_renamed",
        subject_kind="job_role",
        subject_key=post.public_id,
        name=post.name_ru,
        previous=previous,
    )


def _rename(one: OrganisationUnit | JobRole, name_ru: str, name_en: str) -> str:
    previous = one.name_ru
    one.name_ru, one.name_en = name_ru, name_en
    return previous
