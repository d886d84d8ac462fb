"""Positions are the highest over devices, are saved now and then and on leaving, and survive a restart."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from chatroom.core.seams import Put
from chatroom.core.seen_positions import EVERY, MEMBERS, ROOMS, Seen


def saved(puts: tuple[Put, ...]) -> dict[str, object]:
    return {put.key: None if put.value is None else json.loads(put.value) for put in puts}


def test_the_highest_position_over_devices_counts() -> None:
    seen = Seen("e1")
    for seq in (3, 7, 5, 0, -1):
        seen.mark("m1", "lobby", seq)
    assert seen.position("m1", "lobby") == ("e1", 7)
    assert seen.position("m1", "den") is None
    assert seen.position("m2", "lobby") is None


def test_positions_are_saved_at_most_every_thirty_seconds() -> None:
    seen = Seen("e1")
    seen.mark("m1", "lobby", 1)
    assert saved(seen.dirty(100)) == {"seen/m1": {"lobby": ["e1", 1]}}
    seen.mark("m1", "lobby", 2)
    seen.mark("m1", "den", 9)
    assert seen.dirty(100 + EVERY - 1) == ()
    assert saved(seen.dirty(100 + EVERY)) == {"seen/m1": {"lobby": ["e1", 2], "den": ["e1", 9]}}
    assert seen.dirty(1000) == ()


def test_what_did_not_move_is_not_saved_again() -> None:
    seen = Seen("e1")
    seen.mark("m1", "lobby", 5)
    seen.dirty(0)
    seen.mark("m1", "lobby", 5)
    seen.mark("m1", "lobby", 4)
    assert seen.dirty(1000) == ()
    assert seen.leave("m1", 1000) == ()


def test_positions_are_saved_on_leaving_whatever_the_time() -> None:
    seen = Seen("e1")
    seen.mark("m1", "lobby", 1)
    seen.dirty(100)
    seen.mark("m1", "lobby", 2)
    assert saved(seen.leave("m1", 101)) == {"seen/m1": {"lobby": ["e1", 2]}}
    assert seen.leave("m1", 101) == ()
    assert seen.leave("stranger", 101) == ()


def test_a_clock_that_went_backwards_stops_no_saving() -> None:
    seen = Seen("e1")
    seen.mark("m1", "lobby", 1)
    seen.dirty(1_000_000)
    seen.mark("m1", "lobby", 2)
    assert len(seen.dirty(5)) == 1


def test_what_could_not_be_saved_is_given_again_when_it_is_due() -> None:
    seen = Seen("e1")
    seen.mark("m1", "lobby", 1)
    put = seen.dirty(0)
    seen.unsaved("read/m2")
    seen.unsaved("seen/m1")
    assert seen.dirty(1) == ()
    assert seen.dirty(EVERY) == put


def test_a_crowd_is_saved_a_part_at_a_time() -> None:
    seen = Seen("e1")
    for number in range(500):
        seen.mark(f"m{number}", "lobby", 1)
    assert [len(seen.dirty(0)) for _ in range(4)] == [200, 200, 100, 0]


def test_a_new_epoch_begins_anew() -> None:
    seen = Seen("e2")
    assert seen.load({"seen/m1": '{"lobby":["e1",900]}'}) == ()
    assert seen.position("m1", "lobby") == ("e1", 900)
    seen.mark("m1", "lobby", 3)
    assert seen.position("m1", "lobby") == ("e2", 3)


@given(st.lists(st.tuples(st.sampled_from(["m1", "m2", "ž/%"]), st.sampled_from(["lobby", "den", "räume"]), st.integers(1, 1 << 52))))
def test_positions_survive_a_restart(marks: list[tuple[str, str, int]]) -> None:
    seen, disk = Seen("e1"), dict[str, str]()
    for now, (member, room, seq) in enumerate(marks):
        seen.mark(member, room, seq)
        disk |= {put.key: put.value for put in seen.dirty(now * 20) if put.value is not None}
    disk |= {put.key: put.value for put in seen.dirty(1e9) if put.value is not None}
    again = Seen("e1")
    assert again.load(disk) == ()
    for member, room, _ in marks:
        highest = max(seq for one, other, seq in marks if (one, other) == (member, room))
        assert again.position(member, room) == ("e1", highest)
    assert again.dirty(1e9) == ()


def test_what_cannot_be_read_costs_itself_alone() -> None:
    broken = [
        "",
        "7",
        "[]",
        '{"a":7}',
        '{"a":["e"]}',
        '{"a":["e",-1]}',
        '{"a":["e",true]}',
        '{"a":["e",1.5]}',
        '{"a":[1,1]}',
        "[" * 100000,
    ]
    state = {f"seen/x{number}": value for number, value in enumerate(broken)} | {"seen/m1": '{"a":["e",1]}', "topic/a": "{}"}
    seen = Seen("e")
    assert seen.load(state) == tuple(f"seen/x{number}" for number in range(len(broken)))
    assert seen.position("m1", "a") == ("e", 1)
    assert len(seen) == 1


def test_a_member_has_so_many_rooms_and_forgets_what_moved_longest_ago() -> None:
    seen = Seen("e1", rooms=3)
    for number in range(3):
        seen.mark("m1", f"room{number}", 1)
    seen.mark("m1", "room0", 2)
    seen.mark("m1", "room3", 1)
    assert [seen.position("m1", f"room{number}") is None for number in range(4)] == [False, True, False, False]
    full = {f"room{number}": ["e1", 1] for number in range(ROOMS + 5)}
    seen = Seen("e1")
    seen.load({"seen/m1": json.dumps(full)})
    (put,) = seen.dirty(0)
    assert len(json.loads(put.value or "")) == ROOMS


def test_there_are_so_many_members_and_who_moved_longest_ago_is_forgotten_on_disk_too() -> None:
    seen = Seen("e1", members=2)
    for member in ("m1", "m2"):
        seen.mark(member, "lobby", 1)
    seen.dirty(0)
    seen.mark("m1", "lobby", 2)
    seen.mark("m3", "lobby", 1)
    assert len(seen) == 2
    assert saved(seen.dirty(1)) == {"seen/m2": None, "seen/m3": {"lobby": ["e1", 1]}}
    assert saved(seen.dirty(EVERY)) == {"seen/m1": {"lobby": ["e1", 2]}}
    assert Seen("e1").members == MEMBERS


def test_a_member_who_is_none_any_more_is_forgotten() -> None:
    seen = Seen("e1")
    seen.mark("m1", "lobby", 1)
    assert seen.forget("m1") == (Put("seen/m1", None),)
    assert seen.forget("m1") == ()
    assert seen.dirty(1e9) == ()
    assert seen.position("m1", "lobby") is None
