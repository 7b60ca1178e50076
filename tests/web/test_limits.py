"""Allowances: so many of something per key and stretch of time."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from lms.core.errors import TooMany
from lms.core.limit_store import CountsFile
from lms.web.limits import Allowance, limiter, network_of


@pytest.fixture
def allowance(app: Flask) -> Allowance:
    limiter.reset()
    return Allowance("test", "2 per 5 minutes")


def test_what_is_allowed_is_spent_key_by_key(allowance: Allowance) -> None:
    allowance.spend("a")
    allowance.spend("a")
    with pytest.raises(TooMany) as refusal:
        allowance.spend("a")
    assert 0 < refusal.value.details["retry_after"] <= 300
    allowance.spend("b")


def test_what_is_given_back_can_be_spent_again(allowance: Allowance) -> None:
    for _ in range(10):
        allowance.spend("a")
        allowance.give_back("a")
    allowance.spend("a")
    allowance.spend("a")
    with pytest.raises(TooMany):
        allowance.spend("a")
    allowance.give_back("a")
    allowance.spend("a")  # what was refused wasn't counted


def test_asking_costs_nothing(allowance: Allowance) -> None:
    for _ in range(5):
        allowance.check("a")
    allowance.count("a")
    allowance.count("a")
    allowance.count("a")
    with pytest.raises(TooMany):
        allowance.check("a")


def test_a_window_passes(allowance: Allowance) -> None:
    with time_machine.travel("2026-03-01T09:00:00Z", tick=False) as clock:
        allowance.spend("a")
        allowance.spend("a")
        clock.shift(301)
        allowance.spend("a")


def test_parts_of_a_key_are_not_glued_together(allowance: Allowance) -> None:
    allowance.spend("ab", "c")
    allowance.spend("ab", "c")
    allowance.spend("a", "bc")


def test_keys_are_not_kept_in_the_clear(allowance: Allowance) -> None:
    allowance.spend("a secret password")
    with closing(sqlite3.connect(limiter.storage.path)) as file:  # type: ignore[attr-defined]
        kept = file.execute("SELECT key FROM counts").fetchall()
    assert kept
    assert "secret" not in str(kept)


def test_processes_share_the_count(allowance: Allowance) -> None:
    other = CountsFile(f"counts-file://{limiter.storage.path}")  # type: ignore[attr-defined]
    keys = allowance._item().key_for(*allowance._keys(("a",)))
    allowance.spend("a")
    assert other.incr(keys, 300) == 2
    with pytest.raises(TooMany):
        allowance.spend("a")


def test_many_threads_lose_no_count(tmp_path: Path) -> None:
    store = CountsFile(f"counts-file://{tmp_path / 'counts.sqlite3'}")
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: store.incr("a", 60), range(200)))
    assert store.get("a") == 200


def test_allowances_of_different_names_do_not_mix(allowance: Allowance) -> None:
    allowance.spend("a")
    allowance.spend("a")
    Allowance("other", "2 per 5 minutes").spend("a")


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("", ""),
    ],
)
def test_an_address_counts_as_its_network(address: str, network: str) -> None:
    assert network_of(address) == network
