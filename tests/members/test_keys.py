"""The file of keys: written by the house, edited by the host, and never a way to lose what stands in it."""

from __future__ import annotations

import base64
import stat
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import pytest
from twisted.internet.defer import Deferred, maybeDeferred
from twisted.internet.task import Clock

from chatroom.core.errors import KeyKnown, KeysUnwritable
from chatroom.core.keys import PublicKey, read_blob
from chatroom.members.keys import FILE, MOST, POLL, SAID, KeyFile
from chatroom.spawn import deferred

T = TypeVar("T")


def key(number: int) -> PublicKey:
    return read_blob(b"\0\0\0\x0bssh-ed25519\0\0\0 " + number.to_bytes(32))


def at_once(work: Callable[[], T]) -> Deferred[T]:
    return maybeDeferred(work)


class Kept:
    """Be a file of keys in a folder."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        self.clock = Clock()
        self.said: list[str] = []
        self.file = KeyFile(self.path, self.clock, at_once, self.said.append)
        self.file.start()

    def done(self, work: Coroutine[Deferred[Any], Any, None]) -> None:
        """Do it now, or raise what came of it."""
        failures: list[Any] = []
        deferred(work).addErrback(failures.append)
        for failure in failures:
            failure.raiseException()

    def edit(self, text: str) -> None:
        """Write the file as the host would, and let the house look."""
        self.path.write_text(text)
        self.clock.advance(POLL)


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path)


def test_a_key_that_is_added_stands_in_the_file_for_its_owner_alone(kept: Kept) -> None:
    kept.done(kept.file.add("m1", key(1)))
    assert kept.file.ring.of("m1") == (key(1),)
    assert f"m1 {key(1)}\n" in kept.path.read_text()
    assert stat.S_IMODE(kept.path.stat().st_mode) == 0o600
    assert Kept(kept.path.parent).file.ring.of("m1") == (key(1),)


def test_what_the_host_writes_holds_after_a_moment(kept: Kept) -> None:
    kept.edit(f"# a comment\n\nm1 {key(1)} laptop\nm2 {key(2)}\n")
    assert kept.file.ring.of("m2") == (key(2),)
    kept.edit(f"m2 {key(2)}\n")
    assert kept.file.ring.of("m1") == ()
    assert kept.said == []


def test_a_line_that_is_no_key_is_told_and_kept(kept: Kept) -> None:
    kept.edit(f"m1 nonsense\nNo-Member {key(3)}\nm1 {key(1)}\n")
    assert len(kept.said) == 2
    kept.done(kept.file.add("m2", key(2)))
    assert "m1 nonsense\n" in kept.path.read_text()
    assert kept.file.ring.members() == ("m1", "m2")
    kept.edit("rubbish\n" * 50)
    assert len(kept.said) == 2 + SAID


def test_a_change_of_a_key_touches_no_other_line(kept: Kept) -> None:
    before = f"# laptops\r\n\nm1 {key(1)} blue laptop\n\t m1  {key(2)}\nm2 \xe9?\n# keys to come\n".encode("latin-1")
    kept.path.write_bytes(before)
    kept.clock.advance(POLL)
    kept.done(kept.file.add("m2", key(3)))
    assert kept.path.read_bytes() == before + f"m2 {key(3)}\n".encode()
    kept.done(kept.file.forget("m2"))
    assert kept.path.read_bytes() == before
    kept.done(kept.file.remove("m1", 1))
    assert kept.path.read_bytes() == before.replace(f"m1 {key(1)} blue laptop\n".encode(), b"")
    kept.clock.advance(POLL)
    assert kept.file.ring.of("m1") == (key(2),)


def test_keys_are_removed_one_by_one_and_with_their_owner(kept: Kept) -> None:
    for number in (1, 2, 3):
        kept.done(kept.file.add("m1", key(number)))
    kept.done(kept.file.remove("m1", 2))
    assert kept.file.ring.of("m1") == (key(1), key(3))
    kept.done(kept.file.forget("m1"))
    kept.done(kept.file.forget("m1"))
    assert "ssh-ed25519 AAAA" not in kept.path.read_text()


def test_what_cannot_be_is_refused_and_changes_nothing(kept: Kept) -> None:
    kept.done(kept.file.add("m1", key(1)))
    with pytest.raises(KeyKnown):
        kept.done(kept.file.add("m1", key(1)))
    assert kept.file.ring.of("m1") == (key(1),)


def test_a_file_that_cannot_be_read_leaves_what_was_known(kept: Kept) -> None:
    kept.done(kept.file.add("m1", key(1)))
    kept.path.unlink()
    kept.path.mkdir()
    kept.clock.advance(POLL)
    kept.clock.advance(POLL)
    assert len(kept.said) == 1
    assert kept.file.ring.of("m1") == (key(1),)
    with pytest.raises(KeysUnwritable):
        kept.done(kept.file.add("m1", key(2)))


def test_a_file_that_is_too_large_is_not_read(kept: Kept) -> None:
    kept.edit("#" * (MOST + 1))
    assert "larger than" in kept.said[0]


def test_a_key_is_written_as_it_stands_in_a_pub_file(kept: Kept) -> None:
    kept.done(kept.file.add("m1", key(7)))
    (line,) = [line for line in kept.path.read_text().splitlines() if line.startswith("m1 ")]
    assert base64.b64decode(line.split()[2]) == key(7).blob


def test_nobody_looks_after_the_end(kept: Kept) -> None:
    kept.file.stop()
    assert not kept.clock.getDelayedCalls()
