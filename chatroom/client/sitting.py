"""The prompt of `chatroom console`: commands in, what the house says above it, verbs and names completed by Tab."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import suppress
from typing import Any

from prompt_toolkit import PromptSession
from prompt_toolkit.application import run_in_terminal
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.input import Input
from prompt_toolkit.output import Output
from prompt_toolkit.patch_stdout import patch_stdout

from chatroom.client.console import FAREWELLS, Exit, worded
from chatroom.core.replies import Answer
from chatroom.wire.console import parse
from chatroom.wire.heard import LINE, Heard, request, understand
from chatroom.wire.text import visible

COMPLETING = 0.5
"""Seconds that Tab waits for the house."""
ROOMS = 20
"""Rooms whose people are completed."""
GREETING = "This is the house's console. Type help for commands, Ctrl-D leaves.\n"


def sit(connection: socket.socket) -> int:
    """Let a person command the house over a connection; give the exit code."""
    return asyncio.run(Sitting(connection).converse())


class Sitting:
    """Be a person at a prompt that what the house says does not disturb."""

    def __init__(self, connection: socket.socket, *, input: Input | None = None, output: Output | None = None) -> None:
        self._connection = connection
        self._number = 0
        self._asked: dict[str, asyncio.Future[Heard]] = {}
        self._over = False
        self._writer: asyncio.StreamWriter | None = None
        self._session: PromptSession[str] = PromptSession(
            completer=_Words(self), complete_while_typing=False, history=InMemoryHistory(), input=input, output=output
        )

    async def converse(self) -> int:
        """Take commands until the person leaves or the house closes; give the exit code."""
        reader, self._writer = await asyncio.open_unix_connection(sock=self._connection, limit=LINE)
        hearing = asyncio.ensure_future(self._hear(reader))
        try:
            with patch_stdout(raw=True):
                await self._show(GREETING)
                while not self._over and await self._ask():
                    pass
        finally:
            hearing.cancel()
            with suppress(asyncio.CancelledError):
                await hearing
            self._writer.close()
        return Exit.NO_SERVER if self._over else Exit.DONE

    async def _ask(self) -> bool:
        """Take one command; tell whether to go on."""
        try:
            text = await self._session.prompt_async("> ")
        except KeyboardInterrupt:
            return True
        except EOFError:
            return False
        if self._over or not text.strip():
            return True
        if parse(text).verb in FAREWELLS:
            return False
        self._number += 1
        self._send(request("line", self._number, text=text))
        return True

    def _send(self, line: bytes) -> None:
        if self._writer is not None:
            self._writer.write(line)

    async def _hear(self, reader: asyncio.StreamReader) -> None:
        try:
            while line := await reader.readline():
                await self._heard(understand(line))
        except (OSError, ValueError):
            # Reset, or a line longer than any house says: either way there is nothing more to hear.
            pass
        self._over = True
        await self._show("-- The house has closed.\n")
        if self._session.app.is_running:
            self._session.app.exit(result="")

    async def _heard(self, heard: Heard) -> None:
        ref = getattr(heard, "ref", None)
        waiting = self._asked.pop(ref, None) if isinstance(ref, str) else None
        if waiting is None:
            await self._show(worded(heard))
        elif not waiting.done():
            waiting.set_result(heard)

    async def _show(self, text: str) -> None:
        output = self._session.output

        def write() -> None:
            output.write_raw(text.replace("\n", "\r\n"))
            output.flush()

        if text:
            await run_in_terminal(write)

    # -- completion

    async def candidates(self, text: str) -> list[str]:
        """Give what the last word of `text` may become: a verb, then a name or a room."""
        head, _, word = text.rpartition(" ")
        if not head.strip():
            return [verb for verb in await self._listed("help", "commands", "verb") if verb.startswith(word.lower())]
        rooms = await self._listed("rooms", "rooms", "room")
        people = [name for room in rooms[:ROOMS] for name in await self._listed("who", "people", "name", room=room)]
        known = dict.fromkeys([*sorted(people), *rooms])
        return [one for one in known if one.casefold().startswith(word.casefold())]

    async def _listed(self, verb: str, field: str, key: str, **fields: str) -> list[str]:
        """Ask the house, and give one word of each thing in a field of its answer."""
        self._number += 1
        ref = f"ask{self._number}"
        answer = self._asked[ref] = asyncio.get_running_loop().create_future()
        self._send(request(verb, ref, **fields))
        try:
            heard = await asyncio.wait_for(answer, COMPLETING)
        except TimeoutError:
            return []
        finally:
            self._asked.pop(ref, None)
        found: Any = heard.fields.get(field) if isinstance(heard, Answer) else None
        listed = found if isinstance(found, list) else []
        return [one[key] for one in listed if isinstance(one, Mapping) and isinstance(one.get(key), str)]


class _Words(Completer):
    def __init__(self, sitting: Sitting) -> None:
        self._sitting = sitting

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        return ()

    async def get_completions_async(self, document: Document, complete_event: CompleteEvent) -> AsyncGenerator[Completion, None]:
        text = document.text_before_cursor
        for candidate in await self._sitting.candidates(text):
            yield Completion(f"{candidate} ", start_position=-len(text.rpartition(" ")[2]), display=visible(candidate))
