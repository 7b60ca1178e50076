"""The home page and a lesson beside a bare page, at 1, 8 and 32 connections."""

from dataclasses import dataclass

import sqlalchemy as sa
from flask import Flask

from lms.core import clock
from lms.core.database import db
from lms.core.unit_of_work import unit_of_work
from lms.learning.models import ActivityProgress, Enrolment
from lms.people.models import Account
from lms.people.services import open_session
from tests.bench.load import Figures, get, run_load

CONNECTIONS = (1, 8, 32)


@dataclass(frozen=True)
class Reader:
    """A signed-in browser and the address of a lesson on its shelf."""

    cookie: str
    lesson: str


def readers(app: Flask, count: int) -> list[Reader]:
    """Sign in ``count`` demonstration people who are in the middle of a course."""
    found = []
    with app.app_context(), unit_of_work():
        rows = db.session.execute(
            sa.select(Account, Enrolment, ActivityProgress.activity_id)
            .join(Enrolment, Enrolment.learner_id == Account.person_id)
            .join(ActivityProgress, ActivityProgress.enrolment_id == Enrolment.id)
            .where(
                Enrolment.completed_at.is_(None),
                Enrolment.withdrawn_at.is_(None),
                ActivityProgress.completed_at.is_(None),
            )
            .order_by(Enrolment.id)
            .limit(count)
        ).all()
        for account, enrolment, activity_id in rows:
            token = open_session(now=clock.now(), account=account, device="bench")
            lesson = _public_id(activity_id)
            found.append(
                Reader(
                    signed_cookie(app, token), f"/courses/{enrolment.public_id}/lessons/{lesson}"
                )
            )
    return found


def _public_id(activity_id: int) -> str:
    return str(
        db.session.scalar(
            sa.text("SELECT public_id FROM activity WHERE id = :id"), {"id": activity_id}
        )
    )


def signed_cookie(app: Flask, token: str) -> str:
    """Return the cookie that a browser with this session token sends after its first page.

    Not fresh: the sign-in was elsewhere, and the reply need not say so again.
    """
    serialiser = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    value = serialiser.dumps({"_user_id": token, "_fresh": False, "csrf_token": "0" * 40})
    return f"{app.config['SESSION_COOKIE_NAME']}={value}"


def measure(
    port: int, roots: list[int], path: str, cookies: list[str], requests: int
) -> dict[int, Figures]:
    """Return the figures of ``path`` at each number of connections, after a warm-up."""
    run_load(port, roots, 8, 160, get(path, cookies))
    return {n: run_load(port, roots, n, requests, get(path, cookies)) for n in CONNECTIONS}
