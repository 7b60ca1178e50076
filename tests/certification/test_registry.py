"""HR's registry: search, scope, order, paging, one certificate, revoking, reissuing, export."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.audit.models import AuditEntry
from lms.certification import queries
from lms.certification.models import Certificate, CertificateRevocation
from lms.certification.numbers import encode, group
from lms.certification.policies import may_manage, may_read
from lms.certification.queries import registry
from lms.certification.queries.registry import Filters, Order, StatusFilter
from lms.core.database import db
from lms.people.models import AccessRole, Employment, Person, UnitKind
from lms.people.services import rename_person
from tests.builders.certification import make_certificate, make_taught_course
from tests.builders.people import PASSWORD, make_account, make_person, make_unit, make_viewer
from tests.pages import Page, PageClient
from tests.support.statements import counted_statements

NOON = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
TODAY = date(2026, 6, 1)
STATUSES = {
    "valid": date(2027, 1, 1),
    "expiring": date(2026, 6, 20),
    "expired": date(2026, 5, 31),
    "revoked": date(2027, 1, 1),
    "replaced": date(2027, 1, 1),
}


@pytest.fixture(autouse=True)
def _noon() -> Any:
    with time_machine.travel(NOON, tick=True) as traveller:
        yield traveller


def hr(app: Flask, **options: Any) -> PageClient:
    account = make_account(AccessRole.HR, **options)
    return PageClient(app).sign_in(account.username, PASSWORD)


def address(certificate: Certificate, what: str = "") -> str:
    return f"/hr/certificates/{certificate.number}{what}"


def revoke_silently(certificate: Certificate) -> None:
    db.session.add(
        CertificateRevocation(
            certificate_id=certificate.id, revoked_at=NOON, reason="Reason of revocation"
        )
    )
    db.session.flush()


def one_of_each() -> dict[str, Certificate]:
    """A certificate of each status, its holder named after it."""
    found = {
        name: make_certificate(make_person(f"Status-{name}"), valid_until_on=until)
        for name, until in STATUSES.items()
    }
    revoke_silently(found["revoked"])
    successor = make_certificate(make_person("Successor"), valid_until_on=date(2027, 1, 1))
    successor.replaces_id = found["replaced"].id
    db.session.flush()
    return found


def names(page: Page) -> list[str]:
    return [" ".join(link.text_content().split()) for link in page.select("tbody th a")]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("", {"valid", "expiring", "expired", "revoked", "replaced"}),
        ("valid", {"valid", "expiring"}),
        ("expiring", {"expiring"}),
        ("expired", {"expired"}),
        ("revoked", {"revoked"}),
        ("replaced", {"replaced"}),
    ],
)
def test_the_status_narrows_the_list(app: Flask, status: str, expected: set[str]) -> None:
    one_of_each()
    page = hr(app).get(f"/hr/certificates?status={status}&text=Status-")
    assert {name.split()[0].removeprefix("Status-") for name in names(page)} == expected


@pytest.mark.parametrize(("days", "found"), [(18, False), (19, True), (60, True)])
def test_expiring_within_days_counts_the_last_day(app: Flask, days: int, found: bool) -> None:
    one_of_each()
    page = hr(app).get(f"/hr/certificates?status=expiring&days={days}")
    assert bool(names(page)) == found


@pytest.mark.parametrize(
    "text",
    [
        *("соколова", "СОКОЛОВ", "мария соколова", "Семёнова", "семенова", "tab-77", "TAB-7"),
        *("Соколова М.С.", "м. соколова", "«Соколова», Мария;", "соколова tab-7"),
    ],
)
def test_people_are_found_by_name_and_personnel_number(app: Flask, text: str) -> None:
    wanted = make_person("Соколова", patronymic="Семёнова", personnel_number="TAB-77")
    make_certificate(wanted)
    make_certificate(make_person("Воронова"))
    page = hr(app).get("/hr/certificates", query_string={"text": text})
    assert [name.split()[0] for name in names(page)] == ["Соколова"]


def test_a_certificate_is_found_by_its_number_as_typed(app: Flask) -> None:
    wanted = make_certificate()
    make_certificate()
    page = hr(app).get("/hr/certificates", query_string={"text": group(wanted.number).lower()})
    assert len(names(page)) == 1
    assert page.select(f"a[href='{address(wanted)}']")


@pytest.mark.parametrize("common", [1, 10**6], ids=["few", "many"])
def test_someone_is_found_by_the_present_name_and_by_the_former(
    app: Flask, common: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms.people.queries.matching.COMMON", common)
    monkeypatch.setattr("lms.people.queries.matching.SAMPLED", 100)
    holder = make_person("Белова")
    make_certificate(holder)
    rename_person(
        now=NOON,
        actor_key=None,
        person=holder,
        family_name="Чернова",
        given_name="А",
        patronymic="",
    )
    client = hr(app)
    for text in ("белова", "чернова", "чернова белова"):
        page = client.get("/hr/certificates", query_string={"text": text})
        assert [name.split()[0] for name in names(page)] == ["Белова"]


def test_wildcards_are_letters_here(app: Flask) -> None:
    make_certificate(make_person("Соколова"))
    for text in ("%", "_", "Со%ва", "\\"):
        page = hr(app).get("/hr/certificates", query_string={"text": text})
        assert names(page) == []
        assert "Nothing matches" in page.text


def test_centre_and_course_narrow_the_list(app: Flask) -> None:
    district = make_unit("cao", kind=UnitKind.DISTRICT)
    centre = make_unit("cao-1", parent=district)
    course = make_taught_course("lean")
    make_certificate(make_person("Here", unit=centre), version=course)
    make_certificate(make_person("There", unit=make_unit("zao-1")))
    client = hr(app)
    for query in (
        {"unit": centre.public_id},
        {"unit": district.public_id},
        {"course": "lean"},
        {"course": "lean", "unit": district.public_id, "status": "valid"},
    ):
        page = client.get("/hr/certificates", query_string=query)
        assert [name.split()[0] for name in names(page)] == ["Here"], query


@pytest.mark.parametrize(
    ("order", "expected"),
    [("name", "ABC"), ("-issued", "BAC"), ("until", "CAB")],
)
def test_the_list_is_sorted_as_asked(app: Flask, order: str, expected: str) -> None:
    for name, issued, until in (
        ("A", datetime(2026, 2, 1, tzinfo=UTC), date(2027, 6, 1)),
        ("B", datetime(2026, 3, 1, tzinfo=UTC), None),
        ("C", datetime(2026, 1, 1, tzinfo=UTC), date(2027, 5, 1)),
    ):
        make_certificate(make_person(name), issued_at=issued, valid_until_on=until)
    page = hr(app).get("/hr/certificates", query_string={"order": order})
    assert "".join(name.split()[0] for name in names(page)) == expected


@pytest.mark.parametrize("is_part", [False, True], ids=["network", "centre"])
@pytest.mark.parametrize("order", list(Order))
def test_pages_by_key_show_each_once_forth_and_back(
    app: Flask, order: Order, is_part: bool
) -> None:
    version, centre = make_taught_course(), make_unit()
    if is_part:
        make_certificate(make_person("Elsewhere"), version=version)
    for number in range(11):
        make_certificate(
            make_person(f"Same-{number % 3}", unit=centre),
            version=version,
            valid_until_on=TODAY + timedelta(days=number % 2),
        )
    viewer = make_viewer(AccessRole.HR)
    filters = Filters(order=order, unit_path=centre.path if is_part else None)
    whole = [entry.certificate.id for entry in registry.entries(viewer, filters, TODAY)]
    forth, cursor = [], None
    while True:
        page = registry.page(viewer, filters, TODAY, cursor, size=4)
        forth.append([entry.certificate.id for entry in page.rows])
        if page.next_cursor is None:
            break
        cursor = page.next_cursor
    assert [row for rows in forth for row in rows] == whole
    assert [len(rows) for rows in forth] == [4, 4, 3]
    back = registry.page(viewer, filters, TODAY, page.previous_cursor, size=4)
    assert [entry.certificate.id for entry in back.rows] == forth[1]


@pytest.mark.parametrize(
    "query",
    [
        {"status": "lost"},
        {"unit": "nowhere"},
        {"course": "nothing"},
        {"order": "id; DROP TABLE certificate"},
        {"days": "-1"},
        {"days": "many"},
        {"text": "x" * 201},
    ],
)
def test_a_senseless_filter_shows_nothing_and_says_why(app: Flask, query: dict[str, str]) -> None:
    make_certificate()
    page = hr(app).get("/hr/certificates", query_string=query, status=422)
    assert page.select(".error-summary")
    assert names(page) == []


@pytest.mark.parametrize("cursor", ["x", "W10", "WzAsW11d", "%00", "bnVsbA"])
def test_a_damaged_cursor_shows_the_first_page(app: Flask, cursor: str) -> None:
    make_certificate(make_person("First"))
    page = hr(app).get("/hr/certificates", query_string={"page": cursor})
    assert len(names(page)) == 1


def test_hr_sees_its_own_centres_by_the_present_post(app: Flask) -> None:
    here, there = make_unit("here"), make_unit("there")
    make_certificate(make_person("Here", unit=here))
    make_certificate(make_person("There", unit=there))
    moved = make_person("Moved", unit=there)
    certificate = make_certificate(moved)
    post = db.session.scalars(sa.select(Employment).where(Employment.person_id == moved.id)).one()
    post.unit_id = here.id
    gone = make_certificate(make_person("Gone", employed=False))
    client = hr(app, over=here)
    page = client.get("/hr/certificates")
    assert [name.split()[0] for name in names(page)] == ["Here", "Moved"]
    assert client.get(address(certificate)).status == 200
    client.get(address(gone), status=404)
    assert "Gone" in hr(app).get("/hr/certificates").text


def test_a_centre_outside_the_scope_can_not_be_asked_for(app: Flask) -> None:
    here, there = make_unit("here"), make_unit("there")
    make_certificate(make_person("There", unit=there))
    client = hr(app, over=here)
    page = client.get(f"/hr/certificates?unit={there.public_id}", status=422)
    assert "There" not in page.text
    assert there.name_en not in page.html


@pytest.mark.parametrize("what", ["", "/revoke", "/reissue"])
def test_a_foreign_certificate_is_as_missing_as_none(app: Flask, what: str) -> None:
    foreign = make_certificate(make_person("Чужая", unit=make_unit("there")))
    client = hr(app, over=make_unit("here"))
    data = {"revoke-reason": "A good reason", "reissue-reason": "A good reason"}
    pages = []
    for path in (address(foreign, what), f"/hr/certificates/{encode(3)}{what}"):
        if what:
            pages.append(client.post(path, data, status=404))
        else:
            pages.append(client.get(path, status=404))
    assert pages[0].one("main").text_content() == pages[1].one("main").text_content()
    assert queries.certificate(foreign.number).revocation is None


@pytest.mark.parametrize("role", [AccessRole.TRAINEE, AccessRole.INSTRUCTOR])
def test_others_do_not_enter_the_registry(app: Flask, role: AccessRole) -> None:
    certificate = make_certificate()
    account = make_account(role)
    client = PageClient(app).sign_in(account.username, PASSWORD)
    client.get("/hr/certificates", status=403)
    client.get(address(certificate), status=403)
    client.post(address(certificate, "/revoke"), {"revoke-reason": "Because"}, status=403)
    client.post("/lists/registry.csv", status=403)


def test_hr_revokes_with_a_reason_and_the_public_page_says_so(app: Flask) -> None:
    certificate = make_certificate()
    client = hr(app)
    page = client.follow(
        client.post(
            address(certificate, "/revoke"), {"revoke-reason": "Exam was not sat in person"}
        )
    )
    assert "Exam was not sat in person" in page.text
    assert not page.select("[name='revoke-reason']")
    public = PageClient(app).get(f"/verify/{certificate.number}")
    assert public.heading == "The certificate has been revoked"
    entry = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.action == "certification.revoked")
    ).one()
    assert entry.subject_key == certificate.number
    assert entry.reason == "Exam was not sat in person"


@pytest.mark.in_turn
@pytest.mark.parametrize(("what", "prefix"), [("/revoke", "revoke"), ("/reissue", "reissue")])
@pytest.mark.parametrize("reason", ["", "  ", "abc", "x" * 1001])
def test_a_reason_is_needed(app: Flask, what: str, prefix: str, reason: str) -> None:
    certificate = make_certificate()
    page = hr(app).post(address(certificate, what), {f"{prefix}-reason": reason}, status=422)
    assert page.select(".error-summary")
    assert page.one(f"#{prefix}-reason").text_content().strip() == reason.strip()
    found = queries.certificate(certificate.number)
    assert (found.revocation, found.replaced_by) == (None, None)


def test_hr_reissues_after_a_change_of_name(app: Flask) -> None:
    holder = make_person("Белова")
    certificate = make_certificate(holder)
    rename_person(
        now=NOON,
        actor_key=None,
        person=holder,
        family_name="Чернова",
        given_name="А",
        patronymic="",
    )
    client = hr(app)
    assert "Чернова" in client.get(address(certificate)).text
    page = client.follow(
        client.post(address(certificate, "/reissue"), {"reissue-reason": "A change of name"})
    )
    assert page.heading == "Чернова А"
    assert group(certificate.number) in page.text
    old = client.get(address(certificate))
    assert "A change of name" in old.text
    assert not old.select("form[action$='/reissue']")


@pytest.mark.parametrize(("until", "offered"), [("2026-05-31", False), ("2026-06-01", True)])
def test_a_revoked_one_is_reissued_until_its_last_valid_day(
    app: Flask, until: str, offered: bool
) -> None:
    certificate = make_certificate(valid_until_on=date.fromisoformat(until))
    revoke_silently(certificate)
    page = hr(app).get(address(certificate))
    assert bool(page.select("form[action$='/reissue']")) == offered


def test_the_second_revocation_is_a_conflict(app: Flask) -> None:
    certificate = make_certificate()
    client = hr(app)
    for status in (302, 409):
        client.post(
            address(certificate, "/revoke"), {"revoke-reason": "Twice the same"}, status=status
        )


def test_a_request_without_a_token_revokes_nothing(app: Flask) -> None:
    certificate = make_certificate()
    hr(app).post(
        address(certificate, "/revoke"), {"revoke-reason": "Forged"}, status=400, csrf=False
    )
    assert queries.certificate(certificate.number).revocation is None


@pytest.mark.parametrize("amount", [3, 60])
def test_the_registry_costs_a_fixed_number_of_statements(app: Flask, amount: int) -> None:
    version = make_taught_course()
    for _ in range(amount):
        make_certificate(version=version)
    client = hr(app)
    with counted_statements() as statements:
        client.get("/hr/certificates")
    assert len(statements) <= 10


def rows_of(page: Page, kind: str) -> list[list[Any]]:
    content = page.response.data
    page.response.close()  # as a server does
    if kind == "csv":
        text = content.decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("status", ["", "valid", "expired", "revoked"])
def test_the_export_is_what_the_page_shows(app: Flask, kind: str, status: str) -> None:
    one_of_each()
    client = hr(app)
    query = {"status": status, "order": "until", "text": "status-"}
    page = client.get("/hr/certificates", query_string=query)
    exported = rows_of(client.post(f"/lists/registry.{kind}", query, status=200), kind)
    assert exported[0][:3] == ["Certificate number", "Holder", "Personnel number"]
    assert [row[1] for row in exported[1:]] == names(page)
    assert {str(row[10])[:10] for row in exported[1:]} <= {"2026-06-01"}


def test_the_export_states_each_status_as_of_today(app: Flask) -> None:
    one_of_each()
    page = hr(app).post("/lists/registry.csv", {"text": "status-"}, status=200)
    found = {row[1].split()[0].removeprefix("Status-"): row[9] for row in rows_of(page, "csv")[1:]}
    assert found == {
        "valid": "Valid",
        "expiring": "Valid",
        "expired": "Expired",
        "revoked": "Revoked",
        "replaced": "Replaced",
    }


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_export_neutralises_formulas(app: Flask, kind: str) -> None:
    make_certificate(make_person('=HYPERLINK("http://x")', "+1", personnel_number="@SUM(A1)"))
    rows = rows_of(hr(app).post(f"/lists/registry.{kind}", status=200), kind)
    assert rows[1][1].startswith("'=")
    assert rows[1][2].startswith("'@")


def test_the_export_holds_nothing_of_other_centres_and_is_written_down(app: Flask) -> None:
    here = make_unit("here")
    make_certificate(make_person("Here", unit=here))
    make_certificate(make_person("There", unit=make_unit("there")))
    client = hr(app, over=here)
    page = client.post("/lists/registry.csv", status=200)
    assert int(page.headers["Content-Length"]) == len(page.response.data)
    assert [row[1].split()[0] for row in rows_of(page, "csv")[1:]] == ["Here"]
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Content-Disposition"].startswith("attachment")
    entry = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.action == "reporting.list_exported")
    ).one()
    assert entry.details == {"kind": "csv", "rows": 1}


def test_an_export_of_nonsense_leads_back_to_the_form(app: Flask) -> None:
    client = hr(app)
    page = client.post("/lists/registry.csv", {"status": "lost"}, status=303)
    assert page.location == "/hr/certificates?status=lost"
    client.post("/lists/registry.odt", status=404)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    facts=st.lists(
        st.tuples(st.none() | st.integers(-90, 90), st.booleans(), st.booleans()), max_size=6
    ),
    days=st.integers(1, 70),
)
def test_the_filter_and_the_status_never_disagree(
    app: Flask, facts: list[tuple[int | None, bool, bool]], days: int
) -> None:
    """SQL's condition and the pure function give the same answer for the same facts."""
    with db.session.begin_nested() as undone:
        for offset, revoked, replaced in facts:
            until = (
                None if offset is None else max(TODAY + timedelta(days=offset), date(2026, 3, 10))
            )
            certificate = make_certificate(valid_until_on=until)
            if revoked:
                revoke_silently(certificate)
            if replaced:
                make_certificate().replaces_id = certificate.id
        db.session.flush()
        viewer = make_viewer(AccessRole.HR)
        everything = list(registry.entries(viewer, Filters(), TODAY))
        for status in StatusFilter:
            by_sql = {
                entry.certificate.id
                for entry in registry.entries(viewer, Filters(status=status, days=days), TODAY)
            }
            by_rule = {
                entry.certificate.id
                for entry in everything
                if (
                    entry.standing.expires_within(days)
                    if status is StatusFilter.EXPIRING
                    else entry.standing.status.value == status.value
                )
            }
            assert by_sql == by_rule
        undone.rollback()


def test_the_policy_and_the_list_never_disagree(app: Flask) -> None:
    units = [make_unit("a"), make_unit("b")]
    people = [make_person(unit=unit) for unit in units] + [make_person(employed=False)]
    certificates = [make_certificate(person) for person in people]
    viewers = [
        make_viewer(AccessRole.HR, over=units[0]),
        make_viewer(AccessRole.HR),
        make_viewer(AccessRole.TRAINEE),
    ]
    for viewer in viewers:
        for certificate in certificates:
            holder = (
                db.session.scalars(
                    sa.select(Person)
                    .where(Person.id == certificate.holder_id)
                    .options(sa.orm.joinedload(Person.employment).joinedload(Employment.unit))
                    .execution_options(populate_existing=True)
                )
                .unique()
                .one()
            )
            managed = queries.managed(viewer, certificate.number) is not None
            assert managed == may_manage(viewer, holder)
            readable = queries.readable(viewer, certificate.number) is not None
            assert readable == may_read(viewer, certificate, holder)


@pytest.mark.parametrize(
    ("order", "narrowed"),
    [
        (registry.Order.NAME, set()),  # whom it shows is spread evenly over the alphabet
        (registry.Order.ISSUED, {"sort_until_on", "course_id"}),
        (registry.Order.UNTIL, {"course_id"}),
    ],
)
def test_an_order_passes_over_what_does_not_fit_without_reading_it(
    app: Flask, order: registry.Order, narrowed: set[str]
) -> None:
    (first, _second), _readers = registry._COLUMNS[order]
    indexes = {
        tuple(index["column_names"]) for index in sa.inspect(db.engine).get_indexes("certificate")
    }
    assert any(
        columns[:2] == (first.key, "id") and narrowed <= set(columns[2:]) for columns in indexes
    )
