from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatroom.core.events import (
    KINDS,
    NOBODY,
    Author,
    Ejected,
    Erased,
    Event,
    Invited,
    Joined,
    Left,
    Muted,
    Ordered,
    PutOut,
    Quit,
    Removed,
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
from chatroom.wire.record import FIELDS, UNREADABLE, decode, encode, unreadable

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
authors = st.builds(Author, texts, st.none() | texts)
manners = st.sampled_from(["say", "act", "notice"])
counts = st.integers(0, 20_000)
presences = st.lists(st.tuples(texts, counts), max_size=4).map(tuple)
events: st.SearchStrategy[Event] = st.one_of(
    st.builds(RoomOpened, authors),
    st.builds(Said, authors, texts, manners),
    st.builds(TopicChanged, authors, texts),
    st.builds(Told, authors, authors, texts, manners),
    st.builds(Joined, authors, counts),
    st.builds(Left, authors, counts, texts),
    st.builds(Renamed, authors, presences, texts),
    st.builds(Quit, authors, presences, texts),
    st.builds(WentAway, authors, presences, texts),
    st.builds(PutOut, authors, presences, authors, texts),
    st.builds(Ordered, authors, texts, texts),
    st.builds(Removed, authors, st.lists(texts, max_size=4).map(tuple)),
    st.builds(Erased, authors),
    st.builds(Whispered, authors, authors),
    st.builds(RoomSet, authors, texts, texts),
    st.builds(RoleChanged, authors, authors, st.sampled_from(["operator", "voice"]), st.booleans()),
    st.builds(RoomBanned, authors, texts, counts, texts),
    st.builds(RoomUnbanned, authors, texts),
    st.builds(RoomClosed, authors, texts),
    st.builds(Invited, authors, authors, texts),
    st.builds(Ejected, authors, authors, counts, texts),
    st.builds(Muted, authors, presences, texts, texts, counts, texts),
    st.builds(Unmuted, authors, presences, texts, texts),
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(events)
def test_what_is_read_is_what_was_written(event: Event) -> None:
    kind, body = encode(event)
    assert decode(kind, body) == event
    assert body.encode()


def test_every_kind_can_be_written() -> None:
    assert FIELDS.keys() == KINDS.keys()


@pytest.mark.parametrize(
    ("event", "kind", "body"),
    [
        (Said(Author("ann"), "hi"), "said", '{"by":"ann","text":"hi"}'),
        (Said(Author("ann", "m1"), "grüßt", "act"), "said", '{"by":["ann","m1"],"text":"grüßt","manner":"act"}'),
        (Told(Author("ann"), Author("bob", "m2"), "psst"), "told", '{"by":"ann","to":["bob","m2"],"text":"psst"}'),
        (TopicChanged(Author("ann"), ""), "topic", '{"by":"ann","topic":""}'),
        (RoomOpened(Author("ann")), "opened", '{"by":"ann"}'),
        (Left(Author("ann"), 2), "left", '{"by":"ann","present":2}'),
        (Quit(Author("ann"), (("lobby", 1),), "bye"), "quit", '{"by":"ann","present":[["lobby",1]],"reason":"bye"}'),
        (Ordered(Author("ada", "m1"), "console", "kick bob"), "ordered", '{"by":["ada","m1"],"where":"console","what":"kick bob"}'),
        (PutOut(Author("ada"), (("lobby", 1),), Author("bob")), "kicked", '{"by":"ada","present":[["lobby",1]],"who":"bob"}'),
    ],
)
def test_what_older_versions_wrote_stays_as_it_was(event: Event, kind: str, body: str) -> None:
    assert encode(event) == (kind, body)
    assert decode(kind, body) == event


def test_half_a_character_is_not_written() -> None:
    with pytest.raises(UnicodeEncodeError):
        encode(Said(Author("ann"), "\ud800"))


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("said", ""),
        ("said", "{"),
        ("said", "[]"),
        ("said", "{}"),
        ("said", '{"by":"ann"}'),
        ("said", '{"by":"ann","text":1}'),
        ("said", '{"by":"ann","text":null}'),
        ("said", '{"by":"ann","text":"\\ud800"}'),
        ("said", '{"by":["ann"],"text":"hi"}'),
        ("said", '{"by":["ann",null],"text":"hi"}'),
        ("said", '{"by":"ann","text":"hi","manner":"shout"}'),
        ("said", '{"by":"ann","text":"hi","manner":[]}'),
        ("joined", '{"by":"ann","present":true}'),
        ("joined", '{"by":"ann","present":-1}'),
        ("joined", '{"by":"ann","present":1e3}'),
        ("joined", '{"by":"ann","present":99999999999}'),
        ("joined", '{"by":"ann","present":' + "9" * 5000 + "}"),
        ("quit", '{"by":"ann","present":{"lobby":1}}'),
        ("quit", '{"by":"ann","present":[["lobby"]]}'),
        ("quit", '{"by":"ann","present":["ab"]}'),
        ("said", "[" * 100_000),
        ("sung", '{"by":"ann","text":"hi"}'),
        ("", "null"),
    ],
)
def test_a_broken_row_becomes_words_that_say_so(kind: str, body: str) -> None:
    assert decode(kind, body) == Said(NOBODY, UNREADABLE, "notice")
    assert decode(kind, body, inbox=True) == Told(NOBODY, NOBODY, UNREADABLE, "notice")


@given(st.sampled_from([*KINDS, "sung"]), st.text() | anything.map(json.dumps))
def test_what_is_read_of_anything_can_be_written_again(kind: str, body: str) -> None:
    read = decode(kind, body)
    assert decode(*encode(read)) == read


@given(events, st.data())
def test_one_wrong_field_makes_a_row_unreadable_or_readable_but_never_fails(event: Event, data: st.DataObject) -> None:
    kind, body = encode(event)
    fields = json.loads(body)
    fields[data.draw(st.sampled_from(sorted(fields)))] = data.draw(anything)
    read = decode(kind, json.dumps(fields))
    assert read == unreadable() or type(read) is KINDS[kind]
    encode(read)


def test_fields_of_a_newer_version_are_passed_over() -> None:
    assert decode("said", '{"by":"ann","text":"hi","colour":"red"}') == Said(Author("ann"), "hi")
