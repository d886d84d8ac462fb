"""What somebody is asked who wants to prove that they know a member's password; a stranger is asked the same.

Whoever has no keys gets some made of the account and a secret, which is kept in a file so that the same account is asked the same after
a restart too.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path

from chatroom.core import scram
from chatroom.core.fact import fact
from chatroom.core.likeness import fold
from chatroom.core.members import Directory, Member
from chatroom.core.names import BLANKS
from chatroom.state import keep_secret

FILE = "login-secret"
"""The file in the state folder that holds the secret."""
SIZE = 32
NONCE = 18
"""Bytes."""


@fact
class Challenge:
    """Be what is asked: the keys, our part of the nonce, and whose password it is, None for nobody's."""

    keys: scram.Keys
    nonce: str
    member: Member | None


class Challenges:
    """Make challenges for the members of a directory; `told` is called with a sentence for the host."""

    def __init__(self, directory: Directory, file: Path, told: Callable[[str], None]) -> None:
        self._directory = directory
        self._secret = _kept(file, told)

    async def make(self, account: str) -> Challenge:
        """Make the challenge for an account, by name or id; a mail is nobody's, or who had which would show by the salt."""
        member = None if "@" in account else self._directory.find(account)
        keys = None if member is None else member.keys
        stand_in = scram.nobodys(fold(account.strip(BLANKS)), self._secret)
        return Challenge(keys or stand_in, secrets.token_urlsafe(NONCE), member if keys is not None else None)


def _kept(file: Path, told: Callable[[str], None]) -> bytes:
    """Read the secret, which is made at the first start; where no file can be had it is as long-lived as the process."""
    try:
        if file.exists():
            found = file.read_bytes()[:SIZE]
            if len(found) == SIZE:
                return found
        return _made(file)
    except OSError as error:
        told(f"{file} cannot be used: {error.strerror}. Until it can, strangers can be told from members by some logins.")
        return secrets.token_bytes(SIZE)


def _made(file: Path) -> bytes:
    secret = secrets.token_bytes(SIZE)
    keep_secret(file, secret)
    return secret
