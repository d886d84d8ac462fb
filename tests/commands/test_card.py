"""What people and rooms say about themselves: who writes it, how much, how long it is kept."""

from __future__ import annotations

import pytest

from chatroom.core.cards import KEY, KEYS, TEXT, Cards
from chatroom.core.rank import Rank
from chatroom.rounds import TICK
from chatroom.testing import Person, SlowWorld, World, member


@pytest.fixture
def world() -> World:
    return World(members=[member("mia"), member("mod", Rank.MODERATOR)])


@pytest.fixture
def bot(world: World) -> Person:
    return world.program("bot")


def test_one_writes_ones_own_and_others_read_it(world: World, bot: Person) -> None:
    ann = world.program("ann")
    assert bot.answer("card", set={"avatar": "x", "url": "y"})["card"] == {"avatar": "x", "url": "y"}
    assert bot.answer("card", set={"avatar": None, "url": "z"})["changed"] == {"avatar": None, "url": "z"}
    assert ann.answer("card", name="BOT")["card"] == {"url": "z"}
    assert ann.answer("card", name="bot", set={"url": "evil"})["error"] == "card-of-another"
    assert bot.answer("card", clear=True)["changed"] == {"url": None}
    assert bot.answer("card")["card"] == {}


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"": "x"}, "card-key-invalid"),
        ({"Avatar": "x"}, "card-key-invalid"),
        ({"a b": "x"}, "card-key-invalid"),
        ({"a:b": "x"}, "card-key-invalid"),
        ({"k" * (KEY + 1): "x"}, "card-key-invalid"),
        ({"avatar": None}, "card-key-unset"),
        ({"avatar": "ü" * (TEXT // 2 + 1)}, "card-text-too-long"),
        ({str(number): "x" for number in range(KEYS + 1)}, "card-full"),
        ({"avatar": 7}, "wrong-usage"),
        ({"avatar": {}}, "wrong-usage"),
    ],
)
def test_what_cannot_stand_there_is_refused_and_nothing_changed(bot: Person, given: dict[str, object], error: str) -> None:
    assert bot.answer("card", set={"kept": "x", **given} if error != "card-full" else given)["error"] == error
    assert bot.answer("card")["card"] == {}


def test_a_full_card_takes_other_texts_under_its_keys(bot: Person) -> None:
    full = {str(number): "x" * TEXT for number in range(KEYS)}
    assert bot.answer("card", set=full)["ok"]
    assert bot.answer("card", set={"more": "x"})["error"] == "card-full"
    assert bot.answer("card", set={"1": "other", "2": None, "k" * KEY: ""})["ok"]


def test_a_rooms_card_is_written_by_those_who_keep_order_there(world: World, bot: Person) -> None:
    ann = world.program("ann", rooms=["tea"])
    assert bot.answer("join", room="tea")["ok"]
    assert bot.answer("card", room="tea", set={"url": "x"})["error"] == "not-keeper"
    assert ann.answer("card", room="tea", set={"url": "x"})["card"] == {"url": "x"}
    bot.answer("card", set={"avatar": "b"})
    answer = ann.answer("card", room="tea", people=True)
    assert (answer["card"], answer["people"]) == ({"url": "x"}, [{"name": "bot", "card": {"avatar": "b"}}])


def test_those_outside_read_a_rooms_card_but_nobodys_there_and_nothing_of_a_secret_one(world: World, bot: Person) -> None:
    ann = world.program("ann", rooms=["tea"])
    ann.answer("card", room="tea", set={"url": "x"})
    ann.answer("card", set={"avatar": "a"})
    answer = bot.answer("card", room="tea", people=True)
    assert (answer["card"], answer["people"]) == ({"url": "x"}, [])
    ann.answer("secret", room="tea", state="on")
    assert bot.answer("card", room="tea")["error"] == "no-such-room"


def test_a_guests_ends_with_the_guest_and_is_not_stored() -> None:
    world = SlowWorld()
    bot = world.program("bot")
    bot.asks("card", 1, set={"avatar": "x"})
    assert [submission.puts for submission in world.disk.waiting] == [()]
    world.settle()
    bot.leaves()
    world.settle()
    assert len(world.hub.cards) == 0


def test_a_members_and_a_rooms_outlive_a_restart() -> None:
    world = SlowWorld(members=[member("mia")])
    mia = world.logged_in("mia", rooms=["tea"])
    world.settle()
    mia.asks("card", 1, set={"avatar": "x"})
    mia.asks("card", 2, room="tea", set={"url": "y"})
    world.settle()
    again = world.killed()
    assert again.hub.cards.of("@m-mia") == {"avatar": "x"}
    assert again.hub.rooms["tea"].rights.card == {"url": "y"}


def test_what_was_not_stored_is_undone() -> None:
    world = SlowWorld(members=[member("mia")])
    mia = world.logged_in("mia")
    world.settle()
    mia.asks("card", 1, set={"avatar": "x"})
    assert world.hub.cards.of("@m-mia") == {"avatar": "x"}
    world.decline()
    assert world.hub.cards.of("@m-mia") == {}
    assert len(world.hub.cards) == 0


def test_what_cannot_be_read_back_is_told() -> None:
    cards = Cards()
    state = {"card/m-a": '{"avatar":"x"}', "card/m-b": '{"Bad":"x"}', "card/m-c": "[", "card/m-d": '{"avatar":7}', "seen/m-a": "{}"}
    assert cards.load(state) == ("card/m-b", "card/m-c", "card/m-d")
    assert (cards.of("@m-a"), len(cards)) == ({"avatar": "x"}, 1)


def test_that_of_a_member_who_is_erased_is_gone(world: World) -> None:
    mia = world.logged_in("mia")
    mia.answer("card", set={"avatar": "x"})
    mia.leaves()
    world.hub.erasure.grace = 0.0
    world.members.replace([member("mod", Rank.MODERATOR)])
    world.rest(10 * TICK)
    assert len(world.hub.cards) == 0


def test_who_is_muted_writes_none(world: World, bot: Person) -> None:
    assert world.logged_in("mod").answer("mute", who="bot", force=True)["ok"]
    assert bot.answer("card", set={"avatar": "x"})["error"] == "muted"
