"""The classes of retention: which records stay how long, on what ground."""

from dataclasses import replace
from typing import Annotated

from flask_babel import lazy_gettext as _l
from pydantic import Field, StringConstraints

from lms.core.errors import Forbidden, Missing
from lms.people.erasure.classes import (
    LONGEST_TEXT,
    MOST_MONTHS,
    RetentionClass,
    add_class,
    change_class,
    fault_of_fate,
    fault_of_records,
    in_force,
    is_own,
    new_class,
)
from lms.people.erasure.holdings import holdings
from lms.people.erasure.models import Fate, Start
from lms.people.permissions import Permission
from lms.people.policies import may_see_all
from lms.standards.api.frame.faults import fault, faulty
from lms.standards.api.frame.operations import Answer, Call, operation
from lms.standards.api.frame.schemas import LINE, Received, Sent, Texts
from lms.standards.api.resources.keeping.erasures import TAG
from lms.standards.api.tokens.scopes import Scope
from lms.web.forms import NOT_OFFERED

Text = Annotated[str, StringConstraints(pattern=LINE, max_length=LONGEST_TEXT)]
Months = Annotated[int, Field(ge=0, le=MOST_MONTHS)]


class KindOut(Sent):
    """A kind of records."""

    key: str
    title: str


class RetentionOut(Sent):
    """One class of retention as it reads now."""

    key: str = Field(examples=["exams"])
    name: Texts
    basis: Texts
    records: list[KindOut]
    start: Start = Field(description="What the period is counted from.")
    months: int
    fate: Fate = Field(description="What happens when the period is over.")
    is_early: bool = Field(description="May go before its time when a second person agrees.")
    is_own: bool = Field(description="Added by an administrator.")


class RetentionsOut(Sent):
    """All classes of retention."""

    classes: list[RetentionOut]


class TextsIn(Received):
    """A text in both languages."""

    ru: Text = Field(examples=["Правило 7"])
    en: Text = Field(examples=["Rule 7"])


class RetentionSaid(Received):
    """How a class reads from now on; what is left out stays."""

    name: TextsIn | None = None
    basis: TextsIn | None = Field(None, description="The law or the rule that asks for it.")
    start: Start | None = Field(None, description="What the period is counted from.")
    months: Months | None = None
    fate: Fate | None = Field(None, description="What happens when the period is over.")
    is_early: bool | None = Field(
        None, description="May go before its time when a second person agrees."
    )


class RetentionIn(RetentionSaid):
    """A class that is to be added."""

    name: TextsIn
    basis: TextsIn = Field(description="The law or the rule that asks for it.")
    records: list[str] = Field(
        min_length=1,
        max_length=200,
        description="Keys of kinds of records.",
        examples=[["messages"]],
    )
    start: Start = Field(description="What the period is counted from.")
    months: Months
    fate: Fate = Field(description="What happens when the period is over.")
    is_early: bool


SAID = set(RetentionSaid.model_fields)


@operation(
    "GET",
    "/retention-classes",
    tag=TAG,
    scope=Scope.ERASURES_READ,
    summary="List retention classes",
    answer=RetentionsOut,
)
def list_retention_classes(call: Call) -> Answer:
    """The classes in force. Each kind of records is in one of them."""
    _demand_sight(call)
    return Answer(RetentionsOut(classes=[_shown(one) for one in in_force().values()]))


@operation(
    "GET",
    "/retention-classes/{class_key}",
    tag=TAG,
    scope=Scope.ERASURES_READ,
    summary="Get a retention class",
    answer=RetentionOut,
)
def get_retention_class(call: Call, class_key: str) -> Answer:
    """One class as it reads now."""
    _demand_sight(call)
    return Answer(_shown(_found(class_key)))


@operation(
    "POST",
    "/retention-classes",
    tag=TAG,
    scope=Scope.RETENTION_WRITE,
    summary="Add a retention class",
    body=RetentionIn,
    answer=RetentionOut,
    status=201,
    refusals=(409,),
)
def add_retention_class(call: Call) -> Answer:
    """Add a class with records that other classes have now. It counts from now on, for whoever
    isn't erased yet.
    """
    _demand_setter(call)
    wish: RetentionIn = call.body
    strange = [place for place, key in enumerate(wish.records) if key not in holdings()]
    if strange:
        raise faulty((f"body.records.{place}", NOT_OFFERED) for place in strange)
    torn = fault_of_records(wish.records)
    if torn:
        raise fault("body.records", torn)
    added = _said(new_class(dict.fromkeys(wish.records)), wish)
    add_class(added, actor=call.viewer.person, now=call.now)
    return Answer(_shown(_found(added.key)), location=f"/retention-classes/{added.key}")


@operation(
    "PATCH",
    "/retention-classes/{class_key}",
    tag=TAG,
    scope=Scope.RETENTION_WRITE,
    summary="Change a retention class",
    body=RetentionSaid,
    answer=RetentionOut,
    versioned=True,
)
def change_retention_class(call: Call, class_key: str) -> Answer:
    """Let a class read otherwise from now on, for whoever isn't erased yet. Its records stay."""
    _demand_setter(call)
    one = _found(class_key)
    call.match(_shown(one))
    changed = _said(one, call.body)
    if changed != one:
        change_class(changed, seen=one.number, actor=call.viewer.person, now=call.now)
    return Answer(_shown(_found(class_key)))


def _demand_sight(call: Call) -> None:
    if not may_see_all(call.viewer, Permission.KEEP_PEOPLE):
        raise Missing


def _demand_setter(call: Call) -> None:
    if not may_see_all(call.viewer, Permission.SET_RETENTION):
        raise Forbidden(_l("Only who looks after the whole network may do this."))


def _found(key: str) -> RetentionClass:
    one = in_force().get(key)
    if one is None:
        raise Missing
    return one


def _said(one: RetentionClass, wish: RetentionSaid) -> RetentionClass:
    """Return ``one`` as it is wished; refuse what its records can't have."""
    given = wish.model_dump(include=SAID, exclude_none=True)
    changed = replace(one, **given)
    wrong = fault_of_fate(changed.records, changed.fate)
    if wrong:
        raise fault("body.fate", wrong)
    return changed


def _shown(one: RetentionClass) -> RetentionOut:
    known = holdings()
    return RetentionOut(
        key=one.key,
        name=one.name,
        basis=one.basis,
        records=[KindOut(key=key, title=str(known[key].title)) for key in one.records],
        start=one.start,
        months=one.months,
        fate=one.fate,
        is_early=one.is_early,
        is_own=is_own(one),
    )
