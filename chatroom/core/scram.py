"""SCRAM-SHA-256 (RFC 5802, RFC 7677): a member proves to know their password without saying it.

Rules
-----
- What is kept of a password is its keys, from which it can only be guessed: salt, count, StoredKey and ServerKey. They stand beside
  the hash they were made with, bear its mark, and mean nothing beside another: whoever changes the hash by hand ends them.
- Somebody who has no keys, or is nobody, is led through the same exchange with keys that no password has: the same salt every time,
  made of the account and a secret of the house, so that nothing tells who is a member.
- Channel binding is not offered: `p=` is refused, `y` and `n` are taken.

The exchange is pure; the random part of the nonce comes with the keys.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import field

from chatroom.core.errors import Malformed
from chatroom.core.fact import fact

MECHANISM = "SCRAM-SHA-256"
EXTRA = "scram"
"""Under what word a member's line holds the keys."""
ITERATIONS = 65_536
"""How often a password is hashed: 15 ms, which whoever guesses at a stolen list pays for each guess."""
LEAST, MOST = 4096, 1 << 20
"""How often keys that are read may have been; fewer are no protection (RFC 7677, section 4), more would hold up the client."""
SALT = 16
"""Bytes."""
LONGEST = 1024
"""Characters of one message."""
_DIGEST = 32
_MARK = 9
"""Bytes of the mark of the hash that keys belong to."""
_NONCE = re.compile(r"[!-+\--~]{8,256}").fullmatch


@fact
class Keys:
    """Be what is kept of one password."""

    salt: bytes
    iterations: int
    stored: bytes = field(repr=False)
    server: bytes = field(repr=False)

    def beside(self, hash: str) -> str:
        """Write them to stand beside the hash they belong to."""
        return ":".join([str(self.iterations), *map(_encoded, (self.salt, self.stored, self.server, _mark(hash)))])

    def signature(self, said: bytes, proof: bytes) -> bytes | None:
        """Give the server's signature under what was said, if the client's proof is right."""
        key = _xor(_hmac(self.stored, said), proof) if len(proof) == _DIGEST else b""
        right = hmac.compare_digest(hashlib.sha256(key).digest(), self.stored)
        return _hmac(self.server, said) if right else None


def derive(password: bytes, salt: bytes, iterations: int = ITERATIONS) -> Keys:
    """Make the keys of a password; this takes its time, and lets go of the interpreter."""
    salted = hashlib.pbkdf2_hmac("sha256", password, salt, iterations)
    stored = hashlib.sha256(_hmac(salted, b"Client Key")).digest()
    return Keys(salt, iterations, stored, _hmac(salted, b"Server Key"))


def nobodys(account: str, secret: bytes) -> Keys:
    """Make keys that no password has; the same ones for an account at all times."""
    salt, stored, server = (_hmac(secret, f"{what} {account}".encode("utf-8", "replace")) for what in ("salt", "stored", "server"))
    return Keys(salt[:SALT], ITERATIONS, stored, server)


def read(text: str, hash: str) -> Keys | None:
    """Read the keys that stand beside a hash; None for what is none, or belongs to another hash."""
    count, *parts = text.split(":")
    try:
        salt, stored, server, mark = (base64.b64decode(part, validate=True) for part in parts)
    except ValueError:
        return None
    fits = count.isascii() and count.isdigit() and len(count) < 8 and LEAST <= int(count) <= MOST
    if not fits or not salt or len(stored) != _DIGEST or len(server) != _DIGEST or mark != _mark(hash):
        return None
    return Keys(salt, int(count), stored, server)


def put(extras: Sequence[tuple[str, str]], text: str | None) -> tuple[tuple[str, str], ...]:
    """Put keys among the further words of a member's line, in the place of those there are; None takes them away."""
    others = {key: value for key, value in extras if text is not None or key != EXTRA}
    return tuple((others | {EXTRA: text}).items() if text is not None else others.items())


# -- the exchange


@fact
class First:
    """Be the client's first message: the header, who logs in, and its nonce (RFC 5802, section 7)."""

    header: str
    bare: str
    account: str
    nonce: str


def first(message: str) -> First:
    """Read the client's first message, or refuse it."""
    binding, _, rest = message[: LONGEST + 1].partition(",")
    authorised, _, bare = rest.partition(",")
    user, _, more = bare.partition(",")
    nonce = more.partition(",")[0]
    if len(message) > LONGEST or not user.startswith("n=") or not nonce.startswith("r="):
        raise Malformed(problem="That is not how SCRAM-SHA-256 begins.")
    if binding not in {"n", "y"}:
        raise Malformed(problem="Channel binding is not offered here.")
    account = _name(user[2:])
    if authorised and (not authorised.startswith("a=") or _name(authorised[2:]) != account):
        raise Malformed(problem="You can log in only as yourself.")
    if not account or not _NONCE(nonce[2:]):
        raise Malformed(problem="That is not how SCRAM-SHA-256 begins.")
    return First(f"{binding},{authorised},", bare, account, nonce[2:])


@fact
class Exchange:
    """Be an exchange under way, in which the client has its challenge."""

    first: First
    keys: Keys
    nonce: str
    """The client's nonce and ours."""

    @property
    def challenge(self) -> str:
        """Give what the client is sent."""
        return f"r={self.nonce},s={_encoded(self.keys.salt)},i={self.keys.iterations}"

    def proven(self, message: str) -> str | None:
        """Give the last message for a client that has proven to know the password; None for a wrong proof."""
        rest, comma, last = message.rpartition(",p=")
        if not comma or len(message) > LONGEST or rest != f"c={_encoded(self.first.header.encode())},r={self.nonce}":
            raise Malformed(problem="That is not how SCRAM-SHA-256 ends.")
        try:
            proof = base64.b64decode(last, validate=True)
        except ValueError:
            raise Malformed(problem="That is not how SCRAM-SHA-256 ends.") from None
        signed = self.keys.signature(f"{self.first.bare},{self.challenge},{rest}".encode(), proof)
        return None if signed is None else f"v={_encoded(signed)}"


def _name(text: str) -> str:
    """Read a name, in which = and the comma are written =3D and =2C."""
    if re.search("=(?!2C|3D)", text):
        raise Malformed(problem="That name is not written as SCRAM writes names.")
    return text.replace("=2C", ",").replace("=3D", "=")


def _encoded(data: bytes) -> str:
    return binascii.b2a_base64(data, newline=False).decode()


def _mark(hash: str) -> bytes:
    return hashlib.sha256(hash.encode("utf-8", "replace")).digest()[:_MARK]


def _hmac(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, "sha256")


def _xor(one: bytes, other: bytes) -> bytes:
    return (int.from_bytes(one) ^ int.from_bytes(other)).to_bytes(len(one))
