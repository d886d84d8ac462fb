"""Debian's haproxy and nginx in front of a house: in clear, TLS passed through and TLS ended there; bans on the real address."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chatroom import certificate
from tests.e2e.conftest import Serve
from tests.e2e.harness import Daemon, Netcat, environment, free_port, need, need_programs, program, run, until
from tests.e2e.test_encryption import Private
from tests.e2e.test_relay import own_address

pytestmark = pytest.mark.e2e

HAPROXY = """
global
  maxconn 200
defaults
  mode tcp
  timeout connect 5s
  timeout client 60s
  timeout server 60s
listen house
  bind :{port} {bind}
  server house 127.0.0.1:{house} {sending}
"""
NGINX = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ worker_connections 64; }}
http {{
  access_log off;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder};
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://127.0.0.1:{house};
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection "upgrade";
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
    }}
  }}
}}
"""
Before = Callable[..., "Proxied"]


class Proxied:
    """Be the place where a proxy stands before a house; people come to it as they would to the house."""

    def __init__(self, house: Daemon, port: int) -> None:
        self.house = house
        self.host = "127.0.0.1"
        self.port = port
        self.links = house.links

    def __str__(self) -> str:
        return str(self.house)


def listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


@contextlib.contextmanager
def running(house: Daemon, port: int, command: list[str]) -> Iterator[Proxied]:
    with (house.folder / "proxy.log").open("ab") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment(), cwd=house.folder)
    try:
        until(lambda: listens(port) or process.poll() is not None, "the proxy to answer")
        assert process.poll() is None, (house.folder / "proxy.log").read_text()
        yield Proxied(house, port)
    finally:
        process.terminate()
        process.wait(10)


@contextlib.contextmanager
def haproxy(house: Daemon, sending: str, bind: str = "", house_port: int | None = None) -> Iterator[Proxied]:
    need_programs("haproxy")
    port, settings = free_port(), house.folder / "haproxy.cfg"
    settings.write_text(HAPROXY.format(port=port, house=house_port or house.port, sending=sending, bind=bind))
    with running(house, port, ["haproxy", "-db", "-f", str(settings)]) as found:
        yield found


def own_certificate(folder: Path) -> Path:
    """Make a certificate for the proxy, with its key in the same file."""
    file = folder / "proxy.pem"
    file.write_bytes(b"".join(certificate.make("proxy", ["localhost"], time.time())))
    return file


def ban(server: Daemon, who: str) -> None:
    done = run([*program("chatroom"), "console", "--state", str(server.state), "-c", f"ban {who} --force"], patience=20)
    assert done.returncode == 0, done


def named(one: Netcat, name: str) -> Netcat:
    one.say(name)
    one.expect(rf"Welcome, {name}\.")
    one.expect(r"You are in lobby[^\n]*\n")
    return one


class From(Netcat):
    """Be somebody whose address is another one of this machine's loopback."""

    def _connect(self, host: str, receive: int | None) -> socket.socket:
        return socket.create_connection((host, self.server.port), timeout=8, source_address=("127.0.0.77", 0))


class PrivateFrom(Private):
    """Be the same, inside TLS."""

    def _connect(self, host: str, receive: int | None) -> socket.socket:
        settings = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        settings.check_hostname, settings.verify_mode = False, ssl.CERT_NONE
        return settings.wrap_socket(From._connect(self, host, receive))  # type: ignore[arg-type]  # it uses nothing but the server


@pytest.mark.parametrize("sending", ["send-proxy", "send-proxy-v2"])
@pytest.mark.parametrize("way", ["in clear", "passed through", "ended there", "at a port of its own"])
def test_point_4_haproxy_brings_people_and_a_ban_hits_who_they_are(serve: Serve, sending: str, way: str) -> None:
    line = free_port()
    server = serve("--set", "relays.addresses=127.0.0.1", "--set", f"doors.line=tcp:{line}").start()
    stays = server.nc("stays")
    bind = f"ssl crt {own_certificate(server.folder)}" if way == "ended there" else ""
    person = PrivateFrom if way in {"passed through", "ended there"} else From
    with haproxy(server, sending, bind, line if way == "at a port of its own" else None) as proxy:
        eve = named(person(proxy, proxy.host), "eve")  # type: ignore[arg-type]  # a place like a server's
        eve.say("hi from behind")
        stays.expect("eve: hi from behind")
        until(lambda: "eve (line 127.0.0.77) came in" in server.log(), "the real address in the log")
        ban(server, "127.0.0.77")
        eve.expect("banned")
        eve.await_end()
        again = person(proxy, proxy.host)  # type: ignore[arg-type]
        again.expect("banned")
        again.await_end()
        bob = named(Private(proxy, proxy.host) if person is PrivateFrom else Netcat(proxy, proxy.host), "bob")  # type: ignore[arg-type]
        bob.say("not me")
        stays.expect("bob: not me")


@pytest.mark.parametrize(("sending", "taken"), [("send-proxy-v2-ssl", True), ("send-proxy-v2", False)])
def test_point_5_haproxy_that_ends_tls_says_so_and_passwords_are_taken(serve: Serve, sending: str, taken: bool) -> None:
    address = own_address()
    need(address, "this machine has no address but its loopback")
    server = serve("--set", "clear_passwords=false").start()
    added = [*program("chatroom"), "member", "--state", str(server.state), "add", "--password", "meg@example.org"]
    assert run(added, given="a few good words\n", patience=20).returncode == 0
    with haproxy(server, sending, f"ssl crt {own_certificate(server.folder)}") as proxy:
        meg = Private(proxy, address)  # type: ignore[arg-type]  # a place like a server's
        meg.say("meg")
        meg.expect("Password for meg:" if taken else "Passwords are not taken here")


def test_point_4_haproxy_that_is_not_listed_is_told_so(serve: Serve) -> None:
    server = serve("--set", "relays.addresses=192.0.2.1").start()
    need_programs("haproxy")
    one = Netcat(server, server.host)
    one.send(b"PROXY TCP4 203.0.113.9 192.0.2.8 4711 5000\r\n")
    one.expect("! You come by a proxy that this house does not know")
    one.await_end()
    until(lambda: "127.0.0.1 was turned away: a PROXY header" in server.log(), "a line in the log")


@pytest.mark.parametrize("door", ["front", "web"])
def test_point_4_nginx_before_the_web_door_tells_who_asks(serve: Serve, door: str) -> None:
    nginx = shutil.which("nginx") or shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    need_programs("curl", *([] if nginx else ["nginx"]))
    web = free_port()
    server = serve("--set", f"doors.web=tcp:{web}").start()
    port, settings = free_port(), server.folder / "nginx.conf"
    house = web if door == "web" else server.port
    settings.write_text(NGINX.format(folder=server.folder, port=port, house=house))
    asked = ["curl", "-s", "-m", "5", "-o", "/dev/null", "-w", "%{http_code}"]
    opening = ["-H", "Connection: Upgrade", "-H", "Upgrade: websocket", "-H", "Sec-WebSocket-Version: 13"]
    opening += ["-H", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "-H", f"Origin: http://127.0.0.1:{port}"]
    with running(server, port, [str(nginx), "-c", str(settings), "-p", str(server.folder)]):
        ban(server, "127.0.0.77")
        for address, refused in (("127.0.0.77", True), ("127.0.0.78", False)):
            shown = run([*asked, "--interface", address, *opening, f"http://127.0.0.1:{port}/ws"])
            assert shown.stdout == "101"
            assert (f"somebody (web {address}) was turned away" in server.log()) is refused
