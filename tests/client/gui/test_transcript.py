"""What stands in a pane: headings of days, what is oldest, and a bound."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some

from chatroom.client.gui.transcript import MOST_LINES, MOST_READ_BACK, Block, Transcript
from chatroom.client.wording import Line, plain


def block(seq: int, day: str = "Monday", lines: int = 1) -> Block:
    return Block([[("text", f"{seq}")]] * lines, seq, day)


def words(lines: list[Line]) -> list[str]:
    return [plain(line) for line in lines]


def test_a_day_stands_before_the_first_entry_of_it() -> None:
    held = Transcript()
    assert words(held.add(block(1))) == ["Monday", "1"]
    assert words(held.add(block(2))) == ["2"]
    assert words(held.add(Block([[("event", "remark")]]))) == ["remark"]
    assert words(held.add(block(3, "Tuesday"))) == ["Tuesday", "3"]
    assert (held.lines, held.oldest) == (6, 1)


def test_an_older_page_of_the_same_day_takes_over_its_heading() -> None:
    held = Transcript()
    held.add(block(5, "Tuesday"))
    assert held.put_before([block(3), block(4, "Tuesday")]) == (
        1,
        [[("day", "Monday")], [("text", "3")], [("day", "Tuesday")], [("text", "4")]],
    )
    assert (held.lines, held.oldest) == (5, 3)


def test_an_older_page_of_another_day_leaves_the_heading() -> None:
    held = Transcript()
    held.add(block(5, "Tuesday"))
    deleted, lines = held.put_before([block(4)])
    assert (deleted, words(lines)) == (0, ["Monday", "4"])


def test_nothing_older_changes_nothing() -> None:
    held = Transcript()
    held.add(block(5))
    assert held.put_before([]) == (0, [])


def test_beyond_the_bound_the_oldest_go_in_whole_blocks() -> None:
    held = Transcript()
    for seq in range(1, MOST_LINES // 10 + 2):
        held.add(block(seq, lines=10))
    assert held.trim() == 11
    assert (held.lines, held.oldest) == (MOST_LINES, 2)
    assert held.trim() == 0


def test_reading_back_has_a_bound_too() -> None:
    held = Transcript()
    held.add(block(1, lines=MOST_READ_BACK))
    assert held.full


@given(some.lists(some.tuples(some.booleans(), some.lists(some.sampled_from(["", "Mon", "Tue", "Wed"]), max_size=4)), max_size=8))
def test_what_is_counted_is_what_stands_there(steps: list[tuple[bool, list[str]]]) -> None:
    held = Transcript()
    stands: list[str] = []
    for number, (before, days) in enumerate(steps):
        page = [block(number, day) for day in days]
        if before:
            deleted, lines = held.put_before(page)
            stands = [*words(lines), *stands[deleted:]]
        else:
            stands += [one for found in page for one in words(held.add(found))]
    assert held.lines == len(stands)
