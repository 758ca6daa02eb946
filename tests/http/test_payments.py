# SPDX-License-Identifier: GPL-3.0-or-later
"""Payments: recorded, given to documents, reversed, paid back; and that nothing of it ever changes."""
import concurrent.futures
import csv
import io

import pytest

import stack as st
from invoices import MANAGER, MEMBER, TREASURER, Till
from stack import plain

STRANGERS = {None: (401, 404), MEMBER: (403, 404), MANAGER: (403, 404), "gestion@canal.example": (403, 404),
             "tresor@canal.example": (403, 404), "contact@lys-lez.example": (403, 404)}


pytestmark = pytest.mark.usefixtures("sound_till")


@pytest.fixture
def client(till):
    return till.client(till.party("Atelier des Dunes", siren="552100554"))


def bill(till, who, client, cents, org="filature", due=None):
    """An issued document of so many cents, under the code that the issuer may use."""
    till.charge(client, (cents, "S20" if org == "canal" else "E293B"), org=org)
    document = till.issued(who, client, org)["id"]
    if due:                                                        # nobody could: the trigger is put aside
        till.database.rows("DROP TRIGGER IF EXISTS invoicing_document_kept;"
                           f"UPDATE invoicing_document SET due_d = '{due}' WHERE id = {document};"
                           "CREATE TRIGGER invoicing_document_kept BEFORE UPDATE ON invoicing_document FOR EACH ROW"
                           " IF OLD.state = 'issued' THEN SIGNAL SQLSTATE '45000'; END IF")
    return int(document)


def pay(who, amount, org="filature", **more):
    return who.post(f"/o/{org}/payments", json={"amount": f"{amount // 100},{amount % 100:02}", "means": "transfer",
                                                "received": st.day(0), **more})


def paid(who, amount, **more):
    answer = pay(who, amount, **more)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


def seen(who, document, org="filature"):
    return who.get(f"/o/{org}/invoices/{document}").json()


def state(who, document, org="filature"):
    found = seen(who, document, org)
    return found["state"], found["paid"]["cents"]


# ---- recording

def test_paid_in_parts(till, ines, client):
    document = bill(till, ines, client, 10000)
    assert state(ines, document) == ("issued", 0)
    paid(ines, 4000, document=[document], reference="VIR DUNES")
    assert state(ines, document) == ("partly_paid", 4000)
    [row] = [i for i in ines.get("/o/filature/invoices?state=open").json()["invoices"] if i["id"] == str(document)]
    assert (row["state"], row["left"]["cents"]) == ("partly_paid", 6000)
    paid(ines, 6000, document=[document])
    assert state(ines, document) == ("paid", 10000)
    assert [p["here"]["cents"] for p in seen(ines, document)["payments"]] == [4000, 6000]
    again = pay(ines, 6000, document=[document])
    assert again.status_code == 409, again.text
    assert till.database.value(f"SELECT COUNT(*) FROM audit WHERE kind = 'payment' AND action = 'create'") >= 2


def test_the_oldest_first_and_the_rest_is_a_credit(till, ines, client):
    late, later, last = (bill(till, ines, client, cents, due=st.day(due)) for cents, due in ((3000, -40), (2000, -5), (1000, 10)))
    payment = paid(ines, 4000, client=client, oldest=True)
    assert [state(ines, d)[1] for d in (late, later, last)] == [3000, 1000, 0]
    more = pay(ines, 5000, client=client, document=[last, later])          # due before, so paid before
    assert more.json()["left"]["cents"] == 3000
    assert [state(ines, d) for d in (late, later, last)] == [("paid", 3000), ("paid", 2000), ("paid", 1000)]
    new = bill(till, ines, client, 2500)
    assert ines.post(f"/o/filature/payments/{payment}/allocate", json={"document": [new]}).status_code == 409
    used = ines.post(f"/o/filature/payments/{more.json()['id']}/allocate", json={"document": [new]})
    assert used.status_code == 200 and state(ines, new) == ("paid", 2500)
    assert ines.get(f"/o/filature/payments/{more.json()['id']}").json()["left"]["cents"] == 500
    kept = paid(ines, 700, client=client)                                  # nothing is named: a credit
    assert ines.get(f"/o/filature/payments/{kept}").json()["left"]["cents"] == 700


def test_bad_input(till, ines, client):
    document = bill(till, ines, client, 1000)
    other = till.client(till.party("Autre client"))
    theirs = bill(till, ines, other, 1000)
    for field, wrong in (("amount", {"amount": "0"}), ("amount", {"amount": "-3"}), ("amount", {"amount": "x"}), ("means", {"means": "gold"}),
                         ("received", {"received": st.day(2)}), ("client", {"client": 99999999}), ("uid", {"uid": "x" * 36})):
        answer = ines.post("/o/filature/payments", json={"amount": "10", "means": "transfer", "received": st.day(0),
                                                         "client": client, **wrong})
        assert answer.status_code == 422 and field in answer.json()["errors"], (field, answer.text)
    assert pay(ines, 1000).status_code == 422                              # whose?
    assert pay(ines, 1000, document=[99999999]).status_code == 422
    assert pay(ines, 1000, client=client, document=[theirs]).status_code == 409
    assert pay(ines, 1000, client=client, document=[document, theirs]).status_code == 409
    assert (state(ines, document), state(ines, theirs)) == (("issued", 0), ("issued", 0))
    [canal] = [till.client(till.party("Du canal", org="canal"), org="canal")]
    assert pay(ines, 1000, client=canal).status_code == 422


def test_recorded_once(till, ines, client):
    """A form that is sent twice."""
    uid = "7d444840-9dc0-11d1-b245-5ffdce74fad2"
    paid(ines, 1000, client=client, uid=uid)
    again = pay(ines, 1000, client=client, uid=uid)
    assert again.status_code == 409 and "déjà" in again.json()["detail"]
    assert till.database.value(f"SELECT SUM(amount_cents) FROM invoicing_payment WHERE client_id = {client}") == 1000


def test_cash_of_private_persons(till, ines):
    """Refused where the issuer is liable to VAT; a professional's is not, nor under a franchise."""
    marc = till.program("tresor@canal.example")
    firm, guest = till.client(till.party("Boîte", org="canal"), org="canal"), till.client(org="canal")
    for means in ("cash", "card"):
        refused = pay(marc, 1000, "canal", client=guest, means=means)
        assert refused.status_code == 422 and "caisse" in refused.json()["errors"]["means"], refused.text
        assert pay(marc, 1000, "canal", client=firm, means=means).status_code == 201
        assert pay(ines, 1000, client=till.client(), means=means).status_code == 201
    assert pay(marc, 1000, "canal", client=guest, means="cheque").status_code == 201
    back = marc.post(f"/o/canal/balances/{guest}/refund", json={"amount": "10", "means": "cash", "received": st.day(0), "reason": "Trop payé"})
    assert back.status_code == 422 and "means" in back.json()["errors"]


# ---- taken back

def test_reversed(till, ines, client):
    """What it paid is open again; nothing of it is used twice."""
    document = bill(till, ines, client, 5000)
    payment = paid(ines, 6000, document=[document])
    page = f"/o/filature/payments/{payment}"
    assert ines.post(f"{page}/reverse", json={}).status_code == 422
    done = ines.post(f"{page}/reverse", json={"reason": "Chèque refusé"})
    assert done.status_code == 201, done.text
    assert state(ines, document) == ("issued", 0)
    row = ines.get(page).json()
    assert (row["left"]["cents"], row["reversed_by"]) == (0, done.json()["id"])
    reversal = ines.get(f"/o/filature/payments/{done.json()['id']}").json()
    assert (reversal["amount"]["cents"], reversal["reverses"], reversal["reason"], reversal["left"]["cents"]) == (
        -6000, str(payment), "Chèque refusé", 0)
    for target in (payment, done.json()["id"]):
        assert ines.post(f"/o/filature/payments/{target}/reverse", json={"reason": "Encore"}).status_code == 409
    assert ines.post(f"{page}/allocate", json={"document": [document]}).status_code == 409
    paid(ines, 5000, document=[document])
    assert state(ines, document) == ("paid", 5000)


def test_paid_back(till, ines, client):
    """A credit, never more; and a payment of which some was paid back is reversed after that."""
    document = bill(till, ines, client, 3000)
    payment = paid(ines, 5000, document=[document])
    refund = f"/o/filature/balances/{client}/refund"
    body = {"means": "transfer", "received": st.day(0), "reason": "Trop payé"}
    refused = ines.post(refund, json={"amount": "20,01", **body})
    assert refused.status_code == 422 and "amount" in refused.json()["errors"]
    assert ines.post(refund, json={"amount": "20", "means": "transfer", "received": st.day(0)}).status_code == 422
    back = ines.post(refund, json={"amount": "15", **body})
    assert back.status_code == 201, back.text
    assert ines.get(f"/o/filature/payments/{payment}").json()["left"]["cents"] == 500
    assert ines.post(f"/o/filature/payments/{payment}/reverse", json={"reason": "Erreur"}).status_code == 409
    assert ines.post(f"/o/filature/payments/{back.json()['id']}/reverse", json={"reason": "Pas parti"}).status_code == 201
    assert ines.get(f"/o/filature/payments/{payment}").json()["left"]["cents"] == 2000
    assert ines.post(f"/o/filature/payments/{payment}/reverse", json={"reason": "Erreur"}).status_code == 201
    assert state(ines, document) == ("issued", 0)


def test_what_was_paid_and_is_credited_is_a_credit(till, ines, client):
    one, two = till.charge(client, (3000, "E293B"), (2000, "E293B"))
    document = int(till.issued(ines, client)["id"])
    payment = paid(ines, 4000, document=[document])
    credit = ines.post(f"/o/filature/invoices/{document}/credit", json={"reason": "Annulée", "charge": [one], "expected_total": "30"})
    assert credit.status_code == 201, credit.text
    assert state(ines, document) == ("paid", 2000)
    assert ines.get(f"/o/filature/payments/{payment}").json()["left"]["cents"] == 2000
    [balance] = ines.get(f"/o/filature/balances/{client}").json()["balances"]
    assert (balance["balance"]["cents"], balance["credit"]["cents"]) == (-2000, 2000)


def test_two_clients_that_are_one(till, ines):
    """What was billed to the one is paid by the other that she turned out to be, and stands on one account."""
    old, new, other = (till.client(till.party(name)) for name in ("Ancienne fiche", "Nouvelle fiche", "Sans rapport"))
    before, after = bill(till, ines, old, 1000), bill(till, ines, new, 2000)
    early = paid(ines, 300, client=old)
    assert pay(ines, 1000, client=new, document=[before]).status_code == 409
    till.database.rows(f"UPDATE invoicing_client SET merged_into = {new} WHERE id = {old}")
    payment = paid(ines, 3000, document=[before])                             # hers now, by the document alone
    assert ines.get(f"/o/filature/payments/{payment}").json()["client"] == str(new)
    assert state(ines, before) == ("paid", 1000)
    for page in (old, new):
        account = ines.get(f"/o/filature/balances/{page}").json()
        assert account["client"] == str(new) and len(account["invoices"]) == 2 and len(account["payments"]) == 2
        assert (account["balances"][0]["credit"]["cents"], account["balances"][0]["balance"]["cents"]) == (2300, -300)
    assert ines.post(f"/o/filature/payments/{early}/allocate", json={"document": [after]}).status_code == 200
    back = ines.post(f"/o/filature/balances/{old}/refund", json={"amount": "20", "means": "transfer", "received": st.day(0), "reason": "Trop"})
    assert back.status_code == 201 and state(ines, after) == ("partly_paid", 300)
    assert ines.get(f"/o/filature/balances/{other}").json()["payments"] == []


# ---- attacked

def test_nothing_changes_by_hand(till, ines, client):
    """The user that serves requests may not, whatever it says."""
    document, other = bill(till, ines, client, 1000), bill(till, ines, till.client(till.party("Tiers")), 1000)
    payment = paid(ines, 1500, document=[document])
    issuer = till.org("filature")
    before = till.database.rows("SELECT * FROM invoicing_payment_use UNION ALL SELECT document_id, issuer_id, gross_cents, credited_cents,"
                                " paid_cents, left_cents, 0 FROM invoicing_settlement")
    for sql in (
            f"UPDATE invoicing_payment SET amount_cents = 1 WHERE id = {payment}",
            f"UPDATE invoicing_payment SET received_d = '2020-01-01' WHERE id = {payment}",
            f"DELETE FROM invoicing_payment_allocation WHERE payment_id = {payment}",
            f"UPDATE invoicing_payment_allocation SET amount_cents = 1 WHERE payment_id = {payment}",
            f"DELETE FROM invoicing_payment_use WHERE payment_id = {payment}",
            f"UPDATE invoicing_payment_use SET used_cents = 0 WHERE payment_id = {payment}",
            f"UPDATE invoicing_payment_use SET amount_cents = 9000 WHERE payment_id = {payment}",
            f"UPDATE invoicing_settlement SET paid_cents = 0 WHERE document_id = {document}",
            f"INSERT INTO invoicing_payment_allocation (payment_id, document_id, amount_cents) VALUES ({payment}, {document}, 1)",
            f"INSERT INTO invoicing_payment_allocation (payment_id, document_id, amount_cents) VALUES ({payment}, {other}, 1)",
            f"INSERT INTO invoicing_payment_allocation (payment_id, document_id, amount_cents) VALUES ({payment}, {document}, -1001)",
            "INSERT INTO invoicing_payment (issuer_id, client_id, means, currency, amount_cents, received_d, reverses_id, reason)"
            f" VALUES ({issuer}, {client}, 'transfer', 'EUR', -1000, '2026-11-27', {payment}, 'part')",
            f"INSERT INTO invoicing_payment (issuer_id, client_id, means, currency, amount_cents, received_d) VALUES ({till.org('canal')},"
            f" {client}, 'transfer', 'EUR', 1000, '2026-11-27')",
            "TRUNCATE invoicing_payment_allocation", f"DELETE FROM invoicing_payment WHERE id = {payment}"):
        assert till.as_user(sql), sql
    assert before == till.database.rows(
        "SELECT * FROM invoicing_payment_use UNION ALL SELECT document_id, issuer_id, gross_cents, credited_cents, paid_cents, left_cents, 0"
        " FROM invoicing_settlement")


def test_the_last_ten_euros(till, ines, client):
    """Eight at once: of a document, and of a credit. One gets it."""
    several = [till.program(TREASURER) for _ in range(8)]
    for _ in range(5):
        document = bill(till, ines, client, 1000)
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda who: pay(who, 1000, document=[document]).status_code, several))
        assert sorted(answers) == [201] + [409] * 7
        assert state(ines, document) == ("paid", 1000)
        payment = paid(ines, 1000, client=client)
        documents = [bill(till, ines, client, 1000) for _ in range(2)]
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda k: several[k].post(f"/o/filature/payments/{payment}/allocate", json={
                "document": [documents[k % 2]]}).status_code, range(8)))
        assert sorted(answers) == [200] + [409] * 7
        assert sorted(state(ines, d)[1] for d in documents) == [0, 1000]
        with concurrent.futures.ThreadPoolExecutor(8) as pool:                # in both directions at once
            list(pool.map(lambda k: several[k].post(f"/o/filature/payments/{payment}/reverse", json={"reason": "Essai"})
                          if k else pay(several[0], 500, client=client, oldest=True), range(8)))
        assert till.database.value(f"SELECT COUNT(*) FROM invoicing_payment WHERE reverses_id = {payment}") == 1


def test_paid_and_credited_at_once(till, ines, client):
    """Never more than the document, whoever comes first."""
    several = [till.program(TREASURER) for _ in range(2)]
    for _ in range(6):
        document = bill(till, ines, client, 1000)
        credit = {"reason": "Annulée", "expected_total": "10"}
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            one = pool.submit(pay, several[0], 1000, document=[document])
            two = pool.submit(several[1].post, f"/o/filature/invoices/{document}/credit", json=credit)
            assert one.result().status_code in (201, 409) and two.result().status_code == 201
        assert state(ines, document) == ("credited", 0)


# ---- who may

def test_strangers(till, ines, client):
    document = bill(till, ines, client, 1000)
    payment = paid(ines, 2000, document=[document])
    body = {"amount": "1", "means": "transfer", "received": st.day(0), "client": client}
    for who, refused in STRANGERS.items():
        web = till.program(who) if who else till.visitor()
        for path in ("/o/filature/payments", "/o/filature/payments.csv", f"/o/filature/payments/new?client={client}",
                     f"/o/filature/payments/{payment}", "/o/filature/balances", "/o/filature/balances.csv", f"/o/filature/balances/{client}"):
            assert web.get(path).status_code in refused, (who, path)
        for path, sent in (("/o/filature/payments", body), (f"/o/filature/payments/{payment}/reverse", {"reason": "x"}),
                           (f"/o/filature/payments/{payment}/allocate", {"document": [document]}),
                           (f"/o/filature/balances/{client}/refund", {**body, "reason": "x"})):
            assert web.post(path, json=sent).status_code in refused, (who, path)
    marc = till.program("tresor@canal.example")                              # by his own address
    for path in (f"/o/canal/payments/{payment}", f"/o/canal/balances/{client}"):
        assert marc.get(path).status_code in (403, 404), path
    assert state(ines, document) == ("paid", 1000)


# ---- lists

def test_list_and_csv(till, ines):
    client = till.client(till.party("Coopérative des Lilas"))
    document = bill(till, ines, client, 4321)
    paid(ines, 4321, document=[document], means="cheque", reference="0012345", given_by="Mme Petit", received=st.day(-3))
    number = seen(ines, document)["number"]

    def found(**query):
        return [p["reference"] for p in ines.get("/o/filature/payments", params=query).json()["payments"]]
    for query in ({"q": "lilas"}, {"q": "00123"}, {"q": "petit"}, {"q": "43,21"}, {"q": "lilas", "means": "cheque"},
                  {"q": "lilas", "from": st.day(-3), "to": st.day(-3)}):
        assert found(**query) == ["0012345"], query
    for query in ({"q": "lilas", "means": "cash"}, {"q": "lilas", "from": st.day(-2)}, {"q": "lilas", "to": st.day(-4)}, {"q": "4321,00"}):
        assert found(**query) == [], query
    text = ines.get("/o/filature/payments.csv?q=lilas").content.decode("utf-8-sig")
    [row] = list(csv.DictReader(io.StringIO(text), delimiter=";" if ";" in text.splitlines()[0] else ","))
    assert (row["payer"], row["amount"], row["numbers"], row["means"]) == ("Coopérative des Lilas", "43,21", number, "cheque"), row
    for _ in range(3):
        paid(ines, 100, client=client)
    first = ines.get("/o/filature/payments", params={"q": "lilas", "limit": 3}).json()
    second = ines.get("/o/filature/payments", params={"q": "lilas", "limit": 3, "after": first["next"]}).json()
    assert len({p["id"] for p in first["payments"] + second["payments"]}) == 4 and second["next"] is None
    assert first["sums"][0]["sum"]["cents"] == 4621


def test_balance_by_age(till, ines):
    client = till.client(till.party("Retard et compagnie"))
    for cents, due in ((1000, 5), (2000, -1), (4000, -30), (8000, -31), (16000, -61), (32000, -91)):
        bill(till, ines, client, cents, due=st.day(due))
    paid(ines, 500, client=client)
    [row] = ines.get("/o/filature/balances?q=retard").json()["balances"]
    assert [row[f"age{n}"]["cents"] for n in range(5)] == [1000, 6000, 8000, 16000, 32000]
    assert (row["credit"]["cents"], row["balance"]["cents"], row["client"]) == (500, 62500, str(client))
    text = ines.get("/o/filature/balances.csv?q=retard").content.decode("utf-8-sig")
    assert "Retard et compagnie" in text and "625,00" in text
    web = till.login(TREASURER)
    assert "En retard de 91 jours" in plain(web.page(f"/o/filature/balances/{client}").text)
    lines = ines.get("/o/filature/invoices", params={"q": "retard"}).json()["invoices"]
    assert [i["late"] for i in lines] == [True] * 5 + [False]
    paid(ines, 63000, client=client, oldest=True)
    assert ines.get("/o/filature/balances?q=retard").json()["balances"][0]["balance"]["cents"] == -500


def test_pages_ask_few_queries(till, ines):
    client = till.client(till.party("Beaucoup"))
    for n in range(4):
        bill(till, ines, client, 1000 + n)
        paid(ines, 300, client=client)
    for path in ("/o/filature/payments", "/o/filature/balances", f"/o/filature/balances/{client}", f"/o/filature/payments/new?client={client}"):
        assert till.comptoir.queries(lambda: ines.get(path)) <= 12, path


# ---- by hand, in the browser

def test_by_the_form(till, ines):
    client = till.client(till.party("Par le formulaire"))
    first, second = bill(till, ines, client, 1500), bill(till, ines, client, 2500)
    web = till.login(TREASURER)
    page = web.page(f"/o/filature/payments/new?document={first}")
    form = page.form("/o/filature/payments")
    assert form.value("amount") == "15,00"
    refused = web.submit(form, amount="0", reference="VIR 7")
    assert refused.status_code == 422 and "VIR 7" in refused.text
    assert web.submit(form, amount="15,00", reference="VIR 7").status_code == 303
    assert (state(ines, first), state(ines, second)) == (("paid", 1500), ("issued", 0))
    assert web.submit(form, amount="15,00").status_code == 409
    assert "Par le formulaire" in web.page("/o/filature/payments").text
    assert "Enregistrer un paiement" in web.page(f"/o/filature/invoices/{second}").text


def test_the_client_sees_her_own(till, ines):
    """Documents with what is left, and payments; nobody else's."""
    party = till.database.value("SELECT person_id FROM account WHERE login = 'membre@demo.example'")
    client = till.client(party)
    till.database.rows(f"INSERT INTO address (party_id, street, postcode, town) VALUES ({party}, '1 rue', '59000', 'Lille')"
                       " ON DUPLICATE KEY UPDATE town = town")
    document = bill(till, ines, client, 2000, due=st.day(-12))
    paid(ines, 500, document=[document], reference="VIR LEA")
    mine = till.program(MEMBER).get("/invoices").json()
    [row] = [i for i in mine["invoices"] if i["id"] == str(document)]
    assert (row["state"], row["left"]["cents"]) == ("partly_paid", 1500)
    assert [p["amount"]["cents"] for p in mine["payments"]] == [500]
    page = plain(till.login(MEMBER).page("/invoices").text)
    assert "En retard de 12 jours" in page and "VIR LEA" in page and "/o/filature/payments/" not in page
    assert seen(till.program(MEMBER), document)["payments"][0]["here"]["cents"] == 500

    def leaving():
        return plain(till.login(MEMBER).page("/me/delete").text)
    assert "Vous devez 15,00 €" in leaving()                                  # less what she has paid
    paid(ines, 2000, document=[document])
    assert "Vous devez" not in leaving()
    assert "VIR LEA" in till.login(MEMBER).get("/me/data.json").text


# ---- and who sold it hears of it

class Club(Till):
    PLUGINS = "invoicing memberships"


def test_membership_is_active_while_its_dues_are_paid():
    """Not in part, not after a reversal, not once they are credited; paid by a credit as well."""
    with Club() as club:
        ines, member = club.program(TREASURER), club.program(MEMBER)
        admin = club.program("admin@demo.example")
        plan = admin.post("/o/filature/plans", json={"label": "Adhésion", "whom": "both", "pricing": "fixed", "price": "20", "period": "months"})
        made = member.post("/o/filature/join", json={"plan": plan.json()["id"]}).json()["id"]
        party = club.database.value(f"SELECT party_id FROM memberships_membership WHERE id = {made}")
        club.database.rows(f"INSERT INTO address (party_id, street, postcode, town) VALUES ({party}, '1 rue', '59000', 'Lille')"
                           " ON DUPLICATE KEY UPDATE town = town")

        def is_active():
            return club.database.rows(f"SELECT state FROM memberships_membership WHERE id = {made}") == [["active"]]
        dues = club.issued(ines, club.client(party))
        assert dues["type"] == "receipt" and not is_active()
        document = int(dues["id"])
        first = paid(ines, 1500, document=[document])
        assert not is_active()
        second = paid(ines, 700, document=[document])
        assert is_active() and state(ines, document) == ("paid", 2000)
        ines.post(f"/o/filature/payments/{first}/reverse", json={"reason": "Mauvais client"})
        assert not is_active() and state(ines, document) == ("partly_paid", 500)
        left = paid(ines, 1500, client=club.client(party))
        assert not is_active()
        assert ines.post(f"/o/filature/payments/{left}/allocate", json={"document": [document]}).status_code == 200
        assert is_active()
        credit = ines.post(f"/o/filature/invoices/{document}/credit", json={"reason": "Erreur", "expected_total": "20"})
        assert credit.status_code == 201 and not is_active()
        assert [ines.get(f"/o/filature/payments/{p}").json()["left"]["cents"] for p in (second, left)] == [700, 1500]
        assert [line for line in club.comptoir.log().splitlines() if " status=500" in line] == []
        st.ctl(club.comptoir.config, "verify")
