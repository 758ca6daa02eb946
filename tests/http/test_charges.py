# SPDX-License-Identifier: GPL-3.0-or-later
"""What bookings make people owe: charges follow each change of a booking, and the treasurer sees what is to be billed."""
import csv
import email
import email.policy
import io
import re

import pytest

import stack as st
from stack import DESKS, HALL, ON_REQUEST, ROOM_A, ROOM_B, fresh_day, plain, wait_for
from test_change import changed
from test_prices import add
from test_story import at, booked

TREASURER, MEMBER, MANAGER = "tresor@demo.example", "membre@demo.example", "gestion@demo.example"
PAGE = "/o/filature/charges"

pytestmark = pytest.mark.usefixtures("sound")


@pytest.fixture(scope="module")
def stack():
    """One with the plugin; what its sample network is to bill already is taken away."""
    st.restart_days()
    with st.Stack(web="nginx", plugins_load="reservation invoicing") as running:
        yield running


@pytest.fixture
def treasurer(stack):
    return stack.program(TREASURER)


def rows(stack, made, what="c.amount_cents"):
    """Of a booking, in the order in which they were made."""
    return [row if len(row) > 1 else row[0] for row in stack.database.rows(
        f"SELECT {what} FROM invoicing_charge c JOIN reservation_booking b ON b.id = c.source_id AND c.source_kind ="
        f" 'reservation.booking' JOIN invoicing_client k ON k.id = c.client_id WHERE b.uid = '{made['uid']}' ORDER BY c.id")]


def owes(stack, made):
    return sum(map(int, rows(stack, made)))


def bill(stack, made):
    stack.database.rows("UPDATE invoicing_charge c JOIN reservation_booking b ON b.id = c.source_id"
                        f" SET c.billed_utc = UTC_TIMESTAMP() WHERE b.uid = '{made['uid']}' AND c.billed_utc IS NULL")


def book(client, room=ROOM_A, on=None, start=10, end=12, **more):
    on = on or fresh_day()
    return booked(client.book(room, at(on, start), at(on, end), title="essai: à facturer", **more))


def seen(treasurer, **filters):
    answer = treasurer.get(PAGE, params={"limit": 500, **filters})
    assert answer.status_code == 200, answer.text
    return answer.json()


# ---- bookings

def test_a_booking_is_charged_in_its_own_transaction(stack, member, treasurer):
    on = fresh_day()
    made = book(member, on=on)
    assert made["price"]["total"]["cents"] == 4800
    assert rows(stack, made, "c.amount_cents, c.quantity, c.unit_amount, c.unit, c.vat_code, c.amounts, k.party_id, c.place_id,"
                " c.service_from_d, c.service_to_d") == [
                    ["4800", "20000", "240000", "HUR", "S20", "include_vat", str(stack.person(MEMBER)), "900", on, on]]
    row = next(c for c in seen(treasurer)["charges"] if c["amount"]["cents"] == 4800 and c["to_d"] == on)
    year, month, date = on.split("-")
    assert plain(row["title"]) == f"Essai A, {date}/{month}/{year}, 10 h – 12 h"
    assert (row["client_name"], row["place"], row["draft"], row["credit"]) == ("Camille Lefebvre", "Lieu d'essai", False, False)


def test_a_move_changes_what_is_owed_and_nothing_else(stack, member):
    made = book(member)
    first = rows(stack, made, "c.id")
    later = changed(member, made, end=at(made["end_local"][:10], 13))
    assert owes(stack, made) == later["price"]["total"]["cents"] == 7200
    assert rows(stack, made, "c.id")[:1] == first and len(rows(stack, made)) == 2
    before = rows(stack, made, "c.id, c.line, c.version, c.amount_cents, c.label")
    words = changed(member, later, title="essai: un autre titre")
    assert rows(stack, made, "c.id, c.line, c.version, c.amount_cents, c.label") == before
    to = fresh_day()
    changed(member, words, start=at(to, 10), end=at(to, 13))
    assert set(rows(stack, made, "c.service_to_d")) == {to} and owes(stack, made) == 7200
    assert stack.database.value("SELECT s.title FROM invoicing_source s JOIN reservation_booking b ON b.id = s.source_id"
                                f" WHERE b.uid = '{made['uid']}'").startswith("Essai A, " + "/".join(reversed(to.split("-"))))


def test_what_was_billed_is_taken_back_whole(stack, member):
    made = book(member)
    bill(stack, made)
    to = fresh_day()
    moved = changed(member, made, start=at(to, 10), end=at(to, 12))
    assert [int(cents) for cents in rows(stack, made)] == [4800, -4800, 4800]
    assert rows(stack, made, "c.reverses_id IS NOT NULL, c.billed_utc IS NOT NULL") == [["0", "1"], ["1", "0"], ["0", "0"]]
    on = made["start_local"][:10]
    changed(member, moved, start=at(on, 10), end=at(on, 12))
    assert [int(cents) for cents in rows(stack, made)] == [4800], "as it was billed: there is nothing to credit"


@pytest.mark.parametrize("share, owed", [(0, 0), (5000, 2400), (10000, 4800)])
def test_cancelling_leaves_what_it_costs(stack, member, share, owed):
    made = book(member)
    if share:
        stack.database.rows("INSERT INTO reservation_cancel_line (booking_id, until_local, fee_cents, label) SELECT id,"
                            f" start_local, {4800 * share // 10000}, 'une part' FROM reservation_booking WHERE uid = '{made['uid']}'")
    done = member.post(f"/bookings/{made['uid']}/cancel", json={"expected_fee": f"{owed // 100},00"})
    assert done.status_code == 200, done.text
    assert [int(cents) for cents in rows(stack, made)] == ([owed] if owed else [])


def test_the_house_cancels_a_billed_one_for_nothing(stack, member, manager):
    made = book(member)
    bill(stack, made)
    assert manager.post(f"/bookings/{made['uid']}/cancel", json={}).status_code == 200
    assert [int(cents) for cents in rows(stack, made)] == [4800, -4800]


def test_a_fee_of_two_rates_bears_both(stack, member, manager):
    coffee = add(manager, "extras", label="café facturé", price="11,00", unit="booking", vat_code="S10", place="900")
    made = book(member, extras=[coffee])
    assert rows(stack, made, "c.amount_cents, c.vat_code") == [["4800", "S20"], ["1100", "S10"]]
    stack.database.rows("INSERT INTO reservation_cancel_line (booking_id, until_local, fee_cents, label) SELECT id,"
                        f" start_local, 2951, 'la moitié' FROM reservation_booking WHERE uid = '{made['uid']}'")
    assert member.post(f"/bookings/{made['uid']}/cancel", json={"expected_fee": "29,51"}).status_code == 200
    assert rows(stack, made, "c.amount_cents, c.vat_code") == [["2401", "S20"], ["550", "S10"]]


def test_nothing_is_owed_before_it_is_firm(stack, member, manager):
    made = book(member, room=ON_REQUEST)
    assert made["status"] == "pending" and rows(stack, made) == []
    assert manager.post(f"/bookings/{made['uid']}/confirm", json={}).status_code == 200
    assert owes(stack, made) == 10000
    refused = book(member, room=ON_REQUEST)
    assert manager.post(f"/bookings/{refused['uid']}/reject", json={}).status_code == 200
    assert rows(stack, refused) == []


def test_what_is_free_posts_nothing(stack, member, manager):
    made = book(member, room=DESKS)
    assert rows(stack, made) == []
    gift = add(manager, "reasons", label="geste à facturer", code="inside")
    on = fresh_day()
    given = booked(manager.book(ROOM_B, at(on, 9), at(on, 10), reason=gift, title="essai: offert"))
    assert given["price"]["total"]["cents"] == 0 and rows(stack, given) == []


def test_less_for_a_reason_is_a_line_below_nought(stack, manager):
    gift, label = stack.database.rows("SELECT n.id, n.label FROM reservation_reason n JOIN organisation o ON o.id = n.org_id"
                                      " WHERE o.slug = 'filature' LIMIT 1")[0]
    on = fresh_day()
    made = booked(manager.book(ROOM_B, at(on, 9), at(on, 11), reason=gift, amount="30,00", title="essai: moins"))
    assert rows(stack, made, "c.amount_cents, c.quantity, c.unit_amount") == [["4800", "20000", "240000"],
                                                                             ["-1800", "-10000", "180000"]]
    assert label in rows(stack, made, "c.label")[1]


def mailed_link(stack, uid):
    def found():
        for path in stack.comptoir.mails():
            text = email.message_from_bytes(path.read_bytes(), policy=email.policy.default).get_body(("plain",)).get_content()
            link = re.search(rf"http\S+/bookings/{uid}/verify\?t=\S+", text)
            if link:
                return stack.link(link[0])
        return None
    return wait_for(found)


def test_a_guest_owes_by_the_address_that_she_proved(stack):
    guest, made = stack.visitor(), []
    for _ in range(2):
        on = fresh_day()
        made.append(guest.book(ROOM_A, at(on, 10), at(on, 12), name="Zoé Invitée", email="zoe.facture@example.org").json())
        assert made[-1]["status"] == "hold" and rows(stack, made[-1]) == []
        browser = stack.browser()
        link = mailed_link(stack, made[-1]["uid"])
        assert browser.submit(browser.page(link).form("/verify?t=" + link.split("t=")[1])).status_code == 303
    assert {tuple(row) for m in made for row in rows(stack, m, "k.email, k.name, COALESCE(k.party_id, 'none'), c.amount_cents")} == {
        ("zoe.facture@example.org", "Zoé Invitée", "none", "4800")}
    assert rows(stack, made[0], "k.id") == rows(stack, made[1], "k.id")


def test_who_calls_without_an_address_owes_too(stack, manager):
    on = fresh_day()
    made = manager.post("/o/filature/bookings/new", json={"name": "Mme Dupont", "date": on, "from": "10:00", "to": "12:00",
                                                          "resource": str(ROOM_A)}).json()
    assert rows(stack, made, "k.name, COALESCE(k.email, 'none'), c.amount_cents") == [["Mme Dupont", "none", "4800"]]


def test_reference_and_project_go_along(stack, manager):
    on = fresh_day()
    project = stack.database.rows("INSERT INTO project (org_id, code, label) SELECT id, 'FQ', 'Fête du quartier' FROM organisation"
                                  " WHERE slug = 'filature' RETURNING id")[0][0]
    town = stack.database.value("SELECT id FROM organisation WHERE slug = 'lys-lez'")
    made = booked(manager.book(HALL, at(on, 9), at(on, 10), payer=str(town), order_ref="BC-2026-7", title="essai: mairie"))
    assert rows(stack, made, "k.party_id, c.order_ref") == [[str(town), "BC-2026-7"]]
    called = manager.post("/o/filature/bookings/new", json={"name": "La mairie", "date": on, "from": "14:00", "to": "15:00",
                                                            "resource": str(ROOM_A), "project": project}).json()
    assert rows(stack, called, "c.project_id") == [project]


def test_a_booking_and_its_charge_are_one(stack, member):
    """Where the charge cannot be written, nothing is booked."""
    before = stack.database.value("SELECT COUNT(*) FROM reservation_booking")
    stack.database.rows("ALTER TABLE invoicing_charge ADD CONSTRAINT essai CHECK (amount_cents <> 17)")
    try:
        on = fresh_day()
        stack.database.rows("UPDATE reservation_step SET amount_cents = 17 WHERE tariff_id = 901 AND unit = 'hour_begun'")
        assert member.book(ROOM_A, at(on, 9), at(on, 10)).status_code == 500
    finally:
        stack.database.rows("ALTER TABLE invoicing_charge DROP CONSTRAINT essai;"
                            "UPDATE reservation_step SET amount_cents = 2400 WHERE tariff_id = 901 AND unit = 'hour_begun'")
    assert stack.database.value("SELECT COUNT(*) FROM reservation_booking") == before
    log = stack.comptoir.folder / "log"
    log.write_text(log.read_text(errors="replace").replace(" status=500", " status=5xx"))     # this one was meant


# ---- the page

def test_the_list_by_client_and_period(stack, member, treasurer):
    on = fresh_day()
    made = book(member, on=on)
    view = seen(treasurer, **{"from": on, "to": on})
    assert [(c["client_name"], c["amount"]["cents"]) for c in view["charges"]] == [("Camille Lefebvre", 4800)]
    assert view["totals"] == [{"total": {"cents": 4800, "currency": "EUR"}}]
    everything = seen(treasurer)
    camille = next(c for c in everything["clients"] if c["name"] == "Camille Lefebvre")
    hers = seen(treasurer, client=camille["id"])
    assert {c["client"] for c in hers["charges"]} == {camille["id"]} and hers["totals"][0]["total"] == camille["total"]
    assert [c for c in everything["charges"] if c["client"] == camille["id"]] == hers["charges"]
    assert seen(treasurer, q="rien de tel")["charges"] == []
    assert {c["client_name"] for c in seen(treasurer, q="camille")["charges"]} == {"Camille Lefebvre"}
    bill(stack, made)
    assert seen(treasurer, **{"from": on, "to": on})["charges"] == []


def test_pages_have_each_row_once(stack, member, treasurer):
    for _ in range(3):
        book(member)
    everything = [c["id"] for c in seen(treasurer)["charges"]]
    found, after = [], None
    while True:
        view = treasurer.get(PAGE, params={"limit": 2, **({"after": after} if after else {})}).json()
        found += [c["id"] for c in view["charges"]]
        after = view["next"]
        if not after:
            break
    assert found == everything and len(set(found)) == len(found) > 3


def test_as_a_spreadsheet(stack, member, treasurer):
    book(member)
    answer = treasurer.get(PAGE + "/all")
    assert answer.headers["Content-Type"].startswith("text/csv")
    table = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert [row["id"] for row in table] == [c["id"] for c in seen(treasurer)["charges"]]
    assert {"client_name", "title", "amount", "vat_code"} <= set(table[0])
    assert treasurer.get(PAGE + ".csv").status_code == 200


def test_the_page_reads_well(stack, member, treasurer):
    made = book(member)
    page = st.Client(stack.url, token=stack.accounts[TREASURER]["token"], accept="text/html").page(PAGE)
    assert page.status == 200 and page.unlabelled() == [] and "À facturer" in page.text and "Camille Lefebvre" in page.text
    assert "TTC" in page.text and made["start_local"][:4] in page.text
    empty = st.Client(stack.url, token=stack.accounts[TREASURER]["token"], accept="text/html").page(PAGE, params={"q": "zzz"})
    assert "Rien de tel" in empty.text or "à facturer" in empty.text


def test_it_costs_the_same_however_much_there_is(stack, member, treasurer):
    book(member)
    few = stack.comptoir.queries(lambda: treasurer.get(PAGE, params={"limit": 1}))
    for _ in range(4):
        book(member)
    assert stack.comptoir.queries(lambda: treasurer.get(PAGE)) == few


def test_too_many_to_add_up_is_said(stack, member, treasurer):
    """Of five thousand and one clients the totals are those of the first ones, and the page says so."""
    org = stack.database.value("SELECT id FROM organisation WHERE slug = 'filature'")
    page = st.Client(stack.url, token=stack.accounts[TREASURER]["token"], accept="text/html")
    words, day = "trop de clients pour les additionner", "2031-02-03"
    insert = ("INSERT INTO invoicing_source (issuer_id, kind, source_id, title) SELECT {org}, 'essai.many', seq, 'Beaucoup' FROM seq_{a}_to_{b};"
              "INSERT INTO invoicing_client (issuer_id, email, name) SELECT {org}, CONCAT('m', seq, '@many.example'), CONCAT('Zz ', LPAD(seq, 5, 0))"
              " FROM seq_{a}_to_{b}; INSERT INTO invoicing_charge (issuer_id, client_id, source_kind, source_id, line, version, label, quantity, unit_amount,"
              " amount_cents, amounts, currency, vat_code, service_from_d, service_to_d) SELECT {org}, k.id, 'essai.many', seq, '1', 1, 'Location', 10000, 10000,"
              " 100, 'include_vat', 'EUR', 'S20', '{day}', '{day}' FROM seq_{a}_to_{b} JOIN invoicing_client k ON k.email = CONCAT('m', seq, '@many.example')")
    stack.database.rows(insert.format(org=org, a=1, b=5000, day=day))
    view = treasurer.get(PAGE, params={"from": day, "to": day}).json()
    assert (len(view["clients"]), view["totals"][0]["total"]["cents"], view["more"]) == (5000, 500000, False)
    assert words not in page.page(f"{PAGE}?from={day}&to={day}").text
    stack.database.rows(insert.format(org=org, a=5001, b=5001, day=day))
    view = treasurer.get(PAGE, params={"from": day, "to": day}).json()
    assert (len(view["clients"]), view["totals"][0]["total"]["cents"], view["more"]) == (5000, 500000, True)
    assert words in page.page(f"{PAGE}?from={day}&to={day}").text
    stack.database.rows("DELETE FROM invoicing_charge WHERE source_kind = 'essai.many'; DELETE FROM invoicing_source WHERE kind = 'essai.many';"
                        "DELETE FROM invoicing_client WHERE email LIKE '%@many.example'")


def test_the_form_asks_nothing_more(stack, member):
    """Where nobody takes shares, the price costs no query more than without the plugin."""
    on = fresh_day()
    path = f"/resources/{ROOM_A}/price"
    here = stack.comptoir.queries(lambda: member.get(path, params={"start": at(on, 9), "end": at(on, 10)}))
    with st.Stack(web="nginx") as bare:
        other = bare.program(MEMBER)
        there = bare.comptoir.queries(lambda: other.get(path, params={"start": at(on, 9), "end": at(on, 10)}))
    assert here <= there


@pytest.mark.parametrize("who", [None, MEMBER, "ouvreuse@demo.example", MANAGER, "admin@canal.example", "contact@lys-lez.example"])
@pytest.mark.parametrize("path", [PAGE, PAGE + "/all"])
def test_only_who_keeps_the_money_sees_it(stack, who, path):
    client = stack.program(who) if who else stack.visitor()
    assert client.get(path).status_code in ((401,) if not who else (403, 404))


def test_a_client_of_another_organisation_is_none(stack, member, treasurer):
    book(member)
    other = stack.database.rows("INSERT INTO invoicing_client (issuer_id, email, name) SELECT id, 'x@example.org', 'X'"
                                " FROM organisation WHERE slug = 'canal' RETURNING id")[0][0]
    answer = treasurer.get(PAGE, params={"client": other})
    assert answer.status_code == 422 and "client" in answer.json()["errors"]


# ---- people

def test_who_owes_does_not_just_leave(stack, member):
    book(member)
    due = stack.login(MEMBER).get("/me/delete", headers={"Accept": "text/html"})
    assert due.status_code == 200 and "La Filature" in due.text and "€" in due.text


def test_all_holds_of_the_rows(stack):
    assert st.ctl(stack.comptoir.config, "verify").returncode == 0


# ---- without the plugin

def test_without_it_booking_is_free_of_charges(stack):
    with st.Stack(web="nginx") as bare:
        made = book(bare.program(MEMBER))
        assert made["price"]["total"]["cents"] == 4800 and made["status"] == "confirmed"
        assert bare.program(TREASURER).get(PAGE).status_code == 404
        assert bare.database.rows("SHOW TABLES LIKE 'invoicing%'") == []
