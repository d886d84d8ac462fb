"""Parts are found by file name or entry point, and imported only when asked for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from chatroom.core.verb import Verb
from chatroom.registry import COMMANDS, DOORS, JOURNALS, BrokenPart, NoSuchPart, Offer, load_verbs

OURS = Path(__file__).parent.parent / "chatroom"


def files_in(folder: str) -> set[str]:
    return {path.stem for path in (OURS / folder).glob("[a-z]*.py")}


def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, group: str, name: str, source: str) -> None:
    """Install a package from elsewhere that offers one part."""
    (tmp_path / f"elsewhere_{name}.py").write_text(source)
    described = tmp_path / f"elsewhere_{name}-1.dist-info"
    described.mkdir()
    (described / "METADATA").write_text(f"Metadata-Version: 2.1\nName: elsewhere-{name}\nVersion: 1\n")
    (described / "entry_points.txt").write_text(f"[{group}]\n{name} = elsewhere_{name}\n")
    monkeypatch.syspath_prepend(str(tmp_path))


@pytest.mark.parametrize(("offer", "folder"), [(DOORS, "doors"), (JOURNALS, "journals"), (COMMANDS, "commands")])
def test_every_file_is_offered_under_its_own_name(offer: Offer, folder: str) -> None:
    assert set(offer.names) >= files_in(folder)


def test_listing_names_imports_no_part() -> None:
    program = (
        "import sys; from chatroom.registry import DOORS, JOURNALS, COMMANDS;"
        "names = (DOORS.names, JOURNALS.names, COMMANDS.names);"
        "print([name for name in sys.modules if name.startswith(('chatroom.doors.', 'chatroom.journals.', 'chatroom.commands.'))])"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=20)
    assert ran.stdout.strip() == "[]"


def test_an_unknown_name_is_answered_with_what_there_is() -> None:
    with pytest.raises(NoSuchPart, match=r"There is no command called sya\. There are: .*\bsay\b"):
        COMMANDS.load("sya")


def test_every_command_has_a_verb_of_its_files_name() -> None:
    verbs = load_verbs()
    assert all(isinstance(verb, Verb) for verb in verbs)
    assert {verb.name for verb in verbs} >= files_in("commands")


def test_a_part_from_another_package_is_found_by_its_entry_point(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outside(tmp_path, monkeypatch, "chatroom.journals", "papyrus", "open_journal = 'scroll'\n")
    assert "papyrus" in JOURNALS.names
    assert JOURNALS.load("papyrus").open_journal == "scroll"


def test_a_part_from_another_package_cannot_take_the_place_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outside(tmp_path, monkeypatch, "chatroom.commands", "say", "verb = 'mine'\n")
    assert COMMANDS.load("say").__name__ == "chatroom.commands.say"


def test_a_part_that_lacks_what_it_must_define_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outside(tmp_path, monkeypatch, "chatroom.doors", "hatch", "")
    with pytest.raises(BrokenPart, match=r"The door hatch \(elsewhere_hatch\) defines no open_door"):
        DOORS.load("hatch")


def test_a_part_that_cannot_be_imported_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outside(tmp_path, monkeypatch, "chatroom.doors", "wicket", "import a_module_that_is_nowhere\n")
    with pytest.raises(BrokenPart, match="The door wicket cannot be imported"):
        DOORS.load("wicket")


def test_two_commands_for_one_word_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = "from chatroom.core.verb import Verb\nverb = Verb('shout', print, '/shout', '', aliases=('say',))\n"
    outside(tmp_path, monkeypatch, "chatroom.commands", "shout", source)
    with pytest.raises(BrokenPart, match="both claim /say"):
        load_verbs()
