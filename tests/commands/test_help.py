"""Being helped."""

from __future__ import annotations

import pytest

from chatroom.core.verb import Verb
from chatroom.registry import load_verbs
from chatroom.testing import Person, World

SHOWN = [verb for verb in load_verbs() if not verb.hidden]


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


@pytest.mark.parametrize("verb", load_verbs(), ids=lambda verb: str(verb.name))
def test_the_usage_of_every_command_names_what_can_be_typed_in_its_order(verb: Verb) -> None:
    typed = [param for param in verb.params if param.typed]
    assert ["[" in word or "]" in word for word in verb.usage.split()[1:]] == [param.optional for param in typed]


@pytest.mark.parametrize("word", ["msg", "/msg", "MSG", "tell", "w", " w "])
def test_one_command_is_described_by_any_of_its_names(ann: Person, word: str) -> None:
    ann.types(f"/help {word}")
    ann.hears(
        "/msg NAME TEXT  say something to one person alone.",
        "Only the two of you can read it. It reaches the person on every device they are here with.",
        "Also: /tell, /w",
    )


def test_what_there_is_no_help_for_is_said(ann: Person) -> None:
    ann.types("/help hello", "/help nonsense", f"/help {'x' * 1000}")
    ann.hears(
        "! There is no /hello. Type /help for what there is.",
        "! There is no /nonsense. Type /help for what there is.",
        f"! There is no /{'x' * 32}. Type /help for what there is.",
    )


def test_who_has_no_name_yet_can_ask_too(world: World) -> None:
    one = world.connect()
    one.lines()
    one.types("/help nick")
    one.hears("/nick NAME  change your name.")


def test_a_program_gets_the_commands_as_fields(bot: Person) -> None:
    bot.asks("help", 1)
    (answer,) = bot.objects()
    assert {one["verb"] for one in answer["commands"]} == {verb.name for verb in SHOWN}
