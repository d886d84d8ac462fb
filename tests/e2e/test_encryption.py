"""Encryption as people meet it: one port for clear and encrypted, the project's client, openssl, a certificate that is renewed."""

from __future__ import annotations

import os
import socket as sockets
import ssl
import subprocess
import time
from pathlib import Path

import pytest

from chatroom import certificate
from tests.e2e.conftest import Serve
from tests.e2e.harness import PATIENCE, Daemon, Netcat, environment, need_programs, program, terminal, until

pytestmark = pytest.mark.e2e


class Private(Netcat):
    """Be somebody at the line door, inside TLS."""

    socket: ssl.SSLSocket

    def _connect(self, host: str, receive: int | None) -> sockets.socket:
        settings = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        settings.check_hostname = False
        settings.verify_mode = ssl.CERT_NONE
        return settings.wrap_socket(super()._connect(host, receive))

    def listen(self, deadline: float) -> bool:
        """Wait for more, which may have come with what was read before."""
        if not self.closed and self.socket.pending():
            self.heard += self.socket.recv(1 << 16)
            return True
        return super().listen(deadline)

    @property
    def shown(self) -> str:
        """Give the fingerprint of the certificate that was shown."""
        return fingerprint(self.socket.getpeercert(binary_form=True) or b"")


def fingerprint(der: bytes) -> str:
    from hashlib import sha256

    return certificate.fingerprint(sha256(der).digest())


def private(server: Daemon, name: str) -> Private:
    one = Private(server, server.host)
    one.say(name)
    one.expect(rf"Welcome, {name}\.")
    one.expect(r"You are in lobby[^\n]*\n")
    return one


def renew(server: Daemon) -> str:
    """Put another certificate in the place of the server's; give its fingerprint."""
    file, _ = certificate.write(server.state, *certificate.make("another", ["localhost"], time.time()))
    return fingerprint(ssl.PEM_cert_to_DER_cert(file.read_text()))


def joined(server: Daemon, home: Path, *options: str) -> list[str]:
    """Give the command of the project's client, with a folder of its own for what it keeps."""
    return ["env", f"XDG_CONFIG_HOME={home}", *program("chatroom"), "join", "--encrypt", *options, f"ann@127.0.0.1:{server.port}"]


def say(server: Daemon, home: Path, text: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Pipe a line into the project's client."""
    command = joined(server, home, *options)
    return subprocess.run(command, input=text, capture_output=True, text=True, timeout=20, env=environment(), check=False)


def test_point_3_people_in_clear_and_encrypted_are_in_one_room_on_one_port(server: Daemon) -> None:
    ann, bob = server.nc("ann"), private(server, "bob")
    ann.say("hi")
    bob.expect(r"(?m)^ann: hi\n")
    bob.say("grüß dich")
    ann.expect(r"(?m)^bob: grüß dich\n")
    assert bob.shown in server.log(), "the fingerprint was not shown at the start"
    bob.close()
    ann.expect(r"bob (left|quit|is gone)")


def test_a_port_of_its_own_speaks_nothing_but_tls(serve: Serve) -> None:
    server = serve("--set", "doors.line=tls:0").start()
    found = until(lambda: [line for line in server.log().splitlines() if "openssl s_client" in line], "the way in")
    place = found[0].split()[-1]
    need_programs("openssl")
    shown = subprocess.run(
        ["openssl", "s_client", "-quiet", "-connect", f"127.0.0.1:{place.rpartition(':')[2]}"],
        input="ann\n/quit\n",
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert "Welcome, ann." in shown.stdout


@pytest.mark.parametrize(("options", "works"), [(["-tls1_1"], False), (["-tls1_2"], True), (["-tls1_3"], True)])
def test_point_1_nothing_older_than_tls_1_2_is_spoken(server: Daemon, options: list[str], works: bool) -> None:
    need_programs("openssl")
    command = ["openssl", "s_client", "-connect", f"127.0.0.1:{server.port}", "-cipher", "ALL:@SECLEVEL=0", *options]
    shown = subprocess.run(command, input="", capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert ("-----BEGIN CERTIFICATE-----" in shown.stdout) == works


def test_point_1_of_all_ciphers_only_those_with_forward_secrecy_and_authentication_are_spoken(server: Daemon) -> None:
    need_programs("openssl")
    known = subprocess.run(
        ["openssl", "ciphers", "-s", "-tls1_2", "ALL:COMPLEMENTOFALL:@SECLEVEL=0"], capture_output=True, text=True, check=True
    )
    # RSA's need a certificate with such a key; the house's own has an elliptic one.
    ciphers = [cipher for cipher in known.stdout.strip().split(":") if "PSK" not in cipher and "SRP" not in cipher]
    assert len(ciphers) > 40
    spoken = {cipher for cipher in ciphers if speaks(server, cipher)}
    assert spoken == {"ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305"}


def speaks(server: Daemon, cipher: str) -> bool:
    """Tell whether the server agrees on a cipher."""
    command = ["openssl", "s_client", "-connect", f"127.0.0.1:{server.port}", "-tls1_2", "-cipher", f"{cipher}:@SECLEVEL=0"]
    shown = subprocess.run(command, input="", capture_output=True, text=True, timeout=PATIENCE, check=False)
    return "-----BEGIN CERTIFICATE-----" in shown.stdout


def test_point_1_a_renewed_certificate_is_shown_to_new_people_and_nobody_is_dropped(server: Daemon) -> None:
    ann = private(server, "ann")
    before = ann.shown
    fresh = renew(server)
    until(lambda: fresh in server.log(), "the new certificate to be taken up", 40)
    bob = private(server, "bob")
    assert bob.shown == fresh != before
    bob.say("hello")
    ann.expect(r"(?m)^bob: hello\n")


def test_point_1_the_client_tells_the_fingerprint_at_first_and_refuses_another_later(server: Daemon, tmp_path: Path) -> None:
    home = tmp_path / "config"
    home.mkdir()
    first = say(server, home, "one\n")
    assert first.returncode == 0, first.stderr
    assert "is new here" in first.stderr
    assert first.stderr.split()[-1] in server.log()
    second = say(server, home, "two\n")
    assert (second.returncode, second.stderr) == (0, "")
    server.stop()
    renew(server)
    server.start()
    third = say(server, home, "three\n")
    assert third.returncode == 1
    assert "has changed" in third.stderr
    assert str(home / "chatroom" / "known_houses") in third.stderr
    with pytest.raises(AssertionError):
        server.nc("bob").expect("three", 1)


def test_the_prompt_talks_encrypted(server: Daemon, tmp_path: Path) -> None:
    need_programs("tmux")
    bob = server.nc("bob")
    with terminal(tmp_path, joined(server, tmp_path)) as shown:
        shown.expect("You are in lobby|lobby")
        bob.expect("ann joined")
        shown.type("hi bob")
        shown.press("Enter")
        bob.expect(r"(?m)^ann: hi bob\n")
        bob.say("hi ann")
        shown.expect("hi ann")


def test_a_port_without_encryption_is_told_as_such(serve: Serve, tmp_path: Path) -> None:
    with sockets.create_server(("127.0.0.1", 0)) as listening:
        command = joined(serve(), tmp_path)[:-1]
        port = listening.getsockname()[1]
        with subprocess.Popen(
            [*command, f"ann@127.0.0.1:{port}"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(),
        ) as client:
            taken, _ = listening.accept()
            taken.recv(4096)
            taken.sendall(b"What is your name? ")
            taken.close()
            _, told = client.communicate(timeout=20)
    assert client.returncode == 1
    assert "does not encrypt" in told
    assert "--clear" in told


def test_keys_are_for_their_owner_alone(server: Daemon) -> None:
    for name in ("key.pem", "certificate.pem"):
        assert os.stat(server.state / name).st_mode & 0o077 == 0
