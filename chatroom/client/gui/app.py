"""`chatroom gui`: one program, one house at a time; the form in front of it, and the windows behind.

Exit codes: 0 its person left; 1 there is nothing to open a window with; 2 the command line makes no sense.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chatroom.client.gui.settings import Settings, default_file
from chatroom.client.opening import target
from chatroom.client.secret import VARIABLE, Unusable, given

if TYPE_CHECKING:
    import tkinter as tk

NO_TKINTER = (
    "This Python has no tkinter, with which windows are made. Install it: apt install python3-tk (Debian, Ubuntu), "
    "dnf install python3-tkinter (Fedora), pacman -S tk (Arch), brew install python-tk (macOS). Until then: chatroom join."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line of `chatroom gui`."""
    parser.add_argument(
        "target", nargs="?", type=target, metavar="[NAME@]HOST[:PORT]", help="where to go; with a name, at once, without the form"
    )
    parser.add_argument(
        "--room", action="append", default=[], metavar="ROOM", help="a room to enter instead of the lobby; may be repeated"
    )
    parser.add_argument("--clear", action="store_true", default=None, help="encrypt nothing, as is usual on this machine alone")
    parser.add_argument("--encrypt", action="store_false", dest="clear", help="encrypt on this machine as well")
    parser.add_argument("--theme", choices=("light", "dark"), help="how it looks this time; else as it looked the last time")
    parser.add_argument("--settings", type=Path, metavar="FILE", help="what is remembered, in place of the usual file")
    parser.add_argument(
        "--password-file", metavar="FILE", help="the password, if one is wanted, stands in this file that only you can read"
    )
    parser.epilog = f"A password that is wanted is asked for in the form, or taken from {VARIABLE} in the environment."


def main(args: argparse.Namespace) -> int:
    """Open the form, or go where the command line says; give the exit code."""
    try:
        password = given(args.password_file, os.environ)
    except Unusable as why:
        return _complain(str(why), 2)
    try:
        import tkinter as tk
    except ImportError:
        return _complain(NO_TKINTER, 1)
    try:
        root = tk.Tk(className="chatroom")
    except tk.TclError as why:
        return _complain(f"There is no screen to open a window on ({why}). In a terminal: chatroom join.", 1)
    return _run(root, args, password or "")


def _complain(why: str, code: int) -> int:
    print(why, file=sys.stderr)
    return code


def _run(root: tk.Tk, args: argparse.Namespace, password: str) -> int:
    from twisted.internet import reactor

    from chatroom.client.gui.entrance import Entrance
    from chatroom.client.gui.pulse import Pulse

    running: Any = reactor
    pulse = Pulse(root, running)

    def close() -> None:
        # In any other order the reactor asks a window that is no more.
        pulse.stop()
        running.removeSystemEventTrigger(goodbye)
        root.destroy()
        running.stop()

    settings = Settings(args.settings or default_file(os.environ, Path.home()))
    entrance = Entrance(root, running, settings, close=close, theme=args.theme, rooms=args.room, password=password, clear=args.clear)
    goodbye = running.addSystemEventTrigger("before", "shutdown", entrance.say_goodbye)
    entrance.start(args.target)
    running.callWhenRunning(pulse.start)
    running.run()
    return 0
