"""Debian's IRC servers in C, as they are measured beside the chat room: nothing is slowed, nothing is looked up, nothing is stored."""

from __future__ import annotations

import getpass
import shutil
from collections.abc import Callable
from pathlib import Path

_INSPIRCD = """
<config format="xml">
<server name="irc.bench.test" description="bench" network="bench" id="97K">
<admin name="a" nick="a" email="a@bench.test">
<bind address="127.0.0.1" port="{port}" type="clients">
<power diepass="x" restartpass="y">
<connect name="main" allow="*" timeout="60" pingfreq="120" hardsendq="100M" softsendq="50M" recvq="1M" threshold="1000000"
 commandrate="100000000" fakelag="no" localmax="100000" globalmax="100000" limit="100000" resolvehostnames="no" useident="no"
 maxchans="100" maxconnwarn="no">
<cidr ipv4clone="32" ipv6clone="128">
<options defaultmodes="nt" moronbanner="x" syntaxhints="no">
<performance netbuffersize="10240" somaxconn="4096" limitsomaxconn="12800" softlimit="12800" quietbursts="yes" nouserdns="yes"
 timeskipwarn="0">
<security announceinvites="dynamic" maxtargets="20" hideserver="">
<limits maxnick="31" maxchan="64" maxmodes="20" maxident="11" maxquit="255" maxtopic="307" maxkick="255" maxreal="130" maxaway="200">
<log method="file" type="* -USERINPUT -USEROUTPUT" level="default" target="{folder}/log">
<whowas groupsize="10" maxgroups="1000" maxkeep="3d">
<badnick nick="ChanServ" reason="no">
<pid file="{folder}/pid">
"""
_NGIRCD = """
[Global]
Name = irc.bench.test
Info = bench
Listen = 127.0.0.1
Ports = {port}
ServerUID = {user}
MotdPhrase = hello
[Limits]
MaxConnections = 0
MaxConnectionsIP = 0
MaxPenaltyTime = 0
MaxJoins = 0
MaxNickLength = 20
[Options]
DNS = no
Ident = no
PAM = no
[SSL]
"""


def program(name: str) -> str | None:
    """Find a server's program, which may stand where only root looks for one."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")


def inspircd(port: int, folder: Path) -> list[str]:
    """Give the command for InspIRCd on a port, with its settings in a folder."""
    root = ["--runasroot"] if getpass.getuser() == "root" else []
    return [program("inspircd") or "inspircd", f"--config={_settings(folder, _INSPIRCD, port)}", "--nofork", *root]


def ngircd(port: int, folder: Path) -> list[str]:
    """Give the command for ngIRCd on a port, with its settings in a folder."""
    return [program("ngircd") or "ngircd", "-n", "-f", str(_settings(folder, _NGIRCD, port))]


def _settings(folder: Path, template: str, port: int) -> Path:
    folder.mkdir()
    file = folder / "settings.conf"
    file.write_text(template.format(port=port, folder=folder, user=getpass.getuser()))
    return file


INSTALLED: dict[str, Callable[[int, Path], list[str]]] = {
    name: command for name, command in (("inspircd", inspircd), ("ngircd", ngircd)) if program(name) is not None
}
"""Those that are here."""
LEFT_OUT = [name for name in ("inspircd", "ngircd") if name not in INSTALLED]
