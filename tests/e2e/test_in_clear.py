"""Point 5: where the host wants no password in clear, every door says by what to come instead, and takes it there."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import Serve
from tests.e2e.harness import Daemon, Netcat, environment, need, need_programs, program, run, terminal, until
from tests.e2e.kinds import token
from tests.e2e.relaying import Relays, relays_in
from tests.e2e.test_encryption import Private
from tests.e2e.test_relay import own_address

pytestmark = pytest.mark.e2e

PASSWORD = "a few good words"  # nobody else's
SENTENCE = "Passwords are not taken here over connections that are not encrypted. Come by `chatroom join`, ssh, https, or IRC with TLS."
By = Callable[[Daemon, str], Netcat]


@pytest.fixture
def relays(tmp_path: Path) -> Iterator[Relays]:
    """Give a way to start relays."""
    with relays_in(tmp_path) as make:
        yield make


@pytest.fixture
def house(serve: Serve) -> Daemon:
    """Open a house that takes no password in clear, with a member, to whom people come as from elsewhere."""
    address = own_address()
    need(address, "this machine has no address but its loopback")
    server = serve("--set", "clear_passwords=false", "--set", f"web.hosts=[{address}]").start()
    command = [*program("chatroom"), "member", "--state", str(server.state), "add", "--password", "meg@example.org"]
    assert run(command, given=f"{PASSWORD}\n", patience=20).returncode == 0
    server.host = address
    return server


def logs_in(one: Netcat, welcome: str = r"Welcome, meg\.") -> None:
    one.say("meg")
    one.expect("Password for meg:")
    one.say(PASSWORD)
    one.expect(welcome)


def test_point_5_netcat_is_told_by_what_to_come_and_tls_is_taken(house: Daemon) -> None:
    clear = Netcat(house, house.host)
    clear.send(f"meg\n{PASSWORD}\n".encode())
    clear.expect(re.escape(SENTENCE))
    assert clear.await_end().endswith("so that a password typed next is not taken for a name.\n")
    logs_in(Private(house, house.host))


def test_point_5_irc_is_told_so_too(house: Daemon) -> None:
    said = f"PASS :meg:{PASSWORD}\r\nNICK meg\r\nUSER meg 0 * :Meg\r\n".encode()
    clear, private = Netcat(house, house.host), Private(house, house.host)
    clear.send(said)
    clear.expect(re.escape(SENTENCE))
    private.send(said)
    private.expect(" 001 meg ")


def test_point_5_programs_show_their_tokens_by_https_alone(house: Daemon) -> None:
    need_programs("curl")
    bearing = ["-H", f"Authorization: Bearer {token(house, 'ci')}"]
    for scheme, status in (("http", "403"), ("https", "200")):
        asked = ["curl", "-sk", "-m", "10", "-w", "\n%{http_code}", *bearing, f"{scheme}://{house.host}:{house.port}/rooms"]
        shown = run(asked, patience=20).stdout
        assert shown.endswith(status), shown
        assert ("Passwords are not taken here" in shown) == (status == "403")


def test_point_5_the_client_encrypts_and_ssh_does_anyway(house: Daemon, tmp_path: Path) -> None:
    need_programs("ssh", "tmux")
    file = tmp_path / "password"
    file.touch(0o600)
    file.write_text(PASSWORD)
    join = [*program("chatroom"), "join", "--password-file", str(file), f"meg@{house.host}:{house.port}"]
    done = subprocess.run(
        join,
        input="hi\n",
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
        env={**environment(), "XDG_CONFIG_HOME": str(tmp_path)},
    )
    assert done.returncode == 0, done.stderr
    usual = ("StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "IdentityAgent=none", "PubkeyAuthentication=no")
    options = [part for option in usual for part in ("-o", option)]
    with terminal(tmp_path, ["ssh", "-F", "none", "-p", str(house.port), *options, f"meg@{house.host}"]) as shown:
        shown.expect("Password for meg:")
        shown.type(PASSWORD)
        shown.expect("Welcome, meg")


def test_point_5_by_a_relay_it_counts_how_people_came_to_it(house: Daemon, relays: Relays) -> None:
    relay = relays(house)
    until(lambda: f"starting on {relay.port}" in relay.log(), "the relay")
    clear = Netcat(relay, house.host)
    clear.say("meg")
    clear.expect(re.escape(SENTENCE))
    private = Private(relay, house.host)
    private.say("*meg")
    private.expect("Password for ")
    private.say(PASSWORD)
    private.expect(r"Welcome, \*meg\.")
