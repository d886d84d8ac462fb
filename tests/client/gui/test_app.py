"""The command line of `chatroom gui`."""

from __future__ import annotations

import argparse
import subprocess
import sys

import pytest

from chatroom.client.gui import app
from chatroom.client.opening import Target


def parsed(*arguments: str) -> argparse.Namespace:
    made = argparse.ArgumentParser(prog="chatroom gui")
    app.add_arguments(made)
    return made.parse_args(arguments)


def test_everything_may_be_left_out() -> None:
    args = parsed()
    assert (args.target, args.room, args.theme, args.settings) == (None, [], None, None)
    assert parsed("ann@example.org:6000").target == Target("example.org", 6000, "ann")


def test_a_python_without_tkinter_says_what_to_install(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(sys.modules, "tkinter", None)
    assert app.main(parsed()) == 1
    assert "apt install python3-tk" in capsys.readouterr().err


def test_a_machine_without_a_screen_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    assert app.main(parsed()) == 1
    assert capsys.readouterr().err.startswith("There is no screen to open a window on")


def test_a_password_file_that_is_not_there_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.main(parsed("--password-file", "/no/such/file")) == 2
    assert "/no/such/file" in capsys.readouterr().err


def test_reading_the_command_line_imports_nothing_heavy() -> None:
    code = "import sys, chatroom.client.gui.app; print(sorted({'twisted', 'tkinter'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
