# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody books a room, is refused the same hour with alternatives, takes one: by form and by JSON."""
import email
import email.policy
import re
import uuid

import pytest
import requests

import stack as st
from stack import BUFFERED, DESKS, HALF_1, HALL, MEMBERS, ON_REQUEST, ROOM_A, ROOM_B, ROOM_C, fresh_day

EVERY_WEB_SERVER = True


def at(day, hour, minute=0):
    return f"{day}T{hour:02}:{minute:02}"


def booked(answer):
    assert answer.status_code == 201, (answer.status_code, answer.text[:800])
    return answer.json()


def bookings(stack):
    return stack.database.value("SELECT COUNT(*) FROM reservation_booking")


# ---- the first paragraph, by JSON

def test_day_page_shows_who_is_free(stack, visitor, member):
    day = fresh_day()
    view = visitor.get("/places/essai/day", params={"date": day}).json()
    rooms = {r["name"]: r for r in view["resources"]}
    assert view["date_d"] == day and {"Essai A", "Postes", "Grande salle"} <= set(rooms)
    free = [s for s in rooms["Essai A"]["stretches"] if s["state"] == "free"]
    assert [(s["start_local"], s["end_local"]) for s in free] == [(at(day, 8), at(day, 22))]
    booked(member.book(ROOM_A, at(day, 10), at(day, 12), title="essai: réunion"))
    view = visitor.get("/places/essai/day", params={"date": day}).json()
    stretches = {r["name"]: r for r in view["resources"]}["Essai A"]["stretches"]
    assert [(s["start_local"], s["end_local"], s["state"]) for s in stretches] == [
        (at(day, 8), at(day, 10), "free"), (at(day, 10), at(day, 12), "busy"), (at(day, 12), at(day, 22), "free")]
    assert stretches[1]["title"] is None                # a stranger does not read what goes on
    own = member.get("/places/essai/day", params={"date": day}).json()
    stretches = {r["name"]: r for r in own["resources"]}["Essai A"]["stretches"]
    assert (stretches[1]["state"], stretches[1]["title"]) == ("mine", "essai: réunion")


def test_price_says_its_lines(visitor):
    day = fresh_day()
    view = visitor.get(f"/resources/{ROOM_A}/price", params={"start": at(day, 14), "end": at(day, 18)}).json()
    assert view["total"] == {"cents": 9600, "currency": "EUR"}
    assert [line["amount"]["cents"] for line in view["lines"]] == [9600]
    # the half-day window is cheaper than its four hours
    view = visitor.get(f"/resources/{ROOM_A}/price", params={"start": at(day, 9), "end": at(day, 14)}).json()
    assert view["total"]["cents"] == 8000 + 2400 and len(view["lines"]) == 2
    view = visitor.get(f"/resources/{DESKS}/price", params={"start": at(day, 9), "end": at(day, 12)}).json()
    assert view["total"]["cents"] == 0


def test_book_refuse_alternatives_take_one(stack, member, stranger):
    day = fresh_day()
    first = booked(member.book(ROOM_A, at(day, 14), at(day, 18), title="essai: conseil", attendance=6))
    assert first["status"] == "confirmed" and first["items"][0]["resource"] == str(ROOM_A)
    again = member.get(f"/bookings/{first['uid']}").json()
    assert again["title"] == "essai: conseil" and again["start_local"] == at(day, 14)
    refused = stranger.book(ROOM_A, at(day, 14), at(day, 18), attendance=6, title="essai: autre")
    assert refused.status_code == 409
    view = refused.json()
    assert [(c["start_local"], c["end_local"]) for c in view["conflicts"]] == [(at(day, 14), at(day, 18))]
    assert view["conflicts"][0]["title"] is None and "conseil" not in refused.text
    assert len(view["alternatives"]) == 3
    equivalent = [a for a in view["alternatives"] if a["resource"] != str(ROOM_A)]
    assert equivalent and equivalent[0]["start_local"] == at(day, 14)
    assert any(a["resource"] == str(ROOM_A) and a["start_local"] != at(day, 14) for a in view["alternatives"])
    for n, other in enumerate(view["alternatives"]):      # each can be booked as it stands
        second = booked(stranger.book(other["resource"], other["start_local"], other["end_local"], title=f"essai {n}",
                                      expected_total="%d,%02d" % divmod(other["total"]["cents"], 100)))
        assert second["status"] == "confirmed" and second["uid"] != first["uid"]
    assert stack.overlaps() == [] and stack.halves() == []


def test_refused_hour_with_its_neighbours(member):
    """Half open: what ends when the other begins is no conflict; a minute's overlap is."""
    day = fresh_day()
    booked(member.book(ROOM_B, at(day, 10), at(day, 12)))
    booked(member.book(ROOM_B, at(day, 12), at(day, 13)))
    booked(member.book(ROOM_B, at(day, 9), at(day, 10)))
    for start, end in ((at(day, 11, 45), at(day, 12, 15)), (at(day, 9, 15), at(day, 9, 30)), (at(day, 8), at(day, 22))):
        assert member.book(ROOM_B, start, end).status_code == 409


def test_whole_against_half_and_units(stack, member, stranger):
    day = fresh_day()
    booked(member.book(HALF_1, at(day, 10), at(day, 11)))
    assert stranger.book(HALL, at(day, 10), at(day, 12)).status_code == 409
    booked(stranger.book(HALL, at(day, 11), at(day, 12)))
    assert member.book(HALF_1, at(day, 11), at(day, 12)).status_code == 409
    booked(member.book(DESKS, at(day, 9), at(day, 12), units=8))
    booked(stranger.book(DESKS, at(day, 10), at(day, 12), units=4))
    assert stranger.book(DESKS, at(day, 9), at(day, 12), units=1).status_code == 409
    booked(stranger.book(DESKS, at(day, 9), at(day, 10), units=4))
    several = booked(member.post("/bookings", json={
        "items": [{"resource": ROOM_A, "units": 1}, {"resource": str(DESKS), "units": 2}],
        "start": at(day, 15), "end": at(day, 16), "title": "essai: deux"}))
    assert sorted(i["resource"] for i in several["items"]) == [str(ROOM_A), str(DESKS)]
    assert member.post("/bookings", json={"items": [{"resource": ROOM_B}, {"resource": ROOM_A}],
                                          "start": at(day, 15, 30), "end": at(day, 17)}).status_code == 409
    booked(member.book(ROOM_B, at(day, 15, 30), at(day, 17)))       # of the refused two nothing was kept
    assert stack.overlaps() == [] and stack.halves() == []


def test_buffer_and_approval(stack, member, manager):
    day = fresh_day()
    booked(member.book(BUFFERED, at(day, 10), at(day, 11)))
    assert member.book(BUFFERED, at(day, 11), at(day, 12)).status_code == 409
    booked(member.book(BUFFERED, at(day, 11, 30), at(day, 12)))
    asked = booked(member.book(ON_REQUEST, at(day, 10), at(day, 11), title="essai: demande"))
    assert asked["status"] == "pending"
    assert member.book(ON_REQUEST, at(day, 10), at(day, 11)).status_code == 409
    assert member.post(f"/bookings/{asked['uid']}/confirm").status_code in (403, 404)
    answer = manager.post(f"/bookings/{asked['uid']}/confirm", json={})
    assert answer.status_code == 200, answer.text
    assert member.get(f"/bookings/{asked['uid']}").json()["status"] == "confirmed"
    other = booked(member.book(ON_REQUEST, at(day, 12), at(day, 13)))
    assert manager.post(f"/bookings/{other['uid']}/reject", json={}).status_code == 200
    booked(member.book(ON_REQUEST, at(day, 12), at(day, 13)))       # its time is free again
    assert stack.halves() == []


def test_cancel_frees_the_time(stack, member, stranger):
    day = fresh_day()
    made = booked(member.book(ROOM_C, at(day, 10), at(day, 12), title="essai: annuler"))
    assert stranger.post(f"/bookings/{made['uid']}/cancel", json={}).status_code == 404
    page = member.get(f"/bookings/{made['uid']}/cancel")
    assert page.status_code == 200
    done = member.post(f"/bookings/{made['uid']}/cancel", json={"row_version": page.json()["row_version"]})
    assert done.status_code == 200, done.text
    assert member.get(f"/bookings/{made['uid']}").json()["status"] == "cancelled"
    assert member.post(f"/bookings/{made['uid']}/cancel", json={}).status_code in (409, 422)
    booked(stranger.book(ROOM_C, at(day, 10), at(day, 12)))
    assert stack.halves() == []


def test_errors_name_their_field_and_rule(member):
    day = fresh_day()
    cases = [
        ({"resource": ROOM_A, "start": at(day, 20), "end": at(day, 23)}, "start"),          # closed at 22 h
        ({"resource": ROOM_A, "start": at(day, 12), "end": at(day, 10)}, "end"),
        ({"resource": ROOM_A, "start": at(day, 12, 7), "end": at(day, 13)}, "start"),       # quarters of an hour
        ({"resource": ROOM_A, "start": "2020-01-01T10:00", "end": "2020-01-01T11:00"}, "start"),
        ({"resource": ROOM_A, "start": at(day, 10), "end": at(day, 11), "attendance": 40}, "attendance"),
        ({"resource": ROOM_A, "start": "demain", "end": at(day, 11)}, "start"),
        ({"resource": ROOM_A, "start": at(day, 10)}, "end"),
        ({"resource": DESKS, "start": at(day, 10), "end": at(day, 11), "units": 13}, "units"),
        ({"start": at(day, 10), "end": at(day, 11)}, "resource"),
    ]
    for body, field in cases:
        answer = member.post("/bookings", json=body)
        assert answer.status_code == 422, (body, answer.status_code, answer.text[:300])
        assert answer.headers["content-type"].startswith("application/problem+json")
        errors = answer.json()["errors"]
        assert field in errors and len(errors[field]) > 8, (body, errors)
    missing = member.post("/bookings", json={"resource": 99999, "start": at(day, 10), "end": at(day, 11)})
    assert missing.status_code in (404, 422)


def test_members_only(stack, member, stranger):
    day = fresh_day()
    assert stranger.book(MEMBERS, at(day, 10), at(day, 11)).status_code in (403, 404, 422)
    assert booked(member.book(MEMBERS, at(day, 10), at(day, 11)))["status"] == "confirmed"


def test_price_that_moved_is_asked_again(member):
    day = fresh_day()
    answer = member.book(ROOM_A, at(day, 10), at(day, 11), expected_total="12,00")
    assert answer.status_code == 409
    assert answer.json()["price"]["total"]["cents"] == 2400
    booked(member.book(ROOM_A, at(day, 10), at(day, 11), expected_total="24,00"))


# ---- the same by form

def test_story_by_form(stack):
    """With nothing but links and forms: what a browser without scripts does."""
    day = fresh_day()
    someone = stack.login("membre@demo.example", accept="text/html")
    someone.headers.pop("X-CSRF-Token")                     # forms carry it themselves
    page = someone.page("/places/essai/day", params={"date": day, "view": "list"})
    link = next(a for a in page.links if f"/resources/{ROOM_A}/book" in a)
    book = someone.page(someone.below(link))
    assert book.status == 200 and any("Essai A" in h for h in book.headings)
    form = book.form("/bookings")
    preview = st.Page(someone.submit(form, button=("preview", "1"), start=at(day, 14), end=at(day, 18),
                                     title="essai: <b>formulaire</b>"))
    assert preview.status == 200 and "96,00" in preview.text
    form = preview.form("/bookings")
    assert form.value("title") == "essai: <b>formulaire</b>" and form.value("start") == at(day, 14)
    before = bookings(stack)
    answer = someone.submit(form)
    assert answer.status_code == 303, answer.text[:500]
    shown = re.fullmatch(re.escape(stack.prefix) + r"/bookings/([0-9a-f-]{36})", answer.headers["location"])
    assert shown, answer.headers
    assert bookings(stack) == before + 1
    mine = someone.page(f"/bookings/{shown[1]}")
    assert mine.status == 200 and "essai: <b>formulaire</b>" in mine.text and "96,00" in mine.text
    assert "<b>formulaire" not in mine.answer.text

    other = stack.login("membre@canal.example", accept="text/html")
    other.headers.pop("X-CSRF-Token")
    form = other.page(f"/resources/{ROOM_A}/book", params={"date": day}).form("/bookings")
    refused = st.Page(other.submit(form, start=at(day, 14), end=at(day, 18), title="essai: « gardé »", expected_total=""))
    assert refused.status == 409
    alternatives = [f for f in refused.forms if f.action.endswith("/bookings") and not f.value("preview")]
    assert len(alternatives) == 3
    assert all(f.value("title") == "essai: « gardé »" for f in alternatives)
    taken = other.submit(alternatives[0])
    assert taken.status_code == 303, taken.text[:500]
    kept = other.page(other.below(taken.headers["location"]))
    assert "essai: « gardé »" in kept.text


def test_refused_form_keeps_what_was_typed(stack):
    day = fresh_day()
    someone = stack.login("membre@demo.example", accept="text/html")
    someone.headers.pop("X-CSRF-Token")
    form = someone.page(f"/resources/{ROOM_A}/book", params={"date": day}).form("/bookings")
    answer = someone.submit(form, start=at(day, 10), end=at(day, 11), title="essai: tapé", attendance="quarante",
                            note="ligne 1\r\nligne 2 <script>")
    page = st.Page(answer)
    assert page.status == 422 and "<script>" not in answer.text.replace("<script src", "")
    form = page.form("/bookings")
    assert form.value("title") == "essai: tapé" and form.value("attendance") == "quarante"
    assert form.value("note").split() == "ligne 1 ligne 2 <script>".split()
    assert form.value("start") == at(day, 10)
    wrong = [c for c in page.controls if c.get("aria-invalid") == "true"]
    assert [c["name"] for c in wrong] == ["attendance"] and wrong[0]["aria-describedby"]
    assert page.unlabelled() == []


# ---- a guest

def wait_for_mail(stack, to, seconds=30):
    def find():
        for path in reversed(stack.comptoir.mails()):
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            if to in message["to"]:
                return message
        return None
    return st.wait_for(find, seconds, 0.2)


def test_guest_books_by_a_mailed_link(stack, visitor):
    day = fresh_day()
    address = f"invite-{uuid.uuid4().hex[:8]}@exemple.example"
    answer = visitor.book(ROOM_A, at(day, 10), at(day, 12), name="Zoé Invitée", email=address, phone="06 12 34 56 78",
                          title="essai: invitée")
    assert answer.status_code == 202, answer.text
    made = answer.json()
    assert made["status"] == "hold" and "verify" not in answer.text
    # the held hour is nobody else's, and the uid alone opens nothing
    assert stack.program("membre@demo.example").book(ROOM_A, at(day, 10), at(day, 12)).status_code == 409
    assert stack.visitor().get(f"/bookings/{made['uid']}").status_code in (401, 403, 404)
    message = wait_for_mail(stack, address)
    text = message.get_body(("plain",)).get_content()
    link = stack.link(re.search(r"https?://\S+/bookings/\S+", text)[0])
    shown = stack.browser().page(link)
    assert shown.status == 200
    status = "SELECT status FROM reservation_booking WHERE uid = '%s'" % made["uid"]
    assert stack.database.value(status) == "hold"           # mail scanners follow links
    guest = stack.browser()
    form = next(f for f in guest.page(link).forms if "/bookings/" in f.action)
    answer = guest.submit(form)
    assert answer.status_code in (200, 303), answer.text[:500]
    assert stack.database.value(status) == "confirmed"
    wrong = re.sub(r"t=([^&\s]+)", lambda m: "t=" + m[1][::-1], link)
    assert stack.visitor().get(wrong).status_code in (400, 403, 404)
    assert stack.halves() == []


def test_guest_form_says_what_is_missing(stack, visitor):
    day = fresh_day()
    answer = visitor.book(ROOM_A, at(day, 10), at(day, 12))
    assert answer.status_code == 422 and {"name", "email"} <= set(answer.json()["errors"])


def test_guest_holds_are_limited(stack):
    """Two per address, whichever of the four workers is asked."""
    address = f"limite-{uuid.uuid4().hex[:8]}@exemple.example"
    statuses = []
    for hour in range(8, 16):
        answer = stack.visitor().book(ROOM_C, at(st.day(19), hour), at(st.day(19), hour + 1), name="Zoé Limite", email=address)
        statuses.append(answer.status_code)
    assert statuses[:2] == [202, 202] and set(statuses[2:]) <= {409, 422, 429}, statuses


def test_a_hold_that_ran_out_is_free(stack, visitor, member):
    """At once and not when the job comes by; the guest's late click then says so."""
    day = fresh_day()
    made = visitor.book(ROOM_B, at(day, 10), at(day, 12), name="Zoé Tardive", email=f"t-{uuid.uuid4().hex[:8]}@exemple.example")
    assert made.status_code == 202
    assert member.book(ROOM_B, at(day, 10), at(day, 12)).status_code == 409
    stack.database.rows("UPDATE reservation_booking SET hold_until_utc = UTC_TIMESTAMP() - INTERVAL 1 SECOND"
                        " WHERE uid = '%s'" % made.json()["uid"])
    booked(member.book(ROOM_B, at(day, 10), at(day, 12)))
    assert stack.database.value("SELECT COUNT(*) FROM reservation_occupancy o JOIN reservation_item i ON i.id = o.item_id"
                                " JOIN reservation_booking b ON b.id = i.booking_id WHERE b.uid = '%s'" % made.json()["uid"]) == 0
    st.ctl(stack.comptoir.config, "jobs", "run", "reservation.holds")
    assert stack.database.value("SELECT status FROM reservation_booking WHERE uid = '%s'" % made.json()["uid"]) == "expired"
    assert stack.overlaps() == [] and stack.halves() == []


# ---- a repeated request

def test_idempotency_key(stack, member, stranger):
    day = fresh_day()
    key = {"Idempotency-Key": str(uuid.uuid4())}
    body = {"resource": ROOM_A, "start": at(day, 9), "end": at(day, 10), "title": "essai: une fois"}
    before = bookings(stack)
    first = member.post("/bookings", json=body, headers=key)
    answers = [member.post("/bookings", json=body, headers=key) for _ in range(8)]
    booked(first)
    assert all(a.status_code == 201 and a.json() == first.json() for a in answers), [a.status_code for a in answers]
    assert bookings(stack) == before + 1
    other = stranger.post("/bookings", json=body, headers=key)              # his key is another one
    assert other.status_code == 409 and first.json()["uid"] not in other.text
    changed = member.post("/bookings", json={**body, "title": "autre"}, headers=key)
    assert changed.status_code == 422 and bookings(stack) == before + 1


def test_idempotency_keeps_a_redirect(stack):
    day = fresh_day()
    someone = stack.login("membre@demo.example", accept="text/html")
    body = {"resource": ROOM_A, "start": at(day, 9), "end": at(day, 10), "csrf": someone.headers["X-CSRF-Token"]}
    key = {"Idempotency-Key": str(uuid.uuid4())}
    answers = [someone.post("/bookings", data=body, headers=key) for _ in range(3)]
    assert [a.status_code for a in answers] == [303] * 3
    assert len({a.headers["location"] for a in answers}) == 1


# ---- whose is it

OTHERS = ["membre@canal.example", "admin@canal.example", "coordination@reseau.example", "installation@demo.example"]


@pytest.fixture(scope="module")
def private(stack):
    """A booking of a member, with something to know about it."""
    day = fresh_day()
    return stack.program("membre@demo.example").book(ROOM_B, at(day, 10), at(day, 12), title="essai: secret",
                                                     note="rien pour vous").json()["uid"]


def test_booking_is_its_own_people_s(stack, private):
    for reader in ("membre@demo.example", "gestion@demo.example"):
        assert stack.program(reader).get(f"/bookings/{private}").json()["title"] == "essai: secret"
    for reader in [stack.visitor(), *map(stack.program, OTHERS)]:
        for path in (f"/bookings/{private}", f"/bookings/{private}/cancel", f"/bookings/{private}.json"):
            answer = reader.get(path)
            assert answer.status_code in (401, 403, 404) and "secret" not in answer.text, path
        for act in ("cancel", "confirm", "reject"):
            answer = reader.post(f"/bookings/{private}/{act}", json={})
            assert answer.status_code in (401, 403, 404), (act, answer.status_code)
    assert stack.database.value(f"SELECT status FROM reservation_booking WHERE uid = '{private}'") == "confirmed"


def test_a_member_decides_nothing(stack, private):
    for reader in ("membre@demo.example", "tresor@demo.example"):
        for act in ("confirm", "reject"):
            assert stack.program(reader).post(f"/bookings/{private}/{act}", json={}).status_code in (403, 404)


def test_work_of_an_organisation_is_refused_to_others(stack):
    """Each route below /o/{org} without another parameter: no stranger, no visitor, no other organisation's admin."""
    paths = stack.visitor().get("/api/openapi.json").json()["paths"]
    own = {p.replace("{org}", "filature"): methods["get"]["description"] for p, methods in paths.items()
           if p.startswith("/o/{org}") and p.count("{") == 1 and "get" in methods and not p.endswith(".css")}
    shut = [p for p, permission in own.items() if permission not in ("place.see", "resource.see")]
    assert len(shut) >= 6 and "/o/filature/bookings" in shut, own       # what is open is what anybody sees anyway
    for path in shut:
        for reader in [None, *OTHERS]:
            answer = (stack.program(reader) if reader else stack.visitor()).get(path)
            if path.endswith("/report") and reader == "coordination@reseau.example":
                assert answer.status_code == 200, "the sample network lets its federation see sums"
            else:
                assert answer.status_code in (401, 403, 404), (path, answer.status_code)
    for path in own:
        assert stack.program("admin@demo.example").get(path).status_code == 200, path
    posts = [p for p, methods in paths.items() if p.startswith("/o/{org}") and p.count("{") == 1 and "post" in methods]
    for path in posts:
        for reader in [stack.visitor(), *map(stack.program, OTHERS), stack.program("membre@demo.example")]:
            answer = reader.post(path.replace("{org}", "filature"), json={"name": "x"})
            assert answer.status_code in (401, 403, 404), (path, answer.status_code)


def test_person_and_payer_need_the_right(stack, member, manager):
    day = fresh_day()
    contact, mine = stack.person("contact@lys-lez.example"), stack.person("membre@demo.example")
    answer = member.book(ROOM_A, at(day, 8), at(day, 9), person=contact)
    assert answer.status_code in (403, 422), answer.text
    lys = stack.database.value("SELECT id FROM organisation WHERE slug = 'lys-lez'")
    assert member.book(ROOM_A, at(day, 8), at(day, 9), payer=lys).status_code in (403, 422)
    made = booked(stack.program("contact@lys-lez.example").book(ROOM_A, at(day, 8), at(day, 9), payer=str(lys)))
    assert stack.database.value("SELECT payer_id FROM reservation_booking WHERE uid = '%s'" % made["uid"]) == lys
    made = booked(manager.book(ROOM_A, at(day, 9), at(day, 10), person=str(mine)))
    assert stack.database.value("SELECT person_id FROM reservation_booking WHERE uid = '%s'" % made["uid"]) == mine


# ---- what HTTP asks

def test_etag_and_head(stack, visitor):
    day = fresh_day()
    for path in (f"/places/essai/day?date={day}", "/places/essai", f"/resources/{ROOM_A}", "/static/core/comptoir.css"):
        answer = visitor.get(path)
        assert answer.status_code == 200 and re.fullmatch(r'"[^"]+"', answer.headers["etag"]), (path, answer.headers)
        again = visitor.get(path, headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", answer.headers["etag"])
        assert visitor.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
        head = visitor.head(path)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["etag"] == answer.headers["etag"]
    assert visitor.head("/nowhere").status_code == 404
    changed = visitor.get(f"/places/essai/day?date={day}").headers["etag"]
    booked(stack.program("membre@demo.example").book(ROOM_A, at(day, 8), at(day, 9)))
    assert visitor.get(f"/places/essai/day?date={day}").headers["etag"] != changed


def test_a_day_of_another_room_leaves_the_etag(stack, visitor):
    here, there = fresh_day(), fresh_day()
    before = visitor.get("/places/essai/day", params={"date": here}).headers["etag"]
    booked(stack.program("membre@demo.example").book(ROOM_A, at(there, 8), at(there, 9)))
    assert visitor.get("/places/essai/day", params={"date": here}).headers["etag"] == before


@pytest.mark.parametrize("query", [
    "date=2026-11-26&date=2026-11-27", "date=2026-11-26%00", "date=%FF%FE", "date=%C0%AF", "date=%ED%A0%80", "%00=1",
    "date=2026-11-26&x=1&x=2"])
def test_unreadable_queries(visitor, query):
    assert visitor.get(f"/places/essai/day?{query}").status_code == 400


@pytest.mark.parametrize("path", ["/places/%00", "/places/%FF", "/places/essai%2F..%2F..", "/%E0%80%80", "/places/a%zz"])
def test_unreadable_paths(visitor, path):
    assert visitor.get(path).status_code in (400, 404)


@pytest.mark.parametrize("body", [
    b"resource=901&resource=902", b"title=a%00b", b"title=%FF", b"title=\xff", b"title=%ED%B0%80"])
def test_unreadable_forms(member, body):
    answer = member.post("/bookings", data=body, headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.status_code == 400, answer.text[:300]


@pytest.mark.parametrize("body", [
    b'{"resource": 901, "resource": 902}', b'{"title": "a\\u0000b"}', b'{"title": "\xff"}', b"[1]", b"{", b'{"a": 1} x',
    b'{"a":' * 200 + b"1" + b"}" * 200])
def test_unreadable_json(member, body):
    answer = member.post("/bookings", data=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 413), answer.text[:300]


def test_wrong_types_and_lengths(stack, member):
    assert member.post("/bookings", data=b"<a/>", headers={"Content-Type": "text/xml"}).status_code == 415
    assert member.post("/bookings", data=b"x" * (2 << 20),
                       headers={"Content-Type": "application/x-www-form-urlencoded"}).status_code == 413
    before = bookings(stack)
    day = fresh_day()
    import fcgi
    whole = f"resource={ROOM_A}&start={at(day, 10)}&end={at(day, 11)}".encode()
    token = stack.accounts["membre@demo.example"]["token"]
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Authorization": f"Bearer {token}"}
    cut = fcgi.request(stack.comptoir.socket, "POST", stack.prefix + "/bookings", whole, headers, length=len(whole) + 20)
    assert cut.status == 400 and bookings(stack) == before          # shorter than announced: never handled
    for length in ("-1", "1e3", "0x10", "99999999999999999999"):
        answer = fcgi.request(stack.comptoir.socket, "POST", stack.prefix + "/bookings", whole, headers, length=length)
        assert answer.status in (400, 413), length
    assert bookings(stack) == before
    assert fcgi.request(stack.comptoir.socket, "POST", stack.prefix + "/bookings", whole, headers).status in (201, 303)


def test_methods(visitor):
    answer = visitor.request("DELETE", "/places/essai")
    assert answer.status_code == 405 and "GET" in answer.headers["allow"]
    assert visitor.request("POST", "/places/essai/day").status_code == 405


def test_host_header_is_not_believed(stack):
    day = fresh_day()
    evil = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    reader = stack.browser()
    for path in ("/", "/places/essai", f"/places/essai/day?date={day}", f"/resources/{ROOM_A}", "/login",
                 f"/calendars/resources/{ROOM_A}.ics", "/api/openapi.json"):
        answer = reader.get(path, headers=evil)
        assert answer.status_code == 200 and "evil.example" not in answer.text + str(answer.headers), path
    address = f"hote-{uuid.uuid4().hex[:8]}@exemple.example"
    answer = stack.visitor().post("/bookings", headers=evil, json={
        "resource": ROOM_A, "start": at(day, 20), "end": at(day, 21), "name": "Hôte", "email": address})
    assert answer.status_code == 202
    assert "evil" not in wait_for_mail(stack, address).as_string()


def test_csrf(stack):
    day = fresh_day()
    someone = stack.login("membre@demo.example", accept="text/html")
    token = someone.headers.pop("X-CSRF-Token")
    body = {"resource": ROOM_A, "start": at(day, 10), "end": at(day, 11)}
    before = bookings(stack)
    other = stack.login("membre@canal.example").headers["X-CSRF-Token"]
    for csrf in (None, "", "x", other, token[:-1], stack.visitor().csrf()):
        answer = someone.post("/bookings", data={**body, **({} if csrf is None else {"csrf": csrf})})
        assert answer.status_code == 403, (csrf, answer.status_code)
    assert someone.post("/bookings", json=body).status_code == 403            # a cookie and JSON: the token is due
    for name, value in (("Origin", "https://evil.example"), ("Sec-Fetch-Site", "cross-site")):
        assert someone.post("/bookings", data={**body, "csrf": token}, headers={name: value}).status_code == 403
    assert bookings(stack) == before
    assert someone.post("/bookings", data={**body, "csrf": token}).status_code == 303
    # a visitor's form is protected too
    form = {**body, "start": at(day, 11), "end": at(day, 12), "name": "V", "email": "v@exemple.example"}
    guest = stack.browser()
    assert guest.post("/bookings", data=form).status_code == 403
    assert "set-cookie" not in guest.get(f"/resources/{ROOM_A}/book", params={"date": day}).headers


def test_sign_in_and_out(stack):
    someone = stack.login("membre@demo.example")
    cookie = someone.cookies
    assert len(cookie) == 1
    assert someone.get("/me").json()["email"] == "membre@demo.example"
    answer = stack.visitor().post("/login", data={"email": "membre@demo.example", "password": st.PASSWORD})
    header = answer.headers["set-cookie"]
    assert re.search("HttpOnly", header, re.I) and re.search("SameSite=Lax", header, re.I) and "Secure" not in header
    stolen = requests.cookies.RequestsCookieJar()
    stolen.update(cookie)
    assert someone.post("/logout").status_code in (200, 303)
    thief = stack.visitor()
    thief.cookies = stolen
    assert thief.get("/me").status_code == 401              # the session has ended on the server too
    wrong = stack.visitor().post("/login", data={"email": "membre@demo.example", "password": "faux"})
    unknown = stack.visitor().post("/login", data={"email": "personne@demo.example", "password": "faux"})
    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert wrong.json()["errors"] == unknown.json()["errors"] and st.PASSWORD not in wrong.text
    form = stack.browser().page("/login", params={"next": "//evil.example/"}).form("/login")
    answer = stack.browser().submit(form, email="membre@demo.example", password=st.PASSWORD)
    assert answer.status_code == 303 and answer.headers["location"].startswith(stack.prefix + "/")
    assert not answer.headers["location"].startswith("//")


def test_login_limit_holds_over_all_workers(stack):
    """Counted in the database: four workers and a restart forget nothing."""
    try:
        statuses = []
        for _ in range(24):
            answer = stack.visitor().post("/login", data={"email": "tresor@demo.example", "password": "faux"})
            statuses.append(answer.status_code)
        assert statuses[0] == 422 and statuses[-1] == 429 and statuses.count(422) <= 12, statuses
        assert "retry-after" in answer.headers
        stack.comptoir.stop()
        stack.comptoir.start()
        right = stack.visitor().post("/login", data={"email": "tresor@demo.example", "password": st.PASSWORD})
        assert right.status_code == 429
        stack.login("membre@demo.example")                  # others are not locked out
    finally:
        stack.database.rows("DELETE FROM rate_limit")
    stack.login("tresor@demo.example")


def test_tokens(stack, member):
    assert member.get("/me").json()["email"] == "membre@demo.example"
    assert stack.visitor(token="nothing").get("/me").status_code == 401
    assert stack.visitor().get("/me").status_code == 401
    assert member.post("/me/tokens", json={"label": "essai"}).status_code == 403        # a stolen one makes no other
    made = stack.login("membre@demo.example").post("/me/tokens", json={"label": "essai", "current": st.PASSWORD})
    assert made.status_code == 201
    secret = made.json()["token"]
    assert stack.visitor(token=secret).get("/me").status_code == 200
    mine = next(t for t in member.get("/me").json()["tokens"] if t["label"] == "essai")
    assert secret not in member.get("/me").text
    stranger = stack.login("membre@canal.example")
    assert stranger.post(f"/me/tokens/{mine['uid']}/revoke").status_code == 404
    assert member.post(f"/me/tokens/{mine['uid']}/revoke").status_code == 403           # nor does it end one
    assert stack.login("membre@demo.example").post(f"/me/tokens/{mine['uid']}/revoke").status_code in (200, 303)
    assert stack.visitor(token=secret).get("/me").status_code == 401


# ---- what programs see

def members(view, path=""):
    if isinstance(view, dict):
        for key, value in view.items():
            yield f"{path}.{key}", key
            yield from members(value, f"{path}.{key}")
    elif isinstance(view, list):
        for value in view:
            yield from members(value, path + "[]")


def test_json_has_nothing_of_the_page(stack, member):
    day = fresh_day()
    uid = booked(member.book(ROOM_A, at(day, 10), at(day, 11)))["uid"]
    for path in ("/", "/me", "/places/essai", f"/places/essai/day?date={day}", f"/resources/{ROOM_A}",
                 f"/resources/{ROOM_A}/week?date={day}", f"/resources/{ROOM_A}/book?date={day}",
                 f"/resources/{ROOM_A}/price?start={at(day, 10)}&end={at(day, 11)}", f"/bookings/{uid}", "/nowhere"):
        answer = member.get(path)
        keys = list(members(answer.json()))
        assert keys and not [p for p, key in keys if key == "page" or key.endswith("_ui")], path
        ids = [v for v in answer.json().items() if v[0] in ("id", "uid")]
        assert all(isinstance(v, str) for _, v in ids)


def test_every_page_has_its_security_headers(visitor, member):
    for reader, path in ((visitor, "/"), (visitor, "/nowhere"), (member, "/me"), (visitor, "/static/core/comptoir.css")):
        answer = reader.get(path, headers={"Accept": "text/html"})
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy and "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff" and answer.headers["referrer-policy"]
        assert not re.search(r"<[^>]+\s(style|on\w+)=", answer.text) and "<style" not in answer.text
        assert not re.search(r"<script(?![^>]*\bsrc=)", answer.text)


def test_health_and_metrics(stack, visitor):
    assert visitor.get("/healthz").json() == {"status": "ok", "database": "ok"}
    for _ in range(3):
        visitor.get("/places/essai")
    text = visitor.get("/metrics").text
    sample = re.compile(r'[a-z_]+(\{([a-z_]+="[^"\n]*",?)+\})? [0-9.]+')
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert lines and all(sample.fullmatch(line) for line in lines), [x for x in lines if not sample.fullmatch(x)]
    named = set(re.findall(r"^# TYPE (\S+) (?:counter|gauge|histogram)$", text, re.M))
    assert {re.sub(r"_(bucket|sum|count)$", "", re.match(r"[a-z_]+", line)[0]) for line in lines} <= named
    served = re.search(r'comptoir_requests_total\{route="/places/\{slug\}",status="200"\} (\d+)', text)
    assert int(served[1]) >= 3
    assert re.search(r'comptoir_workers\{state="idle"\} \d', text)
    buckets = [int(n) for n in re.findall(r"comptoir_request_seconds_bucket\{.*\} (\d+)", text)]
    assert buckets == sorted(buckets) and buckets[-1] == stack.metric("comptoir_request_seconds_count") - 1


def check_schema(schema, where):
    assert isinstance(schema, dict), where
    if "$ref" in schema:
        assert schema["$ref"].startswith("#/components/schemas/"), where
        return
    assert schema.get("type") in ("string", "integer", "number", "boolean", "object", "array", None), (where, schema)
    if schema.get("type") == "array":
        check_schema(schema["items"], where + "[]")
    for name, member in schema.get("properties", {}).items():
        check_schema(member, f"{where}.{name}")
    assert set(schema.get("required", [])) <= set(schema.get("properties", {})), where


def test_openapi_is_true(stack, visitor):
    """Structurally OpenAPI 3.0, complete for the fixed addresses, and every address without parameter exists."""
    answer = visitor.get("/api/openapi.json")
    doc = answer.json()
    assert re.fullmatch(r"3\.0\.\d", doc["openapi"]) and doc["info"]["title"] and doc["info"]["version"]
    assert doc["servers"][0]["url"] == stack.url
    operations = 0
    for path, methods in doc["paths"].items():
        assert path.startswith("/") and not path.endswith("/") or path == "/", path
        wanted = set(re.findall(r"\{(\w+)\}", path))
        for method, operation in methods.items():
            where = f"{method} {path}"
            assert method in ("get", "post", "put", "delete", "patch"), where
            assert operation["summary"] and operation["responses"], where
            parameters = operation.get("parameters", [])
            names = [(p["in"], p["name"]) for p in parameters]
            assert len(names) == len(set(names)), where
            assert {n for kind, n in names if kind == "path"} == wanted, where
            for p in parameters:
                assert p["in"] in ("path", "query") and (p["in"] != "path" or p["required"] is True), where
                check_schema(p["schema"], where)
            for status, response in operation["responses"].items():
                assert re.fullmatch(r"[1-5]\d\d|default", status) and response["description"], where
                for content in response.get("content", {}).values():
                    check_schema(content["schema"], where)
            for content in operation.get("requestBody", {}).get("content", {}).values():
                check_schema(content["schema"], where)
            operations += 1
    refs = set(re.findall(r'"\$ref":\s*"#/components/schemas/(\w+)"', answer.text))
    assert refs <= set(doc["components"]["schemas"]) and operations > 30
    fixed = {"/": "get", "/login": "post", "/logout": "post", "/me": "get", "/places/{slug}": "get",
             "/places/{slug}/day": "get", "/resources/{id}": "get", "/resources/{id}/week": "get",
             "/resources/{id}/book": "get", "/resources/{id}/price": "get", "/bookings": "post",
             "/bookings/{uid}": "get", "/bookings/{uid}/cancel": "post", "/calendars/places/{slug}.ics": "get",
             "/calendars/resources/{id}.ics": "get", "/healthz": "get", "/metrics": "get"}
    def known(path, method):
        bare = path.removesuffix(".ics")
        return method in doc["paths"].get(path, {}) or method in doc["paths"].get(bare, {})
    assert [p for p, method in fixed.items() if not known(p, method)] == []
    body = doc["paths"]["/bookings"]["post"]["requestBody"]["content"]["application/json"]["schema"]["properties"]
    assert {"resource", "start", "end", "title", "attendance", "name", "email"} <= set(body)
    for path, methods in doc["paths"].items():
        if "{" not in path and "get" in methods:
            assert visitor.get(path).status_code in (200, 401, 422), path


@pytest.mark.parametrize("path", [
    "/o/filature/invoices", "/dav/", "/nothing", "/resources/abc/book/x", "/places/nowhere", "/places/nowhere/day",
    "/resources/99999", "/resources/99999/week", "/bookings/00000000-0000-4000-8000-000000000000", "/bookings/99999999",
    "/calendars/resources/99999.ics", "/calendars/places/nowhere.ics", "/calendars/people/0123456789abcdef.ics",
    "/o/nowhere", "/static/../core/core.c", "/static/core/../../core.c", "/static/core/%2e%2e/core.c", "/comptoir.ini"])
def test_what_is_not_there_is_404(stack, path):
    """For everyone alike, and the page helps."""
    for reader in (stack.browser(), stack.program("admin@demo.example", accept="text/html")):
        answer = reader.get(path)
        assert answer.status_code in ((404,) if reader.headers.get("Authorization") else (401, 404)), path
        if answer.status_code == 404 and answer.headers["content-type"].startswith("text/html"):
            assert stack.prefix + "/" in [a for a in st.Page(answer).links], path


def test_pages_of_a_visitor_are_labelled_and_whole(stack):
    """Every form control has a name, every id is there once, there is one h1 and a language."""
    day = fresh_day()
    reader = stack.browser()
    for path in ("/", "/login", "/places/essai", f"/places/essai/day?date={day}", f"/places/essai/day?date={day}&view=list",
                 f"/resources/{ROOM_A}", f"/resources/{ROOM_A}/week?date={day}", f"/resources/{ROOM_A}/book?date={day}",
                 f"/resources/{DESKS}/book?date={day}", "/places/la-filature", "/sitemap", "/nowhere"):
        page = reader.page(path)
        assert page.unlabelled() == [], path
        assert len(page.ids) == len(set(page.ids)), (path, sorted(i for i in page.ids if page.ids.count(i) > 1))
        assert page.answer.text.count("<h1") == 1 and '<html lang="fr"' in page.answer.text, path
        assert "<title> " not in page.answer.text and page.headings[0], path
        assert "{{" not in page.answer.text and "[[" not in page.answer.text, path


def test_languages(stack):
    reader = stack.browser()
    assert 'lang="en"' in reader.get("/login", headers={"Accept-Language": "en-GB,en;q=0.8"}).text
    assert 'lang="fr"' in reader.get("/login", headers={"Accept-Language": "de"}).text
    assert 'lang="fr"' in reader.get("/login", headers={"Accept-Language": ""}).text
