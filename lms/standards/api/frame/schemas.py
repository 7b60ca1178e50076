"""The kinds of values that requests and answers are made of."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Annotated, Any, Generic, TypeVar

from flask_babel import lazy_gettext as _l
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)
from pydantic_core import PydanticCustomError

from lms.certification.numbers import ALPHABET as NUMBER_ALPHABET
from lms.core.identifiers import ALPHABET
from lms.core.tables.texts import HIDDEN, has_hidden
from lms.people.models import Employment, JobRole, OrganisationUnit, Person, number_of

Item = TypeVar("Item")
# Far enough for any record, near enough that calendars can count on from there.
DAY = r"^(19[0-9]{2}|2[0-9]{3})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"


def _is_day(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    refusal = ValueError(_l("must be a date of 1900 to 2999, such as 2026-03-31"))
    if not re.fullmatch(DAY, value):
        raise refusal
    try:
        return date.fromisoformat(value)
    except ValueError as error:  # 30 February
        raise refusal from error


def _is_moment(value: Any) -> Any:
    """Refuse a bare number: 20260331 would be read as seconds since 1970."""
    if isinstance(value, str) and not re.match("[0-9]{4}-", value):
        raise PydanticCustomError("datetime_parsing", "not a moment")
    return value


def _in_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(_l("lies beyond the calendar")) from error


Moment = Annotated[AwareDatetime, BeforeValidator(_is_moment), AfterValidator(_in_utc)]
Key = Annotated[
    str, StringConstraints(pattern=f"^[{ALPHABET}]{{16}}$"), Field(examples=["0123456789abcdef"])
]
Number = Annotated[str, StringConstraints(pattern=f"^[{NUMBER_ALPHABET}]{{27}}$")]
Slug = Annotated[str, StringConstraints(pattern="^[a-z0-9][a-z0-9-]{0,59}$")]
Day = Annotated[
    date,
    BeforeValidator(_is_day),
    Field(examples=["2026-03-31"], json_schema_extra={"pattern": DAY}),
]
# Text in one line with something to read in it, nothing hidden.
LINE = f"^[^{HIDDEN}]*[^ {HIDDEN}][^{HIDDEN}]*$"
Line = Annotated[str, StringConstraints(pattern=LINE, max_length=120)]
Reason = Annotated[str, StringConstraints(pattern=LINE, max_length=2000)]
# A reason as the pages ask for it: some words at least.
Why = Annotated[
    str,
    StringConstraints(pattern=LINE, min_length=5, max_length=1000),
    Field(examples=["Decided by the training centre"]),
]
Digest = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$"), Field(examples=["0" * 64])]
Words = Annotated[str, StringConstraints(pattern=f"^[^{HIDDEN}]*$", max_length=200)]
Texts = Annotated[dict[str, str], Field(description="By language: `ru`, `en`.")]


def all_seen(text: str) -> str:
    """Return ``text``; raise ValueError for one with a hidden sign."""
    if has_hidden(text):
        raise ValueError(_l("has an invisible sign"))
    return text


def sound(fault_of: Callable[[str], Any]) -> AfterValidator:
    """Return what lets a value pass that a rule of the domain finds nothing wrong with.

    ``fault_of`` returns what is wrong in a sentence, else nothing.
    """

    def check(value: str) -> str:
        wrong = fault_of(value)
        if wrong:
            raise ValueError(wrong)
        return value

    return AfterValidator(check)


class Received(BaseModel):
    """What a caller sends: nothing unknown, nothing converted."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Query(BaseModel):
    """Parameters in an address: texts, hence converted; nothing unknown."""

    model_config = ConfigDict(extra="forbid")


class Paging(Query):
    """Which page of a list."""

    limit: int = Field(50, ge=1, le=200, description="The most items on a page.")
    cursor: str | None = Field(
        None, max_length=1000, description="`next` of the page before; left out for the first."
    )


class Sent(BaseModel):
    """What is answered: exactly the fields declared."""

    model_config = ConfigDict(extra="forbid", from_attributes=False)


class PageOf(Sent, Generic[Item]):
    """One page of a list in a stable order."""

    items: list[Item]
    next: str | None = Field(description="Cursor of the next page; null on the last one.")


class Problem(BaseModel):
    """RFC 9457: what went wrong."""

    type: str = Field(examples=["about:blank"])
    title: str = Field(examples=["Unprocessable Entity"])
    status: int = Field(examples=[422])
    detail: str | None = Field(None, description="A sentence for the reader.")
    errors: list["FieldFault"] | None = Field(None, description="What is wrong, by field.")


class FieldFault(BaseModel):
    """What is wrong with one field."""

    field: str = Field(examples=["body.due_on"])
    message: str


class UnitRef(Sent):
    """A part of the network."""

    id: Key
    code: str
    name: Texts


class PostRef(Sent):
    """A post people can hold."""

    id: Key
    code: str
    name: Texts


class PersonRef(Sent):
    """A person as lists name them."""

    id: Key
    personnel_number: str | None = Field(description="null: the person's data was erased.")
    name: str


class PostHeld(Sent):
    """The post a person holds."""

    unit: UnitRef
    post: PostRef
    since: date


def named(thing: Any) -> dict[str, str]:
    """Return the names of a unit or post by language."""
    return {"ru": thing.name_ru, "en": thing.name_en}


def unit_ref(unit: OrganisationUnit) -> UnitRef:
    """Return a unit as other records name it."""
    return UnitRef(id=unit.public_id, code=unit.code, name=named(unit))


def post_ref(post: JobRole) -> PostRef:
    """Return a post as other records name it."""
    return PostRef(id=post.public_id, code=post.code, name=named(post))


def person_ref(person: Person) -> PersonRef:
    """Return a person as other records name them."""
    return PersonRef(id=person.public_id, personnel_number=number_of(person), name=person.full_name)


def post_held(employment: Employment | None) -> PostHeld | None:
    """Return a present post, loaded with unit and job role."""
    if employment is None:
        return None
    unit, post = unit_ref(employment.unit), post_ref(employment.job_role)
    return PostHeld(unit=unit, post=post, since=employment.started_on)
