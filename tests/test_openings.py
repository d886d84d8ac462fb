"""Tests of the places where the doors listen, beside other programs that want the same."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from twisted.internet.protocol import Factory
from twisted.internet.testing import MemoryReactorClock

from chatroom import listen, openings
from chatroom.openings import Openings
from chatroom.ports import PortUnusable


class Door:
    """Be a door to nowhere."""

    name = "console"
    factory: Any = Factory()

    def recognises(self, first: bytes) -> bool | None:
        return False


def opened(places: dict[str, Any], said: list[str]) -> tuple[Openings, list[object]]:
    """Claim the places, and open them when another program has begun to listen at the same."""
    (endpoint,) = places["console"]
    made = Openings({"console": Door()}, places, MemoryReactorClock(), said.append, lambda door, encrypted: door.factory)
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", endpoint.port))
        made.claim()
        other.listen()
        result: list[object] = []
        made.startService().addBoth(result.append)
    return made, result


@pytest.fixture
def places() -> dict[str, Any]:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return {"console": (listen.parse(f"tcp:{found.getsockname()[1]}:interface=127.0.0.1"),)}


def test_a_place_nobody_asked_for_that_is_taken_at_the_last_moment_is_done_without(
    places: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openings, "DOORS_UNASKED", places)
    said: list[str] = []
    made, result = opened(places, said)
    assert result == [None]
    assert len(said) == 1
    assert "No setting names that door, so the house opens without it" in said[0]
    assert not made.ports[0].listening


def test_one_that_was_asked_for_keeps_the_house_from_opening(places: dict[str, Any]) -> None:
    said: list[str] = []
    _, (failure,) = opened(places, said)
    assert isinstance(getattr(failure, "value", None), PortUnusable)
    assert said == []
