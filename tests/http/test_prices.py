# SPDX-License-Identifier: GPL-3.0-or-later
"""Prices as people meet them: who pays what, what comes with it, what cancelling costs, and the page that sets them."""
import concurrent.futures
import datetime
import re

import pytest

from stack import PLACE, ROOM_A, ROOM_B, day, fresh_day

MANAGER, MEMBER = "gestion@demo.example", "membre@demo.example"
ORG = "/o/filature"


@pytest.fixture(scope="module")
def manager(stack):
    return stack.login(MANAGER)


@pytest.fixture(scope="module")
def member(stack):
    return stack.login(MEMBER)


def number(stack, sql):
    return int(stack.database.rows(sql)[0][0])


def party(stack, email):
    return number(stack, f"SELECT id FROM party WHERE email = '{email}' ORDER BY id LIMIT 1")


def place(stack):
    return number(stack, f"SELECT id FROM place WHERE slug = '{PLACE}'")


def add(client, path, **fields):
    answer = client.post(f"{ORG}/{path}", json=fields)
    assert answer.status_code == 201, (path, answer.text[:600])
    return answer.json()["id"]


@pytest.fixture(scope="module")
def rules(stack, manager, member):
    """In the place of the tests: students 50 % less for the member, early opening, coffee, steps of cancelling."""
    here = str(place(stack))
    students = add(manager, "audiences", label="étudiantes et étudiants", code="student", priority=5)
    add(manager, "audience-members", party=str(party(stack, MEMBER)), audience=students)
    keep = {"students": students, "place": here}
    keep["share"] = add(manager, "adjustments", label="tarif étudiant", discount="50", audience=students, place=here)
    keep["early"] = add(manager, "adjustments", label="ouverture à 8 h 30", amount="40", place=here, before="09:00",
                        position=9)
    keep["coffee"] = add(manager, "extras", label="café", price="2,50", unit="person", max=15, place=here)
    keep["board"] = add(manager, "extras", label="tableau", price="5", unit="booking", max=3, place=here)
    keep["late"] = add(manager, "extras", label="traiteur", price="100", unit="booking", max=1, notice=500000, place=here)
    keep["reason"] = add(manager, "reasons", label="pris en charge par la ville d’essai", code="inside")
    add(manager, "cancel-steps", policy="901", before=2880, share="50")
    add(manager, "cancel-steps", policy="901", before=1440, share="100")
    return keep


def thursday():
    return next(d for d in map(day, range(20, 40)) if datetime.date.fromisoformat(d).weekday() == 3)


def price(client, on, start="10:00", end="12:00", room=ROOM_A, **more):
    answer = client.get(f"/resources/{room}/price", params={"start": f"{on}T{start}", "end": f"{on}T{end}", **more})
    assert answer.status_code == 200, answer.text[:600]
    return answer.json()


def book(client, on, start="10:00", end="12:00", room=ROOM_A, **more):
    return client.post("/bookings", json={"resource": str(room), "start": f"{on}T{start}", "end": f"{on}T{end}", **more})


def cents(view):
    return view["total"]["cents"]


def test_payer_decides(stack, rules, manager, member):
    on = fresh_day()
    assert cents(price(member, on)) == 2400             # 2 h at 24 €, half of it
    assert [line["label"] for line in price(member, on)["lines"]][1].startswith("tarif étudiant −50")
    assert cents(price(manager, on)) == 4800
    # who comes is a student, but her association's employer pays: no discount
    assert cents(price(manager, on, person=str(party(stack, MEMBER)))) == 2400
    assert cents(price(manager, on, person=str(party(stack, MEMBER)), payer=str(party(stack, MANAGER)))) == 4800


def test_audience_is_frozen(stack, rules, member, manager):
    on = fresh_day()
    made = book(member, on, attendance=2)
    assert made.status_code == 201, made.text[:500]
    uid = made.json()["uid"]
    assert cents(made.json()["price"]) == 2400
    row = stack.database.rows(f"SELECT audience_id, total_cents FROM reservation_booking WHERE uid = '{uid}'")[0]
    assert (str(row[0]), int(row[1])) == (str(rules["students"]), 2400)
    lines = stack.database.rows("SELECT l.adjust_id, l.list_cents, l.amount_cents FROM reservation_price_line l JOIN"
                                f" reservation_booking b ON b.id = l.booking_id WHERE b.uid = '{uid}' ORDER BY l.position")
    assert [tuple(str(x) for x in line) for line in lines][1] == (str(rules["share"]), "0", "-2400")


def test_adjustment_by_hour(rules, manager):
    on = fresh_day()
    assert cents(price(manager, on, "08:30", "10:00")) == 4800 + 4000
    assert cents(price(manager, on, "09:00", "10:00")) == 2400


def test_extras(stack, rules, manager):
    on = fresh_day()
    coffee, board = rules["coffee"], rules["board"]
    assert cents(price(manager, on, extras=[coffee], attendance=8)) == 4800 + 2000
    assert cents(price(manager, on, extras=[f"{board}:2"])) == 4800 + 1000
    refused = book(manager, on, extras=[coffee], attendance=12, expected_total="48,00")
    assert refused.status_code == 409 and cents(refused.json()["price"]) == 7800
    for wrong, field in (([f"{board}:4"], "extras"), (["999999"], "extras"), (["x"], "extras"), ([board, board], "extras")):
        answer = book(manager, on, extras=wrong, attendance=2)
        assert answer.status_code == 422 and field in answer.json()["errors"], wrong
    assert "attendance" in book(manager, on, extras=[coffee]).json()["errors"]
    made = book(manager, on, extras=[coffee, f"{board}:3"], attendance=4, expected_total="73,00")
    assert made.status_code == 201, made.text[:400]
    assert [line["label"] for line in made.json()["price"]["lines"]][1:] == ["café × 4", "tableau × 3"]


def test_notice_of_an_extra(rules, manager, member):
    on = fresh_day()
    answer = book(member, on, extras=[rules["late"]], attendance=2)
    assert answer.status_code == 422 and "extras" in answer.json()["errors"]


def test_given_with_a_reason(stack, rules, manager, member):
    on = fresh_day()
    assert "reason" in book(manager, on, amount="10").json()["errors"]
    assert "amount" in book(manager, on, amount="500", reason=rules["reason"]).json()["errors"]
    assert book(member, on, reason=rules["reason"]).status_code == 422
    assert "amount" in book(member, on, amount="1").json()["errors"]
    made = book(manager, on, reason=rules["reason"], attendance=3)
    assert made.status_code == 201, made.text[:400]
    view = made.json()["price"]
    assert cents(view) == 0 and view["lines"][-1]["amount"]["cents"] == -4800
    assert view["lines"][-1]["reason"] == "pris en charge par la ville d’essai"
    worth = number(stack, "SELECT SUM(l.list_cents) FROM reservation_price_line l JOIN reservation_booking b"
                          f" ON b.id = l.booking_id WHERE b.uid = '{made.json()['uid']}'")
    assert worth == 4800
    half = book(manager, on, "14:00", "16:00", reason=rules["reason"], amount="20")
    assert half.status_code == 201 and cents(half.json()["price"]) == 2000


def test_the_form_shows_it_without_javascript(stack, rules, member, manager):
    on = fresh_day()
    html = member.get(f"/resources/{ROOM_A}/book", params={"start": f"{on}T10:00", "end": f"{on}T12:00"},
                      headers={"Accept": "text/html"}).text
    assert "tarif étudiant −50" in html and "24,00" in html and "Réserver avec obligation de paiement" in html
    assert 'name="extras"' in html and "café" in html
    assert "Annulation gratuite jusqu" in html
    assert 'name="reason"' not in html
    assert 'name="reason"' in manager.get(f"/resources/{ROOM_A}/book", headers={"Accept": "text/html"}).text
    shown = member.post("/bookings", data={"resource": ROOM_A, "start": f"{on}T10:00", "end": f"{on}T12:00",
                                           "attendance": "4", "extras": rules["coffee"], "preview": "1"},
                         headers={"Accept": "text/html"})
    assert shown.status_code == 200 and "café × 4" in shown.text and "34,00" in shown.text


def test_cancelling_costs(stack, rules, member, manager):
    on = fresh_day()
    made = book(member, on, attendance=2).json()
    uid = made["uid"]
    free = member.get(f"/bookings/{uid}/cancel").json()
    assert free["fee"] is None
    stack.database.rows(f"UPDATE reservation_cancel_line l JOIN reservation_booking b ON b.id = l.booking_id"
                        f" SET l.until_local = l.until_local - INTERVAL 400 DAY WHERE b.uid = '{uid}'"
                        " AND l.fee_cents = 0")
    page = member.get(f"/bookings/{uid}/cancel", headers={"Accept": "text/html"}).text
    assert "12,00" in page and "Annuler et devoir" in page
    assert member.get(f"/bookings/{uid}/cancel").json()["fee"]["cents"] == 1200
    moved = member.post(f"/bookings/{uid}/cancel", json={"expected_fee": "0,00"})
    assert moved.status_code == 409
    done = member.post(f"/bookings/{uid}/cancel", json={"expected_fee": "12,00"})
    assert done.status_code == 200, done.text[:400]
    assert number(stack, f"SELECT cancel_fee_cents FROM reservation_booking WHERE uid = '{uid}'") == 1200
    assert "12,00" in member.get(f"/bookings/{uid}", headers={"Accept": "text/html"}).text


def test_the_house_cancels_for_nothing(stack, rules, member, manager):
    for with_fee, fee in (("0", "None"), ("1", "1200")):
        on = fresh_day()
        uid = book(member, on, attendance=2).json()["uid"]
        stack.database.rows("UPDATE reservation_cancel_line l JOIN reservation_booking b ON b.id = l.booking_id"
                            f" SET l.until_local = l.until_local - INTERVAL 400 DAY WHERE b.uid = '{uid}'"
                            " AND l.fee_cents = 0")
        assert manager.post(f"/bookings/{uid}/cancel", json={"with_fee": with_fee == "1"}).status_code == 200
        got = stack.database.rows(f"SELECT cancel_fee_cents FROM reservation_booking WHERE uid = '{uid}'")
        assert str(got[0][0]) == fee


def test_price_that_moves_under_two(stack, rules, manager, member):
    """One booking and one change of prices at once: each booking pays what it was told, or is asked again."""
    on = fresh_day()
    hours = [f"{h:02d}:00" for h in range(10, 20)]
    clients = {h: stack.login(MANAGER) for h in [*hours, "20:00"]}

    def take(start):
        client = clients[start]
        return book(client, on, start, f"{int(start[:2]) + 1}:00", expected_total="24,00").status_code

    def change():
        return manager.post(f"{ORG}/adjustments", json={"label": "supplément", "amount": "7", "place": rules["place"],
                                                        "from": on, "to": on}).status_code

    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        booked = [pool.submit(take, h) for h in hours[:5]]
        changed = pool.submit(change)
        booked += [pool.submit(take, h) for h in hours[5:]]
        codes = [b.result() for b in booked]
        assert changed.result() == 201
    assert set(codes) <= {201, 409}
    assert take("20:00") == 409
    paid = stack.database.rows(f"SELECT DISTINCT total_cents FROM reservation_booking WHERE DATE(start_local) = '{on}'"
                               " AND status = 'confirmed'")
    assert all(int(row[0]) == 2400 for row in paid)


def test_an_organisation_reads_amounts_without_vat(stack, manager):
    """The room of the other organisation is priced without VAT: a person reads 192, an organisation 160 and 192."""
    room = number(stack, "SELECT id FROM reservation_resource WHERE name = 'Salle de formation'")
    canal = stack.login("gestion@canal.example")
    on = thursday()
    asked = {"start": f"{on}T09:00", "end": f"{on}T13:00"}
    view = canal.get(f"/resources/{room}/price", params=asked).json()
    assert (view["total"]["cents"], view["vat"]["cents"], view["gross"]["cents"]) == (16000, 3200, 19200)
    person = canal.get(f"/resources/{room}/price", params=asked, headers={"Accept": "text/html"}).text
    assert "192,00" in person and "160,00\xa0" not in person and "160,00\u202f" not in person
    client = number(stack, "SELECT id FROM organisation WHERE slug = 'lys-lez'")
    body = canal.get(f"/resources/{room}/price", params={**asked, "payer": str(client)}, headers={"Accept": "text/html"}).text
    assert "160,00" in body and "soit 192,00" in body.replace("\xa0", " ")


def test_free_price(stack):
    room = number(stack, "SELECT id FROM reservation_resource WHERE name = 'Varangue'")
    reseau = stack.login("gestion@demo.example")
    on = thursday()
    assert cents(price(reseau, on, room=room)) == 2000
    assert cents(price(reseau, on, room=room, amount="35")) == 3500
    low = book(reseau, on, room=room, attendance=2, amount="4,99")
    assert low.status_code == 422 and "amount" in low.json()["errors"]
    made = book(reseau, on, room=room, attendance=2, amount="5", expected_total="5,00")
    assert made.status_code in (201, 202), made.text[:300]
    assert cents(made.json()["price"]) == 500


# ---- the price list ----

def grid(client, **params):
    answer = client.get(f"{ORG}/price-list", params=params)
    assert answer.status_code == 200, answer.text[:300]
    return answer.json()


def cell(view, name):
    return next(c for row in view["rows"] for c in row["cells"] if c["name"] == name)


def test_price_list_keeps_what_was_used(stack, manager, rules):
    here = rules["place"]
    assert book(manager, fresh_day(), attendance=2).status_code == 201
    before = grid(manager, place=here)
    assert {c["label"] for c in before["columns"]} >= {"matin", "après-midi"}
    assert cell(before, "k901-hour")["price"]["cents"] == 2400
    assert cell(before, f"r{ROOM_B}-hour")["price"] is None
    saved = manager.post(f"{ORG}/price-list", json={"place": here, "stamp": before["stamp"], f"r{ROOM_B}-hour": "30",
                                                    "k901-w902": "75,50"})
    assert saved.status_code == 200, saved.text[:500]
    after = grid(manager, place=here)
    assert cell(after, f"r{ROOM_B}-hour")["price"]["cents"] == 3000
    assert cell(after, f"r{ROOM_B}-w901")["price"]["cents"] == 8000     # copied from the kind
    assert cell(after, "k901-w902")["price"]["cents"] == 7550
    # bookings were priced with the kind's tariff: it ended yesterday, its successor begins today
    old = stack.database.rows("SELECT valid_to FROM reservation_tariff WHERE id = 901")[0][0]
    new = stack.database.rows("SELECT supersedes_id, valid_from FROM reservation_tariff WHERE kind_id = 901"
                              " AND archived_at IS NULL ORDER BY id DESC LIMIT 1")[0]
    assert str(old) == str(day(-1)) and (str(new[0]), str(new[1])) == ("901", str(day(0)))
    assert cents(price(manager, fresh_day(), "14:00", "18:00")) == 7550


def test_price_list_from_a_day_on(stack, manager, rules):
    here, later = rules["place"], str(day(60))
    first = grid(manager, place=here)
    assert manager.post(f"{ORG}/price-list", json={"place": here, "from": later, f"r{ROOM_B}-hour": "50"}).status_code == 200
    assert cell(grid(manager, place=here), f"r{ROOM_B}-hour")["price"] == cell(first, f"r{ROOM_B}-hour")["price"]
    assert cell(grid(manager, place=here, **{"from": later}), f"r{ROOM_B}-hour")["price"]["cents"] == 5000
    past = manager.post(f"{ORG}/price-list", json={"place": here, "from": str(day(-3)), f"r{ROOM_B}-hour": "1"})
    assert past.status_code == 422 and "from" in past.json()["errors"]


def test_price_list_keeps_what_was_typed(manager, rules):
    answer = manager.post(f"{ORG}/price-list", data={"place": rules["place"], f"r{ROOM_A}-hour": "vingt", "k901-day": "99"},
                          headers={"Accept": "text/html"})
    assert answer.status_code == 422
    assert 'value="vingt"' in answer.text and 'value="99"' in answer.text and "aria-invalid" in answer.text
    stale = manager.post(f"{ORG}/price-list", json={"place": rules["place"], "stamp": "0" * 64, f"r{ROOM_A}-hour": "1"})
    assert stale.status_code == 409
    assert cell(grid(manager, place=rules["place"]), f"r{ROOM_A}-hour")["price"] is None


def test_price_list_is_for_managers(stack, member):
    canal = stack.login("gestion@canal.example")
    for client, code in ((stack.visitor(), 401), (member, 403), (canal, (403, 404))):
        for answer in (client.get(f"{ORG}/price-list"), client.post(f"{ORG}/price-list", json={"place": "900"})):
            assert answer.status_code == code or answer.status_code in (code if isinstance(code, tuple) else (code,))
    mine = canal.post("/o/canal/price-list", json={"place": str(place(stack)), f"r{ROOM_A}-hour": "1"})
    assert mine.status_code == 422


def test_records_of_prices_are_for_managers(stack, rules, member):
    for path in ("audiences", "audience-members", "adjustments", "extras", "cancel-steps", "reasons"):
        assert stack.visitor().post(f"{ORG}/{path}", json={}).status_code == 401
        assert member.post(f"{ORG}/{path}", json={}).status_code == 403
    assert member.get(f"{ORG}/audience-members").status_code == 403


def test_one_of_share_and_amount(manager):
    for path, fields, at in (("adjustments", {"label": "x"}, "discount"),
                             ("adjustments", {"label": "x", "discount": "1", "amount": "1"}, "discount"),
                             ("adjustments", {"label": "x", "discount": "1", "place": "900", "kind": "901"}, "resource"),
                             ("cancel-steps", {"policy": "901", "before": 5}, "share")):
        answer = manager.post(f"{ORG}/{path}", json=fields)
        assert answer.status_code == 422 and at in answer.json()["errors"], (path, fields, answer.text[:300])


def test_cards_say_what_it_costs_the_reader(stack, rules, member, manager):
    """Before hours are chosen: what members pay is said to members, with its reason; what holds at some hours only is not."""
    def said(client, path, **query):
        page = re.sub(r"\s+", " ", client.page(path, params=query).text.replace("\u00a0", " ").replace("\u202f", " "))
        return sorted(set(re.findall(r"[0-9]+,[0-9]{2} € l’heure(?: tarif étudiant −50 %)?", page)))

    mine, anybodys = "12,00 € l’heure tarif étudiant −50 %", "24,00 € l’heure"
    on = fresh_day()
    assert cents(price(member, on, end="11:00")) == 1200 and cents(price(manager, on, end="11:00")) == 2400
    for path, query in (("/", {"q": "Essai A", "date": on}), ("/places/essai", {}), (f"/resources/{ROOM_A}", {})):
        assert mine in said(member, path, **query) and anybodys not in said(member, path, **query), path
        for client in (stack.visitor(), manager):
            assert anybodys in said(client, path, **query) and mine not in said(client, path, **query), path
    search = {"q": "essai", "date": on}
    few = stack.comptoir.queries(lambda: member.get("/", params=search))
    one = stack.comptoir.queries(lambda: member.get("/", params={"q": "Essai A", "date": on}))
    assert few == one and len(member.get("/", params=search).json()["results"]) > 5


def test_queries_stay_few(stack, rules, manager):
    on = fresh_day()
    ask = lambda: manager.get(f"/resources/{ROOM_A}/price", params={"start": f"{on}T10:00", "end": f"{on}T12:00"})
    form = lambda: manager.get(f"/resources/{ROOM_A}/book", params={"start": f"{on}T10:00", "end": f"{on}T12:00"})
    table = lambda: manager.get(f"{ORG}/price-list", params={"place": rules["place"]})
    before = [stack.comptoir.queries(what) for what in (ask, form, table)]
    for i in range(12):
        add(manager, "adjustments", label=f"essai {i}", discount="0", place=rules["place"], audience=rules["students"])
        add(manager, "extras", label=f"essai {i}", price="1", unit="booking", max=1, place=rules["place"])
        add(manager, "audience-members", party=str(party(stack, MANAGER)), audience=rules["students"],
            **{"from": str(day(-9)), "to": str(day(-8))})
    assert [stack.comptoir.queries(what) for what in (ask, form, table)] == before


def test_a_summer_evening_has_a_price_of_its_own(stack, manager):
    """A part of the day that is there on the days of a calendar only: the form sets it, button and price follow."""
    here = str(place(stack))
    summer = add(manager, "day-calendars", label="été d’essai")
    first = datetime.date.fromisoformat(fresh_day())
    add(manager, "days", calendar=summer, **{"from": str(first), "to": str(first)}, label="bel été")
    form = manager.page(f"{ORG}/windows/new")
    names = {c.get("name") for c in form.controls}
    assert {"only_in", "not_in"} <= names and form.unlabelled() == []
    done = manager.submit(form.form(f"{ORG}/windows"), label="soir d’été", place=here, only_in=summer, to="22:00",
                          **{"from": "18:30"})
    assert done.status_code == 303, done.text[:2000]
    window = number(stack, "SELECT id FROM reservation_window WHERE label = 'soir d’été'")
    assert number(stack, f"SELECT only_in FROM reservation_window WHERE id = {window}") == int(summer)
    room = add(manager, "resources", name="Terrasse", place=here, kind="902")
    tariff = add(manager, "tariffs", label="Terrasse", resource=room, mode="fixed", amounts="no_vat")
    add(manager, "prices", tariff=tariff, unit="hour_begun", amount="20")
    price = add(manager, "prices", tariff=tariff, unit="window", window=str(window), amount="30")

    def total(on):
        answer = manager.get(f"/resources/{room}/price", params={"start": f"{on}T18:30", "end": f"{on}T22:00"})
        assert answer.status_code == 200, answer.text
        return answer.json()["total"]["cents"]

    other = first + datetime.timedelta(1)
    assert (total(first), total(other)) == (3000, 8000)
    offered = [("soir d’été" in manager.page(f"/resources/{room}/book", params={"date": str(on)}).text) for on in (first, other)]
    assert offered == [True, False]
    row = manager.get(f"{ORG}/windows/{window}").json()
    edit = manager.page(f"{ORG}/windows/{window}/edit").form(f"{ORG}/windows/{window}")
    assert edit.value("only_in") == summer
    assert manager.submit(edit, only_in="", not_in=summer).status_code == 303
    assert row["row_version"] < manager.get(f"{ORG}/windows/{window}").json()["row_version"]
    assert (total(first), total(other)) == (8000, 3000) and price
