# SPDX-License-Identifier: GPL-3.0-or-later
"""Agreements with funders: what is typed, the page of one, statements, who may see what, and what happens to people."""
import concurrent.futures
import csv
import io
import subprocess

import pytest

import stack as st
from stack import ON_REQUEST, ROOM_A, fresh_day, plain
from test_change import changed
from test_story import at, booked

ORG, PLUGINS = "/o/filature", "reservation invoicing memberships subsidies"
AGREEMENTS, INSTALMENTS = ORG + "/agreements", ORG + "/instalments"
TODAY = st.today()
YEAR = TODAY.year


@pytest.fixture(scope="module")
def stack():
    st.restart_days()
    with st.Stack(web="nginx", plugins_load=PLUGINS) as running:
        yield running


@pytest.fixture(autouse=True)
def no_rows(stack):
    yield
    st.ctl(stack.comptoir.config, "verify")                # whatever a test did, the sums hold
    stack.database.rows("DELETE FROM subsidies_use; DELETE FROM subsidies_instalment; DELETE FROM subsidies_eligible;"
                        "DELETE FROM subsidies_agreement")


@pytest.fixture(scope="module")
def treasurer(stack):
    return stack.login("tresor@demo.example")


@pytest.fixture(scope="module")
def manager(stack):
    return stack.login("gestion@demo.example")


@pytest.fixture(scope="module")
def member(stack):
    return stack.login("membre@demo.example")


def contact(who, name="Ville de Lille", **values):
    kind = {"kind": "person"} if "given_name" in values else {"kind": "organisation", "legal_name": name}
    answer = who.post(ORG + "/people", json={"anyway": True, **kind, **values})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


@pytest.fixture(scope="module")
def town(manager):
    return contact(manager)


def wish(town, **values):
    return {"title": "Jeunes associations", "funder": town, "amount": "1000", "from": f"{YEAR}-01-01", "to": f"{YEAR}-12-31",
            "share": "50", "settles": "statement", **values}


def agree(treasurer, town, **values):
    answer = treasurer.post(AGREEMENTS, json=wish(town, **values))
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def use(stack, agreement, cents, day=None, payer=None, n=None, title="Salle Lys, 14 h – 18 h"):
    """As the hook stores it; the hook itself is tested by tests/plugins/test_subsidies_share.c."""
    number = n or stack.database.value("SELECT COALESCE(MAX(source_id), 0) + 1 FROM subsidies_use")
    stack.database.rows("INSERT INTO subsidies_use (agreement_id, source_kind, source_id, title, service_d, payer_id, gross_cents,"
                        f" cents) VALUES ({agreement}, 'reservation.booking', {number}, '{title}', '{day or f'{YEAR}-03-05'}',"
                        f" {payer or 'NULL'}, {cents * 2}, {cents});"
                        f"UPDATE subsidies_agreement SET used_cents = used_cents + {cents} WHERE id = {agreement}")


def show(who, agreement):
    answer = who.get(f"{AGREEMENTS}/{agreement}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def errors(answer):
    assert answer.status_code == 422, answer.text
    return answer.json()["errors"]


# ---- what is typed

def test_an_agreement_is_written_down(treasurer, town):
    made = show(treasurer, agree(treasurer, town, reference="DEL-12", order_ref="EJ-7", completes_price=True, share="33,33"))
    assert (made["title"], made["funder_id"], made["reference"], made["amount"]["cents"], made["used"]["cents"],
            made["left"]["cents"], made["share_bp"], made["settles"], made["source"], made["who"], made["order_ref"],
            made["completes_price"], made["names"], made["state"]) == (
        "Jeunes associations", town, "DEL-12", 100000, 0, 100000, 3333, "statement", "booking", "chosen", "EJ-7", True, False,
        "running")
    rows = treasurer.get(AGREEMENTS).json()["rows"]
    assert [(row["title"], row["funder_label"], row["used"]["cents"]) for row in rows] == [
        ("Jeunes associations", "Ville de Lille", 0)]


@pytest.mark.parametrize("wrong, field", [
    ({"to": f"{YEAR - 1}-12-31"}, "to"), ({"share": "0"}, "share"), ({"share": "100,01"}, "share"), ({"amount": "0"}, "amount"),
    ({"settles": "gift"}, "settles"), ({"funder": "999999"}, "funder"), ({"title": ""}, "title"), ({"who": "x"}, "who")])
def test_what_is_wrong_is_said_at_its_field(treasurer, town, wrong, field):
    assert set(errors(treasurer.post(AGREEMENTS, json=wish(town, **wrong)))) == {field}


def test_another_organisations_contact_is_no_funder(stack, treasurer):
    other = stack.login("gestion@canal.example").post("/o/canal/people", json={"kind": "organisation", "legal_name": "Autre"})
    assert set(errors(treasurer.post(AGREEMENTS, json=wish(other.json()["id"])))) == {"funder"}


def test_a_refused_form_keeps_what_was_typed(treasurer, town):
    page = treasurer.page(AGREEMENTS + "/new")
    assert page.status == 200 and page.unlabelled() == []
    answer = treasurer.submit(page.form(AGREEMENTS), title="Conv <b>", funder=town, amount="12,5", share="50",
                              settles="invoice", **{"from": f"{YEAR}-05-01", "to": f"{YEAR}-04-01"})
    assert answer.status_code == 422
    form = st.Page(answer).form(AGREEMENTS)
    assert (form.value("title"), form.value("amount"), form.value("settles"), form.value("from")) == (
        "Conv <b>", "12,5", "invoice", f"{YEAR}-05-01")


def test_an_amount_covers_what_was_promised(stack, treasurer, town):
    agreement = agree(treasurer, town)
    use(stack, agreement, 30000)
    change = {"row_version": 1, "amount": "299,99"}
    assert "300,00" in plain(errors(treasurer.post(f"{AGREEMENTS}/{agreement}", json=change))["amount"])
    treasurer.post(INSTALMENTS, json={"agreement": agreement, "label": "1", "due": f"{YEAR}-06-01", "amount": "600"})
    assert "600,00" in plain(errors(treasurer.post(f"{AGREEMENTS}/{agreement}", json={**change, "amount": "500"}))["amount"])
    assert treasurer.post(f"{AGREEMENTS}/{agreement}", json={**change, "amount": "600"}).status_code == 200


def test_what_was_used_is_archived_and_not_deleted(stack, treasurer, town):
    used, unused = agree(treasurer, town), agree(treasurer, town, title="Une autre")
    use(stack, used, 100)
    for agreement in (used, unused):
        assert treasurer.post(f"{AGREEMENTS}/{agreement}/delete", json={"row_version": 1}).status_code == 200
    assert stack.database.rows("SELECT id, archived_at IS NOT NULL FROM subsidies_agreement") == [[used, "1"]]


# ---- instalments

def pay(treasurer, agreement, amount="400", **values):
    return treasurer.post(INSTALMENTS, json={"agreement": agreement, "label": "Versement", "due": f"{YEAR}-06-01",
                                             "amount": amount, **values})


def test_instalments_never_pass_the_agreement(treasurer, town):
    agreement = agree(treasurer, town)
    first = pay(treasurer, agreement)
    assert first.status_code == 201
    assert "600,00" in plain(errors(pay(treasurer, agreement, "600,01"))["amount"])
    assert pay(treasurer, agreement, "600").status_code == 201
    row = f"{INSTALMENTS}/{first.json()['id']}"
    assert "amount" in errors(treasurer.post(row, json={"row_version": 1, "amount": "401"}))
    assert treasurer.post(row, json={"row_version": 1, "amount": "399"}).status_code == 200


def test_a_payment_is_a_day_and_an_amount(treasurer, town):
    agreement = agree(treasurer, town)
    day = TODAY.isoformat()
    assert set(errors(pay(treasurer, agreement, paid=day))) == {"paid_amount"}
    assert set(errors(pay(treasurer, agreement, paid_amount="400"))) == {"paid"}
    assert set(errors(pay(treasurer, agreement, paid=day, paid_amount="1000,01"))) == {"paid_amount"}
    assert set(errors(pay(treasurer, agreement, paid=st.day(2), paid_amount="400"))) == {"paid"}
    assert pay(treasurer, agreement, paid=day, paid_amount="390").status_code == 201
    assert [(i["state"], i["paid_d"], i["paid_amount"]["cents"]) for i in show(treasurer, agreement)["instalments"]] == [
        ("paid", day, 39000)]


def test_many_at_once_never_pass_the_agreement(stack, town):
    clients = [stack.program("tresor@demo.example") for _ in range(8)]
    agreement = agree(clients[0], town)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda client: pay(client, agreement, "300").status_code, clients))
    assert sorted(answers) == [201] * 3 + [422] * 5
    assert stack.database.value(f"SELECT SUM(amount_cents) FROM subsidies_instalment WHERE agreement_id = {agreement}") == 90000


def test_what_is_late_is_seen(stack, treasurer, town):
    agreement = agree(treasurer, town, to=f"{YEAR + 1}-12-31")
    for label, ahead in (("hier", -1), ("aujourd’hui", 0)):
        assert pay(treasurer, agreement, "100", label=label, due=st.day(ahead)).status_code == 201
    assert [(i["label"], i["state"]) for i in show(treasurer, agreement)["instalments"]] == [("hier", "late"), ("aujourd’hui", "due")]
    overview = plain(treasurer.page(ORG).text)
    assert "Subventions à suivre" in overview and "1 versement en retard" in overview
    stack.database.rows("UPDATE subsidies_instalment SET paid_d = due_d, paid_amount_cents = amount_cents")
    assert "Subventions à suivre" not in treasurer.page(ORG).text


def test_a_new_instalment_begins_with_its_agreement(treasurer, town):
    agree(treasurer, town)
    agreement = agree(treasurer, town, title="B")
    page = treasurer.page(treasurer.below(next(x for x in treasurer.page(f"{AGREEMENTS}/{agreement}").links if "instalments/new" in x)))
    assert page.form(INSTALMENTS).value("agreement") == agreement and page.unlabelled() == []


# ---- for whom, and where

def test_who_and_where_are_added_and_taken_away(stack, treasurer, town):
    agreement, choir = agree(treasurer, town), contact(treasurer, "La Chorale")
    place = stack.database.value("SELECT p.id FROM place p JOIN organisation o ON o.id = p.org_id WHERE o.slug = 'filature' LIMIT 1")
    page = treasurer.page(f"{AGREEMENTS}/{agreement}")
    assert "Personne n’est encore nommé" in page.text and page.unlabelled() == []
    answer = treasurer.submit(page.form(f"/agreements/{agreement}/eligible"), party=choir)
    assert answer.status_code == 303 and answer.headers["Location"].endswith(f"/agreements/{agreement}")
    assert treasurer.post(f"/agreements/{agreement}/eligible", json={"place": str(place)}).status_code == 201
    found = show(treasurer, agreement)["eligible"]
    assert [(w["name"], w["is_place"]) for w in found if not w["is_place"]] == [("La Chorale", False)] and len(found) == 2
    page = treasurer.page(f"{AGREEMENTS}/{agreement}")
    assert "Personne n’est encore nommé" not in page.text
    for row in found:
        assert treasurer.submit(page.form(f"/agreements/eligible/{row['id']}/remove")).status_code == 303
    assert show(treasurer, agreement)["eligible"] == []
    assert stack.database.rows("SELECT action, COUNT(*) FROM audit WHERE kind = 'eligible' GROUP BY action ORDER BY action") == [
        ["create", "2"], ["delete", "2"]]
    page = stack.login("admin@demo.example").page(ORG + "/audit")
    assert page.status == 200 and "La Chorale" in page.text


def test_who_is_there_already_or_of_others_is_refused(stack, treasurer, town):
    agreement, choir = agree(treasurer, town), contact(treasurer, "La Chorale")
    add = f"/agreements/{agreement}/eligible"
    assert treasurer.post(add, json={"party": choir}).status_code == 201
    assert set(errors(treasurer.post(add, json={"party": choir}))) == {"party"}
    assert set(errors(treasurer.post(add, json={}))) == {"party"}
    others = stack.database.value("SELECT p.id FROM place p JOIN organisation o ON o.id = p.org_id WHERE o.slug = 'canal' LIMIT 1")
    assert set(errors(treasurer.post(add, json={"place": str(others)}))) == {"place"}
    page = treasurer.page(f"{AGREEMENTS}/{agreement}")
    answer = treasurer.submit(page.form(add), party=choir)
    assert answer.status_code == 422
    page = st.Page(answer)
    assert page.form(add).value("party") == choir and page.unlabelled() == [] and "C’est déjà dans la liste." in page.text


def test_more_than_are_shown_is_said(stack, treasurer, member, town):
    """Five hundred stand there; that there are others is said to whom they are shown."""
    agreement = agree(treasurer, town)
    first = stack.database.value("SELECT MAX(id) + 1 FROM party")
    stack.database.rows(f"INSERT INTO party (id, kind, legal_name) SELECT {first} + seq, 'organisation', CONCAT('Amis ', seq) FROM seq_0_to_499;"
                        f"INSERT INTO subsidies_eligible (agreement_id, party_id) SELECT {agreement}, {first} + seq FROM seq_0_to_499")
    words = "seules les 500 premières"
    view = show(treasurer, agreement)
    assert (len(view["eligible"]), view["eligible_more"]) == (500, False) and words not in treasurer.page(f"{AGREEMENTS}/{agreement}").text
    treasurer.post(f"/agreements/{agreement}/eligible", json={"party": contact(treasurer, "Zoo")})
    view = show(treasurer, agreement)
    assert (len(view["eligible"]), view["eligible_more"]) == (500, True) and words in treasurer.page(f"{AGREEMENTS}/{agreement}").text
    assert show(member, agreement)["eligible_more"] is False
    stack.database.rows(f"DELETE FROM subsidies_eligible WHERE agreement_id = {agreement}; DELETE FROM party WHERE id BETWEEN {first} AND {first} + 499")


# ---- the page

def test_used_and_left_by_month(stack, treasurer, town):
    agreement = agree(treasurer, town)
    for cents, day in ((5000, f"{YEAR}-01-31"), (2500, f"{YEAR}-02-01"), (2500, f"{YEAR}-02-28")):
        use(stack, agreement, cents, day)
    view = show(treasurer, agreement)
    assert (view["used"]["cents"], view["left"]["cents"]) == (10000, 90000)
    assert [(m["month_d"], m["uses"], m["gross"]["cents"], m["share"]["cents"]) for m in view["months"]] == [
        (f"{YEAR}-01-01", 1, 10000, 5000), (f"{YEAR}-02-01", 2, 10000, 5000)]
    page = treasurer.page(f"{AGREEMENTS}/{agreement}")
    text = plain(page.text)
    assert page.unlabelled() == [] and "900,00 € disponibles" in text and "100,00 € utilisés sur 1 000,00 € (10 %)" in text
    assert f"février {YEAR}" in text and 'class="meter-used" x="0" y="0" width="100"' in page.answer.text


@pytest.mark.parametrize("first, last, used, state", [
    (-10, 10, 0, "running"), (-10, -1, 0, "over"), (1, 10, 0, "coming"), (-10, 0, 100000, "used_up")])
def test_its_state_in_a_word(stack, treasurer, town, first, last, used, state):
    agreement = agree(treasurer, town, to=st.day(last), **{"from": st.day(first)})
    if used:
        use(stack, agreement, used)
    assert show(treasurer, agreement)["state"] == state


def test_who_is_shown_only_to_whom_may_see(stack, treasurer, manager, member, town):
    agreement, mia = agree(treasurer, town), contact(treasurer, given_name="Mia", family_name="Secrète")
    treasurer.post(f"/agreements/{agreement}/eligible", json={"party": mia})
    use(stack, agreement, 5000, payer=mia)
    for who in (treasurer, manager):
        assert show(who, agreement)["uses"][0]["payer"] == "Mia Secrète"
    page, view = member.page(f"{AGREEMENTS}/{agreement}"), show(member, agreement)
    assert page.status == 200 and "Secrète" not in page.answer.text and "Salle Lys" in page.text
    assert view["uses"][0]["payer"] is None and view["eligible"] is None
    assert not [link for link in page.links if "statement" in link or "/edit" in link] and "eligible" not in page.answer.text.split("<h2 id=\"eligible-h\"")[1]


def test_many_uses_cost_no_more_queries(stack, treasurer, town):
    agreement = agree(treasurer, town)
    count = lambda: stack.comptoir.queries(lambda: treasurer.get(f"{AGREEMENTS}/{agreement}"))
    use(stack, agreement, 100)
    one = count()
    for n in range(60):
        use(stack, agreement, 100, f"{YEAR}-{n % 12 + 1:02}-11", n=n + 100)
    for n in range(8):
        pay(treasurer, agreement, "10", label=str(n))
        treasurer.post(f"/agreements/{agreement}/eligible", json={"party": contact(treasurer, f"Asso {n}")})
    assert count() == one <= 14
    assert len(show(treasurer, agreement)["uses"]) == 20


# ---- statements

def statement(who, agreement, **period):
    answer = who.get(f"/agreements/{agreement}/statement.csv", params=period)
    assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/csv"), answer.text
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


def test_a_statement_has_all_and_names_no_people(stack, treasurer, town):
    agreement = agree(treasurer, town, amount="9000")
    choir, mia = contact(treasurer, "La Chorale"), contact(treasurer, given_name="Mia", family_name="Secrète")
    for payer, day in ((mia, f"{YEAR}-02-01"), (choir, f"{YEAR}-03-01"), (None, f"{YEAR}-04-01")):
        use(stack, agreement, 5000, day, payer)
    assert [tuple(row.values()) for row in statement(treasurer, agreement)] == [
        (f"{YEAR}-{month}-01", "Salle Lys, 14 h – 18 h", whom, "100,00", "50,00", "EUR")
        for month, whom in (("02", "une personne"), ("03", "La Chorale"), ("04", "une personne"))]
    assert [row["day"] for row in statement(treasurer, agreement, **{"from": f"{YEAR}-02-02", "to": f"{YEAR}-03-01"})] == [f"{YEAR}-03-01"]
    assert treasurer.post(f"{AGREEMENTS}/{agreement}", json={"row_version": 1, "names": True}).status_code == 200
    assert [row["for_whom"] for row in statement(treasurer, agreement)] == ["Mia Secrète", "La Chorale", "une personne"]


def test_a_statement_of_more_than_a_page_of_rows(stack, treasurer, town):
    agreement = agree(treasurer, town, amount="9000")
    stack.database.rows("INSERT INTO subsidies_use (agreement_id, source_kind, source_id, title, service_d, gross_cents, cents)"
                        f" SELECT {agreement}, 'reservation.booking', seq, CONCAT('Salle ', seq), '{YEAR}-01-01' + INTERVAL seq MOD 97 DAY,"
                        " 200, 100 FROM seq_1_to_1203; UPDATE subsidies_agreement SET used_cents = 120300")
    rows = statement(treasurer, agreement)
    assert len({row["what"] for row in rows}) == 1203 and [row["day"] for row in rows] == sorted(row["day"] for row in rows)


def test_a_period_that_ends_before_it_begins(treasurer, town):
    agreement = agree(treasurer, town)
    for kind in ("csv", "pdf"):
        answer = treasurer.get(f"/agreements/{agreement}/statement.{kind}", params={"from": f"{YEAR}-03-01", "to": f"{YEAR}-02-01"})
        assert set(errors(answer)) == {"to"}


def test_the_statement_as_a_paper(stack, treasurer, town, tmp_path):
    agreement = agree(treasurer, town, amount="9000", reference="DEL-12", completes_price=True)
    mia, strange = contact(treasurer, given_name="Mia", family_name="Secrète"), contact(treasurer, "Łódź & Œuvres")
    for n in range(70):
        use(stack, agreement, 5000, f"{YEAR}-{n % 9 + 1:02}-15", strange if n % 2 else mia, n + 1)
    answer = treasurer.get(f"/agreements/{agreement}/statement.pdf", params={"from": f"{YEAR}-02-01"})
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "application/pdf"
    (tmp_path / "a.pdf").write_bytes(answer.content)
    text = plain(subprocess.run(["pdftotext", "-layout", str(tmp_path / "a.pdf"), "-"], capture_output=True, text=True, check=True).stdout)
    for words in ("Décompte de subvention", "Ville de Lille", "La Filature", "DEL-12", "50 % des prix TTC, dans la limite de 9 000,00 €",
                  "Łódź & Œuvres", "À reporter", "Page 2 /", "Cette subvention complète le prix", "Certifié exact"):
        assert words in text, words
    assert "Secrète" not in text and text.count("15/01/") == 0 and text.count("15/02/") == 8
    sums = {label: next(line for line in text.splitlines() if label in line).split("  ")[-1].strip()
            for label in ("Sur cette période", "Pris en charge avant", "Montant de la convention", "Reste disponible")}
    assert sums == {"Sur cette période": "3 100,00 €", "Pris en charge avant": "400,00 €", "Montant de la convention": "9 000,00 €",
                    "Reste disponible": "5 500,00 €"}


def test_who_buys_is_not_asked_twice(stack, treasurer, town, tmp_path):
    agreement = agree(treasurer, town, settles="invoice")
    use(stack, agreement, 5000)
    (tmp_path / "a.pdf").write_bytes(treasurer.get(f"/agreements/{agreement}/statement.pdf").content)
    text = subprocess.run(["pdftotext", "-layout", str(tmp_path / "a.pdf"), "-"], capture_output=True, text=True, check=True).stdout
    assert "Décompte de parts facturées" in text and "Il n’y a rien à payer" in text and "Décompte de subvention" not in text


@pytest.mark.parametrize("others", ["", "reservation", "invoicing"])
def test_it_needs_nobody(stack, others):
    config = stack.folder / "alone.ini"
    config.write_text(st.configuration(stack.database.socket, stack.folder, "http://127.0.0.1:9", plugins_load=f"{others} subsidies"))
    assert st.ctl(config, "check").returncode == 0


# ---- with bookings and what they make people owe

ALWAYS = {"from": f"{YEAR}-01-01", "to": f"{YEAR + 2}-12-31"}


def book(member, manager, room=ON_REQUEST, day=None):
    """What costs 100 €; once the place has said yes, it is owed."""
    day = day or fresh_day()
    made = booked(member.book(room, at(day, 10), at(day, 12), title="essai: pris en charge"))
    if made["status"] == "pending":
        assert manager.post(f"/bookings/{made['uid']}/confirm", json={}).status_code == 200
    return made


def owed(stack, made):
    """Cents by the name of who owes them."""
    return {name: int(cents) for name, cents in stack.database.rows(
        "SELECT p.name, SUM(c.amount_cents) FROM invoicing_charge c JOIN invoicing_client k ON k.id = c.client_id"
        " JOIN party p ON p.id = k.party_id JOIN reservation_booking b ON b.id = c.source_id AND c.source_kind ="
        f" 'reservation.booking' WHERE b.uid = '{made['uid']}' GROUP BY p.name")}


@pytest.mark.parametrize("settles, funder", [("statement", {}), ("invoice", {"Ville de Lille": 5000})])
def test_a_booking_of_a_hundred_euros(stack, treasurer, manager, member, town, settles, funder):
    agreement = agree(treasurer, town, settles=settles, order_ref="EJ-7", **ALWAYS)
    me = stack.person("membre@demo.example")
    before = book(member, manager)
    assert owed(stack, before) == {"Camille Lefebvre": 10000} and show(treasurer, agreement)["uses"] == []
    stack.database.rows(f"INSERT INTO subsidies_eligible (agreement_id, party_id) VALUES ({agreement}, {me})")
    day = fresh_day()
    made = book(member, manager, day=day)
    assert owed(stack, made) == {"Camille Lefebvre": 5000, **funder}
    if funder:
        assert stack.database.rows("SELECT c.amount_cents, c.order_ref FROM invoicing_charge c JOIN invoicing_client k ON k.id ="
                                   f" c.client_id WHERE k.party_id = {town} AND c.billed_utc IS NULL") == [["5000", "EJ-7"]]
    view = show(treasurer, agreement)
    assert [(u["service_d"], u["payer"], u["gross"]["cents"], u["share"]["cents"]) for u in view["uses"]] == [
        (day, "Camille Lefebvre", 10000, 5000)]
    assert (view["used"]["cents"], view["left"]["cents"]) == (5000, 95000)
    assert [(row["what"][:9], row["share"]) for row in statement(treasurer, agreement)] == [(view["uses"][0]["title"][:9], "50,00")]
    price = member.get(f"/bookings/{made['uid']}").json()["price"]
    assert price["total"]["cents"] == 10000
    assert manager.post(f"/bookings/{made['uid']}/cancel", json={}).status_code == 200
    assert {name: cents for name, cents in owed(stack, made).items() if cents} == {}
    assert show(treasurer, agreement)["used"]["cents"] == 0 and show(treasurer, agreement)["uses"] == []


def test_the_form_says_who_pays_what(stack, treasurer, member, town):
    agree(treasurer, town, who="all", amount="20", **ALWAYS)
    day = fresh_day()
    answer = member.post("/bookings", json={"resource": ROOM_A, "start": at(day, 10), "end": at(day, 12), "preview": True})
    price = answer.json()["price"]
    assert price["total"]["cents"] == 4800 and price["left"]["cents"] == 2800, price
    assert [(share["by"], abs(share["amount"]["cents"])) for share in price["shares"]] == [("Ville de Lille", 2000)]
    assert stack.database.value("SELECT COUNT(*) FROM subsidies_use") == 0


def test_a_longer_booking_counts_what_it_has(stack, treasurer, manager, member, town):
    agreement = agree(treasurer, town, who="all", amount="30", **ALWAYS)
    day = fresh_day()
    made = book(member, manager, ROOM_A, day)
    assert owed(stack, made) == {"Camille Lefebvre": 2400} and show(treasurer, agreement)["left"]["cents"] == 600
    longer = changed(member, made, end=at(day, 13))
    assert longer["price"]["total"]["cents"] == 7200 and owed(stack, made) == {"Camille Lefebvre": 4200}
    assert show(treasurer, agreement)["used"]["cents"] == 3000
    stack.database.rows(f"UPDATE subsidies_agreement SET to_d = '{day}', from_d = '{day}' WHERE id = {agreement}")
    moved = fresh_day()
    changed(member, longer, start=at(moved, 10), end=at(moved, 12))
    assert owed(stack, made) == {"Camille Lefebvre": 4800} and show(treasurer, agreement)["used"]["cents"] == 0


def test_many_bookings_at_once_on_the_last_ten_euros(stack, treasurer, town):
    agreement = agree(treasurer, town, who="all", amount="10", **ALWAYS)
    days = [fresh_day() for _ in range(8)]
    clients = [stack.program("membre@demo.example") for _ in days]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda pair: booked(pair[0].book(ROOM_A, at(pair[1], 10), at(pair[1], 11))), zip(clients, days)))
    assert len(made) == 8
    assert stack.database.rows(f"SELECT used_cents FROM subsidies_agreement WHERE id = {agreement}") == [["1000"]]
    assert stack.database.value("SELECT SUM(cents) FROM subsidies_use") == 1000
    assert sum(sum(owed(stack, one).values()) for one in made) == 8 * 2400 - 1000


def test_what_buys_nothing_is_not_sold(stack, treasurer, town):
    """Dues without counterpart and gifts: a grant may pay a share of them, but nobody is invoiced for one."""
    org, me = stack.database.value("SELECT id FROM organisation WHERE slug = 'filature'"), stack.person("membre@demo.example")
    stack.database.rows("INSERT INTO memberships_plan (org_id, label, whom, pricing, price_cents, period) VALUES"
                        f" ({org}, 'Soutien', 'both', 'fixed', 2000, 'months')")
    plan = stack.database.value("SELECT MAX(id) FROM memberships_plan")

    def join(party):
        answer = treasurer.post(ORG + "/members", json={"party": party, "plan": plan})
        assert answer.status_code == 201, answer.text
        return stack.database.rows("SELECT p.name, c.vat_code, c.amount_cents FROM invoicing_charge c JOIN invoicing_client k"
                                   " ON k.id = c.client_id JOIN party p ON p.id = k.party_id WHERE c.source_kind ="
                                   f" 'memberships.membership' AND c.source_id = {answer.json()['id']} ORDER BY c.id")

    agreement = agree(treasurer, town, who="all", source="all", settles="invoice", **ALWAYS)
    assert join(me) == [["Camille Lefebvre", "O", "2000"]] and show(treasurer, agreement)["used"]["cents"] == 0
    stack.database.rows(f"UPDATE subsidies_agreement SET settles = 'statement' WHERE id = {agreement}")
    other = contact(treasurer, "Les Soutenus")
    assert join(other) == [["Les Soutenus", "O", "2000"], ["Les Soutenus", "O", "-1000"]]
    assert show(treasurer, agreement)["used"]["cents"] == 1000


# ---- who may

def test_the_wrong_person_is_refused(stack, treasurer, manager, member, town):
    agreement = agree(treasurer, town)
    choir = contact(treasurer, "La Chorale")
    treasurer.post(f"/agreements/{agreement}/eligible", json={"party": choir})
    row = show(treasurer, agreement)["eligible"][0]["id"]
    instalment = pay(treasurer, agreement).json()["id"]
    see = [f"{AGREEMENTS}", f"{AGREEMENTS}/{agreement}", INSTALMENTS, f"{INSTALMENTS}/{instalment}"]
    report = [f"/agreements/{agreement}/statement.csv", f"/agreements/{agreement}/statement.pdf"]
    edit = [(AGREEMENTS, wish(town, title="B")), (f"{AGREEMENTS}/{agreement}", {"row_version": 1, "title": "C"}),
            (f"{AGREEMENTS}/{agreement}/delete", {"row_version": 1}), (INSTALMENTS, {"agreement": agreement}),
            (f"{INSTALMENTS}/{instalment}/delete", {"row_version": 1}),
            (f"/agreements/{agreement}/eligible", {"party": contact(treasurer, "Autre")}), (f"/agreements/eligible/{row}/remove", {})]
    visitor, other = stack.visitor(), stack.login("admin@canal.example")
    client = stack.login("contact@lys-lez.example")
    for path in see + report:
        assert visitor.get(path).status_code == (404 if path in report else 401), path
        assert other.get(path).status_code in (403, 404), path
        assert client.get(path).status_code in (403, 404), path
        assert member.get(path).status_code == (403 if path in report else 200), path
        assert manager.get(path).status_code == 200, path
    for path, body in edit:
        assert visitor.post(path, json=body).status_code in (401, 403, 404), path
        for who in (other, client, member, manager):
            assert who.post(path, json=body).status_code in (403, 404), path
    assert show(treasurer, agreement)["title"] == "Jeunes associations"
    assert stack.database.value("SELECT COUNT(*) FROM subsidies_eligible") == 1
    assert stack.database.value("SELECT COUNT(*) FROM subsidies_agreement") == 1
    # as another organisation's own, it is not there
    assert other.get(f"/o/canal/agreements/{agreement}").status_code == 404
    assert treasurer.post(f"/agreements/eligible/{int(row) + 1}/remove", json={}).status_code == 404


# ---- boxes

def test_what_ends_soon_or_is_nearly_used_up_is_on_the_overview(stack, treasurer, member, town):
    soon = agree(treasurer, town, title="Bientôt", to=st.day(60))
    agree(treasurer, town, title="Plus tard", to=st.day(61))
    agree(treasurer, town, title="Finie", to=st.day(-1), **{"from": st.day(-30)})
    used = agree(treasurer, town, title="Presque", to=st.day(200))
    use(stack, used, 90000)
    for who in (treasurer, member):
        page = who.page(ORG)
        text = plain(page.text)
        assert "se termine le" in text and "presque épuisée : reste 100,00 €" in text
        assert "Plus tard" not in text and "Finie" not in text
        assert [link for link in page.links if link.endswith(f"/agreements/{soon}")]


def test_the_contact_shows_what_it_funds_and_what_it_got(stack, treasurer, town):
    agreement, choir = agree(treasurer, town), contact(treasurer, "La Chorale")
    use(stack, agreement, 5000, payer=choir)
    use(stack, agreement, 2500, payer=choir)
    assert "75,00 € utilisés sur 1 000,00 €" in plain(treasurer.page(f"{ORG}/people/{town}").text)
    assert "aides reçues 2 fois : 75,00 €" in plain(treasurer.page(f"{ORG}/people/{choir}").text)
    assert "Subventions" not in treasurer.page(f"{ORG}/people/{contact(treasurer, 'Sans')}").headings


# ---- people

def test_a_funder_is_not_removed_from_the_contacts(treasurer, town):
    agree(treasurer, town)
    page = treasurer.page(f"{ORG}/people/{town}/delete")
    assert "1 ligne" in plain(page.text) and "Subventions" in page.text


def test_merged_contacts_keep_what_they_have(stack, treasurer):
    old, new, other = contact(treasurer, "Mairie"), contact(treasurer, "Mairie de Lille"), contact(treasurer, "Les deux")
    first, second = agree(treasurer, old), agree(treasurer, other, title="B")
    for agreement, party in ((second, old), (second, new)):
        assert treasurer.post(f"/agreements/{agreement}/eligible", json={"party": party}).status_code == 201
    use(stack, second, 700, payer=old)
    versions = {"with": new, "from_version": stack.database.value(f"SELECT row_version FROM party WHERE id = {old}"),
                "into_version": stack.database.value(f"SELECT row_version FROM party WHERE id = {new}")}
    assert treasurer.post(f"{ORG}/people/{old}/merge", json=versions).status_code == 200
    assert stack.database.value(f"SELECT funder_id FROM subsidies_agreement WHERE id = {first}") == int(new)
    assert stack.database.rows("SELECT agreement_id, party_id FROM subsidies_eligible") == [[second, new]]
    assert stack.database.value("SELECT payer_id FROM subsidies_use") == int(new)


def test_a_person_gets_what_was_paid_for_her_and_leaves(stack, treasurer, town):
    agreement = agree(treasurer, town)
    st.ctl(stack.comptoir.config, "user", "add", "aidee@courriel.example", "Ida", "Aidée", input=st.PASSWORD + "\n")
    person = stack.person("aidee@courriel.example")
    stack.database.rows(f"INSERT INTO subsidies_eligible (agreement_id, party_id) VALUES ({agreement}, {person})")
    use(stack, agreement, 5000, payer=person)
    mine = stack.login("aidee@courriel.example")
    data = mine.get("/me/data.json").json()["subsidies"]
    assert [(x["title"], x["share"]["cents"], x["agreement"]) for x in data["paid_for_you"]] == [
        ("Salle Lys, 14 h – 18 h", 5000, "Jeunes associations")]
    assert [x["agreement"] for x in data["for_you"]] == ["Jeunes associations"] and data["paid_by_you"] == []
    stack.database.rows(f"UPDATE subsidies_agreement SET funder_id = {person}")
    assert "Jeunes associations" in mine.page("/me/delete").text
    answer = mine.post("/me/delete", data={"current": st.PASSWORD})
    assert answer.status_code == 409 and stack.database.value(f"SELECT forgotten_utc IS NULL FROM party WHERE id = {person}") == 1
    stack.database.rows(f"UPDATE subsidies_agreement SET funder_id = {town}")
    answer = mine.post("/me/delete", data={"current": st.PASSWORD})
    assert answer.status_code == 200, answer.text
    assert stack.database.value(f"SELECT COUNT(*) FROM subsidies_eligible WHERE party_id = {person}") == 0
    assert stack.database.value(f"SELECT cents FROM subsidies_use WHERE payer_id = {person}") == 5000


def test_who_was_helped_lately_is_not_forgotten(stack, treasurer, town):
    agreement, old, new = agree(treasurer, town), contact(treasurer, given_name="A", family_name="Ancien"), contact(
        treasurer, given_name="B", family_name="Récente")
    use(stack, agreement, 100, payer=old)
    use(stack, agreement, 100, payer=new)
    stack.database.rows(f"UPDATE subsidies_use SET created_utc = '2019-01-01' WHERE payer_id = {old};"
                        f"UPDATE party SET created_utc = '2019-01-01', forget_check_utc = '2000-01-01' WHERE id IN ({old}, {new});"
                        f"DELETE FROM audit WHERE object_id IN ({old}, {new})")
    st.ctl(stack.comptoir.config, "jobs", "run", "account.forget")
    assert stack.database.rows(f"SELECT id, forgotten_utc IS NOT NULL FROM party WHERE id IN ({old}, {new}) ORDER BY id") == [
        [old, "1"], [new, "0"]]


# ---- sums

def test_verify_finds_what_does_not_add_up(stack, treasurer, town):
    agreement = agree(treasurer, town)
    use(stack, agreement, 5000)
    stack.database.rows("UPDATE subsidies_use SET cents = 4999")
    done = st.ctl(stack.comptoir.config, "verify", check=False)
    assert done.returncode and f"what an agreement used is not the sum of its uses ({agreement})" in done.stderr + done.stdout
    stack.database.rows("UPDATE subsidies_use SET cents = 5000")
    pay(treasurer, agreement, "1000")
    stack.database.rows("UPDATE subsidies_instalment SET amount_cents = 100001")
    done = st.ctl(stack.comptoir.config, "verify", check=False)
    assert done.returncode and "instalments" in done.stderr + done.stdout
    stack.database.rows("UPDATE subsidies_instalment SET amount_cents = 100000")
