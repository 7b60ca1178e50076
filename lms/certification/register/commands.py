"""Commands on the issue register: to check it, to prove what is in it, to check such a proof."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from lms.certification import numbers
from lms.certification.register import checkpoints, proofs, services
from lms.certification.register.checking import Report, check
from lms.certification.register.checkpoints import Checkpoint, NoCheckpoint
from lms.certification.register.jobs import seal_register
from lms.core.signing import BadSignature, DistrustedKey, UnknownKey, checked_keys, public_keys
from lms.core.unit_of_work import unit_of_work

group = AppGroup(
    "register", help="Prove that no issued certificate was altered or removed (a Merkle log)."
)
EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
KEYS = click.option(
    "--keys",
    "keys_file",
    type=EXISTING,
    help="Public keys (JSON Web Key Set) to check with. Default: this installation's.",
)
SHOWN = 50  # faults told one by one


@group.command("check")
@click.option(
    "--against", type=EXISTING, help="A checkpoint that was kept outside, as it was printed."
)
@KEYS
@with_appcontext
def check_register(against: Path | None, keys_file: Path | None) -> None:
    """Prove that the register holds what it held: 0 all is well, 1 something was changed."""
    keys = _keys(keys_file)
    kept = None if against is None else _read(against, keys)
    with unit_of_work():
        report = check(keys, kept)
    for fault in report.faults[:SHOWN]:
        click.echo(f"fault: {fault}", err=True)
    if report.faults:
        click.echo(f"{len(report.faults)} faults in {report.size} entries", err=True)
        sys.exit(1)
    click.echo(_words(report, kept))


def _words(report: Report, kept: Checkpoint | None) -> str:
    lines = [
        f"{report.size} entries, {report.checkpoints} checkpoints, all is as it was issued",
        f"root {report.root.hex()}",
    ]
    if kept is not None:
        lines.append(f"the checkpoint of {kept.made_at} ({kept.size} entries) holds")
    if report.distrusted:
        lines.append(
            f"{len(report.distrusted)} checkpoints were signed with a key that counts as "
            "compromised: their signatures prove nothing"
        )
    if report.forgotten:
        lines.append(f"{report.forgotten} entries of erased people")
    if report.waiting:
        lines.append(f"{report.waiting} certificates wait for the next checkpoint")
    return "\n".join(lines)


@group.command("checkpoint")
@with_appcontext
def checkpoint() -> None:
    """Take in what waits and print the newest checkpoint: keep it where nobody here can write."""
    with unit_of_work():
        services.enter_missing()
    seal_register()
    with unit_of_work():
        newest = services.newest_checkpoint()
    assert newest is not None
    click.echo(services.file_of(newest), nl=False)


@group.command("prove")
@click.argument("number")
@with_appcontext
def prove(number: str) -> None:
    """Print the proof that the certificate NUMBER is in the register, to be checked anywhere."""
    with unit_of_work():
        proof = proofs.inclusion(numbers.parse(number) or "")
    if proof is None:
        raise click.ClickException("no such certificate in the register, or its salt is destroyed")
    click.echo(json.dumps(proof, ensure_ascii=False, indent=2))


@group.command("prove-growth")
@click.argument("earlier", type=EXISTING, metavar="CHECKPOINT")
@KEYS
@with_appcontext
def prove_growth(earlier: Path, keys_file: Path | None) -> None:
    """Print the proof that the register has only grown since CHECKPOINT, kept outside.

    Whoever has the public keys can check it: no record is in it.
    """
    stated = _read(earlier, _keys(keys_file))
    with unit_of_work():
        proof = proofs.growth(checkpoints.statement_in(earlier.read_text("utf-8")), stated)
    if proof is None:
        raise click.ClickException("the register has fewer entries than the checkpoint: it was cut")
    click.echo(json.dumps(proof, indent=2))


@group.command("verify-proof")
@click.argument("file", type=EXISTING)
@KEYS
@with_appcontext
def verify_proof(file: Path, keys_file: Path | None) -> None:
    """Tell whether FILE proves what it is for (0): a record in the register, growth; or not (1)."""
    raw = file.read_bytes()
    if not proofs.holds(raw, _keys(keys_file)):
        click.echo("the proof doesn't hold", err=True)
        sys.exit(1)
    grew = json.loads(raw).get("format") == proofs.GROWTH
    click.echo("the register has only grown" if grew else "the record is in the register")


def _keys(file: Path | None) -> Mapping[str, Mapping[str, Any]]:
    if file is None:
        return checked_keys(public_keys(current_app.config["SETTINGS"]))
    try:
        return checked_keys(json.loads(file.read_text("utf-8")))
    except (ValueError, RecursionError) as error:
        raise click.ClickException(f"{file} holds no public keys") from error


def _read(file: Path, keys: Mapping[str, Mapping[str, Any]]) -> Checkpoint:
    if file.stat().st_size > checkpoints.FILE_LIMIT:
        raise click.ClickException(f"{file} is too large for a checkpoint")
    try:
        return checkpoints.read(file.read_text("utf-8"), keys)
    except DistrustedKey as error:
        raise click.ClickException(
            f"{file} was signed with a key that counts as compromised: it proves nothing"
        ) from error
    except (NoCheckpoint, BadSignature, UnknownKey, UnicodeError) as error:
        raise click.ClickException(
            f"{file} holds no checkpoint that was signed with a known key"
        ) from error
