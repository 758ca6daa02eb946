# SPDX-License-Identifier: GPL-3.0-or-later
"""Openings with their days and people, closures, rules with what they require and allow, and the parts of a hall."""
import concurrent.futures
import datetime
import email
import email.policy
import html
import re
import uuid
import zoneinfo

import pytest

import stack as st

ORG = "/o/filature"


@pytest.fixture(scope="module")
def manager(stack):
    return stack.login("gestion@demo.example")


@pytest.fixture(scope="module")
def member(stack):
    return stack.login("membre@demo.example")


@pytest.fixture(scope="module")
def other(stack):
    return stack.login("admin@canal.example")


@pytest.fixture(scope="module")
def filature(stack):
    return stack.database.value("SELECT id FROM organisation WHERE slug = 'filature'")


def add(who, path, **values):
    answer = who.post(f"{ORG}/{path}", json=values)
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.fixture(scope="module")
def friends(manager):
    return add(manager, "audiences", label="Amis d'essai", code="student")


def drop(who, path, row):
    version = who.get(f"{ORG}/{path}/{row['id']}").json()["row_version"]
    answer = who.post(f"{ORG}/{path}/{row['id']}/delete", json={"row_version": version})
    assert answer.status_code == 200, answer.text


def book(who, room, day, start, end, **more):
    return who.post("/bookings", json={"resource": str(room), "start": f"{day}T{start}", "end": f"{day}T{end}",
                                       "title": "essai", **more})


def slots(who, room, day):
    rooms = who.get(f"/places/{st.PLACE}/day", params={"date": day}).json()["resources"]
    one = next(r for r in rooms if r["id"] == str(room))
    return [(s["state"], s["start_local"][11:], s["end_local"][11:], s["title"]) for s in one["stretches"]]


def errors(answer, status=422):
    assert answer.status_code == status, answer.text
    return {k: v.replace("\u00a0", " ").replace("\u202f", " ") for k, v in answer.json().get("errors", {}).items()}


# ---- closures

def test_a_closure_takes_what_is_free_and_gives_it_back(stack, manager, member):
    day = st.fresh_day()
    kept = book(member, st.DESKS, day, "10:00", "12:00", units=3).json()
    whole_day = {"place": "900", "start": f"{day}T00:00", "end": f"{day}T23:59"}
    closure = add(manager, "closures", reason="Travaux essai", **whole_day)
    assert slots(stack.visitor(), st.ROOM_A, day) == [("closed", "08:00", "22:00", "Travaux essai")]
    assert slots(stack.visitor(), st.HALF_1, day)[0][0] == "closed" and slots(stack.visitor(), st.HALL, day)[0][0] == "closed"
    assert book(manager, st.ROOM_A, day, "10:00", "11:00").status_code == 409
    # the booking stays and is shown to who has to call its people
    shown = manager.get(f"{ORG}/closures/{closure['id']}").json()
    assert [c["uid"] for c in shown["clashes"]] == [kept["uid"]]
    assert stack.overlaps() == [] and stack.halves() == []
    # what it gives back, the closure takes
    assert member.post(f"/bookings/{kept['uid']}/cancel", json={}).status_code == 200
    assert book(manager, st.DESKS, day, "10:00", "12:00").status_code == 409
    free = stack.database.value(
        "SELECT SUM(TIMESTAMPDIFF(MINUTE, start_utc, end_utc)) FROM reservation_occupancy"
        f" WHERE closure_id = {closure['id']} AND resource_id = {st.DESKS}")
    assert free == 12 * (24 * 60 - 1)
    # moved to the afternoon, the morning is free again
    version = manager.get(f"{ORG}/closures/{closure['id']}").json()["row_version"]
    moved = manager.post(f"{ORG}/closures/{closure['id']}",
                         json={"row_version": version, "start": f"{day}T14:00", "end": f"{day}T18:00"})
    assert moved.status_code == 200, moved.text
    assert [s[:3] for s in slots(stack.visitor(), st.ROOM_A, day)] == [
        ("free", "08:00", "14:00"), ("closed", "14:00", "18:00"), ("free", "18:00", "22:00")]
    assert book(member, st.ROOM_A, day, "10:00", "11:00").status_code == 201
    # lifted
    drop(manager, "closures", closure)
    assert stack.database.value(f"SELECT COUNT(*) FROM reservation_occupancy WHERE closure_id = {closure['id']}") == 0
    assert book(member, st.ROOM_A, day, "14:00", "15:00").status_code == 201


def test_a_booking_that_moves_out_leaves_its_time_to_the_closure(stack, manager, member):
    day = st.fresh_day()
    made = book(member, st.ROOM_C, day, "10:00", "12:00").json()
    closure = add(manager, "closures", reason="Peinture", place="900", resource=str(st.ROOM_C), start=f"{day}T08:00",
                  end=f"{day}T18:00")
    moved = member.post(f"/bookings/{made['uid']}", json={"row_version": made["row_version"], "start": f"{day}T19:00",
                                                          "end": f"{day}T21:00"})
    assert moved.status_code == 200, moved.text
    assert slots(manager, st.ROOM_C, day)[0] == ("closed", "08:00", "18:00", "Peinture")
    assert stack.overlaps() == []
    drop(manager, "closures", closure)


def test_of_two_closures_the_other_takes_over(stack, manager):
    day = st.fresh_day()
    span = {"place": "900", "resource": str(st.ROOM_B), "start": f"{day}T08:00", "end": f"{day}T20:00"}
    first, second = add(manager, "closures", reason="Un", **span), add(manager, "closures", reason="Deux", **span)
    assert slots(manager, st.ROOM_B, day)[0][3] == "Un"
    drop(manager, "closures", first)
    assert slots(manager, st.ROOM_B, day)[0] == ("closed", "08:00", "20:00", "Deux")
    drop(manager, "closures", second)
    assert slots(manager, st.ROOM_B, day) == [("free", "08:00", "22:00", None)]


def test_a_new_room_and_a_new_unit_are_closed_with_the_place(stack, manager):
    day = st.fresh_day()
    closure = add(manager, "closures", reason="Fermé", place="900", start=f"{day}T08:00", end=f"{day}T22:00")
    room = add(manager, "resources", name="Neuve", place="900", kind="901", units=1)
    taken = f"SELECT COUNT(*) FROM reservation_occupancy WHERE closure_id = {closure['id']} AND resource_id = {room['id']}"
    assert stack.database.value(taken) == 1
    version = manager.get(f"{ORG}/resources/{room['id']}").json()["row_version"]
    more = manager.post(f"{ORG}/resources/{room['id']}", json={"row_version": version, "units": 3})
    assert more.status_code == 200 and stack.database.value(taken) == 3
    drop(manager, "closures", closure)
    drop(manager, "resources", room)


def test_closing_and_booking_at_once(stack, manager, member):
    """Whoever is first: never both, and no free minute of the closure is left to book."""
    day = st.fresh_day()
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        bookings = [pool.submit(book, stack.program("membre@demo.example"), st.ROOM_C, day, f"{h:02}:00", f"{h + 1:02}:00")
                    for h in range(8, 20)]
        closing = pool.submit(stack.program("gestion@demo.example").post, f"{ORG}/closures", json={
            "reason": "Course", "place": "900", "resource": str(st.ROOM_C), "start": f"{day}T08:00", "end": f"{day}T20:00"})
    assert closing.result().status_code == 201
    won = [b for b in bookings if b.result().status_code == 201]
    assert {b.result().status_code for b in bookings} <= {201, 409}
    assert stack.overlaps() == [] and stack.halves() == []
    closed = stack.database.value(
        "SELECT COALESCE(SUM(TIMESTAMPDIFF(MINUTE, start_utc, end_utc)), 0) FROM reservation_occupancy"
        f" WHERE closure_id = {closing.result().json()['id']}")
    assert closed == 60 * (12 - len(won))


def test_a_closure_says_what_is_wrong(manager):
    day = st.day(300)
    bad = {"reason": "x", "place": "900", "start": f"{day}T12:00", "end": f"{day}T10:00"}
    assert "end" in errors(manager.post(f"{ORG}/closures", json=bad))
    elsewhere = {"reason": "x", "place": "900", "resource": "1", "start": f"{day}T08:00", "end": f"{day}T10:00"}
    assert "resource" in errors(manager.post(f"{ORG}/closures", json=elsewhere))


# ---- openings

def monday(weeks):
    today = st.today()
    return today + datetime.timedelta(7 - today.weekday() + 7 * weeks)


@pytest.fixture
def place(stack, manager, filature):
    """A place without hours and a room in it, gone from the lists afterwards."""
    db = stack.database
    number = db.value("SELECT MAX(id) + 1 FROM place")
    db.rows(f"INSERT INTO place (id, org_id, slug, name, state, zone) VALUES ({number}, {filature}, 'heures-{number}',"
            f" 'Heures {number}', 'open', 'Europe/Paris')")
    db.rows(f"INSERT INTO reservation_place (place_id, policy_id) VALUES ({number}, 901)")
    room = add(manager, "resources", name="Salle des heures", place=str(number), kind="901")["id"]
    yield {"id": str(number), "slug": f"heures-{number}", "room": room}
    db.rows(f"UPDATE place SET archived_at = UTC_TIMESTAMP() WHERE id = {number}")


def hours(who, place, day):
    rooms = who.get(f"/places/{place['slug']}/day", params={"date": str(day)}).json()["resources"]
    return [(s["start_local"][11:], s["end_local"][11:]) for s in rooms[0]["stretches"] if s["state"] == "free"]


def test_openings_by_weekday_days_validity_and_priority(stack, manager, place):
    visitor, here = stack.visitor(), {"place": place["id"]}
    season = add(manager, "day-calendars", label="Saison d'essai")
    public = add(manager, "day-calendars", label="Jours fériés d'essai", computed="fr")
    first = monday(5)
    add(manager, "days", calendar=season["id"], **{"from": str(first), "to": str(first + datetime.timedelta(4))}, label="Une semaine")
    add(manager, "openings", **here, weekdays=[1, 2, 3, 4, 5], opens="09:00", closes="18:00", not_in=public["id"])
    add(manager, "openings", **here, weekdays=[1, 2], opens="12:00", closes="13:00", closed=True)
    add(manager, "openings", **here, weekdays=[1, 2, 3, 4, 5], opens="00:00", closes="24:00", closed=True, only_in=season["id"],
        priority=1)
    add(manager, "openings", **here, weekdays=[1, 2, 3, 4, 5], opens="10:00", closes="11:00", only_in=season["id"], priority=2)
    later = first + datetime.timedelta(14)
    add(manager, "openings", **here, weekdays=[6], opens="09:00", closes="12:00", valid_from=str(later))
    assert hours(visitor, place, monday(4)) == [("09:00", "12:00"), ("13:00", "18:00")]
    assert hours(visitor, place, monday(4) + datetime.timedelta(2)) == [("09:00", "18:00")]
    assert hours(visitor, place, first) == [("10:00", "11:00")]
    assert hours(visitor, place, first - datetime.timedelta(2)) == []
    assert hours(visitor, place, later + datetime.timedelta(5)) == [("09:00", "12:00")]
    fixed = [(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)]
    holiday = min(d for y in (first.year, first.year + 1) for d in (datetime.date(y, *f) for f in fixed)
                  if d > later and d.weekday() < 5)
    assert hours(visitor, place, holiday) == [] != hours(visitor, place, holiday + datetime.timedelta(7))
    refused = book(manager, place["room"], first, "09:00", "10:00")
    assert "start" in errors(refused)


def words(stack, path, **query):
    return re.sub(r"\s+", " ", stack.visitor().page(path, params=query).text.replace("\u00a0", " "))


def test_a_closed_day_says_which_holiday_closes_it(stack, manager, place):
    here, path = {"place": place["id"]}, f"/places/{place['slug']}/day"
    public = add(manager, "day-calendars", label="Jours fériés d'essai", computed="fr")
    season = add(manager, "day-calendars", label="Saison creuse d'essai")
    today = datetime.datetime.now(zoneinfo.ZoneInfo("Europe/Paris")).date()
    first, christmas = (datetime.date(monday(5).year, 12, n) for n in (3, 25))      # neither is today: five weeks are between
    for start, label in ((today, "Grand ménage d'essai"), (first, None)):
        add(manager, "days", calendar=season["id"], **{"from": str(start), "to": str(start)}, **({"label": label} if label else {}))
    add(manager, "openings", **here, weekdays=[1, 2, 3, 4, 5, 6, 7], opens="09:00", closes="18:00", not_in=public["id"])
    add(manager, "openings", **here, weekdays=[1, 2, 3, 4, 5, 6, 7], opens="00:00", closes="24:00", closed=True, only_in=season["id"],
        priority=1)
    day = words(stack, path, date=christmas)
    assert "Fermé : Noël" in day and "Fermé ce jour-là : Noël. Prochaine ouverture : " in day
    week = words(stack, f"/resources/{place['room']}/week", date=christmas)
    assert week.count("fermé : Noël") >= 2       # the head of the column, the strip
    assert re.search(r"Fermé : Noël 9 h – 18 h", week), week                    # and its cell in the table
    assert "Fermé ce jour-là : Noël. Choisissez-en un autre." in words(stack, f"/resources/{place['room']}/book", date=christmas)
    assert "Fermé ce jour-là : Saison creuse d'essai." in words(stack, path, date=first)    # a day without a name of its own
    opening = stack.visitor().get(f"/places/{place['slug']}").json()["opening"]
    assert opening[today.weekday()] == {"day": opening[today.weekday()]["day"], "hours": "fermé", "today": True,
                                        "note": "Grand ménage d'essai"}
    assert "fermé : Grand ménage d'essai" in words(stack, f"/resources/{place['room']}")
    assert "fermé : Grand ménage d'essai" in words(stack, "/", q=f"heures {place['id']}")
    assert all(o["note"] is None for o in opening if o["hours"] != "fermé")
    # beside a room that is open all the same, only the cell says it
    room = add(manager, "resources", name="Salle ouverte", place=place["id"], kind="901")
    add(manager, "openings", **here, resource=room["id"], weekdays=[1, 2, 3, 4, 5, 6, 7], opens="10:00", closes="12:00")
    day = words(stack, path, date=christmas)
    assert "Fermé ce jour-là" not in day and "Fermé : Noël 10 h – 12 h" in day


def test_a_day_closed_by_its_weekday_names_nothing(stack, manager, place):
    """What a set of days would close too is not why."""
    season = add(manager, "day-calendars", label="Saison d'essai")
    sunday = monday(5) + datetime.timedelta(6)
    add(manager, "days", calendar=season["id"], **{"from": str(monday(5)), "to": str(sunday)}, label="Une semaine")
    add(manager, "openings", place=place["id"], weekdays=[1, 2, 3, 4, 5], opens="09:00", closes="18:00")
    add(manager, "openings", place=place["id"], weekdays=[1, 2, 3, 4, 5, 6, 7], opens="00:00", closes="24:00", closed=True,
        only_in=season["id"], priority=1)
    path = f"/places/{place['slug']}/day"
    assert "Fermé ce jour-là : Une semaine." in words(stack, path, date=monday(5))
    assert "Fermé ce jour-là. Prochaine" in words(stack, path, date=sunday) and "Une semaine" not in words(stack, path, date=sunday)


def test_an_evening_of_members(stack, manager, member, place, filature, friends):
    here = {"place": place["id"]}
    add(manager, "openings", **here, weekdays=[1], opens="09:00", closes="18:00")
    add(manager, "openings", **here, weekdays=[1], opens="18:00", closes="22:00", audience=friends["id"])
    day = monday(6)
    assert hours(stack.visitor(), place, day) == hours(member, place, day) == [("09:00", "18:00")]
    assert hours(manager, place, day) == [("09:00", "22:00")]
    assert "start" in errors(book(member, place["room"], day, "19:00", "20:00"))
    person = stack.person("membre@demo.example")
    add(manager, "audience-members", party=str(person), audience=friends["id"], **{"to": str(day)})
    assert hours(member, place, day) == [("09:00", "22:00")]
    assert hours(stack.visitor(), place, day) == [("09:00", "18:00")]
    assert hours(member, place, day + datetime.timedelta(7)) == [("09:00", "18:00")]
    assert book(member, place["room"], day, "19:00", "20:00").status_code == 201
    # hours of its own that are for others are no reason to open with the house
    add(manager, "openings", **here, resource=place["room"], weekdays=[1], opens="20:00", closes="21:00", audience=friends["id"])
    assert hours(stack.visitor(), place, day) == []


def phone(who, place, day, start, end, **more):
    return who.post(f"{ORG}/bookings/new", json={"resource": place["room"], "date": str(day), "from": start, "to": end, **more})


def contact(stack, manager, name):
    return add(manager, "people", kind="person", family_name=name)["id"]


def test_by_telephone_hours_are_those_of_who_comes(stack, manager, place, friends):
    """An evening of friends is one for a friend who calls, not for whoever else does; of a mere name the house decides."""
    add(manager, "openings", place=place["id"], weekdays=[1], opens="09:00", closes="18:00")
    add(manager, "openings", place=place["id"], weekdays=[1], opens="18:00", closes="22:00", audience=friends["id"])
    day, calls = monday(7), (contact(stack, manager, "Amie"), contact(stack, manager, "Inconnue"))
    add(manager, "audience-members", party=calls[0], audience=friends["id"])
    refused = phone(manager, place, day, "19:00", "20:00", contact=calls[1])
    assert "pour la personne qui vient" in errors(refused)["start"]
    early = phone(manager, place, day, "06:00", "07:00", contact=calls[1])          # when nobody may
    assert "pour la personne qui vient" not in errors(early)["start"]
    page = manager.page(f"{ORG}/bookings/new", params={"resource": place["room"], "date": str(day), "from": "19:00", "to": "20:00",
                                                       "contact": calls[1], "preview": "1"})
    assert "Libre :" not in st.plain(page.text) and "Inconnue" in page.text
    assert "start" in errors(book(manager, place["room"], day, "19:00", "20:00", person=calls[1]))
    assert phone(manager, place, day, "19:00", "20:00", contact=calls[0]).status_code == 201
    assert phone(manager, place, day, "20:00", "21:00", name="Zoé").status_code == 201
    assert phone(manager, place, day, "10:00", "11:00", contact=calls[1]).status_code == 201
    moved = phone(manager, place, day, "11:00", "12:00", contact=calls[1]).json()
    change = {"row_version": moved["row_version"], "start": f"{day}T21:00", "end": f"{day}T22:00"}
    assert "start" in errors(manager.post(f"/bookings/{moved['uid']}", json=change))
    assert book(manager, place["room"], day, "21:00", "22:00").status_code == 201             # and her own


def test_by_telephone_rules_are_those_of_who_comes(stack, manager, ruled, friends):
    calls = contact(stack, manager, "Amie des quarts"), contact(stack, manager, "Autre des quarts")
    add(manager, "audience-members", party=calls[0], audience=friends["id"])
    halves = add(manager, "policies", label="Par demi-heures", parent="901", step=30)
    quarter = add(manager, "policies", label="Par quarts", parent=halves["id"], audience=friends["id"], step=15)
    row = manager.get(f"{ORG}/resources/{ruled['room']}").json()
    manager.post(f"{ORG}/resources/{ruled['room']}", json={"row_version": row["row_version"], "policy": quarter["id"]})
    day = monday(8)
    assert phone(manager, ruled, day, "10:15", "11:15", contact=calls[0]).status_code == 201
    assert "start" in errors(phone(manager, ruled, day, "12:15", "13:15", contact=calls[1]))
    assert "start" in errors(phone(manager, ruled, day, "12:15", "13:15", name="Zoé"))          # of the public, as today
    over = st.today() - datetime.timedelta(1)                                                # what managers pass over, they do
    assert phone(manager, ruled, over, "10:00", "11:00", contact=calls[1]).status_code == 201


def test_days_and_rooms_cost_no_more_queries(stack, manager, place):
    visitor, here = stack.visitor(), {"place": place["id"]}
    public = add(manager, "day-calendars", label="Fériés", computed="fr_alsace")
    add(manager, "openings", **here, weekdays=[1, 2, 3, 4, 5], opens="09:00", closes="18:00", not_in=public["id"])
    page = {"date": str(monday(7))}
    few = stack.comptoir.queries(lambda: visitor.get(f"/places/{place['slug']}/day", params=page))
    for n in range(6):
        own = add(manager, "day-calendars", label=f"Calendrier {n}")
        add(manager, "days", calendar=own["id"], **{"from": str(monday(7)), "to": str(monday(7))})
        room = add(manager, "resources", name=f"Salle {n}", place=place["id"], kind="901")
        add(manager, "openings", **here, resource=room["id"], weekdays=[1, 2], opens="08:00", closes="20:00", only_in=own["id"])
    assert stack.comptoir.queries(lambda: visitor.get(f"/places/{place['slug']}/day", params=page)) == few


# ---- rules

@pytest.fixture
def ruled(manager, place):
    """The room of `place`, open every day, with rules of its own that a test can add to."""
    add(manager, "openings", place=place["id"], weekdays=[1, 2, 3, 4, 5, 6, 7], opens="08:00", closes="22:00")
    policy = add(manager, "policies", label="Règles d'essai", parent="901")["id"]
    row = manager.get(f"{ORG}/resources/{place['room']}").json()
    answer = manager.post(f"{ORG}/resources/{place['room']}", json={"row_version": row["row_version"], "policy": policy})
    assert answer.status_code == 200, answer.text
    return {**place, "policy": policy}


@pytest.mark.parametrize("unit, period, limit, fits, over, says", [
    ("minute", "day", 240, ("08:00", "12:00"), ("08:00", "13:00"), "Au plus 4 h le {day} ; vous demandez 5 h."),
    ("minute", "week", 120, ("08:00", "10:00"), ("08:00", "10:30"), "Au plus 2 h la semaine {week} ; vous demandez 2 h 30."),
    ("minute", "month", 60, ("08:00", "09:00"), ("08:00", "10:00"), "Au plus 1 h en {month} ; vous demandez 2 h."),
    ("minute", "year", 90, ("08:00", "09:30"), ("08:00", "10:00"), "Au plus 1 h 30 en {year} ; vous demandez 2 h."),
])
def test_a_limit_of_minutes_says_its_figures(manager, member, ruled, unit, period, limit, fits, over, says):
    day = monday(8)
    add(manager, "quotas", policy=ruled["policy"], unit=unit, period=period, limit_value=limit)
    told = errors(book(member, ruled["room"], day, *over))["start"]
    names = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()
    assert told.startswith(says.split("{")[0]) and told.endswith(says.split("}")[1]), told
    if period == "month":
        assert f"en {names[day.month - 1]} {day.year} ;" in told
    if period == "day":
        assert f"lundi {day.day}" in told.replace("1er", "1")
    assert book(member, ruled["room"], day, *fits).status_code == 201
    again = errors(book(member, ruled["room"], day, "20:00", "21:00"))["start"]
    assert "vous en avez déjà" in again, again
    assert book(manager, ruled["room"], day, "20:00", "21:00").status_code == 201, "a manager decides"


def test_limits_count_bookings_of_all_that_the_rules_are_about(stack, manager, member, ruled):
    policy = add(manager, "quotas", policy=ruled["policy"], unit="count", period="open", limit_value=2)
    assert policy
    day = monday(9)
    first = book(member, ruled["room"], day, "08:00", "09:00").json()
    assert book(member, ruled["room"], day, "10:00", "11:00").status_code == 201
    told = errors(book(member, ruled["room"], day, "12:00", "13:00"))["start"]
    assert told == "Au plus 2 réservations à venir ; vous en avez déjà 2 réservations et demandez 1 réservation.", told
    # another room of other rules is not counted, and what is cancelled no longer
    assert book(member, st.ROOM_A, day, "12:00", "13:00").status_code == 201
    assert member.post(f"/bookings/{first['uid']}/cancel", json={}).status_code == 200
    assert book(member, ruled["room"], day, "12:00", "13:00").status_code == 201


def test_a_limit_for_an_audience_and_for_guests(stack, manager, member, ruled):
    some = add(manager, "audiences", label="Étudiantes", code="network")
    add(manager, "quotas", policy=ruled["policy"], unit="minute", period="day", limit_value=60, audience=some["id"])
    day = monday(10)
    assert book(member, ruled["room"], day, "08:00", "11:00").status_code == 201
    person = stack.person("membre@demo.example")
    add(manager, "audience-members", party=str(person), audience=some["id"])
    assert "start" in errors(book(member, ruled["room"], day, "12:00", "13:00"))
    add(manager, "quotas", policy=ruled["policy"], unit="count", period="day", limit_value=1)
    guest = {"name": "Ada Invitée", "email": "quota@exemple.example"}
    assert book(stack.visitor(), ruled["room"], day, "14:00", "15:00", **guest).status_code == 202
    assert "start" in errors(book(stack.visitor(), ruled["room"], day, "16:00", "17:00", **guest))
    other = {"name": "Bea Invitée", "email": "autre@exemple.example"}
    assert book(stack.visitor(), ruled["room"], day, "16:00", "17:00", **other).status_code == 202


def test_a_limit_holds_for_two_at_once(stack, manager, ruled):
    """Two rooms, so that no lock of a room makes them wait for each other: only the booker's row does."""
    rooms = [ruled["room"]]
    for n in range(5):
        rooms.append(add(manager, "resources", name=f"Course {n}", place=ruled["id"], kind="901", policy=ruled["policy"])["id"])
    add(manager, "quotas", policy=ruled["policy"], unit="minute", period="day", limit_value=120)
    for week in range(11, 17):
        day = monday(week)
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            answers = list(pool.map(lambda room: book(stack.program("membre@demo.example"), room, day, "10:00", "11:00"), rooms))
        assert sorted(a.status_code for a in answers) == [201, 201, 422, 422, 422, 422]


def test_a_guest_holds_two_rooms_at_most_also_at_once(stack):
    day = st.fresh_day()
    guest = {"name": "Ada Invitée", "email": "deux@exemple.example", "attendance": 2}
    rooms = [st.ROOM_A, st.ROOM_B, st.ROOM_C, st.BUFFERED]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda room: book(stack.visitor(), room, day, "10:00", "11:00", **guest), rooms))
    assert sorted(a.status_code for a in answers) == [202, 202, 422, 422]


def test_a_badge_is_asked_for(stack, manager, member, ruled):
    trained = add(manager, "audiences", label="Formées à la découpeuse", code="company")
    add(manager, "requirements", policy=ruled["policy"], kind="badge", audience=trained["id"], label="la formation à la découpeuse")
    day = monday(17)
    told = errors(book(member, ruled["room"], day, "10:00", "11:00"))["resource"]
    assert "la formation à la découpeuse" in told and "Salle des heures" in told
    guest = {"name": "Ada Invitée", "email": "badge@exemple.example"}
    told = errors(book(stack.visitor(), ruled["room"], day, "10:00", "11:00", **guest))["resource"]
    assert "connectez-vous" in told
    page = stack.browser().get(f"/resources/{ruled['room']}/book", params={"start": f"{day}T10:00", "end": f"{day}T11:00"})
    assert "la formation à la découpeuse" in page.text
    person = stack.person("membre@demo.example")
    add(manager, "audience-members", party=str(person), audience=trained["id"], **{"to": str(day)})
    assert book(member, ruled["room"], day, "10:00", "11:00").status_code == 201
    assert "resource" in errors(book(member, ruled["room"], day + datetime.timedelta(1), "10:00", "11:00")), "it has ended"
    assert book(manager, ruled["room"], day, "12:00", "13:00").status_code == 201


def test_by_rule_who_lacks_something_asks(stack, manager, member, ruled):
    insured = add(manager, "audiences", label="Assurées", code="partner")
    add(manager, "requirements", policy=ruled["policy"], kind="insurance", audience=insured["id"])
    row = manager.get(f"{ORG}/policies/{ruled['policy']}").json()
    answer = manager.post(f"{ORG}/policies/{ruled['policy']}", json={"row_version": row["row_version"], "approval": "rule"})
    assert answer.status_code == 200, answer.text
    day = monday(18)
    asked = book(member, ruled["room"], day, "10:00", "11:00")
    assert (asked.status_code, asked.json()["status"]) == (201, "pending")
    add(manager, "audience-members", party=str(stack.person("membre@demo.example")), audience=insured["id"])
    at_once = book(member, ruled["room"], day, "12:00", "13:00")
    assert (at_once.status_code, at_once.json()["status"]) == (201, "confirmed")
    guest = book(stack.visitor(), ruled["room"], day, "14:00", "15:00", name="Ada Invitée", email="regle@exemple.example")
    assert guest.status_code == 202


def test_a_late_click_counts_against_the_limit(stack, manager, ruled):
    """Her hold ran out, and she has booked another hour meanwhile: the late link would be one too many."""
    from test_story import wait_for_mail
    add(manager, "quotas", policy=ruled["policy"], unit="count", period="day", limit_value=1)
    day, visitor, address = monday(21), stack.browser(), f"tard-{uuid.uuid4().hex[:8]}@exemple.example"
    guest = {"name": "Ada Invitée", "email": address}
    first = book(stack.visitor(), ruled["room"], day, "10:00", "11:00", **guest)
    assert first.status_code == 202, first.text
    body = wait_for_mail(stack, address).get_body(("plain",)).get_content()
    link = stack.link(re.search(r"https?://\S+/bookings/\S+/verify\S+", body)[0])
    stack.database.rows("UPDATE reservation_booking SET hold_until_utc = UTC_TIMESTAMP() - INTERVAL 1 SECOND"
                        f" WHERE uid = '{first.json()['uid']}'")
    second = book(stack.visitor(), ruled["room"], day, "14:00", "15:00", **guest)
    assert second.status_code == 202, second.text
    late = visitor.post(link, data={"csrf": visitor.csrf(link)})
    assert late.status_code == 422 and "Au plus 1 réservation" in st.plain(late.text), late.text[:500]
    assert manager.post(f"/bookings/{second.json()['uid']}/cancel", json={}).status_code == 200
    assert visitor.post(link, data={"csrf": visitor.csrf(link)}).status_code in (200, 303)


def test_terms_are_accepted_one_by_one(stack, manager, member, ruled, filature):
    admin = stack.login("admin@demo.example")
    db = stack.database
    today = datetime.datetime.now(datetime.timezone.utc).date()
    version = add(admin, "terms", title="Règlement d'essai", kind="charter", text="Ranger les chaises.", **{"from": str(today)})
    add(manager, "requirements", policy=ruled["policy"], kind="terms", code="charter")
    day = monday(19)
    told = errors(book(member, ruled["room"], day, "10:00", "11:00"))
    assert "Règlement d'essai" in told["terms"] and list(told) == ["terms"]
    assert "terms" in errors(book(member, ruled["room"], day, "10:00", "11:00", terms=[999999]))
    made = book(member, ruled["room"], day, "10:00", "11:00", terms=[int(version["id"])])
    assert made.status_code == 201, made.text
    booking = db.value(f"SELECT id FROM reservation_booking WHERE uid = '{made.json()['uid']}'")
    assert db.rows(f"SELECT terms_id, version, title FROM reservation_terms WHERE booking_id = {booking}") == [
        [version["id"], "1", "Règlement d'essai"]]
    person = stack.person("membre@demo.example")
    assert db.value(f"SELECT COUNT(*) FROM terms_acceptance WHERE terms_id = {version['id']} AND party_id = {person}"
                    f" AND subject_kind = 'reservation.booking' AND subject_id = {booking}") == 1
    # the mail names them and brings a copy
    def told():
        for path in reversed(stack.comptoir.mails()):
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            if made.json()["uid"] in message.get_body(("plain",)).get_content():
                return message
        return None
    message = st.wait_for(told)
    assert "Règlement d'essai (version 1)" in message.get_body(("plain",)).get_content()
    copy, = [a for a in message.iter_attachments() if a.get_content_type() == "text/plain"]
    assert copy.get_filename() == "Règlement d'essai.txt" and "Ranger les chaises." in copy.get_content()
    # the form: one unticked box with a link; what is not ticked is said there and all that was typed is kept
    browser = stack.browser()
    page = browser.get(f"/resources/{ruled['room']}/book", params={"start": f"{day}T14:00", "end": f"{day}T15:00"})
    box = re.search(r'<input type="checkbox" id="terms-\d+"[^>]*>', page.text)[0]
    assert "checked" not in box and "required" in box
    link = re.search(r'href="([^"]*/legal/[^"]*)" target="_blank">Règlement', page.text)[1]
    assert "Ranger les chaises." in browser.get(link).text
    form = {"csrf": re.search(r'name="csrf" value="([^"]+)"', page.text)[1], "resource": ruled["room"],
            "start": f"{day}T14:00", "end": f"{day}T15:00", "attendance": "3", "title": "essai", "name": "Ada Invitée",
            "email": "termes@exemple.example"}
    refused = browser.post("/bookings", data=form)
    assert refused.status_code == 422 and "cochez la case" in refused.text and "Ada Invitée" in refused.text
    form["terms"] = version["id"]
    assert browser.post("/bookings", data=form).status_code == 303
    assert db.value("SELECT COUNT(*) FROM reservation_terms t JOIN reservation_booking b ON b.id = t.booking_id"
                    " WHERE b.contact_email = 'termes@exemple.example'") == 1


def test_the_page_of_rules_says_from_where_each_comes(manager, ruled):
    page = manager.get(f"{ORG}/policies/{ruled['policy']}").json()
    rules = {rule["name"]: rule for rule in page["effective"]}
    assert rules["step"]["value"] == 15 and rules["step"]["policy"] == "901"
    assert [u["label"] for u in page["used_by"]] == ["Salle des heures"]
    row = manager.post(f"{ORG}/policies/{ruled['policy']}", json={"row_version": page["row_version"], "step": 30,
                                                                 "buffer_after": 30})
    assert row.status_code == 200
    rules = {rule["name"]: rule for rule in manager.get(f"{ORG}/policies/{ruled['policy']}").json()["effective"]}
    assert rules["step"] == {"name": "step", "value": 30, "policy": ruled["policy"]}
    for label, start, end in (("après-midi", "14:00", "18:00"), ("soirée", "18:00", "22:00")):
        add(manager, "windows", label=label, place=ruled["id"], weekdays=[1, 2, 3, 4, 5], **{"from": start, "to": end})
    text = manager.get(f"{ORG}/policies/{ruled['policy']}", headers={"Accept": "text/html"}).text.replace("\u00a0", " ")
    assert "« soirée » ne peut pas suivre « après-midi »" in text and "de « Essai »" in text


def test_rules_of_a_whole_place(stack, manager, place):
    add(manager, "openings", place=place["id"], weekdays=[1, 2, 3, 4, 5, 6, 7], opens="08:00", closes="22:00")
    policy = add(manager, "policies", label="Deux heures au plus", parent="901", max_duration=120)["id"]
    path, day = f"/places/{place['slug']}/rules", monday(21)
    assert manager.get(path).json()["policy"] == "901"
    assert book(stack.login("membre@demo.example"), place["room"], day, "08:00", "11:00").status_code == 201
    assert manager.post(path, json={"policy": policy}).status_code == 200
    assert manager.get(path).json()["policy"] == policy
    told = errors(book(stack.login("membre@demo.example"), place["room"], day, "12:00", "15:00"))["end"]
    assert told == "Au plus 2 h ; vous demandez 3 h."
    assert [u["label"] for u in manager.get(f"{ORG}/policies/{policy}").json()["used_by"]] == [f"Heures {place['id']}"]
    assert "policy" in errors(manager.post(path, json={"policy": "999999"}))
    assert manager.post(path, json={"policy": None}).status_code == 200
    assert manager.get(path).json()["policy"] is None


# ---- a hall that divides

def test_parts_of_a_hall(stack, manager, member, ruled):
    hall, north, south = (add(manager, "resources", name=name, place=ruled["id"], kind="903")["id"]
                          for name in ("Halle", "Nord", "Sud"))
    day = monday(20)
    booked = book(member, north, day, "10:00", "11:00").json()
    first = add(manager, "parts", whole=hall, leaf=north)
    second = add(manager, "parts", whole=hall, leaf=south)
    assert book(member, hall, day, "10:30", "12:00").status_code == 409, "the half was booked before it was a part"
    whole = book(member, hall, day, "12:00", "13:00")
    assert whole.status_code == 201 and book(member, south, day, "12:00", "13:00").status_code == 409
    bad = lambda **values: errors(manager.post(f"{ORG}/parts", json=values))
    assert "leaf" in bad(whole=hall, leaf=hall)
    assert "leaf" in bad(whole=hall, leaf=south)
    assert "leaf" in bad(whole=ruled["room"], leaf=hall), "no parts of parts"
    assert "whole" in bad(whole=north, leaf=ruled["room"]), "no parts of parts"
    assert "leaf" in bad(whole=ruled["room"], leaf=str(st.ROOM_A)), "another place"
    assert "leaf" in bad(whole=str(st.ROOM_A), leaf=str(st.DESKS)), "twelve desks"
    assert "whole" in bad(whole=hall, leaf=ruled["room"]), "the hall is booked"
    version = manager.get(f"{ORG}/parts/{first['id']}").json()["row_version"]
    assert manager.post(f"{ORG}/parts/{first['id']}/delete", json={"row_version": version}).status_code == 409
    assert member.post(f"/bookings/{whole.json()['uid']}/cancel", json={}).status_code == 200
    assert member.post(f"/bookings/{booked['uid']}/cancel", json={}).status_code == 200
    # a closure of the hall is one of its parts, and follows them
    closure = add(manager, "closures", reason="Halle", place=ruled["id"], resource=hall, start=f"{day}T08:00", end=f"{day}T22:00")
    assert book(member, south, day, "10:00", "11:00").status_code == 409
    # what is no part any more is not closed with it; without parts the hall is closed itself
    drop(manager, "parts", first)
    assert book(member, north, day, "10:00", "11:00").status_code == 201, "it no longer is a part"
    assert book(member, south, day, "10:00", "11:00").status_code == 409
    drop(manager, "parts", second)
    assert book(member, south, day, "10:00", "11:00").status_code == 201
    assert book(member, hall, day, "10:00", "11:00").status_code == 409, "it is closed"
    drop(manager, "closures", closure)
    assert book(member, hall, day, "10:00", "11:00").status_code == 201


def test_a_part_taken_away_stays_closed_with_the_place(stack, manager, member, ruled):
    """Of two closures that overlap, the first of the hall: what it gives back is taken by the second, of the place."""
    hall, north, south = (add(manager, "resources", name=name, place=ruled["id"], kind="903")["id"]
                          for name in ("Halle", "Nord", "Sud"))
    first, second = (add(manager, "parts", whole=hall, leaf=leaf) for leaf in (north, south))
    days = [monday(22) + datetime.timedelta(n) for n in range(4)]
    own = add(manager, "closures", reason="Halle", place=ruled["id"], resource=hall, start=f"{days[0]}T08:00", end=f"{days[1]}T22:00")
    add(manager, "closures", reason="Lieu", place=ruled["id"], start=f"{days[1]}T08:00", end=f"{days[2]}T22:00")
    booked = lambda room: [book(member, room, day, "10:00", "11:00").status_code for day in days]
    drop(manager, "parts", first)
    assert booked(north) == [201, 409, 409, 201], "the hall's closure is gone, the place's is not"
    assert booked(south) == [409, 409, 409, 201]
    drop(manager, "parts", second)
    assert book(member, south, days[0], "10:00", "11:00").status_code == 201
    assert book(member, south, days[1], "10:00", "11:00").status_code == 409
    drop(manager, "closures", own)
    assert booked(hall) == [201, 409, 409, 201]
    assert stack.overlaps() == [] and stack.halves() == []


def test_the_wrong_person_is_refused_everywhere(stack, manager, member, other):
    visitor = stack.visitor()
    for path in ("closures", "parts", "quotas", "requirements", "day-calendars", "days", "policies"):
        for who, status in ((visitor, 401), (member, 403), (other, 403)):
            assert who.post(f"{ORG}/{path}", json={}).status_code == status, path
            assert who.get(f"{ORG}/{path}/new").status_code == status, path
    assert visitor.get(f"{ORG}/policies").status_code == 401 and member.get(f"{ORG}/policies").status_code == 403
    day = st.fresh_day()
    row = add(manager, "closures", reason="À moi", place="900", start=f"{day}T08:00", end=f"{day}T09:00")
    booked = book(member, st.ROOM_A, day, "09:00", "10:00")
    assert booked.status_code == 201
    assert visitor.get(f"{ORG}/closures/{row['id']}").json()["clashes"] == []
    assert other.post(f"{ORG}/closures/{row['id']}/delete", json={"row_version": 1}).status_code == 403
    assert other.get(f"/o/canal/closures/{row['id']}").status_code == 404


# ---- three screens

def controls(page):
    """What a person can fill in on a page, of its main part."""
    main = page[page.index("<main"):page.index("</main>")]
    found = re.findall(r"<(?:input|select|textarea)\b[^>]*>", main)
    return [one for one in found if 'type="hidden"' not in one]


def filled(page):
    """The form of a page as a browser would send it."""
    main = page[page.index("<main"):page.index("</main>")]
    form = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', main))
    form |= dict(re.findall(r'<input type="(?:text|time|number)" id="[^"]+" name="([^"]+)" value="([^"]*)"', main))
    for select in re.findall(r"<select.*?</select>", main, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', select) or re.search(r'<option value="([^"]*)"', select)
        form[re.search(r'name="([^"]+)"', select)[1]] = chosen[1]
    return re.search(r'<form class="form" method="post" action="([^"]+)"', main)[1], form


def test_a_place_of_four_rooms_in_three_screens(stack, filature):
    db = stack.database
    db.rows(f"INSERT INTO place (id, org_id, slug, name, state, zone, postcode) VALUES (990, {filature}, 'tout-neuf', 'Tout neuf',"
            " 'open', 'Europe/Paris', '67000')")
    manager = stack.login("gestion@demo.example", accept="text/html")
    token = {"X-CSRF-Token": manager.headers["X-CSRF-Token"]}
    assert "/places/tout-neuf/setup" in manager.get("/o/filature").text
    first = manager.get("/places/tout-neuf/setup")
    action, form = filled(first.text)
    assert form["week_from"] == "09:00" and form["sunday_from"] == "" and form["holidays"] == "fr_alsace"
    seen = len(controls(first.text))
    wrong = manager.post("/places/tout-neuf/setup", data={**form, "week_to": "08:00"}, headers=token)
    assert wrong.status_code == 422 and "09:00" in wrong.text
    stored = manager.post("/places/tout-neuf/setup", data=form, headers=token)
    assert stored.status_code == 303, stored.text[:2000]
    again = manager.post("/places/tout-neuf/setup", data=form, headers=token)
    assert again.status_code == 409, "the hours are there once"
    second = manager.get("/places/tout-neuf/setup/rooms")
    action, form = filled(second.text)
    seen += len(controls(second.text))
    rooms = [("Salle bleue", "room", 12), ("Salle jaune", "room", 8), ("Bureaux", "desk", 6), ("Établi", "workshop", 4)]
    for n, (name, kind, seats) in enumerate(rooms, 1):
        form |= {f"name_{n}": name, f"kind_{n}": kind, f"seats_{n}": seats}
    stored = manager.post("/places/tout-neuf/setup/rooms", data=form, headers=token)
    assert stored.status_code == 303, stored.text[:2000]
    third = manager.get(stack.link(stored.headers["Location"]) if "://" in stored.headers["Location"] else stored.headers["Location"])
    assert third.status_code == 200 and "Salle bleue" in third.text
    seen += len(controls(third.text))
    assert seen <= 40, seen
    made = db.rows("SELECT name, units, COALESCE(capacity, 0) FROM reservation_resource WHERE place_id = 990 ORDER BY position")
    assert made == [["Salle bleue", "1", "12"], ["Salle jaune", "1", "8"], ["Bureaux", "6", "0"], ["Établi", "1", "4"]]
    assert db.value("SELECT COUNT(*) FROM reservation_window WHERE place_id = 990") == 3
    room = db.value("SELECT id FROM reservation_resource WHERE place_id = 990 AND position = 1")
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', third.text))
    saved = manager.post("/o/filature/price-list", data={**hidden, f"r{room}-hour": "20", f"r{room}-day": "100"}, headers=token)
    assert saved.status_code == 303, saved.text[:2000]
    day = monday(3)
    made = book(stack.login("membre@canal.example"), room, day, "09:00", "13:00")
    assert made.status_code == 201 and made.json()["price"]["total"]["cents"] == 8000, made.text
    refused = book(stack.login("membre@demo.example"), room, monday(3) + datetime.timedelta(6), "09:00", "13:00")
    assert "start" in errors(refused), "Sunday is closed"
    assert "/places/tout-neuf/setup" not in manager.get("/o/filature").text


def test_who_may_set_up_a_place(stack, member, other):
    for path in ("/places/essai/setup", "/places/essai/setup/rooms", "/places/essai/rules"):
        for who, status in ((stack.visitor(), 401), (member, 403), (other, 403)):
            assert who.get(path).status_code == status, path
            assert who.post(path, json={}).status_code == status, path
    assert stack.login("gestion@demo.example").get("/places/nulle-part/setup").status_code == 404


# ---- school holidays from a file

CALENDAR = (st.SOURCE / "tests/fuzz/corpus/days_ics/good").read_bytes()


def send(browser, calendar, content, **more):
    page = browser.get(f"{ORG}/day-calendars/import")
    token = re.search(r'name="csrf" value="([^"]+)"', page.text)[1]
    files = {"file": ("zone-b.ics", content, "text/calendar")} if content else None
    return browser.post(f"{ORG}/day-calendars/import", data={"csrf": token, "calendar": calendar, **more}, files=files)


def test_school_holidays_are_imported_once(stack, manager):
    browser = stack.login("gestion@demo.example", accept="text/html")
    calendar = add(manager, "day-calendars", label="Vacances scolaires, zone B (essai)")["id"]
    ranges = (f"SELECT from_d, to_d, label, source_uid FROM reservation_day_range WHERE calendar_id = {calendar}"
              " AND archived_at IS NULL ORDER BY from_d")
    preview = send(browser, calendar, CALENDAR)
    assert preview.status_code == 200, preview.text[:500]
    assert "Vacances de Noël - Zone B" in preview.text and stack.database.rows(ranges) == [], "nothing is stored yet"
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', preview.text)
    form = {name: html.unescape(value) for name, value in hidden}
    stored = browser.post(f"{ORG}/day-calendars/import/days", data=form)
    assert stored.status_code == 303, stored.text[:500]
    rows = stack.database.rows(ranges)
    assert [r[:3] for r in rows] == [["2026-10-17", "2026-11-01", "Vacances de la Toussaint - Zone B"],
                                     ["2026-12-19", "2027-01-03", "Vacances de Noël - Zone B"],
                                     ["2027-02-13", "2027-02-13", "Un seul jour"],
                                     ["2027-03-10", "2027-03-12", "Avec des heures, sans UID"]]
    assert browser.post(f"{ORG}/day-calendars/import/days", data=form).status_code == 303
    assert stack.database.rows(ranges) == rows, "twice is once"
    again = manager.post(f"{ORG}/day-calendars/import", json={"calendar": calendar, "text": CALENDAR.decode()}).json()
    assert (again["added"], again["changed"], again["unchanged"], again["skipped"]) == (0, 0, 4, 2)
    # moved by the ministry: the same event, other days
    moved = CALENDAR.decode().replace("20270104", "20270103")
    seen = manager.post(f"{ORG}/day-calendars/import", json={"calendar": calendar, "text": moved}).json()
    assert [line["what"] for line in seen["lines"]] == ["same", "changed", "same", "same"]
    # what somebody typed with the same days is known too
    own = add(manager, "day-calendars", label="À la main (essai)")["id"]
    add(manager, "days", calendar=own, **{"from": "2026-10-17", "to": "2026-11-01"}, label="Toussaint")
    seen = manager.post(f"{ORG}/day-calendars/import", json={"calendar": own, "text": CALENDAR.decode()}).json()
    assert seen["unchanged"] == 1 and seen["added"] == 3


def test_what_is_no_calendar_is_refused_at_its_field(stack, manager, member, other):
    browser = stack.login("gestion@demo.example", accept="text/html")
    calendar = add(manager, "day-calendars", label="Refus (essai)")["id"]
    computed = add(manager, "day-calendars", label="Calculé (essai)", computed="fr")["id"]
    for values in ({}, {"text": "pas un calendrier"}, {"text": "BEGIN:VCALENDAR\nEND:VCALENDAR"}):
        assert "file" in errors(manager.post(f"{ORG}/day-calendars/import", json={"calendar": calendar, **values}))
    assert "calendar" in errors(manager.post(f"{ORG}/day-calendars/import", json={"calendar": computed, "text": CALENDAR.decode()}))
    assert send(browser, calendar, b"%PDF-1.4 no calendar").status_code == 422
    for days in ("x", "[{}]", '[{"uid":"a","from":"2026-13-01","to":"2026-01-01"}]', '[{"uid":"a","from":"2026-01-02","to":"2026-01-01"}]'):
        assert "days" in errors(manager.post(f"{ORG}/day-calendars/import/days", json={"calendar": calendar, "days": days}))
    theirs = other.post("/o/canal/day-calendars", json={"label": "À eux"}).json()["id"]
    assert "calendar" in errors(manager.post(f"{ORG}/day-calendars/import", json={"calendar": theirs, "text": CALENDAR.decode()}))
    for path in ("day-calendars/import", "day-calendars/import/days"):
        for who, status in ((stack.visitor(), 401), (member, 403), (other, 403)):
            assert who.post(f"{ORG}/{path}", json={}).status_code == status, path
    assert member.get(f"{ORG}/day-calendars/import").status_code == 403


def test_a_link_to_the_form_ends_no_worker(stack, ruled):
    """As an address, with what the form sends: conditions are shown and nothing is judged."""
    for query in ("resource=1", "resource=1&terms=1&preview=1", "terms=1"):
        assert stack.visitor().get(f"/resources/{ruled['room']}/book?{query}", headers={"Accept": "text/html"}).status_code == 200
    assert stack.metric("comptoir_crashes_total") == 0
