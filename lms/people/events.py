"""Signals of this domain. Receivers run in the same transaction and may raise to undo it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from blinker import signal

from lms.people.models import Person

# Posts changed: one was taken up, left or exchanged, or is planned to be, or no longer is. Sender:
# a tuple of those Persons.
# Arguments: ``now`` (aware UTC).
posts_changed = signal("people.posts-changed")

# Somebody changed where a person's mail goes: the person, HR or an administrator. Sender: the
# Person, with the new address. Arguments: ``former`` (the address before, or None) and ``now``
# (aware UTC).
email_changed = signal("people.email-changed")

# Somebody is to be sent a link with which they choose a password. Sender: the Account, with its
# person. Arguments: ``purpose`` (why) and ``now`` (aware UTC).
password_link_wanted = signal("people.password-link-wanted")

# Two records are being merged: their posts, and all else that is known of them, belong to the one
# that stays; the posts that counted twice belong to the one that ends and go in a moment. Sender:
# the two Persons, the one that stays first. Arguments: ``now`` (aware UTC).
posts_rearranged = signal("people.posts-rearranged")

# A second person's word was asked for, or given. Sender: the SecondPersonRequest.
# Arguments: ``now`` (aware UTC).
second_person_asked = signal("people.second-person-asked")
second_person_answered = signal("people.second-person-answered")

# A centre was moved to another part of the network. Sender: the OrganisationUnit, where it is now.
# Arguments: ``former`` (its path before) and ``now`` (aware UTC).
unit_moved = signal("people.unit-moved")

# What was planned couldn't be done on its day. Sender: the PlannedPost, ended as failed, with its
# person. Arguments: ``now`` (aware UTC).
plan_failed = signal("people.plan-failed")

_gathered: ContextVar[dict[int, Person] | None] = ContextVar("gathered", default=None)


def tell_posts_changed(person: Person, *, now: datetime) -> None:
    """Send ``posts_changed``; within ``gathering``, leave it to the one who gathers."""
    gathered = _gathered.get()
    if gathered is None:
        posts_changed.send((person,), now=now)
    else:
        gathered[person.id] = person


@contextmanager
def gathering() -> Iterator[dict[int, Person]]:
    """Gather the people whose posts change within the block; whoever does tells of them."""
    gathered: dict[int, Person] = {}
    token = _gathered.set(gathered)
    try:
        yield gathered
    finally:
        _gathered.reset(token)
