"""Who may call each route: the decision, written down apart from the code that makes it.

Each endpoint stands here once. Viewers:

========= =========================================================================
anonymous not signed in
owner     a trainee; the objects of ``world`` are this person's
trainee   a colleague of the owner
instructor, hr, administrator  with their role over the whole network
hr_centre HR of another centre alone
========= =========================================================================

For a route with an object in its address, who is listed may call it *for the object of* ``world``.
"""

ANONYMOUS = frozenset({"anonymous"})
OWNER = frozenset({"owner"})
ADMINISTRATOR = frozenset({"administrator"})
SIGNED_IN = frozenset({"owner", "trainee", "instructor", "hr", "administrator", "hr_centre"})
EVERYONE = ANONYMOUS | SIGNED_IN
AUTHORS = frozenset({"instructor", "administrator"})
HR = frozenset({"hr", "administrator", "hr_centre"})
HR_OF_THE_OWNER = frozenset({"hr", "administrator"})
DESK = AUTHORS | HR
DESK_OF_THE_OWNER = AUTHORS | HR_OF_THE_OWNER
# Nobody by being signed in: the request carries a token of its own, tested where it is made.
BY_TOKEN: frozenset[str] = frozenset()
VIEWERS = ("anonymous", "owner", "trainee", "instructor", "hr", "administrator", "hr_centre")

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
    "people.account": SIGNED_IN,
    "people.preferences": SIGNED_IN,
    "people.password": SIGNED_IN,
    "people.end_session": SIGNED_IN,  # touches one's own sessions only; see test_account
    "people.sign_out_everywhere": SIGNED_IN,
    "people.accounts": ADMINISTRATOR,
    "people.new_account": ADMINISTRATOR,
    "people.create_account": ADMINISTRATOR,
    "people.managed_account": ADMINISTRATOR,
    "people.reset_password": ADMINISTRATOR,
    "people.suspend": ADMINISTRATOR,
    "people.reinstate": ADMINISTRATOR,
    "people.grant_role": ADMINISTRATOR,
    "people.end_role": ADMINISTRATOR,
    "people.audit_log": ADMINISTRATOR,
    # catalog
    "catalog.file": SIGNED_IN,  # of a course that is taught
    "catalog.course": AUTHORS,
    "catalog.courses": AUTHORS,
    "catalog.discard_draft": AUTHORS,
    "catalog.draft": AUTHORS,
    "catalog.edit_lesson": AUTHORS,
    "catalog.figures": AUTHORS,
    "catalog.lesson": AUTHORS,
    "catalog.lesson_details": AUTHORS,
    "catalog.module": AUTHORS,
    "catalog.move_lesson": AUTHORS,
    "catalog.move_module": AUTHORS,
    "catalog.new_course": AUTHORS,
    "catalog.new_lesson": AUTHORS,
    "catalog.new_module": AUTHORS,
    "catalog.new_source": AUTHORS,
    "catalog.open_draft": AUTHORS,
    "catalog.preview_lesson": AUTHORS,
    "catalog.publication": AUTHORS,
    "catalog.publish": AUTHORS,
    "catalog.remove_figure": AUTHORS,
    "catalog.remove_lesson": AUTHORS,
    "catalog.remove_module": AUTHORS,
    "catalog.remove_source": AUTHORS,
    "catalog.remove_topic": AUTHORS,
    "catalog.save_lesson": AUTHORS,
    "catalog.settings": AUTHORS,
    "catalog.source": AUTHORS,
    "catalog.sources": AUTHORS,
    "catalog.topic": AUTHORS,
    "catalog.topics": AUTHORS,
    # catalog: the life of a draft
    "catalog.autosave_lesson": AUTHORS,
    "catalog.compare_lesson": AUTHORS,
    "catalog.lesson_history": AUTHORS,
    "catalog.lesson_revision": AUTHORS,
    "catalog.merge_lesson": AUTHORS,
    "catalog.restore_lesson": AUTHORS,
    # learning
    "learning.search": SIGNED_IN,  # finds what one may read; see test_finding
    "learning.read_lesson": SIGNED_IN,
    "learning.home": SIGNED_IN,
    "learning.courses": SIGNED_IN,
    "learning.course": OWNER,
    "learning.lesson": OWNER,
    "learning.mark_read": OWNER,
    "learning.record_place": OWNER,
    "learning.answer_check": OWNER,
    "learning.people": HR,
    "learning.enrol": HR,
    "learning.enrol_picked": HR,
    "learning.plan_list": HR,
    "learning.plan_file": HR,
    "learning.confirm_enrolment": HR,
    "learning.verdicts": HR,
    "learning.sample_list": HR,
    "learning.enrolment": HR_OF_THE_OWNER,
    "learning.set_due": HR_OF_THE_OWNER,
    "learning.withdraw": HR_OF_THE_OWNER,
    "learning.results": AUTHORS,
    "learning.course_results": AUTHORS,
    # assessment
    "assessment.grading": AUTHORS,
    "assessment.take_next_answer": AUTHORS,
    "assessment.grade_answer": AUTHORS,
    "assessment.exam": OWNER,
    "assessment.start": OWNER,
    "assessment.attempt": OWNER,
    "assessment.save_form_answers": OWNER,
    "assessment.review": OWNER,
    "assessment.submit": OWNER,
    "assessment.take_over": OWNER,
    "assessment.result": OWNER,
    "assessment.check_answer": OWNER,
    "assessment.save_answer": BY_TOKEN,
    "assessment.exam_desks": DESK,
    "assessment.exam_desk": DESK,
    "assessment.extend_exam": DESK,
    "assessment.make_sitting_code": DESK,
    "assessment.set_exam_password": AUTHORS,
    "assessment.withdraw_code": DESK_OF_THE_OWNER,  # the code is of the whole network
    "assessment.allowances_of": DESK_OF_THE_OWNER,
    "assessment.grant_allowance": DESK_OF_THE_OWNER,
    "assessment.withdraw_allowance": DESK_OF_THE_OWNER,
    "assessment.blueprint": AUTHORS,
    "assessment.preview": AUTHORS,
    "assessment.items": AUTHORS,
    "assessment.new_item": AUTHORS,
    "assessment.create_item": AUTHORS,
    "assessment.item": AUTHORS,
    "assessment.item_history": AUTHORS,
    "assessment.retire_item": AUTHORS,
    "assessment.restore_item": AUTHORS,
    "assessment.mark_item": AUTHORS,
    # practice: one's own alone, not even HR's or the instructor's to see
    "assessment.practice": SIGNED_IN,
    "assessment.start_practice": SIGNED_IN,
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
    "assessment.sittings": AUTHORS,
    "assessment.replay": AUTHORS,
    "assessment.compare_receipt": AUTHORS,
    "assessment.correction": AUTHORS,
    "assessment.correct_key": AUTHORS,
    "assessment.regrade": AUTHORS,
    "assessment.apply_regrade": AUTHORS,
    "assessment.recount_regrade": AUTHORS,
    "assessment.discard_regrade": AUTHORS,
    "assessment.resume_regrade": AUTHORS,
    "assessment.regrades": AUTHORS,
    "assessment.live": AUTHORS,
    "assessment.journal": AUTHORS,
    "assessment.read_journal_file": AUTHORS,
    "assessment.import_journal": AUTHORS,
    "assessment.appeals": OWNER,
    "assessment.make_appeal": OWNER,
    "assessment.course_appeals": AUTHORS,
    "assessment.appeal": AUTHORS,
    "assessment.answer_appeal": AUTHORS,
    # certification
    "certification.verify": EVERYONE,
    "certification.verification": EVERYONE,
    "certification.confirm_name": EVERYONE,
    "certification.certificates": SIGNED_IN,
    "certification.of_enrolment": OWNER,
    "certification.document": OWNER | HR_OF_THE_OWNER,
    "certification.registry": HR,
    "certification.export": HR,
    "certification.entry": HR_OF_THE_OWNER,
    "certification.revoke": HR_OF_THE_OWNER,
    "certification.reissue": HR_OF_THE_OWNER,
    "certification.reviews": HR,
    "certification.decide_review": HR_OF_THE_OWNER,
    # standards
    "standards.import_items": AUTHORS,
    "standards.confirm_import": AUTHORS,
    "standards.export_items": AUTHORS,
    "standards.export_file": AUTHORS,
    # reporting
    "reporting.person_record": HR_OF_THE_OWNER,
    "reporting.questions": AUTHORS,
    "reporting.export_questions": AUTHORS,
    "reporting.question": AUTHORS,
    "reporting.question_scale": AUTHORS,
}
