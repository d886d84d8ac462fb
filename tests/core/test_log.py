"""The window of a log: places and seqs, what has fallen out, what was passed over."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatroom.core.events import NOBODY, Author, Entry, Erased, Event, Joined, Said, TopicChanged, emptied
from chatroom.core.log import Log
from chatroom.core.window import ENTRY_OVERHEAD, weight
from chatroom.core.words import Placed, Words

ANN = Author("ann")


def said(seq: int, text: str = "") -> Entry:
    return Entry("lobby", seq, 0.0, f"id{seq}", Said(ANN, text or str(seq)))


def joined(seq: int) -> Entry:
    return Entry("lobby", seq, 0.0, f"j{seq}", Joined(ANN, 1))


def row(first: int, length: int) -> Placed:
    return Words("lobby", ANN, [*map(str, range(first, first + length))], f"id{first}", 0.0).placed(first, 0.0)


def filled(*entries: Entry, head: int = 0, count: int = 1000, size: int = 1 << 20) -> Log:
    log = Log(head, count=count, size=size)
    for entry in entries:
        log.append(entry)
    return log


def seqs(entries: tuple[Entry, ...] | None) -> list[int] | None:
    return None if entries is None else [entry.seq for entry in entries]


def test_places_count_passing_entries_and_seqs_do_not() -> None:
    log = filled(said(1), joined(1), joined(1), said(2))
    assert (log.start, log.end, log.head) == (0, 4, 2)


def test_a_seq_never_goes_back() -> None:
    log = filled(said(5))
    for seq in (5, 4):
        with pytest.raises(ValueError, match=f"seq {seq} after 5"):
            log.append(said(seq))


def test_memory_is_bounded_by_count() -> None:
    log = filled(*map(said, range(1, 50)), count=10)
    assert (log.start, log.end, log.start_seq) == (39, 49, 39)
    assert len(list(log.since(0))) == 10
    assert len(log.last(1000)) == 10


def test_memory_is_bounded_by_bytes_but_holds_the_newest_whatever_its_size() -> None:
    log = filled(*(said(seq, "x" * 1000) for seq in range(1, 50)), size=5 * (1000 + ENTRY_OVERHEAD))
    assert len(list(log.since(0))) == 5
    log.append(said(50, "x" * 100_000))
    assert [line.entry.seq for line in log.since(0)] == [50]


def test_comings_and_goings_do_not_push_out_what_was_said() -> None:
    log = filled(*map(said, range(1, 6)), *[joined(5)] * 100, count=10)
    assert seqs(log.last(3)) == [3, 4, 5]
    assert seqs(log.between(0, 99, 10)) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("event", "expected"),
    [(Said(ANN, "x" * 50), 50), (TopicChanged(ANN, "x" * 20), 20), (Joined(ANN, 1), 0)],
)
def test_an_entry_weighs_what_its_text_does_and_a_little_more(event: Event, expected: int) -> None:
    assert weight(Entry("lobby", 1, 0.0, "id", event)) == ENTRY_OVERHEAD + expected


def test_the_last_are_as_many_as_fit_and_at_least_one() -> None:
    log = filled(*(said(seq, "x" * 700) for seq in range(1, 6)))
    assert seqs(log.last(3)) == [3, 4, 5]
    assert seqs(log.last(5, size=2000)) == [4, 5]
    assert seqs(log.last(5, size=1)) == [5]
    assert log.last(0) == ()


def test_the_place_after_a_seq_is_found_or_known_to_have_left_memory() -> None:
    log = filled(said(1), joined(1), said(2), joined(2), said(3))
    assert [log.place_after(seq) for seq in range(4)] == [0, 1, 3, 5]
    short = filled(said(1), said(2), said(3), joined(3), count=2)
    assert [short.place_after(seq) for seq in range(4)] == [None, None, 2, 3]


def test_the_seq_before_a_place_is_that_of_the_last_kept_entry() -> None:
    log = filled(said(1), joined(1), said(2), joined(2))
    assert [log.seq_before(place) for place in range(5)] == [0, 1, 1, 2, 2]


def test_what_the_journal_remembers_fills_the_window_up_to_the_head() -> None:
    log = Log(head=7)
    assert log.start_seq == 7
    log.preload([said(6), said(7)])
    assert (log.start_seq, log.head, log.end) == (5, 7, 2)
    assert seqs(log.between(5, 99, 10)) == [6, 7]
    assert log.between(4, 99, 10) is None


def test_a_seq_that_was_passed_over_is_looked_for_on_disk() -> None:
    log = filled(said(1), said(2), said(4), said(5))
    assert log.start_seq == 3
    assert log.place_after(2) is None
    assert log.place_after(3) == 2
    assert log.between(1, 99, 10) is None
    assert seqs(log.between(3, 99, 10)) == [4, 5]
    assert seqs(log.between(0, 99, 2)) == [4, 5]


@given(
    kinds=st.lists(st.sampled_from(["said", "row", "joined", "skipped"]), max_size=60),
    removed=st.sets(st.integers(1, 60)),
    count=st.integers(1, 20),
    after=st.integers(0, 60),
    before=st.integers(0, 70),
    limit=st.integers(1, 20),
)
def test_what_memory_answers_is_what_the_disk_would(
    kinds: list[str], removed: set[int], count: int, after: int, before: int, limit: int
) -> None:
    log, seq = Log(count=count), 0
    disk: list[Entry] = []
    for kind in kinds:
        if kind == "joined":
            log.append(joined(log.head))
            continue
        if kind == "row":
            disk += row(seq + 1, 3)
            log.extend(row(seq + 1, 3), 0, None)
            seq += 3
            continue
        seq += 1
        disk.append(said(seq))
        if kind == "said":
            log.append(said(seq))
    ids = {entry.id for entry in disk if entry.seq in removed}
    log.empty(ids)
    disk = [emptied(entry) if entry.id in ids else entry for entry in disk]
    found = log.between(after, before, limit)
    known = [entry for entry in disk if entry.seq <= log.head]  # what is newer was never heard of
    if found is not None:
        assert found == tuple([entry for entry in known if after < entry.seq < before][-limit:])
    place = log.place_after(after)
    if place is not None:
        kept = [line.entry for line in log.since(place) if line.entry.kept]
        assert kept == [entry for entry in known if entry.seq > after]


@given(st.lists(st.integers(0, 9), max_size=30), st.integers(1, 20))
def test_words_in_a_row_stand_in_the_window_as_each_by_itself(lengths: list[int], count: int) -> None:
    together, singly = Log(count=count), Log(count=count)
    order = 0
    for length in lengths:
        entries = [joined(together.head)] if not length else [*row(together.head + 1, length)]
        for number, entry in enumerate(entries, order + 1):
            singly.append(entry, number, "ann")
        if length:
            together.extend(row(together.head + 1, length), order + 1, "ann")
        else:
            together.append(entries[0], order + 1, "ann")
        order += len(entries)
    assert (together.end, together.head) == (singly.end, singly.head)
    # What came together falls out together, so a little more may be held.
    assert singly.start - max([1, *lengths]) < together.start <= singly.start
    assert together.last(count) == singly.last(count)
    for place in range(singly.start, singly.end + 1):
        assert [*together.since(place)] == [*singly.since(place)]
        assert together.seq_before(place) == singly.seq_before(place)
    for seq in range(singly.start_seq, singly.head + 1):
        assert together.place_after(seq) == singly.place_after(seq)
        assert together.line(seq) == singly.line(seq) or seq == singly.start_seq


def test_a_row_is_bounded_by_bytes_as_a_whole() -> None:
    log = Log(size=5 * (1 + ENTRY_OVERHEAD))
    log.extend(row(1, 3), 1, None)
    log.extend(row(4, 3), 4, None)
    assert [line.entry.seq for line in log.since(0)] == [4, 5, 6]
    log.extend(row(7, 9), 7, None)
    assert len(log.last(99)) == 9


def test_a_window_that_is_made_smaller_lets_go_of_the_oldest_at_once() -> None:
    log = filled(*(said(seq) for seq in range(1, 11)))
    log.resize(3, 1 << 20)
    assert [line.entry.seq for line in log.since(0)] == [8, 9, 10]
    assert seqs(log.last(10)) == [8, 9, 10]
    log.resize(5, ENTRY_OVERHEAD)
    assert [line.entry.seq for line in log.since(0)] == [10]


def test_what_is_removed_is_emptied_where_it_stands() -> None:
    log = filled(said(1, "a" * 100), joined(1), said(2, "b" * 50), said(3))
    log.empty({"id1", "id2"})
    assert [line.entry.event for line in log.since(0)] == [Erased(NOBODY), Joined(ANN, 1), Erased(NOBODY), Said(ANN, "3")]
    assert [(entry.seq, entry.event) for entry in log.last(9)] == [(1, Erased(NOBODY)), (2, Erased(NOBODY)), (3, Said(ANN, "3"))]
    assert (log.start, log.end, log.head) == (0, 4, 3)


def test_what_was_removed_weighs_nothing_any_more() -> None:
    log = filled(said(1, "a" * 100_000), size=100_000 + 5 * ENTRY_OVERHEAD)
    log.empty({"id1"})
    for seq in range(2, 5):
        log.append(said(seq, "b" * 30_000))
    assert seqs(log.last(9)) == [1, 2, 3, 4]


def test_a_line_is_found_by_its_seq_and_the_newest_by_what_it_is() -> None:
    log = filled(said(1), joined(1), said(2), joined(2))
    found = log.line(1)
    assert found is not None
    assert found.entry == said(1)
    assert log.line(3) is None
    newest = log.newest(lambda line: line.entry.kept)
    assert newest is not None
    assert newest.entry == said(2)
    assert log.newest(lambda line: line.entry.seq > 2) is None
