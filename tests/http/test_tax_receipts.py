# SPDX-License-Identifier: GPL-3.0-or-later
"""Tax receipts for gifts: off until a person switches them on, one for each payment, numbers without holes, the paper with all
that it has to say, and nothing that changes afterwards."""
import concurrent.futures
import csv
import io
import json
import re

import pytest

import stack as st
from invoices import MANAGER, MEMBER, TREASURER, Till, text_of
from stack import plain

ORG = "/o/filature"
TAX, SETTINGS = f"{ORG}/tax-receipts", f"{ORG}/tax-receipts/settings"
YEAR = int(st.day(0)[:4])
ON = {"eligible": True, "purpose": "Faire vivre un lieu ouvert à toutes et tous.", "category": "general", "articles": "200",
      "signatory": "Inès Delattre", "capacity": "trésorière", "prefix": "RF", "with_dues": False, "category_detail": None}
STRANGERS = {None: (401, 404), MEMBER: (403, 404), MANAGER: (403, 404), "gestion@canal.example": (403, 404),
             "tresor@canal.example": (403, 404), "contact@lys-lez.example": (403, 404)}

pytestmark = pytest.mark.usefixtures("sound_till")


class Club(Till):
    PLUGINS = "reservation invoicing memberships"


@pytest.fixture(scope="module")
def till():
    with Club() as running:
        yield running


def switch(who, status=200, **changes):
    values = {**ON, **changes, "row_version": who.get(SETTINGS).json()["row_version"]}
    answer = who.post(SETTINGS, json=values)
    assert answer.status_code == status, answer.text
    return answer.json()


@pytest.fixture
def on(till, ines):
    """Receipts are given; those of other tests are none of this one's payments."""
    switch(ines)
    return ines


@pytest.fixture(scope="module")
def free(till):
    """A plan at a free price from 10 €."""
    answer = till.program(TREASURER).post(f"{ORG}/plans", json={"label": "Prix libre", "whom": "both", "pricing": "free", "price": "10",
                                                               "period": "months"})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def person(till, given="Odile", family="Donatrice", home=("8 rue des Arts", "59100", "Roubaix")):
    till.database.rows(f"INSERT INTO party (kind, given_name, family_name) VALUES ('person', '{given}', '{family}')")
    key = till.database.value("SELECT MAX(id) FROM party")
    till.database.rows(f"INSERT INTO org_contact (org_id, party_id) VALUES ({till.org('filature')}, {key})")
    if home:
        till.database.rows(f"INSERT INTO address (party_id, street, postcode, town) VALUES ({key}, '{home[0]}', '{home[1]}', '{home[2]}')")
    return key


def paid(who, plan, party, dues="35", means="cheque", on=None, **more):
    """A membership whose dues are paid: 10 € and a gift."""
    answer = who.post(f"{ORG}/members", json={"party": party, "plan": plan, "dues": dues, "paid": True, "means": means, "paid_on": on, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def give(who, *memberships, means=(), **more):
    return who.post(TAX, json={"membership": [int(m) for m in memberships], "means": list(means), **more})


def given(who, membership, **more):
    """The page of the receipt that is made of a payment."""
    answer = give(who, membership, **more)
    assert answer.status_code == 201, answer.text
    return next(f"{TAX}/{r['id']}" for r in answer.json()["receipts"])


def void(who, receipt, reason="Nom mal écrit"):
    return who.post(f"{receipt}/void", json={"reason": reason})


def waiting(who, year=YEAR):
    return {g["membership"]: g for g in who.get(f"{TAX}?year={year}").json()["gifts"]}


def serials(till, year=YEAR):
    return [int(s) for s, in till.database.rows(f"SELECT serial FROM memberships_tax_receipt WHERE org_id = {till.org('filature')}"
                                                f" AND year = {year} ORDER BY serial")]


# ---- the switch

def test_off_by_default(till, ines, free):
    """Nobody is offered a receipt, and none is made, before a person says that the body may give them."""
    key = paid(ines, free, person(till))
    seen = ines.get(TAX).json()
    assert (seen["eligible"], seen["gifts"], seen["receipts"]) == (False, [], [])
    page = till.login(TREASURER).page(TAX)
    assert "Aucun reçu fiscal" in plain(page.text) and not [f for f in page.forms if f.action.endswith("/tax-receipts") and f.method == "post"]
    refused = give(ines, key)
    assert refused.status_code == 409 and "activé" in plain(refused.json()["detail"])
    assert "Mes reçus fiscaux" not in till.login(MEMBER).page("/memberships").text
    assert till.database.value("SELECT COUNT(*) FROM memberships_tax_receipt") == 0


def test_switched_by_a_person(till, ines):
    """With all that the form asks for; who did it is kept and shown, until it is off."""
    for wrong, field in (({"purpose": ""}, "purpose"), ({"category": None}, "category"), ({"signatory": ""}, "signatory"),
                         ({"capacity": ""}, "capacity"), ({"category": "rup_association"}, "category_detail"), ({"prefix": "R-F"}, "prefix"),
                         ({"articles": "200-978"}, "articles"), ({"articles": "238"}, "articles")):
        assert field in switch(ines, 422, **wrong)["errors"], wrong
    assert not ines.get(SETTINGS).json()["eligible"]
    switch(ines, category="rup_foundation", category_detail="Décret du 1er mars 2001", articles="200-978")
    switch(ines)
    person_of = till.database.rows("SELECT p.id, g.since_utc IS NOT NULL FROM memberships_eligibility g JOIN party p ON p.id = g.by_id")
    assert person_of == [[str(till.person(TREASURER)), "1"]]
    page = till.login("admin@demo.example").page(SETTINGS)
    assert "Activé par" in page.text and "amende" in page.text and "rescrit" in page.text
    traces = till.database.rows("SELECT action, after_json FROM audit WHERE kind = 'eligibility' ORDER BY id")
    assert len(traces) == 2 and json.loads(traces[0][1])["eligible"] in (1, True, "1")
    switch(ines, eligible=False)
    assert till.database.rows("SELECT since_utc, by_id FROM memberships_eligibility") == [[None, None]]


def test_lacks(till, on, free):
    """Neither a number nor an address of the body: said, and no receipt."""
    key = paid(on, free, person(till))
    org = till.org("filature")
    for sql, back, word in ((f"UPDATE party SET siren = NULL, rna = NULL WHERE id = {org}",
                             f"UPDATE party SET siren = '732829320', rna = 'W595001234' WHERE id = {org}", "SIREN"),
                            (f"UPDATE address SET street = NULL WHERE party_id = {org}",
                             f"UPDATE address SET street = '12 rue du Faubourg' WHERE party_id = {org}", "adresse")):
        till.database.rows(sql)
        refused, page = give(on, key), till.login(TREASURER).page(TAX)
        till.database.rows(back)
        assert refused.status_code == 409 and word in refused.json()["detail"] and word in page.text
    assert key in waiting(on)


# ---- who may get one

def test_who_may(till, on, free):
    """Persons who gave something that was paid in the year; with a whole name and address."""
    fixed = on.post(f"{ORG}/plans", json={"label": "Fixe", "whom": "both", "pricing": "fixed", "price": "20", "period": "months"}).json()["id"]
    good, old = paid(on, free, person(till)), paid(on, free, person(till), on=f"{YEAR - 1}-12-31")
    homeless, nameless = paid(on, free, person(till, home=None)), paid(on, free, person(till, given=""))
    none = [paid(on, free, person(till), dues="10"), paid(on, fixed, person(till), dues=None), paid(on, free, till.party("Atelier des Dunes"))]
    unpaid = on.post(f"{ORG}/members", json={"party": person(till), "plan": free, "dues": "50"}).json()["id"]
    found = waiting(on)
    assert found[good]["amount"]["cents"] == 2500 and found[good]["lacks"] is None and found[good]["means"] == "cheque"
    assert (found[homeless]["lacks"], found[nameless]["lacks"]) == ("address", "name")
    assert not {old, unpaid, *none} & set(found) and list(waiting(on, YEAR - 1)) == [old]
    page = till.login(TREASURER).page(TAX)
    ticks = [c["value"] for c in page.controls if c.get("name") == "membership"]
    assert good in ticks and homeless not in ticks and "adresse manquante" in page.text
    before = serials(till)
    for wrong, status in ((homeless, 422), (nameless, 422), (none[0], 409), (none[2], 409), (unpaid, 409), (999999, 409)):
        assert give(on, good, wrong).status_code == status, wrong             # all or none
    assert give(on).status_code == 422 and serials(till) == before
    assert on.get(given(on, old, year=YEAR - 1)).json()["number"] == f"RF-{YEAR - 1}-00001"


def test_who_lacks_something_holds_back_nobody(till, on, free):
    """However many there are without an address: those who can get a receipt stand before them."""
    homeless = paid(on, free, person(till, family="Foule", home=None), on=f"{YEAR - 2}-01-02")
    columns = [c for c, in till.database.rows("SELECT column_name FROM information_schema.columns WHERE table_name = 'memberships_membership'"
                                              " AND COALESCE(generation_expression, '') = '' AND column_name NOT IN ('id', 'uid', 'party_id')")]
    till.database.rows(f"INSERT INTO party (kind, given_name, family_name) SELECT 'person', 'Odile', 'Foule' FROM seq_1_to_205;"
                       f"INSERT INTO memberships_membership (party_id, {', '.join(columns)}) SELECT p.id, {', '.join(f'm.{c}' for c in columns)}"
                       f" FROM party p JOIN memberships_membership m ON m.id = {homeless} WHERE p.family_name = 'Foule' AND p.id <> m.party_id")
    good = paid(on, free, person(till), on=f"{YEAR - 2}-11-30")
    found = waiting(on, YEAR - 2)
    assert good in found and len(found) == 200
    page = till.login(TREASURER).page(f"{TAX}?year={YEAR - 2}")
    assert [c["value"] for c in page.controls if c.get("name") == "membership"] == [good] and "200" in page.text


def test_dues_count_where_they_buy_nothing(till, on, free):
    """Only where the organisation says so, and never those of a plan that buys something."""
    sold = on.post(f"{ORG}/plans", json={"label": "Avec poste", "whom": "both", "pricing": "free", "price": "10", "period": "months",
                                         "counterpart": True, "vat_code": "E261"})
    assert sold.status_code == 201, sold.text
    key, bought = paid(on, free, person(till)), paid(on, sold.json()["id"], person(till))
    assert [waiting(on)[k]["amount"]["cents"] for k in (key, bought)] == [2500, 2500]
    switch(on, with_dues=True)
    assert [waiting(on)[k]["amount"]["cents"] for k in (key, bought)] == [3500, 2500]
    assert on.get(given(on, key)).json()["amount"]["cents"] == 3500
    switch(on)


def test_means(till, on, free):
    """Said when it is marked by hand, corrected until there is a receipt, and chosen with it where nobody knows."""
    key = paid(on, free, person(till, family="Moyens"), means=None)
    assert waiting(on)[key]["means"] is None
    assert "means" in give(on, key).json()["errors"] and give(on, key, means=[f"{key} bitcoin"]).status_code == 422
    by_hand = till.login(TREASURER)
    form = next(f for f in by_hand.page(TAX).forms if f.action.endswith("/tax-receipts") and f.method == "post")
    form.values = [v for v in form.values if v[0] not in ("membership", "means")] + [("membership", key), ("means", "")]
    back = st.Page(by_hand.submit(form))
    assert back.status == 422 and "Moyens" in back.text
    assert [c["value"] for c in back.controls if c.get("name") == "membership" and "checked" in c] == [key]
    assert on.post(f"/memberships/{key}/paid", json={"day": st.day(1)}).status_code == 422
    assert on.post(f"/memberships/{key}/paid", json={"means": "cash", "day": f"{YEAR}-01-02"}).status_code == 200
    assert (waiting(on)[key]["means"], waiting(on)[key]["paid_d"]) == ("cash", f"{YEAR}-01-02")
    late = paid(on, free, person(till), means=None)
    receipt = on.get(given(on, late, means=[f"{late} other", f"{key} cash"])).json()
    assert receipt["means"] == "other"
    refused = on.post(f"/memberships/{late}/paid", json={"means": "cash"})
    assert refused.status_code == 409 and receipt["number"] in refused.json()["detail"]
    assert on.post(f"/memberships/{late}/paid").status_code == 200           # a second click changes nothing


def test_the_form_on_the_page_of_a_member(till, on, free):
    made = on.post(f"{ORG}/members", json={"party": person(till), "plan": free, "dues": "12"}).json()["id"]
    by_hand = till.login(TREASURER)
    form = next(f for f in by_hand.page(f"{ORG}/members/{made}").forms if f.action.endswith("/paid"))
    wrong = st.Page(by_hand.submit(form, means="cheque", day=st.day(3)))
    again = next(f for f in wrong.forms if f.action.endswith("/paid"))
    assert wrong.status == 422 and again.value("means") == "cheque" and "pas encore arrivé" in wrong.text
    assert by_hand.submit(again, day="").status_code == 303
    assert till.database.rows(f"SELECT state, paid_means, paid_d FROM memberships_membership WHERE id = {made}") == [["active", "cheque", st.day(0)]]


# ---- the paper

def test_paper(till, on, free):
    """All that the form has to say; the same bytes, whatever was changed since."""
    switch(on, category="rup_foundation", category_detail="Décret du 1er mars 2001, JO du 3", articles="200-978")
    key = paid(on, free, person(till, "Zoé-Ælfgifu", "d’Œuvre", ("3 place de l’Œuvre", "59100", "Roubaix")), dues="1244,56", means="transfer",
               on=f"{YEAR}-02-03")
    receipt = given(on, key)
    seen, answer = on.get(receipt).json(), on.get(f"{receipt}.pdf")
    assert answer.headers["Content-Type"] == "application/pdf" and seen["amount"]["cents"] == 123456
    text = text_of(answer.content)
    for part in (seen["number"], "Reçu au titre des dons", "Articles 200 et 978", "La Filature", "732829320", "W595001234",
                 "12 rue du Faubourg", "59000 Lille", ON["purpose"], "Fondation reconnue d’utilité publique", "Décret du 1er mars 2001",
                 "d’Œuvre", "Zoé-Ælfgifu", "3 place de l’Œuvre", "59100 Roubaix", "***1 234,56 €***", f"03/02/{YEAR}", "200 du CGI", "978 du CGI",
                 "Déclaration de don manuel", "Numéraire", "Virement, prélèvement, carte", "Inès Delattre", "trésorière", "11580*05"):
        assert part in text, (part, text)
    assert text.count("\f") == 1
    frozen = json.loads(till.database.value(f"SELECT frozen_json FROM memberships_tax_receipt WHERE id = {seen['id']}"))
    assert frozen["donor"]["family_name"] == "d’Œuvre" and frozen["body"]["signatory"] == "Inès Delattre" and frozen["articles"] == "200-978"
    switch(on, signatory="Une autre", prefix="RX")
    till.database.rows(f"UPDATE party p JOIN memberships_tax_receipt t ON t.party_id = p.id SET p.family_name = 'Autre' WHERE t.id = {seen['id']}")
    assert on.get(f"{receipt}.pdf").content == answer.content
    assert on.get(given(on, paid(on, free, person(till)))).json()["number"].startswith("RF-")        # a year keeps its own
    switch(on)


def test_long_paper(till, on, free):
    """As long as everything may be: one page still, and nothing over its foot."""
    switch(on, purpose="Faire vivre un lieu ouvert à toutes et tous, et " * 8, category="alsace_moselle", category_detail="Décision du préfet du 1er mars " * 6,
           capacity="membre du bureau en charge des finances " * 2)
    party = person(till, "Marie-Antoinette " * 4, "de la Tour-Saint-Germain " * 3)
    till.database.rows(f"UPDATE address SET recipient = REPEAT('Aux bons soins de ', 5), building = REPEAT('Bâtiment C ', 8), hamlet = REPEAT('Les Essarts ', 8),"
                       f" street = REPEAT('rue longue ', 9), town = REPEAT('Saint-Amand ', 6) WHERE party_id = {party}")
    text = text_of(on.get(f"{given(on, paid(on, free, party))}.pdf").content)
    assert text.count("\f") == 1
    switch(on)
    assert text.index("Signature") < text.index("trésorière" if "trésorière" in text else "membre du bureau") < text.index("11580*05"), text


def test_list(till, on, free):
    """Found by number and name; the sum of the year without what is void; a spreadsheet of it."""
    first = on.get(TAX).json()
    keep, gone = (given(on, paid(on, free, person(till, family=name))) for name in ("Cherchée", "Effacée"))
    assert void(on, gone).status_code == 200
    seen = on.get(TAX).json()
    assert seen["count"] == first["count"] + 1 and seen["sum"]["cents"] == ((first["sum"] or {}).get("cents") or 0) + 2500
    number = on.get(keep).json()["number"]
    assert [r["number"] for r in on.get(TAX, params={"q": "cherchee"}).json()["receipts"]] == [number]
    assert [r["donor"] for r in on.get(TAX, params={"q": number.lower()}).json()["receipts"]] == ["Odile Cherchée"]
    assert on.get(TAX, params={"q": "%"}).json()["receipts"] == []
    rows = list(csv.DictReader(io.StringIO(on.get(f"{TAX}.csv").content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == len(serials(till)) and rows[0]["void_reason"] == "Nom mal écrit" and rows[1]["donor"] == "Odile Cherchée"
    assert rows[0]["void"] != rows[1]["void"] and [r["void"] for r in seen["receipts"][:2]] == [True, False]
    after = on.get(TAX, params={"after": seen["receipts"][0]["id"]}).json()["receipts"]
    assert after[0]["number"] == number
    assert on.get(TAX, params={"year": "deux"}).status_code == 422
    one = till.comptoir.queries(lambda: on.get(TAX))
    for n in range(5):
        paid(on, free, person(till, family=f"Encore{n}"))
    assert till.comptoir.queries(lambda: on.get(TAX)) == one


# ---- what becomes of it

def test_voided_once(till, on, free):
    """With a reason; the number stays taken, and the payment may get another one."""
    key = paid(on, free, person(till))
    receipt = given(on, key)
    assert give(on, key).status_code == 409 and key not in waiting(on)
    assert "reason" in void(on, receipt, "").json()["errors"]
    done = void(on, receipt)
    assert done.status_code == 200 and done.json()["void"] and done.json()["void_reason"] == "Nom mal écrit"
    assert void(on, receipt).status_code == 409 and on.get(f"{receipt}.pdf").status_code == 200         # our copy
    again = on.get(given(on, key)).json()
    assert int(again["number"][-5:]) == int(done.json()["number"][-5:]) + 1
    page = till.login(TREASURER).page(receipt)
    assert "annulé" in page.text and not [f for f in page.forms if f.action.endswith("/void")]
    assert till.database.value(f"SELECT COUNT(*) FROM audit WHERE kind = 'tax_receipt' AND action = 'void' AND object_id = {done.json()['id']}") == 1


def test_payment_taken_back(till, on, free):
    """The receipt stays, and the page asks for it to be voided."""
    key = paid(on, free, person(till))
    receipt = given(on, key)
    number = on.get(receipt).json()["number"]
    assert not on.get(receipt).json()["stray"]
    assert on.post(f"/memberships/{key}/unpaid").status_code == 200
    assert on.get(receipt).json()["stray"] and number in [s["number"] for s in on.get(TAX).json()["strays"]]
    browser = till.login(TREASURER)
    assert "Annulez-le" in plain(browser.page(receipt).text) and receipt in browser.page(TAX).links
    void(on, receipt)
    assert not on.get(receipt).json()["stray"] and on.get(TAX).json()["strays"] == []


def test_what_the_till_says(till, on, free):
    """Means and day are those of the payment; of several means they are others; reversed, the receipt is to be voided."""
    party = person(till, family="Caisse")
    made = on.post(f"{ORG}/members", json={"party": party, "plan": free, "dues": "40"}).json()["id"]
    client = till.client(party)
    document = int(till.issued(on, client)["id"])

    def pay(cents, means, day):
        answer = on.post(f"{ORG}/payments", json={"amount": f"{cents // 100},00", "means": means, "received": day, "document": [document]})
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]
    first = pay(4000, "direct_debit", f"{YEAR}-03-04")
    assert (waiting(on)[made]["means"], waiting(on)[made]["paid_d"], waiting(on)[made]["amount"]["cents"]) == ("direct_debit", f"{YEAR}-03-04", 3000)
    receipt = given(on, made)
    assert on.post(f"{ORG}/payments/{first}/reverse", json={"reason": "Rejeté"}).status_code == 201
    assert on.get(receipt).json()["stray"] and made not in waiting(on)
    void(on, receipt)
    pay(1500, "cash", f"{YEAR}-03-06")
    pay(2500, "cheque", f"{YEAR}-03-05")
    assert (waiting(on)[made]["means"], waiting(on)[made]["paid_d"]) == ("other", f"{YEAR}-03-06")


def test_credited_line(till, on, free):
    """A line that is credited is no money that came in: before it is paid, and after, when there is a receipt already."""
    for before in (True, False):
        party = person(till, family=f"Avoir{int(before)}")
        made = on.post(f"{ORG}/members", json={"party": party, "plan": free, "dues": "40"}).json()["id"]
        document = int(till.issued(on, till.client(party))["id"])
        gift = till.database.value(f"SELECT id FROM invoicing_charge WHERE document_id = {document} AND line = 'gift'")

        def credit():
            answer = on.post(f"{ORG}/invoices/{document}/credit", json={"charge": [int(gift)], "reason": "Erreur", "expected_total": "30,00"})
            assert answer.status_code in (200, 201), answer.text
        if before:
            credit()
        answer = on.post(f"{ORG}/payments", json={"amount": "10" if before else "40", "means": "card", "received": st.day(0),
                                                  "document": [document]})
        assert answer.status_code == 201, answer.text
        if not before:
            receipt = given(on, made)
            credit()
            assert on.get(receipt).json()["stray"]
            void(on, receipt)
        assert till.database.value(f"SELECT state FROM memberships_membership WHERE id = {made}") == "active"
        assert made not in waiting(on) and give(on, made).status_code == 409, before
    serial = len(serials(till)) + 1
    insert = ("INSERT INTO memberships_tax_receipt (org_id, year, serial, number, membership_id, party_id, given_d, paid_d, means, currency, amount_cents,"
              f" donor, frozen_json, file_id, sha256) SELECT t.org_id, t.year, {serial}, 'RF-{YEAR}-{serial:05}', m.id, m.party_id, t.given_d, m.paid_d,"
              " m.paid_means, t.currency, m.gift_cents, t.donor, t.frozen_json, t.file_id, t.sha256 FROM memberships_tax_receipt t"
              f" JOIN memberships_membership m ON m.id = {made} WHERE t.year = {YEAR} ORDER BY t.id DESC LIMIT 1")
    assert "what was given" in str(till.as_user(insert))
    whole = f"UPDATE memberships_membership SET settled_cents = dues_cents WHERE id = {made}"
    assert till.as_user(f"START TRANSACTION;{whole};{insert};ROLLBACK") is None


def test_paid_again_otherwise(till, on, free):
    """Of another sum, or by other means, on the same day: the receipt does not say what was."""
    for dues, means in (("100", "cheque"), ("35", "cash")):
        key = paid(on, free, person(till))
        receipt = given(on, key)
        assert on.post(f"/memberships/{key}/unpaid").status_code == 200
        version = on.get(f"{ORG}/members/{key}").json()["row_version"]
        assert on.post(f"{ORG}/members/{key}", json={"row_version": version, "dues": dues}).status_code == 200
        assert on.post(f"/memberships/{key}/paid", json={"means": means, "day": st.day(0)}).status_code == 200
        assert on.get(receipt).json()["stray"], (dues, means)
        assert on.get(receipt).json()["number"] in [s["number"] for s in on.get(TAX).json()["strays"]]
        void(on, receipt)


def test_reversed_after_the_end(till, on, free):
    """What has ended stays ended; that its payment was taken back is known all the same."""
    party = person(till, family="Partie")
    made = on.post(f"{ORG}/members", json={"party": party, "plan": free, "dues": "40"}).json()["id"]
    document = int(till.issued(on, till.client(party))["id"])
    payment = on.post(f"{ORG}/payments", json={"amount": "40", "means": "card", "received": st.day(0), "document": [document]}).json()["id"]
    version = on.get(f"{ORG}/members/{made}/delete").json()["row_version"]
    assert on.post(f"{ORG}/members/{made}/delete", json={"row_version": version}).status_code == 200
    receipt = given(on, made)
    assert on.post(f"{ORG}/payments/{payment}/reverse", json={"reason": "Rejeté"}).status_code == 201
    assert on.get(receipt).json()["stray"]
    assert till.database.value(f"SELECT state FROM memberships_membership WHERE id = {made}") == "ended"
    void(on, receipt)


def test_taken_back_after_the_end(till, on, free):
    """By hand too: a cheque bounces after its member has left, and the payment waits for no receipt any more."""
    key = paid(on, free, person(till, family="Partie"))
    receipt = given(on, key)
    version = on.get(f"{ORG}/members/{key}/delete").json()["row_version"]
    assert on.post(f"{ORG}/members/{key}/delete", json={"row_version": version}).status_code == 200
    by_hand = till.login(TREASURER)
    form = next(f for f in by_hand.page(f"{ORG}/members/{key}").forms if f.action.endswith("/unpaid"))
    assert by_hand.submit(form).status_code == 303 and on.get(receipt).json()["stray"]
    assert till.database.value(f"SELECT state FROM memberships_membership WHERE id = {key}") == "ended"
    assert on.post(f"/memberships/{key}/paid").status_code == 409
    void(on, receipt)
    assert key not in waiting(on)
    assert not [f for f in by_hand.page(f"{ORG}/members/{key}").forms if f.action.endswith("/unpaid")]


def test_two_at_once(till, on, free):
    """Six treasurers with the same page: each payment has one receipt, and numbers have no hole."""
    several = [till.program(TREASURER) for _ in range(6)]
    for _ in range(3):
        shared, *own = [paid(on, free, person(till)) for _ in range(7)]
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            answers = list(pool.map(lambda each: give(each[0], shared, each[1]).status_code, zip(several, own)))
        assert sorted(answers) == [201] + [409] * 5
        with concurrent.futures.ThreadPoolExecutor(6) as pool:                # different ones: all of them, numbered one by one
            answers = list(pool.map(lambda each: give(each[0], each[1]).status_code, zip(several, own)))
        assert sorted(answers) == [201] * 5 + [409]
    assert serials(till) == list(range(1, len(serials(till)) + 1))
    assert till.database.rows("SELECT membership_id FROM memberships_tax_receipt WHERE void_utc IS NULL GROUP BY 1 HAVING COUNT(*) > 1") == []


def test_taken_back_at_once(till, on, free):
    """A payment has a receipt or is taken back before; or after, and then the receipt says so. Nothing in between."""
    one, two = till.program(TREASURER), till.program(TREASURER)
    for _ in range(6):
        key = paid(on, free, person(till))
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            made, back = pool.submit(give, one, key), pool.submit(two.post, f"/memberships/{key}/unpaid")
        assert back.result().status_code == 200 and made.result().status_code in (201, 409)
    for stray in on.get(TAX).json()["strays"]:
        assert void(on, f"{TAX}/{stray['id']}").status_code == 200


# ---- nothing changes by hand

COLUMNS = {"uid": "UUID()", "org_id": "org_id + 1", "year": "year - 1", "serial": "serial + 100", "number": "LOWER(number)",
           "membership_id": "membership_id - 1", "party_id": "party_id - 1", "given_d": "given_d - INTERVAL 1 DAY", "paid_d": "paid_d - INTERVAL 1 DAY",
           "means": "'other'", "currency": "'CHF'", "amount_cents": "amount_cents + 1", "donor": "UPPER(donor)",
           "frozen_json": "REPLACE(frozen_json, 'Odile', 'odile')", "file_id": "file_id - 1", "sha256": "REVERSE(sha256)",
           "created_utc": "created_utc - INTERVAL 1 SECOND", "id": "id + 1000"}


def test_columns(till):
    stored = {c for c, in till.database.rows("SELECT column_name FROM information_schema.columns WHERE table_name = 'memberships_tax_receipt'"
                                             " AND generation_expression IS NULL OR table_name = 'memberships_tax_receipt' AND generation_expression = ''")}
    assert stored - {"lives"} == set(COLUMNS) | {"void_utc", "void_reason"}


def test_nothing_changes_by_hand(till, on, free):
    """What the user that serves requests may not, whatever it says."""
    key, other = paid(on, free, person(till)), paid(on, free, person(till))
    live, gone = (on.get(given(on, k)).json()["id"] for k in (key, other))
    void(on, f"{TAX}/{gone}")
    org, rows = till.org("filature"), "SELECT * FROM memberships_tax_receipt ORDER BY id"
    before, series = till.database.rows(rows), "SELECT * FROM memberships_tax_series ORDER BY year"
    numbers = till.database.rows(series)
    insert = ("INSERT INTO memberships_tax_receipt (org_id, year, serial, number, membership_id, party_id, given_d, paid_d, means, currency,"
              f" amount_cents, donor, frozen_json, file_id, sha256) SELECT org_id, year, {{serial}}, {{number}}, {other}, m.party_id, given_d, {{paid}}, means,"
              f" currency, {{cents}}, donor, frozen_json, file_id, sha256 FROM memberships_tax_receipt t JOIN (SELECT party_id FROM memberships_membership"
              f" WHERE id = {other}) m WHERE t.id = {live}")
    good = {"serial": len(serials(till)) + 1, "number": f"'RF-{YEAR}-{len(serials(till)) + 1:05}'", "paid": "paid_d", "cents": "2500"}
    attacks = [f"UPDATE memberships_tax_receipt SET {column} = {value} WHERE id = {which}" for column, value in COLUMNS.items() for which in (live, gone)]
    attacks += [
        insert.format(**{**good, "serial": good["serial"] + 1, "number": f"'RF-{YEAR}-{good['serial'] + 1:05}'"}),       # a hole
        insert.format(**{**good, "number": f"'rf-{YEAR}-{good['serial']:05}'"}), insert.format(**{**good, "number": f"'RF-{YEAR}-99999'"}),
        insert.format(**{**good, "cents": "2501"}), insert.format(**{**good, "paid": "paid_d - INTERVAL 1 DAY"}),
        f"UPDATE memberships_tax_receipt SET void_utc = NULL, void_reason = NULL WHERE id = {gone}",
        f"UPDATE memberships_tax_receipt SET void_reason = UPPER(void_reason) WHERE id = {gone}",
        f"UPDATE memberships_tax_receipt SET void_utc = UTC_TIMESTAMP() WHERE id = {live}",
        f"DELETE FROM memberships_tax_receipt WHERE id = {live}", f"DELETE FROM memberships_tax_receipt WHERE id = {gone}",
        f"DELETE FROM memberships_membership WHERE id = {key}", "TRUNCATE memberships_tax_receipt", "TRUNCATE memberships_tax_series",
        f"DELETE FROM memberships_tax_series WHERE org_id = {org}", f"UPDATE memberships_tax_series SET prefix = 'XX' WHERE org_id = {org}",
        f"UPDATE memberships_tax_series SET year = year + 50 WHERE org_id = {org}",
        f"UPDATE memberships_eligibility SET by_id = NULL WHERE org_id = {org}", f"UPDATE memberships_eligibility SET signatory = NULL WHERE org_id = {org}",
        f"UPDATE memberships_eligibility SET articles = '200-978' WHERE org_id = {org}"]
    for sql in attacks:
        assert till.as_user(sql), sql
    switch(on, eligible=False)
    assert till.as_user(insert.format(**good)) and give(on, other).status_code == 409                  # not where none are given
    assert on.get(f"{TAX}/{live}.pdf").status_code == 200                                             # what was given stays
    switch(on)
    assert till.database.rows(rows) == before and till.database.rows(series) == numbers
    assert till.as_user("START TRANSACTION;" + insert.format(**good) + ";ROLLBACK") is None           # the attack itself is sound


# ---- people

def test_hers(till, on, free):
    """The member sees hers and opens its paper, nobody else does; void, it is none any more. It is among her data."""
    lea = till.person(MEMBER)
    till.database.rows(f"INSERT INTO address (party_id, street, postcode, town) VALUES ({lea}, '1 rue', '59000', 'Lille') ON DUPLICATE KEY UPDATE street = '1 rue'")
    receipt = given(on, paid(on, free, lea))
    number, member = on.get(receipt).json()["number"], till.program(MEMBER)
    assert [(r["number"], r["amount"]["cents"]) for r in member.get("/memberships").json()["receipts"]] == [(number, 2500)]
    page = till.login(MEMBER).page("/memberships")
    assert f"{receipt}.pdf" in page.links and "Mes reçus fiscaux" in page.text
    assert member.get(f"{receipt}.pdf").content == on.get(f"{receipt}.pdf").content
    assert member.get(receipt).status_code in (403, 404) and void(member, receipt).status_code in (403, 404)
    assert number in till.login(MEMBER).get("/me/data.json").text
    uid = till.database.value(f"SELECT f.uid FROM file f JOIN memberships_tax_receipt t ON t.file_id = f.id WHERE t.number = '{number}'")
    assert member.get(f"/files/{uid}").status_code == 404
    void(on, receipt)
    assert member.get(f"{receipt}.pdf").status_code == 404 and member.get("/memberships").json()["receipts"] == []


def test_merged(till, on, free):
    """Two contacts that were one: all receipts are hers, and their papers stay."""
    frm, into = person(till, family="Doublon"), person(till, family="Doublon")
    receipt = given(on, paid(on, free, frm))
    pdf = on.get(f"{receipt}.pdf").content
    versions = {f"{w}_version": till.database.value(f"SELECT row_version FROM party WHERE id = {k}") for w, k in (("from", frm), ("into", into))}
    assert on.post(f"{ORG}/people/{frm}/merge", json={"with": str(into), **versions}).status_code in (200, 201, 303)
    assert till.database.value(f"SELECT party_id FROM memberships_tax_receipt WHERE id = {on.get(receipt).json()['id']}") == into
    assert on.get(f"{receipt}.pdf").content == pdf


def test_forgotten(till, on, free):
    """Who leaves takes no receipt along: they are kept as they were given."""
    st.ctl(till.comptoir.config, "user", "add", "parti@courriel.example", "Parti", "Bientôt", input=st.PASSWORD + "\n")
    key = till.person("parti@courriel.example")
    till.database.rows(f"INSERT INTO address (party_id, street, postcode, town) VALUES ({key}, '1 rue', '59000', 'Lille');"
                       f"INSERT IGNORE INTO org_contact (org_id, party_id) VALUES ({till.org('filature')}, {key})")
    receipt = given(on, paid(on, free, key))
    pdf = on.get(f"{receipt}.pdf").content
    leaver = till.login("parti@courriel.example")
    form = next(f for f in leaver.page("/me/delete").forms if f.action.endswith("/me/delete"))
    assert leaver.submit(form, current=st.PASSWORD).status_code in (200, 303)
    assert till.database.value(f"SELECT COUNT(*) FROM party WHERE id = {key} AND family_name = 'Bientôt'") == 0
    assert on.get(f"{receipt}.pdf").content == pdf and on.get(receipt).json()["donor"] == "Parti Bientôt"


def test_strangers(till, on, free):
    key = paid(on, free, person(till))
    receipt = given(on, paid(on, free, person(till)))
    for email, codes in STRANGERS.items():
        who = till.program(email) if email else till.visitor()
        answers = [who.get(TAX), who.get(f"{TAX}.csv"), give(who, key), who.get(receipt), who.get(f"{receipt}.pdf"), void(who, receipt),
                   who.get(SETTINGS), who.post(SETTINGS, json={**ON, "row_version": 1})]
        assert all(a.status_code in codes for a in answers), (email, [a.status_code for a in answers])
    there = receipt.replace("filature", "canal")
    for who in (on, till.program("tresor@canal.example")):                   # hers, but not there; at home there, and not hers
        assert who.get(there).status_code == 404 and who.get(f"{there}.pdf").status_code == 404 and void(who, there).status_code == 404
    assert give(till.program("tresor@canal.example"), key).status_code in (403, 404)
    assert till.program("tresor@canal.example").post("/o/canal/tax-receipts", json={"membership": [int(key)]}).status_code == 409
    assert key in waiting(on) and not on.get(receipt).json()["void"]


# ---- comptoirctl verify

def test_verify(till, on, free):
    """It finds a missing number and a paper that is not the one that was stored."""
    receipt = on.get(given(on, paid(on, free, person(till)))).json()["id"]
    file = till.database.value(f"SELECT file_id FROM memberships_tax_receipt WHERE id = {receipt}")

    def verify():
        done = st.ctl(till.comptoir.config, "verify", check=False)
        return done.returncode == 0 or done.stdout + done.stderr

    def unguarded(sql):
        body = till.database.rows("SHOW CREATE TRIGGER memberships_tax_receipt_kept")[0][2]
        till.database.rows(f"DROP TRIGGER memberships_tax_receipt_kept;{sql};{body}")
    assert verify() is True
    unguarded(f"UPDATE memberships_tax_receipt SET serial = serial + 100 WHERE id = {receipt}")
    assert "hole" in str(verify())
    unguarded(f"UPDATE memberships_tax_receipt SET serial = serial - 100 WHERE id = {receipt}")
    unguarded(f"UPDATE memberships_tax_receipt SET sha256 = REVERSE(sha256) WHERE id = {receipt}")
    assert "another file" in str(verify())
    unguarded(f"UPDATE memberships_tax_receipt SET sha256 = REVERSE(sha256) WHERE id = {receipt}")
    till.database.rows(f"UPDATE file_chunk SET data = REVERSE(data) WHERE file_id = {file}")
    assert re.search(f"file {file}|{file}", str(verify())) and verify() is not True
    till.database.rows(f"UPDATE file_chunk SET data = REVERSE(data) WHERE file_id = {file}")
    assert verify() is True
