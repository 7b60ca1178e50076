"""The classes of retention: which records stay how long, on what ground."""

from pydantic import Field

from lms.core.errors import Missing
from lms.people.erasure.classes import RetentionClass, in_force, is_own
from lms.people.erasure.holdings import holdings
from lms.people.erasure.models import Fate, Start
from lms.people.permissions import Permission
from lms.people.policies import may_see_all
from lms.standards.api.frame.operations import Answer, Call, operation
from lms.standards.api.frame.schemas import Sent, Texts
from lms.standards.api.resources.keeping.erasures import TAG
from lms.standards.api.tokens.scopes import Scope


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
    if not may_see_all(call.viewer, Permission.KEEP_PEOPLE):
        raise Missing
    return Answer(RetentionsOut(classes=[_shown(one) for one in in_force().values()]))


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
