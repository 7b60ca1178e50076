"""The application factory: the only package that sees every domain."""

import gc

# What is imported stays: to look it through again and again took a quarter of a start. From here
# until the application stands (``create_app`` switches it on again) the collector rests.
gc.disable()

from lms.app.factory import create_app  # noqa: E402

__all__ = ["create_app"]
