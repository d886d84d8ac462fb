"""Reading what was done, by whom and from where."""

from __future__ import annotations

from chatroom.testing import START, Person, World


def test_each_order_tells_who_from_where_what_and_when(club: World, ada: Person, mod: Person, eve: Person) -> None:
    mod.answer("kick", who="eve", reason="spam")
    club.rest(60)
    ada.answer("ban", who="troll", **{"for": "1h"})
    answer = ada.answer("audit")
    assert answer["orders"] == [
        {"at": START, "by": "mod", "where": "json 203.0.113.2", "what": "kick eve: spam"},
        {"at": START + 60, "by": "ada", "where": "console 203.0.113.1", "what": "ban troll for 1 hour"},
    ]
    assert answer["lines"] == [
        "2023-11-14 22:13:20Z mod (json 203.0.113.2): kick eve: spam",
        "2023-11-14 22:14:20Z ada (console 203.0.113.1): ban troll for 1 hour",
    ]


def test_nothing_is_on_record_at_first(ada: Person) -> None:
    assert ada.answer("audit")["lines"] == ["Nothing is on record."]


def test_it_survives(club: World, ada: Person) -> None:
    ada.answer("ban", who="troll")
    club = club.restarted()
    assert [one["what"] for one in club.console("ada").answer("audit")["orders"]] == ["ban troll for good"]


def test_the_newest_are_told_as_many_as_asked_for_within_the_limit(club: World, ada: Person) -> None:
    for number in range(club.hub.limits.page + 5):
        ada.answer("ban", who=f"troll-{number}-a")
    assert [one["what"] for one in ada.answer("audit", count=1)["orders"]] == [f"ban troll-{club.hub.limits.page + 4}-a for good"]
    assert len(ada.answer("audit")["orders"]) == club.hub.limits.recent
    assert len(ada.answer("audit", count=10**6)["orders"]) == club.hub.limits.page
    assert len(ada.answer("audit", count=0)["orders"]) == 1


def test_a_refused_order_is_on_no_record(ada: Person, mod: Person) -> None:
    mod.answer("kick", who="nobody-here")
    mod.answer("announce", text="hello")
    assert ada.answer("audit")["orders"] == []


def test_who_may_order_may_not_read_it_all(mod: Person) -> None:
    assert mod.answer("audit")["error"] == "rank-too-low"


def test_it_stands_in_no_history_of_a_room(mod: Person, eve: Person) -> None:
    mod.answer("ban", who="troll")
    eve.lines()
    eve.types("/history")
    eve.hears("-- Nothing was said before that.")


def test_a_reason_is_told_from_the_length_before_it(club: World, ada: Person) -> None:
    ada.answer("mute", who="name:eve", reason="being loud", **{"for": "1m"})
    assert ada.answer("audit", count=1)["orders"][0]["what"] == "mute eve for 1 minute: being loud"
