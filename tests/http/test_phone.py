# SPDX-License-Identifier: GPL-3.0-or-later
"""A booking for who calls, on one screen: free or taken at once, who and who pays, and what is free instead."""
import uuid

import pytest

from stack import DESKS, ROOM_A, fresh_day
from test_story import at, booked

NEW = "/o/filature/bookings/new"


@pytest.fixture
def hugo(stack):
    return stack.login("gestion@demo.example")


@pytest.fixture(autouse=True)
def sound(stack):
    yield
    assert [line for line in stack.comptoir.log().splitlines() if " status=500" in line] == []
    assert stack.overlaps() == [] and stack.halves() == []


def stored(stack, uid, *columns):
    return stack.database.rows(f"SELECT {', '.join(columns)} FROM reservation_booking WHERE uid = '{uid}'")[0]


def last(answer):
    assert answer.status_code == 303, answer.text[:2000]
    return answer.headers["Location"].rsplit("/", 1)[1]


def test_a_room_that_is_gone_is_not_another_one(stack, hugo):
    day = fresh_day()
    before = stack.database.value("SELECT COUNT(*) FROM reservation_booking")
    stack.database.rows("UPDATE reservation_resource SET active = 0 WHERE id = 902")
    try:
        for room in ({"resource": "902"}, {}):
            answer = hugo.post(NEW, json={"name": "Zoé", "date": day, "from": "10:00", "to": "11:00", **room})
            assert answer.status_code == 422 and "resource" in answer.json()["errors"], answer.text
    finally:
        stack.database.rows("UPDATE reservation_resource SET active = 1 WHERE id = 902")
    assert stack.database.value("SELECT COUNT(*) FROM reservation_booking") == before


def test_one_screen_from_a_name_to_a_booking(stack, hugo):
    day = fresh_day()
    page = hugo.page(NEW, params={"resource": ROOM_A, "date": day})
    assert page.status == 200 and page.unlabelled() == []
    form = page.form(NEW)
    looked = type(page)(hugo.submit(form, ("preview", "1"), part="840-1080", name="Zoé au Téléphone", phone="06 12 34 56 78"))
    assert looked.status == 200 and "Libre" in looked.text and "96,00" in looked.text
    form = looked.form(NEW)
    assert (form.value("name"), form.value("phone"), form.value("part")) == ("Zoé au Téléphone", "06 12 34 56 78", "840-1080")
    uid = last(hugo.submit(form, internal_note="rappeler lundi", attendance="8"))
    assert stored(stack, uid, "contact_name", "contact_phone", "source", "status", "start_local", "end_local", "internal_note",
                  "person_id") == ["Zoé au Téléphone", "+33612345678", "phone", "confirmed", f"{day} 14:00:00",
                                   f"{day} 18:00:00", "rappeler lundi", None]


def test_at_the_counter_by_hours_for_a_contact(stack, hugo):
    day, lea = fresh_day(), stack.person("membre@demo.example")
    form = hugo.page(NEW, params={"resource": DESKS, "date": day, "source": "counter"}).form(NEW)
    uid = last(hugo.submit(form, part="", **{"from": "10:00"}, to="12:30", units="3", contact=str(lea)))
    assert stored(stack, uid, "person_id", "payer_id", "source", "start_local", "end_local") == [
        str(lea), str(lea), "counter", f"{day} 10:00:00", f"{day} 12:30:00"]
    assert stack.database.value("SELECT i.quantity FROM reservation_item i JOIN reservation_booking b ON b.id = i.booking_id"
                                f" WHERE b.uid = '{uid}'") == 3


def test_an_organisation_pays_for_who_is_named(stack, hugo):
    day = fresh_day()
    lys = stack.database.value("SELECT c.party_id FROM org_contact c JOIN party p ON p.id = c.party_id JOIN organisation o"
                               " ON o.id = c.org_id WHERE o.slug = 'filature' AND p.kind = 'organisation' LIMIT 1")
    form = hugo.page(NEW, params={"resource": ROOM_A, "date": day}).form(NEW)
    uid = last(hugo.submit(form, part="540-780", contact=str(lys), name="Ali"))
    assert stored(stack, uid, "person_id", "payer_id", "contact_name") == [None, str(lys), "Ali"]
    other = stack.database.value("SELECT c.party_id FROM org_contact c JOIN organisation o ON o.id = c.org_id WHERE o.slug ="
                                 " 'canal' AND NOT EXISTS (SELECT 1 FROM org_contact d JOIN organisation f ON f.id = d.org_id"
                                 " WHERE d.party_id = c.party_id AND f.slug = 'filature') LIMIT 1")
    refused = hugo.submit(form, part="840-1080", contact=str(other), name="Ali")
    assert refused.status_code == 422                                   # another organisation's contact is nobody here


def test_taken_offers_what_books_at_once(stack, hugo, member):
    day = fresh_day()
    booked(member.book(ROOM_A, at(day, 14), at(day, 18)))
    page = hugo.page(NEW, params={"resource": ROOM_A, "date": day, "part": "840-1080"})
    assert "prise" in page.text or "pris" in page.text
    answer = hugo.submit(page.form(NEW), name="Zoé", part="840-1080", title="essai: gardé")
    again = type(page)(answer)
    assert again.status == 409 and again.form(NEW).value("title") == "essai: gardé"
    take = [b for b in again.form(NEW).buttons if b[0] == "take"]
    assert len(take) == 3
    uid = last(hugo.submit(again.form(NEW), take[0]))
    room, start, _ = take[0][1].split()
    assert stored(stack, uid, "title", "start_local") == ["essai: gardé", start.replace("T", " ") + ":00"]
    assert stack.database.value("SELECT i.resource_id FROM reservation_item i JOIN reservation_booking b ON b.id ="
                                f" i.booking_id WHERE b.uid = '{uid}'") == int(room)


def test_a_program_reads_what_is_in_the_way(stack, manager, member):
    day = fresh_day()
    booked(member.book(ROOM_A, at(day, 14), at(day, 18)))
    wish = {"resource": ROOM_A, "date": day, "part": "840-1080", "name": "Zoé"}
    for answer in (manager.post(NEW, json={**wish, "preview": True}), manager.get(NEW, params=wish)):
        assert answer.status_code == 200, answer.text
        assert answer.json()["price"] is None and answer.json()["conflicts"] and len(answer.json()["alternatives"]) == 3


def test_what_is_missing_is_said_and_nothing_lost(stack, hugo):
    day = fresh_day()
    before = stack.database.value("SELECT COUNT(*) FROM reservation_booking")
    form = hugo.page(NEW, params={"resource": ROOM_A, "date": day}).form(NEW)
    answer = hugo.submit(form, title="essai: reste")
    assert answer.status_code == 422 and "essai: reste" in answer.text and "pour qui" in answer.text
    for bad in ({"part": "1080-840"}, {"part": "x"}, {"take": "1 2 3"}, {"take": f"{ROOM_A} {at(day, 9)} nie"}):
        assert hugo.submit(form, name="Zoé", **bad).status_code == 422, bad
    night = hugo.submit(form, name="Zoé", part="", **{"from": "02:00"}, to="03:00")
    assert night.status_code == 422
    assert stack.database.value("SELECT COUNT(*) FROM reservation_booking") == before


def test_only_managers_book_for_others(stack):
    for who in (None, "membre@demo.example", "ouvreuse@demo.example", "gestion@canal.example"):
        client = stack.program(who) if who else stack.visitor()
        for answer in (client.get(NEW), client.post(NEW, json={"name": "x"})):
            assert answer.status_code in (401, 403, 404), who


def test_mail_goes_where_there_is_an_address(stack, hugo):
    from test_story import wait_for_mail
    day, address = fresh_day(), f"zoe-{uuid.uuid4().hex[:8]}@exemple.example"
    form = hugo.page(NEW, params={"resource": ROOM_A, "date": day}).form(NEW)
    uid = last(hugo.submit(form, name="Zoé", email=address, part="540-780"))
    text = wait_for_mail(stack, address).get_body(("plain",)).get_content()
    token = text.split(f"/bookings/{uid}?t=")[1].split()[0]
    assert stack.visitor().get(f"/bookings/{uid}?t={token}").status_code == 200


def test_what_the_page_asks(stack):
    hugo = stack.program("gestion@demo.example")
    assert stack.comptoir.queries(lambda: hugo.get(NEW, params={"resource": ROOM_A, "date": fresh_day(), "part": "540-780"},
                                                   headers={"Accept": "text/html"})) <= 26
