"""Certificates: issued, shown, verified, revoked and reissued.

Invariants: a certificate's record is a snapshot and never changes; its number is random and has a
check symbol; revocation is a fact beside it; a reissue is a new certificate that names the old
one; a status on a date is computed from these. Serves holders, HR and anyone who verifies.
"""
