# SPDX-License-Identifier: GPL-3.0-or-later
"""A program asks what a booking would be: its price, whether its hours are free, what would become of it. Nothing is stored."""
import pytest

from stack import DESKS, HALL, ON_REQUEST, PLACE, ROOM_A, ROOM_B, day, fresh_day
from test_prices import add
from test_story import at, booked

TABLES = ("reservation_booking", "reservation_item", "reservation_price_line", "reservation_occupancy", "reservation_guest",
          "reservation_terms", "audit WHERE action = 'create'", "outbox")


def rows_of(stack):
    return [stack.database.value(f"SELECT COUNT(*) FROM {table}") for table in TABLES]


@pytest.fixture
def nothing(stack):
    """Nothing is written while the test asks."""
    before = []
    yield lambda: before.extend(rows_of(stack))
    assert before and rows_of(stack) == before


def test_what_it_would_be(member, nothing):
    on = fresh_day()
    nothing()
    answer = member.book(ROOM_A, at(on, 14), at(on, 18), attendance=4, preview=True)
    assert answer.status_code == 200, answer.text
    view = answer.json()
    assert view["preview"] == {"free": True, "status": "confirmed", "terms": []}
    assert view["price"]["total"]["cents"] == 9600 == sum(line["amount"]["cents"] for line in view["price"]["lines"])
    assert (view["start_local"], view["end_local"]) == (at(on, 14), at(on, 18)) and "uid" not in view
    assert [(i["resource"], i["name"], i["quantity"]) for i in view["items"]] == [(str(ROOM_A), "Essai A", 1)]
    assert view["place"]["slug"] == PLACE and view["conflicts"] == [] == view["alternatives"]


def test_it_is_what_it_will_be(stack, manager, member):
    """As the booking itself: extras, several rooms, a room that wants to be asked for, and a manager."""
    on = fresh_day()
    board = add(manager, "extras", label="paperboard", price="5", unit="booking", max=3, place=str(
        stack.database.value(f"SELECT place_id FROM reservation_resource WHERE id = {ROOM_A}")))
    for who, wish in ((member, {"resource": ROOM_A, "extras": [f"{board}:2"]}), (member, {"resource": ON_REQUEST}),
                      (manager, {"resource": ON_REQUEST}), (member, {"resource": ROOM_B, "payer_text": "Les Amis"})):
        wish |= {"start": at(on, 9), "end": at(on, 11)}
        asked = who.post("/bookings", json={**wish, "preview": True})
        assert asked.status_code == 200, asked.text
        made = booked(who.post("/bookings", json=wish))
        assert asked.json()["preview"]["status"] == made["status"] and asked.json()["price"] == made["price"], wish
        assert manager.post(f"/bookings/{made['uid']}/cancel", json={}).status_code == 200
    two = {"items": [{"resource": ROOM_A}, {"resource": ROOM_B}], "start": at(on, 14), "end": at(on, 16)}
    other = two | {"items": [{"resource": DESKS, "quantity": 3}]}                   # the answers' word: never taken as one
    assert "items" in member.post("/bookings", json=other | {"preview": True}).json()["errors"]
    asked, made = member.post("/bookings", json={**two, "preview": True}).json(), booked(member.post("/bookings", json=two))
    assert asked["price"] == made["price"] and asked["price"]["total"]["cents"] == 9600
    assert len(asked["items"]) == 2 and asked["items"] == made["items"]


def test_what_is_to_be_accepted_is_named(stack, manager, member, nothing):
    admin, on = stack.login("admin@demo.example"), fresh_day()
    version = admin.post("/o/filature/terms", json={"title": "Charte de l’essai", "kind": "charter", "text": "Ranger.",
                                                    "from": day(0)}).json()["id"]
    policy = add(manager, "policies", label="Avec charte")
    before = stack.database.value(f"SELECT policy_id FROM reservation_resource WHERE id = {ROOM_B}")
    stack.database.rows(f"UPDATE reservation_resource SET policy_id = {policy} WHERE id = {ROOM_B}")
    add(manager, "requirements", policy=policy, kind="terms", code="charter")
    nothing()
    try:
        asked = member.book(ROOM_B, at(on, 9), at(on, 10), preview=True)
        assert asked.status_code == 200, asked.text
        assert asked.json()["preview"]["terms"] == [{"id": str(version), "title": "Charte de l’essai"}]
        assert manager.book(ROOM_B, at(on, 9), at(on, 10), preview=True).json()["preview"]["terms"] == []
    finally:
        stack.database.rows(f"UPDATE reservation_resource SET policy_id = {before or 'NULL'} WHERE id = {ROOM_B}")


def test_limits_are_judged_too(stack, manager, member, nothing):
    on = fresh_day()
    limit = add(manager, "quotas", policy="901", unit="count", period="day", limit_value=1)
    try:
        booked(member.book(ROOM_A, at(on, 9), at(on, 10)))
        nothing()
        answer = member.book(ROOM_A, at(on, 14), at(on, 15), preview=True)
        assert answer.status_code == 422 and answer.json()["errors"], answer.text
    finally:
        stack.database.rows(f"UPDATE reservation_quota SET archived_at = UTC_TIMESTAMP() WHERE id = {limit}")


def test_taken_hours_are_said(member, nothing):
    on = fresh_day()
    booked(member.book(ROOM_A, at(on, 9), at(on, 12)))
    nothing()
    answer = member.book(ROOM_A, at(on, 10), at(on, 11), preview=True)
    assert answer.status_code == 200, answer.text
    view = answer.json()
    assert view["preview"]["free"] is False and view["preview"]["status"] is None
    assert view["price"]["total"]["cents"] == 2400 and view["conflicts"] and len(view["alternatives"]) == 3


def test_a_guest_asks_too(visitor, nothing):
    on = fresh_day()
    nothing()
    for _ in range(4):          # more often than an address may hold rooms
        answer = visitor.book(ROOM_A, at(on, 9), at(on, 10), name="Zoé", email="zoe@exemple.example", preview=True)
        assert answer.status_code == 200 and answer.json()["preview"]["status"] == "hold", answer.text


def test_a_guest_is_not_told_what_was_booked_by_an_address(stack, manager, visitor, nothing):
    """Anybody may type it: limits by it are judged when she books."""
    on, email = fresh_day(), "quota@exemple.example"
    limit = add(manager, "quotas", policy="901", unit="count", period="day", limit_value=1)
    try:
        assert visitor.book(ROOM_A, at(on, 9), at(on, 10), name="Zoé", email=email).status_code == 202
        assert visitor.book(ROOM_A, at(on, 14), at(on, 15), name="Zoé", email=email).status_code == 422
        nothing()
        asked = visitor.book(ROOM_A, at(on, 14), at(on, 15), name="Zoé", email=email, preview=True)
        assert asked.status_code == 200 and asked.json()["preview"]["status"] == "hold", asked.text
    finally:
        stack.database.rows(f"UPDATE reservation_quota SET archived_at = UTC_TIMESTAMP() WHERE id = {limit}")


def test_the_same_is_refused_as_of_a_booking(stack, member, visitor, nothing):
    on = fresh_day()
    org = str(stack.database.value("SELECT id FROM organisation WHERE slug = 'canal'"))
    wishes = ((member, {"start": at(on, 2), "end": at(on, 3)}), (member, {"attendance": 500}), (member, {"payer": org}),
              (member, {"person": str(stack.person("gestion@demo.example"))}), (member, {"amount": "1", "reason": "1"}),
              (member, {"expected_total": "1,00"}), (member, {"start": at(day(-2), 9), "end": at(day(-2), 10)}),
              (visitor, {}), (visitor, {"name": "Zoé"}), (member, {"resource": 987654}), (member, {"extras": ["x"]}))
    nothing()
    for who, wish in wishes:
        wish = {"resource": ROOM_A, "start": at(on, 9), "end": at(on, 10), **wish}
        asked, made = who.post("/bookings", json={**wish, "preview": True}), who.post("/bookings", json=wish)
        assert asked.status_code == made.status_code != 201, (wish, asked.text, made.text)
        assert asked.json().get("errors") == made.json().get("errors"), wish


def test_the_form_still_shows_its_price(stack):
    on, lea = fresh_day(), stack.login("membre@demo.example")
    page = lea.page(f"/resources/{ROOM_A}/book", params={"start": at(on, 14), "end": at(on, 18)})
    answer = lea.submit(page.form("/bookings"), ("preview", "1"), title="essai: gardé")
    assert answer.status_code == 200 and "essai: gardé" in answer.text and "96,00" in answer.text
