"""Pages of delta trainings: the author's, those who look after people's, the learner's."""

from lms.learning.deltas.views import authors, desk, learners, sending

__all__ = ["authors", "desk", "learners", "sending"]
