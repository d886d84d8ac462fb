"""What may stand on the disk otherwise than it is held: it is written again until it does not, so that no start brings it up."""

from __future__ import annotations

import pytest

from chatroom.core import doubts
from chatroom.core.doubts import Doubts, Written
from chatroom.core.errors import NotStored
from chatroom.core.rank import Rank
from chatroom.core.seams import Committed, Declined, Outcome, Put, Unknown
from chatroom.rounds import TICK
from chatroom.testing import Person, SlowWorld, member

DONE = Committed(())


@pytest.fixture
def slow() -> SlowWorld:
    return SlowWorld(members=[member("mod", Rank.MODERATOR), member("meg")])


@pytest.fixture
def mod(slow: SlowWorld) -> Person:
    mod = slow.logged_in("mod", rooms=["tea"])
    slow.settle()
    return mod


def asked(slow: SlowWorld, asker: Person, do: str, **fields: str) -> str:
    """Ask for something and have it stored; give why it was refused, nothing if it was not."""
    asker.objects()
    asker.asks(do, 1, **fields)
    slow.settle()
    (answer,) = [one for one in asker.objects() if one.get("re") == 1]
    return str(answer.get("error", ""))


def in_doubt(slow: SlowWorld, asker: Person, do: str, *, stored: bool = True, **fields: str) -> None:
    """Ask for something of which it is not known whether it was stored."""
    asker.objects()
    asker.asks(do, 1, **fields)
    slow.disk.unknown(len(slow.disk.waiting), stored=stored)
    slow.rest()
    assert "unconfirmed" in [one.get("error") for one in asker.objects()]


def state(slow: SlowWorld) -> dict[str, str]:
    """Give what stands on the disk beside the logs, but for what everybody has seen."""
    found = slow.disk.open(slow.house.deeds.settled, tail=0).state
    return {key: value for key, value in found.items() if not key.startswith("seen/")}


def written_again(slow: SlowWorld) -> None:
    slow.rest(TICK)
    slow.settle()
    assert len(slow.hub.errands.doubts) == 0


@pytest.mark.parametrize("stored", [True, False])
def test_a_ban_of_which_it_is_not_known_does_not_come_back_after_it_was_lifted(slow: SlowWorld, mod: Person, stored: bool) -> None:
    before = state(slow)
    in_doubt(slow, mod, "ban", who="eve", stored=stored)
    assert asked(slow, mod, "ban", who="eve") == ""
    assert asked(slow, mod, "unban", who="eve") == ""
    written_again(slow)
    assert state(slow) == before


@pytest.mark.parametrize("stored", [True, False])
def test_a_ban_of_whose_lifting_it_is_not_known_holds_after_the_next_start(slow: SlowWorld, mod: Person, stored: bool) -> None:
    asked(slow, mod, "ban", who="eve")
    in_doubt(slow, mod, "unban", who="eve", stored=stored)
    written_again(slow)
    assert len(slow.killed().hub.keeper.bans) == 1


def test_a_role_of_which_it_is_not_known_is_nobodys_after_the_next_start(slow: SlowWorld, mod: Person) -> None:
    meg = slow.logged_in("meg", rooms=["tea"])
    slow.settle()
    in_doubt(slow, mod, "op", room="tea", name="meg")
    assert asked(slow, meg, "quiet", room="tea") == "not-keeper"
    written_again(slow)
    assert slow.killed().hub.rooms["tea"].rights.holding("operator") == {}


def test_what_is_set_anew_before_it_is_written_again_stays(slow: SlowWorld, mod: Person) -> None:
    in_doubt(slow, mod, "slow", room="tea", span="30s")
    mod.asks("slow", room="tea", span="10s")
    slow.rest(2 * TICK)
    assert [put.value for one in slow.disk.waiting for put in one.puts if put.key == "room/tea/slow"] == ["10"]
    slow.settle()
    assert slow.killed().hub.rooms["tea"].rights.slow == 10


def test_a_topic_that_is_sent_again_under_the_same_id_is_the_one_on_the_disk(slow: SlowWorld) -> None:
    ann = slow.program("ann", rooms=["tea"], key="a key of enough characters")
    in_doubt(slow, ann, "topic", room="tea", topic="mine")
    slow.rest(2 * TICK)
    assert asked(slow, ann, "topic", room="tea", topic="mine") == ""
    assert slow.hub.rooms["tea"].topic.text == "mine"
    assert slow.killed().hub.rooms["tea"].topic.text == "mine"


def test_where_a_room_begins_that_is_opened_again_is_written_until_it_is_stored(slow: SlowWorld, mod: Person) -> None:
    assert asked(slow, mod, "close", room="tea") == ""
    assert asked(slow, mod, "join", room="tea") == ""
    slow.rest(TICK)
    slow.decline(len(slow.disk.waiting))
    assert "floor/tea" not in state(slow)
    written_again(slow)
    assert state(slow)["floor/tea"] == "2"


def test_what_is_looked_after_elsewhere_is_left_to_that() -> None:
    made = Doubts(besides=("seen/",))
    made.load({"seen/a": "1", "b": "2"})
    for key in ("seen/a", "b"):
        made.submitted(Written((Put(key, None),)))
        made.settled(Written((Put(key, None),)), Unknown())
    assert made.due() == (Put("b", "2"),)


def test_what_was_declined_is_as_it_was_unless_nobody_undoes_it() -> None:
    made = Doubts()
    for undone in (True, False):
        one = Written((Put("a", "1"),), undone)
        made.submitted(one)
        made.settled(one, Declined(NotStored()))
        assert made.due() == (() if undone else one.puts)
    made.submitted(one)
    assert made.due() == ()
    made.settled(one, DONE)
    assert len(made) == 0


def test_what_nobody_undoes_is_still_to_be_written_after_something_newer_of_which_it_is_not_known() -> None:
    made = Doubts()
    made.load({"a": "1"})
    ended, newer = Written((Put("a", None),), undone=False), Written((Put("a", "2"),))
    made.submitted(ended)
    made.submitted(newer)
    made.settled(ended, Declined(NotStored()))
    made.settled(newer, Unknown())
    assert made.due() == ended.puts


@pytest.mark.parametrize("outcome", [DONE, Declined(NotStored()), Unknown()])
def test_what_is_wanted_while_something_older_is_under_way_is_written_whatever_becomes_of_that(outcome: Outcome) -> None:
    made = Doubts()
    older = Written((Put("a", None),), undone=False)
    made.submitted(older)
    made.want([Put("a", "1")])
    made.settled(older, outcome)
    assert made.due() == (Put("a", "1"),)
    newer = _submitted(made, Written(made.due(), undone=False))
    made.settled(newer, DONE)
    assert (made.due(), made.stored) == ((), {"a": "1"})


def test_so_much_is_written_again_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doubts, "AT_ONCE", 2)
    made = Doubts()
    made.settled(_submitted(made, Written(tuple(Put(str(n), "x") for n in range(5)), undone=False)), Declined(NotStored()))
    rounds = 0
    while due := made.due():
        assert len(due) <= 2
        made.settled(_submitted(made, Written(due, undone=False)), DONE)
        rounds += 1
    assert rounds == 3


def _submitted(made: Doubts, written: Written) -> Written:
    made.submitted(written)
    return written


def test_a_room_of_whose_closing_it_is_not_known_is_as_it_was_after_the_next_start(slow: SlowWorld, mod: Person) -> None:
    assert asked(slow, mod, "say", room="tea", text="before") == ""
    assert asked(slow, mod, "quiet", room="tea") == ""
    in_doubt(slow, mod, "close", room="tea")
    assert asked(slow, mod, "say", room="tea", text="after") == ""
    written_again(slow)
    again = slow.killed()
    assert again.hub.rooms["tea"].rights.on("quiet")
    mod = again.logged_in("mod", rooms=["tea"])
    again.settle()
    mod.objects()
    mod.asks("history", 1, room="tea")
    again.settle()
    (found,) = [one for one in mod.objects() if one.get("re") == 1]
    assert [one["text"] for one in found["entries"] if one["is"] == "said"] == ["before", "after"]
