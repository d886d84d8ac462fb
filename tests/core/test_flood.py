"""Whoever says too much is slowed, then hushed, then cut, and nobody else is; addresses are counted in a table that stays small."""

from __future__ import annotations

import time
from dataclasses import fields
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatroom.core.errors import ConnectingTooOften, EnteringTooOften, Flooding, Hushed, Refused, TooManyConnections, TooManyFromAddress
from chatroom.core.flood import CHEAP, GO, PRICED, TRACKED, Allowance, Bucket, Conduct, Crowd, FloodLimits, Verdict

NOW = 1_700_000_000.0
YEAR = 365 * 86400.0
DEFAULT = FloodLimits()


class Talk:
    """One session whose reader obeys: it waits as told, and then acts on the next line."""

    def __init__(self, limits: FloodLimits = DEFAULT, *, exempt: bool = False, now: float = NOW) -> None:
        self.conduct = Conduct(limits, exempt=exempt)
        self.now = now
        self.passed: list[float] = []
        self.refused: list[tuple[float, Refused]] = []
        self.cut: float | None = None

    def send(self, lines: int, *, every: float = 0.0, cost: float = 1.0) -> Talk:
        due = self.now
        for _ in range(lines):
            self.now = max(self.now, due)
            due += every
            verdict = self.conduct.weigh(cost, self.now)
            self.now += verdict.wait
            if verdict.cut:
                self.cut = self.now
                break
            if verdict.why is None:
                self.passed.append(self.now)
            else:
                self.refused.append((self.now, verdict.why))
        return self


# -- the bucket -----------------------------------------------------------------------------------------------------------


def test_a_bucket_gives_its_burst_at_once_and_then_its_rate() -> None:
    bucket, allowance = Bucket(), Allowance(burst=3, rate=2)
    assert [bucket.spend(1, NOW, allowance) for _ in range(5)] == [0, 0, 0, 0.5, 1.0]
    assert bucket.spend(1, NOW + 1.5, allowance) == 0
    assert bucket.spend(1, NOW + 100, allowance) == 0


def test_asking_how_long_to_wait_spends_nothing() -> None:
    bucket, allowance = Bucket(), Allowance(burst=1, rate=1)
    bucket.spend(1, NOW, allowance)
    assert [bucket.wait(1, NOW, allowance) for _ in range(3)] == [1, 1, 1]
    assert bucket.wait(1, NOW + 1, allowance) == 0


@pytest.mark.parametrize("allowance", [Allowance(0, 5), Allowance(5, 0)])
def test_a_bucket_that_is_off_bounds_nothing(allowance: Allowance) -> None:
    bucket = Bucket()
    assert not any(bucket.spend(1000, NOW, allowance) for _ in range(100))


STEPS = st.lists(st.tuples(st.floats(0, 5), st.floats(0.01, 4)), min_size=1, max_size=60)


@given(STEPS, st.floats(1, 20), st.floats(0.1, 10))
def test_over_any_window_no_more_passes_than_the_burst_and_the_rate(
    steps: list[tuple[float, float]], burst: float, rate: float
) -> None:
    bucket, allowance, now = Bucket(), Allowance(burst, rate), NOW
    passed = []
    for pause, cost in steps:
        now += pause
        now += bucket.spend(min(cost, burst), now, allowance)
        passed.append((now, min(cost, burst)))
    for first in range(len(passed)):
        total = 0.0
        for at, cost in passed[first:]:
            total += cost
            assert total <= burst + rate * (at - passed[first][0]) + 1e-4


@given(st.lists(st.floats(-7200, 7200), max_size=40))
def test_a_clock_that_jumps_about_grants_no_burst_beyond_and_holds_nobody_longer(jumps: list[float]) -> None:
    bucket, allowance, now, forwards, granted = Bucket(), Allowance(5, 1), NOW, 0.0, 0
    for jump in jumps:
        now += jump
        forwards += max(0.0, jump)
        while bucket.wait(1, now, allowance) == 0:
            bucket.spend(1, now, allowance)
            granted += 1
        assert bucket.wait(1, now, allowance) <= 1 + 1e-5
    assert granted <= 5 + forwards + 1e-3


def test_a_bucket_is_as_exact_after_a_year_as_at_first() -> None:
    bucket, allowance, now = Bucket(), Allowance(10, 2), NOW
    for _ in range(12):
        now += YEAR / 12
        start, passed = now, 0
        while now < start + 1000:
            now += bucket.spend(1, now, allowance)
            passed += 1
        assert passed == pytest.approx(10 + 2 * 1000, abs=2)


# -- one session ----------------------------------------------------------------------------------------------------------


def test_a_paste_of_ten_lines_and_a_fast_typist_are_let_be() -> None:
    assert Talk().send(10).passed == [NOW] * 10
    typist = Talk().send(3600, every=0.9)
    assert len(typist.passed) == 3600
    assert typist.now == pytest.approx(NOW + 3599 * 0.9)


def test_a_longer_paste_is_slowed_and_all_of_it_passes() -> None:
    talk = Talk().send(45)
    assert len(talk.passed) == 45
    assert talk.passed[19] == NOW
    assert talk.passed[20:23] == pytest.approx([NOW + 0.5, NOW + 1, NOW + 1.5])


def test_a_hundred_lines_a_second_are_slowed_then_hushed_then_cut() -> None:
    talk = Talk().send(10_000, every=0.01)
    assert talk.cut is not None
    assert 15 < talk.cut - NOW < 120
    first, why = talk.refused[0]
    assert isinstance(why, Hushed)
    assert str(why) == "You have sent too much too fast: nothing you send is taken for 10 seconds. Wait until then."
    assert len([at for at in talk.passed if at <= first]) < 80
    assert len(talk.refused) <= DEFAULT.tries + DEFAULT.patience
    verdict = talk.conduct.weigh(1, talk.now + YEAR)
    assert verdict.cut
    assert isinstance(verdict.why, Flooding)


def test_a_flooder_is_heard_at_the_pace_and_no_more() -> None:
    talk = Talk().send(10_000)
    assert talk.cut is not None
    for first in range(len(talk.passed)):
        for last in range(first, len(talk.passed)):
            window = talk.passed[last] - talk.passed[first]
            assert last - first + 1 <= DEFAULT.burst + DEFAULT.per_minute / 60 * window + 1e-4


def test_whoever_stops_when_hushed_is_heard_again_after_it() -> None:
    talk = Talk().send(60)
    assert talk.refused
    left = talk.conduct.hushed(talk.now)
    assert 0 < left <= DEFAULT.hush
    talk.now += left + 5
    before = len(talk.passed)
    talk.send(3, every=2)
    assert len(talk.passed) == before + 3
    assert talk.conduct.hushed(talk.now) == 0


def hush_told(talk: Talk) -> float:
    """Send until hushed, and tell for how long."""
    talk.refused.clear()
    while not talk.refused and talk.cut is None:
        talk.send(1)
    return talk.conduct.hushed(talk.now)


def test_each_hush_is_twice_as_long_up_to_a_limit() -> None:
    talk, lengths = Talk(FloodLimits(tries=0, hush_most=60)), []
    for _ in range(5):
        lengths.append(hush_told(talk))
        talk.now += lengths[-1]
    assert lengths == pytest.approx([10, 20, 40, 60, 60])


def test_what_was_done_is_forgiven_in_time() -> None:
    talk = Talk()
    assert hush_told(talk) == pytest.approx(10)
    talk.now += 10 + DEFAULT.forgive
    assert hush_told(talk) == pytest.approx(10)
    talk.now += 10 + 60
    assert hush_told(talk) == pytest.approx(20)


def test_one_who_is_hushed_may_still_do_what_costs_nothing() -> None:
    talk = Talk()
    hush_told(talk)
    assert talk.conduct.weigh(DEFAULT.cost("quit"), talk.now) == GO
    assert talk.conduct.weigh(1, talk.now).why is not None


def test_moderators_are_exempt_from_the_moment_they_are_one() -> None:
    assert Talk(exempt=True).send(10_000).passed == [NOW] * 10_000
    talk = Talk()
    hush_told(talk)
    talk.conduct.exempt = True
    assert talk.conduct.weigh(1, talk.now) == GO


def test_each_limit_can_be_off() -> None:
    assert len(Talk(FloodLimits(burst=0)).send(1000).passed) == 1000
    assert len(Talk(FloodLimits(per_minute=0)).send(1000).passed) == 1000
    for limits in (FloodLimits(patience=0), FloodLimits(hush=0)):
        slowed = Talk(limits).send(1000)
        assert len(slowed.passed) == 1000
        assert slowed.now - NOW == pytest.approx((1000 - limits.burst) / 2)
    assert Talk(FloodLimits(tries=0)).send(1000).cut is None


def test_new_limits_hold_from_then_on() -> None:
    talk = Talk()
    hush_told(talk)
    talk.now += 60
    talk.conduct.limits = FloodLimits(burst=1000)
    assert not any(verdict.wait for verdict in [talk.conduct.weigh(1, talk.now) for _ in range(900)])


def test_a_clock_set_back_by_an_hour_hushes_nobody_for_an_hour() -> None:
    talk = Talk()
    hush_told(talk)
    talk.now -= 3600
    assert talk.conduct.hushed(talk.now) <= DEFAULT.hush + 1
    assert talk.conduct.hushed(talk.now + DEFAULT.hush + 1) == 0


def test_some_verbs_count_for_more_and_some_for_less() -> None:
    assert (DEFAULT.cost("say"), DEFAULT.cost("nick"), DEFAULT.cost("join"), DEFAULT.cost("search")) == (1, 5, 2, 4)
    assert FloodLimits(renaming=9).cost("nick") == 9
    assert {field.name for field in fields(FloodLimits)} >= set(PRICED.values())
    assert PRICED.keys().isdisjoint(CHEAP)
    renames = Talk().send(8, cost=DEFAULT.cost("nick")).passed
    assert renames[3] == NOW
    assert renames[4] > NOW


@given(st.lists(st.tuples(st.floats(0, 30), st.sampled_from([0.1, 1.0, 3.0, 5.0])), max_size=200))
def test_any_conduct_passes_no_more_than_the_pace_and_is_cut_only_when_hushed_first(steps: list[tuple[float, float]]) -> None:
    conduct, now, passed, hushed = Conduct(DEFAULT), NOW, list[tuple[float, float]](), False
    for pause, cost in steps:
        now += pause
        verdict = conduct.weigh(cost, now)
        now += verdict.wait
        assert verdict.wait <= cost / DEFAULT.pace.rate + 1e-6
        assert not verdict.cut or hushed
        hushed = hushed or isinstance(verdict.why, Hushed)
        if verdict.why is None:
            passed.append((now, cost))
    for first, (start, _) in enumerate(passed):
        for last in range(first, len(passed)):
            total = sum(cost for _, cost in passed[first : last + 1])
            assert total <= DEFAULT.burst + DEFAULT.pace.rate * (passed[last][0] - start) + 1e-3


def test_a_verdict_says_go_unless_it_says_otherwise() -> None:
    assert Verdict() == GO
    assert (GO.wait, GO.why, GO.cut) == (0, None, False)


# -- where they come from -------------------------------------------------------------------------------------------------


def test_an_address_has_so_many_connections_at_once() -> None:
    crowd = Crowd(FloodLimits(address_connections=2))
    crowd.arrive("203.0.113.5", NOW)
    crowd.arrive("::ffff:203.0.113.5", NOW)
    with pytest.raises(TooManyFromAddress, match="2 connections"):
        crowd.arrive("203.0.113.5", NOW)
    crowd.arrive("203.0.113.6", NOW)
    crowd.depart("203.0.113.5")
    crowd.arrive("203.0.113.5", NOW)
    assert (crowd.total, crowd.addresses) == (3, 2)


def test_an_ipv6_household_is_one_address() -> None:
    crowd = Crowd(FloodLimits(address_connections=1))
    crowd.arrive("2001:db8::1", NOW)
    with pytest.raises(TooManyFromAddress):
        crowd.arrive("2001:db8::2", NOW)
    crowd.arrive("2001:db8:0:1::1", NOW)


def test_the_house_has_so_many_connections() -> None:
    crowd = Crowd(FloodLimits(connections=3))
    for number in range(3):
        crowd.arrive(f"203.0.113.{number}", NOW)
    with pytest.raises(TooManyConnections, match="3 connections"):
        crowd.arrive("203.0.113.77", NOW)
    crowd.arrive("127.0.0.1", NOW)
    crowd.arrive("local", NOW)
    assert crowd.total == 5


def test_an_address_connects_so_often_and_is_told_how_long_to_wait() -> None:
    crowd = Crowd(FloodLimits(address_connects=6))
    for _ in range(6):
        crowd.arrive("203.0.113.5", NOW)
        crowd.depart("203.0.113.5")
    with pytest.raises(ConnectingTooOften, match="30 seconds"):
        crowd.arrive("203.0.113.5", NOW)
    assert crowd.total == 0
    crowd.arrive("203.0.113.6", NOW)
    crowd.arrive("203.0.113.5", NOW + 30)


def test_so_many_people_come_in_from_an_address_per_time() -> None:
    crowd = Crowd(FloodLimits(address_entries=2))
    crowd.enter("203.0.113.5", NOW)
    crowd.enter("203.0.113.5", NOW)
    with pytest.raises(EnteringTooOften, match="30 seconds"):
        crowd.enter("203.0.113.5", NOW)
    crowd.enter("203.0.113.6", NOW)
    crowd.enter("203.0.113.5", NOW + 30)


def test_an_address_from_which_sessions_were_cut_cannot_simply_come_back() -> None:
    crowd = Crowd(DEFAULT)
    for _ in range(1000):
        crowd.blame("203.0.113.5", NOW)
        crowd.blame("127.0.0.1", NOW)
        crowd.blame("local", NOW)
    with pytest.raises(ConnectingTooOften):
        crowd.arrive("203.0.113.5", NOW)
    crowd.arrive("203.0.113.5", NOW + 182)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "local", ""])
def test_this_machine_is_exempt_unless_it_is_not_to_be(address: str) -> None:
    crowd = Crowd(FloodLimits(address_connections=1, address_connects=1, address_entries=1))
    for _ in range(100):
        crowd.arrive(address, NOW)
        crowd.enter(address, NOW)
    assert crowd.total == 100
    for _ in range(100):
        crowd.depart(address)
    assert (crowd.total, crowd.addresses, crowd.remembered) == (0, 0, 0)


def test_this_machine_can_be_allowed_some_times_as_much() -> None:
    crowd = Crowd(FloodLimits(address_connections=2, address_entries=2, loopback=3))
    for _ in range(6):
        crowd.arrive("127.0.0.1", NOW)
        crowd.enter("::1", NOW)
    with pytest.raises(TooManyFromAddress, match="6 connections"):
        crowd.arrive("127.0.0.1", NOW)
    with pytest.raises(EnteringTooOften):
        crowd.enter("::1", NOW)


def test_each_limit_of_addresses_can_be_off() -> None:
    crowd = Crowd(FloodLimits(connections=0, address_connections=0, address_connects=0, address_entries=0))
    for _ in range(1000):
        crowd.arrive("203.0.113.5", NOW)
        crowd.enter("203.0.113.5", NOW)
    assert crowd.total == 1000


def test_ever_new_addresses_do_not_grow_the_table_and_push_no_flooder_out() -> None:
    crowd = Crowd(FloodLimits(address_connects=6), tracked=1000)
    for _ in range(6):
        crowd.arrive("203.0.113.5", NOW)
        crowd.depart("203.0.113.5")
    started = time.thread_time()
    for number in range(30_000):
        address = f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"
        crowd.arrive(address, NOW + number * 1e-4)
        crowd.depart(address)
        assert crowd.remembered <= 1000
    assert (time.thread_time() - started) / 30_000 < 0.0005
    with pytest.raises(ConnectingTooOften):
        crowd.arrive("203.0.113.5", NOW + 3)
    assert crowd.addresses == 0
    assert Crowd(DEFAULT).tracked == TRACKED


def test_a_day_of_comings_and_goings_leaves_every_table_empty() -> None:
    random, crowd, now = Random(7), Crowd(DEFAULT), NOW
    inside: list[str] = []
    for _ in range(20_000):
        now += random.random() * 8.64
        address = (
            f"203.0.{random.randrange(4)}.{random.randrange(256)}" if random.random() < 0.7 else f"2001:db8:{random.randrange(99):x}::1"
        )
        try:
            crowd.arrive(address, now)
            inside.append(address)
            crowd.enter(address, now)
        except Refused:
            pass
        while inside and random.random() < 0.6:
            crowd.depart(inside.pop(random.randrange(len(inside))))
        if random.random() < 0.1:
            crowd.blame(address, now)
        crowd.tidy(now, limit=20)
    for address in inside:
        crowd.depart(address)
    for _ in range(10):
        crowd.tidy(now + 86400)
    assert (crowd.total, crowd.addresses, crowd.remembered) == (0, 0, 0)


def test_tidying_forgets_nobody_who_still_owes() -> None:
    crowd = Crowd(FloodLimits(address_connects=6))
    for _ in range(6):
        crowd.arrive("203.0.113.5", NOW)
    crowd.tidy(NOW + 29)
    with pytest.raises(ConnectingTooOften):
        crowd.arrive("203.0.113.5", NOW + 29)


@given(
    st.lists(st.tuples(st.floats(0, 100), st.sampled_from(["203.0.113.5", "203.0.113.6", "2001:db8::1", "2001:db8::2"])), max_size=80)
)
def test_no_address_connects_more_over_any_window_than_it_may(steps: list[tuple[float, str]]) -> None:
    limits = FloodLimits(address_connects=4, address_connections=0)
    crowd, now = Crowd(limits), NOW
    came: dict[str, list[float]] = {}
    for pause, address in steps:
        now += pause
        try:
            crowd.arrive(address, now)
        except ConnectingTooOften:
            continue
        came.setdefault(address[:9], []).append(now)
    for times in (times for where, times in came.items() if where == "2001:db8:"):
        for first, start in enumerate(times):
            for last in range(first, len(times)):
                assert last - first + 1 <= 4 + limits.connects.rate * (times[last] - start) + 1e-4
