# SPDX-License-Identifier: GPL-3.0-or-later
"""The sample configurations, each with the real web server, and a core without a database behind."""
import concurrent.futures
import os
import pathlib
import re
import socket
import sys
import time

import pytest
import requests

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

import fcgi                                                             # noqa: E402
import webservers                                                       # noqa: E402
from supervisor import DUMMY, PROGRAM, Supervisor, wait_for                       # noqa: E402

ALL = ["nginx", "apache", "lighttpd", "caddy", "apache-cgi", "lighttpd-cgi", "lighttpd-spawn"]


@pytest.fixture(scope="module")
def server():
    with Supervisor(workers=4) as s:
        yield s


def start(kind, server, prefix=""):
    if not webservers.available(kind):
        pytest.skip(f"{webservers.PROGRAMS[kind.partition('-')[0]]} is not installed")
    if kind in webservers.KINDS:
        return webservers.start(kind, socket=server.socket, prefix=prefix)
    own = str(server.folder / f"{kind}{len(prefix)}") if kind == "lighttpd-spawn" else None
    return webservers.start(kind, socket=own, cgi=PROGRAM, config=server.config, prefix=prefix,
                            environment={"COMPTOIR_GENERATION": DUMMY})


@pytest.mark.parametrize("prefix", ["", "/reserver"])
@pytest.mark.parametrize("kind", ALL)
def test_request(kind, prefix, server):
    with start(kind, server, prefix) as web:
        answer = requests.get(web.url + "/a%2Fb/env?x=%20y&z=1", timeout=60,
                              headers={"Authorization": "Bearer t", "Proxy": "http://evil.example/"})
        seen = answer.json()
        assert seen["REQUEST_URI"] == prefix + "/a%2Fb/env?x=%20y&z=1"  # as it was sent, everywhere
        assert seen["QUERY_STRING"] == "x=%20y&z=1"
        assert seen["HTTP_AUTHORIZATION"] == "Bearer t"
        assert seen["REMOTE_ADDR"] == "127.0.0.1"
        assert not seen.get("HTTP_PROXY")
        body = os.urandom(2_000_000)
        answer = requests.post(web.url + "/echo", data=body, timeout=60)
        assert (answer.status_code, answer.json()["sum"]) == (200, fcgi.fnv(body))
        assert len(requests.get(web.url + "/big?1500000", timeout=60).content) == 1_500_000
        assert requests.get(web.url + "/", timeout=60).status_code == 404       # the dummy's own
        if prefix:
            assert requests.get(web.url, timeout=60).headers["content-type"] == "application/json"
            assert requests.get(web.root + "/pid", timeout=60).headers.get("content-type") != "application/json"


def handled_as_whole(log):
    """The lengths of the bodies that a handler took for complete."""
    return [int(n) for n in re.findall(r"event=echo .*length=(\d+) complete=true", log)]


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("kind", ALL)
def test_upload_past_the_limit_is_not_cut(kind, chunked, server):
    """It is refused, or arrives whole for Comptoir to refuse. Caddy cuts, but far above Comptoir's limits."""
    size = 70_000_000
    before = server.log()
    with start(kind, server) as web:
        data = b"x" * size
        try:
            requests.post(web.url + "/echo", timeout=60,
                          data=(data[i:i + 100_000] for i in range(0, size, 100_000)) if chunked else data)
        except requests.RequestException:
            pass                                # it hung up before it heard all
        wait_for(lambda: requests.get(web.url + "/pid", timeout=60).status_code == 200)
        whole = handled_as_whole(server.log()[len(before):] + web.log())
    assert not [n for n in whole if n != size and (kind != "caddy" or n < 64 << 20)]


@pytest.mark.parametrize("kind", ALL)
def test_upload_that_breaks_off_is_never_handled_as_whole(kind, server):
    """With Content-Length and in chunks, hung up in the middle or half closed."""
    heads = [b"Content-Length: 100000\r\n\r\n" + b"x" * 30000,
             b"Transfer-Encoding: chunked\r\n\r\n7530\r\n" + b"x" * 30000 + b"\r\n"]
    before = server.log()
    with start(kind, server) as web:
        for head in heads:
            for half in (True, False):
                with socket.create_connection(("127.0.0.1", web.port), 60) as s:
                    s.sendall(b"POST /echo HTTP/1.1\r\nHost: localhost\r\n" + head)
                    time.sleep(0.2)
                    if half:
                        s.shutdown(socket.SHUT_WR)
                        b"".join(iter(lambda: s.recv(65536), b""))
        assert requests.get(web.url + "/pid", timeout=60).status_code == 200
        wait_for(lambda: len(server.workers("idle")) == 4)
        assert not handled_as_whole(server.log()[len(before):] + web.log())


@pytest.mark.parametrize("kind", webservers.KINDS)
def test_many_clients_on_four_workers(kind, server):
    """24 clients with kept connections of their own, as browsers have: nobody waits in vain."""
    def client(n):
        statuses = []
        with requests.Session() as session:
            for i in range(15):
                path = ["/pid", "/sleep?20", "/big?50000"][(n + i) % 3]
                statuses.append(session.get(web.url + path, timeout=60).status_code)
                statuses.append(session.post(web.url + "/echo", data=b"x" * 5000, timeout=60).status_code)
        return statuses

    with start(kind, server) as web, concurrent.futures.ThreadPoolExecutor(24) as pool:
        statuses = [status for part in pool.map(client, range(24)) for status in part]
        assert statuses == [200] * (24 * 30), web.log()
