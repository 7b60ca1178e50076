"""What the exam's script is told: where to send answers, until when, and what is saved already."""

from datetime import datetime
from functools import lru_cache
from typing import Any

from flask import url_for

from lms.assessment.errors import (
    AttemptClosed,
    EventDiffers,
    LogFull,
    MalformedEvent,
    TooLate,
    WrongToken,
)
from lms.assessment.log import AttemptState
from lms.assessment.models import Attempt, EventKind
from lms.assessment.tokens import attempt_token
from lms.core.settings import Settings
from lms.web.i18n import LANGUAGES, current_language

REFUSALS = (AttemptClosed, EventDiffers, LogFull, MalformedEvent, TooLate, WrongToken)


def script_data(
    attempt: Attempt, state: AttemptState, *, now: datetime, settings: Settings
) -> dict[str, Any]:
    """Return plain values; never a key, a topic's figures or a score."""
    identifier = attempt.public_id
    return {
        "attempt": identifier,
        "token": attempt_token(attempt, settings.secret_key),
        "save_url": url_for("assessment.save_answer", attempt_id=identifier),
        "file_url": url_for("assessment.send_file", attempt_id=identifier),
        "result_url": url_for("assessment.result", attempt_id=identifier),
        "server_now": now.isoformat(),
        "deadline_at": attempt.deadline_at.isoformat(),
        "grace_seconds": settings.exam_grace_seconds,
        "replay_minutes": settings.exam_replay_minutes,
        "writer": attempt.writer,
        "last_sequence": state.last_sequence.get(attempt.writer, 0),
        # Replies to the script know no reader: what it shows of a refusal stands here.
        "refusals": _refusals(current_language()),
        "answers": {
            str(position): {
                "response": response,
                **({"certainty": state.certainty[position]} if position in state.certainty else {}),
                "rank": list(state.ranks[EventKind.ANSWER, position]),
            }
            for position, response in state.answers.items()
        },
        "flags": {
            str(position): {"flagged": position in state.flags, "rank": list(rank)}
            for (kind, position), rank in state.ranks.items()
            if kind is EventKind.FLAG
        },
    }


@lru_cache(maxsize=len(LANGUAGES))
def _refusals(_language: str) -> dict[str, str]:
    refusals = [kind() for kind in REFUSALS]
    return {refusal.details["code"]: str(refusal.message) for refusal in refusals}
