"""What a person at a terminal is asked: for a line, which can be recalled and completed, or for a secret, which nothing remembers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.history import DummyHistory, InMemoryHistory
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings
from prompt_toolkit.output import ColorDepth, Output
from prompt_toolkit.renderer import print_formatted_text
from prompt_toolkit.styles import Style

Shown = Callable[[], FormattedText]

STYLE = Style.from_dict(
    {
        "time": "#808080",
        "event": "#808080",
        "room": "#808080 bold",
        "private": "#af5faf bold",
        "mention": "reverse",
        "trouble": "#d75f00",
        "bottom-toolbar": "noreverse bg:#303030 #d0d0d0",
        "bottom-toolbar.unread": "bold #ffffff",
        "bottom-toolbar.trouble": "bold #ffaf00",
    }
)


class Questions:
    """Ask at a terminal, one thing at a time; a question can be ended by what happens meanwhile.

    `candidates` gives what the last word of a text may become, `bar` what stands below what is typed.
    """

    def __init__(
        self,
        candidates: Callable[[str], Iterable[str]],
        bar: Shown,
        keys: KeyBindings,
        *,
        color: bool = True,
        input: Input | None = None,
        output: Output | None = None,
    ) -> None:
        self._begun = ""
        """What was being typed when a secret came between."""
        screen: dict[str, Any] = {
            "erase_when_done": True,
            "style": STYLE,
            "color_depth": None if color else ColorDepth.DEPTH_1_BIT,
            "input": input,
            "output": output,
        }
        self._line: PromptSession[str] = PromptSession(
            completer=_Words(candidates),
            complete_while_typing=False,
            history=InMemoryHistory(),
            bottom_toolbar=bar,
            key_bindings=keys,
            **screen,
        )
        # One of its own: what is typed here must be in no history.
        self._secret: PromptSession[str] = PromptSession(history=DummyHistory(), is_password=True, enable_suspend=False, **screen)

    async def line(self, message: Shown, default: str | None = None) -> str:
        """Ask for a line, beginning with `default`, or else with what was begun before a secret came between."""
        begun, self._begun = self._begun, ""
        return await self._line.prompt_async(message, default=begun if default is None else default)

    async def secret(self, message: str) -> str:
        """Ask for a secret, which is not shown."""
        return await self._secret.prompt_async(message)

    def turn_to_secrets(self) -> None:
        """End the ordinary question, keeping what was begun; the next one is for the secret."""
        app = self._line.app
        if app.is_running and not app.is_done:
            self._begun = self._line.default_buffer.text
            app.exit(result="")

    def end_secret(self) -> None:
        """Ask for a secret no longer."""
        _leave(self._secret)

    def end(self) -> None:
        """Ask for nothing more."""
        _leave(self._line)
        _leave(self._secret)

    def refresh(self) -> None:
        """Draw the question and the bar below it anew."""
        self._line.app.invalidate()

    def ring(self) -> None:
        """Ring the terminal's bell."""
        self._line.output.bell()
        self._line.output.flush()

    def put(self, text: FormattedText) -> None:
        """Put lines on the screen while nothing is being drawn there."""
        output = self._line.output
        depth = self._line.color_depth or output.get_default_color_depth()
        print_formatted_text(output, text, STYLE, color_depth=depth)
        output.flush()


def _leave(session: PromptSession[str]) -> None:
    if session.app.is_running and not session.app.is_done:
        session.app.exit(result="")


class _Words(Completer):
    """Complete what is known: names, commands, rooms."""

    def __init__(self, candidates: Callable[[str], Iterable[str]]) -> None:
        self.candidates = candidates

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        text = document.text_before_cursor
        begun = len(text) - len(text.rpartition(" ")[0]) - (" " in text)
        for candidate in self.candidates(text):
            yield Completion(candidate, start_position=-begun, display=candidate.strip(": "))
