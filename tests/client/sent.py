"""What a view has to say, carried into a list."""

from __future__ import annotations

import json
from typing import Any

from chatroom.view import View


class Sent:
    """Be the link of a face, which goes nowhere."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.sent: list[dict[str, Any]] = []

    def flush(self) -> None:
        """Take what there is to be said."""
        self.sent.extend(json.loads(line) for line in self.view.outgoing().splitlines())

    def stop(self) -> None:
        """Say goodbye."""
        self.view.quit()

    def pauseProducing(self) -> None:
        """Go on: nothing comes by this link."""

    def resumeProducing(self) -> None:
        """Go on."""

    def stopProducing(self) -> None:
        """Go on."""
