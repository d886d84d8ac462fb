"""A window on a screen that nobody sees, used by keyboard and pointer."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.e2e.harness import PATIENCE, environment, need_programs, program, until

SELECTED = """
import tkinter
reader = tkinter.Tk()
try:
    print(reader.selection_get(type="UTF8_STRING"))
except tkinter.TclError:
    pass
"""
"""Prints what is selected on the screen."""


class Gui:
    """Be one program with windows on a screen of its own, found by their titles; what it remembers is in `folder`."""

    def __init__(self, folder: Path, *arguments: str, size: str = "1280x900") -> None:
        need_programs("Xvfb", "xdotool")
        asked, told = os.pipe()
        command = ["Xvfb", "-displayfd", str(told), "-screen", "0", f"{size}x24", "-nolisten", "tcp"]
        self.screen = subprocess.Popen(command, pass_fds=[told], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(told)
        with os.fdopen(asked) as answer:
            self.environ = {**environment(), "DISPLAY": f":{answer.readline().strip()}"}
        self.log = folder / f"gui{self.environ['DISPLAY']}.log"
        self.settings = folder / "gui.json"
        command = [*program("chatroom"), "gui", "--settings", str(self.settings), *arguments]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, env=self.environ, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)

    def do(self, *arguments: str) -> str:
        """Let xdotool do something, and give what it says."""
        done = subprocess.run(["xdotool", *arguments], capture_output=True, text=True, timeout=PATIENCE, env=self.environ, check=False)
        return done.stdout

    def find(self, title: str, patience: float = PATIENCE) -> str:
        """Wait for a window with such a title; give its number."""
        search = ["search", "--onlyvisible", "--name", title]
        return str(until(lambda: self.do(*search).split(), f"a window called {title}; {self}", patience)[0])

    def gone(self, title: str) -> None:
        """Wait until there is no window with such a title."""
        until(lambda: not self.do("search", "--onlyvisible", "--name", title).split(), f"the end of a window called {title}; {self}")

    def __str__(self) -> str:
        titles = [self.do("getwindowname", one).strip() for one in self.do("search", "--onlyvisible", "--name", ".").split()]
        return f"there are windows called {titles}, and it said: {self.log.read_text()}"

    def focus(self, title: str) -> str:
        """Let the keyboard write into a window."""
        window = self.find(title)
        self.do("windowraise", window)
        self.do("windowfocus", "--sync", window)
        return window

    def type(self, title: str, text: str, *keys: str) -> None:
        """Type a text into a window, and then press keys."""
        self.focus(title)
        self.do("type", "--delay", "8", text)
        if keys:
            self.do("key", "--delay", "20", *keys)

    def press(self, title: str, *keys: str) -> None:
        """Press keys in a window."""
        self.focus(title)
        self.do("key", "--delay", "20", *keys)

    def double_click(self, title: str, x: int, y: int) -> None:
        """Double-click at a place of a window."""
        window = self.focus(title)
        self.do("mousemove", "--window", window, str(x), str(y))
        self.do("click", "--repeat", "2", "--delay", "60", "1")

    def read(self, title: str) -> str:
        """Give all that stands in the pane of a window, by selecting it."""
        window = self.focus(title)
        self.do("mousemove", "--window", window, "300", "200", "click", "1", "key", "ctrl+slash")
        # In a process of its own: Tk ends its process with the screen it was ever connected to.
        found = subprocess.run([sys.executable, "-c", SELECTED], capture_output=True, text=True, timeout=PATIENCE, env=self.environ)
        return found.stdout

    def processor_seconds(self) -> float:
        """Tell how much of the processor it has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def close(self) -> None:
        """End it, and its screen."""
        for one in (self.process, self.screen):
            one.terminate()
            try:
                one.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                one.kill()
                one.wait()
