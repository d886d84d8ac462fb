"""Watch the reactor of a server that a test runs: what holds it for more than CHATROOM_WATCHDOG milliseconds fails the test.

Python imports this where its folder is on the path, as the harness puts it there. It is the processor's time that counts: what a busy
machine takes from the server is no fault of the server's.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import Any

LIMIT = float(os.environ.get("CHATROOM_WATCHDOG", "0")) / 1000


def watched(call: Callable[..., Any], name: Callable[..., str]) -> Callable[..., Any]:
    """Tell when a call takes too long."""

    def timed(*args: Any, **kwargs: Any) -> Any:
        begun = time.thread_time()
        try:
            return call(*args, **kwargs)
        finally:
            took = time.thread_time() - begun
            if took > LIMIT:
                print(f"HELD UP for {took * 1000:.0f} ms by {name(*args)}", file=sys.__stderr__, flush=True)

    return timed


def install() -> None:
    """Watch what the reactor does: what came and may go, what is due, what threads ask for."""
    from twisted.internet.base import ReactorBase
    from twisted.internet.posixbase import _PollLikeMixin

    later, asked = ReactorBase.callLater, ReactorBase.callFromThread

    def call_later(self: Any, delay: float, call: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return later(self, delay, watched(call, lambda *_: f"what was due: {call}"), *args, **kwargs)

    def call_from_thread(self: Any, call: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return asked(self, watched(call, lambda *_: f"what a thread asked for: {call}"), *args, **kwargs)

    ReactorBase.callLater = call_later  # type: ignore[method-assign, assignment]
    ReactorBase.callFromThread = call_from_thread  # type: ignore[method-assign, assignment]
    # The one place by which all that comes and goes passes, and no public one.
    read_or_write = watched(_PollLikeMixin._doReadOrWrite, lambda reactor, selectable, *_: f"a connection: {selectable}")
    _PollLikeMixin._doReadOrWrite = read_or_write  # type: ignore[method-assign]


if "CHATROOM_WATCHDOG" in os.environ:
    install()
