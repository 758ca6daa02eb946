# SPDX-License-Identifier: GPL-3.0-or-later
"""What the day page reads does not grow with what was ever booked.

A place of 20 rooms with 120 bookings a day, first with 10 000 of them and then with 1 000 000 (COMPTOIR_SCALE: fewer),
more days before and after. The server's own counters say how many index entries and rows a page reads.
"""
import os

import pytest

import crowd
import stack as st
from crowd import AHEAD, fill

SMALL, LARGE = 10_000, int(os.environ.get("COMPTOIR_SCALE", "1000000"))
OPTIONS = ["--innodb-flush-log-at-trx-commit=0", "--skip-innodb-doublewrite", "--innodb-log-file-size=256M",
           "--innodb-buffer-pool-size=512M", "--tmp-memory-table-size=64M"]


def counters(database):
    rows = database.rows("SHOW GLOBAL STATUS LIKE 'Handler_read%'", "")
    return {name.lower(): int(value) for name, value in rows}


def reads(stack, path):
    """The least that a request for `path` was seen to read: other processes are there too."""
    client, seen = stack.visitor(), []
    for _ in range(8):
        before = counters(stack.database)
        answer = client.get(path)
        assert answer.status_code == 200
        after = counters(stack.database)
        seen.append({name: after[name] - before[name] for name in after})
    busy = [s for r in answer.json()["resources"] for s in r["stretches"] if s["state"] == "busy"]
    assert len(busy) >= 100                                 # it is a full day that was read
    idle = counters(stack.database)
    noise = {name: counters(stack.database)[name] - n for name, n in idle.items()}
    return {name: min(s[name] for s in seen) - noise[name] for name in idle}


@pytest.fixture(scope="module")
def measured():
    with st.Stack(web="nginx", database_options=OPTIONS) as stack:
        path = f"/places/grand/day?date={st.day(AHEAD)}"
        crowd.place(stack.database)
        fill(stack.database, 0, SMALL - 1)
        small = reads(stack, path)
        fill(stack.database, SMALL, LARGE - 1)
        assert stack.database.value("SELECT COUNT(*) FROM reservation_occupancy WHERE resource_id > 9500") == LARGE
        yield stack, small, reads(stack, path)


def test_day_page_reads_the_same_at_any_size(measured):
    _, small, large = measured
    assert 120 < small["handler_read_next"] < 2000, small
    assert large["handler_read_next"] <= small["handler_read_next"] * 11 // 10 + 50, (small, large)
    for name in ("handler_read_rnd_next", "handler_read_key", "handler_read_prev", "handler_read_rnd"):
        assert large[name] <= small[name] * 11 // 10 + 50, (name, small, large)


def test_booking_reads_the_same_at_any_size(measured):
    """The write protocol looks at the asked hour, and the alternatives at two weeks, of twenty rooms."""
    stack, _, _ = measured
    client = stack.program("membre@demo.example")
    date = st.day(AHEAD)
    before = counters(stack.database)
    assert client.book(9501, f"{date}T21:00", f"{date}T22:00").status_code == 201
    between = counters(stack.database)
    assert client.book(9501, f"{date}T10:00", f"{date}T11:00").status_code == 409
    after = counters(stack.database)
    assert between["handler_read_next"] - before["handler_read_next"] < 3000
    assert after["handler_read_next"] - between["handler_read_next"] < 40000
