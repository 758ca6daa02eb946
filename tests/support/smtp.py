# SPDX-License-Identifier: GPL-3.0-or-later
"""A mail server for tests: it takes letters, with STARTTLS and sign-in, and does as badly as it is told to.

    with smtp.Server() as mail:
        mail.answers["RCPT"] = "550 5.1.1 no such user"     # instead of 250; "" takes it back
        mail.hang = "DATA"                                  # says nothing after this command
        mail.cut = 2                                        # the next two letters: read, and the line dropped
        mail.die(); mail.rise()                             # nobody listens; somebody does again, at the same port

`mail.letters` are what it accepted, `mail.seen` what it read, accepted or not.
"""
import base64
import collections
import contextlib
import email
import email.policy
import pathlib
import socket
import ssl
import subprocess
import threading
import time

Letter = collections.namedtuple("Letter", "sender to source tls user connection")
USER, PASSWORD = "comptoir", "mot de passe"


def parsed(letter):
    return email.message_from_bytes(letter.source, policy=email.policy.default)


def certificate(folder, host="127.0.0.1"):
    """A key and a self-signed certificate for `host`, in one PEM file."""
    path = pathlib.Path(folder) / "smtp.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-days", "2", "-subj", f"/CN={host}", "-addext", f"subjectAltName=IP:{host}",
                    "-keyout", f"{path}.key", "-out", f"{path}.crt"], check=True, capture_output=True)
    path.write_text(pathlib.Path(f"{path}.key").read_text() + pathlib.Path(f"{path}.crt").read_text())
    path.chmod(0o644)
    return path


class Server:
    def __init__(self, pem=None, sign_in=False, implicit=False):
        """`pem`: offers STARTTLS with it, or (`implicit`) speaks TLS from the first byte."""
        self.tls = None
        if pem:
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.tls.load_cert_chain(pem)
        self.sign_in, self.implicit = sign_in, implicit
        self.answers, self.hang, self.cut = {}, None, 0
        self.letters, self.seen, self.connections = [], [], 0
        self.listener, self.port, self.open = None, 0, []
        self.rise()

    def rise(self):
        self.listener = socket.create_server(("127.0.0.1", self.port), reuse_port=False)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    def die(self):
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for peer in self.open:
            with contextlib.suppress(OSError):
                peer.shutdown(socket.SHUT_RDWR)
            peer.close()
        self.open = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.die()

    def _accept(self, listener):
        while True:
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            self.connections += 1
            self.open.append(peer)
            threading.Thread(target=self._talk, args=(peer, self.connections), daemon=True).start()

    def _talk(self, peer, number):
        with contextlib.suppress(OSError, ValueError):
            _Talk(self, peer, number).run()
        peer.close()


class _Talk:
    """One connection."""

    def __init__(self, server, peer, number):
        self.server, self.peer, self.number = server, peer, number
        self.secure, self.user, self.sender, self.to = False, None, None, []
        if server.implicit:
            self._protect()
        self.lines = self.peer.makefile("rb")

    def _protect(self):
        self.peer = self.server.tls.wrap_socket(self.peer, server_side=True)
        self.secure = True

    def say(self, text):
        self.peer.sendall((text + "\r\n").encode())

    def run(self):
        self.say(self.server.answers.get("", "220 essai ESMTP"))
        while True:
            line = self.lines.readline().decode().rstrip("\r\n")
            if not line:
                return
            word = line.split(":")[0].split()[0].upper()
            if self.server.hang == word:
                time.sleep(600)
            if self.server.answers.get(word):
                self.say(self.server.answers[word])
            elif not getattr(self, "do_" + word.lower(), self.unknown)(line):
                return

    def unknown(self, _):
        self.say("502 5.5.1 no such command")
        return True

    def do_ehlo(self, line):
        self.hello = line
        offers = ["essai", "8BITMIME", "SMTPUTF8"]
        if self.server.tls and not self.secure:
            offers.append("STARTTLS")
        elif self.server.sign_in:
            offers.append("AUTH PLAIN LOGIN")
        for offer in offers[:-1]:
            self.say("250-" + offer)
        self.say("250 " + offers[-1])
        return True

    def do_starttls(self, _):
        self.say("220 go ahead")
        self._protect()
        self.lines = self.peer.makefile("rb")
        return True

    def do_auth(self, line):
        _, how, *rest = line.split()
        if how != "PLAIN":
            self.say("504 5.5.4 PLAIN only")
            return True
        if not rest:
            self.say("334 ")
            rest = [self.lines.readline().decode().strip()]
        _, user, password = base64.b64decode(rest[0]).decode().split("\0")
        if (user, password) == (USER, PASSWORD):
            self.user = user
            self.say("235 2.7.0 welcome")
        else:
            self.say("535 5.7.8 who are you?")
        return True

    def do_mail(self, line):
        if self.server.sign_in and not self.user:
            self.say("530 5.7.0 sign in first")
            return True
        self.sender, self.to = line.split("<")[1].split(">")[0], []
        self.say("250 2.1.0 ok")
        return True

    def do_rcpt(self, line):
        self.to.append(line.split("<")[1].split(">")[0])
        self.say("250 2.1.5 ok")
        return True

    def do_data(self, _):
        self.say("354 go on")
        body = b""
        while not (line := self.lines.readline()) == b".\r\n":
            if not line:
                return False
            assert line.endswith(b"\r\n"), line
            body += line[1:] if line.startswith(b".") else line
        letter = Letter(self.sender, self.to, body, self.secure, self.user, self.number)
        self.server.seen.append(letter)
        if self.server.cut:
            self.server.cut -= 1
            return False
        if self.server.answers.get("."):
            self.say(self.server.answers["."])
            return True
        self.server.letters.append(letter)
        self.say(f"250 2.0.0 kept as {len(self.server.letters)}")
        return True

    def do_rset(self, _):
        self.say("250 2.0.0 ok")
        return True

    do_noop = do_rset

    def do_quit(self, _):
        self.say("221 2.0.0 bye")
        return False
