"""Where the system has less than a Unix, as Windows: all can be imported, a house lives in memory, the rest says what is missing."""

from __future__ import annotations

import subprocess
import sys
import textwrap

POORER = """
    import importlib, importlib.abc, os, pkgutil, signal, socket, sys
    import twisted.internet.reactor  # as Twisted sees for itself what there is

    GONE = {"fcntl", "termios", "tty", "pty", "resource", "pwd", "grp", "syslog"}

    class Gone(importlib.abc.MetaPathFinder):
        def find_spec(self, name, path=None, target=None):
            if name in GONE:
                raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    sys.meta_path.insert(0, Gone())
    for name in GONE:
        sys.modules.pop(name, None)
    for name in ("SIGHUP", "SIGUSR1", "SIGUSR2", "SIGWINCH", "SIGQUIT", "SIGTSTP"):
        delattr(signal, name)
    missing = "fork geteuid getuid getpgrp tcgetpgrp ttyname chown fchown fchmod setuid setgid O_NOFOLLOW O_NONBLOCK O_NOCTTY"
    for name in missing.split():
        delattr(os, name)
    del socket.AF_UNIX
"""
"""Make of this Python one that has no more than Windows gives it."""


def there(script: str) -> subprocess.CompletedProcess[str]:
    """Run a script with such a Python."""
    whole = textwrap.dedent(POORER) + textwrap.dedent(script)
    return subprocess.run([sys.executable, "-c", whole], capture_output=True, text=True, timeout=60, check=False)


def test_everything_can_be_imported() -> None:
    done = there("""
        import chatroom
        for found in pkgutil.walk_packages(chatroom.__path__, "chatroom."):
            if found.name != "chatroom.__main__":
                importlib.import_module(found.name)
    """)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_house_lives_in_memory() -> None:
    done = there("""
        from chatroom.testing import World
        world = World()
        ann, bob = world.person("ann"), world.program("bob")
        ann.lines()
        bob.asks("say", 1, text="hello")
        ann.hears("bob: hello")
        print("heard")
    """)
    assert (done.returncode, done.stdout, done.stderr) == (0, "heard\n", "")


def test_a_server_says_where_it_runs_and_what_runs_here() -> None:
    done = there("""
        from chatroom.cli import main
        print([main([command]) for command in ("serve", "relay", "console", "member", "restore", "check")])
    """)
    assert done.stdout.splitlines()[-1] == "[1, 1, 1, 1, 1, 1]", done
    assert set(done.stderr.splitlines()) == {
        "The server does not run on this system, which has no locks for files. On Windows run it in WSL 2; "
        "chatroom join and chatroom gui run here."
    }


def test_twistd_says_so_too() -> None:
    done = there("""
        from chatroom.tap import Options
        Options().parseOptions([])
    """)
    assert (done.returncode, "On Windows run it in WSL 2" in done.stderr, "Traceback" in done.stderr) == (1, True, False)


def test_the_client_speaks_to_a_house() -> None:
    done = there("""
        from chatroom.cli import main
        main(["join", "--help"])
    """)
    assert (done.returncode, done.stderr) == (0, "")
