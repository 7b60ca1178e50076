"""Signals of this domain. Receivers run in the same transaction and may raise to undo it."""

from blinker import signal

# A version became the one that is taught. Sender: the CourseVersion. Arguments: ``now``.
version_published = signal("catalog.version-published")

# A draft was copied from the published version, activities with the same keys included. Sender: the
# new CourseVersion. Arguments: ``source`` (the CourseVersion it was copied from), ``now``.
draft_opened = signal("catalog.draft-opened")

# A draft is about to be deleted with all its rows. Sender: the CourseVersion. Arguments: ``now``.
draft_discarded = signal("catalog.draft-discarded")

# Something was done to a draft; not each is a change of what it says. Sender: the CourseVersion.
# Arguments: ``action`` (as the audit log names it), ``actor`` (a Person or None), ``now``.
draft_changed = signal("catalog.draft-changed")

# A complete draft is about to be published; a receiver may raise a refusal. Sender: the
# CourseVersion. Arguments: ``digest`` (of the content that is published), ``actor``, ``now``.
publication_asked = signal("catalog.publication-asked")
