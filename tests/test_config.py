"""Settings: the documented defaults are the defaults, and everything wrong is told at once, with its place and its remedy."""

from __future__ import annotations

import json
import time
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from chatroom.config import Config, json_schema, load
from chatroom.core.limits import Limits
from chatroom.core.rules import Rules
from chatroom.core.seams import Retention
from chatroom.kinds import Known, Part
from chatroom.loading import SHOWN, BrokenConfig, read_override
from chatroom.marked import MAX_BYTES

ROOT = Path(__file__).parent.parent
KNOWN = Known(("console", "front", "irc", "json", "line", "manhole", "ssh", "web"), ("memory", "sqlite"))


def read(tmp_path: Path, text: str | bytes, *settings: str) -> Config:
    file = tmp_path / "config.yaml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load(file, KNOWN, [read_override(setting) for setting in settings])


def faults(tmp_path: Path, text: str | bytes, *settings: str) -> list[str]:
    with pytest.raises(BrokenConfig) as caught:
        read(tmp_path, text, *settings)
    return [line.removeprefix(f"{tmp_path}/") for line in str(caught.value).splitlines()]


def test_the_documented_defaults_are_the_defaults() -> None:
    assert load(ROOT / "config.yaml", KNOWN) == load(None, KNOWN)


def test_the_documented_defaults_name_every_key() -> None:
    documented = yaml.safe_load((ROOT / "config.yaml").read_text())
    assert list(documented) == list(Config.model_fields)
    assert list(documented["limits"]) == list(Limits.__dataclass_fields__)
    assert list(documented["retention"]) == list(Retention.__dataclass_fields__)
    assert set(documented["doors"]) == set(KNOWN.doors)


def test_defaults_come_from_where_they_are_used() -> None:
    config = load(None, KNOWN)
    assert config.limits == Limits()
    assert config.retention == Retention()
    assert config.rules == Rules()


def test_the_schema_in_the_docs_is_current() -> None:
    assert (ROOT / "docs" / "config.schema.json").read_text() == json_schema(), "run: make schema"


def test_a_console_in_reach_of_others_must_be_asked_for_twice(tmp_path: Path) -> None:
    open_to_all = "doors: {console: 'tcp:5009'}\n"
    with pytest.raises(BrokenConfig, match=r"doors\.console: this console could be reached"):
        read(tmp_path, open_to_all)
    assert read(tmp_path, open_to_all + "public_console: true\n").doors["console"]


def test_a_manhole_in_reach_of_others_is_refused_whatever_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(BrokenConfig, match=r"doors\.manhole: the manhole takes nobody from other machines") as caught:
        read(tmp_path, "doors: {manhole: 'tcp:5009'}\npublic_console: true\n")
    assert "public_console" not in str(caught.value)
    assert read(tmp_path, "doors: {manhole: 'tcp:5009:interface=127.0.0.1'}\n").doors["manhole"]


def test_a_house_with_consoles_alone_is_none(tmp_path: Path) -> None:
    with pytest.raises(BrokenConfig, match="nobody could enter"):
        read(tmp_path, "doors: {front: off, irc: off, web: off, manhole: 'tcp:5009:interface=127.0.0.1'}\n")


def test_the_schema_takes_the_documented_defaults_and_no_unknown_key() -> None:
    schema = json.loads(json_schema())
    documented = yaml.safe_load((ROOT / "config.yaml").read_text().replace("off", "null"))
    jsonschema.validate(documented, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"limits": {"peple": 3}}, schema)


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "limits:\ndoors:\nretention:\n"])
def test_a_file_that_sets_nothing_is_the_defaults(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text) == load(None, KNOWN)


def test_every_kind_of_value_is_read(tmp_path: Path) -> None:
    config = read(
        tmp_path,
        "name: 1:30\nwelcome: |\n  Hello,\n  you.\nlobby: '#Hall'\njournal: memory\nretention: {age: 36h, count: 0}\n"
        "doors:\n  front: off\n  console: off\n  irc: off\n  web: off\n  line: [5001, 'tcp:5002:interface=127.0.0.1']\n"
        "limits: {stall: 500ms, line: 64KiB, people: 3}\n",
    )
    assert (config.name, config.welcome, config.lobby) == ("1:30", "Hello,\nyou.", "hall")
    assert config.journal == Part("memory", "")
    assert config.retention == Retention(age=36 * 3600.0, count=0)
    assert {door: [str(one) for one in ends] for door, ends in config.doors.items()} == {
        "line": ["tcp:5001", "tcp:5002:interface=127.0.0.1"]
    }
    assert (config.limits.stall, config.limits.line, config.limits.people) == (0.5, 65536, 3)


@pytest.mark.parametrize(
    ("journal", "part"),
    [
        ("memory", Part("memory", "")),
        ("'memory:'", Part("memory", "")),
        ("sqlite", Part("sqlite", "chatroom.db")),
        ("sqlite:/srv/a b.db", Part("sqlite", "/srv/a b.db")),
    ],
)
def test_a_journal_is_a_name_and_what_it_is_handed(tmp_path: Path, journal: str, part: Part) -> None:
    assert read(tmp_path, f"journal: {journal}\n").journal == part


@pytest.mark.parametrize("word", ["no", "yes", "on", "1:30", "0777", "1e3", "2026-11-21", ".inf", "true"])
def test_a_text_is_what_was_written(tmp_path: Path, word: str) -> None:
    assert read(tmp_path, f"name: {word}\n").name == word


def test_everything_wrong_is_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = (
        "nmae: x\nlobby: a b\njournal: sqlte:x\nretention: {age: 5y, count: no}\ndoors:\n  lien: tcp:5001\n  line: tcp:99999\n"
        "  json: [tcp:1, {a: b}]\nlimits:\n  people: -1\n  pepole: 4\n  stall: 0\nlobby: again\nwelcome: &x hi\n"
    )
    assert faults(tmp_path, text, "limits.key=many") == [
        "config.yaml:1:1: nmae: there is no such setting. Did you mean name?",
        "config.yaml:3:10: journal: there is no such journal. Did you mean sqlite?",
        "config.yaml:4:18: retention.age: this is not a length of time. Write for example 30s, 10m, 12h or 365d.",
        "config.yaml:4:29: retention.count: this is not a number. Write for example 1000, or 64KiB where bytes are counted.",
        "config.yaml:6:3: doors.lien: there is no such door. Did you mean line?",
        "config.yaml:7:9: doors.line: this port is not a number from 0 to 65535. "
        "Write for example tcp:5000 or tcp:5000:interface=127.0.0.1.",
        "config.yaml:8:9: doors.json: this is not an endpoint. Write one such as tcp:5000, a list of them, or off.",
        "config.yaml:10:11: limits.people: this is not a number. Write for example 1000, or 64KiB where bytes are counted.",
        "config.yaml:11:3: limits.pepole: there is no such setting. Did you mean people?",
        "config.yaml:12:10: limits.stall: this must be from 1ms to 36500d. Choose a value in between.",
        "config.yaml:13:1: lobby: this key stands here a second time, after line 2. Keep one of them.",
        "config.yaml:14:10: welcome: anchors (&) are not known here. Remove it, or put the value in quotes.",
        "--set: limits.key: this is not a number. Write for example 1000, or 64KiB where bytes are counted.",
    ]


def test_a_lobby_follows_the_rules_of_rooms(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, "lobby: a b\n")
    assert fault.startswith("config.yaml:1:8: lobby: A room's name cannot contain spaces. ")


FAULTS = r"""
a: b: c\n
    1:5: there is a second colon in this line. Put the value in quotes, or each key on a line of its own.
name:\n\t- x\n
    2:1: a tab cannot indent here. Use spaces.
name: 'x\n
    2:1: a quote is opened before and never closed. Close it.
name: @x\n
    1:7: a value cannot begin with this character. Put the value in quotes.
limits:\n    text: 5\n  line: 6\n
    3:3: this line's indentation fits none of those above. Indent it like the keys beside it.
? [a]\n: b\n
    1:3: a key must be a plain word. Write it as key: value.
- a\n
    1:1: this is not a map of settings. Write lines such as name: value.
name: *x\n
    1:7: name: references (*) are not known here. Write the value itself.
name: !!python/name:os.system x\n
    1:7: name: tags (!) are not known here. Remove it, or put the value in quotes.
name: a\n---\nname: b\n
    2:1: a second document begins here. Remove the line ---.
name: [[[[[[[[[[[[[[[[a]]]]]]]]]]]]]]]]
    1:22: this is nested more than 16 levels deep. No setting is that deep: check the brackets and the indentation.
limits: 5\n
    1:9: limits: this must be a map of settings. Write its keys below it, indented.
access: foo\n
    1:9: access: this is not one of the values it can have. Write open or members.
registration: [open]\n
    1:15: registration: this is not one of the values it can have. Write closed, invited or open.
terminal: perhaps\n
    1:11: terminal: this is neither true nor false. Write one of the two.
name: [a]\n
    1:7: name: this must be a text. Write one, in quotes.
name:\n
    1:6: name: this must not be empty. Write a text, or remove the line.
name: "a\\e[31m"\n
    1:7: name: there are characters in this that cannot be shown. Remove them.
name: \xff\n
    1:7: this is not UTF-8. Save the file as UTF-8 text.
name: a\x01\n
    1:8: there is a control character here. Remove it.
journal: [sqlite]\n
    1:10: journal: this is not a journal. Write for example sqlite:chatroom.db, or memory to keep nothing.
doors: {front: off, irc: off, web: off}\n
    1:8: doors: no door is open, so nobody could enter. Open one, for example front: tcp:5000.
doors:\n  line: 5000\n
    2:9: doors.line: the door front already listens there. Choose another port.
doors: {front: [5000, 5000]}\n
    1:16: doors.front: the door front already listens there. Choose another port.
doors: {front: tcp}\n
    1:16: doors.front: this is not an endpoint. Write for example tcp:5000 or tcp:5000:interface=127.0.0.1.
doors: {front: 'tcp:1:speed=9'}\n
    1:16: doors.front: this endpoint has more than a port, an interface and a backlog. Write for example tcp:5000 or tcp:5000:interface=127.0.0.1.
limits: {text: 64KiB}\n
    1:16: limits.text: this does not fit in a line of 16384 bytes. Leave 512 to spare, or raise limits.line.
limits: {recent: 9999}\n
    1:18: limits.recent: this is more than limits.window, which is kept in memory. Lower it, or raise limits.window.
"""  # noqa: E501


def told() -> list[tuple[bytes, str]]:
    rows = FAULTS.strip().splitlines()
    return [(text.encode().decode("unicode_escape").encode("latin-1"), fault.strip()) for text, fault in batched(rows)]


def batched(rows: list[str]) -> list[tuple[str, str]]:
    return list(zip(rows[::2], rows[1::2], strict=True))


@pytest.mark.parametrize(("text", "fault"), told())
def test_each_fault_says_where_what_and_the_remedy(tmp_path: Path, text: bytes, fault: str) -> None:
    assert faults(tmp_path, text) == [f"config.yaml:{fault}"]


def test_a_wrong_value_is_never_repeated(tmp_path: Path) -> None:
    secret = "hunter2"
    keys = ["name: [{}]", "lobby: '{} {}'", "journal: {}", "journal: '{}:x'", "doors: {{front: 'tcp:{}'}}", "limits: {{text: {}}}"]
    for key in [*keys, "retention: {{age: {}}}", "retention: {}", "welcome: &{} x", "name: '{}", "a: b: {}", "? [{}]\n: x"]:
        told = "\n".join(faults(tmp_path, key.replace("{}", secret).replace("{{", "{").replace("}}", "}")))
        assert secret not in told, key


def test_a_hostile_key_reaches_no_terminal_raw(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, '"a\\e[2J\\n' + "x" * 500 + '": 1\n')
    assert "\x1b" not in fault
    assert len(fault) < 400


def test_faults_are_counted_when_there_are_too_many_to_show(tmp_path: Path) -> None:
    told = faults(tmp_path, "".join(f"key{number}: 1\n" for number in range(SHOWN + 7)))
    assert len(told) == SHOWN + 1
    assert told[-1] == "… and 7 more."


def test_a_file_too_large_is_not_read(tmp_path: Path) -> None:
    assert faults(tmp_path, "# " + "x" * MAX_BYTES) == [
        f"config.yaml:1:1: this is larger than {MAX_BYTES} bytes. Remove what is no setting."
    ]


def test_a_file_that_cannot_be_read_is_told_in_one_line(tmp_path: Path) -> None:
    for file in (tmp_path / "nowhere.yaml", tmp_path):
        with pytest.raises(
            BrokenConfig, match=r"this cannot be read: .*\. Name another file with --config, or make this one readable\.$"
        ):
            load(file, KNOWN)


@pytest.mark.parametrize("hostile", ["[", "{", "- ", "? ", "a: ", "[a: ", "&a [", "!"])
def test_a_bomb_is_refused_at_once(tmp_path: Path, hostile: str) -> None:
    began = time.thread_time()
    assert faults(tmp_path, hostile * (60_000 // len(hostile)))
    assert time.thread_time() - began < 2


@given(st.binary(max_size=300) | st.text("ab:-[]{}&*!|>'\"# \n\t?,", max_size=60).map(str.encode))
def test_no_text_whatsoever_raises_anything_but_faults(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "any.yaml"
    file.write_bytes(raw)
    broken: BrokenConfig | None = None
    try:
        load(file, KNOWN)
    except BrokenConfig as error:
        broken = error
    assert broken is None or all(fault.problem and fault.remedy for fault in broken.faults)


def test_a_key_set_at_the_start_wins_over_the_file(tmp_path: Path) -> None:
    config = read(
        tmp_path, "limits: {people: 3}\nname: a\n", "limits.people=4", "name=x=y: z", "doors.line=[5001, 5002]", "limits.stall=2m"
    )
    assert (config.limits.people, config.name, config.limits.stall) == (4, "x=y: z", 120.0)
    assert len(config.doors["line"]) == 2


@pytest.mark.parametrize(
    ("setting", "fault"),
    [
        ("limits.peple=3", "--set: limits.peple: there is no such setting. Did you mean people?"),
        ("name.x=3", "--set: name.x: there is no such setting. name has no keys in it."),
        ("doors.web=5000", "--set: doors.web: the door front already listens there. Choose another port."),
        ("doors.front=[", "--set: doors.front: this is not YAML. Check the indentation, quotes and brackets around it."),
        ("name", "--set: this is not a setting. Write it as key=value, for example limits.people=50."),
    ],
)
def test_a_key_set_at_the_start_is_checked_like_the_file(tmp_path: Path, setting: str, fault: str) -> None:
    assert faults(tmp_path, "name: a\n", setting) == [fault]
