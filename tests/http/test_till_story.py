# SPDX-License-Identifier: GPL-3.0-or-later
"""The till's story, through all four plugins and only by what their pages and JSON offer: a member books a room for 100 €, pays her
price of 70 € of which an agreement takes half, is billed with the month, and what she cancels is credited."""
import csv
import io

import pytest

import counter
import stack as st
from counter import ORG, TOWN, Town, month
from invoices import text_of
from stack import HALL, ROOM_A, plain
from test_story import at, booked


@pytest.fixture(scope="module")
def town():
    with st.Stack(web="nginx", plugins_load=counter.PLUGINS) as running:
        yield Town(running)


@pytest.fixture(autouse=True)
def sound(town):
    yield
    st.ctl(town.stack.comptoir.config, "verify")
    assert [line for line in town.stack.comptoir.log().splitlines() if " status=5" in line or " level=error" in line] == []


@pytest.fixture(scope="module")
def members_price(town):
    def total():
        return town.price(month(2))["total"]["cents"]

    town.lower_price()
    assert total() == 10000
    joined = town.join()
    assert total() == 10000, "her dues are not paid"
    assert town.treasurer.post(f"/memberships/{joined}/paid", json={}).status_code == 200
    assert total() == 7000


def used(town, agreement):
    return town.treasurer.get(f"{ORG}/agreements/{agreement}").json()["used"]["cents"]


def owing(town, on):
    """What is to be billed of a day, by client."""
    view = town.treasurer.get(f"{ORG}/charges", params={"from": on, "to": on, "limit": 500}).json()
    return {c["name"]: c["total"]["cents"] for c in view["clients"]}


def pay(town, document):
    """By transfer, in two parts: then nothing is left, and her balance is 0. Gives who she is to the till."""
    client = town.stack.database.value(f"SELECT client_id FROM invoicing_document WHERE id = {document}")
    assert balance(town, client) == 3500
    for cents, left, state in ((1000, 2500, "partly_paid"), (2500, 0, "paid")):
        counter.add(town.treasurer, "payments", client=client, amount=f"{cents // 100},00", means="transfer", received=st.day(0),
                    document=[document])
        seen = town.document(document)
        assert (seen["state"], seen["total"]["cents"] - seen["paid"]["cents"]) == (state, left)
    assert balance(town, client) == 0
    return client


def balance(town, client):
    view = town.treasurer.get(f"{ORG}/balances/{client}").json()
    return sum(row["balance"]["cents"] for row in view["balances"])


@pytest.mark.parametrize("settles, on", [("invoice", month(2)), ("statement", month(3))])
def test_story(town, members_price, settles, on):
    agreement = town.agree(settles, on, order_ref="EJ-2026-118")
    quoted = town.price(on)
    assert [line["amount"]["cents"] for line in quoted["lines"]] == [10000, -3000]
    assert (quoted["total"]["cents"], quoted["left"]["cents"]) == (7000, 3500)
    assert [(share["by"], share["amount"]["cents"]) for share in quoted["shares"]] == [(TOWN, 3500)]
    made = booked(town.lina.book(HALL, at(on, 10), at(on, 12), title="Répétition", expected_total="70,00", expected_left="35,00"))
    assert used(town, agreement) == 3500
    buyer = {TOWN: 3500} if settles == "invoice" else {}
    assert owing(town, on) == {"Lina Wójcik": 3500, **buyer}

    run = town.bill(on)
    assert run["refused"] == [] and len(run["issued"]) == 1 + len(buyer)
    papers = {town.document(d["id"])["payer"]: d for d in run["issued"]}
    assert {name: d["total"]["cents"] for name, d in papers.items()} == {"Lina Wójcik": 3500, **buyer}
    assert owing(town, on) == {}
    hers = papers["Lina Wójcik"]
    text = town.text(hers["id"], town.lina)
    for word in (f"Facture {hers['number']}", "Association La Filature", "12 rue du Faubourg", "SIREN 732 829 320", "FR44732829320",
                 "Lina Wójcik", "8 rue des Arts", "59100 ROUBAIX", "Grande salle", "tarif adhérent", f"{TOWN}", "TVA 20 %", "29,17", "5,83",
                 "35,00 €", "FR76 3000 6000 0112 3456 7890 189"):
        assert word.lower() in text.lower(), (word, text)
    assert [row["number"] for row in town.lina.get("/invoices").json()["invoices"]][0] == hers["number"]

    if settles == "invoice":
        town_s = papers[TOWN]
        text = town.text(town_s["id"])
        for word in (town_s["number"], TOWN, "EJ-2026-118", "29,17", "5,83", "35,00 €", "majoré de 8 points"):
            assert word in text, (word, text)
        assert town.document(town_s["id"])["order_ref"] == "EJ-2026-118"
    else:
        table = town.treasurer.get(f"/agreements/{agreement}/statement.csv").content.decode("utf-8-sig")
        assert [row[:1] for row in csv.reader(io.StringIO(table), delimiter=";")][1:], table
        assert "35,00" in table and "70,00" in table and "Wójcik" not in table
        paper = " ".join(plain(text_of(town.treasurer.get(f"/agreements/{agreement}/statement.pdf").content)).split())
        assert TOWN in paper and "35,00 €" in paper and "EJ-2026-118" in paper and "Wójcik" not in paper

    client = pay(town, hers["id"])
    assert town.lina.post(f"/bookings/{made['uid']}/cancel", json={}).status_code == 200
    assert used(town, agreement) == 0 and owing(town, on) == {name: -3500 for name in papers}
    back = town.bill(on)
    assert back["refused"] == [] and len(back["issued"]) == len(papers)
    for credit in map(town.document, (d["id"] for d in back["issued"])):
        assert (credit["type"], credit["total"]["cents"]) == ("credit", 3500)
        original = papers[credit["payer"]]
        assert f"Avoir {credit['number']}" in town.text(credit["id"]) and original["number"] in town.text(credit["id"])
        seen = town.document(original["id"])
        assert (seen["credited"]["cents"], seen["state"]) == (3500, "credited")
    assert owing(town, on) == {} and balance(town, client) == -3500
    counter.add(town.treasurer, f"balances/{client}/refund", amount="35,00", means="transfer", received=st.day(0), reason="Annulée")
    assert balance(town, client) == 0


def test_numbers_have_no_hole(town, members_price):
    """All that the stories issued, in the order of issue."""
    numbers = town.stack.database.rows("SELECT number FROM invoicing_document d WHERE state = 'issued' AND type <> 'receipt' ORDER BY serial")
    year = st.today().year
    assert [n for n, in numbers] == [f"F-{year}-{n:05}" for n in range(1, len(numbers) + 1)]


def test_her_dues_are_no_invoice(town, members_price):
    """They stand on a receipt of their own series, outside of VAT."""
    made = counter.drafts(town.treasurer, counter.client_of(town.treasurer, "Lina Wójcik"))
    [receipt] = [key for key in made if town.document(key)["type"] == "receipt"]
    issued = counter.issue(town.treasurer, receipt)
    assert issued.status_code == 200, issued.text
    text = town.text(receipt, town.lina)
    assert f"C-{st.today().year}-00001" in text and "n’est pas une facture" in text and "20,00 €" in text


def test_a_town_hall_that_demands_a_number(town):
    """Refused without, issued with it, and then it is to be deposited."""
    on = month(4)
    booked(town.manager.book(HALL, at(on, 9), at(on, 10), payer=str(town.town), title="Vœux du maire"))
    client = counter.client_of(town.treasurer, TOWN)
    assert town.treasurer.post(f"{ORG}/balances/{client}/needs", json={"needs_order_ref": True}).status_code == 200
    run = town.bill(on)
    assert run["issued"] == [] and [(r["payer"], "Cette mairie demande un numéro d’engagement" in r["text"]) for r in run["refused"]] == [(TOWN, True)]
    draft = run["refused"][0]["id"]
    assert counter.issue(town.treasurer, draft).status_code == 422
    assert town.treasurer.post(f"{ORG}/invoices/{draft}", json={"order_ref": "EJ-2026-77"}).status_code == 200
    done = counter.issue(town.treasurer, draft)
    assert done.status_code == 200 and "EJ-2026-77" in town.text(draft)
    pages = (f"{ORG}/invoices/{draft}", f"{ORG}/invoices?q={done.json()['number']}")
    html = st.Client(town.stack.url, token=town.stack.accounts["tresor@demo.example"]["token"], accept="text/html")
    for path in pages:
        assert "À déposer sur Chorus Pro" in html.page(path).text, path
    told = town.treasurer.post(f"{ORG}/invoices/{draft}/deposit", json={"deposit": "CPP-9"})
    assert told.status_code == 200
    for path in pages:
        assert "À déposer sur Chorus Pro" not in html.page(path).text, path


def test_a_booking_brings_the_number_along(town):
    on = month(5)
    booked(town.manager.book(HALL, at(on, 9), at(on, 10), payer=str(town.town), order_ref="BC-5", title="Conseil"))
    [issued] = town.bill(on)["issued"]
    assert "BC-5" in town.text(issued["id"])


@pytest.fixture(scope="module")
def coffee(town):
    place = town.stack.database.value("SELECT id FROM place WHERE slug = 'essai'")
    return counter.add(town.manager, "extras", label="café", price="5", unit="person", place=str(place))


@pytest.mark.parametrize("on, before, after, beside", [(month(6), 4, 6, False), (month(7), 4, 6, True), (month(8), 6, 4, False)])
def test_what_was_billed_changes_with_its_share(town, members_price, coffee, on, before, after, beside):
    """More people, or fewer: coffee and the share of it are others than on the invoice, the room is the same. All that was billed is
    credited and billed as it is now; and that can be credited again. `beside`: together with another booking of hers."""
    def euros(people, part=1):
        return f"{(48 + 5 * people) // part},00"

    def documents(run):
        assert run["refused"] == [], run
        return {d["type"]: d for d in (town.document(d["id"]) for d in run["issued"])}

    half = {people: (4800 + 500 * people) // 2 for people in (before, after)}
    agreement = town.agree("statement", on)
    made = booked(town.lina.book(ROOM_A, at(on, 10), at(on, 12), title="Atelier", attendance=before, extras=[coffee],
                                 expected_total=euros(before), expected_left=euros(before, 2)))
    first = documents(town.bill(on))["invoice"]
    assert first["total"]["cents"] == half[before] and "café" in town.text(first["id"])

    changed = town.lina.post(f"/bookings/{made['uid']}", json={
        "row_version": made["row_version"], "attendance": after, "expected_total": euros(after), "expected_left": euros(after, 2)})
    assert changed.status_code == 200, changed.text
    assert used(town, agreement) == half[after] and owing(town, on) == {"Lina Wójcik": half[after] - half[before]}
    other = 3500 if beside else 0
    if beside:
        booked(town.lina.book(HALL, at(on, 14), at(on, 16), title="Répétition", expected_total="70,00", expected_left="35,00"))
    papers = documents(town.bill(on))
    assert set(papers) == {"credit", "invoice"} and owing(town, on) == {}
    credit, invoice = papers["credit"], papers["invoice"]
    assert (credit["total"]["cents"], invoice["total"]["cents"]) == (half[before], half[after] + other)
    for paper in (first, credit, invoice):                     # to the cent: 20 % within what was promised with VAT
        gross = paper["total"]["cents"]
        assert sum(group["base"]["cents"] + group["tax"]["cents"] for group in paper["vat"]) + paper["rounding"]["cents"] == gross
        assert [group["tax"]["cents"] for group in paper["vat"]] == [round(gross / 6)]
        assert sum(line["net"]["cents"] for line in paper["lines"]) == paper["net"]["cents"]
    assert first["number"] in town.text(credit["id"]) and f"café × {after}" in town.text(invoice["id"])
    seen = town.document(first["id"])
    assert (seen["state"], seen["credited"]["cents"]) == ("credited", half[before])

    assert town.lina.post(f"/bookings/{made['uid']}/cancel", json={}).status_code == 200
    assert used(town, agreement) == other and owing(town, on) == {"Lina Wójcik": -half[after]}
    last = documents(town.bill(on))
    assert set(last) == {"credit"} and last["credit"]["total"]["cents"] == half[after]
    assert town.document(invoice["id"])["credited"]["cents"] == half[after] and owing(town, on) == {}
