"""Commands on people and their posts."""

from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lms.audit.services import record
from lms.core.database import db, fold
from lms.core.unit_of_work import insert_new
from lms.people.errors import (
    Erased,
    HasPost,
    MergedAway,
    NotEmployed,
    NumberTaken,
    TooEarly,
    WrongDay,
)
from lms.people.events import tell_posts_changed
from lms.people.models import (
    AccessRole,
    Account,
    Employment,
    JobRole,
    OrganisationUnit,
    Person,
    RoleGrant,
    name_of,
)
from lms.people.planned import overtaking
from lms.people.services.accounts import end_role, grant_role, suspend


def must_be_known(person: Person) -> None:
    """Raise MergedAway or Erased for a record about which nothing new is written."""
    if person.merged_into_id is not None:
        raise MergedAway
    if person.erased_at is not None:
        raise Erased


def _sort_name(person: Person) -> str:
    return fold(person.full_name) or ""


def create_person(
    *,
    now: datetime,
    actor_key: str | None,
    personnel_number: str,
    family_name: str,
    given_name: str,
    patronymic: str = "",
    unit: OrganisationUnit | None = None,
    job_role: JobRole | None = None,
    started_on: date | None = None,
    email: str | None = None,
    language: str = "ru",
) -> Person:
    """Add a person, with a post at ``unit`` as ``job_role`` from ``started_on`` when all are given.

    Raises NumberTaken when the personnel number belongs to someone.
    """
    person: Person | None = insert_new(
        Person,
        personnel_number=personnel_number,
        family_name=family_name,
        given_name=given_name,
        patronymic=patronymic,
        sort_name=fold(name_of(family_name, given_name, patronymic, None)),
        email=email,
        language=language,
        created_at=now,
    )
    if person is None:
        raise NumberTaken
    if unit is not None and job_role is not None and started_on is not None:
        _open_employment(person, unit, job_role, started_on)
    key = person.public_id
    record(
        now=now,
        actor_key=actor_key,
        action="people.person_created",
        subject_kind="person",
        subject_key=key,
        person_key=key,
        unit=unit.code if unit else None,
    )
    tell_posts_changed(person, now=now)
    return person


def rename_person(
    *,
    now: datetime,
    actor_key: str | None,
    person: Person,
    family_name: str,
    given_name: str,
    patronymic: str,
) -> None:
    """Change the person's names from now on; documents issued before keep the old ones.

    Raises Erased.
    """
    must_be_known(person)
    person.family_name, person.given_name, person.patronymic = family_name, given_name, patronymic
    person.sort_name = _sort_name(person)
    db.session.flush()
    record(
        now=now,
        actor_key=actor_key,
        action="people.person_renamed",
        subject_kind="person",
        subject_key=person.public_id,
        person_key=person.public_id,
    )


def transfer(
    *,
    now: datetime,
    actor_key: str | None,
    person: Person,
    unit: OrganisationUnit,
    job_role: JobRole,
    on: date,
    today: date,
) -> Employment:
    """Move the person to another post from the day ``on``; the present post ends the day before.

    A post that began today is put right instead: it never was anywhere else. Roles held over the
    unit that is left end; the trainee's role goes along. Roles over larger parts of the network
    stay. Raises NotEmployed, and WrongDay unless ``on`` is after the present post's first day, or
    is that day and today, and isn't after ``today`` (the network's date).
    """
    present = _open_employment_of(person)
    left_id = present.unit_id
    if present.started_on == on == today:
        employment = _put_right(person, present, unit, job_role)
    elif present.started_on < on <= today:
        present.ended_on = on - timedelta(days=1)
        db.session.flush()
        employment = _open_employment(person, unit, job_role, on)
    else:
        raise WrongDay if on > today else TooEarly(present.started_on)
    overtaking.transferred(person, employment, now=now)
    if unit.id != left_id:
        _move_roles(now, actor_key, person, left_id, unit)
    record(
        now=now,
        actor_key=actor_key,
        action="people.transferred",
        subject_kind="person",
        subject_key=person.public_id,
        person_key=person.public_id,
        unit=unit.code,
        job_role=job_role.code,
        on=on.isoformat(),
    )
    tell_posts_changed(person, now=now)
    return employment


def take_up_post(
    *,
    now: datetime,
    actor_key: str | None,
    person: Person,
    unit: OrganisationUnit,
    job_role: JobRole,
    on: date,
    today: date,
) -> Employment:
    """Give someone without a post one from the day ``on``: they are back, or here at last.

    Who left today and is back today never was away: the end of their last post is taken back, and
    another post is a transfer. A suspended account stays so until an administrator opens it. Raises
    HasPost, Erased, and WrongDay unless ``on`` is after the last post's last day, or is that day
    and today, and isn't after ``today``.
    """
    must_be_known(person)
    posts = list(db.session.scalars(sa.select(Employment).where(Employment.person_id == person.id)))
    if any(post.ended_on is None for post in posts):
        raise HasPost
    if on > today:
        raise WrongDay
    ended = {post.ended_on: post for post in posts if post.ended_on is not None}
    last_on = max(ended, default=None)
    if last_on is not None and last_on == on == today:
        employment = _take_back_end(
            now, actor_key, person, ended[last_on], unit=unit, job_role=job_role, today=today
        )
    elif last_on is not None and on <= last_on:
        raise TooEarly(last_on)
    else:
        employment = _open_employment(person, unit, job_role, on)
    overtaking.hired(person, now=now)
    record(
        now=now,
        actor_key=actor_key,
        action="people.post_taken_up",
        subject_kind="person",
        subject_key=person.public_id,
        person_key=person.public_id,
        unit=unit.code,
        job_role=job_role.code,
        on=on.isoformat(),
    )
    tell_posts_changed(person, now=now)
    return employment


def end_employment(
    *, now: datetime, actor_key: str | None, person: Person, on: date, today: date
) -> None:
    """End the person's post with the day ``on``: the account is suspended, its sessions end.

    Raises NotEmployed, and WrongDay when ``on`` is before the post's first day or after ``today``.
    """
    present = _open_employment_of(person)
    if not present.started_on <= on <= today:
        raise WrongDay
    present.ended_on = on
    db.session.flush()
    overtaking.left(person, on=on, now=now)
    record(
        now=now,
        actor_key=actor_key,
        action="people.employment_ended",
        subject_kind="person",
        subject_key=person.public_id,
        person_key=person.public_id,
        on=on.isoformat(),
    )
    account = _account_of(person)
    if account is not None and account.suspended_at is None:
        suspend(now=now, actor_key=actor_key, account=account)
    tell_posts_changed(person, now=now)


def _open_employment(
    person: Person, unit: OrganisationUnit, job_role: JobRole, started_on: date
) -> Employment:
    employment: Employment | None = insert_new(
        Employment,
        person_id=person.id,
        unit_id=unit.id,
        job_role_id=job_role.id,
        started_on=started_on,
    )
    if employment is None:
        raise HasPost
    db.session.expire(person, ["employment", "employments"])
    return employment


def _take_back_end(
    now: datetime,
    actor_key: str | None,
    person: Person,
    post: Employment,
    *,
    unit: OrganisationUnit,
    job_role: JobRole,
    today: date,
) -> Employment:
    post.ended_on = None
    db.session.flush()
    db.session.expire(person, ["employment", "employments"])
    if (post.unit_id, post.job_role_id) == (unit.id, job_role.id):
        return post
    return transfer(
        now=now,
        actor_key=actor_key,
        person=person,
        unit=unit,
        job_role=job_role,
        on=today,
        today=today,
    )


def _put_right(
    person: Person, post: Employment, unit: OrganisationUnit, job_role: JobRole
) -> Employment:
    post.unit_id, post.job_role_id = unit.id, job_role.id
    db.session.flush()
    db.session.expire(post, ["unit", "job_role"])
    db.session.expire(person, ["employment", "employments"])
    return post


def _open_employment_of(person: Person) -> Employment:
    statement = sa.select(Employment).where(
        Employment.person_id == person.id, Employment.ended_on.is_(None)
    )
    present = db.session.scalars(statement).one_or_none()
    if present is None:
        raise NotEmployed
    return present


def _account_of(person: Person) -> Account | None:
    statement = (
        sa.select(Account).where(Account.person_id == person.id).options(joinedload(Account.person))
    )
    return db.session.scalars(statement).one_or_none()


def _move_roles(
    now: datetime, actor_key: str | None, person: Person, left_id: int, unit: OrganisationUnit
) -> None:
    account = _account_of(person)
    if account is None:
        return
    statement = (
        sa.select(RoleGrant)
        .where(
            RoleGrant.account_id == account.id,
            RoleGrant.unit_id == left_id,
            RoleGrant.ended_at.is_(None),
        )
        .options(joinedload(RoleGrant.account).joinedload(Account.person))
        .options(joinedload(RoleGrant.unit))
    )
    grants = list(db.session.scalars(statement))
    for grant in grants:
        end_role(now=now, actor_key=actor_key, grant=grant)
    if any(grant.role is AccessRole.TRAINEE for grant in grants):
        grant_role(
            now=now, actor_key=actor_key, account=account, role=AccessRole.TRAINEE, unit=unit
        )
