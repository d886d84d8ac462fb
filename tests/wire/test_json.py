"""The native protocol as the server reads and writes it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from chatroom.core.errors import LineTooLong, NameTaken, Refused
from chatroom.core.events import (
    INBOX,
    Author,
    Ejected,
    Entry,
    Event,
    Invited,
    Joined,
    Left,
    Manner,
    Muted,
    Ordered,
    PutOut,
    Quit,
    Renamed,
    RoleChanged,
    RoomBanned,
    RoomClosed,
    RoomOpened,
    RoomSet,
    RoomUnbanned,
    Said,
    Told,
    TopicChanged,
    Unmuted,
    WentAway,
    Whispered,
)
from chatroom.core.limits import DEFAULT
from chatroom.core.replies import (
    Answer,
    Denied,
    Done,
    Entered,
    Exited,
    Missed,
    Notice,
    Page,
    Ref,
    Reply,
    RoomView,
    Welcome,
)
from chatroom.core.request import Request
from chatroom.wire.heard import (
    Acknowledged,
    Bye,
    Heard,
    Refusal,
    Strange,
    request,
    understand,
)
from chatroom.wire.json import JsonDialect, described, dumps, parse
from chatroom.wire.moment import stamp

ANN = Author("ann")
AT = 1_763_697_600.123
DIALECT = JsonDialect()
DOCS = Path(__file__).parents[2] / "docs"
SCHEMA = Draft202012Validator(
    {"$ref": "#/$defs/said", "$defs": json.loads((DOCS / "protocol.schema.json").read_text("utf-8"))["$defs"]}
)


def said(text: str = "hi", manner: Manner = "say", seq: int = 1) -> Entry:
    return Entry("dev", seq, AT, f"id{seq}", Said(ANN, text, manner))


# -- requests -----------------------------------------------------------------------------------------------------------


def test_a_request_is_its_verb_its_id_and_its_fields() -> None:
    assert parse(b'{"do":"say","id":7,"room":"dev","text":"hi"}', DEFAULT) == Request(
        "say", fields={"room": "dev", "text": "hi"}, ref=7
    )


@pytest.mark.parametrize("id", ["a", "x" * 128, 0, -5, 2**53 - 1])
def test_an_id_is_a_text_or_a_whole_number(id: Ref) -> None:
    assert parse(dumps({"do": "say", "id": id}), DEFAULT).ref == id


def test_an_id_that_is_null_is_an_id_left_out() -> None:
    assert parse(b'{"do":"say","id":null}', DEFAULT).ref is None


@pytest.mark.parametrize("id", [b"true", b"1.5", b"[]", b"{}", b'""', b'"' + b"x" * 129 + b'"'])
def test_anything_else_is_no_id(id: bytes) -> None:
    assert refused(b'{"do":"say","id":' + id + b"}").code == "bad-id"


@pytest.mark.parametrize("do", [b"", b',"do":1', b',"do":null', b',"do":""', b',"do":"' + b"x" * 33 + b'"'])
def test_a_request_without_a_verb_is_refused_under_its_id(do: bytes) -> None:
    why = refused(b'{"id":"a"' + do + b"}")
    assert (why.code, why.fields["ref"]) == ("bad-verb", "a")


def test_a_line_too_long_is_refused_before_it_is_read() -> None:
    with pytest.raises(LineTooLong):
        parse(b"{" * (DEFAULT.line + 1), DEFAULT)
    full = b'{"do":"say","text":"' + b"x" * (DEFAULT.line - 22) + b'"}'
    assert len(full) == DEFAULT.line
    assert parse(full, DEFAULT).verb == "say"


def refused(line: bytes) -> Refused:
    with pytest.raises(Refused) as caught:
        parse(line, DEFAULT)
    return caught.value


@given(st.text(max_size=32).filter(bool), st.none() | st.integers(0, 2**53 - 1), st.text())
def test_the_server_reads_what_a_client_writes(do: str, id: int | None, text: str) -> None:
    line = request(do, id, text=text, room=None)
    assert line.count(b"\n") == 1
    if "\0" in text or "\r" in text or "\0" in do or "\r" in do:
        return
    assert parse(line[:-1], DEFAULT) == Request(do, fields={"text": text}, ref=id)


# -- entries ------------------------------------------------------------------------------------------------------------

texts = st.text(max_size=20)
names = st.text(min_size=1, max_size=20)
counts = st.integers(0, 10_000)
authors = st.builds(Author, names)
manners: st.SearchStrategy[Manner] = st.sampled_from(["say", "act", "notice"])
presents = st.dictionaries(names, counts, max_size=3).map(lambda found: tuple(found.items()))
room_events: st.SearchStrategy[Event] = st.one_of(
    st.builds(RoomOpened, authors),
    st.builds(Said, authors, texts, manners),
    st.builds(TopicChanged, authors, texts),
    st.builds(Joined, authors, counts),
    st.builds(Left, authors, counts, texts),
    st.builds(RoomSet, authors, names, names),
    st.builds(RoleChanged, authors, authors, st.sampled_from(["operator", "voice"]), st.booleans()),
    st.builds(RoomBanned, authors, texts, counts, texts),
    st.builds(RoomUnbanned, authors, texts),
    st.builds(RoomClosed, authors, texts),
    st.builds(Ejected, authors, authors, counts, texts),
)
house_events: st.SearchStrategy[Event] = st.one_of(
    st.builds(Renamed, authors, presents, names),
    st.builds(Quit, authors, presents, texts),
    st.builds(WentAway, authors, presents, texts),
    st.builds(PutOut, authors, presents, authors, texts),
    st.builds(Ordered, authors, texts, texts),
    st.builds(Whispered, authors, authors),
    st.builds(Muted, authors, presents, texts, names, counts, texts),
    st.builds(Unmuted, authors, presents, texts, names),
)
times = st.integers(0, 4_000_000_000_000).map(lambda ms: ms / 1000)
entries = st.one_of(
    st.builds(Entry, names, counts, times, names, room_events),
    st.builds(Entry, st.just(""), st.just(0), times, names, house_events),
    st.builds(Entry, st.just(INBOX), counts, times, names, st.builds(Told, authors, authors, texts, manners)),
    st.builds(Entry, st.just(INBOX), counts, times, names, st.builds(Invited, authors, authors, names)),
)


@given(entries)
def test_a_client_understands_every_entry_as_it_was_meant(entry: Entry) -> None:
    line = DIALECT.entry(entry, entry.log)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert understand(line[:-1]) == entry
    SCHEMA.validate(json.loads(line))


@given(texts, manners, names)
def test_the_quick_way_to_write_words_is_the_same_as_the_slow_one(text: str, manner: Manner, room: str) -> None:
    entry = Entry(room, 9, AT, "id", Said(ANN, text, manner))
    assert DIALECT.entry(entry, room) == dumps(described(entry))


def test_words_look_like_this() -> None:
    assert DIALECT.entry(said('a "b"\n\x1b é\u2028'), "dev").decode() == (
        '{"is":"said","room":"dev","seq":1,"at":"2025-11-21T04:00:00.123Z","id":"id1","by":"ann",'
        '"text":"a \\"b\\"\\n\\u001b é\u2028"}\n'
    )


def test_half_a_character_costs_nobody_their_room() -> None:
    assert understand(DIALECT.entry(said("a\ud800b"), "dev")[:-1]) == said("a?b")


def test_an_entry_of_the_house_names_its_rooms_and_has_no_seq() -> None:
    entry = Entry("", 5, AT, "x", Renamed(ANN, (("dev", 2), ("lobby", 3)), "anne"))
    found = json.loads(DIALECT.entry(entry, "dev"))
    assert found["rooms"] == ["dev", "lobby"]
    assert found["present"] == {"dev": 2, "lobby": 3}
    assert not {"seq", "after", "room"} & set(found)


def test_what_is_on_record_names_no_room_and_has_no_seq() -> None:
    found = json.loads(DIALECT.entry(Entry("", 5, AT, "x", Ordered(ANN, "console 192.0.2.1", "kick bob")), ""))
    assert found == {
        "is": "ordered",
        "at": stamp(AT),
        "id": "x",
        "by": "ann",
        "where": "console 192.0.2.1",
        "what": "kick bob",
    }


def test_a_passing_entry_has_the_last_kept_seq_before_it() -> None:
    found = json.loads(DIALECT.entry(Entry("dev", 5, AT, "x", Joined(ANN, 2)), "dev"))
    assert found["after"] == 5
    assert "seq" not in found


def test_what_is_told_in_private_names_no_inbox() -> None:
    entry = Entry("@secret", 5, AT, "x", Told(ANN, Author("bob"), "psst"))
    line = DIALECT.private(entry, own=False)
    assert b"secret" not in line
    assert understand(line[:-1]) == replace(entry, log=INBOX)


# -- replies ------------------------------------------------------------------------------------------------------------

WELCOME = Welcome(4, "ann", "guest", "house", {"text": 9}, "Hello", True)
VIEW = RoomView("dev", "e1", 3, "a topic", ("ann", "bob"))


@pytest.mark.parametrize(
    ("reply", "heard"),
    [
        (Done(1, "say", (said(),)), Acknowledged(1, "dev", 1, "id1")),
        (Done(1, "say", (said(),), repeated=True), Acknowledged(1, "dev", 1, "id1", repeated=True)),
        (Done(1, "me", (said("waves", "act"),)), Acknowledged(1, "dev", 1, "id1", entry=said("waves", "act"))),
        (Done("q", "quit"), Acknowledged("q")),
        (Denied(2, "nick", NameTaken(name="bob")), Refusal(2, "name-taken", "bob is taken. Choose another name.")),
        (Denied(None, "nick", NameTaken(name="bob")), Refusal(None, "name-taken", "bob is taken. Choose another name.")),
        (Answer(3, "who", {"room": "dev"}, ("dev: ann",)), Answer(3, "who", {"room": "dev"}, ("dev: ann",))),
        (
            Welcome(4, "ann", "guest", "house", {"text": 9}, "Hello", True),
            Welcome(4, "ann", "guest", "house", {"text": 9}, "Hello", True),
        ),
        (Entered(None, VIEW, (said(), said(seq=2)), 4, True), Entered(None, VIEW, (said(), said(seq=2)), 4, True)),
        (Exited(5, "dev"), Exited(5, "dev")),
        (Page(6, "history", "dev", (said(),), True), Page(6, "history", "dev", (said(),), True)),
        (Page(6, "history", "@secret", (), False), Page(6, "history", INBOX, (), False)),
        (Missed(None, "dev", 5, 2), Missed(None, "dev", 5, 2)),
        (Notice(None, "shutdown", "Goodbye."), Notice(None, "shutdown", "Goodbye.")),
    ],
)
def test_a_client_understands_every_reply(reply: Reply, heard: Heard) -> None:
    line = DIALECT.reply(reply)
    assert line.count(b"\n") == 1
    assert b"secret" not in line
    assert understand(line[:-1]) == heard
    SCHEMA.validate(json.loads(line))


def test_what_was_done_without_an_id_is_not_answered() -> None:
    assert DIALECT.reply(Done(None, "say", (said(),))) == b""


def test_the_fields_of_an_answer_cannot_pass_for_the_answers_own() -> None:
    found = json.loads(DIALECT.reply(Answer(1, "who", {"re": 9, "ok": False, "is": "bye", "lines": 0}, ("a",))))
    assert found == {"re": 1, "ok": True, "is": "who", "lines": ["a"]}


def test_an_answer_may_hold_entries() -> None:
    found = json.loads(DIALECT.reply(Answer(1, "search", {"found": [said()]})))
    assert found["found"][0]["text"] == "hi"


def test_the_last_line_says_why() -> None:
    assert understand(DIALECT.farewell("Goodbye.")[:-1]) == Bye("Goodbye.")
    SCHEMA.validate(json.loads(DIALECT.farewell("")))


def test_all_who_speak_json_share_what_is_rendered() -> None:
    assert JsonDialect() == DIALECT
    assert hash(JsonDialect()) == hash(DIALECT)


def test_a_line_that_is_no_reply_of_ours_is_strange() -> None:
    assert isinstance(understand(b"hello"), Strange)
