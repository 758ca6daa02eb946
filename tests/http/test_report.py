# SPDX-License-Identifier: GPL-3.0-or-later
"""What a funder asks: bookings of a period with purpose, people said and real, postcode, hours, list price and price."""
import csv
import io

import pytest

from stack import DESKS, ROOM_A, fresh_day
from test_story import at, booked

REPORT = "/o/filature/report"


def rows(client, day, to=None):
    answer = client.get(f"{REPORT}/bookings.csv", params={"from": day, "to": to or day})
    assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/csv"), answer.text
    assert answer.content.startswith("\ufeff".encode())
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


def test_one_row_a_booking_and_nobody_s_name(stack, member, manager):
    day = fresh_day()
    purpose, label = stack.database.rows("SELECT u.id, u.label FROM reservation_purpose u JOIN organisation o ON o.id ="
                                         " u.org_id WHERE o.slug = 'filature' ORDER BY u.id LIMIT 1")[0]
    made = booked(member.book(ROOM_A, at(day, 14), at(day, 17, 30), title="essai: secret", attendance=7, purpose=purpose))
    stack.database.rows("UPDATE reservation_booking SET attendance_actual = 5, arrived_utc = UTC_TIMESTAMP()"
                        f" WHERE uid = '{made['uid']}';"
                        "INSERT INTO reservation_price_line (booking_id, position, label, list_cents, unit_amount,"
                        " amount_cents, frozen_at_utc) SELECT id, 9, 'Geste', 0, 0, -9600, UTC_TIMESTAMP()"
                        f" FROM reservation_booking WHERE uid = '{made['uid']}';"
                        f"UPDATE reservation_booking SET total_cents = 0 WHERE uid = '{made['uid']}'")
    gone = booked(member.book(DESKS, at(day, 9), at(day, 10)))
    member.post(f"/bookings/{gone['uid']}/cancel", json={})
    payer = stack.person("membre@demo.example")
    stack.database.rows("INSERT INTO address (party_id, kind, postcode, town, country) VALUES"
                        f" ({payer}, 'main', '59200', 'Tourcoing', 'FR') ON DUPLICATE KEY UPDATE postcode = '59200'")
    found = rows(manager, day)
    assert len(found) == 1
    one = found[0]
    assert (one["from"], one["hours"], one["rooms"], one["purpose"], one["people_said"], one["people_came"], one["postcode"],
            one["list_price"], one["price"]) == (f"{day} 14:00:00", "3,50", "Essai A", label, "7", "5", "59200", "96,00", "0,00")
    text = manager.get(f"{REPORT}/bookings.csv", params={"from": day, "to": day}).text
    assert "secret" not in text and "Lefebvre" not in text and made["uid"] not in text
    view = manager.get(REPORT, params={"from": day, "to": day}).json()
    assert [(p["bookings"], p["minutes"], p["said"], p["came"], p["list"]["cents"], p["total"]["cents"])
            for p in view["purposes"]] == [(1, 210, 7, 5, 9600, 0)]
    page = stack.login("gestion@demo.example").page(REPORT, params={"from": day, "to": day})
    assert page.status == 200 and page.unlabelled() == []


def test_a_formula_stays_a_text(stack, member, manager):
    day = fresh_day()
    booked(member.book(ROOM_A, at(day, 9), at(day, 10)))
    stack.database.rows(f"UPDATE reservation_resource SET name = '=2+5' WHERE id = {ROOM_A}")
    try:
        assert rows(manager, day)[0]["rooms"] == "'=2+5"
    finally:
        stack.database.rows(f"UPDATE reservation_resource SET name = 'Essai A' WHERE id = {ROOM_A}")


def test_pages_of_a_long_period(stack, manager):
    """Longer than a page of rows: each booking once, and the queries grow with pages, not with rows."""
    day = fresh_day()
    stack.database.rows(
        "INSERT INTO reservation_booking (uid, org_id, place_id, source, start_local, end_local, zone, start_utc, end_utc,"
        f" status) SELECT UUID(), org_id, id, 'web', '{day} 10:00:00', '{day} 11:00:00', zone, '{day} 09:00:00',"
        f" '{day} 10:00:00', 'done' FROM place JOIN seq_1_to_1203 WHERE id = 900")
    try:
        assert len(rows(manager, day)) == 1203
        assert stack.comptoir.queries(
            lambda: manager.get(f"{REPORT}/bookings.csv", params={"from": day, "to": day})) <= 4 + 3 * 3
        assert stack.comptoir.queries(lambda: manager.get(REPORT, params={"from": day, "to": day})) <= 6
    finally:
        stack.database.rows(f"DELETE FROM reservation_booking WHERE status = 'done' AND start_local = '{day} 10:00:00'")


@pytest.mark.parametrize("who", [None, "membre@demo.example", "ouvreuse@demo.example", "gestion@canal.example"])
def test_figures_are_the_house_s(stack, who):
    client = stack.program(who) if who else stack.visitor()
    for path in (REPORT, f"{REPORT}/bookings.csv"):
        assert client.get(path).status_code in (401, 403, 404), path
    assert stack.program("tresor@demo.example").get(REPORT).status_code == 200


def test_days_the_wrong_way_round(stack, manager):
    assert manager.get(REPORT, params={"from": "2026-12-02", "to": "2026-12-01"}).status_code == 422
