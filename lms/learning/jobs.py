"""The jobs of this domain."""

from lms.learning.moving import jobs as moving

__all__ = ["moving"]
