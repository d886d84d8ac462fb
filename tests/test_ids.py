"""Ids of entries: none is given twice, in one start or several."""

from __future__ import annotations

from functools import partial

from chatroom.ids import Ids


def test_no_id_is_given_twice_whatever_the_time() -> None:
    times = iter([5.0, 5.0, 5.0001, 4.0, 6.0] * 20_000)
    new_id = Ids(partial(next, times))
    assert len({new_id() for _ in range(100_000)}) == 100_000


def test_two_starts_at_one_moment_give_different_ids() -> None:
    for now in (0.0, 1_700_000_000.0):
        one, other = Ids(lambda at=now: at, "1111"), Ids(lambda at=now: at, "2222")  # type: ignore[misc]  # of a default
        assert not {one() for _ in range(50)} & {other() for _ in range(50)}


def test_each_start_draws_a_mark_of_its_own() -> None:
    assert len({Ids(lambda: 0.0)() for _ in range(200)}) > 150


def test_ids_are_short_plain_and_begin_with_their_time() -> None:
    early, late = Ids(lambda: 1_700_000_000.0, "mark")(), Ids(lambda: 1_700_000_000.001, "mark")()
    assert early == "18bcfe56800mark0"
    assert early < late
    assert early.isascii()
    assert early.isalnum()
