"""Steps to pages that have something to show only after something was done."""

import re
from urllib.parse import urljoin

from playwright.sync_api import Page

from tests.support.scenes.stage import Walk, at, sign_in, through

CERTIFICATION = "main h2 a[href^='/hr/certifications/']"
PROGRAMME = "main h2 a[href^='/hr/programmes/']"
AUTHORED = "/authoring/courses/sincere-service"
DRAFTED = "/authoring/courses/lean-practices"
EXAM = "main a[href$='/exam']"
OLDEST = "main tbody tr:last-child a"

_drafts: dict[tuple[str, str], str] = {}  # addresses by installation and course


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


def previewed_move(page: Page, url: str) -> None:
    """Ask what it would mean to move the last centre of the list to the first district."""
    through("/admin/network", "#units tr:last-child th a", "a[href$='/move']")(page, url)
    page.locator("main [name=above]").select_option(index=2)
    page.locator("main [name=reason]").fill("Границы округов изменились")
    page.get_by_role("button", name=re.compile("Show what|Показать последствия")).click()
    page.locator("#consequence").wait_for()


def equivalent_previewed(page: Page, url: str, course: str = "first-day") -> None:
    """Ask what it would mean if a course's certificate counted in a certification's place."""
    through("/hr/certifications", CERTIFICATION, "a[href$='/equivalents/new']")(page, url)
    page.locator("main [name=old]").select_option(f"course:{course}")
    page.locator("main [name=until_on]").fill("2030-12-31")
    page.locator("main [name=reason]").fill("Прежнее обучение ещё действует")
    page.get_by_role("button", name=re.compile("Show what|Показать последствия")).click()
    page.locator("#consequence").wait_for()


def equivalent_counted(page: Page, url: str) -> None:
    """Count a course's certificate, where it isn't counted yet, and go to end that."""
    through("/hr/certifications", CERTIFICATION)(page, url)
    ending = "main a[href^='/hr/equivalents/']"
    if not page.locator(ending).count():
        equivalent_previewed(page, url, "residents-feedback")
        with page.expect_navigation():
            page.locator("main button[name=save]").click()
    page.locator(ending).first.click()
    page.wait_for_url("**/end")


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


def in_draft(*selectors: str, of: str = DRAFTED) -> Walk:
    """Open the draft of a course, begun now if there is none, and follow links from there."""
    return lambda page, url: through(_draft(page, url, of), *selectors)(page, url)


def _draft(page: Page, url: str, of: str) -> str:
    """Return the address of a course's draft: asked once, since most scenes of authors begin there."""
    if (url, of) not in _drafts:
        at(of)(page, url)
        begin = page.get_by_role("button", name=re.compile("Open a draft|Открыть черновик"))
        if begin.count():
            begin.click()
        else:
            page.locator("main a[href^='/authoring/drafts/']").first.click()
        page.wait_for_url("**/authoring/drafts/*")
        _drafts[url, of] = page.url.removeprefix(url)
    return _drafts[url, of]


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


def begun(page: Page, url: str) -> None:
    """Begin the exam of the trainee's renewal as the trainee, and leave it."""
    assert page.context.browser
    candidate = page.context.browser.new_context().new_page()
    sign_in(candidate, url, "trainee")
    in_exam()(candidate, url)
    candidate.context.close()


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
    for summary in page.locator("main details.disclosure summary").all():
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


def once(listing: str, link: str, make: Walk) -> Walk:
    """Open the first ``link`` of a list; ``make`` what it leads to if there is none yet."""

    def walk(page: Page, url: str) -> None:
        at(listing)(page, url)
        if not page.locator(link).count():
            make(page, url)
        through(listing, link)(page, url)

    return walk


def in_order(*walks: Walk) -> Walk:
    """One after the other."""

    def walk(page: Page, url: str) -> None:
        for one in walks:
            one(page, url)

    return walk


def sent(form: Walk, button: str, **values: str) -> Walk:
    """Fill fields, found by their names, of the page that ``form`` leads to, and press ``button``."""

    def walk(page: Page, url: str) -> None:
        form(page, url)
        for name, value in values.items():
            field = page.locator(f"main [name={name}]:not([type=hidden])")
            if field.first.get_attribute("type") in {"checkbox", "radio"}:
                page.locator(f"main [name={name}][value='{value}']").check()
            else:
                field.first.fill(value)
        with page.expect_navigation():
            page.locator(button).first.click()

    return walk


def with_person(link: str) -> Walk:
    """Open a link on the trainee's record."""
    return through("/hr/people?words=ДЕМО-0001", "main tbody th a", link)


def on_leave(page: Page, url: str) -> None:
    """Open a leave of a person, entered now if there is none."""
    leave = "main a[href*='/leave/']"
    with_person("main a[href$='/leave']")(page, url)
    if not page.locator(leave).count():
        today = page.evaluate("new Date().toISOString().slice(0, 10)")
        page.locator("main [name=first_on]").fill(today)
        page.locator("main [name=reason]").fill("Приказ от 3 марта, № 12")
        page.locator("main .form-actions button").click()
        page.locator(leave).first.wait_for()
    page.locator(leave).first.click()
    page.wait_for_url("**/leave/*")


def of_several(page: Page, url: str) -> None:
    """See the dry run of erasing several people, of whom there is one."""
    through("/hr/duplicates", "main th a[href^='/hr/people/']")(page, url)
    at(f"/hr/erasures/several?person={page.url.rpartition('/')[2]}")(page, url)


def side_by_side(page: Page, url: str) -> None:
    """Compare two people who are none the other."""
    sent(with_person("main a[href$='/merge']"), "main form button", number="МФЦ-100001")(page, url)


def appealed(page: Page, url: str) -> None:
    """Hand an exam in empty and object to its first question, as a candidate of one's own."""
    assert page.context.browser
    candidate = page.context.browser.new_context().new_page()
    sign_in(candidate, url, "мфц-100001")
    through("/", "main a[href*='/parts/']")(candidate, url)
    candidate.locator(".exam-start button").click()
    candidate.wait_for_url("**/attempts/*")
    at(candidate.url.removeprefix(url).split("#")[0] + "/review")(candidate, url)
    candidate.locator("main form[action$='/submit'] button").first.click()
    candidate.locator("dialog [data-confirm-yes]").click()
    candidate.wait_for_url("**/result")
    at(candidate.url.removeprefix(url).removesuffix("/result") + "/appeals")(candidate, url)
    candidate.locator("main select[name=question]").select_option(index=1)
    candidate.locator("main [name=reason]").fill("Срок считают с другого дня.")
    with candidate.expect_navigation():
        candidate.locator("main form[action$='/appeals'] button").first.click()
    candidate.context.close()


def corrected(page: Page, url: str) -> None:
    """Ask what it would change if everybody got the points of a question."""
    through(f"{AUTHORED}/items", "a.item-link", "main a[href$='/correction']")(page, url)
    page.locator("main [name=kind][value=full_points]").check()
    page.locator("main [name=reason]").fill("Правило изменилось.")
    with page.expect_navigation():
        page.locator("main .form-actions button").first.click()
