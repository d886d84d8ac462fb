"""A clock that shows what one turn of the reactor does."""

from __future__ import annotations

from twisted.internet.task import Clock


class Turns(Clock):
    """Be a clock that can run one reactor turn: what is due now, and not what that makes due."""

    def turn(self) -> None:
        """Run it."""
        for call in [call for call in self.calls if call.getTime() <= self.seconds()]:
            self.calls.remove(call)
            call.called = 1
            call.func(*call.args, **call.kw)
