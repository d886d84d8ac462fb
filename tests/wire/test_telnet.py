"""Telnet's bytes taken out of a stream."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatroom.wire.telnet import ANSWERS, COMMANDS, SUBNEGOTIATION, Telnet

IAC, DONT, DO, WONT, WILL, SB, SE = b"\xff", b"\xfe", b"\xfd", b"\xfc", b"\xfb", b"\xfa", b"\xf0"


def test_bytes_without_telnet_pass_as_the_very_object_they_came_in() -> None:
    data = b"hello\r\n" * 10
    text, answer = Telnet().feed(data)
    assert text is data
    assert answer == b""


@pytest.mark.parametrize(
    ("data", "text", "answer"),
    [
        (b"a" + IAC + IAC + b"b", b"a\xffb", b""),
        (IAC + WILL + b"\x18", b"", IAC + DONT + b"\x18"),
        (IAC + DO + b"\x01x", b"x", IAC + WONT + b"\x01"),
        (IAC + WONT + b"\x01" + IAC + DONT + b"\x03", b"", b""),
        (b"a" + IAC + SB + b"\x18\x00xterm" + IAC + SE + b"b", b"ab", b""),
        (IAC + SB + b"\x1f\x00" + IAC + IAC + b"\x00\x18" + IAC + SE + b"b", b"b", b""),
        (b"ab" + IAC + b"\xf7" + b"c" + IAC + b"\xf8", b"ab\x08c\x15", b""),
        (IAC + b"\xf4" + IAC + b"\xf3", b"\x03\x03", b""),
        (IAC + b"\xf1" + IAC + b"\xf9" + IAC + b"\xf2" + IAC + b"\xf0" + IAC + b"\xf5" + IAC + b"\xec", b"", b""),
        (IAC + b"\xf6", b"", b"\r\n[here]\r\n"),
        (b"hi\r\0there\r\0", b"hi\r\nthere\r\n", b""),
        (b"caf\xe9\xff\r\n", b"caf\xe9\xff\r\n", b""),
    ],
)
def test_telnet_commands_are_taken_out_wherever_the_stream_is_cut(data: bytes, text: bytes, answer: bytes) -> None:
    assert Telnet().feed(data) == (text, answer)
    for cut in range(len(data) + 1):
        telnet = Telnet()
        first, second = telnet.feed(data[:cut]), telnet.feed(data[cut:])
        assert (first[0] + second[0], first[1] + second[1]) == (text, answer)
    telnet, texts, answers = Telnet(), b"", b""
    for byte in data:
        out = telnet.feed(bytes((byte,)))
        texts, answers = texts + out[0], answers + out[1]
    assert (texts, answers) == (text, answer)


def test_a_peer_is_known_to_speak_telnet_by_its_first_command() -> None:
    telnet = Telnet()
    telnet.feed(b"hi\r\n")
    telnet.feed(b"\xff\xff \xff\x41")
    assert not telnet.seen
    telnet.feed(IAC)
    telnet.feed(DO + b"\x03")
    assert telnet.seen


def test_the_same_request_is_answered_a_few_times_and_then_no_more() -> None:
    telnet = Telnet()
    answers = [telnet.feed(IAC + DO + b"\x01")[1] for _ in range(100)]
    assert answers == [IAC + WONT + b"\x01"] * ANSWERS + [b""] * (100 - ANSWERS)
    assert telnet.feed(IAC + WILL + b"\x01")[1] == IAC + DONT + b"\x01"


def test_all_requests_there_are_get_a_bounded_answer() -> None:
    telnet, total = Telnet(), 0
    for _ in range(10):
        for option in range(256):
            for verb in (WILL, WONT, DO, DONT):
                total += len(telnet.feed(IAC + verb + bytes((option,)))[1])
    assert total == 3 * 512 * ANSWERS
    assert len(telnet._answered) == 512


def test_two_refusing_ends_fall_silent() -> None:
    one, other = Telnet(), Telnet()
    data = b"".join(IAC + verb + bytes((option,)) for verb in (WILL, DO) for option in range(256))
    for _ in range(3):
        _, data = one.feed(data)
        _, data = other.feed(data)
    assert data == b""


def test_are_you_there_is_answered_once_for_a_heap_of_questions() -> None:
    assert Telnet().feed((IAC + b"\xf6") * 1000)[1] == b"\r\n[here]\r\n"


def test_a_subnegotiation_without_end_is_over_at_its_bound() -> None:
    telnet = Telnet()
    text = telnet.feed(IAC + SB + b"x" * (SUBNEGOTIATION - 10))[0]
    assert text == b""
    text += telnet.feed(b"y" * 10 + b"hello\r\n")[0]
    assert text.endswith(b"hello\r\n")
    assert len(text) < 20
    telnet = Telnet()
    text = telnet.feed(IAC + SB + (IAC + IAC) * SUBNEGOTIATION + IAC + SE + b"hello\r\n")[0]
    assert text.endswith(b"hello\r\n")


def test_what_pretends_to_be_inside_of_a_subnegotiation_counts_as_commands() -> None:
    telnet = Telnet()
    telnet.feed((IAC + DO + b"\x01" + IAC + WILL + b"\x1f" + IAC + SB + b"\x18") * 2000)
    assert telnet.overrun


@given(st.lists(st.binary(max_size=20) | st.sampled_from([IAC, IAC + SB, IAC + SE, IAC + WILL, b"\r", b"\0", IAC + IAC]), max_size=30))
def test_any_bytes_come_out_the_same_however_they_are_cut(pieces: list[bytes]) -> None:
    telnet, text = Telnet(), b""
    for piece in pieces:
        text += telnet.feed(piece)[0]
    assert text == Telnet().feed(b"".join(pieces))[0]
    assert b"\r\0" not in text


@pytest.mark.parametrize(
    "data",
    [
        IAC * 65536,
        (IAC + WILL + b"\x01") * 21845,
        (IAC + SB + IAC + SE) * 16384,
        (IAC + b"\xf6") * 32768,
        (b"a" + IAC) * 32768,
        b"\r\0" * 32768,
    ],
)
def test_hostile_telnet_takes_time_in_proportion_to_its_length(data: bytes) -> None:
    start = time.thread_time()
    text, answer = Telnet().feed(data)
    assert time.thread_time() - start < 0.25
    assert len(text) <= len(data)
    assert len(answer) < 100


# -- one line ----------------------------------------------------------------------------------------------------------


def test_more_commands_than_anybody_needs_are_not_read_to_the_end() -> None:
    telnet = Telnet()
    telnet.feed((IAC + b"\xf1") * COMMANDS)
    assert not telnet.overrun
    assert telnet.feed(IAC + b"\xf1" + b"text") == (b"", b"")
    assert telnet.overrun


def test_commands_are_counted_anew_after_a_read_without_any() -> None:
    telnet = Telnet()
    for _ in range(3):
        telnet.feed((IAC + b"\xf1") * (COMMANDS - 1))
        telnet.feed(b"a line\n")
    assert not telnet.overrun


def test_what_is_typed_is_concealed_and_revealed_once_and_the_answers_are_not_argued_with() -> None:
    telnet = Telnet()
    assert telnet.reveal() == b""
    assert (telnet.conceal(), telnet.conceal()) == (IAC + WILL + b"\x01", b"")
    assert telnet.feed(IAC + DO + b"\x01") == (b"", b"")
    assert 1 in telnet.agreed
    assert (telnet.reveal(), telnet.reveal()) == (IAC + WONT + b"\x01", b"")
    assert telnet.feed(IAC + DONT + b"\x01") == (b"", b"")
    assert telnet.feed(IAC + DO + b"\x01") == (b"", b"")
    assert telnet.conceal() == IAC + WILL + b"\x01"


NAWS = b"\x1f"
BEGIN, END = IAC + b"\xfa" + NAWS, IAC + b"\xf0"


def proposing() -> Telnet:
    return Telnet(offers=(1, 3), asks=(31,))


def test_what_is_offered_and_asked_for_stands_in_the_opening_and_answers_to_it_are_not_answered() -> None:
    telnet = proposing()
    assert telnet.opening == IAC + WILL + b"\x01" + IAC + WILL + b"\x03" + IAC + DO + NAWS
    assert telnet.feed((IAC + DO + b"\x01" + IAC + DONT + b"\x03" + IAC + WILL + NAWS) * 50) == (b"", b"")
    assert telnet.agreed == {1, 31}
    telnet.feed(IAC + DONT + b"\x01")
    assert telnet.agreed == {31}


def test_what_was_not_proposed_is_refused_all_the_same() -> None:
    assert proposing().feed(IAC + DO + NAWS + IAC + WILL + b"\x01") == (b"", IAC + WONT + NAWS + IAC + DONT + b"\x01")


@pytest.mark.parametrize("cut", range(12))
def test_the_windows_size_is_read_wherever_the_stream_is_cut(cut: int) -> None:
    telnet, data = proposing(), b"a" + BEGIN + b"\x00\xff\xff\x00\x18" + END + b"b"
    text = telnet.feed(data[:cut])[0] + telnet.feed(data[cut:])[0]
    assert (text, telnet.size) == (b"ab", (255, 24))


@pytest.mark.parametrize("inner", [b"", b"\x00\x50", b"\x00\x50\x00\x18\x00", b"x" * 5000])
def test_what_is_no_size_is_passed_over(inner: bytes) -> None:
    telnet = proposing()
    telnet.feed(BEGIN + inner + END)
    assert telnet.size is None


def test_a_size_nobody_asked_for_is_not_taken() -> None:
    telnet = Telnet()
    telnet.feed(BEGIN + b"\x00\x50\x00\x18" + END)
    assert telnet.size is None
