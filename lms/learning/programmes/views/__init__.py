"""Pages of programmes: HR's and instructors' desk, and one's own path."""

from lms.learning.programmes.views import defining, desk, own

__all__ = ["defining", "desk", "own"]
