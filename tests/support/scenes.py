"""The main pages of a demonstration installation and how to get to them in a browser.

Shared by the accessibility tests and by the pictures in the README.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urljoin

from lxml import html
from playwright.sync_api import Browser, Page

from lms.people.demonstration import DEMONSTRATION_PASSWORD

Walk = Callable[[Page, str], None]


@dataclass(frozen=True)
class Scene:
    """A page: who sees it, and the steps to it from the address of the site."""

    name: str
    username: str | None
    walk: Walk
    # On an installation of its own, where no other scene has begun an exam: while one is sat nothing
    # of an earlier one is shown.
    apart: bool = False


def at(path: str, status: int = 200) -> Walk:
    """Open a fixed address, which answers with ``status``."""

    def walk(page: Page, url: str) -> None:
        answer = page.goto(url + path)
        assert answer, path
        assert answer.status == status, f"{path}: {answer.status}"

    return walk


def through(path: str, *selectors: str) -> Walk:
    """Open where one comes to from an address by the first link that matches each selector in turn.

    The pages on the way are read and not drawn: most of them are scenes of their own.
    """

    def walk(page: Page, url: str) -> None:
        address = path
        for selector in selectors:
            answer = page.request.get(url + address)
            assert answer.ok, f"{address}: {answer.status}"
            links = html.document_fromstring(answer.text()).cssselect(selector)
            assert links, f"{address}: no link {selector}"
            address = urljoin(address, links[0].get("href", "")).removeprefix(url)
        at(address)(page, url)

    return walk


CERTIFICATION = "main h2 a[href^='/hr/certifications/']"
PROGRAMME = "main h2 a[href^='/hr/programmes/']"
STANDING = "main th a[href$='/certifications']"
FLAGSHIP = "main th a:contains('Флагман'), main th a:contains('Flagship')"


def designed(*selectors: str) -> Walk:
    """Open the designs of certificates, with one made and published now if there is none."""

    def walk(page: Page, url: str) -> None:
        at("/hr/designs")(page, url)
        if not page.locator(".design-card").count():
            at("/hr/designs/new")(page, url)
            page.fill("#name", "Парадное")
            page.locator("main form button").first.click()
            page.locator("form[action$='/publish'] button").click()
            page.get_by_text(re.compile("is published|опубликована")).first.wait_for()
        through("/hr/designs", *selectors)(page, url)

    return walk


def saved(*selectors: str) -> Walk:
    """Open the saved lists, with one saved now if there is none."""

    def walk(page: Page, url: str) -> None:
        at("/hr/lists")(page, url)
        if not page.locator("main .card").count():
            at("/hr/board/people?measure=overdue")(page, url)
            page.locator("details.saved-lists summary").click()
            page.fill("#saved-name", "Просрочено")
            page.locator("form[action^='/hr/lists/new/'] button").click()
        through("/hr/lists", *selectors)(page, url)

    return walk


def previewed_rule(page: Page, url: str) -> None:
    """Ask what a rule for everyone would mean."""
    through("/hr/certifications", CERTIFICATION, "a[href$='/rules/new']")(page, url)
    page.get_by_role("button", name=re.compile("Show what|Показать последствия")).click()
    page.locator("#consequence").wait_for()


def previewed_programme(page: Page, url: str) -> None:
    """Ask what a programme means, as it stands."""
    through("/hr/programmes", PROGRAMME, "main a[href$='/edit']")(page, url)
    page.locator(".form-actions button[value=show]").click()
    page.locator("#consequence").wait_for()


def uploaded(page: Page, url: str) -> None:
    """Upload a table of people and come to the question what its columns hold."""
    at("/hr/people/import")(page, url)
    lines = ["Табельный номер;Фамилия;Имя;Центр;Должность;Почта"]
    lines += [f"Z{n};Иванова;Мария;нет такого;specialist;" for n in range(3)]
    table = "\n".join([*lines, "Z9;@SUM(1);;;;x"]).encode()
    page.locator("input[type=file]").set_input_files(
        {"name": "staff.csv", "mimeType": "text/csv", "buffer": table}
    )
    page.locator("main .form-actions button").click()
    page.wait_for_url("**/columns")


def checked_upload(page: Page, url: str) -> None:
    """Come to the dry run of a table of people."""
    uploaded(page, url)
    page.locator("main .form-actions button").click()
    page.locator("#refused").wait_for()


def in_draft(*selectors: str, of: str | None = None) -> Walk:
    """Open the draft of a course, begun now if there is none, and follow links from there."""

    def walk(page: Page, url: str) -> None:
        at(of or DRAFTED)(page, url)
        begin = page.get_by_role("button", name=re.compile("Open a draft|Открыть черновик"))
        if begin.count():
            begin.click()
        else:
            page.locator("main a[href^='/authoring/drafts/']").first.click()
        page.wait_for_url("**/authoring/drafts/*")
        if selectors:
            through(page.url.removeprefix(url), *selectors)(page, url)

    return walk


def of_changed_fact(path: str = "") -> Walk:
    """Open the page of a fact, changed now if it never was; ``path`` beneath it."""

    def walk(page: Page, url: str) -> None:
        fact = "/authoring/facts/title-duty"
        at(fact)(page, url)
        if not page.locator("#touched").count():
            at(f"{fact}/change")(page, url)
            page.fill("#change_ru", "Пошлина выросла.")
            page.fill("#change_en", "The duty rose.")
            page.locator("main form button").first.click()
            page.locator("#touched").wait_for()
        if path:
            at(fact + path)(page, url)

    return walk


def with_training(home: str, link: str) -> Walk:
    """Open ``link`` on ``home`` once everybody has a delta training: sent now if none was."""

    def walk(page: Page, url: str) -> None:
        at(home)(page, url)
        if not page.locator(link).count():
            browser = page.context.browser
            assert browser
            author = browser.new_context().new_page()
            send_training(author, url)
            author.context.close()
            at(home)(page, url)
        page.locator(link).first.click()
        page.wait_for_url("**/changes/*" if "changes" in link else "**/deltas/*")

    return walk


def send_training(page: Page, url: str) -> None:
    """Change a fact as an author, and send everybody five minutes on it."""
    sign_in(page, url, "instructor")
    fact = "/authoring/facts/title-duty-limit"
    at(f"{fact}/change")(page, url)
    for language in ("ru", "en"):
        page.fill(f"#change_{language}", "Предел вырос. The limit rose.")
    page.locator("main form button").first.click()
    page.locator("#touched").wait_for()
    at(f"{fact}/training")(page, url)
    for stem in ("prompt", "option1", "option2", "explanation"):
        for language in ("ru", "en"):
            page.locator(f"[name=questions-0-{stem}_{language}]").fill(f"{stem} {language}")
    page.locator("[name=questions-0-right][value='2']").check()
    page.locator("form[action$='/training'] button").first.click()
    page.locator("input[name=whom][value=everybody]").check()
    page.locator("button[name=count]").click()
    page.locator("form[action$='/publish'] button").first.click()
    page.locator("#people").wait_for()
    for _ in range(100):
        if page.locator("main tbody tr").count():  # the job has sent it
            break
        page.wait_for_timeout(200)
        page.reload()


def in_exam(path: str = "") -> Walk:
    """Open the exam of the trainee's renewal, begun now if it is not under way; ``path`` in it."""

    def walk(page: Page, url: str) -> None:
        through("/", EXAM)(page, url)
        page.locator(".exam-start button").click()
        page.wait_for_url("**/attempts/*")
        page.wait_for_selector("#exam.is-live")
        if path:
            at(page.url.removeprefix(url).split("#")[0] + path)(page, url)

    return walk


def in_practice(*buttons: str) -> Walk:
    """Go on with today's practice as long as there is something to ask, and press ``buttons``."""

    def walk(page: Page, url: str) -> None:
        at("/practice")(page, url)
        for button in (".practice-start form button", *buttons):
            if page.locator(button).count():
                page.locator(button).first.click()
                page.wait_for_load_state()

    return walk


def with_receipt(path: str) -> Walk:
    """Get the receipt of the trainee's oldest exam and open ``path`` of that attempt."""

    def walk(page: Page, url: str) -> None:
        through("/courses", OLDEST, EXAM, "main a[href$='/result']")(page, url)
        page.locator("form[action$='/receipt'] button").click()
        page.wait_for_url("**/receipt")
        at(page.url.removeprefix(url).removesuffix("/receipt") + path)(page, url)

    return walk


def grading_answer(page: Page, url: str) -> None:
    """Take the written answer that has waited longest."""
    at("/grading")(page, url)
    page.locator("form[action$='/grading/next'] button").first.click()
    page.wait_for_url("**/grading/*")


def planned_import(page: Page, url: str) -> None:
    """Send a file of questions and see its check; nothing is confirmed."""
    at(f"{AUTHORED}/items/import")(page, url)
    text = "Which window? {=first # Yes. ~second}\n\nIs it open? {T}\n\nWrite. {}\n"
    file = {"name": "bank.gift", "mimeType": "text/plain", "buffer": text.encode()}
    page.set_input_files("input[type=file]", [file])
    page.locator("main form button[type=submit]").click()
    page.locator(".import-list").first.wait_for()
    for summary in page.locator("details.import-sample summary").all():
        summary.click()


def compared(page: Page, url: str) -> None:
    """Compare two records and see the dry run of merging them; nothing is asked for."""
    through("/hr/duplicates", "main td a[href*='/merge/']")(page, url)
    page.locator("main form[method=get] button[type=submit]").click()
    page.locator("#ask").wait_for()


def planned_issue(page: Page, url: str) -> None:
    """See to whom of three numbers certificates would be issued; nothing is asked for."""
    at("/hr/certificates/issue")(page, url)
    page.locator("select[name=course]").select_option(index=1)
    page.locator("input[name=way]").last.check()
    page.fill("[name=numbers]", "ДЕМО-0001, МФЦ-100001, ДЕМО-LEFT-1")
    page.fill("[name=reason]", "Приказ от 3 марта, № 12")
    page.locator("main .form-actions button").click()
    page.locator("main table").wait_for()


def running_batch(page: Page, url: str) -> None:
    """Ask for the files of all certificates and see the work as it begins: the page stays as it is.

    The work itself is stopped at once, so that it costs the other scenes nothing.
    """
    script = re.compile(r"/batch-progress[^/]*\.js$")
    page.route(script, lambda route: route.fulfill(content_type="text/javascript", body=""))
    at("/hr/certificates/all")(page, url)
    page.locator("[aria-labelledby=files] form button").click()
    page.locator("[data-running=yes]").wait_for()
    stop = page.locator("main form[action$='/stop']")
    token = stop.locator("input[name=csrf_token]").get_attribute("value")
    address = urljoin(url, stop.get_attribute("action") or "")
    assert page.request.post(address, form={"csrf_token": token or ""}).ok
    page.unroute(script)


def checked_file(page: Page, url: str) -> None:
    """Hand in a file that no certificate is."""
    at("/verify")(page, url)
    file = {"name": "paper.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n%%EOF"}
    page.set_input_files("#document input[type=file]", [file])
    page.locator("#document form button").click()
    page.wait_for_url(lambda address: address != f"{url}/verify")


def sign_in(page: Page, url: str, username: str) -> None:
    """Sign a demonstration account in."""
    page.goto(f"{url}/sign-in")
    page.locator("main input[name=username]:visible").fill(username)
    page.locator("main input[name=password]:visible").fill(DEMONSTRATION_PASSWORD)
    page.locator("main input[name=password]:visible").press("Enter")
    page.wait_for_url(lambda address: "sign-in" not in address)


class Stage:
    """Browser windows of one look: language, width, theme; one per signed-in account.

    A window goes from scene to scene, as a person's does: a new one each time costs a new process.
    """

    def __init__(
        self, browser: Browser, url: str, *, language: str, width: int, theme: str
    ) -> None:
        self.browser, self.url = browser, url
        self.language, self.width, self.theme = language, width, theme
        self.pages: dict[str | None, Page] = {}
        self.complaints: list[str] = []

    def _page(self, username: str | None) -> Page:
        if username not in self.pages:
            context = self.browser.new_context(
                viewport={"width": self.width, "height": 844 if self.width < 600 else 900},
                color_scheme=self.theme,  # type: ignore[arg-type]
                locale="ru-RU" if self.language == "ru" else "en-GB",
                reduced_motion="reduce",
            )
            context.add_cookies([{"name": "language", "value": self.language, "url": self.url}])
            page = self.pages[username] = context.new_page()
            if username is not None:
                sign_in(page, self.url, username)
            page.on("console", self._note)
            page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return self.pages[username]

    def window(self, scene: Scene) -> Page:
        """Return the browser page that ``scene`` is opened in."""
        return self._page(scene.username)

    def open(self, scene: Scene) -> Page:
        """Return a browser page that shows ``scene``; console errors are noted."""
        page = self._page(scene.username)
        self.complaints.clear()
        scene.walk(page, self.url)
        page.wait_for_load_state("load")
        page.evaluate("document.fonts.ready")
        return page

    def _note(self, message: object) -> None:
        if getattr(message, "type", "") == "error" and "status of 4" not in str(message):
            self.complaints.append(str(message))

    def close(self) -> None:
        """Close all windows."""
        for page in self.pages.values():
            page.context.close()


EXAMINED = "/examining/courses/sincere-service"
AUTHORED = "/authoring/courses/sincere-service"
DESK = "/exam-desk/real-estate-registration?exam=filing-exam"  # one of several of its course
DRAFTED = "/authoring/courses/lean-practices"
WITH_FURTHER_EXAM = "/authoring/courses/real-estate-registration"
EXAM = "main a[href$='/exam']"
OLDEST = "main tbody tr:last-child a"  # of the trainee's courses: completed
STATISTICS = "/results/sincere-service/questions"
HISTORY = "main a[href$='/history']"

SCENES: list[Scene] = [
    Scene("sign-in", None, at("/sign-in")),
    Scene("verify", None, at("/verify")),
    Scene("verify-file", None, checked_file),
    Scene("verify-offline", None, at("/verify/offline")),
    Scene("verify-wrong-number", None, at("/verify?number=123", 422)),
    Scene("not-found", None, at("/no-such-page", 404)),
    Scene("design", None, at("/design")),
    Scene("home", "trainee", at("/")),
    Scene("courses", "trainee", at("/courses")),
    Scene("course", "trainee", through("/courses", "main a[href^='/courses/']")),
    Scene(
        "lesson",
        "trainee",
        through("/courses", "main a[href^='/courses/']", "main a[href*='/lessons/']"),
    ),
    Scene("search", "trainee", at("/search?q=visitor&mine=1")),
    Scene("catalogue", "trainee", at("/catalogue")),
    Scene("catalogue-course", "hr", at("/catalogue/real-estate-registration")),
    Scene("search-nothing", "trainee", at("/search?q=nosuchword")),
    Scene("read-lesson", "hr", through("/search?q=visitor", "main a[href^='/library/']")),
    Scene(
        "lesson-workbench",
        "trainee",
        through("/courses", "main a[href^='/courses/']", "main section:nth-of-type(2) .outline a"),
    ),
    Scene(
        "windows", "trainee", at("/calculator/windows?visitors=90&handling=10&percent=95&within=15")
    ),
    Scene("mentoring", "trainee", at("/mentoring")),
    Scene("practice", "trainee", at("/practice")),
    Scene("practice-question", "trainee", in_practice()),
    Scene("practice-fault", "trainee", in_practice(".practice-actions button.button-primary")),
    Scene("practice-answer", "trainee", in_practice(".practice-actions button[name=unknown]")),
    Scene("exam-start", "trainee", through("/", EXAM)),
    Scene("further-exam", "мфц-100001", through("/", "main a[href*='/parts/']")),
    Scene(
        "course-with-further-exam",
        "мфц-100001",
        through("/", "main a[href*='/parts/']", "main a[href^='/courses/']"),
    ),
    Scene("exam", "trainee", in_exam()),
    Scene("exam-review", "trainee", in_exam("/review")),
    Scene("exam-result", "trainee", through("/courses", OLDEST, EXAM, "main a[href$='/result']")),
    Scene("exam-receipt", "trainee", with_receipt("/receipt"), apart=True),
    Scene("appeals", "trainee", with_receipt("/appeals"), apart=True),
    Scene("verify-receipt", None, at("/receipts/verify")),
    Scene("account", "trainee", at("/account")),
    Scene("inbox", "trainee", at("/inbox")),
    Scene("calendar", "trainee", at("/calendar")),
    Scene("password", "trainee", at("/account/password", 403)),
    Scene("certificates", "trainee", at("/certificates")),
    Scene("forbidden", "trainee", at("/hr/people", 403)),
    Scene("authoring", "instructor", at("/authoring")),
    Scene("authored-course", "instructor", at(AUTHORED)),
    Scene("new-course", "instructor", at("/authoring/new")),
    Scene("draft", "instructor", in_draft()),
    Scene("draft-with-further-exam", "instructor", in_draft(of=WITH_FURTHER_EXAM)),
    Scene("draft-settings", "instructor", in_draft("main a[href$='/settings']")),
    Scene("draft-topics", "instructor", in_draft("main a[href$='/topics']")),
    Scene("draft-sources", "instructor", in_draft("main a[href$='/sources']")),
    Scene("facts", "instructor", at("/authoring/facts")),
    Scene("fact", "instructor", through("/authoring/facts", ".facts-table a")),
    Scene(
        "change-fact",
        "instructor",
        through("/authoring/facts", ".facts-table a", "main a[href$='/change']"),
    ),
    Scene("new-fact", "instructor", at("/authoring/facts/new")),
    Scene("changed-fact", "instructor", of_changed_fact()),
    Scene("touched-people", "instructor", of_changed_fact("/people/completed")),
    Scene("write-training", "instructor", of_changed_fact("/training")),
    Scene("delta-trainings", "hr", at("/deltas")),
    Scene("delta", "trainee", with_training("/", "main a[href^='/changes/']")),
    Scene("delta-training", "hr", with_training("/deltas", "main a[href^='/deltas/']")),
    Scene("draft-media", "instructor", in_draft("main a[href$='/media']")),
    Scene("draft-file", "instructor", in_draft("main a[href$='/media']", "main a.media-name")),
    Scene("import-course", "instructor", at("/authoring/import")),
    Scene("draft-lesson", "instructor", in_draft("main a[href$='/edit']")),
    Scene(
        "lesson-history",
        "instructor",
        in_draft("main a[href$='/edit']", "main a[href*='/history']"),
    ),
    Scene(
        "lesson-revision",
        "instructor",
        in_draft("main a[href$='/edit']", "main a[href*='/history']", ".revision a"),
    ),
    Scene(
        "lesson-comparison",
        "instructor",
        in_draft(
            "main a[href$='/edit']",
            "main a[href*='/history']",
            ".revision a",
            "main a[href*='/compare']",
        ),
    ),
    Scene("draft-lesson-details", "instructor", in_draft("main a[href$='/details']")),
    Scene("draft-kinds", "instructor", in_draft("main a[href$='/add']")),
    Scene(
        "draft-checklist",
        "instructor",
        in_draft("main a[href$='/add']", "main a[href$='/add/checklist']"),
    ),
    Scene("draft-module", "instructor", in_draft("main .module-head a[href*='/modules/']")),
    Scene("draft-exam", "instructor", in_draft("main a[href$='/exam']")),
    Scene("draft-translation", "instructor", in_draft("main a[href$='/translation']")),
    Scene(
        "lesson-languages",
        "instructor",
        in_draft("main a[href$='/translation']", "main td a, main th a"),
    ),
    Scene("review", "instructor", in_draft("main a[href$='/review']")),
    Scene(
        "lesson-comments",
        "instructor",
        in_draft("main a[href$='/edit']", "main a[href*='/comments']"),
    ),
    Scene("publication", "instructor", in_draft("main a[href$='/publish']")),
    Scene("items", "instructor", at(f"{AUTHORED}/items")),
    Scene("import-items", "instructor", at(f"{AUTHORED}/items/import")),
    Scene("import-plan", "instructor", planned_import),
    Scene("export-items", "instructor", at(f"{AUTHORED}/items/export?format=aiken")),
    Scene("new-item", "instructor", at(f"{AUTHORED}/items/new")),
    Scene("new-matching-item", "instructor", at(f"{AUTHORED}/items/new/matching")),
    Scene("new-gap-text-item", "instructor", at(f"{AUTHORED}/items/new/gap_text")),
    Scene("new-dialogue-item", "instructor", at(f"{AUTHORED}/items/new/dialogue")),
    Scene("new-file-item", "instructor", at(f"{AUTHORED}/items/new/file")),
    Scene("new-essay-item", "instructor", at(f"{AUTHORED}/items/new/essay")),
    Scene("grading", "instructor", at("/grading")),
    Scene("grade-answer", "instructor", grading_answer),
    Scene("remark", "instructor", through("/grading", "main a[href^='/examining/answers/']")),
    Scene("new-hotspot-item", "instructor", at(f"{AUTHORED}/items/new/hotspot")),
    Scene(
        "hotspot-item",
        "instructor",
        through("/authoring/courses/lean-practices/items?kind=hotspot", "a.item-link"),
    ),
    Scene("item", "instructor", through(f"{AUTHORED}/items", "a.item-link")),
    Scene("item-history", "instructor", through(f"{AUTHORED}/items", "a.item-link", HISTORY)),
    Scene("blueprint", "instructor", at(f"{AUTHORED}/exam")),
    Scene("exam-preview", "instructor", at(f"{AUTHORED}/exam/preview?seed=1")),
    Scene("published-lesson", "instructor", through(AUTHORED, "a.lesson-link-title")),
    Scene("results", "instructor", at("/results")),
    Scene("exam-desks", "instructor", at("/exam-desk")),
    Scene("exam-desk", "instructor", at(DESK)),
    Scene("exam-desk-person", "instructor", through(DESK, "main a[href*='/enrolments/']")),
    Scene("course-results", "instructor", at("/results/sincere-service")),
    Scene("question-statistics", "instructor", at(STATISTICS)),
    Scene("question-statistics-of-one", "instructor", through(STATISTICS, "main tbody th a")),
    Scene("question-scale", "instructor", at("/results/sincere-service/scale")),
    Scene("sittings", "instructor", at(EXAMINED)),
    Scene("replay", "instructor", through(EXAMINED, "main a[href^='/examining/attempts/']")),
    Scene("live-exam", "instructor", at(f"{EXAMINED}/live")),
    Scene("course-appeals", "instructor", at(f"{EXAMINED}/appeals")),
    Scene("corrections", "instructor", at(f"{EXAMINED}/regrades")),
    Scene(
        "correction",
        "instructor",
        through(f"{AUTHORED}/items", "a.item-link", "main a[href$='/correction']"),
    ),
    Scene("certificate-reviews", "hr", at("/hr/regrades")),
    Scene("people", "hr", at("/hr/people")),
    Scene("person", "hr", through("/hr/people", "main a[href^='/hr/people/']")),
    Scene("erasures-due", "hr", at("/hr/erasures/due")),
    Scene(
        "erasure-plan",
        "hr",
        through("/hr/duplicates", "main th a[href^='/hr/people/']", "main a[href$='/erasure']"),
    ),
    Scene("duplicates", "hr", at("/hr/duplicates")),
    Scene("merge-plan", "hr", compared),
    Scene(
        "last-day",
        "hr",
        through("/hr/people", "main th a[href^='/hr/people/']", "main a[href$='/last-day']"),
    ),
    Scene("planned-posts", "hr", at("/hr/planned-posts")),
    Scene("retention", "hr", at("/hr/retention")),
    Scene("retention-new", "admin", at("/hr/retention/new")),
    Scene("retention-class", "admin", at("/hr/retention/exam_papers")),
    Scene("import", "hr", at("/hr/people/import")),
    Scene("import-columns", "hr", uploaded),
    Scene("import-plan", "hr", checked_upload),
    Scene("enrol", "hr", at("/hr/enrol")),
    Scene("enrol-list", "hr", at("/hr/enrol?by=list")),
    Scene("enrol-file", "hr", at("/hr/enrol?by=file")),
    Scene("co-authors", "instructor", at(f"{DRAFTED}/co-authors")),
    Scene("my-programme", "trainee", at("/my-programme")),
    Scene("programmes", "hr", at("/hr/programmes")),
    Scene("programme", "hr", through("/hr/programmes", PROGRAMME)),
    Scene(
        "programme-people", "hr", through("/hr/programmes", PROGRAMME, "main td a[href*='/people']")
    ),
    Scene("programme-form", "hr", previewed_programme),
    Scene("registry", "hr", at("/hr/certificates")),
    Scene("designs", "hr", designed()),
    Scene("design", "hr", designed(".design-name a")),
    Scene("design-versions", "hr", designed("main a[href$='/history']")),
    Scene("all-found", "hr", at("/hr/certificates/all")),
    Scene("issue-many", "hr", at("/hr/certificates/issue")),
    Scene("issue-plan", "hr", planned_issue),
    Scene("batches", "hr", at("/hr/certificates/batches")),
    Scene("batch-running", "hr", running_batch),
    Scene("saved-lists", "hr", saved()),
    Scene("saved-list", "hr", saved("main a[href^='/hr/lists/']")),
    Scene("courses-to-read", "auditor", at("/authoring/reading")),
    Scene("board", "hr", at("/hr/board")),
    Scene("my-centre", "head", at("/my-centre")),
    Scene("board-people", "hr", at("/hr/board/people?measure=overdue")),
    Scene("staffing", "hr", at("/hr/staffing")),
    Scene("staffing-week", "hr", through("/hr/staffing", FLAGSHIP)),
    Scene("staffing-part", "hr", through("/hr/staffing", FLAGSHIP, "main tbody th a")),
    Scene("staffing-windows", "hr", through("/hr/staffing", FLAGSHIP, ".tabs a[href$='/windows']")),
    Scene("staffing-needs", "hr", through("/hr/staffing", FLAGSHIP, ".tabs a[href$='/needs']")),
    Scene("staffing-people", "hr", through("/hr/staffing", FLAGSHIP, ".tabs a[href$='/people']")),
    Scene("service-groups", "hr", at("/hr/service-groups")),
    Scene("staffing-import", "hr", at("/hr/staffing/import")),
    Scene("certifications", "hr", at("/hr/certifications")),
    Scene("certification", "hr", through("/hr/certifications", CERTIFICATION)),
    Scene(
        "reminders",
        "hr",
        through("/hr/certifications", CERTIFICATION, "a[href$='/reminders']"),
    ),
    Scene(
        "certification-change",
        "hr",
        through("/hr/certifications", CERTIFICATION, "a[href$='/edit']"),
    ),
    Scene("rule", "hr", previewed_rule),
    Scene(
        "certify-many",
        "hr",
        through("/hr/certifications", CERTIFICATION, "a[href$='/many']"),
    ),
    Scene(
        "rule-enrolling",
        "hr",
        through("/hr/certifications", CERTIFICATION, "a[href$='/enrolling']"),
    ),
    Scene("person-certifications", "hr", through("/hr/board/people?measure=serving", STANDING)),
    Scene("certificate", "hr", through("/hr/certificates", "main th a[href^='/hr/certificates/']")),
    Scene(
        "verification",
        "hr",
        through(
            "/hr/certificates", "main th a[href^='/hr/certificates/']", "main a[href*='/verify/']"
        ),
    ),
    Scene("tokens", "hr", at("/tokens")),
    Scene("new-token", "hr", at("/tokens/new")),
    Scene("webhooks", "hr", at("/webhooks")),
    Scene("new-webhook", "hr", at("/webhooks/new")),
    Scene("api-docs", None, at("/api/docs")),
    Scene("mail-log", "hr", at("/hr/mail")),
    Scene("accounts", "admin", at("/admin/accounts")),
    Scene("audit", "admin", at("/admin/audit")),
    Scene("background-work", "admin", at("/admin/jobs")),
]
