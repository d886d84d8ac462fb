"""From a line said in the house to a line in a window, and back."""

from __future__ import annotations

from tkinter import font

import pytest

from chatroom.client.gui.hearing import COMMANDS_ELSEWHERE
from chatroom.client.gui.privates import MOST_BY_THEMSELVES
from chatroom.testing import World
from tests.client.gui.desk import Desk


def test_what_others_say_and_what_we_say_stands_in_the_tab_once(desk: Desk, world: World) -> None:
    bob = world.person("bob")
    desk.arrive()
    bob.types("hi ann")
    desk.types("hi bob")
    bob.types("how are you?")
    desk.rest()
    assert desk.lines()[-3:] == ["bob: hi ann", "ann: hi bob", "bob: how are you?"]
    assert bob.lines()[-1] == "ann: hi bob"
    assert desk.lobby.people.list.get(0, "end") == (" ann", " bob")


def test_people_come_and_go_beside_the_room(desk: Desk, world: World) -> None:
    desk.arrive()
    bob = world.person("bob")
    desk.rest()
    assert desk.lobby.people.list.get(0, "end") == (" ann", " bob")
    bob.types("/quit")
    desk.rest()
    assert desk.lobby.people.list.get(0, "end") == (" ann",)


def test_a_double_click_opens_a_private_window_and_words_go_both_ways(desk: Desk, world: World) -> None:
    bob = world.person("bob")
    desk.arrive()
    desk.double_clicks("bob")
    assert list(desk.privates) == ["bob"]
    desk.tells("bob", "psst")
    assert bob.lines()[-1] == "(private) ann: psst"
    bob.types("/tell ann what is it?")
    desk.rest()
    assert desk.told("bob") == ["ann: psst", "bob: what is it?"]
    assert not any("psst" in line for line in desk.lines())


def test_nobody_is_alone_with_themselves(desk: Desk) -> None:
    desk.arrive().hearing.be_alone_with("ANN")
    assert desk.privates == {}


def test_a_private_window_opens_by_itself_and_says_that_it_is_unread(desk: Desk, world: World) -> None:
    desk.arrive()
    world.person("bob").types("/tell ann psst")
    desk.rest()
    assert desk.told("bob") == ["bob: psst"]
    assert desk.privates["bob"].title() == "(1) bob — private"
    assert desk.root.title().startswith("(1) ")
    desk.privates["bob"].come_forward()
    desk.rest()
    assert desk.privates["bob"].title() == "bob — private"


def test_a_window_that_comes_by_itself_does_not_take_the_keyboard(desk: Desk, world: World) -> None:
    desk.arrive()
    writing = desk.lobby.talk.writing.text
    writing.focus_force()
    desk.draw()
    world.person("bob").types("/tell ann psst")
    desk.rest()
    desk.privates["bob"].talk.writing.text.focus_force()
    desk.draw()
    assert desk.root.focus_displayof() is writing
    desk.privates["bob"].come_forward()
    desk.draw()
    assert desk.root.focus_displayof() is desk.privates["bob"].talk.writing.text


def test_who_turns_to_a_private_window_can_write_at_once(desk: Desk, world: World) -> None:
    desk.arrive()
    world.person("bob").types("/tell ann psst")
    desk.rest()
    window = desk.privates["bob"]
    window._stop_staying()
    window.focus_force()
    desk.draw()
    assert desk.root.focus_displayof() is window.talk.writing.text


def test_a_private_window_closed_and_opened_again_holds_what_was_said(desk: Desk, world: World) -> None:
    desk.arrive()
    world.person("bob").types("/tell ann one", "/tell ann two")
    desk.rest()
    desk.privates["bob"].close()
    assert desk.privates == {}
    desk.hearing.be_alone_with("bob")
    desk.draw()
    assert desk.told("bob") == ["bob: one", "bob: two"]


def test_strangers_cannot_fill_the_screen_with_windows(desk: Desk, world: World) -> None:
    desk.arrive()
    for number in range(MOST_BY_THEMSELVES + 1):
        world.person(f"p{number}x").types("/tell ann psst")
        desk.rest()
    assert len(desk.privates) == MOST_BY_THEMSELVES
    assert f"(private) p{MOST_BY_THEMSELVES}x: psst" in desk.lines()


def test_a_command_in_a_private_window_is_not_said_to_the_room(desk: Desk, world: World) -> None:
    bob = world.person("bob")
    desk.arrive().hearing.be_alone_with("bob")
    bob.lines()
    desk.tells("bob", "/me waves")
    bob.hears()
    assert desk.told("bob") == [f"-- {COMMANDS_ELSEWHERE}"]
    assert desk.privates["bob"].talk.writing.written == "/me waves"
    desk.tells("bob", "//me is how one waves")
    bob.hears("(private) ann: /me is how one waves")


def test_a_private_window_follows_who_it_is_with(desk: Desk, world: World) -> None:
    desk.arrive()
    bob = world.person("bob")
    bob.types("/tell ann psst", "/nick rob")
    desk.rest()
    desk.tells("rob", "hello")
    assert "(private) ann: hello" in bob.lines()
    assert desk.told("rob") == ["bob: psst", "-- bob is now called rob", "ann: hello"]
    bob.types("/quit tired")
    desk.rest()
    assert desk.told("rob")[-1] == "-- rob is gone: tired"


def test_what_is_refused_is_said_where_it_was_written_and_can_be_mended(desk: Desk, world: World) -> None:
    desk.arrive()
    desk.types("x" * 5000)
    assert desk.lines()[-1].startswith("-- That message is 5000 bytes long")
    assert desk.lobby.talk.writing.written == "x" * 5000


def test_an_answer_is_shown_where_it_was_asked_for(desk: Desk, world: World) -> None:
    desk.arrive()
    desk.types("/join dev")
    desk.types("/who", "dev")
    assert any("ann" in line for line in desk.lines("dev")[-2:])
    assert desk.hearing.window.here == "dev"


def test_rooms_are_tabs_with_marks_for_what_is_unread(desk: Desk, world: World) -> None:
    bob = world.person("bob")
    desk.arrive()
    desk.types("/join dev")
    assert desk.tabs() == ["lobby", "dev"]
    bob.types("one", "two")
    desk.rest()
    assert desk.tabs() == ["lobby (2)", "dev"]
    bob.types("ann: three")
    desk.rest()
    assert desk.tabs() == ["lobby (3!)", "dev"]
    desk.hearing.window.step(1)
    desk.rest()
    assert desk.tabs() == ["lobby", "dev"]
    desk.hearing.join("#dev")
    desk.hearing.leave_room()
    desk.rest()
    assert desk.tabs() == ["lobby"]


def test_the_topic_stands_above_the_room(desk: Desk, world: World) -> None:
    desk.arrive()
    desk.types("/topic tea at five")
    assert desk.lobby._topic.cget("text") == "tea at five"
    desk.types("/topic -")
    assert not desk.lobby._topic.grid_info()


@pytest.mark.parametrize("topic", ["w" * 500, "long words " * 45, "家" * 150])
def test_a_long_topic_leaves_room_for_what_is_said(desk: Desk, topic: str) -> None:
    desk.root.geometry("420x320")
    desk.arrive()
    desk.types(f"/topic {topic}")
    desk.root.update()
    desk.root.update()
    assert desk.lobby._topic.cget("text").endswith("…")
    assert desk.lobby._topic.winfo_reqheight() < 4 * font.nametofont("TkDefaultFont").metrics("linespace")
    assert desk.lobby.talk.pane.winfo_height() > 80


def test_what_is_said_while_the_connection_is_away_waits_in_sight_and_is_said_once(desk: Desk, world: World) -> None:
    bob = world.person("bob")
    desk.arrive()
    desk.types("before")
    world_, desk.world = desk.world, None
    desk.breaks()
    assert desk.status() == "The connection is lost; trying to get it back. What you write is kept and sent then."
    desk.types("while it is away")
    assert desk.lines()[-1] == "… while it is away"
    assert desk.status().endswith("1 to be sent then.")
    desk.world = world_
    bob.types("still here")
    desk.rest(10)
    desk.rest(1)
    assert desk.lines()[-3:] == ["ann: before", "bob: still here", "ann: while it is away"]
    assert desk.status() == "You are ann"
    assert bob.lines()[-1] == "ann: while it is away"


def test_scrolling_up_reads_back_what_was_said_before_each_once_and_in_order(desk: Desk) -> None:
    assert desk.world is not None
    world = World(recent=10, page=20)
    desk.world, desk.clock = world, world.clock
    desk.entrance._reactor = world.clock
    bob = world.person("bob")
    bob.types(*(f"line {number}" for number in range(60)))
    desk.arrive()
    pane = desk.lobby.talk.pane
    for _ in range(8):
        pane.scroll("moveto", 0.0)
        desk.rest()
    said = [line for line in desk.lines() if line.startswith("bob: ")]
    assert said == [f"bob: line {number}" for number in range(60)]
    assert desk.lobby.talk.all_read


def test_private_words_are_read_back_when_one_turns_to_somebody_and_scrolls_up(desk: Desk, world: World) -> None:
    bob = world.person("bob")
    desk.arrive()
    desk.clock.advance(0)
    bob.types(*(f"/tell ann line {number}" for number in range(30)))
    desk.rest()
    desk.privates["bob"].close()
    desk.hearing.view.conversations.clear()
    desk.hearing.view.limits = {**desk.hearing.view.limits, "page": 20}
    desk.hearing.be_alone_with("bob")
    desk.rest()
    assert desk.told("bob") == [f"bob: line {number}" for number in range(10, 30)]
    desk.tells("bob", "and?")
    for _ in range(3):
        desk.privates["bob"].talk.pane.scroll("moveto", 0.0)
        desk.rest()
    assert desk.told("bob") == [*(f"bob: line {number}" for number in range(30)), "ann: and?"]
    assert desk.privates["bob"].talk.all_read


def test_private_words_that_are_asked_for_by_hand_are_shown_where_one_asked(desk: Desk, world: World) -> None:
    world.person("bob").types("/tell ann psst")
    desk.arrive()
    world.person("cat").types("/tell ann psst")
    desk.rest()
    desk.types("/history @cat")
    assert desk.lines()[-1] == "(private) cat: psst"


def test_what_one_looks_at_is_told_to_the_house_as_seen(desk: Desk, world: World) -> None:
    desk.arrive()
    bob = world.person("bob")
    bob.types("hi", "/tell ann psst")
    desk.rest()
    desk.privates["bob"].withdraw()
    desk.lobby.talk.writing.text.focus_force()
    desk.root.update()
    assert desk.root.focus_displayof() is not None
    desk.hearing.look()
    assert list(desk.hearing.view._marks.due()) == [("lobby", 1)]
    desk.privates["bob"].deiconify()
    desk.privates["bob"].come_forward()
    desk.rest()
    desk.hearing.look()
    assert list(desk.hearing.view._marks.due()) == [("@", 1)]


def test_a_page_asked_for_by_hand_comes_at_the_end(desk: Desk, world: World) -> None:
    desk.arrive()
    desk.types("one")
    desk.types("/history 1")
    assert desk.lines()[-2:] == ["ann: one", "ann: one"]


def test_what_is_removed_is_seen_no_more(desk: Desk, world: World) -> None:
    bob = world.person("bob")
    desk.arrive()
    bob.types("one", "two", "/tell ann psst")
    desk.rest()
    bob.types("/remove private")
    bob.types("/remove")
    desk.rest()
    assert desk.lines()[-2:] == ["bob: one", "-- bob removed a message"]
    assert desk.told("bob") == []


def test_an_invitation_is_shown_where_one_looks(desk: Desk, world: World) -> None:
    bob = world.person("bob")
    desk.arrive()
    bob.types("/join den", "/invite ann")
    desk.rest()
    assert any("den" in line for line in desk.lines())


def test_who_is_put_out_sees_why_and_comes_back_only_when_they_want_to(desk: Desk, world: World) -> None:
    desk.arrive()
    bob, host = world.person("bob"), world.host()
    host.asks("kick", who="ann", reason="tired of it")
    desk.rest(60)
    assert desk.complaint() == "You were put out by host: tired of it. You may come back."
    assert desk.entrance.form.winfo_ismapped()
    bob.hears("-- ann was put out by host (1 here): tired of it")
    desk.entrance.form.submit()
    desk.rest(1)
    bob.hears("-- ann joined (2 here)")


def test_goodbye_brings_the_form_back(desk: Desk, world: World) -> None:
    bob = world.person("bob")
    desk.arrive()
    desk.types("/quit")
    desk.rest(5)
    assert desk.entrance.hearing is None
    assert desk.entrance.form.winfo_ismapped()
    assert bob.lines()[-1] == "-- ann left (1 here)"
