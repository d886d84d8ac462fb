"""What sessions send is weighed, by whoever they are and wherever they come from; to come back changes nothing."""

from __future__ import annotations

import pytest

from chatroom.core.errors import ConnectingTooOften, EnteringTooOften, Flooding, Hushed, TooManyFromAddress
from chatroom.core.flood import GO, ON_ITS_WAY, FloodLimits, Verdict
from chatroom.core.guard import KNOWN, Guard, sentence
from chatroom.core.rank import Rank
from chatroom.core.request import Request
from chatroom.core.session import Person, Session

NOW = 1_700_000_000.0
HERE = "203.0.113.5"
LIMITS = FloodLimits(burst=4, per_minute=60, patience=3, tries=2)


def arrived(guard: Guard, address: str = HERE, person: Person | None = None, now: float = NOW) -> Session:
    session = Session("line", address, now)
    session.person = person
    guard.arrive(session, now)
    return session


def heard(guard: Guard, session: Session, lines: int, now: float = NOW) -> list[Verdict]:
    """Let somebody send lines one after another without a pause."""
    return [guard.weigh(session, 1.0, now) for _ in range(lines)]


def test_a_flood_is_slowed_then_hushed_then_cut_and_each_is_counted() -> None:
    guard = Guard(LIMITS)
    session = arrived(guard)
    verdicts = heard(guard, session, 8) + heard(guard, session, 3, NOW + ON_ITS_WAY)
    assert verdicts[:4] == [GO] * 4
    assert [verdict.wait for verdict in verdicts[4:7]] == [1.0, 2.0, 3.0]
    assert [verdict.hushing for verdict in verdicts[7:]] == [True, False, False, False]
    assert [type(sentence(verdict)) for verdict in verdicts[7:]] == [Hushed, Hushed, Hushed, Flooding]
    counts = guard.counts
    assert (counts.slowed, counts.hushed, counts.refused, counts.cut) == (3, 1, 3, 1)


def test_what_is_told_says_why_and_for_how_long() -> None:
    guard = Guard(LIMITS)
    verdict = heard(guard, arrived(guard), 8)[-1]
    assert str(sentence(verdict)) == "You have sent too much too fast: nothing you send is accepted for 10 seconds. Wait until then."


def test_those_who_keep_order_are_exempt_and_programs_are_not() -> None:
    guard = Guard(LIMITS)
    assert heard(guard, arrived(guard, person=Person("mod", "1", NOW, Rank.MODERATOR)), 100) == [GO] * 100
    console = Session("console", HERE, NOW)
    console.console = True
    assert heard(guard, console, 100) == [GO] * 100
    program = arrived(guard, person=Person("bot", "2", NOW))
    program.bot = True
    assert heard(guard, program, 100)[-1].hushed
    assert heard(guard, program, 100, NOW + ON_ITS_WAY)[-1].cut


def test_who_becomes_a_moderator_is_exempt_from_then_on() -> None:
    guard = Guard(LIMITS)
    person = Person("eve", "1", NOW)
    session = arrived(guard, person=person)
    assert heard(guard, session, 8)[-1].hushed
    person.rank = Rank.MODERATOR
    assert guard.weigh(session, 1.0, NOW) == GO


def test_pauses_too_short_to_make_are_owed() -> None:
    guard = Guard(FloodLimits(burst=10, per_minute=60_000, patience=1000))
    session = arrived(guard)
    waits = [verdict.wait for verdict in heard(guard, session, 40)]
    assert waits[:29] == [0.0] * 29
    assert waits[-1] == pytest.approx(0.03)


def test_this_machine_is_allowed_more_lines() -> None:
    guard = Guard(LIMITS)
    for address in ("127.0.0.1", "::1", "local"):
        assert heard(guard, arrived(guard, address), 4000) == [GO] * 4000


def test_consoles_are_let_in_however_many_there_are() -> None:
    guard = Guard(FloodLimits(connections=1))
    arrived(guard)
    console = Session("console", "127.0.0.1", NOW)
    console.console = True
    guard.arrive(console, NOW)
    guard.depart(console, NOW)
    assert guard.crowd.total == 1


def test_a_connection_is_given_back_once_and_only_if_it_was_let_in() -> None:
    guard = Guard(FloodLimits(address_connections=1))
    first, second = arrived(guard), Session("line", HERE, NOW)
    with pytest.raises(TooManyFromAddress):
        guard.arrive(second, NOW)
    guard.depart(second, NOW)
    assert guard.crowd.total == 1
    guard.depart(first, NOW)
    guard.depart(first, NOW)
    assert guard.crowd.total == 0
    assert guard.counts.connections == 1


def test_those_who_come_in_too_often_are_counted() -> None:
    guard = Guard(FloodLimits(address_entries=1))
    session = arrived(guard)
    guard.enter(session, NOW)
    with pytest.raises(EnteringTooOften):
        guard.enter(session, NOW)
    assert guard.counts.entries == 1


# -- coming back ----------------------------------------------------------------------------------------------------------


def test_to_connect_anew_gives_no_new_burst() -> None:
    guard = Guard(LIMITS)
    passed = 0
    for _ in range(50):
        session = arrived(guard)
        passed += sum(verdict == GO for verdict in heard(guard, session, 4))
        guard.depart(session, NOW)
    assert passed == 4


def test_the_next_from_there_is_not_hushed_for_another() -> None:
    guard = Guard(LIMITS)
    flooder = arrived(guard)
    heard(guard, flooder, 9)
    guard.depart(flooder, NOW)
    friend = arrived(guard, now=NOW + 3)
    assert not guard.weigh(friend, 1.0, NOW + 3).hushed
    assert guard.weigh(arrived(guard, now=NOW + 3), 1.0, NOW + 3) == GO


def test_a_member_who_was_hushed_is_so_wherever_they_come_back() -> None:
    guard = Guard(LIMITS)
    meg = Person("meg", "m-meg", NOW, Rank.MEMBER, "m-meg")
    session = arrived(guard, person=meg)
    heard(guard, session, 8)
    guard.depart(session, NOW)
    back = arrived(guard, "198.51.100.7", meg, NOW + 1)
    guard.recognise(back, "m-meg")
    assert guard.weigh(back, 1.0, NOW + 1).hushed == pytest.approx(9)


def test_an_address_from_which_many_were_cut_cannot_connect_for_a_while() -> None:
    guard = Guard(FloodLimits(burst=1, patience=1, tries=1, address_connects=8))
    for session in [arrived(guard) for _ in range(3)]:
        heard(guard, session, 3)
        assert heard(guard, session, 3, NOW + ON_ITS_WAY)[-1].cut
        guard.depart(session, NOW)
    with pytest.raises(ConnectingTooOften):
        arrived(guard)


def test_ever_new_addresses_that_leave_in_a_hurry_do_not_grow_the_table() -> None:
    guard = Guard(LIMITS, kept=100)
    for number in range(5000):
        session = arrived(guard, f"10.0.{number >> 8}.{number & 255}")
        heard(guard, session, 4)
        guard.depart(session, NOW)
        assert guard.remembered <= 100
    for _ in range(10):
        guard.tidy(NOW + 86400)
    assert (guard.remembered, guard.crowd.remembered, guard.crowd.addresses) == (0, 0, 0)


def test_what_is_still_held_against_somebody_is_not_tidied_away() -> None:
    guard = Guard(LIMITS)
    meg = Person("meg", "m-meg", NOW, Rank.MEMBER, "m-meg")
    session = arrived(guard, person=meg)
    heard(guard, session, 8)
    guard.depart(session, NOW)
    guard.tidy(NOW + 60)
    assert guard.remembered == 1
    guard.tidy(NOW + 10 + 2 * LIMITS.forgive)
    assert guard.remembered == 0


# -- what things count for ------------------------------------------------------------------------------------------------


def test_a_request_counts_by_its_verb_and_its_texts() -> None:
    guard = Guard(FloodLimits())
    assert guard.price("say", Request("say", "hi")) == 1
    assert guard.price("say", Request("say", "x" * 4096)) == 4
    assert guard.price("say", Request("say", fields={"room": "lobby", "text": "x\n" * 16})) == 3
    assert guard.price("hello", Request("hello", fields={"name": "ann", "rooms": ["a"] * 20, "bot": True})) == 1


def test_words_to_a_stranger_count_for_more_until_they_write_back() -> None:
    guard = Guard(FloodLimits(stranger=3))
    ann, bob = Person("ann", "1", NOW), Person("bob", "2", NOW)
    assert guard.acquaint(ann, bob) == 2
    assert guard.acquaint(ann, bob) == 2
    assert guard.acquaint(bob, ann) == 0
    assert guard.acquaint(ann, bob) == 0


def test_members_are_no_strangers_to_one_another_and_nobody_is_to_themselves() -> None:
    guard = Guard(FloodLimits(stranger=3))
    ann, bob, cat = Person("ann", "1", NOW, member="1"), Person("bob", "2", NOW, member="2"), Person("cat", "3", NOW)
    assert guard.acquaint(ann, bob) == 0
    assert guard.acquaint(cat, ann) == 2
    assert guard.acquaint(cat, cat) == 0
    assert Guard(FloodLimits(stranger=0)).acquaint(cat, Person("dan", "4", NOW)) == 0


def test_only_so_many_acquaintances_are_remembered() -> None:
    guard = Guard(FloodLimits())
    ann = Person("ann", "1", NOW)
    others = [Person(f"p{number}", f"p{number}", NOW) for number in range(KNOWN + 50)]
    for other in others:
        guard.acquaint(other, ann)
    assert len(ann.known) == KNOWN
    assert guard.acquaint(ann, others[-1]) == 0
    assert guard.acquaint(ann, others[0]) == 2


def test_the_figures_name_every_limit_in_force() -> None:
    guard = Guard(FloodLimits())
    guard.limits = FloodLimits(burst=7)
    floods = guard.figures()["floods"]
    assert floods.startswith("burst 7, per_minute 120, ")
    assert "address_entries 120" in floods
    assert guard.crowd.limits.burst == 7


def test_a_row_is_let_through_when_each_of_it_would_be_and_is_paid_for_then_alone() -> None:
    guard = Guard(LIMITS)
    session = arrived(guard)
    assert not guard.lets(session, "say", 5, 100, NOW)
    assert guard.lets(session, "say", 4, 100, NOW)
    assert not guard.lets(session, "say", 1, 100, NOW)
    assert guard.lets(session, "say", 1, 100, NOW + 1.0)
    assert heard(guard, session, 1, NOW + 1.0) == [Verdict(1.0)]


def test_no_row_is_let_through_of_which_one_counts_for_more_or_from_who_is_hushed() -> None:
    guard = Guard(LIMITS)
    session = arrived(guard)
    assert not guard.lets(session, "say", 2, LIMITS.bulk + 1, NOW)
    heard(guard, session, 8)
    assert not guard.lets(session, "say", 1, 100, NOW)
    session.console = True
    assert guard.lets(session, "say", 1000, 100, NOW)
