"""What authors, examiners and auditors see."""

from tests.support.scenes.stage import Scene, at, through
from tests.support.scenes.walks import (
    AUTHORED,
    DRAFTED,
    appealed,
    begun,
    corrected,
    grading_answer,
    in_draft,
    of_changed_fact,
    once,
    planned_import,
)

EXAMINED = "/examining/courses/sincere-service"
DESK = "/exam-desk/real-estate-registration?exam=filing-exam"
WITH_FURTHER_EXAM = "/authoring/courses/real-estate-registration"
STATISTICS = "/results/sincere-service/questions"
HISTORY = "main a[href$='/history']"

SCENES = [
    Scene("authoring", "catalog.courses", "instructor", at("/authoring")),
    Scene("authored-course", "catalog.course", "instructor", at(AUTHORED)),
    Scene("new-course", "catalog.new_course", "instructor", at("/authoring/new")),
    Scene("draft", "catalog.draft", "instructor", in_draft()),
    Scene("draft-with-further-exam", "catalog.draft", "instructor", in_draft(of=WITH_FURTHER_EXAM)),
    Scene(
        "draft-settings", "catalog.settings", "instructor", in_draft("main a[href$='/settings']")
    ),
    Scene("draft-topics", "catalog.topics", "instructor", in_draft("main a[href$='/topics']")),
    Scene("draft-sources", "catalog.sources", "instructor", in_draft("main a[href$='/sources']")),
    Scene("facts", "catalog.facts", "instructor", at("/authoring/facts")),
    Scene("fact", "catalog.fact", "instructor", through("/authoring/facts", ".facts-table a")),
    Scene(
        "change-fact",
        "catalog.change_fact",
        "instructor",
        through("/authoring/facts", ".facts-table a", "main a[href$='/change']"),
    ),
    Scene("new-fact", "catalog.new_fact", "instructor", at("/authoring/facts/new")),
    Scene("changed-fact", "catalog.fact", "instructor", of_changed_fact()),
    Scene(
        "touched-people",
        "learning.touched_people",
        "instructor",
        of_changed_fact("/people/completed"),
    ),
    Scene("write-training", "learning.write_training", "instructor", of_changed_fact("/training")),
    Scene("draft-media", "catalog.media", "instructor", in_draft("main a[href$='/media']")),
    Scene(
        "draft-file",
        "catalog.media_file",
        "instructor",
        in_draft("main a[href$='/media']", "main a.media-name"),
    ),
    Scene("import-course", "catalog.import_course", "instructor", at("/authoring/import")),
    Scene("draft-lesson", "catalog.edit_lesson", "instructor", in_draft("main a[href$='/edit']")),
    Scene(
        "lesson-history",
        "catalog.lesson_history",
        "instructor",
        in_draft("main a[href$='/edit']", "main a[href*='/history']"),
    ),
    Scene(
        "lesson-revision",
        "catalog.lesson_revision",
        "instructor",
        in_draft("main a[href$='/edit']", "main a[href*='/history']", ".revision a"),
    ),
    Scene(
        "lesson-comparison",
        "catalog.compare_lesson",
        "instructor",
        in_draft(
            "main a[href$='/edit']",
            "main a[href*='/history']",
            ".revision a",
            "main a[href*='/compare']",
        ),
    ),
    Scene(
        "draft-lesson-details",
        "catalog.lesson_details",
        "instructor",
        in_draft("main a[href$='/details']"),
    ),
    Scene("draft-kinds", "catalog.choose_kind", "instructor", in_draft("main a[href$='/add']")),
    Scene(
        "draft-checklist",
        "catalog.new_activity",
        "instructor",
        in_draft("main a[href$='/add']", "main a[href$='/add/checklist']"),
    ),
    Scene(
        "draft-module",
        "catalog.module",
        "instructor",
        in_draft("main .module-head a[href*='/modules/']"),
    ),
    Scene("draft-exam", "assessment.blueprint", "instructor", in_draft("main a[href$='/exam']")),
    Scene(
        "draft-translation",
        "catalog.translation",
        "instructor",
        in_draft("main a[href$='/translation']"),
    ),
    Scene(
        "lesson-languages",
        "catalog.lesson_languages",
        "instructor",
        in_draft("main a[href$='/translation']", "main td a, main th a"),
    ),
    Scene("review", "catalog.review", "instructor", in_draft("main a[href$='/review']")),
    Scene(
        "lesson-comments",
        "catalog.lesson_comments",
        "instructor",
        in_draft("main a[href$='/edit']", "main a[href*='/comments']"),
    ),
    Scene("publication", "catalog.publication", "instructor", in_draft("main a[href$='/publish']")),
    Scene("items", "assessment.items", "instructor", at(f"{AUTHORED}/items")),
    Scene("import-items", "standards.import_items", "instructor", at(f"{AUTHORED}/items/import")),
    Scene("import-plan", "standards.import_items", "instructor", planned_import),
    Scene(
        "export-items",
        "standards.export_items",
        "instructor",
        at(f"{AUTHORED}/items/export?format=aiken"),
    ),
    Scene("new-item", "assessment.new_item", "instructor", at(f"{AUTHORED}/items/new")),
    Scene(
        "new-matching-item",
        "assessment.create_item",
        "instructor",
        at(f"{AUTHORED}/items/new/matching"),
    ),
    Scene(
        "new-gap-text-item",
        "assessment.create_item",
        "instructor",
        at(f"{AUTHORED}/items/new/gap_text"),
    ),
    Scene(
        "new-dialogue-item",
        "assessment.create_item",
        "instructor",
        at(f"{AUTHORED}/items/new/dialogue"),
    ),
    Scene(
        "new-file-item", "assessment.create_item", "instructor", at(f"{AUTHORED}/items/new/file")
    ),
    Scene(
        "new-essay-item", "assessment.create_item", "instructor", at(f"{AUTHORED}/items/new/essay")
    ),
    Scene("grading", "assessment.grading", "instructor", at("/grading")),
    Scene("grade-answer", "assessment.grade_answer", "instructor", grading_answer),
    Scene(
        "remark",
        "assessment.remark",
        "instructor",
        through("/grading", "main a[href^='/examining/answers/']"),
    ),
    Scene(
        "new-hotspot-item",
        "assessment.create_item",
        "instructor",
        at(f"{AUTHORED}/items/new/hotspot"),
    ),
    Scene(
        "hotspot-item",
        "assessment.item",
        "instructor",
        through("/authoring/courses/lean-practices/items?kind=hotspot", "a.item-link"),
    ),
    Scene("item", "assessment.item", "instructor", through(f"{AUTHORED}/items", "a.item-link")),
    Scene(
        "item-history",
        "assessment.item_history",
        "instructor",
        through(f"{AUTHORED}/items", "a.item-link", HISTORY),
    ),
    Scene("blueprint", "assessment.blueprint", "instructor", at(f"{AUTHORED}/exam")),
    Scene(
        "exam-preview", "assessment.preview", "instructor", at(f"{AUTHORED}/exam/preview?seed=1")
    ),
    Scene(
        "published-lesson", "catalog.lesson", "instructor", through(AUTHORED, "a.lesson-link-title")
    ),
    Scene("results", "learning.results", "instructor", at("/results")),
    Scene("exam-desks", "assessment.exam_desks", "instructor", at("/exam-desk")),
    Scene("exam-desk", "assessment.exam_desk", "instructor", at(DESK)),
    Scene(
        "exam-desk-person",
        "assessment.allowances_of",
        "instructor",
        through(DESK, "main a[href*='/enrolments/']"),
    ),
    Scene(
        "course-results", "learning.course_results", "instructor", at("/results/sincere-service")
    ),
    Scene("question-statistics", "reporting.questions", "instructor", at(STATISTICS)),
    Scene(
        "question-statistics-of-one",
        "reporting.question",
        "instructor",
        through(STATISTICS, "main tbody th a"),
    ),
    Scene(
        "question-scale",
        "reporting.question_scale",
        "instructor",
        at("/results/sincere-service/scale"),
    ),
    Scene("sittings", "assessment.sittings", "instructor", at(EXAMINED)),
    Scene(
        "replay",
        "assessment.replay",
        "instructor",
        through(EXAMINED, "main a[href^='/examining/attempts/']"),
    ),
    Scene("live-exam", "assessment.live", "instructor", at(f"{EXAMINED}/live")),
    Scene("course-appeals", "assessment.course_appeals", "instructor", at(f"{EXAMINED}/appeals")),
    Scene("corrections", "assessment.regrades", "instructor", at(f"{EXAMINED}/regrades")),
    Scene(
        "correction",
        "assessment.correction",
        "instructor",
        through(f"{AUTHORED}/items", "a.item-link", "main a[href$='/correction']"),
    ),
    Scene("co-authors", "catalog.co_authors", "instructor", at(f"{DRAFTED}/co-authors")),
    Scene("courses-to-read", "catalog.read_courses", "auditor", at("/authoring/reading")),
    Scene("new-module", "catalog.new_module", "instructor", in_draft("main a[href$='/modules']")),
    Scene("new-lesson", "catalog.new_lesson", "instructor", in_draft("main a[href$='/lessons']")),
    Scene(
        "draft-activity",
        "catalog.activity",
        "instructor",
        in_draft("main a[href^='/authoring/activities/']", of="/authoring/courses/first-day"),
    ),
    Scene(
        "draft-topic",
        "catalog.topic",
        "instructor",
        in_draft("main a[href$='/topics']", "main a[href*='/topics/']"),
    ),
    Scene(
        "draft-source",
        "catalog.source",
        "instructor",
        in_draft("main a[href$='/sources']", "main a.entry-title"),
    ),
    Scene(
        "new-source",
        "catalog.new_source",
        "instructor",
        in_draft("main a[href$='/sources']", "main a[href$='/sources/new']"),
    ),
    Scene("people-of-older-versions", "learning.moving", "instructor", at(f"{AUTHORED}/people")),
    Scene(
        "course-to-read",
        "catalog.read_version",
        "auditor",
        through("/authoring/reading", "main td a"),
    ),
    Scene(
        "lesson-to-read",
        "catalog.read_lesson",
        "auditor",
        through("/authoring/reading", "main td a", "main a[href*='/reading/lessons/']"),
    ),
    Scene(
        "course-part",
        "learning.course_part",
        "instructor",
        through("/results/first-day", "main a.desk-link"),
    ),
    Scene(
        "appeal",
        "assessment.appeal",
        "instructor",
        once(
            "/examining/courses/real-estate-registration/appeals",
            "main a[href^='/examining/appeals/']",
            appealed,
        ),
        apart=True,
    ),
    Scene(
        "regrade",
        "assessment.regrade",
        "instructor",
        once(f"{EXAMINED}/regrades", "main a[href^='/examining/regrades/']", corrected),
        apart=True,
    ),
    Scene(
        "journal",
        "assessment.journal",
        "instructor",
        once("/examining/courses/lean-practices/live", "main a[href$='/journal']", begun),
    ),
]
