"""What is shown of an upload's plan: of thousands of rows those of a page, as they would be now."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from lms.people.importing.keeping import kept_outline
from lms.people.importing.models import PeopleImport, unpacked
from lms.people.importing.planning import Importer, Wanted, outline, plan_part
from lms.people.importing.rules.fields import Field
from lms.people.importing.rules.plans import Absent, Outcome, Outline, PlannedRow, digest_of

SHOWN = (Outcome.REFUSED, Outcome.CHANGED, Outcome.NEW)


@dataclass(frozen=True)
class Overview:
    """How many rows of a plan come to what, and the first of each; how many are missing."""

    counts: Counter[Outcome]
    first: Mapping[Outcome, Sequence[PlannedRow]]
    leaving: Sequence[PlannedRow]
    absent: Sequence[Absent]  # the first
    missing: int
    digest: str

    @property
    def changes_something(self) -> bool:
        """Whether there is anything to confirm."""
        return bool(self.counts[Outcome.NEW] or self.counts[Outcome.CHANGED])


def overview(
    upload: PeopleImport, importer: Importer, *, today: date, rows: int = 0, people: int = 0
) -> Overview:
    """Return what an upload with matched columns would do now: up to ``rows`` with each outcome,
    unless they stay as they are, and up to ``people`` of the missing.
    """
    wanted = wanted_of(upload)
    known = _outline(upload, importer, wanted, today)
    chosen = [place for outcome in SHOWN for place in islice(_places(known, outcome), rows)]
    part = plan_part(importer, wanted, chosen, known.missing, today=today, absent=slice(people))
    found = [*part.rows, *part.leaving]
    return Overview(
        counts=Counter(known.outcomes) + Counter(row.outcome for row in part.leaving),
        first={one: [row for row in found if row.outcome is one][:rows] for one in SHOWN},
        leaving=part.leaving,
        absent=part.absent,
        missing=part.missing,
        digest=digest_of(part.leaving, after=known.digest),
    )


def rows_of(
    upload: PeopleImport, importer: Importer, outcome: Outcome | None, part: slice, *, today: date
) -> tuple[Sequence[PlannedRow], bool]:
    """Return some of the rows with an outcome (None: with any) as they would be now, in the table's
    order, then those of who has left; and whether more follow. The others aren't planned.
    """
    wanted = wanted_of(upload)
    if outcome is None and part.stop < len(wanted.rows):
        return plan_part(importer, wanted, range(*part.indices(part.stop)), today=today).rows, True
    known = _outline(upload, importer, wanted, today)
    places = list(_places(known, outcome))
    found = plan_part(importer, wanted, places[part], known.missing, today=today)
    leaving = [row for row in found.leaving if outcome in (None, row.outcome)]
    beyond = slice(*(max(0, place - len(places)) for place in (part.start, part.stop)))
    return [*found.rows, *leaving[beyond]], part.stop < len(places) + len(leaving)


def missing_of(
    upload: PeopleImport, importer: Importer, part: slice, *, today: date
) -> tuple[Sequence[Absent], bool]:
    """Return some of those whom an upload doesn't name, and whether more follow."""
    wanted = wanted_of(upload)
    missing = _outline(upload, importer, wanted, today).missing
    found = plan_part(importer, wanted, (), missing, today=today, absent=part)
    return found.absent, part.stop < found.missing


def _places(known: Outline, outcome: Outcome | None) -> Iterator[int]:
    return (at for at, one in enumerate(known.outcomes) if outcome in (None, one))


def _outline(upload: PeopleImport, importer: Importer, wanted: Wanted, today: date) -> Outline:
    kept = kept_outline(upload.outline, importer, today=today)
    return outline(importer, wanted, today=today) if kept is None else kept


def wanted_of(upload: PeopleImport) -> Wanted:
    """Return what an upload with matched columns asks for."""
    return Wanted(
        rows=unpacked(upload.content)[1:],
        columns=[Field(value) if value else None for value in upload.columns or []],
        effective_on=upload.effective_on,
        leaving=upload.leaving,
        leaving_on=upload.leaving_on,
    )
