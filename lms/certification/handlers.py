"""Reactions to lower domains: a completed enrolment earns a certificate; the home page shows it."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from lms.assessment.examining.events import ScoreChange, enrolment_regraded, scores_changed
from lms.assessment.examining.models import Regrade
from lms.assessment.examining.regrades.consequences import register_consequence
from lms.catalog.events import version_published
from lms.catalog.models import FINAL_EXAM
from lms.certification import services
from lms.certification.batches.models import CertificateBatch
from lms.certification.disclosure import held, merged, told  # noqa: F401 - what it tells, how it goes
from lms.certification.events import certificate_issued, certificate_revoked
from lms.certification.following import telling  # noqa: F401 - its kind of message
from lms.certification.following.asking import follow_published
from lms.certification.following.home import asks_something, obligations_section
from lms.certification.home import certificates_section
from lms.certification.models import Certificate
from lms.certification.queries.certificates import revoked_completions
from lms.certification.queries.touched import CertifiedGroup
from lms.certification.reminding import presenting  # noqa: F401 - its kind of message
from lms.certification.reviews.evidence import count_anew, raise_evidence_reviews
from lms.certification.reviews.services import drop_answered, drop_overtaken, raise_review
from lms.certification.reviews.stated import restate, would_state_old
from lms.certification.reviews.voiding import give_evidence_back, withdraw_evidence
from lms.certification.schemes.records.evidence import accept_completion, accept_exam
from lms.certification.schemes.records.histories import BATCH, schemes_by_id
from lms.certification.schemes.records.leaves import LeavesOnRecord
from lms.certification.schemes.records.standings import refresh
from lms.certification.schemes.rules.applying import apply_rules
from lms.certification.schemes.rules.moved import follow_move
from lms.certification.schemes.words import FACTS
from lms.certification.telling.certificates import tell_reissued, tell_revoked
from lms.core import clock
from lms.core.clock import local_date
from lms.core.settings import Settings
from lms.learning import events, home_sections
from lms.learning.deltas import touched
from lms.learning.models import Enrolment
from lms.learning.programmes.rule.members import register_void_rule
from lms.people.audit_words import ACTIONS, DETAILS, SUBJECTS, name_values
from lms.people.events import posts_changed, unit_moved
from lms.people.importing import leaves
from lms.people.models import OrganisationUnit, Person
from lms.people.network.moving import follow_paths


def issue_on_completion(
    enrolment: Enrolment, *, now: datetime, basis: dict[str, Any], **_: Any
) -> None:
    """Issue the certificate and count the evidence in the transaction that completes it."""
    settings: Settings = current_app.config["SETTINGS"]
    # Of the final exam, also where another part was completed last.
    percent = basis["percent"] if "percent" in basis else services.final_percent(enrolment)
    services.issue(
        enrolment=enrolment,
        percent=None if percent is None else float(percent),
        now=now,
        settings=settings,
    )
    accept_completion(enrolment=enrolment, now=now, today=local_date(now, settings.time_zone))


def count_passed_exam(enrolment: Enrolment, *, exam: str, now: datetime, **_: Any) -> None:
    """Count a passed exam as evidence in the transaction that passes it."""
    settings: Settings = current_app.config["SETTINGS"]
    today = local_date(now, settings.time_zone)
    accept_exam(enrolment=enrolment, exam=exam, now=now, today=today)


def count_new_sitting(
    enrolment: Enrolment, *, exam: str, basis: dict[str, Any], now: datetime, **_: Any
) -> None:
    """Count a sitting that was handed in after the evidence of an earlier one was withdrawn."""
    settings: Settings = current_app.config["SETTINGS"]
    count_anew(
        enrolment=enrolment,
        exam=exam,
        attempt_key=basis.get("attempt", ""),
        now=now,
        today=local_date(now, settings.time_zone),
    )


def review_after_regrade(
    enrolment: Enrolment,
    *,
    now: datetime,
    exam: str,
    regrade_key: str,
    passed: bool,
    percent_before: float,
    percent_after: float,
    **_: Any,
) -> None:
    """List certificate and evidence for HR in the transaction that turns the result."""
    turned: dict[str, Any] = {
        "enrolment": enrolment,
        "exam": exam,
        "regrade_key": regrade_key,
        "passed": passed,
        "percent_before": percent_before,
        "percent_after": percent_after,
        "now": now,
    }
    raise_review(**turned)
    raise_evidence_reviews(**turned)


def restate_after_change(
    enrolment: Enrolment,
    *,
    now: datetime,
    exam: str,
    regrade_key: str | None,
    changes: list[ScoreChange],
    **_: Any,
) -> None:
    """List a certificate for HR in the transaction that makes its stated score an old one."""
    if exam == FINAL_EXAM:
        settings: Settings = current_app.config["SETTINGS"]
        restate(
            enrolment=enrolment,
            regrade_key=regrade_key,
            changes=changes,
            now=now,
            today=local_date(now, settings.time_zone),
        )


@register_consequence
def old_scores(regrade: Regrade) -> int:
    """Return how many certificates would state an old score after a regrade."""
    settings: Settings = current_app.config["SETTINGS"]
    return would_state_old(regrade, local_date(clock.now(), settings.time_zone))


def apply_rules_to(people: tuple[Person, ...], *, now: datetime, **_: Any) -> None:
    """Require and lift what people's new posts mean, in the transaction that changes them."""
    schemes = schemes_by_id()
    if not schemes:  # so there are no rules either
        return
    settings: Settings = current_app.config["SETTINGS"]
    today = local_date(now, settings.time_zone)
    for start in range(0, len(people), BATCH):
        identifiers = [person.id for person in people[start : start + BATCH]]
        apply_rules(now=now, today=today, person_ids=identifiers)
        refresh(identifiers, schemes=schemes)


def follow_unit(unit: OrganisationUnit, *, former: str, now: datetime, **_: Any) -> None:
    """Require and lift what a centre's new place means, in the transaction that moves it."""
    settings: Settings = current_app.config["SETTINGS"]
    follow_paths(CertificateBatch, CertificateBatch.scope, former, unit.path)
    follow_move(unit, now=now, today=local_date(now, settings.time_zone))


def follow_revocation(certificate: Certificate, *, now: datetime, **_: Any) -> None:
    """Let the evidence of a revoked certificate count no more, in the same transaction."""
    settings: Settings = current_app.config["SETTINGS"]
    withdraw_evidence(certificate, now=now, today=local_date(now, settings.time_zone))


def follow_reissue(certificate: Certificate, *, now: datetime, **_: Any) -> None:
    """Let evidence count again when a certificate is issued in place of a revoked one."""
    settings: Settings = current_app.config["SETTINGS"]
    give_evidence_back(certificate, now=now, today=local_date(now, settings.time_zone))


posts_changed.connect(apply_rules_to)
unit_moved.connect(follow_unit)
version_published.connect(follow_published)
events.exam_passed.connect(count_passed_exam)
events.exam_passed_again.connect(count_new_sitting)
events.enrolment_completed.connect(issue_on_completion)
enrolment_regraded.connect(review_after_regrade)
scores_changed.connect(restate_after_change)
certificate_revoked.connect(drop_overtaken)
certificate_revoked.connect(follow_revocation)
certificate_revoked.connect(tell_revoked)
certificate_issued.connect(drop_answered)
certificate_issued.connect(follow_reissue)
certificate_issued.connect(tell_reissued)

home_sections.register(
    certificates_section, when=sa.exists().where(Certificate.holder_id == home_sections.PERSON)
)
home_sections.register(obligations_section, when=asks_something(home_sections.PERSON))
touched.register(CertifiedGroup())
leaves.register(LeavesOnRecord())
register_void_rule(revoked_completions)

ACTIONS.update(
    {
        "certification.issued": _l("Certificate issued"),
        "certification.revoked": _l("Certificate revoked"),
        "certification.replaced": _l("Certificate reissued"),
        "certification.review_decided": _l("Certificate decided on after a correction"),
        "certification.evidence_decided": _l("Evidence decided on after a correction"),
        "certification.salts_destroyed": _l("Entries of the issue register made anonymous"),
        "certification.scheme_created": _l("Certification defined"),
        "certification.scheme_changed": _l("Certification changed"),
        "certification.rule_made": _l("Requirement rule made"),
        "certification.rule_ended": _l("Requirement rule ended"),
        "certification.equivalent_made": _l("Equivalent of a certification counted"),
        "certification.equivalent_ended": _l("Equivalent of a certification ended"),
        "certification.rule_enrolling": _l("Enrolling by a requirement rule switched"),
        "certification.reminders_changed": _l("Reminders of a certification changed"),
        "certification.calendar_opened": _l("Calendar address made"),
        "certification.calendar_closed": _l("Calendar address switched off"),
        "certification.design_created": _l("Design of certificates made"),
        "certification.design_changed": _l("Draft of a design changed"),
        "certification.design_published": _l("Design of certificates published"),
        "certification.design_chosen": _l("Design of certificates chosen"),
        "certification.design_retired": _l("Design of certificates retired"),
        "certification.design_taken_back": _l("Design of certificates taken back into use"),
        "certification.fact_recorded": _l("Certification fact recorded"),
        "certification.board_exported": _l("Board exported"),
        "certification.people_exported": _l("List of certified people exported"),
        "certification.service_group_saved": _l("Service group saved"),
        "certification.windows_saved": _l("Windows of a centre saved"),
        "certification.needs_saved": _l("Hours and needs of a centre saved"),
        "certification.pattern_saved": _l("Working pattern saved"),
        "certification.days_said": _l("Days of absence or other work noted"),
        "certification.days_removed": _l("Days of absence or other work removed"),
        "certification.staffing_imported": _l("Staffing data imported"),
        "certification.staffing_exported": _l("Staffing of a week exported"),
        "certification.batch_asked": _l("Many certificates at once asked for"),
        "certification.batch_stopped": _l("Work on many certificates stopped"),
        "certification.batch_resumed": _l("Work on many certificates resumed"),
        "certification.batch_file_taken": _l("File of many certificates taken"),
        "certification.batch_finished": _l("Work on many certificates finished"),
        "certification.exported": _l("Registry of certificates exported"),
    }
)
name_values("fact", FACTS)
DETAILS.update(
    {
        "follows_network": lazy_pgettext("audit detail", "Follows the network’s choice"),
        "from_version": lazy_pgettext("audit detail", "Begun from the version"),
        "scheme": _l("Certification"),
    }
)
SUBJECTS.update(
    {
        "certificate": lazy_pgettext("audit", "Certificate"),
        "certificate_design": lazy_pgettext("audit", "Design of certificates"),
        "certificate_batch": lazy_pgettext("audit", "Many certificates at once"),
        "certification_scheme": lazy_pgettext("audit", "Certification"),
        "board": lazy_pgettext("audit", "Board"),
        "register": lazy_pgettext("audit", "Issue register"),
        "registry": lazy_pgettext("audit", "Certificate registry"),
        "service_group": lazy_pgettext("audit", "Service group"),
        "staffing": lazy_pgettext("audit", "Staffing"),
    }
)
