"""Third-party files are what the manifest says, with their licence beside them."""

import hashlib
import json
import re

from lms.core.settings import PROJECT

MANIFEST = json.loads((PROJECT / "static/vendor/manifest.json").read_text(encoding="utf-8"))
FOLDERS = ("static/fonts", "templates/components/icons", "tests/vendor", "static/vendor")
PACKAGES = MANIFEST["packages"]
LISTED = {entry["path"]: entry["sha256"] for package in PACKAGES for entry in package["files"]}


def files_present() -> set[str]:
    return {
        path.relative_to(PROJECT).as_posix()
        for folder in FOLDERS
        for path in (PROJECT / folder).rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }


def test_every_vendored_file_has_the_recorded_content():
    for path, digest in LISTED.items():
        assert hashlib.sha256((PROJECT / path).read_bytes()).hexdigest() == digest, path


def test_no_vendored_file_is_missing_from_the_manifest():
    assert files_present() == set(LISTED)


def test_each_package_names_version_and_licence_and_keeps_the_licence_beside():
    for package in PACKAGES:
        assert package["name"]
        assert re.search(r"\d+\.\d+\.\d+", package["version"])
        assert package["licence"] in {"MIT", "OFL-1.1", "MPL-2.0"}
        assert package["licence_file"] in LISTED
