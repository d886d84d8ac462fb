"""One line of the log for each event, whatever people send: no words of theirs, no control characters, nothing without end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from twisted.logger import ILogObserver, LogEvent, formatEventAsClassicLogText, globalLogPublisher
from zope.interface import implementer

from chatroom.testing import World
from tests.doors.browsing import request

NAUGHTY = json.loads((Path(__file__).parent / "data" / "blns" / "blns.json").read_text())
INJECTED = ["a\r\n2026-01-01T00:00:00+0000 [forged] admin came in", "\x1b]0;title\x07", "\u202egnp", "\x9b31m", "a\x00b", "x" * 5000]
TEXTS = INJECTED + NAUGHTY[::3]
LONGEST = 400
"""Characters of a line, its time and origin included."""


@implementer(ILogObserver)
class Book:
    """Keep what would stand in the file."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def __call__(self, event: LogEvent) -> None:
        if (text := formatEventAsClassicLogText(event)) is not None:
            self.lines.append(text)


@pytest.fixture
def book() -> Iterator[Book]:
    kept = Book()
    globalLogPublisher.addObserver(kept)
    yield kept
    globalLogPublisher.removeObserver(kept)


def sent(text: str) -> Iterator[tuple[str, bytes]]:
    """Give a text as what comes to each door may hold it."""
    raw, plain = text.encode("utf-8", "surrogatepass"), " ".join(text.split())
    yield "line", raw + b"\n/" + raw + b"\n/msg " + raw + b"\n/nick " + raw + b"\n/away " + raw + b"\n"
    for fields in (
        {"do": "hello", "name": text},
        {"do": text},
        {"do": "say", "room": text, "text": text},
        {"do": "join", "room": text},
    ):
        yield "native", json.dumps({"id": 1, **fields}).encode() + b"\n"
    yield (
        "irc",
        b"NICK " + raw + b"\r\nUSER " + raw + b" 0 * :" + raw + b"\r\nJOIN #" + raw + b"\r\nPASS " + raw + b"\r\n" + raw + b"\r\n",
    )
    path = "/rooms/" + plain.encode("utf-8", "surrogatepass").hex()
    yield "web", request("GET", path, b"", {"Authorization": f"Bearer {plain.encode('ascii', 'ignore').decode()}"})


@pytest.mark.parametrize("part", range(2))
def test_whatever_is_sent_each_event_has_one_short_line_that_shows_as_it_is(book: Book, part: int) -> None:
    world = World()
    for text in TEXTS[part::2]:
        for door, raw in sent(text):
            one = world.connect(getattr(world, door))
            one.sends(raw)
            one.leaves()
        # In another minute, of which the log tells as much again.
        world.rest(61.0)
    assert len(book.lines) > len(TEXTS)
    for line in book.lines:
        assert line.endswith("\n")
        assert line[:-1].isprintable(), repr(line)
        assert len(line) < LONGEST, line
        assert "[forged]" not in line.partition("] ")[0]
