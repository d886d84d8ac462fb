"""Who may do what, by what one is in a room: every command, asked for by its owner, an operator, who has a voice, who is muted there or
in the whole house, and a moderator who is in no room.

Each of them may what any guest may, as the table of all commands says, but for what stands here.
"""

from __future__ import annotations

import pytest

from chatroom.core.rank import Rank
from chatroom.core.settings import OPERATOR, VOICE
from chatroom.testing import Person, World, member
from tests.core.test_permissions import KEEPERS, NOBODY, OK, TABLE, Row, named, outcome

MUTED = "muted"
HERE = "muted-in-room"
USAGE = "wrong-usage"

STANDINGS = ["owner", "operator", "voiced", "muted", "silenced", "moderator"]
Others = dict[str, str]

SPEAKING: Others = {"muted": HERE, "silenced": MUTED}
"""What those hear who may not speak, of what others see."""
KEEPING: Others = {"owner": OK, "operator": OK, "silenced": MUTED, "moderator": OK}
KNOWING: Others = {"moderator": OK}


def none_such(what: str) -> Others:
    """Say that who keeps order may, but there is nothing to be done."""
    return {"owner": what, "operator": what, "silenced": MUTED, "moderator": what}


BY_CASE: dict[str, Others] = {
    "to know it of one's own room": KNOWING,
    "to know it of another's room": KNOWING,
    "in one's own room": KEEPING,
    "in another's room": KNOWING,
}
"""What those may more, or less, of the verbs that keep order or tell how a room is."""

BY_NAME: dict[str, Others] = {
    "deop in one's own room": none_such(USAGE),
    "deop in another's room": {"moderator": USAGE},
    "devoice in one's own room": none_such(USAGE),
    "devoice in another's room": {"moderator": USAGE},
    "unmute in one's own room": none_such("not-muted"),
    "unmute in another's room": {"moderator": "not-muted"},
    "close one's own room": {"owner": "lobby-stays", "silenced": MUTED, "moderator": "lobby-stays"},
    "close another's room": {"moderator": OK},
    "invite who is there already": {"silenced": MUTED, "moderator": USAGE},
    "invite to another's room": {"moderator": USAGE},
    "ban another": KEEPING,
    "ban another, to see whom it hits": KEEPING,
    "bans": KNOWING,
    "unban another": none_such("not-banned"),
    "kick another": KEEPING,
    "kick oneself": {"owner": OK, "operator": OK, "silenced": MUTED, "moderator": NOBODY},
    "remove what another said": {"owner": OK, "operator": OK},
    "remove what is said in another's room": {"moderator": "no-such-message"},
    "away of one's own": SPEAKING,
    "me in one's own room": SPEAKING,
    "me in another's room": {},
    "me where one looks": SPEAKING,
    "say in one's own room": SPEAKING,
    "say in another's room": {},
    "say where one looks": SPEAKING,
    "topic set in one's own room": SPEAKING,
    "nick to a free name": SPEAKING,
    "card one's own": SPEAKING,
    "nick to another's name": SPEAKING,
    "nick to what looks like another": SPEAKING,
    "nick to a reserved name": SPEAKING,
    "confide in one's own room": SPEAKING,
    "confide in another's room": {"silenced": MUTED},
    "signal in one's own room": SPEAKING,
    "signal in another's room": {"silenced": MUTED},
    "signal to another": {"silenced": MUTED},
    "signal to nobody": {"silenced": MUTED},
    "tell another": {"silenced": MUTED},
    "tell oneself": {"silenced": MUTED, "moderator": NOBODY},
    "people in one's own room": {},
    "people in another's room": {},
    "who in one's own room": {},
    "who in another's room": {},
    "stats": {"moderator": OK},
    "sponsor": {"moderator": "registration-closed"},
    "register in a house that lets nobody": {"moderator": "is-a-member"},
    "identify with nobody's password": {"moderator": "is-a-member"},
    "identify without anything": {"moderator": "is-a-member"},
    "prove as nobody": {"moderator": "is-a-member"},
    "prove without a beginning": {"moderator": "is-a-member"},
    "rise with nobody's password": {"moderator": "wrong-password"},
    "key": {"moderator": OK},
    "passwd of one's own": {"moderator": "wrong-password"},
    "ignore of oneself": {"moderator": OK},
    "whois oneself": {"moderator": NOBODY},
}
"""What those may more, or less, who ask for this; `ann` is nobody where a moderator asks."""


def others(row: Row) -> Others:
    """Give what a request comes to for those for whom it is not as for any guest."""
    return BY_NAME.get(named(row), BY_CASE.get(row.case, {}))


def expected(row: Row, standing: str) -> str:
    """Tell what a request comes to for somebody of a standing."""
    return others(row).get(standing, row.outside if standing == "moderator" else row.inside)


def asker(world: World, standing: str) -> Person:
    """Let ann come into the lobby and be of some standing there, or max the moderator come into no room."""
    wire = world.wire("198.51.100.7")
    if standing == "moderator":
        return world.logged_in("max", wire, rooms=[])
    ann = world.program("ann", wire)
    person, rights = next(one for one in world.hub.people.values() if one.name == "ann"), world.hub.rooms["lobby"].rights
    if standing == "owner":
        rights.open(person).keep()
    elif standing in {"operator", "voiced"}:
        rights.give(OPERATOR if standing == "operator" else VOICE, person.inbox, "ann").keep()
    else:
        where = {"room": "lobby"} if standing == "muted" else {}
        assert world.host().answer("mute", who="name:ann", force=True, **where)["ok"]
        ann.objects()
    return ann


def house() -> World:
    """Give a house where bob is in the lobby, has said something there, and owns another room."""
    world = World(members=[member("max", Rank.MODERATOR)])
    world.program("bob", rooms=["lobby", "dev"]).asks("say", room="lobby", text="hi")
    return world


def allowed(standing: str) -> list[Row]:
    """List what somebody of a standing may, and not only as everybody may: for who may not speak all that is left."""
    silent = standing in {"muted", "silenced"}
    return [row for row in TABLE if expected(row, standing) == OK and (silent or standing in others(row))]


@pytest.mark.parametrize("standing", STANDINGS)
def test_what_is_refused_to_somebody_by_what_they_are_in_a_room(standing: str) -> None:
    ann = asker(house(), standing)
    refused = {named(row): expected(row, standing) for row in TABLE if expected(row, standing) != OK}
    assert {named(row): outcome(ann, row) for row in TABLE if named(row) in refused} == refused


@pytest.mark.parametrize(
    ("standing", "row"),
    [(standing, row) for standing in STANDINGS for row in allowed(standing)],
    ids=lambda one: named(one) if isinstance(one, Row) else one,
)
def test_what_somebody_may_by_what_they_are_in_a_room(standing: str, row: Row) -> None:
    assert outcome(asker(house(), standing), row) == OK


def test_everything_that_differs_is_something_that_is_asked_for() -> None:
    assert BY_NAME.keys() <= {named(row) for row in TABLE}


@pytest.mark.parametrize("standing", ["voiced", "muted", "silenced"])
def test_who_only_has_a_voice_or_none_keeps_no_order(standing: str) -> None:
    assert not [named(row) for row in TABLE if row.inside == KEEPERS and expected(row, standing) == OK]
