"""What learning holds about people: enrolments, all that was done in them, and for others."""

from flask_babel import lazy_gettext as _l

from lms.catalog.facts.models import FactVersion
from lms.catalog.models import Activity, CourseVersion
from lms.learning.activities.models import AttendanceMark, ChecklistTick, MentorNaming, ReadingBeat
from lms.learning.deltas.models import DeltaAnswer, DeltaAssignment, DeltaOrder, DeltaTraining
from lms.learning.models import ActivityProgress, BlockResponse, Enrolment, SelfCheckAnswer
from lms.learning.moving.models import EnrolmentMove, MoveOrder
from lms.learning.programmes.models import Programme, ProgrammeAssignment, ProgrammeStep
from lms.people.disclosure.parts import Act, Part, of_person, tell, tell_acts, the


def _course_of(key: object) -> object:
    return the(CourseVersion.title, the(Enrolment.version_id, key))


tell(
    Part(
        "enrolments",
        _l("Enrolments"),
        Enrolment,
        of_person(Enrolment.learner_id),
        {
            "id": Enrolment.public_id,
            "course": the(CourseVersion.title, Enrolment.version_id),
            "version": the(CourseVersion.number, Enrolment.version_id),
            "enrolled_at": Enrolment.enrolled_at,
            "due_on": Enrolment.due_on,
            "started_at": Enrolment.started_at,
            "completed_at": Enrolment.completed_at,
            "withdrawn_at": Enrolment.withdrawn_at,
        },
    ),
    Part(
        "progress",
        _l("Progress in lessons and other parts"),
        ActivityProgress,
        of_person(ActivityProgress.enrolment_id, Enrolment.learner_id),
        {
            "course": _course_of(ActivityProgress.enrolment_id),
            "title": the(Activity.title, ActivityProgress.activity_id),
            "furthest": ActivityProgress.furthest,
            "opened_at": ActivityProgress.opened_at,
            "completed_at": ActivityProgress.completed_at,
        },
    ),
    Part(
        "reading",
        _l("When lessons were in view"),
        ReadingBeat,
        of_person(ReadingBeat.enrolment_id, Enrolment.learner_id),
        {
            "title": the(Activity.title, ReadingBeat.activity_id),
            "at": ReadingBeat.beat_at,
        },
    ),
    Part(
        "self_checks",
        _l("Answers to self-checks"),
        SelfCheckAnswer,
        of_person(SelfCheckAnswer.enrolment_id, Enrolment.learner_id),
        {
            "title": the(Activity.title, SelfCheckAnswer.activity_id),
            "question": SelfCheckAnswer.check_key,
            "answer": SelfCheckAnswer.chosen,
            "is_right": SelfCheckAnswer.right,
            "answered_at": SelfCheckAnswer.answered_at,
        },
    ),
    Part(
        "exercises",
        _l("Answers to exercises in lessons"),
        BlockResponse,
        of_person(BlockResponse.enrolment_id, Enrolment.learner_id),
        {
            "title": the(Activity.title, BlockResponse.activity_id),
            "question": BlockResponse.block_key,
            "answer": BlockResponse.given,
            "score": BlockResponse.score,
            "answered_at": BlockResponse.answered_at,
        },
    ),
    Part(
        "attendance",
        _l("Attendance"),
        AttendanceMark,
        of_person(AttendanceMark.enrolment_id, Enrolment.learner_id),
        {
            "title": the(Activity.title, AttendanceMark.activity_id),
            "state": AttendanceMark.presence,
            "on": AttendanceMark.held_on,
            "at": AttendanceMark.marked_at,
        },
    ),
    Part(
        "checklists",
        _l("Steps ticked in checklists"),
        ChecklistTick,
        of_person(ChecklistTick.enrolment_id, Enrolment.learner_id),
        {
            "title": the(Activity.title, ChecklistTick.activity_id),
            "step": ChecklistTick.step_key,
            "is_done": ChecklistTick.is_done,
            "on": ChecklistTick.done_on,
            "at": ChecklistTick.ticked_at,
        },
    ),
    Part(
        "mentors",
        _l("When a mentor was named"),
        MentorNaming,
        of_person(MentorNaming.enrolment_id, Enrolment.learner_id),
        {
            "course": _course_of(MentorNaming.enrolment_id),
            "at": MentorNaming.named_at,
        },
    ),
    Part(
        "moves",
        _l("Moves to a newer version of a course"),
        EnrolmentMove,
        of_person(EnrolmentMove.enrolment_id, Enrolment.learner_id),
        {
            "course": _course_of(EnrolmentMove.enrolment_id),
            "version": the(CourseVersion.number, EnrolmentMove.to_version_id),
            "at": EnrolmentMove.moved_at,
        },
    ),
    Part(
        "deltas",
        _l("Delta trainings"),
        DeltaAssignment,
        of_person(DeltaAssignment.person_id),
        {
            "statement": the(
                FactVersion.statement,
                the(DeltaTraining.fact_version_id, DeltaAssignment.training_id),
            ),
            "assigned_at": DeltaAssignment.assigned_at,
            "due_on": DeltaAssignment.due_on,
        },
    ),
    Part(
        "delta_answers",
        _l("Answers in delta trainings"),
        DeltaAnswer,
        of_person(DeltaAnswer.assignment_id, DeltaAssignment.person_id),
        {
            "answer": DeltaAnswer.given,
            "is_right": DeltaAnswer.is_right,
            "answered_at": DeltaAnswer.answered_at,
        },
    ),
    Part(
        "programmes",
        _l("Programmes of the post"),
        ProgrammeAssignment,
        of_person(ProgrammeAssignment.person_id),
        {
            "title": the(
                Programme.title, the(ProgrammeStep.programme_id, ProgrammeAssignment.step_id)
            ),
            "course": _course_of(ProgrammeAssignment.enrolment_id),
            "started_on": ProgrammeAssignment.begins_on,
            "basis": ProgrammeAssignment.basis,
            "assigned_at": ProgrammeAssignment.assigned_at,
        },
    ),
)
tell_acts(
    Act(Enrolment.enrolled_by_id, Enrolment.enrolled_at),
    Act(AttendanceMark.marked_by_id, AttendanceMark.marked_at),
    Act(ChecklistTick.ticked_by_id, ChecklistTick.ticked_at),
    Act(MentorNaming.mentor_id, MentorNaming.named_at),
    Act(MentorNaming.named_by_id, MentorNaming.named_at),
    Act(MoveOrder.asked_by_id, MoveOrder.asked_at),
    Act(DeltaTraining.created_by_id, DeltaTraining.created_at),
    Act(DeltaOrder.asked_by_id, DeltaOrder.asked_at),
    Act(Programme.created_by_id, Programme.created_at),
)
