"""Pages of erasure and of the classes of retention."""

from lms.people.erasure.views import acts, requests, retention

__all__ = ["acts", "requests", "retention"]
