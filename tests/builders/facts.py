"""Facts for tests."""

from datetime import date, datetime
from typing import Any

from lms.catalog.facts.file import FactState
from lms.catalog.facts.models import Fact
from lms.catalog.facts.services import add_fact
from tests.builders.people import NOW


def fact_state(**changed: Any) -> FactState:
    """Return what a fact says, ``changed`` in part."""
    values: dict[str, Any] = {
        "statement": {"ru": "Очередь ждёт не дольше предела", "en": "The queue waits no longer"},
        "value": {"ru": "15 минут", "en": "15 minutes"},
        "source": {"ru": "Правила", "en": "The rules"},
        "url": None,
        "as_of": date(2026, 1, 15),
        "review_by": date(2099, 1, 15),
    }
    return FactState(**values | changed)


def changed_state(**changed: Any) -> FactState:
    """Return what a fact says after a change."""
    change = {"ru": "Предел снизили", "en": "The limit was lowered"}
    value = {"ru": "10 минут", "en": "10 minutes"}
    return fact_state(**{"value": value, "change": change, **changed})


def make_fact(key: str = "queue-limit", *, now: datetime = NOW, **changed: Any) -> Fact:
    """Add a fact to the register."""
    return add_fact(key=key, state=fact_state(**changed), now=now, actor=None)
