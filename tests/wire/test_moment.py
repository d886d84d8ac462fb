"""A moment as protocols write it."""

from __future__ import annotations

from chatroom.wire.moment import stamp


def test_times_have_milliseconds_and_are_rounded_not_cut() -> None:
    assert stamp(0.0) == "1970-01-01T00:00:00.000Z"
    assert stamp(1.9999) == "1970-01-01T00:00:02.000Z"
    assert stamp(1_763_697_600.123) == "2025-11-21T04:00:00.123Z"
