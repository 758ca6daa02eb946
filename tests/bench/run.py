#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The day page, a booking and a feed beside their bare twins, as ratios of one run: `make bench`.

A twin runs the same SQL (recorded from MariaDB's general log) and gives the same bytes, and nothing else (twin.c). What
is asked for, by the design: the day page at least half as fast as its twin, a booking at least 0.70, a feed of 10 000
events at most twice the time of reading its rows. Figures, no verdict: a busy machine is no reason to fail a build.
Both sides prepare their statements once.
"""
import contextlib
import os
import pathlib
import re
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

import crowd                                                            # noqa: E402
import fcgi                                                             # noqa: E402
import stack as st                                                      # noqa: E402

SECONDS = int(os.environ.get("BENCH_SECONDS", "6"))
CLIENTS, BOOKINGS, EVENTS = 4, 300, 10_000
TWIN, LOAD = (str(st.BUILD / "tests/bench" / name) for name in ("twin", "load"))
QUIET = ["--innodb-flush-log-at-trx-commit=2", "--innodb-buffer-pool-size=256M"]
ENVIRONMENT = {**os.environ, "TWIN_PASSWORD": st.USER_SECRET}


def say(what, ours, twin, ratio, wanted):
    print(f"{what:<28} {ours:>14} {'twin':>6} {twin:>14}   ratio {ratio:5.2f}   ({wanted})", flush=True)


class Statements(list):
    """Statements with their values; `templates` are those that were prepared, with a ? for each value."""


def logged(database, kinds):
    rows = database.rows("SELECT HEX(argument) FROM mysql.general_log WHERE user_host LIKE 'comptoir[%'"
                         f" AND command_type IN ({kinds}) ORDER BY event_time, thread_id", "mysql")
    return [bytes.fromhex(row[0]) for row in rows]


@contextlib.contextmanager
def recorded(stack, warm):
    """Collects the statements that Comptoir sends meanwhile, with their values, in order.

    The server notes values only of what was prepared while it logs, so the workers start anew, and `warm` is
    called until each has been there."""
    statements = Statements()
    stack.database.rows("SET GLOBAL log_output = 'TABLE', general_log = 1")
    stack.comptoir.stop()
    stack.comptoir.start()
    for n in range(12):
        warm(n)
    time.sleep(1.5)                                         # the job process has begun
    statements.templates = logged(stack.database, "'Prepare'")
    stack.database.rows("TRUNCATE mysql.general_log")
    yield statements
    stack.database.rows("SET GLOBAL general_log = 0")
    statements.templates += logged(stack.database, "'Prepare'")
    statements += [t for t in logged(stack.database, "'Execute', 'Query'") if not t.upper().startswith(b"SET ")]
    stack.comptoir.stop()
    stack.comptoir.start()


def write(path, statements):
    path.write_bytes(b"".join(s + b"\0" for s in statements))
    return str(path)


def rate(socket, uri):
    """Answers a second, after a warm-up."""
    subprocess.run([LOAD, socket, uri, str(CLIENTS), "1"], check=True, capture_output=True)
    done = subprocess.run([LOAD, socket, uri, str(CLIENTS), str(SECONDS)], check=True, capture_output=True, text=True)
    return int(done.stdout) / SECONDS


def twin_run(stack, statements, times=1):
    path = write(stack.folder / "statements", statements)
    done = subprocess.run([TWIN, "run", stack.database.socket, path, str(times)], check=True, capture_output=True, text=True,
                          env=ENVIRONMENT)
    return float(done.stdout)


VALUE = rb"(NULL|-?\d+|(?:DATE|TIMESTAMP)?'(?:[^'\\]|\\.|'')*')"
ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"0": b"", b"Z": b"\x1a"}


def word(value):
    """A value of the log in the form that twin.c reads."""
    if value == b"NULL":
        return b"N\0"
    if value[:1] in b"DT":
        return b"T" + value.partition(b"'")[2][:-1] + b"\0"
    if not value.startswith(b"'"):
        return b"I" + value + b"\0"
    text = value[1:-1].replace(b"''", b"'")
    return b"S" + re.sub(rb"\\(.)", lambda m: ESCAPES.get(m[1], m[1]), text, flags=re.S) + b"\0"


def twin_replay(stack, statements):
    """Runs the statements with their values, each prepared once, and gives the seconds."""
    templates = list(dict.fromkeys(statements.templates))
    patterns = [re.compile(VALUE.join(map(re.escape, t.split(b"?"))), re.S) for t in templates]
    words = []
    for statement in statements:
        found = next(((n, m) for n, m in ((n, p.fullmatch(statement)) for n, p in enumerate(patterns)) if m), None)
        if found:
            words.append(b"%d\0" % found[0] + b"".join(map(word, found[1].groups())) + b"\0")
        else:
            assert re.fullmatch(rb"(START TRANSACTION|COMMIT|ROLLBACK)", statement), statement
            words.append(b"Q" + statement + b"\0")
    (stack.folder / "words").write_bytes(b"".join(words))
    done = subprocess.run([TWIN, "replay", stack.database.socket, write(stack.folder / "templates", templates),
                           str(stack.folder / "words")], check=True, capture_output=True, text=True, env=ENVIRONMENT)
    return float(done.stdout)


def day_page(stack):
    uri = f"/places/grand/day?date={st.day(crowd.AHEAD)}"
    headers = {"Accept": "text/html", "Accept-Language": "fr"}

    def ask(_=0, **more):
        return fcgi.request(stack.comptoir.socket, "GET", uri, headers={**headers, **more})

    with recorded(stack, ask) as statements:
        answer = ask()
    assert answer.status == 200 and statements
    ours = rate(stack.comptoir.socket, uri)
    body = stack.folder / "body"
    body.write_bytes(answer.body)
    socket = str(stack.folder / "twin")
    twin = subprocess.Popen([TWIN, "serve", socket, stack.database.socket, write(stack.folder / "page", statements),
                             str(body)], stdout=subprocess.PIPE, text=True, env=ENVIRONMENT)
    try:
        assert twin.stdout.readline() == "ready\n"
        bare = rate(socket, uri)
    finally:
        twin.terminate()
        twin.wait()
        twin.stdout.close()
    say(f"day page ({len(statements)} statements)", f"{ours:.0f}/s", f"{bare:.0f}/s", ours / bare, "wanted: 0.50 or more")


def book(stack, n):
    token = stack.accounts["membre@demo.example"]["token"]
    date, hour = st.day(20 + n // 14), 8 + n % 14
    body = (f'{{"resource": {st.DESKS}, "start": "{date}T{hour:02}:00", "end": "{date}T{hour + 1:02}:00",'
            f' "title": "essai {n}"}}').encode()
    answer = fcgi.request(stack.comptoir.socket, "POST", "/bookings", body, {
        "Authorization": f"Bearer {token}", "Content-Type": "application/json", "Accept": "application/json"})
    assert answer.status == 201, answer.body


def booking():
    """Recorded in one installation, timed in another, replayed in a third, all from the same files."""
    with st.Stack(web="nginx", database_options=QUIET) as stack:
        with recorded(stack, lambda n: book(stack, 2000 + n)) as statements:
            for n in range(BOOKINGS):
                book(stack, n)
    with st.Stack(web="nginx", database_options=QUIET) as stack:
        warm_up(stack)
        started = time.monotonic()
        for n in range(BOOKINGS):
            book(stack, n)
        ours = BOOKINGS / (time.monotonic() - started)
    with st.Stack(web="nginx", database_options=QUIET) as stack:
        warm_up(stack)
        stack.comptoir.stop()
        bare = BOOKINGS / twin_replay(stack, statements)
        stored = stack.database.value("SELECT COUNT(*) FROM reservation_occupancy o JOIN reservation_item i"
                                      " ON i.id = o.item_id JOIN reservation_booking b ON b.id = i.booking_id"
                                      " WHERE b.title LIKE 'essai %'")
        assert stored == BOOKINGS + 12, stored
    say(f"booking ({len(statements) / BOOKINGS:.0f} statements)", f"{ours:.0f}/s", f"{bare:.0f}/s", ours / bare,
        "wanted: 0.70 or more")


def warm_up(stack):
    for n in range(12):
        book(stack, 2000 + n)


def feed(stack):
    crowd.events(stack.database)
    uri = "/calendars/places/grand.ics"

    def ask(_=0, **headers):
        return fcgi.request(stack.comptoir.socket, "GET", uri, headers=headers)

    with recorded(stack, ask) as statements:
        answer = ask()
    assert answer.body.count(b"BEGIN:VEVENT") == EVENTS
    times = []
    for _ in range(15):
        started = time.monotonic()
        ask()
        times.append(time.monotonic() - started)
    ours, bare = sorted(times)[7], sorted(twin_run(stack, statements) for _ in range(9))[4]
    say(f"feed of {EVENTS} events", f"{ours * 1000:.1f} ms", f"{bare * 1000:.1f} ms", ours / bare, "wanted: 2.00 or less")
    same = {"If-None-Match": answer.headers["etag"]}
    with recorded(stack, lambda _: ask(**same)) as statements:
        assert ask(**same).status == 304
    started = time.monotonic()
    for _ in range(200):
        ask(**same)
    ours, bare = (time.monotonic() - started) / 200, twin_run(stack, statements, 200) / 200
    say(f"unchanged ({len(statements)} statement)", f"{ours * 1000:.2f} ms", f"{bare * 1000:.2f} ms", ours / bare,
        "wanted: one statement")


def main():
    with st.Stack(web="nginx", database_options=QUIET) as stack:
        crowd.place(stack.database)
        crowd.fill(stack.database, 0, EVENTS - 1)
        day_page(stack)
        feed(stack)
    booking()


if __name__ == "__main__":
    main()
