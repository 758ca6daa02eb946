# SPDX-License-Identifier: GPL-3.0-or-later
"""The story once more, in short: behind Caddy, as plain CGI, started by the web server, and under a path prefix."""
import concurrent.futures
import re

import pytest

import stack as st
import webservers
from stack import DESKS, ROOM_A

PREFIX = "/reserver"
SMOKE = [("caddy", ""), ("apache-cgi", ""), ("lighttpd-cgi", ""), ("nginx", PREFIX), ("apache", PREFIX),
         ("lighttpd", PREFIX), ("caddy", PREFIX), ("apache-cgi", PREFIX), ("lighttpd-cgi", PREFIX)]


def start(kind, prefix=""):
    if not webservers.available(kind):
        pytest.skip(f"{webservers.PROGRAMS[kind.partition('-')[0]]} is not installed")
    return st.Stack(web=kind, prefix=prefix)


def local_links(page):
    found = re.findall(r'(?:href|src|action)="([^"]*)"', page.answer.text)
    return [a for a in found if not re.match(r"#|https?:|mailto:|tel:|webcal:|\?", a)]


@pytest.mark.parametrize("kind,prefix", SMOKE)
def test_smoke(kind, prefix):
    with start(kind, prefix) as stack:
        day = st.day(20)
        someone = stack.login("membre@demo.example", accept="text/html")
        assert all(c.path == (prefix or "/") for c in someone.cookies)
        someone.headers.pop("X-CSRF-Token")
        home = someone.page("/")
        assert home.status == 200 and home.headings
        shown = someone.page("/places/essai/day", params={"date": day, "view": "list"})
        for page in (home, shown, someone.page(f"/resources/{ROOM_A}"), someone.page("/nowhere")):
            assert local_links(page) and [a for a in local_links(page) if not a.startswith(prefix + "/")] == []
        for asset in {a for a in local_links(home) if "/static/" in a}:
            answer = someone.get(someone.below(asset.partition("#")[0]))
            assert answer.status_code == 200 and answer.content, asset
        book = someone.page(someone.below(next(a for a in shown.links if f"/resources/{ROOM_A}/book" in a)))
        assert book.status == 200
        book = someone.page(f"/resources/{ROOM_A}/book", params={"start": f"{day}T14:00", "end": f"{day}T18:00"})
        answer = someone.submit(book.form("/bookings"), title="essai: clé")
        assert answer.status_code == 303, (answer.status_code, answer.text[:500])
        mine = someone.page(someone.below(answer.headers["location"]))
        assert "essai: clé" in mine.text
        other = stack.program("membre@canal.example")
        refused = other.book(ROOM_A, f"{day}T14:00", f"{day}T18:00")
        assert refused.status_code == 409 and len(refused.json()["alternatives"]) == 3
        feed = other.get(f"/calendars/resources/{ROOM_A}.ics")
        assert feed.headers["content-type"].startswith("text/calendar") and f"{day.replace('-', '')}T140000" in feed.text
        again = other.get(f"/calendars/resources/{ROOM_A}.ics", headers={"If-None-Match": feed.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert other.head(f"/resources/{ROOM_A}").content == b""
        assert stack.visitor().get("/healthz").json()["status"] == "ok"
        assert other.post("/bookings", json={}).status_code == 422
        answer = someone.submit(mine.form("/logout"))
        assert answer.status_code == 303 and answer.headers["location"] == prefix + "/"
        assert someone.get("/me").status_code == 401
        if prefix:
            assert "database" not in stack.visitor().get(stack.root + "/healthz").text


@pytest.mark.parametrize("kind", webservers.KINDS)
def test_24_clients_on_4_workers(kind):
    """Pages, bookings and feeds at once, each client with a kept connection of its own: nobody is turned away."""
    with start(kind) as stack:
        def client(n):
            reader = stack.program(["membre@demo.example", "membre@canal.example"][n % 2])
            statuses = []
            for i in range(6):
                date = st.day(20 + n % 5)
                statuses.append(reader.get("/places/essai/day", params={"date": date}).status_code)
                statuses.append(reader.book(DESKS, f"{date}T{8 + i:02}:00", f"{date}T{9 + i:02}:00").status_code)
                statuses.append(reader.get("/calendars/places/essai.ics").status_code)
            return statuses

        with concurrent.futures.ThreadPoolExecutor(24) as pool:
            statuses = [status for part in pool.map(client, range(24)) for status in part]
        assert statuses == [200, 201, 200] * (24 * 6), sorted(set(statuses))
