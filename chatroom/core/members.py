"""Members: the people a house knows for good, found by mail, name or id, no two of whom can be mistaken for one another.

A mail is compared without regard to case, a name by the rules of `chatroom.core.names`. A member's secret is the hash of a password,
or of an invitation's code that holds for a time, or nothing yet; whoever has nothing cannot log in.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from itertools import islice

from chatroom.core import scram
from chatroom.core.errors import MailInvalid, MailTaken, MemberIdTaken, NameTaken, NameTooSimilar, Refused
from chatroom.core.fact import fact
from chatroom.core.likeness import fold, looks
from chatroom.core.names import BLANKS, clean_name
from chatroom.core.rank import Rank

NOTHING = "-"
"""What stands for no mail, and for no secret."""
LONGEST_MAIL = 254
"""Characters in a mail address (RFC 5321, section 4.5.3.1.3, less the angle brackets)."""
NUMBERED = 99
"""Names that are tried for one member before it is given up."""

RANKS: Mapping[str, Rank] = {str(rank): rank for rank in Rank if rank is not Rank.GUEST}
"""What a member can be."""

_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}").fullmatch
_ID_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_ID_LENGTH = 8
_HASH = re.compile(
    r"\$argon2(?:id|i|d)\$v=19\$m=(?P<memory>[1-9]\d{0,8}),t=(?P<time>[1-9]\d{0,3}),p=(?P<lanes>[1-9]\d?)"
    r"\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{16,86}"
).fullmatch
_INVITATION = re.compile(r"invite:(?P<hash>\$[^:]{1,300}):(?P<until>\d{1,11})").fullmatch
_WORK = {"memory": 1 << 18, "time": 16, "lanes": 16}
"""What a hash in the list may cost to check: KiB, rounds, lanes. Whoever logs in makes the house pay it."""


@fact
class Invitation:
    """Let whoever knows the code log in until a time, in seconds since 1970, to choose a password."""

    hash: str = field(repr=False)
    until: int

    def __str__(self) -> str:
        return f"invite:{self.hash}:{self.until}"


@fact
class Member:
    """Be somebody the house knows for good; `mail` is empty when it has none."""

    id: str
    mail: str
    name: str
    rank: Rank = Rank.MEMBER
    secret: str = field(default=NOTHING, repr=False)
    extras: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def password(self) -> str | None:
        """Give the hash of the password; None when there is none yet."""
        return self.secret if self.secret.startswith("$") else None

    @property
    def invitation(self) -> Invitation | None:
        """Give the invitation, whether it still holds or not."""
        found = _INVITATION(self.secret)
        return Invitation(found["hash"], int(found["until"])) if found else None

    @property
    def keys(self) -> scram.Keys | None:
        """Give what SCRAM checks the password by; None where there is nothing, or what belongs to another password."""
        text = dict(self.extras).get(scram.EXTRA) if self.password is not None else None
        return scram.read(text, self.secret) if text is not None else None

    def proof(self, now: float) -> str | None:
        """Give the hash a login is checked against now: of the password, or of an invitation that holds."""
        invitation = self.invitation
        if invitation is None:
            return self.password
        return invitation.hash if now < invitation.until else None


@fact
class Change:
    """Tell who came, who went, and who became what, as (before, after)."""

    added: tuple[Member, ...] = ()
    removed: tuple[Member, ...] = ()
    changed: tuple[tuple[Member, Member], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


class Directory:
    """Hold the members, in order; finding one costs the same however many there are."""

    __slots__ = ("_by_id", "_by_look", "_by_mail", "_by_name")

    def __init__(self, members: Iterable[Member] = ()) -> None:
        self._by_id: dict[str, Member] = {}
        self._by_mail: dict[str, Member] = {}
        self._by_name: dict[str, Member] = {}
        self._by_look: dict[str, Member] = {}
        for member in members:
            self.add(member)

    def __len__(self) -> int:
        return len(self._by_id)

    def __iter__(self) -> Iterator[Member]:
        return iter(self._by_id.values())

    def get(self, id: str) -> Member | None:
        """Give the member with this id."""
        return self._by_id.get(id)

    def find(self, text: str) -> Member | None:
        """Give the member whose mail, name or id `text` is; mail and name in any case."""
        wanted = text.strip(BLANKS)
        if "@" in wanted:
            return self._by_mail.get(fold(wanted))
        return self._by_name.get(fold(wanted)) or self._by_id.get(fold(wanted))

    def rival(self, member: Member) -> tuple[Member, Refused] | None:
        """Give another member with whom `member` could be mistaken, and the refusal that says so; its own id is no rival."""
        for other, refused, claimed in self._rivals(member):
            if other is not None and other.id != member.id:
                return other, refused(id=claimed, mail=claimed, name=claimed, other=other.name)
        return None

    def _rivals(self, member: Member) -> Iterator[tuple[Member | None, type[Refused], str]]:
        # A name that is another's id would be found in that one's place.
        yield self._by_name.get(fold(member.id)), MemberIdTaken, member.id
        yield self._by_id.get(fold(member.name)), MemberIdTaken, member.name
        if member.mail:
            yield self._by_mail.get(fold(member.mail)), MailTaken, member.mail
        yield self._by_name.get(fold(member.name)), NameTaken, member.name
        for look in looks(member.name):
            yield self._by_look.get(look), NameTooSimilar, member.name

    def check(self, member: Member) -> None:
        """Refuse what is another's: id, mail or name, or a name that looks like another's."""
        found = self.rival(member)
        if found is not None:
            raise found[1]

    def add(self, member: Member) -> None:
        """Let in one more, after checking it."""
        if member.id in self._by_id:
            raise MemberIdTaken(id=member.id)
        self.check(member)
        self._by_id[member.id] = member
        self._by_name[fold(member.name)] = member
        if member.mail:
            self._by_mail[fold(member.mail)] = member
        for look in looks(member.name):
            self._by_look[look] = member

    def replace(self, members: Iterable[Member]) -> Change:
        """Hold these instead, and tell what that changes; when two of them are rivals it is refused and nothing changes."""
        before = self._by_id
        self._hold(members if isinstance(members, Directory) else Directory(members))
        return _change(before, self._by_id)

    def copy(self) -> Directory:
        """Make another with the same members, without checking them again."""
        made = Directory()
        made._hold(self)
        return made

    def _hold(self, other: Directory) -> None:
        self._by_id, self._by_mail = dict(other._by_id), dict(other._by_mail)
        self._by_name, self._by_look = dict(other._by_name), dict(other._by_look)


def _change(before: Mapping[str, Member], after: Mapping[str, Member]) -> Change:
    return Change(
        added=tuple(member for key, member in after.items() if key not in before),
        removed=tuple(member for key, member in before.items() if key not in after),
        changed=tuple((before[key], member) for key, member in after.items() if key in before and before[key] != member),
    )


def is_id(text: str) -> bool:
    """Tell whether `text` can be a member's id."""
    return _ID(text) is not None


def is_mail(text: str) -> bool:
    """Tell whether `text` can be a mail address: something, one @, something, and nothing unseen."""
    name, at, place = text.partition("@")
    whole = bool(name and at and place) and "@" not in place and len(text) <= LONGEST_MAIL
    return whole and text.isprintable() and not any(char in BLANKS for char in text)


def clean_mail(text: str) -> str:
    """Give a mail address as it is kept, empty for none, or refuse it."""
    mail = unicodedata.normalize("NFC", text.strip(BLANKS))
    if mail in ("", NOTHING):
        return ""
    if not is_mail(mail):
        raise MailInvalid(limit=LONGEST_MAIL)
    return mail


def is_secret(text: str) -> bool:
    """Tell whether `text` can be a member's secret: nothing, a hash that is not too costly to check, or an invitation with one."""
    invitation = _INVITATION(text)
    found = _HASH(invitation["hash"] if invitation else text)
    return text == NOTHING if found is None else all(int(found[what]) <= most for what, most in _WORK.items())


def new_id(draw: Callable[[int], int], directory: Directory) -> str:
    """Make an id that is nobody's; `draw(n)` gives a random number below n."""
    for _ in range(NUMBERED):
        made = "".join(_ID_DIGITS[draw(len(_ID_DIGITS))] for _ in range(_ID_LENGTH))
        if directory.find(made) is None:
            return made
    raise RuntimeError("the source of random numbers gives the same ones again and again")


def name_for(mail: str, directory: Directory, limit: int) -> str:
    """Make a name from the part of `mail` before the @, numbered when it is another's; refuse when there is none to be made."""
    base = clean_name(mail.partition("@")[0].partition("+")[0].strip("."), limit)
    for name in islice(_numbered(base, limit), NUMBERED):
        if directory.rival(Member("", "", name)) is None:
            return name
    raise NameTaken(name=base)


def _numbered(base: str, limit: int) -> Iterator[str]:
    yield base
    for number in range(2, NUMBERED + 1):
        yield f"{base[: limit - len(str(number))]}{number}"
