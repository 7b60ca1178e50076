"""A clock that the test sets, and a candidate at the exam."""

import pytest
from flask import Flask

from tests.assessment.delivery.candidate import Candidate, Moment


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> Moment:
    """What time it is: the start of the exam until the test says otherwise."""
    return Moment(monkeypatch)


@pytest.fixture
def candidate(app: Flask, moment: Moment) -> Candidate:
    """A candidate with a place in a course whose exam has one question of each kind."""
    return Candidate(app)
