#!/bin/sh
# Install the programs that the end-to-end tests run: telnet, nc, tmux, expect, chromium, ssh, haproxy, nginx, curl, strace, systemd; for windows Xvfb, xdotool, letters of all kinds.
# Without the right to install, say which tests will be left out; with CI=true that is a failure.
set -eu

packages=""
left_out=""
for pair in telnet:telnet nc:netcat-openbsd tmux:tmux expect:expect irssi:irssi weechat:weechat-curses chromium:chromium ssh:openssh-client haproxy:haproxy nginx:nginx-light Xvfb:xvfb xdotool:xdotool curl:curl strace:strace systemd-socket-activate:systemd; do
    program=${pair%%:*}
    if ! command -v "$program" >/dev/null 2>&1; then
        packages="$packages ${pair#*:}"
        left_out="$left_out $program"
    fi
done
for font in dejavu/DejaVuSans.ttf:fonts-dejavu-core noto/NotoColorEmoji.ttf:fonts-noto-color-emoji; do
    [ -e "/usr/share/fonts/truetype/${font%%:*}" ] || packages="$packages ${font#*:}"
done
# Debian's own Python has tkinter apart; one from elsewhere brings it along.
if ! "${PYTHON:-python3}" -c 'import tkinter' 2>/dev/null; then
    packages="$packages python3-tk"
fi
[ -n "$packages" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086  # a list of packages
    if apt-get install -y -q --no-install-recommends $packages ||
        { apt-get update -q && apt-get install -y -q --no-install-recommends $packages; }; then
        exit 0
    fi
fi

echo "needs.sh: the tests that need$left_out are left out; install:$packages" >&2
[ "${CI:-}" != true ]
