"""Words that stand in one line as they were said: they read back as that, whoever said something before them, and wherever."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chatroom.core.events import Author, Manner, Said
from chatroom.core.words import Words
from chatroom.testing import Person, World
from chatroom.wire.irc.framed import FramedIrcDialect
from chatroom.wire.irc.message import LINE, parse
from chatroom.wire.irc.plain import plainly, plainly_said

texts = st.text() | st.text("aä\u2028\x01\x7f \r\n:", max_size=600)
SCENE = World().chatter("ann").wire.protocol.talk.scene


@given(texts, st.sampled_from(("say", "act", "notice")))
def test_what_stands_as_it_was_said_reads_back_as_that_and_fits(text: str, manner: Manner) -> None:
    body = plainly(Said(Author("ann"), text, manner), "#lobby", SCENE)
    if body is None:
        assert manner == "act" or not text.isprintable() or not text or 4 * len(text) > LINE - 150
    else:
        assert parse(body).params == ("#lobby", text)
        assert parse(body).command == {"say": "PRIVMSG", "notice": "NOTICE"}[manner]
        assert len(body.encode()) <= LINE - 2


def there() -> tuple[World, list[Person]]:
    world = World()
    people = [world.chatter(name) for name in ("ann", "bob")]
    for one in people:
        one.types("JOIN #lobby,#Den")
    return world, people


places = st.sampled_from(("lobby", "den", "nowhere"))
manners = st.sampled_from(("say", "act", "notice"))


@given(st.lists(st.tuples(st.integers(0, 3), places, texts, manners)))
def test_what_was_said_before_shows_in_nothing_that_is_said_after(said: list[tuple[int, str, str, Manner]]) -> None:
    _, people = there()
    scene = people[0].wire.protocol.talk.scene
    authors = [*(one.wire.protocol.reader.session.someone.author for one in people), Author("eve"), Author("ann", "ann")]
    for author, room, text, manner in said:
        event = Said(authors[author], text, manner)
        assert plainly_said(event, room, scene) == plainly(event, scene.channel(room), scene)


def test_somebody_with_a_new_name_and_a_room_written_anew_are_shown_as_they_are_now() -> None:
    _, (ann, bob) = there()
    bob.lines()
    ann.types("PRIVMSG #den :one", "NICK anna", "PRIVMSG #den :two")
    assert [parse(line).source.partition("!")[0] for line in bob.lines()] == ["ann", "ann", "anna"]
    ann.world.hub.rooms["den"].shown = "DEN"
    ann.types("PRIVMSG #den :three")
    assert parse(bob.lines()[-1]).params == ("#DEN", "three")


@given(st.lists(texts | st.text("abc ", min_size=1, max_size=80), min_size=2, max_size=5), places)
def test_words_in_a_row_are_shown_as_each_by_itself(said: list[str], room: str) -> None:
    _, (ann, _) = there()
    author = ann.wire.protocol.reader.session.someone.author
    row = Words(room, author, said, "id", 1.0).placed(1, 1.0)
    for dialect in (ann.wire.protocol.dialect(), ann.wire.protocol.spoken(frozenset({"server-time"}))):
        assert dialect.row(row, room) == b"".join(dialect.entry(entry, room) for entry in row)
        framed = FramedIrcDialect(dialect.scene, dialect.caps, lambda reply: b"", str, lambda one: b"<%s>" % one if one else b"")
        assert framed.row(row, room) == b"".join(framed.entry(entry, room) for entry in row)
