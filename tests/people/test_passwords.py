"""Hashing of passwords and its budget."""

import threading
import time
import unicodedata

import pytest
from argon2 import PasswordHasher

from lms.core.errors import Overloaded
from lms.people.passwords.hashing import PasswordBudget, default_hasher, one_time_password
from tests.builders.people import PASSWORD, password_hash


def test_hashes_are_argon2id_with_the_measured_parameters() -> None:
    assert password_hash().startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_the_same_password_never_gives_the_same_hash() -> None:
    budget = PasswordBudget(1, 0)
    assert budget.hash(PASSWORD) != budget.hash(PASSWORD)


def test_only_the_right_password_matches() -> None:
    budget = PasswordBudget(1, 0)
    assert budget.matches(password_hash(), PASSWORD)
    assert not budget.matches(password_hash(), PASSWORD + " ")
    assert not budget.matches(password_hash(), "")


def test_nothing_matches_an_account_without_a_password() -> None:
    budget = PasswordBudget(1, 0)
    assert not budget.matches(None, PASSWORD)
    assert not budget.matches("not a hash", PASSWORD)


def test_each_check_costs_one_hash_whatever_is_wrong() -> None:
    budget = PasswordBudget(1, 0)
    for stored in (password_hash(), None):
        before = budget.done
        budget.matches(stored, "wrong")
        assert budget.done == before + 1


def test_a_password_is_the_same_however_a_keyboard_composes_it() -> None:
    budget = PasswordBudget(1, 0)
    text = "пёстрый йогурт 7"
    stored = budget.hash(unicodedata.normalize("NFC", text))
    assert budget.matches(stored, unicodedata.normalize("NFD", text))


def test_a_hash_with_older_parameters_is_outdated() -> None:
    budget = PasswordBudget(1, 0)
    assert budget.is_outdated(PasswordHasher(time_cost=1, memory_cost=8192).hash("x"))
    assert not budget.is_outdated(password_hash())


class _WaitingHasher:
    """A hasher that finishes when it is told to; counts how many run at once."""

    def __init__(self) -> None:
        self.go, self.lock = threading.Event(), threading.Lock()
        self.running = self.most = 0

    def hash(self, _password: str) -> str:
        with self.lock:
            self.running += 1
            self.most = max(self.most, self.running)
        self.go.wait(10)
        with self.lock:
            self.running -= 1
        return "hash"


def test_beyond_the_queue_a_check_is_refused_at_once_and_the_slots_are_never_exceeded() -> None:
    budget = PasswordBudget(2, 3, default_hasher())
    waiting = _WaitingHasher()
    budget.hasher = waiting  # type: ignore[assignment]
    threads = [threading.Thread(target=budget.hash, args=("x",)) for _ in range(5)]
    for thread in threads:
        thread.start()
    for _ in range(200):
        if waiting.running == 2 and not budget._places.acquire(blocking=False):
            break
        threading.Event().wait(0.01)
    with pytest.raises(Overloaded) as refusal:
        budget.hash("x")
    assert refusal.value.details["retry_after"] > 0
    waiting.go.set()
    for thread in threads:
        thread.join(10)
    assert waiting.most == 2
    assert budget.hash("x") == "hash"


def test_one_time_passwords_are_long_enough_and_never_repeat() -> None:
    made = {one_time_password() for _ in range(500)}
    assert len(made) == 500
    assert all(len(text) == 14 and text.count("-") == 2 for text in made)


def test_an_endless_text_is_refused_at_the_price_of_any_wrong_password() -> None:
    budget = PasswordBudget(1, 0)
    stored, endless = password_hash(), "a" + "\u0301\u0327" * 50_000  # minutes to normalise
    before, began = budget.done, time.process_time()
    assert not budget.matches(stored, endless)
    assert budget.done == before + 1
    assert time.process_time() - began < 2
