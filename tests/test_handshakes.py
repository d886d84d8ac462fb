"""Handshakes are counted by address and in all."""

from __future__ import annotations

from chatroom.handshakes import Handshakes

HERE, THERE, ELSEWHERE = "127.0.0.1", "192.0.2.1", "192.0.2.2"


def test_only_so_many_of_one_address_are_under_way() -> None:
    handshakes = Handshakes(most=6, each=2)
    over = [handshakes.begin(THERE) for _ in range(2)]
    assert not handshakes.may_begin(THERE)
    assert handshakes.may_begin(ELSEWHERE)
    over[0]()
    assert handshakes.may_begin(THERE)


def test_this_machines_own_count_in_all_alone() -> None:
    handshakes = Handshakes(most=3, each=1)
    for _ in range(3):
        assert handshakes.may_begin(HERE)
        handshakes.begin(HERE)
    assert not handshakes.may_begin(HERE)
    assert not handshakes.may_begin(THERE)


def test_nothing_is_kept_of_an_address_when_all_of_its_are_over() -> None:
    handshakes = Handshakes()
    for over in [handshakes.begin(address) for address in (HERE, THERE, THERE, ELSEWHERE)]:
        over()
    assert len(handshakes) == 0
    assert not handshakes._under_way
