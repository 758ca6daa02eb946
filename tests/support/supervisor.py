# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts comptoir.fcgi for a test and looks at it from outside. Programs are found below COMPTOIR_BUILD.

    with Supervisor(workers=2, note="one") as server:       # on the dummy core (tests/support/dummy_core.c)
        fcgi.request(server.socket, "GET", "/pid")
"""
import os
import pathlib
import pwd
import shlex
import shutil
import signal
import socket
import subprocess
import tempfile
import time

BUILD = pathlib.Path(os.environ.get("COMPTOIR_BUILD", "."))
PROGRAM = BUILD / "cgi-bin" / "comptoir.fcgi"
DUMMY = BUILD / "tests" / "support" / "dummy-generation"


def wait_for(what, seconds=30, pause=0.02):
    """Waits until `what()` is true and returns its value; fails after `seconds`."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        value = what()
        if value:
            return value
        time.sleep(pause)
    raise AssertionError(f"waited {seconds} s in vain")


def alive(pid):
    """Is there such a process, other than as a zombie?"""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def parse_status(text):
    """The lines of a status (core/server/status.h) as {word: [{key: value}]}."""
    lines = {}
    for line in text.splitlines():
        word, *pairs = shlex.split(line)
        lines.setdefault(word, []).append(dict(pair.split("=", 1) for pair in pairs))
    return lines


class Supervisor:
    """`settings` are lines of the dummy's configuration. Its files are in `folder`, whose path is short."""

    def __init__(self, listen="", generation=DUMMY, start=True, **settings):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="ct-"))
        self.folder.chmod(0o755)                # workers may run as somebody else
        self.socket = str(self.folder / "s")
        self.config = self.folder / "comptoir.ini"
        self.generation = generation
        self.listen = listen or f"unix:{self.socket}"
        self.process = None
        self.settings = {"workers": 2, "request_seconds": 20, "max_requests": 0}
        if os.geteuid() == 0:
            self.settings.update(user="nobody", group="nogroup")
        self.configure(**settings)
        if start:
            try:
                self.start()
                self.wait_ready()
            except BaseException:
                self.stop()
                raise

    def configure(self, **settings):
        self.settings.update(settings)
        text = "".join(f"{k}={v}\n" for k, v in self.settings.items() if v is not None)
        self.config.write_text(text)
        self.config.chmod(0o644)

    def start(self, *arguments, command=None, environment=None, **options):
        """Starts the process; `command` replaces what is executed before the usual arguments."""
        log = open(self.folder / "log", "ab")
        arguments = ["--config", str(self.config), "--pid", str(self.folder / "pid"), *arguments]
        if self.listen and command is None:
            arguments += ["--listen", self.listen]
        with log:
            self.process = subprocess.Popen(
                [*(command or [str(PROGRAM)]), *arguments], stdin=options.pop("stdin", subprocess.DEVNULL),
                stdout=log, stderr=log, env={**self.environment(), **(environment or {})}, **options)
        return self.process

    def environment(self):
        clean = {k: v for k, v in os.environ.items() if k not in ("LISTEN_FDS", "LISTEN_PID", "NOTIFY_SOCKET")}
        return {**clean, "COMPTOIR_GENERATION": str(self.generation)}

    def wait_ready(self):
        wait_for(lambda: (self.folder / "pid").exists() or self.process.poll() is not None)
        assert self.process.poll() is None, self.log()

    def log(self):
        return (self.folder / "log").read_text(errors="replace") if (self.folder / "log").exists() else ""

    def signal(self, signo):
        self.process.send_signal(signo)

    def wait(self, seconds=40):
        return self.process.wait(seconds)

    def status(self):
        with socket.socket(socket.AF_UNIX) as s:
            s.settimeout(20)
            s.connect(str(self.folder / "pid.status"))
            return parse_status(b"".join(iter(lambda: s.recv(65536), b"")).decode())

    def count(self, name):
        return int(self.status()["count"][0][name])

    def workers(self, *states):
        return [p for p in self.status().get("process", [])
                if p["state"] != "job" and (not states or p["state"] in states)]

    def generations(self, state="serving"):
        return [int(g["number"]) for g in self.status().get("generation", []) if g["state"] == state]

    def pids(self):
        """Of all processes of the server but the supervisor."""
        status = self.status()
        return [int(p["pid"]) for word in ("generation", "process") for p in status.get(word, [])]

    def reload(self):
        """HUP, and waits for the new generation."""
        before = max(self.generations())
        self.signal(signal.SIGHUP)
        wait_for(lambda: any(n > before for n in self.generations()))

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(40)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def user_name():
    return pwd.getpwuid(os.geteuid()).pw_name
