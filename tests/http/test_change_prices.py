# SPDX-License-Identifier: GPL-3.0-or-later
"""What a change does to a price: extras and gifts follow, sums stay true, people read what they pay, terms are asked for."""
import datetime

import pytest

from stack import ON_REQUEST, ROOM_A, ROOM_B, day, fresh_day, plain
from test_change import change, changed, lines, stored
from test_prices import ORG, add, number, place
from test_story import at, booked


@pytest.fixture(scope="module")
def offer(stack):
    manager = stack.program("gestion@demo.example")
    here = str(place(stack))
    return {"coffee": add(manager, "extras", label="café", price="2,50", unit="person", place=here),
            "board": add(manager, "extras", label="tableau", price="5", unit="booking", max=3, place=here),
            "reason": add(manager, "reasons", label="geste d’essai", code="inside")}


@pytest.fixture
def before_vat(stack):
    """The tariffs of the rooms are without VAT, of 20 %, for a while."""
    stack.database.rows("UPDATE reservation_tariff SET amounts = 'exclude_vat', vat_code = 'standard' WHERE id >= 901")
    yield
    stack.database.rows("UPDATE reservation_tariff SET amounts = 'include_vat', vat_code = NULL WHERE id >= 901")


def worth(stack, made):
    return number(stack, "SELECT SUM(l.list_cents) FROM reservation_price_line l JOIN reservation_booking b"
                         f" ON b.id = l.booking_id WHERE b.uid = '{made['uid']}'")


def total(view):
    return view["price"]["total"]["cents"]


def test_an_extra_for_each_follows_their_number(stack, member, offer):
    on = fresh_day()
    made = booked(member.book(ROOM_A, at(on, 10), at(on, 12), attendance=4, extras=[offer["coffee"], f"{offer['board']}:2"]))
    assert total(made) == 4800 + 4 * 250 + 2 * 500
    more = changed(member, made, attendance=7)
    assert more["change"]["difference"]["cents"] == 750 and total(more) == 4800 + 7 * 250 + 1000
    assert lines(stack, made)[-1] == ("Modification : café × 7".replace(" :", "\u00a0:"), 750)
    later = changed(member, more, attendance=3, end=at(on, 13))
    assert total(later) == 7200 + 3 * 250 + 1000 == sum(cents for _, cents in lines(stack, made))
    assert worth(stack, made) == total(later)
    words = changed(member, later, title="essai: autre titre")
    assert total(words) == total(later) and words["change"]["difference"]["cents"] == 0


def test_an_extra_for_fewer_than_come_stays_so(member, offer):
    on = fresh_day()
    made = booked(member.book(ROOM_A, at(on, 10), at(on, 12), attendance=6, extras=[f"{offer['coffee']}:2"]))
    assert total(changed(member, made, attendance=8)) == 4800 + 2 * 250 == total(made)


def test_an_extra_whose_price_is_another_now(stack, member, manager, offer):
    """Its number stays what it was, however often the booking changes; one that is offered no more is let go."""
    on = fresh_day()
    water = add(manager, "extras", label="eau", price="2", unit="booking", max=20, place=str(place(stack)))
    made = booked(member.book(ROOM_A, at(on, 10), at(on, 11), extras=[f"{water}:10"]))
    stack.database.rows(f"UPDATE reservation_extra SET price_cents = 300 WHERE id = {water}")
    for turn in range(1, 4):
        made = changed(member, made, start=at(on, 10 + turn), end=at(on, 11 + turn))
        assert total(made) == 2400 + 10 * 300 == sum(cents for _, cents in lines(stack, made))
    stack.database.rows(f"UPDATE reservation_extra SET archived_at = UTC_TIMESTAMP() WHERE id = {water}")
    assert total(changed(member, made, end=at(on, 15))) == 4800
    now = member.get(f"/bookings/{made['uid']}").json()
    assert total(changed(member, now, end=at(on, 14))) == 2400, "it does not come back"


def test_what_was_asked_in_time_stays(stack, member, offer):
    """Neither the notice of an extra nor that of a room is asked for again where only more people come."""
    on = fresh_day()
    made = booked(member.book(ROOM_A, at(on, 10), at(on, 12), attendance=4, extras=[offer["coffee"]]))
    stack.database.rows("UPDATE reservation_extra SET notice = 500000 WHERE label = 'café';"
                        f"UPDATE reservation_resource SET policy_id = (SELECT policy_id FROM reservation_resource WHERE id ="
                        f" {ON_REQUEST}) WHERE id = {ROOM_A}")
    try:
        more = changed(member, made, attendance=5)
        assert more["status"] == "confirmed" and total(more) == 4800 + 1250
        assert change(member, more, attendance=500).json()["errors"].keys() == {"attendance"}
    finally:
        stack.database.rows("UPDATE reservation_extra SET notice = NULL WHERE label = 'café';"
                            f"UPDATE reservation_resource SET policy_id = NULL WHERE id = {ROOM_A}")
    assert total(changed(member, more, end=at(on, 13))) == 7200 + 1250


def test_from_a_price_of_ones_choice_to_another(stack, member):
    on = fresh_day()
    stack.database.rows("INSERT INTO reservation_tariff (id, org_id, resource_id, label, mode, floor_cents)"
                        f" SELECT 990, org_id, {ROOM_B}, 'libre', 'free_price', 100 FROM reservation_resource WHERE id = {ROOM_B}")
    try:
        made = booked(member.book(ROOM_B, at(on, 10), at(on, 12), amount="7"))
        assert total(made) == 700 == total(changed(member, made, start=at(on, 11), end=at(on, 13)))
        now = member.get(f"/bookings/{made['uid']}").json()
        assert total(changed(member, now, resource=ROOM_A)) == 4800
    finally:
        stack.database.rows("UPDATE reservation_tariff SET archived_at = UTC_TIMESTAMP() WHERE id = 990")


def test_a_gift_keeps_its_share_and_does_not_grow(stack, member, manager, offer):
    on = fresh_day()
    person = str(stack.person("membre@demo.example"))
    given = booked(manager.book(ROOM_A, at(on, 10), at(on, 12), person=person, amount="12", reason=offer["reason"]))
    assert total(given) == 1200
    # an hour less costs its quarter of what it costs
    shorter = changed(member, given, end=at(on, 11))
    assert total(shorter) == 600 and worth(stack, given) == 2400
    # back to what it was: the same gift again; longer than that: no more
    again = changed(member, shorter, end=at(on, 12))
    assert sum(cents for _, cents in lines(stack, given)) == total(again) == 1200
    assert total(changed(member, again, end=at(on, 13))) == 1200 + 2400
    # who runs the place gives the same share of more
    free = booked(manager.book(ROOM_B, at(on, 10), at(on, 12), person=person, reason=offer["reason"]))
    assert total(free) == 0
    longer = changed(member, free, end=at(on, 13))
    assert total(longer) == 2400, "who was given two hours pays the third"
    other = booked(manager.book(ROOM_B, at(on, 14), at(on, 16), person=person, reason=offer["reason"]))
    assert total(changed(manager, other, end=at(on, 17))) == 0


def test_what_is_paid_is_read_with_vat(stack, manager, member, before_vat):
    """24,00 € an hour without VAT: who has no use of VAT reads 28,80 €, on every page that says a price."""
    on = fresh_day()
    lea = stack.login("membre@demo.example")
    made = booked(member.book(ROOM_A, at(on, 9), at(on, 11), title="essai: hors taxe"))
    assert total(made) == 4800
    form = lea.page(f"/bookings/{made['uid']}/edit").form(f"/bookings/{made['uid']}")
    review = type(lea.page("/"))(lea.submit(form, end=at(on, 12)))
    for said in ("57,60 € TTC", "+28,80 €", "86,40 € TTC", "28,80 € de plus", "3 heures à 24,00 € HT"):
        assert said in plain(review.text), said
    assert "48,00" not in review.text and "24,00 € de plus" not in plain(review.text)
    assert lea.submit(review.form(f"/bookings/{made['uid']}")).status_code == 303
    assert int(stored(stack, made, "total_cents")) == 7200
    assert "86,40 € TTC" in plain(lea.page("/bookings").text)
    moved = member.post("/groups", json={"place": place(stack), "bookings": [
        {"resource": ROOM_B, "start": at(on, hour), "end": at(on, hour + 1)} for hour in (14, 16)]})
    assert moved.status_code == 201 and moved.json()["total"]["cents"] == 4800
    page = plain(lea.page(f"/groups/{moved.json()['uid']}").text)
    assert "57,60 €" in page and "28,80 € TTC" in page and "48,00" not in page


def test_the_new_room_asks_for_terms(stack, manager, member):
    """What the first room did not ask for is accepted on the page that asks once more, and kept with the booking."""
    admin, lea, on = stack.login("admin@demo.example"), stack.login("membre@demo.example"), fresh_day()
    made = booked(member.book(ROOM_A, at(on, 10), at(on, 12)))
    today = str(datetime.datetime.now(datetime.timezone.utc).date())
    version = admin.post(f"{ORG}/terms", json={"title": "Charte de la salle", "kind": "charter", "text": "Ranger.",
                                               "from": today}).json()["id"]
    policy = add(manager, "policies", label="Salle B")
    stack.database.rows(f"UPDATE reservation_resource SET policy_id = {policy} WHERE id = {ROOM_B}")
    add(manager, "requirements", policy=policy, kind="terms", code="charter")
    refused = change(member, made, resource=ROOM_B)
    assert refused.status_code == 422 and "Charte de la salle" in refused.json()["errors"]["terms"], refused.text
    assert change(member, made, resource=ROOM_B, terms=[999999]).status_code == 422
    page = lea.page(f"/bookings/{made['uid']}/edit?resource={ROOM_B}")
    review = type(page)(lea.submit(page.form(f"/bookings/{made['uid']}"), resource=str(ROOM_B)))
    assert review.status == 200 and review.unlabelled() == []
    form = review.form(f"/bookings/{made['uid']}")
    once_more = type(page)(lea.submit(form))
    assert once_more.status == 200 and "cochez" in once_more.text and stored(stack, made, "end_local") == f"{on} 12:00:00"
    form = once_more.form(f"/bookings/{made['uid']}")
    done = lea.submit(form, terms=str(version))
    assert done.status_code == 303, done.text[:400]
    booking = stored(stack, made, "id")
    assert stack.database.rows(f"SELECT terms_id FROM reservation_terms WHERE booking_id = {booking}") == [[str(version)]]
    # what it was made under is not asked for again
    now = member.get(f"/bookings/{made['uid']}").json()
    assert change(member, now, start=at(on, 13), end=at(on, 14)).status_code == 200


def test_a_guest_changes_ten_times_a_day(stack, visitor_booking):
    visitor, made, token = visitor_booking
    seen = []
    for turn in range(11):
        now = visitor.get(f"/bookings/{made['uid']}?t={token}").json()
        seen.append(visitor.post(f"/bookings/{made['uid']}?t={token}", json={
            "row_version": now["row_version"], "t": token, "start": f"{now['start_local'][:11]}{14 + turn % 2}:00",
            "end": f"{now['start_local'][:11]}{15 + turn % 2}:00"}).status_code)
    assert seen[:10] == [200] * 10 and seen[10] == 429, seen


@pytest.fixture
def visitor_booking(stack):
    from test_change import someone
    from test_story import wait_for_mail
    visitor, on, address = stack.visitor(), day(5), someone()
    made = visitor.book(ROOM_A, at(on, 10), at(on, 11), name="Zoé", email=address).json()
    text = wait_for_mail(stack, address).get_body(("plain",)).get_content()
    path = stack.link([word for word in text.split() if "/verify?t=" in word][0])
    assert visitor.post(path, data={"csrf": visitor.csrf(path)}).status_code == 200
    return visitor, made, path.split("?t=")[1]
