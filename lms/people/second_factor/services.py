"""Setting a second factor up, checking a code, and taking the factor away."""

import hashlib
import secrets
from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from lms.core.database import db
from lms.core.errors import Conflict
from lms.core.identifiers import ALPHABET
from lms.people.models import Account
from lms.people.second_factor import queries, totp
from lms.people.second_factor.models import RecoveryCode, SecondFactor
from lms.people.services import end_all_sessions
from lms.people.services.accounts import record_on

RECOVERY_CODES = 10
LETTERS = 16  # of a recovery code: 80 bits


class AlreadySet(Conflict):
    """The account has a second factor; it is taken away before another is set up."""

    def __init__(self) -> None:
        super().__init__(_l("The second factor is set up already."))


class NotSet(Conflict):
    """The account has none, or nothing was begun."""

    def __init__(self) -> None:
        super().__init__(_l("There is no second factor yet. Begin setting it up anew."))


def begin(*, now: datetime, account: Account, secret_key: str) -> None:
    """Give the account a new secret, to be confirmed by a first code. Raises AlreadySet."""
    factor = _locked(account)
    if factor is not None and factor.confirmed_at is not None:
        raise AlreadySet
    if factor is None:
        factor = SecondFactor(account_id=account.id, begun_at=now, sealed_secret=b"", last_step=0)
        db.session.add(factor)
    factor.sealed_secret = totp.seal(totp.new_secret(), secret_key)
    factor.begun_at, factor.last_step = now, 0
    db.session.flush()


def confirm(*, now: datetime, account: Account, code: str, secret_key: str) -> list[str] | None:
    """Let the factor count from now on; return its recovery codes, None for a wrong code.

    Raises NotSet and AlreadySet.
    """
    factor = _locked(account)
    if factor is None:
        raise NotSet
    if factor.confirmed_at is not None:
        raise AlreadySet
    if not _takes(factor, code, now, secret_key):
        return None
    factor.confirmed_at = now
    record_on(now, account.person.public_id, account, action="people.second_factor_set")
    return _new_codes(account)


def passes(*, now: datetime, account: Account, code: str, secret_key: str) -> bool:
    """Tell whether a code of the app, or a recovery code, is right; either counts once."""
    factor = _locked(account)
    if factor is None or factor.confirmed_at is None:
        return False
    return _takes(factor, code, now, secret_key) or _takes_recovery(account, code, now)


def renew_codes(*, now: datetime, account: Account) -> list[str]:
    """Return new recovery codes; the former ones count no more. Raises NotSet."""
    if not queries.is_set(account):
        raise NotSet
    record_on(now, account.person.public_id, account, action="people.recovery_codes_renewed")
    return _new_codes(account)


def remove(*, now: datetime, actor_key: str | None, account: Account, reason: str = "") -> None:
    """Take the factor away; when somebody else does, all sessions end. Raises NotSet."""
    factor = _locked(account)
    if factor is None or factor.confirmed_at is None:
        raise NotSet
    db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    db.session.delete(factor)
    db.session.flush()
    if actor_key != account.person.public_id:
        end_all_sessions(now=now, account=account)
    record_on(now, actor_key, account, action="people.second_factor_removed", reason=reason)


def _locked(account: Account) -> SecondFactor | None:
    return db.session.get(
        SecondFactor, account.id, populate_existing=True, with_for_update={"of": SecondFactor}
    )


def _takes(factor: SecondFactor, code: str, now: datetime, secret_key: str) -> bool:
    secret = totp.unseal(factor.sealed_secret, secret_key)
    step = totp.matching_step(secret, code, now) if secret else None
    if step is None or step <= factor.last_step:
        return False
    factor.last_step = step
    db.session.flush()
    return True


def _takes_recovery(account: Account, code: str, now: datetime) -> bool:
    used = db.session.execute(
        sa.update(RecoveryCode)
        .where(
            RecoveryCode.account_id == account.id,
            RecoveryCode.code_hash == _hash(code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
    )
    if not used.rowcount:  # type: ignore[attr-defined]
        return False
    left = queries.codes_left(account)
    record_on(now, account.person.public_id, account, action="people.recovery_code_used", left=left)
    return True


def _new_codes(account: Account) -> list[str]:
    db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    codes = [
        "".join(secrets.choice(ALPHABET) for _ in range(LETTERS)) for _ in range(RECOVERY_CODES)
    ]
    db.session.add_all(RecoveryCode(account_id=account.id, code_hash=_hash(one)) for one in codes)
    db.session.flush()
    return ["-".join(one[i : i + 4] for i in range(0, LETTERS, 4)) for one in codes]


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
