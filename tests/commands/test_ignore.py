"""Not seeing somebody."""

from __future__ import annotations

from chatroom.testing import Person, World, member


def test_who_is_ignored_is_ignored_in_any_case_of_their_name(ann: Person, bob: Person) -> None:
    ann.types("/ignore BoB")
    ann.hears("You no longer see what BoB says. /unignore BoB ends that.")
    bob.types("hello", "/msg ann hello")
    ann.hears()


def test_who_is_ignored_does_not_notice(ann: Person, bob: Person) -> None:
    ann.types("/ignore bob")
    bob.types("/msg ann hello")
    bob.hears("(private to ann) hello")


def test_a_mistyped_name_is_pointed_out(ann: Person, bob: Person) -> None:
    ann.types("/ignore bbo")
    ann.hears("You no longer see what bbo says. /unignore bbo ends that. Nobody here is called that now.")


def test_ignoring_outlives_the_ignored_persons_visit(ann: Person, bob: Person) -> None:
    ann.types("/ignore bob")
    ann.lines()
    bob.types("/quit")
    bob.world.person("bob").types("back again")
    ann.hears()


def test_history_and_who_hide_nobody(ann: Person, bob: Person) -> None:
    bob.types("hello")
    ann.types("/ignore bob")
    ann.lines()
    ann.types("/who")
    ann.hears("lobby (2 here): ann, bob")


def test_another_name_does_not_help(ann: Person, bob: Person) -> None:
    ann.types("/ignore bob")
    ann.lines()
    bob.types("/nick rob", "hello", "/msg ann hello", "/me waves")
    ann.hears()
    ann.types("/unignore rob")
    ann.hears("You see what rob says again.")
    bob.types("hello")
    ann.hears("rob: hello")


def test_who_takes_the_name_an_ignored_member_had_is_seen() -> None:
    world = World(members=[member("meg")])
    ann, meg = world.person("ann"), world.logged_in("meg")
    ann.types("/ignore meg")
    ann.lines()
    meg.asks("nick", name="margaret")
    meg.asks("say", text="hello")
    ann.hears()
    meg.leaves()
    again = world.logged_in("meg")
    again.asks("say", text="hello again")
    again.asks("tell", to="ann", text="psst")
    ann.hears()


def test_who_is_ignored_is_not_in_what_is_shown_on_entering(ann: Person, bob: Person) -> None:
    bob.types("/join dev", "hello from bob", "/nick rob", "hello from rob")
    other = ann.world.person("carl")
    other.types("/join dev", "hello from carl")
    ann.types("/ignore rob", "/join dev")
    shown = "\n".join(ann.lines())
    assert "hello from carl" in shown
    assert "hello from rob" not in shown
    assert "hello from bob" not in shown


def test_what_one_missed_holds_nothing_of_who_is_ignored() -> None:
    world = World(members=[member("meg")])
    meg = world.logged_in("meg", rooms=["lobby"])
    bob = world.program("bob")
    bob.asks("say", text="seen")
    meg.leaves()
    bob.asks("nick", name="rob")
    bob.asks("say", text="unseen")
    meg = world.logged_in("meg", rooms=[])
    meg.answer("ignore", name="rob")
    assert meg.answer("join", room="lobby")["recent"] == []
    assert [one["text"] for one in meg.answer("missed", room="lobby")["entries"]] == []


def test_it_goes_on_when_ones_connection_does(world: World) -> None:
    key = "k" * 20
    ann, bob = world.program("ann", key=key), world.program("bob")
    ann.answer("ignore", name="bob")
    ann.leaves()
    bob.asks("nick", name="rob")
    ann = world.program("ann", key=key)
    bob.asks("say", text="hello")
    assert [one for one in ann.objects() if one["is"] == "said"] == []
    assert ann.answer("ignore")["ignoring"] == ["bob"]


def test_oneself_is_not_ignored_by_the_name_one_had(ann: Person) -> None:
    ann.types("/ignore ANN")
    ann.hears("! You cannot ignore yourself. Usage: /ignore [NAME]")
