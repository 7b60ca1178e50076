"""Every kind of exercise by its name, which is also the name of its block."""

from enum import StrEnum
from typing import cast

from lms.catalog.workbench import five_s, pareto, stream, takt, waste_hunt
from lms.catalog.workbench.base import Kind


class ExerciseKind(StrEnum):
    """The closed set of workbench exercises."""

    TAKT = "takt"
    STREAM = "stream"
    FIVE_S = "five-s"
    WASTE_HUNT = "waste-hunt"
    PARETO = "pareto"


KINDS: dict[ExerciseKind, Kind] = {
    ExerciseKind.TAKT: cast(Kind, takt),
    ExerciseKind.STREAM: cast(Kind, stream),
    ExerciseKind.FIVE_S: cast(Kind, five_s),
    ExerciseKind.WASTE_HUNT: cast(Kind, waste_hunt),
    ExerciseKind.PARETO: cast(Kind, pareto),
}
