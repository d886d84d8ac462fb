"""What a script is shown, and what stays apart."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chatroom.core.errors import EmptyText
from chatroom.core.events import Author, Entry, Said, Told
from chatroom.core.replies import Answer, Denied, Notice
from chatroom.wire.script import ScriptDialect, parted

LISTENING = ScriptDialect(str)
BUSY = ScriptDialect(str, listening=False)


def test_words_and_answers_go_to_standard_output_and_complaints_apart() -> None:
    assert parted(LISTENING.entry(Entry("lobby", 1, 0.0, "i", Said(Author("bob"), "a\nb")), "lobby")) == (b"bob: a\nbob: b\n", b"")
    assert parted(LISTENING.reply(Answer(None, "who", {}, ("one", "two")))) == (b"one\ntwo\n", b"")
    assert parted(LISTENING.reply(Notice(None, "x", "one\ntwo"))) == (b"", b"-- one\n-- two\n")
    assert parted(LISTENING.reply(Denied(None, "say", EmptyText())))[1].startswith(b"! ")
    assert parted(LISTENING.farewell("gone")) == (b"", b"-- gone\n")


def test_who_wants_one_thing_done_hears_nothing_else() -> None:
    assert BUSY.entry(Entry("lobby", 1, 0.0, "i", Said(Author("bob"), "hi")), "lobby") == b""
    assert BUSY.private(Entry("@x", 1, 0.0, "i", Told(Author("bob"), Author("ann"), "hi")), False) == b""
    assert LISTENING.private(Entry("@x", 1, 0.0, "i", Told(Author("bob"), Author("ann"), "hi")), True) == b""


@given(st.text(max_size=60))
def test_nobody_can_speak_apart(text: str) -> None:
    assert parted(LISTENING.entry(Entry("lobby", 1, 0.0, "i", Said(Author("bob"), text)), "lobby"))[1] == b""
