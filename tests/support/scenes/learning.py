"""What everybody and trainees see."""

from tests.support.scenes.stage import Scene, at, through
from tests.support.scenes.walks import (
    EXAM,
    OLDEST,
    checked_file,
    in_exam,
    in_practice,
    with_receipt,
    with_training,
)

FIRST_DAY = "main a:contains('Первый день'), main a:contains('First day')"
WITH_GLOSSARY = "main a:contains('Персональные'), main a:contains('Personal data')"

SCENES = [
    Scene("sign-in", "people.sign_in", None, at("/sign-in")),
    Scene("forgotten-password", "people.forgotten_password", None, at("/sign-in/forgotten")),
    Scene("link-over", "people.choose_password", None, at("/sign-in/password/used", 410)),
    Scene("verify", "certification.verify", None, at("/verify")),
    Scene("verify-file", "certification.ask_for_document", None, checked_file),
    Scene("verify-offline", "certification.verify_offline", None, at("/verify/offline")),
    Scene("verify-wrong-number", "certification.verify", None, at("/verify?number=123", 422)),
    Scene("not-found", "", None, at("/no-such-page", 404)),
    Scene("design", "web.design", None, at("/design")),
    Scene("home", "learning.home", "trainee", at("/")),
    Scene("courses", "learning.courses", "trainee", at("/courses")),
    Scene("course", "learning.course", "trainee", through("/courses", "main a[href^='/courses/']")),
    Scene(
        "lesson",
        "learning.lesson",
        "trainee",
        through("/courses", "main a[href^='/courses/']", "main a[href*='/lessons/']"),
    ),
    Scene("search", "learning.search", "trainee", at("/search?q=visitor&mine=1")),
    Scene("catalogue", "learning.catalogue", "trainee", at("/catalogue")),
    Scene("search-nothing", "learning.search", "trainee", at("/search?q=nosuchword")),
    Scene(
        "lesson-workbench",
        "learning.lesson",
        "trainee",
        through("/courses", "main a[href^='/courses/']", "main section:nth-of-type(2) .outline a"),
    ),
    Scene(
        "windows",
        "learning.windows",
        "trainee",
        at("/calculator/windows?visitors=90&handling=10&percent=95&within=15"),
    ),
    Scene("mentoring", "learning.mentoring", "trainee", at("/mentoring")),
    Scene("practice", "assessment.practice", "trainee", at("/practice")),
    Scene("practice-question", "assessment.practice_question", "trainee", in_practice()),
    Scene(
        "practice-fault",
        "assessment.practice_question",
        "trainee",
        in_practice(".practice-actions button.button-primary"),
    ),
    Scene(
        "practice-answer",
        "assessment.practice_question",
        "trainee",
        in_practice(".practice-actions button[name=unknown]"),
    ),
    Scene("exam-start", "assessment.exam", "trainee", through("/", EXAM)),
    Scene("further-exam", "assessment.exam", "мфц-100001", through("/", "main a[href*='/parts/']")),
    Scene(
        "course-with-further-exam",
        "learning.course",
        "мфц-100001",
        through("/", "main a[href*='/parts/']", "main a[href^='/courses/']"),
    ),
    Scene("exam", "assessment.attempt", "trainee", in_exam()),
    Scene("exam-review", "assessment.review", "trainee", in_exam("/review")),
    Scene(
        "exam-result",
        "assessment.result",
        "trainee",
        through("/courses", OLDEST, EXAM, "main a[href$='/result']"),
    ),
    Scene("exam-receipt", "assessment.receipt", "trainee", with_receipt("/receipt"), apart=True),
    Scene("appeals", "assessment.appeals", "trainee", with_receipt("/appeals"), apart=True),
    Scene("verify-receipt", "assessment.verify_receipt", None, at("/receipts/verify")),
    Scene("account", "people.account", "trainee", at("/account")),
    Scene("inbox", "notifications.inbox", "trainee", at("/inbox")),
    Scene("calendar", "certification.own_calendar", "trainee", at("/calendar")),
    Scene("password", "people.password", "trainee", at("/account/password", 403)),
    Scene("certificates", "certification.certificates", "trainee", at("/certificates")),
    Scene("forbidden", "learning.people", "trainee", at("/hr/people", 403)),
    Scene("delta", "learning.delta", "trainee", with_training("/", "main a[href^='/changes/']")),
    Scene("my-programme", "learning.my_programme", "trainee", at("/my-programme")),
    Scene(
        "part",
        "learning.part",
        "trainee",
        through("/courses", FIRST_DAY, "main a[href*='/parts/']"),
    ),
    Scene(
        "glossary",
        "learning.glossary",
        "trainee",
        through(
            "/courses", WITH_GLOSSARY, "main a[href*='/lessons/']", "main a[href$='/glossary']"
        ),
    ),
    Scene("second-factor", "people.second_factor", "trainee", at("/account/second-factor")),
]
