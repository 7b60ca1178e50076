"""Certificates and evidence that a regrade touches: listed for HR, who decide.

Nothing is revoked, reissued or withdrawn by itself.
"""
