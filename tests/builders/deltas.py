"""Builders of changed facts, of whom they touch, and of delta trainings."""

from datetime import date, datetime, timedelta
from typing import Any

from lms.catalog.facts.models import Fact
from lms.catalog.facts.queries import fact_for
from lms.catalog.facts.services import change_fact
from lms.catalog.models import CourseVersion
from lms.core import clock
from lms.core.database import db
from lms.learning.deltas.audience import EVERY_TOUCHED, Audience
from lms.learning.deltas.jobs import assign_delta
from lms.learning.deltas.models import DeltaAssignment, DeltaOrder, DeltaTraining
from lms.learning.deltas.questions import CheckOption, CheckQuestion
from lms.learning.deltas.services import publish_training, write_training
from lms.people.models import Person
from tests.builders.catalog import NOW, course_files, make_course
from tests.builders.facts import changed_state, make_fact
from tests.builders.people import make_person

CHANGED = NOW + timedelta(days=1)
DUE = date(2099, 1, 1)


def make_citing_course(slug: str = "citing", *, now: datetime = NOW) -> CourseVersion:
    """A published course whose first lesson cites the fact ``queue-limit``."""
    files = course_files()
    path = next(path for path in sorted(files) if path.endswith(".ru.md"))
    return make_course(
        slug, now=now, **{path: f"{files[path].decode()}\nОчередь ждёт[#queue-limit].\n"}
    )


def change(fact: Fact, *, at: datetime = CHANGED, **changed: Any) -> Fact:
    """The fact after one more change."""
    number = fact.versions[-1].number
    change_fact(fact, state=changed_state(**changed), number=number, now=at, actor=None)
    again = fact_for(fact.key)
    assert again is not None
    return again


def make_fresh_fact(key: str = "queue-limit") -> Fact:
    """A fact that never changed, with its history loaded."""
    fact = fact_for(make_fact(key).key)
    assert fact is not None
    return fact


def make_changed_fact(key: str = "queue-limit") -> Fact:
    """A fact that was changed once, after courses of ``make_citing_course`` were published."""
    return change(make_fresh_fact(key))


def question(**changed: Any) -> CheckQuestion:
    """A question of which option 2 is right."""
    values: dict[str, Any] = {
        "prompt": {"ru": "Сколько ждут?", "en": "How long is the wait?"},
        "options": tuple(
            CheckOption(key, {"ru": f"{text} минут", "en": f"{text} minutes"}, key == "2")
            for key, text in (("1", "15"), ("2", "10"))
        ),
        "explanation": {"ru": "Предел снизили.", "en": "The limit was lowered."},
    }
    return CheckQuestion(**values | changed)


def make_training(
    fact: Fact, *questions: CheckQuestion, actor: Person | None = None
) -> DeltaTraining:
    """A training on the fact's last change, not published yet."""
    return write_training(
        fact.current,
        None,
        was={"ru": "Было 15", "en": "It was 15"},
        now_is={"ru": "Стало 10", "en": "It is 10"},
        questions=questions or (question(),),
        expected=0,
        actor=actor or make_person(),
        now=CHANGED,
    )


def publish(
    training: DeltaTraining, *, due_on: date = DUE, audience: Audience = EVERY_TOUCHED
) -> DeltaOrder:
    """Publish a training; nobody has it before ``send``."""
    return publish_training(
        training, audience=audience, due_on=due_on, actor=make_person(), now=clock.now()
    )


def give(person: Person, training: DeltaTraining, due_on: date = DUE) -> DeltaAssignment:
    """Assign a published training to a person, whomever its change touches."""
    order = DeltaOrder(training=training, due_on=due_on, asked_by_id=person.id, asked_at=CHANGED)
    db.session.add(order)
    db.session.flush()
    row = DeltaAssignment(
        training=training, person=person, order_id=order.id, due_on=due_on, assigned_at=CHANGED
    )
    db.session.add(row)
    db.session.flush()
    return row


def send(order: DeltaOrder) -> None:
    """Run the order's job; commits."""
    db.session.commit()
    assign_delta(order.public_id)
