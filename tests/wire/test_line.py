"""The line door's format: what each thing that happens and each reply looks like."""

from __future__ import annotations

import re
from datetime import timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatroom.core import replies
from chatroom.core.errors import NoSuchPerson, PasswordNeeded, PasswordToChoose, Refused, UnknownCommandNearMiss
from chatroom.core.events import (
    KINDS,
    Author,
    Ejected,
    Entry,
    Erased,
    Event,
    Invited,
    Joined,
    Left,
    Manner,
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
from chatroom.core.replies import Answer, Denied, Done, Entered, Exited, Missed, Notice, Page, Reply, RoomView, Welcome
from chatroom.core.words import Words
from chatroom.wire.coloured import ColouredDialect
from chatroom.wire.happened import LINES
from chatroom.wire.line import _REPLIES, ECHOED, LISTED, LineDialect, stamp
from chatroom.wire.script import ScriptDialect

ANN, BOB = Author("ann"), Author("bob")


def when(at: float) -> str:
    return stamp(at, 1_000_000.0)


DIALECT = LineDialect(when)
HOSTILE = st.text(
    st.one_of(st.sampled_from("a:[](*-! \n\r\t\0\x02\x03\x1b\x7f\x85\x9b\u2028\u202e\u200b\ud800é👩"), st.characters()), max_size=40
)


def entry(event: Event, log: str = "lobby", seq: int = 7, at: float = 1_000_000.0) -> Entry:
    return Entry(log, seq, at, "id", event)


def shown(event: Event, room: str = "lobby") -> str:
    return DIALECT.entry(entry(event, room), room).decode()


def told(reply: Reply) -> str:
    return DIALECT.reply(reply).decode()


# -- what happened -----------------------------------------------------------------------------------------------------

EVENTS: list[tuple[Event, str]] = [
    (Said(ANN, "hi"), "ann: hi\n"),
    (Said(ANN, "waves", "act"), "* ann waves\n"),
    (Said(ANN, "done", "notice"), "ann (notice): done\n"),
    (Said(ANN, "one\ntwo\r\nthree"), "ann: one\nann: two\nann: three\n"),
    (Said(ANN, "bows\nbob: I agree", "act"), "* ann bows\n* ann bob: I agree\n"),
    (Told(ANN, BOB, "psst"), "(private) ann: psst\n"),
    (Joined(ANN, 3), "-- ann joined (3 here)\n"),
    (Left(ANN, 2), "-- ann left (2 here)\n"),
    (Left(ANN, 2, "gone fishing"), "-- ann left (2 here): gone fishing\n"),
    (Quit(ANN, (("lobby", 2), ("dev", 1))), "-- ann left (2 here)\n"),
    (Quit(ANN, (("lobby", 2),), "connection lost"), "-- ann left (2 here): connection lost\n"),
    (Renamed(ANN, (("lobby", 2),), "cat"), "-- ann is now called cat\n"),
    (WentAway(ANN, (("lobby", 2),), "lunch"), "-- ann is away: lunch\n"),
    (WentAway(ANN, (("lobby", 2),)), "-- ann is back\n"),
    (TopicChanged(ANN, "tea"), "-- ann changed the topic to: tea\n"),
    (TopicChanged(ANN, ""), "-- ann cleared the topic\n"),
    (RoomOpened(ANN), ""),
    (Removed(ANN, ("1",)), "-- ann removed a message\n"),
    (Removed(ANN, ("1", "2")), "-- ann removed 2 messages\n"),
    (Erased(ANN), ""),
    (PutOut(ANN, (("lobby", 2), ("dev", 1)), BOB), "-- bob was put out by ann (2 here)\n"),
    (PutOut(ANN, (("lobby", 2),), BOB, "spam"), "-- bob was put out by ann (2 here): spam\n"),
    (Ordered(ANN, "console 192.0.2.1", "ban bob for 1 hour"), "-- ann at console 192.0.2.1: ban bob for 1 hour\n"),
    (Whispered(ANN, BOB), "-- ann said something to bob alone\n"),
    (RoomSet(ANN, "access", "invited"), "-- ann let in only those who are invited\n"),
    (RoomSet(ANN, "limit", "10"), "-- ann limited this room to 10 people\n"),
    (RoomSet(ANN, "limit", "0"), "-- ann lifted the limit of people\n"),
    (RoomSet(ANN, "slow", "5"), "-- ann slowed this room: everybody may send one message in 5 seconds\n"),
    (RoomSet(ANN, "slow", "٣"), "-- ann set slow to ٣\n"),
    (RoomSet(ANN, "colour", "red"), "-- ann set colour to red\n"),
    (RoleChanged(ANN, BOB, "operator", True), "-- ann made bob an operator\n"),
    (RoleChanged(ANN, BOB, "voice", False), "-- ann took bob's voice\n"),
    (RoomBanned(ANN, "bob", 600, "spam"), "-- ann banned bob from this room for 10 minutes: spam\n"),
    (RoomBanned(ANN, "spam*", 0), "-- ann banned spam* from this room for good\n"),
    (RoomUnbanned(ANN, "bob"), "-- ann lifted the ban of bob\n"),
    (RoomClosed(ANN, "done"), "-- ann closed this room: done\n"),
    (Invited(ANN, BOB, "dev"), "-- ann invites you to dev. Type /join dev.\n"),
    (Ejected(ANN, BOB, 2), "-- bob was put out of this room by ann (2 here)\n"),
    (Ejected(ANN, BOB, 2, "spam"), "-- bob was put out of this room by ann (2 here): spam\n"),
    (Muted(ANN, (("lobby", 2),), "bob", "", 600, "spam"), "-- ann muted bob for 10 minutes: spam\n"),
    (Muted(ANN, (("lobby", 2),), "bob", "lobby", 0), "-- ann muted bob in lobby for good\n"),
    (Unmuted(ANN, (("lobby", 2),), "bob", "lobby"), "-- ann lifted the mute of bob in lobby\n"),
]


@pytest.mark.parametrize(("event", "line"), EVENTS)
def test_each_event_has_its_line(event: Event, line: str) -> None:
    assert shown(event) == line


def test_there_is_a_line_for_every_kind_of_event() -> None:
    assert {type(event) for event, _ in EVENTS} == set(KINDS.values())


@pytest.mark.parametrize(
    "event",
    [
        PutOut(ANN, (("lobby", 2),), BOB, "x\n-- bob left"),
        Ordered(ANN, "here\nbob: hi", "x\x1b[2J\nbob: hi"),
        Whispered(ANN, Author("b\no")),
    ],
)
def test_nothing_a_moderator_writes_begins_a_line_of_its_own(event: Event) -> None:
    line = shown(event)
    assert line.count("\n") == 1
    assert "\x1b" not in line


def test_what_stands_in_the_houses_own_log_names_no_room() -> None:
    assert DIALECT.entry(entry(Ordered(ANN, "here", "kick bob"), ""), "") == b"-- ann at here: kick bob\n"


def test_there_is_a_rendering_of_every_kind_of_reply() -> None:
    kinds = {one for one in vars(replies).values() if isinstance(one, type) and issubclass(one, Reply)}
    assert set(_REPLIES) == kinds - {Reply}


def test_lines_of_another_room_name_it_and_those_of_the_lobby_do_not() -> None:
    assert shown(Said(ANN, "hi\nho"), "dev") == "[dev] ann: hi\n[dev] ann: ho\n"
    assert shown(Quit(ANN, (("lobby", 2), ("dev", 1))), "dev") == "[dev] -- ann left (1 here)\n"
    assert LineDialect(when, lobby="dev").entry(entry(Said(ANN, "hi"), "dev"), "dev") == b"ann: hi\n"


def test_an_event_of_the_house_is_not_shown_in_rooms_it_does_not_concern() -> None:
    for event in (
        Quit(ANN, (("dev", 1),)),
        PutOut(ANN, (("dev", 1),), BOB),
        Renamed(ANN, (), "cat"),
        WentAway(ANN, (("dev", 1),), "x"),
    ):
        assert shown(event) == ""


PRIVATE: list[tuple[str, Manner, str, str]] = [
    ("hi", "say", "(private) ann: hi\n", "(private to bob) hi\n"),
    ("a\nb", "say", "(private) ann: a\n(private) ann: b\n", "(private to bob) a\n(private to bob) b\n"),
    ("waves", "act", "(private) * ann waves\n", "(private to bob) * ann waves\n"),
    ("ping", "notice", "(private) ann (notice): ping\n", "(private to bob) ann (notice): ping\n"),
]


@pytest.mark.parametrize(("text", "manner", "theirs", "own"), PRIVATE)
def test_private_words_say_from_whom_and_to_the_author_to_whom(text: str, manner: Manner, theirs: str, own: str) -> None:
    one = entry(Told(ANN, BOB, text, manner), "@~1")
    assert DIALECT.private(one, own=False).decode() == theirs
    assert DIALECT.private(one, own=True).decode() == own
    assert DIALECT.entry(one, "@~1").decode() == theirs


def test_a_message_of_many_lines_is_cut_at_the_bound_and_says_so() -> None:
    said = shown(Said(ANN, "\n".join("x" * 5000)))
    assert said.count("\n") == LINES + 1
    assert said.endswith(f"ann: ({5000 - LINES} more lines)\n")
    assert len(shown(Said(Author("a" * 32), "\n" * 4096))) < 4096
    assert shown(Said(ANN, "\n".join("x" * LINES))).count("\n") == LINES


def test_telnet_gets_a_carriage_return_with_every_newline() -> None:
    dialect = LineDialect(when, "\r\n")
    assert dialect.entry(entry(Said(ANN, "a\nb")), "lobby") == b"ann: a\r\nann: b\r\n"
    assert dialect.farewell("Goodbye.") == b"-- Goodbye.\r\n"


def test_equal_dialects_can_share_what_is_rendered() -> None:
    assert LineDialect(when) == DIALECT
    assert hash(LineDialect(when)) == hash(DIALECT)
    assert LineDialect(when, "\r\n") != DIALECT


def test_a_moment_is_a_time_and_on_other_days_a_date_too() -> None:
    noon = 1_795_176_000.0
    assert stamp(noon, noon + 60) == "12:00"
    assert stamp(noon - 86400, noon) == "2026-11-19 12:00"
    assert stamp(noon, noon, timezone(timedelta(hours=2))) == "14:00"
    assert stamp(noon, noon + 43200) == "2026-11-20 12:00"
    assert stamp(noon, noon + 43200, timezone(timedelta(hours=-1))) == "11:00"


# -- replies -----------------------------------------------------------------------------------------------------------


def view(*people: str, room: str = "lobby", topic: str = "") -> RoomView:
    return RoomView(room, "epoch", 9, topic, people)


def test_a_welcome_greets_and_says_how_to_go_on() -> None:
    hint = "Type /help for commands; anything else is said to everyone in the room.\n"
    assert told(Welcome(None, "ann", "guest", "chatroom", {}, "", False)) == "Welcome, ann.\n" + hint
    assert told(Welcome(None, "ann", "guest", "h", {}, "Be kind.\nTea at 5.\n", False)) == "Welcome, ann.\nBe kind.\nTea at 5.\n" + hint


def test_entering_shows_what_was_said_before_then_who_is_here_and_the_topic() -> None:
    recent = (entry(Said(ANN, "old"), at=100.0), entry(Said(BOB, "new\nline")), entry(TopicChanged(BOB, "tea")))
    assert told(Entered(None, view("ann", "bob", "cat", topic="tea"), recent)) == (
        "[1970-01-01 00:01] ann: old\n"
        "[13:46] bob: new\n"
        "[13:46] bob: line\n"
        "[13:46] -- bob changed the topic to: tea\n"
        "-- You are in lobby (3 here: ann, bob, cat). Topic: tea\n"
    )
    assert told(Entered(None, view("ann", room="dev"), (entry(Said(ANN, "hi"), "dev"),))) == (
        "[13:46] [dev] ann: hi\n-- You are in dev (1 here: ann).\n"
    )


def test_entering_says_how_much_was_missed() -> None:
    assert told(Entered(None, view("ann"), missed=12, resumed=True)) == (
        "-- You missed 12 earlier messages. Type /history to read back.\n-- You are in lobby (1 here: ann).\n"
    )


def test_a_long_list_of_people_is_cut() -> None:
    names = [f"p{number}" for number in range(LISTED + 37)]
    line = told(Entered(None, view(*names)))
    assert line.startswith(f"-- You are in lobby ({LISTED + 37} here: p0, p1, ")
    assert line.endswith(f", p{LISTED - 1} and 37 more).\n")


def test_leaving_a_room_and_the_house_is_confirmed() -> None:
    assert told(Exited(None, "dev")) == "-- You left dev.\n"
    assert DIALECT.farewell("Goodbye.") == b"-- Goodbye.\n"
    assert DIALECT.farewell("") == b""


def test_a_refusal_is_a_sentence_after_a_mark_and_of_bounded_length() -> None:
    assert told(Denied(None, "hlep", UnknownCommandNearMiss(verb="hlep", near="help"))) == "! There is no /hlep. Did you mean /help?\n"
    long = told(Denied(None, "tell", NoSuchPerson(name="x" * 16384)))
    assert len(long) == ECHOED + 4
    assert told(Denied(None, "tell", NoSuchPerson(name="x\x1b[2J\nbob: hi"))).startswith("! Nobody here is called x␛[2J␊bob: hi.")


def test_an_answer_is_its_lines_and_a_notice_one_of_the_houses() -> None:
    assert told(Answer(None, "rooms", {}, ("lobby (2 here): tea\nbob: hi", "dev"))) == "lobby (2 here): tea␊bob: hi\ndev\n"
    assert told(Answer(None, "ping")) == ""
    assert told(Notice(None, "away", "bob is away: lunch")) == "-- bob is away: lunch\n"
    assert told(Notice(None, "stop", "Closing.\nSee you.")) == "-- Closing.\n-- See you.\n"


def test_a_page_shows_times_and_how_to_go_further_back() -> None:
    entries = (entry(Said(ANN, "a"), seq=5), entry(Said(BOB, "b"), seq=6))
    assert told(Page(None, "history", "lobby", entries, more=False)) == "[13:46 #5] ann: a\n[13:46 #6] bob: b\n"
    assert told(Page(None, "history", "lobby", entries, more=True)).endswith("bob: b\n-- There is more: /history 2 5\n")
    assert told(Page(None, "history", "lobby", (), more=False)) == "-- Nothing was said before that.\n"


def test_what_a_slow_reader_missed_is_counted() -> None:
    assert told(Missed(None, "dev", 40, 9)) == "-- 40 messages in dev were left out: they came too fast. /history shows them.\n"


def test_what_is_done_is_confirmed_where_its_author_would_see_nothing() -> None:
    assert told(Done(1, "say", (entry(Said(ANN, "hi")),))) == ""
    assert told(Done(1, "quit")) == ""
    assert told(Done(1, "tell", (entry(Told(ANN, BOB, "hi")),))) == "(private to bob) hi\n"
    assert told(Done(1, "topic", (entry(TopicChanged(ANN, "tea")),))) == "-- You changed the topic to: tea\n"
    assert told(Done(1, "topic", (entry(TopicChanged(ANN, "")),))) == "-- You cleared the topic.\n"


# -- nobody can fake a line --------------------------------------------------------------------------------------------

FORMS = re.compile(
    r"(?:\[[0-9: #-]+\] )?(?:\[dev\] )?"
    r"(?:mallory: |\* mallory |mallory \(notice\): |\(private\) (?:mallory: |\* mallory |mallory \(notice\): )"
    r"|\(private to bob\) |-- |! |Welcome, |Type /help |answer: ).*"
)
MALLORY = Author("mallory")


def everything(text: str) -> list[bytes]:
    house = (("lobby", 2), ("dev", 1))
    manners: tuple[Manner, ...] = ("say", "act", "notice")
    events: list[Event] = [
        *(Said(MALLORY, text, manner) for manner in manners),
        *(Told(MALLORY, BOB, text, manner) for manner in manners),
        TopicChanged(MALLORY, text),
        Left(MALLORY, 2, text),
        Quit(MALLORY, house, text),
        WentAway(MALLORY, house, text),
        Renamed(MALLORY, house, text),
        RoomSet(MALLORY, text, text),
        RoomBanned(MALLORY, text, 5, text),
        RoomUnbanned(MALLORY, text),
        RoomClosed(MALLORY, text),
        Ejected(MALLORY, Author(text), 2, text),
        Muted(MALLORY, house, text, text, 5, text),
        Unmuted(MALLORY, house, text, text),
    ]
    entries = [entry(event, room) for event in events for room in ("lobby", "dev")]
    answers: list[Reply] = [
        Entered(None, view("mallory", text, topic=text), tuple(entries)),
        Page(None, "history", "lobby", tuple(entries), more=True),
        Denied(None, "tell", NoSuchPerson(name=text)),
        Denied(None, text, Refused(problem=text)),
        Answer(None, "topic", {}, (f"answer: {text}",)),
        Notice(None, "away", text),
        Exited(None, text),
        Missed(None, text, 3, 4),
        Done(None, "tell", tuple(entries)),
    ]
    rendered = [DIALECT.entry(one, one.log) for one in entries]
    rendered += [DIALECT.private(one, own) for one in entries for own in (True, False) if isinstance(one.event, Told)]
    return [*rendered, *(DIALECT.reply(answer) for answer in answers), DIALECT.farewell(text)]


@given(HOSTILE)
def test_whatever_others_write_each_line_has_one_of_the_known_forms_and_steers_nothing(text: str) -> None:
    for rendered in everything(text):
        shown_lines = rendered.decode("utf-8").split("\n")
        assert shown_lines.pop() == ""
        for line in shown_lines:
            assert FORMS.fullmatch(line), line
            assert not re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", line)


@given(HOSTILE)
def test_even_a_name_that_should_not_exist_ends_no_line(name: str) -> None:
    for event in (Said(Author(name), "x"), Joined(Author(name), 3), Renamed(Author(name), (("lobby", 2),), name)):
        assert shown(event).count("\n") == 1
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", shown(event))


def test_a_question_for_a_password_is_not_shown_as_a_failure() -> None:
    dialect = LineDialect(lambda at: "")
    assert dialect.reply(Denied(None, "hello", PasswordNeeded(name="ann"))) == b""
    chosen = dialect.reply(Denied(None, "hello", PasswordToChoose(name="ann")))
    assert chosen == b"-- Welcome, ann. Your invitation is good: choose a password of your own now.\n"


@given(st.lists(st.text(max_size=20) | st.just("two\nlines"), min_size=1, max_size=5), st.sampled_from(["lobby", "den", "bad\x1broom"]))
def test_words_in_a_row_are_shown_as_each_by_itself(said: list[str], room: str) -> None:
    row = Words(room, Author("a\u202enn", "m1"), said, "id", 1.0).placed(1, 1.0)
    for dialect in (LineDialect(str), ColouredDialect(str), ScriptDialect(str), ScriptDialect(str, listening=False)):
        assert dialect.row(row, room) == b"".join(dialect.entry(entry, room) for entry in row)
