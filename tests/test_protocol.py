"""docs/protocol.md and what lies beside it say what the server does: transcripts are played, the schema and the tables compared."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import chatroom
from chatroom.core.events import KINDS
from chatroom.doors._native import understood
from chatroom.registry import load_verbs
from chatroom.testing import Person, World
from chatroom.wire import typed
from chatroom.wire.json import parse
from chatroom.wire.strict import Unreadable

DOCS = Path(chatroom.__file__).parents[1] / "docs"
PROTOCOL = (DOCS / "protocol.md").read_text("utf-8")
SCHEMA: dict[str, Any] = json.loads((DOCS / "protocol.schema.json").read_text("utf-8"))
TRANSCRIPTS = sorted((DOCS / "transcripts").glob("*.txt"))
STEP = re.compile(r"(?P<who>[a-z]+)(?P<what>[><!]) (?P<rest>.*)")


def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": SCHEMA["$defs"]})


SAID, REQUEST = validator("said"), validator("request")


class Play:
    """Be one transcript being played."""

    def __init__(self) -> None:
        self.world = World()
        self.people: dict[str, Person] = {}
        self.heard: dict[str, list[dict[str, Any]]] = {}
        self.known: dict[str, object] = {}

    def step(self, who: str, what: str, rest: str) -> None:
        if what == "!":
            self.happens(who, rest)
        elif what == ">":
            self.sends(who, rest)
        else:
            self.hears(who, json.loads(rest))

    def sends(self, who: str, line: str) -> None:
        if who not in self.people:
            self.people[who] = self.world.connect(self.world.native)
            self.heard.setdefault(who, [])
        for word, value in self.known.items():
            line = line.replace(f'"{word}"', json.dumps(value))
        self.people[who].types(line)
        self.listen()

    def listen(self) -> None:
        for who, person in self.people.items():
            for found in person.objects():
                SAID.validate(found)
                self.heard[who].append(found)

    def hears(self, who: str, expected: dict[str, Any]) -> None:
        assert self.heard[who], f"{who} heard nothing, not {expected}"
        found = self.heard[who].pop(0)
        assert list(found) == list(expected), found
        assert self.filled(expected, found) == found

    def filled(self, expected: Any, found: Any) -> Any:
        """Put what was found in the place of each `<word>`, the same each time."""
        if isinstance(expected, str) and re.fullmatch("<[a-z]+>", expected):
            return self.known.setdefault(expected, found)
        if isinstance(expected, dict) and isinstance(found, dict):
            return {key: self.filled(value, found.get(key)) for key, value in expected.items()}
        if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
            return [self.filled(one, other) for one, other in zip(expected, found, strict=True)]
        return expected

    def happens(self, who: str, what: str) -> None:
        word, _, seconds = what.partition(" ")
        if word == "breaks":
            self.people.pop(who).leaves()
        else:
            assert word == "later"
            self.world.rest(float(seconds))
        self.listen()


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=[path.stem for path in TRANSCRIPTS])
def test_a_transcript_says_what_happens(path: Path) -> None:
    play = Play()
    for line in path.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            step = STEP.fullmatch(line)
            assert step, line
            play.step(step["who"], step["what"], step["rest"])
    assert not any(play.heard.values()), "more was heard than the transcript says"


def test_there_are_transcripts_and_the_document_leads_to_them() -> None:
    assert len(TRANSCRIPTS) >= 3
    assert "(transcripts/)" in PROTOCOL


def test_what_clients_say_in_transcripts_is_as_the_schema_says() -> None:
    said = 0
    for path in TRANSCRIPTS:
        if path.stem != "what-is-refused":
            for line in path.read_text("utf-8").splitlines():
                step = STEP.fullmatch(line)
                if step and step["what"] == ">":
                    REQUEST.validate(json.loads(step["rest"].replace('"<epoch>", 0', '"e", 0')))
                    said += 1
    assert said > len(TRANSCRIPTS)


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    "request_",
    [
        {"do": "say"},
        {"do": "say", "text": 5},
        {"do": "say", "text": "x", "words": "y"},
        {"do": "say", "text": "x", "id": True},
        {"do": "say", "text": "x", "id": ""},
        {"do": "hello", "name": "ann", "key": "short"},
        {"do": "hello", "name": "ann", "resume": {"lobby": ["e"]}},
        {"do": "history", "count": -1},
        {"do": ""},
        {},
    ],
)
def test_the_schema_refuses_what_the_server_refuses(request_: dict[str, Any]) -> None:
    assert not REQUEST.is_valid(request_)
    world = World()
    person = world.connect(world.native)
    if request_.get("do") != "hello":
        person.asks("hello", 1, name="ann")
        person.objects()
    person.types(json.dumps(request_))
    (refused,) = person.objects()
    assert refused["ok"] is False


def test_the_table_of_verbs_and_the_schema_name_every_verb_and_its_fields() -> None:
    table = {
        found[1]: (
            set(re.findall("`([a-z_]+)`", re.sub(r"\[`[a-z_]+`\]", "", found[2]))),
            set(re.findall(r"\[`([a-z_]+)`\]", found[2])),
        )
        for found in re.finditer(r"^\| `([a-z]+)` \| ([^|;]*)", section("### Verbs", "**Saying.**"), re.MULTILINE)
    }
    schema = {
        one["if"]["properties"]["do"]["const"]: (set(one["then"]["required"]) - {"do"}, set(one["then"]["properties"]) - {"do", "id"})
        for one in SCHEMA["$defs"]["request"]["allOf"]
    }
    for verb in load_verbs():
        required = {param.name for param in verb.params if not param.optional}
        optional = {param.name for param in verb.params if param.optional} | ({"room"} if verb.roomy else set())
        assert table.pop(verb.name) == (required, optional), verb.name
        assert schema.pop(verb.name) == (required, required | optional), verb.name
    assert table == {"line": ({"text"}, {"room"})}
    assert schema == {"line": ({"text"}, {"text", "room"})}


def test_the_table_of_entries_names_every_kind() -> None:
    assert set(re.findall(r"^\| `([a-z]+)` \|", section("## Entries", "You don't get"), re.MULTILINE)) == set(KINDS)


def test_the_table_of_errors_names_every_way_a_line_cannot_be_read() -> None:
    table = set(re.findall("`([a-z0-9]+-[a-z0-9-]+)`", section("### What is refused", "## Replies")))
    assert {one().code for one in Unreadable.__subclasses__() if not formatted(one)} <= table
    codes = {re.sub("(?<=[a-z0-9])(?=[A-Z])", "-", one.__name__).lower() for one in Unreadable.__subclasses__()}
    assert codes | {"line-too-long"} == table


def formatted(error: type[Unreadable]) -> bool:
    """Tell whether an error needs fields to be made."""
    return "{" in (error.__doc__ or "")


def test_a_typed_line_is_what_it_asks_for() -> None:
    limits = World().hub.limits
    meant = understood(parse(b'{"do":"line","id":1,"text":"/topic tea","room":"dev"}', limits), typed.parse)
    assert (meant.verb, meant.tail, meant.fields, meant.ref) == ("topic", "tea", {"room": "dev"}, 1)


def section(begin: str, end: str) -> str:
    start = PROTOCOL.index(begin)
    return PROTOCOL[start : PROTOCOL.index(end, start)]
