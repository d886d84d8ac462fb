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


TRIED = """
    import contextlib, io
    import chatroom
    for found in pkgutil.walk_packages(chatroom.__path__, "chatroom."):
        if found.name != "chatroom.__main__":
            importlib.import_module(found.name)
    print("all imported")

    from chatroom.testing import World
    world = World()
    ann, bob = world.person("ann"), world.program("bob")
    ann.lines()
    bob.asks("say", 1, text="hello")
    ann.hears("bob: hello")
    print("heard in memory")

    from chatroom.cli import main
    for command in ("serve", "relay", "console", "member", "restore", "check"):
        print(command, main([command]))
    with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
        main(["join", "--help"])

    from chatroom.tap import Options
    try:
        Options().parseOptions([])
    except SystemExit as ended:
        print("twistd", ended.code)
"""
"""What of it all there is then."""


def test_all_can_be_imported_a_house_lives_in_memory_and_the_rest_says_what_is_missing() -> None:
    script = textwrap.dedent(POORER) + textwrap.dedent(TRIED)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.splitlines() == [
        "all imported",
        "heard in memory",
        *(f"{command} 1" for command in ("serve", "relay", "console", "member", "restore", "check", "twistd")),
    ], done.stderr
    assert set(done.stderr.splitlines()) == {
        "The server does not run on this system, which has no locks for files. On Windows run it in WSL 2; "
        "chatroom join and chatroom gui run here."
    }
