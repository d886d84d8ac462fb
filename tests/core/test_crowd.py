"""So many from one address and in all; addresses are counted in a table that stays small."""

from __future__ import annotations

import time
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatroom.core.crowd import TRACKED, Crowd
from chatroom.core.errors import ConnectingTooOften, EnteringTooOften, Refused, TooManyConnections, TooManyFromAddress
from chatroom.core.flood import FloodLimits

NOW = 1_700_000_000.0
DEFAULT = FloodLimits()


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
    with pytest.raises(TooManyConnections):
        crowd.arrive("127.0.0.1", NOW)
    assert crowd.total == 3


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
def test_this_machine_is_no_address_like_others(address: str) -> None:
    crowd = Crowd(FloodLimits(address_connections=1, address_connects=1, address_entries=1))
    for _ in range(100):
        crowd.arrive(address, NOW)
        crowd.enter(address, NOW)
    assert crowd.total == 100
    for _ in range(100):
        crowd.depart(address)
    assert (crowd.total, crowd.addresses, crowd.remembered) == (0, 0, 0)


def test_a_hundred_friends_behind_one_address_come_at_once_and_come_back_at_once() -> None:
    crowd = Crowd(DEFAULT)
    for again in range(2):
        for _ in range(100):
            crowd.arrive("203.0.113.5", NOW + again * 60)
            crowd.enter("203.0.113.5", NOW + again * 60)
        assert crowd.total == 100
        for _ in range(100):
            crowd.depart("203.0.113.5")
    assert crowd.total == 0


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
