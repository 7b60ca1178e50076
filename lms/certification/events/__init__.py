"""Signals of this domain. Receivers run in the same transaction and may raise to undo it."""

from blinker import signal

# A certificate was issued, for the first time or in place of another. Sender: the Certificate.
# Arguments: ``now`` (aware UTC).
certificate_issued = signal("certification.certificate-issued")
# A certificate was revoked. Sender: the Certificate. Arguments: ``now`` (aware UTC).
certificate_revoked = signal("certification.certificate-revoked")
