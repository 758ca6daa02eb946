# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages that are read: home, place, day, week, room, the booking form and the price."""
import datetime
import re

import pytest

import stack as st
from stack import BUFFERED, DESKS, HALF_1, HALF_2, HALL, MEMBERS, ON_REQUEST, ROOM_A, ROOM_B, ROOM_C, fresh_day

MEMBER, MANAGER = "membre@demo.example", "gestion@demo.example"
EVERY_WEB_SERVER = True


def at(day, hour, minute=0):
    return f"{day}T{hour:02}:{minute:02}"


def booked(answer):
    assert answer.status_code == 201, (answer.status_code, answer.text[:800])
    return answer.json()


def room_of(view, name):
    return {r["name"]: r for r in view["resources"]}[name]


def drawn(stretches):
    """[("08:00", "22:00", "free"), …]"""
    return [(s["start_local"][11:], s["end_local"][11:], s["state"]) for s in stretches]


# ---- every page, for everybody, in HTML (a key missing in a view is an error here) and as JSON

PAGES = ["/", "/?q=essai", "/?date={day}&from=14:00&people=10", "/places/essai", "/places/la-filature",
         "/places/essai/day", "/places/essai/day?date={day}", "/places/essai/day?date={day}&view=list",
         f"/resources/{ROOM_A}", f"/resources/{DESKS}", f"/resources/{MEMBERS}", f"/resources/{ROOM_A}/week?date={{day}}",
         f"/resources/{HALL}/week?view=list", f"/resources/{ROOM_A}/book", f"/resources/{ROOM_A}/book?date={{day}}",
         f"/resources/{DESKS}/book?start={{day}}T09:00&end={{day}}T12:00", f"/resources/{MEMBERS}/book",
         f"/resources/{ON_REQUEST}/book?date={{day}}", f"/resources/{ROOM_A}/book?date=2020-01-01",
         f"/resources/{ROOM_A}/price?start={{day}}T09:00&end={{day}}T12:00"]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_each_page_is_whole(stack, path, lang):
    path = path.format(day=st.day(5))
    for client in (stack.visitor(), stack.program(MEMBER), stack.program(MANAGER)):
        client.headers["Accept-Language"] = lang
        answer = client.get(path, headers={"Accept": "text/html"})
        assert answer.status_code == 200, answer.text[:600]
        assert 'lang="%s"' % lang in answer.text and "</html>" in answer.text
        view = client.get(path).json()
        assert "page" not in view and not re.search(r'_ui"', client.get(path).text)


def test_controls_have_names(stack, visitor):
    for path in ("/", f"/resources/{ROOM_A}/book?date={st.day(6)}", f"/places/essai/day?date={st.day(6)}"):
        assert not visitor.page(path).unlabelled()


def test_a_bad_date_is_said_so(visitor):
    assert visitor.get("/places/essai/day", params={"date": "gestern"}).status_code == 422
    assert visitor.get("/places/nirgends/day").status_code == 404
    assert visitor.get("/resources/99999/week").status_code == 404


def test_a_room_by_its_uid(stack, visitor):
    uid = stack.database.value(f"SELECT uid FROM reservation_resource WHERE id = {ROOM_A}")
    assert visitor.get(f"/resources/{uid}/week").json()["resource"]["id"] == str(ROOM_A)


# ---- a fixed number of queries, however many rooms

def test_queries_do_not_grow_with_the_rooms(stack):
    client = stack.program(MEMBER)
    # where some hours are for an audience, whose reader is signed in is asked once; the form asks what is required,
    # what comes with it and what cancelling costs; pages with prices ask for adjustments and who the reader is
    most = {"/places/essai/day": 9, "/": 13, "/places/essai": 12, f"/resources/{ROOM_A}/week": 8,
            f"/resources/{ROOM_A}": 12, f"/resources/{ROOM_A}/book": 17}
    for path, limit in most.items():
        assert 1 <= stack.comptoir.queries(lambda path=path: client.get(path)) <= limit, path
    places = ("essai", "la-filature", "la-peniche")
    seen = {stack.comptoir.queries(lambda place=place: client.get(f"/places/{place}/day")) for place in places}
    assert len(seen) == 1


# ---- the day

def test_free_hours_are_links_that_book(stack, visitor, member):
    day = fresh_day()
    booked(member.book(ROOM_B, at(day, 10), at(day, 12)))
    page = visitor.page(f"/places/essai/day?date={day}")
    link = f"/resources/{ROOM_B}/book?start={day}T12%3A00&amp;end={day}T22%3A00"
    html = visitor.get(f"/places/essai/day?date={day}", headers={"Accept": "text/html"}).text
    assert link in html and page.headings
    form = visitor.page(f"/resources/{ROOM_B}/book?start={day}T12:00&end={day}T22:00").form("/bookings")
    assert (form.value("start"), form.value("end")) == (at(day, 12), at(day, 22))


def test_buffers_are_not_offered(stack, visitor, member):
    """Half an hour after each: a new one may begin when the other's is over, and must end half an hour early."""
    day = fresh_day()
    booked(member.book(BUFFERED, at(day, 12), at(day, 14)))
    view = visitor.get("/places/essai/day", params={"date": day}).json()
    assert drawn(room_of(view, "Avec battement")["stretches"]) == [
        ("08:00", "11:30", "free"), ("11:30", "14:30", "busy"), ("14:30", "22:00", "free")]
    stranger = stack.program("membre@canal.example")
    assert stranger.book(BUFFERED, at(day, 10), at(day, 11, 45)).status_code == 409
    booked(stranger.book(BUFFERED, at(day, 10), at(day, 11, 30)))
    booked(stranger.book(BUFFERED, at(day, 14, 30), at(day, 15)))


def test_a_hall_is_taken_with_its_half(visitor, member):
    day = fresh_day()
    booked(member.book(HALF_1, at(day, 9), at(day, 11)))
    view = visitor.get("/places/essai/day", params={"date": day}).json()
    taken = ("09:00", "11:00", "busy")
    assert taken in drawn(room_of(view, "Grande salle")["stretches"])
    assert taken in drawn(room_of(view, "Moitié nord")["stretches"])
    assert taken not in drawn(room_of(view, "Moitié sud")["stretches"])


def test_desks_are_free_until_the_last(stack, visitor, member):
    day = fresh_day()
    booked(member.book(DESKS, at(day, 9), at(day, 12), units=11))
    desks = room_of(visitor.get("/places/essai/day", params={"date": day}).json(), "Postes")
    assert drawn(desks["stretches"]) == [("08:00", "22:00", "free")] and desks["stretches"][0]["units"] == 1
    booked(stack.program("membre@canal.example").book(DESKS, at(day, 9), at(day, 12)))
    desks = room_of(visitor.get("/places/essai/day", params={"date": day}).json(), "Postes")
    assert drawn(desks["stretches"])[1] == ("09:00", "12:00", "busy")


def test_who_reads_what(stack, visitor, member, manager, stranger):
    day = fresh_day()
    uid = booked(member.book(ROOM_C, at(day, 9), at(day, 10), title="Chorale secrète"))["uid"]
    asked = booked(member.book(ON_REQUEST, at(day, 9), at(day, 10), title="Demande secrète"))["uid"]
    path = f"/places/essai/day?date={day}"
    for client in (visitor, stranger):
        assert "secrète" not in client.get(path).text + client.get(path, headers={"Accept": "text/html"}).text
        assert uid not in client.get(path, headers={"Accept": "text/html"}).text
        assert drawn(room_of(client.get(path).json(), "Sur demande")["stretches"])[1][2] == "pending"
    for client, state in ((member, "mine"), (manager, "busy")):
        slot = room_of(client.get(path).json(), "Essai C")["stretches"][1]
        assert (slot["state"], slot["title"]) == (state, "Chorale secrète")
        html = client.get(path, headers={"Accept": "text/html"}).text
        assert f'href="/bookings/{uid}"' in html and f'href="/bookings/{asked}"' in html


def test_each_column_of_the_table_is_full(stack, visitor, member):
    """Rows are half-hours; the cells of a column span all of them, whatever their hours."""
    day = fresh_day()
    for start, end in ((at(day, 9), at(day, 9, 15)), (at(day, 9, 15), at(day, 9, 30)), (at(day, 10, 45), at(day, 12))):
        booked(member.book(ROOM_A, start, end))
    html = visitor.get(f"/places/essai/day?date={day}", headers={"Accept": "text/html"}).text
    tables = re.findall(r'<table class="grid".*?</table>', html, re.S)
    assert len(tables) >= 2
    columns = 0
    for table in tables:
        rows = table.count("<tr") - 1
        spans = {}
        for span, column in re.findall(r'<td rowspan="(\d+)" headers="c-([0-9-]+)"', table):
            spans[column] = spans.get(column, 0) + int(span)
        heads = re.findall(r'<th scope="col" id="c-([0-9-]+)"', table)
        assert len(heads) <= 8 and spans == {column: rows for column in heads}
        columns += len(heads)
    assert columns == 10


def test_what_is_over_is_no_link(visitor):
    html = visitor.get(f"/places/essai/day?date={st.day(-1)}", headers={"Accept": "text/html"}).text
    assert 'data-state="past"' in html and f"/book?start={st.day(-1)}" not in html


def test_a_closed_day_names_the_next_one(visitor):
    sunday = st.today() + datetime.timedelta(7 + 6 - st.today().weekday())
    day = sunday.isoformat()
    html = visitor.get(f"/places/la-filature/day?date={day}", headers={"Accept": "text/html"}).text
    monday = sunday + datetime.timedelta(1)
    assert f"lundi {monday.day}" in html.replace("\xa0", " ") and '<table class="grid"' not in html


def test_members_only(stack, visitor, member):
    day = fresh_day()
    link = f"/resources/{MEMBERS}/book?start={day}"
    path = f"/places/essai/day?date={day}"
    assert link not in visitor.get(path, headers={"Accept": "text/html"}).text
    assert link in member.get(path, headers={"Accept": "text/html"}).text
    assert not [f for f in visitor.page(f"/resources/{MEMBERS}/book?date={day}").forms if f.action.endswith("/bookings")]


# ---- the week

def test_week_has_seven_days(visitor, member):
    day = fresh_day()
    booked(member.book(ROOM_A, at(day, 14), at(day, 16)))
    view = visitor.get(f"/resources/{ROOM_A}/week", params={"date": day}).json()
    days = [d["id"] for d in view["days"]]
    assert len(days) == 7 and day in days and (view["from_d"], view["to_d"]) == (days[0], days[-1])
    assert datetime.date.fromisoformat(days[0]).weekday() == 0
    week = {d["id"]: drawn(d["stretches"]) for d in view["days"]}
    assert week[day] == [("08:00", "14:00", "free"), ("14:00", "16:00", "busy"), ("16:00", "22:00", "free")]


# ---- the form and its price

def test_form_offers_only_what_is_possible(visitor, member):
    day = fresh_day()
    booked(member.book(ROOM_A, at(day, 10), at(day, 20)))
    html = visitor.get(f"/resources/{ROOM_A}/book?date={day}", headers={"Accept": "text/html"}).text
    starts = re.findall(r'<option value="([^"]+)" data-until="([^"]+)"', html)
    assert starts[0] == (at(day, 8), at(day, 10)) and starts[-1] == (at(day, 21, 45), at(day, 22))
    assert all(not at(day, 10) <= start < at(day, 20) for start, _ in starts)
    ends = re.search(r'id="f-end".*?</select>', html, re.S)[0]
    assert f'value="{at(day, 10)}"' in ends and f'value="{at(day, 12)}"' not in ends


def test_form_of_a_full_day(visitor, member):
    day = fresh_day()
    booked(member.book(ROOM_A, at(day, 8), at(day, 22)))
    page = visitor.page(f"/resources/{ROOM_A}/book?date={day}")
    assert not [f for f in page.forms if f.action.endswith("/bookings")]
    view = visitor.get(f"/resources/{ROOM_A}/book?date={day}").json()
    assert view["start"] is None and view["price"]["lines"] == []


def test_half_day_buttons(visitor, member):
    day = fresh_day()
    booked(member.book(ROOM_A, at(day, 14), at(day, 17)))
    html = visitor.get(f"/resources/{ROOM_A}/book?date={day}", headers={"Accept": "text/html"}).text
    windows = re.search(r'<ul class="windows".*?</ul>', html, re.S)[0]
    links = re.findall(r'href="([^"]+)"', windows)
    assert links == [f"/resources/{ROOM_A}/book?start={day}T09%3A00&amp;end={day}T13%3A00"]
    assert "après-midi" in windows


def test_price_of_the_form_is_that_of_the_booking(stack, visitor, member):
    day = fresh_day()
    query = {"start": at(day, 9), "end": at(day, 14)}
    shown = visitor.get(f"/resources/{ROOM_A}/price", params=query).json()
    form = visitor.get(f"/resources/{ROOM_A}/book", params=query).json()
    assert form["price"]["lines"] == shown["lines"] and form["price"]["total"] == shown["total"]
    assert booked(member.book(ROOM_A, query["start"], query["end"]))["price"]["total"] == shown["total"]
    assert visitor.get(f"/resources/{ROOM_A}/price", params={"start": at(day, 9)}).json()["errors"].keys() == {"end"}
    backwards = {"start": at(day, 9), "end": at(day, 8)}
    assert visitor.get(f"/resources/{ROOM_A}/price", params=backwards).status_code == 422


def test_only_a_guest_is_asked_who_she_is(stack, visitor):
    path = f"/resources/{ROOM_A}/book?date={fresh_day()}"
    names = {c.get("name") for c in visitor.page(path).controls}
    assert {"name", "email", "phone", "attendance", "title", "note"} <= names
    assert "email" not in {c.get("name") for c in stack.program(MEMBER).page(path).controls}
    assert "units" in {c.get("name") for c in visitor.page(f"/resources/{DESKS}/book").controls}


def test_refused_form_keeps_what_was_typed(stack):
    browser, day = stack.browser(), fresh_day()
    form = browser.page(f"/resources/{ROOM_A}/book?start={at(day, 14)}&end={at(day, 16)}").form("/bookings")
    answer = browser.submit(form, attendance="5", title="Un <titre>", name="Awa", email="awa@", note="à midi")
    assert answer.status_code == 422
    again = type(browser.page("/"))(answer).form("/bookings")
    assert [again.value(n) for n in ("start", "end", "attendance", "title", "name", "email", "note")] == [
        at(day, 14), at(day, 16), "5", "Un <titre>", "Awa", "awa@", "à midi"]
    assert stack.database.value("SELECT COUNT(*) FROM reservation_booking WHERE title = 'Un <titre>'") == 0


def test_preview_shows_the_price_and_books_nothing(stack):
    browser, day = stack.browser(), fresh_day()
    form = browser.page(f"/resources/{ROOM_A}/book?start={at(day, 14)}&end={at(day, 15)}").form("/bookings")
    before = stack.database.value("SELECT COUNT(*) FROM reservation_booking")
    answer = browser.submit(form, button=("preview", "1"), end=at(day, 18), title="Vu d'abord")
    assert answer.status_code == 200 and "96,00" in answer.text and "Vu d" in answer.text
    assert stack.database.value("SELECT COUNT(*) FROM reservation_booking") == before


# ---- home

def test_home_finds_what_is_free(visitor, member):
    day = fresh_day()
    booked(member.book(ROOM_B, at(day, 13), at(day, 18)))
    ask = {"date": day, "from": "14:00", "people": "10", "q": "essai"}
    names = [r["name"] for r in visitor.get("/", params=ask).json()["results"]]
    assert "Essai A" in names                   # 12 people
    assert "Essai B" not in names               # taken at that hour
    assert "Essai C" not in names               # 8 people only
    assert "Des membres" not in names           # not for her
    assert "Essai B" in [r["name"] for r in visitor.get("/", params={**ask, "from": "18:00"}).json()["results"]]
    assert visitor.get("/", params={"q": "100%"}).json()["results"] == []
    assert {r["place"]["slug"] for r in visitor.get("/", params={"q": "roubaix"}).json()["results"]} == {"atelier-du-canal"}


def test_home_without_a_search(visitor):
    view = visitor.get("/").json()
    assert view["results"] == [] and len(view["free_today"]) <= 6
    places = {p["slug"]: p for p in view["places"]}
    assert {"essai", "la-filature", "la-peniche"} <= set(places)
    assert [p["number"] for p in view["places"]] == list(range(1, len(view["places"]) + 1))
    html = visitor.get("/", headers={"Accept": "text/html"}).text
    assert '<svg class="map"' in html and "openstreetmap.org/directions" in html
    assert not re.search(r'<(img|script|link|iframe)[^>]+(src|href)="https?:', html)


def test_place_says_when_it_is_open(visitor):
    view = visitor.get("/places/essai").json()
    assert len(view["opening"]) == 7 and sum(day["today"] for day in view["opening"]) == 1
    assert all(day["hours"].replace("\xa0", " ") == "8 h – 22 h" for day in view["opening"])
    assert [r["name"] for r in view["resources"]][:2] == ["Essai A", "Essai B"]
    assert isinstance(view["is_open"], bool) and view["place"]["address"] == "1 rue des Essais, 59000 Lille"
