"""The form: what it remembers, and that whatever does not work is a sentence in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from chatroom.client.gui.entrance import Entrance
from chatroom.client.gui.form import Unfit, Wish, read
from chatroom.client.gui.settings import Settings
from chatroom.client.opening import HOST, PORT, Target
from chatroom.core.rank import Rank
from chatroom.testing import World, member, password_of
from tests.client.gui.desk import Desk, shown


@pytest.fixture
def world() -> World:
    return World(members=[member("ada", Rank.ADMIN)])


def test_the_form_knows_this_machine_and_the_usual_port(desk: Desk) -> None:
    desk.entrance.start(None)
    form = desk.entrance.form
    assert (form.host.get(), form.port.get()) == (HOST, str(PORT))
    assert form.name.get()
    assert desk.secrets() == []


def test_the_form_remembers_the_last_time(desk: Desk) -> None:
    desk.entrance.start(None)
    desk.fills(name="ann", host="chat.example", port="6000")
    remembered = Settings(desk.settings._file)
    assert [remembered.text("name", ""), remembered.text("host", ""), remembered.number("port", 0, 1, 65535)] == [
        "ann",
        "chat.example",
        6000,
    ]
    desk.entrance.disconnect()
    again = desk.open()
    again.start(None)
    assert (again.form.name.get(), again.form.host.get(), again.form.port.get()) == ("ann", "chat.example", "6000")


@pytest.mark.parametrize(
    ("fields", "why", "field"),
    [
        ({"name": " "}, "Type the name you want to be called.", "name"),
        ({"port": "x"}, "X is not a port: a port is a number from 1 to 65535.", "port"),
        ({"chosen": "one", "again": "other"}, "The two passwords are not the same.", "chosen"),
    ],
)
def test_a_form_that_makes_no_sense_says_so(fields: dict[str, str], why: str, field: str) -> None:
    with pytest.raises(Unfit) as caught:
        read(**{"name": "ann", "host": "", "port": "5000", **fields})
    assert (str(caught.value), caught.value.field) == (why, field)


def test_a_form_is_read_without_the_blanks_around() -> None:
    assert read(" ann ", " ", " ") == Wish(Target(HOST, PORT, "ann"))


def test_a_form_that_makes_no_sense_is_said_in_it(desk: Desk) -> None:
    desk.entrance.start(None)
    desk.fills(port="99999")
    assert desk.complaint() == "99999 is not a port: a port is a number from 1 to 65535."
    assert desk.root.focus_get() is desk.entrance.form.fields["port"]


def test_a_name_on_the_command_line_goes_in_without_the_form(desk: Desk) -> None:
    desk.arrive("ann")
    assert desk.status() == "You are ann"
    assert not desk.entrance.form.winfo_ismapped()


def test_a_taken_name_is_a_sentence_and_another_goes_in(desk: Desk, world: World) -> None:
    world.person("bob")
    desk.arrive("bob")
    assert desk.complaint() == "bob is taken. Choose another name."
    desk.fills(name="rob")
    assert desk.status() == "You are rob"


def test_a_server_that_is_not_there_is_a_sentence(desk: Desk) -> None:
    desk.world = None
    desk.arrive()
    desk.rest(1)
    assert desk.complaint() == "No chatroom answers at 127.0.0.1:5000: connection refused. Start one with: chatroom serve"


def test_a_full_house_is_a_sentence(desk: Desk) -> None:
    desk.world = World(people=1, clock=desk.clock)
    desk.world.person("bob")
    desk.arrive()
    assert "full" in desk.complaint()
    assert desk.entrance.hearing is None


def test_a_full_room_is_a_sentence(desk: Desk, world: World) -> None:
    bob = world.person("bob")
    for line in ("/join den", "/limit 1"):
        bob.types(line)
    desk.entrance = desk.open(rooms=["den"])
    desk.arrive()
    assert "full" in desk.complaint()
    assert desk.entrance.hearing is None
    bob.types("/limit 0")
    desk.fills()
    assert (desk.status(), list(desk.rooms)) == ("You are ann", ["den"])


def test_a_full_room_among_others_is_a_sentence_in_the_window(desk: Desk, world: World) -> None:
    bob = world.person("bob")
    for line in ("/join den", "/limit 1"):
        bob.types(line)
    desk.entrance = desk.open(rooms=["den", "lobby"])
    desk.arrive()
    assert list(desk.rooms) == ["lobby"]
    assert any("full" in line for line in shown(desk.rooms["lobby"].talk.pane.text))
    desk.types("/leave")
    desk.hearing.join("den")
    desk.rest()
    assert "full" in str(desk.hearing.window._empty.cget("text"))
    desk.hearing.join("lobby")
    desk.rest()
    assert any("full" in line for line in shown(desk.rooms["lobby"].talk.pane.text))


def test_a_password_is_asked_for_where_one_is_needed_and_a_wrong_one_is_a_sentence(desk: Desk, world: World) -> None:
    desk.arrive("ada")
    assert desk.secrets() == ["password"]
    assert desk.complaint() == "ada needs a password to come in."
    desk.fills(password="wrong")
    assert "password" in desk.complaint().lower()
    assert desk.entrance.hearing is None
    desk.fills(password=password_of("ada"))
    assert desk.status() == "You are ada"
    assert desk.entrance.form.password.get() == ""
    assert "password" not in desk.settings._file.read_text()


def test_a_password_of_the_environment_is_used_unasked(desk: Desk) -> None:
    desk.entrance = desk.open(password=password_of("ada"))
    desk.arrive("ada")
    assert desk.status() == "You are ada"


def test_an_invitation_asks_for_a_password_of_ones_own_twice(desk: Desk, world: World) -> None:
    host = world.host()
    code = next(
        word for word in str(host.answer("members", what="invite ada")["lines"]).replace("'", " ").split() if word.startswith("code-")
    )
    desk.arrive("ada")
    desk.fills(password=code)
    assert desk.secrets() == ["password", "chosen", "again"]
    desk.fills(chosen="short", again="short")
    assert desk.entrance.hearing is None
    desk.fills(chosen="a much longer one", again="a much longer 1")
    assert desk.complaint() == "The two passwords are not the same."
    desk.fills(chosen="a much longer one", again="a much longer one")
    assert desk.status() == "You are ada"


def test_a_ban_brings_the_form_back_with_the_reason(desk: Desk, world: World) -> None:
    desk.arrive()
    world.host().asks("ban", who="ann", reason="tired of it", force=True)
    desk.rest(10)
    desk.rest(1)
    assert "banned" in desk.complaint()
    assert "tired of it" in desk.complaint()
    assert desk.entrance.form.winfo_ismapped()


def test_waiting_for_a_house_can_be_stopped(desk: Desk) -> None:
    desk.entrance.start(None)
    form = desk.entrance.form
    form._wait(True)
    form.button.invoke()
    assert form.button.cget("text") == "Connect"
    assert desk.entrance.view is None


def test_closing_the_window_says_goodbye_and_ends_the_program(desk: Desk, world: World) -> None:
    bob = world.person("bob")
    desk.arrive()
    bob.lines()
    desk.entrance.leave()
    desk.rest(5)
    assert desk.closed
    bob.hears("-- ann left (1 here)")


def test_closing_the_form_ends_the_program(desk: Desk) -> None:
    desk.entrance.leave()
    assert desk.closed


def test_the_look_is_remembered_and_each_window_writes_only_what_it_changed(desk: Desk, tmp_path: Path) -> None:
    desk.arrive()
    other = Settings(desk.settings._file)
    other.remember(name="zoe")
    desk.entrance._switch()
    desk.entrance._resize(1)
    found = Settings(desk.settings._file)
    assert (found.text("theme", ""), found.number("letters", 0, 1, 99), found.text("name", "")) == ("dark", 12, "zoe")
    again: Entrance = desk.open()
    assert (again.theme.palette.name, again.theme.size) == ("dark", 12)


def test_keys_of_a_house_that_was_left_do_nothing(desk: Desk) -> None:
    desk.arrive().entrance.disconnect()
    desk.rest(5)
    desk.root.focus_force()
    for keys in ("<Control-j>", "<Control-f>", "<Control-w>"):
        desk.root.event_generate(keys)
    desk.draw()
    assert desk.root.title() == "chatroom"


def test_what_is_to_know_of_the_certificate_is_told_in_the_first_room(desk: Desk) -> None:
    desk.entrance = desk.open(clear=False)
    desk.arrive()
    assert "-- The certificate is new." in desk.lines()
    desk.types("hi")
    assert desk.lines().count("-- The certificate is new.") == 1
