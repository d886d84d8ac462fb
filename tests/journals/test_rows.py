"""Submissions of many drafts: a transaction, and a piece of what is told of it, is bounded by drafts and not by submissions."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from chatroom.contracts import said
from chatroom.core.errors import Busy
from chatroom.core.seams import Put, Submission
from chatroom.journals import _writer
from chatroom.journals._parcel import Parcel, pack, refuse
from chatroom.journals._writer import Writer
from chatroom.journals.sqlite import AT_ONCE, _pieces


def parcel(drafts: int) -> Parcel:
    return pack(Submission(1, tuple(said(f"tea {n}") for n in range(drafts))))


def test_a_transaction_takes_no_more_submissions_once_it_has_so_many_drafts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_writer, "BATCH", 100)
    store: Any = SimpleNamespace(unmoved=0, unwiped=False, fault="")
    writer = Writer(store, lambda report: None, lambda: None)
    for _ in range(5):
        writer.put([parcel(60)])
    assert [len(writer._gather()) for _ in range(3)] == [2, 2, 1]


def test_a_transaction_takes_no_more_submissions_of_state_alone_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_writer, "BATCH", 100)
    store: Any = SimpleNamespace(unmoved=0, unwiped=False, fault="")
    writer = Writer(store, lambda report: None, lambda: None)
    for number in range(5):
        writer.put([pack(Submission(number, (), (Put("topic/tea", "mine"),)))] * 60)
    assert len(writer._gather()) == 120


@pytest.mark.parametrize("sizes", [[], [1] * 250, [64] * 10, [1, 64, 0, 0, 200, 1], [0] * 101])
def test_what_is_told_at_once_is_not_many_more_drafts_than_is_stated(sizes: list[int]) -> None:
    parcels = [parcel(size) if size else refuse(Submission(1, ()), Busy()) for size in sizes]
    pieces = [parcels[piece] for piece in _pieces(parcels)]
    assert [one for piece in pieces for one in piece] == parcels
    assert all(sum(len(one.rows) for one in piece[:-1]) < AT_ONCE >= len(piece) for piece in pieces)
