"""The list of members from a shell: by the same code whether a house is open or not, and no password in any argument."""

from __future__ import annotations

import argparse
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from chatroom import certificate, desk
from chatroom.cli import main
from chatroom.client.console import Exit
from chatroom.desk import NoPassword, new_password, orders
from chatroom.members.keys import FILE as KEYS
from chatroom.state import StateFolder

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Give a way to run `chatroom member` in a folder where no house is open."""
    monkeypatch.setattr(desk, "STEP", 0.001)

    def run(*words: str, piped: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(piped))
        status = main(["member", "--state", str(tmp_path / "state"), *words])
        told = capsys.readouterr()
        return status, told.out, told.err

    return run


def test_the_state_folder_may_be_named_after_the_action_too(run: Run, tmp_path: Path) -> None:
    other = str(tmp_path / "other")
    assert run("add", "ann@example.org", "--state", other)[0] == 0
    assert run("list")[1] == "There are no members.\n"
    assert run("list", "--state", other)[1] == "ann <ann@example.org>, member, invited\n"


def test_somebody_is_added_ranked_given_a_password_and_removed(run: Run) -> None:
    status, out, _ = run("add", "ann@example.org")
    assert (status, out.splitlines()[0][:15]) == (0, "ann is invited.")
    assert run("rank", "ann", "admin")[1] == "ann is an admin now.\n"
    assert run("passwd", "ann", piped="a few good words\n")[1] == "ann has that password now.\n"
    assert run("list")[1] == "ann <ann@example.org>, admin\n"
    assert run("remove", "ann@example.org")[1] == "ann is no longer a member.\n"
    assert run("list")[1] == "There are no members.\n"


def test_a_member_may_be_added_with_a_password_and_a_rank(run: Run) -> None:
    assert run("add", "--password", "--rank", "moderator", "bob@example.org", "bobby", piped="a few good words")[0] == 0
    assert run("invite", "bobby")[0] == 0
    assert run("list")[1] == "bobby <bob@example.org>, moderator, invited\n"


def test_a_part_of_the_list_can_be_shown(run: Run) -> None:
    run("add", "ann@example.org")
    run("add", "bob@example.com")
    assert run("list", "COM")[1].startswith("bob ")


@pytest.mark.parametrize(
    ("words", "piped", "said"),
    [
        (("remove", "nobody"), "", "No member is called nobody"),
        (("passwd", "ann"), "short\n", "too short"),
        (("passwd", "ann"), "", "There is no password"),
        (("add", "no mail"), "", "mail"),
    ],
)
def test_what_cannot_be_is_refused(run: Run, words: tuple[str, ...], piped: str, said: str) -> None:
    run("add", "ann@example.org")
    status, _, err = run(*words, piped=piped)
    assert status == Exit.REFUSED
    assert said in err


def test_a_folder_that_is_in_use_is_left_alone(run: Run, tmp_path: Path) -> None:
    state = StateFolder(tmp_path / "state")
    state.claim()
    status, _, err = run("add", "ann@example.org")
    assert status == Exit.REFUSED
    assert "in use by another chatroom" in err
    state.release()


def asked(**fields: str) -> list[tuple[str, bool]]:
    return list(orders(argparse.Namespace(**fields)))


def test_an_open_house_is_told_in_a_consoles_words() -> None:
    assert asked(action="list", part="") == [("members list", True)]
    assert asked(action="remove", who="ann") == [("members remove ann", True)]
    assert asked(action="add", mail="a@b", name="", rank="", password="") == [("members add a@b", True)]
    assert asked(action="passwd", who="ann", password="a few words") == [("members passwd ann a few words", True)]
    with_all = asked(action="add", mail="a@b", name="ann", rank="admin", password="a few words")
    assert with_all == [("members add a@b ann", False), ("members rank a@b admin", True), ("members passwd a@b a few words", True)]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_password_typed_at_a_terminal_is_typed_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Terminal())
    typed = iter(["a few good words", "a few good words", "one", "another"])
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(typed))
    assert new_password() == "a few good words"
    with pytest.raises(NoPassword, match="not the same"):
        new_password()

    def given_up(prompt: str) -> str:
        raise EOFError

    monkeypatch.setattr("getpass.getpass", given_up)
    with pytest.raises(NoPassword, match="Nothing was changed"):
        new_password()


PUBLIC = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"


def test_a_key_is_kept_for_a_member_and_goes_with_them(run: Run, tmp_path: Path) -> None:
    run("add", "ann@example.org")
    public = tmp_path / "id.pub"
    public.write_text(f"{PUBLIC} laptop\n")
    assert run("key", "ann", str(public))[1].startswith("ann can come in with this key from now on: SHA256:")
    assert PUBLIC in (tmp_path / "state" / KEYS).read_text()
    assert run("key", "ann", "-", piped=PUBLIC)[0] == Exit.REFUSED
    run("remove", "ann")
    assert PUBLIC not in (tmp_path / "state" / KEYS).read_text()


@pytest.mark.parametrize(
    ("content", "said"), [("-----BEGIN OPENSSH PRIVATE KEY-----\nx", "private key"), ("", "is empty"), ("nonsense", "not a key")]
)
def test_a_file_that_is_no_public_key_is_refused(run: Run, tmp_path: Path, content: str, said: str) -> None:
    run("add", "ann@example.org")
    (tmp_path / "id").write_text(content)
    status, _, err = run("key", "ann", str(tmp_path / "id"))
    assert (status, said in err) == (Exit.REFUSED, True)
    assert run("key", "ann", str(tmp_path / "nothing"))[0] == Exit.REFUSED


def test_a_certificate_is_kept_by_its_fingerprint_and_a_key_beside_it_is_not_looked_at(run: Run, tmp_path: Path) -> None:
    run("add", "ann@example.org")
    made, secret = certificate.make("ann", ["ann"], 1.8e9)
    (tmp_path / "ann.pem").write_bytes(secret + made)
    assert ":" in run("key", "ann", str(tmp_path / "ann.pem"))[1].partition("from now on: ")[2]
    assert " certificate " in (tmp_path / "state" / KEYS).read_text()
    (tmp_path / "ann.pem").write_bytes(made[:100])
    assert "no certificate" in run("key", "ann", str(tmp_path / "ann.pem"))[2]


def test_an_open_house_is_told_of_a_key() -> None:
    args = argparse.Namespace(action="key", who="ann", key=PUBLIC)
    assert list(orders(args)) == [(f"members key ann {PUBLIC}", True)]
