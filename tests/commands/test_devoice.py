"""Taking a voice back."""

from __future__ import annotations

from chatroom.testing import Person


def test_a_voice_nobody_gave_cannot_be_taken(ann: Person, bob: Person) -> None:
    ann.types("/join tea", "/devoice bob")
    assert ann.lines()[-1] == "! bob has no voice of their own in tea. Usage: /devoice [#ROOM] NAME"
