"""Giving somebody a voice while a room is quiet."""

from __future__ import annotations

from chatroom.testing import Person


def test_who_has_a_voice_speaks_while_it_is_quiet(ann: Person, bob: Person) -> None:
    ann.types("/join tea")
    bob.types("/join tea")
    ann.types("/quiet on", "/voice bob")
    ann.lines(), bob.lines()
    bob.types("thank you")
    ann.hears("[tea] bob: thank you")
    ann.types("/devoice bob")
    bob.hears("[tea] -- ann took bob's voice")
    bob.types("hello?")
    bob.hears("! tea is quiet: only those with a voice speak there now. Ask an operator for one.")
