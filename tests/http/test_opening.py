# SPDX-License-Identifier: GPL-3.0-or-later
"""Balances carried over from other books: read, looked at, imported once a client, paid and reminded like any debt, and no invoice."""
import concurrent.futures
import csv
import io
import itertools
import re

import pytest

import stack as st
from invoices import MANAGER, MEMBER, text_of
from stack import plain

STRANGERS = {None: (401, 404), MEMBER: (403, 404), MANAGER: (403, 404), "gestion@canal.example": (403, 404),
             "tresor@canal.example": (403, 404), "contact@lys-lez.example": (403, 404)}
PAGE = "/o/filature/opening-balances"
LAST, ORIGIN = "2025-12-31", "Paheko, solde au 31/12/2025"
HEAD = "Nom;E-mail;SIREN;Montant;Échéance;Référence"
_names = itertools.count(1)

pytestmark = pytest.mark.usefixtures("sound_till")


def name(what="Client"):
    """A name that no other line has."""
    return f"{what} {next(_names)}"


def keep(who, *lines, head=HEAD, org="filature", **more):
    return who.post(f"/o/{org}/opening-balances", json={"day": LAST, "origin": ORIGIN, "text": "\n".join([head, *lines]), **more})


def kept(who, *lines, org="filature", **more):
    """The address of what would happen, and that."""
    answer = keep(who, *lines, org=org, **more)
    assert answer.status_code == 201, answer.text
    page = f"/o/{org}/opening-balances/import/{answer.json()['uid']}"
    seen = who.get(page)
    assert seen.status_code == 200, seen.text
    return page, seen.json()


def apply(who, page, seen):
    return who.post(page, json={"expected_owed": seen["owed"]["cents"] / 100, "expected_credit": seen["credit"]["cents"] / 100,
                                "seen": seen["seen"]})


def imported(who, *lines, org="filature", **more):
    """The rows that the lines become, in their order."""
    page, seen = kept(who, *lines, org=org, **more)
    answer = apply(who, page, seen)
    assert answer.status_code == 200, answer.text
    n = seen["debts"] + seen["credits"]
    return who.get(f"/o/{org}/opening-balances").json()["openings"][:n][::-1]


def debt(who, cents=12000, due="", reference="", org="filature"):
    [row] = imported(who, f"{name()};;;{cents // 100},{cents % 100:02};{due};{reference}", org=org)
    return row


def take_back(who, row, reason="Déjà payé", org="filature"):
    return who.post(f"/o/{org}/opening-balances/{row['id']}/undo", json={"reason": reason})


def pay(who, row, cents, org="filature"):
    answer = who.post(f"/o/{org}/payments", json={"client": row["client"], "amount": cents / 100, "means": "transfer", "received": st.day(0),
                                                  "document": [row["document"]]})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


# ---- read

def test_what_would_happen(till, ines):
    """Who is meant, who is new, who is unclear, and what is wrong in each column; nothing is stored."""
    known = name("Connue")
    party = till.party(known, siren="552081317")
    till.database.rows(f"UPDATE party SET email = 'compta@connue.example' WHERE id = {party}")
    twin = name("Jumelle")
    till.party(twin), till.party(twin)
    before = till.database.rows("SELECT COUNT(*) FROM party UNION ALL SELECT COUNT(*) FROM invoicing_document")
    fresh = name("Nouvelle")
    _, seen = kept(ines, f"{fresh};nouvelle@exemple.example;;120,00;31/01/2026;F-2025-17", ";compta@connue.example;;1 234,50 €;;",
                   f"{twin};;;10;;", f"{name()};;;douze;;", f"{name()};;;12,345;;", f"{name()};;;;;", f"{name()};;;5;31/02/2026;",
                   f"{name()};pas une adresse;;5;;", f"{name()};;123456789;5;;", ";;;5;;", ";inconnue@exemple.example;;5;;",
                   f"{name()};;;5;;{'x' * 81}", f"{name()};;;0;;", f"{fresh};nouvelle@exemple.example;;7;;", ";;552 081 317;8;;",
                   f"{name()};;;99999999,00;;", f"{name('Avoir')};;;-30;;")
    by = {line["line"]: line for line in seen["lines"]}
    assert [by[n]["what"] for n in sorted(by)] == ["debt", "debt", "doubtful", "wrong", "wrong", "wrong", "wrong", "wrong", "wrong", "wrong",
                                                  "wrong", "wrong", "nothing", "wrong", "wrong", "wrong", "credit"]
    assert (by[2]["contact"], by[2]["due_d"], by[2]["reference"], by[2]["amount"]["cents"]) == (None, "2026-01-31", "F-2025-17", 12000)
    assert (by[3]["contact"], by[3]["name"], by[3]["due_d"], by[3]["amount"]["cents"]) == (str(party), known, LAST, 123450)
    assert by[4]["why"].count(twin) == 2 and "douze" in by[5]["why"] and "31/02/2026" in by[8]["why"] and "2" in by[15]["why"]
    assert (seen["owed"]["cents"], seen["credit"]["cents"], seen["debts"], seen["credits"], seen["new"], seen["wrong"]) == (
        12000 + 123450, 3000, 2, 1, 2, 12)
    assert (seen["as_of_d"], seen["origin"]) == (LAST, ORIGIN)
    assert till.database.rows("SELECT COUNT(*) FROM party UNION ALL SELECT COUNT(*) FROM invoicing_document") == before
    assert ines.get(PAGE).status_code == 200


def test_who_is_meant(till, ines):
    """By SIREN, then by what else fits; a name that differs is shown and not stored; nobody is guessed."""
    mail = f"couple{next(_names)}@exemple.example"
    people = []
    for given in ("Odile", "Marc"):
        till.database.rows(f"INSERT INTO party (kind, given_name, family_name, email) VALUES ('person', '{given}', 'Vandenbrouck', '{mail}');"
                           f"INSERT INTO org_contact (org_id, party_id) SELECT {till.org('filature')}, MAX(id) FROM party")
        people.append(str(till.database.value("SELECT MAX(id) FROM party")))
    mill = till.party("Moulin Neuf", siren="552100554")
    till.database.rows(f"UPDATE party SET email = 'contact@moulin.example' WHERE id = {mill}")
    theirs = till.party("Ailleurs", org="canal", siren="542107651")
    _, seen = kept(ines, f"VANDENBROUCK odile;{mail};;5;;", "Marc Vandenbrouck;;;5;;", f";{mail};;5;;", f"Paul Vandenbrouck;{mail};;5;;",
                   "Le moulin;contact@moulin.example;;5;;", "Marc Vandenbrouck;contact@moulin.example;;5;;", "Ailleurs;;542107651;5;;",
                   "Moulin Neuf;;301234522;5;;", "Odile Vandenbrouck;autre@exemple.example;;5;;", f"Vandenbrouck;{mail};552100554;5;;")
    by = {line["line"]: (line["what"], line["contact"]) for line in seen["lines"]}
    assert by == {2: ("debt", people[0]), 3: ("debt", people[1]), 4: ("doubtful", None), 5: ("doubtful", None), 6: ("debt", str(mill)),
                  7: ("doubtful", None), 8: ("debt", None), 9: ("debt", None), 10: ("debt", None), 11: ("doubtful", None)}
    assert "Le moulin" in next(line["why"] for line in seen["lines"] if line["line"] == 6)
    [row] = imported(ines, "Le moulin;contact@moulin.example;;5;;")
    assert row["payer"] == "Moulin Neuf"
    assert till.database.rows(f"SELECT legal_name, row_version FROM party WHERE id = {mill}") == [["Moulin Neuf", "1"]]
    assert theirs and till.database.value(f"SELECT COUNT(*) FROM invoicing_client WHERE party_id = {theirs}") == 0


def test_twins(till, ines):
    """Lines that name the same new client are one too many: by her SIREN, by her name however it is written; not a namesake with her own address."""
    a, b, c = name("Éloïse"), name("Fonderie"), name("Homonyme")
    _, seen = kept(ines, f"{a};;;5;;", f"{a.upper().replace('É', 'e').replace('Ï', 'ï')};;;6;;", f"{' '.join(a.split()[::-1])};e@exemple.example;;7;;",
                   f"{b};;301234506;x;;", f"{b} SARL;;301234506;8;;", f"Sté {b};;301 234 506;9;;", f"{b};;301234514;1;;",
                   f"{c};un@exemple.example;;10;;", f"{c};deux@exemple.example;;11;;", f"{c};UN@exemple.example;;12;;")
    by = {line["line"]: (line["what"], line["why"] or "") for line in seen["lines"]}
    assert [by[n][0] for n in sorted(by)] == ["debt", "wrong", "wrong", "wrong", "debt", "wrong", "debt", "debt", "debt", "wrong"]
    assert ["2" in by[3][1], "2" in by[4][1], "6" in by[7][1], "9" in by[11][1]] == [True] * 4
    assert (seen["debts"], seen["new"], seen["owed"]["cents"]) == (5, 5, 500 + 800 + 100 + 1000 + 1100)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "iso8859-15"])
@pytest.mark.parametrize("head, mark", [("Client,Courriel,Solde dû,Date d’échéance,N° facture", ","), ("name\temail\tamount\tdue date\treference", "\t"),
                                        ("Nom;Email;Montant dû;Échéance;Pièce", ";")])
def test_files(till, ines, encoding, head, mark):
    """As spreadsheets save them: separators, letters, names of columns in two languages."""
    who = name("Éloïse")
    cells = [who, "", "1234.50" if mark == "," else "1 234,50", "31/01/2026", "réf. 7"]
    data = "\r\n".join([head, mark.join(cells)]).replace("’", "'").encode(encoding)
    answer = ines.post(PAGE, data={"day": "31/12/2025", "origin": ORIGIN}, files={"file": ("soldes.csv", data, "text/csv")})
    assert answer.status_code == 201, answer.text
    [line] = ines.get(f"{PAGE}/import/{answer.json()['uid']}").json()["lines"]
    assert (line["name"], line["amount"]["cents"], line["due_d"], line["reference"], line["what"]) == (who, 123450, "2026-01-31", "réf. 7", "debt")


def test_bad_input(till, ines):
    """At its field, with what was typed."""
    for more, field in (({"day": st.day(1)}, "day"), ({"day": None}, "day"), ({"origin": ""}, "origin"), ({"origin": "x" * 121}, "origin"),
                        ({"text": ""}, "file"), ({"text": "Nom;E-mail\nA;b@c.example"}, "file"), ({"text": HEAD}, "file"),
                        ({"text": "Nom;Montant;Reste à payer\nA;100;40"}, "file"), ({"text": "Nom;Montant;Montant\nA;100;40"}, "file"),
                        ({"text": "Montant\n12"}, "file"), ({"text": HEAD + "\n" + "\n".join(f"A{n};;;1;;" for n in range(1001))}, "file")):
        answer = keep(ines, f"{name()};;;5;;", **more)
        assert answer.status_code == 422 and field in answer.json()["errors"], (more, answer.text)
    page = till.login("tresor@demo.example").submit(next(f for f in till.login("tresor@demo.example").page(PAGE).forms
                                                        if f.action.endswith(PAGE)), day="2025-12-31", origin="Le cahier bleu", text="x")
    assert page.status_code == 422 and "Le cahier bleu" in page.text


# ---- stored

def test_a_debt(till, ines):
    """An issued document of its own series: owed, of its age, with a paper that is no invoice."""
    who = name("Débitrice")
    due = st.day(-40)
    [row] = imported(ines, f"{who};debitrice@exemple.example;;120,00;{due};F-2025-17")
    assert re.fullmatch(rf"RAN-{st.day(0)[:4]}-\d{{5}}", row["number"])
    assert (row["amount"]["cents"], row["left"]["cents"], row["state"], row["due_d"], row["as_of_d"], row["origin"], row["reference"]) == (
        12000, 12000, "open", due, LAST, ORIGIN, "F-2025-17")
    page = ines.get(f"/o/filature/invoices/{row['document']}").json()
    assert (page["type"], page["state"], page["due_d"], page["total"]["cents"], page["tax"]["cents"], page["lines"], page["vat"], page["mentions"]) == (
        "opening", "issued", due, 12000, 0, [], [], [])
    assert "31/12/2025" in page["statement"] and plain(page["statement"]).endswith("120,00 €.")
    pdf = ines.get(f"/o/filature/invoices/{row['document']}.pdf")
    text = text_of(pdf.content)
    assert pdf.status_code == 200 and page["statement"].split(",")[0] in re.sub(r"\s+", " ", text) and "120,00 €" in text and row["number"] in text
    assert not re.search("facture|TVA|pénalité|escompte|40 €|avoir", text, re.I) and "Report à nouveau" in text
    html = plain(till.login("tresor@demo.example").page(f"/o/filature/invoices/{row['document']}").text)
    assert "n’est pas une facture" in html and "Faire un avoir" not in html and "Chorus" not in html and "pénalité" not in html
    balance = next(b for b in ines.get("/o/filature/balances").json()["balances"] if b["payer"] == who)
    assert (balance["balance"]["cents"], balance["age2"]["cents"]) == (12000, 12000)
    assert row["number"] in {i["number"] for i in ines.get("/o/filature/invoices?state=opening").json()["invoices"]}
    assert row["number"] in {i["number"] for i in ines.get("/o/filature/invoices?state=late").json()["invoices"]}
    assert row["number"] in ines.get(f"/search?q={row['number']}").text


def test_paid_as_any_debt(till, ines):
    """The one that is due first first, in part, whole; its client's account."""
    row = debt(ines, 10000, "01/02/2026")
    pay(ines, row, 4000)
    assert next(r for r in ines.get(PAGE).json()["openings"] if r["id"] == row["id"])["state"] == "partly"
    account = ines.get(f"/o/filature/balances/{row['client']}").json()
    assert [(i["number"], i["state"], i["left"]["cents"]) for i in account["invoices"]] == [(row["number"], "partly_paid", 6000)]
    pay(ines, row, 7000)
    account = ines.get(f"/o/filature/balances/{row['client']}").json()
    assert (account["invoices"][0]["state"], account["balances"][0]["credit"]["cents"]) == ("paid", 1000)


def test_a_credit(till, ines):
    """A payment that nobody received: a credit, on no slip and in no sum of money that came; it pays what is billed later."""
    sums = ines.get("/o/filature/payments").json()["sums"]
    before = sums[0] if sums else {"sum": {"cents": 0}, "carried": {"cents": 0}}
    who = name("Créditrice")
    [row] = imported(ines, f"{who};;;-45,00;;Avoir 3")
    assert (row["document"], row["number"], row["state"], row["left"]["cents"], row["amount"]["cents"]) == (None, None, "open", 4500, -4500)
    [after] = ines.get("/o/filature/payments").json()["sums"]
    assert (after["sum"]["cents"], after["carried"]["cents"]) == (before["sum"]["cents"], before["carried"]["cents"] + 4500)
    payment = ines.get(f"/o/filature/payments/{row['payment']}").json()
    assert (payment["means"], payment["amount"]["cents"], payment["left"]["cents"], payment["received_d"], payment["opening"]["origin"]) == (
        "opening", 4500, 4500, LAST, ORIGIN)
    assert row["payment"] in {p["id"] for p in ines.get("/o/filature/payments?means=opening").json()["payments"]}
    assert row["payment"] not in {c["payment"] for c in ines.get("/o/filature/slips/new").json()["cheques"]}
    for refused in ({"amount": "5", "means": "opening", "client": row["client"], "received": st.day(0)},):
        assert ines.post("/o/filature/payments", json=refused).status_code == 422
    till.charge(row["client"], (3000, "E293B"))
    till.database.rows(f"INSERT INTO address (party_id, street, postcode, town) SELECT party_id, 'x', '59000', 'Lille' FROM invoicing_client WHERE id = {row['client']}")
    invoice = till.issued(ines, row["client"])
    assert ines.post(f"/o/filature/payments/{row['payment']}/allocate", json={"document": [invoice["id"]]}).status_code == 200
    assert ines.get(f"/o/filature/invoices/{invoice['id']}").json()["state"] == "paid"
    assert next(r for r in ines.get(PAGE).json()["openings"] if r["id"] == row["id"])["state"] == "partly"
    assert take_back(ines, row).status_code == 409
    assert ines.post(f"/o/filature/payments/{row['payment']}/reverse", json={"reason": "x"}).status_code == 409
    refund = {"amount": "15", "means": "transfer", "received": st.day(0), "reason": "Rendu"}
    assert ines.post(f"/o/filature/balances/{row['client']}/refund", json=refund).status_code == 201


def test_never_twice(till, ines):
    """Not by the same file, not by another one, and not in one file; once it was taken back, again."""
    line = f"{name()};;;50;;"
    [row] = imported(ines, line)
    page, seen = kept(ines, line)
    assert [x["what"] for x in seen["lines"]] == ["there"] and seen["owed"]["cents"] == 0
    assert apply(ines, page, seen).status_code == 409
    assert take_back(ines, row).status_code == 200
    [again] = imported(ines, line)
    assert again["client"] == row["client"] and again["number"] != row["number"]


def test_changed_meanwhile(till, ines):
    """What is confirmed is what was shown, or it is shown anew; a file is imported once."""
    who = name()
    page, seen = kept(ines, f"{who};;;50;;", f"{name()};;;20;;")
    for wrong in ({"expected_owed": "70,01"}, {"expected_credit": "1"}, {"seen": "0" * 16}):
        answer = ines.post(page, json={"expected_owed": "70", "expected_credit": "0", "seen": seen["seen"], **wrong})
        assert answer.status_code == 409, answer.text
    assert ines.post(page, json={}).status_code == 422
    till.party(who)
    answer = apply(ines, page, seen)
    assert answer.status_code == 409 and "changé" in answer.json()["detail"]
    page, seen = kept(ines, f"{who};;;50;;")
    assert apply(ines, page, seen).status_code == 200
    assert apply(ines, page, seen).status_code == 409


def test_merged(till, ines):
    """Two contacts that turn out to be one keep what each owed; no third is imported for them until both are taken back."""
    one, two = name("Fusion"), name("Fusion")
    rows = imported(ines, f"{one};;;50;;", f"{two};;;20;;")
    ids = [int(till.database.value(f"SELECT party_id FROM invoicing_client WHERE id = {r['client']}")) for r in rows]
    till.database.rows(f"UPDATE party SET email = 'fusion@exemple.example' WHERE id = {ids[1]}")
    marie = till.program("gestion@demo.example")
    versions = [till.database.value(f"SELECT row_version FROM party WHERE id = {k}") for k in ids]
    answer = marie.post(f"/o/filature/people/{ids[0]}/merge", json={"with": ids[1], "from_version": versions[0], "into_version": versions[1]})
    assert answer.status_code in (200, 201), answer.text
    balance = next(b for b in ines.get("/o/filature/balances").json()["balances"] if b["payer"] == two)
    assert balance["balance"]["cents"] == 7000
    assert [x["what"] for x in kept(ines, f"{two};;;5;;")[1]["lines"]] == ["there"]
    assert take_back(ines, rows[1]).status_code == 200
    assert [x["what"] for x in kept(ines, f"{two};;;5;;")[1]["lines"]] == ["there"]
    assert take_back(ines, rows[0]).status_code == 200
    assert [x["what"] for x in kept(ines, f"{two};;;5;;")[1]["lines"]] == ["debt"]


# ---- taken back

def test_taken_back(till, ines):
    """Whole, once, with a reason, while nothing is paid on it; it stays in the list."""
    row = debt(ines)
    assert take_back(ines, row, "").status_code == 422
    payment = pay(ines, row, 1000)
    assert take_back(ines, row).status_code == 409
    assert ines.post(f"/o/filature/payments/{payment}/reverse", json={"reason": "Erreur"}).status_code == 201
    assert take_back(ines, row, "Soldé en décembre").status_code == 200
    assert take_back(ines, row).status_code == 409
    listed = next(r for r in ines.get(PAGE).json()["openings"] if r["id"] == row["id"])
    assert (listed["state"], listed["left"]["cents"], listed["back_d"], listed["back_reason"]) == ("taken_back", 0, st.day(0), "Soldé en décembre")
    page = ines.get(f"/o/filature/invoices/{row['document']}").json()
    assert (page["state"], page["opening"]["back_reason"]) == ("credited", "Soldé en décembre")
    html = plain(till.login("tresor@demo.example").page(f"/o/filature/invoices/{row['document']}").text)
    assert "Soldé en décembre" in html and "Annulé" in html
    assert ines.get(f"/o/filature/balances/{row['client']}").json()["balances"] == []
    trace = till.database.rows(f"SELECT action FROM audit WHERE plugin = 'invoicing' AND kind = 'opening' AND object_id = {row['id']}")
    assert trace == [["reverse"]]


def test_credit_taken_back(till, ines):
    """By its own button, or as a payment is reversed: both say it."""
    rows = imported(ines, f"{name()};;;-30;;", f"{name()};;;-40;;")
    assert take_back(ines, rows[0]).status_code == 200
    assert ines.post(f"/o/filature/payments/{rows[1]['payment']}/reverse", json={"reason": "Faux"}).status_code == 201
    by = {r["id"]: r for r in ines.get(PAGE).json()["openings"]}
    assert [(by[r["id"]]["state"], by[r["id"]]["back_reason"]) for r in rows] == [("taken_back", "Déjà payé"), ("taken_back", "Faux")]
    assert ines.get(f"/o/filature/balances/{rows[0]['client']}").json()["balances"] == []
    assert take_back(ines, rows[1]).status_code == 409


def test_credit_freed(till, ines):
    """What was paid with it is credited, what was paid back is reversed: nothing of it is used, and it can be taken back."""
    [row] = imported(ines, f"{name()};;;-45;;")
    [charge] = till.charge(row["client"], (3000, "E293B"))
    till.database.rows(f"INSERT INTO address (party_id, street, postcode, town) SELECT party_id, 'x', '59000', 'Lille' FROM invoicing_client WHERE id = {row['client']}")
    invoice = till.issued(ines, row["client"])
    assert ines.post(f"/o/filature/payments/{row['payment']}/allocate", json={"document": [invoice["id"]]}).status_code == 200
    refund = ines.post(f"/o/filature/balances/{row['client']}/refund", json={"amount": "15", "means": "transfer", "received": st.day(0), "reason": "Rendu"})
    assert refund.status_code == 201, refund.text
    assert ines.get(f"/o/filature/balances/{row['client']}").json()["balances"] == []
    credit = ines.post(f"/o/filature/invoices/{invoice['id']}/credit", json={"line": [charge], "reason": "Annulé", "expected_total": "30,00"})
    assert credit.status_code == 201, credit.text
    assert take_back(ines, row).status_code == 409
    assert ines.post(f"/o/filature/payments/{refund.json()['id']}/reverse", json={"reason": "Erreur"}).status_code == 201
    assert next(r for r in ines.get(PAGE).json()["openings"] if r["id"] == row["id"])["left"]["cents"] == 4500
    assert take_back(ines, row).status_code == 200
    assert ines.get(f"/o/filature/balances/{row['client']}").json()["balances"] == []


def test_no_invoice(till, ines):
    """No credit note, no deposit on Chorus Pro, no formal notice."""
    town = name("Mairie")
    till.party(town, public=True)
    [row] = imported(ines, f"{town};mairie@exemple.example;;80;{st.day(-60)};")
    invoice = f"/o/filature/invoices/{row['document']}"
    assert ines.get(f"{invoice}/credit").status_code == 409
    assert ines.post(f"{invoice}/credit", json={"reason": "x"}).status_code == 409
    assert ines.post(f"{invoice}/deposit", json={"deposit": "1"}).status_code == 409
    assert next(i for i in ines.get("/o/filature/invoices?state=opening").json()["invoices"] if i["id"] == row["document"])["to_deposit"] is False


def test_reminded(till, ines):
    """Late as any debt, in words of its own; the mail brings its paper."""
    who = name("Retard")
    party = till.party(who)
    till.database.rows(f"UPDATE party SET email = 'retard@exemple.example' WHERE id = {party}")
    [row] = imported(ines, f"{who};;;80;{st.day(-100)};")
    [reminder] = [x for x in ines.get("/o/filature/reminders").json()["reminders"] if x["id"] == row["document"]]
    assert (reminder["level"], reminder["left"]["cents"]) == (1, 8000)
    letter = ines.get(f"/o/filature/reminders/{row['document']}").json()
    assert row["number"] in letter["text"] and "report à nouveau" in letter["text"] and "facture" not in letter["text"].lower()
    till.database.rows(f"INSERT INTO invoicing_letter (document_id, level, sent_utc, open_cents) VALUES ({row['document']}, 2, '2026-01-01', 8000)")
    assert row["document"] not in {x["id"] for x in ines.get("/o/filature/reminders").json()["reminders"]}
    assert ines.post(f"/o/filature/invoices/{row['document']}/mail", json={}).status_code in (200, 201)


def test_what_she_sees(till, ines):
    """Her own page has it, her data too, and she is not forgotten while she owes it."""
    person = till.database.value("SELECT person_id FROM account WHERE login = 'membre@demo.example'")
    till.database.rows(f"INSERT IGNORE INTO org_contact (org_id, party_id) VALUES ({till.org('filature')}, {person})")
    [row] = imported(ines, f";{MEMBER};;33;;")
    her = till.program(MEMBER)
    mine = next(i for i in her.get("/invoices").json()["invoices"] if i["number"] == row["number"])
    assert (mine["type"], mine["left"]["cents"]) == ("opening", 3300)
    seen = her.get(f"/o/filature/invoices/{row['document']}")
    assert seen.status_code == 200 and seen.json()["statement"]
    assert her.get(f"/o/filature/invoices/{row['document']}.pdf").status_code == 200
    assert take_back(her, row).status_code in (403, 404)
    data = till.login(MEMBER).get("/me/data.json").text
    assert row["number"] in data and ORIGIN in data


# ---- attacked

def test_issued_stays(till, ines):
    """As any issued document, for the user that serves requests: no column, no line, no VAT, no link, no deletion."""
    row = debt(ines)
    d, o = row["document"], row["id"]
    for sql in (f"UPDATE invoicing_document SET due_d = '2030-01-01' WHERE id = {d}", f"DELETE FROM invoicing_document WHERE id = {d}",
                f"INSERT INTO invoicing_document_vat (document_id, category, rate_bp, base_cents, tax_cents) VALUES ({d}, 'S', 2000, 1, 1)",
                "INSERT INTO invoicing_document_line (document_id, position, charge_id, title, label, quantity, unit, unit_net, net_cents,"
                f" vat_code, category, rate_bp) VALUES ({d}, 1, 1, 'x', 'x', 1, 'C62', 1, 1, 'O', 'O', 0)",
                f"INSERT INTO invoicing_document_link (from_id, to_id, relation) VALUES ({d}, {d}, 'credits')",
                f"UPDATE invoicing_document_file SET sha256 = REPEAT('0', 64) WHERE document_id = {d}",
                f"UPDATE invoicing_settlement SET credited_cents = gross_cents WHERE document_id = {d}",
                f"UPDATE invoicing_settlement SET credited_cents = 1 WHERE document_id = {d}",
                f"UPDATE invoicing_settlement SET paid_cents = gross_cents WHERE document_id = {d}",
                f"DELETE FROM invoicing_settlement WHERE document_id = {d}", f"DELETE FROM invoicing_opening WHERE id = {o}",
                "TRUNCATE invoicing_opening", "INSERT INTO invoicing_document (issuer_id, client_id, type, state, currency, payer_name)"
                f" SELECT issuer_id, client_id, type, 'issued', currency, payer_name FROM invoicing_document WHERE id = {d}"):
        assert till.as_user(sql), sql
    assert ines.get(f"/o/filature/invoices/{d}").json()["state"] == "issued"


def test_row_stays(till, ines):
    """Each column; taken back once, with a reason, and nothing else of it."""
    rows = imported(ines, f"{name()};;;5;;réf. É", f"{name()};;;-5;;")
    other, credit = rows[1]["client"], rows[1]["id"]
    o = rows[0]["id"]
    for column, value in (("uid", "UUID()"), ("issuer_id", "issuer_id + 1"), ("client_id", other), ("as_of_d", "'2024-01-01'"), ("origin", "UPPER(origin)"),
                          ("reference", "'réf. E'"), ("reference", "NULL"), ("currency", "'CHF'"), ("amount_cents", "600"), ("document_id", "NULL"),
                          ("payment_id", rows[1]["payment"]), ("created_by_id", "NULL"), ("created_utc", "'2020-01-01'"), ("id", "id + 900")):
        assert till.as_user(f"UPDATE invoicing_opening SET {column} = {value} WHERE id = {o}"), column
        assert till.as_user(f"UPDATE invoicing_opening SET {column} = {value}, back_utc = UTC_TIMESTAMP(), back_reason = 'x' WHERE id = {o}"), column
    assert till.as_user(f"UPDATE invoicing_opening SET back_utc = UTC_TIMESTAMP() WHERE id = {o}")
    assert till.as_user(f"UPDATE invoicing_opening SET back_utc = UTC_TIMESTAMP(), back_reason = 'x' WHERE id = {credit}")
    pay(ines, rows[0], 100)
    assert till.as_user(f"UPDATE invoicing_opening SET back_utc = UTC_TIMESTAMP(), back_reason = 'x' WHERE id = {o}")
    payments = till.database.value("SELECT COUNT(*) FROM invoicing_payment")
    payment = "INSERT INTO invoicing_payment (issuer_id, client_id, means, currency, amount_cents, received_d) SELECT issuer_id, client_id, 'opening'," \
        f" currency, -100, received_d FROM invoicing_payment WHERE id = {rows[1]['payment']}"
    assert till.as_user(payment)
    assert till.database.value("SELECT COUNT(*) FROM invoicing_payment") == payments


def test_a_second_row_is_refused(till, ines):
    """By the database: of the same client, and of one that was merged into it; of nobody else."""
    rows = imported(ines, f"{name()};;;5;;", f"{name()};;;-5;;")
    guest, merged = till.client(), till.client()
    till.database.rows(f"UPDATE invoicing_client SET merged_into = {rows[0]['client']} WHERE id = {merged}")

    def second(client):
        return ("START TRANSACTION; INSERT INTO invoicing_payment (issuer_id, client_id, means, currency, amount_cents, received_d) SELECT issuer_id,"
                f" {client}, means, currency, 700, received_d FROM invoicing_payment WHERE id = {rows[1]['payment']}; SET @p = LAST_INSERT_ID();"
                " INSERT INTO invoicing_opening (issuer_id, client_id, as_of_d, origin, currency, amount_cents, payment_id) SELECT issuer_id,"
                f" {client}, as_of_d, origin, currency, -700, @p FROM invoicing_opening WHERE id = {rows[1]['id']}; COMMIT")
    for client in (rows[0]["client"], rows[1]["client"], merged):
        assert till.as_user(second(client)), client
    assert till.as_user(second(guest)) is None
    assert till.as_user(f"UPDATE invoicing_opening SET live_client_id = NULL WHERE id = {rows[0]['id']}")


def test_two_at_once(till, ines):
    """Of imports at the same moment one is done, and the others are told; each client has one, also those who were new."""
    lines = [f"{name('Course')};;;{n + 1};;" for n in range(4)]
    till.party(lines[0].split(";")[0])
    pages = [kept(ines, *lines) for _ in range(6)]
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        codes = sorted(pool.map(lambda p: apply(till.program("tresor@demo.example"), *p).status_code, pages))
    assert codes == [200] + [409] * 5
    for line in lines:
        who = line.split(";")[0]
        assert till.database.value(f"SELECT COUNT(*) FROM party WHERE name = '{who}'") == 1
        assert till.database.value("SELECT COUNT(*) FROM invoicing_opening o JOIN invoicing_client c ON c.id = o.client_id JOIN party p"
                                   f" ON p.id = c.party_id WHERE p.name = '{who}'") == 1


def test_merged_meanwhile(till, ines):
    """Whom others merge between what was read and what is stored gets nothing: it is shown anew."""
    who = name("Disparue")
    gone, other = till.party(who), till.party(name())
    page, seen = kept(ines, f"{who};;;50;;")
    with till.database.connect() as merging, concurrent.futures.ThreadPoolExecutor(1) as pool:
        merging.begin()
        merging.cursor().execute(f"UPDATE party SET archived_at = UTC_TIMESTAMP(), merged_into_id = {other} WHERE id = {gone}")
        answer = pool.submit(apply, till.program("tresor@demo.example"), page, seen)
        # the server does not look again within a tenth of a second after it was asked
        st.wait_for(lambda: till.database.value("SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'"), pause=0.3)
        merging.commit()
        assert answer.result().status_code == 409, answer.result().text
    assert till.database.value(f"SELECT COUNT(*) FROM invoicing_client WHERE party_id = {gone}") == 0


def test_others_need_not_wait(till, ines):
    """An import waits for nobody who makes contacts or clients of another organisation at the same moment."""
    away, who = till.org("canal"), name()
    till.party(who)
    with till.database.connect() as busy, concurrent.futures.ThreadPoolExecutor(1) as pool:
        busy.begin()
        cursor = busy.cursor()
        cursor.execute("INSERT INTO party (kind, legal_name) VALUES ('organisation', 'Ailleurs')")
        cursor.execute(f"INSERT INTO invoicing_client (issuer_id, party_id) VALUES ({away}, {cursor.lastrowid})")
        answer = pool.submit(imported, till.program("tresor@demo.example"), f"{who};;;5;;")
        try:
            assert answer.result(10)[0]["state"] == "open"
        finally:
            busy.rollback()


def test_paid_while_taken_back(till, ines):
    """One of both, never both."""
    for _ in range(4):
        row = debt(ines, 1000)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            back = pool.submit(take_back, till.program("tresor@demo.example"), row)
            paid = pool.submit(till.program("tresor@demo.example").post, "/o/filature/payments", json={
                "client": row["client"], "amount": "10", "means": "transfer", "received": st.day(0), "document": [row["document"]]})
            codes = back.result().status_code, paid.result().status_code
        assert codes in ((200, 409), (409, 201), (200, 422)), codes


def test_strangers(till, ines):
    row = debt(ines)
    page, seen = kept(ines, f"{name()};;;5;;")
    for login, codes in STRANGERS.items():
        who = till.program(login) if login else till.visitor()
        for answer in (who.get(PAGE), who.get(f"{PAGE}.csv"), keep(who, "A;;;1;;"), who.get(page), apply(who, page, seen), take_back(who, row)):
            assert answer.status_code in codes, (login, answer.url, answer.status_code)
    marc = till.program("tresor@canal.example")
    assert take_back(marc, row, org="canal").status_code == 404
    assert marc.get(page.replace("filature", "canal")).status_code == 404
    assert ines.get(PAGE).json()["openings"][0]["state"] == "open"


# ---- many

def test_many(till, marc):
    """500 lines: so many statements, all in one transaction; pages of the list, and all of it as CSV."""
    lines = [f"Grand {n};;;{n + 1},50;;" for n in range(450)] + [f"Riche {n};;;-{n + 1};;" for n in range(50)]
    rows = imported(marc, *lines, org="canal")[-3:]
    assert rows
    log = [line for line in till.comptoir.log().splitlines() if "/import/" in line and "method=POST" in line][-1]
    queries, ms = int(re.search(r"queries=(\d+)", log)[1]), re.search(r"ms=(\d+)", log)[1]
    print(f"500 lines: {queries} queries, {ms} ms")
    assert queries < 500 * 22
    numbers, url = [], "/o/canal/opening-balances"
    while url:
        page = marc.get(url).json()
        numbers += [r["id"] for r in page["openings"]]
        url = page["next"] and f"/o/canal/opening-balances?after={page['next']}"
    assert len(numbers) == len(set(numbers)) == 500
    table = list(csv.DictReader(io.StringIO(marc.get("/o/canal/opening-balances.csv").content.decode("utf-8-sig")), delimiter=";"))
    assert len(table) == 500
    assert marc.get("/o/canal/opening-balances").json()["sums"][0]["owed"]["cents"] == sum((n + 1) * 100 + 50 for n in range(450))
    reading = [line for line in till.comptoir.log().splitlines() if 'route="/o/{org}/opening-balances"' in line and "method=GET" in line][-1]
    assert int(re.search(r"queries=(\d+)", reading)[1]) < 20


def test_by_hand(till, ines):
    """The pages of a person, without a script: a form, what would happen, the list, and back."""
    browser, who = till.login("tresor@demo.example"), name("À la main")
    [form] = [f for f in browser.page(PAGE).forms if f.action.endswith(PAGE)]
    page = browser.page(browser.submit(form, day="2025-12-31", origin="Cahier bleu", text=f"Nom;Montant\n{who};12,50\nFaux;x").headers["Location"])
    assert who in page.text and "12,50" in plain(page.text) and "laissée de côté" in plain(page.text)
    [form] = [f for f in page.forms if "/import/" in f.action]
    listed = browser.page(browser.submit(form).headers["Location"])
    assert listed.status == 200 and who in listed.text
    row = ines.get(PAGE).json()["openings"][0]
    [form] = [f for f in browser.page(f"/o/filature/invoices/{row['document']}").forms if f.action.endswith("/undo")]
    empty = st.Page(browser.submit(form, reason=""))
    assert empty.status == 422 and [f for f in empty.forms if f.action.endswith("/undo")]
    assert browser.submit(form, reason="Faux").status_code in (200, 303)
    assert ines.get(PAGE).json()["openings"][0]["state"] == "taken_back"
