"""Designs of certificates, and which certificates get which."""
