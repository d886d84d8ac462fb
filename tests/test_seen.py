"""A room as a client has seen it: each kept entry once, in order, whatever a server repeats or leaves out."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from chatroom.core.events import Author, Entry, Joined, Left, Quit, Renamed, Said
from chatroom.core.replies import RoomView
from chatroom.seen import HELD, KEPT, PEOPLE, Gap, Lost, SeenRoom

ANN = Author("ann")


def said(seq: int, epoch: str = "e") -> Entry:
    return Entry("dev", seq, 0.0, f"{epoch}{seq}", Said(ANN, str(seq)))


def joined(after: int, name: str = "bob", id: str = "j") -> Entry:
    return Entry("dev", after, 0.0, f"{id}{after}", Joined(Author(name), 2))


def view(seq: int, epoch: str = "e", people: tuple[str, ...] = ("ann",)) -> RoomView:
    return RoomView("dev", epoch, seq, "topic", people)


def entered(seq: int = 0) -> SeenRoom:
    room = SeenRoom("dev")
    assert seqs(room.enter(view(seq), (), 0, False)) == []
    return room


def seqs(found: Iterable[Entry | Lost]) -> list[int | str]:
    """Give the seqs of entries, and `-n` for n lost ones."""
    return [f"-{one.count}" if isinstance(one, Lost) else one.seq for one in found]


def test_entries_come_out_as_they_come_in() -> None:
    room = entered(4)
    assert seqs(room.take(said(5))) == [5]
    assert seqs(room.take(joined(5))) == [5]
    assert seqs(room.take(said(6))) == [6]
    assert room.position == 6


def test_a_repeat_is_dropped() -> None:
    room = entered(4)
    assert seqs(room.take_all([said(5), said(5), said(3), said(6), said(5)])) == [5, 6]


def test_a_passing_entry_that_is_repeated_is_dropped() -> None:
    room = entered(4)
    assert seqs(room.take_all([joined(4), joined(4)])) == [4]


def test_what_follows_a_gap_is_held_back_until_the_gap_is_filled() -> None:
    room = entered(4)
    assert seqs(room.take_all([said(5), said(8), joined(8), said(9)])) == [5]
    assert room.gap == Gap(5, 8)
    assert seqs(room.fill([said(6), said(7)])) == [6, 7, 8, 8, 9]
    assert room.gap is None


def test_what_cannot_be_fetched_is_lost_and_said_so() -> None:
    room = entered(4)
    list(room.take(said(20)))
    assert seqs(room.fill([said(18), said(19)])) == ["-13", 18, 19, 20]
    assert seqs(room.take(said(7))) == []


def test_a_page_that_holds_other_things_fills_no_gap() -> None:
    room = entered(4)
    list(room.take(said(7)))
    assert seqs(room.fill([said(3), said(7), said(90), joined(5)])) == ["-2", 7]


def test_a_gap_behind_a_gap_is_a_gap_of_its_own() -> None:
    room = entered(0)
    assert seqs(room.take_all([said(3), said(6)])) == []
    assert seqs(room.fill([said(1), said(2)])) == [1, 2, 3]
    assert room.gap == Gap(3, 6)
    assert seqs(room.fill([said(4), said(5)])) == [4, 5, 6]


def test_a_page_nobody_asked_for_changes_nothing() -> None:
    room = entered(4)
    assert seqs(room.fill([said(5)])) == []
    assert room.position == 4


def test_what_is_held_back_is_bounded() -> None:
    room = entered(0)
    shown = [one for seq in range(2, HELD + 3) for one in seqs(room.take(said(seq)))]
    assert shown == ["-1", *range(2, HELD + 3)]
    assert room.gap is None


def test_the_servers_word_that_something_is_missing_opens_a_gap() -> None:
    room = entered(4)
    room.miss(4, 10)
    assert room.gap == Gap(4, 15)
    room.miss(4, 99)
    assert room.gap == Gap(4, 15)


def test_the_servers_word_about_what_we_have_changes_nothing() -> None:
    room = entered(40)
    room.miss(4, 10)
    assert room.gap is None


def test_entering_afresh_shows_what_was_said_before() -> None:
    room = SeenRoom("dev")
    assert seqs(room.enter(view(9), (said(8), said(9)), 0, False)) == [8, 9]
    assert (room.position, room.gap, room.topic, room.names()) == (9, None, "topic", ("ann",))


def test_resuming_goes_on_after_the_position() -> None:
    room = entered(4)
    assert seqs(room.enter(view(6), (), 0, True)) == []
    assert seqs(room.take_all([said(5), said(6), said(7)])) == [5, 6, 7]


def test_resuming_with_some_missed_opens_a_gap() -> None:
    room = entered(4)
    assert seqs(room.enter(view(1000), (), 3, True)) == []
    assert room.gap == Gap(4, 8)
    assert seqs(room.take(said(8))) == []
    assert seqs(room.fill([said(5), said(6), said(7)])) == [5, 6, 7, 8]


def test_another_epoch_begins_the_order_anew() -> None:
    room = entered(400)
    assert seqs(room.enter(view(2, "f"), (said(1, "f"), said(2, "f")), 0, False)) == [1, 2]
    assert room.position == 2


def test_a_room_known_and_not_resumed_shows_only_what_is_new_and_fetches_the_rest() -> None:
    room = entered(4)
    assert seqs(room.enter(view(6), (said(3), said(4), said(5), said(6)), 0, False)) == [5, 6]
    assert seqs(room.enter(view(9), (), 0, False)) == []
    assert room.gap == Gap(6, 10)


def test_a_server_that_lost_entries_begins_the_order_anew() -> None:
    room = entered(9)
    assert seqs(room.enter(view(5), (), 0, False)) == []
    assert seqs(room.take(said(6))) == [6]


def test_a_broken_connection_forgets_what_was_held_back_but_not_the_position() -> None:
    room = entered(4)
    list(room.take(said(7)))
    room.interrupted()
    assert (room.gap, room.position) == (None, 4)
    assert seqs(room.take_all([said(5), said(6), said(7)])) == [5, 6, 7]


def test_people_come_go_and_change_names() -> None:
    room = entered()
    bob = Author("Bob")
    assert room.move(joined(0, "Bob"))
    assert not room.move(joined(0, "BOB"))
    assert room.move(Entry("", 0, 0.0, "r", Renamed(bob, (("dev", 2),), "Rob")))
    assert not room.move(Entry("", 0, 0.0, "r", Renamed(bob, (("dev", 2),), "Rob")))
    assert room.names() == ("ann", "Rob")
    assert room.move(Entry("dev", 0, 0.0, "l", Left(Author("rob"), 1)))
    assert not room.move(Entry("", 0, 0.0, "q", Quit(bob, (("dev", 1),))))
    assert not room.move(said(1))
    assert room.names() == ("ann",)


def test_what_is_remembered_of_a_room_is_bounded() -> None:
    room = SeenRoom("dev")
    list(room.enter(view(0, people=tuple(f"p{number}" for number in range(PEOPLE + 5))), (), 0, False))
    assert len(room.people) == PEOPLE
    assert not room.move(joined(0))
    list(room.take_all(said(seq) for seq in range(1, 2 * KEPT)))
    assert len(room.entries) == KEPT
    assert len(room._ids) == KEPT


@given(st.lists(st.integers(1, 12), max_size=40), st.data())
def test_whatever_comes_each_entry_is_shown_once_and_in_order(order: list[int], data: st.DataObject) -> None:
    room = entered()
    shown: list[int | str] = []
    for seq in order:
        shown.extend(seqs(room.take(said(seq))))
        if room.gap is not None and data.draw(st.booleans()):
            wanted = range(room.gap.after + 1, room.gap.before)
            shown.extend(seqs(room.fill(said(one) for one in wanted)))
    numbers = [one for one in shown if isinstance(one, int)]
    assert numbers == shown
    assert numbers == list(range(1, len(numbers) + 1))
