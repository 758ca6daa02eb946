# SPDX-License-Identifier: GPL-3.0-or-later
"""Memberships: plans, joining by the web and at the desk, dues that are paid by hand, what members count as, renewals, and
what holds for two at once; with bookings and without, with invoicing and without."""
import concurrent.futures
import datetime

import pytest

import stack as st

ORG = "/o/filature"
MEMBERS, PLANS, JOIN = ORG + "/members", ORG + "/plans", ORG + "/join"


class MemberStack(st.Stack):
    """An installation whose kept database gets the tables of the plugins that it loads."""

    def __init__(self, load):
        self.load = load
        super().__init__(web="nginx", plugins_load=load)

    def _start_database(self):
        self.database.start()
        config = self.folder / "migrate.ini"
        config.write_text(st.configuration(self.database.socket, self.folder, "http://127.0.0.1:9", plugins_load=self.load))
        st.ctl(config, "migrate")


@pytest.fixture(scope="module")
def stack():
    with MemberStack("reservation memberships") as running:
        st.restart_days()
        yield running


def today():
    return datetime.datetime.now(datetime.timezone.utc).date()


@pytest.fixture(scope="module")
def treasurer(stack):
    return stack.login("admin@demo.example")


@pytest.fixture(scope="module")
def member(stack):
    return stack.login("membre@demo.example")


@pytest.fixture(scope="module")
def client(stack):
    """Who may commit Lys-Lez, a client of several places."""
    return stack.login("contact@lys-lez.example")


@pytest.fixture(scope="module")
def other(stack):
    return stack.login("admin@canal.example")


def add(who, path, **values):
    answer = who.post(path, json=values)
    assert answer.status_code == 201, answer.text
    return answer.json()


def plan(who, label, **more):
    values = {"label": label, "whom": "both", "pricing": "fixed", "price": "20", "period": "months", **more}
    return add(who, PLANS, **values)["id"]


def person(who, given, family, **more):
    return add(who, ORG + "/people", kind="person", given_name=given, family_name=family, **more)["id"]


def errors(answer, status=422):
    assert answer.status_code == status, answer.text
    return answer.json().get("errors", {})


def row(stack, key):
    columns = ("state", "from_d", "to_d", "dues_cents", "gift_cents", "reason", "hand_utc", "due_d", "source", "renewed_id")
    return dict(zip(columns, stack.database.rows(f"SELECT {', '.join(columns)} FROM memberships_membership WHERE id = {key}")[0]))


def test_join_and_pay(stack, treasurer, member):
    key = plan(treasurer, "Adhésion simple")
    made = add(member, JOIN, plan=key)
    stored = row(stack, made["id"])
    assert (stored["state"], stored["dues_cents"], stored["from_d"]) == ("due", "2000", str(today()))
