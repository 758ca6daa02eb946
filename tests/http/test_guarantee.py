# SPDX-License-Identifier: GPL-3.0-or-later
"""Guarantees: received, given back, kept in part; no invoice, in no balance, and nobody is forgotten while one is held."""
import concurrent.futures

import pytest

import stack as st
from invoices import MANAGER, MEMBER, TREASURER
from stack import plain

LIST = "/o/filature/guarantees"
STRANGERS = {None: (401, 404), MEMBER: (403, 404), MANAGER: (403, 404), "tresor@canal.example": (403, 404)}


pytestmark = pytest.mark.usefixtures("sound_till")


@pytest.fixture
def party(till):
    return till.party("Compagnie de l’Écluse")


def receive(who, party, **more):
    made = who.post(LIST, json={"party": party, "subject": "Grande salle, clé n° 4", "amount": "150", "means": "cheque",
                                "cheque_no": "7001234", "received": st.day(-10), **more})
    assert made.status_code == 201, made.text
    return made.json()["id"]


def page(guarantee, word=""):
    return f"{LIST}/{guarantee}{word}"


def settle(who, guarantee, **more):
    return who.post(page(guarantee, "/settle"), json={"returned": st.day(0), **more})


def seen(who, guarantee):
    row = who.get(page(guarantee)).json()
    return row["state"], row["returned_d"], (row["kept"] or {}).get("cents"), row["reason"]


def test_received_and_given_back(till, ines, party):
    guarantee = receive(ines, party)
    assert seen(ines, guarantee) == ("held", None, None, None)
    web = till.login(TREASURER)
    shown = web.get(page(guarantee), headers={"Accept": "text/html"}).text
    assert "Compagnie de l’Écluse" in shown and "Rendu aujourd’hui" in shown and shown.count(f'{page(guarantee, "/settle")}"') == 2
    assert f'{page(guarantee, "/settle")}"' in web.get(page(guarantee, "/settle"), headers={"Accept": "text/html"}).text
    given = web.post(page(guarantee, "/settle"), data={"returned": st.day(0)}, headers={"Accept": "text/html"})
    assert given.status_code == 303, given.text
    assert seen(ines, guarantee) == ("returned", st.day(0), None, None)
    assert "Rendu aujourd’hui" not in plain(web.page(page(guarantee)).text)
    assert settle(ines, guarantee).status_code == 409
    history = till.database.rows(f"SELECT a.action FROM audit a WHERE a.kind = 'guarantee' AND a.object_id = {guarantee} ORDER BY a.id")
    assert history == [["create"], ["change"]]


def test_kept_in_part(till, ines, party):
    """What is kept has a reason and never passes the guarantee; it bills nobody and pays nothing."""
    guarantee = receive(ines, party)
    for wrong, field in (({"kept": "150,01", "reason": "X"}, "kept"), ({"kept": "40"}, "reason"), ({"returned": st.day(1)}, "returned"),
                         ({"returned": st.day(-11)}, "returned"), ({"returned": ""}, "returned"), ({"kept": "-1", "reason": "X"}, "kept")):
        answer = settle(ines, guarantee, **wrong)
        assert answer.status_code == 422 and field in answer.json()["errors"], (wrong, answer.text)
    assert seen(ines, guarantee)[0] == "held"
    web = till.login(TREASURER)
    again = web.post(page(guarantee, "/settle"), data={"returned": st.day(0), "kept": "40"}, headers={"Accept": "text/html"})
    assert again.status_code == 422 and 'value="40"' in again.text
    assert settle(ines, guarantee, kept="40", reason="Vitre cassée").status_code == 200
    assert seen(ines, guarantee) == ("kept", st.day(0), 4000, "Vitre cassée")
    shown = web.get(page(guarantee), headers={"Accept": "text/html"}).text
    assert "40,00 €" in plain(shown) and f'{page(guarantee, "/reopen")}"' in shown and f'{page(guarantee, "/settle")}"' not in shown
    for table in ("invoicing_charge", "invoicing_payment", "invoicing_document"):
        assert till.database.value(f"SELECT COUNT(*) FROM {table}") == 0
    assert till.database.value(f"SELECT COUNT(*) FROM invoicing_client WHERE party_id = {party}") == 0


def test_a_fact_is_not_edited(till, ines, party):
    """While it is held it is corrected; afterwards only the whole step is taken back, and said anew."""
    guarantee = receive(ines, party)
    row = ines.get(page(guarantee)).json()
    change = {"party": party, "subject": "Clé n° 5", "amount": "100", "means": "cash", "cheque_no": None, "received": st.day(-9)}
    assert ines.post(page(guarantee), json={**change, "row_version": row["row_version"]}).status_code == 200
    assert ines.post(page(guarantee), json={**change, "row_version": row["row_version"]}).status_code == 409
    assert ines.post(page(guarantee, "/reopen")).status_code == 409
    assert settle(ines, guarantee, kept="10", reason="Ménage").status_code == 200
    version = ines.get(page(guarantee)).json()["row_version"]
    assert ines.post(page(guarantee), json={**change, "amount": "1", "row_version": version}).status_code in (403, 409)
    assert ines.post(page(guarantee, "/delete"), json={"row_version": version}).status_code in (403, 409)
    for sql in (f"UPDATE invoicing_guarantee SET amount_cents = 1 WHERE id = {guarantee}",
                f"UPDATE invoicing_guarantee SET kept_cents = 0 WHERE id = {guarantee}",
                f"UPDATE invoicing_guarantee SET reason = 'menage' WHERE id = {guarantee}",
                f"UPDATE invoicing_guarantee SET subject = 'CLÉ N° 5' WHERE id = {guarantee}",
                f"UPDATE invoicing_guarantee SET created_utc = '2020-01-01' WHERE id = {guarantee}", f"DELETE FROM invoicing_guarantee WHERE id = {guarantee}"):
        assert "is not changed" in till.as_user(sql), sql
    assert ines.post(page(guarantee, "/reopen")).status_code == 200
    assert seen(ines, guarantee) == ("held", None, None, None)
    version = ines.get(page(guarantee)).json()["row_version"]
    assert ines.post(page(guarantee, "/delete"), json={"row_version": version}).status_code == 200
    assert ines.get(page(guarantee)).status_code == 404


def test_what_is_wrong_is_said(ines, party):
    for wrong, field in (({"party": 999999}, "party"), ({"party": ""}, "party"), ({"subject": ""}, "subject"), ({"amount": "0"}, "amount"),
                         ({"means": "gold"}, "means"), ({"received": st.day(1)}, "received"), ({"means": "cash"}, "cheque_no")):
        answer = ines.post(LIST, json={"party": party, "subject": "Clé", "amount": "50", "means": "cheque", "cheque_no": "1",
                                       "received": st.day(0), **wrong})
        assert answer.status_code == 422 and field in answer.json()["errors"], (wrong, answer.text)


def test_the_list(till, ines):
    """By client, by what it is for, by the number of a cheque, and by state; as CSV."""
    zoe, ali = till.party("Atelier Zoé Rivière"), till.party("Les Amis d’Ali")
    held, back, kept = receive(ines, zoe, cheque_no="555001"), receive(ines, zoe, subject="Vidéoprojecteur"), receive(ines, ali)
    settle(ines, back)
    settle(ines, kept, kept="150", reason="Rien n’est revenu")

    def found(**query):
        return {row["id"] for row in ines.get(LIST, params=query).json()["rows"]}
    assert found(q="Zoé") == {held, back} and found(q="Vidéoproj") == {back} and found(q="555001") == {held}
    assert held in found(state="held") and back in found(state="returned") and kept in found(state="kept")
    assert found(state="held") & {back, kept} == set() and found(q="Zoé", state="kept") == set()
    csv = ines.get(f"{LIST}.csv").text
    assert "Atelier Zoé Rivière" in csv and "Vidéoprojecteur" in csv


def test_its_owner_sees_it(till, ines):
    """On her account page, and the treasurer on the client's; nobody else does."""
    lou = till.database.value(f"SELECT id FROM party WHERE email = '{MEMBER}'")
    till.database.rows(f"INSERT IGNORE INTO org_contact (org_id, party_id) VALUES ({till.org('filature')}, {lou})")
    guarantee = receive(ines, lou, subject="Badge du fablab")
    settle(ines, guarantee, kept="5", reason="Pile manquante")
    hers = till.login(MEMBER)
    [shown] = hers.get("/invoices").json()["guarantees"]
    assert (shown["subject"], shown["state"], shown["amount"]["cents"], shown["kept"]["cents"], shown["reason"]) == (
        "Badge du fablab", "kept", 15000, 500, "Pile manquante")
    assert "Badge du fablab" in hers.page("/invoices").text and f"/guarantees/{guarantee}" not in hers.get("/invoices", headers={"Accept": "text/html"}).text
    assert till.login(MANAGER).get("/invoices").json()["guarantees"] == []
    client = till.client(lou)
    account = ines.get(f"/o/filature/balances/{client}").json()
    assert [g["id"] for g in account["guarantees"]] == [guarantee] and account["balances"] == []
    assert "Badge du fablab" in till.login(TREASURER).page(f"/o/filature/balances/{client}").text


def test_nobody_leaves_money_behind(till, ines):
    """Who has a guarantee here cannot delete her account; it is in her data, and follows her when contacts are merged."""
    lou = till.database.value(f"SELECT id FROM party WHERE email = '{MEMBER}'")
    till.database.rows(f"INSERT IGNORE INTO org_contact (org_id, party_id) VALUES ({till.org('filature')}, {lou})")
    guarantee = receive(ines, lou, subject="Clé du jardin", amount="80")
    hers = till.login(MEMBER)
    assert any("80,00 €" in plain(d["text"]) for d in hers.get("/me/delete").json()["due"])
    assert any(g["subject"] == "Clé du jardin" for g in hers.get("/me/data").json()["guarantees"])
    settle(ines, guarantee)
    assert not any("80,00 €" in plain(d["text"]) for d in hers.get("/me/delete").json()["due"])


def test_they_follow_who_is_merged(till, ines, party):
    held, back, into = receive(ines, party), receive(ines, party), till.party("La même")
    settle(ines, back)
    versions = {f"{name}_version": till.database.value(f"SELECT row_version FROM party WHERE id = {key}")
                for name, key in (("from", party), ("into", into))}
    merged = till.program(MANAGER).post(f"/o/filature/people/{party}/merge", json={"with": into, **versions})
    assert merged.status_code == 200, merged.text
    owners = {till.database.value(f"SELECT party_id FROM invoicing_guarantee WHERE id = {g}") for g in (held, back)}
    assert owners == {into}


def test_who_leaves_takes_her_words_along(till, ines):
    """Not while one is held, whatever was asked before; then what stays names nobody."""
    st.ctl(till.comptoir.config, "user", "add", "badge@essai.example", "Zélie", "Roux", input=st.PASSWORD + "\n")
    who, zelie = till.person("badge@essai.example"), till.login("badge@essai.example")
    till.database.rows(f"INSERT INTO org_contact (org_id, party_id) VALUES ({till.org('filature')}, {who})")
    guarantee = receive(ines, who, subject="Badge de Zélie Roux", cheque_no="998877")
    leave = {"csrf": zelie.csrf("/me"), "current": st.PASSWORD}
    assert zelie.post("/me/delete", data=leave).status_code == 409
    settle(ines, guarantee, kept="5", reason="Zélie Roux a perdu la pile")
    gone = zelie.post("/me/delete", data=leave)
    assert gone.status_code in (200, 303), gone.text
    left = ines.get(page(guarantee)).json()
    assert (left["subject"], left["cheque_no"], left["reason"], left["kept"]["cents"] if isinstance(left["kept"], dict) else left["kept"]) == (
        "–", None, "–", 500)


def test_at_once(till, ines, party):
    """Six give it back: one does."""
    guarantee = receive(ines, party)
    several = [till.program(TREASURER) for _ in range(6)]
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        answers = sorted(pool.map(lambda who: settle(who, guarantee).status_code, several))
    assert answers == [200] + [409] * 5


@pytest.mark.parametrize("who", list(STRANGERS))
def test_strangers(till, ines, party, who):
    guarantee = receive(ines, party)
    stranger = till.program(who) if who else st.Client(till.url)
    for path in (LIST, f"{LIST}.csv", f"{LIST}/new", page(guarantee), page(guarantee, "/settle")):
        assert stranger.get(path).status_code in STRANGERS[who], path
    for word in ("", "/settle", "/reopen", "/delete"):
        assert stranger.post(page(guarantee, word), json={"returned": st.day(0), "row_version": 1}).status_code in STRANGERS[who], word
    assert ines.post(f"/o/canal/guarantees/{guarantee}/settle", json={"returned": st.day(0)}).status_code == 404
    assert seen(ines, guarantee)[0] == "held"
