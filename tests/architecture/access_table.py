"""Who may call each route: the decision, written down apart from the code that makes it.

Each endpoint stands here once. Viewers:

========= =========================================================================
anonymous not signed in
owner     a trainee; the objects of ``world`` are this person's
trainee   a colleague of the owner
instructor, hr, administrator  with their role over the whole network
hr_centre HR of another centre alone
auditor   reads all over the whole network; has no other role
head      the head of the owner's centre, by post; a trainee by role
external  an expert from outside who was invited to the course of ``world``
========= =========================================================================

For a route with an object in its address, who is listed may call it *for the object of* ``world``.
"""

from lms.standards.api.resources import OPERATIONS

ANONYMOUS = frozenset({"anonymous"})
OWNER = frozenset({"owner"})
ADMINISTRATOR = frozenset({"administrator"})
AUDITOR = frozenset({"auditor"})
LEARNERS = frozenset({"owner", "trainee", "instructor", "hr", "administrator", "hr_centre", "head"})
SIGNED_IN = LEARNERS | AUDITOR
HEAD = frozenset({"head"})
OVERSIGHT = AUDITOR | HEAD  # of the owner's centre, or of all
ANY_ACCOUNT = SIGNED_IN | {"external"}
EVERYONE = ANONYMOUS | ANY_ACCOUNT
AUTHORS = frozenset({"instructor", "administrator"})
EDITORS = AUTHORS | {"external"}
HR = frozenset({"hr", "administrator", "hr_centre"})
HR_OF_THE_OWNER = frozenset({"hr", "administrator"})
DESK = AUTHORS | HR
DESK_OF_THE_OWNER = AUTHORS | HR_OF_THE_OWNER
# Nobody by being signed in: the request carries a token of its own, tested where it is made.
# The hook is the administrator's own.
HR_HOOK = ADMINISTRATOR
HR_LIST = ADMINISTRATOR  # the saved list is theirs too
HR_NAMED = frozenset({"hr"})  # whom its owner named for it
BY_TOKEN: frozenset[str] = frozenset()
VIEWERS = (
    "anonymous",
    "owner",
    "trainee",
    "instructor",
    "hr",
    "administrator",
    "hr_centre",
    "auditor",
    "head",
    "external",
)

MAY = {
    "static": EVERYONE,
    "web.health": EVERYONE,
    "web.design": EVERYONE,
    "web.set_language": EVERYONE,
    "web.set_theme": EVERYONE,
    "web.public_keys": EVERYONE,
    # people
    "people.sign_in": EVERYONE,
    "people.sign_out": EVERYONE,
    "people.account": ANY_ACCOUNT,
    "people.preferences": ANY_ACCOUNT,
    "people.password": ANY_ACCOUNT,
    "people.end_session": ANY_ACCOUNT,  # touches one's own sessions only; see test_account
    "people.sign_out_everywhere": ANY_ACCOUNT,
    "people.accounts": ADMINISTRATOR | AUDITOR,
    "people.new_account": ADMINISTRATOR,
    "people.create_account": ADMINISTRATOR,
    "people.managed_account": ADMINISTRATOR | AUDITOR,
    "people.reset_password": ADMINISTRATOR,
    "people.suspend": ADMINISTRATOR,
    "people.reinstate": ADMINISTRATOR,
    "people.grant_role": ADMINISTRATOR,
    "people.end_role": ADMINISTRATOR,
    "people.audit_log": ADMINISTRATOR | AUDITOR,
    "people.export_audit": ADMINISTRATOR | AUDITOR,
    "people.change_own_email": SIGNED_IN,
    "people.change_email": ADMINISTRATOR,
    "people.own_record": ANY_ACCOUNT,
    "people.whole_record": HR_OF_THE_OWNER,
    "people.erasure_plan": HR_OF_THE_OWNER,
    "people.ask_erasure": HR_OF_THE_OWNER,
    "people.erasures": HR_OF_THE_OWNER,
    "people.due_erasures": HR_OF_THE_OWNER,
    "people.plan_several": HR_OF_THE_OWNER,
    "people.ask_several": HR_OF_THE_OWNER,
    "people.erasure": HR_OF_THE_OWNER,
    "people.answer_erasure": HR_OF_THE_OWNER,
    "people.withdraw_erasure": HR_OF_THE_OWNER,
    "people.retention": HR_OF_THE_OWNER,
    "people.retention_class": ADMINISTRATOR,
    "people.change_retention": ADMINISTRATOR,
    "people.import_people": HR,
    "people.upload_people": HR,
    "people.import_sample": HR,
    # An upload is its uploader's alone: that of world is the administrator's.
    "people.import_columns": ADMINISTRATOR,
    "people.match_columns": ADMINISTRATOR,
    "people.import_plan": ADMINISTRATOR,
    "people.import_rows": ADMINISTRATOR,
    "people.choose_leaving": ADMINISTRATOR,
    "people.confirm_import": ADMINISTRATOR,
    # notifications
    "notifications.inbox": SIGNED_IN,
    "notifications.read_all": SIGNED_IN,
    "notifications.read": SIGNED_IN,  # touches one's own messages only; see test_pages
    "notifications.message_file": OWNER,  # of one's own messages alone
    "notifications.fetch_file": OWNER,
    "notifications.mail_log": HR | AUDITOR,
    "notifications.send_mail_again": HR_OF_THE_OWNER,
    # catalog
    "catalog.activity": EDITORS,
    "catalog.choose_kind": EDITORS,
    "catalog.change_fact": AUTHORS,
    "catalog.export_facts": AUTHORS,
    "catalog.fact": AUTHORS,
    "catalog.facts": AUTHORS,
    "catalog.new_fact": AUTHORS,
    "catalog.file": SIGNED_IN | {"external"},  # of a course that is taught
    "catalog.course": EDITORS,
    "catalog.courses": EDITORS,
    "catalog.read_courses": ADMINISTRATOR | AUDITOR,
    "catalog.read_version": ADMINISTRATOR | AUDITOR,
    "catalog.read_lesson": ADMINISTRATOR | AUDITOR,
    "catalog.discard_draft": AUTHORS,
    "catalog.draft": EDITORS,
    "catalog.edit_lesson": EDITORS,
    "catalog.rendition": SIGNED_IN | {"external"},  # of a course that is taught
    "catalog.add_media": EDITORS,
    "catalog.confirm_course": AUTHORS,
    "catalog.import_course": AUTHORS,
    "catalog.media": EDITORS,
    "catalog.media_captions": EDITORS,
    "catalog.media_file": EDITORS,
    "catalog.media_picker": EDITORS,
    "catalog.package": AUTHORS,
    "catalog.remove_media": EDITORS,
    "catalog.rename_media": EDITORS,
    "catalog.replace_media": EDITORS,
    "catalog.lesson": EDITORS,
    "catalog.lesson_details": EDITORS,
    "catalog.module": EDITORS,
    "catalog.move_lesson": EDITORS,
    "catalog.move_module": EDITORS,
    "catalog.new_activity": EDITORS,
    "catalog.new_course": AUTHORS,
    "catalog.new_lesson": EDITORS,
    "catalog.new_module": EDITORS,
    "catalog.new_source": EDITORS,
    "catalog.open_draft": EDITORS,
    "catalog.place_activity": EDITORS,
    "catalog.place_module": EDITORS,
    "catalog.preview_lesson": EDITORS,
    "catalog.publication": AUTHORS,
    "catalog.publish": AUTHORS,
    "catalog.remove_lesson": EDITORS,
    "catalog.remove_module": EDITORS,
    "catalog.remove_source": EDITORS,
    "catalog.remove_topic": EDITORS,
    "catalog.save_lesson": EDITORS,
    "catalog.settings": EDITORS,
    "catalog.source": EDITORS,
    "catalog.sources": EDITORS,
    "catalog.topic": EDITORS,
    "catalog.topics": EDITORS,
    # catalog: the life of a draft
    "catalog.autosave_lesson": EDITORS,
    "catalog.co_authors": AUTHORS,
    "catalog.withdraw_co_author": AUTHORS,
    "catalog.answer_comment": EDITORS,
    "catalog.compare_lesson": EDITORS,
    "catalog.lesson_comments": EDITORS,
    "catalog.lesson_history": EDITORS,
    "catalog.lesson_languages": EDITORS,
    "catalog.lesson_revision": EDITORS,
    "catalog.merge_lesson": EDITORS,
    "catalog.restore_lesson": EDITORS,
    "catalog.review": EDITORS,
    "catalog.set_review_rule": AUTHORS,
    "catalog.take_review_step": EDITORS,  # who is from outside asks, and answers nothing
    "catalog.translation": EDITORS,
    # learning
    "learning.search": LEARNERS,  # finds what one may read; see test_finding
    "learning.read_lesson": LEARNERS,
    "learning.catalogue": LEARNERS,
    "learning.catalogue_course": LEARNERS,
    "learning.home": ANY_ACCOUNT,
    # learning: changed facts
    "learning.touched_people": AUTHORS,
    "learning.write_training": AUTHORS,
    "learning.publish_training": AUTHORS,
    "learning.send_training": AUTHORS,
    "learning.delta_trainings": DESK | OVERSIGHT,
    "learning.delta_training": DESK | OVERSIGHT,  # who has it is told within the viewer's scope
    "learning.delta": OWNER,
    "learning.answer_delta": OWNER,
    "learning.courses": SIGNED_IN,
    "learning.course": OWNER,
    "learning.lesson": OWNER,
    "learning.mark_read": OWNER,
    "learning.record_place": OWNER,
    "learning.answer_check": OWNER,
    "learning.answer_exercise": OWNER,
    "learning.keep_ticks": OWNER,
    "learning.glossary": OWNER,
    "learning.windows": LEARNERS,
    "learning.export_people": HR | OVERSIGHT,
    "learning.people": HR | OVERSIGHT,
    "learning.enrol": HR,
    "learning.enrol_picked": HR,
    "learning.plan_list": HR,
    "learning.plan_file": HR,
    "learning.confirm_enrolment": HR,
    "learning.verdicts": HR,
    "learning.sample_list": HR,
    "learning.enrolment": HR_OF_THE_OWNER | OVERSIGHT,
    "learning.set_due": HR_OF_THE_OWNER,
    "learning.withdraw": HR_OF_THE_OWNER,
    # learning: programmes; what is seen of people in them is limited to one's own units
    "learning.programmes": DESK | OVERSIGHT,
    "learning.programme": DESK | OVERSIGHT,
    "learning.programme_people": HR | OVERSIGHT,
    "learning.export_programmes": DESK | OVERSIGHT,
    "learning.new_programme": DESK_OF_THE_OWNER,  # they hold in the whole network
    "learning.edit_programme": DESK_OF_THE_OWNER,
    "learning.retire_programme": DESK_OF_THE_OWNER,
    "learning.my_programme": LEARNERS,
    "learning.choose_course": LEARNERS,  # of the programme of one's own post
    "learning.results": AUTHORS | OVERSIGHT,
    "learning.moving": AUTHORS,
    "learning.move_people": AUTHORS,
    "learning.course_results": AUTHORS | OVERSIGHT,
    "learning.course_part": AUTHORS | OVERSIGHT,
    "learning.mark_attendance": AUTHORS,
    "learning.part": OWNER,
    "learning.open_document": OWNER,
    "learning.mentoring": SIGNED_IN,
    "learning.checklist": DESK_OF_THE_OWNER | OVERSIGHT,
    "learning.tick_checklist": AUTHORS,
    "learning.name_mentor": DESK_OF_THE_OWNER,
    "assessment.course_practice": OWNER,
    "assessment.begin_practice": OWNER,
    "assessment.run_question": OWNER,
    "assessment.answer_run": OWNER,
    # assessment
    "assessment.grading": AUTHORS,
    "assessment.take_next_answer": AUTHORS,
    "assessment.grade_answer": AUTHORS,
    "assessment.graded_file": AUTHORS,
    "assessment.exam": OWNER,
    "assessment.start": OWNER,
    "assessment.attempt": OWNER,
    "assessment.save_form_answers": OWNER,
    "assessment.own_file": OWNER,
    "assessment.review": OWNER,
    "assessment.submit": OWNER,
    "assessment.take_over": OWNER,
    "assessment.result": OWNER,
    "assessment.check_answer": OWNER,
    "assessment.save_answer": BY_TOKEN,
    "assessment.send_file": BY_TOKEN,
    "assessment.exam_desks": DESK | AUDITOR,
    "assessment.exam_desk": DESK | AUDITOR,
    "assessment.extend_exam": DESK,
    "assessment.make_sitting_code": DESK,
    "assessment.set_exam_password": AUTHORS,
    "assessment.withdraw_code": DESK_OF_THE_OWNER,  # the code is of the whole network
    "assessment.allowances_of": DESK_OF_THE_OWNER | AUDITOR,
    "assessment.grant_allowance": DESK_OF_THE_OWNER,
    "assessment.withdraw_allowance": DESK_OF_THE_OWNER,
    "assessment.blueprint": AUTHORS,
    "assessment.preview": AUTHORS,  # of a course the expert from outside was not invited to
    "assessment.items": AUTHORS,
    "assessment.new_item": AUTHORS,
    "assessment.create_item": AUTHORS,
    "assessment.item": AUTHORS,
    "assessment.item_history": AUTHORS,
    "assessment.retire_item": AUTHORS,
    "assessment.restore_item": AUTHORS,
    "assessment.mark_item": AUTHORS,
    # practice: one's own alone, not even HR's or the instructor's to see
    "assessment.practice": LEARNERS,
    "assessment.start_practice": LEARNERS,
    "assessment.practice_session": OWNER,
    "assessment.practice_question": OWNER,
    "assessment.answer_practice": OWNER,
    # examining
    "assessment.issue_receipt_": OWNER,
    "assessment.receipt": OWNER,
    "assessment.receipt_file": OWNER,
    "assessment.receipt_document": OWNER,
    "assessment.verify_receipt": EVERYONE,
    "assessment.check_receipt": EVERYONE,
    "assessment.sittings": AUTHORS | AUDITOR,
    "assessment.replay": AUTHORS | AUDITOR,
    "assessment.compare_receipt": AUTHORS,
    "assessment.correction": AUTHORS,
    "assessment.correct_key": AUTHORS,
    "assessment.regrade": AUTHORS,
    "assessment.apply_regrade": AUTHORS,
    "assessment.recount_regrade": AUTHORS,
    "assessment.discard_regrade": AUTHORS,
    "assessment.resume_regrade": AUTHORS,
    "assessment.regrades": AUTHORS,
    "assessment.live": AUTHORS | AUDITOR,
    "assessment.journal": AUTHORS,
    "assessment.read_journal_file": AUTHORS,
    "assessment.import_journal": AUTHORS,
    "assessment.appeals": OWNER,
    "assessment.make_appeal": OWNER,
    "assessment.course_appeals": AUTHORS | AUDITOR,
    "assessment.appeal": AUTHORS | AUDITOR,
    "assessment.answer_appeal": AUTHORS,
    # certification
    "certification.verify": EVERYONE,
    "certification.verification": EVERYONE,
    "certification.confirm_name": EVERYONE,
    "certification.checkpoint": EVERYONE,
    "certification.verify_offline": EVERYONE,
    "certification.ask_for_document": EVERYONE,
    "certification.verify_document": EVERYONE,
    "certification.verify_worker": EVERYONE,
    "certification.certificates": LEARNERS,
    "certification.of_enrolment": OWNER,
    "certification.badge": OWNER | HR_OF_THE_OWNER,
    "certification.badge_document": OWNER | HR_OF_THE_OWNER,
    "certification.proven_badge": OWNER | HR_OF_THE_OWNER,
    "certification.issuer": EVERYONE,
    "certification.did_document": EVERYONE,
    "certification.credential_keys": EVERYONE,
    "certification.credential_key": EVERYONE,
    "certification.achievement": EVERYONE,
    "certification.status_list": EVERYONE,
    "certification.document": OWNER | HR_OF_THE_OWNER | OVERSIGHT,
    "certification.registry": HR | OVERSIGHT,
    "certification.export": HR | OVERSIGHT,
    "certification.entry": HR_OF_THE_OWNER | OVERSIGHT,
    "certification.revoke": HR_OF_THE_OWNER,
    "certification.reissue": HR_OF_THE_OWNER,
    "certification.batches": HR | AUDITOR,
    "certification.work_with_all": HR,
    "certification.ask_files": HR,
    "certification.ask_revocation": HR,
    "certification.batch": HR_OF_THE_OWNER | AUDITOR,
    "certification.stop_batch": HR_OF_THE_OWNER,
    "certification.resume_batch": HR_OF_THE_OWNER,
    "certification.answer_batch": HR_OF_THE_OWNER,
    "certification.withdraw_batch": HR_OF_THE_OWNER,
    "certification.batch_file": frozenset({"hr"}),  # who asked for it
    "certification.issue_many": HR,
    "certification.plan_issue": HR,
    "certification.ask_issue": HR,
    "certification.certify_many": HR,
    "certification.plan_certify": HR,
    "certification.ask_certify": HR,
    "certification.reviews": HR | OVERSIGHT,
    "certification.decide_review": HR_OF_THE_OWNER,
    "certification.board": HR | OVERSIGHT,
    "certification.board_people": HR | OVERSIGHT,
    "certification.export_people": HR | OVERSIGHT,
    "certification.export_board": HR | OVERSIGHT,
    "certification.schemes": HR | OVERSIGHT,
    "certification.scheme": HR | OVERSIGHT,
    "certification.new_scheme": HR_OF_THE_OWNER,  # of the whole network
    "certification.edit_scheme": HR_OF_THE_OWNER,
    "certification.own_calendar": SIGNED_IN,
    "certification.renew_calendar": SIGNED_IN,
    "certification.switch_off_calendar": SIGNED_IN,
    "certification.calendar_file": EVERYONE,  # who has the secret address
    "certification.designs": HR_OF_THE_OWNER | AUDITOR,  # of the whole network, as all of designs
    "certification.choose_design": HR_OF_THE_OWNER,
    "certification.new_design": HR_OF_THE_OWNER,
    "certification.edit_design": HR_OF_THE_OWNER,
    "certification.preview_design": HR_OF_THE_OWNER,
    "certification.sample_document": HR_OF_THE_OWNER,
    "certification.publish_design": HR_OF_THE_OWNER,
    "certification.design_history": HR_OF_THE_OWNER | AUDITOR,
    "certification.use_design_again": HR_OF_THE_OWNER,
    "certification.retire_design": HR_OF_THE_OWNER,
    "certification.take_back_design": HR_OF_THE_OWNER,
    "certification.design_image": HR_OF_THE_OWNER | AUDITOR,
    "certification.design_picture": HR_OF_THE_OWNER | AUDITOR,
    "certification.edit_reminders": HR_OF_THE_OWNER,
    "certification.new_rule": HR,  # over units of their own
    "certification.end_rule": HR_OF_THE_OWNER,
    "certification.rule_enrolling": HR_OF_THE_OWNER,
    "certification.person_certifications": HR_OF_THE_OWNER | OVERSIGHT,
    "certification.decide_certification": HR_OF_THE_OWNER,
    # certification: staffing
    "certification.staffing": HR | OVERSIGHT,
    "certification.staffing_week": HR_OF_THE_OWNER | OVERSIGHT,
    "certification.staffing_part": HR_OF_THE_OWNER | OVERSIGHT,
    "certification.staffing_training": HR_OF_THE_OWNER,
    "certification.export_staffing": HR_OF_THE_OWNER | OVERSIGHT,
    "certification.staffing_windows": HR_OF_THE_OWNER | HEAD,
    "certification.staffing_needs": HR_OF_THE_OWNER | HEAD,
    "certification.staffing_people": HR_OF_THE_OWNER | HEAD,
    "certification.staffing_person": HR_OF_THE_OWNER | HEAD,
    "certification.say_days": HR_OF_THE_OWNER | HEAD,
    "certification.remove_days": HR_OF_THE_OWNER | HEAD,
    "certification.staffing_import": HR | HEAD,
    "certification.check_staffing": HR | HEAD,  # of centres of their own; see test_import
    "certification.confirm_staffing": HR | HEAD,
    "certification.sample_staffing": HR | HEAD,
    "certification.service_groups": HR | HEAD,
    "certification.new_service_group": HR_OF_THE_OWNER,  # of the whole network
    "certification.edit_service_group": HR_OF_THE_OWNER,
    # standards
    "standards.import_items": AUTHORS,
    "standards.confirm_import": AUTHORS,
    "standards.export_items": AUTHORS,
    "standards.export_file": AUTHORS,
    # API: its operations by token, see tests/standards/api
    "api.docs": EVERYONE,
    "api.openapi": EVERYONE,
    "api.tokens": HR | AUDITOR,
    "api.new_token": HR,
    "api.webhooks": HR,
    "api.new_webhook": HR,
    **dict.fromkeys(
        ("api.webhook", "api.test_webhook", "api.disable_webhook", "api.enable_webhook"), HR_HOOK
    ),
    "api.revoke_token": ADMINISTRATOR,  # the token is the owner's
    **dict.fromkeys((f"api.{operation.name}" for operation in OPERATIONS), BY_TOKEN),
    "scim.serve": BY_TOKEN,
    # reporting
    "reporting.my_centre": HEAD,
    "reporting.saved_lists": HR | OVERSIGHT,  # one's own; see test_saved_lists
    "reporting.save_list": HR | OVERSIGHT,
    "reporting.rename_list": HR_LIST,
    "reporting.forget_list": HR_LIST,
    "reporting.saved_list_page": HR_LIST,
    "reporting.schedule_list": HR_LIST,
    "reporting.pause_list": HR_LIST,
    "reporting.resume_list": HR_LIST,
    "reporting.send_list_now": HR_LIST,
    "reporting.name_colleague": HR_LIST,
    "reporting.remove_colleague": HR_LIST,
    "reporting.leave_list": HR_NAMED,
    "reporting.person_record": HR_OF_THE_OWNER | OVERSIGHT,
    "reporting.questions": AUTHORS | AUDITOR,
    "reporting.export_questions": AUTHORS | AUDITOR,
    "reporting.question": AUTHORS,
    "reporting.question_scale": AUTHORS | AUDITOR,
}

# What an auditor may send: about their own account, and files of what they may read, which leave a
# trace in the audit log. Nothing else: what only reads has no business changing anything.
AUDITOR_MAY_SEND = frozenset(
    {
        "people.preferences",
        "people.password",
        "people.end_session",
        "people.sign_out_everywhere",
        "people.change_own_email",
        "people.own_record",
        "notifications.read",
        "notifications.read_all",
        "certification.renew_calendar",
        "certification.switch_off_calendar",
        "people.export_audit",
        "learning.export_people",
        "certification.export",
        "certification.export_people",
        "certification.export_board",
        "certification.export_staffing",
        "reporting.save_list",  # under a name of their own, for themselves
    }
)
