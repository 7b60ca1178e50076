"""What learning holds of a person, and how it goes. What others' figures need stays nameless."""

from flask_babel import lazy_gettext as _l

from lms.learning.activities.models import AttendanceMark, ChecklistTick, MentorNaming, ReadingBeat
from lms.learning.deltas.models import DeltaAnswer, DeltaAssignment
from lms.learning.models import ActivityProgress, BlockResponse, Enrolment, SelfCheckAnswer
from lms.learning.moving.models import EnrolmentMove
from lms.learning.programmes.models import ProgrammeAssignment
from lms.people.erasure.holdings import hold, theirs

hold(
    theirs("enrolments", _l("Enrolments"), Enrolment.learner_id),
    theirs(
        "progress",
        _l("Progress in lessons and other parts"),
        ActivityProgress.enrolment_id,
        Enrolment.learner_id,
    ),
    theirs("attendance", _l("Attendance"), AttendanceMark.enrolment_id, Enrolment.learner_id),
    theirs(
        "checklists",
        _l("Steps ticked in checklists"),
        ChecklistTick.enrolment_id,
        Enrolment.learner_id,
    ),
    theirs(
        "mentors", _l("When a mentor was named"), MentorNaming.enrolment_id, Enrolment.learner_id
    ),
    theirs(
        "moves",
        _l("Moves to a newer version of a course"),
        EnrolmentMove.enrolment_id,
        Enrolment.learner_id,
    ),
    theirs("deltas", _l("Delta trainings"), DeltaAssignment.person_id),
    theirs(
        "delta_answers",
        _l("Answers in delta trainings"),
        DeltaAnswer.assignment_id,
        DeltaAssignment.person_id,
    ),
    theirs("programmes", _l("Programmes of the post"), ProgrammeAssignment.person_id),
    theirs(
        "reading",
        _l("When lessons were in view"),
        ReadingBeat.enrolment_id,
        Enrolment.learner_id,
        deletes=True,
    ),
    theirs(
        "self_checks",
        _l("Answers to self-checks"),
        SelfCheckAnswer.enrolment_id,
        Enrolment.learner_id,
        deletes=True,
    ),
    theirs(
        "exercises",
        _l("Answers to exercises in lessons"),
        BlockResponse.enrolment_id,
        Enrolment.learner_id,
        deletes=True,
    ),
)
