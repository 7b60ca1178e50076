"""What courses hold about people: invitations from outside, and what authors wrote."""

from flask_babel import lazy_gettext as _l

from lms.catalog.coauthoring.models import CoAuthorship
from lms.catalog.commenting.models import LessonRemark
from lms.catalog.editing.models import LessonRevision
from lms.catalog.facts.models import FactVersion
from lms.catalog.models import Course, CourseVersion, LessonText
from lms.catalog.reviewing.models import ReviewEvent, ReviewRule
from lms.catalog.uploading.models import MediaUpload
from lms.people.disclosure.parts import Act, Part, leave_untold, of_person, tell, tell_acts, the

tell(
    Part(
        "invitations",
        _l("Invitations to edit a course"),
        CoAuthorship,
        of_person(CoAuthorship.person_id),
        {
            "course": the(Course.slug, CoAuthorship.course_id),
            "organisation": CoAuthorship.organisation,
            "invited_at": CoAuthorship.invited_at,
            "expires_on": CoAuthorship.expires_on,
            "withdrawn_at": CoAuthorship.withdrawn_at,
        },
    ),
    Part(
        "media_uploads",
        _l("Files on their way into the media library"),
        MediaUpload,
        of_person(MediaUpload.person_id),
        {
            "file_name": MediaUpload.name,
            "size": MediaUpload.size,
            "state": MediaUpload.state,
            "started_at": MediaUpload.begun_at,
            "expires_at": MediaUpload.expires_at,
            "ended_at": MediaUpload.ended_at,
        },
    ),
)
leave_untold(
    {
        "media_piece": "bytes of a file on its way, told with its upload by name and size",
        "review_reminder": "of which review dates an author was told; the messages are told",
    }
)
tell_acts(
    Act(CoAuthorship.invited_by_id, CoAuthorship.invited_at),
    Act(Course.created_by_id, Course.created_at),
    Act(CourseVersion.published_by_id, CourseVersion.published_at),
    Act(FactVersion.recorded_by_id, FactVersion.recorded_at),
    Act(LessonRemark.author_id, LessonRemark.written_at, LessonRemark.body),
    Act(LessonRevision.author_id, LessonRevision.saved_at),
    Act(LessonText.changed_by_id, LessonText.changed_at),
    Act(ReviewEvent.actor_id, ReviewEvent.happened_at, ReviewEvent.note),
    Act(ReviewEvent.asked_by_id, ReviewEvent.happened_at),
    Act(ReviewEvent.edited_by_id, ReviewEvent.happened_at),
    Act(ReviewRule.set_by_id, ReviewRule.set_at),
)
