"""The key by which SSH clients know a house again: ed25519, made once and kept in the state folder.

A house without a folder, as in tests, has one of its own for as long as it runs.
"""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from twisted.conch.ssh.keys import BadKeyError, EncryptedKeyError, Key

from chatroom.state import keep_secret

FILE = "ssh-host-key"
KIND = b"ssh-ed25519"
MOST_BYTES = 16384
"""Bytes of the file that are read."""


class HostKeyUnusable(Exception):
    """Say to the host why the key cannot be used, and what to do."""


class HostKey:
    """Be the host key of a house, read or made when it is first asked for."""

    def __init__(self, folder: Path | None = None) -> None:
        self._file = folder / FILE if folder is not None else None
        self._key: Key | None = None

    @property
    def key(self) -> Key:
        """Give the key; raise `HostKeyUnusable` when the file cannot be read or written, or holds no such key."""
        if self._key is None:
            self._key = Key(Ed25519PrivateKey.generate()) if self._file is None else _kept(self._file)
        return self._key

    @property
    def fingerprint(self) -> str:
        """Give the fingerprint as SSH clients show it."""
        digest = hashlib.sha256(self.key.public().blob()).digest()
        return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


def _kept(file: Path) -> Key:
    try:
        if not file.exists():
            keep_secret(file, _new())
        with file.open("rb") as opened:
            key: Key = Key.fromString(opened.read(MOST_BYTES))
    except OSError as error:
        raise HostKeyUnusable(
            f"The SSH host key {file} cannot be used: {error.strerror}. Make it readable, or move it away."
        ) from error
    except (BadKeyError, EncryptedKeyError, ValueError, UnicodeDecodeError) as error:
        raise HostKeyUnusable(f"{file} holds no SSH key. Put one without a passphrase there, or move it away.") from error
    if key.sshType() != KIND or key.isPublic():
        raise HostKeyUnusable(f"{file} holds no private ed25519 key. Put one there, or move it away, and one is made.")
    return key


def _new() -> bytes:
    """Make a new key."""
    return Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
    )
