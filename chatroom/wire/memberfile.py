"""The list of members as a text file: read a line at a time, and edited so that nobody's spacing or comment is lost.

Rules
-----
- A member is a line `id mail name rank secret`, and after them `key=value` words that are kept as they are; `-` stands for no mail
  and for no secret. Words are separated by blanks. From a word that begins with `#` on, after the fifth, is a comment.
- A line whose first word has an @ is `mail password`, written by hand: all after the first blanks is the password, to be replaced by
  its hash. Blank lines, and lines that begin with `#`, are kept.
- A line that is none of these costs only itself; of two lines that cannot both stand, the first one does. What is said about a line
  repeats no word of it, for any of them may be a secret in the wrong place.
- UTF-8. Bytes that are not cost their line, and are kept. A byte order mark is kept and means nothing. A line ends with a newline, with
  or without a carriage return before it; a new line ends as the first one does.
- A file that is too large or of another encoding is not read at all: then nobody is known to be missing from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from itertools import islice

from chatroom.core.errors import NameRefused, TooManyMembers
from chatroom.core.fact import fact
from chatroom.core.likeness import fold
from chatroom.core.limits import DEFAULT
from chatroom.core.members import LONGEST_MAIL, NOTHING, RANKS, Directory, Member, is_id, is_mail, is_secret
from chatroom.core.names import clean_name

LINES = 10_000
"""Lines in a file."""
SIZE = 1 << 20
"""Bytes in a file."""
LINE = 2048
"""Characters in a line."""

HEADER = """\
# The members of this house, one a line: id, mail, name, rank (member, moderator or admin), and the hash of a password.
# To add somebody by hand, write a line with a mail address, a space and a password; it is replaced by the full line with the hash.
"""
"""What a new file begins with."""

_MARK = "\ufeff"
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_WORD = re.compile(r"[^ \t]+")
_EXTRA = re.compile(r"[a-z][a-z0-9_-]{0,31}=.{0,256}").fullmatch
_FIELDS = 5


class NotAMemberFile(Exception):
    """Say to the host why a file cannot be read as a list of members at all, and what to do."""


@fact
class Plain:
    """Be a line with a password that is not hashed yet; lines are counted from 1."""

    number: int
    mail: str
    password: str = field(repr=False)


@fact
class Fault:
    """Be what is wrong with one line; `text` is the line itself, which may hold a secret."""

    number: int
    sentence: str
    text: str = field(repr=False)

    def __str__(self) -> str:
        return f"line {self.number}: {self.sentence}"


@fact
class Parsed:
    """Be a file that was read; joined, its lines are the file."""

    lines: tuple[str, ...] = field(repr=False)
    directory: Directory = field(hash=False)
    plain: tuple[Plain, ...]
    faults: tuple[Fault, ...]
    places: Mapping[str, int] = field(hash=False)
    """On which line each member stands, by id."""

    @property
    def members(self) -> tuple[Member, ...]:
        """Give the members in the order of their lines."""
        return tuple(self.directory)

    def line(self, number: int) -> str:
        """Give a line without its end and without a byte order mark."""
        return _bare(self.lines[number - 1], number)


class _Wrong(ValueError):
    """Carry the sentence about a line."""


def decode(raw: bytes) -> str:
    """Read the bytes of a file; those that are not UTF-8 become what `encode` makes the same bytes of."""
    if len(raw) > SIZE:
        raise NotAMemberFile(f"it is larger than {SIZE >> 20} MiB. Make it shorter.")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise NotAMemberFile("it is written in UTF-16. Save it as UTF-8.")
    return raw.decode("utf-8", "surrogateescape")


def encode(text: str) -> bytes:
    """Write a file's bytes, or refuse when it has become too large."""
    raw = text.encode("utf-8", "surrogateescape")
    if len(raw) > SIZE or text.count("\n") > LINES:
        raise TooManyMembers(lines=LINES, size=SIZE)
    return raw


def parse(text: str, longest: int = DEFAULT.name, before: Parsed | None = None) -> Parsed:
    """Read a file, in which names have at most `longest` characters; raise `NotAMemberFile` when it has too many lines.

    What stands in a line of `before`, read with the same `longest`, is not worked out again.
    """
    if text.count("\n") > LINES:
        raise NotAMemberFile(f"it has more than {LINES} lines. Make it shorter.")
    reading = _Reading(longest, before)
    lines = tuple(_LINE.findall(text))
    for number, line in enumerate(lines, 1):
        reading.read(number, _bare(line, number))
    return reading.parsed(lines)


def _ending(line: str) -> str:
    if line.endswith("\r\n"):
        return "\r\n"
    return "\n" if line.endswith("\n") else ""


def _bare(line: str, number: int) -> str:
    """Take off what belongs to the file, not the line."""
    bare = line.removesuffix(_ending(line))
    return bare.removeprefix(_MARK) if number == 1 else bare


def _by_line(parsed: Parsed) -> dict[str, Member]:
    return {parsed.line(parsed.places[member.id]): member for member in parsed.directory}


class _Reading:
    """Collect what the lines of one file say."""

    def __init__(self, longest: int, before: Parsed | None) -> None:
        self._longest = longest
        self._known = _by_line(before) if before else {}
        self._directory = Directory()
        self._places: dict[str, int] = {}
        self._plain: list[Plain] = []
        self._faults: list[Fault] = []

    def read(self, number: int, line: str) -> None:
        known = self._known.get(line)
        if known is not None:
            self._try(number, line, known)
            return
        stripped = line.strip(" \t")
        if not stripped or stripped.startswith("#"):
            return
        self._try(number, line, stripped)

    def _try(self, number: int, line: str, found: str | Member) -> None:
        try:
            if isinstance(found, Member):
                self._add(number, found)
            else:
                self._take(number, found)
        except _Wrong as wrong:
            self._fault(number, str(wrong), line)

    def parsed(self, lines: tuple[str, ...]) -> Parsed:
        plain = tuple(self._unrivalled(lines))
        faults = tuple(sorted(self._faults, key=lambda fault: fault.number))
        return Parsed(lines, self._directory, plain, faults, self._places)

    def _fault(self, number: int, sentence: str, line: str) -> None:
        self._faults.append(Fault(number, sentence, line))

    def _take(self, number: int, line: str) -> None:
        if len(line) > LINE:
            raise _Wrong(f"It is longer than {LINE} characters.")
        if not line.isprintable() and not line.replace("\t", " ").isprintable():
            raise _Wrong("It has bytes that are not UTF-8, or characters that cannot be seen.")
        first = _words(line)[0]
        if "@" in first:
            self._plain.append(_plain(number, line, first))
        else:
            self._add(number, _member(line, self._longest))

    def _add(self, number: int, member: Member) -> None:
        other = self._directory.get(member.id)
        if other is not None:
            raise _Wrong(f"Its id is that of line {self._places[other.id]}. Give it another.")
        found = self._directory.rival(member)
        if found is not None:
            what = _RIVALRIES.get(found[1].code, "Its name is that of line {line}, or looks like it")
            raise _Wrong(f"{what.format(line=self._places[found[0].id])}. Change one of the two.")
        self._directory.add(member)
        self._places[member.id] = number

    def _unrivalled(self, lines: tuple[str, ...]) -> Iterator[Plain]:
        """Give the lines with passwords whose mails stand in no other line."""
        seen: dict[str, int] = {}
        for plain in self._plain:
            other = self._directory.find(plain.mail)
            line = self._places[other.id] if other else seen.get(fold(plain.mail))
            if line is None:
                seen[fold(plain.mail)] = plain.number
                yield plain
            else:
                sentence = f"Its mail is that of line {line}. Remove one of the two."
                self._fault(plain.number, sentence, _bare(lines[plain.number - 1], plain.number))


_RIVALRIES = {
    "mail-taken": "Its mail is that of line {line}",
    "member-id-taken": "Its id is the name of line {line}, or the other way round",
}


def _words(line: str) -> list[str]:
    return [found[0] for found in _WORD.finditer(line)]


def _plain(number: int, line: str, mail: str) -> Plain:
    password = line[len(mail) :].strip(" \t")
    if not is_mail(mail):
        raise _Wrong(f"Its first word is not a mail address of at most {LONGEST_MAIL} characters.")
    if not password:
        raise _Wrong("It has a mail address and no password. Write the password after it.")
    if "$argon2" in password:
        raise _Wrong("It begins with a mail address, as a line with a password does, and yet has a hash. Write the id first.")
    return Plain(number, mail, password)


def _member(line: str, longest: int) -> Member:
    words = _words(line)
    if len(words) < _FIELDS:
        raise _Wrong("A member has an id, a mail, a name, a rank and a secret; to add one, write a mail address and a password.")
    key, mail, name, rank, secret, *more = words
    if not is_id(key):
        raise _Wrong("Its first word is not an id: small letters and digits, at most 32.")
    if mail != NOTHING and not is_mail(mail):
        raise _Wrong(f"Its second word is not a mail address; write {NOTHING} for none.")
    if rank.lower() not in RANKS:
        raise _Wrong("Its fourth word is not a rank: member, moderator or admin.")
    if not is_secret(secret):
        raise _Wrong(f"Its fifth word is not a hash that can be checked here; write {NOTHING} for none.")
    return Member(key, "" if mail == NOTHING else mail, _name(name, longest), RANKS[rank.lower()], secret, _extras(more))


def _name(word: str, longest: int) -> str:
    try:
        return clean_name(word, longest)
    except NameRefused:
        raise _Wrong(f"Its third word is not a name: at most {longest} letters and digits, with - _ . between them.") from None


def _extras(words: Iterable[str]) -> tuple[tuple[str, str], ...]:
    extras: dict[str, str] = {}
    for word in words:
        if word.startswith("#"):
            break
        key, _, value = word.partition("=")
        if _EXTRA(word) is None or key in extras:
            raise _Wrong("After the fifth word come words like key=value, each key once.")
        extras[key] = value
    return tuple(extras.items())


def line_of(member: Member) -> str:
    """Write a member as a line, without its end."""
    return " ".join(_spelled(member))


def _spelled(member: Member) -> list[str]:
    extras = [f"{key}={value}" for key, value in member.extras]
    return [member.id, member.mail or NOTHING, member.name, str(member.rank), member.secret or NOTHING, *extras]


def added(parsed: Parsed, member: Member) -> str:
    """Give the file's text with one more line at its end."""
    ending = _style(parsed)
    lines = list(parsed.lines)
    if lines and not _ending(lines[-1]) and lines != [_MARK]:
        lines[-1] += ending
    return "".join([*lines, line_of(member), ending])


def removed(parsed: Parsed, key: str) -> str:
    """Give the file's text without the line of the member with this id."""
    at = parsed.places[key] - 1
    mark = _MARK if at == 0 and parsed.lines[0].startswith(_MARK) else ""
    return "".join([*parsed.lines[:at], mark, *parsed.lines[at + 1 :]])


def replaced(parsed: Parsed, member: Member) -> str:
    """Give the file's text with the line of the member with this id saying what `member` is, word for word in its place."""
    return filled(parsed, {parsed.places[member.id]: member})


def filled(parsed: Parsed, members: Mapping[int, Member]) -> str:
    """Give the file's text with these members on the lines of these numbers; a line with a password becomes a full one."""
    lines = list(parsed.lines)
    for number, member in members.items():
        line = lines[number - 1]
        bare = parsed.line(number)
        mark = _MARK if number == 1 and line.startswith(_MARK) else ""
        indent = len(bare) - len(bare.lstrip(" \t"))
        is_plain = "@" in _words(bare)[0]
        body = bare[:indent] + line_of(member) if is_plain else _respelled(bare, member)
        lines[number - 1] = mark + body + _ending(line)
    return "".join(lines)


def _respelled(line: str, member: Member) -> str:
    """Write `member` over a full line, touching only the words that differ."""
    spans = [found.span() for found in _WORD.finditer(line)]
    comment = next((at for at, (start, _) in enumerate(spans) if at >= _FIELDS and line[start] == "#"), len(spans))
    words = _spelled(member)
    pieces, end = [], 0
    for (start, stop), word in zip(islice(spans, comment), words, strict=False):
        old = line[start:stop]
        pieces += [line[end:start], old if _reads_the_same(old, word) else word]
        end = stop
    pieces += [f" {word}" for word in words[comment:]]
    rest = spans[comment - 1][1] if comment > len(words) else end
    return "".join([*pieces, line[rest:]])


def _reads_the_same(old: str, new: str) -> bool:
    return old == new or (old.lower() in RANKS and old.lower() == new)


def _style(parsed: Parsed) -> str:
    return (_ending(parsed.lines[0]) if parsed.lines else "") or "\n"
