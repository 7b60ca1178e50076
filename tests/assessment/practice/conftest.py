"""A clock that the test sets, and a learner at practice."""

import pytest
from flask import Flask

from tests.assessment.delivery.candidate import Moment
from tests.assessment.practice.learner import Learner


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> Moment:
    """What time it is: a morning until the test says otherwise."""
    return Moment(monkeypatch)


@pytest.fixture
def learner(app: Flask, moment: Moment) -> Learner:
    """Someone who has read a lesson with three self-checks."""
    return Learner(app)
