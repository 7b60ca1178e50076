"""Pages of erasure and of the classes of retention."""

from lms.people.erasure.views import requests, retention

__all__ = ["requests", "retention"]
