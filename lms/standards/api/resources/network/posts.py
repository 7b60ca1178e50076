"""Posts: which there are, adding and naming them."""

import sqlalchemy as sa

from lms.core.database import db
from lms.core.errors import Missing
from lms.people.models import JobRole
from lms.people.network import services
from lms.people.network.rules import fault_of_code
from lms.standards.api.frame.faults import fault
from lms.standards.api.frame.lists import page_of
from lms.standards.api.frame.operations import Answer, Call, operation
from lms.standards.api.frame.schemas import PageOf, Paging, PostRef, Received, post_ref
from lms.standards.api.resources.network.units import (
    TAG,
    Code,
    NamesIn,
    RenameIn,
    by_caller,
    demand_keeper,
    names_of,
    row_of,
)
from lms.standards.api.tokens.scopes import Scope


class PostIn(Received):
    """A post that is to be added."""

    code: Code
    name: NamesIn


@operation(
    "GET",
    "/posts",
    tag=TAG,
    scope=Scope.PEOPLE_READ,
    summary="List posts",
    query=Paging,
    answer=PageOf[PostRef],
)
def list_posts(call: Call) -> Answer:
    """The posts that people can hold, by code."""
    return Answer(
        page_of(
            sa.select(JobRole),
            call.query,
            post_ref,
            columns=(JobRole.code, JobRole.id),
            readers=(str, int),
            key=lambda post: (post.code, post.id),
        )
    )


@operation(
    "GET",
    "/posts/{post_id}",
    tag=TAG,
    scope=Scope.PEOPLE_READ,
    summary="Get a post",
    answer=PostRef,
)
def get_post(_call: Call, post_id: str) -> Answer:
    """One post."""
    return Answer(post_ref(_found(post_id)))


@operation(
    "POST",
    "/posts",
    tag=TAG,
    scope=Scope.NETWORK_WRITE,
    summary="Add a post",
    body=PostIn,
    answer=PostRef,
    status=201,
    refusals=(409,),
)
def add_post(call: Call) -> Answer:
    """Add a post that people can hold. Whoever holds `head-of-centre` at a centre leads it."""
    demand_keeper(call)
    wish: PostIn = call.body
    known = sa.select(JobRole.code).where(JobRole.code == wish.code)
    if db.session.scalar(known) is not None:
        raise fault("body.code", fault_of_code(wish.code, [wish.code]))
    [post] = services.add_posts([row_of(wish.code, wish.name)], **by_caller(call))
    return Answer(post_ref(post), location=f"/posts/{post.public_id}")


@operation(
    "PATCH",
    "/posts/{post_id}",
    tag=TAG,
    scope=Scope.NETWORK_WRITE,
    summary="Rename a post",
    body=RenameIn,
    answer=PostRef,
    versioned=True,
)
def rename_post(call: Call, post_id: str) -> Answer:
    """Let a post be called otherwise."""
    demand_keeper(call)
    post = _found(post_id, held=True)
    call.match(post_ref(post))
    services.rename_post(post, **names_of(call.body.name), **by_caller(call))
    return Answer(post_ref(post))


def _found(post_id: str, *, held: bool = False) -> JobRole:
    """Return a post; ``held``: so that nobody's change is overwritten unseen."""
    statement = sa.select(JobRole).where(JobRole.public_id == post_id)
    if held:
        # The caller's own came with their account.
        statement = statement.with_for_update().execution_options(populate_existing=True)
    post = db.session.scalars(statement).one_or_none()
    if post is None:
        raise Missing
    return post
