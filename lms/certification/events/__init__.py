"""Signals of this domain. Receivers run in the same transaction and may raise to undo it."""

from blinker import signal

# A certificate was issued, for the first time or in place of another. Sender: the Certificate.
# Arguments: ``now`` (aware UTC).
certificate_issued = signal("certification.certificate-issued")
# A certificate was revoked. Sender: the Certificate. Arguments: ``now`` (aware UTC).
certificate_revoked = signal("certification.certificate-revoked")
# The stored timelines of some people were made anew. Sender: the sorted ids of
# those about whom something is known.
standings_refreshed = signal("certification.standings-refreshed")
# Somebody's label for a certification became another one, by a fact or by the passing of a day.
# Sender: the StandingChange. Arguments: ``now`` (aware UTC).
standing_changed = signal("certification.standing-changed")
