"""What each job does, in words. Tests find jobs that have none."""

from typing import Any

from flask_babel import lazy_gettext as _l

JOBS: dict[str, Any] = {
    "assessment.close_overdue": _l("Closing of attempts whose time is over"),
    "assessment.refresh_difficulties": _l("How hard questions are expected to be"),
    "assessment.regrade": _l("Regrade after a corrected key"),
    "audit.check_log": _l("Check of the whole audit log"),
    "catalog.remind_of_reviews": _l("Reminders of reviews to authors"),
    "catalog.sweep_uploads": _l("Removal of unfinished uploads"),
    "certification.apply_equivalent": _l("Equivalent of a certification, for all its holders"),
    "certification.apply_equivalents": _l("Regular round of equivalents of certifications"),
    "certification.follow_move": _l("Certification rules, for everyone at a centre that was moved"),
    "certification.apply_rule": _l("Certification rule, for everyone it touches"),
    "certification.apply_rules": _l("Regular round of certification rules"),
    "certification.assemble_batch": _l("File of a batch of certificates"),
    "certification.follow": _l("Certifications after changes to people"),
    "certification.make_document": _l("PDF of one certificate"),
    "certification.open_renewals": _l("Opening of renewals"),
    "certification.refresh": _l("Everyone’s dates after a change of a certification"),
    "certification.seal_register": _l("Sealing of the register"),
    "certification.send_reminders": _l("Reminders of certifications"),
    "certification.settle_board": _l("Figures of the compliance board"),
    "certification.sweep_batches": _l("Removal of old files of batches"),
    "certification.tend_batches": _l("Watch over batches of certificates"),
    "certification.walk_day": _l("Certifications on a new day"),
    "certification.work_batch": _l("Work on a batch of certificates"),
    "learning.apply_programme": _l("One learning path, for everyone in its post"),
    "learning.apply_programmes": _l("Learning paths, for everyone"),
    "learning.assign_delta": _l("Assignment of an update training"),
    "learning.finish_moves": _l("Moves to a new version after an exam"),
    "learning.move_enrolments": _l("Moves to a new version of a course"),
    "learning.tell_moved_dates": _l("Messages about moved due dates"),
    "notifications.deliver": _l("Sending of mail"),
    "notifications.forget_old": _l("Removal of old messages"),
    "notifications.remove_files": _l("Removal of old attachments"),
    "operations.forget_jobs": _l("Removal of old records of this work"),
    "operations.tell_failures": _l("Messages about failed work"),
    "people.begin_planned_posts": _l("Start of planned posts"),
    "people.carry_late": _l("What came to a record while it was being merged"),
    "people.erase": _l("Erasure of a person’s records"),
    "people.find_due_erasures": _l("Search for records whose time is over"),
    "people.forget_old_sessions": _l("Removal of old sign-ins"),
    "people.forget_old_uploads": _l("Removal of old lists of people"),
    "people.send_password_links": _l("Links for choosing a password"),
    "people.remove_files": _l("Removal of an erased person’s files"),
    "people.tell_posts_changed": _l("Follow-up of an import of people"),
    "people.tend_erasures": _l("Watch over erasures"),
    "reporting.begin_lists": _l("Start of scheduled lists"),
    "reporting.forget_runs": _l("Removal of old records of sent lists"),
    "reporting.send_list": _l("Sending of a scheduled list"),
    "standards.deliver": _l("Delivery to a webhook"),
    "standards.forget_answers": _l("Removal of the API’s kept answers"),
    "standards.forget_deliveries": _l("Removal of old records of webhooks"),
}


def in_words(name: str) -> str:
    """Return what the job called ``name`` does; its name for one that is no longer declared."""
    return str(JOBS.get(name, name))
