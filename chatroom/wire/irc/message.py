"""One IRC message: tags, source, command and parameters, read from a line and written as one.

Rules
-----
- A line is text without its end. Reading is lenient, as servers and clients are not exact: several blanks separate like one.
- Writing is strict: what would end the line, end a parameter early or forge a tag cannot be written at all; nobody's words can
  become another's message.
- Tag values are escaped as the message-tags specification says; of a tag that stands twice the last counts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field

from chatroom.core.fact import fact

LINE = 512
"""Bytes of a line without its tags, with its CRLF (RFC 1459, section 2.3)."""
TAGS = 8191
"""Bytes of a message's tags, with the @ and the blank after them (message-tags)."""
CLIENT_TAGS = 4094
"""Bytes of tags a client may send, without the @ and the blank."""

Tags = Mapping[str, str]

_ESCAPES = {";": r"\:", " ": r"\s", "\\": r"\\", "\r": r"\r", "\n": r"\n"}
_ESCAPED = str.maketrans(_ESCAPES)
_MEANT = {escaped[1]: char for char, escaped in _ESCAPES.items()}
_ESCAPE = re.compile(r"\\(.?)", re.DOTALL)
_BROKEN = re.compile("[\r\n\0]")
_KEY = re.compile(r"\+?[!-*,-:<>-~][!-:<>-~]*").fullmatch
"""What is one tag and no other; what it is called is for its clients to know (message-tags)."""


class NoMessage(ValueError):
    """Say that a line is no message, or that a message cannot be written."""


@fact
class Message:
    """Be one message; `source` is empty when it names none."""

    command: str
    params: tuple[str, ...] = ()
    source: str = ""
    tags: Tags = field(default_factory=dict)


def parse(line: str) -> Message:
    """Read a line without its end as a message; raise `NoMessage` when there is no command in it."""
    tags: dict[str, str] = {}
    source = ""
    rest = line.lstrip(" ")
    if rest.startswith("@"):
        written, _, rest = rest[1:].partition(" ")
        tags, rest = read_tags(written), rest.lstrip(" ")
    if rest.startswith(":"):
        source, _, rest = rest[1:].partition(" ")
        rest = rest.lstrip(" ")
    middle, colon, trailing = _split(rest)
    words = [word for word in middle.split(" ") if word]
    if not words:
        raise NoMessage("there is no command")
    return Message(words[0], (*words[1:], trailing) if colon else tuple(words[1:]), source, tags)


def _split(rest: str) -> tuple[str, str, str]:
    """Part the words from the last parameter, which begins with a colon and may hold blanks; the command never does."""
    return rest.partition(" :")


def read_tags(written: str) -> dict[str, str]:
    """Read tags as they stand between @ and blank; those without a name are passed over."""
    found: dict[str, str] = {}
    for one in written.split(";"):
        key, _, value = one.partition("=")
        if key:
            found[key] = unescape(value)
    return found


def unescape(value: str) -> str:
    """Read a tag's value; a backslash before anything that needs none is dropped."""
    if "\\" not in value:
        return value
    return _ESCAPE.sub(lambda found: _MEANT.get(found[1], found[1]), value)


def escape(value: str) -> str:
    """Write a tag's value."""
    return value.translate(_ESCAPED)


def is_key(key: str) -> bool:
    """Tell whether a tag may be called that."""
    return _KEY(key) is not None


def write_tags(tags: Tags) -> str:
    """Write tags with the @ before and the blank after them; nothing for no tags."""
    if not tags:
        return ""
    if any(key.startswith("+") for key in tags):
        tags = dict(sorted(tags.items(), key=lambda tag: tag[0].startswith("+")))  # the clients' own come last
    return "@" + ";".join(f"{key}={escape(value)}" if value else key for key, value in tags.items()) + " "


def render(message: Message) -> str:
    """Write a message as a line without its end; raise `NoMessage` where that would not be read as the same message."""
    for key, value in message.tags.items():
        if not is_key(key) or "\0" in value:
            raise NoMessage("this is no tag")
    source = f":{_word(message.source)} " if message.source else ""
    return f"{write_tags(message.tags)}{source}{joined(message.command, *message.params)}"


def joined(command: str, *params: str, colon: bool = False) -> str:
    """Write a command and its parameters; the last may be empty, hold blanks or begin with a colon, and has one before it then."""
    if not params:
        return _word(command)
    *middle, last = params
    if _BROKEN.search(last):
        raise NoMessage("a parameter would end the line")
    if colon or not last or last.startswith(":") or " " in last:
        last = f":{last}"
    return " ".join([_word(command), *map(_word, middle), last])


def _word(text: str) -> str:
    if not text or text.startswith(":") or " " in text or _BROKEN.search(text):
        raise NoMessage("a word is empty, begins with a colon, or holds a blank or the end of a line")
    return text


def source_parts(source: str) -> tuple[str, str, str]:
    """Part `nick!user@host`; what is missing is empty."""
    rest, _, host = source.partition("@")
    nick, _, user = rest.partition("!")
    return nick, user, host
