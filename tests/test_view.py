"""What a client knows of a house, and how it talks with one, against recorded lines and against the house itself."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chatroom.conversations import CONVERSATIONS
from chatroom.core.events import Erased, Removed, Renamed, Said, Told
from chatroom.dialogue import AGAIN, ATTEMPTS, NO_ANSWER, NO_CHATROOM, PATIENCE, SILENCE, Phase
from chatroom.happening import (
    Answered,
    Delivered,
    Denied,
    Died,
    Disconnected,
    Ended,
    EntriesMissed,
    EntryShown,
    Happening,
    NameRefused,
    Noticed,
    PageRead,
    PeopleChanged,
    RoomEntered,
    RoomLeft,
    TurnedAway,
    Welcomed,
)
from chatroom.testing import Person, World
from chatroom.view import ROOMS, View, as_typed
from chatroom.waiting import COUNT, PAUSE, TooMuchWaits

KEY = "k" * 20
AT = "2025-11-21T04:00:00.000Z"


class Talk:
    """Be a view and a house of recorded lines."""

    def __init__(self, name: str | None = "ann", **options: Any) -> None:
        self.view = View(KEY, name, **options)
        self.now = 0.0

    def connect(self) -> list[dict[str, Any]]:
        self.view.connected(self.now)
        return self.sent()

    def hears(self, *objects: dict[str, Any]) -> list[Happening]:
        return [one for found in objects for one in self.view.received(json.dumps(found).encode(), self.now)]

    def sent(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.view.outgoing().splitlines()]

    def waits(self, seconds: float) -> list[Happening]:
        self.now += seconds
        return self.view.tick(self.now)

    def types(self, text: str) -> int:
        return self.view.typed(text, self.now)

    def breaks(self) -> list[Happening]:
        return self.view.disconnected("lost")


def welcome(name: str = "ann", **more: Any) -> dict[str, Any]:
    return {"re": "hello", "ok": True, "is": "welcome", "you": name, "rank": "guest", "house": "h", "welcome": "Hello", **more}


def entered(room: str = "lobby", seq: int = 0, epoch: str = "e", re: int | None = None, **more: Any) -> dict[str, Any]:
    found = {"re": re, "ok": True, "is": "entered", "room": room, "epoch": epoch, "seq": seq, "topic": "", "people": ["ann", "bob"]}
    return found | more


def said(seq: int, text: str = "hi", by: str = "bob", room: str = "lobby", epoch: str = "e") -> dict[str, Any]:
    return {"is": "said", "room": room, "seq": seq, "at": AT, "id": f"{epoch}{room}{seq}", "by": by, "text": text}


def told(id: str, by: str, to: str, text: str = "psst") -> dict[str, Any]:
    return {"is": "told", "at": AT, "id": id, "by": by, "to": to, "text": text}


def here(**options: Any) -> Talk:
    """Be in the lobby as ann."""
    talk = Talk(**options)
    talk.connect()
    talk.hears(welcome(), {"re": "help", "ok": True, "is": "help", "commands": [{"verb": "help"}], "lines": []}, entered())
    talk.sent()
    return talk


def shown(happenings: list[Happening]) -> list[str]:
    """Give the words of the entries shown."""
    return [one.entry.event.text for one in happenings if isinstance(one, EntryShown) and isinstance(one.entry.event, Said | Told)]


# -- the greeting -------------------------------------------------------------------------------------------------------


def test_the_first_line_is_a_greeting() -> None:
    talk = Talk(rooms=("dev",))
    assert talk.connect() == [
        {"do": "hello", "id": "hello", "name": "ann", "key": KEY, "client": "chatroom", "echo": True, "marks": True, "rooms": ["dev"]}
    ]
    assert talk.hears(welcome()) == [Welcomed("ann", "h", "Hello", again=False)]
    assert talk.view.phase is Phase.HERE


def test_somebody_without_a_name_speaks_at_once_all_the_same() -> None:
    talk = Talk(name=None)
    assert [one["do"] for one in talk.connect()] == ["ping"]
    talk.view.call_me("ann")
    assert [one["name"] for one in talk.sent()] == ["ann"]


def test_a_name_refused_is_asked_for_again() -> None:
    talk = Talk()
    talk.connect()
    refused = {"re": "hello", "ok": False, "error": "name-taken", "why": "ann is taken."}
    assert talk.hears(refused) == [NameRefused("ann", "ann is taken.")]
    assert talk.sent() == []
    talk.view.call_me("anna")
    assert talk.sent()[0]["name"] == "anna"


def test_while_no_name_is_given_a_new_connection_does_not_try_the_refused_one_again() -> None:
    talk = Talk()
    talk.connect()
    talk.hears({"re": "hello", "ok": False, "error": "name-taken", "why": "ann is taken."})
    assert talk.breaks() == []
    assert [one["do"] for one in talk.connect()] == ["ping"]


def test_a_house_that_does_not_want_us_says_why() -> None:
    talk = Talk()
    talk.connect()
    assert talk.hears({"re": "hello", "ok": False, "error": "banned", "why": "No."}) == [TurnedAway("banned", "No.")]
    assert talk.view.phase is Phase.ENDED


def test_a_full_house_turns_a_newcomer_away_but_not_somebody_who_was_here() -> None:
    full = {"re": "hello", "ok": False, "error": "house-full", "why": "Full."}
    talk = Talk()
    talk.connect()
    assert talk.hears(full) == [TurnedAway("house-full", "Full.")]
    talk = here()
    talk.breaks()
    talk.connect()
    assert talk.hears(full) == []
    assert talk.waits(AGAIN) == []
    assert [one["do"] for one in talk.sent()] == ["hello"]


def test_our_name_taken_after_a_break_is_tried_for_a_while_and_then_asked_for() -> None:
    talk = here()
    talk.breaks()
    talk.connect()
    refused = {"re": "hello", "ok": False, "error": "name-taken", "why": "ann is taken."}
    for _ in range(ATTEMPTS):
        assert talk.hears(refused) == []
        assert talk.waits(AGAIN - 1) == []
        assert talk.sent() == []
        assert talk.waits(1) == []
        assert [one["do"] for one in talk.sent()] == ["hello"]
    assert talk.hears(refused) == [NameRefused("ann", "ann is taken.")]


def test_what_ends_the_connection_instead_of_greeting_is_no_chatroom() -> None:
    talk = Talk()
    talk.connect()
    talk.view.received(b"HTTP/1.1 400 Bad Request", 0.0)
    (found,) = talk.breaks()
    assert isinstance(found, TurnedAway)
    assert found.code == NO_CHATROOM


def test_what_does_not_answer_the_first_greeting_is_no_chatroom() -> None:
    talk = Talk()
    talk.connect()
    assert talk.waits(NO_ANSWER - 1) == []
    assert [type(one) for one in talk.waits(1)] == [TurnedAway]


def test_a_welcome_nobody_asked_for_changes_nothing() -> None:
    talk = here()
    assert talk.hears(welcome("mallory")) == []
    assert talk.view.you == "ann"


# -- requests -----------------------------------------------------------------------------------------------------------


def test_what_is_typed_goes_to_the_room_looked_at_and_is_acknowledged() -> None:
    talk = here()
    number = talk.types("hi")
    assert talk.sent() == [{"do": "say", "id": number, "text": "hi", "room": "lobby"}]
    assert talk.view.waiting == 1
    assert talk.hears({"re": number, "ok": True, "room": "lobby", "seq": 1, "id": "x", "at": AT}) == [Delivered(number)]
    assert talk.view.waiting == 0


def test_a_typed_command_goes_as_it_is() -> None:
    talk = here()
    number = talk.types("/topic new")
    assert talk.sent() == [{"do": "line", "id": number, "text": "/topic new", "room": "lobby"}]
    (found,) = talk.hears({"re": number, "ok": True, "is": "topic", "topic": "new", "lines": ["The topic is new."]})
    assert isinstance(found, Answered)
    assert found.answer.lines == ("The topic is new.",)


def test_a_refusal_gives_back_what_was_typed() -> None:
    talk = here()
    number = talk.types("x" * 9)
    denied = {"re": number, "ok": False, "error": "text-too-long", "why": "Too long."}
    assert talk.hears(denied) == [Denied(number, "text-too-long", "Too long.", "x" * 9)]
    assert talk.hears(denied) == []


def test_what_is_typed_without_a_connection_is_sent_after_the_next_greeting() -> None:
    talk = here()
    assert talk.breaks() == [Disconnected("lost")]
    number = talk.types("later")
    assert talk.sent() == []
    assert [one["do"] for one in talk.connect()] == ["hello"]
    talk.hears(welcome())
    assert [(one["do"], one["id"]) for one in talk.sent()] == [("say", number)]


def test_what_was_not_acknowledged_is_sent_again_under_the_same_id_and_in_order() -> None:
    talk = here()
    first, second = talk.types("one"), talk.types("two")
    before = talk.sent()
    talk.hears({"re": first, "ok": True})
    third = talk.types("three")
    talk.breaks()
    talk.connect()
    talk.hears(welcome())
    again = talk.sent()
    assert [one["id"] for one in again] == [second, third]
    assert again[0] == before[1]


def test_a_house_too_busy_or_unsure_is_asked_again_with_the_same_id() -> None:
    talk = here()
    number = talk.types("hi")
    talk.sent()
    assert talk.hears({"re": number, "ok": False, "error": "unconfirmed", "why": "?"}) == []
    assert talk.sent() == []
    talk.waits(PAUSE)
    assert [one["id"] for one in talk.sent()] == [number]


def test_more_than_is_kept_is_refused_when_it_is_typed() -> None:
    talk = Talk()
    for _ in range(COUNT):
        talk.types("hi")
    with pytest.raises(TooMuchWaits):
        talk.types("hi")
    talk.connect()
    talk.hears(welcome())
    assert len(talk.sent()) == COUNT + 1  # and the question for the commands


def test_saying_goodbye_ends_it() -> None:
    talk = here()
    talk.view.quit("bye all")
    assert talk.sent() == [{"do": "quit", "id": "quit", "reason": "bye all"}]
    assert talk.hears({"is": "bye", "why": "Goodbye."}) == [Ended("Goodbye.")]
    assert talk.breaks() == []


def test_a_goodbye_that_is_not_answered_ends_with_the_connection() -> None:
    talk = here()
    talk.view.quit()
    assert talk.breaks() == [Ended("")]


def test_a_house_that_closes_is_come_back_to() -> None:
    talk = here()
    assert talk.hears({"is": "notice", "code": "shutdown", "text": "Closing."}) == [Noticed("shutdown", "Closing.")]
    assert talk.hears({"is": "bye", "why": ""}) == []
    assert talk.breaks() == [Disconnected("lost")]
    assert talk.connect()[0]["resume"] == {"lobby": ["e", 0]}


# -- the connection -----------------------------------------------------------------------------------------------------


def test_a_silent_connection_is_asked_for_a_sign_of_life_and_then_given_up() -> None:
    talk = here()
    assert talk.waits(SILENCE - 1) == []
    assert talk.sent() == []
    assert talk.waits(1) == []
    assert [one["do"] for one in talk.sent()] == ["ping"]
    assert talk.waits(1) == []
    assert talk.sent() == []
    assert talk.waits(PATIENCE - 1) == [Died()]


def test_any_line_is_a_sign_of_life() -> None:
    talk = here()
    talk.waits(SILENCE)
    talk.view.received(b"junk", talk.now)
    assert talk.waits(SILENCE - 1) == []
    talk.waits(1)
    assert len(talk.sent()) == 2


def test_after_a_break_every_room_goes_on_where_it_was() -> None:
    talk = here()
    talk.hears(entered("dev", 7), said(1), said(2), said(8, room="dev"))
    talk.breaks()
    (hello,) = talk.connect()
    assert hello["resume"] == {"lobby": ["e", 2], "dev": ["e", 8]}
    assert "rooms" not in hello
    found = talk.hears(welcome(resumed=True), entered(seq=3, resumed=True), said(3, "new"))
    assert found[:2] == [Welcomed("ann", "h", "Hello", again=True), RoomEntered("lobby", "", again=True)]
    assert shown(found) == ["new"]


def test_a_repeat_is_not_shown_and_a_gap_is_fetched() -> None:
    talk = here()
    talk.hears(said(1))
    assert talk.hears(said(1)) == []
    assert talk.hears(said(4, "four"), said(5, "five")) == []
    (ask,) = talk.sent()
    assert (ask["do"], ask["room"], ask["after"], ask["before"]) == ("history", "lobby", 1, 4)
    page = {"re": ask["id"], "ok": True, "is": "page", "room": "lobby", "entries": [said(2, "two"), said(3, "three")], "more": False}
    assert shown(talk.hears(page)) == ["two", "three", "four", "five"]
    assert talk.hears(page) == []


def test_what_cannot_be_fetched_is_said_to_be_missed() -> None:
    talk = here()
    talk.hears(said(4, "four"))
    (ask,) = talk.sent()
    found = talk.hears({"re": ask["id"], "ok": False, "error": "busy", "why": "No."})
    assert found[0] == EntriesMissed("lobby", 3)
    assert shown(found) == ["four"]


def test_the_houses_word_that_it_left_something_out_is_followed_up() -> None:
    talk = here()
    assert talk.hears({"is": "missed", "room": "lobby", "count": 5, "after": 0}) == []
    (ask,) = talk.sent()
    assert (ask["after"], ask["before"]) == (0, 6)


def test_a_gap_that_a_break_interrupts_is_filled_by_resuming() -> None:
    talk = here()
    talk.hears(said(4))
    talk.breaks()
    assert talk.connect()[0]["resume"] == {"lobby": ["e", 0]}
    talk.hears(welcome(), entered(seq=4, resumed=True))
    assert shown(talk.hears(said(1, "a"), said(2, "b"), said(3, "c"), said(4, "d"))) == ["a", "b", "c", "d"]


def test_a_line_that_makes_no_sense_costs_nothing() -> None:
    talk = here()
    for line in (b"", b"{", b"null", b'{"is":"said"}', b'{"re":{},"ok":true}', b"\xff" * 100):
        assert talk.view.received(line, 0.0) == []
    assert shown(talk.hears(said(1))) == ["hi"]


# -- what is known ------------------------------------------------------------------------------------------------------


def test_words_with_our_name_are_mentions_and_our_own_are_ours() -> None:
    talk = here()
    (mention,) = talk.hears(said(1, "hello ANN!"))
    (own,) = talk.hears(said(2, "I am ann", by="Ann"))
    assert isinstance(mention, EntryShown)
    assert isinstance(own, EntryShown)
    assert (mention.mention, mention.own) == (True, False)
    assert (own.mention, own.own) == (False, True)


def test_other_rooms_are_counted_until_looked_at() -> None:
    talk = here()
    talk.hears(entered("dev", 0), said(1, room="dev"), said(2, "ann?", room="dev"), said(3, by="ann", room="dev"), said(1))
    dev, lobby = talk.view.rooms["dev"], talk.view.rooms["lobby"]
    assert (dev.unread, dev.mentions, lobby.unread) == (2, 1, 0)
    talk.view.look("dev")
    assert (dev.unread, dev.mentions, talk.view.focus) == (0, 0, "dev")
    talk.hears(said(2))
    assert lobby.unread == 1


def test_a_room_we_asked_for_is_the_one_looked_at() -> None:
    talk = here()
    number = talk.types("/join dev")
    found = talk.hears(entered("dev", re=number, recent=[said(0 + 1, "before", room="dev")], seq=1))
    assert found[:2] == [Delivered(number), RoomEntered("dev", "", again=False)]
    assert [one.recent for one in found if isinstance(one, EntryShown)] == [True]
    assert talk.view.focus == "dev"
    assert talk.view.rooms["dev"].unread == 0


def test_leaving_a_room_turns_to_another() -> None:
    talk = here()
    talk.hears(entered("dev", re=None))
    talk.view.look("dev")
    assert talk.hears({"re": None, "ok": True, "is": "exited", "room": "dev"}) == [RoomLeft("dev")]
    assert talk.view.focus == "lobby"
    talk.hears({"re": None, "ok": True, "is": "exited", "room": "lobby"})
    assert talk.view.focus is None
    assert talk.types("hi")


def test_people_who_come_and_go_are_known() -> None:
    talk = here()
    joined = {"is": "joined", "room": "lobby", "after": 0, "at": AT, "id": "j", "by": "cy", "present": 3}
    assert PeopleChanged("lobby") in talk.hears(joined)
    renamed = {"is": "renamed", "rooms": ["lobby"], "at": AT, "id": "r", "by": "cy", "new": "cyd", "present": {"lobby": 3}}
    assert PeopleChanged("lobby") in talk.hears(renamed)
    assert talk.view.rooms["lobby"].names() == ("ann", "bob", "cyd")


def test_an_entry_of_the_house_is_shown_once_for_all_its_rooms() -> None:
    talk = here()
    talk.hears(entered("dev"))
    gone = {"is": "quit", "rooms": ["lobby", "dev", "secret"], "at": AT, "id": "q", "by": "bob"}
    found = talk.hears(gone | {"present": {"lobby": 1, "dev": 1, "secret": 1}, "reason": ""})
    assert [one.rooms for one in found if isinstance(one, EntryShown)] == [("lobby", "dev")]
    assert talk.hears(gone | {"present": {"lobby": 1}, "reason": ""}) == []


def test_our_own_new_name_is_ours_from_there_on_and_in_the_next_greeting() -> None:
    talk = here()
    number = talk.types("/nick anna")
    talk.hears({"re": number, "ok": True, "is": "nick", "you": "anna", "lines": []})
    assert talk.view.you == "anna"
    renamed = {"is": "renamed", "rooms": ["lobby"], "at": AT, "id": "r", "by": "anna", "new": "Anne", "present": {"lobby": 2}}
    (found, *_) = talk.hears(renamed)
    assert isinstance(found, EntryShown)
    assert isinstance(found.entry.event, Renamed)
    assert found.own
    talk.breaks()
    assert talk.connect()[0]["name"] == "Anne"


def test_a_private_conversation_is_kept_with_the_other() -> None:
    talk = here()
    (found,) = talk.hears(told("a", "Bob", "ann"))
    assert isinstance(found, EntryShown)
    assert (found.rooms, found.mention, found.own) == ((), True, False)
    assert talk.hears(told("a", "Bob", "ann")) == []
    talk.hears(told("b", "ann", "bob", "yes"))
    assert list(talk.view.conversations) == ["bob"]
    assert talk.view.conversations["bob"].unread == 1
    assert len(talk.view.conversations["bob"].entries) == 2


def test_a_topic_that_changes_is_known() -> None:
    talk = here()
    talk.hears({"is": "topic", "room": "lobby", "seq": 1, "at": AT, "id": "t", "by": "bob", "topic": "tea"})
    assert talk.view.rooms["lobby"].topic == "tea"


def test_an_acknowledgement_that_bears_its_entry_shows_it_once() -> None:
    talk = here()
    number = talk.types("/me waves")
    entry = said(1, "waves", by="ann") | {"manner": "act"}
    found = talk.hears({"re": number, "ok": True, "room": "lobby", "seq": 1, "id": entry["id"], "at": AT, "entry": entry}, entry)
    assert shown(found) == ["waves"]


def test_a_page_somebody_asked_for_is_shown_as_one() -> None:
    talk = here()
    number = talk.types("/history")
    page = {"re": number, "ok": True, "is": "page", "room": "lobby", "entries": [said(1)], "more": True}
    (read,) = talk.hears(page)
    assert isinstance(read, PageRead)
    assert (read.id, read.room, len(read.entries), read.more) == (number, "lobby", 1, True)


def test_what_was_said_earlier_is_asked_for_by_a_page_of_the_houses_size() -> None:
    talk = here()
    talk.view.limits = {"page": 50}
    number = talk.view.read_back("lobby", 40, 0.0)
    assert talk.sent() == [{"do": "history", "id": number, "room": "lobby", "before": 40, "count": 50}]


def test_a_conversation_follows_who_it_is_with_to_another_name() -> None:
    talk = here()
    talk.hears(entered(people=["ann", "bob"]), told("t1", "bob", "ann"))
    talk.hears({"is": "renamed", "rooms": ["lobby"], "at": AT, "id": "r1", "by": "bob", "new": "rob", "present": {"lobby": 2}})
    assert [(key, one.peer, one.unread) for key, one in talk.view.conversations.items()] == [("rob", "rob", 1)]
    talk.view.attend("ROB")
    assert talk.view.conversations["rob"].unread == 0


def test_a_starred_name_is_completed_without_typing_the_star() -> None:
    talk = here()
    talk.hears(entered("dev", re=talk.types("/join dev"), people=["ann", "*bob"]))
    assert talk.view.candidates("bo") == talk.view.candidates("*bo") == ["*bob: "]


def test_what_no_keyboard_makes_is_not_sent() -> None:
    assert as_typed("a\r\nb\rc\0d\ud800") == "a\nb\ncd?"


def test_what_may_be_completed_is_names_commands_and_rooms() -> None:
    talk = here()
    commands = [{"verb": "join"}, {"verb": "me"}, {"verb": "msg"}, {"verb": "\x1b"}, 5]
    talk.hears({"re": "help", "ok": True, "is": "help", "commands": commands, "lines": []}, entered("dev"))
    assert talk.view.candidates("B") == ["bob: "]
    assert talk.view.candidates("hello b") == ["bob "]
    assert talk.view.candidates("/m") == ["/me ", "/msg "]
    assert talk.view.candidates("/join ") == ["dev", "lobby"]
    assert talk.view.candidates("/join d") == ["dev"]
    assert talk.view.candidates("a") == []
    assert talk.view.candidates("") == []


def test_what_a_house_can_make_us_remember_is_bounded() -> None:
    talk = here()
    for number in range(ROOMS + 5):
        talk.hears(entered(f"r{number}"))
    assert len(talk.view.rooms) == ROOMS
    for number in range(CONVERSATIONS + 5):
        talk.hears(told(f"t{number}", f"p{number}", "ann"))
    assert len(talk.view.conversations) == CONVERSATIONS
    assert "p0" not in talk.view.conversations


# -- with the house itself ----------------------------------------------------------------------------------------------


class Client:
    """Be a view at the native door of a house in memory."""

    def __init__(self, world: World, name: str = "ann", **options: Any) -> None:
        self.world = world
        self.view = View(KEY + name, name, **options)
        self.happened: list[Happening] = []
        self.person: Person | None = None

    def comes(self) -> Client:
        self.person = self.world.connect(self.world.native)
        self.view.connected(self.world.clock.seconds())
        return self.goes_on()

    def goes_on(self) -> Client:
        for _ in range(10):
            if self.person is not None:
                out = self.view.outgoing()
                if out:
                    self.person.sends(out)
                for line in self.person.lines():
                    self.happened.extend(self.view.received(line.encode(), self.world.clock.seconds()))
        return self

    def types(self, text: str) -> None:
        self.view.typed(text, self.world.clock.seconds())
        self.goes_on()

    def loses_the_connection(self) -> None:
        assert self.person is not None
        self.person.leaves()
        self.person = None
        self.happened.extend(self.view.disconnected("lost"))

    def words(self) -> list[str]:
        found = shown(self.happened)
        self.happened.clear()
        return found


def test_two_people_talk_and_each_reads_the_same_order() -> None:
    world = World()
    ann, bob = Client(world, "ann").comes(), Client(world, "bob").comes()
    ann.types("hi bob")
    bob.goes_on().types("hi ann")
    ann.goes_on()
    assert ann.words() == bob.words() == ["hi bob", "hi ann"]
    assert ann.view.waiting == bob.view.waiting == 0
    assert ann.view.rooms["lobby"].names() == ("ann", "bob")


def test_a_connection_lost_before_the_answer_neither_loses_nor_doubles_what_was_said() -> None:
    world = World()
    ann, bob = Client(world, "ann").comes(), Client(world, "bob").comes()
    ann.view.typed("once", 0.0)
    assert ann.person is not None
    ann.person.sends(ann.view.outgoing())
    ann.loses_the_connection()
    ann.view.typed("and then", 0.0)
    bob.types("meanwhile")
    ann.comes()
    bob.goes_on()
    assert bob.words() == ["once", "meanwhile", "and then"]
    assert ann.words() == ["once", "meanwhile", "and then"]
    assert ann.view.waiting == 0


def test_nobody_sees_a_short_break() -> None:
    world = World()
    ann, bob = Client(world, "ann").comes(), Client(world, "bob").comes()
    bob.happened.clear()
    ann.loses_the_connection()
    world.rest(5.0)
    ann.comes()
    assert bob.goes_on().happened == []


def test_a_long_break_resumes_without_a_gap_or_a_repeat() -> None:
    world = World()
    ann, bob = Client(world, "ann").comes(), Client(world, "bob").comes()
    bob.types("before")
    ann.goes_on().words()
    ann.loses_the_connection()
    world.rest(60.0)
    for number in range(50):
        bob.types(str(number))
    ann.comes()
    assert ann.words() == [str(number) for number in range(50)]


def test_more_missed_than_the_house_sends_again_is_fetched_as_far_as_a_page_goes() -> None:
    world = World(resume=10, page=20)
    ann, bob = Client(world, "ann").comes(), Client(world, "bob").comes()
    ann.loses_the_connection()
    for number in range(100):
        bob.types(str(number))
    ann.comes()
    missed = [one.count for one in ann.happened if isinstance(one, EntriesMissed)]
    words = ann.words()
    assert sum(missed) + len(words) == 100
    assert words == [str(number) for number in range(100 - len(words), 100)]


def test_commands_are_known_from_the_houses_own_help() -> None:
    ann = Client(World()).comes()
    assert ann.view.candidates("/to") == ["/topic "]


def test_every_kind_of_answer_is_taken_from_the_house() -> None:
    world = World()
    ann, bob = Client(world, "ann").comes(), Client(world, "bob").comes()
    for line in (
        "/who",
        "/rooms",
        "/topic tea",
        "/join dev",
        "/me waves",
        "/history",
        "/msg bob psst",
        "/nick anna",
        "/leave",
        "/nope",
    ):
        ann.types(line)
    assert ann.view.waiting == 0
    kinds = {type(one) for one in ann.happened}
    assert kinds >= {Answered, Delivered, Denied, EntryShown, PageRead, RoomEntered, RoomLeft}
    assert ann.view.you == "anna"
    assert bob.goes_on().words() == ["psst"]


def test_what_is_removed_is_emptied_in_all_a_client_remembers() -> None:
    world = World()
    ann, bob = Client(world, "ann").comes(), Client(world, "bob").comes()
    for line in ("one", "two", "/msg bob psst", "/remove 1", "/remove private"):
        ann.types(line)
    bob.goes_on()
    kinds = [type(entry.event) for entry in bob.view.rooms["lobby"].entries if entry.kept]
    assert kinds == [Erased, Said, Removed]
    assert [type(entry.event) for entry in bob.view.conversations["ann"].entries] == [Erased]
    told = [one.rooms for one in bob.happened if isinstance(one, EntryShown) and isinstance(one.entry.event, Removed)]
    assert told == [("lobby",), ()]


def test_a_newcomer_turned_away_at_the_door_is_told_the_sentence() -> None:
    talk = Talk()
    talk.connect()
    assert talk.hears({"is": "bye", "why": "You are banned."}) == [TurnedAway("turned-away", "You are banned.")]
    assert talk.breaks() == []


def test_somebody_put_out_of_the_house_does_not_come_back_by_themselves() -> None:
    talk = here()
    why = "You were put out by ann. You may come back."
    assert talk.hears({"is": "bye", "why": why}) == [TurnedAway("turned-away", why)]
    assert talk.breaks() == []


def test_somebody_turned_away_for_the_same_reason_again_does_not_try_for_ever() -> None:
    talk = here()
    talk.breaks()
    talk.connect()
    assert talk.hears({"is": "bye", "why": "You are banned."}) == [Noticed("bye", "You are banned.")]
    talk.breaks()
    talk.connect()
    assert talk.hears({"is": "bye", "why": "You are banned."}) == [TurnedAway("turned-away", "You are banned.")]


def test_a_door_closed_for_a_while_is_tried_for_a_while_and_told_once() -> None:
    talk = here()
    talk.breaks()
    told: list[Happening] = []
    for attempt in range(ATTEMPTS + 1):
        talk.connect()
        told += talk.hears({"is": "bye", "why": f"Too many of you, {ATTEMPTS - attempt} to go."})
        talk.breaks()
    assert [type(one) for one in told] == [Noticed] * ATTEMPTS + [TurnedAway]


def test_what_our_person_has_seen_is_told_to_the_house_now_and_then_and_before_leaving() -> None:
    talk = here()
    talk.hears(said(1), said(2))
    talk.view.saw("lobby")
    talk.view.saw("nowhere")
    talk.view.saw_private()
    assert talk.sent() == []
    talk.waits(2.0)
    assert talk.sent() == [{"do": "seen", "id": "seen", "room": "lobby", "seq": 2}]
    talk.hears({"re": "seen", "ok": True}, said(3))
    talk.view.saw("lobby")
    talk.view.quit()
    assert [one["do"] for one in talk.sent()] == ["seen", "quit"]


def test_private_words_that_were_seen_are_told_too_and_a_room_that_was_left_is_not() -> None:
    talk = Talk()
    talk.connect()
    talk.hears(welcome(inbox=["e", 4]), entered(), told("t1", "bob", "ann") | {"seq": 5}, said(1))
    talk.sent()
    talk.view.saw("lobby")
    talk.view.saw_private()
    talk.hears({"re": None, "ok": True, "is": "exited", "room": "lobby"})
    talk.waits(2.0)
    assert talk.sent() == [{"do": "seen", "id": "seen", "room": "@", "seq": 5}]


def test_a_machine_tells_nothing_of_what_it_has_seen() -> None:
    talk = here(bot=True)
    talk.hears(said(1))
    talk.view.saw("lobby")
    talk.waits(2.0)
    assert talk.sent() == []


def test_a_page_of_a_conversation_tells_whose_it_is_and_where_to_go_on() -> None:
    talk = here()
    talk.view.limits = {"page": 50}
    number = talk.view.read_back_with("bob", 0, 0.0)
    assert talk.sent() == [{"do": "history", "id": number, "with": "bob", "count": 50}]
    page = {"re": number, "ok": True, "is": "page", "with": "bob", "entries": [told("t1", "bob", "ann")], "more": True, "before": 7}
    (read,) = talk.hears(page)
    assert isinstance(read, PageRead)
    assert (read.peer, read.before, len(read.entries), read.more) == ("bob", 7, 1, True)
