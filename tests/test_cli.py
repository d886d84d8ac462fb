"""The `chatroom` command: one word leads to one thing, and nothing is imported that is not asked for."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

import pytest

from chatroom.cli import SUBCOMMANDS, main


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    try:
        status = main(arguments)
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else 1
    told = capsys.readouterr()
    return status, told.out, told.err


def test_it_tells_its_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "--version") == (0, f"chatroom {version('chatroom')}\n", "")


def test_help_names_every_subcommand(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "--help")
    assert status == 0
    for word, subcommand in SUBCOMMANDS.items():
        assert f"{word:8}{subcommand.summary}" in out


def test_every_subcommand_leads_somewhere() -> None:
    for subcommand in SUBCOMMANDS.values():
        assert callable(getattr(import_module(subcommand.module), subcommand.function))


@pytest.mark.parametrize("arguments", [[], ["bogus"], ["--bogus"], ["check", "--bogus"], ["join", "--bogus"]])
def test_a_command_line_without_sense_has_status_two(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    status, out, err = run(capsys, *arguments)
    assert (status, out) == (2, "")
    assert err.startswith("usage: chatroom")


def test_check_says_what_would_be_run(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("name: den\njournal: memory\nretention: {age: 0}\ndoors: {line: 5002}\nlimits: {stall: 1m}\n")
    assert run(capsys, "check", "--state", str(tmp_path), "--set", "retention.count=0") == (
        0,
        f"settings: {tmp_path}/config.yaml\n"
        f"state:    {tmp_path}\n"
        "name:     den\n"
        "lobby:    lobby\n"
        "access:   open\n"
        "journal:  memory:\n"
        "kept:     for ever, as many as there are\n"
        "door:     front at tcp:5000\n"
        "door:     irc at tcp:6667, tls:6697\n"
        "door:     console at tcp:5001:interface=127.0.0.1\n"
        "door:     web at tcp:8000:interface=127.0.0.1\n"
        "door:     line at tcp:5002\n"
        "limit:    stall is 60, usually 30\n",
        "",
    )


def test_check_without_a_file_tells_the_defaults_and_makes_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    status, out, _ = run(capsys, "check", "--state", str(tmp_path / "nowhere"))
    assert status == 0
    assert "settings: none, so the defaults hold\n" in out
    assert "kept:     for 365d, at most 1000000 entries a room\n" in out
    assert "limits:   the usual ones\n" in out
    assert not (tmp_path / "nowhere").exists()


def test_check_tells_every_fault_and_has_status_one(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("nmae: x\nlimits: {people: many}\n")
    status, out, err = run(capsys, "check", str(broken), "--state", str(tmp_path), "--set", "x")
    assert (status, out) == (1, "")
    assert err == "--set: this is not a setting. Write it as key=value, for example limits.people=50.\n"
    status, _, err = run(capsys, "check", str(broken), "--state", str(tmp_path))
    assert status == 1
    assert [line.split(": ")[1] for line in err.splitlines()] == ["nmae", "limits.people"]


def test_it_imports_only_what_is_asked_for() -> None:
    program = (
        "import sys; from chatroom.cli import main\ntry: main(['--version'])\n"
        "except SystemExit: print('twisted' in sys.modules, 'yaml' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=20)
    assert ran.stdout.splitlines()[-1] == "False False"


def test_python_can_run_it_as_a_module() -> None:
    ran = subprocess.run([sys.executable, "-m", "chatroom", "--version"], capture_output=True, text=True, check=True, timeout=20)
    assert ran.stdout == f"chatroom {version('chatroom')}\n"
