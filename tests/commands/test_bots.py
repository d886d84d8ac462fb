"""Making and taking back tokens."""

from __future__ import annotations

import pytest

from chatroom.core import bots
from chatroom.core.bots import Bot, Bots, digest
from chatroom.core.rank import Rank
from chatroom.testing import Person, SlowWorld, World, member


@pytest.fixture
def world() -> World:
    return World(members=[member("ada", Rank.ADMIN)])


@pytest.fixture
def ada(world: World) -> Person:
    return world.logged_in("ada")


def test_a_token_is_shown_once_and_not_kept(world: World, ada: Person) -> None:
    answer = ada.answer("bots", what="add ci member dev ops")
    assert answer["lines"] == ["ci may use HTTP now. Its token, which is shown only this once:", f"  {answer['token']}"]
    assert ada.answer("bots")["lines"] == ["ci, member, in dev, ops; made by ada"]
    found = world.hub.keeper.bots.bearing(answer["token"])
    assert found is not None
    assert answer["token"] not in str(found.stored())
    assert "token" not in str(ada.answer("audit"))


def test_without_more_it_is_a_guest_in_the_lobby(ada: Person) -> None:
    ada.answer("bots", what="add ci")
    assert ada.answer("bots")["bots"] == [{"name": "ci", "rank": "guest", "rooms": ["lobby"], "by": "ada"}]


@pytest.mark.parametrize(
    ("what", "error"),
    [
        ("add", "wrong-usage"),
        ("add a/b", "name-invalid"),
        ("add admin", "name-reserved"),
        ("add ada", "name-taken"),
        ("add ci guest a/b", "room-name-invalid"),
        ("add ci " + "r " * 101, "wrong-usage"),
        ("remove", "wrong-usage"),
        ("remove nobody", "no-such-bot"),
        ("sing", "wrong-usage"),
    ],
)
def test_what_cannot_be_is_refused(ada: Person, what: str, error: str) -> None:
    assert ada.answer("bots", what=what)["error"] == error


def test_a_name_is_the_bots_until_it_is_removed(world: World, ada: Person) -> None:
    ada.answer("bots", what="add ci")
    assert ada.answer("bots", what="add CI")["error"] == "name-taken"
    bob = world.connect(world.native)
    assert bob.answer("hello", name="ci")["error"] == "name-taken"
    assert ada.answer("bots", what="remove ci")["lines"] == ["ci no longer has a token."]
    assert bob.answer("hello", name="ci")["ok"]


def test_bots_are_bounded(ada: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bots, "MOST", 2)
    for name in ("one", "two"):
        assert ada.answer("bots", what=f"add {name}")["ok"]
    assert ada.answer("bots", what="add three")["error"] == "too-many-bots"


def test_what_cannot_be_read_is_named_and_the_rest_taken() -> None:
    bot = Bot("ci", "7", digest("secret"), Rank.GUEST, ("lobby",), "ada", 1.0)
    held = Bots()
    broken = {"bot/1": "{", "bot/2": "[]", "bot/3": '{"name":"x"}', "ban/1": "{}"}
    assert held.load({**broken, bot.key: bot.stored().value or ""}) == ("bot/1", "bot/2", "bot/3")
    assert list(held) == [bot]
    assert held.bearing("secret") == bot
    assert held.bearing("Secret") is None


@pytest.fixture
def slow() -> SlowWorld:
    return SlowWorld(members=[member("ada", Rank.ADMIN)])


@pytest.fixture
def eve(slow: SlowWorld) -> Person:
    """Let an admin come in to a house whose disk is slow."""
    ada = slow.logged_in("ada")
    slow.settle()
    ada.objects()
    return ada


def asked(eve: Person, what: str) -> Person:
    eve.asks("bots", what=what)
    eve.world.rest()
    return eve


def known(slow: SlowWorld) -> list[str]:
    """Give the keys of the bots, which are those on the disk."""
    keys = [bot.key for bot in slow.hub.keeper.bots]
    assert keys == [key for key in slow.disk.open(slow.house.deeds.settled, tail=0).state if key.startswith("bot/")]
    return keys


def test_a_bot_that_could_not_be_removed_has_its_name_still_and_no_other_bot_has_it(slow: SlowWorld, eve: Person) -> None:
    asked(eve, "add ci")
    slow.settle()
    (token,) = [one["token"] for one in eve.objects() if "token" in one]
    asked(asked(eve, "remove ci"), "add ci")
    assert slow.hub.keeper.bots.bearing(token) is None
    slow.decline()
    slow.settle()
    assert slow.hub.keeper.bots.bearing(token) is not None
    assert [one["error"] for one in eve.objects()] == ["not-stored", "name-taken"]
    assert len(known(slow)) == 1


def test_a_bot_that_was_removed_before_it_was_stored_is_nowhere_whatever_was_declined(slow: SlowWorld, eve: Person) -> None:
    for declined in (True, False):
        asked(asked(eve, "add ci"), "remove ci")
        slow.decline()
        if declined:
            slow.decline()
        slow.settle()
        assert known(slow) == []
        assert slow.house.figures.faults == 0
    asked(eve, "add ci")
    slow.settle()
    assert len(known(slow)) == 1


def test_the_name_of_a_bot_is_free_again_when_its_making_was_declined(slow: SlowWorld, eve: Person) -> None:
    asked(eve, "add ci")
    slow.decline()
    asked(eve, "add ci")
    slow.settle()
    assert [one.get("error", "") for one in eve.objects()] == ["not-stored", ""]
