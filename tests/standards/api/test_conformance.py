"""The API does what its OpenAPI document says, judged by a tool that knows nothing of it."""

from contextvars import Context

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import CHECKS, load_all_checks

from tests.builders.api import Caller
from tests.builders.certification import make_certificate
from tests.builders.learning import make_enrolment
from tests.support.databases import Postgres

EXAMPLES = 3  # of each operation
# Keys, cursors and tags name what is there, which nobody can generate: 422 and 412 are right then.
NOT_JUDGED = {"positive_data_acceptance"}
BOUNDED = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.slow
def test_generated_requests_are_answered_as_documented(postgres: Postgres) -> None:
    app = postgres.fresh_app()
    with app.app_context():
        judge(app)


def judge(app: Flask) -> None:
    load_all_checks()
    checks = [check for check in CHECKS.get_all() if check.__name__ not in NOT_JUDGED]
    make_certificate(), make_enrolment()
    caller = Caller(app)
    schema = schemathesis.openapi.from_dict(
        {**caller.get("/api/openapi.json"), "servers": [{"url": "/api/v1"}]}
    )
    schema.app = app
    headers = {"Authorization": f"Bearer {caller.secret}"}

    operations = [one.ok() for one in schema.get_all_operations()]
    assert len(operations) > 20
    for operation in operations:

        def conforms(case: schemathesis.Case) -> None:
            Context().run(case.call_and_validate, headers=headers, checks=checks)

        BOUNDED(given(case=operation.as_strategy())(conforms))()
