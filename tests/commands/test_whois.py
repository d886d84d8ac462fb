"""What is known about somebody."""

from __future__ import annotations

from chatroom.testing import Person


def test_rank_doors_and_rooms_are_told_but_no_address(ann: Person, bob: Person, bot: Person) -> None:
    bob.types("/join dev", "/away tea")
    ann.lines()
    ann.types("/whois BOB", "/whois bot")
    ann.hears(
        "bob is a guest, here through the line door, in dev, lobby.",
        "bob is away: tea",
        "bot is a guest, here through the json door, in lobby.",
    )


def test_somebody_in_no_room_is_still_somebody(ann: Person, bob: Person) -> None:
    bob.types("/leave")
    ann.lines()
    ann.types("/whois bob")
    ann.hears("bob is a guest, here through the line door, in no room.")


def test_a_program_gets_it_as_fields(ann: Person, bot: Person) -> None:
    bot.asks("whois", 1, name="ann")
    (answer,) = bot.objects()
    found = {key: answer[key] for key in ("name", "rank", "rooms", "doors", "since")}
    assert found == {"name": "ann", "rank": "guest", "rooms": ["lobby"], "doors": ["line"], "since": 1_700_000_000.0}
