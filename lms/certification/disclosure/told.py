"""What certification holds about people. Salts stay secret: they shut the register's leaves."""

from flask_babel import lazy_gettext as _l

from lms.certification.batches.models import BatchItem, CertificateBatch
from lms.certification.credentials.models import Credential
from lms.certification.designs.models import (
    CertificateDesign,
    DesignChoice,
    DesignPicture,
    DesignVersion,
)
from lms.certification.feeds.models import CalendarFeed
from lms.certification.following.models import StandingChange
from lms.certification.models import Certificate, CertificateDocument, CertificateRevocation
from lms.certification.register.models import RegisterEntry
from lms.certification.reminding.models import Reminder, ReminderPlan
from lms.certification.reviews.models import CertificateReview
from lms.certification.schemes.models import (
    CertificationFact,
    CertificationScheme,
    CertificationStanding,
    RequirementRule,
    SchemeEquivalent,
    SchemeVersion,
)
from lms.certification.schemes.words import FACTS, LABELS
from lms.certification.staffing.models import WorkException, WorkPattern
from lms.people.disclosure.parts import Act, Part, leave_untold, of_person, tell, tell_acts, the

tell(
    Part(
        "certificates",
        _l("Certificates"),
        Certificate,
        of_person(Certificate.holder_id),
        {
            "number": Certificate.number,
            "issued_at": Certificate.issued_at,
            "valid_until_on": Certificate.valid_until_on,
            "snapshot": Certificate.snapshot,
        },
    ),
    Part(
        "revocations",
        _l("Certificates revoked"),
        CertificateRevocation,
        of_person(CertificateRevocation.certificate_id, Certificate.holder_id),
        {
            "number": the(Certificate.number, CertificateRevocation.certificate_id),
            "at": CertificateRevocation.revoked_at,
            "reason": CertificateRevocation.reason,
        },
    ),
    Part(
        "certificate_files",
        _l("Files of certificates"),
        CertificateDocument,
        of_person(CertificateDocument.certificate_id, Certificate.holder_id),
        {
            "number": the(Certificate.number, CertificateDocument.certificate_id),
            "language": CertificateDocument.language,
            "at": CertificateDocument.made_at,
        },
    ),
    Part(
        "badges",
        _l("Digital badges"),
        Credential,
        of_person(Credential.certificate_id, Certificate.holder_id),
        {
            "number": the(Certificate.number, Credential.certificate_id),
            "status_list": Credential.status_list,
            "status_index": Credential.status_index,
            "at": Credential.made_at,
        },
    ),
    Part(
        "register",
        _l("Entries in the issue register"),
        RegisterEntry,
        of_person(RegisterEntry.certificate_id, Certificate.holder_id),
        {
            "number": the(Certificate.number, RegisterEntry.certificate_id),
            "position": RegisterEntry.position,
        },
    ),
    Part(
        "certificate_reviews",
        _l("Certificates that a correction touched"),
        CertificateReview,
        of_person(CertificateReview.holder_id),
        {
            "percent_before": CertificateReview.percent_before,
            "percent_after": CertificateReview.percent_after,
            "at": CertificateReview.raised_at,
            "state": CertificateReview.decision,
            "answered_at": CertificateReview.decided_at,
            "reason": CertificateReview.reason,
        },
    ),
    Part(
        "certification_facts",
        _l("Certification: what happened"),
        CertificationFact,
        of_person(CertificationFact.person_id),
        {
            "certification": the(CertificationScheme.title, CertificationFact.scheme_id),
            "kind": CertificationFact.kind,
            "on": CertificationFact.effective_on,
            "at": CertificationFact.recorded_at,
            "reason": CertificationFact.reason,
            "details": CertificationFact.details,
        },
        words={"kind": FACTS},
    ),
    Part(
        "certification_standings",
        _l("Certification: how things stand, from when to when"),
        CertificationStanding,
        of_person(CertificationStanding.person_id),
        {
            "certification": the(CertificationScheme.title, CertificationStanding.scheme_id),
            "started_on": CertificationStanding.first_on,
            "ended_on": CertificationStanding.last_on,
            "state": CertificationStanding.label,
            "due_on": CertificationStanding.due_on,
            "valid_until_on": CertificationStanding.valid_until_on,
        },
        words={"state": LABELS},
    ),
    Part(
        "certification_changes",
        _l("Certification: how things changed"),
        StandingChange,
        of_person(StandingChange.person_id),
        {
            "certification": the(CertificationScheme.title, StandingChange.scheme_id),
            "state": StandingChange.label,
            "on": StandingChange.changed_on,
            "at": StandingChange.noticed_at,
        },
        words={"state": LABELS},
    ),
    Part(
        "reminders",
        _l("Reminders of certification"),
        Reminder,
        of_person(Reminder.person_id),
        {
            "certification": the(CertificationScheme.title, Reminder.scheme_id),
            "kind": Reminder.occasion,
            "about_on": Reminder.about_on,
            "on": Reminder.told_on,
        },
    ),
    Part(
        "work_pattern",
        _l("Parts of the week at work"),
        WorkPattern,
        of_person(WorkPattern.person_id),
        {"shifts": WorkPattern.pattern},
    ),
    Part(
        "work_days",
        _l("Days worked otherwise than by the pattern"),
        WorkException,
        of_person(WorkException.person_id),
        {
            "started_on": WorkException.first_on,
            "ended_on": WorkException.last_on,
            "shifts": WorkException.shifts,
            "at": WorkException.said_at,
        },
    ),
    Part(
        "bulk_issues",
        _l("Certificates issued in bulk"),
        BatchItem,
        of_person(BatchItem.person_id),
        {"state": BatchItem.outcome, "at": BatchItem.done_at},
    ),
    Part(
        "calendars",
        _l("Calendar addresses"),
        CalendarFeed,
        of_person(CalendarFeed.owner_id),
        {"created_at": CalendarFeed.made_at, "ended_at": CalendarFeed.ended_at},
    ),
)
tell_acts(
    Act(CertificateDesign.created_by_id, CertificateDesign.created_at),
    Act(CertificateDesign.draft_changed_by_id, CertificateDesign.draft_changed_at),
    Act(DesignVersion.published_by_id, DesignVersion.published_at),
    Act(DesignPicture.added_by_id, DesignPicture.added_at),
    Act(DesignChoice.chosen_by_id, DesignChoice.chosen_at),
    Act(CertificateBatch.asked_by_id, CertificateBatch.asked_at, CertificateBatch.reason),
    Act(Certificate.issued_by_id, Certificate.issued_at),
    Act(CertificateRevocation.revoked_by_id, CertificateRevocation.revoked_at),
    Act(CertificateReview.decided_by_id, CertificateReview.decided_at, CertificateReview.reason),
    Act(CertificationFact.actor_id, CertificationFact.recorded_at, CertificationFact.reason),
    Act(Reminder.recipient_id, Reminder.told_on),
    Act(CertificationScheme.created_by_id, CertificationScheme.created_at),
    Act(ReminderPlan.made_by_id, ReminderPlan.made_at),
    Act(RequirementRule.made_by_id, RequirementRule.made_at, RequirementRule.reason),
    Act(SchemeEquivalent.made_by_id, SchemeEquivalent.made_at, SchemeEquivalent.reason),
    Act(SchemeVersion.made_by_id, SchemeVersion.made_at, SchemeVersion.reason),
)
leave_untold(
    {
        "former_document": "digests of files, told with the certificate they belong to",
        "required_place": "which enrolments a requirement dated, told with the enrolments",
        "required_place_cause": "for which certification, told with its facts",
        "standing_at_post": "which standing met which post, for the board: both are told",
        "certificate_batch_part": "files of many people's certificates, deleted after a while",
    }
)
