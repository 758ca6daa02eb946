# SPDX-License-Identifier: GPL-3.0-or-later
"""The processes and sockets of a server, with real processes and a core without a database."""
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

import fcgi                                                             # noqa: E402
from supervisor import DUMMY, PROGRAM, Supervisor, alive, user_name, wait_for  # noqa: E402


@pytest.fixture
def server():
    with Supervisor() as s:
        yield s


def get(server, uri, **options):
    return fcgi.request(server.socket, "GET", uri, **options)


class Background(threading.Thread):
    """A request in a thread; `result` is an Answer or the exception."""

    def __init__(self, function, *arguments, **options):
        super().__init__(daemon=True)
        self.call = lambda: function(*arguments, **options)
        self.result = None
        self.start()

    def run(self):
        try:
            self.result = self.call()
        except Exception as e:                                          # pylint: disable=broad-except
            self.result = e

    def get(self, seconds=60):
        self.join(seconds)
        assert not self.is_alive(), "no answer"
        if isinstance(self.result, Exception):
            raise self.result
        return self.result


def busy(server, n=1):
    """Waits until n requests are being handled."""
    wait_for(lambda: len(server.workers("run")) >= n)


# --- requests ------------------------------------------------------------------------------------

def test_request_and_answer(server):
    body = os.urandom(300_000)
    answer = fcgi.request(server.socket, "POST", "/echo", body, {"Content-Type": "text/plain"})
    assert answer.status == 200
    assert answer.json()["length"] == len(body)
    assert answer.json()["sum"] == fcgi.fnv(body)
    env = get(server, "/a%2Fb/env?x=1", headers={"Authorization": "Bearer t"}).json()
    assert env["REQUEST_URI"] == "/a%2Fb/env?x=1"
    assert env["QUERY_STRING"] == "x=1"
    assert env["HTTP_AUTHORIZATION"] == "Bearer t"
    assert len(get(server, "/big?1000000").body) == 1_000_000


def test_body_that_breaks_off_is_told_from_a_whole_one(server):
    short = fcgi.request(server.socket, "POST", "/echo", [b"x" * 500], length=1000)
    assert (short.status, short.json()["complete"]) == (400, False)
    exact = fcgi.request(server.socket, "POST", "/echo", [b"x" * 1000, b"more"], length=1000)
    assert (exact.status, exact.json()["length"]) == (200, 1000)
    unknown = fcgi.request(server.socket, "POST", "/echo", [b"x" * 500])
    assert (unknown.status, unknown.json()["length"]) == (200, 500)
    with fcgi.Connection(server.socket) as c:                           # the web server gives up
        c.start("POST", "/echo", length=1000)
        c.send(b"x" * 500)
        c.socket.shutdown(socket.SHUT_WR)
        assert c.answer().json()["complete"] is False
    assert server.count("crashes") == 0


def test_strangers_do_no_harm(server):
    for junk in (b"", b"GET / HTTP/1.1\r\n\r\n", b"\x01\x01\x00\x01\xff\xff\x00\x00", os.urandom(100)):
        with socket.socket(socket.AF_UNIX) as s:
            s.connect(server.socket)
            s.sendall(junk)
    for _ in range(4):
        assert get(server, "/pid").status == 200
    assert server.count("crashes") == 0


def test_silent_peer_gives_its_worker_back():
    with Supervisor(workers=1) as server, socket.socket(socket.AF_UNIX) as silent:
        silent.connect(server.socket)
        wait_for(lambda: server.workers("read"))
        assert get(server, "/pid").status == 200                        # after five seconds


def test_connections_are_kept_only_when_asked_and_for_a_second(server):
    with fcgi.Connection(server.socket, keep=True) as c:
        first = c.request("GET", "/pid").json()["pid"]
        assert c.request("POST", "/echo", b"abc").json()["length"] == 3
        assert c.request("GET", "/pid").json()["pid"] == first
        start = time.monotonic()
        assert c.socket.recv(1) == b""                                  # closed by the worker
        assert 0.5 < time.monotonic() - start < 10
    with fcgi.Connection(server.socket, keep=True) as c:
        c.request("POST", "/pid", b"not read by the handler" * 10000)
        with pytest.raises((fcgi.Broken, OSError)):
            c.request("GET", "/pid")
    with fcgi.Connection(server.socket) as c:
        c.request("GET", "/pid")
        with pytest.raises((fcgi.Broken, OSError)):
            c.request("GET", "/pid")


def test_kept_connection_starves_nobody():
    with Supervisor(workers=1) as server, fcgi.Connection(server.socket, keep=True) as kept:
        kept.request("GET", "/pid")
        assert get(server, "/pid").status == 200                        # once the idle one is closed


def test_hashing_has_two_places():
    with Supervisor(workers=4) as server:
        first = [Background(get, server, "/hash?3000") for _ in range(2)]
        busy(server, 2)
        assert get(server, "/hash?0").status == 503
        assert [b.get().status for b in first] == [200, 200]
        assert get(server, "/hash?0").status == 200


# --- crashes and limits --------------------------------------------------------------------------

def test_crashed_worker_is_replaced_and_others_go_on():
    with Supervisor(workers=3) as server:
        slow = Background(get, server, "/sleep?2000")
        busy(server)
        for _ in range(3):
            with pytest.raises(fcgi.Broken):
                get(server, "/crash")
        assert get(server, "/pid").status == 200
        assert slow.get().json() == {"slept": True}
        wait_for(lambda: len(server.workers("idle")) == 3)
        assert server.count("crashes") == 3
        assert re.search(r"event=worker.crashed .*signal=6 .*route=/crash", server.log())
        assert server.generations() == [1]


def test_crashes_in_a_row_do_not_stop_the_service():
    with Supervisor(workers=1) as server:
        start = time.monotonic()
        for _ in range(12):
            with pytest.raises(fcgi.Broken):
                get(server, "/crash")
            assert get(server, "/pid").status == 200
        assert server.count("crashes") == 12
        assert time.monotonic() - start < 10


def test_workers_that_cannot_start_are_tried_later_and_later():
    with Supervisor(start=False, workers=2) as server:
        unfit = server.folder / "unfit"
        server.configure(unfit=unfit)
        server.start()
        server.wait_ready()
        wait_for(lambda: len(server.workers("idle")) == 2)
        unfit.touch()
        os.kill(int(server.workers()[0]["pid"]), signal.SIGKILL)
        wait_for(lambda: server.log().count("event=worker.unfit") >= 3)
        time.sleep(2)
        assert server.log().count("event=worker.unfit") <= 10
        assert get(server, "/pid").status == 200                        # the other one
        unfit.unlink()
        wait_for(lambda: len(server.workers("idle")) == 2)


def test_hash_place_of_a_killed_worker_is_free_again():
    with Supervisor(workers=4) as server:
        for _ in range(3):
            hashing = Background(get, server, "/hash?60000")
            busy(server)
            os.kill(int(server.workers("run")[0]["pid"]), signal.SIGKILL)
            with pytest.raises(fcgi.Broken):
                hashing.get()
            wait_for(lambda: len(server.workers("idle")) == 4)
        assert get(server, "/hash?0").status == 200


def test_overdue_request_is_ended_and_others_go_on():
    with Supervisor(start=False, workers=3, request_seconds=1) as server:
        killed = server.folder / "killed"
        killed.touch()
        killed.chmod(0o666)
        server.configure(killed=killed)
        server.start()
        server.wait_ready()
        stuck = [Background(get, server, "/spin"), Background(get, server, "/sql?60000")]
        busy(server, 2)
        while any(b.is_alive() for b in stuck):
            assert get(server, "/pid").status == 200
        for b in stuck:
            with pytest.raises(fcgi.Broken):
                b.get()
        wait_for(lambda: len(server.workers("idle")) == 3)
        assert killed.read_text() == "4242\n"
        assert server.count("overdue") == 2
        assert server.count("crashes") == 0
        assert re.search(r"event=request.overdue .*milliseconds=\d+ .*route=/spin", server.log())


def test_overdue_request_may_finish_within_the_grace():
    with Supervisor(request_seconds=1) as server:
        before = {w["pid"] for w in server.workers()}
        assert get(server, "/sleep?2200").json() == {"slept": True}
        assert server.count("overdue") == 1
        wait_for(lambda: {w["pid"] for w in server.workers("idle")} - before)   # its worker left


def test_workers_are_recycled():
    with Supervisor(max_requests=20) as server:
        pids = {get(server, "/pid").json()["pid"] for _ in range(150)}
        assert 5 <= len(pids) <= 12
        assert server.count("crashes") == 0
        assert server.count("requests") == 150


def test_job_process_works_and_is_replaced(server):
    wait_for(lambda: server.count("jobs") > 2)
    job = next(p for p in server.status()["process"] if p["state"] == "job")
    os.kill(int(job["pid"]), signal.SIGKILL)
    before = server.count("jobs")
    wait_for(lambda: server.count("jobs") > before + 2)


# --- TERM ----------------------------------------------------------------------------------------

def test_term_lets_requests_finish_and_leaves_nothing(server):
    pids = server.pids()
    slow = Background(get, server, "/sleep?2000")
    busy(server)
    server.signal(signal.SIGTERM)
    wait_for(lambda: not pathlib.Path(server.socket).exists())
    server.signal(signal.SIGTERM)               # as timeout(1) does: meant once
    with pytest.raises(OSError):
        get(server, "/pid")
    assert slow.get().json() == {"slept": True}
    assert server.wait() == 0
    assert not [pid for pid in pids if alive(pid)]
    assert sorted(p.name for p in server.folder.iterdir()) == ["comptoir.ini", "log"]


def test_idle_server_ends_at_once(server):
    start = time.monotonic()
    server.signal(signal.SIGTERM)
    assert server.wait() == 0
    assert time.monotonic() - start < 3


def test_second_term_does_not_wait(server):
    pids = server.pids()
    stuck = Background(get, server, "/spin")
    busy(server)
    server.signal(signal.SIGTERM)
    wait_for(lambda: server.generations("draining"))
    time.sleep(1.2)
    start = time.monotonic()
    server.signal(signal.SIGTERM)
    assert server.wait() == 0
    assert time.monotonic() - start < 10
    with pytest.raises(fcgi.Broken):
        stuck.get()
    assert not [pid for pid in pids if alive(pid)]


def test_drain_is_bounded():
    with Supervisor(request_seconds=1) as server:
        stuck = Background(get, server, "/spin")
        busy(server)
        server.signal(signal.SIGTERM)
        assert server.wait() == 0                                       # the request's own limit
        with pytest.raises(fcgi.Broken):
            stuck.get()


# --- HUP -----------------------------------------------------------------------------------------

def test_reload_brings_a_new_generation(server):
    server.configure(note="one", workers=3)
    old = Background(get, server, "/sleep?2500")
    busy(server)
    first = server.pids()
    server.reload()
    wait_for(lambda: get(server, "/pid").json()["note"] == "one")
    assert server.generations("draining") == [1]
    wait_for(lambda: len(server.workers("idle")) == 3)
    assert old.get().json() == {"slept": True}
    wait_for(lambda: not server.generations("draining"))
    assert not [pid for pid in first if alive(pid)]


@pytest.mark.parametrize("wrong, words", [
    ({"open_error": "plugin keys: no template keys/held"}, "plugin keys: no template keys/held"),
    ({"query_error": "plugin keys: query held: no such column"}, "query held"),
    ({"worker_error": "no database for a worker"}, "worker could not start"),
    ({"workers": "none"}, "[server] workers"),
    ({"user": "no-such-account"}, "no-such-account"),
    ({"allow": "192.0.2.1/24"}, "192.0.2.1/24"),
])
def test_failed_reload_leaves_the_old_generation(server, wrong, words):
    server.configure(note="never", **wrong)
    server.signal(signal.SIGHUP)
    failure = wait_for(lambda: server.status().get("failure"))
    assert words in failure[0]["text"]
    assert "event=generation.failed" in server.log()
    assert server.generations() == [1]
    assert server.count("generation_failures") == 1
    assert get(server, "/pid").json()["note"] == ""
    fresh = Supervisor(start=False)
    server.configure(**{**{k: None for k in wrong}, **fresh.settings}, note="mended")
    fresh.stop()
    server.reload()
    assert "failure" not in server.status()
    wait_for(lambda: get(server, "/pid").json()["note"] == "mended")


def test_reload_while_the_last_one_starts(server):
    server.configure(open_ms=1500, note="slow")
    server.signal(signal.SIGHUP)
    wait_for(lambda: server.generations("starting"))
    server.configure(open_ms=0, note="newest")
    for _ in range(3):
        server.signal(signal.SIGHUP)
    wait_for(lambda: get(server, "/pid").json()["note"] == "newest")
    wait_for(lambda: server.generations() == [3])                       # three HUPs were one wish


def test_reload_under_load_drops_nothing():
    with Supervisor(workers=4, note="0") as server:
        done, failed, notes = threading.Event(), [], set()

        def client():
            while not done.is_set():
                try:
                    notes.add(get(server, "/pid").json()["note"])
                    body = os.urandom(20_000)
                    if fcgi.request(server.socket, "POST", "/echo", body).json()["sum"] != fcgi.fnv(body):
                        failed.append("sum")
                except Exception as e:                                  # pylint: disable=broad-except
                    failed.append(repr(e))

        threads = [threading.Thread(target=client) for _ in range(8)]
        for t in threads:
            t.start()
        for n in range(1, 6):
            server.configure(note=str(n))
            server.reload()
            wait_for(lambda n=n: str(n) in notes)
        done.set()
        for t in threads:
            t.join()
        assert not failed
        assert notes == {"0", "1", "2", "3", "4", "5"}
        assert server.count("crashes") == 0


def test_slow_uploads_during_hup_and_term_arrive_whole_or_are_refused():
    """50 uploads of about a second each, larger than any buffer on their way, on eight workers."""
    sizes = [500_000 + 40_000 * n for n in range(5)]
    sums = {size: fcgi.fnv(b"u" * size) for size in sizes}
    with Supervisor(workers=8) as server:
        ended, whole, refused, wrong = threading.Event(), [], [], []

        def upload(n):
            size = sizes[n % len(sizes)]

            def slowly():
                for _ in range(10):
                    time.sleep(0.1)
                    yield b"u" * (size // 10)

            after = ended.is_set()
            try:
                answer = fcgi.request(server.socket, "POST", "/echo", slowly(), length=size)
                good = answer.status == 200 and answer.json()["sum"] == sums[size]
                (whole if good else wrong).append((n, answer.body))
            except (OSError, fcgi.Broken) as e:
                after |= ended.is_set()
                (refused if after else wrong).append((n, repr(e)))

        threads = [threading.Thread(target=upload, args=(n,)) for n in range(50)]
        for t in threads:
            t.start()
        for enough in (2, 6):
            wait_for(lambda enough=enough: len(whole) >= enough)
            server.reload()
        wait_for(lambda: len(whole) >= 12)
        ended.set()
        server.signal(signal.SIGTERM)
        assert server.wait() == 0
        for t in threads:
            t.join(60)
        assert not wrong
        assert len(whole) + len(refused) == 50
        assert len(whole) >= 12 and len(refused) >= 5


# --- deaths --------------------------------------------------------------------------------------

def test_everything_vanishes_when_the_supervisor_is_killed(server):
    pids = server.pids()
    slow = Background(get, server, "/sleep?1500")
    busy(server)
    server.process.kill()
    server.wait()
    assert slow.get().json() == {"slept": True}                         # nobody's request is cut
    wait_for(lambda: not [pid for pid in pids if alive(pid)])


def test_killed_generation_is_replaced(server):
    old = server.workers()
    slow = Background(get, server, "/sleep?1500")
    busy(server)
    os.kill(int(server.status()["generation"][0]["pid"]), signal.SIGKILL)
    wait_for(lambda: server.generations() == [2])
    assert get(server, "/pid").status == 200
    assert slow.get().json() == {"slept": True}
    wait_for(lambda: not [w for w in old if alive(w["pid"])])
    wait_for(lambda: not server.generations("lost"))
    assert server.count("generation_failures") == 1
    assert {p["generation"] for p in server.status()["process"]} == {"2"}


# --- sockets -------------------------------------------------------------------------------------

def free_port(family=socket.AF_INET, host="127.0.0.1"):
    with socket.socket(family) as s:
        s.bind((host, 0))
        return s.getsockname()[1]


def ipv6():
    try:
        free_port(socket.AF_INET6, "::1")
        return True
    except OSError:
        return False


def test_socket_permissions(server):
    st = os.lstat(server.socket)
    assert oct(st.st_mode & 0o7777) == "0o660"
    if os.geteuid() == 0:
        assert st.st_uid == 65534


@pytest.mark.parametrize("form, host", [
    (":%d", "127.0.0.1"), ("127.0.0.1:%d", "127.0.0.1"), ("localhost:%d", None),
    pytest.param("[::1]:%d", "::1", marks=pytest.mark.skipif(not ipv6(), reason="no IPv6 here")),
])
def test_tcp_addresses(form, host):
    port = free_port()
    with Supervisor(listen=form % port) as server:
        assert not [p for p in server.folder.iterdir() if p.name.startswith(("[", ":"))]
        listening = subprocess.run(["cat", "/proc/net/tcp", "/proc/net/tcp6"], capture_output=True, text=True,
                                   check=False).stdout
        addresses = re.findall(r": ([0-9A-F]+):%04X 0+:0000 0A" % port, listening)
        assert len(addresses) == 1 and int(addresses[0], 16) != 0       # not the world
        for candidate in [host] if host else ["127.0.0.1", "::1"]:
            try:
                assert fcgi.request((candidate, port), "GET", "/pid").status == 200
                return
            except OSError:
                continue
        pytest.fail("nobody answers")


def failed_start(**options):
    server = Supervisor(start=False, **options)
    server.start()
    try:
        assert server.wait() == 1
        return server.log()
    finally:
        server.stop()


@pytest.mark.parametrize("listen, words", [
    ("0.0.0.0:9", "allow"), ("nonsense", "expected unix:PATH"), ("127.0.0.1:70000", "expected unix:PATH"),
    ("unix:/nonexistent/s", "No such file"),
])
def test_addresses_that_are_refused(listen, words):
    if listen.startswith("0.0.0.0"):
        listen = "0.0.0.0:%d" % free_port()
    assert words in failed_start(listen=listen)


def test_several_addresses():
    port = free_port()
    with Supervisor(start=False) as server:
        server.start("--listen", f":{port}")
        server.wait_ready()
        assert fcgi.request(server.socket, "GET", "/pid").status == 200
        assert fcgi.request(("127.0.0.1", port), "GET", "/pid").status == 200


def test_configured_address():
    with Supervisor(start=False) as server:
        server.configure(listen=server.listen)
        server.listen = ""
        server.start()
        server.wait_ready()
        assert get(server, "/pid").status == 200


def test_live_socket_is_refused_and_a_stale_one_replaced(server):
    with Supervisor(listen=server.listen, start=False) as second:
        second.start()
        assert second.wait() == 1
        assert "another server answers there" in second.log()
    assert get(server, "/pid").status == 200
    pids = server.pids()
    server.process.kill()
    server.wait()
    wait_for(lambda: not [pid for pid in pids if alive(pid)])
    assert pathlib.Path(server.socket).exists()
    with Supervisor(listen=server.listen):
        assert get(server, "/pid").status == 200


def peers_script(folder):
    """In a network of its own, where 192.0.2.1 is ours and no loopback address (RFC 5737)."""
    script = folder / "peers.py"
    script.write_text(textwrap.dedent(f"""
        import subprocess, sys
        sys.path.insert(0, {str(pathlib.Path(__file__).resolve().parents[1] / "support")!r})
        for c in ("ip link set lo up", "ip address add 192.0.2.1/32 dev lo"):
            subprocess.run(c.split(), check=True)
        import fcgi, supervisor
        for allow in ("198.51.100.0/24", "198.51.100.0/24, 192.0.2.0/28"):
            with supervisor.Supervisor(listen="192.0.2.1:9000", allow=allow, user="root",
                                       group="root") as server:
                try:
                    print(fcgi.request(("192.0.2.1", 9000), "GET", "/pid").status)
                except (fcgi.Broken, OSError):
                    print("refused", server.count("refused"))
    """))
    return script


def test_peers_beyond_the_loopback(tmp_path):
    unshare = ["unshare", "--map-root-user", "--net"]
    probe = subprocess.run([*unshare, "ip", "link"], capture_output=True, check=False)
    if probe.returncode:
        pytest.skip("no network namespaces here")
    script = peers_script(tmp_path)
    run = subprocess.run([*unshare, sys.executable, str(script)], capture_output=True, text=True, check=False,
                         timeout=100)
    assert run.stdout.split("\n")[:2] == ["refused 1", "200"], run.stdout + run.stderr


def listening_socket(path):
    s = socket.socket(socket.AF_UNIX)
    s.bind(path)
    s.listen(100)
    os.chmod(path, 0o666)
    return s


def handed(server, count=1, **environment):
    """Starts it as systemd does: sockets from 3 on, LISTEN_PID set in the process itself."""
    code = "import os, sys; os.environ['LISTEN_PID'] = str(os.getpid()); os.execv(sys.argv[1], sys.argv[1:])"
    server.start(command=[sys.executable, "-c", code, str(PROGRAM)], close_fds=False,
                 environment={"LISTEN_FDS": str(count), **environment})


def test_socket_of_the_service_manager_outlives_the_server():
    with Supervisor(start=False) as server, listening_socket(server.socket) as held:
        os.set_inheritable(held.fileno(), True)
        saved = os.dup(3) if held.fileno() != 3 else None
        if held.fileno() != 3:
            os.dup2(held.fileno(), 3)
        try:
            for _ in range(2):                                          # stopped and started again
                handed(server)
                server.wait_ready()
                assert get(server, "/pid").status == 200
                server.signal(signal.SIGTERM)
                assert server.wait() == 0
                assert pathlib.Path(server.socket).exists()
            waiting = Background(get, server, "/pid")                   # connects while nobody serves
            time.sleep(0.2)
            handed(server)
            assert waiting.get().status == 200
        finally:
            if saved is not None:
                os.dup2(saved, 3)
                os.close(saved)


def test_descriptor_zero():
    with Supervisor(start=False) as server, listening_socket(server.socket) as held:
        server.start(command=[str(PROGRAM)], stdin=held)
        server.wait_ready()
        assert get(server, "/pid").status == 200


def test_spawn_fcgi():
    if not shutil.which("spawn-fcgi"):
        pytest.skip("spawn-fcgi is not installed")
    with Supervisor(start=False) as server:
        command = ["spawn-fcgi", "-n", "-s", server.socket, "-M", "0666", "--", str(PROGRAM)]
        server.start(command=command)
        server.wait_ready()
        assert get(server, "/pid").status == 200


def test_systemd_socket_activate():
    if not shutil.which("systemd-socket-activate"):
        pytest.skip("systemd-socket-activate is not installed")
    with Supervisor(start=False) as server:
        server.start(command=["systemd-socket-activate", "-l", server.socket, "-E", "COMPTOIR_GENERATION",
                              "--", str(PROGRAM)])
        wait_for(lambda: is_listened_to(server.socket))
        assert get(server, "/pid").status == 200


def is_listened_to(path):
    """It is there a moment before it can be connected to; a connection would start the program, so the kernel is asked."""
    listening = "00010000"
    return any(line.split()[3] == listening for line in pathlib.Path("/proc/net/unix").read_text().splitlines()
               if line.endswith(f" {path}"))


def test_service_manager_is_told():
    with Supervisor(start=False) as server, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(server.folder / "notify"))
        os.chmod(server.folder / "notify", 0o666)
        manager.settimeout(30)
        server.start(environment={"NOTIFY_SOCKET": str(server.folder / "notify")})

        def said(word):
            while True:
                text = manager.recv(4096).decode()
                if word in text:
                    return text

        said("READY=1")
        server.signal(signal.SIGHUP)
        assert re.search(r"MONOTONIC_USEC=\d+", said("RELOADING=1"))
        said("READY=1")
        server.configure(open_error="no")
        server.signal(signal.SIGHUP)
        said("RELOADING=1")
        assert "failed" in said("READY=1")                              # the old one goes on
        server.signal(signal.SIGTERM)
        said("STOPPING=1")


# --- starting ------------------------------------------------------------------------------------

@pytest.mark.parametrize("settings, words", [
    ({"open_error": "comptoir.ini:7: unknown key"}, "comptoir.ini:7: unknown key"),
    ({"worker_error": "no"}, "worker could not start"),
    ({"workers": "0"}, "[server] workers"),
    ({"group": "no-such-group"}, "no-such-group"),
    ({"generation": "/nonexistent/generation"}, "/nonexistent/generation"),
])
def test_start_that_fails_says_why(settings, words):
    assert words in failed_start(**settings)


def test_root_must_name_a_user():
    if os.geteuid() != 0:
        pytest.skip("not root")
    assert "[server] user" in failed_start(user=None, group=None)


def test_privileges_are_dropped(server):
    seen = get(server, "/pid").json()
    assert seen["no_new_privs"] == 1
    assert seen["uid"] == (65534 if os.geteuid() == 0 else os.geteuid())
    assert seen["gid"] != 0


def test_commands():
    def run(*arguments):
        return subprocess.run([str(PROGRAM), *arguments], capture_output=True, text=True, check=False, timeout=30)

    assert "--listen" in run("--help").stdout
    assert run("--version").stdout.startswith("comptoir ")
    assert run("--no-such-option").returncode == 2
    assert run("argument").returncode == 2
    libraries = subprocess.run(["ldd", str(PROGRAM)], capture_output=True, text=True, check=False).stdout
    for library in ("libfcgi", "libtalloc", "libcomptoir", "mariadb"):
        assert library not in libraries


# --- plain CGI -----------------------------------------------------------------------------------

def cgi(server, body=b"", arguments=(), **environment):
    environment = {
        "PATH": os.environ.get("PATH", ""), "COMPTOIR_GENERATION": str(DUMMY),
        "COMPTOIR_CONFIG": str(server.config), "GATEWAY_INTERFACE": "CGI/1.1", "REQUEST_METHOD": "POST",
        "REQUEST_URI": "/echo", "CONTENT_LENGTH": str(len(body)), **environment,
    }
    run = subprocess.run([str(PROGRAM), *arguments], input=body, env=environment, capture_output=True,
                         check=False, timeout=60)
    return fcgi.Answer(run.stdout, run.stderr)


@pytest.fixture
def configured():
    with Supervisor(start=False) as s:
        yield s


def test_cgi(configured):
    body = os.urandom(100_000)
    answer = cgi(configured, body)
    assert (answer.status, answer.json()["sum"]) == (200, fcgi.fnv(body))
    assert cgi(configured, b"abc", CONTENT_LENGTH="10").json()["complete"] is False
    assert cgi(configured, b"abcdef", CONTENT_LENGTH="3").json()["length"] == 3
    assert cgi(configured, b"abc", CONTENT_LENGTH="").json()["length"] == 0
    chunked = cgi(configured, b"abc", CONTENT_LENGTH="", HTTP_TRANSFER_ENCODING="chunked")
    assert (chunked.status, chunked.json()["complete"]) == (400, False)


def test_cgi_never_reads_arguments(configured):
    """A query string without "=" becomes arguments (RFC 3875, 4.4)."""
    answer = cgi(configured, b"abc", ["--generation", "/bin/false", "--config", "/nonexistent", "--help"])
    assert answer.json()["length"] == 3


def test_cgi_that_cannot_start_says_503(configured):
    configured.configure(open_error="secret path /etc/x")
    answer = cgi(configured)
    assert answer.status == 503
    assert b"secret" not in answer.body and b"secret" in answer.errors
    assert cgi(configured, COMPTOIR_GENERATION="/nonexistent").status == 503


def test_user_of_the_tests_is_accepted():
    if os.geteuid() == 0:
        pytest.skip("root")
    with Supervisor(user=user_name()) as server:
        assert get(server, "/pid").json()["uid"] == os.geteuid()
