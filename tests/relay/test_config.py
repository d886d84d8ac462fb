"""The relay's settings."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from chatroom.kinds import Known
from chatroom.loading import BrokenConfig, read_override
from chatroom.logbook import LOG
from chatroom.registry import TRANSFORMS
from chatroom.relay.config import SCHEME, RelayConfig
from chatroom.relay.tap import Options, makeService
from chatroom.relay.transforms.star import Star

ROOT = Path(__file__).parents[2]


def load(file: Path | None = None, *overrides: str) -> RelayConfig:
    return SCHEME.load(file, Known((), ()), [read_override(one) for one in overrides])


def test_the_documented_defaults_are_the_defaults() -> None:
    assert list(yaml.safe_load((ROOT / "relay.yaml").read_text())) == list(RelayConfig.model_fields)
    documented, usual = load(ROOT / "relay.yaml"), load()
    assert [str(one) for one in documented.listen] == [str(one) for one in usual.listen] == ["tcp:9999"]
    assert (documented.server, documented.secret, documented.people) == (usual.server, usual.secret, usual.people)
    assert [type(one) for one in documented.transforms] == [type(one) for one in usual.transforms] == [Star]


def test_every_setting_and_transform_is_described() -> None:
    page = (ROOT / "docs" / "hosting.md").read_text()
    assert [key for key in RelayConfig.model_fields if f"| `{key}` |" not in page] == []
    assert [name for name in TRANSFORMS.names if f"`{name}" not in page] == []


def test_the_schema_in_the_docs_is_current() -> None:
    assert (ROOT / "docs" / "relay.schema.json").read_text() == SCHEME.json_schema(), "run: make schema"


@pytest.mark.parametrize("server", ["chat.example.net", "192.0.2.7:6000", "[2001:db8::1]:6000"])
def test_a_server_is_a_host_and_perhaps_a_port(server: str) -> None:
    host, port = load(None, f"server='{server}'").server
    assert host in server
    assert port == (6000 if "6000" in server else 5000)


@pytest.mark.parametrize(
    "setting",
    ["server=a/b", "server=host:x", "server=", "transforms=stra", "transforms=star:x", "transforms=[[]]", "people=0", "people=many",
     "secret=short", "listen=nowhere", "no=thing"],
)  # fmt: skip
def test_what_is_wrong_is_said_with_what_to_do(setting: str) -> None:
    with pytest.raises(BrokenConfig) as caught:
        load(None, setting)
    assert re.match(r"--set: \w+.*: .+\. .+", str(caught.value))


def test_options_stand_for_settings(tmp_path: Path) -> None:
    options = Options()
    options.parseOptions(["--state", str(tmp_path), "--port", "0", "--server", "192.0.2.7", "--set", "people=5"])
    assert (str(options.config.listen[0]), options.config.server, options.config.people) == ("tcp:0", ("192.0.2.7", 5000), 5)
    service = makeService(options)
    assert len(list(service)) == 4
    for one in service:
        getattr(one, "abandon", lambda: None)()


@pytest.mark.parametrize("arguments", [["--set", "people=x"], ["--no-such"], ["stray"]])
def test_what_keeps_it_from_starting_is_one_line(
    arguments: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr("chatroom.options.print", lambda line, **more: said.append(line), raising=False)
    with pytest.raises(SystemExit) as caught:
        Options().parseOptions(arguments)
    assert caught.value.code == 1
    assert len(said) == 1


@pytest.mark.parametrize(
    ("server", "encrypt", "encrypted"),
    [
        ("127.0.0.1", "elsewhere", False),
        ("localhost:7000", "elsewhere", False),
        ("'[::1]:7000'", "elsewhere", False),
        ("192.0.2.7", "elsewhere", True),
        ("chat.example.net", "elsewhere", True),
        ("127.0.0.1", "always", True),
        ("192.0.2.7", "never", False),
    ],
)
def test_what_passes_to_another_machine_is_encrypted_unless_the_host_says_otherwise(server: str, encrypt: str, encrypted: bool) -> None:
    assert load(None, f"server={server}", f"encrypt={encrypt}").encrypted is encrypted


def test_in_the_background_the_pid_and_the_log_are_in_the_relays_folder(tmp_path: Path) -> None:
    options: Any = Options()
    options.parent = {"nodaemon": False, "debug": False, "pidfile": "twistd.pid", "logfile": None, "syslog": False}
    options.parseOptions(["--state", str(tmp_path / "relay")])
    assert options.parent["pidfile"] == str(tmp_path / "relay" / "chatroom-relay.pid")
    assert options.parent["logger"] == "chatroom.logbook.log_observer"
    assert LOG.path == tmp_path / "relay" / "chatroom-relay.log"
