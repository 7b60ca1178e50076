"""What learning holds of a person, and how it goes. What others' figures need stays nameless."""

from flask_babel import lazy_gettext as _l

from lms.learning.activities.models import AttendanceMark, ChecklistTick, MentorNaming, ReadingBeat
from lms.learning.deltas.models import DeltaAnswer, DeltaAssignment
from lms.learning.models import ActivityProgress, BlockResponse, Enrolment, SelfCheckAnswer
from lms.learning.moving.models import EnrolmentMove
from lms.learning.programmes.models import ProgrammeAssignment
from lms.people.disclosure.parts import of_person
from lms.people.erasure.holdings import hold, rows_of

hold(
    rows_of("enrolments", _l("Enrolments"), Enrolment, of_person(Enrolment.learner_id)),
    rows_of(
        "progress",
        _l("Progress in lessons and other parts"),
        ActivityProgress,
        of_person(ActivityProgress.enrolment_id, Enrolment.learner_id),
    ),
    rows_of(
        "attendance",
        _l("Attendance"),
        AttendanceMark,
        of_person(AttendanceMark.enrolment_id, Enrolment.learner_id),
    ),
    rows_of(
        "checklists",
        _l("Steps ticked in checklists"),
        ChecklistTick,
        of_person(ChecklistTick.enrolment_id, Enrolment.learner_id),
    ),
    rows_of(
        "mentors",
        _l("When a mentor was named"),
        MentorNaming,
        of_person(MentorNaming.enrolment_id, Enrolment.learner_id),
    ),
    rows_of(
        "moves",
        _l("Moves to a newer version of a course"),
        EnrolmentMove,
        of_person(EnrolmentMove.enrolment_id, Enrolment.learner_id),
    ),
    rows_of("deltas", _l("Delta trainings"), DeltaAssignment, of_person(DeltaAssignment.person_id)),
    rows_of(
        "delta_answers",
        _l("Answers in delta trainings"),
        DeltaAnswer,
        of_person(DeltaAnswer.assignment_id, DeltaAssignment.person_id),
    ),
    rows_of(
        "programmes",
        _l("Programmes of the post"),
        ProgrammeAssignment,
        of_person(ProgrammeAssignment.person_id),
    ),
    rows_of(
        "reading",
        _l("When lessons were in view"),
        ReadingBeat,
        of_person(ReadingBeat.enrolment_id, Enrolment.learner_id),
        deletes=True,
    ),
    rows_of(
        "self_checks",
        _l("Answers to self-checks"),
        SelfCheckAnswer,
        of_person(SelfCheckAnswer.enrolment_id, Enrolment.learner_id),
        deletes=True,
    ),
    rows_of(
        "exercises",
        _l("Answers to exercises in lessons"),
        BlockResponse,
        of_person(BlockResponse.enrolment_id, Enrolment.learner_id),
        deletes=True,
    ),
)
