"""What was asked for is kept until it is answered, and no more of it than stated."""

from __future__ import annotations

import pytest

from chatroom.waiting import COUNT, PAUSE, SIZE, TRIES, TooMuchWaits, Unanswered


def test_what_is_kept_is_sent_once_in_order() -> None:
    waiting = Unanswered()
    waiting.add(1, b"a", "")
    waiting.add(2, b"b", "")
    assert list(waiting.to_send(0)) == [b"a", b"b"]
    assert list(waiting.to_send(0)) == []


def test_after_a_break_what_is_not_answered_is_sent_again() -> None:
    waiting = Unanswered()
    for number in (1, 2, 3):
        waiting.add(number, str(number).encode(), "")
    list(waiting.to_send(0))
    assert waiting.answered(2)
    waiting.interrupted()
    assert list(waiting.to_send(0)) == [b"1", b"3"]


def test_an_answer_to_nothing_is_nothing() -> None:
    waiting = Unanswered()
    waiting.add(1, b"a", "")
    for other in (2, "1", None, [1]):
        assert waiting.answered(other) is None
    assert len(waiting) == 1


def test_what_is_postponed_is_sent_again_when_it_is_time() -> None:
    waiting = Unanswered()
    waiting.add(1, b"a", "")
    list(waiting.to_send(0))
    assert waiting.postpone(1, 10.0)
    assert list(waiting.to_send(10.0 + PAUSE - 0.1)) == []
    assert list(waiting.to_send(10.0 + PAUSE)) == [b"a"]
    assert list(waiting.to_send(99.0)) == []


def test_nothing_is_postponed_for_ever() -> None:
    waiting = Unanswered()
    waiting.add(1, b"a", "")
    assert [waiting.postpone(1, 0.0) for _ in range(TRIES)] == [True] * (TRIES - 1) + [False]
    assert not waiting.postpone(2, 0.0)


def test_requests_are_bounded_by_count() -> None:
    waiting = Unanswered()
    for number in range(COUNT):
        waiting.add(number, b"a", "")
    with pytest.raises(TooMuchWaits, match=str(COUNT)):
        waiting.add(COUNT, b"a", "")
    waiting.answered(5)
    waiting.add(COUNT, b"a", "")


def test_requests_are_bounded_by_size_and_answers_make_room() -> None:
    waiting = Unanswered()
    waiting.add(1, b"x" * SIZE, "")
    with pytest.raises(TooMuchWaits):
        waiting.add(2, b"x", "")
    waiting.answered(1)
    waiting.add(2, b"x" * SIZE, "")
