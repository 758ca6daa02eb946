# SPDX-License-Identifier: GPL-3.0-or-later
"""The database misbehaves: an answer is lost, a lock times out in the middle, the server restarts under load."""
import os
import re
import shutil
import signal
import subprocess
import threading
import time
import uuid

import pytest

import stack as st
from stack import BUILD, DESKS, ROOM_A, ROOM_B

MEMBER = "membre@demo.example"


class Proxy:
    """tests/support/losing_proxy.c between comptoir.fcgi and MariaDB, which breaks every n-th COMMIT."""

    def __init__(self, folder, to, lose, how):
        self.socket = str(folder / "proxy")
        self.command = [str(BUILD / "tests/support/losing-proxy"), "--listen", self.socket, "--to", to,
                        "--lose", str(lose), "--how", how]
        self.process = None

    def start(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline() == "ready\n"
        os.chmod(self.socket, 0o777)                        # workers may run as somebody else

    def again(self, lose):
        self.stop()
        self.command[self.command.index("--lose") + 1] = str(lose)
        self.start()

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait(20)
            self.process.stdout.close()


class Lossy(st.Stack):
    """A Stack whose database is behind a Proxy."""

    def __init__(self, lose, how):
        self.lose, self.how, self.proxy = lose, how, None
        self.proxy_folder = st.short_folder()
        super().__init__(web="nginx", through=str(self.proxy_folder / "proxy"))
        # The job process commits too: once each has run, none is due, so that the COMMITs counted are the requests'.
        st.wait_for(lambda: not self.database.value("SELECT COUNT(*) = 0 OR SUM(last_end_utc IS NULL) FROM job"), 60)
        self.database.rows("UPDATE job SET next_utc = UTC_TIMESTAMP() + INTERVAL 1 DAY")

    def _start_database(self):
        super()._start_database()
        self.proxy = Proxy(self.proxy_folder, self.database.socket, self.lose, self.how)
        self.proxy.start()

    def stop(self):
        super().stop()
        if self.proxy:
            self.proxy.stop()
        shutil.rmtree(self.proxy_folder, ignore_errors=True)


def slots(n):
    """n different hours, over two rooms and as many days as it takes."""
    for i in range(n):
        day, hour = divmod(i // 2, 14)
        date = st.day(9 + day)
        yield (ROOM_A, ROOM_B)[i % 2], f"{date}T{8 + hour:02}:00", f"{date}T{9 + hour:02}:00"


def by_title(stack):
    return {title: int(n) for title, n in stack.database.rows(
        "SELECT title, COUNT(*) FROM reservation_booking WHERE title LIKE 'essai %' GROUP BY title")}


@pytest.mark.parametrize("how", ["answered", "racing", "dropped"])
def test_lost_answer_to_commit_makes_one_booking(how):
    """Every third COMMIT: its answer is lost, or it is cut on its way. Each wish is stored once and answered as stored."""
    wanted = 120 if how == "answered" else 40
    with Lossy(3, how) as stack:
        client = stack.program(MEMBER)
        uids = {}
        for n, (room, start, end) in enumerate(slots(wanted)):
            answer = client.book(room, start, end, title=f"essai {n}")
            assert answer.status_code == 201, (n, answer.status_code, answer.text[:400])
            uids[f"essai {n}"] = answer.json()["uid"]
        assert by_title(stack) == {title: 1 for title in uids}
        assert len(set(uids.values())) == wanted
        for uid in uids.values():
            assert client.get(f"/bookings/{uid}").status_code == 200
        assert stack.overlaps() == [] and stack.halves() == []
        repeats = stack.metric("comptoir_transaction_repeats_total")
        assert repeats >= wanted // 5                       # it did happen


def test_nobody_can_say_whether_it_is_stored():
    """The way to the database ends with the answer: 503 with a link, which knows once the database is back."""
    with Lossy(1000000, "leaving") as stack:
        proxy, client = stack.proxy, stack.program(MEMBER, accept="text/html")
        assert client.get("/me").status_code == 200         # notes when the token was last used: a COMMIT of its own
        proxy.again(lose=1)
        room, start, end = next(slots(1))
        answer = client.post("/bookings", json={"resource": room, "start": start, "end": end, "title": "essai 0"})
        assert answer.status_code == 503, answer.text[:300]
        link = next(a for a in st.Page(answer).links if "/stored/" in a)
        assert "pas encore" in answer.text and "retry-after" not in answer.headers
        assert client.get(link).status_code == 503
        proxy.again(lose=1000000)
        said = stack.visitor().get(link)
        assert said.status_code == 200 and said.json() == {"stored": True}
        assert by_title(stack) == {"essai 0": 1}
        other = re.sub(r"[0-9a-f]{12}$", "000000000000", link)
        assert stack.visitor().get(other).json() == {"stored": False}


# ---- a lock that times out

FAULT = """
CREATE TABLE fault (n INT NOT NULL, seen INT NOT NULL DEFAULT 0) ENGINE = MyISAM;
INSERT INTO fault (n) VALUES (0);
CREATE TRIGGER fault_in_the_middle BEFORE INSERT ON reservation_ics FOR EACH ROW
BEGIN
	IF (SELECT n FROM fault) > 0 THEN
		UPDATE fault SET n = n - 1, seen = seen + 1;
		SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 1205, MESSAGE_TEXT = 'Lock wait timeout exceeded';
	END IF;
END;
GRANT ALL ON comptoir.fault TO comptoir@localhost;
"""


def test_whether_it_is_stored_waits_for_the_end(stack):
    """The COMMIT may still be on its way when somebody asks: the answer waits for it."""
    for end, word in (("COMMIT", True), ("ROLLBACK", False)):
        txn = str(uuid.uuid4())
        open_one = threading.Thread(target=stack.database.rows, args=(
            f"BEGIN; INSERT INTO txn_done (id) VALUES ('{txn}'); DO SLEEP(2); {end}",))
        open_one.start()
        time.sleep(0.7)
        assert stack.visitor().get(f"/stored/{txn}").json() == {"stored": word}
        open_one.join()


def counts(stack):
    return [stack.database.value(f"SELECT COUNT(*) FROM {table}") for table in (
        "reservation_booking", "reservation_item", "reservation_occupancy", "reservation_price_line", "reservation_ics",
        "audit", "outbox")]


def test_1205_in_the_middle_leaves_nothing_half(stack):
    """After 1205 the transaction is still open, with the booking and its time in it: COMMIT would store the half."""
    stack.database.rows(FAULT)
    try:
        client = stack.program(MEMBER)
        day = st.fresh_day()
        before = counts(stack)
        stack.database.rows("UPDATE fault SET n = 1")
        answer = client.book(ROOM_A, f"{day}T10:00", f"{day}T11:00", title="essai 1205")
        assert answer.status_code == 201 and stack.database.value("SELECT seen FROM fault") == 1
        after = counts(stack)
        assert [b - a for a, b in zip(before, after)] == [1, 1, 1, 1, 1, 1, 1], (before, after)
        stack.database.rows("UPDATE fault SET n = 100")
        answer = client.book(ROOM_A, f"{day}T12:00", f"{day}T13:00", title="essai 1205")
        assert answer.status_code == 503 and int(answer.headers["retry-after"]) > 0
        assert counts(stack) == after
        stack.database.rows("UPDATE fault SET n = 0")
        assert client.book(ROOM_A, f"{day}T12:00", f"{day}T13:00", title="essai 1205").status_code == 201
        assert stack.halves() == []
    finally:
        stack.database.rows("DROP TRIGGER IF EXISTS fault_in_the_middle; DROP TABLE IF EXISTS fault")


def test_a_lock_held_too_long(stack):
    """A real 1205: somebody holds the row that the booking refers to for longer than we wait for it."""
    day, done = st.fresh_day(), []
    before = counts(stack)
    holder = threading.Thread(target=stack.database.rows, args=(
        "BEGIN; SELECT id FROM place WHERE id = 900 FOR UPDATE; DO SLEEP(6.5); ROLLBACK",))
    holder.start()
    time.sleep(0.5)
    started = time.monotonic()
    answer = stack.program(MEMBER).book(ROOM_A, f"{day}T10:00", f"{day}T11:00", title="essai verrou")
    done = time.monotonic() - started
    holder.join()
    assert answer.status_code == 201, answer.text[:300]
    assert 4.5 < done < 12
    assert counts(stack)[0] == before[0] + 1 and stack.halves() == []


# ---- a restart

class Load(threading.Thread):
    """Books and reads without pause, and remembers what it was told."""

    def __init__(self, stack, n):
        super().__init__()
        self.client, self.n, self.over = stack.program(MEMBER), n, threading.Event()
        self.told, self.read = {}, []

    def run(self):
        for i in range(2000):
            if self.over.is_set():
                break
            date, hour = st.day(9 + i // 56), i % 56
            start, end = (f"{date}T{8 + q // 4:02}:{q % 4 * 15:02}" for q in (hour, hour + 1))
            title = f"essai {self.n}-{i}"
            answer = self.client.book(DESKS, start, end, title=title)
            self.told[title] = answer.status_code
            self.read.append(self.client.get("/places/essai").status_code)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_restart_under_load(how):
    """The database goes and comes back: 503 meanwhile, then service without a restart of ours; each yes is kept."""
    with st.Stack(web="nginx", database_options=["--innodb-flush-log-at-trx-commit=1"]) as stack:
        loads = [Load(stack, n) for n in range(4)]
        for load in loads:
            load.start()
        try:
            time.sleep(1.5)
            stack.database.stop(how)
            browser = stack.browser()
            page = browser.get("/places/essai")
            assert page.status_code == 503 and int(page.headers["retry-after"]) > 0
            assert "<h1" in page.text and stack.visitor().get("/healthz").status_code == 503
            problem = stack.visitor().get("/places/essai")
            assert problem.headers["content-type"] == "application/problem+json" and problem.json()["status"] == 503
            assert stack.visitor().get("/metrics").status_code == 200
            assert stack.visitor().get("/static/core/comptoir.css").status_code == 200
            stack.database.start()
            st.wait_for(lambda: stack.visitor().get("/healthz").status_code == 200, 10)
            at = [len(load.told) for load in loads]
            time.sleep(2)
            assert all(len(load.told) > n for load, n in zip(loads, at))
        finally:
            for load in loads:
                load.over.set()
            for load in loads:
                load.join()
        told = {title: status for load in loads for title, status in load.told.items()}
        stored = by_title(stack)
        broken = [line.get("why") for line in stack.comptoir.requests() if line["status"] == "500"]
        assert set(told.values()) <= {201, 503}, (sorted(set(told.values())), broken)
        assert set(s for load in loads for s in load.read) <= {200, 503}
        assert list(told.values()).count(201) > 40
        assert [t for t, status in told.items() if status == 201 and stored.get(t) != 1] == []
        assert [t for t, n in stored.items() if n != 1] == []
        assert all(load.read[-1] == 200 and list(load.told.values())[-1] == 201 for load in loads)
        assert stack.comptoir.process.poll() is None
        assert stack.overlaps() == [] and stack.halves() == []
