"""Taking back what was said."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import pytest

from chatroom.core.rank import Rank
from chatroom.core.rules import Rules
from chatroom.core.seams import Slice
from chatroom.core.session import WHISPERS
from chatroom.testing import Person, SlowWorld, World, member

NOTHING_PRIVATE = (
    "You have said nothing in private lately that could be removed. Type /remove NUMBER for another; /history shows the numbers."
)


@pytest.fixture
def world() -> World:
    return World(members=[member("meg"), member("max", Rank.MODERATOR)])


@pytest.fixture
def ann(world: World) -> Person:
    return world.person("ann")


@pytest.fixture
def bot(ann: Person, world: World) -> Person:
    bot = world.program("bot")
    ann.lines()
    return bot


def texts(program: Person) -> list[str]:
    """Give what a program finds in the lobby's history."""
    return [entry.get("text", f"({entry['is']})") for entry in program.answer("history", room="lobby")["entries"]]


def test_the_last_message_is_taken_back_and_everybody_is_told(ann: Person, bot: Person, world: World) -> None:
    bob = world.person("bob")
    ann.types("one", "two")
    _, two = [one for one in bot.objects() if one["is"] == "said"]
    bob.lines()
    ann.lines()
    ann.types("/remove")
    ann.hears("-- You removed a message.")
    bob.hears("-- ann removed a message")
    (removed,) = bot.objects()
    assert (removed["is"], removed["by"], removed["seq"], removed["ids"]) == ("removed", "ann", 3, [two["id"]])
    assert texts(bot) == ["one", "(erased)", "(removed)"]
    ann.types("/remove last")
    ann.hears("-- You removed a message.")
    assert texts(bot) == ["(erased)", "(erased)", "(removed)", "(removed)"]


def test_a_message_is_named_by_the_number_that_history_shows(ann: Person, bot: Person) -> None:
    ann.types("one", "two", "/history")
    ann.hears("[22:13 #1] ann: one", "[22:13 #2] ann: two")
    ann.types("/remove #1", "/history 2", "/remove 2")
    ann.hears(
        "-- You removed a message.",
        "[22:13 #2] ann: two",
        "[22:13 #3] -- ann removed a message",
        "-- There is more: /history 2 2",
        "-- You removed a message.",
    )
    assert texts(bot) == ["(erased)", "(erased)", "(removed)", "(removed)"]


@pytest.mark.parametrize(
    ("which", "why"),
    [
        ("99", "There is no message #99 in lobby. /history shows the numbers of messages."),
        ("0", "There is no message #0 in lobby. /history shows the numbers of messages."),
        ("soon", "WHICH is a number, last or private. Usage: /remove [WHICH [ROOM]]"),
        ("9" * 40, "WHICH is a number, last or private. Usage: /remove [WHICH [ROOM]]"),
        ("1 nowhere", "You are not in nowhere. Type /join nowhere first."),
        (
            "private",
            NOTHING_PRIVATE,
        ),
    ],
)
def test_what_is_no_message_is_refused(ann: Person, which: str, why: str) -> None:
    ann.types(f"/remove {which}")
    ann.hears(f"! {why}")


def test_what_was_removed_is_not_there_to_be_removed_again(ann: Person) -> None:
    ann.types("one", "/remove 1", "/remove 1", "/remove 2")
    ann.hears(
        "-- You removed a message.", *(f"! There is no message #{n} in lobby. /history shows the numbers of messages." for n in (1, 2))
    )


def test_nobody_removes_what_another_said_but_who_keeps_order_and_that_is_on_record(ann: Person, world: World) -> None:
    bob, max_ = world.person("bob"), world.logged_in("max")
    ann.types("one")
    bob.lines()
    bob.types("/remove 1")
    bob.hears("! Message #1 in lobby is not yours to remove. Ask somebody who keeps order here.")
    assert max_.answer("remove", which="1")["ok"]
    bob.hears("-- max removed a message")
    host = world.host()
    (order,) = host.answer("audit")["orders"]
    assert (order["by"], order["what"]) == ("max", "remove #1 of ann in #lobby")


def test_who_keeps_order_says_at_a_console_which_room(world: World) -> None:
    world.logged_in("meg", rooms=["dev"]).asks("say", room="dev", text="one")
    console = world.console("max")
    assert console.answer("remove", which="2", room="dev")["ok"]
    assert console.answer("remove", which="2", room="dev")["error"] == "no-such-message"


def test_a_guest_of_the_same_name_does_not_own_what_an_earlier_one_said(ann: Person, world: World) -> None:
    ann.types("one", "/quit")
    ann.leaves()
    another = world.person("ann")
    another.types("/remove", "/remove 1")
    refusals = another.lines()
    assert refusals[0].startswith("! You have said nothing in lobby lately")
    assert refusals[1].startswith("! Message #1 in lobby is not yours")


def test_a_guest_who_came_back_under_a_key_still_owns_what_they_said(world: World) -> None:
    ann = world.program("ann", key="the secret of ann")
    ann.asks("say", 1, text="one")
    ann.leaves()
    again = world.connect(world.native)
    again.asks("hello", 0, name="ann", key="the secret of ann")
    assert again.answer("remove")["ok"]


def test_a_member_owns_what_they_said_long_ago_even_beyond_what_is_held_in_memory() -> None:
    world = World(members=[member("meg")], window=2)
    meg = world.logged_in("meg")
    meg.asks("say", text="one")
    for _ in range(5):
        meg.asks("say", text="more")
    assert meg.answer("remove", which="1")["ok"]
    assert texts(meg)[0] == "(erased)"


def test_a_program_names_a_message_by_its_id(bot: Person) -> None:
    said = bot.answer("say", text="one")
    answer = bot.answer("remove", entry=said["id"])
    assert (answer["ok"], answer["entry"]["ids"]) == (True, [said["id"]])
    assert bot.answer("remove", entry=said["id"])["error"] == "no-such-message"


def test_private_words_are_taken_back_from_both_the_newest_first(ann: Person, bot: Person) -> None:
    ann.types("/msg bot one", "/msg bot two")
    ids = [told["id"] for told in bot.objects()]
    ann.lines()
    ann.types("/remove private", "/remove private", "/remove private")
    ann.hears(
        "-- You removed a private message.",
        "-- You removed a private message.",
        f"! {NOTHING_PRIVATE}",
    )
    found = bot.objects()
    assert [one["ids"] for one in found] == [ids[1:], ids[:1]]
    assert not any("room" in one for one in found)


def test_private_words_of_members_are_emptied_in_both_inboxes(world: World) -> None:
    meg, max_ = world.logged_in("meg", echo=True), world.logged_in("max")
    told = meg.answer("tell", to="max", text="psst")
    assert meg.answer("remove", entry=told["id"])["ok"]
    assert [one["ids"] for one in max_.objects() if one["is"] == "removed"] == [[told["id"]]]
    assert "psst" not in repr(vars(world.journal))


def test_only_the_last_private_words_can_be_taken_back(ann: Person, bot: Person, world: World) -> None:
    ann.types(*(f"/msg bot {n}" for n in range(WHISPERS + 5)))
    (person,) = [one for one in world.hub.people.values() if one.name == "ann"]
    assert len(person.whispers) == WHISPERS


def test_a_private_message_to_a_guest_who_is_gone_is_taken_back_from_the_one_who_is_there(ann: Person, world: World) -> None:
    bob = world.person("bob")
    ann.types("/msg bob psst")
    bob.types("/quit")
    ann.lines()
    ann.types("/remove private")
    ann.hears("-- You removed a private message.")


def test_nothing_is_shown_before_it_is_on_disk_and_what_was_said_just_before_can_be_removed() -> None:
    world = SlowWorld()
    ann, bot = world.person("ann"), world.program("bot")
    ann.types("oops", "/remove")
    assert bot.objects() == []
    world.settle()
    world.settle()
    found = bot.objects()
    assert [one["is"] for one in found] == ["said", "removed"]
    assert found[1]["ids"] == [found[0]["id"]]
    ann.types("one", "/remove 3")
    world.settle()
    world.decline()
    assert [one["is"] for one in bot.objects()] == ["said"]
    assert "oops" not in repr(vars(world.journal))


def test_a_page_that_was_on_its_way_does_not_hold_what_was_removed_meanwhile() -> None:
    world = SlowWorld(window=2)
    ann, bot = world.program("ann"), world.program("bot")
    ids: list[Any] = []
    for text in ("one", "two", "three"):
        ann.asks("say", 1, text=text)
        world.settle()
        ids += [one["id"] for one in ann.objects() if one.get("re") == 1]
    bot.objects()
    bot.asks("history", 2, room="lobby", count=3)
    before = world.disk._find(Slice("lobby", 3))
    ann.asks("remove", 3, which="2")
    world.disk.settle()
    world.rest()
    assert [one["is"] for one in bot.objects()] == ["removed"]
    with patch.object(world.disk, "_find", lambda query: before):
        world.disk.answer()
    world.rest()
    (page,) = bot.objects()
    assert [entry.get("text") for entry in page["entries"]] == ["one", None, "three"]


def test_who_comes_back_is_told_what_was_removed_meanwhile(ann: Person, world: World) -> None:
    bot = world.program("bot", key="the bot's own secret")
    ann.types("one")
    (said,) = [one for one in bot.objects() if one["is"] == "said"]
    bot.leaves()
    ann.types("/remove", "two", "/remove")
    again = world.connect(world.native)
    again.asks("hello", 0, name="bot", key="the bot's own secret", resume={"lobby": [world.hub.epoch, said["seq"]]})
    entries = [one for one in again.objects() if "seq" in one and "re" not in one]
    assert [(one["is"], one["seq"]) for one in entries] == [("removed", 2), ("erased", 3), ("removed", 4)]
    assert "two" not in repr(entries)


def test_an_operator_removes_what_others_said_in_their_room_alone(world: World) -> None:
    meg, ann = world.logged_in("meg", rooms=["dev", "lobby"]), world.program("ann", rooms=["lobby", "dev"])
    dev, lobby = ann.answer("say", room="dev", text="one"), ann.answer("say", room="lobby", text="two")
    assert meg.answer("remove", room="dev", which=str(dev["seq"]))["ok"]
    assert meg.answer("remove", room="lobby", which=str(lobby["seq"]))["error"] == "not-your-message"


def test_what_was_said_in_a_room_that_was_closed_is_nothing_to_who_has_a_new_one_of_its_name() -> None:
    world = World()
    ann, bob = world.program("ann", rooms=["den"]), world.program("bob", rooms=[])
    ann.answer("say", room="den", text="old")
    ann.answer("close", room="den")
    bob.answer("join", room="den")
    assert [bob.answer("remove", which=str(seq), room="den").get("error") for seq in (1, 2)] == ["no-such-message"] * 2


def test_private_words_are_still_there_to_be_removed_when_that_could_not_be_stored() -> None:
    world = SlowWorld()
    ann, bot = world.program("ann"), world.program("bot")
    for text in ("one", "two"):
        ann.asks("tell", to="bot", text=text)
        world.settle()
    told = [one["id"] for one in bot.objects()]
    ann.asks("remove", 1, which="private")
    world.decline()
    assert bot.objects() == []
    ann.asks("remove", 2, which="private")
    world.settle()
    assert [one["ids"] for one in bot.objects()] == [told[1:]]


def test_private_words_are_removed_where_they_went_whoever_has_that_name_now(world: World, ann: Person) -> None:
    bob = world.program("bob")
    ann.types("/msg bob psst")
    (told,) = [one for one in bob.objects() if one["is"] == "told"]
    bob.asks("nick", name="robert")
    other = world.program("bob")
    bob.objects()
    other.objects()
    ann.types("/remove private")
    assert [one["ids"] for one in bob.objects() if one["is"] == "removed"] == [[told["id"]]]
    assert other.objects() == []


def test_private_words_to_a_guest_who_became_a_member_are_removed_from_their_sight() -> None:
    world = World(Rules(registration="open"))
    ann, bob = world.person("ann"), world.program("bob")
    ann.types("/msg bob psst")
    (told,) = [one for one in bob.objects() if one["is"] == "told"]
    assert bob.answer("register", mail="bob@example.org", password="a few good words")["ok"]
    ann.types("/remove private")
    assert [one["ids"] for one in bob.objects() if one["is"] == "removed"] == [[told["id"]]]
