"""The register as HR and an auditor use it: sealed, checked, tampered with, forgotten."""

import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.certification import queries
from lms.certification import services as certification
from lms.certification.models import Certificate, CertificateRevocation
from lms.certification.register import checkpoints, records, services
from lms.certification.register.checking import Report, check
from lms.certification.register.checkpoints import Checkpoint, NoCheckpoint
from lms.certification.register.models import RegisterCheckpoint, RegisterEntry
from lms.certification.snapshots import NAME_PARTS
from lms.core import clock
from lms.core.database import db
from lms.core.signing import BadSignature, KeyUse, checked_keys, key_ring, public_keys
from lms.people.models import Person
from tests.builders.certification import ISSUED, make_certificate
from tests.builders.people import make_person
from tests.pages import PageClient


def keys(app: Flask) -> Any:
    return checked_keys(public_keys(app.config["SETTINGS"]))


def seal(app: Flask) -> Checkpoint:
    """Take in what waits; return the checkpoint as someone outside keeps it."""
    services.seal(now=ISSUED, settings=app.config["SETTINGS"])
    newest = services.newest_checkpoint()
    assert newest is not None
    return checkpoints.read(services.file_of(newest), keys(app))


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    db.session.commit()
    result = app.test_cli_runner().invoke(args=["register", *arguments])
    return result.exit_code, result.output


def faults(app: Flask, against: Checkpoint | None = None) -> str:
    db.session.expire_all()
    return "\n".join(check(keys(app), against).faults)


@pytest.fixture
def sealed(app: Flask) -> list[Certificate]:
    """Five certificates in the register, with a checkpoint after three and after five."""
    first = [make_certificate() for _ in range(3)]
    seal(app)
    second = [make_certificate() for _ in range(2)]
    seal(app)
    return first + second


def alter(statement: Any, **values: Any) -> None:
    db.session.execute(statement.values(**values))


def test_each_issue_is_in_the_register_whatever_becomes_of_the_certificate(
    app: Flask, sealed: list[Certificate]
) -> None:
    certificate = queries.certificate(sealed[0].number)
    assert certificate is not None
    certification.revoke(
        certificate=certificate, actor=make_person(), reason="By mistake", now=ISSUED
    )
    assert faults(app) == ""
    report: Report = check(keys(app))
    assert (report.size, report.checkpoints, report.waiting) == (5, 2, 0)
    alter(sa.update(CertificateRevocation), certificate_id=sealed[1].id)
    found = faults(app)
    assert f"{sealed[1].number[:4]}" in found.split("counts as revoked, not as the audit")[0]
    alter(sa.update(CertificateRevocation), certificate_id=certificate.id, revoked_at=clock.now())
    assert "counts as revoked, not as the audit log says" in faults(app)
    db.session.execute(sa.delete(CertificateRevocation))
    assert "was revoked, and its revocation is gone" in faults(app)


def test_a_leaf_holds_one_record_however_its_numbers_and_letters_are_written() -> None:
    salt = records.new_salt()
    for told in (80.0, 82.5, 1e-7, None, "", "Ё\u2028\x1f\U0001f600"):
        record = {"number": "1", "snapshot": {"percent": told, "\U0001f600": 1, "\ufb33": 2}}
        leaf = records.commitment(record, salt)
        assert records.commits(leaf, record, salt)
        assert not records.commits(leaf, {**record, "number": "2"}, salt)
        assert not records.commits(leaf, {**record, "snapshot": [told]}, salt)


@pytest.mark.parametrize("place", range(5))
def test_an_altered_record_is_named(app: Flask, sealed: list[Certificate], place: int) -> None:
    certificate = sealed[place]
    changed = {**certificate.snapshot, "percent": 100}
    alter(sa.update(Certificate).where(Certificate.id == certificate.id), snapshot=changed)
    found = faults(app)
    assert f"entry {place}: certificate {certificate.number[:4]}" in found
    assert found.count("\n") == 0


@pytest.mark.parametrize("name", ["", "x"])
def test_a_certificate_that_is_found_by_another_name_is_named(
    app: Flask, sealed: list[Certificate], name: str
) -> None:
    certificate = sealed[3]
    alter(sa.update(Certificate).where(Certificate.id == certificate.id), holder_sort_name=name)
    found = faults(app)
    assert f"entry 3: certificate {certificate.number[:4]}" in found
    assert "found by another name than its record has" in found
    assert found.count("\n") == 0
    alter(sa.update(Certificate).where(Certificate.id == certificate.id), snapshot={})
    assert f"certificate {certificate.number[:4]}" in faults(app)


@pytest.mark.parametrize("place", range(5))
def test_an_altered_leaf_is_found(app: Flask, sealed: list[Certificate], place: int) -> None:
    alter(sa.update(RegisterEntry).where(RegisterEntry.position == place), commitment=b"x" * 32)
    assert "checkpoint 5: the entries before it have another root" in faults(app)


@pytest.mark.parametrize("place", range(5))
def test_a_removed_entry_is_found(app: Flask, sealed: list[Certificate], place: int) -> None:
    db.session.execute(sa.delete(RegisterEntry).where(RegisterEntry.position == place))
    found = faults(app)
    assert "checkpoint 5: entries are missing" in found
    assert "1 certificates are not in the register" in found


def test_a_salt_that_vanished_without_an_erasure_is_found(
    app: Flask, sealed: list[Certificate]
) -> None:
    alter(sa.update(RegisterEntry).where(RegisterEntry.position == 1), salt=None)
    assert faults(app) == "entry 1: its salt is gone, and no erasure is in the audit log"


def test_erasing_a_person_leaves_the_tree_as_it_was(app: Flask, sealed: list[Certificate]) -> None:
    outside = seal(app)
    person = db.session.get_one(Person, sealed[1].holder_id)
    assert services.forget(holder=person, actor=None, reason="Erasure", now=ISSUED) == [1]
    nameless = {**sealed[1].snapshot, "holder": dict.fromkeys(NAME_PARTS, "")}
    of_theirs = sa.update(Certificate).where(Certificate.id == sealed[1].id)
    alter(of_theirs, snapshot=nameless, holder_sort_name="")
    assert faults(app, outside) == ""
    assert check(keys(app)).forgotten == 1


def test_a_history_rewritten_and_signed_anew_fails_against_the_checkpoint_outside(
    app: Flask, sealed: list[Certificate]
) -> None:
    outside = seal(app)
    db.session.execute(sa.delete(RegisterCheckpoint))
    db.session.execute(sa.delete(RegisterEntry))
    changed = {**sealed[0].snapshot, "percent": 100}
    alter(sa.update(Certificate).where(Certificate.id == sealed[0].id), snapshot=changed)
    services.enter_missing()
    seal(app)
    assert faults(app) == "", "from inside nothing shows"
    assert "has another root" in faults(app, outside)


def test_a_register_cut_short_fails_against_the_checkpoint_outside(
    app: Flask, sealed: list[Certificate]
) -> None:
    outside = seal(app)
    db.session.execute(sa.delete(RegisterEntry).where(RegisterEntry.position >= 3))
    db.session.execute(sa.delete(RegisterCheckpoint).where(RegisterCheckpoint.size > 3))
    assert "the checkpoint kept outside has 5 entries, the register 3" in faults(app, outside)


def test_a_checkpoint_signed_by_someone_else_is_refused(app: Flask, tmp_path: Path) -> None:
    services.seal(now=ISSUED, settings=app.config["SETTINGS"])
    theirs = key_ring(make_other(tmp_path), KeyUse.REGISTER)
    statement = checkpoints.signed(origin="x", size=0, root=b"\0" * 32, ring=theirs, now=ISSUED)
    file = tmp_path / "checkpoint.json"
    file.write_text(statement, "utf-8")
    code, output = run(app, "check", "--against", str(file))
    assert code == 1
    assert "no checkpoint that was signed with a known key" in output


def make_other(folder: Path) -> Any:
    class Other:
        var = folder / "other"

    return Other()


@pytest.mark.in_turn
@pytest.mark.parametrize("text", ["", "{}", "a.b.c", "[1]", '{"statement": 5}', "{" * 5000])
def test_what_is_no_checkpoint_is_told(app: Flask, text: str) -> None:
    with pytest.raises((NoCheckpoint, BadSignature)):
        checkpoints.read(text, keys(app))


def test_a_file_that_says_another_root_than_the_signed_one_is_refused(
    app: Flask, sealed: list[Certificate]
) -> None:
    newest = services.newest_checkpoint()
    assert newest is not None
    file = json.loads(services.file_of(newest)) | {"root": "00" * 32}
    with pytest.raises(BadSignature):
        checkpoints.read(json.dumps(file), keys(app))


def test_after_a_key_was_compromised_the_newest_checkpoint_is_signed_anew(
    app: Flask, sealed: list[Certificate], tmp_path: Path
) -> None:
    ring, file = key_ring(app.config["SETTINGS"], KeyUse.REGISTER), tmp_path / "checkpoint.json"
    file.write_text(run(app, "checkpoint")[1], "utf-8")
    old = ring.in_use(ISSUED).kid
    ring.make(ISSUED)
    ring.retire(old, compromised=True)
    assert "newest checkpoint was signed with a key that counts as compromised" in faults(app)
    assert "proves nothing" in run(app, "check", "--against", str(file))[1]
    file.write_text(run(app, "checkpoint")[1], "utf-8")
    code, output = run(app, "check", "--against", str(file))
    assert (code, "1 checkpoints were signed with a key that counts" in output) == (0, True)


def test_the_newest_checkpoint_stands_at_a_public_address(app: Flask) -> None:
    make_certificate()
    db.session.commit()
    code, printed = run(app, "checkpoint")
    assert code == 0
    assert PageClient(app).get("/register/checkpoint.json").json == json.loads(printed)
    assert json.loads(printed)["size"] == 1


def test_an_auditor_keeps_a_checkpoint_and_checks_against_it(app: Flask, tmp_path: Path) -> None:
    certificate = make_certificate()
    file = tmp_path / "checkpoint.json"
    file.write_text(run(app, "checkpoint")[1], "utf-8")
    make_certificate()
    assert run(app, "checkpoint")[0] == 0
    code, output = run(app, "check", "--against", str(file))
    assert (code, "(1 entries) holds" in output) == (0, True)
    alter(sa.update(Certificate).where(Certificate.id == certificate.id), number="A" * 27)
    assert run(app, "check", "--against", str(file))[0] == 1


def test_a_certificate_is_proved_elsewhere_with_the_public_keys_alone(
    app: Flask, tmp_path: Path
) -> None:
    certificates = [make_certificate() for _ in range(3)]
    run(app, "checkpoint")
    code, proof = run(app, "prove", certificates[1].number)
    file = tmp_path / "proof.json"
    file.write_text(proof, "utf-8")
    assert (code, run(app, "verify-proof", str(file))[0]) == (0, 0)
    file.write_text(proof.replace("92.5", "95.5"), "utf-8")
    assert run(app, "verify-proof", str(file))[0] == 1
    assert run(app, "prove", "unknown")[0] == 1


@pytest.mark.parametrize("size", [0, 1, 2, 3])
def test_the_register_is_proved_to_have_only_grown(app: Flask, tmp_path: Path, size: int) -> None:
    for _ in range(size):
        make_certificate()
    earlier, proof = tmp_path / "checkpoint.json", tmp_path / "proof.json"
    earlier.write_text(run(app, "checkpoint")[1], "utf-8")
    more = [make_certificate() for _ in range(3)]
    run(app, "checkpoint")
    code, printed = run(app, "prove-growth", str(earlier))
    proof.write_text(printed, "utf-8")
    assert (code, run(app, "verify-proof", str(proof))) == (0, (0, "the register has only grown\n"))
    stated = json.loads(printed)
    proof.write_text(json.dumps({**stated, "checkpoint": stated["earlier"]}), "utf-8")
    assert run(app, "verify-proof", str(proof))[0] == (1 if size else 0)
    alter(
        sa.update(RegisterEntry).where(RegisterEntry.certificate_id == more[0].id),
        commitment=b"x" * 32,
    )
    proof.write_text(run(app, "prove-growth", str(earlier))[1], "utf-8")
    assert run(app, "verify-proof", str(proof))[0] == (1 if size else 0), "nothing was before it"
