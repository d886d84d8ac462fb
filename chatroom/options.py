"""What a service that twistd runs is told on its command line: its settings' file, and keys of the settings set one by one.

Whatever is wrong with them ends the start with a line for each fault and exit status 1, while the host still looks at the terminal.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, NoReturn

from twisted.python import usage

from chatroom.ending import FAILED
from chatroom.loading import Override, read_override

TWISTD_PIDFILE = "twistd.pid"
"""What twistd calls its pid file when nobody says otherwise: one name for all services in a folder."""

Short = tuple[tuple[str, ...], str]
"""The key an option is short for, and how its value is made of what was typed."""


def give_up(why: str) -> NoReturn:
    """End the start, and say why."""
    # Written here and not left to the interpreter, whose stderr may be the log by then.
    print(why, file=sys.__stderr__, flush=True)
    raise SystemExit(FAILED)


def stays(parent: Mapping[str, Any]) -> bool:
    """Tell whether twistd is going to stay at the terminal instead of becoming a daemon."""
    return bool(parent["nodaemon"] or parent["debug"])


class SettingsOptions(usage.Options):
    """Read a command line that sets keys of the settings."""

    shorts: ClassVar[Mapping[str, Short]] = {}

    def __init__(self) -> None:
        super().__init__()
        self.sets: list[str] = []

    @cached_property
    def named(self) -> Path | None:
        """Give the file of settings that was named, wherever the process goes after the options were read."""
        return Path(self["config"]).absolute() if self["config"] else None

    def opt_set(self, setting: str) -> None:
        """Set one key of the settings, as in people=50; may be repeated."""
        self.sets.append(setting)

    def parseArgs(self, *unexpected: str) -> None:
        """Take no arguments but options."""
        if unexpected:
            raise usage.UsageError(f"{unexpected[0]} is no option")

    def parseOptions(self, options: list[str] | None = None) -> None:
        """Read the options; say in one line what is wrong with them."""
        try:
            super().parseOptions(options)
        except usage.UsageError as error:
            give_up(f"{error}. Type --help for a list.")

    def overrides(self) -> Iterator[Override]:
        """Give what is to be set whatever the file says."""
        for option, (key, value) in self.shorts.items():
            if self[option] is not None:
                yield Override(f"--{option}", key, value.format(self[option]))
        for setting in self.sets:
            yield read_override(setting)
