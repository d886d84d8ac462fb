"""`chatroom console`: by script with exit codes, and at a prompt."""

from __future__ import annotations

import argparse
import asyncio
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput

from chatroom.client import console
from chatroom.client.console import Exit, Script, worded
from chatroom.client.sitting import Sitting
from chatroom.core.events import Author, Entry, Said
from chatroom.core.replies import Answer, Notice
from chatroom.sockets import NAME
from chatroom.wire.heard import Acknowledged, Bye, Refusal, Strange

Asked = dict[str, Any]
Answers = Callable[[Asked], list[Asked]]


def house(asked: Asked) -> list[Asked]:
    """Answer like a house in which nobody but bob can be kicked."""
    ref, text = asked["id"], asked.get("text", "")
    match asked["do"], text:
        case "help", _:
            verbs = ["kick", "kill", "rooms"]
            return [{"re": ref, "ok": True, "is": "help", "commands": [{"verb": verb} for verb in verbs], "lines": []}]
        case "rooms", _:
            return [{"re": ref, "ok": True, "is": "rooms", "rooms": [{"room": "lobby"}, {"room": "lab"}], "lines": []}]
        case "who", _:
            return [{"re": ref, "ok": True, "is": "who", "people": [{"name": "Lara"}, {"name": "bob"}], "lines": []}]
        case "line", "kick bob":
            return [{"is": "notice", "code": "x", "text": "Mind the gap."}, {"re": ref, "ok": True}]
        case "line", "rooms":
            return [{"re": ref, "ok": True, "is": "rooms", "lines": ["lobby (0 here)"]}]
        case "line", "hlep":
            return [{"re": ref, "ok": False, "error": "unknown-command-near-miss", "why": "There is no /hlep. Did you mean /help?"}]
        case "line", "shutdown":
            return [{"re": ref, "ok": True}, {"is": "bye", "why": "The house is closing."}]
        case _:
            return [{"re": ref, "ok": False, "error": "no-such-person", "why": "Nobody here is called ann."}]


class Peer:
    """Be the house's end of a connection, in a thread of its own; it hangs up after a bye, or at once when told to."""

    def __init__(self, answers: Answers = house, *, deaf: bool = False) -> None:
        self.connection, self._far = socket.socketpair()
        self.heard: list[Asked] = []
        self._answers = answers
        if deaf:
            self._far.close()
        else:
            self._thread = threading.Thread(target=self._serve, daemon=True)
            self._thread.start()

    def _serve(self) -> None:
        with self._far, self._far.makefile("rb") as lines, suppress(BrokenPipeError):
            for line in lines:
                asked = json.loads(line)
                self.heard.append(asked)
                for answer in self._answers(asked):
                    self._far.sendall(json.dumps(answer).encode() + b"\n")
                    if answer.get("is") == "bye":
                        return


class Told:
    """Keep what a script said, and what it complained of."""

    def __init__(self, peer: Peer) -> None:
        self.said: list[str] = []
        self.complained: list[str] = []
        self.script = Script(peer.connection, self.said.append, self.complained.append)
        self.peer = peer


def ran(*commands: str, peer: Peer | None = None, follow: bool = False) -> tuple[int, Told]:
    told = Told(peer or Peer())
    code = told.script.run(commands, follow=follow)
    told.peer.connection.close()
    return code, told


@pytest.mark.parametrize(
    ("commands", "code"),
    [
        (["kick bob"], Exit.DONE),
        ([], Exit.DONE),
        (["kick ann"], Exit.REFUSED),
        (["hlep"], Exit.USAGE),
        (["kick ann", "hlep", "kick bob"], Exit.USAGE),
        (["kick ann", "kick bob"], Exit.REFUSED),
        (["quit", "hlep"], Exit.DONE),
    ],
)
def test_the_exit_code_is_the_worst_of_what_came(commands: list[str], code: Exit) -> None:
    assert ran(*commands)[0] == code


def test_answers_are_printed_and_refusals_complained_of() -> None:
    _, told = ran("rooms\n", "kick bob\n", "hlep\n")
    assert told.said == ["lobby (0 here)\n", "-- Mind the gap.\n", "Done.\n"]
    assert told.complained == ["! There is no hlep. Did you mean help?\n"]


def test_blank_lines_and_comments_are_passed_over() -> None:
    _, told = ran("\n", "# order", "  # more", "kick bob", "   ")
    assert [asked["text"] for asked in told.peer.heard] == ["kick bob"]


def test_a_house_that_is_gone_has_a_code_of_its_own() -> None:
    code, told = ran("rooms", peer=Peer(deaf=True))
    assert code == Exit.NO_SERVER
    assert told.complained == ["! Not all was answered: the house closed the connection.\n"]


def test_shutting_the_house_down_is_done_when_it_is_answered() -> None:
    assert ran("shutdown")[0] == Exit.DONE
    assert ran("shutdown", "rooms")[0] == Exit.NO_SERVER


def test_following_prints_what_is_said_until_the_house_closes() -> None:
    code, told = ran("shutdown", follow=True)
    assert (code, told.said) == (Exit.DONE, ["Done.\n", "-- The house is closing.\n"])


def test_everything_a_house_says_is_worded_as_consoles_show_it() -> None:
    said = Entry("dev", 1, 0.0, "a", Said(Author("ann"), "hi\x1b[2J"))
    assert worded(said) == "[dev] ann: hi␛[2J\n"
    assert worded(Acknowledged(1, entry=said)) == worded(said)
    assert worded(Acknowledged(1)) == "Done.\n"
    assert worded(Refusal(1, "x", "No \x1b.")) == "! No ␛.\n"
    assert worded(Answer(1, "x", {}, ("a\x9b",))) == "a\ufffd\n"
    assert worded(Notice(None, "x", "Well.")) == "-- Well.\n"
    assert (worded(Bye("")), worded(Bye("Bye.")), worded(Strange("?"))) == ("", "-- Bye.\n", "")


def arguments(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    console.add_arguments(parser)
    return parser.parse_args(words)


def test_no_house_is_said_in_one_line_with_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert console.main(arguments("-c", "rooms"), tmp_path) == Exit.NO_SERVER
    assert console.main(arguments("-c", "rooms"), tmp_path / "nowhere") == Exit.NO_SERVER
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(tmp_path / NAME))
    assert console.main(arguments(), tmp_path) == Exit.NO_SERVER
    complaints = capsys.readouterr().err.splitlines()
    assert len(complaints) == 3
    assert all("nothing answers there. Start one with: chatroom serve" in complaint for complaint in complaints)


def test_wrong_usage_of_the_command_line_is_2() -> None:
    with pytest.raises(SystemExit) as ended:
        arguments("--nonsense")
    assert ended.value.code == Exit.USAGE


# -- at the prompt


@pytest.fixture
def keys() -> Iterator[PipeInput]:
    with create_pipe_input() as made:
        yield made


class Shown(DummyOutput):
    """Keep what is written above the prompt."""

    def __init__(self) -> None:
        self.text = ""

    def write_raw(self, data: str) -> None:
        self.text += data


async def at_rest() -> None:
    """Wait until nothing has been done twice in a row, however busy the machine is."""
    for _ in range(100):
        used = time.process_time()
        await asyncio.sleep(0.08)
        await asyncio.sleep(0.08)
        if time.process_time() - used < 0.003:
            return


async def sat(keys: PipeInput, *typed: str, peer: Peer | None = None) -> tuple[int, str, list[str]]:
    """Sit at the prompt and press keys; give the exit code, what was shown and which lines the house got."""
    peer, shown = peer or Peer(), Shown()
    talking = asyncio.ensure_future(Sitting(peer.connection, input=keys, output=shown).converse())
    for text in typed:
        keys.send_text(text)
        await at_rest()
    code = await asyncio.wait_for(talking, 5)
    return code, shown.text, [asked["text"] for asked in peer.heard if asked["do"] == "line"]


def test_at_the_prompt_commands_are_answered(keys: PipeInput) -> None:
    code, shown, lines = asyncio.run(sat(keys, "rooms\r", "  \r", "hlep\r", "\x04"))
    assert (code, lines) == (Exit.DONE, ["rooms", "hlep"])
    assert "lobby (0 here)\r\n" in shown
    assert "! There is no hlep. Did you mean help?\r\n" in shown


def test_ctrl_c_clears_the_line_and_quit_leaves(keys: PipeInput) -> None:
    code, _, lines = asyncio.run(sat(keys, "kick bo\x03", "rooms\r", "quit\r"))
    assert (code, lines) == (Exit.DONE, ["rooms"])


def test_tab_completes_verbs_then_names_and_rooms(keys: PipeInput) -> None:
    _, _, lines = asyncio.run(sat(keys, "roo\t", "lob\t", "\r", "kick LAR\t", "\r", "\x04"))
    assert lines == ["rooms lobby ", "kick Lara "]


def test_a_house_that_closes_ends_the_sitting_with_its_code(keys: PipeInput) -> None:
    code, shown, _ = asyncio.run(sat(keys, "shutdown\r"))
    assert code == Exit.NO_SERVER
    assert shown.endswith("-- The house is closing.\r\n-- The house has closed.\r\n")
