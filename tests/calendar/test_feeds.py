# SPDX-License-Identifier: GPL-3.0-or-later
"""Feeds as calendar programs read them: libical, python3-icalendar, khal and vdirsyncer against the running server."""
import datetime
import email.utils
import os
import re
import shutil
import subprocess
import zoneinfo

import icalendar
import pytest

import stack as st
from stack import BUILD, HALL, ROOM_A, ROOM_B, fresh_day

PARIS = zoneinfo.ZoneInfo("Europe/Paris")
TITLES = ["essai: réunion, « à 9 » ; et\\suite", "essai: " + "très " * 20 + "long", "essai: 漢字 🎉 emoji", "essai: simple"]
ZONES = ["Europe/Paris", "Indian/Reunion"]


@pytest.fixture(scope="module")
def bookings(stack):
    """Some bookings of one room, in summer and winter time: {uid: (title, start, end)}."""
    manager = stack.program("gestion@demo.example")
    made = {}
    for n, title in enumerate(TITLES):
        day = st.day(21 + n * 90)
        answer = manager.book(ROOM_A, f"{day}T10:00", f"{day}T12:30", title=title, note="Ligne un\nLigne deux; fin")
        assert answer.status_code == 201, answer.text
        made[answer.json()["uid"]] = (title, f"{day}T10:00", f"{day}T12:30")
    return made


def feed(client, path=f"/calendars/resources/{ROOM_A}.ics", **options):
    answer = client.get(path, **options)
    assert answer.status_code == 200, answer.text[:300]
    return answer


def events(text):
    return [c for c in icalendar.Calendar.from_ical(text).walk("VEVENT")]


def test_bytes_are_as_the_standard_has_them(stack, bookings):
    answer = feed(stack.program("gestion@demo.example"))
    raw = answer.content
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert raw.startswith(b"BEGIN:VCALENDAR\r\n") and raw.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in raw.replace(b"\r\n", b"") and b"\r" not in raw.replace(b"\r\n", b"")
    lines = raw.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    for line in lines:
        line.decode()                                       # folded between characters, never in one
    for word in (b"freeassociation", b"X-LIC-ERROR", b"VALARM"):
        assert word not in raw
    head = raw.decode().replace("\r\n ", "")
    for line in ("VERSION:2.0", "REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H"):
        assert line + "\r\n" in head
    assert re.search("^PRODID:.", head, re.M) and re.search("^(NAME|X-WR-CALNAME):Essai A", head, re.M)
    assert answer.headers["cache-control"] == "private, max-age=900"


def test_icalendar_reads_what_was_booked(stack, bookings):
    found = {str(e["UID"]): e for e in events(feed(stack.program("gestion@demo.example")).text)}
    assert set(bookings) <= set(found)
    for uid, (title, start, end) in bookings.items():
        event = found[uid]
        assert str(event["SUMMARY"]) == title and str(event["STATUS"]) == "CONFIRMED"
        assert str(event["DESCRIPTION"]) == "Ligne un\nLigne deux; fin"
        for name, local in (("DTSTART", start), ("DTEND", end)):
            value = event[name]
            assert value.params["TZID"] == "Europe/Paris"
            assert value.dt.replace(tzinfo=None).isoformat()[:16] == local
        assert event["DTSTAMP"].dt.tzinfo is not None and int(event["SEQUENCE"]) == 0
        assert str(event["URL"]) == f"{stack.url}/bookings/{uid}"
        assert "Essai A" in str(event["LOCATION"])
    everything = icalendar.Calendar.from_ical(feed(stack.visitor(), "/calendars/places/essai.ics").text)
    zones = [str(z["TZID"]) for z in everything.walk("VTIMEZONE")]
    assert zones == ["Europe/Paris"]
    uids = [str(e["UID"]) for e in everything.walk("VEVENT")]
    assert len(uids) == len(set(uids)) >= len(bookings)


def read_by_libical(text):
    done = subprocess.run([str(BUILD / "tests/support/ical-read")], input=text.encode(), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return [line.split("\t") for line in done.stdout.decode().splitlines()]


def test_libical_reads_the_same_instants(stack, bookings):
    """By our VTIMEZONE, which has only rules: in winter, in summer and the year after."""
    read = {line[0]: line for line in read_by_libical(feed(stack.program("gestion@demo.example")).text)}
    for uid, (_, start, end) in bookings.items():
        wanted = [int(datetime.datetime.fromisoformat(t).replace(tzinfo=PARIS).timestamp()) for t in (start, end)]
        assert [int(n) for n in read[uid][1:3]] == wanted
    offsets = {datetime.datetime.fromisoformat(start).replace(tzinfo=PARIS).utcoffset() for _, start, _ in bookings.values()}
    assert len(offsets) == 2                                # both halves of the year were in it


@pytest.mark.parametrize("slug", ["la-filature", "case-reunion", "la-peniche", "atelier-du-canal"])
def test_libical_reads_the_sample_network(stack, slug):
    """Every place, for strangers and for those who may see more; a place without clock changes too."""
    for reader in (stack.visitor(), stack.program("coordination@reseau.example")):
        text = feed(reader, f"/calendars/places/{slug}.ics").text
        lines = read_by_libical(text)
        parsed = events(text)
        assert len(lines) == len(parsed) > 3
        for line, event in zip(lines, parsed):
            zone = zoneinfo.ZoneInfo(event["DTSTART"].params["TZID"])
            assert zone.key in ZONES
            wall = event["DTSTART"].dt.replace(tzinfo=None)
            assert int(line[1]) == int(wall.replace(tzinfo=zone).timestamp()), (line, zone.key)


def test_strangers_see_busy_only(stack, bookings):
    allowed = {"UID", "DTSTAMP", "LAST-MODIFIED", "DTSTART", "DTEND", "SEQUENCE", "SUMMARY", "STATUS", "CLASS", "TRANSP"}
    full = {(e["DTSTART"].dt.replace(tzinfo=None), e["DTEND"].dt.replace(tzinfo=None))
            for e in events(feed(stack.program("gestion@demo.example")).text)}
    for reader in (stack.visitor(), stack.program("membre@canal.example"), stack.program("installation@demo.example")):
        answer = feed(reader)
        seen = events(answer.text)
        assert {(e["DTSTART"].dt.replace(tzinfo=None), e["DTEND"].dt.replace(tzinfo=None)) for e in seen} == full
        for event in seen:
            assert set(event.keys()) <= allowed, set(event.keys()) - allowed
            assert str(event["SUMMARY"]) == "Occupé" and str(event["CLASS"]) == "PRIVATE"
            assert str(event["UID"]) not in bookings
        for word in ("réunion", "Vandamme", "Ligne un", *bookings):
            assert word not in answer.text.replace("\r\n ", "")


def test_validators(stack):
    day = fresh_day()
    reader, manager = stack.visitor(), stack.program("gestion@demo.example")
    for path in (f"/calendars/resources/{ROOM_B}.ics", "/calendars/places/essai.ics"):
        first = feed(reader, path)
        etag = first.headers["etag"]
        assert re.fullmatch(r'"[^"]+"', etag)
        again = reader.get(path, headers={"If-None-Match": f'"x", {etag}'})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
        assert feed(reader, path).content == first.content
        head = reader.head(path)
        assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", etag)
        assert feed(manager, path).headers["etag"] != etag  # whoever sees more has other bytes
        made = manager.book(ROOM_B, f"{day}T10:00", f"{day}T11:00", title="essai: étiquette").json()
        changed = feed(reader, path, headers={"If-None-Match": etag})
        assert changed.headers["etag"] != etag and changed.content != first.content
        assert manager.post(f"/bookings/{made['uid']}/cancel", json={}).status_code == 200
        back = feed(reader, path, headers={"If-None-Match": changed.headers["etag"]})
        assert len(events(back.text)) == len(events(first.text))
    other = feed(reader, f"/calendars/resources/{ROOM_A}.ics").headers["etag"]
    manager.book(ROOM_B, f"{day}T12:00", f"{day}T13:00")
    assert feed(reader, f"/calendars/resources/{ROOM_A}.ics").headers["etag"] == other


def test_last_modified(stack):
    path = f"/calendars/resources/{ROOM_B}.ics"
    # nothing is said of the second that still runs
    stamp = st.wait_for(lambda: feed(stack.visitor(), path).headers.get("last-modified"), 5)
    when = email.utils.parsedate_to_datetime(stamp)
    assert when <= datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=2)
    assert stack.visitor().get(path, headers={"If-Modified-Since": stamp}).status_code == 304
    before = email.utils.format_datetime(when - datetime.timedelta(seconds=1), usegmt=True)
    assert stack.visitor().get(path, headers={"If-Modified-Since": before}).status_code == 200


def test_unchanged_costs_one_query(stack):
    reader = stack.visitor()
    for path in (f"/calendars/resources/{ROOM_A}.ics", "/calendars/places/essai.ics"):
        known = {"If-None-Match": feed(reader, path).headers["etag"]}
        assert reader.get(path, headers=known).status_code == 304
        assert stack.comptoir.queries(lambda path=path, known=known: reader.get(path, headers=known)) == 1


def test_only_what_is_in_the_window(stack):
    """From 30 days back to 400 ahead; rejected and cancelled ones are left out; the whole shows in its parts."""
    day = fresh_day()
    manager = stack.program("gestion@demo.example")
    made = manager.book(HALL, f"{day}T10:00", f"{day}T11:00", title="essai: grande").json()
    for half in (st.HALF_1, st.HALF_2, HALL):
        text = feed(manager, f"/calendars/resources/{half}.ics").text
        assert made["uid"] in text.replace("\r\n ", ""), half
    for ago in (29, 31):
        when = f"UTC_DATE() - INTERVAL {ago} DAY + INTERVAL"
        stack.database.rows(
            "INSERT INTO reservation_booking (id, uid, org_id, place_id, title, start_local, end_local, zone, start_utc,"
            f" end_utc, status) SELECT {70000 + ago}, UUID(), org_id, id, 'essai: vieux', {when} 10 HOUR, {when} 11 HOUR,"
            f" 'Europe/Paris', {when} 9 HOUR, {when} 10 HOUR, 'confirmed' FROM place WHERE id = 900;"
            f" INSERT INTO reservation_item (booking_id, resource_id) VALUES ({70000 + ago}, {ROOM_A});"
            f" INSERT INTO reservation_ics (booking_id, full, busy) SELECT {70000 + ago}, REPLACE(full, uid, UUID()), busy FROM reservation_ics"
            " JOIN reservation_booking ON id = booking_id WHERE uid = '%s';" % made["uid"] +
            f" UPDATE reservation_ics SET full = REPLACE(full, 'essai: grande', 'vieux {70000 + ago}')"
            f" WHERE booking_id = {70000 + ago};"
            f" UPDATE reservation_resource SET sync_version = sync_version + 1 WHERE id = {ROOM_A}")
    text = feed(manager).text
    assert "vieux 70029" in text and "vieux 70031" not in text
    stack.database.rows("DELETE FROM reservation_ics WHERE booking_id IN (70029, 70031);"
                        " DELETE FROM reservation_item WHERE booking_id IN (70029, 70031);"
                        " DELETE FROM reservation_booking WHERE id IN (70029, 70031)")


def test_a_single_booking(stack, bookings):
    """ "Add to my calendar" of a booking's page: the same event, for those who may see it."""
    uid, (title, _, _) = next(iter(bookings.items()))
    answer = feed(stack.program("gestion@demo.example"), f"/bookings/{uid}.ics")
    only = events(answer.text)
    assert [str(e["UID"]) for e in only] == [uid] and str(only[0]["SUMMARY"]) == title
    assert len(read_by_libical(answer.text)) == 1
    assert stack.visitor().get(f"/bookings/{uid}.ics").status_code in (401, 404)


# ---- programs

def run(command, folder, **options):
    environment = {**os.environ, "HOME": str(folder), "XDG_CONFIG_HOME": f"{folder}/config", "XDG_DATA_HOME": f"{folder}/data",
                   "XDG_CACHE_HOME": f"{folder}/cache", "LC_ALL": "C.UTF-8", "TZ": "Europe/Paris"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=folder, check=False, timeout=120,
                          **options)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def needs(program):
    if not shutil.which(program):
        pytest.skip(f"{program} is not installed")


def test_khal_imports_and_lists(stack, bookings, tmp_path):
    needs("khal")
    (tmp_path / "khal.conf").write_text(
        f"[calendars]\n[[salle]]\npath = {tmp_path}/salle\n[locale]\nlocal_timezone = Europe/Paris\n"
        "default_timezone = Europe/Paris\ntimeformat = %H:%M\ndateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\n"
        "datetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n[sqlite]\n"
        f"path = {tmp_path}/khal.db\n[default]\ndefault_calendar = salle\n")
    (tmp_path / "salle").mkdir()
    (tmp_path / "feed.ics").write_bytes(feed(stack.program("gestion@demo.example")).content)
    khal = ["khal", "-c", str(tmp_path / "khal.conf")]
    run([*khal, "import", "--batch", "-a", "salle", "feed.ics"], tmp_path)
    for title, start, end in bookings.values():
        listed = run([*khal, "list", "--notstarted", "--format", "{start-time}|{end-time}|{title}", "--day-format", "",
                      start[:10], "1d"], tmp_path)
        assert f"{start[11:]}|{end[11:]}|{title}" in [line.strip() for line in listed.splitlines()], listed


def test_vdirsyncer_follows(stack, tmp_path):
    needs("vdirsyncer")
    manager = stack.program("gestion@demo.example")
    (tmp_path / "config").write_text(
        f'[general]\nstatus_path = "{tmp_path}/status/"\n'
        '[pair salle]\na = "ici"\nb = "comptoir"\ncollections = null\nconflict_resolution = "b wins"\n'
        f'[storage ici]\ntype = "filesystem"\npath = "{tmp_path}/ici/"\nfileext = ".ics"\n'
        f'[storage comptoir]\ntype = "http"\nurl = "{stack.url}/calendars/resources/{ROOM_B}.ics"\n')
    command = ["vdirsyncer", "-c", str(tmp_path / "config")]
    day = fresh_day()
    first = manager.book(ROOM_B, f"{day}T10:00", f"{day}T11:00").json()["uid"]
    run([*command, "discover"], tmp_path, input="y\ny\n")

    def synced():
        run([*command, "sync"], tmp_path)
        files = [icalendar.Calendar.from_ical(p.read_bytes()) for p in (tmp_path / "ici").glob("*.ics")]
        return {str(e["DTSTART"].dt)[:16] for c in files for e in c.walk("VEVENT")}

    before = synced()
    assert f"{day} 10:00" in before
    manager.book(ROOM_B, f"{day}T12:00", f"{day}T13:00")
    assert synced() - before == {f"{day} 12:00"}
    assert manager.post(f"/bookings/{first}/cancel", json={}).status_code == 200
    after = synced()
    assert f"{day} 10:00" not in after and f"{day} 12:00" in after
