# SPDX-License-Identifier: GPL-3.0-or-later
"""A booking that joins another one: by a member from its page, by a guest with her mailed link, by who answers the phone."""
import concurrent.futures
import email
import email.policy
import re
import urllib.parse
import uuid

import pytest

import stack as st
from stack import DESKS, HALF_1, HALL, ON_REQUEST, PLACE, ROOM_A, ROOM_B, ROOM_C, fresh_day
from test_story import at, booked, bookings

LEA = "membre@demo.example"

pytestmark = pytest.mark.usefixtures("sound")


@pytest.fixture(scope="module")
def stack():
    with st.Stack(web="nginx", reservation_guest_bookings=10) as running:
        st.ctl(running.comptoir.config, "user", "add", "autre@demo.example", "Lou", "Autre", input=st.PASSWORD + "\n")
        st.ctl(running.comptoir.config, "user", "role", "autre@demo.example", "filature", "member")
        running.accounts["autre@demo.example"] = {
            "token": st.ctl(running.comptoir.config, "user", "token", "autre@demo.example").stdout.strip()}
        yield running


def words(answer):
    """What a page says, with plain spaces."""
    return st.plain(answer.text)


def link_to(page, start):
    """On the way to a booking that joins another."""
    found = [x for x in page.links if x.startswith(start) and "with=" in x]
    assert found, (start, page.links)
    return found[0]


def group_of(stack, made):
    return stack.database.value("SELECT g.uid FROM reservation_booking b LEFT JOIN reservation_group g ON g.id = b.group_id"
                                f" WHERE b.uid = '{made['uid']}'")


def stored(stack, column, made):
    return stack.database.value(f"SELECT {column} FROM reservation_booking WHERE uid = '{made['uid']}'")


def query_of(link):
    return urllib.parse.parse_qs(urllib.parse.urlsplit(link).query)


def join(client, first, room, start, end, **more):
    return client.book(room, start, end, **{"with": first["uid"]}, **more)


# ---- a member

def test_a_member_adds_a_room_from_the_page_of_hers(stack):
    day, lea = fresh_day(), stack.login(LEA)
    first = booked(stack.program(LEA).book(ROOM_A, at(day, 9), at(day, 13), title="essai: atelier"))
    page = lea.page(f"/bookings/{first['uid']}")
    assert "Ajouter une salle ou un créneau" in page.text
    grid = lea.page(link_to(page, "/places/essai/day?"))
    assert grid.status == 200 and "Avec : Essai A, " in words(grid) and "9 h – 13 h" in words(grid)
    assert query_of(link_to(grid, "/places/essai/day?"))["with"] == [first["uid"]]          # another day keeps it
    assert ("with", first["uid"]) in grid.form("/places/essai/day").values
    form_link = link_to(grid, f"/resources/{ROOM_B}/book?")
    assert query_of(form_link)["with"] == [first["uid"]]
    page = lea.page(form_link)
    assert "Avec : Essai A" in words(page) and page.unlabelled() == []
    assert query_of(link_to(page, f"/resources/{ROOM_B}/book?"))["with"] == [first["uid"]]   # so do its half-days
    refused = lea.submit(page.form("/bookings"), start=at(day, 9), end=at(day, 13), attendance="9999", expected_total="")
    assert refused.status_code == 422 and "Avec : Essai A" in words(refused)                   # and a refused form
    done = lea.submit(page.form("/bookings"), start=at(day, 9), end=at(day, 13), attendance="4", expected_total="",
                      title="essai: à côté")
    assert done.status_code == 303, done.text[:2000]
    group = lea.page(lea.below(done.headers["location"]))
    assert group.status == 200 and "/groups/" in group.answer.url and "essai: à côté" in group.text
    assert f"/groups/{group_of(stack, first)}" in lea.page(f"/bookings/{first['uid']}").links
    third = lea.page(link_to(group, "/places/essai/day?"))
    assert "Avec : " in words(third)
    assert lea.submit(group.form(f"/groups/{group_of(stack, first)}/cancel")).status_code == 303
    assert stored(stack, "status", first) == "cancelled"
    assert {b["status"] for b in lea.get(f"/groups/{group_of(stack, first)}").json()["bookings"]} == {"cancelled"}


def test_a_third_one_joins_the_same_group(stack, member):
    day = fresh_day()
    first = booked(member.book(ROOM_A, at(day, 9), at(day, 10)))
    second = booked(join(member, first, ROOM_B, at(day, 9), at(day, 10)))
    third = booked(join(member, second, ROOM_C, at(day, 9), at(day, 10)))
    group = group_of(stack, first)
    assert first["group"] is None and second["group"] == group == member.get(f"/bookings/{first['uid']}").json()["group"]
    assert group and group_of(stack, second) == group_of(stack, third) == group
    assert len(member.get(f"/groups/{group}").json()["bookings"]) == 3
    both = booked(member.post("/bookings", json={"items": [{"resource": HALL}, {"resource": ROOM_A}], "start": at(day, 12),
                                                 "end": at(day, 13), "with": third["uid"]}))
    assert both["group"] == group and len(both["items"]) == 2
    asked = booked(join(member, first, ON_REQUEST, at(day, 9), at(day, 10)))
    assert asked["status"] == "pending" and group_of(stack, asked) == group       # to be answered, and cancelled with them


def test_by_telephone_to_what_is_still_to_come(stack):
    """Under the same locks and rules; the page of a group leads on from one that is alive."""
    day, hugo = fresh_day(), stack.login("gestion@demo.example")
    first = booked(stack.program("gestion@demo.example").book(ROOM_A, at(day, 9), at(day, 10), name="Zoé"))
    path = f"/o/filature/bookings/new?with={first['uid']}"
    form = hugo.page(path).form("/o/filature/bookings/new")
    assert hugo.submit(form, resource=str(ROOM_B), date=day, part="540-780").status_code == 303
    last = {"uid": stack.database.value("SELECT uid FROM reservation_booking ORDER BY id DESC LIMIT 1")}
    assert group_of(stack, last) == group_of(stack, first)
    assert stack.program("gestion@demo.example").post(f"/bookings/{last['uid']}/cancel", json={}).status_code == 200
    group = hugo.page(f"/groups/{group_of(stack, first)}")
    assert [x for x in group.links if "with=" in x] == [path]
    assert stack.program("gestion@demo.example").post(f"/bookings/{first['uid']}/cancel", json={}).status_code == 200
    late = hugo.submit(form, name="Zoé", resource=str(ROOM_C), date=day, part="540-780")
    assert late.status_code == 422 and "terminée ou annulée" in late.text
    assert [x for x in hugo.page(f"/groups/{group_of(stack, first)}").links if "with=" in x] == []


def organisation_that_pays(stack):
    return stack.database.value("SELECT c.party_id FROM org_contact c JOIN party p ON p.id = c.party_id JOIN organisation o"
                                " ON o.id = c.org_id WHERE o.slug = 'filature' AND p.kind = 'organisation' LIMIT 1")


def test_by_telephone_begins_with_who_it_was_for(stack):
    """Nobody types again what the first booking says, nor guesses its address."""
    day, hugo, new = fresh_day(), stack.login("gestion@demo.example"), "/o/filature/bookings/new"
    to, lys = f"ada.{uuid.uuid4().hex[:8]}@exemple.example", str(organisation_that_pays(stack))
    form = hugo.page(new).form(new)
    assert hugo.submit(form, contact=lys, name="Ada Appelle", email=to, phone="06 12 34 56 78", resource=str(ROOM_A), date=day,
                       part="540-780").status_code == 303
    first = {"uid": stack.database.value(f"SELECT uid FROM reservation_booking WHERE contact_email = '{to}'")}
    page = hugo.page(f"{new}?with={first['uid']}")
    assert "Avec : Essai A" in words(page) and page.unlabelled() == []
    form = page.form(new)
    assert [form.value(name) for name in ("name", "email", "phone", "payer", "contact", "date", "with")] == [
        "Ada Appelle", to, "06 12 34 56 78", lys, "", day, first["uid"]]
    other = hugo.submit(form, email="autre@exemple.example", resource=str(ROOM_B), part="540-780")
    assert other.status_code == 422 and "l’adresse électronique de la première" in words(other)
    again = st.Page(other).form(new)
    assert again.value("email") == "autre@exemple.example" and again.value("with") == first["uid"]    # as it was typed
    api = stack.program("gestion@demo.example").post(new, json={"with": first["uid"], "name": "Ada Appelle", "resource": ROOM_B,
                                                                "date": day, "part": "540-780"})
    assert api.status_code == 422 and list(api.json()["errors"]) == ["email"]
    assert hugo.submit(form, resource=str(ROOM_B), part="540-780").status_code == 303
    assert len(stack.program("gestion@demo.example").get(f"/groups/{group_of(stack, first)}").json()["bookings"]) == 2
    lea = booked(stack.program(LEA).book(ROOM_C, at(day, 9), at(day, 10)))                        # an account is a contact
    form = hugo.page(f"{new}?with={lea['uid']}").form(new)
    assert (form.value("contact"), form.value("name")) == (str(stored(stack, "person_id", lea)), "")
    assert hugo.submit(form, resource=str(ROOM_B), part="840-1080").status_code == 303 and group_of(stack, lea)


def test_by_telephone_keeps_the_name_of_who_pays(stack):
    """An organisation that is a name yet is so in what is added, whatever the form says in between."""
    hugo, new, day = stack.login("gestion@demo.example"), "/o/filature/bookings/new", fresh_day()
    first = booked(stack.program(LEA).book(ROOM_A, at(day, 9), at(day, 10), payer_text="Les Amis du parc"))
    page = hugo.page(f"{new}?with={first['uid']}")
    assert page.unlabelled() == [] and page.form(new).value("payer_text") == "Les Amis du parc"
    refused = hugo.submit(page.form(new), resource=str(ROOM_B), part="", **{"from": "02:00"}, to="03:00")
    assert refused.status_code == 422 and st.Page(refused).form(new).value("payer_text") == "Les Amis du parc"
    looked = hugo.submit(page.form(new), ("preview", "1"), payer_text="Les Amies du parc")
    assert st.Page(looked).form(new).value("payer_text") == "Les Amies du parc"
    assert hugo.submit(page.form(new), resource=str(ROOM_B), part="540-780").status_code == 303
    last = stack.database.rows("SELECT payer_text, payer_id, person_id, status FROM reservation_booking ORDER BY id DESC LIMIT 1")[0]
    lea = str(stack.person(LEA))
    assert last == ["Les Amis du parc", lea, lea, "confirmed"]
    # who pays and is known needs no name
    lys = str(organisation_that_pays(stack))
    assert hugo.submit(page.form(new), resource=str(ROOM_C), part="540-780", payer=lys).status_code == 303
    assert stack.database.rows("SELECT payer_text, payer_id FROM reservation_booking ORDER BY id DESC LIMIT 1") == [[None, lys]]
    linked = hugo.page(f"{new}?payer_text=Fanfare").form(new)
    assert linked.value("payer_text") == "Fanfare"


def test_what_is_taken_offers_others_that_join_too(stack, stranger):
    day, lea = fresh_day(), stack.login(LEA)
    first = booked(stack.program(LEA).book(ROOM_A, at(day, 9), at(day, 11)))
    form = lea.page(f"/resources/{ROOM_B}/book?start={at(day, 9)}&end={at(day, 11)}&with={first['uid']}").form("/bookings")
    booked(stranger.book(ROOM_B, at(day, 9), at(day, 11)))
    conflict = lea.submit(form, attendance="2")
    assert conflict.status_code == 409 and link_to(st.Page(conflict), "/places/essai/day?")
    other = next(f for f in st.Page(conflict).forms if f.action == "/bookings" and f.value("resource") != str(ROOM_B))
    assert other.value("with") == first["uid"]
    assert "/groups/" in lea.submit(other).headers["location"] and group_of(stack, first)


def test_only_to_a_living_booking_of_ones_own(stack, member):
    day = fresh_day()
    first = booked(member.book(ROOM_A, at(day, 9), at(day, 11)))
    before = bookings(stack)
    for who in ("autre@demo.example", "gestion@demo.example", "membre@canal.example", "admin@demo.example"):
        answer = join(stack.program(who), first, ROOM_B, at(day, 9), at(day, 11))
        assert answer.status_code == 422 and "with" in answer.json()["errors"], (who, answer.text)
    guest = join(stack.visitor(), first, ROOM_B, at(day, 9), at(day, 11), name="Zoé", email="zoe@exemple.example")
    assert guest.status_code == 422 and "with" in guest.json()["errors"]
    elsewhere = stack.program("membre@canal.example")                       # a room of another organisation
    canal = stack.database.value("SELECT x.id FROM reservation_resource x JOIN organisation o ON o.id = x.org_id"
                                 " WHERE o.slug = 'canal' AND x.active = 1 ORDER BY x.id LIMIT 1")
    for client in (member, elsewhere):
        answer = join(client, first, canal, at(day, 9), at(day, 11))
        assert answer.status_code == 422 and "with" in answer.json()["errors"]
    assert join(member, {"uid": str(uuid.uuid4())}, ROOM_B, at(day, 9), at(day, 11)).status_code == 422
    assert member.post(f"/bookings/{first['uid']}/cancel", json={}).status_code == 200
    gone = join(member, first, ROOM_B, at(day, 9), at(day, 11))
    assert gone.status_code == 422 and "with" in gone.json()["errors"]
    assert bookings(stack) == before and group_of(stack, first) in (None, "NULL")
    over = booked(member.book(ROOM_C, at(day, 9), at(day, 11)))
    stack.database.rows("UPDATE reservation_booking SET start_utc = UTC_TIMESTAMP() - INTERVAL 2 HOUR,"
                        f" end_utc = UTC_TIMESTAMP() - INTERVAL 1 HOUR WHERE uid = '{over['uid']}'")
    assert join(member, over, ROOM_B, at(day, 9), at(day, 11)).status_code == 422


def test_the_pages_say_nothing_of_somebody_else_s(stack, member):
    day, lou = fresh_day(), stack.login("autre@demo.example")
    first = booked(member.book(ROOM_A, at(day, 9), at(day, 11), title="essai: secret"))
    for path in (f"/places/{PLACE}/day?date={day}", f"/resources/{ROOM_B}/book?date={day}"):
        for client in (lou, stack.browser()):
            page = client.page(f"{path}&with={first['uid']}&t={'0' * 64}")
            assert page.status == 200 and "Avec : " not in words(page) and "essai: secret" not in page.text
            assert "f-with" in page.ids and "de vos réservations" in page.text
            assert [x for x in page.links if "/book?" in x and "with=" in x] == []
            assert all(name != "with" for form in page.forms for name, _ in form.values)
    assert "Ajouter une salle" not in stack.login("ouvreuse@demo.example").page(f"/bookings/{first['uid']}").text


def test_one_payer(stack, member):
    lys = str(stack.database.value("SELECT id FROM organisation WHERE slug = 'lys-lez'"))
    contact, day = stack.program("contact@lys-lez.example"), fresh_day()
    first = booked(contact.book(ROOM_A, at(day, 9), at(day, 11), payer=lys))
    answer = join(contact, first, ROOM_B, at(day, 9), at(day, 11))
    assert answer.status_code == 422 and "payer" in answer.json()["errors"]
    page = stack.login("contact@lys-lez.example").page(f"/places/essai/day?date={day}&with={first['uid']}")
    assert query_of(link_to(page, f"/resources/{ROOM_B}/book?"))["payer"] == [lys]          # the form begins with it
    second = booked(join(contact, first, ROOM_B, at(day, 9), at(day, 11), payer=lys))
    assert group_of(stack, second) == group_of(stack, first)
    named = booked(member.book(ROOM_A, at(day, 12), at(day, 13), payer_text="Les Amis"))
    assert join(member, named, ROOM_B, at(day, 12), at(day, 13)).status_code == 422
    booked(join(member, named, ROOM_B, at(day, 12), at(day, 13), payer_text="Les Amis"))
    lea = stack.login(LEA)
    form = lea.page(f"/resources/{ROOM_C}/book?start={at(day, 12)}&end={at(day, 13)}&with={named['uid']}")
    assert "Payé par Les Amis." in form.text and "payer_text" not in [c.get("name") for c in form.controls]
    done = lea.submit(form.form("/bookings"), attendance="2", title="essai: payé")
    assert done.status_code == 303, done.text[:2000]
    made = {"uid": stack.database.value("SELECT uid FROM reservation_booking WHERE title = 'essai: payé'")}
    assert stored(stack, "CONCAT(payer_text, status)", made) == "Les Amispending"


def test_what_an_organisation_pays_is_added_to_by_the_place(stack, guest, member):
    """The place named who pays; whoever may not engage it is not sent to a form that cannot be sent."""
    browser, _, first, token = guest
    lys, day = organisation_that_pays(stack), fresh_day()
    mine = booked(member.book(ROOM_B, at(day, 9), at(day, 10)))
    second = booked(join(member, mine, ROOM_C, at(day, 9), at(day, 10)))
    path, group = f"/bookings/{first['uid']}?t={token}", f"/groups/{group_of(stack, second)}"
    lea = stack.login(LEA)
    assert link_to(browser.page(path), "/places/essai/day?") and link_to(lea.page(group), "/places/essai/day?")
    stack.database.rows(f"UPDATE reservation_booking SET payer_id = {lys} WHERE uid IN ('{first['uid']}', '{mine['uid']}',"
                        f" '{second['uid']}')")
    assert "Ajouter une salle" not in browser.page(path).text
    for page in (f"/bookings/{mine['uid']}", group):
        shown = lea.page(page)
        assert shown.status == 200 and "Ajouter une salle" not in shown.text
    form = browser.page(f"/resources/{ROOM_B}/book?date={first['day']}&with={first['uid']}&t={token}")    # of a kept link
    assert "demandez au lieu" in form.text and all(name != "with" for f in form.forms for name, _ in f.values)
    for client, more in ((stack.visitor(), {"t": token}), (member, {})):
        answer = join(client, mine if client is member else first, ROOM_B, at(day, 14), at(day, 15), **more)
        assert answer.status_code == 422 and list(answer.json()["errors"]) == ["with"], answer.text


def test_no_more_than_forty(stack, member):
    day = fresh_day()
    first = booked(member.book(ROOM_A, at(day, 9), at(day, 10)))
    booked(join(member, first, ROOM_B, at(day, 9), at(day, 10)))
    group = stored(stack, "group_id", first)
    others = stack.database.rows("SELECT id FROM reservation_booking WHERE group_id IS NULL ORDER BY id DESC LIMIT 38")
    keys = ",".join(str(row[0]) for row in others)
    stack.database.rows(f"UPDATE reservation_booking SET group_id = {group} WHERE id IN ({keys})")
    try:
        answer = join(member, first, ROOM_C, at(day, 9), at(day, 10))
        assert len(others) == 38 and answer.status_code == 422 and "40" in answer.json()["errors"]["with"]
    finally:
        stack.database.rows(f"UPDATE reservation_booking SET group_id = NULL WHERE id IN ({keys})")


def test_the_form_costs_one_query_more(stack, member):
    day, html = fresh_day(), {"Accept": "text/html"}
    first = booked(member.book(ROOM_A, at(day, 9), at(day, 10)))
    for path in (f"/places/essai/day?date={day}", f"/resources/{ROOM_B}/book?date={day}"):
        plain = stack.comptoir.queries(lambda: member.get(path, headers=html))
        more = stack.comptoir.queries(lambda: member.get(f"{path}&with={first['uid']}", headers=html))
        assert more <= plain + 2, (path, plain, more)           # the reference, and the booking


def test_my_bookings_say_which_belong_together(stack, member):
    day, lea = fresh_day(), stack.login(LEA)
    first = booked(member.book(ROOM_A, at(day, 9), at(day, 10), title="essai: fête"))
    alone = booked(member.book(ROOM_B, at(day, 12), at(day, 13), title="essai: seule"))
    second = booked(join(member, first, ROOM_B, at(day, 9), at(day, 10)))
    group = group_of(stack, first)
    mine = {b["uid"]: b for b in member.get("/bookings").json()["upcoming"]}
    assert mine[first["uid"]]["group"] == mine[second["uid"]]["group"] == group and mine[alone["uid"]]["group"] is None
    page = lea.page("/bookings")
    assert page.links.count(f"/groups/{group}") == 2
    assert "2 réservations faites ensemble : essai: fête" in words(page) and "un seul bouton les annule toutes" in words(page)
    listed = stack.login("gestion@demo.example").page(f"/o/filature/bookings?from={day}&to={day}")
    assert listed.links.count(f"/groups/{group}") == 2
    html = {"Accept": "text/html"}
    few = stack.comptoir.queries(lambda: member.get("/bookings", headers=html))
    for hour in range(14, 18):
        booked(join(member, first, ROOM_A, at(day, hour), at(day, hour + 1)))
    assert stack.comptoir.queries(lambda: member.get("/bookings", headers=html)) <= few
    assert lea.submit(lea.page(f"/groups/{group}").form(f"/groups/{group}/cancel")).status_code == 303
    row = next(b for b in member.get("/bookings").json()["past"] if b["uid"] == first["uid"])
    assert row["group"] == group and row["status"] == "cancelled"
    said = re.findall(rf'href="/groups/{group}">[^<]+</a>([^<]*)', lea.get("/bookings", headers=html).text)
    assert len(said) >= 2 and not any("bouton" in after for after in said), said


def test_the_way_over_the_home_page_keeps_it(stack, member):
    """Home, place, room, week, form: whichever way she looks for the second room."""
    day, lea = fresh_day(), stack.login(LEA)
    first = booked(member.book(ROOM_A, at(day, 9), at(day, 13), title="essai: chemin"))
    page = lea.page(link_to(lea.page(f"/bookings/{first['uid']}"), "/places/essai/day?"))
    page = lea.page(link_to(page, "/places?"))                              # all places
    assert page.status == 200 and "Avec : Essai A" in words(page)
    finder = next(f for f in page.forms if f.method == "get" and f.value("people") is not None)
    assert ("with", first["uid"]) in finder.values
    found = st.Page(lea.submit(finder, q="essai", date="", people=""))
    assert "Avec : Essai A" in words(found)
    assert finder.value("date") == day                                      # of the first booking
    for link in ("/places?", "/places/essai?", f"/resources/{ROOM_B}?", f"/resources/{ROOM_B}/book?"):
        assert query_of(link_to(found, link))["with"] == [first["uid"]]
    place = lea.page(link_to(found, "/places/essai?"))
    assert place.status == 200 and "Avec : Essai A" in words(place)
    for link in ("/places/essai/day?", f"/resources/{ROOM_B}?"):
        assert query_of(link_to(place, link))["with"] == [first["uid"]]
    room = lea.page(link_to(place, f"/resources/{ROOM_B}?"))
    assert room.status == 200 and "Avec : Essai A" in words(room)
    for link in ("/places/essai?", "/places/essai/day?", f"/resources/{ROOM_B}/book?"):
        assert query_of(link_to(room, link))["with"] == [first["uid"]]
    week = lea.page(link_to(room, f"/resources/{ROOM_B}/week?"))
    assert week.status == 200 and "Avec : Essai A" in words(week) and day in week.form(f"/resources/{ROOM_B}/week").values[0]
    assert ("with", first["uid"]) in week.form(f"/resources/{ROOM_B}/week").values
    following = lea.page(link_to(week, f"/resources/{ROOM_B}/week?"))
    form = lea.page(link_to(following, f"/resources/{ROOM_B}/book?"))
    done = lea.submit(form.form("/bookings"), start=at(day, 9), end=at(day, 13), attendance="4", expected_total="")
    assert done.status_code == 303 and "/groups/" in done.headers["location"] and group_of(stack, first)
    html = {"Accept": "text/html"}
    for path in ("/places?q=essai", "/places/essai?", f"/resources/{ROOM_B}?", f"/resources/{ROOM_B}/week?"):
        plain = stack.comptoir.queries(lambda: member.get(path, headers=html))
        more = stack.comptoir.queries(lambda: member.get(f"{path}&with={first['uid']}".replace("?&", "?"), headers=html))
        assert more <= plain + 2, (path, plain, more)
        assert "with=" not in member.get(path, headers=html).text
        shown = stack.browser().page(f"{path}&with={first['uid']}&t={'0' * 64}".replace("?&", "?"))  # somebody else's
        assert shown.status == 200 and "de vos réservations" in shown.text and "essai: chemin" not in shown.text
        assert [x for x in shown.links if "with=" in x and ".json?" not in x] == []
        embedded = stack.visitor().get(f"{path}&with={first['uid']}&embed=1".replace("?&", "?"), headers=html)
        assert embedded.status_code == 200 and "Avec : " not in st.plain(embedded.text)


# ---- a guest

def letters(stack, to):
    read = (email.message_from_bytes(p.read_bytes(), policy=email.policy.default) for p in stack.comptoir.mails())
    return [m for m in read if to in m["to"]]


def text_of(mail):
    return mail.get_body(("plain",)).get_content()


@pytest.fixture
def guest(stack):
    """A browser of a guest who has confirmed: (browser, address, booking, token)."""
    stack.database.rows("DELETE FROM rate_limit")
    day, to = fresh_day(), f"ada.{uuid.uuid4().hex[:8]}@exemple.example"
    made = stack.visitor().book(ROOM_A, at(day, 9), at(day, 11), name="Ada Invitée", email=to, phone="06 12 34 56 75").json()
    mail = st.wait_for(lambda: letters(stack, to), 30)[0]
    link = stack.link(re.search(r"https?://\S+/verify\?t=[0-9a-f]+", text_of(mail))[0])
    browser, token = stack.browser(), link.split("t=")[1]
    held = browser.book(ROOM_B, at(day, 9), at(day, 11), **{"with": made["uid"]}, t=token)
    assert held.status_code == 422                                       # what is not confirmed takes nothing along
    assert "Ajouter une salle" not in browser.page(f"/bookings/{made['uid']}?t={token}").text
    assert browser.submit(browser.page(link).form("/verify?t=" + token)).status_code == 303
    return browser, to, {**made, "day": day}, token


def test_a_guest_adds_a_room_with_her_link(stack, guest):
    browser, to, first, token = guest
    page = browser.page(f"/bookings/{first['uid']}?t={token}")
    grid = browser.page(link_to(page, "/places/essai/day?"))
    form = browser.page(link_to(grid, f"/resources/{ROOM_B}/book?"))
    assert "Avec : Essai A" in words(form) and "email" not in [c.get("name") for c in form.controls]          # she has said who she is
    done = browser.submit(form.form("/bookings"), start=at(first["day"], 9), end=at(first["day"], 11), attendance="3",
                          expected_total="")
    assert done.status_code == 303, done.text[:2000]
    where = browser.below(done.headers["location"])
    group = browser.page(where)
    assert group.status == 200 and where.endswith(f"?t={token}")
    second = {"uid": next(x for x in re.findall(r"/bookings/([0-9a-f-]{36})\?t=", group.answer.text) if x != first["uid"])}
    assert stored(stack, "CONCAT(status, contact_email, contact_name)", second) == f"confirmed{to}Ada Invitée"
    told = st.wait_for(lambda: [m for m in letters(stack, to) if f"/bookings/{second['uid']}?t=" in text_of(m)], 30)[0]
    assert any(p.get_content_type() == "text/calendar" for p in told.walk()) and "/verify" not in text_of(told)
    for uid in (first["uid"], second["uid"]):                             # each of its pages opens, and leads back here
        own = browser.page(re.search(rf"/bookings/{uid}\?t=[0-9a-f]+", group.answer.text)[0])
        assert own.status == 200 and any(x.startswith("/groups/") for x in own.links)
    third = browser.page(link_to(group, "/places/essai/day?"))
    assert "Avec : " in words(third)
    assert browser.submit(group.form(f"/cancel?t={token}")).status_code == 303
    assert stored(stack, "status", first) == stored(stack, "status", second) == "cancelled"
    mail = st.wait_for(lambda: [m for m in letters(stack, to) if "/groups/" in text_of(m)], 30)[0]
    link = stack.link(re.search(r"https?://\S+/groups/\S+", text_of(mail))[0])
    assert stack.browser().page(link).status == 200


def test_her_link_is_kept_over_the_week_too(stack, guest):
    browser, _, first, token = guest
    page = browser.page(link_to(browser.page(f"/bookings/{first['uid']}?t={token}"), "/places/essai/day?"))
    for step in ("/places?", f"/places/essai?", f"/resources/{ROOM_B}?", f"/resources/{ROOM_B}/week?", f"/resources/{ROOM_B}/book?"):
        page = browser.page(link_to(page, step))
        assert "Avec : Essai A" in words(page), step
    done = browser.submit(page.form("/bookings"), start=at(first["day"], 9), end=at(first["day"], 11), attendance="3",
                          expected_total="")
    assert done.status_code == 303 and browser.below(done.headers["location"]).endswith(f"?t={token}")


def test_her_link_opens_it_where_somebody_is_signed_in(stack, guest):
    """She has made an account since, or reads the mail where another is used."""
    browser, _, first, token = guest
    day, lea = first["day"], stack.login(LEA)
    booked(join(stack.visitor(), first, ROOM_B, at(day, 9), at(day, 11), t=token))
    page = lea.page(f"/bookings/{first['uid']}?t={token}")
    group = next(x for x in page.links if x.startswith("/groups/"))
    assert group.endswith(f"?t={token}")
    shown = lea.page(group)
    assert shown.status == 200 and len(re.findall(r"/bookings/[0-9a-f-]{36}\?t=[0-9a-f]{64}", shown.answer.text)) >= 2
    assert [x for x in shown.links if "with=" in x] == []                    # an account adds to bookings of its own
    plain = group.partition("?")[0]
    for t in ("", "?t=" + "0" * 64):
        assert lea.page(plain + t).status == 404
    staff = stack.login("ouvreuse@demo.example").page(plain + "?t=" + "0" * 64)     # sees it, and no key of the guest's
    assert staff.status == 200 and "t=" not in "".join(x for x in staff.links if x.startswith("/bookings/"))
    assert lea.submit(shown.form(f"/cancel?t={token}")).status_code == 303 and stored(stack, "status", first) == "cancelled"


def test_only_the_link_of_her_mail_opens_it(stack, guest, member):
    browser, to, first, token = guest
    day = first["day"]
    second = booked(join(stack.visitor(), first, ROOM_B, at(day, 9), at(day, 11), t=token))
    group = f"/groups/{group_of(stack, second)}"
    for t in ("", "0" * 64, "x", token[:-1]):
        for answer in (stack.visitor().get(f"{group}?t={t}"), stack.visitor().post(f"{group}/cancel?t={t}", json={})):
            assert answer.status_code in (401, 403, 404), t
        answer = stack.visitor().book(ROOM_C, at(day, 14), at(day, 15), **{"with": first["uid"]}, t=t, name="Eve", email=to)
        assert answer.status_code == 422 and "with" in answer.json()["errors"], t
    assert join(member, first, ROOM_C, at(day, 14), at(day, 15), t=token).status_code == 422     # an account is somebody else
    assert stored(stack, "status", first) == "confirmed"


def test_the_link_right_after_the_form_joins_nothing(stack):
    """It shows a booking to who made it, and proves no address."""
    stack.database.rows("DELETE FROM rate_limit")
    day, to, browser = fresh_day(), f"ida.{uuid.uuid4().hex[:8]}@exemple.example", stack.browser()
    form = browser.page(f"/resources/{ROOM_A}/book?start={at(day, 9)}&end={at(day, 11)}").form("/bookings")
    done = browser.submit(form, name="Ida", email=to, attendance="2")
    assert done.status_code == 303
    where = browser.below(done.headers["location"])
    uid, view = re.search(r"/bookings/([0-9a-f-]+)\?t=(\w+)", where).groups()
    mail = st.wait_for(lambda: letters(stack, to), 30)[0]
    link = stack.link(re.search(r"https?://\S+/verify\?t=[0-9a-f]+", text_of(mail))[0])
    assert browser.submit(browser.page(link).form("/verify?" + link.partition("?")[2])).status_code == 303
    assert "Ajouter une salle" not in browser.page(where).text
    answer = stack.visitor().book(ROOM_B, at(day, 9), at(day, 11), **{"with": uid}, t=view)
    assert answer.status_code == 422 and "with" in answer.json()["errors"]


def test_what_she_adds_counts_for_her_network(stack, guest):
    browser, _, first, token = guest
    codes = [join(stack.visitor(), first, ROOM_C, at(first["day"], 8 + n), at(first["day"], 9 + n), t=token).status_code
             for n in range(10)]
    assert codes == [201] * 9 + [429]                                   # the tenth of the day was her first


# ---- at the same moment

def at_once(*calls):
    with concurrent.futures.ThreadPoolExecutor(len(calls)) as pool:
        return [f.result() for f in [pool.submit(call) for call in calls]]


def test_two_that_join_at_once_make_one_group(stack):
    clients = [stack.program(LEA) for _ in range(2)]
    for _ in range(8):
        day = fresh_day()
        first = booked(clients[0].book(ROOM_B, at(day, 9), at(day, 11)))
        answers = at_once(*(lambda c=c, room=room: join(c, first, room, at(day, 9), at(day, 11))
                            for c, room in zip(clients, (ROOM_A, HALL))))
        made = [booked(a) for a in answers]
        assert group_of(stack, first) and {group_of(stack, b) for b in made} == {group_of(stack, first)}


def test_two_that_join_at_once_are_not_one_too_many(stack):
    """Beside different bookings of one group, so that no room of theirs is the same: its own row is their guard."""
    clients = [stack.program(LEA) for _ in range(2)]
    day = fresh_day()
    first = booked(clients[0].book(ROOM_A, at(day, 8), at(day, 9)))
    second = booked(join(clients[0], first, ROOM_B, at(day, 8), at(day, 9)))
    group = stored(stack, "group_id", first)
    others = stack.database.rows("SELECT id FROM reservation_booking WHERE group_id IS NULL ORDER BY id LIMIT 37")
    keys = ",".join(str(row[0]) for row in others)
    assert len(others) == 37
    stack.database.rows(f"UPDATE reservation_booking SET group_id = {group} WHERE id IN ({keys})")
    try:
        for hour in range(8):
            answers = at_once(*(lambda c=c, f=f, room=room: join(c, f, room, at(day, 9 + hour), at(day, 10 + hour))
                                for c, f, room in zip(clients, (first, second), (HALF_1, ROOM_C))))
            assert sorted(a.status_code for a in answers) == [201, 422], [a.text for a in answers]
            assert stack.database.value(f"SELECT COUNT(*) FROM reservation_booking WHERE group_id = {group}") == 40
            last = next(a for a in answers if a.status_code == 201).json()["uid"]
            stack.database.rows(f"UPDATE reservation_booking SET group_id = NULL WHERE uid = '{last}'")
    finally:
        stack.database.rows(f"UPDATE reservation_booking SET group_id = NULL WHERE id IN ({keys})")


def test_joining_against_each_other_does_not_lock_up(stack):
    """A joins B's room while B joins A's: whichever is first, the leaves are taken in one order."""
    clients = [stack.program(e) for e in (LEA, "autre@demo.example")]
    repeats = stack.metric("comptoir_transaction_repeats_total")
    for _ in range(8):
        day = fresh_day()
        mine = booked(clients[0].book(HALF_1, at(day, 9), at(day, 10)))
        hers = booked(clients[1].book(ROOM_A, at(day, 9), at(day, 10)))
        answers = at_once(lambda: join(clients[0], mine, ROOM_A, at(day, 11), at(day, 12)),
                          lambda: join(clients[1], hers, HALL, at(day, 11), at(day, 12)))
        assert [a.status_code for a in answers] == [201, 201]
    assert stack.metric("comptoir_transaction_repeats_total") == repeats


def test_joining_against_cancelling(stack):
    """Either it joined, and lives beside what was cancelled; or it came too late and there is none of it."""
    clients = [stack.program(LEA) for _ in range(2)]
    for _ in range(12):
        day = fresh_day()
        first = booked(clients[0].book(ROOM_A, at(day, 9), at(day, 11)))
        joined, gone = at_once(lambda: join(clients[0], first, ROOM_B, at(day, 9), at(day, 11)),
                               lambda: clients[1].post(f"/bookings/{first['uid']}/cancel", json={}))
        assert gone.status_code == 200 and joined.status_code in (201, 422), joined.text
        assert (group_of(stack, first) not in (None, "NULL")) == (joined.status_code == 201)


def test_joining_against_cancelling_all(stack):
    """Nobody who has cancelled all of it keeps a room that came at that moment: it is cancelled too, or was refused."""
    clients = [stack.program(LEA) for _ in range(2)]
    for _ in range(12):
        day = fresh_day()
        first = booked(clients[0].book(ROOM_A, at(day, 9), at(day, 11)))
        booked(join(clients[0], first, ROOM_C, at(day, 9), at(day, 11)))
        group = group_of(stack, first)
        joined, gone = at_once(lambda: join(clients[0], first, ROOM_B, at(day, 9), at(day, 11)),
                               lambda: clients[1].post(f"/groups/{group}/cancel", json={}))
        assert gone.status_code == 200 and joined.status_code in (201, 422), joined.text
        assert {b["status"] for b in clients[0].get(f"/groups/{group}").json()["bookings"]} == {"cancelled"}


# ---- again, and several rooms in one booking

def several(client, day, **more):
    return booked(client.post("/bookings", json={"items": [{"resource": ROOM_A}, {"resource": ROOM_B}, {"resource": DESKS, "units": 3}],
                                                 "start": at(day, 9), "end": at(day, 11), **more}))


def items_of(stack, uid):
    return stack.database.rows("SELECT i.resource_id, CAST(i.quantity AS CHAR) FROM reservation_item i JOIN reservation_booking b"
                               f" ON b.id = i.booking_id WHERE b.uid = '{uid}' ORDER BY i.resource_id")


def free_week():
    """A fresh day, and the same a week later too."""
    return [fresh_day() for _ in range(8)][0]


def again(page):
    return next(x for x in page.links if "/book?start=" in x and "also=" in x)


def test_all_the_rooms_of_a_booking_are_booked_again(stack, member, stranger):
    day, lea = free_week(), stack.login(LEA)
    first = several(member, day, title="essai: encore")
    link = again(lea.page(f"/bookings/{first['uid']}"))
    asked = query_of(link)
    assert f"/resources/{ROOM_A}/book" in link and asked["also"] == [str(ROOM_B), f"{DESKS}:3"]
    later = asked["start"][0][:10]
    page = lea.page(link)
    form = page.form("/bookings")
    assert page.unlabelled() == [] and [v for k, v in form.values if k == "also"] == [str(ROOM_B), f"{DESKS}:3"]
    assert "3 × Postes" in page.text and "96,00" in page.text                     # two rooms of 24 € an hour, two hours
    assert [query_of(x).get("also") for x in page.links if "/book?date=" in x][0] == asked["also"]
    price = member.get(f"/resources/{ROOM_A}/price", params={"start": at(later, 9), "end": at(later, 11), "also": asked["also"]}).json()
    assert price["total"]["cents"] == 9600
    done = lea.submit(form, attendance="4", title="essai: de nouveau")
    assert done.status_code == 303, done.text[:2000]
    made = stack.database.value("SELECT uid FROM reservation_booking WHERE title = 'essai: de nouveau'")
    assert items_of(stack, made) == [[str(ROOM_A), "1"], [str(ROOM_B), "1"], [str(DESKS), "3"]]
    lone = lea.page(link.replace(f"&also={ROOM_B}", "").replace(later, fresh_day()))
    without = [(k, v) for k, v in lone.form("/bookings").values if k == "also"]
    assert without == [("also", f"{DESKS}:3")]                                  # what is not ticked is not booked


def test_again_offers_what_all_of_them_have_free(stack, member, stranger):
    day, lea = free_week(), stack.login(LEA)
    link = again(lea.page(f"/bookings/{several(member, day)['uid']}"))
    later = query_of(link)["start"][0][:10]
    booked(stranger.book(ROOM_B, at(later, 10), at(later, 22)))
    form = lea.page(link).form("/bookings")
    assert form.value("start") == at(later, 9) and form.value("end") == at(later, 10)
    starts = re.findall(r'<option value="([^"]+)" data-until', lea.page(link).answer.text)
    assert starts[0] == at(later, 8) and starts[-1] < at(later, 10)
    booked(stranger.book(ROOM_B, at(later, 8), at(later, 10)))
    full = lea.page(link)
    assert "pas libres en même temps" in full.text and f"/resources/{ROOM_A}/book?date={later}" in full.links
    late = lea.submit(form, start=at(later, 9), end=at(later, 10), attendance="2")
    assert late.status_code == 409 and "Essai B" in late.text
    kept = next(f for f in st.Page(late).forms if f.action == "/bookings")
    assert [v for k, v in kept.values if k == "also"] == [str(ROOM_B), f"{DESKS}:3"]
    assert lea.submit(kept).status_code == 303                                    # another hour, of all of them


def test_what_is_gone_is_left_out_and_nonsense_refused(stack, member):
    day, lea = free_week(), stack.login(LEA)
    first = several(member, day)
    stack.database.rows(f"UPDATE reservation_resource SET active = 0 WHERE id = {ROOM_A}")
    try:
        link = again(lea.page(f"/bookings/{first['uid']}"))
        assert f"/resources/{ROOM_B}/book" in link and query_of(link)["also"] == [f"{DESKS}:3"]
        page = lea.page(f"/resources/{ROOM_B}/book?date={fresh_day()}&also={ROOM_A}&also={DESKS}")
        assert [v for k, v in page.form("/bookings").values if k == "also"] == [str(DESKS)]
    finally:
        stack.database.rows(f"UPDATE reservation_resource SET active = 1 WHERE id = {ROOM_A}")
    for also in ([str(ROOM_A)], ["x"], [f"{ROOM_B}:0"], [str(ROOM_B), str(ROOM_B)], [str(n) for n in range(1, 25)]):
        answer = member.book(ROOM_A, at(day, 12), at(day, 13), also=also)
        assert answer.status_code == 422 and "also" in answer.json()["errors"], (also, answer.text)
        assert lea.page(f"/resources/{ROOM_A}/book", params={"date": day, "also": also}).status == 200
    when = {"start": at(day, 12), "end": at(day, 13), "also": [str(ROOM_B)]}
    for more, field in (({}, "resource"), ({"items": [{"resource": ROOM_A}]}, "items")):
        answer = member.post("/bookings", json={**when, **more})
        assert answer.status_code == 422 and field in answer.json()["errors"], answer.text
    elsewhere = stack.database.value("SELECT x.id FROM reservation_resource x JOIN organisation o ON o.id = x.org_id"
                                     " WHERE o.slug = 'canal' AND x.active = 1 ORDER BY x.id LIMIT 1")
    assert member.book(ROOM_A, at(day, 12), at(day, 13), also=[str(elsewhere)]).status_code == 422
    assert "also" not in dict(lea.page(f"/resources/{ROOM_A}/book", params={"date": day, "also": elsewhere}).form("/bookings").values)


def test_the_rooms_of_a_booking_of_several_are_changed(stack, member, stranger):
    day, lea = fresh_day(), stack.login(LEA)
    first = several(member, day, title="essai: salles")
    path = f"/bookings/{first['uid']}/edit"
    page = lea.page(path)
    look = next(f for f in page.forms if f.method == "get" and f.value("date") == day)
    assert page.unlabelled() == [] and [v for k, v in look.values if k == "also"] == [str(ROOM_A), str(ROOM_B), f"{DESKS}:3"]
    assert [v for k, v in page.form(f"/bookings/{first['uid']}").values if k == "also"] == [str(ROOM_A), str(ROOM_B), f"{DESKS}:3"]
    booked(stranger.book(ROOM_C, at(day, 10), at(day, 12)))
    page = lea.page(path, params={"also": [str(ROOM_A), str(ROOM_C)], "date": day, "start": at(day, 8), "end": at(day, 10)})
    form = page.form(f"/bookings/{first['uid']}")
    assert (form.value("start"), form.value("end")) == (at(day, 8), at(day, 10))
    assert at(day, 11) not in re.findall(r'<option value="([^"]+)"', page.answer.text.split('id="f-end"')[0])  # C is taken then
    halves = [x for x in page.links if "/edit?start=" in x]
    assert halves and all(query_of(x)["also"] == [str(ROOM_A), str(ROOM_C)] for x in halves)
    done = lea.submit(form, end=at(day, 9))
    assert done.status_code == 200, done.text[:2000]                        # the price differs: it is shown first
    review = st.Page(done)
    assert [v for k, v in review.form(f"/bookings/{first['uid']}").values if k == "also"] == [str(ROOM_A), str(ROOM_C)]
    done = lea.submit(review.form(f"/bookings/{first['uid']}"))
    assert done.status_code == 303, done.text[:2000]
    assert items_of(stack, first["uid"]) == [[str(ROOM_A), "1"], [str(ROOM_C), "1"]]
    booked(stranger.book(ROOM_B, at(day, 9), at(day, 11)))                    # what it left is free for others
    assert stranger.book(ROOM_C, at(day, 8), at(day, 9)).status_code == 409
    view = member.get(f"/bookings/{first['uid']}").json()
    taken = lea.submit(lea.page(path).form(f"/bookings/{first['uid']}"), start=at(day, 9), end=at(day, 11))
    assert taken.status_code == 409 and "Essai C" in taken.text
    kept = next(f for f in st.Page(taken).forms if f.action == f"/bookings/{first['uid']}")
    assert [v for k, v in kept.values if k == "also"] == [str(ROOM_A), str(ROOM_C)]
    alone = member.post(f"/bookings/{first['uid']}", json={"row_version": view["row_version"], "also": [str(ROOM_A)]})
    assert alone.status_code == 200 and items_of(stack, first["uid"]) == [[str(ROOM_A), "1"]]
    version = alone.json()["row_version"]
    for also in (["x"], [str(ROOM_A), str(ROOM_A)], ["999999"]):
        answer = member.post(f"/bookings/{first['uid']}", json={"row_version": version, "also": also})
        assert answer.status_code == 422, answer.text
    assert items_of(stack, first["uid"]) == [[str(ROOM_A), "1"]]


def test_a_room_that_is_gone_is_not_lost_by_changing_words(stack, member):
    day, lea = fresh_day(), stack.login(LEA)
    first = several(member, day)
    stack.database.rows(f"UPDATE reservation_resource SET active = 0 WHERE id = {ROOM_B}")
    try:
        page = lea.page(f"/bookings/{first['uid']}/edit")
        assert "ne peut plus être réservée" in page.text
        form = page.form(f"/bookings/{first['uid']}")
        assert form.value("also") is None and form.value("start") is None
        assert lea.submit(form, title="essai: mots").status_code == 303
    finally:
        stack.database.rows(f"UPDATE reservation_resource SET active = 1 WHERE id = {ROOM_B}")
    assert len(items_of(stack, first["uid"])) == 3 and stored(stack, "title", first) == "essai: mots"


def test_changing_rooms_against_each_other_does_not_lock_up(stack):
    """Two bookings that swap their rooms at once: the locks come in one order, and one of them has to stay."""
    day, lea = fresh_day(), stack.program(LEA)
    repeats = stack.metric("comptoir_transaction_repeats_total")
    for hour in range(8, 20, 2):
        a = booked(lea.post("/bookings", json={"items": [{"resource": ROOM_A}, {"resource": HALF_1}], "start": at(day, hour),
                                               "end": at(day, hour + 1)}))
        b = booked(lea.post("/bookings", json={"items": [{"resource": ROOM_B}, {"resource": ROOM_C}], "start": at(day, hour),
                                               "end": at(day, hour + 1)}))
        wanted = ((a, [str(ROOM_C), str(ROOM_B)]), (b, [str(HALF_1), str(ROOM_A)]))
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            codes = list(pool.map(lambda one: stack.program(LEA).post(f"/bookings/{one[0]['uid']}", json={
                "row_version": one[0]["row_version"], "also": one[1]}).status_code, wanted))
        assert codes == [409, 409], codes                                    # each other's rooms are still taken
        codes = [lea.post(f"/bookings/{a['uid']}", json={"row_version": a["row_version"], "also": [str(ROOM_A)]}).status_code,
                 lea.post(f"/bookings/{b['uid']}", json={"row_version": b["row_version"],
                                                         "also": [str(ROOM_B), str(HALF_1)]}).status_code]
        assert codes == [200, 200]
    assert stack.overlaps() == [] and stack.halves() == []
    assert stack.metric("comptoir_transaction_repeats_total") == repeats          # a deadlock would be repeated, and end in 409 too
