# SPDX-License-Identifier: GPL-3.0-or-later
"""Invoicing, memberships and subsidies, each there or not beside reservation: all eight installations are made from nothing
and used, and a plugin that comes later, or goes, finds the bookings as they were."""
import itertools
import shutil

import pytest

import stack as st
from stack import ROOM_A, fresh_day
from test_charges import mailed_link
from test_story import at, booked

MEMBER, MANAGER, TREASURER = "membre@demo.example", "gestion@demo.example", "tresor@demo.example"
OPTIONAL = ("invoicing", "memberships", "subsidies")
EIGHT = [chosen for n in range(4) for chosen in itertools.combinations(OPTIONAL, n)]

# (plugin, who, page)
PAGES = [
    ("invoicing", MEMBER, "/invoices"), ("invoicing", TREASURER, "/o/filature/charges"), ("invoicing", TREASURER, "/o/filature/invoices"),
    ("invoicing", TREASURER, "/o/filature/payments"), ("invoicing", TREASURER, "/o/filature/balances"),
    ("invoicing", TREASURER, "/o/filature/invoices/month"), ("invoicing", TREASURER, "/o/filature/invoicing/issuer"),
    ("memberships", MEMBER, "/memberships"), ("memberships", MEMBER, "/o/filature/join"), ("memberships", MANAGER, "/o/filature/members"),
    ("memberships", TREASURER, "/o/filature/plans"), ("subsidies", MANAGER, "/o/filature/agreements"),
    ("subsidies", TREASURER, "/o/filature/instalments"),
]


class Made(st.Stack):
    """From nothing, in a database server that all share: one after the other."""

    def __init__(self, server, chosen):
        self.server = server
        super().__init__(web="nginx", plugins_load=load(chosen))

    def _start(self, database_options, through, settings):
        self.database = self.server
        self.database.rows("DROP DATABASE IF EXISTS comptoir", "")
        self.database.rows(st.users_sql(), "")
        self._serve(through, settings)
        st.restart_days()

    def _prepare(self, settings):
        accounts = self.folder / "accounts.txt"
        st.ctl(self.comptoir.config, "migrate")
        st.ctl(self.comptoir.config, "demo-data", "--accounts", str(accounts))
        self.database.rows((st.SOURCE / "tests/support/rooms.sql").read_text())
        self.accounts = st.read_accounts(accounts)

    def load(self, *chosen):
        """Other plugins, on the same database, as an update of the configuration does it."""
        self.comptoir.stop()
        self.comptoir.config.write_text(st.configuration(self.database.socket, self.folder, self.url, plugins_load=load(chosen)))
        st.ctl(self.comptoir.config, "migrate")
        self.comptoir.start()

    def stop(self):
        self.database = None                                # the next one's
        super().stop()


def load(chosen):
    return " ".join(["reservation", *chosen])


@pytest.fixture(scope="module")
def server():
    folder = st.short_folder("ct-all-")
    database = st.Database(folder / "db")
    try:
        database.start()
        yield database
    finally:
        database.stop()
        shutil.rmtree(folder, ignore_errors=True)


def by_member(stack):
    on = fresh_day()
    made = booked(stack.program(MEMBER).book(ROOM_A, at(on, 10), at(on, 12), title="essai: à deux"))
    assert made["status"] == "confirmed" and made["price"]["total"]["cents"] == 4800
    return made


def by_guest(stack):
    on = fresh_day()
    made = stack.visitor().book(ROOM_A, at(on, 10), at(on, 12), name="Zoé Invitée", email="zoe@exemple.example").json()
    assert made["status"] == "hold", made
    link, browser = mailed_link(stack, made["uid"]), stack.browser()
    assert browser.submit(browser.page(link).form("/verify?t=" + link.split("t=")[1])).status_code == 303
    assert stack.database.value(f"SELECT status FROM reservation_booking WHERE uid = '{made['uid']}'") == "confirmed"
    return made


def charged(stack, made):
    return stack.database.rows("SELECT SUM(amount_cents) FROM invoicing_charge c JOIN reservation_booking b ON b.id = c.source_id"
                               f" AND c.source_kind = 'reservation.booking' WHERE b.uid = '{made['uid']}'")[0][0]


def reads_well(stack, who, path):
    page = stack.program(who).page(path)
    assert page.status == 200 and page.headings and page.unlabelled() == [], (who, path, page.status)
    return page


def every_link_leads_somewhere(stack, who, path):
    """A page and its menu offer nothing that is not there."""
    client = stack.program(who)
    for link in sorted({href.split("#")[0] for href in client.page(path).links if href.startswith("/")} - {""}):
        answer = client.get(link, headers={"Accept": "text/html"}, allow_redirects=True)
        assert answer.status_code == 200, (who, path, link, answer.status_code)


@pytest.mark.parametrize("chosen", EIGHT, ids=["+".join(chosen) or "alone" for chosen in EIGHT])
def test_installed_and_used(server, chosen):
    with Made(server, chosen) as stack:
        tables = stack.database.rows("SHOW TABLES")
        assert {plugin for plugin in OPTIONAL if any(t.startswith(plugin) for t, in tables)} == set(chosen)
        own, guests = by_member(stack), by_guest(stack)
        helped = {"invoicing", "subsidies"} <= set(chosen)      # the sample network's foundation pays 30 % for the member
        for made, owed in ((own, "3360" if helped else "4800"), (guests, "4800")):
            assert "48,00" in st.plain(reads_well(stack, MANAGER, f"/bookings/{made['uid']}").text)
            if "invoicing" in chosen:
                assert charged(stack, made) == owed
        reads_well(stack, MEMBER, f"/bookings/{own['uid']}")
        for plugin, who, path in PAGES:
            if plugin in chosen:
                reads_well(stack, who, path)
            else:
                assert stack.program(who).get(path).status_code == 404, path
        for who in (MEMBER, MANAGER, TREASURER):
            every_link_leads_somewhere(stack, who, "/o/filature")
        assert stack.program(MEMBER).post(f"/bookings/{own['uid']}/cancel", json={}).status_code == 200
        assert "invoicing" not in chosen or charged(stack, own) is None
        st.ctl(stack.comptoir.config, "verify")
        assert [line for line in stack.comptoir.log().splitlines() if " status=5" in line or " level=error" in line] == []


def test_plugins_come_later_and_go(server):
    """What was booked stays as it was; from then on it is charged, and without the plugin nobody asks."""
    with Made(server, ()) as stack:
        early = by_member(stack)
        before = stack.database.rows("SELECT id, uid, status, total_cents FROM reservation_booking ORDER BY id")
        assert len(before) > 300
        for n, plugin in enumerate(OPTIONAL):
            stack.load(*OPTIONAL[:n + 1])
            assert stack.database.rows("SELECT id, uid, status, total_cents FROM reservation_booking ORDER BY id") == before
            for owner, who, path in PAGES:
                if owner == plugin:
                    reads_well(stack, who, path)
        assert charged(stack, early) is None
        later = stack.program(MEMBER).post(f"/bookings/{early['uid']}", json={
            "row_version": early["row_version"], "end": at(early["end_local"][:10], 13), "expected_total": "72,00"})
        assert later.status_code == 200 and charged(stack, early) == "7200", later.text
        st.ctl(stack.comptoir.config, "verify")
        stack.load()
        assert stack.program(MEMBER).post(f"/bookings/{early['uid']}/cancel", json={}).status_code == 200
        assert stack.program(TREASURER).get("/o/filature/charges").status_code == 404
        assert [line for line in stack.comptoir.log().splitlines() if " status=5" in line or " level=error" in line] == []
