"""The documents say what is so: transcripts are played, examples are run, tables are compared, links are followed."""

from __future__ import annotations

import configparser
import dataclasses
import json
import plistlib
import re
import shutil
import subprocess
import sys
import unittest
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from chatroom import amounts, banner
from chatroom.backup import FORMAT, pack
from chatroom.banner import Way
from chatroom.cli import SUBCOMMANDS, main
from chatroom.client.opening import target
from chatroom.client.plain import Exit
from chatroom.config import Config, load
from chatroom.contracts import Turns, closed, said
from chatroom.core import errors
from chatroom.core.errors import Refused
from chatroom.core.flood import FloodLimits
from chatroom.core.limits import Limits
from chatroom.core.names import clean_name
from chatroom.core.publicity import Publicity
from chatroom.core.relays import Relays
from chatroom.core.roster import Roster
from chatroom.core.seams import Recovered, Retention, Submission
from chatroom.core.verb import Verb
from chatroom.journals._file import back_up
from chatroom.journals.sqlite import SqliteJournal
from chatroom.kinds import Known
from chatroom.loading import BrokenConfig
from chatroom.logs import Logs
from chatroom.registry import DOORS, JOURNALS, load_verbs
from chatroom.tap import Options
from chatroom.testing import Person, World
from chatroom.wire.irc import caps, modes, numerics, own
from chatroom.wire.irc.commands import COMMANDS as COMMANDS_OF_IRC
from chatroom.wire.irc.explained import DOES

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "chatroom"
README = ROOT / "README.md"
COMMANDS = ROOT / "docs" / "commands.md"
CONFIGURATION = ROOT / "docs" / "configuration.md"
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
IRC = ROOT / "docs" / "irc.md"
HOSTING = ROOT / "docs" / "hosting.md"
JOINING = ROOT / "docs" / "joining.md"
REFUSALS = ROOT / "docs" / "refusals.md"
ARCHITECTURE = ROOT / "docs" / "architecture.md"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "newsfragments").glob("README.md")])
KNOWN = Known(DOORS.names, JOURNALS.names)

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def fences(text: str, language: str) -> list[str]:
    """Give the contents of the fenced blocks in one language, in order."""
    return re.findall(rf"^ *```{language}\n(.*?)^ *```$", text, re.DOTALL | re.MULTILINE)


def prose(text: str) -> str:
    """Give a page without its fenced blocks."""
    return re.sub(r"^ *```.*?^ *```$", "", text, flags=re.DOTALL | re.MULTILINE)


def sections(text: str) -> Iterator[tuple[str, str]]:
    """Give each heading of a page and what stands under it, to the next heading of any level."""
    _, *found = re.split(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return zip(found[::2], found[1::2], strict=True)


def rows(text: str, first: str = r"[^`]+") -> list[list[str]]:
    """Give the cells of those rows of a page's tables that begin with a code that matches `first`."""
    found = re.findall(rf"^\| (`{first}`[^|]* \|.*)\|$", text, re.MULTILINE)
    return [[cell.strip() for cell in row.split("|")] for row in found]


def code(cell: str) -> str:
    """Give what stands in a cell as code; nothing if it is empty."""
    found = re.search(r"`([^`]+)`", cell)
    return found[1] if found else ""


# -- transcripts --------------------------------------------------------------------------------------------------------------


def untimed(line: str) -> str:
    """Leave out what o'clock it was, which depends on where the test is run."""
    return re.sub(r"^\[\d\d:\d\d\] ", "[00:00] ", line)


class Terminal:
    """Be one person at netcat, who does the next marked thing of a script as soon as all above it has been seen."""

    def __init__(self, world: World, script: str) -> None:
        self.world = world
        self.script = [untimed(line) for line in script.splitlines()]
        self.seen: list[str] = []
        self.person: Person | None = None

    def look(self) -> None:
        if self.person is not None:
            self.seen += [untimed(line) for line in self.person.lines()]

    def goes_on(self) -> bool:
        """Do what is due, if anything is."""
        here = len(self.seen)
        if here >= len(self.script) or self.seen != self.script[:here] or not self.script[here].startswith(("$ nc ", "> ")):
            return False
        self.seen.append(self.script[here])
        if self.person is None:
            self.person = self.world.connect(self.world.front)
            self.world.rest(1)
        else:
            self.person.types(self.script[here].removeprefix("> "))
        return True


def play(world: World, scripts: Sequence[str]) -> list[Terminal]:
    """Let things happen until nobody has anything more to do; the first in the row goes first."""
    terminals = [Terminal(world, script) for script in scripts]
    while any(terminal.goes_on() for terminal in terminals):
        for terminal in terminals:
            terminal.look()
    return terminals


def test_the_readmes_two_people_see_what_it_shows_and_find_it_after_a_restart() -> None:
    ann, bob, later = fences(README.read_text(), "chat")
    world = World()
    terminals = play(world, [ann, bob])
    world = world.restarted()
    for terminal in terminals:
        terminal.look()
        assert terminal.seen == terminal.script
    (again,) = play(world, [later])
    assert again.seen == again.script


CONVERSATIONS = [
    pytest.param(scripts, id=f"{page.name}: {heading}")
    for page in PAGES
    if page != README
    for heading, text in sections(page.read_text())
    if (scripts := fences(text, "chat"))
]


@pytest.mark.parametrize("scripts", CONVERSATIONS)
def test_a_transcript_is_what_people_see(scripts: list[str]) -> None:
    for terminal in play(World(), scripts):
        assert terminal.seen == terminal.script


# -- commands -----------------------------------------------------------------------------------------------------------------

VERBS = {verb.name: verb for verb in load_verbs()}
SHOWN = [verb for verb in VERBS.values() if not verb.hidden]


def test_every_command_is_described_under_its_usage_and_nothing_else_is() -> None:
    described = [code(heading) for heading, _ in sections(COMMANDS.read_text()) if heading.startswith("`/")]
    assert sorted(described) == sorted(verb.usage for verb in SHOWN)


@pytest.mark.parametrize("verb", SHOWN, ids=lambda verb: verb.name)
def test_a_command_is_described_with_all_it_is_called(verb: Verb) -> None:
    (text,) = (text for heading, text in sections(COMMANDS.read_text()) if code(heading) == verb.usage)
    typed = verb.usage.split()[0]
    others = {f"/{word}" for word in (verb.name, *verb.aliases)} - {typed}
    assert {word for word in others if f"`{word}`" in text} == others


# -- refusals -----------------------------------------------------------------------------------------------------------------


SPOKEN = """
import sys
from chatroom import service
from chatroom.core.errors import Malformed, NotStored, Refused, SpanUnclear, TargetUnclear
from chatroom.registry import DOORS, FRONT, FRONT_DOOR, JOURNALS, load_verbs
load_verbs()
for name in DOORS.names:
    (FRONT_DOOR if name == FRONT else DOORS).load(name)
for name in JOURNALS.names:
    JOURNALS.load(name)
used = {
    one
    for name, module in sys.modules.items()
    if name.startswith("chatroom.") and name != "chatroom.core.errors"
    for one in vars(module).values()
    if isinstance(one, type) and issubclass(one, Refused) and one.__module__ == "chatroom.core.errors"
}
for cls in used:
    if cls in {Malformed, NotStored, SpanUnclear, TargetUnclear} or not cls.__subclasses__():
        print(cls.__name__)
"""


@pytest.fixture(scope="module")
def refusals() -> dict[str, str]:
    """Give the code and the sentence of everything that a server, with all its doors, journals and commands, refuses with."""
    ran = subprocess.run([sys.executable, "-c", SPOKEN], capture_output=True, text=True, timeout=30, check=True)
    classes: list[type[Refused]] = [getattr(errors, name) for name in ran.stdout.split()]
    return {code_of(cls): sentence(cls) for cls in classes}


def code_of(cls: type[Refused]) -> str:
    """Give the code of a refusal, whatever fields it has."""
    return cls.__new__(cls).code


def sentence(cls: type[Refused]) -> str:
    return " ".join((cls.__doc__ or "").split())


def test_every_refusal_is_listed_with_its_sentence_and_nothing_else_is(refusals: dict[str, str]) -> None:
    assert {code(name): text for name, text, *_ in rows(REFUSALS.read_text())} == refusals


def test_what_people_see_when_the_disk_fails_is_what_they_are_told() -> None:
    told = next(text for heading, text in sections(HOSTING.read_text()) if heading.startswith("When the disk"))
    shown = set(re.findall(r"`! ([^`]+)`", told))
    assert shown == {sentence(cls) for cls in (errors.DiskFull, errors.StorageReadOnly, errors.StorageBroken, errors.Unconfirmed)}


def test_what_people_are_told_at_a_limit_is_what_the_table_says(refusals: dict[str, str]) -> None:
    told = {code(key): code(text) for key, _, text, *_ in rows(HOSTING.read_text(), r"limits\.\w+")}
    assert len(told) >= 8
    for key, text in told.items():
        limit = getattr(Limits(), key.removeprefix("limits."))
        if isinstance(limit, int) and text:
            assert text in {one.replace("{limit}", str(limit)) for one in refusals.values()}, key


# -- settings -----------------------------------------------------------------------------------------------------------------


def settings() -> dict[str, object]:
    """Give every key there is and its default."""
    found: dict[str, object] = {}
    usual = load(None, KNOWN)
    for key in Config.model_fields:
        value = getattr(usual, key)
        if key == "doors":
            ways = {door: value.get(door, ()) for door in DOORS.names}
            found |= {f"doors.{door}": listed(endpoints) for door, endpoints in ways.items()}
        elif key == "strict_transport":
            found[key] = value or "off"
        elif isinstance(value, Relays):
            found |= {"relays.addresses": '[127.0.0.0/8, "::1"]', "relays.secret": '""'}
        elif isinstance(value, Publicity):
            found |= {f"{key}.{one.name}": getattr(value, one.name) or "[]" for one in dataclasses.fields(value)}
        elif isinstance(value, Limits | Retention | Logs | FloodLimits):
            found |= {f"{key}.{one.name}": getattr(value, one.name) for one in dataclasses.fields(value)}
        elif isinstance(value, tuple):
            found[key] = f"[{', '.join(value)}]"
        else:
            found[key] = str(value).lower() if isinstance(value, bool) else str(value)
    return found


def listed(endpoints: Sequence[object]) -> str:
    """Write endpoints as the settings have them."""
    shown = ", ".join(map(str, endpoints)) or "off"
    return f"[{shown}]" if len(endpoints) > 1 else shown


def documented(page: Path, key: str) -> dict[str, object]:
    """Give the keys that a page's tables list, with their defaults read as the settings would."""
    return {code(name): amount(code(name), code(default)) for name, default, *_ in rows(page.read_text(), key)}


def amount(key: str, text: str) -> object:
    if not key.startswith(("limits.", "retention.", "log.", "floods.")):
        return text
    default = settings().get(key)
    return amounts.duration(text) if isinstance(default, float) else amounts.size(text)


def test_every_setting_is_described_with_its_default_and_nothing_else_is() -> None:
    sections = {key.partition(".")[0] for key in settings()}
    assert documented(CONFIGURATION, rf"(?:{'|'.join(sections)})(?:\.\w+)?") == settings()


def test_the_limits_a_host_meets_have_the_defaults_they_have() -> None:
    met = documented(HOSTING, r"(?:limits|floods)\.\w+")
    assert met == {key: settings()[key] for key in met}


def test_every_setting_stands_in_the_example_file() -> None:
    example = (ROOT / "config.yaml").read_text()
    assert [key for key in settings() if not re.search(rf"^ *{key.rpartition('.')[2]}:", example, re.MULTILINE)] == []


def test_the_example_settings_are_taken(tmp_path: Path) -> None:
    good, _ = fences(CONFIGURATION.read_text(), "yaml")
    file = tmp_path / "config.yaml"
    file.write_text(good)
    read = load(file, KNOWN)
    assert (read.name, read.limits.people, len(read.doors["front"]), read.welcome.count("\n")) == ("the workshop", 50, 2, 1)


def test_the_mistakes_are_told_as_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = CONFIGURATION.read_text()
    (tmp_path / "config.yaml").write_text(fences(page, "yaml")[1])
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BrokenConfig) as raised:
        load(Path("config.yaml"), KNOWN)
    assert str(raised.value).splitlines() == fences(page, "text")[0].splitlines()


def test_every_endpoint_shown_is_one(tmp_path: Path) -> None:
    table = CONFIGURATION.read_text().partition("| endpoint | listens |")[2].partition("\n\n")[0]
    endpoints = re.findall(r"`([^`]+)`", "\n".join(row.split("|")[1] for row in table.splitlines() if "|" in row))
    file = tmp_path / "config.yaml"
    file.write_text(f"doors: {{front: [{', '.join(endpoints[:-1])}, '{endpoints[-1]}']}}".replace("5000, 5000", "5000"))
    assert len(load(file, KNOWN).doors["front"]) >= 5


# -- the command line ---------------------------------------------------------------------------------------------------------


def test_every_option_of_the_server_is_described() -> None:
    options = {f"--{name}" for name, *_ in Options.optParameters} | {"--set"}
    described = {option for first, *_ in rows(HOSTING.read_text()) for option in re.findall(r"--\w+", first)}
    assert described == options


def test_every_option_and_exit_status_of_the_client_is_described(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        SUBCOMMANDS["join"].run(["--help"])
    options = set(re.findall(r"--[a-z-]+", capsys.readouterr().out)) - {"--help"}
    page = JOINING.read_text()
    assert [option for option in options if option not in page] == []
    assert [int(status) for status in re.findall(r"^\| (\d) \|", page, re.MULTILINE)] == [int(status) for status in Exit]


@every_page
def test_the_names_in_examples_can_be_had(page: Path) -> None:
    for written in re.findall(r"chatroom join ([^\s`]+@[^\s`]+)", page.read_text()):
        name = clean_name(target(written).name or "", Limits().name)
        roster: Roster[str] = Roster()
        roster.check(name)


def test_the_banner_is_shown_as_it_is() -> None:
    (shown,) = (text for text in fences(HOSTING.read_text(), "text") if "To join:" in text)
    ways = [
        Way("front", 5000, ""),
        Way("irc", 6667, ""),
        Way("irc", 6697, "", encrypted=True),
        Way("web", 8000, "127.0.0.1"),
        Way("console", 5001, "127.0.0.1"),
    ]
    here = ["192.0.2.2", "2001:db8::2"]
    told = banner.lines("the workshop", ways, "/var/lib/chatroom", True, here, fingerprint="5B:E1:…", host_key="SHA256:dvnJ…")
    assert shown.splitlines() == list(told)


# -- hosting ------------------------------------------------------------------------------------------------------------------


def units() -> tuple[str, str]:
    """Give the unit of the service and that of its port."""
    service, port = fences(HOSTING.read_text(), "ini")
    return service, port


def test_the_systemd_unit_starts_what_there_is() -> None:
    parser = configparser.RawConfigParser(strict=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # as the documentation of configparser has it
    parser.read_string(units()[0])
    program, command, *options = parser["Service"]["ExecStart"].split()
    assert program.endswith("/bin/chatroom")
    assert command in SUBCOMMANDS
    assert options[::2] == ["--state"]
    assert options[1] == f"/var/lib/{parser['Service']['StateDirectory']}"
    assert parser["Install"]["WantedBy"] == "multi-user.target"


def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        return  # the test before has read it
    service, port = tmp_path / "chatroom.service", tmp_path / "chatroom.socket"
    service.write_text(units()[0].replace("/opt/chatroom/bin/chatroom", sys.executable))
    port.write_text(units()[1])
    ran = subprocess.run([analyze, "verify", str(service), str(port)], capture_output=True, text=True, timeout=30)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_the_port_that_systemd_holds_is_the_one_the_settings_name() -> None:
    parser = configparser.RawConfigParser()
    parser.read_string(units()[1])
    named = parser["Socket"]["filedescriptorname"]
    (endpoint,) = set(re.findall(r"systemd:domain=INET6:name=(\w+)", HOSTING.read_text()))
    assert named == endpoint


def test_a_container_and_a_mac_run_what_there_is() -> None:
    (image,) = fences(HOSTING.read_text(), "dockerfile")
    command = json.loads(image.rpartition("CMD ")[2])
    assert command[:2] == ["chatroom", "serve"]
    (plist,) = fences(HOSTING.read_text(), "xml")
    program, *options, service = plistlib.loads(plist.encode())["ProgramArguments"]
    assert (program.endswith("/bin/twistd"), service) == (True, "chatroom")
    assert [option.partition("=")[0] for option in options] == ["--nodaemon", "--logfile"]


def stored(path: Path, *texts: str) -> Recovered:
    """Open the journal at `path`, say something, close it; give what it held when it was opened."""
    turns = Turns()
    journal = SqliteJournal(path, turns)
    recovered = journal.open(lambda outcomes: None, tail=10)
    journal.submit([Submission(number, (said(text),)) for number, text in enumerate(texts, 1)])
    assert closed(journal, turns)
    return recovered


def test_a_backup_restored_as_described_is_whole_and_has_an_order_of_its_own(tmp_path: Path) -> None:
    section = next(text for heading, text in sections(HOSTING.read_text()) if heading == "Backup and restore")
    (line,) = re.findall(r"^chatroom (restore .*)$", section, re.MULTILINE)
    live = tmp_path / "chatroom.db"
    first = stored(live, "hello", "again")
    back_up(live, tmp_path / "copy.db")
    file, there = tmp_path / "backup.tar", tmp_path / "there"
    pack(file, {"format": FORMAT, "journal": live.name}, {live.name: tmp_path / "copy.db"})
    words = [{"--state": "--state"}.get(word, str(there if word.startswith("/") else file)) for word in line.split()[1:]]
    assert main(["restore", *words]) == 0
    again = stored(there / live.name)
    assert [entry.id for entry in again.logs["lobby"].tail] == ["hello", "again"]
    assert again.epoch != first.epoch
    assert stored(live).epoch == first.epoch


# -- examples for developers --------------------------------------------------------------------------------------------------

EXAMPLES = {"commands": "shout", "doors": "tab", "journals": "brief"}
PLACES = [place for kind, name in EXAMPLES.items() for place in (f"chatroom/{kind}/{name}.py", f"tests/{kind}/test_{name}.py")]


def install(folder: Path, kind: str, name: str, source: str) -> None:
    """Install a package that offers one part by its entry point."""
    (folder / f"example_{name}.py").write_text(source)
    described = folder / f"example_{name}-1.dist-info"
    described.mkdir()
    (described / "METADATA").write_text(f"Metadata-Version: 2.1\nName: example-{name}\nVersion: 1\n")
    (described / "entry_points.txt").write_text(f"[chatroom.{kind}]\n{name} = example_{name}\n")


@pytest.mark.parametrize(("kind", "name"), EXAMPLES.items())
def test_an_example_passes_its_own_tests(kind: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sources = dict(zip(PLACES, fences(CONTRIBUTING.read_text(), "python"), strict=True))
    install(tmp_path, kind, name, sources[f"chatroom/{kind}/{name}.py"])
    monkeypatch.syspath_prepend(str(tmp_path))
    namespace: dict[str, object] = {"__name__": f"test_{name}"}
    exec(compile(sources[f"tests/{kind}/test_{name}.py"], f"the test of {name}", "exec"), namespace)
    cases = [one for one in namespace.values() if isinstance(one, type) and one.__module__ == f"test_{name}"]
    suite = unittest.TestSuite(unittest.defaultTestLoader.loadTestsFromTestCase(case) for case in cases)
    result = unittest.TestResult()
    count = suite.countTestCases()
    suite.run(result)
    assert [trouble for _, trouble in (*result.errors, *result.failures)] == []
    assert result.testsRun == count >= 2


def test_the_examples_are_in_our_style(tmp_path: Path) -> None:
    for place, source in zip(PLACES, fences(CONTRIBUTING.read_text(), "python"), strict=True):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_text(source)
    shutil.copy(ROOT / "ruff.toml", tmp_path)
    for command in (["check", "--no-cache", "--quiet"], ["format", "--no-cache", "--check", "--diff"]):
        ran = subprocess.run([sys.executable, "-m", "ruff", *command, "."], cwd=tmp_path, capture_output=True, text=True, timeout=30)
        assert (ran.returncode, ran.stdout) == (0, "")


def layers() -> set[str]:
    """Give the names of all modules and packages that the import contract puts into a layer."""
    parser = configparser.RawConfigParser()
    parser.read(ROOT / "setup.cfg")
    return set(re.findall(r"\w+", parser["importlinter:contract:layers"]["layers"]))


def test_every_file_the_architecture_names_is_there() -> None:
    named = set(re.findall(r"[\w/]+\.py\b", ARCHITECTURE.read_text()))
    files = {str(path.relative_to(PACKAGE)) for path in PACKAGE.rglob("*.py")}
    assert [name for name in named if not any(file == name or file.endswith(f"/{name}") for file in files)] == []


def test_every_module_of_a_layer_is_named_in_the_architecture() -> None:
    page = ARCHITECTURE.read_text()
    assert [name for name in layers() if f"{name}.py" not in page and f"{name}/" not in page] == []


def test_the_architecture_stays_on_one_page() -> None:
    assert len(ARCHITECTURE.read_text().splitlines()) <= 100


# -- all pages ----------------------------------------------------------------------------------------------------------------


def anchors(page: Path) -> set[str]:
    """Give what headings of a page can be linked to as."""
    titles = [title for title, _ in sections(re.sub(r"^ *```.*?^ *```$", "", page.read_text(), flags=re.DOTALL | re.MULTILINE))]
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@every_page
def test_links_lead_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", prose(page.read_text())):
        if link.startswith(("https://", "http://")):
            continue
        path, _, anchor = link.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.is_relative_to(ROOT), link
        assert there.exists(), link
        assert not anchor or anchor in anchors(there), link


@every_page
def test_no_page_speaks_of_one_machine(page: Path) -> None:
    assert re.findall(r"(?<![\w~])/(?:work|home|root|Users)/(?!YOU/)\S*", page.read_text()) == []


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached, new = set[Path](), {README}
    while new:
        page = new.pop()
        reached.add(page)
        links = re.findall(r"\]\(([^)\s#]+)", prose(page.read_text()))
        found = {(page.parent / link).resolve() for link in links if link.endswith(".md") and "://" not in link}
        new |= found - reached
    assert {page for page in PAGES if page not in reached} == set()


# -- IRC ----------------------------------------------------------------------------------------------------------------------


def irc_rows(heading: str) -> set[str]:
    """Give what the table under one heading of the page on IRC names first."""
    (text,) = (text for name, text in sections(IRC.read_text()) if name == heading)
    return {code(row[0]) for row in rows(text)}


def test_every_irc_command_is_listed_and_no_other() -> None:
    assert irc_rows("Commands") == set(COMMANDS_OF_IRC)
    (text,) = (text for name, text in sections(IRC.read_text()) if name == "Commands")
    assert {code(row[0]): row[1].replace("`", "") for row in rows(text)} == DOES


def test_every_irc_capability_is_listed_and_no_other() -> None:
    assert irc_rows("Capabilities") == set(caps.VALUES)


def test_every_numeric_is_listed_and_said_somewhere() -> None:
    known = {name: value for name, value in vars(numerics).items() if name.startswith(("RPL_", "ERR_"))}
    assert irc_rows("Numerics") == set(known.values())
    said = "".join(path.read_text() for path in (PACKAGE / "wire" / "irc").glob("*.py") if path.name != "numerics.py")
    said += (PACKAGE / "doors" / "irc.py").read_text()
    assert [name for name in known if f"n.{name}" not in said] == []


def test_every_irc_mode_is_listed_and_no_other() -> None:
    assert irc_rows("Modes") == {*modes.ROLES.values(), *modes.SETTINGS, *"beIiknl", *own.LETTERS}
