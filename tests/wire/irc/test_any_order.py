"""History, markers, cards, batches and tags in any order: nothing breaks, every labelled line is answered once, every batch ends."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from chatroom.testing import World
from chatroom.wire.irc.message import parse

CAPS = """
    batch message-tags server-time echo-message labeled-response account-tag draft/multiline draft/chathistory draft/event-playback
    draft/read-marker draft/metadata-2 draft/message-redaction
""".split()  # noqa: SIM905  # as one would type them
COMMANDS = ["CHATHISTORY", "MARKREAD", "METADATA", "PRIVMSG", "NOTICE", "TAGMSG", "REDACT", "BATCH", "JOIN", "PART", "TOPIC", "MONITOR"]
PARAMS = """
    LATEST BEFORE AFTER AROUND BETWEEN TARGETS * 1 0 -1 50 #lobby #dev #x eve ann nobody timestamp=2023-11-14T22:13:20.000Z
    timestamp=2023-02-31T00:00:00.000Z timestamp=9999-12-31T23:59:59.999Z timestamp=0001-01-01T00:00:00.000Z timestamp= msgid=1 msgid=
    GET SET LIST CLEAR SUB UNSUB SUBS SYNC avatar url $x a:b +1 -1 +2 draft/multiline + - , house
""".split()  # noqa: SIM905
TAGS = ["", "batch=1;", "batch=1;draft/multiline-concat;", "+typing=active;", "+a=\\:;", "+chatroom/cuts=1,9999999;"]
lines = st.tuples(
    st.sampled_from(TAGS),
    st.sampled_from(COMMANDS),
    st.lists(st.sampled_from(PARAMS), max_size=5),
    st.sampled_from(["", ":", ":a b", ":\x01ACTION x\x01"]),
)


@given(st.lists(lines, max_size=25), st.frozensets(st.sampled_from(CAPS)))
def test_every_labelled_line_is_answered_once_whatever_it_is(
    asked: list[tuple[str, str, list[str], str]], caps: frozenset[str]
) -> None:
    world = World()
    ann = world.chatter("ann")
    ann.types("JOIN #lobby,#dev", "PRIVMSG #lobby :one", "PRIVMSG #dev :two")
    eve = world.chatter("eve", *sorted(caps | {"batch", "labeled-response"}))
    eve.types("JOIN #lobby")
    eve.lines()
    ann.types("PRIVMSG eve :three")
    eve.lines()
    for number, (tags, command, params, last) in enumerate(asked):
        eve.types(f"@{tags}label={number} {' '.join([command, *params])} {last}".rstrip())
    eve.types("PING over")
    heard = [parse(line) for line in eve.lines()]
    assert world.house.figures.faults == 0
    assert heard[-1].command == "PONG"
    labels = Counter(one.tags["label"] for one in heard if "label" in one.tags)
    assert max(labels.values(), default=1) == 1
    gathered = {str(n) for n, (tags, command, _, _) in enumerate(asked) if "batch" in tags or command == "BATCH"}
    assert {str(number) for number in range(len(asked))} - labels.keys() <= gathered
    assert balanced([one.params[0] for one in heard if one.command == "BATCH"])


def balanced(refs: list[str]) -> bool:
    """Tell whether every batch that begins ends, and within that in which it began."""
    within: list[str] = []
    for ref in refs:
        if ref.startswith("+"):
            within.append(ref[1:])
        elif not within or within.pop() != ref[1:]:
            return False
    return not within
