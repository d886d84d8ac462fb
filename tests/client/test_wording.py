"""How what happened reads: one look for each kind, colours that can be read, and nothing from others raw."""

from __future__ import annotations

import unicodedata
from datetime import UTC, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatroom.client.wording import MOST_LINES, Wording, plain
from chatroom.core.events import (
    Author,
    Ejected,
    Entry,
    Event,
    Joined,
    Left,
    Quit,
    Renamed,
    RoomClosed,
    RoomOpened,
    RoomSet,
    Said,
    Told,
    TopicChanged,
    WentAway,
)
from chatroom.happening import EntriesMissed, EntryShown, RoomEntered

ANN = Author("ann")
WORDING = Wording(UTC)
AT = 14 * 3600 + 120.5


def worded(event: Event, *, own: bool = False, room: str | None = None, mention: bool = False) -> list[str]:
    entry = Entry("dev", 1, AT, "id", event)
    shown = EntryShown(("dev",), entry, own=own, mention=mention)
    return [plain(line) for line in WORDING.entry(shown, you="me", room=room)]


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (Said(ANN, "hi"), "[14:02] ann: hi"),
        (Said(ANN, "waves", "act"), "[14:02] * ann waves"),
        (Said(ANN, "beep", "notice"), "[14:02] -ann- beep"),
        (Told(ANN, Author("me"), "psst"), "[14:02] (private) ann: psst"),
        (Joined(ANN, 2), "[14:02] -- ann joined (2 here)"),
        (Left(ANN, 1, "tea"), "[14:02] -- ann left (1 here): tea"),
        (Left(ANN, 1), "[14:02] -- ann left (1 here)"),
        (Quit(ANN, (("dev", 1),), "tea"), "[14:02] -- ann is gone: tea"),
        (Renamed(ANN, (("dev", 1),), "anna"), "[14:02] -- ann is now called anna"),
        (WentAway(ANN, (("dev", 1),), "tea"), "[14:02] -- ann is away: tea"),
        (WentAway(ANN, (("dev", 1),), ""), "[14:02] -- ann is back"),
        (TopicChanged(ANN, "tea"), "[14:02] -- ann set the topic: tea"),
        (TopicChanged(ANN, ""), "[14:02] -- ann cleared the topic"),
        (RoomOpened(ANN), "[14:02] -- ann opened this room"),
        (RoomSet(ANN, "quiet", "on"), "[14:02] -- ann made this room quiet: only those with a voice speak"),
        (Ejected(ANN, Author("bob"), 2, "spam"), "[14:02] -- bob was put out of this room by ann: spam"),
        (RoomClosed(ANN), "[14:02] -- ann closed this room"),
    ],
)
def test_every_kind_of_entry_has_its_look(event: Event, expected: str) -> None:
    assert worded(event) == [expected]


def test_what_we_told_somebody_says_to_whom() -> None:
    assert worded(Told(Author("me"), ANN, "psst"), own=True) == ["[14:02] (private, to ann) me: psst"]


def test_another_room_is_named() -> None:
    assert worded(Said(ANN, "hi"), room="dev") == ["[14:02] (dev) ann: hi"]


def test_no_line_of_a_message_can_pass_for_another_message() -> None:
    assert worded(Said(ANN, "a\n[14:02] bob: b\n\nc\n")) == [
        "[14:02] ann: a",
        "        | [14:02] bob: b",
        "        | ",
        "        | c",
    ]


def test_a_message_of_very_many_lines_is_cut_and_says_so() -> None:
    found = worded(Said(ANN, "\n".join("x" * 500)))
    assert len(found) == MOST_LINES + 2
    assert found[-1] == "        | … and 399 lines more"


hostile = st.text(st.sampled_from("a\x1b\x07\x9b\r\b\u202e\u200b\ud800\u2028\t ") | st.characters(), max_size=30)


@given(hostile, hostile)
def test_nothing_that_steers_a_terminal_gets_through(name: str, text: str) -> None:
    by = Author(name)
    events: list[Event] = [
        Said(by, text),
        Told(by, by, text),
        TopicChanged(by, text),
        Left(by, 1, text),
        Quit(by, (), text),
        Renamed(by, (), text),
        WentAway(by, (), text),
        RoomSet(by, text, text),
        Ejected(by, by, 2, text),
        RoomClosed(by, text),
    ]
    lines = [one for event in events for one in worded(event, room=name)]
    lines += [plain(one) for one in WORDING.entered(RoomEntered(name, text, False), ())]
    lines.append(plain(WORDING.missed(EntriesMissed(name, 1))))
    assert not any(unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} or char == "\u202e" for line in lines for char in line)


def test_a_mention_stands_out() -> None:
    entry = Entry("dev", 1, AT, "id", Said(ANN, "hi me"))
    (line,) = WORDING.entry(EntryShown(("dev",), entry, mention=True), you="me")
    assert line[-1] == ("mention", "hi me")


def test_rooms_are_entered_and_messages_missed_in_words() -> None:
    assert [plain(one) for one in WORDING.entered(RoomEntered("dev", "tea", False), ("ann",))] == [
        "-- You are in dev (1 person here).",
        "-- The topic is: tea",
    ]
    assert plain(WORDING.entered(RoomEntered("dev", "", False), ("a", "b"))[0]) == "-- You are in dev (2 people here)."
    assert plain(WORDING.missed(EntriesMissed("dev", 1))) == "-- 1 message was missed in dev; /history may have more."
    assert plain(WORDING.missed(EntriesMissed("dev", 7))) == "-- 7 messages were missed in dev; /history may have more."


def test_times_are_those_of_this_place() -> None:
    assert Wording(timezone(timedelta(hours=5, minutes=30))).time(AT) == "19:32"
    assert Wording().time(AT)[2] == ":"
    assert WORDING.time(1e18) == "--:--"
