# SPDX-License-Identifier: GPL-3.0-or-later
"""Bookings made and cancelled together: all or none, one price, one mail, one cancel."""
import concurrent.futures

import pytest

import stack as st
from stack import DESKS, HALL, ROOM_A, ROOM_B, fresh_day
from test_story import at, booked, bookings

pytestmark = pytest.mark.usefixtures("sound")


@pytest.fixture(scope="module")
def stack():
    with st.Stack(web="nginx") as running:
        yield running


def seminar(day, other, **more):
    return {"place": "900", "title": "essai: séminaire", **more, "bookings": [
        {"resource": HALL, "start": at(day, 9), "end": at(day, 17), "attendance": 40},
        {"resource": str(HALL), "start": at(other, 9), "end": at(other, 12)},
        {"resource": DESKS, "units": 3, "start": at(day, 12), "end": at(day, 14), "title": "essai: midi"}]}


def mails(stack, address):
    import email
    import email.policy
    return [m for m in (email.message_from_bytes(p.read_bytes(), policy=email.policy.default)
                        for p in stack.comptoir.mails()) if address in m["to"]]


def test_all_of_it_at_one_price_with_one_mail(stack, member):
    day, other = fresh_day(), fresh_day()
    address = stack.database.value(f"SELECT email FROM party WHERE id = {stack.person('membre@demo.example')}")
    before = len(mails(stack, address))
    assert member.post("/groups", json=seminar(day, other, expected_total="1,00")).status_code == 409
    answer = member.post("/groups", json=seminar(day, other, expected_total="550,00"))
    assert answer.status_code == 201, answer.text
    view = answer.json()
    assert view["total"]["cents"] == 55000 and len(view["bookings"]) == 3
    assert {b["title"] for b in view["bookings"]} == {"essai: séminaire", "essai: midi"}
    mail = st.wait_for(lambda: mails(stack, address)[before:], 30, 0.3)
    text = mail[0].get_body(("plain",)).get_content()
    assert len(mail) == 1 and f"/groups/{view['uid']}" in text and text.count("Grande salle") == 2
    assert len([p for p in mail[0].walk() if p.get_content_type() == "text/calendar"]) == 3
    assert member.get(f"/groups/{view['uid']}").json()["title"] == "essai: séminaire"


def test_none_of_it_where_one_is_taken(stack, member, stranger):
    day, other = fresh_day(), fresh_day()
    booked(stranger.book(HALL, at(other, 10), at(other, 11)))
    before = bookings(stack), stack.database.value("SELECT COUNT(*) FROM reservation_group")
    refused = member.post("/groups", json=seminar(day, other))
    assert refused.status_code == 409 and refused.json()["booking"] == 1 and refused.json()["conflicts"]
    assert (bookings(stack), stack.database.value("SELECT COUNT(*) FROM reservation_group")) == before
    both = {"place": "900", "bookings": [{"resource": ROOM_A, "start": at(day, 9), "end": at(day, 11)},
                                         {"resource": ROOM_A, "start": at(day, 10), "end": at(day, 12)}]}
    assert member.post("/groups", json=both).status_code == 409         # its own parts are in each other's way
    assert bookings(stack) == before[0]


def test_all_of_it_is_cancelled(stack, stranger):
    day, other = fresh_day(), fresh_day()
    lea = stack.login("membre@demo.example")
    made = lea.post("/groups", json=seminar(day, other)).json()
    gone = made["bookings"][0]["uid"]
    assert lea.post(f"/bookings/{gone}/cancel", json={}).status_code == 200
    page = lea.page(f"/groups/{made['uid']}")
    assert page.status == 200 and page.unlabelled() == []
    assert lea.submit(page.form(f"/groups/{made['uid']}/cancel")).status_code == 303
    assert {b["status"] for b in lea.get(f"/groups/{made['uid']}").json()["bookings"]} == {"cancelled"}
    assert lea.post(f"/groups/{made['uid']}/cancel", json={}).status_code == 409
    booked(stranger.book(HALL, at(day, 9), at(day, 17)))


def test_the_fees_are_said_before(stack, member, manager):
    day, other = fresh_day(), fresh_day()
    made = member.post("/groups", json=seminar(day, other)).json()
    stack.database.rows(
        "INSERT INTO reservation_cancel_line (booking_id, until_local, fee_cents, label) SELECT b.id, b.start_local, 1500,"
        f" 'essai' FROM reservation_booking b JOIN reservation_group g ON g.id = b.group_id WHERE g.uid = '{made['uid']}'")
    assert member.get(f"/groups/{made['uid']}").json()["fees"]["cents"] == 4500
    assert member.post(f"/groups/{made['uid']}/cancel", json={"expected_fees": "10,00"}).status_code == 409
    assert manager.get(f"/groups/{made['uid']}").json()["fees"]["cents"] == 0       # the house cancels for nothing
    assert member.post(f"/groups/{made['uid']}/cancel", json={"expected_fees": "45,00"}).status_code == 200


def test_a_manager_adds_to_it_on_the_phone(stack):
    day, hugo = fresh_day(), stack.login("gestion@demo.example")
    first = booked(hugo.book(ROOM_A, at(day, 9), at(day, 11), title="essai: dossier", name="Zoé"))
    link = [x for x in hugo.page(f"/bookings/{first['uid']}").links if "/bookings/new?with=" in x][0]
    form = hugo.page(link).form("/o/filature/bookings/new")
    other = hugo.submit(form, name="Léa", email="lea@exemple.example", resource=str(ROOM_B), date=day, part="540-780")
    assert other.status_code == 422                     # one mail would tell each of the other
    done = hugo.submit(form, name="Zoé", resource=str(ROOM_B), date=day, part="540-780")
    assert done.status_code == 303, done.text[:2000]
    group = stack.database.value("SELECT g.uid FROM reservation_group g JOIN reservation_booking b ON b.group_id = g.id"
                                 f" WHERE b.uid = '{first['uid']}'")
    assert len(hugo.get(f"/groups/{group}").json()["bookings"]) == 2


def test_its_people_only(stack, member):
    made = member.post("/groups", json=seminar(fresh_day(), fresh_day())).json()
    for who in (None, "membre@canal.example", "gestion@canal.example", "tresor@demo.example"):
        client = stack.program(who) if who else stack.visitor()
        for answer in (client.get(f"/groups/{made['uid']}"), client.post(f"/groups/{made['uid']}/cancel", json={})):
            assert answer.status_code in (401, 403, 404) and "séminaire" not in answer.text, who
    assert stack.program("ouvreuse@demo.example").post(f"/groups/{made['uid']}/cancel", json={}).status_code == 404
    assert stack.visitor().post("/groups", json=seminar(fresh_day(), fresh_day())).status_code == 401
    assert {b["status"] for b in member.get(f"/groups/{made['uid']}").json()["bookings"]} == {"confirmed"}


@pytest.mark.parametrize("bad", [None, [], {}, [1], [{"resource": ROOM_A}], [{"resource": "x", "start": "2027-01-01T10:00",
                         "end": "2027-01-01T11:00"}], [{"resource": ROOM_A, "start": "demain", "end": "2027-01-01T11:00"}],
                         [{"resource": ROOM_A, "start": "2027-01-01T10:00", "end": "2027-01-01T11:00", "title": 7}]])
def test_what_is_no_list_of_bookings(member, bad):
    assert member.post("/groups", json={"place": "900", "bookings": bad}).status_code == 422


def test_two_groups_at_once(stack):
    """Each takes its rooms in the one order, whatever order they were asked for in: no deadlock, one winner."""
    clients = [stack.program(e) for e in ("membre@demo.example", "membre@canal.example")]
    for _ in range(6):
        day = fresh_day()
        parts = [{"resource": x, "start": at(day, 9), "end": at(day, 11)} for x in (ROOM_A, ROOM_B, HALL)]
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(lambda x: x[0].post("/groups", json={"place": "900", "bookings": x[1]}),
                                    zip(clients, (parts, parts[::-1]))))
        assert sorted(a.status_code for a in answers) == [201, 409]


def test_merged_contacts_keep_their_group(stack, member):
    made = member.post("/groups", json=seminar(fresh_day(), fresh_day())).json()
    column = f"SELECT contact_id FROM reservation_group WHERE uid = '{made['uid']}'"
    assert stack.database.value(column) == stack.person("membre@demo.example")
    assert stack.comptoir.queries(lambda: member.get(f"/groups/{made['uid']}", headers={"Accept": "text/html"})) <= 9
