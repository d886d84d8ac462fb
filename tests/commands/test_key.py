"""Keeping the keys by which one comes in."""

from __future__ import annotations

import pytest

from chatroom.core.keys import EACH, read
from chatroom.testing import Person, World

PUBLIC = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"


@pytest.fixture
def meg(club: World) -> Person:
    return club.logged_in("meg")


def test_a_key_is_kept_listed_and_removed(club: World, meg: Person) -> None:
    assert meg.answer("key")["lines"] == ["You have no keys."]
    kept = meg.answer("key", what=f"add {PUBLIC} laptop")["lines"][0]
    assert kept.startswith(
        f"Kept: ssh-ed25519 {read(PUBLIC).fingerprint} laptop. From now on you can come in with it: ssh -p PORT meg@HOST"
    )
    assert meg.answer("key", what="list")["keys"] == [
        {"kind": "ssh-ed25519", "fingerprint": read(PUBLIC).fingerprint, "comment": "laptop"}
    ]
    assert club.hub.keeper.keys.of("m-meg") == (read(PUBLIC),)
    assert meg.answer("key", what="remove 1")["lines"] == ["Key 1 is removed."]
    assert club.hub.keeper.keys.of("m-meg") == ()


@pytest.mark.parametrize(
    ("what", "error"),
    [
        ("add", "no-key-shown"),
        ("add ssh-ed25519 AAAA", "key-invalid"),
        ("remove 1", "no-such-key"),
        ("remove", "no-such-key"),
        ("remove all", "no-such-key"),
        ("lend", "wrong-usage"),
    ],
)
def test_what_cannot_be_is_refused(meg: Person, what: str, error: str) -> None:
    assert meg.answer("key", what=what)["error"] == error


def test_no_key_is_kept_twice(meg: Person) -> None:
    meg.answer("key", what=f"add {PUBLIC}")
    assert meg.answer("key", what=f"add {PUBLIC} again")["error"] == "key-known"
    assert EACH > 1


def test_a_guest_has_none(club: World) -> None:
    assert club.program("gus").answer("key")["error"] == "not-a-member"
