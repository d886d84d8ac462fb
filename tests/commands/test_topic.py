"""Topics."""

from __future__ import annotations

from chatroom.testing import Person, World


def test_everybody_in_the_room_is_told_the_new_topic(ann: Person, bob: Person) -> None:
    ann.types("/topic  tea \t and  cake ")
    ann.hears("-- You changed the topic to: tea and cake")
    bob.hears("-- ann changed the topic to: tea and cake")


def test_the_topic_is_shown_on_entering_and_on_asking(ann: Person, bob: Person) -> None:
    ann.types("/topic tea")
    bob.lines()
    bob.types("/topic", "/leave", "/join lobby")
    assert bob.lines()[0] == "The topic of lobby is: tea"
    bob.types("/join lobby")
    bob.hears("-- You are in lobby (2 here: ann, bob). Topic: tea")


def test_a_topic_can_be_cleared(ann: Person, bob: Person) -> None:
    ann.types("/topic tea", "/topic -", "/topic")
    ann.hears("-- You changed the topic to: tea", "-- You cleared the topic.", "lobby has no topic. /topic TEXT sets one.")


def test_each_room_has_its_own(ann: Person) -> None:
    ann.types("/topic one", "/join dev", "/topic two")
    ann.lines()
    ann.types("/topic", "/join lobby", "/topic")
    ann.hears("The topic of dev is: two", "-- You are in lobby (1 here: ann). Topic: one", "The topic of lobby is: one")


def test_a_program_is_told_who_set_it(ann: Person, bot: Person) -> None:
    ann.types("/topic tea")
    bot.objects()
    bot.asks("topic", 1, room="lobby")
    (answer,) = bot.objects()
    assert (answer["topic"], answer["by"]) == ("tea", "ann")


def test_a_topic_cannot_forge_a_line(ann: Person, bot: Person) -> None:
    bot.asks("topic", 1, room="lobby", topic="x\nbob: forged\x1b[2J")
    ann.hears("-- bot changed the topic to: x bob: forged␛[2J")


def test_a_topic_keeps_the_formatting_that_python_takes_for_blanks(bob: Person, bot: Person) -> None:
    bob.types("/topic  \x1dtea\x1d  and \x1fcake")
    bot.objects()
    assert bot.answer("topic", room="lobby")["topic"] == "\x1dtea\x1d and \x1fcake"


def test_at_a_console_a_room_may_be_named_first() -> None:
    world = World()
    ann, host = world.program("ann", rooms=["dev", "lobby"]), world.host()
    assert host.answer("topic", topic="#dev tea at four")["ok"]
    assert host.answer("topic", topic="#dev")["topic"] == "tea at four"
    assert host.answer("topic", topic="for all")["ok"]
    assert host.answer("topic", topic="#nowhere x")["error"] == "no-such-room"
    assert [(room.name, room.topic.text) for room in world.hub.rooms.values()] == [("lobby", "for all"), ("dev", "tea at four")]
    assert ann.answer("topic", topic="#1 rule: be kind")["ok"]
    assert world.hub.rooms["lobby"].topic.text == "#1 rule: be kind"


def test_what_a_console_sets_stands_in_the_record_and_what_people_set_does_not() -> None:
    world = World()
    ann, host = world.person("ann"), world.host()
    ann.types("/topic cake")
    host.answer("topic", topic="#lobby tea at four")
    told = host.answer("topic", topic="-")
    assert "entries" not in told or len(told["entries"]) == 1, told
    lines = host.answer("audit")["lines"]
    assert [line.rpartition("): ")[2] for line in lines] == ["topic of #lobby: tea at four", "topic of #lobby: -"]
    assert ann.lines()[-1] == "-- host cleared the topic"
