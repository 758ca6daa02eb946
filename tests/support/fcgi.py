# SPDX-License-Identifier: GPL-3.0-or-later
"""A small FastCGI client (FastCGI 1.0), to talk to a server without a web server between.

    answer = fcgi.request("/run/x.sock", "GET", "/places?a=1")
    answer.status, answer.headers["content-type"], answer.json()

An address is the path of a unix socket, or (host, port). Bodies may be iterables that pause between their
parts, and may stop before the announced length, as a broken upload does.
"""
import json
import socket
import struct

BEGIN, END, PARAMS, STDIN, STDOUT, STDERR = 1, 3, 4, 5, 6, 7
KEEP = 1


class Broken(Exception):
    """The server closed the connection before its answer was complete."""


class Answer:
    def __init__(self, raw, errors):
        head, _, self.body = raw.partition(b"\r\n\r\n")
        self.headers = {}
        for line in head.decode("utf-8").split("\r\n"):
            name, _, value = line.partition(":")
            self.headers[name.lower()] = value.strip()
        self.status = int(self.headers.pop("status", "200").split()[0])
        self.errors = errors

    def json(self):
        return json.loads(self.body)


def record(kind, content=b"", request=1):
    return struct.pack(">BBHHBx", 1, kind, request, len(content), 0) + content


def _length(n):
    return struct.pack(">B", n) if n < 128 else struct.pack(">I", n | 0x80000000)


def encode_params(params):
    out = b""
    for name, value in params.items():
        name, value = name.encode(), str(value).encode()
        out += _length(len(name)) + _length(len(value)) + name + value
    return out


def stream(kind, content):
    return b"".join(record(kind, content[i:i + 65528]) for i in range(0, len(content), 65528))


class Connection:
    """One connection; `keep` asks the server to keep it after a request."""

    def __init__(self, address, timeout=60, keep=False):
        family = socket.AF_UNIX if isinstance(address, str) else (
            socket.AF_INET6 if ":" in address[0] else socket.AF_INET)
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        self.socket.settimeout(timeout)
        self.keep = keep
        try:
            self.socket.connect(address)
        except OSError:
            self.socket.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def start(self, method, uri, headers=None, length=None, **more):
        """Sends everything up to the body."""
        params = {
            "GATEWAY_INTERFACE": "CGI/1.1", "REQUEST_METHOD": method, "REQUEST_URI": uri,
            "QUERY_STRING": uri.partition("?")[2], "SCRIPT_NAME": "", "PATH_INFO": uri.partition("?")[0],
            "SERVER_PROTOCOL": "HTTP/1.1", "SERVER_NAME": "localhost", "SERVER_PORT": "80",
            "REMOTE_ADDR": "127.0.0.1", "REQUEST_SCHEME": "http",
        }
        if length is not None:
            params["CONTENT_LENGTH"] = length
        for name, value in (headers or {}).items():
            key = name.upper().replace("-", "_")
            params[key if key == "CONTENT_TYPE" else "HTTP_" + key] = value
        params.update(more)
        begin = struct.pack(">HB5x", 1, KEEP if self.keep else 0)
        self.socket.sendall(record(BEGIN, begin) + stream(PARAMS, encode_params(params)) + record(PARAMS))

    def send(self, part):
        self.socket.sendall(stream(STDIN, part))

    def end_body(self):
        self.socket.sendall(record(STDIN))

    def _read(self, n):
        data = b""
        while len(data) < n:
            part = self.socket.recv(n - len(data))
            if not part:
                raise Broken("the connection was closed")
            data += part
        return data

    def answer(self):
        out, errors = b"", b""
        while True:
            try:
                _, kind, _, length, padding = struct.unpack(">BBHHBx", self._read(8))
                content = self._read(length + padding)[:length]
            except ConnectionError as e:
                raise Broken(str(e)) from e
            if kind == STDOUT:
                out += content
            elif kind == STDERR:
                errors += content
            elif kind == END:
                return Answer(out, errors)

    def request(self, method, uri, body=b"", headers=None, length=None, **more):
        """A whole request. `body` is bytes, or an iterable of bytes whose whole length is `length`."""
        parts = [body] if isinstance(body, bytes) else body
        if isinstance(body, bytes) and length is None and (body or method not in ("GET", "HEAD")):
            length = len(body)
        try:
            self.start(method, uri, headers, length, **more)
            for part in parts:
                if part:
                    self.send(part)
            self.end_body()
        except (BrokenPipeError, ConnectionResetError):
            pass                        # it may have answered before it hung up
        return self.answer()


def request(address, method="GET", uri="/", body=b"", headers=None, length=None, timeout=60, **more):
    with Connection(address, timeout) as connection:
        return connection.request(method, uri, body, headers, length, **more)


def fnv(data):
    """What tests/support/dummy_core.c computes of a body."""
    h = 0xcbf29ce484222325
    for byte in data:
        h = ((h ^ byte) * 0x100000001b3) & 0xffffffffffffffff
    return "%016x" % h
