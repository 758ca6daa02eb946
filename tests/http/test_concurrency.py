# SPDX-License-Identifier: GPL-3.0-or-later
"""Sixty-four clients at once book at random; then the same without the guard, which has to be seen.

On one server the constraint alone lets no overlap through. What the guard adds here is that a decision is made on
what is true: without it two transactions choose the same free desk, and one of them is refused though eleven are
left; and no calendar learns of a booking, because `sync_version` is the guard and the token in one.
"""
import collections
import concurrent.futures
import http.client
import json
import random
import re
import shlex
import shutil
import subprocess
import threading

import pytest

import stack as st
from stack import BUILD, DESKS, HALF_1, HALF_2, HALL, ROOM_A, ROOM_B, SOURCE

CLIENTS, EACH, DAYS = 64, 50, 2
ROOMS = [ROOM_A, ROOM_B, DESKS, HALL, HALF_1]
LEAVES = {ROOM_A: [ROOM_A], ROOM_B: [ROOM_B], DESKS: [DESKS], HALL: [HALF_1, HALF_2], HALF_1: [HALF_1]}
UNITS = collections.defaultdict(lambda: 1, {DESKS: 12})
ACTORS = ["membre@demo.example", "membre@canal.example", "gestion@demo.example", "contact@lys-lez.example",
          "ouvreuse@demo.example", "coordination@reseau.example"]

Wish = collections.namedtuple("Wish", "items start end")


def minute(n):
    """The n-th quarter of an hour of opening, counted over the days."""
    day, quarter = divmod(n, 14 * 4)
    return f"{st.day(9 + day)}T{8 + quarter // 4:02}:{quarter % 4 * 15:02}"


def draw(chance):
    day, first = chance.randrange(DAYS), chance.randrange(14 * 4 - 1)
    length = min(chance.choice([1, 2, 4, 4, 6, 8]), 14 * 4 - first)
    rooms = [chance.choice(ROOMS)]
    if chance.random() < 0.15:
        rooms = chance.sample([ROOM_A, ROOM_B, DESKS], 2)   # in any order: the locks have one
    items = tuple((room, chance.choice([1, 1, 2]) if room == DESKS else 1) for room in rooms)
    return Wish(items, day * 14 * 4 + first, day * 14 * 4 + first + length)


class Quick:
    """POST /bookings over a kept connection, with less effort than requests makes."""

    def __init__(self, stack, actor):
        self.connection = http.client.HTTPConnection(re.sub("^http://", "", stack.root), timeout=90)
        self.path = stack.prefix + "/bookings"
        self.headers = {"Authorization": "Bearer " + stack.accounts[actor]["token"], "Accept": "application/json",
                        "Content-Type": "application/json"}

    def post(self, body):
        self.connection.request("POST", self.path, json.dumps(body), self.headers)
        answer = self.connection.getresponse()
        return answer.status, answer.read().decode()


def one_client(stack, n, barrier, each):
    chance = random.Random(1000 + n)
    client = Quick(stack, ACTORS[n % len(ACTORS)])
    barrier.wait()
    seen = []
    for _ in range(each):
        wish = draw(chance)
        body = {"start": minute(wish.start), "end": minute(wish.end), "title": "essai"}
        if len(wish.items) == 1:
            body.update(resource=wish.items[0][0], units=wish.items[0][1])
        else:
            body["items"] = [{"resource": room, "units": units} for room, units in wish.items]
        if wish.end % (14 * 4) == 0:
            body["end"] = f"{minute(wish.start)[:10]}T22:00"
        status, text = client.post(body)
        seen.append((status, wish, text))
    return seen


def storm(stack, each=EACH):
    barrier = threading.Barrier(CLIENTS)
    with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
        parts = pool.map(lambda n: one_client(stack, n, barrier, each), range(CLIENTS))
        return [seen for part in parts for seen in part]


def at_once(stack, resources, start, end):
    """The sorted statuses of as many clients as there are resources, which ask for them at the same moment."""
    clients = [Quick(stack, ACTORS[n % len(ACTORS)]) for n in range(len(resources))]
    barrier = threading.Barrier(len(resources))

    def ask(n):
        barrier.wait()
        return clients[n].post({"resource": resources[n], "start": start, "end": end, "title": "essai"})[0]

    with concurrent.futures.ThreadPoolExecutor(len(resources)) as pool:
        return sorted(pool.map(ask, range(len(resources))))


def twelve_desks(stack):
    """Twelve people at once for twelve desks, every hour of a day: what each hour's answers were."""
    return [at_once(stack, [DESKS] * 12, f"{st.day(12)}T{hour:02}:00", f"{st.day(12)}T{hour + 1:02}:00")
            for hour in range(8, 22)]


def quarters(stack):
    """What is taken in the end: {(leaf, unit): set of quarters}."""
    taken = collections.defaultdict(set)
    for leaf, unit, start, end in stack.database.rows(
            "SELECT o.resource_id, o.unit_no, b.start_local, b.end_local FROM reservation_occupancy o"
            " JOIN reservation_item i ON i.id = o.item_id JOIN reservation_booking b ON b.id = i.booking_id"
            " WHERE b.place_id = 900 AND b.title = 'essai'"):
        day = next(d for d in range(DAYS) if st.day(9 + d) == start[:10])
        first, last = [(int(t[11:13]) - 8) * 4 + int(t[14:16]) // 15 for t in (start, end)]
        taken[int(leaf), int(unit)] |= set(range(day * 56 + first, day * 56 + last))
    return taken


def would_fit(wish, taken):
    span = set(range(wish.start, wish.end))
    return all(sum(not taken[leaf, unit] & span for unit in range(1, UNITS[room] + 1)) >= units
               for room, units in wish.items for leaf in LEAVES[room])


def wrongs(stack, seen, versions):
    """Everything that must not be, as sentences."""
    found = [f"overlap of {pair}" for pair in stack.overlaps()]
    found += [f"half of a booking: {row}" for row in stack.halves()]
    found += [f"answer {status} to {wish}: {text[:300]}" for status, wish, text in seen
              if status not in (201, 303, 409, 422)]
    taken = quarters(stack)
    # Nothing is ever cancelled here: what fits in the end did fit when it was refused.
    found += [f"refused though free: {wish}" for status, wish, _ in seen if status == 409 and would_fit(wish, taken)]
    found += [f"a conflict that names none: {wish}" for status, wish, text in seen
              if status == 409 and '"conflicts":[{' not in text]
    accepted = collections.Counter(leaf for status, wish, _ in seen if status in (201, 303)
                                   for room, _ in wish.items for leaf in LEAVES[room])
    for leaf, before in versions.items():
        if sync_version(stack, leaf) - before < accepted[leaf]:
            found.append(f"calendar of {leaf}: {accepted[leaf]} bookings, version {before} to {sync_version(stack, leaf)}")
    stored = stack.database.value("SELECT COUNT(*) FROM reservation_booking WHERE place_id = 900 AND title = 'essai'")
    answered = sum(status in (201, 303) for status, _, _ in seen)
    if stored != answered:
        found.append(f"{answered} were told yes, {stored} are stored")
    return found


def sync_version(stack, leaf):
    return stack.database.value(f"SELECT sync_version FROM reservation_resource WHERE id = {leaf}")


def versions(stack):
    return {leaf: sync_version(stack, leaf) for leaf in (ROOM_A, ROOM_B, DESKS, HALF_1, HALF_2)}


class Rival(threading.Thread):
    """Takes the rooms' locks in the wrong order, again and again, and is never the one that loses: bookings of two
    rooms meet a deadlock, as they would between two servers, and have to be repeated."""

    def __init__(self, database):
        super().__init__()
        self.database, self.over = database, threading.Event()

    def run(self):
        # More rows changed makes it the heavier side, which InnoDB spares.
        self.database.rows("CREATE TABLE IF NOT EXISTS weight (id INT PRIMARY KEY, n INT)"
                           " SELECT seq AS id, 0 AS n FROM seq_1_to_500")
        while not self.over.is_set():
            self.database.rows(f"BEGIN; UPDATE weight SET n = n + 1;"
                               f" UPDATE reservation_resource SET position = position WHERE id = {DESKS};"
                               f" SELECT id FROM reservation_resource WHERE id = {DESKS} FOR UPDATE; DO SLEEP(0.05);"
                               f" SELECT id FROM reservation_resource WHERE id = {ROOM_A} FOR UPDATE; ROLLBACK;")
            self.over.wait(0.3)


def test_64_clients_of_50_bookings():
    with st.Stack(web="nginx") as stack:
        before = versions(stack)
        rival = Rival(stack.database)
        rival.start()
        try:
            seen = storm(stack)
        finally:
            rival.over.set()
            rival.join()
        assert wrongs(stack, seen, before) == []
        count = collections.Counter(status for status, _, _ in seen)
        assert count[201] >= 200 and count[409] >= 200, count
        assert stack.metric("comptoir_transaction_repeats_total") >= 1
        assert st.ctl(stack.comptoir.config, "verify").returncode == 0


def build_without_guard(folder):
    """The module, compiled again from its sources with CT_TEST_NO_GUARD."""
    sources = sorted((SOURCE / "plugins/reservation").glob("*.c"))
    assert "CT_TEST_NO_GUARD" in (SOURCE / "plugins/reservation/store.c").read_text()
    flags, libraries = (shlex.split(subprocess.run(["pkg-config", what, "talloc", "jansson", "libical"], capture_output=True,
                                                   text=True, check=True).stdout) for what in ("--cflags", "--libs"))
    core = next((BUILD / "core/.libs").glob("libcomptoir*.so"))
    subprocess.run(["cc", "-std=c11", "-O1", "-fPIC", "-shared", "-D_GNU_SOURCE", "-DCT_TEST_NO_GUARD",
                    f"-I{SOURCE}/core/include", *(f"-I{x}" for x in (SOURCE / "plugins").glob("*/include")), *flags,
                    "-o", str(folder / "reservation.so"), *map(str, sources), str(core), *libraries], check=True)


def test_without_the_guard_it_is_seen():
    if not shutil.which("cc"):
        pytest.skip("no C compiler")
    folder = st.short_folder("ct-plugins-")
    try:
        build_without_guard(folder)
        with st.Stack(web="nginx", paths_plugins=folder) as stack:
            before = versions(stack)
            found = wrongs(stack, storm(stack, 10), before)
            assert len([w for w in found if w.startswith("calendar of")]) == 5, found[:5]
            hours = twelve_desks(stack)
            assert [h for h in hours if 409 in h], hours
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def test_one_slot_one_winner():
    """Many at once for exactly one hour, of a hall and of its half: one gets it. Of twelve desks each gets one."""
    with st.Stack(web="nginx") as stack:
        for hour in range(8, 20, 2):
            assert at_once(stack, [HALL, HALF_1] * 6, f"{st.day(12)}T{hour:02}:00",
                           f"{st.day(12)}T{hour + 1:02}:00") == [201] + [409] * 11
        assert twelve_desks(stack) == [[201] * 12] * 14
        assert stack.overlaps() == [] and stack.halves() == []
