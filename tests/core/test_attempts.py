"""Attempts to log in: what is free, what must wait and how long, what is forgotten, and what a flood cannot do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatroom.core.attempts import FORGOTTEN, HOMES, KEY, PER_ACCOUNT, PER_ADDRESS, Attempt, Attempts, Pace, group, told
from chatroom.core.errors import TooManyAttempts
from chatroom.core.flood import FloodLimits

HOUR = 3600.0


def somewhere(number: int) -> str:
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def refusal(attempts: Attempts, address: str, account: str, now: float) -> TooManyAttempts:
    with pytest.raises(TooManyAttempts) as refused:
        attempts.admit(address, account, now)
    return refused.value


def wait(attempts: Attempts, address: str, account: str, now: float) -> int:
    seconds = refusal(attempts, address, account, now).fields["seconds"]
    assert isinstance(seconds, int)
    return seconds


def fail(attempts: Attempts, times: int, account: str = "ann", now: float = 0.0, first: int = 0) -> float:
    """Guess as often, each time from an address nobody came from, waiting as told."""
    for number in range(times):
        try:
            attempts.admit(somewhere(first + number), account, now)
        except TooManyAttempts:
            now += wait(attempts, somewhere(first + number), account, now)
            attempts.admit(somewhere(first + number), account, now)
    return now


def test_the_first_few_attempts_on_an_account_are_free_and_the_next_must_wait() -> None:
    attempts = Attempts()
    for number in range(PER_ACCOUNT.free):
        attempts.admit(somewhere(number), "ann", 0.0)
    refused = refusal(attempts, somewhere(99), "ann", 1.5)
    assert str(refused) == "Too many attempts to log in. Try again in 4 seconds."
    assert refused.code == "too-many-attempts"
    attempts.admit(somewhere(99), "bob", 1.5)


def test_an_account_waits_twice_as_long_each_time_up_to_a_cap() -> None:
    attempts = Attempts()
    now = fail(attempts, PER_ACCOUNT.free)
    waits = []
    for number in range(6):
        waits.append(wait(attempts, somewhere(100 + number), "ann", now))
        now = fail(attempts, 1, now=now, first=100 + number)
    assert waits == [5, 10, 20, 40, 60, 60]


def test_a_clock_that_is_set_back_holds_nobody_up() -> None:
    attempts = Attempts()
    now = fail(attempts, PER_ACCOUNT.free + 3, now=2 * HOUR)
    attempts.admit(somewhere(100), "ann", now - HOUR)
    attempts.admit(somewhere(0), "bob", now - HOUR)


def test_an_address_that_tries_account_after_account_waits_too_and_longer() -> None:
    attempts = Attempts()
    now, longest = 0.0, 0
    for number in range(PER_ADDRESS.free + 12):
        try:
            attempts.admit("192.0.2.1", f"user{number}", now)
        except TooManyAttempts:
            longest = wait(attempts, "192.0.2.1", f"user{number}", now)
            now += longest
            attempts.admit("192.0.2.1", f"user{number}", now)
    assert longest == PER_ADDRESS.longest
    attempts.admit("192.0.2.2", "user1", now)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_this_machines_own_addresses_may_try_as_often_as_they_may_send_and_an_account_waits_all_the_same(address: str) -> None:
    attempts = Attempts()
    for number in range(PER_ADDRESS.free * 10):
        attempts.admit(address, f"user{number}", 0.0)
    for _ in range(PER_ACCOUNT.free):
        attempts.admit(address, "ann", 0.0)
    assert wait(attempts, address, "ann", 1.0) > 0
    attempts.obey(FloodLimits(loopback=1, address_logins=1))
    attempts.admit(address, "bob", 10_000.0)
    assert wait(attempts, address, "carl", 10_001.0) > 0
    attempts.obey(FloodLimits(loopback=0, address_logins=1))
    attempts.admit(address, "carl", 10_001.0)


def test_a_hundred_attempts_at_once_are_no_way_around_the_limit() -> None:
    attempts = Attempts()
    let_through = 0
    for number in range(100):
        try:
            attempts.admit(somewhere(number), "ann", 0.0)
            let_through += 1
        except TooManyAttempts:
            pass
    assert let_through == PER_ACCOUNT.free


def test_an_attempt_that_is_refused_does_not_make_the_wait_longer() -> None:
    attempts = Attempts()
    fail(attempts, PER_ACCOUNT.free)
    for tenth in range(50):
        refusal(attempts, "192.0.2.1", "ann", tenth / 10)
    assert isinstance(attempts.admit("192.0.2.1", "ann", 5.0), Attempt)


def test_what_succeeds_is_taken_back_however_many_are_under_way() -> None:
    attempts = Attempts()
    for _ in range(30):
        under_way = [attempts.admit("192.0.2.1", "ann", 0.0) for _ in range(PER_ACCOUNT.free)]
        for attempt in under_way:
            attempts.succeeded(attempt, 0.0)
    assert isinstance(attempts.admit("192.0.2.9", "ann", 0.0), Attempt)


def test_success_does_not_wash_away_guesses_at_another_account() -> None:
    attempts = Attempts()
    for number in range(PER_ADDRESS.free):
        attempts.admit("192.0.2.1", f"victim{number}", 0.0)
        if number < PER_ADDRESS.free - 1:
            attempts.succeeded(attempts.admit("192.0.2.1", "mine", 0.0), 0.0)
    assert wait(attempts, "192.0.2.1", "mine", 0.0) > 0


def test_the_owner_gets_in_from_where_they_got_in_before_while_the_account_is_attacked() -> None:
    attempts = Attempts()
    attempts.succeeded(attempts.admit("192.0.2.1", "ann", 0.0), 0.0)
    now = fail(attempts, 50)
    refusal(attempts, "192.0.2.2", "ann", now)
    attempts.succeeded(attempts.admit("192.0.2.1", "ann", now), now)
    attempts.forget("ann")
    refusal(attempts, "192.0.2.1", "ann", now)


def test_what_is_mistyped_at_home_makes_the_account_wait_nowhere_else() -> None:
    attempts = Attempts()
    attempts.succeeded(attempts.admit("192.0.2.1", "ann", 0.0), 0.0)
    for _ in range(PER_ACCOUNT.free + 3):
        attempts.admit("192.0.2.1", "ann", 0.0)
    assert isinstance(attempts.admit("192.0.2.2", "ann", 0.0), Attempt)


def test_whoever_waits_as_told_gets_in_though_others_guess_all_the_time() -> None:
    attempts = Attempts()
    now = fail(attempts, 50)
    assert wait(attempts, "192.0.2.7", "ann", now) == PER_ACCOUNT.longest
    attempts.admit("192.0.2.7", "ann", now + PER_ACCOUNT.longest)


def test_an_attempt_the_house_was_too_busy_to_check_does_not_count() -> None:
    attempts = Attempts()
    for _ in range(100):
        attempts.take_back(attempts.admit("192.0.2.1", "ann", 0.0), 0.0)
    assert len(attempts) == 0


def test_everything_is_forgotten_after_a_while() -> None:
    attempts = Attempts()
    now = fail(attempts, 50)
    for number in range(PER_ACCOUNT.free):
        attempts.admit(somewhere(number), "ann", now + HOUR + 1 + number)


def test_a_million_addresses_do_not_grow_the_table_and_free_no_account() -> None:
    attempts = Attempts(size=100)
    now = fail(attempts, PER_ACCOUNT.free + 5)
    for number in range(1_000):
        attempts.admit(somewhere(number), f"nobody{number}", now)
    assert len(attempts) <= 2 * 100 + 5
    refusal(attempts, somewhere(5000), "ann", now)


def test_addresses_that_wait_do_not_grow_the_table_either() -> None:
    attempts = Attempts(address=Pace(1, 5.0, 5.0), account=Pace(1, 5.0, 5.0), size=100)
    for number in range(1_000):
        attempts.succeeded(attempts.admit(somewhere(number), f"member{number}", 0.0), 0.0)
        attempts.admit(somewhere(2_000 + number), f"nobody{number}", 0.0)
    assert len(attempts) <= 4 * 100 + 100


def test_only_the_latest_homes_of_an_account_are_remembered() -> None:
    attempts = Attempts()
    for number in range(HOMES + 1):
        attempts.succeeded(attempts.admit(somewhere(number), "ann", 0.0), 0.0)
    now = fail(attempts, 20, first=1000)
    refusal(attempts, somewhere(0), "ann", now)
    attempts.admit(somewhere(1), "ann", now)


def test_an_endless_account_is_cut() -> None:
    attempts = Attempts()
    for number in range(PER_ACCOUNT.free):
        attempts.admit(somewhere(number), "a" * KEY + str(number), 0.0)
    assert wait(attempts, "192.0.2.1", "a" * 100_000, 0.0) > 0


@pytest.mark.parametrize(
    ("address", "counts_as"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("a socket", "a socket"),
        ("", ""),
    ],
)
def test_an_address_counts_as_what_one_subscriber_has(address: str, counts_as: str) -> None:
    assert group(address) == counts_as


@given(st.text(max_size=1000))
def test_any_address_can_be_counted(address: str) -> None:
    attempts = Attempts()
    for number in range(PER_ADDRESS.free):
        attempts.admit(address, str(number), 0.0)
    refusal(attempts, address, "x", 0.0)
    assert len(group(address)) <= KEY


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "1 second"), (1.0, "1 second"), (39.1, "40 seconds"), (119.0, "119 seconds"), (119.5, "2 minutes"), (901.0, "16 minutes")],
)
def test_a_wait_is_told_in_words_and_never_too_short(seconds: float, words: str) -> None:
    assert told(seconds) == words


def test_no_wait_grows_beyond_its_cap() -> None:
    assert Pace(1, 5.0, 900.0).wait(1_000_000) == 900.0


def test_other_limits_hold_from_the_moment_they_are_set_and_zero_bounds_nothing() -> None:
    attempts = Attempts()
    attempts.obey(FloodLimits(address_logins=0, member_logins=1, login_wait=30.0))
    attempts.admit("192.0.2.1", "ann", 0.0)
    assert wait(attempts, "192.0.2.2", "ann", 1.0) == 29
    attempts.obey(FloodLimits(address_logins=0, member_logins=0))
    for _ in range(100):
        attempts.admit("192.0.2.1", "ann", 2.0)


def test_what_was_counted_outlives_the_longest_wait() -> None:
    assert Pace(1, 5.0, 2 * FORGOTTEN).forgotten > 2 * FORGOTTEN
    assert Pace(1, 5.0, 60.0).forgotten == FORGOTTEN
