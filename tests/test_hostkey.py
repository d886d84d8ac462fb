"""The key by which a house is known again."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from chatroom.hostkey import FILE, HostKey, HostKeyUnusable


def test_it_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    made = HostKey(tmp_path).fingerprint
    assert made.startswith("SHA256:")
    assert HostKey(tmp_path).fingerprint == made
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == [FILE]


def test_a_house_without_a_folder_has_one_of_its_own() -> None:
    one = HostKey()
    assert one.fingerprint == one.fingerprint != HostKey().fingerprint


@pytest.mark.parametrize(
    "content", [b"", b"nonsense", b"-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n", b"\xff" * 99]
)
def test_a_broken_file_is_told_with_what_to_do(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(HostKeyUnusable, match="move it away"):
        assert HostKey(tmp_path).key


def test_a_key_of_another_kind_is_not_taken(tmp_path: Path) -> None:
    rsa = generate_private_key(65537, 2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
    )
    (tmp_path / FILE).write_bytes(rsa)
    with pytest.raises(HostKeyUnusable, match="no private ed25519 key"):
        assert HostKey(tmp_path).key


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(HostKeyUnusable, match="cannot be used"):
        assert HostKey(tmp_path / "nowhere").key
