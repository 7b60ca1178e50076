"""What leaves compressed, and what never does."""

import gzip

import pytest
from flask import Flask

pytestmark = pytest.mark.in_turn
READS = {"Accept-Encoding": "gzip"}
PAGE = "/design"
SHEET = "/static/css/components.css"


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_a_page_is_compressed_for_whom_no_other_site_sends(app: Flask, site: str) -> None:
    plain = app.test_client().get(PAGE)
    packed = app.test_client().get(PAGE, headers=READS | {"Sec-Fetch-Site": site})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert len(packed.data) == packed.content_length < len(plain.data) / 3
    assert gzip.decompress(packed.data)[:200] == plain.data[:200]


@pytest.mark.parametrize("site", ["cross-site", "same-site", None])
def test_its_size_tells_other_sites_nothing(app: Flask, site: str | None) -> None:
    headers = READS | ({"Sec-Fetch-Site": site} if site else {})
    answer = app.test_client().get(PAGE, headers=headers)
    assert "Content-Encoding" not in answer.headers
    assert b"</html>" in answer.data


@pytest.mark.parametrize("address", [SHEET, "/static/js/app.js"])
def test_a_static_file_is_compressed_and_kept(app: Flask, address: str) -> None:
    client = app.test_client()
    plain = client.get(address, buffered=True)
    packed = client.get(address, headers=READS, buffered=True)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    again = client.get(
        address, headers=READS | {"If-None-Match": packed.headers["ETag"]}, buffered=True
    )
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("address", ["/health", "/static/fonts/golos-text-cyrillic-ext.woff2"])
def test_what_is_small_or_compressed_already_leaves_as_it_is(app: Flask, address: str) -> None:
    answer = app.test_client().get(
        address, headers=READS | {"Sec-Fetch-Site": "none"}, buffered=True
    )
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers
