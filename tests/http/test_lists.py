# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists of bookings: mine, and an organisation's; what managers keep by hand; and the sample network."""
import csv
import datetime
import io
import re
import time

import pymysql
import pytest

import stack as st
from stack import DESKS, HALF_1, HALL, ROOM_A, ROOM_B, fresh_day

MEMBER, MANAGER, OPENER = "membre@demo.example", "gestion@demo.example", "ouvreuse@demo.example"
LIST = "/o/filature/bookings"
EVERY_WEB_SERVER = True


def book(client, room, day, start="09:00", end="11:00", **more):
    answer = client.book(room, f"{day}T{start}", f"{day}T{end}", **more)
    assert answer.status_code == 201, (answer.status_code, answer.text[:800])
    return answer.json()["uid"]


def listed(client, **params):
    answer = client.get(LIST, params=params)
    assert answer.status_code == 200, answer.text[:500]
    return answer.json()


def uids(rows):
    return [row["uid"] for row in rows]


# ---- my bookings

def test_mine_are_mine(stack, member, manager):
    day = fresh_day()
    own = book(member, ROOM_A, day, title="Le mien")
    other = book(manager, ROOM_B, day, name="Une visiteuse", email="v@example.org", title="Au téléphone")
    mine = member.get("/bookings").json()
    assert own in uids(mine["upcoming"]) and other not in uids(mine["upcoming"] + mine["past"])
    assert other not in uids(manager.get("/bookings").json()["upcoming"])   # made by her, not for her
    row = next(r for r in mine["upcoming"] if r["uid"] == own)
    assert row["start_local"] == f"{day}T09:00" and row["rooms"] == "Essai A" and row["title"] == "Le mien"
    assert row["total"] == {"cents": 4800, "currency": "EUR"} and row["place"]["slug"] == "essai"
    starts = [r["start"] for r in mine["upcoming"]]
    assert starts == sorted(starts)
    assert stack.visitor().get("/bookings").status_code == 401


def test_a_cancelled_one_moves_down(member):
    uid = book(member, ROOM_A, fresh_day())
    assert member.post(f"/bookings/{uid}/cancel", json={}).status_code == 200
    mine = member.get("/bookings").json()
    assert uid not in uids(mine["upcoming"])
    assert next(r for r in mine["past"] if r["uid"] == uid)["status"] == "cancelled"


def test_older_ones_page_by_page(stack):
    person, reader = stack.person(OPENER), stack.program(OPENER)
    for _ in range(21):                         # more than a page of them, whatever day it is
        uid = book(reader, DESKS, fresh_day())
        assert reader.post(f"/bookings/{uid}/cancel", json={}).status_code == 200
    expected = [row[0] for row in stack.database.rows(
        "SELECT uid FROM reservation_booking WHERE (end_utc <= UTC_TIMESTAMP() OR status = 'cancelled')"
        f" AND person_id = {person} ORDER BY start_utc DESC, id DESC")]
    seen, path = [], "/bookings"
    while path:
        page = reader.page(path)
        view = reader.get(path).json()
        assert len(view["past"]) <= 20
        seen += uids(view["past"])
        older = [link for link in page.links if "/bookings?before=" in link]
        assert bool(older) == bool(view["more"])
        path = reader.below(older[0]) if older else None
    assert len(expected) > 20 and seen == expected


def test_again_is_the_same_hour_a_week_on(stack, member):
    past = member.get("/bookings").json()["past"]
    one = next(r for r in past if r["status"] == "confirmed")
    page = member.page("/bookings")
    links = [h for h in page.links if re.search(r"/resources/\d+/book\?start=", h)]
    assert links
    tomorrow = st.today().isoformat()
    for link in links:
        start = re.search(r"start=(\d{4}-\d\d-\d\d)T", link.replace("%3A", ":"))[1]
        assert start >= tomorrow, link
    weekday = datetime.date.fromisoformat(one["start_local"][:10]).weekday()
    clock = one["start_local"][11:]
    assert any(datetime.date.fromisoformat(m[1]).weekday() == weekday and m[2] == clock
               for m in (re.search(r"start=(\S{10})T(\d\d:\d\d)", h.replace("%3A", ":")) for h in links))
    assert member.page(member.below(links[0])).status == 200


# ---- an organisation's

def test_who_may_see_the_list(stack):
    assert stack.program(OPENER).get(LIST).status_code == 200
    assert stack.program(MEMBER).get(LIST).status_code == 403
    assert stack.program("gestion@canal.example").get(LIST).status_code in (403, 404)
    assert stack.visitor().get(LIST).status_code == 401


def test_no_row_of_another_organisation(stack, manager):
    rows = listed(manager, **{"from": "2020-01-01", "limit": 500})["bookings"]
    orgs = stack.database.rows("SELECT DISTINCT o.slug FROM reservation_booking b JOIN organisation o ON o.id = b.org_id"
                               f" WHERE b.uid IN ({','.join(repr(u) for u in uids(rows))})")
    assert len(rows) > 100 and orgs == [["filature"]]


def test_days_from_and_to(manager):
    day = fresh_day()
    late = book(manager, ROOM_A, day, "20:00", "22:00")
    rows = listed(manager, **{"from": day, "to": day})["bookings"]
    assert late in uids(rows) and {row["start_local"][:10] for row in rows} == {day}
    before = (datetime.date.fromisoformat(day) - datetime.timedelta(1)).isoformat()
    assert late not in uids(listed(manager, **{"from": before, "to": before})["bookings"])
    today = st.today().isoformat()
    assert all(r["start_local"] >= today for r in listed(manager)["bookings"])


def test_a_search_looks_back(stack, manager):
    """A year by itself, and as far as it is told to."""
    uid = book(manager, ROOM_B, fresh_day(), title="Il y a longtemps")
    for days, params, finds in ((300, {}, True), (500, {}, False), (500, {"from": ""}, True),
                                (500, {"from": "2020-01-01"}, True)):
        stack.database.rows("UPDATE reservation_booking SET start_local = UTC_DATE() - INTERVAL %d DAY + INTERVAL 9 HOUR,"
                            " end_local = start_local + INTERVAL 1 HOUR, start_utc = start_local, end_utc = end_local"
                            " WHERE uid = '%s'" % (days, uid))
        assert (uid in uids(listed(manager, q="longtemps", **params)["bookings"])) == finds, (days, params)
    stack.database.rows("DELETE FROM reservation_occupancy WHERE item_id IN (SELECT i.id FROM reservation_item i"
                        f" JOIN reservation_booking b ON b.id = i.booking_id WHERE b.uid = '{uid}')")
    stack.database.rows(f"UPDATE reservation_booking SET status = 'cancelled' WHERE uid = '{uid}'")


def test_reads_do_not_grow_with_the_history(stack, manager, member):
    """Handler_read_* of the database for one page, before and after 15 000 bookings more."""
    def reads(client, path):
        count = "SELECT SUM(VARIABLE_VALUE) FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME LIKE 'Handler_read%'"
        client.get(path)
        least = None
        for _ in range(3):      # the server does other things at times
            before = stack.database.value(count)
            assert client.get(path).status_code == 200
            seen = stack.database.value(count) - before
            least = seen if least is None else min(least, seen)
        return least

    pages = [(manager, LIST), (manager, LIST + "?from=2010-01-01"), (member, "/bookings"),
             (manager, LIST + f"?from=2010-01-01&before={int(time.time())}.0")]
    few = [reads(*page) for page in pages]
    columns = "org_id, place_id, person_id, title, source, zone, status, total_cents"
    for weeks in range(60, 600, 9):
        stack.database.rows(
            f"INSERT INTO reservation_booking (uid, note, {columns}, start_local, end_local, start_utc, end_utc)"
            f" SELECT UUID(), 'histoire', {columns}, start_local - INTERVAL {weeks} WEEK,"
            f" end_local - INTERVAL {weeks} WEEK, start_utc - INTERVAL {weeks} WEEK, end_utc - INTERVAL {weeks} WEEK"
            " FROM reservation_booking WHERE status = 'confirmed' AND NOT note <=> 'histoire'"
            " AND start_utc > UTC_TIMESTAMP() - INTERVAL 20 DAY")
    assert stack.database.value("SELECT COUNT(*) FROM reservation_booking") > 15000
    stack.database.rows("ANALYZE TABLE reservation_booking")
    many = [reads(*page) for page in pages]
    stack.database.rows("DELETE FROM reservation_booking WHERE note = 'histoire'")
    assert all(new <= old * 2 + 300 for old, new in zip(few, many)), (few, many)


@pytest.mark.parametrize("q, finds", [("Élan", True), ("elan", True), ("jeanne", True), ("Essai B", True),
                                      ("100%", True), ("100_", False), ("rien de tel", False)])
def test_search(manager, q, finds):
    day = fresh_day()
    uid = book(manager, ROOM_B, day, title="Élan 100% bio", name="Jeanne Zoé", email="j@example.org")
    rows = listed(manager, q=q, **{"from": day, "to": day})["bookings"]
    assert uids(rows) == ([uid] if finds else [])


def test_by_state(stack, manager, member):
    uid = book(member, st.ON_REQUEST, fresh_day())
    gone = book(member, ROOM_A, fresh_day())
    member.post(f"/bookings/{gone}/cancel", json={})
    assert uid in uids(listed(manager, status="pending")["bookings"])
    assert gone in uids(listed(manager, status="cancelled")["bookings"])
    assert gone not in uids(listed(manager, status="confirmed")["bookings"])
    assert manager.get(LIST, params={"status": "nonsense"}).status_code == 422
    waiting = stack.database.value("SELECT COUNT(*) FROM reservation_booking b JOIN organisation o ON o.id = b.org_id"
                                   " WHERE o.slug = 'filature' AND b.status = 'pending' AND b.end_utc > UTC_TIMESTAMP()")
    assert f"À traiter ({waiting})" in manager.page(LIST).text


def test_pages_there_and_back(manager):
    params = {"from": "2020-01-01", "limit": 7}
    whole = uids(listed(manager, **{"from": "2020-01-01", "limit": 500})["bookings"])
    there, view = [], listed(manager, **params)
    while True:
        there.append(uids(view["bookings"]))
        if not view["next"]:
            break
        there_cursor = view["next"]
        view = listed(manager, after=there_cursor, **params)
    assert sum(there, []) == whole and len(there) > 10 and all(len(page) == 7 for page in there[:-1])
    page, back = manager.page(LIST, params={**params, "after": there_cursor}), []
    while earlier := [link for link in page.links if "before=" in link and "bookings?" in link]:
        assert "limit=7" in earlier[0]
        path = manager.below(earlier[0])
        back.insert(0, uids(manager.get(path).json()["bookings"]))
        page = manager.page(path)
    assert sum(back, []) == whole[:sum(map(len, back))] and len(back) == len(there) - 1


def test_a_foreign_cursor_is_the_beginning(manager):
    for cursor in ("x", "1.", ".1", "1.2.3", "-5.1", "99999999999.1", "1793541600.1; DROP"):
        assert listed(manager, after=cursor)["bookings"] == listed(manager)["bookings"]


def test_by_day(manager):
    day = fresh_day()
    book(manager, DESKS, day, units=3, title="Trois bureaux", attendance=3)
    book(manager, ROOM_A, day, "12:00", "13:00", title="Midi")
    page = manager.page(LIST, params={"from": day, "to": day})
    assert "3 × Postes" in page.text and "2 réservations" in page.text and "3 personnes" in page.text
    assert page.headings.index("Trois bureaux") < page.headings.index("Midi")


def test_as_a_spreadsheet(stack, manager):
    day = fresh_day()
    book(manager, ROOM_A, day, title="=1+1")
    answer = manager.get(LIST + ".csv", params={"from": day, "to": day})
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))
    assert answer.headers["Content-Type"].startswith("text/csv") and len(rows) == 2
    row = dict(zip(*rows))
    assert row["title"] == "'=1+1" and row["start_local"] == f"{day}T09:00" and row["total"] == "48,00"
    assert row["rooms"] == "Essai A" and not any(name.endswith("_ui") for name in row)


def test_no_code_in_lists(stack, manager, visitor):
    stack.database.rows(f"UPDATE reservation_resource SET access_code = 'SESAM-42' WHERE id = {ROOM_A}")
    book(manager, ROOM_A, fresh_day())
    for client, path in ((manager, LIST), (manager, LIST + ".csv"), (manager, "/bookings"),
                         (visitor, "/o/filature/resources"), (visitor, f"/o/filature/resources/{ROOM_A}"),
                         (visitor, "/o/filature/resources.csv"), (stack.program(MEMBER), "/o/filature/resources")):
        answer = client.get(path)
        assert answer.status_code == 200 and "SESAM-42" not in answer.text, path
    assert "SESAM-42" in manager.get(f"/o/filature/resources/{ROOM_A}").text


# ---- what managers keep

RECORDS = ["resources", "kinds", "policies", "openings", "windows", "purposes", "tariffs", "prices"]


@pytest.mark.parametrize("record", RECORDS)
def test_each_record_has_its_pages(stack, manager, record):
    rows = manager.get(f"/o/filature/{record}").json()["rows"]
    assert rows
    for path in (f"/o/filature/{record}", f"/o/filature/{record}/new", f"/o/filature/{record}/{rows[0]['id']}",
                 f"/o/filature/{record}/{rows[0]['id']}/edit"):
        page = manager.page(path)
        assert page.status == 200 and page.headings, path
        if path.endswith(("new", "edit")):
            assert not page.unlabelled()
    assert any(h.endswith(f"/o/filature/{record}") for h in manager.page("/bookings").links)
    assert stack.program(MEMBER).post(f"/o/filature/{record}", json={}).status_code == 403


def refused(answer, field):
    assert answer.status_code == 422, (answer.status_code, answer.text[:500])
    assert field in answer.json()["errors"], answer.text


def version(client, path):
    return client.get(path).json()["row_version"]


def change(client, path, **values):
    return client.post(path, json={"row_version": version(client, path), **values})


def test_a_room_stays_where_its_bookings_are(stack, manager):
    book(manager, ROOM_A, fresh_day())
    filature = stack.database.value("SELECT id FROM place WHERE slug = 'la-filature'")
    path = f"/o/filature/resources/{ROOM_A}"
    refused(change(manager, path, place=filature), "place")
    assert change(manager, path, summary="Changé").status_code == 200
    canal = stack.database.value("SELECT id FROM place WHERE slug = 'la-peniche'")
    refused(change(manager, path, place=canal), "place")


def test_units_that_are_promised_stay(manager):
    day = fresh_day()
    uid = book(manager, DESKS, day, units=9)
    path = f"/o/filature/resources/{DESKS}"
    refused(change(manager, path, units=8), "units")
    assert manager.post(f"/bookings/{uid}/cancel", json={}).status_code == 200
    assert change(manager, path, units=12).status_code == 200
    for room in (HALL, HALF_1):
        refused(change(manager, f"/o/filature/resources/{room}", units=2), "units")


def test_rules_do_not_go_round(stack, manager):
    first = manager.post("/o/filature/policies", json={"label": "A", "step": 30}).json()["id"]
    second = manager.post("/o/filature/policies", json={"label": "B", "parent": first}).json()["id"]
    refused(change(manager, f"/o/filature/policies/{first}", parent=second), "parent")
    refused(change(manager, f"/o/filature/policies/{first}", parent=first), "parent")
    refused(manager.post("/o/filature/policies", json={"label": "C", "step": 50}), "step")
    refused(manager.post("/o/filature/policies", json={"label": "C", "min_duration": 60, "max_duration": 30}),
            "max_duration")
    foreign = stack.database.value("SELECT p.id FROM reservation_policy p JOIN organisation o ON o.id = p.org_id"
                                   " WHERE o.slug = 'canal' LIMIT 1")
    refused(manager.post("/o/filature/policies", json={"label": "C", "parent": foreign}), "parent")


def test_hours_that_were_in_force_are_ended_not_changed(stack, manager):
    place = stack.database.value("SELECT id FROM place WHERE slug = 'la-filature'")
    new = manager.post("/o/filature/openings",
                       json={"place": place, "weekdays": [7], "opens": "10:00", "closes": "12:00"})
    assert new.status_code == 201 and new.json()["valid_from_d"] == "2000-01-01"
    path = f"/o/filature/openings/{new.json()['id']}"
    assert change(manager, path, closes="12:30").status_code == 200         # a slip of the pen
    stack.database.rows("UPDATE reservation_opening SET created_utc = UTC_TIMESTAMP() - INTERVAL 2 DAY"
                        f" WHERE id = {new.json()['id']}")
    refused(change(manager, path, closes="13:00"), "valid_to")
    refused(change(manager, path, weekdays=[6, 7]), "valid_to")
    assert change(manager, path, valid_to=st.day(3)).status_code == 200
    later = manager.post("/o/filature/openings", json={"place": place, "weekdays": [7], "opens": "10:00",
                                                       "closes": "24:00", "valid_from": st.day(4)})
    assert later.status_code == 201 and later.json()["closes"] == "24:00"
    stack.database.rows("DELETE FROM reservation_opening WHERE weekday_mask = 64 AND place_id = %s" % place)


def test_hours_that_cannot_be(stack, manager):
    place, peniche, essai = (stack.database.value(f"SELECT id FROM place WHERE slug = '{s}'")
                             for s in ("la-filature", "la-peniche", "essai"))
    new = {"place": place, "weekdays": [1], "opens": "10:00", "closes": "12:00"}
    refused(manager.post("/o/filature/openings", json={**new, "closes": "10:00"}), "closes")
    refused(manager.post("/o/filature/openings", json={**new, "resource": ROOM_A}), "resource")
    refused(manager.post("/o/filature/openings", json={**new, "place": peniche}), "place")
    refused(manager.post("/o/filature/openings", json={**new, "valid_from": "2027-02-01", "valid_to": "2027-01-01"}),
            "valid_to")
    refused(manager.post("/o/filature/openings", json={k: v for k, v in new.items() if k != "weekdays"}), "weekdays")
    refused(manager.post("/o/filature/windows", json={"place": essai, "label": "nuit", "from": "22:00", "to": "6:00"}),
            "to")


def test_a_price_from_nothing(stack, manager):
    """A manager's way to a price: a room, a tariff, its price; and the page of the room says it."""
    essai = stack.database.value("SELECT id FROM place WHERE slug = 'essai'")
    room = manager.post("/o/filature/resources", json={"name": "Nouvelle", "place": essai, "kind": 903})
    assert room.status_code == 201 and room.json()["units"] == 1 and room.json()["active"] is True
    room = room.json()["id"]
    refused(manager.post("/o/filature/tariffs", json={"label": "T", "resource": room, "kind": 903}), "resource")
    refused(manager.post("/o/filature/tariffs", json={"label": "T"}), "resource")
    tariff = manager.post("/o/filature/tariffs", json={"label": "T", "resource": room})
    assert tariff.status_code == 201, tariff.text
    tariff = tariff.json()["id"]
    refused(manager.post("/o/filature/prices", json={"tariff": tariff, "unit": "window", "amount": "50"}), "window")
    refused(manager.post("/o/filature/prices", json={"tariff": tariff, "unit": "day", "window": 901, "amount": "50"}),
            "window")
    for price in ({"unit": "window", "window": 901, "amount": "50"}, {"unit": "hour_begun", "amount": "20,50"}):
        assert manager.post("/o/filature/prices", json={"tariff": tariff, **price}).status_code == 201
    day = fresh_day()
    price = manager.get(f"/resources/{room}/price", params={"start": f"{day}T09:00", "end": f"{day}T14:00"}).json()
    assert price["total"] == {"cents": 7050, "currency": "EUR"} and len(price["lines"]) == 2
    gone = manager.get("/o/filature/prices", params={"limit": 500}).json()["rows"]
    hour = next(r for r in gone if r["tariff_id"] == tariff and r["unit"] == "hour_begun")
    stack.database.rows(f"UPDATE reservation_step SET archived_at = UTC_TIMESTAMP() WHERE id = {hour['id']}")
    price = manager.get(f"/resources/{room}/price", params={"start": f"{day}T09:00", "end": f"{day}T14:00"}).json()
    assert price["total"] is None


def test_a_scope_is_never_a_dangling_number(stack):
    for bad in ("INSERT INTO reservation_opening (org_id, place_id, resource_id, weekday_mask, opens, closes)"
                " SELECT org_id, place_id, 99999999, 1, 0, 60 FROM reservation_opening LIMIT 1",
                "INSERT INTO reservation_tariff (org_id, label) SELECT org_id, 'x' FROM reservation_kind LIMIT 1"):
        with pytest.raises(pymysql.MySQLError):
            stack.database.rows(bad)


# ---- the sample network

def test_the_sample_network(stack):
    """Twelve places, sixty things, from two weeks ago to four weeks ahead, and nothing that the rules forbid."""
    value = stack.database.value
    own = "FROM reservation_resource x JOIN place p ON p.id = x.place_id WHERE p.slug <> 'essai' AND x.name <> 'Nouvelle'"
    assert value(f"SELECT COUNT(*) {own}") == 60 and value(f"SELECT COUNT(DISTINCT x.place_id) {own}") == 12
    made = ("FROM reservation_booking b JOIN place p ON p.id = b.place_id WHERE p.slug <> 'essai'"
            " AND b.source IN ('web', 'phone', 'counter') AND b.created_utc <"
            " (SELECT MIN(created_utc) FROM place WHERE slug = 'essai') + INTERVAL 1 MINUTE")
    assert 800 <= value(f"SELECT COUNT(*) {made}") <= 1200
    assert value(f"SELECT MIN(DATEDIFF(b.start_local, b.created_utc)) {made}") in (-14, -13)
    assert value(f"SELECT MAX(DATEDIFF(b.start_local, b.created_utc)) {made}") in (26, 27, 28, 29)
    for status in ("confirmed", "pending", "cancelled"):
        assert value(f"SELECT COUNT(*) {made} AND b.status = '{status}'") > 0, status
    assert value(f"SELECT COUNT(*) {made} AND b.status <> 'cancelled' AND NOT EXISTS"
                 " (SELECT 1 FROM reservation_ics c WHERE c.booking_id = b.id)") == 0
    on_sunday = stack.database.rows(f"SELECT DISTINCT p.slug {made} AND WEEKDAY(b.start_local) = 6 ORDER BY p.slug")
    assert on_sunday == [["la-marelle"], ["le-grand-jardin"]]                       # all others are closed then
    assert stack.overlaps() == [] and stack.halves() == []
    buffered = stack.database.rows(
        "SELECT b.uid FROM reservation_booking b JOIN reservation_item i ON i.booking_id = b.id"
        " JOIN reservation_resource x ON x.id = i.resource_id JOIN reservation_occupancy o ON o.item_id = i.id"
        " WHERE x.name LIKE 'Grande salle%' AND x.place_id = (SELECT id FROM place WHERE slug = 'la-filature')"
        " AND NOT (o.start_utc = b.start_utc - INTERVAL 30 MINUTE AND o.end_utc = b.end_utc + INTERVAL 30 MINUTE)")
    assert buffered == []
    twice = stack.database.rows(
        "SELECT a.uid FROM reservation_booking a JOIN reservation_booking b ON a.person_id = b.person_id AND a.id < b.id"
        " AND a.start_utc < b.end_utc AND b.start_utc < a.end_utc JOIN place p ON p.id = a.place_id"
        " JOIN place q ON q.id = b.place_id WHERE p.slug <> 'essai' AND q.slug <> 'essai'"
        " AND a.status <> 'cancelled' AND b.status <> 'cancelled'")
    assert twice == []


def test_sample_texts_are_french(stack):
    labels = {row[0] for row in stack.database.rows("SELECT DISTINCT label FROM reservation_price_line")}
    assert not [label for label in labels if re.search(r"\bhours?\b|\bday\b", label)]
    assert any("heures à" in label for label in labels)
