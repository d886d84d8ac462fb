"""What is printed above the prompt: together, in order, and never more than a screen could show."""

from __future__ import annotations

import asyncio

import pytest
from prompt_toolkit.formatted_text import FormattedText, fragment_list_to_text

from chatroom.client import above
from chatroom.client.above import Above


class Printed:
    """Remember what is put on the screen, each time as one text."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.styles: list[str] = []
        self.times = 0
        self.news = asyncio.Event()

    def put(self, text: FormattedText) -> None:
        self.texts.append(fragment_list_to_text(text))
        self.styles.extend(style for style, _, *_ in text)

    def printed(self) -> None:
        self.times += 1
        self.news.set()


def made() -> tuple[Printed, Above]:
    printed = Printed()
    return printed, Above(printed.put, printed.printed)


def test_what_has_gathered_is_printed_together_and_once() -> None:
    printed, lines = made()
    lines.show([[("event", "-- one")]])
    lines.show([[("name #aabbcc", "ann"), ("text", ": two")]])
    lines.flush()
    assert printed.texts == ["-- one\nann: two\n"]
    assert printed.styles == ["class:event", "", "fg:#aabbcc bold", "", ""]
    lines.flush()
    assert len(printed.texts) == 1
    assert printed.times == 2


def test_more_lines_than_may_wait_are_counted_and_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(above, "MOST_LINES", 3)
    printed, lines = made()
    for number in range(10):
        lines.show([[("text", str(number))]])
        assert len(lines._lines) <= 3
    lines.flush()
    assert printed.texts == ["-- 7 lines went by too fast to be shown; /history has them.\n7\n8\n9\n"]
    lines.show([[("text", "and on")]])
    lines.flush()
    assert printed.texts[1] == "and on\n"


def test_what_comes_is_printed_until_it_is_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(above, "PACE", 0.0)

    async def play() -> Printed:
        printed, lines = made()
        printing = asyncio.ensure_future(lines.printing())
        for text in ("one", "two"):
            lines.show([[("text", text)]])
            await printed.news.wait()
            printed.news.clear()
        printing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await printing
        return printed

    assert asyncio.run(asyncio.wait_for(play(), 5)).texts == ["one\n", "two\n"]
