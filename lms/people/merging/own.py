"""What this domain does when two records are merged: the account, values and posts; what stays."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from sqlalchemy.orm import joinedload

from lms.core.database import db
from lms.people.erasure.models import DueErasure, Erasure
from lms.people.merging.carrying import (
    Carry,
    Clash,
    Deed,
    Pair,
    carry,
    count,
    hinder,
    leave_behind,
    rows_of,
    run,
)
from lms.people.merging.different import TOLD_APART, while_told_apart
from lms.people.models import Account, Employment, Person, RoleGrant
from lms.people.planned.models import PlannedPost, PlanOutcome
from lms.people.planned.queries import open_ends, open_plans
from lms.people.second_person.models import SecondPersonRequest
from lms.people.services.accounts import end_role, suspend


def account_of(person: Person) -> Account | None:
    """Return a person's account with the person."""
    statement = sa.select(Account).where(Account.person_id == person.id)
    return db.session.scalars(statement.options(joinedload(Account.person))).one_or_none()


def _move_account(deed: Deed) -> None:
    """Let the only account sign in to the record that stays; of two the other one is shut."""
    pair = deed.pair
    account = account_of(pair.ended)
    if account is None:
        return
    if account_of(pair.kept) is None:
        run(sa.update(Account).where(Account.id == account.id).values(person_id=pair.kept.id))
        return
    actor_key = deed.actor.public_id
    for grant in _open_grants(account):
        end_role(now=deed.now, actor_key=actor_key, grant=grant)
    suspend(now=deed.now, actor_key=actor_key, account=account)


def _open_grants(account: Account) -> list[RoleGrant]:
    statement = (
        sa.select(RoleGrant)
        .where(RoleGrant.account_id == account.id, RoleGrant.ended_at.is_(None))
        .options(
            joinedload(RoleGrant.unit), joinedload(RoleGrant.account).joinedload(Account.person)
        )
    )
    return list(db.session.scalars(statement))


def _account_clashes(pair: Pair) -> Sequence[Clash]:
    mine, other = account_of(pair.kept), account_of(pair.ended)
    if mine is None or other is None:
        return ()
    return (
        Clash(
            lazy_pgettext("merge", "Two sign-in names: %(mine)s and %(other)s")
            % {"mine": mine.username, "other": other.username},
            _l(
                "Only %(name)s signs in from then on. The other account is shut: its roles and "
                "tokens end and aren’t passed on."
            )
            % {"name": mine.username},
        ),
    )


def _keep_one_plan(deed: Deed) -> None:
    """Of two plans of a kind the one of the record that stays holds."""
    for theirs in _second_plans(deed.pair):
        ended = sa.update(PlannedPost).where(PlannedPost.id == theirs.id)
        run(ended.values(outcome=PlanOutcome.REPLACED, ended_at=deed.now))


def _second_plans(pair: Pair) -> list[PlannedPost]:
    """Return what is planned for the record that ends where the other has a plan of the kind."""
    people = [one.id for one in pair.both]
    return [
        plans[pair.ended.id] for plans in (open_plans(people), open_ends(people)) if len(plans) > 1
    ]


def _plan_clashes(pair: Pair) -> Sequence[Clash]:
    if not _second_plans(pair):
        return ()
    return (Clash(_l("Planned posts"), _l("The plan of the record that stays holds.")),)


carry(
    Carry(
        "posts",
        _l("Posts"),
        frozenset({"employment.person_id"}),
        lambda person: count(Employment, Employment.person_id == person.id),
        lambda _deed: None,  # at the end, when all else has moved: see services
    ),
    Carry(
        "account",
        _l("Account"),
        frozenset({"account.person_id"}),
        lambda person: count(Account, Account.person_id == person.id),
        _move_account,
        _account_clashes,
    ),
    Carry(
        "leading",
        _l("Records merged into it before"),
        frozenset({"person.merged_into_id"}),
        lambda person: count(Person, Person.merged_into_id == person.id),
        lambda _deed: None,  # with the record itself: see services
    ),
    Carry(
        "due_erasures",
        _l("Note that records are due for erasure"),
        frozenset({"due_erasure.person_id"}),
        lambda person: count(DueErasure, DueErasure.person_id == person.id),
        lambda deed: run(
            sa.delete(DueErasure).where(DueErasure.person_id == deed.pair.ended.id)
        ),  # found anew at night
        is_passing=True,
    ),
    TOLD_APART,
    rows_of(
        "planned_posts",
        _l("Planned posts"),
        PlannedPost.person_id,
        before=_keep_one_plan,
        clashes=_plan_clashes,
    ),
)
leave_behind(
    {
        "account_session.account_id": "belongs to the account",
        "role_grant.account_id": "belongs to the account",
        "second_factor.account_id": "belongs to the account",
        "recovery_code.account_id": "belongs to the account",
        "people_import.account_id": "belongs to the account",
        "import_heading.account_id": "belongs to the account",
        "erasure.person_id": "an order that is closed says what was done to that record",
        "audit_entry.person_key": "the log is a chain: it says to which record it happened",
        "audit_entry.actor_key": "the log is a chain: it says who did it",
        "person_merge.kept_id": "says which record stayed at that time",
        "person_merge.ended_id": "says which record ended",
    }
)


def _as_one_row(pair: Pair) -> Any:
    if any(one.erased_at is not None for one in pair.both):
        return _l("The data of one of these records was erased.")
    if any(one.merged_into_id is not None for one in pair.both):
        return _l("One of these records was merged with another already.")
    return None


def _while_erased(pair: Pair) -> Any:
    under_way = sa.select(Erasure.id).where(
        Erasure.person_id.in_([one.id for one in pair.both]), Erasure.closed_at.is_(None)
    )
    if db.session.scalar(under_way.limit(1)) is None:
        return None
    return _l("The erasure of one of these people has been asked for. Decide on it first.")


def _while_they_ask(pair: Pair) -> Any:
    """A second person is another one: whoever asked as one record could agree as the other."""
    waiting = sa.select(SecondPersonRequest.id).where(
        SecondPersonRequest.asked_by_id.in_([one.id for one in pair.both]),
        SecondPersonRequest.answer.is_(None),
    )
    if db.session.scalar(waiting.limit(1)) is None:
        return None
    return _l(
        "One of these people has asked a second person for something. It has to be decided first."
    )


hinder(_as_one_row, while_told_apart, _while_erased, _while_they_ask)
