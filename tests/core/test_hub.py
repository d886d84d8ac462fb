"""The hub in a whole house: what is accepted, what is shown when, and what a failed submission leaves behind."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from twisted.internet.defer import Deferred

from chatroom.core.bans import ban
from chatroom.core.call import Call
from chatroom.core.errors import DiskFull
from chatroom.core.rank import Rank
from chatroom.core.rules import Rules
from chatroom.core.targets import target
from chatroom.core.verb import Param, Takes, Verb
from chatroom.testing import START, Person, SlowWorld, World, member

KEY = "a key of enough characters"
LINGER = 20.0
OTHER_KEY = "another key, as long as that"


@pytest.fixture
def slow() -> SlowWorld:
    return SlowWorld()


@pytest.fixture
def world() -> World:
    return World()


def kinds(program: Person) -> list[str]:
    return [str(one.get("is", one.get("re"))) for one in program.objects()]


def the(program: Person, **wanted: Any) -> dict[str, Any]:
    """Give the one new object that has these fields."""
    (found,) = [one for one in program.objects() if all(one.get(key) == value for key, value in wanted.items())]
    return found


# -- nothing before the commit ------------------------------------------------------------------------------------------------


def test_nobody_sees_a_message_and_nobody_is_told_it_is_stored_before_it_is(slow: SlowWorld) -> None:
    ann, bob = slow.program("ann"), slow.person("bob")
    ann.objects()
    ann.asks("say", 1, room="lobby", text="hi")
    assert ann.objects() == []
    bob.hears()
    slow.settle()
    assert the(ann, re=1)["ok"]
    bob.hears("ann: hi")


def test_a_declined_message_is_shown_to_nobody_and_its_author_is_told_why(slow: SlowWorld) -> None:
    ann, bob = slow.person("ann"), slow.person("bob")
    ann.lines()
    ann.types("hi")
    slow.disk.decline(DiskFull())
    slow.rest()
    ann.hears("! The house's disk is full, so that could not be stored and nobody was shown it. Tell the host; send it again later.")
    bob.hears()


def test_replies_come_in_the_order_of_requests_whatever_each_waits_for(slow: SlowWorld) -> None:
    ann = slow.program("ann")
    ann.asks("say", 1, room="lobby", text="one")
    ann.asks("ping", 2)
    ann.asks("history", 3, room="lobby")
    ann.asks("nonsense", 4)
    ann.asks("say", 5, room="lobby", text="two")
    ann.asks("who", 6, room="lobby")
    ann.asks("quit", 7)
    assert ann.objects() == []
    slow.settle(1)
    assert [one["re"] for one in ann.objects()] == [1, 2, 3, 4]
    slow.settle()
    last = ann.objects()
    assert [one.get("re") for one in last] == [5, 6, 7, None]
    assert last[-1] == {"is": "bye", "why": "Goodbye."}


def test_history_holds_what_the_same_session_said_just_before(slow: SlowWorld) -> None:
    ann = slow.program("ann")
    ann.asks("say", 1, room="lobby", text="one")
    ann.asks("history", 2, room="lobby")
    slow.settle()
    assert [entry["text"] for entry in the(ann, re=2)["entries"]] == ["one"]


def test_of_fifty_claims_to_one_name_inside_one_commit_one_wins(slow: SlowWorld) -> None:
    people = [slow.connect() for _ in range(50)]
    for person in people:
        person.lines()
        person.wire.feed(b"ann\n")
    slow.rest()
    slow.settle()
    answers = [person.lines() for person in people]
    assert [lines[0] for lines in answers].count("Welcome, ann.") == 1
    assert sum(lines == ["! ann is taken. Choose another name."] for lines in answers) == 49
    assert len(slow.hub.people) == len(slow.hub.roster) == 1


def test_who_joins_and_speaks_in_one_breath_is_heard_after_their_coming(slow: SlowWorld) -> None:
    ann, bob = slow.person("ann"), slow.person("bob")
    ann.types("/join dev")
    slow.settle()
    bob.types("/join dev", "hello")
    ann.lines(), bob.lines()
    slow.settle()
    ann.hears("[dev] -- bob joined (2 here)", "[dev] bob: hello")
    bob.hears("-- You are in dev (2 here: ann, bob).")


# -- what is declined is undone -----------------------------------------------------------------------------------------------


def test_a_topic_is_shown_to_nobody_before_it_is_stored(slow: SlowWorld) -> None:
    ann, bob = slow.person("ann"), slow.person("bob")
    ann.lines()
    ann.types("/topic tea")
    bob.types("/topic", "/rooms")
    bob.hears("lobby has no topic. /topic TEXT sets one.", "lobby (2 here)")
    slow.settle()
    bob.types("/topic", "/rooms")
    bob.hears("-- ann changed the topic to: tea", "The topic of lobby is: tea", "lobby (2 here): tea")
    ann.hears("-- You changed the topic to: tea")


def test_a_declined_topic_leaves_the_one_before_whatever_was_set_after_it(slow: SlowWorld) -> None:
    ann, bob = slow.person("ann"), slow.person("bob")
    ann.types("/topic first")
    slow.settle()
    ann.types("/topic second")
    bob.types("/topic third")
    slow.decline()
    slow.settle()
    assert slow.hub.rooms["lobby"].topic.text == "third"
    ann.types("/topic fourth")
    bob.types("/topic fifth")
    slow.decline(2)
    assert slow.hub.rooms["lobby"].topic.text == "third"


def test_who_asks_for_the_topic_they_just_set_is_told_it(slow: SlowWorld) -> None:
    ann = slow.person("ann")
    ann.types("/topic tea", "/topic")
    slow.settle()
    ann.hears("-- You changed the topic to: tea", "The topic of lobby is: tea")


def test_a_declined_name_gives_the_old_one_back_and_frees_the_new(slow: SlowWorld) -> None:
    ann, bob = slow.person("ann"), slow.person("bob")
    ann.lines()
    ann.types("/nick anna")
    bob.types("/nick anna")
    bob.hears("! anna is taken. Choose another name.")
    slow.decline()
    assert len(ann.lines()) == 1
    bob.types("/nick ann")
    bob.hears("! ann is taken. Choose another name.")
    bob.types("/nick anna")
    slow.settle()
    bob.hears("You are now called anna.")
    ann.types("hi")
    slow.settle()
    bob.hears("ann: hi")


def test_what_is_said_under_a_name_that_is_declined_is_declined_too(slow: SlowWorld) -> None:
    ann, bob = slow.person("ann"), slow.person("bob")
    ann.lines()
    ann.types("/nick anna", "I am anna")
    slow.decline()
    slow.settle()
    bob.hears()
    assert [line[:1] for line in ann.lines()] == ["!", "!"]


def test_a_second_change_of_name_waits_for_the_first(slow: SlowWorld) -> None:
    ann = slow.person("ann")
    ann.types("/nick anna", "/nick anne")
    slow.decline()
    slow.settle()
    heard = ann.lines()
    assert heard[1] == "! The house is busy with your earlier requests. Wait a moment and send that again."
    assert {person.name for person in slow.hub.people.values()} == {"ann"}
    assert len(slow.hub.roster) == 1
    ann.types("/nick anne")
    slow.settle()
    ann.hears("You are now called anne.")


def test_a_name_declined_after_its_person_left_is_free(slow: SlowWorld) -> None:
    ann = slow.person("ann")
    ann.types("/nick anna")
    ann.leaves()
    slow.decline()
    slow.settle()
    assert len(slow.hub.roster) == 0


def test_a_room_whose_opening_is_declined_is_gone_with_all_who_joined_it(slow: SlowWorld) -> None:
    ann, bob = slow.person("ann"), slow.person("bob")
    ann.lines()
    ann.types("/join dev", "first")
    bob.types("/join dev", "second")
    slow.decline()
    slow.settle()
    assert set(slow.hub.rooms) == {"lobby"}
    assert [line[:1] for line in ann.lines() + bob.lines()] == ["!"] * 4
    ann.types("back in the lobby")
    slow.settle()
    bob.hears("ann: back in the lobby")


def test_a_room_opened_anew_outlives_late_word_of_a_failed_opening(slow: SlowWorld) -> None:
    ann, bob, cat = slow.person("ann"), slow.person("bob"), slow.person("cat")
    ann.types("/join dev")
    bob.types("/join dev")
    ann.leaves()
    bob.leaves()
    slow.decline()  # the opening
    cat.types("/join dev")
    slow.settle()
    assert "dev" in slow.hub.rooms
    cat.types("hello")
    slow.settle()
    assert slow.hub.rooms["dev"].present == 1


def test_a_declined_leaving_leaves_one_in_the_room(slow: SlowWorld) -> None:
    ann, bob = slow.person("ann"), slow.person("bob")
    ann.lines()
    ann.types("/leave")
    slow.decline()
    bob.types("still here?")
    slow.settle()
    ann.hears("! That could not be stored, so nobody was shown it. Send it again in a moment.", "bob: still here?")
    assert slow.hub.rooms["lobby"].present == 2


def test_a_leaving_declined_after_its_person_is_gone_leaves_no_ghost(slow: SlowWorld) -> None:
    ann, bob = slow.person("ann"), slow.person("bob")
    ann.types("/leave")
    ann.leaves()
    slow.decline()
    slow.settle()
    assert slow.hub.rooms["lobby"].names() == ("bob",)
    bob.types("/who")
    assert bob.lines()[-1] == "lobby (1 here): bob"


def test_a_declined_leaving_does_not_undo_the_joining_after_it(slow: SlowWorld) -> None:
    ann, bob = slow.person("ann"), slow.person("bob")
    ann.types("/leave", "/join lobby")
    slow.decline()
    slow.settle()
    ann.lines(), bob.lines()
    bob.types("hi")
    slow.settle()
    ann.hears("bob: hi")


def test_a_declined_absence_is_undone(slow: SlowWorld) -> None:
    ann, bob = slow.person("ann"), slow.person("bob")
    ann.types("/away lunch", "/away dinner")
    slow.decline()
    slow.settle()
    bob.lines()
    bob.types("/whois ann")
    assert bob.lines()[-1] == "ann is away: dinner"
    ann.types("/back", "/away tea")
    slow.decline(2)
    bob.types("/whois ann")
    assert bob.lines()[-1] == "ann is away: dinner"


def test_a_joining_declined_after_its_session_was_taken_over_is_undone_for_the_heir(slow: SlowWorld) -> None:
    ann = slow.program("ann", key=KEY)
    ann.asks("join", 1, room="dev")
    heir = slow.connect(slow.native)
    heir.asks("hello", 0, name="ann", key=KEY, rooms=["lobby"])
    slow.decline()
    slow.settle()
    assert set(slow.hub.rooms) == {"lobby"}
    (session,) = slow.hub.sessions
    assert set(session.stays) == {"lobby"}
    heir.asks("say", 2, room="dev", text="where am I")
    slow.settle()
    assert the(heir, re=2)["error"] == "not-in-room"


def test_a_leaving_declined_after_its_session_was_taken_over_leaves_the_heir_in_the_room(slow: SlowWorld) -> None:
    ann, bob = slow.program("ann", key=KEY), slow.person("bob")
    ann.asks("join", 1, room="dev")
    slow.settle()
    ann.asks("leave", 2, room="dev")
    heir = slow.connect(slow.native)
    heir.asks("hello", 0, name="ann", key=KEY, rooms=["lobby"])
    slow.decline()
    slow.settle()
    bob.types("/join dev")
    slow.settle()
    heir.objects()
    bob.types("hi")
    slow.settle()
    assert [one["text"] for one in heir.objects()] == ["hi"]
    heir.leaves()
    slow.rest(slow.hub.limits.linger + 5)
    slow.settle()
    assert slow.hub.rooms["dev"].names() == ("bob",)


# -- the same id twice --------------------------------------------------------------------------------------------------------


def test_an_unknown_outcome_asks_for_the_same_id_and_then_everybody_sees_it_once(slow: SlowWorld) -> None:
    ann, bob = slow.program("ann", key=KEY), slow.person("bob")
    for stored in (True, False):
        ann.objects()
        ann.asks("say", 7 + stored, room="lobby", text="hi")
        slow.disk.unknown(stored=stored)
        slow.rest()
        denied = the(ann, re=7 + stored)
        assert denied["error"] == "unconfirmed"
        assert "same id" in denied["why"]
        bob.hears()
        ann.asks("say", 7 + stored, room="lobby", text="hi")
        slow.settle()
        assert the(ann, re=7 + stored)["ok"]
        bob.hears("ann: hi")


def test_what_was_stored_unbeknown_is_in_the_history_all_the_same(slow: SlowWorld) -> None:
    ann, bob = slow.program("ann", key=KEY), slow.program("bob")
    ann.asks("say", 1, room="lobby", text="one")
    slow.settle()
    ann.asks("say", 2, room="lobby", text="two")
    ann.asks("say", 3, room="lobby", text="three")
    slow.disk.unknown(stored=True)
    slow.settle()
    assert [one["seq"] for one in bob.objects() if one.get("is") == "said"] == [1, 3]
    bob.asks("history", 1, room="lobby", after=1, before=3)
    slow.settle()
    assert [entry["text"] for entry in the(bob, re=1)["entries"]] == ["two"]
    bob.asks("history", 2, room="lobby")
    slow.settle()
    assert [entry["text"] for entry in the(bob, re=2)["entries"]][-3:] == ["one", "two", "three"]


def test_the_same_id_twice_is_one_message_and_the_same_answer(world: World) -> None:
    ann, bob = world.program("ann", key=KEY), world.person("bob")
    ann.objects()
    ann.asks("say", "a", room="lobby", text="hi")
    first = the(ann, re="a")
    ann.asks("say", "a", room="lobby", text="hi")
    again = the(ann, re="a")
    assert again == {**first, "repeated": True}
    bob.hears("ann: hi")


def test_the_same_id_twice_inside_one_commit_is_one_message(slow: SlowWorld) -> None:
    ann, bob = slow.program("ann", key=KEY), slow.person("bob")
    for _ in range(2):
        ann.asks("say", "a", room="lobby", text="hi")
        ann.asks("tell", "b", to="bob", text="psst")
    slow.settle()
    bob.hears("ann: hi", "(private) ann: psst")
    assert [one.get("repeated", False) for one in ann.objects() if "re" in one] == [False, False, True, True]


def test_a_number_and_a_string_are_different_ids(world: World) -> None:
    ann, bob = world.program("ann", key=KEY), world.person("bob")
    ann.asks("say", 1, room="lobby", text="one")
    ann.asks("say", "1", room="lobby", text="one too")
    bob.hears("ann: one", "ann: one too")


def test_ids_of_another_client_or_without_a_key_are_different_ids(world: World) -> None:
    ann, bob, cat = world.program("ann", key=KEY), world.program("bob", key=OTHER_KEY), world.program("cat")
    dan = world.person("dan")
    for one in (ann, bob, cat, cat):
        one.asks("say", 1, room="lobby", text="hi")
    dan.hears("ann: hi", "bob: hi", "cat: hi", "cat: hi")


def test_an_id_is_remembered_over_a_broken_connection(world: World) -> None:
    ann, bob = world.program("ann", key=KEY), world.person("bob")
    ann.asks("say", 1, room="lobby", text="hi")
    ann.asks("tell", 2, to="bob", text="psst")
    first, second = [one for one in ann.objects() if "re" in one]
    ann.leaves()
    ann = world.program("ann", key=KEY)
    ann.asks("say", 1, room="lobby", text="hi")
    assert the(ann, re=1) == {**first, "repeated": True}
    ann.asks("tell", 2, to="bob", text="psst")
    assert the(ann, re=2) == {**second, "repeated": True}
    bob.hears("ann: hi", "(private) ann: psst")


def test_an_id_is_remembered_over_a_restart_of_the_house(world: World) -> None:
    ann = world.program("ann", key=KEY)
    ann.asks("say", 1, room="lobby", text="hi")
    first = the(ann, re=1)
    later = world.restarted()
    ann, bob = later.program("ann", key=KEY), later.person("bob")
    ann.objects()
    ann.asks("say", 1, room="lobby", text="hi")
    assert the(ann, re=1) == {**first, "repeated": True}
    bob.hears()


def test_an_id_is_remembered_for_its_verb_alone(world: World) -> None:
    ann = world.program("ann", key=KEY)
    ann.asks("say", 1, room="lobby", text="hi")
    ann.objects()
    ann.asks("topic", 1, room="lobby", topic="tea")
    assert "repeated" not in the(ann, re=1)
    assert world.hub.rooms["lobby"].topic.text == "tea"


def test_who_joined_and_left_a_room_that_could_not_be_opened_is_not_in_it() -> None:
    slow = SlowWorld()
    ann = slow.program("ann", rooms=["lobby"])
    ann.asks("join", 1, room="a")
    ann.asks("leave", 2, room="a")
    slow.decline(1)
    slow.settle()
    ann.objects()
    ann.asks("say", 3, room="a", text="does anybody hear me?")
    assert the(ann, re=3)["error"] == "not-in-room"
    assert "a" not in slow.hub.rooms


def test_a_joining_that_was_declined_does_not_put_out_who_has_come_back_since() -> None:
    slow = SlowWorld()
    witness = slow.program("bob")
    ann = slow.connect(slow.native)
    ann.asks("hello", 0, name="ann")
    ann.asks("leave", 1, room="lobby")
    ann.asks("join", 2, room="lobby")
    slow.decline(1)
    slow.settle()
    witness.objects()
    witness.asks("who", 3, room="lobby")
    assert [one["name"] for one in the(witness, re=3)["people"]] == ["ann", "bob"]


def test_rooms_in_which_nothing_was_said_make_room_for_others() -> None:
    world = World(rooms=4)
    ann, bob = world.person("ann"), world.person("bob")
    for number in range(20):
        ann.types(f"/join r{number}", f"/leave r{number}")
    bob.types("/join keep", "words", "/leave", "/join more")
    assert {"lobby", "keep", "more"} <= world.hub.rooms.keys()
    assert set(world.restarted().hub.rooms) == {"lobby", "keep"}


def test_a_clock_that_is_set_back_is_followed(world: World) -> None:
    ann = world.program("ann", echo=True)
    for set_by in (0.0, -86400.0, -86399.999):
        world.house.wall = lambda by=set_by: START + by  # type: ignore[misc]
        ann.asks("say", room="lobby", text="tick")
    assert [one["at"] for one in ann.objects()] == ["2023-11-14T22:13:20.000Z", "2023-11-13T22:13:20.000Z", "2023-11-13T22:13:20.001Z"]


def test_who_lingers_does_so_by_a_clock_that_is_never_set(world: World) -> None:
    ann, bob = world.program("ann", key=KEY), world.person("bob")
    ann.leaves()
    world.house.wall = lambda: START + 86400.0
    world.rest(LINGER / 2)
    bob.hears()
    world.rest(LINGER)
    bob.hears("-- ann left (1 here): connection lost")


def test_a_program_that_sends_no_more_has_not_left_if_it_can_come_back(world: World) -> None:
    ann, bob = world.program("ann", key=KEY), world.person("bob")
    ann.wire.finish()
    world.rest()
    assert ann.wire.lost
    bob.hears()
    assert world.program("ann", key=KEY).wire.lost is False
    world.rest(LINGER * 2)
    bob.hears()


def test_the_memory_of_private_ids_is_bounded() -> None:
    world = World(recalled=3)
    ann, bob = world.program("ann", key=KEY), world.person("bob")
    for number in range(10):
        ann.asks("tell", number, to="bob", text="psst")
    assert len(world.hub.errands.recall._posts) == 3
    bob.lines()
    ann.asks("tell", 9, to="bob", text="psst")
    bob.hears()


# -- after a restart ----------------------------------------------------------------------------------------------------------


def test_rooms_topics_and_words_are_there_after_a_restart_and_people_are_not(world: World) -> None:
    ann = world.person("ann")
    ann.types("/join dev", "/topic tea", "hello")
    later = world.restarted()
    bob = later.person("bob")
    bob.types("/rooms", "/join dev")
    bob.hears(
        "lobby (1 here)",
        "dev (0 here): tea",
        "[22:13] [dev] -- ann changed the topic to: tea",
        "[22:13] [dev] ann: hello",
        "-- You are in dev (1 here: bob). Topic: tea",
    )


def test_the_lobby_is_what_the_host_calls_it() -> None:
    world = World(Rules(lobby="hall"))
    ann = world.person("ann")
    ann.types("/leave", "hi")
    ann.hears("-- You left hall.", "! You are in no room. Type /join hall first.")


# -- what takes time, and who is put out --------------------------------------------------------------------------------------


class Unready(Exception):
    """This office is not ready."""


def asks(call: Call) -> None:
    """Ask an office, and answer with what it gives."""
    call.ask("oracle", call.args.get("about", ""), then=lambda told: [call.answering(str(told))])


ORACLE = Verb("oracle", asks, "/oracle [ABOUT]", "ask.", params=(Param("about", Takes.REST, optional=True),))


def with_oracle() -> tuple[World, list[Deferred[str]], list[str]]:
    """Give a house with an office that answers when the test says so, and what it was asked."""
    world, answers, asked = World(verbs=(ORACLE,)), list[Deferred[str]](), list[str]()

    async def oracle(about: str) -> str:
        asked.append(about)
        answers.append(Deferred())
        return await answers[-1]

    world.house.offices["oracle"] = oracle
    return world, answers, asked


def test_an_answer_that_takes_time_keeps_its_place_among_the_replies() -> None:
    world, answers, asked = with_oracle()
    ann, bob = world.person("ann"), world.person("bob")
    ann.lines()
    ann.types("/oracle tea", "said meanwhile", "/who")
    bob.hears("ann: said meanwhile")
    ann.hears()
    answers[0].callback("there is tea")
    ann.hears("there is tea", "lobby (2 here): ann, bob")
    assert asked == ["tea"]


def test_what_an_office_refuses_is_told_as_a_refusal_and_what_breaks_as_a_fault() -> None:
    world, answers, _ = with_oracle()
    ann = world.person("ann")
    ann.types("/oracle", "/oracle")
    answers[0].errback(DiskFull())
    answers[1].errback(Unready())
    first, second = ann.lines()
    assert first.startswith("! The house's disk is full")
    assert second.startswith("! Something went wrong in the server, and that was not done. Tell the host: fault ")
    assert world.hub.errands.under_way == 0
    assert not ann.wire.lost


def test_an_answer_for_somebody_who_is_gone_is_for_nobody() -> None:
    world, answers, _ = with_oracle()
    ann = world.person("ann")
    ann.types("/oracle")
    ann.leaves()
    answers[0].callback("too late")
    assert world.hub.errands.under_way == 0
    assert world.house.figures.faults == 0


def test_somebody_put_out_while_they_wait_for_an_answer_is_out() -> None:
    world, answers, _ = with_oracle()
    world.members.replace([member("mod", Rank.MODERATOR)])
    ann, mod = world.person("ann"), world.logged_in("mod")
    ann.lines()
    ann.types("/oracle")
    mod.answer("kick", who="ann")
    answers[0].callback("too late")
    assert "too late" not in ann.lines()
    assert world.hub.rooms["lobby"].names() == ("mod",)


def test_words_in_several_rooms_at_once_are_one_entry_with_a_seq_in_each() -> None:
    world = World(members=[member("ada", Rank.ADMIN)])
    bot = world.program("bot", rooms=["lobby", "dev"], echo=True)
    bot.asks("say", 1, room="dev", text="first")
    bot.objects()
    ada = world.logged_in("ada")
    bot.objects()
    ada.answer("announce", text="hi")
    found = [one for one in bot.objects() if one["is"] == "said"]
    assert {one["room"]: one["seq"] for one in found} == {"lobby": 1, "dev": 3}
    assert len({one["id"] for one in found}) == 1
    assert [one["text"] for one in bot.answer("history", room="dev", count=1)["entries"]] == ["hi"]


def test_an_announcement_sent_again_under_its_id_is_said_once() -> None:
    world = World(members=[member("ada", Rank.ADMIN)])
    bob = world.person("bob")
    ada = world.logged_in("ada", key=KEY)
    bob.lines()
    ada.asks("announce", 7, text="hi")
    ada.asks("announce", 7, text="hi")
    assert [one.get("repeated", False) for one in ada.objects()] == [False, True]
    bob.hears("server: hi")


def test_a_member_whose_name_changes_is_found_by_the_new_one_and_the_old_one_is_free() -> None:
    world = World(members=[member("meg")])
    (meg,) = world.members.directory
    world.members.replace([replace(meg, name="margaret")])
    assert world.connect(world.native).answer("hello", name="meg")["ok"]
    assert world.connect(world.native).answer("hello", name="margaret")["error"] == "password-needed"


def test_a_members_change_of_name_that_is_not_stored_gives_the_old_one_back(slow: SlowWorld) -> None:
    slow.members.replace([member("meg")])
    meg = slow.logged_in("meg")
    slow.settle()
    meg.objects()
    meg.asks("nick", 1, name="margaret")
    slow.decline()
    (answer,) = meg.objects()
    assert answer["ok"] is False
    assert slow.house.figures.faults == 0
    assert slow.hub.roster.find("meg") is slow.hub.people["@m-meg"]


def test_bans_that_are_over_are_forgotten_when_nobody_asks_about_them() -> None:
    world = World()
    world.hub.keeper.bans.add(ban("1", (target("troll", 32),), span=60.0, by="ada", reason="", now=world.wall()))
    world.rest(58)
    assert len(world.hub.keeper.bans) == 1
    world.rest(4)
    assert len(world.hub.keeper.bans) == 0
