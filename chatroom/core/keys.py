"""Keys by which members show who they are: public keys as SSH writes them, and certificates by their fingerprints.

An SSH key is a kind and a blob; the blob says its kind again. Only kinds that are sound today are taken: ed25519, ECDSA on NIST's
curves, and RSA of 2048 bits or more. Of a certificate the blob is the SHA-256 of the whole of it; who signed it does not matter.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import field

from chatroom.core.errors import KeyInvalid, KeyKnown, NoSuchKey, TooManyKeys
from chatroom.core.fact import fact

EACH = 10
"""Keys of one member."""
LONGEST = 4096
"""Characters of a key as it is written."""
COMMENT = 64
"""Characters of what its owner calls it."""
LEAST_RSA, MOST_RSA = 2048, 16384
"""Bits."""
_POINTS = {"ecdsa-sha2-nistp256": 65, "ecdsa-sha2-nistp384": 97, "ecdsa-sha2-nistp521": 133}
"""Bytes of a point on each curve."""
KINDS = ("ssh-ed25519", *_POINTS, "ssh-rsa")
CERTIFICATE = "certificate"
_FINGERPRINT = re.compile(r"[0-9A-Fa-f]{2}(?::?[0-9A-Fa-f]{2}){31}").fullmatch


@fact
class PublicKey:
    """Be one key; two with the same blob are the same."""

    kind: str
    blob: bytes
    comment: str = field(default="", compare=False)

    def __str__(self) -> str:
        written = self.fingerprint if self.kind == CERTIFICATE else base64.b64encode(self.blob).decode()
        return f"{self.kind} {written}{' ' if self.comment else ''}{self.comment}"

    @property
    def fingerprint(self) -> str:
        """Give the fingerprint as SSH shows it, or that of a certificate as TLS clients do."""
        if self.kind == CERTIFICATE:
            return self.blob.hex(":").upper()
        return "SHA256:" + base64.b64encode(hashlib.sha256(self.blob).digest()).decode().rstrip("=")


def read(text: str) -> PublicKey:
    """Read a key as it stands in a `.pub` file: kind, base64 and perhaps a comment; refuse what is none.

    For a certificate that is the word, its SHA-256 fingerprint, and perhaps a comment.
    """
    kind, _, rest = text.strip()[:LONGEST].partition(" ")
    encoded, _, comment = rest.strip().partition(" ")
    try:
        key = _certificate(encoded) if kind == CERTIFICATE else read_blob(base64.b64decode(encoded, validate=True))
    except (binascii.Error, ValueError):
        raise KeyInvalid(problem="what stands there is not a key") from None
    if key.kind != kind:
        raise KeyInvalid(problem="it is not of the kind that stands before it")
    shown = "".join(char for char in comment if char.isprintable() or char.isspace())
    called = " ".join(shown.split())[:COMMENT]
    return PublicKey(key.kind, key.blob, called)


def read_blob(blob: bytes) -> PublicKey:
    """Read a key as SSH sends it; refuse what is none."""
    first, *parts = _strings(blob)
    kind = first.decode("ascii", "replace")
    match kind, parts:
        case "ssh-ed25519", [point] if len(point) == 32:
            pass
        case (("ecdsa-sha2-nistp256" | "ecdsa-sha2-nistp384" | "ecdsa-sha2-nistp521"), [curve, point]) if (
            kind.endswith(curve.decode("ascii", "replace")) and len(curve) == 8 and len(point) == _POINTS[kind]
        ):
            pass
        case "ssh-rsa", [_, modulus] if LEAST_RSA <= int.from_bytes(modulus).bit_length() <= MOST_RSA:
            pass
        case _:
            raise KeyInvalid(problem=f"it is not one of {', '.join(KINDS)}, or it is too short")
    return PublicKey(kind, blob)


def _certificate(fingerprint: str) -> PublicKey:
    if not _FINGERPRINT(fingerprint):
        raise KeyInvalid(problem="that is not a SHA-256 fingerprint, 32 bytes in hexadecimal")
    return PublicKey(CERTIFICATE, bytes.fromhex(fingerprint.replace(":", "")))


def _strings(blob: bytes) -> list[bytes]:
    """Take the strings apart that a blob is made of (RFC 4251, section 5)."""
    found: list[bytes] = []
    at = 0
    while at < len(blob):
        length = int.from_bytes(blob[at : at + 4])
        end = at + 4 + length
        if end > len(blob) or at + 4 > len(blob) or len(found) > 3:
            raise KeyInvalid(problem="what stands there is not a key")
        found.append(blob[at + 4 : end])
        at = end
    if not found:
        raise KeyInvalid(problem="what stands there is not a key")
    return found


class Keyring:
    """Hold the keys of members, by id and in order."""

    __slots__ = ("_held",)

    def __init__(self, held: Mapping[str, Iterable[PublicKey]] | None = None) -> None:
        self._held = {member: tuple(keys) for member, keys in (held or {}).items()}

    def of(self, member: str) -> tuple[PublicKey, ...]:
        """Give the keys of a member."""
        return self._held.get(member, ())

    def owners(self, key: PublicKey) -> tuple[str, ...]:
        """Give the ids of those who have this key."""
        return tuple(member for member, keys in self._held.items() if key in keys)

    def members(self) -> tuple[str, ...]:
        """Give the ids of those who have keys."""
        return tuple(self._held)

    def added(self, member: str, key: PublicKey) -> Keyring:
        """Give a ring with one more; refuse one that is there, or too many."""
        keys = self.of(member)
        if key in keys:
            raise KeyKnown
        if len(keys) >= EACH:
            raise TooManyKeys(limit=EACH)
        return Keyring({**self._held, member: (*keys, key)})

    def removed(self, member: str, number: int) -> Keyring:
        """Give a ring without a member's key of that number, from 1; refuse when there is none."""
        keys = self.of(member)
        if not 1 <= number <= len(keys):
            raise NoSuchKey(number=number)
        left = keys[: number - 1] + keys[number:]
        return Keyring({**{one: keys for one, keys in self._held.items() if one != member}, **({member: left} if left else {})})

    def without(self, member: str) -> Keyring:
        """Give a ring without a member's keys."""
        return Keyring({one: keys for one, keys in self._held.items() if one != member})

    def take(self, other: Keyring) -> None:
        """Hold what another holds."""
        self._held = dict(other._held)
