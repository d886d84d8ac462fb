"""Reading back."""

from __future__ import annotations

import pytest

from chatroom.testing import Person, World


def texts(program: Person) -> tuple[list[str], bool]:
    (page,) = [one for one in program.objects() if one.get("is") == "page"]
    return [entry["text"] for entry in page["entries"]], page["more"]


@pytest.fixture
def talked() -> tuple[World, Person]:
    """Give a house that remembers five of thirty messages, and a program in it."""
    world = World(window=5, page=10)
    bot, ann = world.program("bot"), world.person("ann")
    for number in range(1, 31):
        ann.types(str(number))
    bot.objects()
    return world, bot


@pytest.mark.parametrize(
    ("fields", "expected", "more"),
    [
        ({"count": 3}, range(28, 31), True),
        ({"count": 0}, range(30, 31), True),
        ({"count": 10**9}, range(21, 31), True),
        ({"before": 11}, range(1, 11), False),
        ({"before": 5, "count": 2}, range(3, 5), True),
        ({"after": 25}, range(26, 31), False),
        ({"after": 3, "count": 2}, range(4, 6), True),
        ({"after": 10, "before": 13}, range(11, 13), False),
        ({"after": 30}, range(0), False),
        ({"before": 1}, range(0), False),
        ({"after": 10**9}, range(0), False),
    ],
)
def test_a_page_is_what_was_asked_for_from_memory_or_from_disk(
    talked: tuple[World, Person], fields: dict[str, int], expected: range, more: bool
) -> None:
    _, bot = talked
    bot.asks("history", 1, room="lobby", **fields)
    assert texts(bot) == ([str(number) for number in expected], more)


def test_reading_back_page_by_page_reaches_the_beginning(talked: tuple[World, Person]) -> None:
    world, _ = talked
    ann = world.person("reader")
    ann.types("/history 8")
    read: list[str] = []
    for _ in range(10):
        lines = ann.lines()
        read = [line for line in lines if not line.startswith("--")] + read
        if not lines[-1].startswith("-- There is more: "):
            break
        ann.types(lines[-1].removeprefix("-- There is more: "))
    assert [line.partition("ann: ")[2] for line in read] == [str(number) for number in range(1, 31)]


def test_a_page_is_bounded_in_bytes_and_holds_at_least_one_entry() -> None:
    world = World(page_bytes=10_000)
    bot, ann = world.program("bot"), world.person("ann")
    for _ in range(10):
        ann.types("x" * 4000)
    bot.objects()
    bot.asks("history", 1, room="lobby", count=10)
    found, more = texts(bot)
    assert (len(found), more) == (2, True)


def test_who_left_the_room_may_not_read_on(ann: Person, bot: Person) -> None:
    bot.asks("leave", 1, room="lobby")
    bot.asks("history", 2, room="lobby")
    assert bot.objects()[-1]["error"] == "not-in-room"


def test_where_nothing_was_said_that_is_said(ann: Person) -> None:
    ann.types("/history")
    ann.hears("-- Nothing was said before that.")
