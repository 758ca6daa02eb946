# SPDX-License-Identifier: GPL-3.0-or-later
"""Cheque slips: what waits, one slip for each cheque, the paper for the bank, and what may still be undone."""
import concurrent.futures
import csv
import io
import pathlib
import re

import pytest

import stack as st
from invoices import IBAN, MANAGER, MEMBER, TREASURER, text_of
from stack import plain

STRANGERS = {None: (401, 404), MEMBER: (403, 404), MANAGER: (403, 404), "gestion@canal.example": (403, 404),
             "tresor@canal.example": (403, 404), "contact@lys-lez.example": (403, 404)}
YEAR = int(st.day(0)[:4])
SLIPS = "/o/filature/slips"

pytestmark = pytest.mark.usefixtures("sound_till")


@pytest.fixture
def ines(till):
    """With no cheque that waits: those of other tests are put on a slip."""
    who = till.program(TREASURER)
    if waiting(who):
        made(who, *waiting(who))
    return who


@pytest.fixture
def client(till):
    return till.client(till.party("Atelier des Dunes"))


def cheque(who, client, cents, org="filature", means="cheque", **more):
    answer = who.post(f"/o/{org}/payments", json={"amount": f"{cents // 100},{cents % 100:02}", "means": means, "client": client,
                                                  "received": st.day(0), **more})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def waiting(who, org="filature"):
    return [c["payment"] for c in who.get(f"/o/{org}/slips/new").json()["cheques"]]


def make(who, *cheques, org="filature"):
    return who.post(f"/o/{org}/slips", json={"cheque": list(cheques)})


def made(who, *cheques, org="filature"):
    answer = make(who, *cheques, org=org)
    assert answer.status_code == 201, answer.text
    return f"/o/{org}/slips/{answer.json()['id']}"


def ticked(page):
    return [c["value"] for c in page.controls if c.get("name") == "cheque" and "checked" in c]


def reverse(who, payment, org="filature"):
    return who.post(f"/o/{org}/payments/{payment}/reverse", json={"reason": "Chèque refusé par la banque"})


def deposit(who, slip, day=None):
    return who.post(f"{slip}/deposit", json={"deposited": day or st.day(0)})


# ---- made

def test_what_waits(till, ines, client):
    """Cheques that came, and nothing else: not what came otherwise, went back, or was reversed."""
    assert ines.get(f"{SLIPS}/new").json() == {"cheques": [], "sum": None}
    late, early = cheque(ines, client, 2500, reference="7001201"), cheque(ines, client, 1000, received=st.day(-3), given_by="Odile Martin")
    cheque(ines, client, 700, means="transfer")
    wrong = cheque(ines, client, 400)
    assert reverse(ines, wrong).status_code == 201
    back = ines.post(f"/o/filature/balances/{client}/refund", json={"amount": "5", "means": "cheque", "received": st.day(0), "reason": "Trop"})
    assert back.status_code == 201
    assert reverse(ines, back.json()["id"]).status_code == 201              # above 0, by cheque, and none that came
    found = ines.get(f"{SLIPS}/new").json()
    assert [(c["payment"], c["drawer"], c["payer"], c["reference"], c["amount"]["cents"], c["chosen"]) for c in found["cheques"]] == [
        (early, "Odile Martin", "Atelier des Dunes", None, 1000, True), (late, "Atelier des Dunes", "Atelier des Dunes", "7001201", 2500, True)]
    assert found["sum"]["cents"] == 3500
    listed = ines.get(SLIPS).json()["waiting"]
    assert (listed["cheques"], listed["sum"]["cents"]) == (2, 3500)


def test_made(till, ines, client):
    """A number, the day, how many and how much; what was not ticked waits for the next one."""
    one, two, rest = (cheque(ines, client, cents, reference=f"70012{n}") for n, cents in enumerate((1234, 5000, 300)))
    slip = made(ines, one, two, two)
    seen = ines.get(slip).json()
    assert re.fullmatch(rf"R-{YEAR}-\d{{5}}", seen["number"])
    assert (seen["made_d"], seen["count"], seen["total"]["cents"], seen["iban"], seen["deposited_d"], seen["undone"]) == (
        st.day(0), 2, 6234, IBAN, None, False)
    assert [c["payment"] for c in seen["cheques"]] == [one, two] and waiting(ines) == [rest]
    after = ines.get(made(ines, rest)).json()
    assert int(after["number"][-5:]) == int(seen["number"][-5:]) + 1
    listed = ines.get(SLIPS).json()
    assert [s["number"] for s in listed["slips"]][:2] == [after["number"], seen["number"]] and listed["waiting"]["cheques"] == 0
    assert till.database.value(f"SELECT COUNT(*) FROM audit WHERE kind = 'slip' AND action = 'create' AND object_id = {seen['id']}") == 1


def test_numbers_go_on(till):
    """Those of a book that a place had before."""
    marc = till.program("tresor@canal.example")
    client = till.client(till.party("Suite", org="canal"), org="canal")
    series = {"kind": "slip", "year": YEAR, "prefix": "BR", "first_number": 12, "reason": "Carnet de la banque"}
    assert marc.post("/o/canal/invoicing/series", json=series).status_code == 201
    numbers = [marc.get(made(marc, cheque(marc, client, 500, "canal"), org="canal")).json()["number"] for _ in range(2)]
    assert numbers == [f"BR-{YEAR}-00012", f"BR-{YEAR}-00013"]


def test_bad_input(till, ines, client):
    [marc] = [till.program("tresor@canal.example")]
    mine, transfer = cheque(ines, client, 1000), cheque(ines, client, 1000, means="transfer")
    theirs = cheque(marc, till.client(till.party("Du canal", org="canal"), org="canal"), 1000, "canal")
    for wrong, status in (({}, 422), ({"cheque": ["x"]}, 422), ({"cheque": list(range(1, 202))}, 422), ({"cheque": [transfer]}, 409),
                          ({"cheque": [theirs]}, 409), ({"cheque": [mine, theirs]}, 409), ({"cheque": [99999999]}, 409)):
        answer = ines.post(SLIPS, json=wrong)
        assert answer.status_code == status, (wrong, answer.text)
        assert status == 409 or "cheque" in answer.json()["errors"]
    assert waiting(ines) == [mine] and waiting(marc, "canal") == [theirs]


def test_from_before(till, ines, client):
    """What the migration makes of payments that were there already is what the triggers make of new ones."""
    cheque(ines, client, 100), reverse(ines, cheque(ines, client, 200))
    sql = (pathlib.Path(__file__).parents[2] / "sql/invoicing/0010_slips.sql").read_text()
    [select] = re.findall(r"INSERT INTO invoicing_cheque \(payment_id, issuer_id, reversed\)\s+(SELECT [^;]+);", sql)
    rows = till.database.rows(f"{select} ORDER BY 1")
    assert len(rows) >= 2 and rows == till.database.rows("SELECT payment_id, issuer_id, reversed FROM invoicing_cheque ORDER BY 1")
    assert {int(row[2]) for row in rows} == {0, 1}


def test_by_hand(till, ines, client):
    """All are ticked; a form that comes back keeps what was; a link from the payments, and back from each."""
    one, two = cheque(ines, client, 1000, reference="7001201"), cheque(ines, client, 2000)
    browser = till.login(TREASURER)
    assert SLIPS in browser.page("/o/filature/payments").links
    page = browser.page(f"{SLIPS}/new")
    assert ticked(page) == [one, two] and "30,00" in plain(page.text)
    [form] = [f for f in page.forms if f.action.endswith(SLIPS)]
    both, form.values = form.values, [v for v in form.values if v[0] != "cheque"]
    empty = st.Page(browser.submit(form))
    assert empty.status == 422 and ticked(empty) == [] and "au moins un chèque" in plain(empty.text)
    made(ines, one)
    form.values = both
    late = st.Page(browser.submit(form))
    assert late.status == 409 and ticked(late) == [two] and "n’attendent plus" in plain(late.text)
    [form] = [f for f in late.forms if f.action.endswith(SLIPS)]
    done = browser.submit(form)
    assert done.status_code == 303
    slip = browser.below(done.headers["Location"])
    assert slip in browser.page(f"/o/filature/payments/{two}").links
    shown = browser.page(slip)
    assert "Annuler la remise" in shown.text and "20,00" in shown.text and f"{slip}.pdf" in shown.links
    assert {f.action.rsplit("/", 1)[-1] for f in shown.forms} >= {"deposit", "undo"}
    seen = browser.submit(next(f for f in shown.forms if f.action.endswith("/deposit")))
    assert seen.status_code == 303 and ines.get(slip).json()["deposited_d"] == st.day(0)
    closed = browser.page(slip)
    assert not [f for f in closed.forms if f.action.endswith(("/deposit", "/undo"))] and "Déposée le" in closed.text


# ---- one slip each

def test_two_at_once(till, ines, client):
    """Eight treasurers with the same page before them: one has the cheques, and there is no number without a slip."""
    several = [till.program(TREASURER) for _ in range(8)]
    for _ in range(5):
        first = till.database.value("SELECT COUNT(*) FROM invoicing_slip")
        shared, *own = [cheque(ines, client, 100) for _ in range(9)]
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda each: make(each[0], shared, each[1]).status_code, zip(several, own)))
        assert sorted(answers) == [201] + [409] * 7
        assert till.database.value("SELECT COUNT(*) FROM invoicing_slip") == first + 1
        with concurrent.futures.ThreadPoolExecutor(8) as pool:               # different ones: all of them, numbered one by one
            answers = list(pool.map(lambda each: make(each[0], each[1]).status_code, zip(several, own)))
        assert sorted(answers) == [201] * 7 + [409]
    serials = [int(s) for s, in till.database.rows(f"SELECT serial FROM invoicing_slip WHERE issuer_id = {till.org('filature')} ORDER BY serial")]
    assert serials == list(range(1, len(serials) + 1))


def test_reversed_at_once(till, ines, client):
    """A cheque is put on a slip, or reversed; never both, and never neither."""
    one, two = till.program(TREASURER), till.program(TREASURER)
    for _ in range(12):
        payment = cheque(ines, client, 100)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            put, back = pool.submit(make, one, payment), pool.submit(reverse, two, payment)
        assert (put.result().status_code, back.result().status_code) in ((201, 409), (409, 201))


def test_deposited_or_undone_at_once(till, ines, client):
    one, two = till.program(TREASURER), till.program(TREASURER)
    for _ in range(8):
        payment = cheque(ines, client, 100)
        slip = made(ines, payment)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            there, undone = pool.submit(deposit, one, slip), pool.submit(two.post, f"{slip}/undo")
        codes = (there.result().status_code, undone.result().status_code)
        assert codes in ((200, 409), (409, 200))
        assert waiting(ines) == ([payment] if codes[1] == 200 else [])
        if codes[1] == 200:
            made(ines, payment)


def test_nothing_changes_by_hand(till, ines, client):
    """What the user that serves requests may not, whatever it says."""
    on, free, other = cheque(ines, client, 1000), cheque(ines, client, 2000), cheque(ines, client, 3000)
    slip = ines.get(made(ines, on)).json()["id"]
    open_one = ines.get(made(ines, other)).json()["id"]
    transfer = cheque(ines, client, 100, means="transfer")
    issuer = till.org("filature")
    state = "SELECT payment_id, slip_id, reversed FROM invoicing_cheque ORDER BY 1"
    before, slips = till.database.rows(state), till.database.rows("SELECT * FROM invoicing_slip ORDER BY id")
    for sql in (
            f"UPDATE invoicing_cheque SET slip_id = {open_one} WHERE payment_id = {on}",
            f"UPDATE invoicing_cheque SET slip_id = NULL WHERE payment_id = {on}",
            f"UPDATE invoicing_cheque SET reversed = 1 WHERE payment_id = {on}",
            f"UPDATE invoicing_cheque SET reversed = 1 WHERE payment_id = {free}",
            f"DELETE FROM invoicing_cheque WHERE payment_id = {free}",
            f"INSERT INTO invoicing_cheque (payment_id, issuer_id) VALUES ({transfer}, {issuer})",
            f"INSERT INTO invoicing_cheque (payment_id, issuer_id) VALUES ({on}, {issuer})",
            f"UPDATE invoicing_slip SET total_cents = 1 WHERE id = {slip}",
            f"UPDATE invoicing_slip SET number = 'R-1' WHERE id = {slip}",
            f"DELETE FROM invoicing_slip WHERE id = {slip}",
            "INSERT INTO invoicing_payment (issuer_id, client_id, means, currency, amount_cents, received_d, reverses_id, reason)"
            f" VALUES ({issuer}, {client}, 'cheque', 'EUR', -1000, '{st.day(0)}', {on}, 'x')",
            f"START TRANSACTION; UPDATE invoicing_cheque SET slip_id = {slip} WHERE payment_id = {free};"
            f" UPDATE invoicing_slip SET deposited_d = '{st.day(0)}' WHERE id = {slip}; COMMIT",
            f"UPDATE invoicing_slip SET deposited_d = '{st.day(-1)}' WHERE id = {slip}",
            "START TRANSACTION; " + f"UPDATE invoicing_series SET next_number = next_number + 1 WHERE kind = 'slip' AND issuer_id = {issuer};" * 2
            + " COMMIT",
            "TRUNCATE invoicing_cheque", "TRUNCATE invoicing_slip"):
        assert till.as_user(sql), sql
    assert till.database.rows(state) == before and till.database.rows("SELECT * FROM invoicing_slip ORDER BY id") == slips


# ---- what becomes of it

def test_undone(till, ines, client):
    """Its number stays, its cheques wait again; nothing is printed of it any more."""
    payment = cheque(ines, client, 1000)
    slip = made(ines, payment)
    assert reverse(ines, payment).status_code == 409 and "R-" in reverse(ines, payment).json()["detail"]
    assert ines.get(f"{slip}.pdf").status_code == 200
    done = ines.post(f"{slip}/undo")
    assert done.status_code == 200 and done.json()["undone"] and done.json()["cheques"] == []
    assert waiting(ines) == [payment] and ines.get(f"{slip}.pdf").status_code == 404
    assert ines.post(f"{slip}/undo").status_code == 409 and deposit(ines, slip).status_code == 409
    again = ines.get(made(ines, payment)).json()
    assert int(again["number"][-5:]) == int(ines.get(slip).json()["number"][-5:]) + 1
    assert till.database.value(f"SELECT COUNT(*) FROM audit WHERE kind = 'slip' AND action = 'undo' AND object_id = {done.json()['id']}") == 1


def test_deposited(till, ines, client):
    """From then on nothing of it changes; a cheque that the bank refuses is reversed, and not offered again."""
    good, bad = cheque(ines, client, 1000, received=st.day(-9)), cheque(ines, client, 2000, received=st.day(-4))
    slip = made(ines, good, bad)
    for wrong in ({}, {"deposited": st.day(1)}, {"deposited": st.day(-5)}, {"deposited": "x"}):
        answer = ines.post(f"{slip}/deposit", json=wrong)
        assert answer.status_code == 422 and "deposited" in answer.json()["errors"], wrong
    done = deposit(ines, slip, st.day(-4))                                   # the slip was written down afterwards
    assert done.status_code == 200 and done.json()["deposited_d"] == st.day(-4)
    assert ines.post(f"{slip}/undo").status_code == 409 and deposit(ines, slip).status_code == 409
    assert reverse(ines, bad).status_code == 201
    seen = ines.get(slip).json()
    assert [(c["payment"], c["reversed"]) for c in seen["cheques"]] == [(good, False), (bad, True)]
    assert seen["total"]["cents"] == 3000 and waiting(ines) == []


# ---- the paper

def test_paper(till, ines, client):
    """What the bank wants to know; the same bytes whoever asks and whatever was changed since."""
    one, two = cheque(ines, client, 123456, reference="7001201"), cheque(ines, client, 50, given_by="Łucja d’Œuvre", reference="0000042")
    slip = made(ines, one, two)
    answer = ines.get(f"{slip}.pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    text = text_of(answer.content)
    spaced = " ".join(IBAN[i:i + 4] for i in range(0, len(IBAN), 4))
    for part in ("Remise de chèques " + ines.get(slip).json()["number"], "La Filature", f"IBAN {spaced}", "BIC AGRIFRPP", "Atelier des Dunes", "7001201",
                 "Łucja d’Œuvre", "0000042", "2 chèques", "1 234,56", "1 235,06 €", "Compte à créditer", "Page 1 / 1"):
        assert part in text, (part, text)
    assert text.index("7001201") < text.index("0000042")
    till.database.rows(f"UPDATE party p JOIN invoicing_client c ON c.party_id = p.id SET p.legal_name = 'Autre nom' WHERE c.id = {client};"
                       f"UPDATE invoicing_issuer SET iban = NULL WHERE org_id = {till.org('filature')}")
    try:
        assert ines.get(f"{slip}.pdf").content == answer.content and ines.get(slip).json()["iban"] == IBAN
        bare = made(ines, cheque(ines, client, 100))
        assert "IBAN" not in text_of(ines.get(f"{bare}.pdf").content) and ines.get(bare).json()["iban"] is None
    finally:
        till.database.rows(f"UPDATE invoicing_issuer SET iban = '{IBAN}' WHERE org_id = {till.org('filature')}")


def test_long_paper(till, ines, client):
    """200 on one slip, over pages with the sum carried; what is more waits for the next."""
    values = ",".join(f"({till.org('filature')}, {client}, 'cheque', 'EUR', {100 + n}, '{st.day(-1)}', '{7001000 + n}')" for n in range(201))
    till.database.rows("INSERT INTO invoicing_payment (issuer_id, client_id, means, currency, amount_cents, received_d, reference) VALUES " + values)
    shown = till.login(TREASURER).page(f"{SLIPS}/new")
    assert len(ticked(shown)) == 200 and "les 200 plus anciens" in plain(shown.text)
    slip = made(ines, *waiting(ines))
    assert len(waiting(ines)) == 1
    pages = text_of(ines.get(f"{slip}.pdf").content).split("\f")[:-1]
    assert len(pages) >= 4
    carried = [re.search(r"À reporter\s+([\d ]+,\d\d)", p) for p in pages]
    brought = [re.search(r"Report\s+([\d ]+,\d\d)", p) for p in pages]
    assert [c[1] for c in carried[:-1]] == [b[1] for b in brought[1:]] and not carried[-1] and not brought[0]
    total = sum(100 + n for n in range(200))
    assert f"{total // 100},{total % 100:02} €" in pages[-1] and "200 chèques" in pages[-1]
    for page in pages:
        assert re.search(r"70010\d\d|70011\d\d", page)                       # the sums never stand alone


def test_verify(till, ines, client):
    """comptoirctl verify finds a slip that is not its cheques, a cheque that nobody knows as reversed, and a missing number."""
    slip = ines.get(made(ines, cheque(ines, client, 1000))).json()["id"]
    payment = cheque(ines, client, 2000)
    reverse(ines, payment)

    def unguarded(trigger, sql):
        body = till.database.rows(f"SHOW CREATE TRIGGER {trigger}")[0][2]
        till.database.rows(f"DROP TRIGGER {trigger};{sql};{body}")

    def verify():
        done = st.ctl(till.comptoir.config, "verify", check=False)
        return done.returncode == 0 or done.stdout + done.stderr

    for trigger, sql, word in (
            ("invoicing_slip_kept", f"UPDATE invoicing_slip SET total_cents = total_cents {{}} 1 WHERE id = {slip}", "sum of its cheques"),
            ("invoicing_cheque_kept", f"UPDATE invoicing_cheque SET reversed = reversed {{}} 1 WHERE payment_id = {payment}", "its payment says"),
            ("invoicing_slip_kept", f"UPDATE invoicing_slip SET serial = serial {{}} 100 WHERE id = {slip}", "hole")):
        there, back = ("-", "+") if "reversed" in sql else ("+", "-")
        assert verify() is True
        unguarded(trigger, sql.format(there))
        assert word in str(verify()), sql
        unguarded(trigger, sql.format(back))
    assert verify() is True


# ---- found

def test_found(till, ines, client):
    """By number; all of it as a spreadsheet, also what is undone."""
    numbers = []
    for n in range(3):
        slip = made(ines, cheque(ines, client, 1000 + n))
        numbers.append(ines.get(slip).json()["number"])
    ines.post(f"{slip}/undo")
    found = ines.get(f"{SLIPS}?q={numbers[1].lower()}").json()["slips"]
    assert [(s["number"], s["cheques"], s["total"]["cents"]) for s in found] == [(numbers[1], 1, 1001)]
    assert ines.get(f"{SLIPS}?q=%25").json()["slips"] == []
    for who, seen in ((ines, numbers[:1]), (till.program("tresor@canal.example"), [])):
        groups = who.get("/search", params={"q": numbers[0]}).json()["groups"]
        assert [r["title"] for g in groups for r in g["results"]] == seen
    rows = list(csv.DictReader(io.StringIO(ines.get(f"{SLIPS}.csv").content.decode("utf-8-sig")), delimiter=";"))
    assert [r["number"] for r in rows[:3]] == numbers[::-1] and rows[0]["undone"] != rows[1]["undone"]
    assert len(rows) == till.database.value(f"SELECT COUNT(*) FROM invoicing_slip WHERE issuer_id = {till.org('filature')}")
    after = ines.get(f"{SLIPS}?after={ines.get(slip).json()['id']}").json()["slips"]
    assert [s["number"] for s in after[:2]] == numbers[1::-1]


def test_strangers(till, ines, client):
    payment = cheque(ines, client, 1000)
    slip = made(ines, cheque(ines, client, 500))
    for email, codes in STRANGERS.items():
        who = till.program(email) if email else till.visitor()
        answers = [who.get(SLIPS), who.get(f"{SLIPS}.csv"), who.get(f"{SLIPS}/new"), who.get(slip), who.get(f"{slip}.pdf"),
                   make(who, payment), deposit(who, slip), who.post(f"{slip}/undo")]
        assert all(a.status_code in codes for a in answers), (email, [a.status_code for a in answers])
    marc = till.program("tresor@canal.example")                              # at home there, not with a slip of here
    assert marc.get(slip.replace("filature", "canal")).status_code == 404
    assert marc.post(slip.replace("filature", "canal") + "/undo").status_code == 404
    for who, word in ((ines.get, ""), (ines.get, ".pdf"), (ines.post, "/undo")):                      # hers, but not there
        assert who(slip.replace("filature", "canal") + word).status_code == 404
    assert waiting(ines) == [payment] and not ines.get(slip).json()["undone"]
