# SPDX-License-Identifier: GPL-3.0-or-later
"""Who prepares an invoice and who issues it: a manager writes her own, hands it over, and gets it back with a note."""
import concurrent.futures

import pytest

import stack as st
from invoices import MANAGER, MEMBER, TREASURER
from stack import plain

LIST = "/o/filature/invoices"

pytestmark = pytest.mark.usefixtures("sound_till")


@pytest.fixture
def theo(till):
    """The manager, who prepares and does not issue."""
    return till.program(MANAGER)


@pytest.fixture
def party(till):
    return till.party("Compagnie de l’Écluse")


def page(document, word=""):
    return f"{LIST}/{document}{word}"


def line(who, document, euros="25"):
    return who.post(page(document, "/lines"), json={"label": "Aide au montage", "quantity": "1", "price": euros, "vat_code": "E293B"})


def draft(who, party):
    made = who.post(f"{LIST}/new", json={"party": party})
    assert made.status_code == 201, made.text
    document = made.json()["id"]
    assert line(who, document).status_code == 200
    return document


def keys(who, **query):
    return {row["id"] for row in who.get(LIST, params=query).json()["invoices"]}


def test_from_hand_to_hand(till, ines, theo, party):
    """Written, handed over, given back with a note, mended, handed over again, and issued."""
    document = draft(theo, party)
    seen = theo.get(page(document)).json()
    assert (seen["state"], seen["handed"], seen["total"]["cents"], seen["obstacles"]) == ("draft", False, 2500, [])
    web, html = till.login(MANAGER), {"Accept": "text/html"}
    shown = web.get(page(document), headers=html).text
    assert "Remettre à la trésorerie" in shown and f'{page(document, "/hand")}"' in shown
    assert f'{page(document, "/issue")}"' not in shown and f'{page(document, "/return")}"' not in shown
    assert web.post(page(document, "/hand"), headers=html).status_code == 303
    shown = plain(web.page(page(document)).text)
    assert "Remise par" in shown and "Remettre à la trésorerie" not in shown and "Ajouter une ligne" not in shown

    assert document in keys(ines, state="handed") and document in keys(ines, state="draft")
    treasury = till.login(TREASURER)
    assert "/invoices?state=handed" in treasury.get(LIST, headers=html).text
    shown = treasury.get(page(document), headers=html).text
    assert f'{page(document, "/issue")}"' in shown and f'{page(document, "/return")}"' in shown and f'{page(document, "/hand")}"' not in shown
    assert ines.post(page(document, "/return"), json={"note": ""}).status_code == 422
    assert ines.post(page(document, "/return"), json={"note": "Il manque l’adresse"}).status_code == 200
    assert ines.post(page(document, "/return"), json={"note": "Encore"}).status_code == 409
    assert document not in keys(ines, state="handed")

    assert "Il manque l’adresse" in plain(web.page(page(document)).text) and theo.get(page(document)).json()["handed_note"] == "Il manque l’adresse"
    assert theo.post(page(document), json={"address": "9 quai Nord\n59000 Lille"}).status_code == 200
    assert theo.post(page(document, "/hand")).status_code == 200
    assert theo.get(page(document)).json()["handed_note"] is None
    assert till.issue(ines, document).status_code == 200
    seen = theo.get(page(document)).json()
    assert seen["state"] == "issued" and seen["number"] and not seen["handed"]
    assert document not in keys(ines, state="handed") and document in keys(theo)
    assert theo.get(page(document, ".pdf")).content[:5] == b"%PDF-"


def test_once_handed_over_it_is_not_changed(till, ines, theo, party):
    """But by who issues."""
    document = draft(theo, party)
    [only] = theo.get(page(document)).json()["lines"]
    assert theo.post(page(document, "/hand")).status_code == 200
    for word, body in (("", {"address": "X"}), ("/remove", {"charge": only["charge"]}), ("/delete", {}), ("/hand", {}),
                       ("/lines", {"label": "Y", "quantity": "1", "price": "1", "vat_code": "E293B"})):
        assert theo.post(page(document, word), json=body).status_code == 409, word
    assert theo.get(page(document)).json()["total"]["cents"] == 2500
    assert line(ines, document, "10").status_code == 200
    assert theo.get(page(document)).json()["total"]["cents"] == 3500
    assert ines.post(page(document, "/delete")).status_code == 200


def test_an_empty_one_is_not_handed_over(till, theo, party):
    document = theo.post(f"{LIST}/new", json={"party": party}).json()["id"]
    assert theo.post(page(document, "/hand")).status_code == 409
    assert "Remettre à la trésorerie" not in till.login(MANAGER).page(page(document)).text


def test_only_what_one_began(till, ines, theo, party):
    """Whoever only prepares sees her own documents, in the list, on pages, as PDF and CSV; and no sum of the house."""
    someone = till.party("Autre client")
    hers, other, client = draft(theo, party), draft(ines, someone), till.client(someone)
    till.charge(client, (7700, "E293B"))
    [booked] = till.draft(ines, client)
    assert {hers} <= keys(theo) and not keys(theo) & {other, booked}
    csv = theo.get(f"{LIST}.csv").text
    assert "Compagnie de l’Écluse" in csv and "Autre client" not in csv and "Autre client" in ines.get(f"{LIST}.csv").text
    assert till.issue(ines, other).status_code == 200
    assert "À payer :" in plain(till.login(TREASURER).page(LIST).text) and "À payer :" not in plain(till.login(MANAGER).page(LIST).text)
    for document in (other, booked):
        for path in (page(document), page(document, ".pdf")):
            assert theo.get(path).status_code == 404, path
        for word, body in (("", {"address": "X"}), ("/delete", {}), ("/hand", {}), ("/remove", {"charge": 1}),
                           ("/lines", {"label": "Y", "quantity": "1", "price": "1", "vat_code": "E293B"})):
            assert theo.post(page(document, word), json=body).status_code == 404, word
    assert ines.get(page(hers)).status_code == 200


def test_what_becomes_of_it_is_told_and_no_more(till, ines, theo, party):
    """That it is paid and credited; not what else the payer has paid, nor what is not hers to open."""
    hers, other = draft(theo, party), draft(ines, party)
    assert till.issue(ines, hers).status_code == 200 and till.issue(ines, other).status_code == 200
    paid = ines.post("/o/filature/payments", json={"client": till.client(party), "amount": "1500", "means": "cheque", "received": st.day(0),
                                                  "reference": "CHQ-777", "given_by": "Mme Secrète", "document": [hers, other]})
    assert paid.status_code == 201, paid.text
    total = ines.get(page(hers)).json()["total"]["cents"]
    [seen] = theo.get(page(hers)).json()["payments"]
    assert (seen["here"]["cents"], seen["amount"]["cents"], seen["means"]) == (total, total, "cheque")
    assert {seen[name] for name in ("left", "numbers", "reference", "given_by", "reason")} == {None}
    [whole] = ines.get(page(hers)).json()["payments"]
    assert (whole["amount"]["cents"], whole["reference"]) == (150000, "CHQ-777")
    credit = ines.post(page(hers, "/credit"), json={"reason": "Raison interne", "expected_total": f"{total // 100},{total % 100:02}"})
    assert credit.status_code == 201, credit.text
    number = ines.get(page(credit.json()["id"])).json()["number"]
    web = till.login(MANAGER).page(page(hers))
    assert number in web.text and not [x for x in web.links if x.endswith(page(credit.json()["id"])) or "/balances/" in x]
    assert theo.get(page(credit.json()["id"])).status_code == 404
    town = till.party("Ville de Mons", public=True, siren="215903501")
    assert ines.post(f"/o/filature/balances/{till.client(town)}/needs", json={"needs_service_code": True}).status_code == 200
    assert [o["href"] for o in theo.get(page(draft(theo, town))).json()["obstacles"]] == [None]


def test_who_prepares_does_not_issue(till, ines, theo, party):
    """Refused, and the buttons are not shown."""
    document = draft(theo, party)
    theo.post(page(document, "/hand"))
    for path, body in ((page(document, "/issue"), {"expected_total": "25"}), (page(document, "/return"), {"note": "X"}),
                       (page(document, "/mail"), {}), (page(document, "/dispute"), {"open": "1"}), (page(document, "/deposit"), {"number": "1"}),
                       (page(document, "/credit"), {"reason": "X", "expected_total": "25"}), (f"{LIST}/month", {"month": st.day(0)[:7]}),
                       (LIST, {"client": 1}), ("/o/filature/payments", {"amount": "1", "means": "transfer", "received": st.day(0)}),
                       ("/o/filature/invoicing/issuer", {}), ("/o/filature/invoicing/offers", {}), ("/o/filature/quotes", {}),
                       ("/o/filature/guarantees", {})):
        assert theo.post(path, json=body).status_code == 403, path
    for path in ("/o/filature/charges", f"{LIST}/month", "/o/filature/payments", "/o/filature/balances", "/o/filature/quotes",
                 "/o/filature/guarantees", "/o/filature/reminders"):
        assert theo.get(path).status_code == 403, path
    assert till.database.value(f"SELECT state FROM invoicing_document WHERE id = {document}") == "draft"
    shown = till.login(MANAGER).get(LIST, headers={"Accept": "text/html"}).text
    assert f"{LIST}/new" in shown and f"{LIST}/month" not in shown and "/payments" not in shown and "/balances" not in shown


def test_from_the_catalogue(till, ines, theo, party):
    """She chooses from it, and does not change it."""
    offer = ines.post("/o/filature/invoicing/offers", json={"label": "Heure de fablab", "unit": "HUR", "price": "12", "amounts": "include_vat",
                                                           "vat_code": "E293B"}).json()["id"]
    document = draft(theo, party)
    assert theo.post(page(document, "/lines"), json={"offer": offer, "quantity": "2"}).status_code == 200
    assert theo.get(page(document)).json()["total"]["cents"] == 4900
    assert "Heure de fablab" in till.login(MANAGER).page(page(document)).text


def test_at_once(till, ines, theo, party):
    """Handed over six times at once: once it was, and nobody is left out of who and when."""
    document = draft(theo, party)
    several = [till.program(MANAGER) for _ in range(6)]
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda who: who.post(page(document, "/hand")).status_code, several))
    assert sorted(answers) == [200] + [409] * 5
    assert "invoicing_document_handed" in till.as_user(f"UPDATE invoicing_document SET handed_by_id = NULL WHERE id = {document}")


@pytest.mark.parametrize("who", [None, MEMBER, "tresor@canal.example"])
def test_strangers(till, theo, party, who):
    document = draft(theo, party)
    stranger = till.program(who) if who else st.Client(till.url)
    refused = (401, 403, 404)
    assert stranger.get(LIST).status_code in refused and stranger.get(f"{LIST}/new").status_code in refused
    for word in ("/hand", "/return", "/lines"):
        assert stranger.post(page(document, word), json={"note": "X"}).status_code in refused, word
    assert till.database.value(f"SELECT handed_utc IS NULL FROM invoicing_document WHERE id = {document}") == 1
