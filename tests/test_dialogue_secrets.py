"""Passwords on a client's side: sent when the house asks for one, kept for reconnects, shown nowhere."""

from __future__ import annotations

import json
from typing import Any

from chatroom.core.rank import Rank
from chatroom.dialogue import AGAIN, ATTEMPTS, CROWDED, Phase, Wanted
from chatroom.happening import ChoiceAsked, Happening, PasswordAsked, PasswordRefused, TurnedAway, Welcomed
from chatroom.view import View

NEEDED = {"re": "hello", "ok": False, "error": "password-needed", "why": "ann needs a password to come in."}
WRONG = {"re": "hello", "ok": False, "error": "wrong-password", "why": "No."}
TO_CHOOSE = {"re": "hello", "ok": False, "error": "password-to-choose", "why": "Choose."}
WELCOME = {"re": "hello", "ok": True, "is": "welcome", "you": "ann", "rank": str(Rank.MEMBER), "house": "h", "welcome": ""}


class Talk:
    """Be a view and a house of recorded lines."""

    def __init__(self, name: str = "ann") -> None:
        self.view = View("k" * 20, name, bot=True)
        self.connect()

    def connect(self) -> list[dict[str, Any]]:
        self.view.connected(0.0)
        return self.sent()

    def hears(self, *objects: dict[str, Any]) -> list[Happening]:
        return [one for found in objects for one in self.view.received(json.dumps(found).encode(), 0.0)]

    def sent(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.view.outgoing().splitlines()]


def test_a_password_is_sent_only_after_the_house_asked_for_it() -> None:
    talk = Talk()
    assert talk.hears(NEEDED) == [PasswordAsked("ann", "ann needs a password to come in.")]
    assert talk.view.wanted is Wanted.PASSWORD
    assert talk.sent() == []
    talk.view.use_password("s3cret")
    (hello,) = talk.sent()
    assert (hello["do"], hello["name"], hello["password"]) == ("hello", "ann", "s3cret")
    assert talk.hears(WELCOME) == [Welcomed("ann", "h", "", again=False)]


def test_it_is_sent_again_after_a_reconnect_under_the_name_it_is_for() -> None:
    talk = Talk("ann@example.org")
    talk.hears(NEEDED)
    talk.view.use_password("s3cret")
    talk.hears(WELCOME, {"re": None, "ok": True, "is": "nick", "you": "anna", "lines": []})
    talk.view.disconnected("lost")
    (hello,) = talk.connect()
    assert (hello["name"], hello["password"]) == ("ann@example.org", "s3cret")


def test_a_wrong_password_is_forgotten_and_asked_for_again() -> None:
    talk = Talk()
    talk.hears(NEEDED)
    talk.view.use_password("wrong")
    talk.sent()
    assert talk.hears(WRONG) == [PasswordRefused("wrong-password", "No.")]
    assert talk.view.wanted is Wanted.PASSWORD
    assert "password" not in talk.connect()[0]


def test_a_password_given_while_there_is_no_connection_goes_with_the_next_greeting() -> None:
    talk = Talk()
    talk.hears(NEEDED)
    talk.view.disconnected("lost")
    talk.view.use_password("s3cret")
    assert talk.sent() == []
    assert talk.connect()[0]["password"] == "s3cret"


def test_another_name_does_not_inherit_the_password() -> None:
    talk = Talk()
    talk.hears(NEEDED)
    talk.view.use_password("s3cret")
    talk.sent()
    talk.hears(WRONG)
    talk.view.call_me("bob")
    (hello,) = talk.sent()
    assert hello["name"] == "bob"
    assert "password" not in hello
    assert talk.view.wanted is None


def test_an_invitation_is_turned_into_a_password_and_that_is_used_from_then_on() -> None:
    talk = Talk()
    talk.hears(NEEDED)
    talk.view.use_password("abcd-efgh")
    talk.sent()
    assert talk.hears(TO_CHOOSE) == [ChoiceAsked("ann", "Choose.")]
    talk.view.choose_password("short")
    assert talk.sent() == [{"do": "choose", "id": "choose", "password": "short"}]
    refusal = {"re": "choose", "ok": False, "error": "password-too-short", "why": "Too short."}
    assert talk.hears(refusal) == [PasswordRefused("password-too-short", "Too short.")]
    assert talk.view.wanted is Wanted.CHOICE
    talk.view.choose_password("long enough")
    talk.sent()
    assert talk.hears({"re": "choose", "ok": True}) == []
    assert talk.sent()[0]["password"] == "long enough"
    talk.hears(WELCOME)
    talk.view.disconnected("lost")
    assert talk.connect()[0]["password"] == "long enough"


def test_a_choice_whose_answer_was_lost_is_made_again() -> None:
    talk = Talk()
    talk.hears(NEEDED)
    talk.view.use_password("abcd-efgh")
    talk.hears(TO_CHOOSE)
    talk.view.choose_password("long enough")
    talk.view.disconnected("lost")
    assert talk.connect()[0]["password"] == "abcd-efgh"
    assert talk.hears(TO_CHOOSE) == []
    assert talk.sent() == [{"do": "choose", "id": "choose", "password": "long enough"}]


def test_a_house_that_checks_too_many_passwords_is_asked_again_a_few_times() -> None:
    talk = Talk()
    crowded = {"re": "hello", "ok": False, "error": CROWDED, "why": "Later."}
    for _ in range(ATTEMPTS):
        talk.sent()
        assert talk.hears(crowded) == []
        talk.view.tick(AGAIN)
        assert [one["do"] for one in talk.sent()] == ["hello"]
    assert talk.hears(crowded) == [TurnedAway(CROWDED, "Later.")]


def test_too_many_attempts_turn_us_away_with_the_sentence() -> None:
    talk = Talk()
    refusal = {"re": "hello", "ok": False, "error": "too-many-attempts", "why": "Try again in 30 s."}
    assert talk.hears(refusal) == [TurnedAway("too-many-attempts", "Try again in 30 s.")]
    assert talk.view.phase is Phase.ENDED


def test_no_repr_shows_a_password() -> None:
    talk = Talk()
    talk.hears(NEEDED)
    talk.view.use_password("s3cret")
    assert "s3cret" not in repr(talk.view) + repr(talk.hears(WRONG))
