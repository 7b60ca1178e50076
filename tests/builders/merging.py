"""Builders for merges: a pair, the request, the second person's word."""

from collections.abc import Collection
from typing import Any

from lms.core import clock
from lms.people.identity import Viewer
from lms.people.merging import different, services
from lms.people.merging.carrying import Pair
from lms.people.merging.models import DifferentPeople, PersonMerge
from lms.people.merging.plans import Value
from lms.people.models import AccessRole, Person
from lms.people.permissions import Permission
from lms.people.queries import person_for
from lms.people.second_person.models import Answer
from tests.builders.people import make_viewer


def pair_of(kept: Person, ended: Person) -> Pair:
    """Both, as views load them."""
    seen_by = make_viewer(AccessRole.HR)
    found = [person_for(seen_by, Permission.KEEP_PEOPLE, one.public_id) for one in (kept, ended)]
    assert found[0] is not None
    assert found[1] is not None
    return Pair(found[0], found[1])


def ask(
    kept: Person,
    ended: Person,
    *,
    taken: Collection[Value] = (),
    viewer: Viewer | None = None,
    **overrides: Any,
) -> PersonMerge:
    """A request to merge, as the dry run shows it."""
    pair = pair_of(kept, ended)
    values = {
        "pair": pair,
        "taken": taken,
        "digest": services.plan_for(pair, taken).digest,
        "viewer": viewer or make_viewer(AccessRole.HR),
        "reason": "One person, hired twice",
        "now": clock.now(),
    }
    return services.ask(**{**values, **overrides})


def agree(merge: PersonMerge, viewer: Viewer | None = None) -> PersonMerge:
    """Another member of HR agrees: it is done."""
    viewer = viewer or make_viewer(AccessRole.HR)
    found = services.locked(merge.public_id)
    assert found is not None
    services.decide(
        merge=found,
        answer=Answer.AGREED,
        viewer=viewer,
        word="",
        now=clock.now(),
        today=clock.now().date(),
    )
    return found


def merge(kept: Person, ended: Person, **options: Any) -> PersonMerge:
    """Two records merged: asked for, agreed to, done."""
    return agree(ask(kept, ended, **options))


def tell_apart(one: Person, two: Person, viewer: Viewer | None = None) -> DifferentPeople:
    """Two records marked as of different people."""
    return different.tell_apart(
        pair=pair_of(one, two),
        viewer=viewer or make_viewer(AccessRole.HR),
        reason="Two cards of employment",
        now=clock.now(),
    )
