"""Public keys: which are kept, and how many."""

from __future__ import annotations

import base64

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chatroom.core.errors import KeyInvalid, KeyKnown, NoSuchKey, Refused, TooManyKeys
from chatroom.core.keys import COMMENT, EACH, Keyring, PublicKey, read, read_blob


def strings(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(4) + part for part in parts)


def key(number: int = 0) -> PublicKey:
    return read_blob(strings(b"ssh-ed25519", number.to_bytes(32)))


def line(blob: bytes, kind: str, comment: str = "") -> str:
    return f"{kind} {base64.b64encode(blob).decode()} {comment}"


SOUND = [
    (b"ssh-ed25519", bytes(32)),
    (b"ecdsa-sha2-nistp256", b"nistp256", bytes(65)),
    (b"ecdsa-sha2-nistp384", b"nistp384", bytes(97)),
    (b"ecdsa-sha2-nistp521", b"nistp521", bytes(133)),
    (b"ssh-rsa", b"\1\0\1", b"\0" + b"\xff" * 256),
]
UNSOUND = [
    (b"ssh-ed25519", bytes(31)),
    (b"ssh-ed25519", bytes(32), b"more"),
    (b"ecdsa-sha2-nistp256", b"nistp384", bytes(65)),
    (b"ecdsa-sha2-nistp256", b"256", bytes(65)),
    (b"ssh-rsa", b"\1\0\1", b"\xff" * 128),
    (b"ssh-rsa", b"\1\0\1", b"\xff" * 3000),
    (b"ssh-dss", b"1", b"2", b"3"),
    (b"sk-ssh-ed25519@openssh.com", bytes(32), b"ssh:"),
    (b"",),
]


@pytest.mark.parametrize("parts", SOUND)
def test_sound_kinds_are_read_and_written_as_they_were(parts: tuple[bytes, ...]) -> None:
    kind = parts[0].decode()
    found = read(line(strings(*parts), kind, "at home"))
    assert (found.kind, found.comment) == (kind, "at home")
    assert read(str(found)) == found
    assert found.fingerprint.startswith("SHA256:")
    assert len(found.fingerprint) == 50


@pytest.mark.parametrize("parts", UNSOUND)
def test_others_are_refused(parts: tuple[bytes, ...]) -> None:
    with pytest.raises(KeyInvalid):
        read_blob(strings(*parts))


@pytest.mark.parametrize(
    "text", ["", "ssh-ed25519", "ssh-ed25519 !!!", "ssh-ed25519 AAAA", line(strings(b"ssh-ed25519", bytes(32)), "ssh-rsa"), "x" * 10000]
)
def test_what_is_no_key_is_refused_with_what_to_do(text: str) -> None:
    with pytest.raises(KeyInvalid, match=r"Paste the line of your \.pub file"):
        read(text)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_key_or_refused(blob: bytes) -> None:
    try:
        assert read_blob(blob).blob == blob
    except Refused:
        pass


@given(st.text(max_size=200))
@example("0\r\x1b 0")
def test_a_comment_does_nothing_and_is_short(comment: str) -> None:
    found = read(line(strings(b"ssh-ed25519", bytes(32)), "ssh-ed25519", comment))
    assert len(found.comment) <= COMMENT
    assert found.comment.isprintable()
    assert read(str(found)).comment == found.comment.strip()


def test_a_ring_has_each_key_of_a_member_once_and_not_too_many() -> None:
    ring = Keyring()
    for number in range(EACH):
        ring = ring.added("m", key(number))
    with pytest.raises(KeyKnown):
        ring.added("m", key(3))
    with pytest.raises(TooManyKeys):
        ring.added("m", key(99))
    assert ring.added("other", key(3)).of("other") == (key(3),)


def test_a_key_is_taken_away_by_its_number() -> None:
    ring = Keyring({"m": [key(0), key(1), key(2)]}).removed("m", 2)
    assert ring.of("m") == (key(0), key(2))
    for number in (0, 3, -1):
        with pytest.raises(NoSuchKey):
            ring.removed("m", number)
    assert ring.removed("m", 1).removed("m", 1).members() == ()
    assert ring.without("m").of("m") == ()


@pytest.mark.parametrize("written", ["ab" * 32, ":".join(["AB"] * 32)])
def test_a_certificate_is_a_key_by_its_fingerprint(written: str) -> None:
    found = read(f"certificate {written} my phone")
    assert (found.kind, found.blob, found.comment) == ("certificate", b"\xab" * 32, "my phone")
    assert found.fingerprint == ":".join(["AB"] * 32)
    assert read(str(found)) == found
    ring = Keyring().added("m", found).added("n", found).added("n", key())
    assert (ring.owners(found), ring.owners(key()), ring.owners(key(2))) == (("m", "n"), ("n",), ())


@pytest.mark.parametrize("written", ["", "ab" * 31, "ab" * 33, "x" * 64, "a:" * 32, "\u0661\u0662" * 32])
def test_what_is_no_fingerprint_is_refused(written: str) -> None:
    with pytest.raises(KeyInvalid):
        read(f"certificate {written}")
