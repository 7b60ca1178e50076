"""Settings: each documented, the wrong ones refused by name."""

from pathlib import Path

import pytest

from lms.core.settings import Settings, SettingsError, load_settings
from tests.architecture.sources import PROJECT


def test_every_setting_says_what_it_does() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_the_readme_lists_every_setting() -> None:
    readme = (PROJECT / "README.md").read_text("utf-8")
    assert [n for n in Settings.model_fields if f"`LMS_{n.upper()}`" not in readme] == []


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("LMS_PORT", "eighty", "valid integer"),
        ("LMS_TIME_ZONE", "Moscow", "time zone"),
        ("LMS_TIME_ZONE", "Europe", "time zone"),  # a folder of the time zones
        ("LMS_DATABASE_URL", "mysql://x", "sqlite:/// or postgresql://"),
        ("LMS_DATABASE_URL", "postgresql://u:p@ss@h:x/d", "%40"),
        ("LMS_DATABASE_URL", "sqlite:///", "names no file"),
        ("LMS_REDIS_URL", "redis://:p@h:x/0", "with a port"),
        ("LMS_ENVIRONMENT", "prod", "'development' or 'production'"),
        ("LMS_SECRET", "x", "no such setting"),
        ("LMS_REDIS_URL", "localhost:6379", "redis://"),
        ("LMS_PUBLIC_URL", "learn.example", "https://"),
        ("LMS_PUBLIC_URL", "https://learn.example/lms", "without a path"),
        ("LMS_PUBLIC_URL", "https://u:p@learn.example", "a password"),
        ("LMS_PUBLIC_URL", "https://learn.example:x", "https://"),
        ("LMS_COURSES", "/nowhere", "no folder"),
        ("LMS_CONFIRM_LIMIT", "often", "per minute"),
        ("LMS_CONFIRM_LIMIT", "9 per 99999999999 days", "per minute"),
        ("LMS_ISSUER_RU", "  ", "must be a name"),
        ("LMS_STORAGE", "bucket", "s3://bucket/prefix"),
        ("LMS_STORAGE", "s3://../x", "s3://bucket/prefix"),
        ("LMS_S3_ENDPOINT", "s3.example.org", "https://"),
        ("LMS_TIMESTAMP_URL", "ftp:stamp.example", "https://"),
        ("LMS_S3_ENDPOINT", "https://s3.example.org", "without LMS_STORAGE"),
        ("LMS_S3_SECRET_KEY", "secret", "without LMS_STORAGE"),
        ("LMS_S3_TIMEOUT_SECONDS", "0", "greater than 0"),
    ],
)
def test_a_wrong_setting_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name) as refusal:
        load_settings()
    assert words in str(refusal.value)
    assert ":p@" not in str(refusal.value)  # a password


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LMS_SECRET_KEY", "development-only-not-a-secret"),
        ("LMS_SECRET_KEY", "short"),
        ("LMS_DEMONSTRATION", "true"),
        ("LMS_PUBLIC_URL", "http://learn.example"),
        ("LMS_TRUSTED_PROXIES", "0"),
    ],
)
def test_production_refuses_what_is_unsafe(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv("LMS_ENVIRONMENT", "production")
    monkeypatch.setenv("LMS_SECRET_KEY", "x" * 40)
    monkeypatch.setenv("LMS_PUBLIC_URL", "https://learn.example")
    monkeypatch.setenv("LMS_TRUSTED_PROXIES", "1")
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name):
        load_settings()


@pytest.mark.parametrize("missing", ["LMS_S3_ACCESS_KEY", "LMS_S3_SECRET_KEY"])
def test_storage_without_its_key_is_refused(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    for name in {"LMS_S3_ACCESS_KEY", "LMS_S3_SECRET_KEY"} - {missing}:
        monkeypatch.setenv(name, "given")
    monkeypatch.setenv("LMS_STORAGE", "s3://bucket/files")
    with pytest.raises(SettingsError, match=missing):
        load_settings()


def test_a_secret_is_never_shown_with_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    values = {"LMS_STORAGE": "s3://bucket", "LMS_S3_ACCESS_KEY": "k", "LMS_S3_SECRET_KEY": "quiet"}
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    assert "quiet" not in repr(load_settings())


def test_a_settings_file_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    file = tmp_path / "lms.env"  # type: ignore[operator]
    file.write_text("LMS_PORT=8123\n")
    monkeypatch.setenv("LMS_SETTINGS_FILE", str(file))
    assert load_settings().port == 8123


def test_a_settings_file_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LMS_SETTINGS_FILE", "/nowhere/lms.env")
    with pytest.raises(SettingsError, match="LMS_SETTINGS_FILE"):
        load_settings()


def test_a_settings_file_in_another_encoding_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "lms.env"
    file.write_text("LMS_SITE_NAME_RU=Центр", "windows-1251")
    monkeypatch.setenv("LMS_SETTINGS_FILE", str(file))
    with pytest.raises(SettingsError, match=r"LMS_SETTINGS_FILE: .*lms\.env .*UTF-8"):
        load_settings()


def test_all_wrong_settings_are_told_at_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "lms.env"
    file.write_text("LMS_MEDIUM=x\nOTHER=1\nLMS_PORT=http\nLMS_TIME_ZONE=Mars\n")
    values = {
        "LMS_SETTINGS_FILE": str(file),
        "LMS_TIME_ZONE": "Europe/Moscow",  # wins over the file's
        "LMS_ENVIRONMENT": "production",
        "LMS_DEMONSTRATION": "yes",
        "LMS_PUBLIC_URL": "learn.example",
        "LMS_HASH_SLOT": "4",
        "LMS_STORAGE": "bucket",
        "LMS_S3_ACCESS_KEY": "k",
        "LMS_MAIL_FROM": "learn@example.org",
        "LMS_MEDIA": "",  # an empty one isn't set
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as refusal:
        load_settings()
    lines = str(refusal.value).splitlines()
    assert {line.split(":")[0] for line in lines} == {
        "LMS_MEDIUM", "OTHER", "LMS_PORT", "LMS_DEMONSTRATION", "LMS_PUBLIC_URL", "LMS_HASH_SLOT",
        "LMS_STORAGE", "LMS_MAIL_FROM", "LMS_SECRET_KEY", "LMS_TRUSTED_PROXIES",
    }  # fmt: skip
    assert len(lines) == 10
    assert "did you mean LMS_HASH_SLOTS?" in str(refusal.value)


def test_an_empty_setting_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LMS_PORT", "")
    monkeypatch.setenv("LMS_VAR", "")
    assert (load_settings().port, load_settings().var) == (8000, PROJECT / "var")
