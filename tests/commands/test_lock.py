"""Locking a topic."""

from __future__ import annotations

from chatroom.testing import Person


def test_only_who_keeps_order_sets_the_topic_of_a_locked_room(ann: Person, bob: Person) -> None:
    ann.types("/join tea", "/lock on")
    assert ann.lines()[-1] == "Only those who keep order in tea may set its topic."
    bob.types("/join tea", "/topic spam", "/topic")
    assert bob.lines()[-2:] == [
        "! The topic of tea is locked: only those who keep order there may set it.",
        "tea has no topic. /topic TEXT sets one.",
    ]
    ann.types("/topic leaves")
    bob.hears("[tea] -- ann changed the topic to: leaves")
