"""How a person stands in each certification that concerns them, ready to be read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from lms.certification.lifecycle.history import History
from lms.certification.lifecycle.state import State, state_on
from lms.certification.schemes import queries, words
from lms.certification.schemes.definitions import current_version, parts_of, scheme_of
from lms.certification.schemes.models import CertificationFact, CertificationScheme
from lms.certification.schemes.records.histories import histories
from lms.people.models import Person


@dataclass(frozen=True)
class Told:
    """A state on a date, with what is true of it in sentences."""

    scheme: CertificationScheme
    state: State
    sentences: list[str]


def told(
    person: Person,
    rows: Sequence[CertificationFact],
    on: date,
    *,
    known_at: datetime | None = None,
    also: str | None = None,
    of: Sequence[CertificationScheme] | None = None,
) -> list[Told]:
    """Return the states of ``on`` in the schemes about which there are facts, and in ``also``.

    ``also`` is the public id of a scheme; ``of`` are the schemes in use with their versions, where
    they are loaded already; ``rows`` are the person's facts with their rules
    (``queries.facts_of``); ``known_at`` leaves out what was recorded later.
    """
    found = queries.schemes() if of is None else of
    schemes = {scheme.id: scheme_of(scheme.versions) for scheme in found}
    known = histories([person.id], schemes, known_at=known_at)
    result = []
    for scheme in found:
        history = known.get((person.id, scheme.id))
        if history is None:
            if scheme.public_id != also:
                continue
            history = History([], schemes[scheme.id])
        state = state_on(history, on)
        own = [row for row in rows if row.scheme_id == scheme.id]
        titles = words.part_titles(parts_of(current_version(scheme, on)))
        result.append(Told(scheme, state, words.sentences(state, own, titles)))
    return result
