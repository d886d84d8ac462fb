"""One certificate with its key: made when a house has none, read from files that a host brings.

A certificate of one's own making is vouched for by nobody: clients keep its fingerprint when they first see it and warn when it
changes. So it is made to last, and never made anew by itself.
"""

from __future__ import annotations

import datetime
import ipaddress
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from OpenSSL import SSL, crypto
from twisted.internet.interfaces import ISSLTransport

from chatroom.core.keys import CERTIFICATE, PublicKey

YEARS = 20
"""How long a certificate of the house's own making lasts."""
MOST = 1 << 20
"""Bytes of a file of certificates or of a key."""
CIPHERS = b"ECDHE+AESGCM:ECDHE+CHACHA20"
"""What TLS 1.2 may use: forward secrecy and authenticated encryption alone; TLS 1.3 has nothing else."""
HTTP = (b"http/1.1",)
"""What is agreed on with clients that ask for a protocol by ALPN: the web's, as only its clients ask."""


class CertificateUnusable(Exception):
    """Say why a certificate or key cannot be used, and what to do."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """Be a certificate that can be served: its chain, its own first, and its key."""

    chain: tuple[x509.Certificate, ...]
    key: Any

    @property
    def ends(self) -> float:
        """Tell until when it is valid, in seconds since 1970."""
        return self.chain[0].not_valid_after_utc.timestamp()

    @property
    def fingerprint(self) -> str:
        """Give its SHA-256 fingerprint as clients show it: pairs of capital hexadecimal digits."""
        return fingerprint(self.chain[0].fingerprint(hashes.SHA256()))

    @property
    def own(self) -> bool:
        """Tell whether nobody but itself vouches for it."""
        return self.chain[0].issuer == self.chain[0].subject

    @property
    def called(self) -> str:
        """Give the name of the machine that an authority vouches for; empty when none does, or for names of every kind alone."""
        try:
            found = self.chain[0].extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        except x509.ExtensionNotFound:
            return ""
        names = [] if self.own else found.get_values_for_type(x509.DNSName)
        return next((name for name in names if "*" not in name), "")

    def context(self) -> SSL.Context:
        """Make what connections are encrypted with: TLS 1.2 or newer, no compression, no renegotiation, little memory when idle."""
        context = SSL.Context(SSL.TLS_SERVER_METHOD)
        context.set_min_proto_version(SSL.TLS1_2_VERSION)
        context.set_options(SSL.OP_NO_COMPRESSION | SSL.OP_NO_RENEGOTIATION | SSL.OP_CIPHER_SERVER_PREFERENCE | SSL.OP_NO_TICKET)
        context.set_mode(SSL.MODE_RELEASE_BUFFERS)
        context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
        context.set_cipher_list(CIPHERS)
        context.set_alpn_select_callback(_choose)
        context.set_verify(SSL.VERIFY_PEER, _any_certificate)
        context.use_certificate(self.chain[0])
        for above in self.chain[1:]:
            context.add_extra_chain_cert(above)
        context.use_privatekey(self.key)
        context.check_privatekey()
        return context


def fingerprint(digest: bytes) -> str:
    """Write a digest as pairs of capital hexadecimal digits with colons between."""
    return digest.hex(":").upper()


def read(certificate: Path, key: Path, now: float) -> Certificate:
    """Read a certificate and its key as PEM, or raise `CertificateUnusable`."""
    try:
        chain = x509.load_pem_x509_certificates(_bytes(certificate))
    except ValueError:
        raise CertificateUnusable(f"{certificate} holds no certificate. Give a PEM file, as fullchain.pem is one.") from None
    try:
        loaded = serialization.load_pem_private_key(_bytes(key), None)
    except TypeError:
        raise CertificateUnusable(f"The key in {key} has a password. Give one without, in a file that only you can read.") from None
    except (ValueError, crypto.Error):
        raise CertificateUnusable(f"{key} holds no key. Give a PEM file, as privkey.pem is one.") from None
    made = Certificate(tuple(chain), loaded)
    _check(made, certificate, key, now)
    return made


def _check(made: Certificate, certificate: Path, key: Path, now: float) -> None:
    if made.ends <= now:
        day = made.chain[0].not_valid_after_utc.date()
        raise CertificateUnusable(f"The certificate in {certificate} was valid until {day}. Renew it.")
    if made.chain[0].not_valid_before_utc.timestamp() > now + 86400:
        day = made.chain[0].not_valid_before_utc.date()
        raise CertificateUnusable(f"The certificate in {certificate} is valid from {day} on. Is the clock right?")
    try:
        made.context()
    except (SSL.Error, ValueError, TypeError):
        raise CertificateUnusable(
            f"The key in {key} does not belong to the certificate in {certificate}. Give the two that belong together."
        ) from None


def make(name: str, hosts: Iterable[str], now: float) -> tuple[bytes, bytes]:
    """Make a certificate for these host names and addresses, signed by itself, and its key; both as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64] or "chatroom")])
    begins = datetime.datetime.fromtimestamp(int(now), datetime.UTC) - datetime.timedelta(days=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + datetime.timedelta(days=365 * YEARS))
        .add_extension(x509.SubjectAlternativeName([_alternative(host) for host in dict.fromkeys(hosts)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    return certificate.public_bytes(serialization.Encoding.PEM), secret


def write(folder: Path, certificate: bytes, key: bytes) -> tuple[Path, Path]:
    """Put a certificate and its key into a folder, for their owner's eyes alone; the certificate last: it says that both are there."""
    where = places(folder)
    for place, content in ((where[1], key), (where[0], certificate)):
        new = place.with_suffix(".new")
        opened = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        try:
            os.write(opened, content)
            os.fsync(opened)
        finally:
            os.close(opened)
        new.replace(place)
    return where


def places(folder: Path) -> tuple[Path, Path]:
    """Say where in a folder a certificate and its key are kept."""
    return folder / "certificate.pem", folder / "key.pem"


def shown_by(transport: Any) -> PublicKey | None:
    """Give the certificate that whoever is at the other end has shown to be theirs, as a key they may come in by."""
    shown: Any = transport.getPeerCertificate() if ISSLTransport.providedBy(transport) else None
    return None if shown is None else PublicKey(CERTIFICATE, shown.to_cryptography().fingerprint(hashes.SHA256()))


def _alternative(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _bytes(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(MOST)
    except OSError as error:
        raise CertificateUnusable(
            f"{file} cannot be read: {error.strerror}. Make it readable for the user who runs the house."
        ) from None


def _choose(connection: SSL.Connection, offered: Sequence[bytes]) -> Any:
    """Agree on HTTP with who asks for it, and ask no certificate of a browser, which would trouble its user for one."""
    for protocol in HTTP:
        if protocol in offered:
            connection.set_verify(SSL.VERIFY_NONE, _any_certificate)
            return protocol
    return SSL.NO_OVERLAPPING_PROTOCOLS


def _any_certificate(connection: SSL.Connection, certificate: crypto.X509, error: int, depth: int, fine: int) -> bool:
    """Take whatever certificate a client shows: it counts by its fingerprint, which its member has named, and not by who signed it."""
    return True
