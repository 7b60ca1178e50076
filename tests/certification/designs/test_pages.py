"""HR edits, previews, publishes and chooses designs; two who do so at once see both."""

import io
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.certification.designs.models import CertificateDesign, DesignPicture, DesignVersion
from lms.certification.designs.pictures import add_picture, taken
from lms.certification.designs.sheet.faces import face_of
from lms.core.database import db
from lms.core.storage import blobs
from lms.people.models import AccessRole
from tests.builders.certification import make_certificate, make_taught_course
from tests.builders.designs import choose_for_network, make_design, png_file
from tests.builders.people import NOW, PASSWORD, make_account, make_person, make_unit
from tests.builders.schemes import make_scheme
from tests.pages import Page, PageClient

pytestmark = pytest.mark.in_turn

# What is drawn is the same whatever the database.
drawn_once = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def hr(app: Flask) -> PageClient:
    return PageClient(app).sign_in(make_account(AccessRole.HR).username, PASSWORD)


@pytest.fixture
def design(app: Flask) -> CertificateDesign:
    return make_design()


def address(design: CertificateDesign, what: str = "") -> str:
    return f"/hr/designs/{design.public_id}{what}"


def filled(hr: PageClient, design: CertificateDesign, **changed: Any) -> dict[str, Any]:
    return hr.get(address(design)).form_values("form[data-design]") | changed


def save(hr: PageClient, design: CertificateDesign, status: int = 303, **changed: Any) -> Page:
    return hr.post(address(design), filled(hr, design, **changed), status=status)


def stored(design: CertificateDesign) -> CertificateDesign:
    db.session.expire_all()
    return db.session.get_one(CertificateDesign, design.id)


def test_hr_makes_a_design_from_the_registry_on(hr: PageClient) -> None:
    page = hr.get("/hr/certificates")
    assert page.select("main a[href='/hr/designs']")
    page = hr.follow(hr.post("/hr/designs/new", {"name": "Gala", "layout": "portrait"}))
    assert page.heading == "Gala"
    assert "Certificate" in page.form_values("form[data-design]")["heading_en"]
    assert "Gala" in hr.get("/hr/designs").text


def test_what_is_edited_is_saved_as_a_draft(hr: PageClient, design: CertificateDesign) -> None:
    page = hr.follow(save(hr, design, heading_en="Award", accent="plum", name="Gala"))
    assert "The draft is saved." in page.text
    assert page.heading == "Gala"
    assert stored(design).draft["texts"]["heading"]["en"] == "Award"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(DesignVersion)) == 1


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("note_en", "{salary}", "There is no {salary} here. Possible are: {holder}, {course}"),
        ("note_ru", "{score}", "There is no {score} here"),
        ("centre_en", "{holder}", "can’t have placeholders"),
        ("heading_en", "{{ 7*7 }}", "A brace stands alone"),
        ("heading_ru", "", "Fill in this text."),
        ("heading_en", "x" * 41, "At most 40 characters"),
        ("note_ru", "Молодец 😀 王", "No font here draws: 😀 王"),
        ("signatory1_position_en", "", "clear the signatory’s other fields"),
        ("name", " ", "Fill in a name."),
    ],
)
def test_what_cannot_be_is_told_beside_the_field(
    hr: PageClient, design: CertificateDesign, field: str, typed: str, said: str
) -> None:
    page = save(hr, design, 422, **{field: typed, "subtitle_en": "kept as typed"})
    assert said in page.one(f"#{field}-error").text_content()
    assert page.form_values("form[data-design]")["subtitle_en"] == "kept as typed"
    assert stored(design).row_version == 1


def test_hostile_text_stays_text_on_every_page(hr: PageClient, design: CertificateDesign) -> None:
    hostile = "<script>alert(1)</script>"
    save(hr, design, name=hostile, heading_en=hostile[:40], note_en=f"{hostile}\u202e\x07")
    hr.post(address(design, "/publish"), publishing(hr, design, note=hostile))
    for path in (address(design), "/hr/designs", address(design, "/history")):
        page = hr.get(path)
        assert not page.select("main script")
        assert hostile in page.text
    assert face_of(stored(design).draft).texts
    assert "\u202e" not in str(stored(design).draft)


def publishing(hr: PageClient, design: CertificateDesign, **changed: str) -> dict[str, Any]:
    values = hr.get(address(design)).form_values("form[action$='/publish']")
    return values | {f"publish-{name}": value for name, value in changed.items()}


def test_versions_tell_what_they_changed_and_are_used_again(
    hr: PageClient, design: CertificateDesign
) -> None:
    save(hr, design, heading_en="Award", accent="plum")
    page = hr.follow(hr.post(address(design, "/publish"), publishing(hr, design, note="For May")))
    assert "Version 2 is published." in page.text
    history = hr.get(address(design, "/history"))
    for said in ("For May", "Award", "Diploma", "Plum", "Navy blue", "The first version."):
        assert said in history.text
    again = history.form_values("form[action$='/1/again']")
    page = hr.follow(hr.post(address(design, "/versions/1/again"), again))
    assert page.form_values("form[data-design]")["heading_en"] == "Diploma"


def test_two_who_edit_at_once_see_both(hr: PageClient, design: CertificateDesign) -> None:
    early = filled(hr, design)
    save(hr, design, heading_en="Theirs")
    page = hr.post(address(design), {**early, "heading_en": "Mine"}, status=409)
    assert "Theirs" in page.one(".alert-warn").text_content()
    values = page.form_values("form[data-design]")
    assert values["heading_en"] == "Mine"
    hr.post(address(design), values, status=303)
    assert stored(design).draft["texts"]["heading"]["en"] == "Mine"


def test_publishing_what_was_not_seen_is_refused(hr: PageClient, design: CertificateDesign) -> None:
    save(hr, design, heading_en="Seen")
    early = publishing(hr, design)
    save(hr, design, heading_en="Not seen")
    hr.post(address(design, "/publish"), early, status=409)


def test_a_picture_is_made_anew_and_shown_to_hr(hr: PageClient, design: CertificateDesign) -> None:
    upload = (io.BytesIO(png_file().getvalue() + b"remark"), "../../emblem.png")
    save(hr, design, emblem_file=upload, emblem_alt_en="Arms")
    emblem = face_of(stored(design).draft).emblem
    assert emblem is not None
    assert emblem.alt["en"] == "Arms"
    picture = hr.get(address(design, f"/pictures/{emblem.picture}"))
    assert picture.response.mimetype == "image/png"
    assert b"remark" not in picture.response.get_data()
    save(hr, design, emblem_remove="y")
    assert face_of(stored(design).draft).emblem is None


@pytest.mark.parametrize(
    "content", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\x89PNG\r\n\x1a\nno", b"%PDF-1.7"]
)
def test_what_is_no_picture_is_refused_beside_its_field(
    hr: PageClient, design: CertificateDesign, content: bytes
) -> None:
    page = save(hr, design, 422, signatory1_file=(io.BytesIO(content), "a.png"))
    assert "picture" in page.one("#signatory1_file-error").text_content()
    assert db.session.scalars(sa.select(DesignPicture)).all() == []


def test_a_picture_is_kept_though_a_text_is_wrong(
    hr: PageClient, design: CertificateDesign
) -> None:
    page = save(hr, design, 422, emblem_file=(png_file(), "a.png"), heading_en="")
    key = page.form_values("form[data-design]")["emblem"]
    hr.post(address(design), page.form_values("form[data-design]") | {"heading_en": "Award"})
    emblem = face_of(stored(design).draft).emblem
    assert emblem is not None
    assert emblem.picture == key


def test_another_designs_picture_is_not_taken(hr: PageClient, design: CertificateDesign) -> None:
    other = make_design()
    foreign = add_picture(other, taken(png_file()), now=NOW, actor=make_person())
    db.session.commit()
    save(hr, design, emblem=foreign.public_id)
    assert face_of(stored(design).draft).emblem is None
    hr.get(address(design, f"/pictures/{foreign.public_id}"), status=404)


@drawn_once
def test_the_preview_is_the_sheet_as_typed(hr: PageClient, design: CertificateDesign) -> None:
    values = filled(hr, design, layout="portrait", shown_language="en", shown_sample="long")
    image = hr.post(address(design, "/preview"), values, status=200).response
    assert image.mimetype == "image/svg+xml"
    assert b'viewBox="0 0 595' in image.get_data()
    assert "sandbox" in image.headers["Content-Security-Policy"]
    wrong = hr.post(address(design, "/preview"), values | {"note_en": "{x}"}, status=422)
    assert "mistake" in wrong.json["message"]
    assert stored(design).row_version == 1


@drawn_once
def test_without_javascript_a_button_previews_and_keeps_what_is_typed(
    hr: PageClient, design: CertificateDesign
) -> None:
    page = save(hr, design, 200, action="preview", heading_en="Typed")
    assert page.one("[data-preview-image]").get("src").startswith("data:image/svg+xml,")
    assert page.form_values("form[data-design]")["heading_en"] == "Typed"
    assert stored(design).draft["texts"]["heading"]["en"] == "Diploma"


@drawn_once
def test_a_sample_is_no_certificate(hr: PageClient, design: CertificateDesign) -> None:
    before = set(blobs_kept())
    pdf = hr.post(address(design, "/sample"), filled(hr, design), status=200).response.get_data()
    assert pdf.startswith(b"%PDF-")
    assert b"/ByteRange" not in pdf  # not signed
    assert set(blobs_kept()) == before


def blobs_kept() -> list[str]:
    assert blobs()
    return [one.blob for one in db.session.scalars(sa.select(DesignPicture))]


@drawn_once
def test_a_version_is_drawn_once_and_then_kept_by_the_browser(
    hr: PageClient, design: CertificateDesign
) -> None:
    image = hr.get(address(design, "/image?version=1")).response
    tag = image.headers["ETag"]
    assert image.headers["Cache-Control"] == "private, no-cache"
    hr.get(address(design, "/image?version=1"), status=304, headers={"If-None-Match": tag})
    hr.get(address(design, "/image?version=7"), status=404)


def test_hr_chooses_the_design_for_the_network_and_for_a_course(
    hr: PageClient, design: CertificateDesign
) -> None:
    slug = "taught-with-its-own"
    make_taught_course(slug)
    db.session.commit()
    page = hr.get("/hr/designs")
    number = page.form_values("form[action='/hr/designs/choice']")["network-number"]
    choice = {"network-number": number, "network-design": design.public_id}
    page = hr.follow(hr.post("/hr/designs/choice", choice))
    assert "For the network" in page.text
    hr.post("/hr/designs/choice", choice, status=409)
    hr.post("/hr/designs/choice", {"course-course": slug, "course-design": "built-in"})
    assert "The built-in certificate" in hr.get("/hr/designs").one("#choices dl").text_content()
    hr.post("/hr/designs/choice", {"course-course": slug, "course-design": "nothing"}, status=422)


def test_the_certificates_page_says_which_design_a_reissue_gets(
    hr: PageClient, design: CertificateDesign
) -> None:
    number = make_certificate().number
    choose_for_network(design)
    db.session.commit()
    page = hr.get(f"/hr/certificates/{number}")
    assert "the built-in certificate" in page.one("dl").text_content()
    assert f"“{design.name}”, version 1" in page.text


def test_hr_of_one_centre_is_shown_no_designs(app: Flask, design: CertificateDesign) -> None:
    account = make_account(AccessRole.HR, over=make_unit())
    centre = PageClient(app).sign_in(account.username, PASSWORD)
    assert not centre.get("/hr/certificates").select("a[href='/hr/designs']")
    centre.get("/hr/designs", status=404)


def test_hr_retires_a_design_and_takes_it_back(hr: PageClient, design: CertificateDesign) -> None:
    form = "form[action$='/retire']"
    page = hr.post(address(design, "/retire"), hr.get(address(design)).form_values(form))
    page = hr.follow(page)
    assert "The design is retired." in page.text
    assert design.name not in page.one("#network-design").text_content()
    assert design.name in page.one("[aria-labelledby=retired-title]").text_content()
    hr.post(
        "/hr/designs/choice", {"network-number": 0, "network-design": design.public_id}, status=422
    )
    page = hr.follow(hr.get(address(design), status=303))
    assert "This design is retired" in page.text
    hr.post(address(design, "/take-back"), page.form_values("form[action$='/take-back']"))
    choose_for_network(design)
    assert "Choose another for them first" in hr.get(address(design)).text
    values = {"row_version": stored(design).row_version}
    hr.post(address(design, "/retire"), values, status=409)


def test_hr_chooses_a_design_for_one_scheme(hr: PageClient, design: CertificateDesign) -> None:
    scheme = make_scheme()
    choice = {"scheme-scheme": scheme.key, "scheme-design": design.public_id}
    page = hr.follow(hr.post("/hr/designs/choice", choice))
    assert design.name in page.one("#choices dl").text_content()
    hr.post("/hr/designs/choice", {**choice, "scheme-scheme": "none"}, status=422)
    hr.post("/hr/designs/choice", {**choice, "scheme-design": "next"})
    assert not hr.get("/hr/designs").select("#choices dl")
