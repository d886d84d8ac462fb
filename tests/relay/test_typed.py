"""What people type through a relay, without sockets."""

from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as some

from chatroom.core.errors import Refused
from chatroom.relay.native import Native, change
from chatroom.relay.passage import Passage, Strange
from chatroom.relay.speech import LONGEST, TooLong, changed
from chatroom.relay.transform import Chain, TransformUnusable
from chatroom.relay.transforms import mask, prefix, star
from chatroom.relay.typed import Typed
from chatroom.wire.telnet import Telnet
from chatroom.wire.typed import tidy

STAR = star.open_transform("")


def typed(*steps: str, transform: object = STAR) -> str:
    """Play a conversation: `> ` is typed, `< ` is what the house says; give what the house is sent."""
    one = Typed(transform)  # type: ignore[arg-type]  # whatever a test needs
    sent = b""
    for step in steps:
        line = step[2:].encode() + b"\n"
        sent += one.typed(line) if step.startswith("> ") else one.heard(line)
    return sent.decode()


def test_the_name_is_starred_and_words_are_not() -> None:
    assert typed("> bob", "< Welcome, *bob.", "> hi") == "*bob\nhi\n"


def test_all_sent_at_once_waits_for_the_houses_verdict() -> None:
    one = Typed(STAR)
    assert one.typed(b"bob\nhi\nbye\n") == b"*bob\n"
    assert one.holding
    assert one.heard(b"Welcome, *bob.\r\nType /help") == b"hi\nbye\n"
    assert not one.holding


def test_a_refused_name_is_typed_again() -> None:
    assert typed("> bob", "< ! *bob is taken. Choose another name.", "> rob", "< Welcome, *rob.", "> x") == "*bob\n*rob\nx\n"


def test_passwords_pass_as_they_are() -> None:
    steps = (
        "> ada",
        "< -- Password for *ada: (shown)",
        "> secret",
        "< ! wrong",
        "> ada",
        "< -- Password for *ada:",
        "> /nick x",
        "< Welcome, *ada.",
    )
    assert typed(*steps) == "*ada\nsecret\n*ada\n/nick x\n"
    steps = (
        "> ada",
        "< -- Password for *ada:",
        "> code",
        "< -- Choose a password:",
        "> new",
        "< -- And once more:",
        "> new",
        "< Welcome, *ada.",
    )
    assert typed(*steps) == "*ada\ncode\nnew\nnew\n"


def test_after_a_password_given_up_a_name_is_a_name_again() -> None:
    assert typed("> ada", "< -- Password for *ada:", "> ", "< -- What is your name?", "> bob") == "*ada\n\n*bob\n"


def test_nobody_gets_a_name_through_by_speaking_before_they_are_asked() -> None:
    one = Typed(STAR)
    one.typed(b"/foo\nada\nbob\neve\n")
    sent = one.heard(b"! There is no /foo.\n-- Password for *ada:\n! no\n")
    assert b"\nbob" not in sent.replace(b"*bob", b"")
    assert b"\neve" not in sent.replace(b"*eve", b"")


def test_a_name_taken_by_command_is_starred_too() -> None:
    assert (
        typed("> /hello bob", "< Welcome, *bob.", "> /nick rob", "> /NICK rob", "> /me waves")
        == "/hello *bob\n/nick *rob\n/nick *rob\n/me waves\n"
    )
    assert typed("> /help", "> bob") == "/help\n*bob\n"


def test_what_was_erased_is_erased_before_the_name_is_read() -> None:
    assert typed("> boc\x08b\r", "< Welcome, *bob.") == "*bob\r\n"


def test_telnets_commands_pass_apart_from_the_lines_in_any_pieces() -> None:
    for cut in range(12):
        one = Typed(STAR)
        raw = b"b\xff\xfd\x01ox\xff\xf7b\r\xff\xfa\x1f\x00\x50\xff\xf0\n"
        sent = one.typed(raw[:cut]) + one.typed(raw[cut:])
        assert b"*bob\r\n" in sent
        assert sent.replace(b"*bob\r\n", b"") == b"\xff\xfd\x01"


def test_what_telnet_wants_at_once_does_not_wait_for_a_line() -> None:
    one = Typed(STAR)
    assert one.typed(b"bo\xff\xf6\xff\xf4") == b"\xff\xf6\xff\xf4"


SMUGGLED = [
    b"\xff\xfa" + b"x" * 1100 + b"\nbob\n\xff\xf0",
    b"/help\r\0bob\n",
    b"\xc3\x28\r\0bob\n",
    b"\xff\x01\r\0bob\n",
    b"\xff\xff\xfa\nbob\n",
    b"\xff\xfa\xff\xff\xf0\nbob\n\xff\xf0\n",
]


def heard_by_a_house(sent: bytes) -> list[bytes]:
    """Give the lines a house makes of what it is sent."""
    return Telnet().feed(sent)[0].split(b"\n")


def assert_no_name_slips_through(*pieces: bytes) -> None:
    one = Typed(STAR)
    sent = b"".join(one.typed(piece) + one.heard(b"! no\n" * 3) for piece in pieces)
    for line in heard_by_a_house(sent + one.ended()):
        with contextlib.suppress(Refused):
            name = tidy(line)
            assert not name.strip() or name.startswith(("*", "/")), pieces


@pytest.mark.parametrize("raw", SMUGGLED)
def test_no_line_is_two_for_the_house(raw: bytes) -> None:
    assert_no_name_slips_through(raw)
    assert_no_name_slips_through(*(bytes((one,)) for one in raw))


@given(
    some.lists(
        some.lists(some.sampled_from([b"\xff", b"\xfa", b"\xf0", b"\xfb", b"\xf7", b"\r", b"\0", b"\n", b"/", b"b", b"x" * 600]))
    )
)
def test_no_name_comes_to_the_house_as_it_was_typed(pieces: list[list[bytes]]) -> None:
    assert_no_name_slips_through(*map(b"".join, pieces))


def test_more_telnet_than_anybody_needs_is_too_much() -> None:
    with pytest.raises(TooLong):
        Typed(STAR).typed(b"\xff\xf1" * 3000)


def test_the_house_may_speak_to_telnet_before_its_words() -> None:
    one = Typed(STAR)
    one.typed(b"ada\r\n")
    one.heard(b"\xff\xfb\x01-- Password for *ada:\r\n")
    assert one.typed(b"secret\r\n") == b"secret\r\n"


def test_a_line_begun_at_the_end_of_input_counts() -> None:
    one = Typed(STAR)
    assert one.typed(b"bob") == b""
    assert one.ended() == b"*bob\n"


def test_a_line_without_an_end_is_too_long() -> None:
    raw = b"x" * (LONGEST + 1)
    with pytest.raises(TooLong):
        Typed(STAR).typed(raw)
    with pytest.raises(TooLong):
        Native(STAR).typed(b"{" + raw)


def test_hostile_telnet_takes_no_time() -> None:
    begun = time.perf_counter()
    one = Typed(STAR)
    for _ in range(200):
        one.typed(b"\xff\xfa\xff\xfb" * 3 + b"\xff\xf0\n"), one.heard(b"! no\n" * 100)
    assert time.perf_counter() - begun < 2


@given(some.lists(some.binary(max_size=30), max_size=6), some.data())
def test_nothing_anybody_types_breaks_it(pieces: list[bytes], data: some.DataObject) -> None:
    one, sent, given = Typed(STAR), 0, 0
    for piece in pieces:
        given += len(piece)
        sent += len(one.typed(piece))
        sent += len(one.heard(data.draw(some.sampled_from([b"! no\n", b"-- Password for x:\n", b"Welcome, x.\n", b"\xff"]))))
    # A line for each at most, with a star and an end.
    assert sent + len(one.ended()) <= 3 * given + 2


@pytest.mark.parametrize(
    ("line", "sent"),
    [
        (b'{"do":"hello","id":0,"name":"bob","password":"x"}', b'{"do":"hello","id":0,"name":"*bob","password":"x"}'),
        (b'{"do":"hello","name":"*bob"}', b'{"do":"hello","name":"*bob"}'),
        (b'{"do":"nick","name":"rob"}', b'{"do":"nick","name":"*rob"}'),
        (b'{"do":"line","text":"/nick rob"}', b'{"do":"line","text":"/nick *rob"}'),
        (b'{"do": "say", "text": "hi"}', b'{"do": "say", "text": "hi"}'),
        (b'{"do":"whois","name":"bob"}', b'{"do":"whois","name":"bob"}'),
        (b'{"do":"hello","name":5}', b'{"do":"hello","name":5}'),
        (b'{"do":"hello","name":"a","name":"b"}', b'{"do":"hello","name":"a","name":"b"}'),
        (b"\xff", b"{"),
        (b"[]\r", b"{"),
        (b"bob", b"{"),
        (b'{"\r\0bob', b"{"),
        (b'{"do"\r', b'{"do"\r'),
        (b" \r", b""),
    ],
)
def test_native_lines_are_changed_where_a_name_or_words_stand(line: bytes, sent: bytes) -> None:
    assert change(line, STAR) == sent


def test_native_lines_come_in_any_pieces() -> None:
    one = Native(STAR)
    assert one.typed(b'{"do":"hello","na') == b""
    assert one.typed(b'me":"bob"}\n{') == b'{"do":"hello","name":"*bob"}\n'
    assert one.ended() == b"{"


def test_the_first_byte_tells_who_speaks() -> None:
    for first, native in ((b" {", True), (b"bob", False), (b"\xff\xfb\x01", False)):
        one = Passage(STAR)
        one.typed(first)
        assert one.native is native
    greeted = Passage(STAR)
    greeted.heard(b"-- This is chatroom. What is your name?\r\n")
    assert greeted.typed(b"bob\n") == b"*bob\n"
    with pytest.raises(Strange):
        Passage(STAR).typed(b"\x16\x03\x01")


def test_the_relay_speaks_as_each_can_read() -> None:
    one = Passage(STAR)
    assert one.notice("hello") == b"-- hello\r\n"
    one.typed(b"{")
    assert one.notice("hello") == b'{"is":"notice","code":"relay","text":"hello"}\n'


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("darn it", "**** it"),
        ("DARN! darning", "****! darning"),
        ("/me says heck", "/me says ****"),
        ("/passwd darn heck", "/passwd darn heck"),
        ("//darn", "//****"),
        ("/ darn", "/ ****"),
        ("/who", "/who"),
    ],
)
def test_the_mask_covers_words_and_no_passwords(text: str, sent: str) -> None:
    assert changed(text, mask.open_transform("darn, heck")) == sent


def test_the_prefix_stands_once_and_behind_the_star() -> None:
    both = Chain([prefix.open_transform("web-"), STAR])
    assert [both.name(name) for name in ("bob", "web-bob", "*web-bob", "*bob", " WEB-bob")] == [
        "*web-bob",
        "*web-bob",
        "*web-bob",
        "*web-bob",
        "*WEB-bob",
    ]
    assert both.text("bob") == "bob"


@pytest.mark.parametrize(
    "transform", [STAR, prefix.open_transform("web-"), mask.open_transform("x"), Chain([STAR, prefix.open_transform("w")])]
)
@given(some.text(alphabet="*ab w-", max_size=8))
def test_a_name_that_was_changed_stays_as_it_is(transform: Chain, name: str) -> None:
    assert transform.name(transform.name(name)) == transform.name(name)


@pytest.mark.parametrize(
    ("kind", "rest"), [(star, "x"), (prefix, ""), (prefix, "*"), (prefix, "a b"), (prefix, "x" * 17), (mask, " , "), (mask, "x" * 65)]
)
def test_what_makes_no_transform_is_refused_with_what_to_write(kind: object, rest: str) -> None:
    with pytest.raises(TransformUnusable, match="Write"):
        kind.open_transform(rest)  # type: ignore[attr-defined]  # a module of the kind
