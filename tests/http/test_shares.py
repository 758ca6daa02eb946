# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody takes half of what is charged: the form says so before, the booking after, and what is owed adds up."""
import email
import email.policy
import pathlib

import pytest

import stack as st
import test_records
from stack import ROOM_A, fresh_day, plain, wait_for
from test_charges import MEMBER, PAGE, TREASURER, rows
from test_story import at, booked

HERE = pathlib.Path(__file__).resolve().parent
BY = "Association Lys-Lez"

pytestmark = pytest.mark.usefixtures("sound")


class Installation(st.Stack):
    """With the plugin of share_taker.c."""

    def _start(self, database_options, through, settings):
        plugins = self.folder / "plugins"
        plugins.mkdir()
        for path in (st.BUILD / "plugins").glob("*.so"):
            (plugins / path.name).symlink_to(path.resolve())
        test_records.compile_plugin(HERE / "share_taker.c", "half", plugins, f"-I{st.SOURCE}/plugins/invoicing/include")
        super()._start(database_options, through, dict(settings, plugins_load="reservation invoicing half",
                                                       paths_plugins=plugins))


@pytest.fixture(scope="module")
def stack():
    st.restart_days()
    with Installation(web="nginx") as running:
        yield running


def test_the_price_says_who_takes_what(stack, member):
    on = fresh_day()
    price = member.get(f"/resources/{ROOM_A}/price", params={"start": at(on, 10), "end": at(on, 12)}).json()
    assert price["total"]["cents"] == price["gross"]["cents"] == 4800
    assert price["shares"] == [{"by": BY, "label": f"Facturé à {BY}", "amount": {"cents": 2400, "currency": "EUR"}}]
    assert price["left"]["cents"] == 2400
    html = st.Client(stack.url, token=stack.accounts[MEMBER]["token"], accept="text/html")
    page = html.page(f"/resources/{ROOM_A}/book", params={"start": at(on, 10), "end": at(on, 12)})
    text = plain(page.text)
    assert BY in text and "Il vous reste à payer" in text and "obligation de paiement – 24,00 €" in text
    form = page.form("/bookings")
    assert (form.value("expected_total"), form.value("expected_left")) == ("48,00", "24,00")


def test_a_guest_gets_none(stack):
    on = fresh_day()
    price = stack.visitor().get(f"/resources/{ROOM_A}/price", params={"start": at(on, 10), "end": at(on, 12)}).json()
    assert price["shares"] == [] and price["left"] is None


@pytest.mark.parametrize("order, buyers", [(None, 1), ("subsidy 7", 0)])
def test_what_is_owed_is_what_was_shown(stack, member, order, buyers):
    on = fresh_day()
    made = booked(member.book(ROOM_A, at(on, 10), at(on, 12), expected_total="48,00", expected_left="24,00", order_ref=order))
    person = str(stack.person(MEMBER))
    owed = [(payer, int(cents)) for payer, cents in rows(stack, made, "k.party_id, c.amount_cents")]
    assert sum(cents for payer, cents in owed if payer == person) == 2400
    assert [cents for payer, cents in owed if payer != person] == [2400] * buyers
    price = member.get(f"/bookings/{made['uid']}").json()["price"]
    assert price["left"]["cents"] == 2400 and [s["amount"]["cents"] for s in price["shares"]] == [2400]
    assert price["shares"][0]["label"] == (f"Pris en charge par {BY}" if order else f"Facturé à {BY}")
    assert member.post(f"/bookings/{made['uid']}/cancel", json={}).status_code == 200
    assert rows(stack, made) == []
    assert member.get(f"/bookings/{made['uid']}").json()["price"]["shares"] == []


def test_the_mail_says_what_is_left(stack, member):
    on = fresh_day()
    made = booked(member.book(ROOM_A, at(on, 10), at(on, 12), expected_left="24,00"))

    def found():
        texts = (email.message_from_bytes(path.read_bytes(), policy=email.policy.default).get_body(("plain",)).get_content()
                 for path in stack.comptoir.mails())
        return [plain(text) for text in texts if f"/bookings/{made['uid']}" in text]
    assert "48,00 € TTC, dont il vous reste 24,00 € à payer" in wait_for(found)[0]


def test_nobody_owes_more_than_was_shown(stack, member):
    """What it took when the form was shown is used up now: nothing is booked, and the form says what is left."""
    on = fresh_day()
    before = stack.database.value("SELECT COUNT(*) FROM reservation_booking")
    answer = member.book(ROOM_A, at(on, 10), at(on, 12), expected_total="48,00", expected_left="24,00", order_ref="gone")
    assert answer.status_code == 409 and "48,00" in plain(answer.json()["detail"])
    assert stack.database.value("SELECT COUNT(*) FROM reservation_booking") == before
    assert booked(member.book(ROOM_A, at(on, 10), at(on, 12), expected_total="48,00", order_ref="gone"))["status"] == "confirmed"


def test_the_treasurer_sees_both(stack, member):
    on = fresh_day()
    booked(member.book(ROOM_A, at(on, 10), at(on, 12)))
    view = stack.program(TREASURER).get(PAGE, params={"from": on, "to": on}).json()
    assert {c["name"]: c["total"]["cents"] for c in view["clients"]} == {"Camille Lefebvre": 2400, BY: 2400}
    assert view["totals"] == [{"total": {"cents": 4800, "currency": "EUR"}}]
    assert st.ctl(stack.comptoir.config, "verify").returncode == 0


def test_a_change_says_what_it_leaves(stack, member):
    on = fresh_day()
    made = booked(member.book(ROOM_A, at(on, 10), at(on, 12)))
    change = {"row_version": made["row_version"], "start": at(on, 10), "end": at(on, 14)}
    review = type(member)(stack.url, token=stack.accounts[MEMBER]["token"], accept="text/html").post(
        f"/bookings/{made['uid']}", data=change)
    assert review.status_code == 200, review.text[:500]
    page = plain(review.text)
    assert "24,00 € de plus" in page and "96,00 € TTC, dont il vous reste 48,00 € à payer" in page
    assert 'name="expected_left" value="48,00"' in review.text
    late = member.post(f"/bookings/{made['uid']}", json={**change, "expected_total": "96,00", "expected_left": "48,00",
                                                         "order_ref": "gone"})
    assert late.status_code == 409 and "96,00" in plain(late.json()["detail"])
    assert rows(stack, made) == ["4800", "-2400", "2400"], "it stays as it was"
    done = member.post(f"/bookings/{made['uid']}", json={**change, "expected_total": "96,00", "expected_left": "48,00"})
    assert done.status_code == 200 and sum(map(int, rows(stack, made))) == 9600
