"""Debian's irssi and WeeChat log in: by SASL PLAIN, SCRAM-SHA-256, and EXTERNAL with a certificate of their own."""

from __future__ import annotations

import base64
import re
import socket as sockets
import ssl
import time
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from chatroom import certificate
from tests.e2e.conftest import Serve
from tests.e2e.harness import Daemon, Netcat, free_port, need_programs, terminal, until

pytestmark = pytest.mark.e2e


def secret(server: Daemon) -> str:
    """Give the first admin's password, which the server keeps in a file until it has been used."""
    until(lambda: "The first admin is called admin" in server.log(), "the first admin")
    return (server.state / "admin-password").read_text().strip()


def own_certificate(folder: Path) -> Path:
    """Make a client's certificate, with its key in one file."""
    made, key = certificate.make("admin", ["admin"], 1_700_000_000)
    file = folder / "client.pem"
    file.write_bytes(key + made)
    return file


class Certified(Netcat):
    """Be an IRC client inside TLS that shows a certificate."""

    def __init__(self, server: Daemon, file: Path) -> None:
        self.file = file
        super().__init__(server, server.host)

    def _connect(self, host: str, receive: int | None) -> sockets.socket:
        settings = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        settings.check_hostname = False
        settings.verify_mode = ssl.CERT_NONE
        settings.load_cert_chain(self.file)
        return settings.wrap_socket(super()._connect(host, receive))


def weechat(folder: Path, server: Daemon, *options: str) -> list[str]:
    """Give the command of a WeeChat with a home of its own, which logs in as the admin and goes into the room."""
    add = f"/server add here {server.host}/{server.port} -nicks=admin -autojoin=#lobby {' '.join(options)}"
    return ["weechat", "-d", str(folder / "weechat"), "-r", add, "-r", "/connect here"]


def irssi(folder: Path, server: Daemon, password: str) -> list[str]:
    """Give the command of an irssi with a home of its own, which logs in as the admin."""
    home = folder / "irssi"
    home.mkdir()
    (home / "config").write_text(
        f"""servers = ( {{ address = "{server.host}"; chatnet = "house"; port = "{server.port}"; autoconnect = "yes"; }} );
chatnets = {{ house = {{ type = "IRC"; sasl_mechanism = "PLAIN"; sasl_username = "admin"; sasl_password = "{password}"; }}; }};
settings = {{ core = {{ nick = "admin"; user_name = "admin"; real_name = "Admin"; }}; }};
"""
    )
    return ["irssi", f"--home={home}"]


def logs_in(server: Daemon, bob: Netcat) -> None:
    """See that the admin has come in as one."""
    bob.expect("(?m)^-- admin joined")
    bob.say("/whois admin")
    bob.expect("admin, an admin|admin.*admin")


def test_irssi_logs_in_by_plain(server: Daemon, tmp_path: Path) -> None:
    need_programs("tmux", "irssi")
    bob, password = server.nc("bob"), secret(server)
    with terminal(tmp_path, irssi(tmp_path, server, password), width=110) as shown:
        shown.expect("SASL authentication succeeded")
        shown.expect("Welcome to chatroom, admin")
        shown.type("/join #lobby")
        logs_in(server, bob)


def test_weechat_logs_in_by_scram(server: Daemon, tmp_path: Path) -> None:
    need_programs("tmux", "weechat")
    bob, password = server.nc("bob"), secret(server)
    by = ("-sasl_mechanism=scram-sha-256", "-sasl_username=admin", f"-sasl_password={password}")
    with terminal(tmp_path, weechat(tmp_path, server, *by), width=110):
        logs_in(server, bob)
    assert password not in server.log()


def test_a_certificate_that_is_kept_logs_in_by_external(server: Daemon, tmp_path: Path) -> None:
    need_programs("tmux", "weechat")
    file, bob = own_certificate(tmp_path), server.nc("bob")
    first = Certified(server, file)
    plain = base64.b64encode(f"\0admin\0{secret(server)}".encode()).decode()
    for line in ("CAP LS 302", "NICK admin", "USER a 0 * :a", "CAP REQ sasl", "AUTHENTICATE PLAIN", f"AUTHENTICATE {plain}", "CAP END"):
        first.say(line)
    first.expect("sasl=EXTERNAL,PLAIN,SCRAM-SHA-256")
    first.expect(" 001 admin ")
    first.say("KEY add")
    first.expect("Kept: certificate (?:[0-9A-F]{2}:){31}")
    first.say("QUIT")
    again = Certified(server, file)
    for line in ("CAP REQ sasl", "AUTHENTICATE EXTERNAL", "AUTHENTICATE +", "NICK admin", "USER a 0 * :a", "CAP END", "QUIT"):
        again.say(line)
    again.expect(" 903 (?s:.*) 001 admin ")
    by = ("-ssl", "-nossl_verify", f"-ssl_cert={file}", "-sasl_mechanism=external")
    with terminal(tmp_path, weechat(tmp_path, server, *by), width=110):
        logs_in(server, bob)
    assert re.search(r"(?m)^\S+ certificate (?:[0-9A-F]{2}:){31}", (server.state / "member-keys.txt").read_text())


def vouched(folder: Path) -> tuple[Path, Path]:
    """Make a certificate signed by another than itself; give the files of it and of its key."""
    own, key = certificate.make("house", ["localhost"], time.time())
    authority, signer = certificate.make("authority", ["authority"], time.time())
    asked = x509.load_pem_x509_certificate(own)
    signed = x509.CertificateBuilder(
        x509.load_pem_x509_certificate(authority).subject,
        asked.subject,
        asked.public_key(),
        asked.serial_number,
        asked.not_valid_before_utc,
        asked.not_valid_after_utc,
    ).sign(load_pem_private_key(signer, None), SHA256())  # type: ignore[arg-type]  # it is a kind of key that signs
    files = folder / "fullchain.pem", folder / "privkey.pem"
    files[0].write_bytes(signed.public_bytes(Encoding.PEM) + authority)
    files[1].write_bytes(key)
    return files


def test_irc_has_an_encrypted_port_and_tells_to_come_by_encrypted_ones_alone(serve: Serve, tmp_path: Path) -> None:
    port, (chain, key), file = free_port(), vouched(tmp_path), own_certificate(tmp_path)
    server = serve("--set", f"certificate=[{chain}, {key}]", "--set", "strict_transport=30d", "--set", f"doors.irc=tls:{port}").start()
    assert re.search(rf"  ircs://\S+:{port}\n", server.log())
    front = server.port
    for server.port in (port, front):
        one = Certified(server, file)
        one.say("CAP LS 302")
        one.expect("sts=duration=2592000")
    server.port = front
