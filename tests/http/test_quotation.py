# SPDX-License-Identifier: GPL-3.0-or-later
"""What is on quotation: a manager names the price, and nobody owes it before she has accepted it."""
import datetime
import email
import email.policy
import re
import urllib.parse
import uuid
import zoneinfo

import pytest

import stack as st
from stack import DESKS, HALL, HALF_1, ROOM_A, fresh_day, wait_for
from test_change import at_once
from test_prices import add
from test_story import at, booked

MEMBER, MANAGER = "membre@demo.example", "gestion@demo.example"
STRANGERS = (None, "autre@demo.example", "tresor@demo.example", "ouvreuse@demo.example", "gestion@canal.example",
             "contact@lys-lez.example")

pytestmark = pytest.mark.usefixtures("sound")


@pytest.fixture(scope="module")
def stack():
    """One of its own: its hall is on quotation."""
    with st.Stack(web="nginx") as running:
        running.database.rows("UPDATE reservation_tariff SET mode = 'on_quote', amounts = 'exclude_vat', vat_code = 'S10'"
                              " WHERE id = 903")
        st.ctl(running.comptoir.config, "user", "add", "autre@demo.example", "Lou", "D'ailleurs", input=st.PASSWORD + "\n")
        st.ctl(running.comptoir.config, "user", "role", "autre@demo.example", "filature", "member")
        token = st.ctl(running.comptoir.config, "user", "token", "autre@demo.example").stdout.strip()
        running.accounts["autre@demo.example"] = {"token": token}
        yield running


def stored(stack, uid, column):
    return stack.database.value(f"SELECT {column} FROM reservation_booking WHERE uid = '{uid}'")


def lines(stack, uid):
    return stack.database.rows("SELECT l.amount_cents, l.vat_code FROM reservation_price_line l JOIN reservation_booking b"
                               f" ON b.id = l.booking_id WHERE b.uid = '{uid}' ORDER BY l.position")


def cause(stack, uid):
    return [c for c, in stack.database.rows(
        "SELECT DISTINCT o.cause FROM reservation_occupancy o JOIN reservation_item i ON i.id = o.item_id"
        f" JOIN reservation_booking b ON b.id = i.booking_id WHERE b.uid = '{uid}'")]


def mailed(stack, address, subject, uid):
    """The last mail to an address about a booking, and its text."""
    def found():
        for path in reversed(stack.comptoir.mails()):
            m = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            text = m.get_body(("plain",)).get_content().replace("\r\n", "\n")
            if address in m["to"] and subject in m["subject"] and f"/bookings/{uid}" in text:
                return m, re.sub("[\u00a0\u202f]", " ", text)
        return None
    return wait_for(found)


def ask(client, day, start=9, end=12, room=HALL, **more):
    made = booked(client.book(room, at(day, start), at(day, end), title="essai: devis", **more))
    assert made["status"] == "pending" and made["price"]["total"] is None
    return made["uid"]


def name_price(client, uid, amount="480,00", **more):
    answer = client.post(f"/bookings/{uid}/confirm", json={"amount": amount, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


def accept(client, uid, expected="480,00"):
    return client.post(f"/bookings/{uid}/accept", json={"expected_total": expected})


def lapse(stack, uid):
    stack.database.rows("UPDATE reservation_booking SET hold_until_utc = UTC_TIMESTAMP() - INTERVAL 1 SECOND"
                        f" WHERE uid = '{uid}'")


@pytest.fixture
def offered(stack, member, manager):
    """A request with an offer, in its basis: 480 € without VAT, 528 € with it."""
    uid = ask(member, fresh_day())
    made = name_price(manager, uid)
    assert (made["status"], made["price"]["total"]["cents"], made["price"]["gross"]["cents"]) == ("option", 48000, 52800)
    return uid


# ---- naming it

def test_accepting_asks_for_the_price(stack, member):
    """In the list of requests and on the page of one; what was typed stays."""
    uid = ask(member, fresh_day())
    hugo = stack.login(MANAGER)
    listed = hugo.page("/o/filature/requests")
    assert not [f for f in listed.forms if f.action.endswith(f"/bookings/{uid}/confirm")]       # not by one tap
    assert [a for a in listed.links if a.endswith(f"/bookings/{uid}/answer")] and "Indiquer le prix" in listed.text
    page = hugo.page(f"/bookings/{uid}/answer")
    assert "HT, TVA à 10 %" in re.sub(r"[\u00a0\u202f]", " ", page.text) and page.unlabelled() == []
    form = page.form(f"/bookings/{uid}/confirm")
    empty = hugo.submit(form, price_note="ménage compris")
    assert empty.status_code == 422 and "ménage compris" in empty.text and "f-amount" in empty.text
    for wrong in ({"amount": "-1"}, {"amount": "deux"}, {"amount": "5", "until": "hier"}, {"amount": "5", "until": st.day(-2)}):
        assert hugo.submit(form, **wrong).status_code == 422, wrong
    assert stored(stack, uid, "status") == "pending" and lines(stack, uid) == []
    assert hugo.submit(form, amount="480", price_note="ménage compris").status_code == 303
    assert stored(stack, uid, "status") == "option" and lines(stack, uid) == [["48000", "S10"]]
    assert "528,00 € TTC (ménage compris)" in mailed(stack, MEMBER, "Le prix de ce que", uid)[1]
    waiting = [o for o in hugo.get("/o/filature/requests").json()["offers"] if o["uid"] == uid]
    assert len(waiting) == 1 and waiting[0]["total"]["cents"] == 48000 and waiting[0]["until"]


def test_an_offer_stands_for_a_week_or_until_it_begins(stack, member, manager):
    """To the end of a day on the wall of the place, and never past its start."""
    paris = zoneinfo.ZoneInfo("Europe/Paris")
    today = datetime.datetime.now(paris).date()

    def until(uid):
        text = stored(stack, uid, "DATE_FORMAT(hold_until_utc, '%Y-%m-%dT%H:%i+00:00')")
        return datetime.datetime.fromisoformat(text).astimezone(paris)

    def end_of(day):
        return datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time(), paris)

    far, soon = st.day(70), str(today + datetime.timedelta(days=2))
    uid = ask(member, far)
    name_price(manager, uid)
    assert until(uid) == end_of(today + datetime.timedelta(days=7))
    name_price(manager, uid, until=str(today + datetime.timedelta(days=20)))
    assert until(uid) == end_of(today + datetime.timedelta(days=20))
    name_price(manager, uid, until=st.day(200))
    assert stored(stack, uid, "hold_until_utc = start_utc") == 1
    other = ask(member, soon, 20, 21)
    name_price(manager, other)
    assert stored(stack, other, "hold_until_utc = start_utc") == 1
    for one in (uid, other):
        assert manager.post(f"/bookings/{one}/cancel", json={}).status_code == 200


def test_nothing_to_pay_needs_no_answer(stack, member, manager):
    uid = ask(member, fresh_day())
    made = name_price(manager, uid, amount=0, price_note="association amie")
    assert made["status"] == "confirmed" and made["price"]["total"]["cents"] == 0
    assert made["price"]["lines"][0]["reason"] == "association amie"
    assert cause(stack, uid) == ["booking"]


def test_a_known_price_is_accepted_as_before(stack, member, manager):
    day = fresh_day()
    made = booked(member.book(ROOM_A, at(day, 9), at(day, 10), payer_text="Les Amis"))
    assert made["status"] == "pending"
    total = made["price"]["total"]["cents"]
    answer = manager.post(f"/bookings/{made['uid']}/confirm", json={"amount": "999", "payer_self": True})
    assert answer.status_code == 200 and answer.json()["status"] == "confirmed"
    assert answer.json()["price"]["total"]["cents"] == total


def test_a_place_without_tariffs_names_it_as_the_house_does(stack, member, manager):
    """No tariff at all: the basis of most tariffs of the organisation."""
    stack.database.rows("UPDATE reservation_tariff SET archived_at = UTC_TIMESTAMP() WHERE id = 903")
    try:
        uid = ask(member, fresh_day())
        usual = stack.database.rows("SELECT t.amounts FROM reservation_tariff t JOIN organisation o ON o.id = t.org_id WHERE"
                                    " o.slug = 'filature' AND t.archived_at IS NULL GROUP BY t.amounts, t.vat_code, t.currency"
                                    " ORDER BY COUNT(*) DESC, MIN(t.id) LIMIT 1")[0][0]
        assert name_price(manager, uid)["price"]["amounts"] == usual
    finally:
        stack.database.rows("UPDATE reservation_tariff SET archived_at = NULL WHERE id = 903")


def test_on_the_telephone_it_is_firm_at_once(stack, manager):
    day = fresh_day()
    form = {"resource": HALL, "date": day, "from": "09:00", "to": "12:00", "name": "Zoé Appel", "phone": "06 12 34 56 78"}
    asked = manager.post("/o/filature/bookings/new", json={**form, "amount": "480", "preview": True})
    assert asked.status_code == 200 and asked.json()["price"]["gross"]["cents"] == 52800, asked.text
    made = manager.post("/o/filature/bookings/new", json={**form, "amount": "480"})
    assert made.status_code == 201, made.text
    assert made.json()["status"] == "confirmed" and made.json()["price"]["total"]["cents"] == 48000
    assert lines(stack, made.json()["uid"]) == [["48000", "S10"]]
    # what was agreed to stays when the house moves it
    moved = manager.post(f"/bookings/{made.json()['uid']}", json={"row_version": made.json()["row_version"],
                                                                  "start": at(day, 10), "end": at(day, 13)})
    assert moved.status_code == 200 and moved.json()["status"] == "confirmed", moved.text
    assert moved.json()["price"]["total"]["cents"] == 48000 and lines(stack, made.json()["uid"]) == [["48000", "S10"]]
    # where there is a price, an amount alone is no reason to give it for less
    other = manager.post("/o/filature/bookings/new", json={**form, "resource": ROOM_A, "amount": "5"})
    assert other.status_code == 422 and "reason" in other.json()["errors"]


def test_a_move_makes_no_price_that_nobody_agreed_to(stack, member, manager):
    day = fresh_day()
    firm = booked(member.book(ROOM_A, at(day, 9), at(day, 11)))
    moved = manager.post(f"/bookings/{firm['uid']}", json={"row_version": firm["row_version"], "resource": HALL})
    assert moved.status_code == 200 and moved.json()["status"] == "pending", moved.text
    assert moved.json()["price"]["total"] is None and stored(stack, firm["uid"], "amounts") == "on_quote"
    asked = ask(member, fresh_day())
    there = manager.post(f"/bookings/{asked}", json={"row_version": stored(stack, asked, "row_version"), "resource": ROOM_A})
    assert there.status_code == 200 and there.json()["price"]["total"] is None, there.text
    answer = manager.post(f"/bookings/{asked}/confirm", json={})
    assert answer.status_code == 422 and "amount" in answer.json()["errors"], answer.text


def test_only_managers_name_a_price(stack, member):
    day = fresh_day()
    answer = member.book(HALL, at(day, 9), at(day, 10), amount="1")
    assert answer.status_code == 422 and "amount" in answer.json()["errors"]
    seen = member.get(f"/resources/{HALL}/price", params={"start": at(day, 9), "end": at(day, 10), "amount": "1"})
    assert seen.status_code == 200 and seen.json()["total"] is None and seen.json()["lines"] == [], seen.text
    uid = ask(member, day)
    assert member.post(f"/bookings/{uid}/confirm", json={"amount": "1"}).status_code == 403
    assert stored(stack, uid, "status") == "pending" and lines(stack, uid) == []


@pytest.fixture
def coffee(stack, manager):
    """An extra for each of those who come, in the place of the hall, for the length of a test."""
    extra = add(manager, "extras", label="café", price="2,50", unit="person",
                place=str(stack.database.value(f"SELECT place_id FROM reservation_resource WHERE id = {HALL}")))
    yield extra
    stack.database.rows(f"UPDATE reservation_extra SET archived_at = UTC_TIMESTAMP() WHERE id = {extra}")


def worth(stack, uid):
    return int(stack.database.value("SELECT SUM(l.list_cents) FROM reservation_price_line l JOIN reservation_booking b"
                                    f" ON b.id = l.booking_id WHERE b.uid = '{uid}'"))


def test_extras_are_asked_for_too(stack, member, manager, coffee):
    """They have no price of their own while the hall has none: who names it reads them, and it is for all."""
    day, two = fresh_day(), fresh_day()
    uid = ask(member, day, attendance=20, extras=[coffee])
    for who in (stack.login(MANAGER).page(f"/bookings/{uid}/answer"), stack.login(MEMBER).page(f"/bookings/{uid}")):
        assert "café × 20" in re.sub(r"[\u00a0\u202f]", " ", who.text)
    moved = manager.post(f"/bookings/{uid}", json={"row_version": stored(stack, uid, "row_version"), "start": at(day, 13),
                                                   "end": at(day, 16)})
    assert moved.status_code == 200 and moved.json()["price"]["total"] is None, moved.text
    assert "café × 20" in re.sub(r"[\u00a0\u202f]", " ", stack.login(MANAGER).page(f"/bookings/{uid}/answer").text)
    made = name_price(manager, uid)
    assert (made["price"]["total"]["cents"], made["price"]["gross"]["cents"], worth(stack, uid)) == (48000, 52800, 48000)
    assert [(line["label"], line["amount"]["cents"]) for line in made["price"]["lines"]] == [
        ("prix indiqué par le lieu", 48000), ("café × 20", 0)]
    assert name_price(manager, uid, amount="520")["price"]["total"]["cents"] == 52000       # one offer, and the coffee
    page = re.sub(r"[\u00a0\u202f]", " ", stack.login(MEMBER).page(f"/bookings/{uid}").text)
    assert "café × 20" in page and "compris" in page
    assert accept(member, uid, "520").status_code == 200 and worth(stack, uid) == 52000
    moved = manager.post(f"/bookings/{uid}", json={"row_version": stored(stack, uid, "row_version"), "start": at(two, 13),
                                                   "end": at(two, 16)})
    assert moved.status_code == 200 and moved.json()["status"] == "confirmed", moved.text
    assert moved.json()["price"]["total"]["cents"] == 52000


def test_extras_stay_when_an_offer_lapses_and_cost_where_there_is_a_price(stack, member, manager, coffee):
    uid = ask(member, fresh_day(), attendance=4, extras=[coffee])
    name_price(manager, uid)
    lapse(stack, uid)
    st.ctl(stack.comptoir.config, "jobs", "run", "reservation.offers")
    assert stored(stack, uid, "status") == "expired" and [amount for amount, _ in lines(stack, uid)] == ["0"]
    uid, day = ask(member, fresh_day(), attendance=4, extras=[coffee]), fresh_day()
    plain = member.get(f"/resources/{ROOM_A}/price", params={"start": at(day, 9), "end": at(day, 12)}).json()["total"]["cents"]
    there = member.post(f"/bookings/{uid}", json={"row_version": stored(stack, uid, "row_version"), "resource": ROOM_A,
                                                  "start": at(day, 9), "end": at(day, 12)})
    assert there.status_code == 200 and there.json()["price"]["total"]["cents"] == plain + 1000, there.text


def test_extras_on_the_telephone_are_in_the_price(stack, manager, coffee):
    made = manager.post("/o/filature/bookings/new", json={
        "resource": HALL, "date": fresh_day(), "from": "09:00", "to": "12:00", "name": "Zoé Appel", "phone": "06 12 34 56 78",
        "attendance": 20, "extras": [coffee], "amount": "480"})
    assert made.status_code == 201, made.text
    assert made.json()["status"] == "confirmed" and made.json()["price"]["total"]["cents"] == 48000
    assert [(line["label"], line["amount"]["cents"]) for line in made.json()["price"]["lines"]] == [
        ("prix indiqué par le lieu", 48000), ("café × 20", 0)]
    assert worth(stack, made.json()["uid"]) == 48000


def coffees(stack, uid):
    return int(stack.database.value("SELECT SUM(l.quantity) DIV 10000 FROM reservation_price_line l JOIN reservation_booking b ON"
                                    f" b.id = l.booking_id WHERE b.uid = '{uid}' AND l.extra_id IS NOT NULL"))


def change(client, stack, uid, **more):
    answer = client.post(f"/bookings/{uid}", json={"row_version": stored(stack, uid, "row_version"), **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_extras_for_each_follow_their_number_before_there_is_a_price(stack, member, manager, coffee):
    """Whoever says that more or fewer come, with or without another time."""
    day = fresh_day()
    uid = ask(member, day, attendance=20, extras=[coffee])
    for who, people, more in ((member, 25, {}), (manager, 12, {}), (manager, 15, {"start": at(day, 13), "end": at(day, 16)}),
                              (member, 18, {"start": at(day, 9), "end": at(day, 12)}), (member, 18, {"title": "essai: autre"})):
        made = change(who, stack, uid, attendance=people, **more)
        assert (made["status"], made["price"]["total"], coffees(stack, uid)) == ("pending", None, people), people
        assert f"café × {people}" in re.sub(r"[\u00a0\u202f]", " ", stack.login(MANAGER).page(f"/bookings/{uid}/answer").text)
    # a manager moves it to where there is a price: nobody has agreed to that yet, and the coffee stays
    change(manager, stack, uid, resource=ROOM_A, attendance=10)
    assert coffees(stack, uid) == 10 and stored(stack, uid, "total_cents") == 0
    change(manager, stack, uid, resource=HALL)
    made = name_price(manager, uid)
    assert made["price"]["total"]["cents"] == 48000 == worth(stack, uid)
    assert [line["label"] for line in made["price"]["lines"]] == ["prix indiqué par le lieu", "café × 10"]
    # what was offered was for ten: with eleven it is asked for again
    made = change(member, stack, uid, attendance=11)
    assert (made["status"], made["price"]["total"], coffees(stack, uid)) == ("pending", None, 11)
    assert cause(stack, uid) == ["booking"] and worth(stack, uid) == 0
    made = name_price(manager, uid, amount="500")
    assert made["price"]["total"]["cents"] == 50000 == worth(stack, uid)
    assert [line["label"] for line in made["price"]["lines"] if "café" in line["label"]][-1] == "café × 11"
    assert accept(member, uid, "500").status_code == 200
    made = change(member, stack, uid, attendance=12)
    assert (made["status"], made["price"]["total"], coffees(stack, uid)) == ("pending", None, 12)
    assert st.ctl(stack.comptoir.config, "verify").returncode == 0


@pytest.fixture
def one_basis(stack):
    """All tariffs are without VAT, so that a booking may go from one room to another."""
    stack.database.rows("UPDATE reservation_tariff SET amounts = 'exclude_vat', vat_code = 'S10' WHERE id = 901")
    yield
    stack.database.rows("UPDATE reservation_tariff SET amounts = 'include_vat', vat_code = NULL WHERE id = 901")


def test_a_named_price_over_an_older_one_stays(stack, member, manager, coffee, one_basis):
    """Once it had a tariff's price; what a manager named since, and she accepted, stays when the house moves it."""
    day = fresh_day()
    firm = booked(member.book(ROOM_A, at(day, 9), at(day, 11), attendance=4, extras=[coffee]))
    uid = firm["uid"]
    assert change(manager, stack, uid, resource=HALL)["status"] == "pending"
    name_price(manager, uid)
    assert accept(member, uid).status_code == 200
    made = change(manager, stack, uid, start=at(day, 13), end=at(day, 15))
    assert (made["status"], made["price"]["total"]["cents"], worth(stack, uid)) == ("confirmed", 48000, 48000)
    # to where there is a tariff, and back: that price is the tariff's, and nobody has named one since
    made = change(manager, stack, uid, resource=ROOM_A)
    assert (made["status"], made["price"]["total"]["cents"]) == ("confirmed", 5800)
    assert change(manager, stack, uid, resource=HALL)["status"] == "pending"


def test_a_tariff_s_price_after_a_request_is_nobody_s_word(stack, member, manager):
    """Asked for without a price, then moved by herself to where there is one: its lines say so, and the house's move ends it."""
    day = fresh_day()
    uid = ask(member, day)
    made = change(member, stack, uid, resource=ROOM_A, start=at(day, 14), end=at(day, 16))
    assert made["price"]["total"]["cents"] == 4800 and "2 heures" in made["price"]["lines"][0]["label"]
    if made["status"] == "pending":
        manager.post(f"/bookings/{uid}/confirm", json={})
    assert stored(stack, uid, "status") == "confirmed"
    made = change(manager, stack, uid, resource=HALL)
    assert (made["status"], made["price"]["total"]) == ("pending", None)


@pytest.mark.parametrize("hers", ["fr", "en"])
def test_an_offer_speaks_her_language(stack, member, manager, hers):
    """Its line is read by who pays, whatever the manager's browser asks for."""
    stack.database.rows(f"UPDATE party SET lang = '{hers}' WHERE id = {stack.person(MEMBER)}")
    try:
        uid = ask(member, fresh_day())
        manager.headers["Accept-Language"] = "en" if hers == "fr" else "fr"
        made = name_price(manager, uid)
    finally:
        stack.database.rows(f"UPDATE party SET lang = 'fr' WHERE id = {stack.person(MEMBER)}")
    label = {"fr": "prix indiqué par le lieu", "en": "price named by the place"}[hers]
    assert [line["label"] for line in made["price"]["lines"]] == [label]
    assert "HT" not in made["price"]["lines"][0]["label"]


# ---- answering it

def test_a_member_accepts(stack, member, manager, offered):
    assert cause(stack, offered) == ["option"]
    text = mailed(stack, MEMBER, "Le prix de ce que vous avez demandé", offered)[1]
    assert "528,00 € TTC" in text and "L’offre est valable jusqu’au" in text
    ana = stack.login(MEMBER)
    page = ana.page(f"/bookings/{offered}")
    text = re.sub(r"[\u00a0\u202f]", " ", page.text)
    assert "Réserver avec obligation de paiement – 528,00 €" in text and page.unlabelled() == []
    assert ana.submit(page.form(f"/bookings/{offered}/accept")).status_code == 303
    view = member.get(f"/bookings/{offered}").json()
    assert (view["status"], view["price"]["total"]["cents"]) == ("confirmed", 48000)
    assert cause(stack, offered) == ["booking"]
    trail = [a for a, in stack.database.rows("SELECT a.action FROM audit a JOIN reservation_booking b ON b.id = a.object_id"
                                             f" WHERE a.kind = 'booking' AND b.uid = '{offered}' ORDER BY a.id")]
    assert trail == ["create", "price", "offer", "accept"]
    confirmed = mailed(stack, MEMBER, "Votre réservation", offered)[0]
    assert [p for p in confirmed.walk() if p.get_content_type() == "text/calendar"]
    assert st.ctl(stack.comptoir.config, "verify").returncode == 0


def test_a_guest_accepts_by_her_mails_alone(stack, manager):
    day, address = fresh_day(), f"devis-{uuid.uuid4().hex[:8]}@exemple.example"
    guest = stack.browser()
    form = guest.page(f"/resources/{HALL}/book", params={"start": at(day, 9), "end": at(day, 12)}).form("/bookings")
    answer = guest.submit(form, name="Zoé Invitée", email=address)
    assert answer.status_code == 303, answer.text[:500]
    seen = guest.below(re.sub(r"^https?://[^/]+", "", answer.headers["Location"]))
    uid = re.search(r"/bookings/([0-9a-f-]{36})", seen)[1]
    confirm = re.search(r"\S+/verify\?t=\S+", mailed(stack, address, "confirmer", uid)[1])[0]
    page = guest.page(stack.link(confirm))
    assert guest.submit(page.form(f"/bookings/{uid}/verify?t=" + confirm.split("t=")[1])).status_code == 303
    assert stored(stack, uid, "status") == "pending"                    # and not confirmed without a price
    name_price(manager, uid)
    link = re.search(rf"\S+/bookings/{uid}\?t=\S+", mailed(stack, address, "Le prix de ce que", uid)[1])[0]
    # the page right after the form shows it, and binds nobody
    shown = stack.browser().page(seen)
    assert shown.status == 200 and not [f for f in shown.forms if "/accept" in f.action]
    token = seen.split("t=")[1]
    for act in ("accept", "decline"):
        assert stack.visitor().post(f"/bookings/{uid}/{act}", params={"t": token},
                                    json={"expected_total": "480"}).status_code == 404
    assert stored(stack, uid, "status") == "option"
    page = guest.page(stack.link(link))
    form = next(f for f in page.forms if "/accept" in f.action)
    assert guest.submit(form).status_code == 303
    assert stored(stack, uid, "status") == "confirmed"


def test_a_guests_offer_that_lapsed_is_no_hold(stack, manager):
    """Nor does the link by which she proved her address, weeks ago, make it a request again."""
    day, address = fresh_day(), f"devis-{uuid.uuid4().hex[:8]}@exemple.example"
    made = stack.visitor().book(HALL, at(day, 9), at(day, 12), name="Zoé Invitée", email=address)
    uid = made.json()["uid"]
    confirm = re.search(r"\S+/verify\?t=\S+", mailed(stack, address, "confirmer", uid)[1])[0]
    token = confirm.split("t=")[1]
    assert stack.visitor().post(f"/bookings/{uid}/verify", params={"t": token}, json={}).status_code == 200
    name_price(manager, uid)
    link = re.search(rf"\S+/bookings/{uid}\?t=\S+", mailed(stack, address, "Le prix de ce que", uid)[1])[0]
    lapse(stack, uid)
    for _ in range(2):                              # before the job has been there, and after
        words = st.plain(stack.browser().page(stack.link(link)).text)
        assert "L’offre a expiré le" in words and "Demander à nouveau" in words and "confirmée à temps" not in words
        refused = stack.visitor().post(f"/bookings/{uid}/verify", params={"t": token}, json={})
        assert refused.status_code == 409, refused.text
        st.ctl(stack.comptoir.config, "jobs", "run", "reservation.offers")
    assert "arrivée à son terme" in refused.text and stored(stack, uid, "status") == "expired" and cause(stack, uid) == []


def test_several_units_of_an_offer_are_asked_for_again(stack, member, manager):
    """Who asks once more finds how many they were, and each room."""
    day = fresh_day()
    made = booked(member.post("/bookings", json={"start": at(day, 9), "end": at(day, 12), "items": [
        {"resource": HALL, "units": 1}, {"resource": DESKS, "units": 3}]}))
    name_price(manager, made["uid"])
    lapse(stack, made["uid"])
    links = [urllib.parse.unquote(x) for x in stack.login(MEMBER).page(f"/bookings/{made['uid']}").links]
    assert f"/resources/{DESKS}/book?start={day}T09:00&end={day}T12:00&units=3&also={HALL}" in links, [x for x in links if "/book" in x]
    st.ctl(stack.comptoir.config, "jobs", "run", "reservation.offers")


def test_the_house_books_as_many_again(stack, member, manager):
    day = fresh_day()
    stack.database.rows("UPDATE reservation_tariff SET mode = 'on_quote' WHERE id = 902")
    try:
        uid = ask(member, day, room=DESKS, units=3)
        name_price(manager, uid)
    finally:
        stack.database.rows("UPDATE reservation_tariff SET mode = 'gratis' WHERE id = 902")
    lapse(stack, uid)
    hugo = stack.login(MANAGER)
    again = next(x for x in hugo.page(f"/bookings/{uid}").links if x.startswith("/o/filature/bookings/new?"))
    form = hugo.page(again).form("/o/filature/bookings/new")
    assert (form.value("units"), form.value("date")) == ("3", day)
    st.ctl(stack.comptoir.config, "jobs", "run", "reservation.offers")


def test_a_mere_name_is_no_payer_of_an_offer(stack, member, manager, offered):
    """Who is to pay is somebody that the place knows, before an offer can make anything firm."""
    answer = member.post(f"/bookings/{offered}", json={"row_version": stored(stack, offered, "row_version"),
                                                       "payer_text": "Grande Société"})
    assert answer.status_code == 422 and "payer_text" in answer.json()["errors"], answer.text
    assert stored(stack, offered, "status") == "option" and accept(member, offered).status_code == 200
    assert stored(stack, offered, "payer_text") in (None, "NULL")


def test_declining_frees_the_room(stack, member, manager, offered):
    ana = stack.login(MEMBER)
    form = ana.page(f"/bookings/{offered}").form(f"/bookings/{offered}/decline")
    assert ana.submit(form).status_code == 303
    assert stored(stack, offered, "status") == "cancelled" and cause(stack, offered) == []
    assert ana.submit(form).status_code == 409
    assert accept(member, offered).status_code == 409 and stored(stack, offered, "status") == "cancelled"
    assert mailed(stack, MEMBER, "Vous avez décliné", offered)


def test_making_another_offer(stack, manager, offered):
    """There is nothing to refuse any more, and without a new price nothing to accept."""
    page = stack.login(MANAGER).page(f"/bookings/{offered}/answer")
    assert [f.action.split("/")[-1] for f in page.forms if offered in f.action] == ["confirm"]
    for act in ("confirm", "reject"):
        assert manager.post(f"/bookings/{offered}/{act}", json={}).status_code == 409
    assert stored(stack, offered, "status") == "option"


def test_nobody_else_answers(stack, manager, offered):
    for who in STRANGERS:
        client = stack.program(who) if who else stack.visitor()
        for act in ("accept", "decline"):
            answer = client.post(f"/bookings/{offered}/{act}", json={"expected_total": "480"})
            assert answer.status_code in (401, 403, 404), (who, act, answer.status_code)
    assert stored(stack, offered, "status") == "option"
    assert accept(manager, offered).status_code == 200                  # who was told on the telephone
    actor = stack.database.value("SELECT a.person_id FROM audit a JOIN reservation_booking b ON b.id = a.object_id"
                                 f" WHERE b.uid = '{offered}' AND a.action = 'accept'")
    assert actor == stack.person(MANAGER)


def test_twice(stack, member, offered):
    assert accept(member, offered).status_code == 200
    for again in (accept(member, offered), member.post(f"/bookings/{offered}/decline", json={})):
        assert again.status_code == 409
    assert stored(stack, offered, "status") == "confirmed" and len(lines(stack, offered)) == 1


def test_two_clicks_at_once(stack, member, manager):
    for _ in range(4):
        uid = ask(member, fresh_day())
        name_price(manager, uid)
        answers = at_once(lambda: accept(stack.program(MEMBER), uid), lambda: accept(stack.program(MEMBER), uid),
                          lambda: stack.program(MEMBER).post(f"/bookings/{uid}/decline", json={}))
        assert sorted(a.status_code for a in answers) == [200, 409, 409], [a.text[:200] for a in answers]
        acts = stack.database.value("SELECT COUNT(*) FROM audit a JOIN reservation_booking b ON b.id = a.object_id WHERE"
                                    f" b.uid = '{uid}' AND a.action IN ('accept', 'decline')")
        assert acts == 1
        assert cause(stack, uid) == (["booking"] if stored(stack, uid, "status") == "confirmed" else [])


def test_the_price_that_was_seen(stack, member, manager, offered):
    """Made anew meanwhile: who accepts accepts what she saw, or is told."""
    ana = stack.login(MEMBER)
    form = ana.page(f"/bookings/{offered}").form(f"/bookings/{offered}/accept")
    name_price(manager, offered, amount="520")
    assert lines(stack, offered) == [["52000", "S10"]]
    answer = ana.submit(form)
    assert answer.status_code == 409 and "572,00" in answer.text
    api = accept(member, offered)
    assert api.status_code == 409 and api.json()["price"]["total"]["cents"] == 52000
    assert member.post(f"/bookings/{offered}/accept", json={}).status_code == 422       # one accepts a price
    assert stored(stack, offered, "status") == "option"
    assert accept(member, offered, "520,00").status_code == 200


def test_the_offer_that_was_seen(stack, member, manager, offered):
    """The same amount for something else, said meanwhile, is another offer."""
    ana = stack.login(MEMBER)
    form = ana.page(f"/bookings/{offered}").form(f"/bookings/{offered}/accept")
    seen = member.get(f"/bookings/{offered}").json()["row_version"]
    name_price(manager, offered, price_note="sans le ménage")
    assert ana.submit(form).status_code == 409
    old = member.post(f"/bookings/{offered}/accept", json={"expected_total": "480", "row_version": seen})
    assert old.status_code == 409 and stored(stack, offered, "status") == "option"
    assert ana.submit(ana.page(f"/bookings/{offered}").form(f"/bookings/{offered}/accept")).status_code == 303
    assert stored(stack, offered, "status") == "confirmed"


def test_what_lapsed_counts_no_more(stack, member, manager, offered):
    """An offer counts among what one may have until it has lapsed, whether or not the job has been there."""
    day = stored(stack, offered, "DATE(start_local)")
    policy = stack.database.value("SELECT COALESCE(x.policy_id, k.policy_id, p.policy_id) FROM reservation_resource x"
                                  " JOIN reservation_kind k ON k.id = x.kind_id LEFT JOIN reservation_place p ON p.place_id ="
                                  f" x.place_id WHERE x.id = {HALL}")
    limit = add(manager, "quotas", policy=str(policy), unit="count", period="day", limit_value=1)
    try:
        assert member.book(HALL, at(day, 14), at(day, 16)).status_code == 422
        lapse(stack, offered)
        booked(member.book(HALL, at(day, 14), at(day, 16)))
    finally:
        stack.database.rows(f"UPDATE reservation_quota SET archived_at = UTC_TIMESTAMP() WHERE id = {limit}")
        st.ctl(stack.comptoir.config, "jobs", "run", "reservation.offers")


def test_too_late(stack, member, manager, offered):
    """Over, whether or not the job has been there; then nothing is owed, and the room is free."""
    day = stored(stack, offered, "DATE(start_local)")
    lapse(stack, offered)
    assert accept(member, offered).status_code == 409
    page = stack.login(MEMBER).page(f"/bookings/{offered}")
    assert not [f for f in page.forms if "/accept" in f.action]
    assert member.get(f"/bookings/{offered}").json()["price"] is None
    taken = ask(stack.program("autre@demo.example"), day, 10, 11, room=HALF_1)              # somebody else's by now
    st.ctl(stack.comptoir.config, "jobs", "run", "reservation.offers")
    assert stored(stack, offered, "status") == "expired" and lines(stack, offered) == []
    assert (stored(stack, offered, "total_cents"), stored(stack, offered, "amounts")) == (0, "on_quote")
    assert accept(member, offered).status_code == 409 and cause(stack, offered) == []
    assert member.get(f"/bookings/{offered}").json()["price"] is None
    assert mailed(stack, MEMBER, "Une offre est arrivée à son terme", offered)
    assert st.ctl(stack.comptoir.config, "verify").returncode == 0
    manager.post(f"/bookings/{taken}/cancel", json={})


def test_what_lapsed_is_said_before_the_job_has_been_there(stack, member, manager, offered):
    """Her page and the house's say when it ended, and what each can do; no button promises what can no longer be."""
    day = stored(stack, offered, "DATE(start_local)")
    lapse(stack, offered)
    hers, his = stack.login(MEMBER).page(f"/bookings/{offered}"), stack.login(MANAGER).page(f"/bookings/{offered}")
    listed, answer = stack.login(MANAGER).page("/o/filature/requests"), stack.login(MANAGER).page(f"/bookings/{offered}/answer")
    for page in (hers, his, answer):
        words = st.plain(page.text)
        assert page.status == 200 and "L’offre a expiré le" in words and "mon agenda" not in words and "Faire une autre offre" not in words
        assert not [f for f in page.forms if offered in f.action]
    assert "Vous ne devez rien" in st.plain(hers.text) and "Vous ne devez rien" not in st.plain(his.text)
    assert f"/resources/{HALL}/book?start={day}T09:00&end={day}T12:00" in map(urllib.parse.unquote, hers.links)
    again = [x for x in his.links if x.startswith("/o/filature/bookings/new?")]
    assert again and "Demander à nouveau" in hers.text and "Réserver à nouveau" in his.text
    form = stack.login(MANAGER).page(again[0]).form("/o/filature/bookings/new")
    assert [form.value(name) for name in ("date", "from", "to", "contact")] == [
        day, "09:00", "12:00", str(stack.person(MEMBER))]
    assert "a expiré" in st.plain(listed.text) and f"/bookings/{offered}/answer" not in listed.links
    refused = manager.post(f"/bookings/{offered}/confirm", json={"amount": "480"})
    assert refused.status_code == 409 and "Demandez au lieu" not in refused.text
    st.ctl(stack.comptoir.config, "jobs", "run", "reservation.offers")
    after = stack.login(MEMBER).page(f"/bookings/{offered}")
    assert "L’offre a expiré le" in st.plain(after.text) and member.get(f"/bookings/{offered}").json()["status"] == "expired"


def test_half_of_an_offer_is_none(stack, member, manager, offered):
    """The hall's offer ran out and one half went to somebody: neither another offer nor a late yes takes the other half."""
    day = stored(stack, offered, "DATE(start_local)")
    lapse(stack, offered)
    ask(stack.program("autre@demo.example"), day, 10, 11, room=HALF_1)
    again = manager.post(f"/bookings/{offered}/confirm", json={"amount": "480"})
    assert again.status_code == 409, again.text
    # as it is for who said yes in time and waited for the locks
    stack.database.rows("UPDATE reservation_booking SET hold_until_utc = UTC_TIMESTAMP() + INTERVAL 1 HOUR"
                        f" WHERE uid = '{offered}' AND status = 'option'")
    assert accept(member, offered).status_code == 409
    assert stored(stack, offered, "status") != "confirmed"
    stack.database.rows(f"UPDATE reservation_booking SET hold_until_utc = UTC_TIMESTAMP() WHERE uid = '{offered}'")


def test_the_job_leaves_what_still_stands(stack, offered):
    st.ctl(stack.comptoir.config, "jobs", "run", "reservation.offers")
    assert stored(stack, offered, "status") == "option" and cause(stack, offered) == ["option"]


def test_another_time_is_another_price(stack, member, manager, offered):
    """Moved, by whoever, it is a request again: that price was for those hours."""
    view = manager.get(f"/bookings/{offered}").json()
    day = stored(stack, offered, "DATE(start_local)")
    moved = manager.post(f"/bookings/{offered}", json={"row_version": view["row_version"], "start": at(day, 14),
                                                       "end": at(day, 16)})
    assert moved.status_code == 200, moved.text
    assert (stored(stack, offered, "status"), stored(stack, offered, "amounts")) == ("pending", "on_quote")
    assert accept(member, offered).status_code == 409
    assert name_price(manager, offered, amount="300")["price"]["total"]["cents"] == 30000
    assert sum(int(a) for a, _ in lines(stack, offered)) == 30000
    assert accept(member, offered, "300").status_code == 200


def test_cancelling_costs_what_the_offer_said(stack, member, manager):
    """The steps are those of the day on which the price was named, of that price."""
    policy = stack.database.value(f"SELECT COALESCE(x.policy_id, k.policy_id, p.policy_id) FROM reservation_resource x"
                                  " JOIN reservation_kind k ON k.id = x.kind_id LEFT JOIN reservation_place p ON p.place_id ="
                                  f" x.place_id WHERE x.id = {HALL}")
    org = stack.database.value(f"SELECT org_id FROM reservation_resource WHERE id = {HALL}")
    if not policy:
        pytest.fail("the hall has no rules")
    stack.database.rows("INSERT INTO reservation_cancel_step (org_id, policy_id, before_minutes, share_bp) VALUES"
                        f" ({org}, {policy}, 300000, 5000)")
    try:
        uid = ask(member, fresh_day())
        name_price(manager, uid)
    finally:
        stack.database.rows(f"DELETE FROM reservation_cancel_step WHERE policy_id = {policy} AND before_minutes = 300000")
    assert accept(member, uid).status_code == 200
    assert member.get(f"/bookings/{uid}").json()["fee"]["cents"] == 24000


def test_others_see_that_it_is_held(stack, member, visitor, offered):
    day = stored(stack, offered, "DATE(start_local)")
    columns = visitor.get(f"/places/{st.PLACE}/day", params={"date": day}).json()["resources"]
    hall = next(c for c in columns if c["id"] == str(HALL))
    assert [s["state"] for s in hall["stretches"] if s["start_local"] == at(day, 9)] == ["pending"]
    assert visitor.book(HALL, at(day, 9), at(day, 10), name="Zoé", email="z@exemple.example").status_code == 409
    assert "TENTATIVE" in member.get(f"/bookings/{offered}.ics").text
