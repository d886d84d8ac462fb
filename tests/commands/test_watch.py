"""Seeing all that happens."""

from __future__ import annotations

from typing import Any

from chatroom.testing import Person, World


def seen(person: Person) -> list[dict[str, Any]]:
    return [{key: value for key, value in one.items() if key not in {"at", "id"}} for one in person.objects()]


def test_what_is_said_and_who_comes_and_goes_is_seen_in_every_room(club: World, ada: Person, eve: Person) -> None:
    assert ada.answer("watch")["watching"] is True
    eve.types("hi", "/join dev", "/topic tea", "/me waves", "/leave dev", "/quit bye")
    assert [(one["is"], one.get("room", one.get("rooms"))) for one in seen(ada)] == [
        ("said", "lobby"),
        ("opened", "dev"),
        ("joined", "dev"),
        ("topic", "dev"),
        ("said", "dev"),
        ("left", "dev"),
        ("quit", ["lobby"]),
    ]


def test_orders_are_seen_with_who_gave_them_and_what_became_of_them(ada: Person, mod: Person, eve: Person) -> None:
    ada.answer("watch")
    mod.answer("kick", who="eve", reason="spam")
    assert seen(ada) == [
        {"is": "kicked", "rooms": ["lobby"], "by": "mod", "who": "eve", "present": {"lobby": 1}, "reason": "spam"},
        {"is": "ordered", "by": "mod", "where": "json 203.0.113.2", "what": "kick eve: spam"},
    ]


def test_that_private_words_passed_is_seen_but_never_what_they_were(club: World, ada: Person, mod: Person, eve: Person) -> None:
    ada.answer("watch")
    eve.types("/msg mod the secret is 42")
    mod.answer("tell", to="mod", text="the secret is 42")
    club.logged_in("meg").answer("tell", to="mod", text="the secret is 42")
    heard = seen(ada)
    assert [one for one in heard if one["is"] == "whispered"] == [
        {"is": "whispered", "by": "eve", "to": "mod"},
        {"is": "whispered", "by": "mod", "to": "mod"},
        {"is": "whispered", "by": "meg", "to": "mod"},
    ]
    assert "42" not in repr(heard)


def test_an_announcement_in_many_rooms_is_seen_once_and_then_who_made_it(club: World, ada: Person, eve: Person) -> None:
    eve.types("/join dev")
    ada.answer("watch")
    ada.asks("announce", 1, text="Tea is ready.")
    assert [one["is"] for one in seen(ada) if one.get("re") is None] == ["said", "ordered"]


def test_it_ends_when_asked_to_and_with_the_console(club: World, ada: Person, eve: Person) -> None:
    ada.answer("watch")
    assert ada.answer("watch", state="OFF")["lines"] == ["You no longer watch."]
    eve.types("hi")
    assert ada.objects() == []
    ada.answer("watch")
    ada.leaves()
    eve.types("hi")
    assert club.house.deeds.watching == {}


def test_anything_but_on_and_off_is_refused(ada: Person) -> None:
    assert ada.answer("watch", state="maybe")["error"] == "wrong-usage"


def test_it_is_for_a_console_of_an_admin(club: World) -> None:
    assert club.logged_in("ada").answer("watch")["why"] == "/watch works at a console only."
    assert club.console("mod").answer("watch")["error"] == "rank-too-low"
