"""Declaring operations: one declaration serves, validates and documents each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from flask import Response
from pydantic import BaseModel

from lms.core.settings import Settings
from lms.people.identity import Viewer
from lms.standards.api.frame.schemas import Query
from lms.standards.api.tokens.models import ApiToken
from lms.standards.api.tokens.scopes import Scope


@dataclass(frozen=True)
class Call:
    """A request that may be answered: who asks, for what, when."""

    viewer: Viewer
    token: ApiToken
    query: Any  # the operation's query model
    body: Any  # the operation's body model
    now: datetime
    settings: Settings
    today: date  # in the network's zone
    match: Callable[[BaseModel], None]  # refuses when If-Match names another state
    prepared: Any = None  # what the operation's ``prepare`` returned


@dataclass(frozen=True)
class Answer:
    """What is answered: a body, and where a new record is found (within the API); or a file."""

    body: BaseModel | None = None
    kept: BaseModel | None = None  # what a repetition gets, where ``body`` has a secret
    status: int | None = None  # None: the operation's usual one
    location: str | None = None
    file: Response | None = None


View = TypeVar("View", bound=Callable[..., Answer])


@dataclass(frozen=True)
class Operation:
    """One operation of the API. ``path`` reads as in OpenAPI: ``/people/{person_id}``."""

    method: str
    path: str
    name: str
    tag: str
    scope: Scope | None  # None: any token
    summary: str
    description: str
    view: Callable[..., Answer]
    query: type[Query] = Query
    body: type[BaseModel] | None = None
    answer: type[BaseModel] | None = None
    files: tuple[str, ...] = ()  # the media types of what it sends instead
    status: int = 200
    also: tuple[int, ...] = ()  # further statuses that the answer may have
    refusals: tuple[int, ...] = ()  # beyond those that every operation may have
    versioned: bool = False  # needs If-Match
    # Slow work on what was sent, done before anything is written, so that nobody waits for it.
    prepare: Callable[[Call], Any] | None = None

    @property
    def is_writing(self) -> bool:
        """Whether it changes something."""
        return self.method != "GET"

    @property
    def parameters(self) -> list[str]:
        """The names in the path."""
        return [part[1:-1] for part in self.path.split("/") if part.startswith("{")]

    @property
    def rule(self) -> str:
        """The path as Flask writes it."""
        return self.path.replace("{", "<").replace("}", ">")


OPERATIONS: list[Operation] = []


def operation(
    method: str, path: str, *, tag: str, scope: Scope | None, summary: str, **options: Any
) -> Callable[[View], View]:
    """Declare the function as an operation; its docstring is the description.

    It takes the Call and the values of the path by name, and returns an Answer.
    """

    def declare(view: View) -> View:
        OPERATIONS.append(
            Operation(
                method=method,
                path=path,
                name=view.__name__,
                tag=tag,
                scope=scope,
                summary=summary,
                description=" ".join((view.__doc__ or "").split()),
                view=view,
                **options,
            )
        )
        return view

    return declare
