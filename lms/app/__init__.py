"""The application factory: the only package that sees every domain."""

from lms.app.factory import create_app

__all__ = ["create_app"]
