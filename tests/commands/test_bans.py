"""Who is banned."""

from __future__ import annotations

from chatroom.commands.bans import SHOWN
from chatroom.testing import START, Person, World


def test_nobody_is_banned_at_first(mod: Person) -> None:
    answer = mod.answer("bans")
    assert (answer["lines"], answer["bans"]) == (["Nobody is banned."], [])


def test_each_is_listed_with_how_long_by_whom_and_why_oldest_first(club: World, mod: Person, ada: Person) -> None:
    mod.answer("ban", who="troll", reason="spam", **{"for": "1h"})
    club.rest(1800)
    ada.answer("ban", who="198.51.100.0/24")
    answer = mod.answer("bans")
    assert answer["lines"] == ["#1 troll, for 30 more minutes, by mod: spam", "#2 198.51.100.0/24, for good, by ada"]
    first, second = answer["bans"]
    assert first == {"id": "1", "targets": ["troll"], "until": START + 3600, "by": "mod", "reason": "spam", "at": START}
    assert second["until"] is None


def test_what_is_over_is_not_listed(club: World, mod: Person) -> None:
    mod.answer("ban", who="troll", **{"for": "1s"})
    club.rest(1)
    assert mod.answer("bans")["lines"] == ["Nobody is banned."]


def test_the_newest_are_shown_when_there_are_very_many(mod: Person) -> None:
    for number in range(SHOWN + 2):
        mod.answer("ban", who=f"troll-{number}-a")
    answer = mod.answer("bans")
    assert len(answer["bans"]) == SHOWN
    assert answer["lines"][0] == "2 older bans are not shown."
    assert answer["bans"][-1]["targets"] == [f"troll-{SHOWN + 1}-a"]
