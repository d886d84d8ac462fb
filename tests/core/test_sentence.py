"""A moderator's sentence falls into whom, how long and why."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatroom.core.errors import (
    FlagUnknown,
    Malformed,
    Refused,
    SpanOrReason,
    SpanTooLong,
    SpanUnclear,
    SpanZero,
    TextTooLong,
    WhoMissing,
)
from chatroom.core.request import Request
from chatroom.core.sentence import PARAMS, Sentence, sentence
from chatroom.core.spans import LONGEST
from chatroom.core.verb import Verb

LIMIT = 256


def typed(tail: str, *, timed: bool = True) -> Sentence:
    return sentence({"tail": tail}, LIMIT, timed=timed)


@pytest.mark.parametrize(
    ("tail", "meant"),
    [
        ("ann", Sentence("ann")),
        ("ann 10m", Sentence("ann", 600, True)),
        ("ann 10m spam, spam", Sentence("ann", 600, True, "spam, spam")),
        ("ann spam 10m", Sentence("ann", None, False, "spam 10m")),
        ("ann for good", Sentence("ann", None, True)),
        ("ann: enough", Sentence("ann", None, False, "enough")),
        ("ann: 10m: enough", Sentence("ann", 600, True, "enough")),
        ("2001:db8:: spam", Sentence("2001:db8::", None, False, "spam")),
        ("ann for good spam", Sentence("ann", None, True, "spam")),
        ("ann for good reasons", Sentence("ann", None, False, "for good reasons")),
        ("ann for spamming", Sentence("ann", None, False, "for spamming")),
        ("ann for 3 days: spam", Sentence("ann", 259200, True, "spam")),
        ("ann 1 hour and 30 minutes and be good", Sentence("ann", 5400, True, "and be good")),
        ("ann 10m 5m", Sentence("ann", 900, True)),
        ("ann forever-young", Sentence("ann", None, False, "forever-young")),
        ("  --dry-run   ann\t10m  spam  spam ", Sentence("ann", 600, True, "spam spam", dry_run=True)),
        ("203.0.113.0/24 --dry-run", Sentence("203.0.113.0/24", dry_run=True)),
        ("ann 10m --force --dry-run spam", Sentence("ann", 600, True, "spam", True, True)),
        ("ann \u2014dry-run", Sentence("ann", dry_run=True)),
        ("ann spam --dry-run", Sentence("ann", None, False, "spam --dry-run")),
        ("ann -- 3 strikes", Sentence("ann", None, False, "3 strikes")),
        ("ann 1d -- 10m too late", Sentence("ann", 86400, True, "10m too late")),
        ("ann \u2014 --force", Sentence("ann", None, False, "--force")),
        ("10m", Sentence("10m")),
    ],
)
def test_a_moderators_sentence_is_whom_how_long_and_why(tail: str, meant: Sentence) -> None:
    assert typed(tail) == meant


@pytest.mark.parametrize("tail", ["ann 10 spam", "ann 10x spam", "ann 3 strikes", "ann -5m", "ann 10m5", "ann 2nd time"])
def test_what_may_have_been_meant_as_a_length_of_time_is_never_taken_for_a_reason(tail: str) -> None:
    with pytest.raises(SpanOrReason, match="put -- before a reason"):
        typed(tail)


def test_a_verb_without_a_duration_takes_everything_after_whom_for_the_reason() -> None:
    assert typed("ann 10m of nonsense", timed=False) == Sentence("ann", None, False, "10m of nonsense")
    assert typed("ann --force 3 strikes", timed=False) == Sentence("ann", None, False, "3 strikes", force=True)


@pytest.mark.parametrize("tail", ["", "   ", "--dry-run", "-- ann"])
def test_a_sentence_says_whom_it_means(tail: str) -> None:
    with pytest.raises(WhoMissing):
        typed(tail)


def test_no_time_at_all_and_unknown_flags_are_refused() -> None:
    with pytest.raises(SpanZero):
        typed("ann 0s spam")
    with pytest.raises(FlagUnknown, match="--dry_run"):
        typed("ann --dry_run")
    with pytest.raises(SpanTooLong):
        typed("ann 99999d")


def test_a_reason_has_at_most_so_many_bytes_and_one_line() -> None:
    assert typed("ann " + "é" * (LIMIT // 2)).reason == "é" * (LIMIT // 2)
    assert sentence({"who": "ann", "reason": "a\r\nb"}, LIMIT).reason == "a b"
    with pytest.raises(TextTooLong):
        typed("ann " + "é" * (LIMIT // 2) + "!")


def test_a_verb_without_its_own_length_of_time_uses_what_was_given_or_its_own() -> None:
    assert typed("ann").span_or(600) == 600
    assert typed("ann 5m").span_or(600) == 300
    assert typed("ann for good").span_or(600) is None


VERB = Verb("ban", lambda call: None, "/ban WHO", "ban", params=PARAMS, roomy=True)


def asked(request: Request) -> Sentence:
    return sentence(VERB.bind(request), LIMIT)


def test_a_program_gives_the_same_by_name() -> None:
    fields = {"who": "ann", "for": "10m", "reason": "spam", "dry_run": True}
    assert asked(Request("ban", fields=fields)) == asked(Request("ban", tail="ann 10m --dry-run spam"))
    assert asked(Request("ban", fields={"who": "ann", "for": "for good"})) == Sentence("ann", None, True)
    assert asked(Request("ban", fields={"who": "ann", "reason": "3 strikes"})) == Sentence("ann", None, False, "3 strikes")
    assert asked(Request("ban", fields={"tail": "ann 10m"})) == Sentence("ann", 600, True)
    assert asked(Request("ban", tail="ann 10m", fields={"room": "lobby"}, typed=True)) == Sentence("ann", 600, True)


def test_what_a_program_gives_by_name_is_refused_where_it_makes_no_sense() -> None:
    with pytest.raises(WhoMissing):
        asked(Request("ban"))
    with pytest.raises(Malformed, match="not both"):
        asked(Request("ban", fields={"tail": "ann", "who": "bob"}))
    with pytest.raises(SpanUnclear):
        asked(Request("ban", fields={"who": "ann", "for": "10"}))
    with pytest.raises(SpanZero):
        asked(Request("ban", fields={"who": "ann", "for": "0s"}))
    with pytest.raises(Malformed, match="no duration"):
        sentence({"who": "ann", "for": "10m"}, LIMIT, timed=False)


@given(st.text(st.sampled_from("ann 10mdhsw.-—for good,:\tand\u2003é"), max_size=60))
def test_any_line_is_understood_or_refused(tail: str) -> None:
    try:
        found = typed(tail)
    except Refused:
        return
    assert found.who
    assert found.timed or found.span is None
    assert found.span is None or 0 < found.span <= LONGEST


@pytest.mark.parametrize("piece", ["1", "1m", "1m ", " ", "1 and ", "--force ", "9" * 12 + ".", "for "])
def test_a_hostile_line_costs_no_more_than_its_length(piece: str) -> None:
    line = "ann " + piece * (16384 // len(piece))
    started = time.thread_time()
    try:
        typed(line)
    except Refused:
        pass
    assert time.thread_time() - started < 0.25
