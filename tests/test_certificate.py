"""Tests of certificates: made, read from files, refused with a sentence."""

from __future__ import annotations

import datetime
import stat
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from chatroom import certificate
from chatroom.certificate import Certificate, CertificateUnusable

NOW = 1_800_000_000.0


def made(folder: Path, now: float = NOW, *hosts: str) -> Certificate:
    return certificate.read(*certificate.write(folder, *certificate.make("house", hosts or ["localhost"], now)), now)


def refused(file: Path, key: Path, now: float = NOW) -> str:
    with pytest.raises(CertificateUnusable) as caught:
        certificate.read(file, key, now)
    return str(caught.value)


def test_one_of_the_houses_own_names_its_hosts_and_lasts_long(tmp_path: Path) -> None:
    found = made(tmp_path, NOW, "localhost", "chat.example.org", "127.0.0.1", "::1", "localhost")
    names = found.chain[0].extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost", "chat.example.org"]
    assert [str(address) for address in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1", "::1"]
    assert found.ends - NOW > 19 * 365 * 86400
    assert found.own
    assert found.fingerprint.count(":") == 31


def test_its_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    made(tmp_path)
    assert [stat.S_IMODE(file.stat().st_mode) for file in certificate.places(tmp_path)] == [0o600, 0o600]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["certificate.pem", "key.pem"]


def test_one_that_is_over_is_refused_with_its_day(tmp_path: Path) -> None:
    file, key = certificate.write(tmp_path, *certificate.make("house", ["localhost"], NOW - 21 * 365 * 86400))
    assert refused(file, key).endswith("was valid until 2026-01-14. Renew it.")


def test_one_of_the_future_is_refused(tmp_path: Path) -> None:
    file, key = certificate.write(tmp_path, *certificate.make("house", ["localhost"], NOW + 10 * 86400))
    assert refused(file, key).endswith("Is the clock right?")


def test_a_key_of_another_certificate_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    file, _ = certificate.write(tmp_path, *certificate.make("house", ["localhost"], NOW))
    _, other = certificate.write(tmp_path / "other", *certificate.make("house", ["localhost"], NOW))
    assert "does not belong to the certificate" in refused(file, other)


def test_files_that_hold_something_else_are_refused(tmp_path: Path) -> None:
    file, key = certificate.write(tmp_path, *certificate.make("house", ["localhost"], NOW))
    rubbish = tmp_path / "rubbish"
    rubbish.write_bytes(b"\x00rubbish")
    assert refused(rubbish, key) == f"{rubbish} holds no certificate. Give a PEM file, as fullchain.pem is one."
    assert refused(file, rubbish) == f"{rubbish} holds no key. Give a PEM file, as privkey.pem is one."
    assert refused(file, tmp_path / "none").startswith(f"{tmp_path / 'none'} cannot be read: No such file")


def test_a_key_with_a_password_is_refused(tmp_path: Path) -> None:
    file, key = certificate.write(tmp_path, *certificate.make("house", ["localhost"], NOW))
    lock = serialization.BestAvailableEncryption(b"sesame")
    made = ec.generate_private_key(ec.SECP256R1())
    key.write_bytes(made.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock))
    assert "has a password" in refused(file, key)


@pytest.mark.parametrize(
    ("issuer", "names", "called"),
    [
        ("authority", ["*.example.org", "chat.example.org"], "chat.example.org"),
        ("authority", ["*.example.org"], ""),
        ("authority", [], ""),
        ("house", ["chat.example.org"], ""),
    ],
)
def test_it_calls_the_machine_by_a_name_that_an_authority_vouches_for(issuer: str, names: list[str], called: str) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    house, by = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in ("house", issuer))
    begins = datetime.datetime.fromtimestamp(NOW, datetime.UTC)
    made = x509.CertificateBuilder(by, house, key.public_key(), 7, begins, begins + datetime.timedelta(days=90))
    if names:
        made = made.add_extension(x509.SubjectAlternativeName(list(map(x509.DNSName, names))), critical=False)
    assert Certificate((made.sign(key, hashes.SHA256()),), key).called == called
