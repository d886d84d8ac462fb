"""Passwords: which are refused and why, what a check costs whom, and how many wait."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

import pytest
from argon2 import PasswordHasher, extract_parameters
from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from chatroom.contracts import Turns
from chatroom.core.errors import (
    LoginsBusy,
    PasswordIsName,
    PasswordRefused,
    PasswordTooCommon,
    PasswordTooLong,
    PasswordTooShort,
    PasswordUnreadable,
)
from chatroom.core.members import is_secret
from chatroom.passwords import (
    HASHER,
    LONGEST,
    Passwords,
    Threads,
    check,
    invitation_code,
    plain_code,
    prepared,
    random_password,
)
from chatroom.spawn import deferred

T = TypeVar("T")

LIGHT = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
GOOD = "correct horse battery"


class Aside:
    """Run work in turn at once, and keep what was asked."""

    def __init__(self) -> None:
        self.runs = 0

    def __call__(self, work: Callable[[], T], /) -> Deferred[T]:
        self.runs += 1
        answer: Deferred[T] = Deferred()
        answer.callback(work())
        return answer


class PasswordTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.aside = Aside()
        self.passwords = Passwords(self.aside, LIGHT)

    def hashed(self, password: str) -> str:
        return self.successResultOf(deferred(self.passwords.hash(password)))

    def matches(self, hash: str | None, password: str) -> bool:
        return self.successResultOf(deferred(self.passwords.verify(hash, password)))

    def test_the_right_password_is_right_and_any_other_is_not(self) -> None:
        made = self.hashed(GOOD)
        self.assertTrue(self.matches(made, GOOD))
        self.assertFalse(self.matches(made, GOOD.upper()))
        self.assertFalse(self.matches(made, GOOD + " "))
        self.assertTrue(is_secret(made))
        self.assertNotEqual(made, self.hashed(GOOD))

    def test_composition_and_kinds_of_space_make_no_difference(self) -> None:
        made = self.hashed("Zoe\u0308 und\u00a0Lu")
        self.assertTrue(self.matches(made, "Zo\u00eb und Lu"))

    def test_nobody_has_no_password_and_being_asked_costs_the_same(self) -> None:
        made = self.hashed(GOOD)
        for password in (GOOD, "", "x" * 10_000, "a\x00b", "\ud800"):
            for hash_ in (None, made):
                before = self.aside.runs
                self.assertEqual(self.matches(hash_, password), (hash_, password) == (made, GOOD))
                self.assertEqual(before + 1, self.aside.runs)

    def test_what_stands_for_nobodys_hash_costs_what_a_real_one_does(self) -> None:
        nobodys = self.passwords._nobodys
        self.assertEqual(extract_parameters(LIGHT.hash("x")), extract_parameters(nobodys))
        self.assertTrue(is_secret(nobodys))

    def test_a_hash_that_cannot_be_read_is_nobodys(self) -> None:
        for broken in ("$argon2id$", "secret", "", LIGHT.hash("x")[:-5] + "!!"):
            self.assertFalse(self.matches(broken, GOOD))

    def test_a_hash_of_other_costs_is_checked_and_called_stale(self) -> None:
        older = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1).hash(GOOD)
        self.assertTrue(self.matches(older, GOOD))
        self.assertTrue(self.passwords.is_stale(older))
        self.assertTrue(self.passwords.is_stale("-"))
        self.assertFalse(self.passwords.is_stale(self.hashed(GOOD)))

    def test_the_costs_are_those_that_are_asked_for_today(self) -> None:
        self.assertEqual((19456, 2, 1), (HASHER.memory_cost, HASHER.time_cost, HASHER.parallelism))

    def test_what_cannot_be_a_password_is_not_hashed(self) -> None:
        self.failureResultOf(deferred(self.passwords.hash("a\x00b")), PasswordUnreadable)
        self.assertEqual(0, self.aside.runs)


@pytest.mark.parametrize(
    ("password", "refusal"),
    [
        ("", PasswordTooShort),
        ("seven77", PasswordTooShort),
        ("\u00e9" * 7, PasswordTooShort),
        ("e\u0301" * 7, PasswordTooShort),
        ("x" * (LONGEST + 1), PasswordTooLong),
        ("\u00e9" * (LONGEST // 2 + 1), PasswordTooLong),
        ("tab\tinside", PasswordUnreadable),
        ("nul\x00inside", PasswordUnreadable),
        ("lone \ud800 one", PasswordUnreadable),
        ("Password", PasswordTooCommon),
        ("12345678", PasswordTooCommon),
        ("aaaaaaaa", PasswordTooCommon),
        ("abababab", PasswordTooCommon),
        ("23456789", PasswordTooCommon),
        ("ihgfedcba", PasswordTooCommon),
        ("Carolina", PasswordIsName),
        ("CAROLINA.LEE", PasswordIsName),
        ("carolina.lee@example.org", PasswordIsName),
    ],
)
def test_a_password_nobody_should_have_is_refused(password: str, refusal: type[PasswordRefused]) -> None:
    with pytest.raises(refusal) as refused:
        check(password, "carolina", "Carolina.Lee@example.org")
    assert not password or password not in str(refused.value)


@pytest.mark.parametrize("password", [GOOD, "eight888", "пароль-из-слов", "🐎🔋📎🐎🔋📎🐴🐴", "\u00e9ax" * 64])
def test_any_other_password_is_good(password: str) -> None:
    check(password, "ann", "ann@example.org")


def test_the_sentence_says_what_is_wanted() -> None:
    with pytest.raises(PasswordTooShort, match="at least 8 characters"):
        check("short")
    with pytest.raises(PasswordTooLong, match="at most 300 bytes"):
        check("x" * 1000)


@given(st.text())
def test_whatever_is_typed_is_prepared_or_refused(password: str) -> None:
    try:
        raw = prepared(password)
    except PasswordRefused:
        return
    assert 0 < len(raw) <= LONGEST
    assert prepared(raw.decode()) == raw


def test_a_random_password_and_a_code_can_be_read_out_and_are_good() -> None:
    letters = iter("abcdefghjkmnpqrstuvwxyz23456")
    assert random_password(lambda _: next(letters)) == "abcd-efgh-jkmn-pqrs"
    assert invitation_code(lambda _: next(letters)) == "tuvw-xyz2-3456"
    made = {random_password() for _ in range(100)} | {invitation_code() for _ in range(100)}
    assert len(made) == 200
    for password in made:
        check(password)
        assert not set("01ilo") & set(password)


def test_a_code_is_the_same_however_it_is_typed() -> None:
    assert plain_code("ABCD efgh-2345 ") == plain_code("abcd-efgh-2345") == "abcdefgh2345"
    assert len(plain_code("x" * 100_000)) == LONGEST


class Held:
    """Be work that ends when it is let go."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.ran_in: list[threading.Thread] = []

    def __call__(self) -> int:
        self.ran_in.append(threading.current_thread())
        self.gate.wait(10)
        return 7


class ThreadsTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.turns = Turns()
        self.threads = Threads(self.turns, count=2, waiting=3)  # type: ignore[arg-type]  # Turns is the part of a reactor that is used
        self.held = Held()
        self.addCleanup(self.threads.stop)
        self.addCleanup(self.held.gate.set)

    def until(self, *answers: Deferred[int]) -> None:
        self.turns.until(lambda: all(answer.called for answer in answers))

    def test_work_is_done_beside_the_reactor_and_told_in_it(self) -> None:
        told: list[threading.Thread] = []
        answer = self.threads(self.held)
        answer.addBoth(lambda _: told.append(threading.current_thread()))
        self.held.gate.set()
        self.assertNoResult(answer)
        self.until(answer)
        self.assertEqual([threading.current_thread()], told)
        self.assertNotEqual([threading.current_thread()], self.held.ran_in)
        self.assertTrue(self.held.ran_in[0].daemon)

    def test_beyond_its_bound_work_is_refused_until_there_is_room(self) -> None:
        answers = [self.threads(self.held) for _ in range(5)]
        refused = self.failureResultOf(self.threads(self.held), LoginsBusy)
        self.assertEqual("Too many people are logging in at this moment. Try again in a few seconds.", refused.getErrorMessage())
        self.held.gate.set()
        self.until(*answers)
        again = self.threads(self.held)
        self.until(again)
        self.assertEqual([7] * 6, [self.successResultOf(answer) for answer in [*answers, again]])
        self.assertLessEqual(len(set(self.held.ran_in)), 2)

    def test_what_fails_in_a_thread_fails_for_whoever_waits_and_for_nobody_else(self) -> None:
        def fail() -> int:
            raise ZeroDivisionError

        answers = [self.threads(fail), self.threads(self.held)]
        self.held.gate.set()
        self.until(*answers)
        self.failureResultOf(answers[0], ZeroDivisionError)
        self.assertEqual(7, self.successResultOf(answers[1]))

    def test_work_nobody_waits_for_any_more_is_left_out_and_makes_room(self) -> None:
        first = [self.threads(self.held) for _ in range(2)]
        self.turns.until(lambda: len(self.held.ran_in) == 2)
        given_up = [self.threads(self.held).addErrback(lambda _: 0) for _ in range(3)]
        for answer in given_up:
            answer.cancel()
        self.held.gate.set()
        self.until(*first)
        last = self.threads(self.held)
        self.until(last)
        self.assertEqual(7, self.successResultOf(last))
        self.assertEqual(3, len(self.held.ran_in))

    def test_threads_end_when_they_are_stopped_after_what_waits(self) -> None:
        answers = [self.threads(self.held) for _ in range(4)]
        self.threads.stop()
        self.held.gate.set()
        self.until(*answers)
        for thread in set(self.held.ran_in):
            thread.join(10)
            self.assertFalse(thread.is_alive())
