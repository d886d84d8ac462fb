"""Whatever a server says becomes one typed, bounded thing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatroom.core.replies import Answer, Entered, Page, Welcome
from chatroom.wire import heard
from chatroom.wire.heard import Refusal, Strange, understand

SAID: dict[str, Any] = {"is": "said", "room": "dev", "seq": 1, "at": "2025-11-21T04:00:00.123Z", "id": "a", "by": "ann", "text": "hi"}


def line(**fields: Any) -> bytes:
    return json.dumps({name.strip("_"): value for name, value in fields.items()}).encode()


@pytest.mark.parametrize(
    "changed",
    [
        {"seq": -1},
        {"seq": True},
        {"seq": 1.5},
        {"seq": "1"},
        {"seq": None},
        {"at": "yesterday"},
        {"at": "9999999-01-01T00:00:00Z"},
        {"at": 5},
        {"by": None},
        {"by": ["ann"]},
        {"by": "x" * 129},
        {"id": "x" * 129},
        {"room": 5},
        {"text": "x" * (heard.TEXT + 1)},
        {"is": ["said"]},
        {"is": "unheard-of"},
    ],
)
def test_an_entry_that_is_not_as_it_should_be_is_strange(changed: dict[str, Any]) -> None:
    assert isinstance(understand(line(**SAID | changed)), Strange)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"re": []},
        {"re": 1, "ok": False},
        {"re": 1, "ok": False, "error": "x", "why": 5},
        {"re": 1, "ok": True, "is": 5},
        {"re": 1, "ok": True, "is": "entered", "room": "dev", "epoch": "e", "seq": 1, "people": ["x" * 129]},
        {"re": 1, "ok": True, "is": "entered", "room": "dev", "epoch": "e", "seq": 1, "recent": [5]},
        {"re": 1, "ok": True, "is": "page", "entries": {}},
        {"re": 1, "ok": True, "is": "who", "lines": [5]},
        {"is": "renamed", "present": [], "by": "a", "new": "b", "at": SAID["at"], "id": "x"},
        {"is": "missed", "room": "dev", "count": "5", "after": 1},
        {"is": "kicked", "present": {}, "by": "a", "at": SAID["at"], "id": "x"},
        {"is": "kicked", "present": {"dev": -1}, "by": "a", "who": "b", "at": SAID["at"], "id": "x"},
        {"is": "kicked", "present": {}, "by": "a", "who": "x" * 129, "at": SAID["at"], "id": "x"},
        {"is": "ordered", "by": "a", "where": 5, "what": "kick b", "at": SAID["at"], "id": "x"},
        {"is": "ordered", "by": "a", "where": "here", "at": SAID["at"], "id": "x"},
        {"is": "whispered", "by": "a", "at": SAID["at"], "id": "x"},
    ],
)
def test_a_reply_that_is_not_as_it_should_be_is_strange(fields: dict[str, Any]) -> None:
    found = understand(line(**fields))
    assert isinstance(found, Strange)
    assert found.problem


def test_a_line_too_long_is_strange_before_it_is_read() -> None:
    assert understand(b"x" * (heard.LINE + 1)) == Strange("the line is too long")


def test_lists_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heard, "ENTRIES", 3)
    monkeypatch.setattr(heard, "LINES", 3)
    full = line(re=1, ok=True, is_="page", room="dev", entries=[SAID] * 3)
    assert isinstance(understand(full), Page)
    assert isinstance(understand(line(re=1, ok=True, is_="page", room="dev", entries=[SAID] * 4)), Strange)
    assert isinstance(understand(line(re=1, ok=True, is_="who", lines=["x"] * 3)), Answer)
    assert isinstance(understand(line(re=1, ok=True, is_="who", lines=["x"] * 4)), Strange)


def test_a_kind_of_entry_from_the_future_hides_none_beside_it() -> None:
    future = SAID | {"is": "pinned", "seq": 2}
    found = understand(line(re=1, ok=True, is_="page", room="dev", entries=[SAID, future, SAID | {"seq": 3}]))
    assert isinstance(found, Page)
    assert [entry.seq for entry in found.entries] == [1, 3]


def test_a_welcome_keeps_only_limits_that_are_numbers() -> None:
    found = understand(line(re=1, ok=True, is_="welcome", you="ann", limits={"text": 5, "x": "y", "z": True, "f": 1.5}))
    assert isinstance(found, Welcome)
    assert found.limits == {"text": 5, "f": 1.5}


def test_a_refusal_without_an_ok_is_no_success() -> None:
    assert isinstance(understand(line(re=1, error="x", why="y")), Refusal)


def test_an_unknown_manner_is_plain_speech() -> None:
    assert understand(line(**SAID | {"manner": "sung"})) == understand(line(**SAID))


@given(st.binary(max_size=300))
def test_any_bytes_are_understood_or_strange(data: bytes) -> None:
    assert understand(data) is not None


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
kinds = st.sampled_from(
    [
        "said",
        "told",
        "joined",
        "renamed",
        "kicked",
        "ordered",
        "whispered",
        "welcome",
        "entered",
        "page",
        "missed",
        "notice",
        "bye",
        "who",
    ]
)
keys = st.sampled_from(
    [
        "re",
        "ok",
        "room",
        "seq",
        "at",
        "id",
        "by",
        "text",
        "present",
        "recent",
        "entries",
        "entry",
        "people",
        "epoch",
        "who",
        "to",
        "where",
        "what",
    ]
)


@given(kinds, st.dictionaries(keys, junk | st.just(SAID["at"]) | st.just(SAID)))
def test_objects_that_look_nearly_right_do_no_harm(kind: str, fields: dict[str, Any]) -> None:
    found = understand(json.dumps({"is": kind, **fields}).encode())
    assert not isinstance(found, Entered) or isinstance(found.view.room, str)
