# SPDX-License-Identifier: GPL-3.0-or-later
"""A day's work behind the counter: who comes, who came, what waits for an answer, and the paper for the door."""
import datetime
import email
import email.policy
import re
import uuid
import zoneinfo

import pytest

import stack as st
from stack import ON_REQUEST, ROOM_A, fresh_day, wait_for
from test_story import at, booked

PARIS = zoneinfo.ZoneInfo("Europe/Paris")
STRANGERS = (None, "membre@demo.example", "tresor@demo.example", "gestion@canal.example", "contact@lys-lez.example")


@pytest.fixture(scope="module")
def stack():
    """One of its own: bookings are moved into this moment."""
    with st.Stack(web="nginx") as running:
        yield running


@pytest.fixture(autouse=True)
def sound(stack):
    yield
    assert [line for line in stack.comptoir.log().splitlines() if " status=500" in line] == []
    assert stack.overlaps() == []


def move(stack, uid, start, end):
    """A booking with its time to so many minutes from now, by SQL."""
    now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    def when(minutes, zone):
        return f"{(now + datetime.timedelta(minutes=minutes)).astimezone(zone):%F %T}"
    stack.database.rows(
        f"UPDATE reservation_booking SET start_utc = '{when(start, datetime.timezone.utc)}',"
        f" end_utc = '{when(end, datetime.timezone.utc)}', start_local = '{when(start, PARIS)}',"
        f" end_local = '{when(end, PARIS)}' WHERE uid = '{uid}';"
        "DELETE o FROM reservation_occupancy o JOIN reservation_item i ON i.id = o.item_id JOIN reservation_booking b"
        f" ON b.id = i.booking_id WHERE b.uid = '{uid}';"
        "INSERT INTO reservation_occupancy (resource_id, unit_no, start_utc, end_utc, cause, item_id)"
        " SELECT i.resource_id, 1, b.start_utc, b.end_utc, 'booking', i.id FROM reservation_booking b"
        f" JOIN reservation_item i ON i.booking_id = b.id WHERE b.uid = '{uid}'")


def drop(stack, uid):
    stack.program("gestion@demo.example").post(f"/bookings/{uid}/cancel", json={})


def stored(stack, uid, column):
    return stack.database.value(f"SELECT {column} FROM reservation_booking WHERE uid = '{uid}'")


def someone():
    return f"zoe-{uuid.uuid4().hex[:8]}@exemple.example"


def mails_to(stack, address):
    found = [email.message_from_bytes(p.read_bytes(), policy=email.policy.default) for p in stack.comptoir.mails()]
    return [m for m in found if address in m["to"]]


# ---- who came

@pytest.fixture
def here(stack, manager):
    """A booking that began five minutes ago and goes on for an hour."""
    day = fresh_day()
    uid = booked(manager.book(ROOM_A, at(day, 10), at(day, 11), name="Zoé Ici", phone="06 12 34 56 78", title="essai: ici",
                              attendance=6))["uid"]
    move(stack, uid, -5, 60)
    yield uid
    stack.database.rows("DELETE o FROM reservation_occupancy o JOIN reservation_item i ON i.id = o.item_id"
                        f" JOIN reservation_booking b ON b.id = i.booking_id WHERE b.uid = '{uid}';"
                        f"UPDATE reservation_booking SET status = 'cancelled' WHERE uid = '{uid}'")


def test_arrival_with_the_real_number(stack, here):
    marthe = stack.program("ouvreuse@demo.example")                       # a volunteer who opens the place
    answer = marthe.post(f"/bookings/{here}/arrived", json={"people": 9})
    assert answer.status_code == 200 and answer.json()["attendance_actual"] == 9, answer.text
    assert (stored(stack, here, "attendance"), stored(stack, here, "attendance_actual")) == (6, 9)
    assert stored(stack, here, "arrived_utc") and stored(stack, here, "status") == "confirmed"
    assert marthe.post(f"/bookings/{here}/arrived", json={"undo": True}).status_code == 200
    assert stored(stack, here, "arrived_utc") is None
    assert marthe.post(f"/bookings/{here}/no-show", json={}).json()["status"] == "no_show"
    assert marthe.post(f"/bookings/{here}/arrived", json={"people": 2}).json()["status"] == "confirmed"   # late after all
    trail = [a for a, in stack.database.rows("SELECT a.action FROM audit a JOIN reservation_booking b ON b.id = a.object_id"
                                             f" WHERE a.kind = 'booking' AND b.uid = '{here}' ORDER BY a.id")]
    assert trail == ["create", "arrived", "unsay", "no_show", "arrived"]


def test_presence_only_around_its_time(stack, manager, here):
    move(stack, here, 90, 150)
    assert manager.post(f"/bookings/{here}/no-show", json={}).status_code == 409         # it has not begun
    assert manager.post(f"/bookings/{here}/arrived", json={}).status_code == 200         # but they may be early
    move(stack, here, 180, 240)
    assert manager.post(f"/bookings/{here}/arrived", json={}).status_code == 409
    move(stack, here, -5 * 1440, -5 * 1440 + 60)
    for act in ("arrived", "no-show"):
        assert manager.post(f"/bookings/{here}/{act}", json={}).status_code == 409
    day = fresh_day()
    waiting = booked(stack.program("membre@demo.example").book(ON_REQUEST, at(day, 8), at(day, 9)))
    assert manager.post(f"/bookings/{waiting['uid']}/arrived", json={}).status_code == 409
    drop(stack, waiting["uid"])


def test_strangers_say_nothing(stack, here):
    for who in STRANGERS:
        client = stack.program(who) if who else stack.visitor()
        for act in ("arrived", "no-show", "confirm", "reject", "unreject"):
            assert client.post(f"/bookings/{here}/{act}", json={}).status_code in (401, 403, 404), (who, act)
        for page in ("/o/filature/today", "/o/filature/today/door", "/o/filature/requests", f"/bookings/{here}/answer"):
            answer = client.get(page)
            assert answer.status_code in (401, 403, 404) and "essai" not in answer.text, (who, page)
    opener = stack.program("ouvreuse@demo.example")
    assert opener.get("/o/filature/today").status_code == 200
    assert opener.get("/o/filature/requests").status_code == 403
    assert stored(stack, here, "arrived_utc") is None and stored(stack, here, "status") == "confirmed"


# ---- the day

def test_the_day_says_who_comes_and_takes_one_tap(stack, here):
    hugo = stack.login("gestion@demo.example")
    move(stack, here, -40, 60)
    view = hugo.get("/o/filature/today").json()
    mine = [a for a in view["arrivals"] if a["uid"] == here][0]
    assert (mine["person"], mine["phone"], mine["attendance"], mine["arrived"]) == ("Zoé Ici", "+33612345678", 6, None)
    starts = [a["start"] for a in view["arrivals"]]
    assert starts == sorted(starts) and str(ROOM_A) not in [f["id"] for f in view["free"]]
    page = hugo.page("/o/filature/today")
    assert "en retard" in page.text and page.unlabelled() == []
    done = hugo.submit(page.form(f"/bookings/{here}/arrived"), people="4")
    assert done.status_code == 303 and "/o/filature/today" in done.headers["Location"]
    assert stored(stack, here, "attendance_actual") == 4
    door = hugo.page("/o/filature/today/door")
    assert "essai: ici" in door.text and "06 12 34 56 78" not in door.text        # the door tells no telephone


def test_the_door_calls_no_closed_room_free(stack):
    """La Filature is closed on Sundays, the other place is not."""
    sunday = st.today() + datetime.timedelta(days=371 + 6 - st.today().weekday())     # that nothing books
    page = stack.login("gestion@demo.example").get(f"/o/filature/today/door?date={sunday}", headers={"Accept": "text/html"}).text
    rooms = re.findall(r"<h2>(.+?)</h2>\s*<p class=\"muted\">(.+?)</p>\s*(<p>Libre toute la journée</p>)?", page)
    assert {("Fermé" in hours, bool(free)) for _, hours, free in rooms} == {(True, False), (False, True)}


def test_a_manager_begins_at_the_day(stack):
    for who, where in (("gestion@demo.example", "/o/filature/today"), ("membre@demo.example", None),
                         ("ouvreuse@demo.example", None)):
        answer = stack.login(who).get("/", headers={"Accept": "text/html"}, allow_redirects=False)
        assert answer.status_code == (303 if where else 200) and answer.headers.get("Location", "").endswith(where or ""), who
    hugo = stack.login("gestion@demo.example")
    for path in ("/?q=salle", "/places"):
        assert hugo.get(path, headers={"Accept": "text/html"}, allow_redirects=False).status_code == 200
    assert hugo.get("/").status_code == 200 and "places" in hugo.get("/").json()          # programs read the home page


def test_a_closure_over_a_booking_is_said(stack, manager, here):
    stack.database.rows(
        "INSERT INTO reservation_closure (id, org_id, place_id, start_local, end_local, reason)"
        " SELECT 901, org_id, id, NOW() - INTERVAL 1 DAY, NOW() + INTERVAL 1 DAY, 'essai: travaux' FROM place WHERE id = 900")
    try:
        hugo = stack.login("gestion@demo.example")
        page = hugo.page("/o/filature/today")
        assert "essai: travaux" in page.text and "essai: ici" in page.text
    finally:
        stack.database.rows("DELETE FROM reservation_closure WHERE id = 901")


def test_hostile_back_leads_nowhere_else(stack, here):
    hugo = stack.login("gestion@demo.example")
    for back in ("//ailleurs.example/", "https://ailleurs.example/", "/\\ailleurs.example"):
        answer = hugo.post(f"/bookings/{here}/arrived", data={"back": back, "people": "1"}, headers={"Accept": "text/html"})
        assert answer.status_code == 303 and "ailleurs" not in answer.headers["Location"], back


# ---- requests

def asked(stack, hour=10, **more):
    day = fresh_day()
    return booked(stack.program("membre@demo.example").book(ON_REQUEST, at(day, hour), at(day, hour + 1), **more))


def test_requests_are_answered_in_one_tap(stack):
    hugo = stack.login("gestion@demo.example")
    made = asked(stack, title="essai: à accepter", note="Avec un piano")
    view = hugo.get("/o/filature/requests").json()
    mine = [q for q in view["requests"] if q["uid"] == made["uid"]][0]
    assert mine["note"] == "Avec un piano" and mine["total"]["cents"] == 5000
    page = hugo.page("/o/filature/requests")
    assert page.unlabelled() == []
    assert hugo.submit(page.form(f"/bookings/{made['uid']}/confirm")).status_code == 303
    assert stored(stack, made["uid"], "status") == "confirmed"
    assert hugo.post(f"/bookings/{made['uid']}/confirm", json={}).status_code == 409


@pytest.mark.parametrize("act", ["confirm", "reject"])
def test_what_is_answered_is_what_was_seen(stack, act):
    """Moved while the page was open: the answer is not about what nobody has seen."""
    hugo = stack.login("gestion@demo.example")
    made = asked(stack)
    form = hugo.page("/o/filature/requests").form(f"/bookings/{made['uid']}/{act}")
    member = stack.program("membre@demo.example")
    moved = member.post(f"/bookings/{made['uid']}", json={"row_version": made["row_version"], "title": "essai: autre chose"})
    assert moved.status_code == 200, moved.text
    more = {"reason": "unclear"} if act == "reject" else {}
    assert hugo.submit(form, **more).status_code == 409
    assert stored(stack, made["uid"], "status") == "pending"
    form = hugo.page("/o/filature/requests").form(f"/bookings/{made['uid']}/{act}")
    assert hugo.submit(form, **more).status_code == 303
    stack.database.rows("DELETE FROM reservation_refusal")                  # no mail for who reads the next one


def test_refusal_is_taken_back_until_its_mail_leaves(stack):
    """Refused by a slip: the time is free at once, nobody is told for two minutes, and it can be made undone."""
    hugo = stack.login("gestion@demo.example")
    address = stack.database.value("SELECT email FROM party WHERE id = %d" % stack.person("membre@demo.example"))
    made = asked(stack, title="essai: refus")
    form = hugo.page("/o/filature/requests").form(f"/bookings/{made['uid']}/reject")
    assert hugo.submit(form, reason="unsuited", note="Le piano ne passe pas la porte.").status_code == 303
    assert stored(stack, made["uid"], "status") == "rejected"
    page = hugo.page("/o/filature/requests")
    assert "Revenir sur le refus" in page.text
    assert not [m for m in mails_to(stack, address) if "acceptée" in m["subject"]]
    assert hugo.submit(page.form(f"/bookings/{made['uid']}/unreject")).status_code == 303
    assert stored(stack, made["uid"], "status") == "pending" and stack.halves() == []
    assert hugo.post(f"/bookings/{made['uid']}/unreject", json={}).status_code == 409
    # once more, and in earnest: the job writes it when the time is over
    assert hugo.post(f"/bookings/{made['uid']}/reject", json={"reason": "unsuited", "note": "Le piano."}).status_code == 200
    stack.database.rows("UPDATE reservation_refusal SET due_utc = UTC_TIMESTAMP() - INTERVAL 1 SECOND")
    mail = wait_for(lambda: [m for m in mails_to(stack, address) if "acceptée" in m["subject"]], 90, 0.5)[0]
    text = mail.get_body(("plain",)).get_content()
    assert "ne convient pas" in text and "Le piano." in text
    offered = re.search(r"/resources/\d+/book\?start=\S+", text)            # what is free instead can be booked at once
    assert offered and stack.visitor().get(offered[0]).status_code == 200
    assert hugo.post(f"/bookings/{made['uid']}/unreject", json={}).status_code == 409


def test_taken_back_only_while_it_is_free(stack):
    hugo = stack.program("gestion@demo.example")
    made = asked(stack)
    assert hugo.post(f"/bookings/{made['uid']}/reject", json={}).status_code == 200
    booked(stack.program("membre@canal.example").book(ON_REQUEST, made["start_local"], made["end_local"]))
    answer = hugo.post(f"/bookings/{made['uid']}/unreject", json={})
    assert answer.status_code == 409 and answer.json()["conflicts"]
    assert stored(stack, made["uid"], "status") == "rejected" and stack.halves() == []
    left = stack.database.value("SELECT COUNT(*) FROM reservation_refusal f JOIN reservation_booking b ON b.id ="
                                f" f.booking_id WHERE b.uid = '{made['uid']}'")
    assert left == 1                                                        # the mail still leaves


def test_what_is_refused_at_a_field_keeps_what_was_typed(stack):
    hugo = stack.login("gestion@demo.example")
    made = asked(stack)
    answer = hugo.post(f"/bookings/{made['uid']}/reject", data={"reason": "parce que", "note": "essai: gardé"},
                       headers={"Accept": "text/html"})
    assert answer.status_code == 422 and "essai: gardé" in answer.text
    assert stored(stack, made["uid"], "status") == "pending"


@pytest.mark.parametrize("path", ["/o/filature/today", "/o/filature/today/door", "/o/filature/requests"])
def test_what_the_pages_ask(stack, path):
    """However much there is that day or waits."""
    hugo = stack.program("gestion@demo.example")
    def count():
        return stack.comptoir.queries(lambda: hugo.get(path, headers={"Accept": "text/html"}))
    before = count()
    made = [asked(stack, 8 + n)["uid"] for n in range(3)]
    assert count() == before <= 18
    for uid in made:
        drop(stack, uid)


# ---- on whose behalf

def test_for_an_organisation_that_one_may_commit(stack, manager):
    day = fresh_day()
    marc = stack.login("contact@lys-lez.example")
    lys = stack.database.value("SELECT id FROM organisation WHERE slug = 'lys-lez'")
    page = marc.page(f"/resources/{ROOM_A}/book", params={"start": at(day, 10), "end": at(day, 11)})
    options = [c for c in page.controls if c.get("name") == "payer"]
    assert options and page.unlabelled() == []
    done = marc.submit(page.form("/bookings"), payer=str(lys), order_ref="BC-2026-7", attendance="4")
    assert done.status_code == 303, done.text[:3000]
    uid = done.headers["Location"].rsplit("/", 1)[1]
    assert (stored(stack, uid, "payer_id"), stored(stack, uid, "order_ref"), stored(stack, uid, "status")) == (
        lys, "BC-2026-7", "confirmed")
    other = stack.program("membre@demo.example").book(ROOM_A, at(day, 12), at(day, 13), payer=str(lys))
    assert other.status_code == 422 and "payer" in other.json()["errors"]


def test_an_organisation_that_is_a_name_waits_until_it_is_linked(stack, manager):
    day = fresh_day()
    lea, hugo = stack.login("membre@demo.example"), stack.login("gestion@demo.example")
    made = booked(lea.book(ROOM_A, at(day, 10), at(day, 11), payer_text="Les Amis du Lys"))
    assert made["status"] == "pending" and stored(stack, made["uid"], "payer_id") is None
    refused = hugo.post(f"/bookings/{made['uid']}/confirm", json={})
    assert refused.status_code == 422 and "payer" in refused.json()["errors"]
    contact = stack.database.value("SELECT c.party_id FROM org_contact c JOIN party p ON p.id = c.party_id JOIN organisation o"
                                   " ON o.id = c.org_id WHERE o.slug = 'filature' AND p.kind = 'organisation' LIMIT 1")
    page = hugo.page(f"/bookings/{made['uid']}/answer")
    assert "Les Amis du Lys" in page.text and page.unlabelled() == []
    assert hugo.submit(page.form(f"/bookings/{made['uid']}/confirm"), payer=str(contact)).status_code == 303
    assert (stored(stack, made["uid"], "payer_id"), stored(stack, made["uid"], "status")) == (contact, "confirmed")
    again = booked(lea.book(ROOM_A, at(day, 12), at(day, 13), payer_text="Personne d'autre"))
    assert hugo.post(f"/bookings/{again['uid']}/confirm", json={"payer_self": True}).status_code == 200
    assert stored(stack, again["uid"], "payer_id") == stack.person("membre@demo.example")
    assert stored(stack, again["uid"], "payer_text") is None


def test_naming_another_payer_later_waits_too(stack):
    day = fresh_day()
    lea = stack.program("membre@demo.example")
    made = booked(lea.book(ROOM_A, at(day, 10), at(day, 11)))
    answer = lea.post(f"/bookings/{made['uid']}", json={"row_version": made["row_version"], "payer_text": "La Ville"})
    assert answer.status_code == 200 and answer.json()["status"] == "pending", answer.text
    assert [a for a in stack.program("gestion@demo.example").get("/o/filature/requests").json()["requests"]
            if a["uid"] == made["uid"]]


# ---- getting in

def test_code_from_the_evening_before_on_its_page_only(stack, here):
    hugo = stack.login("gestion@demo.example")
    stack.database.rows(f"UPDATE reservation_resource SET access_text = 'Par la cour', access_code = '7731#',"
                        f" on_site_contact = 'Ouvreuse 06 00 00 00 77' WHERE id = {ROOM_A}")
    try:
        for start, shown in ((-5, True), (3 * 1440, False)):
            move(stack, here, start, start + 60)
            page = hugo.page(f"/bookings/{here}")
            assert ("7731#" in page.text, "Ouvreuse" in page.text) == (shown, True), start
            assert ("dès la veille" in page.text) is not shown
            for other in (f"/bookings/{here}.json", f"/bookings/{here}.ics", "/o/filature/bookings.csv", "/o/filature/today"):
                assert "7731#" not in hugo.get(other).text, other
        stack.database.rows(f"UPDATE reservation_resource SET access_from = 30 WHERE id = {ROOM_A}")
        move(stack, here, 90, 150)
        assert "7731#" not in hugo.page(f"/bookings/{here}").text
        move(stack, here, 20, 80)
        assert "7731#" in hugo.page(f"/bookings/{here}").text
    finally:
        stack.database.rows("UPDATE reservation_resource SET access_text = NULL, access_code = NULL, on_site_contact = NULL,"
                            f" access_from = NULL WHERE id = {ROOM_A}")
