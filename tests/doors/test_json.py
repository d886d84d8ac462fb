"""The native door: what is malformed is named, what is hostile is bounded, and the connection survives what it can."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatroom.testing import Person, World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def bot(world: World) -> Person:
    return world.program("bot")


def error(person: Person, raw: bytes) -> tuple[Any, str, str]:
    person.sends(raw + b"\n")
    (answer,) = person.objects()
    assert answer["ok"] is False
    return answer["re"], answer["error"], answer["why"]


@pytest.mark.parametrize(
    ("raw", "ref", "code"),
    [
        (b"hello", None, "not-json"),
        (b"{", None, "not-json"),
        (b'{"do":"say"', None, "not-json"),
        (b"[]", None, "not-an-object"),
        (b"5", None, "not-an-object"),
        (b"null", None, "not-an-object"),
        (b'{"id":1}', 1, "bad-verb"),
        (b'{"do":"","id":"x"}', "x", "bad-verb"),
        (b'{"do":["say"],"id":1}', 1, "bad-verb"),
        (b'{"do":"%s","id":1}' % (b"x" * 33), 1, "bad-verb"),
        (b'{"do":"ping","id":true}', None, "bad-id"),
        (b'{"do":"ping","id":""}', None, "bad-id"),
        (b'{"do":"ping","id":1.5}', None, "bad-id"),
        (b'{"do":"ping","id":"%s"}' % (b"x" * 129), None, "bad-id"),
        (b'{"do":"ping","do":"quit"}', None, "key-twice"),
        (b'{"do":"say","text":NaN}', None, "bad-number"),
        (b'{"do":"say","text":"\\ud800"}', None, "bad-character"),
        (b'{"do":"say","text":"\\u0000"}', None, "bad-character"),
        (b'{"do":"say","text":"\xff"}', None, "not-utf8"),
        (b"[" * 5000, None, "too-deep"),
        (b'{"do":' + b'{"a":' * 20 + b"1" + b"}" * 21, None, "too-deep"),
        (b'{"do":"line","id":3}', 3, "malformed"),
        (b'{"do":"line","id":3,"text":5}', 3, "malformed"),
        (b'{"do":"nonsense","id":4}', 4, "unknown-command"),
        (b'{"do":"hlep","id":4}', 4, "unknown-command-near-miss"),
        (b"x" * 20_000, None, "line-too-long"),
        (b'{"do":"say","room":5,"text":"x","id":5}', 5, "wrong-usage"),
        (b'{"do":"history","room":"lobby","count":-1,"id":6}', 6, "wrong-usage"),
    ],
)
def test_what_cannot_be_done_is_named_and_the_connection_lives(world: World, bot: Person, raw: bytes, ref: Any, code: str) -> None:
    found, named, why = error(bot, raw)
    assert (found, named) == (ref, code)
    assert why.endswith((".", "?")) or "Usage: /" in why
    bot.asks("ping", "alive")
    assert bot.objects() == [{"re": "alive", "ok": True}]


def test_refusals_come_in_their_turn_among_other_replies(world: World, bot: Person) -> None:
    bot.sends(b'{"do":"say","id":1,"room":"lobby","text":"x"}\nnot json\n{"do":"say","id":2,"room":"lobby","text":"y"}\n')
    assert [one["re"] for one in bot.objects()] == [1, None, 2]


def test_blank_lines_and_carriage_returns_are_nothing(world: World, bot: Person) -> None:
    bot.sends(b'\n\r\n  \t\r\n {"do":"ping","id":1} \r\n\n')
    assert bot.objects() == [{"re": 1, "ok": True}]


def test_who_never_makes_sense_before_having_a_name_is_cut_off(world: World) -> None:
    one = world.connect(world.native)
    one.sends(b"GET / HTTP/1.1\r\nHost: x\r\n" + b"junk\n" * 50)
    answers = one.objects()
    assert len(answers) == world.hub.limits.tries + 1
    assert answers[-1]["is"] == "bye"
    assert one.wire.lost


def test_who_has_a_name_may_make_mistakes(world: World, bot: Person) -> None:
    bot.sends(b"junk\n" * 100)
    assert len(bot.objects()) == 100
    assert not bot.wire.lost


def test_a_typed_line_is_understood_as_at_the_line_door(world: World, bot: Person) -> None:
    ann = world.person("ann")
    for text in ("hello", "/me waves", "/topic tea", "//slash"):
        bot.asks("line", 1, text=text, room="lobby")
    ann.hears("bot: hello", "* bot waves", "-- bot changed the topic to: tea", "bot: /slash")


def test_a_typed_line_goes_to_the_room_its_writer_looks_at(world: World) -> None:
    bot, ann = world.program("bot", rooms=["dev", "lobby"]), world.person("ann")
    bot.asks("line", 1, text="to the lobby", room="lobby")
    bot.asks("line", 2, text="to dev", room="dev")
    bot.asks("line", 3, text="/topic x", room="dev")
    ann.hears("bot: to the lobby")
    assert world.hub.rooms["dev"].topic.text == "x"


@given(st.binary(max_size=400))
def test_any_bytes_are_answered_with_objects_and_hurt_nobody(raw: bytes) -> None:
    world = World()
    ann, bot = world.person("ann"), world.program("bot")
    ann.lines()
    bot.sends(raw + b"\n")
    for one in bot.objects():
        assert "ok" in one or "is" in one
    assert world.house.figures.faults == 0
    ann.types("still here")
    assert not ann.wire.lost


FIELDS = [
    *("room", "text", "to", "name", "topic", "count", "before", "after"),
    *("message", "resume", "rooms", "key", "bot", "id"),
]
fields = st.dictionaries(
    st.sampled_from(FIELDS),
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.lists(st.text(max_size=5), max_size=3) | st.just("lobby"),
    max_size=5,
)
verbs = st.sampled_from([*World().hub.verbs, "names", "part", "msg", "kick", "line"])


@given(st.lists(st.tuples(verbs, fields), max_size=12))
def test_any_objects_are_answered_with_objects_and_hurt_nobody(requests: list[tuple[str, dict[str, Any]]]) -> None:
    world = World()
    ann = world.person("ann")
    bot = world.connect(world.native)
    for verb, some in [("hello", {"name": "bot"}), *requests]:
        bot.sends(json.dumps({"do": verb, **some}).encode() + b"\n")
    bot.objects()
    assert world.house.figures.faults == 0
    ann.lines()
    ann.types("/who")
    assert ann.lines()[-1].startswith("lobby (")
