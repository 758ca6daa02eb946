# SPDX-License-Identifier: GPL-3.0-or-later
"""Public buyers: what each demands on its invoices, what is printed of it, and where they are deposited."""
import json

import pytest

import stack as st
from invoices import MANAGER, MEMBER, TREASURER, text_of
from stack import plain

SIRET = "21590350100017"
DEMANDS = "Cette mairie demande un numéro d’engagement"


@pytest.fixture(autouse=True)
def sound(till):
    yield
    assert " status=500" not in till.comptoir.log()


def page(document):
    return f"/o/filature/invoices/{document}"


def account(client):
    return f"/o/filature/balances/{client}"


def town(till, name, siret=SIRET, public=True):
    """A client whose party has a SIRET."""
    party = till.party(name, public=public, siren=siret[:9] if siret else None)
    if siret:
        till.database.rows(f"UPDATE party SET siret = '{siret}' WHERE id = {party}")
    return till.client(party)


def needs(ines, client, **values):
    answer = ines.post(f"{account(client)}/needs", json=values)
    assert answer.status_code == 200, answer.text
    return answer.json()


def words(pdf):
    return " ".join(plain(text_of(pdf.content)).split())


def frozen(till, document):
    return json.loads(till.database.value(f"SELECT frozen_json FROM invoicing_document WHERE id = {document}"))


def test_nothing_is_demanded_that_is_not(till, ines):
    """Most public buyers do without: theirs is issued, with the SIRET on it."""
    client = town(till, "Commune de Sainghin")
    till.charge(client, (5000, "E293B"))
    seen = till.issued(ines, client)
    paper = words(ines.get(page(seen["id"]) + ".pdf"))
    assert "SIRET 215 903 501 00017" in paper and "engagement" not in paper and "Code service" not in paper
    assert "majoré de 8 points" in paper and (seen["order_ref"], seen["service_code"]) == (None, None)


@pytest.mark.parametrize("name, siret, public, says", [
    ("Ville de Lomme", SIRET, True, DEMANDS),
    ("Région des Hauts", "20005374200017", True, "Cet acheteur public demande un numéro d’engagement"),
    ("Fabrique d’à côté", "73282932000074", False, "Ce client demande un numéro de commande")])
def test_who_demands_a_number(till, ines, name, siret, public, says):
    """Refused without, by the page, alone and with a month; issued with it."""
    client = town(till, name, siret, public)
    assert needs(ines, client, needs_order_ref=True)["id"] == str(client)
    till.charge(client, (4200, "E293B"))
    [draft] = till.draft(ines, client)
    assert [o["text"].startswith(says) for o in ines.get(page(draft)).json()["obstacles"]] == [True]
    refused = till.issue(ines, draft)
    assert refused.status_code == 422 and refused.json()["detail"].startswith(says)
    assert ines.post(page(draft), json={"order_ref": "EJ-9"}).status_code == 200
    assert ines.get(page(draft)).json()["obstacles"] == [] and till.issue(ines, draft).status_code == 200
    assert "EJ-9" in words(ines.get(page(draft) + ".pdf"))


def test_a_month_says_it_too(till, ines):
    client = town(till, "Ville de Loos")
    needs(ines, client, needs_order_ref=True)
    till.charge(client, {"amount_cents": 700, "vat_code": "E293B", "service_from_d": "2025-03-03", "service_to_d": "2025-03-04"})
    run = "/o/filature/invoices/month"
    [row] = ines.get(run, params={"month": "2025-03-01"}).json()["clients"]
    done = ines.post(run, json={"month": "2025-03-01", "expected": [row["expected"]]}).json()
    assert done["issued"] == [] and [r["text"].startswith(DEMANDS) for r in done["refused"]] == [True]


def test_a_service_code(till, ines):
    """That of the client where the draft says no other; frozen with the document, and on its credit note."""
    client = town(till, "Ville de Seclin")
    needs(ines, client, needs_service_code=True)
    till.charge(client, (1000, "E293B"))
    [draft] = till.draft(ines, client)
    [why] = ines.get(page(draft)).json()["obstacles"]
    assert "code service" in why["text"] and why["href"].endswith(account(client))
    assert till.issue(ines, draft).status_code == 422
    needs(ines, client, needs_service_code=True, service_code="SERV-CULTURE")
    assert ines.get(page(draft)).json()["obstacles"] == [] and ines.get(page(draft)).json()["service_code"] == "SERV-CULTURE"
    assert till.issue(ines, draft).status_code == 200
    needs(ines, client, service_code="SERV-SPORT")
    assert ines.get(page(draft)).json()["service_code"] == "SERV-CULTURE"
    facts = {f["label"]: f["text"] for f in frozen(till, draft)["facts"]}
    assert facts["Code service"] == "SERV-CULTURE" and frozen(till, draft)["buyer"]["siret"] == SIRET
    assert "SERV-CULTURE" in words(ines.get(page(draft) + ".pdf"))
    credit = ines.post(page(draft) + "/credit", json={"reason": "Annulé", "expected_total": "10,00"}).json()["credit"]
    paper = words(ines.get(page(credit) + ".pdf"))
    assert "SERV-CULTURE" in paper and "SIRET 215 903 501 00017" in paper and "SERV-SPORT" not in paper

    till.charge(client, (2000, "E293B"))
    [draft] = till.draft(ines, client)
    assert ines.post(page(draft), json={"service_code": "SERV-PETITE-ENFANCE", "order_ref": "EJ-2"}).status_code == 200
    assert till.issue(ines, draft).json()["service_code"] == "SERV-PETITE-ENFANCE"
    assert till.database.value(f"SELECT service_code FROM invoicing_document WHERE id = {draft}") == "SERV-PETITE-ENFANCE"
    paper = words(ines.get(page(draft) + ".pdf"))
    assert "SERV-PETITE-ENFANCE" in paper and "EJ-2" in paper and "SERV-SPORT" not in paper


def test_a_credit_note_has_the_references_of_what_it_credits(till, ines):
    """Also one that a month makes of what was cancelled."""
    client = town(till, "Ville de Wattignies")
    needs(ines, client, needs_order_ref=True, needs_service_code=True)
    served = {"vat_code": "E293B", "service_from_d": "2025-05-03", "service_to_d": "2025-05-03"}
    [key] = till.charge(client, {"amount_cents": 5000, **served})
    [draft] = till.draft(ines, client)
    assert ines.post(page(draft), json={"order_ref": "EJ-1", "service_code": "S-1"}).status_code == 200
    assert till.issue(ines, draft).status_code == 200
    columns = ("issuer_id, client_id, source_kind, source_id, line, unit, unit_amount, amounts, currency, vat_code, service_from_d, service_to_d,"
               " order_ref, label")
    till.database.rows(f"INSERT INTO invoicing_charge ({columns}, version, reverses_id, quantity, amount_cents) SELECT {columns}, version + 1, id,"
                       f" -quantity, -amount_cents FROM invoicing_charge WHERE id = {key}")
    run = "/o/filature/invoices/month"
    [row] = ines.get(run, params={"month": "2025-05-01"}).json()["clients"]
    done = ines.post(run, json={"month": "2025-05-01", "expected": [row["expected"]]}).json()
    assert done["refused"] == []
    credit = ines.get(page(done["issued"][0]["id"])).json()
    assert (credit["type"], credit["order_ref"], credit["service_code"]) == ("credit", "EJ-1", "S-1")
    paper = words(ines.get(page(credit["id"]) + ".pdf"))
    assert "EJ-1" in paper and "S-1" in paper


def test_what_is_frozen_stays(till, ines):
    client = town(till, "Ville de Haubourdin")
    till.charge(client, (1000, "E293B"))
    document = till.issued(ines, client)["id"]
    before = ines.get(page(document) + ".pdf").content
    till.database.rows("UPDATE party SET siret = '21590350100025' WHERE legal_name = 'Ville de Haubourdin'")
    needs(ines, client, needs_order_ref=True, service_code="AUTRE")
    assert ines.get(page(document) + ".pdf").content == before and "AUTRE" not in ines.get(page(document)).text
    said = till.as_user(f"UPDATE invoicing_document SET service_code = 'X' WHERE id = {document}")
    assert said and "never changed" in said


def test_deposited(till, ines):
    """In the list, at the client and on the page: to be deposited, then when it was."""
    client = town(till, "Ville de Wattignies")
    till.charge(client, (1000, "E293B"))
    number = till.issued(ines, client)["number"]
    found = f"/o/filature/invoices?q={number}"
    web = till.login(TREASURER)
    for path in (found, account(client)):
        assert "À déposer sur Chorus Pro" in web.page(path).text, path
    [row] = ines.get(found).json()["invoices"]
    assert row["to_deposit"] is True and row["deposited_d"] is None
    assert ines.post(page(row["id"]) + "/deposit", json={"deposit": "CPP-1"}).status_code == 200
    today = st.today()
    for path in (found, account(client)):
        text = plain(web.page(path).text)
        assert "À déposer sur Chorus Pro" not in text and f"Déposée le {today:%d/%m/%Y}" in text, path
    [row] = ines.get(found).json()["invoices"]
    assert row["to_deposit"] is False and row["deposited_d"] == today.isoformat()
    private = till.client(till.party("Atelier privé"))
    till.charge(private, (1000, "E293B"))
    other = till.issued(ines, private)["number"]
    assert "Chorus" not in web.page(f"/o/filature/invoices?q={other}").text


def test_at_the_client(till, ines):
    """By hand: what was ticked stays ticked, a wrong form keeps what was typed, and it is traced."""
    client, unknown = town(till, "Ville de Marcq"), town(till, "Ville sans SIRET", siret=None)
    web = till.login(TREASURER)
    form = web.page(account(client)).form(f"{account(client)}/needs")
    assert web.submit(form, needs_order_ref="1", service_code="DGA-4").status_code == 303
    seen = ines.get(account(client)).json()
    assert (seen["needs_order_ref"], seen["needs_service_code"], seen["service_code"], seen["siret"]) == (True, False, "DGA-4", SIRET)
    html = web.page(account(client))
    form = html.form(f"{account(client)}/needs")
    assert "SIRET 215 903 501 00017" in plain(html.text)
    assert (form.value("service_code"), form.value("needs_order_ref"), form.value("needs_service_code")) == ("DGA-4", "1", None)
    long = web.submit(form, service_code="x" * 101)
    assert long.status_code == 422 and "x" * 101 in long.text
    assert ines.get(account(client)).json()["service_code"] == "DGA-4"
    assert "SIRET, qui manque" in plain(web.page(account(unknown)).text)
    assert till.database.value("SELECT COUNT(*) FROM audit WHERE kind = 'client' AND after_json LIKE '%DGA-4%'") == 1
    person = till.client()
    assert ines.post(f"{account(person)}/needs", json={"needs_order_ref": True}).status_code == 422
    assert "/needs" not in web.page(account(person)).text


def test_who_may(till):
    client = town(till, "Ville de Croix")
    for who, statuses in ((None, (401, 404)), (MEMBER, (403, 404)), (MANAGER, (403, 404)), ("tresor@canal.example", (403, 404))):
        asks = till.program(who) if who else till.visitor()
        answer = asks.post(f"{account(client)}/needs", json={"needs_order_ref": True})
        assert answer.status_code in statuses, who
    assert till.program("tresor@canal.example").post(f"/o/canal/balances/{client}/needs", json={}).status_code in (403, 404)
    assert till.database.value(f"SELECT needs_order_ref FROM invoicing_client WHERE id = {client}") == 0


def test_two_contacts_that_are_one(till, ines):
    """Who demanded something demands it still, and the draft that one of them had says so."""
    old, new = town(till, "Mairie (ancienne fiche)", siret=None), town(till, "Mairie (bonne fiche)", siret="21590350100033")
    needs(ines, old, needs_order_ref=True, service_code="ANCIEN")
    till.charge(old, (1000, "E293B"))
    till.charge(new, (1000, "E293B"))
    [draft] = till.draft(ines, old)
    parties = [till.database.value(f"SELECT party_id FROM invoicing_client WHERE id = {key}") for key in (old, new)]
    versions = {f"{which}_version": till.database.value(f"SELECT row_version FROM party WHERE id = {party}")
                for which, party in zip(("from", "into"), parties)}
    merged = till.program(MANAGER).post(f"/o/filature/people/{parties[0]}/merge", json={"with": parties[1], **versions})
    assert merged.status_code in (200, 303), merged.text
    seen = ines.get(account(old)).json()
    assert (seen["client"], seen["needs_order_ref"], seen["service_code"]) == (str(new), True, "ANCIEN")
    assert ines.get(page(draft)).json()["service_code"] == "ANCIEN" and till.issue(ines, draft).status_code == 422
