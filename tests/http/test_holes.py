# SPDX-License-Identifier: GPL-3.0-or-later
"""Holes that a review found and that must stay shut: who may book what, who sees what and how long, what a repetition
does, what waits for a lock, what a price and a calendar say later on."""
import datetime
import re
import threading
import time
import uuid
import zoneinfo
from urllib.parse import parse_qs, urlsplit

import pytest

import stack as st
from stack import DESKS, HALL, ROOM_A, ROOM_B, ROOM_C, fresh_day
from test_database import Lossy
from test_story import at, booked, bookings, wait_for_mail

PARIS = zoneinfo.ZoneInfo("Europe/Paris")


@pytest.fixture(scope="module")
def stack():
    """One of its own, behind one web server: rules, roles and places are changed under it."""
    with st.Stack(web="nginx") as running:
        yield running


@pytest.fixture
def changed(stack):
    """Changes rows of a table for one test: changed(table, id, column="SQL", …)."""
    before = []

    def change(table, key, **columns):
        row = stack.database.rows(f"SELECT {', '.join(f'QUOTE({c})' for c in columns)} FROM {table} WHERE id = {key}")[0]
        old = ", ".join(f"{c} = {v or 'NULL'}" for c, v in zip(columns, row))
        before.append(f"UPDATE {table} SET {old} WHERE id = {key}")
        stack.database.rows(f"UPDATE {table} SET {', '.join(f'{c} = {v}' for c, v in columns.items())} WHERE id = {key}")
    yield change
    for text in reversed(before):
        stack.database.rows(text)


def stored(stack, uid, column):
    return stack.database.value(f"SELECT {column} FROM reservation_booking WHERE uid = '{uid}'")


def someone(name="zoe"):
    return f"{name}-{uuid.uuid4().hex[:8]}@exemple.example"


def move(stack, uid, start, end):
    """Moves a booking to so many minutes from now, by SQL."""
    now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    values = [f"{edge}_{kind} = '{(now + datetime.timedelta(minutes=minutes)).astimezone(zone):%F %T}'"
              for edge, minutes in (("start", start), ("end", end))
              for kind, zone in (("utc", datetime.timezone.utc), ("local", PARIS))]
    stack.database.rows(f"UPDATE reservation_booking SET {', '.join(values)} WHERE uid = '{uid}'")


# ---- who may book what

def test_items_are_of_whose_rights_were_judged(stack, member):
    """The first room's organisation says what one may; no other room comes along under its rights."""
    day = fresh_day()
    canal = stack.database.value("SELECT MIN(x.id) FROM reservation_resource x JOIN organisation o ON o.id = x.org_id"
                                 " WHERE o.slug = 'canal' AND x.active = 1")
    aicha = stack.program("gestion@canal.example")
    before = bookings(stack)
    when = {"start": at(day, 10), "end": at(day, 11), "title": "essai: à côté"}
    here, there = [{"resource": ROOM_A}], [{"resource": canal}, {"resource": ROOM_A}]
    assert member.post("/bookings", json={**when, "resource": ROOM_A, "items": here}).status_code == 422
    both = aicha.post("/bookings", json={**when, "resource": canal, "items": here, "name": "N’importe qui"})
    assert both.status_code == 422 and "items" in both.json()["errors"], both.text
    assert aicha.post("/bookings", json={**when, "items": there}).status_code == 422
    asked = aicha.post(f"/bookings?resource={canal}", json={**when, "items": here, "name": "N’importe qui"})
    assert asked.status_code == 422
    alone = aicha.post("/bookings", json={**when, "items": here, "person": str(stack.person("membre@demo.example"))})
    assert alone.status_code == 422                         # a stranger there books for herself
    assert bookings(stack) == before


def test_closed_place_takes_no_bookings(stack, member, manager, changed):
    day = fresh_day()
    kept = booked(member.book(ROOM_B, at(day, 9), at(day, 10)))["uid"]
    before = bookings(stack)
    changed("place", 900, state="'closed'")
    for reader in (member, manager):
        answer = reader.book(ROOM_A, at(day, 10), at(day, 11))
        assert answer.status_code in (404, 422), answer.text
    assert bookings(stack) == before
    assert member.get(f"/bookings/{kept}").status_code == 200           # what was booked stays, and can be cancelled
    assert member.post(f"/bookings/{kept}/cancel", json={}).status_code == 200


def test_who_booked_for_others_and_left(stack):
    """Booking for somebody is a right in the organisation; it ends with the role."""
    day = fresh_day()
    hugo, party = stack.program("gestion@demo.example"), stack.person("gestion@demo.example")
    for_member = booked(hugo.book(ROOM_A, at(day, 8), at(day, 9), person=str(stack.person("membre@demo.example"))))["uid"]
    by_name = booked(hugo.book(ROOM_A, at(day, 9), at(day, 10), name="Zoé Téléphone", email=someone()))["uid"]
    own = booked(hugo.book(ROOM_A, at(day, 10), at(day, 11)))["uid"]
    columns = "uid, person_id, org_id, role, from_d, to_d"
    stack.database.rows(f"CREATE TABLE kept_role AS SELECT {columns} FROM role WHERE person_id = {party};"
                        f"DELETE FROM role WHERE person_id = {party}")
    try:
        for uid in (for_member, by_name):
            for path in (f"/bookings/{uid}", f"/bookings/{uid}.ics", f"/bookings/{uid}/cancel"):
                answer = hugo.get(path)
                assert answer.status_code == 404 and "Zoé" not in answer.text, path
            assert hugo.post(f"/bookings/{uid}/cancel", json={}).status_code == 404
        assert hugo.get(f"/bookings/{own}").status_code == 200
    finally:
        stack.database.rows(f"INSERT INTO role ({columns}) SELECT {columns} FROM kept_role; DROP TABLE kept_role")
    assert hugo.get(f"/bookings/{for_member}").status_code == 200
    assert {stored(stack, uid, "status") for uid in (for_member, by_name, own)} == {"confirmed"}


def test_a_network_address_books_a_few_times_a_day_without_account():
    """Over four workers and a restart, whatever mail addresses it names; who is signed in is not counted."""
    with st.Stack(web="nginx", reservation_guest_bookings=3) as stack:
        days = [fresh_day() for _ in range(6)]

        def ask(day):
            return stack.visitor().book(ROOM_A, at(day, 10), at(day, 11), name="Zoé", email=someone()).status_code
        before = bookings(stack)
        assert [ask(day) for day in days[:5]] == [202, 202, 202, 429, 429]
        stack.comptoir.stop()
        stack.comptoir.start()
        assert ask(days[5]) == 429
        assert bookings(stack) == before + 3 and stack.halves() == []
        booked(stack.program("membre@demo.example").book(ROOM_A, at(days[5], 10), at(days[5], 11)))
        stack.database.rows("UPDATE rate_limit SET expires_utc = UTC_TIMESTAMP() - INTERVAL 1 SECOND")
        assert ask(days[4]) == 202


# ---- signing in, tokens, keys of repetitions

def test_sign_in_limit_ignores_case(stack):
    address = "tresor@demo.example"
    spellings = [address, address.upper(), address.title(), "tResor@demo.example", "tresor@DEMO.example", "TRESOR@demo.example"]
    try:
        statuses = [stack.visitor().post("/login", data={"email": spellings[n % 6], "password": "faux"}).status_code
                    for n in range(14)]
        assert statuses[0] == 422 and statuses[-1] == 429 and statuses.count(422) <= 12, statuses
        right = stack.visitor().post("/login", data={"email": "TReSoR@demo.example", "password": st.PASSWORD})
        assert right.status_code == 429
        stack.login("membre@demo.example")                  # it is not the address that is shut out
    finally:
        stack.database.rows("DELETE FROM rate_limit")


def test_a_new_token_is_kept_nowhere(stack, member):
    key = {"Idempotency-Key": str(uuid.uuid4())}
    camille = stack.login("membre@demo.example")
    made = camille.post("/me/tokens", json={"label": "essai: une fois", "current": st.PASSWORD}, headers=key)
    assert made.status_code == 201, made.text
    secret = made.json()["token"]
    assert stack.visitor(token=secret).get("/me").status_code == 200
    assert stack.database.value("SELECT COUNT(*) FROM idempotency WHERE route LIKE '%/me/tokens' OR"
                                f" INSTR(body, '{secret}')") == 0
    again = camille.post("/me/tokens", json={"label": "essai: une fois", "current": st.PASSWORD}, headers=key)
    assert secret not in again.text
    # one that was stolen makes no other
    for reader in (member, stack.visitor(token=secret)):
        assert reader.post("/me/tokens", json={"label": "essai: autre", "current": st.PASSWORD}).status_code == 403
    assert stack.database.value("SELECT COUNT(*) FROM token WHERE label = 'essai: autre'") == 0


def test_a_visitor_s_key_is_nobody_else_s(stack):
    """Visitors come from one address, as behind a school's: the key tells them no more apart than that does."""
    day = fresh_day()
    key = {"Idempotency-Key": "1"}
    body = {"resource": ROOM_A, "start": at(day, 10), "end": at(day, 11), "name": "Zoé", "email": someone()}
    first = stack.visitor().post("/bookings", json=body, headers=key)
    assert first.status_code == 202, first.text
    other = stack.visitor().post("/bookings", json=body, headers=key)
    assert other.status_code == 409 and "alternatives" in other.json() and first.json()["uid"] not in other.text
    assert "location" not in other.headers and "idempotent-replayed" not in other.headers
    elsewhere = stack.visitor().post("/bookings", json={**body, "resource": ROOM_B, "email": someone()}, headers=key)
    assert elsewhere.status_code == 202 and elsewhere.json()["uid"] != first.json()["uid"]
    assert stack.database.value(f"SELECT COUNT(*) FROM idempotency WHERE INSTR(body, '{first.json()['uid']}')") == 0


# ---- an answer that was lost

@pytest.mark.parametrize("back", [None, 4.2])
def test_lost_commit_is_not_repeated(back):
    """The COMMIT's answer is lost and the database away, until later or until the request notes down how it ended:
    whenever its key comes again, there is one booking."""
    with Lossy(1000000, "leaving") as stack:
        client, day = stack.program("membre@demo.example"), fresh_day()
        key = {"Idempotency-Key": str(uuid.uuid4())}
        body = {"resource": DESKS, "start": at(day, 10), "end": at(day, 11), "title": "essai: une"}
        count = "SELECT COUNT(*) FROM reservation_booking WHERE title = 'essai: une'"
        assert client.get("/me").status_code == 200         # notes when the token was last used: a COMMIT of its own
        stack.proxy.again(lose=2)                           # the first one takes the key
        way = threading.Timer(back or 0, stack.proxy.again, (1000000,))
        if back:
            way.start()
        first = client.post("/bookings", json=body, headers=key).status_code
        assert first == 503 or back and first == 201        # where all is slow the way is back before that
        if back:
            way.join()
        else:
            stack.proxy.again(1000000)
        assert stack.database.value(count) == 1
        early = client.post("/bookings", json=body, headers=key)
        assert first == 201 or early.status_code == 409 and int(early.headers["retry-after"]) > 0
        stack.database.rows("UPDATE idempotency SET expires_utc = UTC_TIMESTAMP() - INTERVAL 1 SECOND")
        st.ctl(stack.comptoir.config, "jobs", "run", "system.purge")
        for _ in range(3):                                  # desks: there would be room for more
            late = client.post("/bookings", json=body, headers=key)
            assert first == 201 or late.status_code == 409, late.text
        assert stack.database.value(count) == 1 and stack.halves() == []


# ---- what waits for a lock reads after it

@pytest.mark.parametrize("room, change, units, field", [
    (ROOM_C, "active = 0", 1, "resource"), (DESKS, "units = 1", 2, "units")])
def test_rules_are_those_of_after_the_wait(stack, member, changed, room, change, units, field):
    day = fresh_day()
    column = change.split()[0]
    changed("reservation_resource", room, **{column: column})           # comes back afterwards
    before = bookings(stack)
    holder = threading.Thread(target=stack.database.rows, args=(
        f"BEGIN; UPDATE reservation_resource SET {change} WHERE id = {room}; DO SLEEP(2); COMMIT",))
    holder.start()
    time.sleep(0.7)
    started = time.monotonic()
    answer = member.book(room, at(day, 10), at(day, 11), units=units)
    waited = time.monotonic() - started
    holder.join()
    assert answer.status_code == 422 and field in answer.json()["errors"], answer.text[:400]
    assert waited > 0.5 and bookings(stack) == before


def while_it_is_booked(stack, room, booking, ask):
    """The booking comes to be in the room by a transaction that is not over yet when `ask` is called."""
    holder = threading.Thread(target=stack.database.rows, args=(
        f"BEGIN; UPDATE reservation_resource SET sync_version = sync_version + 1 WHERE id = {room};"
        f" UPDATE reservation_booking b JOIN reservation_item i ON i.booking_id = b.id JOIN reservation_resource x"
        f" ON x.id = {room} SET i.resource_id = x.id, b.place_id = x.place_id WHERE b.uid = '{booking}';"
        " DO SLEEP(2); COMMIT",))
    holder.start()
    time.sleep(0.7)
    answer = ask()
    holder.join()
    return answer


@pytest.fixture
def empty_room(stack):
    """A room in a place of its own: (manager, place, room)."""
    manager, name = stack.login("admin@demo.example"), "essai-" + uuid.uuid4().hex[:8]
    place = manager.post("/o/filature/places", json={"name": name, "slug": name, "state": "open",
                                                      "zone": "Europe/Paris"})
    room = manager.post("/o/filature/resources", json={"name": name, "place": place.json()["id"], "kind": 903})
    assert room.status_code == 201, (place.text, room.text)
    return manager, place.json()["id"], room.json()["id"]


def test_a_room_that_is_being_booked_stays(stack, member, empty_room):
    manager, _, room = empty_room
    day = fresh_day()
    uid = booked(member.book(ROOM_C, at(day, 10), at(day, 11)))["uid"]
    version = manager.get(f"/o/filature/resources/{room}").json()["row_version"]
    answer = while_it_is_booked(stack, room, uid, lambda: manager.post(
        f"/o/filature/resources/{room}/delete", json={"row_version": version}))
    assert answer.status_code == 409 and "1 réservation" in answer.text.replace("\xa0", " "), answer.text
    assert stack.database.value(f"SELECT archived_at IS NULL FROM reservation_resource WHERE id = {room}") == 1
    assert manager.get(f"/o/filature/resources/{room}/delete").status_code == 200       # the page asks, and locks nothing


def test_a_place_that_is_being_booked_keeps_its_zone(stack, member, empty_room):
    manager, place, room = empty_room
    day = fresh_day()
    uid = booked(member.book(ROOM_C, at(day, 10), at(day, 11)))["uid"]
    url = f"/o/filature/places/{place}"
    row = manager.get(url).json()
    answer = while_it_is_booked(stack, room, uid, lambda: manager.post(url, json={
        "zone": "Europe/London", "row_version": row["row_version"]}))
    assert answer.status_code == 422 and "zone" in answer.json()["errors"], answer.text
    assert manager.get(url).json()["zone"] == "Europe/Paris"


# ---- what is seen, and how long

def test_door_codes_end_with_the_booking(stack, member, changed):
    day = fresh_day()
    changed("reservation_resource", ROOM_C, access_text="'Par la cour.'", access_code="'4711-C'")
    uid = booked(member.book(ROOM_C, at(day, 10), at(day, 12)))["uid"]
    reader = stack.program("membre@demo.example", accept="text/html")

    def page(start, end):
        move(stack, uid, start, end)
        return reader.page(f"/bookings/{uid}").text
    ahead = page(3 * 1440, 3 * 1440 + 60)
    assert "4711-C" not in ahead and "dès la veille" in ahead.replace("\xa0", " ")
    for now in (page(-60, 60), page(5, 60)):
        assert "4711-C" in now and "Par la cour." in now
    for over in (page(-62, -2), page(-3 * 1440, -2 * 1440)):
        assert "4711-C" not in over and "Par la cour." not in over
        assert "dès la veille" not in over.replace("\xa0", " ")         # nor is it promised
    assert "4711-C" not in member.get(f"/bookings/{uid}").text


def guest_link(stack, address):
    text = wait_for_mail(stack, address).get_body(("plain",)).get_content()
    return stack.link(re.search(r"https?://\S+/bookings/\S+", text)[0])


def test_guest_s_link_ends(stack, visitor):
    day, address = fresh_day(), someone()
    made = visitor.book(ROOM_A, at(day, 10), at(day, 11), name="Zoé", email=address).json()
    link = guest_link(stack, address)
    guest = stack.browser()
    shown = guest.submit(next(f for f in guest.page(link).forms if "/bookings/" in f.action))
    assert shown.status_code == 303 and stored(stack, made["uid"], "status") == "confirmed"
    links = [link, guest.below(shown.headers["location"])]
    month = 30 * 1440
    move(stack, made["uid"], 60 - month - 60, 60 - month)
    assert [guest.get(a).status_code for a in links] == [200, 200]
    move(stack, made["uid"], -month - 1440 - 60, -month - 1440)
    assert [guest.get(a).status_code for a in links] == [404, 404]
    tail = links[1].partition("?")[2]
    for path in (f"/bookings/{made['uid']}.ics?{tail}", f"/bookings/{made['uid']}/cancel?{tail}"):
        assert guest.get(path).status_code == 404, path


def test_booked_by_telephone_is_opened_by_mail(stack, manager):
    """A manager books for a name and an address: no account, nothing to confirm, and the mail's link opens it."""
    day, address = fresh_day(), someone("telephone")
    made = booked(manager.book(ROOM_A, at(day, 12), at(day, 13), name="Zoé Téléphone", email=address, title="essai: tél."))
    assert made["status"] == "confirmed"
    link = guest_link(stack, address)
    page = stack.browser().page(link)
    assert page.status == 200 and "essai: tél." in page.text and stack.browser().get(link.partition("?")[0]).status_code != 200
    guest = stack.browser()
    form = guest.page(link.replace("?", "/cancel?")).form("/cancel?" + link.partition("?")[2])
    assert guest.submit(form).status_code == 303
    assert stored(stack, made["uid"], "status") == "cancelled" and stack.halves() == []


# ---- prices

def basis(stack, uid):
    answer = stack.program("membre@demo.example", accept="text/html").get(f"/bookings/{uid}")
    return re.findall("<small>(TTC|HT|TVA non applicable)</small>", answer.text)


def test_basis_of_a_price_is_as_accepted(stack, member, changed):
    day = fresh_day()
    old = booked(member.book(ROOM_A, at(day, 8), at(day, 9)))["uid"]
    assert basis(stack, old) == ["TTC"]
    changed("reservation_tariff", 901, amounts="'no_vat'")
    new = booked(member.book(ROOM_A, at(day, 9), at(day, 10)))["uid"]
    assert (basis(stack, old), basis(stack, new)) == (["TTC"], ["TVA non applicable"])
    changed("reservation_tariff", 901, amounts="'include_vat'")
    assert (basis(stack, old), basis(stack, new)) == (["TTC"], ["TVA non applicable"])


def test_what_has_no_price_waits(stack, member, changed):
    """On quotation: asked for and not booked, and never called free."""
    day = fresh_day()
    changed("reservation_tariff", 903, mode="'on_quote'")
    made = booked(member.book(HALL, at(day, 10), at(day, 12), title="essai: devis"))
    assert made["status"] == "pending" and made["price"]["total"] is None
    again = member.get(f"/bookings/{made['uid']}").json()
    assert again["price"]["total"] is None and again["price"]["lines"] == []
    page = stack.program("membre@demo.example", accept="text/html").page(f"/bookings/{made['uid']}")
    assert "sur devis" in page.text
    assert not re.search(r"gratuit\b|0,00|à payer", page.text, re.I)
    free = booked(member.book(DESKS, at(day, 10), at(day, 12)))
    assert free["status"] == "confirmed" and free["price"]["total"]["cents"] == 0
    page = stack.program("membre@demo.example", accept="text/html").page(f"/bookings/{free['uid']}")
    assert re.search(r"à payer", page.text, re.I)           # the words looked for above are those of the page


def test_price_of_an_hour_that_does_not_exist(member):
    """On the last Sunday of March the clocks go from 02:00 to 03:00; the day after they do not."""
    def ask(start, end):
        return member.get(f"/resources/{ROOM_A}/price", params={"start": start, "end": end})
    answer = ask("2027-03-28T02:00", "2027-03-28T03:00")
    assert answer.status_code == 422 and "end" in answer.json()["errors"], answer.text
    for start, end in (("02:15", "02:45"), ("02:00", "02:30"), ("02:45", "03:15")):
        answer = ask(f"2027-03-28T{start}", f"2027-03-28T{end}")
        assert answer.status_code == 422 or answer.json()["total"]["cents"] > 0, (start, end, answer.text)
    assert ask("2027-03-28T01:00", "2027-03-28T03:00").json()["total"]["cents"] == 2400
    assert ask("2027-03-29T02:00", "2027-03-29T03:00").json()["total"]["cents"] == 2400


def test_late_click_at_a_moved_price(stack, visitor, changed):
    """The hold has run out, the hour is still free: the booking is made at the price that the guest saw, or not."""
    day, address = fresh_day(), someone("tard")
    made = visitor.book(ROOM_A, at(day, 10), at(day, 11), name="Zoé", email=address).json()
    guest, link = stack.browser(), guest_link(stack, address)
    form = next(f for f in guest.page(link).forms if "/verify" in f.action)
    stack.database.rows("UPDATE reservation_booking SET hold_until_utc = UTC_TIMESTAMP() - INTERVAL 1 HOUR"
                        f" WHERE uid = '{made['uid']}'")
    step = stack.database.value("SELECT id FROM reservation_step WHERE tariff_id = 901 AND unit = 'hour_begun'")
    changed("reservation_step", step, amount_cents="3000")
    answer = guest.submit(form)
    assert answer.status_code == 409 and "30,00" in answer.text, answer.text[:500]
    assert stored(stack, made["uid"], "status") in ("hold", "expired")
    stack.database.rows(f"UPDATE reservation_step SET amount_cents = 2400 WHERE id = {step}")
    assert guest.submit(form).status_code == 303
    assert stored(stack, made["uid"], "status") == "confirmed"


def test_prices_with_and_without_vat_are_not_added_up(stack, member, changed):
    day = fresh_day()
    both = {"start": at(day, 10), "end": at(day, 11), "items": [{"resource": ROOM_A}, {"resource": HALL}]}
    changed("reservation_tariff", 903, amounts="'exclude_vat'")
    answer = member.post("/bookings", json=both)
    assert answer.status_code == 422 and "items" in answer.json()["errors"], answer.text
    changed("reservation_tariff", 903, amounts="'include_vat'")
    assert booked(member.post("/bookings", json=both))["price"]["total"]["cents"] == 2400 + 5000


@pytest.mark.parametrize("field, value", [
    ("extras", ["999999"]), ("extras", "x"), ("extras", [{"extra": "1", "quantity": 2}]), ("amount", "10,00"), ("amount", 10),
    ("terms", [{"id": 1}]), ("terms", True), ("terms", "x")])
def test_what_is_not_offered_is_not_taken_in_silence(stack, member, field, value):
    day = fresh_day()
    before = bookings(stack)
    answer = member.book(ROOM_A, at(day, 10), at(day, 11), **{field: value})
    assert answer.status_code == 422 and field in answer.json()["errors"], answer.text[:300]
    assert bookings(stack) == before


# ---- calendars

def feed(reader, path):
    answer = reader.get(path, headers={"Accept": "*/*"})
    assert answer.status_code == 200
    return answer.headers["etag"], answer.text


def test_calendar_of_a_place_knows_what_was_archived(stack, member, visitor, changed):
    day = fresh_day()
    uid = booked(member.book(ROOM_B, at(day, 10), at(day, 11)))["uid"]
    changed("reservation_resource", ROOM_B, archived_at="UTC_TIMESTAMP()")
    tag, text = feed(visitor, "/calendars/places/essai.ics")
    start = f"{day.replace('-', '')}T100000\r\n"
    assert start in text
    assert feed(visitor, "/calendars/places/essai.ics")[0] == tag
    assert member.post(f"/bookings/{uid}/cancel", json={}).status_code == 200
    after, text = feed(visitor, "/calendars/places/essai.ics")
    assert after != tag and start not in text


def test_calendars_follow_a_new_name(stack, member, manager):
    """The name stands in the text of each booking; more of them than one transaction writes."""
    made = [booked(member.book(DESKS, at(day, 9), at(day, 10)))["uid"] for day in (fresh_day(), fresh_day())]
    stack.database.rows("INSERT INTO reservation_item (booking_id, resource_id, quantity)"
                        " SELECT b.id, 904, 1 FROM reservation_booking b JOIN reservation_ics c ON c.booking_id = b.id"
                        f" WHERE b.uid NOT IN {tuple(made)} AND b.status = 'confirmed' AND b.end_utc > UTC_TIMESTAMP()"
                        " AND NOT EXISTS (SELECT 1 FROM reservation_item i WHERE i.booking_id = b.id AND i.resource_id = 904)"
                        " LIMIT 150")
    path = f"/calendars/resources/{DESKS}.ics"
    row = manager.get(f"/o/filature/resources/{DESKS}").json()
    tag, text = feed(manager, path)
    assert text.replace("\r\n ", "").count("LOCATION:Postes") >= 2 and "Etablis du fond" not in text
    renamed = manager.post(f"/o/filature/resources/{DESKS}", json={"row_version": row["row_version"], "name": "Etablis du fond"})
    assert renamed.status_code == 200, renamed.text
    st.wait_for(lambda: not stack.database.value(
        "SELECT COUNT(*) FROM outbox WHERE topic = 'resource.renamed' AND state <> 'sent'"))
    after, text = feed(manager, path)
    places = [line for line in text.replace("\r\n ", "").split("\r\n") if line.startswith("LOCATION:")]
    assert after != tag and len(places) > 100 and all("Etablis du fond" in line for line in places)
    # another change than the name's leaves the calendars alone
    count = "SELECT COUNT(*) FROM outbox WHERE topic = 'resource.renamed'"
    before = stack.database.value(count)
    version = manager.get(f"/o/filature/resources/{DESKS}").json()["row_version"]
    assert manager.post(f"/o/filature/resources/{DESKS}", json={"row_version": version, "summary": "Au calme"}).status_code == 200
    assert stack.database.value(count) == before
    manager.post(f"/o/filature/resources/{DESKS}", json={"row_version": version + 1, "name": "Postes"})
    stack.database.rows("DELETE i FROM reservation_item i LEFT JOIN reservation_occupancy o ON o.item_id = i.id"
                        " JOIN reservation_booking b ON b.id = i.booking_id WHERE i.resource_id = 904 AND o.id IS NULL"
                        " AND b.status = 'confirmed'")


def test_calendar_of_a_room_knows_its_zone(visitor, changed):
    path = f"/calendars/resources/{ROOM_A}.ics"
    tag, text = feed(visitor, path)
    assert "X-WR-TIMEZONE:Europe/Paris" in text
    changed("place", 900, zone="'Europe/London'")
    after, text = feed(visitor, path)
    assert after != tag and "X-WR-TIMEZONE:Europe/London" in text
    assert visitor.get(path, headers={"If-None-Match": tag}).status_code == 200


# ---- signing in from a page

def test_sign_in_comes_back_with_the_query(stack):
    day = fresh_day()
    wanted = {"start": [at(day, 14)], "end": [at(day, 15, 30)]}
    reader = stack.browser()
    page = reader.page(f"/resources/{ROOM_A}/book?start={at(day, 14)}&end={at(day, 15, 30)}")
    link = next(a for a in page.links if "/login?next=" in a)
    form = reader.page(reader.below(link)).form("/login")
    answer = reader.submit(form, email="membre@demo.example", password=st.PASSWORD)
    assert answer.status_code == 303, answer.text[:300]
    parts = urlsplit(answer.headers["location"])
    assert parts.path == f"{stack.prefix}/resources/{ROOM_A}/book" and parse_qs(parts.query) == wanted
    form = reader.page(reader.below(answer.headers["location"])).form("/bookings")
    assert (form.value("start"), form.value("end")) == (at(day, 14), at(day, 15, 30))
