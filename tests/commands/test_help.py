"""Being helped."""

from __future__ import annotations

import pytest

from chatroom.core.rank import Rank
from chatroom.core.verb import ROOM, Takes, Verb
from chatroom.registry import load_verbs
from chatroom.testing import Person, World

SHOWN = [verb for verb in load_verbs() if not verb.hidden and verb.chat and verb.rank is Rank.GUEST and not verb.keeping]
"""What a guest in the chat may ask for."""
OWN_GRAMMAR = {"access", "ban", "bots", "forget", "kick", "members", "mute", "shutdown"}
"""Verbs that read their line themselves."""


def test_every_command_a_person_may_use_is_listed_with_its_usage(ann: Person) -> None:
    ann.types("/help")
    *listed, last = ann.lines()
    assert [line.split("  ")[0] for line in listed] == sorted(verb.usage for verb in SHOWN)
    assert last == "Anything that does not begin with / is said to everyone in the room."
    assert max(map(len, listed)) <= 120


@pytest.mark.parametrize("verb", load_verbs(), ids=lambda verb: str(verb.name))
def test_every_command_says_what_it_does_in_a_sentence(verb: Verb) -> None:
    assert verb.usage.startswith("/")
    assert verb.summary.endswith(".")
    assert len(verb.summary) < 100


@pytest.mark.parametrize("verb", [verb for verb in load_verbs() if verb.name not in OWN_GRAMMAR], ids=lambda verb: str(verb.name))
def test_the_usage_of_every_command_names_what_can_be_typed_in_its_order(verb: Verb) -> None:
    typed = [param for param in verb.params if param.typed]
    words = [word for word in verb.usage.split()[1:] if word != ROOM or any(param.mark == "#" for param in typed)]
    assert ["[" in word or "]" in word for word in words] == [param.optional for param in typed]


@pytest.mark.parametrize("name", sorted(OWN_GRAMMAR))
def test_a_verb_that_reads_its_line_itself_is_given_all_of_it(world: World, name: str) -> None:
    typed = [param.takes for param in world.hub.verbs[name].params if param.typed]
    assert typed == [Takes.REST]


@pytest.mark.parametrize("person", ["eve", "mod", "ada"])
def test_everybody_is_told_of_what_they_may_do_and_of_nothing_else(club: World, mod: Person, ada: Person, person: str) -> None:
    asks = {"eve": club.program("eve"), "mod": mod, "ada": ada}[person]
    rank = {"eve": Rank.GUEST, "mod": Rank.MODERATOR, "ada": Rank.ADMIN}[person]
    told = {one["verb"] for one in asks.answer("help")["commands"]}
    here = [verb for verb in load_verbs() if not verb.hidden and (verb.console if person == "ada" else verb.chat)]
    assert told == {verb.name for verb in here if verb.rank <= rank and (rank >= Rank.MODERATOR or not verb.keeping)}


@pytest.mark.parametrize("word", ["msg", "/msg", "MSG", "tell", "w", " w "])
def test_one_command_is_described_by_any_of_its_names(ann: Person, word: str) -> None:
    ann.types(f"/help {word}")
    ann.hears(
        "/msg NAME TEXT  say something to one person alone.",
        "Only the two of you can read it. They get it on every device they are here with; "
        "for a member who is not here it is kept until they come.",
        "Also: /tell, /w, /note",
    )


def test_what_there_is_no_help_for_is_said(ann: Person) -> None:
    ann.types("/help hello", "/help nonsense", f"/help {'x' * 1000}")
    ann.hears(
        "! There is no /hello. Did you mean /tell?",
        "! There is no /nonsense. Type /help for a list.",
        f"! There is no /{'x' * 32}. Type /help for a list.",
    )


def test_a_slip_of_the_finger_is_answered_as_it_is_without_help(ann: Person) -> None:
    ann.types("/hlep", "/help hlep", "/help /hlep")
    ann.hears(*["! There is no /hlep. Did you mean /help?"] * 3)


def test_no_command_is_suggested_that_one_may_not_use(ann: Person) -> None:
    ann.types("/help bann")
    assert "/ban?" not in ann.lines()[0]


def test_who_has_no_name_yet_can_ask_too(world: World) -> None:
    one = world.connect()
    one.lines()
    one.types("/help nick")
    one.hears("/nick NAME  change your name.")


def test_a_program_gets_the_commands_as_fields(bot: Person) -> None:
    bot.asks("help", 1)
    (answer,) = bot.objects()
    assert {one["verb"] for one in answer["commands"]} == {verb.name for verb in SHOWN}


def test_who_has_a_room_of_their_own_is_told_what_they_may_do_there(ann: Person) -> None:
    ann.types("/help")
    assert "/limit" not in repr(ann.lines())
    ann.types("/help limit")
    assert ann.lines()[0].startswith("/limit [#ROOM] [COUNT]  how many people a room takes")
    ann.types("/join tea", "/help")
    assert "/limit" in repr(ann.lines())
