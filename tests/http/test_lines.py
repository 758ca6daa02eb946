# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines written by hand on an invoice, and invoices that begin with nothing but a client."""
import concurrent.futures
import datetime

import pytest

import stack as st
from invoices import MANAGER, MEMBER, TREASURER, text_of
from stack import plain

STRANGERS = {None: (401, 404), MEMBER: (403, 404), MANAGER: (403, 404), TREASURER: (403, 404)}


pytestmark = pytest.mark.usefixtures("sound_till")


@pytest.fixture
def party(till):
    return till.party("Compagnie de l’Écluse", org="canal", siren="552100554")


def page(document, word=""):
    return f"/o/canal/invoices/{document}{word}"


def line(cents, code="S20", quantity="1", **more):
    return {"label": f"Prestation {code}", "quantity": quantity, "price": f"{cents // 100},{cents % 100:02}", "vat_code": code, **more}


def begin(who, party, *lines, **more):
    made = who.post("/o/canal/invoices/new", json={"party": party, **more})
    assert made.status_code == 201, made.text
    document = made.json()["id"]
    for each in lines:
        added = who.post(page(document, "/lines"), json=each)
        assert added.status_code == 200, added.text
    return document


def test_billed_again_for_the_same_order(till, marc, party):
    document = begin(marc, party, line(2500))
    assert marc.post(page(document), json={"order_ref": "EJ-9"}).status_code == 200
    assert till.issue(marc, document, "canal").status_code == 200
    done = marc.post(page(document, "/credit"), json={"reason": "Erreur", "again": True, "expected_total": "25"})
    assert done.status_code == 201, done.text
    client = till.database.value(f"SELECT client_id FROM invoicing_document WHERE id = {document}")
    [again] = till.draft(marc, client, "canal")
    assert marc.get(page(again)).json()["order_ref"] == "EJ-9"


def test_a_draft_is_no_debt(till, marc):
    """Of whom somebody writes an invoice, she owes it once it is issued: until then she may leave, and it goes with her."""
    st.ctl(till.comptoir.config, "user", "add", "roux@essai.example", "Zélie", "Roux", input=st.PASSWORD + "\n")
    who, zelie = till.person("roux@essai.example"), till.login("roux@essai.example")
    till.database.rows(f"INSERT INTO org_contact (org_id, party_id) VALUES ({till.org('canal')}, {who})")
    document = begin(marc, who, line(2500), address="12 rue Secrète\n59000 Lille")
    assert zelie.get("/me/delete").json()["due"] == []
    gone = zelie.post("/me/delete", data={"csrf": zelie.csrf("/me"), "current": st.PASSWORD})
    assert gone.status_code in (200, 303), gone.text
    assert marc.get(page(document)).status_code == 404 and charges(till, document) == 0
    assert till.database.value("SELECT COUNT(*) FROM invoicing_document WHERE payer_name LIKE '%Roux%' OR address LIKE '%Secrète%'") == 0


def charges(till, document):
    return till.database.value(f"SELECT COUNT(*) FROM invoicing_charge WHERE source_kind = 'invoicing.document' AND source_id = {document}")


def test_begun_by_hand(till, marc, party):
    """A client, lines from the catalogue and free ones, with VAT, in the order in which they were written; issued."""
    offer = marc.post("/o/canal/invoicing/offers", json={"label": "Demi-journée animée", "unit": "HUR", "price": "120",
                                                        "amounts": "exclude_vat", "vat_code": "S20"}).json()["id"]
    document = begin(marc, party, {"offer": offer, "quantity": "2,5"}, line(1605, "S10"),
                     line(1000, "S55", amounts="exclude_vat", label="Livre « Écluse »"), order_ref="BC-77", address="9 quai Nord\n59000 Lille")
    seen = marc.get(page(document)).json()
    assert (seen["type"], seen["state"], seen["payer"], seen["order_ref"], seen["obstacles"]) == (
        "invoice", "draft", "Compagnie de l’Écluse", "BC-77", [])
    assert [(l["title"], l["label"], l["quantity"], l["net"]["cents"]) for l in seen["lines"]] == [
        (None, "Demi-journée animée", 25000, 30000), (None, "Prestation S10", 10000, 1459), (None, "Livre « Écluse »", 10000, 1000)]
    assert seen["total"]["cents"] == 36000 + 1605 + 1055
    assert till.issue(marc, document, "canal").status_code == 200
    text = text_of(marc.get(page(document, ".pdf")).content)
    for words in ("Demi-journée animée", "Livre « Écluse »", "386,60 €", "9 quai Nord", "BC-77", "2,5 h"):
        assert words in text, (words, text)
    assert marc.post(page(document, "/lines"), json=line(100)).status_code == 409
    assert "never changed" in till.as_user(f"UPDATE invoicing_charge SET amount_cents = 1 WHERE document_id = {document}")


def test_days_of_service(till, marc, party):
    """Dated lines come first, one day stands for both, and the rate is that of the day."""
    day = datetime.date.fromisoformat(st.day(-20))
    document = begin(marc, party, line(500, label="Sans date"), line(700, label="Datée", service_from=str(day)))
    assert [l["label"] for l in marc.get(page(document)).json()["lines"]] == ["Datée", "Sans date"]
    assert [tuple(map(str, row)) for row in till.database.rows(
        f"SELECT service_from_d, service_to_d FROM invoicing_charge WHERE document_id = {document} AND label = 'Datée'")] == [(str(day), str(day))]
    wrong = marc.post(page(document, "/lines"), json=line(500, service_from=st.day(3), service_to=st.day(2)))
    assert wrong.status_code == 422 and "service_to" in wrong.json()["errors"]


def test_what_is_wrong_is_said(till, marc, party):
    for wrong in ({"party": ""}, {"party": 999999}, {"party": till.party("Ailleurs", org="filature")}):
        answer = marc.post("/o/canal/invoices/new", json=wrong)
        assert answer.status_code == 422 and "party" in answer.json()["errors"], wrong
    document = begin(marc, party)
    assert [plain(o["text"]) for o in marc.get(page(document)).json()["obstacles"]] == ["Il n’y a aucune ligne."]
    for wrong, field in ((line(100, quantity="0"), "quantity"), (line(100, code="E293B"), "vat_code"), ({"quantity": "1"}, "label"),
                         ({"quantity": "1", "label": "X", "vat_code": "S20"}, "price"), (line(100, code=""), "vat_code"),
                         (line(99999999, quantity="99999"), "quantity"), ({"offer": 999999, "quantity": "1"}, "offer")):
        answer = marc.post(page(document, "/lines"), json=wrong)
        assert answer.status_code == 422 and field in answer.json()["errors"], (wrong, answer.text)
    assert charges(till, document) == 0
    web = till.login("tresor@canal.example")
    again = web.post(page(document, "/lines"), data={"quantity": "3", "label": "Affiche “A3”", "price": ""}, headers={"Accept": "text/html"})
    assert again.status_code == 422 and "Affiche “A3”" in again.text and f"/invoices/{document}/lines" in again.text


def test_beside_what_is_owed(till, marc, party):
    """A line may stand beside bookings. Taken off it is gone; what was owed can be billed another time."""
    client = till.client(party, "canal")
    [owed] = till.charge(client, (5000, "S20"), org="canal")
    [document] = till.draft(marc, client, "canal")
    assert marc.post(page(document, "/lines"), json=line(1200)).status_code == 200
    assert marc.post(page(document, "/lines"), json=line(300, label="Café")).status_code == 200
    seen = marc.get(page(document)).json()
    assert seen["total"]["cents"] == 6500
    keys = {l["label"]: l["charge"] for l in seen["lines"]}
    assert marc.post(page(document, "/remove"), json={"charge": keys["Prestation S20"]}).status_code == 200
    assert charges(till, document) == 1 and marc.get(page(document)).json()["total"]["cents"] == 5300
    assert marc.post(page(document, "/remove"), json={"charge": keys["Prestation S20"]}).status_code == 422
    assert marc.post(page(document, "/remove"), json={"charge": owed}).status_code == 200
    assert till.database.value(f"SELECT document_id IS NULL FROM invoicing_charge WHERE id = {owed}") == 1
    assert marc.post(page(document, "/delete")).status_code == 200
    assert charges(till, document) == 0
    assert [c["id"] for c in marc.get("/o/canal/charges", params={"client": client}).json()["charges"]] == [str(owed)]


def test_credited_and_billed_again(till, marc, party):
    """Billed again it is owed like anything else: no draft that is thrown away takes it along."""
    document = begin(marc, party, line(4000))
    assert till.issue(marc, document, "canal").status_code == 200
    done = marc.post(page(document, "/credit"), json={"reason": "Erreur", "expected_total": "40,00", "again": True})
    assert done.status_code == 201, done.text
    client = till.client(party, "canal")
    [again] = till.draft(marc, client, "canal")
    assert marc.get(page(again)).json()["total"]["cents"] == 4000
    assert marc.post(page(again, "/delete")).status_code == 200
    assert [c["amount"]["cents"] for c in marc.get("/o/canal/charges", params={"client": client}).json()["charges"]] == [4000]


def test_only_on_invoices(till, marc, party):
    """Dues stand alone, and so does what is exempt."""
    client = till.client(party, "canal")
    till.charge(client, (2000, "O"), org="canal")
    [dues] = till.draft(marc, client, "canal")
    assert marc.post(page(dues, "/lines"), json=line(100)).status_code == 409
    mixed = begin(marc, party, line(1000), line(1000, "E261"))
    assert len(marc.get(page(mixed)).json()["obstacles"]) == 1
    assert till.issue(marc, mixed, "canal").status_code == 422


def test_a_small_business(till):
    """Where there is one VAT code, it is chosen already."""
    web, html = till.login(TREASURER), {"Accept": "text/html"}
    assert "Nouvelle facture" in web.page("/o/filature/invoices").text
    made = web.post("/o/filature/invoices/new", data={"party": till.party("La Parenthèse")}, headers=html)
    assert made.status_code == 303, made.text
    there = "/o/" + made.headers["Location"].split("/o/", 1)[1]
    assert '<option value="E293B" selected' in web.get(there, headers=html).text
    added = web.post(f"{there}/lines", data={"label": "Affiches", "quantity": "10", "price": "1,50", "vat_code": "E293B"}, headers=html)
    assert added.status_code == 303, added.text
    assert web.get(there).json()["total"]["cents"] == 1500


def test_many_at_once(till, marc, party):
    """Two who write at once both have their line; an issued one gets none more."""
    document = begin(marc, party)
    several = [till.program("tresor@canal.example") for _ in range(6)]
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda who: who.post(page(document, "/lines"), json=line(100)).status_code, several))
    assert answers == [200] * 6
    assert till.database.rows("SELECT line FROM invoicing_charge WHERE source_kind = 'invoicing.document' AND source_id ="
                              f" {document} ORDER BY id") == [[f"{n:06}"] for n in range(1, 7)]


@pytest.mark.parametrize("who", list(STRANGERS))
def test_strangers(till, marc, party, who):
    document = begin(marc, party, line(100))
    stranger = till.program(who) if who else st.Client(till.url)
    assert stranger.get("/o/canal/invoices/new").status_code in STRANGERS[who]
    assert stranger.post("/o/canal/invoices/new", json={"party": party}).status_code in STRANGERS[who]
    assert stranger.post(page(document, "/lines"), json=line(100)).status_code in STRANGERS[who]
    assert marc.post(f"/o/filature/invoices/{document}/lines", json=line(100)).status_code == 404
    assert charges(till, document) == 1
