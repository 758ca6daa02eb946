# SPDX-License-Identifier: GPL-3.0-or-later
"""The calendar that a person has of her own bookings, at an address that is a secret: who reads it, what stands in it, how it
ends; and the calendar of a single booking."""
import datetime
import re
import zoneinfo

import icalendar
import pytest

import stack as st
from stack import ROOM_A, ROOM_B, fresh_day
from test_feeds import events, feed, needs, read_by_libical, run

MEMBER, OTHER, MANAGER = "membre@demo.example", "membre@canal.example", "gestion@demo.example"


def address(stack, email):
    """The path of the calendar of a sample person."""
    answer = stack.program(email).get("/calendars")
    assert answer.status_code == 200, answer.text
    return stack.link(answer.json()["address"])


def by_uid(text):
    return {str(event["UID"]): event for event in events(text)}


@pytest.fixture(name="made")
def one_booking(stack):
    day = fresh_day()
    answer = stack.program(MEMBER).book(ROOM_A, f"{day}T10:00", f"{day}T12:30", title="essai: à moi; et, \\ 漢字 🎉",
                                        note="Ligne un\nLigne deux")
    assert answer.status_code == 201, answer.text
    return answer.json()


# ---- who

def test_page_is_for_who_is_signed_in(stack):
    assert stack.visitor().get("/calendars").status_code == 401
    assert stack.visitor().post("/calendars/renew", json={}).status_code in (401, 403)
    assert stack.browser().get("/calendars").status_code == 401
    page = stack.login(MEMBER, accept="text/html").page("/calendars")
    assert page.status == 200 and page.unlabelled() == [] and "no-store" in page.answer.headers["cache-control"]
    path = address(stack, MEMBER)
    assert f"webcal{stack.url.removeprefix('http')}{path}" in page.links and path in page.links
    assert [a["value"] for a in page.controls if a.get("id") == "address"] == [stack.url + path]
    assert re.search(r'<svg class="qr" viewBox="0 0 \d+ \d+".*?<path d="M\d', page.answer.text)


def test_addresses_are_of_one_person(stack, made):
    mine, hers = address(stack, MEMBER), address(stack, OTHER)
    assert mine != hers and re.fullmatch(r"/calendars/people/\d+-[0-9a-f]{40}\.ics", mine)
    nobody = stack.visitor()
    assert made["uid"] in by_uid(feed(nobody, mine).text)
    assert made["uid"] not in by_uid(feed(nobody, hers).text)
    person, secret = re.search(r"(\d+)-([0-9a-f]+)", mine).groups()
    other = re.search(r"(\d+)-", hers)[1]
    for wrong in (f"{other}-{secret}", f"{person}-{secret[:-1]}0" if secret[-1] != "0" else f"{person}-{secret[:-1]}1",
                  f"{person}-{secret.upper()}", f"{person}-", person, secret, f"{person}-{secret}0", f"0{person}-{secret}",
                  "9" * 30 + "-" + secret, f"-{person}-{secret}", f"{person}-{'0' * 40}"):
        answer = nobody.get(f"/calendars/people/{wrong}.ics")
        assert answer.status_code == 404 and "BEGIN" not in answer.text, wrong


def test_nothing_in_the_database_is_the_secret(stack, made):
    assert made
    secret = re.search(r"-([0-9a-f]+)", address(stack, MEMBER))[1]
    columns = stack.database.rows("SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'comptoir'"
                                  " AND table_name LIKE 'reservation\\_%' AND data_type IN ('varchar', 'char', 'text', 'mediumtext')")
    for table, column in columns:
        assert stack.database.value(f"SELECT COUNT(*) FROM {table} WHERE {column} LIKE '%{secret}%'") == 0, (table, column)


def test_renewed_address_ends_the_old_one(stack, made):
    old, hers = address(stack, MEMBER), address(stack, OTHER)
    tag = feed(stack.visitor(), old).headers["etag"]
    member = stack.login(MEMBER)
    assert stack.login(MEMBER).post("/calendars/renew", json={}, headers={"X-CSRF-Token": "0"}).status_code == 403
    assert address(stack, MEMBER) == old
    browser = stack.login(MEMBER, accept="text/html")
    answer = browser.submit(browser.page("/calendars").form("/calendars/renew"))
    assert answer.status_code == 303 and answer.headers["Location"].endswith("/calendars")
    new = address(stack, MEMBER)
    assert new != old
    assert stack.visitor().get(old).status_code == 404
    assert stack.visitor().get(old, headers={"If-None-Match": tag}).status_code == 404
    assert made["uid"] in by_uid(feed(stack.visitor(), new).text)
    assert address(stack, OTHER) == hers and feed(stack.visitor(), hers)
    assert member.post("/calendars/renew", json={}).json()["address"] != stack.url + new
    assert stack.visitor().get(new).status_code == 404


# ---- what

def test_own_bookings_and_no_others(stack, made):
    """Also what a manager booked for her; with the way there, and nothing for others."""
    day = fresh_day()
    person = stack.program(MEMBER).get("/me").json()["id"]
    booked = stack.program(MANAGER).book(ROOM_B, f"{day}T10:00", f"{day}T11:00", person=person).json()
    his = stack.program(MANAGER).book(ROOM_B, f"{day}T12:00", f"{day}T13:00").json()
    answer = feed(stack.visitor(), address(stack, MEMBER))
    found = by_uid(answer.text)
    assert {made["uid"], booked["uid"]} <= set(found) and his["uid"] not in found
    event = found[made["uid"]]
    assert str(event["SUMMARY"]) == "essai: à moi; et, \\ 漢字 🎉" and str(event["DESCRIPTION"]) == "Ligne un\nLigne deux"
    assert str(event["LOCATION"]) == "Essai A, Lieu d'essai, 1 rue des Essais, 59000 Lille"
    assert str(found[booked["uid"]]["SUMMARY"]) == "Essai B"
    assert str(event["STATUS"]) == "CONFIRMED" and str(event["URL"]).endswith(made["uid"])
    hers = stack.database.rows("SELECT b.uid FROM reservation_booking b JOIN party p ON p.id = b.person_id"
                               f" WHERE p.email = '{MEMBER}'")
    assert set(found) <= {row[0] for row in hers}
    raw = answer.content
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8" and b"VALARM" not in raw
    assert max(map(len, raw.split(b"\r\n"))) <= 75 and b"\n" not in raw.replace(b"\r\n", b"")
    calendar = icalendar.Calendar.from_ical(answer.text)
    assert str(calendar["NAME"]) == str(calendar["X-WR-CALNAME"]) == "Mes réservations – Réseau d'essai"
    assert str(calendar["X-PUBLISHED-TTL"]) == "PT1H" and str(calendar["REFRESH-INTERVAL"]) == "PT1H" and calendar["COLOR"]


def test_several_zones_are_each_said_once(stack, made):
    """A day in La Réunion beside one in Lille: libical takes both by our VTIMEZONE."""
    assert made
    island = stack.database.rows("SELECT r.id FROM reservation_resource r JOIN place p ON p.id = r.place_id"
                                 " WHERE p.zone = 'Indian/Reunion' AND r.active = 1 AND r.members_only = 0 LIMIT 1")[0][0]
    day = next(d for d in (fresh_day() for _ in range(7)) if datetime.date.fromisoformat(d).isoweekday() == 3)
    answer = stack.program(MEMBER).book(int(island), f"{day}T10:00", f"{day}T11:00")
    assert answer.status_code == 201, answer.text
    text = feed(stack.visitor(), address(stack, MEMBER)).text
    zones = [str(z["TZID"]) for z in icalendar.Calendar.from_ical(text).walk("VTIMEZONE")]
    assert sorted(zones) == ["Europe/Paris", "Indian/Reunion"]
    read = {line[0]: line for line in read_by_libical(text)}
    wanted = datetime.datetime.fromisoformat(f"{day}T10:00").replace(tzinfo=zoneinfo.ZoneInfo("Indian/Reunion"))
    assert int(read[answer.json()["uid"]][1]) == int(wanted.timestamp())
    for line, event in zip(read.values(), events(text)):
        zone = zoneinfo.ZoneInfo(event["DTSTART"].params["TZID"])
        assert int(line[1]) == int(event["DTSTART"].dt.replace(tzinfo=None).replace(tzinfo=zone).timestamp())


def test_cancelled_stays_a_fortnight_in_her_own_calendar_only(stack, made):
    uid, path = made["uid"], address(stack, MEMBER)
    manager = stack.program(MANAGER)
    assert stack.program(MEMBER).post(f"/bookings/{uid}/cancel", json={}).status_code == 200
    event = by_uid(feed(stack.visitor(), path).text)[uid]
    assert str(event["STATUS"]) == "CANCELLED" and int(event["SEQUENCE"]) == 1
    for others in (f"/calendars/resources/{ROOM_A}.ics", "/calendars/places/essai.ics"):
        assert uid not in by_uid(feed(manager, others).text)
        assert "CANCELLED" not in feed(stack.visitor(), others).text
    for days, there in ((13, True), (15, False)):
        stack.database.rows(f"UPDATE reservation_ics c JOIN reservation_booking b ON b.id = c.booking_id SET c.left_utc ="
                            f" UTC_TIMESTAMP() - INTERVAL {days} DAY WHERE b.uid = '{uid}'")
        assert (uid in by_uid(feed(stack.visitor(), path).text)) is there


# ---- unchanged

def test_validators(stack, made):
    reader, path = stack.visitor(), address(stack, MEMBER)
    first = feed(reader, path)
    etag = first.headers["etag"]
    assert re.fullmatch(r'"[^"]+"', etag) and first.headers["cache-control"] == "private, max-age=900"
    again = reader.get(path, headers={"If-None-Match": etag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    head = reader.head(path)
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", etag)
    assert feed(reader, path).content == first.content
    stamp = st.wait_for(lambda: feed(reader, path).headers.get("last-modified"), 60)
    assert reader.get(path, headers={"If-Modified-Since": stamp}).status_code == 304
    # another's booking of the same room changes nothing, each change of one's own does
    day = fresh_day()
    stack.program(MANAGER).book(ROOM_A, f"{day}T10:00", f"{day}T11:00")
    assert reader.get(path, headers={"If-None-Match": etag}).status_code == 304
    assert stack.program(MEMBER).post(f"/bookings/{made['uid']}/cancel", json={}).status_code == 200
    assert feed(reader, path, headers={"If-None-Match": etag}).headers["etag"] != etag
    assert reader.get(path, headers={"If-Modified-Since": stamp}).status_code == 200


def test_unchanged_costs_one_query(stack, made):
    assert made
    reader, path = stack.visitor(), address(stack, MEMBER)
    known = {"If-None-Match": feed(reader, path).headers["etag"]}
    assert stack.comptoir.queries(lambda: reader.get(path, headers=known)) == 1
    assert stack.comptoir.queries(lambda: reader.get(path)) == 2


def test_what_a_duplicate_booked_moves_into_her_calendar(stack):
    """Two contacts that turn out to be one person, merged: the calendar says that it changed."""
    manager = stack.program(MANAGER)
    people = [manager.post("/o/filature/people", json={"kind": "person", "anyway": True, "given_name": "Zoé", "family_name": f"Double {n}"}).json()
              for n in range(2)]
    day = fresh_day()
    made = manager.book(ROOM_B, f"{day}T16:00", f"{day}T17:00", title="essai: double", person=people[0]["id"]).json()
    versions = {key: stack.database.value(f"SELECT row_version FROM party WHERE id = {people[n]['id']}")
                for n, key in enumerate(("from_version", "into_version"))}
    before = stack.database.value(f"SELECT COALESCE(MAX(version), 0) FROM reservation_feed WHERE party_id = {people[1]['id']}")
    answer = manager.post(f"/o/filature/people/{people[0]['id']}/merge", json={"with": people[1]["id"], **versions})
    assert answer.status_code == 200, answer.text
    assert stack.database.rows("SELECT c.person_id, b.person_id FROM reservation_ics c JOIN reservation_booking b"
                               f" ON b.id = c.booking_id WHERE b.uid = '{made['uid']}'") == [[people[1]["id"]] * 2]
    assert stack.database.value(f"SELECT version FROM reservation_feed WHERE party_id = {people[1]['id']}") == before + 1
    assert st.ctl(stack.comptoir.config, "verify", check=False).returncode == 0
    stack.database.rows(f"UPDATE reservation_booking SET person_id = {people[0]['id']} WHERE uid = '{made['uid']}'")
    said = st.ctl(stack.comptoir.config, "verify", check=False)
    assert said.returncode == 1 and "not what calendars were told" in said.stderr       # whoever forgets to tell is found
    stack.database.rows(f"UPDATE reservation_booking SET person_id = {people[1]['id']} WHERE uid = '{made['uid']}'")


# ---- a single one

def test_calendar_of_a_booking_opens_nothing_else(stack, made):
    """Its page gives the address; whoever has it reads the event, sees when it is cancelled, and may do nothing."""
    uid = made["uid"]
    page = stack.login(MEMBER, accept="text/html").page(f"/bookings/{uid}")
    path = next(link for link in page.links if f"/bookings/{uid}.ics?k=" in link and link.startswith("/"))
    assert any(link.startswith("webcal://") and link.endswith(path) for link in page.links) and 'class="qr"' in page.answer.text
    nobody = stack.visitor()
    assert list(by_uid(feed(nobody, path).text)) == [uid] and len(read_by_libical(feed(nobody, path).text)) == 1
    key = path.split("k=")[1]
    for wrong in (f"/bookings/{uid}.ics", f"/bookings/{uid}.ics?k=", f"/bookings/{uid}.ics?k={key[:-1]}", f"/bookings/{uid}?k={key}",
                  f"/bookings/{uid}?t={key}", f"/bookings/{uid}.ics?t={key}", f"/bookings/{uid}/cancel?k={key}"):
        assert nobody.get(wrong).status_code in (401, 404), wrong
    assert stack.program(MEMBER).post(f"/bookings/{uid}/cancel", json={}).status_code == 200
    assert str(by_uid(feed(nobody, path).text)[uid]["STATUS"]) == "CANCELLED"


# ---- programs

def test_khal_reads_it(stack, made, tmp_path):
    needs("khal")
    (tmp_path / "khal.conf").write_text(
        f"[calendars]\n[[moi]]\npath = {tmp_path}/moi\n[locale]\nlocal_timezone = Europe/Paris\n"
        "default_timezone = Europe/Paris\ntimeformat = %H:%M\ndateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\n"
        "datetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n[sqlite]\n"
        f"path = {tmp_path}/khal.db\n[default]\ndefault_calendar = moi\n")
    (tmp_path / "moi").mkdir()
    (tmp_path / "feed.ics").write_bytes(feed(stack.visitor(), address(stack, MEMBER)).content)
    khal = ["khal", "-c", str(tmp_path / "khal.conf")]
    run([*khal, "import", "--batch", "-a", "moi", "feed.ics"], tmp_path)
    listed = run([*khal, "list", "--notstarted", "--format", "{start-time}|{end-time}|{title}", "--day-format", "",
                  made["start_local"][:10], "1d"], tmp_path)
    assert f"10:00|12:30|{made['title']}" in [line.strip() for line in listed.splitlines()], listed


@pytest.mark.parametrize("whose", ["place", "person"])
def test_vdirsyncer_follows(stack, made, tmp_path, whose):
    needs("vdirsyncer")
    path = address(stack, MEMBER) if whose == "person" else "/calendars/places/essai.ics"
    (tmp_path / "config").write_text(
        f'[general]\nstatus_path = "{tmp_path}/status/"\n'
        '[pair moi]\na = "ici"\nb = "comptoir"\ncollections = null\nconflict_resolution = "b wins"\n'
        f'[storage ici]\ntype = "filesystem"\npath = "{tmp_path}/ici/"\nfileext = ".ics"\n'
        f'[storage comptoir]\ntype = "http"\nurl = "{stack.url}{path}"\n')
    command = ["vdirsyncer", "-c", str(tmp_path / "config")]
    run([*command, "discover"], tmp_path, input="y\ny\n")

    def synced():
        run([*command, "sync"], tmp_path)
        files = [icalendar.Calendar.from_ical(p.read_bytes()) for p in (tmp_path / "ici").glob("*.ics")]
        return {str(e["DTSTART"].dt)[:16]: str(e["STATUS"]) for c in files for e in c.walk("VEVENT")}

    start = made["start_local"].replace("T", " ")
    assert synced()[start] == "CONFIRMED"
    assert stack.program(MEMBER).post(f"/bookings/{made['uid']}/cancel", json={}).status_code == 200
    assert synced().get(start) == ("CANCELLED" if whose == "person" else None)


def test_a_place_that_is_renamed_is_renamed_in_calendars(stack, made):
    """Soon: its name and address are in the texts that were stored with each booking."""
    manager, path = stack.program("admin@demo.example"), address(stack, MEMBER)
    place = manager.get("/o/filature/places/900").json()
    etag = feed(stack.visitor(), path).headers["etag"]
    try:
        answer = manager.post("/o/filature/places/900", json={"name": "Lieu rebaptisé", "street": "2 rue Neuve",
                                                              "row_version": place["row_version"]})
        assert answer.status_code == 200, answer.text
        st.wait_for(lambda: "Lieu rebaptisé\\, 2 rue Neuve" in feed(stack.visitor(), path).text.replace("\r\n ", ""), 30)
        event = by_uid(feed(stack.visitor(), path, headers={"If-None-Match": etag}).text)[made["uid"]]
        assert int(event["SEQUENCE"]) == 0                  # it is where it was
    finally:
        stack.database.rows("UPDATE place SET name = 'Lieu d''essai', street = '1 rue des Essais' WHERE id = 900")


def test_whoever_leaves_takes_her_calendar_with_her(stack):
    st.ctl(stack.comptoir.config, "user", "add", "pauline@essai.example", "Pauline", "Partante", input="trois petits chats verts\n")
    pauline = stack.login("pauline@essai.example", "trois petits chats verts")
    path = stack.link(pauline.get("/calendars").json()["address"])
    assert feed(stack.visitor(), path)
    answer = pauline.post("/me/delete", json={"current": "trois petits chats verts"})
    assert answer.status_code == 200, answer.text
    assert stack.visitor().get(path).status_code == 404
