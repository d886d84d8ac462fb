"""The house in numbers."""

from __future__ import annotations

from chatroom.testing import Person, World


def test_people_connections_rooms_members_and_bans_are_counted(club: World, mod: Person, eve: Person, ada: Person) -> None:
    eve.types("/join dev", "hi")
    mod.answer("ban", who="troll")
    found = mod.answer("stats")
    assert (found["people"], found["rooms"], found["members"], found["bans"]) == ("2", "2", "4", "1")
    assert found["connections"] == "1 console, 1 json, 1 line"
    assert found["journal"] == "works"
    assert found["messages"].startswith("2 since the start")


def test_each_figure_has_a_line_of_its_own(mod: Person) -> None:
    found = mod.answer("stats")
    figures = {key: value for key, value in found.items() if key not in {"re", "ok", "is", "lines"}}
    assert {tuple(line.split(None, 1)) for line in found["lines"] if line.split()[0] in {"people", "rooms", "uptime", "memory"}} == {
        (name, figures[name]) for name in ("people", "rooms", "uptime", "memory")
    }
    assert len(found["lines"]) == len(figures)


def test_refusals_are_counted(mod: Person, eve: Person) -> None:
    before = int(mod.answer("stats")["refusals"])
    eve.types("/nonsense")
    assert int(mod.answer("stats")["refusals"]) == before + 1


def test_the_answer_is_for_who_keeps_order(eve: Person) -> None:
    eve.types("/stats")
    eve.hears("! /stats is for a moderator; you are a guest.")


def test_what_bounds_attempts_to_log_in_is_told(mod: Person) -> None:
    assert "address_logins 20, member_logins 5, login_wait 5" in mod.answer("stats")["floods"]


def test_who_asks_and_leaves_in_the_same_breath_is_answered_first(mod: Person) -> None:
    mod.sends(b'{"do": "stats", "id": 1}\n{"do": "quit", "id": 2}\n')
    first, second = [one for one in mod.objects() if "re" in one]
    assert (first["re"], first["journal"], second["re"]) == (1, "works", 2)
