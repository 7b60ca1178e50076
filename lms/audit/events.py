"""Signals of this domain. Receivers run in the same transaction and may raise to undo it."""

from blinker import signal

# Entries are about to be appended, before their writer waits for the end of the chain. Sender: the
# list of their facts, see ``services.append``.
recording = signal("audit.recording")
