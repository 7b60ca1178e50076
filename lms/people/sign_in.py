"""Signing in: limits on guessing and the check of name and password.

Guessing is limited by failures, in fixed windows, so no one is shut out for longer than a window:

* A browser in which the account has signed in before carries a signed cookie that says so and has
  an allowance of its own. Whatever strangers try, they don't use it up: the owner's usual computer
  or phone is never locked out by someone else's guesses.
* Any other browser shares one allowance for each account name and network address, so one
  attacker locks out only their own address (an IPv6 network counts as one address).
* All unknown browsers together have ten times that for each name, which bounds guessing from many
  addresses. While such an attack lasts, the owner signs in from a browser used before.
* One address has a generous allowance of failures over all names: a whole centre, or the whole
  network behind one address, mistypes now and then; someone who tries one password on all names
  is stopped.

An attempt for a name is counted before the check and given back on success: a burst of parallel
guesses can't slip past the limit, and successes don't count.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime

from itsdangerous import BadSignature, URLSafeSerializer

from lms.core.database import fold
from lms.core.errors import Overloaded, TooMany
from lms.core.settings import Settings
from lms.people.models import Account
from lms.people.passwords.hashing import PasswordBudget
from lms.web.limits import Allowance, network_of

ALL_ADDRESSES = 10  # times the limit of one address
KEPT_ACCOUNTS = 20  # people who share one computer


@dataclass
class KnownBrowser:
    """What a browser's signed cookie says: its own number and the accounts that signed in there."""

    number: str
    accounts: list[str]

    def knows(self, account: Account | None) -> bool:
        """Tell whether ``account`` has signed in here before."""
        return account is not None and account.public_id in self.accounts

    def add(self, account: Account) -> None:
        """Remember that ``account`` signed in here."""
        others = [key for key in self.accounts if key != account.public_id]
        self.accounts = [*others, account.public_id][-KEPT_ACCOUNTS:]


def _serializer(settings: Settings) -> URLSafeSerializer:
    return URLSafeSerializer(settings.secret_key, salt="known-browser")


def read_browser(settings: Settings, cookie: str | None) -> KnownBrowser:
    """Return what ``cookie`` says; a new browser for none or one that isn't ours."""
    try:
        number, accounts = _serializer(settings).loads(cookie or "")
    except (BadSignature, ValueError, TypeError):
        return KnownBrowser(secrets.token_urlsafe(12), [])
    return KnownBrowser(number, accounts)


def write_browser(settings: Settings, browser: KnownBrowser) -> str:
    """Return the cookie for ``browser``."""
    return str(_serializer(settings).dumps([browser.number, browser.accounts]))


class Attempt:
    """One try to sign in, counted against the allowances it falls under."""

    def __init__(
        self, settings: Settings, *, address: str, username: str, known_number: str | None
    ) -> None:
        name, network = fold(username) or "", network_of(address)
        limit = settings.sign_in_limit
        count, rest = limit.split(maxsplit=1)
        self._counted: list[tuple[Allowance, tuple[str, ...]]]
        if known_number is not None:
            self._counted = [(Allowance("known-browser", limit), (known_number, name))]
        else:
            everywhere = Allowance("name", f"{int(count) * ALL_ADDRESSES} {rest}")
            here = Allowance("name-and-address", limit)
            self._counted = [(here, (name, network)), (everywhere, (name,))]
        self._network = network
        self._failures = Allowance("address", settings.sign_in_address_limit)

    def begin(self) -> None:
        """Count the attempt. Raises TooMany, and counts nothing, when an allowance is used up."""
        self._failures.check(self._network)
        counted, self._counted = self._counted, []
        for allowance, key in counted:
            try:
                allowance.spend(*key)
            except TooMany:
                self.give_back()
                raise
            self._counted.append((allowance, key))

    def give_back(self) -> None:
        """Take the attempt back: it succeeded, or was not checked at all."""
        for allowance, key in self._counted:
            allowance.give_back(*key)

    def fail(self) -> None:
        """Leave it counted, also against the address."""
        self._failures.count(self._network)


class Shut(Exception):
    """The password was right, and the account is shut."""


class Ended(Exception):
    """The password was right, and a one-time one whose time is over."""


def admits(
    attempt: Attempt,
    account: Account | None,
    password: str,
    *,
    budget: PasswordBudget,
    demonstration: bool,
    now: datetime,
) -> bool:
    """Tell whether ``password`` opens ``account``, at the same price whatever is wrong.

    One hash is checked in each case: for an unknown name, a suspended account and a demonstration
    account where there is no demonstration too. Raises TooMany, Overloaded, Shut for a suspended
    account and Ended for a one-time password that is too old: who knows the password may learn why.
    """
    attempt.begin()
    try:
        matched = budget.matches(account.password_hash if account else None, password)
    except Overloaded:
        attempt.give_back()
        raise
    has_ended = account is not None and has_password_ended(account, now)
    admitted = (
        matched
        and account is not None
        and is_open(account, demonstration=demonstration)
        and not has_ended
    )
    if admitted:
        attempt.give_back()
    else:
        attempt.fail()
    if matched and account is not None and account.suspended_at is not None:
        raise Shut
    if matched and has_ended:
        raise Ended
    return admitted


def has_password_ended(account: Account, now: datetime) -> bool:
    """Tell whether the account has a one-time password that counts no longer."""
    ends_at = account.password_ends_at if account.must_change_password else None
    return ends_at is not None and ends_at <= now


def is_open(account: Account, *, demonstration: bool) -> bool:
    """Tell whether anyone may sign in with ``account`` here."""
    return account.suspended_at is None and (demonstration or not account.is_demonstration)
