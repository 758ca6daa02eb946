# SPDX-License-Identifier: GPL-3.0-or-later
"""What is mailed to clients: documents, reminders and the rules that hold them back, and the question for an address."""
import concurrent.futures
import contextlib
import datetime
import email
import email.policy
import os
import pathlib
import re

from dateutil.easter import easter
import pytest

import stack as st
from invoices import IBAN, MANAGER, MEMBER, TREASURER, due_since
from stack import plain

STRANGERS = {None: (401, 403), MEMBER: (403, 404), MANAGER: (403, 404), "gestion@canal.example": (403, 404),
             "tresor@canal.example": (403, 404), "contact@lys-lez.example": (403, 404)}
LIST = "/o/filature/reminders"
HOLIDAYS = {(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)}


def is_off(day):
    """A week-end, or a public holiday in France: then what is sent is refused, which a test says."""
    return day.weekday() >= 5 or (day.month, day.day) in HOLIDAYS or (day - easter(day.year)).days in (1, 39, 50)


DAY_OFF = is_off(st.today())


@pytest.fixture(autouse=True)
def sound(till):
    yield
    assert [line for line in till.comptoir.log().splitlines() if " status=500" in line] == []


def page(document):
    return f"/o/filature/invoices/{document}"


_addresses = iter(range(1, 10000))


def contact(till, name="Atelier des Dunes", mailbox=True, **more):
    """A professional client, and where she is written to."""
    party = till.party(name, **more)
    to = f"client{next(_addresses)}@exemple.example" if mailbox else None
    if to:
        till.database.rows(f"UPDATE party SET email = '{to}' WHERE id = {party}")
    return till.client(party), to


def person(till):
    """A private client, with an address."""
    to = f"privee{next(_addresses)}@exemple.example"
    till.database.rows("INSERT INTO party (kind, family_name, given_name, email) VALUES ('person', 'Durand', 'Zoé',"
                       f" '{to}')")
    party = till.database.value(f"SELECT id FROM party WHERE email = '{to}'")
    till.database.rows(f"INSERT INTO org_contact (org_id, party_id) VALUES ({till.org('filature')}, {party});"
                       f"INSERT INTO address (party_id, street, postcode, town) VALUES ({party}, '1 rue', '59000', 'Lille')")
    return till.client(party), to


def issued(till, ines, client, cents=12000):
    till.charge(client, (cents, "E293B"))
    return till.issued(ines, client)


def mails_to(till, to):
    found = []
    for path in till.comptoir.mails():
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        if to in str(message["to"]):
            found.append(message)
    return found


def next_mail(till, to, before=0):
    return st.wait_for(lambda: mails_to(till, to)[before:], 30)[0]


def text_of(message):
    return plain(message.get_body(("plain",)).get_content())


def paper_of(message):
    [part] = [p for p in message.iter_attachments() if p.get_content_type() == "application/pdf"]
    return part.get_content(), part.get_filename()


def listed(who, document):
    return next((row for row in who.get(LIST).json()["reminders"] if row["id"] == document), None)


def send(who, *rows):
    return who.post(LIST, json={"remind": [row["remind"] for row in rows]})


def letters(till, document):
    return till.database.rows(f"SELECT level, sent_to FROM invoicing_letter WHERE document_id = {document} ORDER BY id")


def dispute(who, document, open_, note="Facturée deux fois"):
    return who.post(f"{page(document)}/dispute", json={"open": open_, "note": note})


# ---- a document by mail

def test_a_document_is_mailed(till, ines):
    """To the client's address, in few words, with the stored PDF; when and to whom stands on its page."""
    client, to = contact(till)
    seen = issued(till, ines, client)
    assert seen["letters"] == []
    answer = ines.post(f"{page(seen['id'])}/mail", json={})
    assert answer.status_code == 200, answer.text
    message = next_mail(till, to)
    bytes_, name = paper_of(message)
    assert bytes_ == ines.get(page(seen["id"]) + ".pdf").content and bytes_.startswith(b"%PDF")
    assert name == f"Facture {seen['number']} – Association La Filature.pdf"
    assert message["subject"] == f"Facture {seen['number']} – La Filature"
    text = text_of(message)
    assert f"Veuillez trouver ci-joint la facture {seen['number']}" in text and "120,00 €" in text and "à régler au plus tard le" in text
    assert IBAN in text.replace(" ", "")
    [letter] = ines.get(page(seen["id"])).json()["letters"]
    assert (letter["level"], letter["to"]) == (0, to) and letter["sent"].startswith(st.day(0)[:8])
    web = till.login(TREASURER).page(page(seen["id"]))
    assert to in web.text and web.unlabelled() == []


def test_sending_again_asks_first(till, ines):
    """It says when and to whom it went; by the page and by API."""
    client, to = contact(till)
    seen = issued(till, ines, client)
    path = f"{page(seen['id'])}/mail"
    web = till.login(TREASURER)
    assert web.submit(web.page(page(seen["id"])).form(path)).status_code == 303
    assert ines.post(path, json={}).status_code == 409 and len(letters(till, seen["id"])) == 1
    answer = web.submit(web.page(page(seen["id"])).form(path))
    assert answer.status_code == 409
    asked = st.Page(answer)
    assert "Ce document a déjà été envoyé le" in plain(asked.text) and to in asked.text
    assert web.submit(asked.form(path)).status_code == 303
    assert letters(till, seen["id"]) == [["0", to], ["0", to]]
    next_mail(till, to, 1)


def test_twice_at_once_is_once(till, ines):
    client, _ = contact(till)
    seen = issued(till, ines, client)
    several = [till.program(TREASURER) for _ in range(6)]
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda who: who.post(f"{page(seen['id'])}/mail", json={}).status_code, several))
    assert sorted(answers) == [200] + [409] * 5 and len(letters(till, seen["id"])) == 1


def test_whom_nobody_can_write_to(till, ines):
    client, _ = contact(till, mailbox=False)
    seen = issued(till, ines, client)
    refused = ines.post(f"{page(seen['id'])}/mail", json={})
    assert refused.status_code == 422 and letters(till, seen["id"]) == []
    [draft] = till.charge(client, (500, "E293B")) and till.draft(ines, client)
    assert ines.post(f"{page(draft)}/mail", json={}).status_code == 404


def test_credit_note_and_dues(till, ines):
    """In the words of what it is; a guest gets it at the address that she proved; the language is the client's."""
    to = f"invitee{next(_addresses)}@exemple.example"
    client = till.client(email=to)
    till.database.rows(f"UPDATE invoicing_client SET address = '1 rue\\n59000 Lille' WHERE id = {client}")
    till.charge(client, (2500, "O"))
    dues = till.issued(ines, client)
    assert ines.post(f"{page(dues['id'])}/mail", json={}).status_code == 200
    assert "pour votre cotisation" in text_of(next_mail(till, to))
    firm, to = contact(till)
    till.database.rows(f"UPDATE party SET lang = 'en' WHERE email = '{to}'")
    seen = issued(till, ines, firm)
    credit = ines.post(f"{page(seen['id'])}/credit", json={"reason": "Doublon", "expected_total": "120,00"})
    assert credit.status_code in (200, 201), credit.text
    note = credit.json()["id"]
    assert ines.post(f"{page(note)}/mail", json={}).status_code == 200
    text = text_of(next_mail(till, to))
    assert "Please find attached credit note" in text and "IBAN" not in text


def test_a_month_is_issued_and_sent(till, ines):
    """With the tick each issued document is mailed in the transaction that issues it; who has no address is told."""
    month = "2026-09-01"
    (with_, to), (without, _) = contact(till, "Avec adresse"), contact(till, "Sans adresse", mailbox=False)
    for client in (with_, without):
        till.charge(client, {"amount_cents": 3000, "vat_code": "E293B", "service_to_d": "2026-09-15"})
    look = {c["client"]: c["expected"] for c in ines.get("/o/filature/invoices/month", params={"month": month}).json()["clients"]}
    done = ines.post("/o/filature/invoices/month", json={
        "month": month, "mail": True, "expected": [look[str(with_)], look[str(without)]]}).json()
    assert sorted((i["mailed"] for i in done["issued"]), key=str) == sorted([to, None], key=str)
    sent = next(i for i in done["issued"] if i["mailed"])
    assert paper_of(next_mail(till, to))[0] == ines.get(page(sent["id"]) + ".pdf").content
    till.charge(with_, {"amount_cents": 3000, "vat_code": "E293B", "service_to_d": "2026-09-15"})
    look = ines.get("/o/filature/invoices/month", params={"month": month}).json()["clients"]
    done = ines.post("/o/filature/invoices/month", json={"month": month, "expected": [c["expected"] for c in look]}).json()
    assert [i["mailed"] for i in done["issued"]] == [None] and letters(till, done["issued"][0]["id"]) == []


# ---- reminders

@pytest.mark.parametrize("days, last, level", [(6, 0, None), (7, 0, 1), (60, 0, 1), (20, 1, None), (21, 1, 2), (44, 2, None), (45, 2, 3)])
def test_levels(till, ines, days, last, level):
    """7, 21 and 45 days after it was due, one after the other."""
    client, to = contact(till)
    seen = issued(till, ines, client)
    due_since(till, seen["id"], days)
    for n in range(1, last + 1):
        till.database.rows("INSERT INTO invoicing_letter (document_id, level, sent_utc, sent_to, open_cents) VALUES"
                           f" ({seen['id']}, {n}, UTC_TIMESTAMP() - INTERVAL {10 * (last + 1 - n)} DAY, '{to}', 12000)")
    row = listed(ines, seen["id"])
    assert (row and row["level"]) == level and (not row or row["days"] == days)


def test_a_week_lies_between_two(till, ines):
    client, to = contact(till)
    seen = issued(till, ines, client)
    due_since(till, seen["id"], 40)
    till.database.rows("INSERT INTO invoicing_letter (document_id, level, sent_utc, sent_to, open_cents) VALUES"
                       f" ({seen['id']}, 1, UTC_TIMESTAMP() - INTERVAL 6 DAY, '{to}', 12000)")
    assert listed(ines, seen["id"]) is None


def test_private_people_get_no_formal_notice(till, ines):
    client, to = person(till)
    seen = issued(till, ines, client)
    due_since(till, seen["id"], 90)
    assert listed(ines, seen["id"])["level"] == 1
    for n in (1, 2):
        till.database.rows("INSERT INTO invoicing_letter (document_id, level, sent_utc, sent_to, open_cents) VALUES"
                           f" ({seen['id']}, {n}, UTC_TIMESTAMP() - INTERVAL {40 - 10 * n} DAY, '{to}', 12000)")
    assert listed(ines, seen["id"]) is None and send(ines, {"remind": f"{seen['id']}:3:12000"}).json().get("sent", []) == []


def test_what_is_not_reminded(till, ines):
    """Below 5 €, credited, dues, contested (which is said), without an address (which is said)."""
    client, _ = contact(till)
    small, just = issued(till, ines, client, 499), issued(till, ines, client, 500)
    till.charge(client, (2500, "O"))
    dues = till.issued(ines, client)
    back = issued(till, ines, client)
    assert ines.post(f"{page(back['id'])}/credit", json={"reason": "x", "expected_total": "120,00"}).status_code in (200, 201)
    for document in (small, just, dues, back):
        due_since(till, document["id"], 30)
    assert [listed(ines, d["id"]) is not None for d in (small, just, dues, back)] == [False, True, False, False]
    nobody, _ = contact(till, mailbox=False)
    silent = issued(till, ines, nobody)
    due_since(till, silent["id"], 30)
    assert listed(ines, silent["id"])["to"] is None and listed(ines, silent["id"])["remind"] is None
    for key in (small, dues, silent):
        assert send(ines, {"remind": f"{key['id']}:1:{key['total']['cents']}"}).json().get("sent", []) == []
        assert letters(till, key["id"]) == []


def test_none_while_it_is_contested(till, ines):
    """Noted with a reason, once; the tick of a page that was loaded before counts no more; settled, it may leave."""
    client, _ = contact(till)
    seen = issued(till, ines, client)
    due_since(till, seen["id"], 30)
    ticked = listed(ines, seen["id"])
    assert dispute(ines, seen["id"], True, "").status_code == 422
    assert dispute(ines, seen["id"], True).status_code == 200 and dispute(ines, seen["id"], True).status_code == 409
    row = listed(ines, seen["id"])
    assert row["disputed"] and row["remind"] is None
    shown = ines.get(page(seen["id"])).json()
    assert shown["disputed"] and shown["dispute"] == "Facturée deux fois"
    answer = send(ines, ticked)
    assert letters(till, seen["id"]) == [] and (DAY_OFF or "conteste" in answer.json()["refused"][0]["text"])
    web = till.login(TREASURER)
    assert web.submit(web.page(page(seen["id"])).form(f"{page(seen['id'])}/dispute"), note="Réglé par téléphone").status_code == 303
    assert listed(ines, seen["id"])["remind"] == ticked["remind"]


@pytest.mark.skipif(DAY_OFF, reason="nothing leaves today")
def test_a_reminder_is_sent_once(till, ines):
    """By the page: preselected, looked at, sent; the PDF is the stored one; then it is gone from the list."""
    client, to = contact(till)
    seen = issued(till, ines, client)
    due_since(till, seen["id"], 8)
    web = till.login(TREASURER)
    look = web.page(f"{LIST}/{seen['id']}")
    assert "Petit rappel" in look.text and seen["number"] in look.text and mails_to(till, to) == []
    before = listed(ines, seen["id"])
    form = web.page(LIST).form(LIST)
    assert ("remind", before["remind"]) in form.values
    answer = send(ines, before)
    assert [s["to"] for s in answer.json()["sent"]] == [to], answer.text
    message = next_mail(till, to)
    text = text_of(message)
    assert "Si votre règlement est déjà parti, merci de ne pas tenir compte de ce message." in text
    assert paper_of(message)[0] == ines.get(page(seen["id"]) + ".pdf").content
    assert listed(ines, seen["id"]) is None
    again = send(ines, before).json()
    assert again["sent"] == [] and "déjà" in again["refused"][0]["text"] and letters(till, seen["id"]) == [["1", to]]
    [letter] = ines.get(page(seen["id"])).json()["letters"]
    assert (letter["level"], letter["to"]) == (1, to)


@pytest.mark.skipif(DAY_OFF, reason="nothing leaves today")
def test_never_twice_at_once(till, ines):
    """Eight at the same moment: one leaves. And the database refuses a second one of a level, and any change."""
    client, to = contact(till)
    seen = issued(till, ines, client)
    due_since(till, seen["id"], 8)
    row = listed(ines, seen["id"])
    several = [till.program(TREASURER) for _ in range(8)]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda who: len(send(who, row).json()["sent"]), several))
    assert sorted(answers) == [0] * 7 + [1] and letters(till, seen["id"]) == [["1", to]]
    next_mail(till, to)
    for sql, why in ((f"INSERT INTO invoicing_letter (document_id, level, sent_utc, open_cents) VALUES ({seen['id']}, 1, NOW(), 1)", "once"),
                     (f"UPDATE invoicing_letter SET level = 2 WHERE document_id = {seen['id']}", "never changed"),
                     (f"DELETE FROM invoicing_letter WHERE document_id = {seen['id']}", "never changed")):
        assert why in (till.as_user(sql) or ""), sql
    assert till.as_user(f"UPDATE invoicing_letter SET sent_to = NULL WHERE document_id = {seen['id']}") is None  # forgotten
    assert "never changed" in till.as_user(f"UPDATE invoicing_letter SET sent_to = 'x@y.example' WHERE document_id = {seen['id']}")


@pytest.mark.skipif(DAY_OFF, reason="nothing leaves today")
def test_what_was_paid_meanwhile(till, ines):
    """The amount that was looked at counts: what was paid in part is shown anew, and what is settled never leaves."""
    client, _ = contact(till)
    seen = issued(till, ines, client)
    due_since(till, seen["id"], 8)
    row = listed(ines, seen["id"])

    def pay(amount):
        return ines.post("/o/filature/payments", json={"amount": amount, "means": "transfer", "received": st.day(0),
                                                       "document": seen["id"], "client": client})

    assert pay("50").status_code == 201
    answer = send(ines, row).json()
    assert answer["sent"] == [] and answer["refused"][0]["number"] == seen["number"] and letters(till, seen["id"]) == []
    rest = listed(ines, seen["id"])
    assert rest["left"]["cents"] == 7000 and "70,00 €" in plain(ines.get(f"{LIST}/{seen['id']}").json()["text"])
    assert pay("70").status_code == 201 and listed(ines, seen["id"]) is None
    assert send(ines, rest).json()["sent"] == [] and letters(till, seen["id"]) == []


@pytest.mark.skipif(DAY_OFF, reason="nothing leaves today")
def test_what_was_credited_meanwhile(till, ines):
    client, _ = contact(till)
    seen = issued(till, ines, client)
    due_since(till, seen["id"], 8)
    row = listed(ines, seen["id"])
    assert ines.post(f"{page(seen['id'])}/credit", json={"reason": "x", "expected_total": "120,00"}).status_code in (200, 201)
    assert send(ines, row).json()["sent"] == [] and letters(till, seen["id"]) == []


def penalties(till, open_cents):
    """What so much that was open on each of the last days costs, in cents, by rates that are stored for it: 12 %, then 13 %."""
    days = [st.today() - datetime.timedelta(len(open_cents) - 1 - n) for n in range(len(open_cents))]
    halves = sorted({(d.year, 1 if d.month <= 6 else 7) for d in days})
    for n, (year, month) in enumerate(halves):
        till.database.rows(f"INSERT INTO invoicing_rate (kind, from_d, bp) VALUES ('ecb', '{year}-{month:02}-01', {200 + 100 * n})"
                           " ON DUPLICATE KEY UPDATE bp = VALUES(bp)")
    return sum(cents * (1200 + 100 * halves.index((d.year, 1 if d.month <= 6 else 7))) for d, cents in zip(days, open_cents)) / 3650000


@pytest.mark.skipif(DAY_OFF, reason="nothing leaves today")
def test_formal_notice(till, ines):
    """Penalties by article, their sum from the dated rates; without a rate of a half-year the rule alone."""
    client, to = contact(till)
    seen = issued(till, ines, client, 100000)
    due_since(till, seen["id"], 45)
    for n in (1, 2):
        till.database.rows("INSERT INTO invoicing_letter (document_id, level, sent_utc, sent_to, open_cents) VALUES"
                           f" ({seen['id']}, {n}, UTC_TIMESTAMP() - INTERVAL {40 - 10 * n} DAY, '{to}', 100000)")
    without = ines.get(f"{LIST}/{seen['id']}").json()
    assert "L441-10" in without["law"] and "40,00 €" in plain(without["law"]) and "À ce jour" not in without["law"]
    exact = penalties(till, [100000] * 45)
    euros = f"{int(exact + 0.5) // 100},{int(exact + 0.5) % 100:02} €"
    assert f"À ce jour, cela représente {euros}" in plain(ines.get(f"{LIST}/{seen['id']}").json()["law"])
    assert len(send(ines, listed(ines, seen["id"])).json()["sent"]) == 1
    text = text_of(next_mail(till, to))
    assert "mettons en demeure" in text and euros in text and "L441-10" in text
    assert till.database.value(f"SELECT penalty_cents FROM invoicing_letter WHERE document_id = {seen['id']} AND level = 3") == int(exact + 0.5)


def test_penalties_after_part_payments(till, ines):
    """On what was open on each day: paid before it was due, late, taken back, and credited."""
    client, _ = contact(till)
    till.charge(client, (60000, "E293B"), (40000, "E293B"))
    seen = till.issued(ines, client)
    due_since(till, seen["id"], 45)
    till.database.rows("INSERT INTO invoicing_letter (document_id, level, sent_utc, sent_to, open_cents) VALUES"
                       f" ({seen['id']}, 1, UTC_TIMESTAMP() - INTERVAL 30 DAY, 'x@exemple.example', 100000),"
                       f" ({seen['id']}, 2, UTC_TIMESTAMP() - INTERVAL 20 DAY, 'x@exemple.example', 100000)")

    def pay(amount, days):
        answer = ines.post("/o/filature/payments", json={"amount": amount, "means": "transfer", "received": st.day(-days),
                                                         "document": seen["id"], "client": client})
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    def law(open_cents):
        exact = int(penalties(till, open_cents) + 0.5)
        text = plain(ines.get(f"{LIST}/{seen['id']}").json()["law"])
        assert f"cela représente {exact // 100},{exact % 100:02} € de pénalités" in text, (exact, text)

    pay("150", 50)
    law([85000] * 45)
    pay("200", 25)
    law([85000] * 20 + [65000] * 25)
    wrong = pay("100", 10)
    law([85000] * 20 + [65000] * 15 + [55000] * 10)
    assert ines.post(f"/o/filature/payments/{wrong}/reverse", json={"reason": "Chèque sans provision"}).status_code in (200, 201)
    law([85000] * 20 + [65000] * 25)
    line = next(line["charge"] for line in ines.get(page(seen["id"])).json()["lines"] if line["net"]["cents"] == 40000)
    credit = ines.post(f"{page(seen['id'])}/credit", json={"charge": [line], "reason": "x", "expected_total": "400,00"})
    assert credit.status_code in (200, 201), credit.text
    law([45000] * 20 + [25000] * 25)


def test_texts_of_an_organisation(till, ines):
    """Its own words with names in braces, previewed with a real invoice; an unknown name is refused at its field."""
    client, _ = contact(till, "Mot à mot")
    seen = issued(till, ines, client)
    due_since(till, seen["id"], 8)
    path = "/o/filature/invoicing/reminders"
    web = till.login(TREASURER)
    form = web.page(path).form(path)
    assert "Petit rappel" in form.value("first_text") and "{rest}" in form.value("first_text")
    wrong = web.submit(form, first_text="Bonjour {prenom}")
    assert wrong.status_code == 422 and "{prenom}" in wrong.text
    assert web.submit(form, first_text="Chère équipe {client}, il reste {rest} sur {number} du {date} ({limit}).").status_code == 303
    text = plain(ines.get(f"{LIST}/{seen['id']}").json()["text"])
    assert text.startswith(f"Chère équipe Mot à mot, il reste 120,00 € sur {seen['number']} du ")
    assert till.database.rows(f"SELECT second_text FROM invoicing_notice WHERE org_id = {till.org('filature')}") == [[None]]
    assert web.submit(web.page(path).form(path), first_text="").status_code == 303
    assert "Petit rappel" in ines.get(f"{LIST}/{seen['id']}").json()["text"]


def test_queries_of_the_list(till, ines):
    """As many for thirty rows as for a few."""
    few = till.comptoir.queries(lambda: ines.get(LIST))
    for _ in range(12):
        client, _to = contact(till)
        due_since(till, issued(till, ines, client)["id"], 9)
    assert len(ines.get(LIST).json()["reminders"]) >= 12
    assert till.comptoir.queries(lambda: ines.get(LIST)) == few <= 6


# ---- an address that is missing

@pytest.fixture
def guest(till, ines):
    """A guest without an address, and her draft."""
    to = f"sans-adresse{next(_addresses)}@exemple.example"
    client = till.client(email=to)
    till.charge(client, (4000, "E293B"))
    [draft] = till.draft(ines, client)
    return client, to, draft


def asked(till, ines, draft, to, before=0):
    answer = ines.post(f"{page(draft)}/address", json={})
    assert answer.status_code == 200, answer.text
    return re.search(r"https?://\S+", text_of(next_mail(till, to, before)))[0]


def test_a_guest_gives_her_address(till, ines, guest):
    """By a link, without an account; then the draft can be issued and has it."""
    client, to, draft = guest
    seen = ines.get(page(draft)).json()
    assert seen["address_missing"] and till.issue(ines, draft).status_code == 422
    web = till.login(TREASURER)
    assert "adresse manquante" in web.page(page(draft)).text
    assert "adresse manquante" in web.page("/o/filature/invoices", params={"state": "draft"}).text
    link = till.link(asked(till, ines, draft, to))
    browser = till.browser()
    form = browser.page(link)
    action = link.split("?")[0]
    assert form.unlabelled() == [] and "La Filature" in form.text
    assert browser.submit(form.form(action), street="", postcode="5900", town="Lille").status_code == 422
    done = browser.submit(form.form(action), name="Zoé Guest", street="3 bis rue de l’Œuvre", more="Bât. C", postcode="59000", town="Lille")
    assert done.status_code == 200 and "3 bis rue de l’Œuvre" in done.text
    assert not ines.get(page(draft)).json()["address_missing"]
    assert web.page("/o/filature/invoices", params={"q": "Zoé Guest"}).text.count("adresse manquante") == (
        till.database.value("SELECT COUNT(*) FROM invoicing_document d JOIN invoicing_client c ON c.id = d.client_id WHERE"
                            " d.state = 'draft' AND c.party_id IS NULL AND c.address IS NULL AND d.payer_name = 'Zoé Guest'"))
    assert till.issue(ines, draft).status_code == 200
    sheet = till.database.value(f"SELECT frozen_json FROM invoicing_document WHERE id = {draft}")
    assert "3 bis rue de l’Œuvre" in sheet and "59000 Lille" in sheet


def test_wrong_and_ended_links(till, ines, guest):
    """404: a letter changed, another guest's, the one before, one after 30 days; and GET changes nothing."""
    client, to, draft = guest
    visitor = till.visitor()
    link = till.link(asked(till, ines, draft, to))
    assert visitor.get(link).status_code == 200
    body = {"name": "Zoé", "street": "1 rue", "postcode": "59000", "town": "Lille"}
    path, token = link.split("?t=")
    uid = till.database.value(f"SELECT uid FROM invoicing_client WHERE id <> {client} AND party_id IS NULL LIMIT 1")
    for wrong in (path, f"{path}?t={token[:-1]}{'0' if token[-1] != '0' else '1'}", f"/clients/{uid}/address?t={token}"):
        assert visitor.get(wrong).status_code == 404, wrong
        assert visitor.post(wrong.split("?")[0], json={**body, "t": wrong.partition("?t=")[2]}).status_code == 404, wrong
    till.database.rows(f"UPDATE invoicing_client SET address_asked_utc = address_asked_utc - INTERVAL 2 SECOND WHERE id = {client}")
    newer = till.link(asked(till, ines, draft, to, 1))
    assert newer != link and visitor.get(link).status_code == 404 and visitor.get(newer).status_code == 200
    till.database.rows(f"UPDATE invoicing_client SET address_asked_utc = UTC_TIMESTAMP() - INTERVAL 31 DAY WHERE id = {client}")
    assert visitor.get(newer).status_code == 404
    assert visitor.post(path, json={**body, "t": newer.split("?t=")[1]}).status_code == 404
    assert till.database.value(f"SELECT COUNT(*) FROM invoicing_client WHERE id = {client} AND address IS NOT NULL") == 0


def test_only_who_has_none_is_asked(till, ines):
    firm, _ = contact(till, address=None)
    till.charge(firm, (100, "E293B"))
    [draft] = till.draft(ines, firm)
    assert ines.get(page(draft)).json()["address_missing"]
    assert ines.post(f"{page(draft)}/address", json={}).status_code == 409


# ---- who may

def test_the_wrong_person_is_refused(till, ines, guest):
    client, to = contact(till)
    seen = issued(till, ines, client)
    due_since(till, seen["id"], 8)
    draft = guest[2]
    routes = [("POST", f"{page(seen['id'])}/mail"), ("POST", f"{page(seen['id'])}/dispute"), ("POST", f"{page(draft)}/address"),
              ("GET", LIST), ("POST", LIST), ("GET", f"{LIST}/{seen['id']}"), ("GET", "/o/filature/invoicing/reminders"),
              ("POST", "/o/filature/invoicing/reminders")]
    body = {"again": True, "open": True, "note": "x", "remind": [f"{seen['id']}:1:12000"], "first_text": "x", "row_version": 1}
    for who, allowed in STRANGERS.items():
        asks = till.program(who) if who else till.visitor()
        for method, path in routes:
            status = asks.request(method, path, **({"json": body} if method == "POST" else {})).status_code
            assert status in allowed, (who, method, path, status)
    marc = till.program("tresor@canal.example")
    theirs = marc.post("/o/canal/reminders", json={"remind": body["remind"]})
    assert DAY_OFF or (theirs.json()["sent"] == [] and theirs.json()["refused"][0]["number"] is None)
    assert marc.get(f"/o/canal/reminders/{seen['id']}").status_code in (403, 404)
    assert letters(till, seen["id"]) == [] and mails_to(till, to) == [] and mails_to(till, guest[1]) == []
    assert not ines.get(page(seen["id"])).json()["disputed"]


def test_a_client_sees_no_letters(till, ines):
    """What was sent, and what the house noted of it, is the house's."""
    camille = till.person(MEMBER)
    till.database.rows(f"INSERT IGNORE INTO address (party_id, street, postcode, town) VALUES ({camille}, '1 rue', '59000', 'Lille')")
    client = till.client(camille)
    seen = issued(till, ines, client)
    assert ines.post(f"{page(seen['id'])}/mail", json={}).status_code == 200 and dispute(ines, seen["id"], True).status_code == 200
    mine = till.program(MEMBER).get(page(seen["id"])).json()
    assert mine["letters"] == [] and mine["dispute"] is None and not mine["disputed"]


# ---- the last test, for it takes the servers to another day

FAKETIME = next(iter(sorted(pathlib.Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))), None)


@contextlib.contextmanager
def days_later(till, days):
    """The servers, but not the database, so many days later."""
    server = till.comptoir
    plain_environment = server.environment
    server.stop()
    options = os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"      # of a build with sanitizers
    server.environment = lambda: {**plain_environment(), "LD_PRELOAD": str(FAKETIME), "FAKETIME": f"+{days}d",
                                  "FAKETIME_DONT_FAKE_MONOTONIC": "1", "ASAN_OPTIONS": options}
    server.start()
    try:
        yield
    finally:
        server.stop()
        del server.environment
        server.start()


@pytest.mark.skipif(not FAKETIME, reason="libfaketime is not installed")
@pytest.mark.parametrize("weekday, name, opens", [(5, "samedi", 2), (6, "dimanche", 1)])
def test_nothing_leaves_on_a_week_end(till, ines, weekday, name, opens):
    """The page says so and from when on; what is ticked all the same is refused."""
    client, to = contact(till)
    seen = issued(till, ines, client)
    due_since(till, seen["id"], 8)
    ahead = (weekday - st.today().weekday()) % 7
    with days_later(till, ahead):
        look = ines.get(LIST).json()
        assert look["rests"] == name and look["opens_d"] >= st.day(ahead + opens)
        row = listed(ines, seen["id"])
        answer = send(ines, row)
        assert answer.status_code == 409 and name in answer.json()["detail"] and letters(till, seen["id"]) == []
        web = till.login(TREASURER).page(LIST)
        assert "Aucune relance ne part aujourd’hui" in web.text and not any(f.buttons for f in web.forms if f.action.endswith(LIST))
    assert mails_to(till, to) == []
