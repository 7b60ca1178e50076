"""What HR and heads of centre see."""

from tests.support.scenes.stage import Scene, at, through
from tests.support.scenes.walks import (
    CERTIFICATION,
    PROGRAMME,
    checked_upload,
    compared,
    designed,
    equivalent_counted,
    equivalent_previewed,
    in_order,
    of_several,
    on_leave,
    once,
    planned_issue,
    previewed_programme,
    previewed_rule,
    running_batch,
    saved,
    sent,
    side_by_side,
    uploaded,
    with_person,
    with_training,
)

STANDING = "main th a[href$='/certifications']"
STAFFING = "/hr/staffing?words=Флагман"
FLAGSHIP = "main th a:contains('Флагман'), main th a:contains('Flagship')"
ERASURE_PLAN = through(
    "/hr/duplicates", "main th a[href^='/hr/people/']", "main a[href$='/erasure']"
)
ASK = "section[aria-labelledby=ask] form button"
ASKED_MERGE = once(
    "/hr/merges",
    "main a[href^='/hr/merges/']",
    sent(compared, ASK, reason="Одна трудовая книжка"),
)

SCENES = [
    Scene(
        "catalogue-course",
        "learning.catalogue_course",
        "hr",
        at("/catalogue/real-estate-registration"),
    ),
    Scene(
        "read-lesson",
        "learning.read_lesson",
        "hr",
        through("/search?q=visitor", "main a[href^='/library/']"),
    ),
    Scene("delta-trainings", "learning.delta_trainings", "hr", at("/deltas")),
    Scene(
        "delta-training",
        "learning.delta_training",
        "hr",
        with_training("/deltas", "main a[href^='/deltas/']"),
    ),
    Scene("certificate-reviews", "certification.reviews", "hr", at("/hr/regrades")),
    Scene("people", "learning.people", "hr", at("/hr/people")),
    Scene(
        "person",
        "reporting.person_record",
        "hr",
        through("/hr/people", "main tbody th a[href^='/hr/people/']"),
    ),
    Scene("erasures-due", "people.due_erasures", "hr", at("/hr/erasures/due")),
    Scene(
        "erasure-plan",
        "people.erasure_plan",
        "hr",
        ERASURE_PLAN,
    ),
    Scene("duplicates", "people.duplicates", "hr", at("/hr/duplicates")),
    Scene("merge-plan", "people.compare", "hr", compared),
    Scene(
        "last-day",
        "people.last_day",
        "hr",
        through("/hr/people", "main th a[href^='/hr/people/']", "main a[href$='/last-day']"),
    ),
    Scene("planned-posts", "people.planned_posts", "hr", at("/hr/planned-posts")),
    Scene("retention", "people.retention", "hr", at("/hr/retention")),
    Scene("import", "people.import_people", "hr", at("/hr/people/import")),
    Scene("import-columns", "people.import_columns", "hr", uploaded),
    Scene("import-plan", "people.import_plan", "hr", checked_upload),
    Scene("enrol", "learning.enrol", "hr", at("/hr/enrol")),
    Scene("enrol-list", "learning.enrol", "hr", at("/hr/enrol?by=list")),
    Scene("enrol-file", "learning.enrol", "hr", at("/hr/enrol?by=file")),
    Scene("programmes", "learning.programmes", "hr", at("/hr/programmes")),
    Scene("programme", "learning.programme", "hr", through("/hr/programmes", PROGRAMME)),
    Scene(
        "programme-people",
        "learning.programme_people",
        "hr",
        through("/hr/programmes", PROGRAMME, "main td a[href*='/people']"),
    ),
    Scene("programme-form", "learning.edit_programme", "hr", previewed_programme),
    Scene("registry", "certification.registry", "hr", at("/hr/certificates")),
    Scene("designs", "certification.designs", "hr", designed()),
    Scene("design", "certification.edit_design", "hr", designed(".design-name a")),
    Scene(
        "design-versions",
        "certification.design_history",
        "hr",
        designed("main a[href$='/history']"),
    ),
    Scene("all-found", "certification.work_with_all", "hr", at("/hr/certificates/all")),
    Scene("issue-many", "certification.issue_many", "hr", at("/hr/certificates/issue")),
    Scene("issue-plan", "certification.plan_issue", "hr", planned_issue),
    Scene("batches", "certification.batches", "hr", at("/hr/certificates/batches")),
    Scene("batch-running", "certification.batch", "hr", running_batch),
    Scene("saved-lists", "reporting.saved_lists", "hr", saved()),
    Scene("saved-list", "reporting.saved_list_page", "hr", saved("main a[href^='/hr/lists/']")),
    Scene("board", "certification.board", "hr", at("/hr/board")),
    Scene("my-centre", "reporting.my_centre", "head", at("/my-centre")),
    Scene(
        "board-people", "certification.board_people", "hr", at("/hr/board/people?measure=overdue")
    ),
    Scene("staffing", "certification.staffing", "hr", at("/hr/staffing")),
    Scene("staffing-week", "certification.staffing_week", "hr", through(STAFFING, FLAGSHIP)),
    Scene(
        "staffing-part",
        "certification.staffing_part",
        "hr",
        through(STAFFING, FLAGSHIP, "main tbody th a"),
    ),
    Scene(
        "staffing-windows",
        "certification.staffing_windows",
        "hr",
        through(STAFFING, FLAGSHIP, ".tabs a[href$='/windows']"),
    ),
    Scene(
        "staffing-needs",
        "certification.staffing_needs",
        "hr",
        through(STAFFING, FLAGSHIP, ".tabs a[href$='/needs']"),
    ),
    Scene(
        "staffing-people",
        "certification.staffing_people",
        "hr",
        through(STAFFING, FLAGSHIP, ".tabs a[href$='/people']"),
    ),
    Scene("service-groups", "certification.service_groups", "hr", at("/hr/service-groups")),
    Scene("staffing-import", "certification.staffing_import", "hr", at("/hr/staffing/import")),
    Scene("certifications", "certification.schemes", "hr", at("/hr/certifications")),
    Scene(
        "certification", "certification.scheme", "hr", through("/hr/certifications", CERTIFICATION)
    ),
    Scene(
        "reminders",
        "certification.edit_reminders",
        "hr",
        through("/hr/certifications", CERTIFICATION, "a[href$='/reminders']"),
    ),
    Scene(
        "certification-change",
        "certification.edit_scheme",
        "hr",
        through("/hr/certifications", CERTIFICATION, "a[href$='/edit']"),
    ),
    Scene("rule", "certification.new_rule", "hr", previewed_rule),
    Scene(
        "certify-many",
        "certification.certify_many",
        "hr",
        through("/hr/certifications", CERTIFICATION, "a[href$='/many']"),
    ),
    Scene(
        "earlier-results",
        "certification.earlier_results",
        "hr",
        through("/hr/certifications", CERTIFICATION, "a[href$='/earlier']"),
    ),
    Scene(
        "rule-enrolling",
        "certification.rule_enrolling",
        "hr",
        through("/hr/certifications", CERTIFICATION, "a[href$='/enrolling']"),
    ),
    Scene(
        "person-certifications",
        "certification.person_certifications",
        "hr",
        through("/hr/board/people?measure=serving", STANDING),
    ),
    Scene(
        "certificate",
        "certification.entry",
        "hr",
        through("/hr/certificates", "main th a[href^='/hr/certificates/']"),
    ),
    Scene(
        "verification",
        "certification.verification",
        "hr",
        through(
            "/hr/certificates", "main th a[href^='/hr/certificates/']", "main a[href*='/verify/']"
        ),
    ),
    Scene("mail-log", "notifications.mail_log", "hr", at("/hr/mail")),
    Scene("enrolment", "learning.enrolment", "hr", with_person("main a[href^='/hr/enrolments/']")),
    Scene(
        "mentor-checklist",
        "learning.checklist",
        "admin",
        through("/results/first-day", "main a.desk-link", "main a[href^='/mentoring/']"),
    ),
    Scene("corrected-email", "people.corrected_email", "hr", with_person("main a[href$='/email']")),
    Scene("leaves", "certification.leaves", "hr", with_person("main a[href$='/leave']")),
    Scene("leave", "certification.leave", "hr", on_leave, apart=True),
    Scene("other-record", "people.merge_with", "hr", with_person("main a[href$='/merge']")),
    Scene("merges", "people.merges", "hr", at("/hr/merges")),
    Scene(
        "merge",
        "people.merge",
        "hr",
        ASKED_MERGE,
        apart=True,
    ),
    Scene("different-people", "people.different_people", "hr", at("/hr/different-people")),
    Scene(
        "different-pair",
        "people.different_pair",
        "hr",
        once(
            "/hr/different-people",
            "main a[href^='/hr/different-people/']",
            sent(side_by_side, "#different form button", reason="Работают рядом"),
        ),
        apart=True,
    ),
    Scene("erasures", "people.erasures", "hr", at("/hr/erasures")),
    Scene(
        "erasure",
        "people.erasure",
        "hr",
        once(
            "/hr/erasures",
            "main tbody a[href^='/hr/erasures/']",
            # Of the only pair that is alike: once its data are to go, no merge can be asked for.
            in_order(ASKED_MERGE, sent(ERASURE_PLAN, ASK, reason="Заявление от 3 марта")),
        ),
        apart=True,
    ),
    Scene(
        "planned-post",
        "people.planned_post",
        "hr",
        through("/hr/planned-posts", "main td a[href^='/hr/planned-posts/']"),
    ),
    Scene("new-programme", "learning.new_programme", "hr", at("/hr/programmes/new")),
    Scene("new-design", "certification.new_design", "hr", at("/hr/designs/new")),
    Scene("new-certification", "certification.new_scheme", "hr", at("/hr/certifications/new")),
    Scene(
        "new-equivalent",
        "certification.new_equivalent",
        "hr",
        equivalent_previewed,
    ),
    Scene(
        "equivalent-end",
        "certification.end_equivalent",
        "hr",
        equivalent_counted,
    ),
    Scene(
        "rule-end",
        "certification.end_rule",
        "hr",
        through("/hr/certifications", CERTIFICATION, "a[href$='/end']"),
    ),
    Scene(
        "service-group",
        "certification.edit_service_group",
        "hr",
        through("/hr/service-groups", "main th a"),
    ),
    Scene(
        "new-service-group", "certification.new_service_group", "hr", at("/hr/service-groups/new")
    ),
    Scene(
        "staffing-person",
        "certification.staffing_person",
        "hr",
        through(STAFFING, FLAGSHIP, ".tabs a[href$='/people']", "main th a"),
    ),
    Scene("erasures-of-several", "people.plan_several", "hr", of_several),
]
