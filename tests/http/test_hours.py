# SPDX-License-Identifier: GPL-3.0-or-later
"""Openings with their days and people, closures, rules with what they require and allow, and the parts of a hall."""
import concurrent.futures
import datetime
import re

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
