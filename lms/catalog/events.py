"""Signals of this domain. Receivers run in the same transaction and may raise to undo it."""

from blinker import signal

# A version became the one that is taught. Sender: the CourseVersion. Arguments: ``now``.
version_published = signal("catalog.version-published")

# A draft was copied from the published version, activities with the same keys included. Sender: the
# new CourseVersion. Arguments: ``source`` (the CourseVersion it was copied from), ``now``.
draft_opened = signal("catalog.draft-opened")

# A draft is about to be deleted with all its rows. Sender: the CourseVersion. Arguments: ``now``.
draft_discarded = signal("catalog.draft-discarded")
