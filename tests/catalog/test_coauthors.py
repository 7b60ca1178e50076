"""Co-authors from outside: one course is theirs to edit, and there is nothing else for them."""

import re
from datetime import date, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.assessment.models import PoolEntry
from lms.audit.models import AuditEntry
from lms.catalog.coauthoring.models import CoAuthorship
from lms.catalog.queries import course_for, version_outline
from lms.catalog.reviewing.services import ask_for_review, request_changes
from lms.catalog.services import open_draft
from lms.core.database import db
from lms.notifications.composing import letter
from lms.notifications.kinds import kind_of
from lms.notifications.models import OutgoingMail
from lms.notifications.queries import mail_with_message
from lms.people.models import AccessRole
from tests.builders.assessment import make_exam
from tests.builders.catalog import NOW, make_course
from tests.builders.coauthors import make_co_author
from tests.builders.learning import course_of, make_enrolment
from tests.builders.notifications import with_server
from tests.builders.people import PASSWORD, make_account, make_person
from tests.pages import Page, PageClient

pytestmark = pytest.mark.in_turn

FORM = {
    "family_name": "Ершов",
    "given_name": "Пётр",
    "organisation": "Registry of Rights",
    "username": "ershov",
    "expires_on": (date.today() + timedelta(days=9)).isoformat(),  # noqa: DTZ011 - a form's day
}
ADDRESS = "/authoring/courses/own/co-authors"


def signed_in(app: Flask, slug: str, **options: date) -> PageClient:
    return PageClient(app).sign_in(make_co_author(slug, **options).username, PASSWORD)


def test_an_instructor_invites_and_the_expert_edits_that_course_alone(
    app: Flask, author: PageClient
) -> None:
    make_course("own")
    make_course("other")
    invited = author.post(ADDRESS, FORM, status=200)
    secret = invited.one(".one-time-password").text
    expert = PageClient(app)
    expert.post("/sign-in", {"username": "ershov", "password": secret})
    assert expert.get("/", status=302).location == "/account/password"
    assert expert.get("/account/password").heading
    actions = set(db.session.scalars(sa.select(AuditEntry.action)))
    assert "catalog.coauthor_invited" in actions


def test_the_list_holds_the_own_course_and_home_leads_there(app: Flask) -> None:
    make_course("own")
    make_course("other")
    expert = signed_in(app, "own")
    page = expert.follow(expert._open("GET", "/", status=302))
    links = [one.get("href") for one in page.select("main a")]
    assert links == ["/authoring/courses/own"]


def pages_of(expert: PageClient, slug: str) -> list[Page]:
    """All that links of the course's pages lead to, two steps deep."""
    seen: dict[str, Page] = {}
    ahead = [f"/authoring/courses/{slug}"]
    for _step in range(3):
        for path in [one for one in ahead if one not in seen]:
            seen[path] = expert.get(path)
        links = [a.get("href") for page in seen.values() if page.is_html for a in page.select("main a[href^='/authoring/'], main a[href^='/files/']")]  # fmt: skip
        ahead = sorted({link.split("#")[0] for link in links})
    return list(seen.values())


def test_no_link_is_closed_and_no_page_names_staff_or_learners(app: Flask) -> None:
    version = make_course("own")
    make_enrolment(make_person("Learner", "Hidden"), version)
    open_draft(course_of(version), now=NOW, actor=make_person("Boss", "Hidden"))
    found = pages_of(signed_in(app, "own"), "own")
    assert len(found) > 12
    for page in found:
        assert not {"Hidden", "Learner", "Secret"} & set(page.text.split())


def test_other_courses_look_as_if_they_were_not(app: Flask) -> None:
    make_course("own")
    other = make_course("other")
    draft = open_draft(course_of(other), now=NOW, actor=None)
    lesson = version_outline(draft.id).activities[0].public_id
    expert = signed_in(app, "own")
    for path in (
        "/authoring/courses/other",
        "/authoring/courses/other/items",
        f"/authoring/drafts/{draft.public_id}",
        f"/authoring/drafts/{draft.public_id}/media",
        f"/authoring/lessons/{lesson}",
        f"/authoring/lessons/{lesson}/comments",
        f"/authoring/lessons/{lesson}/history",
    ):
        assert expert.get(path, status=404).status == 404


def test_the_own_account_leads_nowhere_that_is_closed(app: Flask) -> None:
    make_course("own")
    expert = signed_in(app, "own")
    for link in expert.get("/account").select("main a[href^='/']"):
        assert expert.get(link.get("href")).status == 200
    assert (
        expert.get("/calculator/windows?visitors=45&handling=10&percent=80&within=15").status == 200
    )


CLOSED = ("/search?q=visitor", "/catalogue", "/courses", "/authoring/facts", "/results", "/hr/people", ADDRESS, "/authoring/new", "/certificates", "/practice")  # fmt: skip


def test_what_is_for_staff_is_closed(app: Flask) -> None:
    make_course("own")
    expert = signed_in(app, "own")
    for path in CLOSED:
        assert expert.get(path, status=403).status == 403


def test_questions_of_the_own_course_are_edited(app: Flask) -> None:
    version = make_exam()
    slug = course_of(version).slug
    expert = signed_in(app, slug)
    page = expert.get(f"/authoring/courses/{slug}/items")
    item = page.select(f"main a[href^='/authoring/courses/{slug}/items/']")[0].get("href")
    assert expert.get(item).status == 200


def test_the_expert_asks_for_a_review_and_answers_none(app: Flask) -> None:
    version = make_course("own")
    draft = open_draft(course_of(version), now=NOW, actor=make_person("Boss", "Hidden"))
    expert, page = signed_in(app, "own"), f"/authoring/drafts/{draft.public_id}/review"
    assert "Ask for a review" in expert.get(page).text
    expert.post(page, {"step": "ask", "note": "Checked the terms."})
    request_changes(draft, message="Once more.", actor=make_person("Boss", "Hidden"), now=NOW)
    db.session.commit()
    asked = expert.get(page)
    assert "Another editor" in asked.text
    assert "Hidden" not in asked.text
    for step in ("approve", "return"):
        expert.post(page, {"step": step, "note": "Fine."}, status=403)


def test_a_mail_with_the_answer_names_no_staff(app: Flask) -> None:
    draft = open_draft(course_of(make_course("own")), now=NOW, actor=None)
    expert = make_co_author("own").person
    expert.email = "expert@example.org"
    ask_for_review(draft, message="", actor=expert, now=NOW)
    request_changes(draft, message="Once more.", actor=make_person("Boss", "Hidden"), now=NOW)
    mail = db.session.scalars(
        sa.select(OutgoingMail).where(OutgoingMail.address == "expert@example.org")
    ).one()
    sent = letter(mail_with_message(mail.id), settings=with_server(), now=NOW)
    told = message_from_bytes(sent.content, policy=default)
    bodies = [part.get_content() for part in told.walk() if not part.is_multipart()]
    assert len(bodies) == 2
    assert "> Once more." in bodies[0].splitlines()
    assert bodies[0].count(told["Subject"]) == 1
    for body in bodies:
        assert "Once more." in body
        assert not {"Hidden", "Boss", "Secret"} & set(re.findall(r"\w+", body))
    # An answer from before the mark was kept may have gone to a co-author: it names nobody.
    kind = kind_of("catalog.review_step")
    shown = kind.present([{**mail.message.details, "is_guest": False}])
    assert "Hidden" in shown[0]["actor"]
    old = {name: value for name, value in mail.message.details.items() if name != "is_guest"}
    assert "Hidden" not in kind.present([old])[0]["actor"]


def test_the_expert_tries_the_exam_and_learns_nothing_of_others_answers(app: Flask) -> None:
    version = make_exam()
    entry = db.session.scalars(sa.select(PoolEntry)).first()
    assert entry
    entry.facility = 37.0
    address = f"/authoring/courses/{course_of(version).slug}/exam/preview"
    expert = signed_in(app, course_of(version).slug)
    page = expert.get(address)
    assert "What candidates are told" in page.text
    assert "What the blueprint amounts to" not in page.text
    assert "Not passed" in expert.post(address, page.form_values(), status=200).text
    other = course_of(make_exam()).slug
    db.session.commit()
    expert.get(f"/authoring/courses/{other}/exam/preview", status=404)


def test_after_the_last_day_nothing_is_open(app: Flask) -> None:
    make_course("own")
    expert = signed_in(app, "own", expires_on=date(2020, 1, 1))
    assert "No course is open to you" in expert.get("/authoring").text
    assert expert.get("/authoring/courses/own", status=404)


def test_withdrawn_the_account_is_shut_at_once(app: Flask, author: PageClient) -> None:
    make_course("own")
    expert = signed_in(app, "own")
    key = db.session.scalars(sa.select(CoAuthorship.public_id)).one()
    author.post(f"{ADDRESS}/{key}/withdraw")
    assert expert._open("GET", "/authoring", status=302).location.startswith("/sign-in")
    assert "catalog.coauthor_withdrawn" in set(db.session.scalars(sa.select(AuditEntry.action)))


WRONG = [
    ({"expires_on": "2020-01-01"}, "Choose a day within a year"),
    ({"expires_on": "2999-01-01"}, "Choose a day within a year"),
    ({"username": "a b"}, "Use 3 to 60"),
    ({"family_name": ""}, "Enter the name."),
    ({"email": "nobody"}, "Enter an e-mail address."),
]


def test_a_wrong_invitation_says_what_is_wrong(author: PageClient) -> None:
    make_course("own")
    for changed, words in WRONG:
        page = author.post(ADDRESS, {**FORM, **changed}, status=422)
        assert words in page.text
        assert "Welcoming a visitor" in page.one(".breadcrumbs").text_content()


def test_a_taken_sign_in_name_is_refused_and_nobody_is_made(author: PageClient) -> None:
    make_course("own")
    make_account(AccessRole.TRAINEE, username="ershov")
    author.post(ADDRESS, FORM, status=422)
    assert db.session.scalar(sa.select(sa.func.count(CoAuthorship.id))) == 0
    assert course_for("own")
