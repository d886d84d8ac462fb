"""Passwords: which are good enough, and how they are hashed and checked without holding up anybody.

Rules
-----
- Argon2id runs in a few threads of its own, which it leaves the interpreter free in; at most so many logins wait, and further ones are
  refused until there is room.
- A check costs the same whether the person is known or not, has a password or not, and typed something that can be one or not.
- A password is compared as PRECIS says (RFC 8265, OpaqueString): composed, its case kept, every kind of space the same.
- Beside the hash, SCRAM's keys are made: with those a client proves to know the password without saying it.
- Nothing here logs or shows a password or a hash.
"""

from __future__ import annotations

import base64
import queue
import secrets
import threading
import unicodedata
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Protocol, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from precis_i18n import get_profile
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorFromThreads
from twisted.python.failure import Failure

from chatroom.core import scram
from chatroom.core.errors import (
    LoginsBusy,
    PasswordIsName,
    PasswordRefused,
    PasswordTooCommon,
    PasswordTooLong,
    PasswordTooShort,
    PasswordUnreadable,
)
from chatroom.core.likeness import fold

SHORTEST = 8
"""Characters in a password."""
LONGEST = 300
"""Bytes in a password: what still fits the lines of old clients (IRCv3, account-registration)."""
THREADS = 2
WAITING = 64
"""Checks that wait for a thread; at 16 ms each, half a second's worth on two cores."""

HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
"""What OWASP asks for: 19 MiB, two rounds, one lane; 16 ms."""

_WORST = """
password password1 password12 password123 passw0rd p@ssword p@ssw0rd passwort kennwort motdepasse contrasena
12345678 123456789 1234567890 87654321 987654321 11223344 12341234 123123123 1q2w3e4r 1q2w3e4r5t 1qaz2wsx q1w2e3r4
qwertyui qwertyuiop qwerty12 qwerty123 qwertz123 qwertzui azertyui asdfghjk asdfghjkl zxcvbnm1 abcd1234 abc12345 abcdefgh
iloveyou sunshine princess football baseball superman letmein1 trustno1 welcome1 whatever computer internet changeme
admin123 administrator chatroom
"""
_COMMON = frozenset(_WORST.split())
# No letters and digits that are taken for one another when a code is read out.
_CLEAR = "23456789abcdefghjkmnpqrstuvwxyz"
_GROUP = 4
_PRECIS = get_profile("OpaqueString")

T = TypeVar("T")


class Aside(Protocol):
    """Run blocking work beside the reactor, and give what it gives in the reactor's thread; refuse when too much waits."""

    def __call__(self, work: Callable[[], T], /) -> Deferred[T]:
        """Run `work`."""


class Threads:
    """Run work in a few threads, oldest first; one that hangs must not keep the interpreter from exiting."""

    def __init__(self, reactor: IReactorFromThreads, count: int = THREADS, waiting: int = WAITING, name: str = "passwords") -> None:
        self._reactor = reactor
        self._count = count
        self._most = count + waiting
        self._name = name
        self._under_way = 0
        self._started = 0
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()

    def __call__(self, work: Callable[[], T], /) -> Deferred[T]:
        """Run `work`, or fail with `LoginsBusy`; work whose Deferred is cancelled before its turn is left out."""
        answer: Deferred[T] = Deferred()
        if self._under_way >= self._most:
            answer.errback(LoginsBusy())
            return answer
        self._under_way += 1
        self._jobs.put(partial(self._run, work, answer))
        if self._started < min(self._count, self._under_way):
            self._start()
        return answer

    def stop(self) -> None:
        """End the threads when what waits is done."""
        for _ in range(self._started):
            self._jobs.put(None)
        self._started = 0

    def _start(self) -> None:
        self._started += 1
        threading.Thread(target=self._take_turns, name=self._name, daemon=True).start()

    def _take_turns(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()

    def _run(self, work: Callable[[], T], answer: Deferred[T]) -> None:
        result: T | Failure | None = None
        try:
            result = None if answer.called else work()
        except Exception:
            result = Failure()
        self._reactor.callFromThread(self._finish, answer, result)

    def _finish(self, answer: Deferred[T], result: T | Failure) -> None:
        self._under_way -= 1
        if answer.called:
            return
        if isinstance(result, Failure):
            answer.errback(result)
        else:
            answer.callback(result)


class Passwords:
    """Hash passwords and check them."""

    def __init__(self, aside: Aside, hasher: PasswordHasher = HASHER, iterations: int = scram.ITERATIONS) -> None:
        self._aside = aside
        self._hasher = hasher
        self._iterations = iterations
        self._nobodys = _unmatched(hasher)

    async def hash(self, password: str) -> str:
        """Hash a password or code that was found good; refuse when too many wait."""
        return await self._aside(partial(self._hasher.hash, prepared(password)))

    async def kept(self, password: str) -> tuple[str, str]:
        """Give all that is kept of a password that was found good: the hash, and SCRAM's keys to stand beside it."""
        return await self._aside(partial(self._kept, prepared(password)))

    async def keys(self, password: str, hash: str) -> str:
        """Give SCRAM's keys of a password, to stand beside the hash there is."""
        return await self._aside(partial(self._keys, prepared(password), hash))

    async def verify(self, hash: str | None, password: str) -> bool:
        """Tell whether a password is the one; None for whoever is unknown or has none. Refuse when too many wait."""
        try:
            typed = prepared(password)
        except PasswordRefused:
            return await self._aside(partial(self._matches, None, b""))
        return await self._aside(partial(self._matches, hash, typed))

    def is_stale(self, hash: str) -> bool:
        """Tell whether a hash was made with other costs than those of today, and the password should be hashed again."""
        try:
            return self._hasher.check_needs_rehash(hash)
        except InvalidHashError:
            return True

    def are_stale(self, keys: scram.Keys | None) -> bool:
        """Tell whether there are no keys, or they were made with other costs than those of today."""
        return keys is None or keys.iterations != self._iterations

    def _kept(self, password: bytes) -> tuple[str, str]:
        made = self._hasher.hash(password)
        return made, self._keys(password, made)

    def _keys(self, password: bytes, hash: str) -> str:
        return scram.derive(password, secrets.token_bytes(scram.SALT), self._iterations).beside(hash)

    def _matches(self, hash: str | None, password: bytes) -> bool:
        try:
            return self._hasher.verify(hash or self._nobodys, password) and hash is not None
        except InvalidHashError:
            return self._matches(None, password)
        except Argon2Error:
            return False


def _unmatched(hasher: PasswordHasher) -> str:
    """Write a hash that costs what `hasher`'s cost and that no password is known to have."""
    salt, digest = (base64.b64encode(secrets.token_bytes(size)).decode().rstrip("=") for size in (hasher.salt_len, hasher.hash_len))
    costs = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v=19${costs}${salt}${digest}"


def prepared(password: str) -> bytes:
    """Give what is hashed of a password, or refuse one that cannot be any."""
    if len(password) > LONGEST:
        raise PasswordTooLong(limit=LONGEST)
    try:
        raw: bytes = _PRECIS.enforce(password).encode()
    except UnicodeEncodeError:
        raise (PasswordUnreadable() if password else PasswordTooShort(least=SHORTEST)) from None
    if len(raw) > LONGEST:
        raise PasswordTooLong(limit=LONGEST)
    return raw


def check(password: str, *names: str) -> None:
    """Refuse a password nobody should have: too short, too long, too common, or one of `names`, of which a mail counts in part too."""
    text = prepared(password).decode()
    if len(text) < SHORTEST:
        raise PasswordTooShort(least=SHORTEST)
    folded = fold(text)
    if folded in _COMMON or len(set(folded)) < 3 or _is_run(folded):
        raise PasswordTooCommon
    if folded in {fold(part) for name in names for part in (name, name.partition("@")[0])}:
        raise PasswordIsName


def weakness(password: str, *names: str) -> str:
    """Say, after a blank, why nobody should have a password; nothing of one that anybody may choose."""
    try:
        check(password, *names)
    except PasswordRefused as why:
        return f" {why}"
    return ""


def _is_run(text: str) -> bool:
    """Tell whether each character follows the one before it, up or down."""
    return {ord(after) - ord(before) for before, after in pairwise(text)} in ({1}, {-1})


def random_password(choose: Callable[[str], str] = secrets.choice) -> str:
    """Make a password that can be read out: four groups of four, 79 bits."""
    return "-".join("".join(choose(_CLEAR) for _ in range(_GROUP)) for _ in range(4))


def invitation_code(choose: Callable[[str], str] = secrets.choice) -> str:
    """Make the code of an invitation, to be read out: three groups of four, 59 bits, for it holds but for days."""
    return "-".join("".join(choose(_CLEAR) for _ in range(_GROUP)) for _ in range(3))


def plain_code(typed: str) -> str:
    """Give what of an invitation's code is hashed, however it was typed: capitals, blanks and dashes make no difference."""
    return "".join(char for char in unicodedata.normalize("NFKC", typed[:LONGEST]).lower() if char.isalnum())
