"""Certificates that a regrade touches: listed for HR, who decide; nothing is revoked by itself."""
