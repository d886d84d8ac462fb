"""Whoever says too much is slowed, then hushed, then cut."""

from __future__ import annotations

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatroom.core.flood import CHEAP, GO, OFF, ON_ITS_WAY, PRICED, Conduct, FloodLimits, Verdict

NOW = 1_700_000_000.0
YEAR = 365 * 86400.0
DEFAULT = FloodLimits()


class Talk:
    """One session whose reader obeys: it does what a line asks for, and then pauses as told."""

    def __init__(self, limits: FloodLimits = DEFAULT, *, now: float = NOW) -> None:
        self.conduct = Conduct()
        self.limits = limits
        self.now = now
        self.passed: list[float] = []
        self.refused: list[tuple[float, float]] = []
        self.cut: float | None = None

    def send(self, lines: int, *, every: float = 0.0, cost: float = 1.0) -> Talk:
        due = self.now
        for _ in range(lines):
            self.now = max(self.now, due)
            due += every
            verdict = self.conduct.weigh(cost, self.now, self.limits)
            if verdict.cut:
                self.cut = self.now
                break
            if not verdict.hushed:
                self.passed.append(self.now)
            else:
                self.refused.append((self.now, verdict.hushed))
            self.now += verdict.wait
        return self


def test_a_paste_of_ten_lines_and_a_fast_typist_are_let_be() -> None:
    assert Talk().send(10).passed == [NOW] * 10
    typist = Talk().send(3600, every=0.9)
    assert len(typist.passed) == 3600
    assert typist.now == pytest.approx(NOW + 3599 * 0.9)


def test_a_client_that_joins_twenty_rooms_at_once_is_hardly_slowed() -> None:
    talk = Talk().send(1).send(20, cost=DEFAULT.cost("join")).send(2, cost=DEFAULT.cost("whois"))
    assert len(talk.passed) == 23
    assert talk.now - NOW <= 2


def test_a_longer_paste_is_slowed_and_all_of_it_passes() -> None:
    talk = Talk().send(75)
    assert len(talk.passed) == 75
    assert talk.passed[40] == NOW
    assert talk.passed[41:44] == pytest.approx([NOW + 0.5, NOW + 1, NOW + 1.5])


def test_a_hundred_lines_a_second_are_slowed_then_hushed_then_cut() -> None:
    talk = Talk().send(10_000, every=0.01)
    assert talk.cut is not None
    assert 15 < talk.cut - NOW < 60
    assert talk.refused[0][1] == DEFAULT.hush
    assert len(talk.passed) < 85
    assert len(talk.refused) > 1 + DEFAULT.tries
    assert talk.cut - talk.refused[0][0] > ON_ITS_WAY
    assert talk.conduct.weigh(1, talk.now, DEFAULT).cut


def test_the_faster_the_flood_the_sooner_it_is_over() -> None:
    flood = Talk().send(100_000, every=0.001)
    assert flood.cut is not None
    assert flood.cut - NOW < 22


def test_a_flooder_is_heard_at_the_pace_and_no_more() -> None:
    talk = Talk(FloodLimits(tries=0, hush_most=10)).send(10_000, every=0.05)
    assert talk.cut is None
    for first in range(len(talk.passed)):
        for last in range(first, len(talk.passed)):
            window = talk.passed[last] - talk.passed[first]
            assert last - first + 1 <= DEFAULT.burst + 1 + DEFAULT.per_minute / 60 * window + 1e-4


def test_whoever_stops_when_hushed_is_heard_again_after_it() -> None:
    talk = Talk().send(90)
    assert talk.refused
    left = talk.conduct.hushed(talk.now)
    assert 0 < left <= DEFAULT.hush
    talk.now += left + 5
    before = len(talk.passed)
    talk.send(3, every=2)
    assert len(talk.passed) == before + 3
    assert talk.conduct.hushed(talk.now) == 0


def test_a_paste_of_a_whole_page_is_not_all_heard_but_no_reason_to_cut() -> None:
    talk = Talk().send(180)
    assert talk.cut is None
    assert len(talk.passed) > 70


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
    assert talk.conduct.troubled(talk.now, DEFAULT)
    talk.now += 20 + 2 * DEFAULT.forgive
    assert not talk.conduct.troubled(talk.now, DEFAULT)


def test_one_who_is_hushed_may_still_do_what_costs_nothing() -> None:
    talk = Talk()
    hush_told(talk)
    assert talk.conduct.weigh(DEFAULT.cost("quit"), talk.now, DEFAULT) == GO
    assert talk.conduct.weigh(1, talk.now, DEFAULT).hushed


def test_each_limit_can_be_off() -> None:
    for limits in (FloodLimits(burst=0), FloodLimits(per_minute=0), OFF):
        assert Talk(limits).send(1000).passed == [NOW] * 1000
    for limits in (FloodLimits(patience=0), FloodLimits(hush=0)):
        slowed = Talk(limits).send(1000)
        assert len(slowed.passed) == 1000
        assert slowed.now - NOW == pytest.approx((1000 - limits.burst) / 2)
    assert Talk(FloodLimits(tries=0)).send(1000).cut is None


def test_new_limits_hold_from_then_on() -> None:
    talk = Talk()
    hush_told(talk)
    talk.now += 60
    talk.limits = FloodLimits(burst=1000)
    start = talk.now
    assert talk.send(900).now == start


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
    renames = Talk().send(12, cost=DEFAULT.cost("nick")).passed
    assert renames[8] == NOW
    assert renames[9] > NOW


def test_a_long_message_counts_for_several_lines_and_so_do_many_short_lines_in_one() -> None:
    assert [DEFAULT.cost("say", size) for size in (1, 1024, 1025, 4096)] == [1, 1, 2, 4]
    assert [DEFAULT.cost("say", 10, breaks) for breaks in (1, 7, 8, 80)] == [1, 1, 2, 11]
    assert FloodLimits(bulk=0, rows=0).cost("say", 4096, 4000) == 1


def test_on_this_machine_many_times_as_much_may_be_sent() -> None:
    assert Talk(DEFAULT.at_home).send(40_000).passed == [NOW] * 40_000
    assert Talk(FloodLimits(loopback=0).at_home).send(40_100).passed == [NOW] * 40_100
    flood = Talk(DEFAULT.at_home).send(1_000_000, every=0.0001)
    assert flood.cut is not None
    assert flood.cut - NOW < 40


@given(st.lists(st.tuples(st.floats(0, 30), st.sampled_from([0.1, 1.0, 3.0, 5.0])), max_size=200))
def test_any_conduct_passes_no_more_than_the_pace_and_is_cut_only_when_hushed_first(steps: list[tuple[float, float]]) -> None:
    conduct, now, passed, hushed = Conduct(), NOW, list[tuple[float, float]](), False
    for pause, cost in steps:
        now += pause
        verdict = conduct.weigh(cost, now, DEFAULT)
        assert verdict.wait <= cost / DEFAULT.pace.rate + 1e-6
        assert not (verdict.wait and verdict.hushed)
        assert not verdict.cut or hushed
        hushed = hushed or verdict.hushing
        if not verdict.hushed:
            passed.append((now, cost))
        now += verdict.wait
    for first, (start, _) in enumerate(passed):
        for last in range(first, len(passed)):
            total = sum(cost for _, cost in passed[first:last])
            assert total <= DEFAULT.burst + DEFAULT.pace.rate * (passed[last][0] - start) + 1e-3


def test_a_verdict_says_go_unless_it_says_otherwise() -> None:
    assert Verdict() == GO
    assert (GO.wait, GO.hushed, GO.cut, GO.hushing) == (0, 0, False, False)


def test_what_was_on_its_way_when_a_hush_began_cuts_nobody() -> None:
    talk = Talk().send(90)
    assert talk.refused
    pasted = [talk.conduct.weigh(1, talk.now + 0.5, DEFAULT) for _ in range(10 * DEFAULT.tries)]
    assert all(verdict.hushed and not verdict.cut for verdict in pasted)
    went_on = [talk.conduct.weigh(1, talk.now + ON_ITS_WAY, DEFAULT) for _ in range(DEFAULT.tries + 1)]
    assert [verdict.cut for verdict in went_on[-2:]] == [False, True]


def test_who_is_hushed_is_told_so_once_a_second() -> None:
    talk = Talk().send(90)
    assert [talk.conduct.tells(talk.now + after) for after in (0, 0.1, 0.9, 1.0, 1.1)] == [True, False, False, True, False]
    assert Conduct().tells(NOW)
