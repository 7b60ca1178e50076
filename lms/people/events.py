"""Signals of this domain. Receivers run in the same transaction and may raise to undo it."""

from blinker import signal

# A person's posts changed: one was taken up, left or exchanged. Sender: the Person. Arguments:
# ``now`` (aware UTC).
posts_changed = signal("people.posts-changed")
