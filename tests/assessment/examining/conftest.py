"""The clock that the test sets and the candidate at the exam, as in the tests of delivery."""

from tests.assessment.delivery.conftest import candidate, moment

__all__ = ["candidate", "moment"]
