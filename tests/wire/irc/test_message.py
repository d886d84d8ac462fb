"""IRC messages: read as the shared vectors say, written so that nothing can be forged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from irctokens.line import tokenise

from chatroom.wire.irc.masks import is_host, matches
from chatroom.wire.irc.message import Message, NoMessage, joined, parse, read_tags, render, source_parts, write_tags

VECTORS = Path(__file__).parents[2] / "data" / "irc-parser-tests"


def vectors(name: str) -> list[dict[str, Any]]:
    tests: list[dict[str, Any]] = yaml.safe_load((VECTORS / f"{name}.yaml").read_text())["tests"]
    return tests


def made(atoms: dict[str, Any]) -> Message:
    return Message(atoms["verb"], tuple(atoms.get("params", ())), atoms.get("source", ""), atoms.get("tags", {}))


@pytest.mark.parametrize("case", vectors("msg-split"), ids=lambda case: repr(case["input"]))
def test_a_line_is_split_as_the_vectors_say(case: dict[str, Any]) -> None:
    assert parse(case["input"]) == made(case["atoms"])


@pytest.mark.parametrize("case", vectors("msg-join"), ids=lambda case: case["desc"])
def test_a_message_is_joined_as_the_vectors_say(case: dict[str, Any]) -> None:
    assert render(made(case["atoms"])) in case["matches"]


@pytest.mark.parametrize("case", vectors("userhost-split"), ids=lambda case: case["source"])
def test_a_source_is_parted_as_the_vectors_say(case: dict[str, Any]) -> None:
    atoms = case["atoms"]
    assert source_parts(case["source"]) == tuple(atoms.get(part, "") for part in ("nick", "user", "host"))


@pytest.mark.parametrize("case", vectors("mask-match"), ids=lambda case: case["mask"])
def test_a_mask_covers_what_the_vectors_say(case: dict[str, Any]) -> None:
    assert [text for text in case["matches"] if not matches(case["mask"], text)] == []
    assert [text for text in case["fails"] if matches(case["mask"], text)] == []


@pytest.mark.parametrize("case", vectors("validate-hostname"), ids=lambda case: case["host"])
def test_a_host_is_one_if_the_vectors_say_so(case: dict[str, Any]) -> None:
    assert is_host(case["host"]) is case["valid"]


@pytest.mark.parametrize("line", ["", " ", "@a", "@a ", ":x", ":x ", "@a :x", " :"])
def test_a_line_without_a_command_is_no_message(line: str) -> None:
    with pytest.raises(NoMessage):
        parse(line)


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n", "\0"])
def test_nothing_that_ends_a_line_can_be_written(end: str) -> None:
    for message in (
        Message("PRIVMSG", ("#a", f"hi{end}QUIT")),
        Message("PRIVMSG", (f"#a{end}", "hi")),
        Message(f"A{end}B"),
        Message("A", source=f"a{end}b"),
    ):
        with pytest.raises(NoMessage):
            render(message)


@pytest.mark.parametrize("middle", ["", ":a", "a b"])
def test_what_would_read_as_other_parameters_cannot_be_written(middle: str) -> None:
    with pytest.raises(NoMessage):
        joined("MODE", middle, "last")
    with pytest.raises(NoMessage):
        render(Message("A", source=middle or "a b"))


@pytest.mark.parametrize("key", ["", "a b", "a=b", "a;b", "a\n"])
def test_a_tag_that_would_be_read_as_another_cannot_be_written(key: str) -> None:
    with pytest.raises(NoMessage):
        render(Message("A", tags={key: "1"}))
    with pytest.raises(NoMessage):
        render(Message("A", tags={"a": "\0"}))


TEXT = st.text(st.characters(blacklist_characters="\r\n\0", blacklist_categories=["Cs"]))
WORD = st.text(st.characters(blacklist_characters="\r\n\0 ", blacklist_categories=["Cs"]), min_size=1).filter(
    lambda text: text[0] != ":"
)
TAGS = st.dictionaries(
    st.from_regex(r"\+?(?:[a-z.]{1,5}/)?[a-z0-9-]{1,8}", fullmatch=True), st.text().filter(lambda text: "\0" not in text)
)
COMMAND = st.from_regex(r"[A-Z]{1,9}|[0-9]{3}", fullmatch=True)


@given(COMMAND, st.lists(WORD, max_size=5), st.none() | TEXT, st.just("") | WORD, TAGS)
def test_what_was_written_is_read_as_the_same(
    command: str, middle: list[str], last: str | None, source: str, tags: dict[str, str]
) -> None:
    message = Message(command, (*middle, *(() if last is None else (last,))), source, tags)
    line = render(message)
    assert not {"\r", "\n", "\0"} & set(line)
    assert parse(line) == message


@given(st.text())
def test_any_line_is_a_message_or_none(line: str) -> None:
    try:
        message = parse(line)
    except NoMessage:
        return
    assert message.command
    assert " " not in message.command


@given(TAGS)
def test_tags_are_read_as_they_were_written(tags: dict[str, str]) -> None:
    assert read_tags(write_tags(tags).removeprefix("@").removesuffix(" ")) == tags


@given(COMMAND, st.lists(WORD, max_size=5), st.none() | TEXT, TAGS)
def test_irctokens_reads_what_is_written_here_alike(command: str, middle: list[str], last: str | None, tags: dict[str, str]) -> None:
    message = Message(command, (*middle, *(() if last is None else (last,))), "a!b@c", tags)
    other = tokenise(render(message))
    assert (other.command, other.params, other.source, other.tags or {}) == (command, list(message.params), "a!b@c", tags)


@given(st.lists(st.sampled_from(["a", "*", "?", "b"]), max_size=30).map("".join), st.text("ab", max_size=60))
def test_masks_are_as_a_slow_reading_of_them_says(mask: str, text: str) -> None:
    assert matches(mask, text) == slowly(mask, text)


def slowly(mask: str, text: str) -> bool:
    """Match with a table, letter by letter."""
    reached = {0}
    for char in mask:
        if char == "*":
            reached = set(range(min(reached, default=len(text) + 1), len(text) + 1))
        else:
            reached = {at + 1 for at in reached if at < len(text) and char in ("?", text[at])}
    return len(text) in reached


def test_a_mask_that_is_too_long_covers_nothing() -> None:
    assert not matches("*" * 513, "a")
