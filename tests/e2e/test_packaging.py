"""What is shipped: a wheel and an editable install both give twistd its chatroom, and harm no one else's package.

Offline: the new environments see the packages installed here through a path file, and chatroom is installed into them alone.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]
TWISTD = "import sys; sys.argv[0] = 'twistd'; from twisted.scripts.twistd import run; run()"


def run(*command: str | Path, cwd: Path) -> str:
    ran = subprocess.run([str(word) for word in command], cwd=cwd, env=environment(), capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, f"{command} ended with {ran.returncode}:\n{ran.stdout}\n{ran.stderr}"
    return ran.stdout


def environment() -> dict[str, str]:
    hidden = ("PYTHON", "PIP_", "VIRTUAL_ENV", "COVERAGE")
    return {name: value for name, value in os.environ.items() if not name.startswith(hidden)} | {"PIP_DISABLE_PIP_VERSION_CHECK": "1"}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy what would be shipped, without what building left behind here."""
    copy = tmp_path_factory.mktemp("source") / "chatroom"
    left_out = shutil.ignore_patterns(".*", "build", "dist", "*.egg-info", "__pycache__", "dropin.cache", "tests", "benchmarks")
    shutil.copytree(ROOT, copy, ignore=left_out)
    return copy


@pytest.fixture(scope="module")
def wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, source, cwd=folder)
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """Make an environment without a chatroom, and give its Python."""
    home = tmp_path / "environment"
    venv.create(home, symlinks=True)
    python = home / "bin" / "python"
    packages = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=tmp_path).strip())
    # A path file's lines are not searched for path files in turn: an editable chatroom installed here stays unseen there.
    (packages / "outside.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python


def install(python: Path, *what: str | Path, cwd: Path) -> None:
    run(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-build-isolation", *what, cwd=cwd)


def test_the_wheel_holds_what_it_must_and_nothing_of_twisteds(wheel: Path, source: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    modules = {str(path.relative_to(source)) for path in source.glob("chatroom/**/*") if path.suffix in {".py", ".sql"}}
    assert modules <= names
    assert {"chatroom/py.typed", "twisted/plugins/chatroom_plugin.py"} <= names
    assert any(name.endswith(".sql") for name in names)
    assert {name for name in names if name.startswith("twisted/")} == {"twisted/plugins/chatroom_plugin.py"}
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"chatroom", "twisted"}
    assert any(name.endswith("LICENSE") for name in names)


@pytest.mark.parametrize("manner", ["wheel", "editable"])
def test_twistd_knows_chatroom_however_it_was_installed(fresh: Path, wheel: Path, source: Path, tmp_path: Path, manner: str) -> None:
    install(fresh, *([wheel] if manner == "wheel" else ["--editable", source]), cwd=tmp_path)
    assert re.search(r"^ +chatroom +A chat room", run(fresh, "-c", TWISTD, "--help", cwd=tmp_path), re.MULTILINE)
    assert "--state=" in run(fresh, "-c", TWISTD, "chatroom", "--help", cwd=tmp_path)
    where = run(fresh, "-c", "import chatroom; print(chatroom.__file__)", cwd=tmp_path)
    assert where.startswith(str(tmp_path if manner == "wheel" else source))


def test_an_installed_house_opens_in_any_folder_and_leaves_nothing_there(fresh: Path, wheel: Path, tmp_path: Path) -> None:
    install(fresh, wheel, cwd=tmp_path)
    working = tmp_path / "working"
    working.mkdir()
    command = [str(fresh.parent / "chatroom"), "serve", "--state", str(tmp_path / "state"), "--port", "0"]
    house = subprocess.Popen(command, cwd=working, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert house.stdout is not None
    told = []
    for line in house.stdout:
        told.append(line)
        if "may enter" in line:
            house.send_signal(signal.SIGINT)
    assert house.wait(20) == 0, "".join(told)
    assert any(re.match(r"  nc \S+ \d+\n", line) for line in told)
    assert list(working.iterdir()) == []


def test_the_command_tells_its_version(fresh: Path, wheel: Path, tmp_path: Path) -> None:
    install(fresh, wheel, cwd=tmp_path)
    assert re.fullmatch(r"chatroom \d+\.\d+\.\d+\n", run(fresh.parent / "chatroom", "--version", cwd=tmp_path))
