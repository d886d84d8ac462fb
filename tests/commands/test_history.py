"""Reading back."""

from __future__ import annotations

import pytest

from chatroom.testing import Person, World, member, password_of


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


def private(person: Person, *typed: str) -> list[str]:
    person.lines()
    person.types(*typed)
    return [line.partition("] ")[2] or line for line in person.lines()]


def test_a_private_conversation_is_read_back_out_of_ones_own_inbox() -> None:
    world = World(members=[member("ann")])
    ann = world.connect()
    ann.types("ann", password_of("ann"))
    bob, eve = world.person("bob"), world.person("eve")
    bob.types("/msg ann one")
    eve.types("/msg ann not for bob")
    ann.types("/msg bob two")
    talk = ["(private) bob: one", "(private) ann: two"]
    assert private(ann, "/history @bob") == talk
    assert private(bob, "/history @Ann 5") == talk
    assert private(bob, "/history @eve") == ["-- Nothing was said before that."]
    assert private(eve, "/history @bob") == ["-- Nothing was said before that."]


def test_a_conversation_is_paged_back_over_what_was_said_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(members=[member("ann")], page=4)
    ann = world.connect()
    ann.types("ann", password_of("ann"))
    bob, eve = world.person("bob"), world.person("eve")
    for number in range(3):
        bob.types(f"/msg ann {number}")
        eve.types(*["/msg ann hm"] * 5)
    first = private(ann, "/history @bob 2")
    assert first[:2] == ["(private) bob: 1", "(private) bob: 2"]
    assert private(ann, first[2].removeprefix("-- There is more: ")) == ["(private) bob: 0"]
    monkeypatch.setattr("chatroom.core.readback.READINGS", 1)
    assert private(ann, "/history @bob 2") == ["-- There is more: /history @bob 1 15"]


def test_words_to_oneself_are_a_conversation_too() -> None:
    world = World()
    ann, bob = world.person("ann"), world.person("bob")
    ann.types("/msg ann remember", "/msg bob hi")
    assert private(ann, "/history @ann") == ["(private) ann: remember"]
    assert private(bob, "/history @ann 1") == ["(private) ann: hi"]


def test_a_mail_names_a_member_to_members_alone() -> None:
    world = World(members=[member("ann"), member("cat")])
    cat = world.connect()
    cat.types("cat", password_of("cat"))
    bob = world.person("bob")
    for one in (cat, bob):
        one.types("/msg ann hi")
    assert private(cat, "/history @ann@example.org") == ["(private) cat: hi"]
    assert private(bob, "/history @ann@example.org") == ["-- Nothing was said before that."]


def test_programs_name_who_a_conversation_is_with() -> None:
    world = World(page=3)
    bot, ann = world.program("bot"), world.person("ann")
    ann.types(*[f"/msg bot {number}" for number in range(3)])
    bot.objects()
    page = bot.answer("history", count=2, **{"with": "ann"})
    assert ([entry["text"] for entry in page["entries"]], page["more"], page["with"]) == (["1", "2"], True, "ann")
    page = bot.answer("history", count=2, before=page["before"], **{"with": "ann"})
    assert ([entry["text"] for entry in page["entries"]], page["more"], "before" in page) == (["0"], False, False)


def test_programs_leave_out_what_is_of_another_kind() -> None:
    world = World(page=3)
    bot, ann = world.program("bot"), world.person("ann")
    ann.types("one", *[f"/topic {number}" for number in range(10)], "two", "/topic tea")
    bot.objects()
    page = bot.answer("history", room="lobby", count=2, kinds=["said"])
    assert [entry["text"] for entry in page["entries"]] == ["one", "two"]
    page = bot.answer("history", room="lobby", count=2, kinds=["topic"])
    assert ([entry["topic"] for entry in page["entries"]], page["more"]) == (["9", "tea"], True)
    assert bot.answer("history", room="lobby", kinds=["nonsense"])["why"].startswith("There are no entries of the kind nonsense.")


def test_a_conversation_is_read_on_from_a_time() -> None:
    world = World(page=3)
    bot, ann = world.program("bot"), world.person("ann")
    for number in range(5):
        world.rest(1)
        ann.types(f"/msg bot {number}")
    bot.objects()
    page = bot.answer("history", count=2, since="2023-11-14T22:13:22.000Z", **{"with": "ann"})
    assert ([entry["text"] for entry in page["entries"]], page["more"], "before" in page) == (["2", "3"], True, False)


def test_the_history_of_another_room_is_read_by_its_name() -> None:
    world = World()
    ann, bob, host = world.person("ann"), world.program("bob", rooms=["dev"]), world.host()
    bob.answer("say", room="dev", text="in dev")
    assert [one["text"] for one in host.answer("line", text="/history #dev")["entries"] if one["is"] == "said"] == ["in dev"]
    ann.types("/history #dev 5")
    ann.hears("! You are not in dev. Type /join dev first.")
    ann.types("/join dev", "/join lobby")
    ann.lines()
    ann.types("/history #dev 1")
    ann.hears("[22:13 #2] [dev] bob: in dev", "-- There is more: /history #dev 1 2")
