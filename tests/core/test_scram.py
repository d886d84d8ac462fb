"""SCRAM-SHA-256, by the RFC's own example and with passwords of all kinds."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatroom.core import scram
from chatroom.core.errors import Malformed

SALT = base64.b64decode("W22ZaJ0SNY7soEsUEjb6gQ==")
CLIENT, SERVER = "rOprNGfwEbeRWgbNEkqO", "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
NONCES = st.from_regex(r"\A[!-+\--~]{8,40}\Z")
NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=40)


def proof(password: bytes, exchange: scram.Exchange, rest: str) -> str:
    """Do the client's part (RFC 5802, section 3)."""
    salted = hashlib.pbkdf2_hmac("sha256", password, exchange.keys.salt, exchange.keys.iterations)
    key = hmac.digest(salted, b"Client Key", "sha256")
    signature = hmac.digest(hashlib.sha256(key).digest(), f"{exchange.first.bare},{exchange.challenge},{rest}".encode(), "sha256")
    return base64.b64encode(bytes(one ^ other for one, other in zip(key, signature, strict=True))).decode()


def final(password: bytes, exchange: scram.Exchange) -> str:
    rest = f"c={base64.b64encode(exchange.first.header.encode()).decode()},r={exchange.nonce}"
    return f"{rest},p={proof(password, exchange, rest)}"


def test_the_example_of_rfc_7677_goes_as_it_is_written() -> None:
    keys = scram.derive(b"pencil", SALT, 4096)
    exchange = scram.Exchange(scram.first(f"n,,n=user,r={CLIENT}"), keys, CLIENT + SERVER)
    assert exchange.challenge == f"r={CLIENT}{SERVER},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
    said = f"c=biws,r={CLIENT}{SERVER},p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
    assert exchange.proven(said) == "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="
    assert final(b"pencil", exchange) == said


@settings(max_examples=20)
@given(
    name=NAMES, password=st.binary(min_size=1, max_size=60), other=st.binary(min_size=1, max_size=60), nonces=st.tuples(NONCES, NONCES)
)
def test_the_right_password_and_no_other_is_proven(name: str, password: bytes, other: bytes, nonces: tuple[str, str]) -> None:
    written = name.replace("=", "=3D").replace(",", "=2C")
    first = scram.first(f"y,,n={written},r={nonces[0]}")
    exchange = scram.Exchange(first, scram.derive(password, SALT, 1), "".join(nonces))
    assert first.account == name
    assert exchange.proven(final(password, exchange)) is not None
    assert (exchange.proven(final(other, exchange)) is None) == (other.rstrip(b"\0") != password.rstrip(b"\0"))


@given(st.text(max_size=80))
def test_any_first_message_is_read_or_refused(message: str) -> None:
    for one in (message, f"n,,{message}", f"n,,n={message},r=abcdefgh", f"n,,n=a,r={message}"):
        try:
            read = scram.first(one)
        except Malformed:
            continue
        assert read.account
        assert one.endswith(read.bare)


@given(st.text(max_size=80))
def test_any_last_message_is_read_or_refused(message: str) -> None:
    exchange = scram.Exchange(scram.first("n,,n=a,r=abcdefgh"), scram.nobodys("a", b"x"), "abcdefghi")
    for one in (message, f"c=biws,r=abcdefghi,p={message}"):
        try:
            assert exchange.proven(one) is None
        except Malformed:
            continue


@pytest.mark.parametrize(
    "message",
    [
        "p=tls-unique,,n=user,r=abcdefgh",
        "n,a=other,n=user,r=abcdefgh",
        "n,b,n=user,r=abcdefgh",
        "n,,m=x,n=user,r=abcdefgh",
        "n,,n=,r=abcdefgh",
        "n,,n=us=er,r=abcdefgh",
        "n,,n=user,r=abc",
        "n,,n=user,r=abc defgh",
        f"n,,n=user,r={'x' * 257}",
        f"n,,n={'x' * scram.LONGEST},r=abcdefgh",
        "n,,n=user",
        "",
    ],
)
def test_what_is_no_first_message_is_refused(message: str) -> None:
    with pytest.raises(Malformed):
        scram.first(message)


@pytest.mark.parametrize("header", ["n,,", "y,,", "n,a=us=2Cer,"])
def test_the_header_that_was_sent_is_the_one_that_is_confirmed(header: str) -> None:
    exchange = scram.Exchange(scram.first(f"{header}n=us=2Cer,r=abcdefgh"), scram.derive(b"x", SALT, 1), "abcdefgh1")
    assert exchange.first.account == "us,er"
    said = final(b"x", exchange)
    assert exchange.proven(said) is not None
    other = "y,," if header != "y,," else "n,,"
    for wrong in (
        said.replace("c=", f"c={base64.b64encode(other.encode()).decode()}x"),
        said.replace("r=abcdefgh1", "r=abcdefgh"),
        said.replace(",p=", ",x=1,p="),
        said.partition(",p=")[0],
    ):
        with pytest.raises(Malformed):
            exchange.proven(wrong)


def test_keys_are_read_as_they_were_written_beside_their_own_hash_alone() -> None:
    keys = scram.derive(b"pencil", SALT, 4096)
    written = keys.beside("$argon2id$one")
    assert scram.read(written, "$argon2id$one") == keys
    assert scram.read(written, "$argon2id$other") is None
    assert "stored" not in repr(keys)


@pytest.mark.parametrize("count", ["1", "x", "-5000", "4095", str(scram.MOST + 1), "9" * 300, "٤٠٩٦"])
def test_keys_made_with_too_little_or_too_much_work_are_none(count: str) -> None:
    written = scram.derive(b"pencil", SALT, 4096).beside("hash")
    assert scram.read(written.replace("4096", count, 1), "hash") is None


@given(st.text(max_size=100))
def test_what_is_no_keys_is_none(text: str) -> None:
    assert scram.read(text, "hash") is None


def test_strangers_are_asked_the_same_each_time_and_each_something_of_their_own() -> None:
    ann = scram.nobodys("ann", b"secret")
    assert ann == scram.nobodys("ann", b"secret")
    assert len({ann.salt, scram.nobodys("bob", b"secret").salt, scram.nobodys("ann", b"other").salt}) == 3
    assert (len(ann.salt), ann.iterations) == (scram.SALT, scram.ITERATIONS)


def test_keys_take_their_old_place_among_the_words_of_a_line() -> None:
    extras = (("team", "red"), (scram.EXTRA, "old"), ("door", "2"))
    assert scram.put(extras, "new") == (("team", "red"), (scram.EXTRA, "new"), ("door", "2"))
    assert scram.put(extras, None) == (("team", "red"), ("door", "2"))
    assert scram.put((), "new") == ((scram.EXTRA, "new"),)
