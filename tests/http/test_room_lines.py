# SPDX-License-Identifier: GPL-3.0-or-later
"""Of a booking of several rooms each line says which room it is for: in its price, in what is owed, on the document."""
import pytest

import stack as st
from invoices import text_of
from stack import DESKS, HALL, ROOM_A, ROOM_B, fresh_day, plain
from test_story import at, booked

TREASURER, MEMBER = "tresor@demo.example", "membre@demo.example"

pytestmark = pytest.mark.usefixtures("sound")


@pytest.fixture(scope="module")
def stack():
    st.restart_days()
    with st.Stack(web="nginx", plugins_load="reservation invoicing") as running:
        yield running


@pytest.fixture
def member(stack):
    return stack.program(MEMBER)


def names(stack, *rooms):
    return [stack.database.value(f"SELECT name FROM reservation_resource WHERE id = {room}") for room in rooms]


def labels(stack, made, table="invoicing_charge c ON c.source_kind = 'reservation.booking' AND c.source_id = b.id"):
    return [plain(label) for label, in stack.database.rows(
        f"SELECT c.label FROM reservation_booking b JOIN {table} WHERE b.uid = '{made['uid']}' ORDER BY c.id")]


def stored(stack, made):
    return labels(stack, made, "reservation_price_line c ON c.booking_id = b.id")


def several(member, day, *items, **more):
    return booked(member.post("/bookings", json={"items": list(items), "start": at(day, 9), "end": at(day, 11), **more}))


def test_each_line_names_its_room(stack, member):
    day, (a, b, desks) = fresh_day(), names(stack, ROOM_A, ROOM_B, DESKS)
    asked = {"start": at(day, 9), "end": at(day, 11), "also": [str(ROOM_B), f"{DESKS}:3"]}
    shown = [plain(line["label"]) for line in member.get(f"/resources/{ROOM_A}/price", params=asked).json()["lines"]]
    made = several(member, day, {"resource": ROOM_A}, {"resource": ROOM_B}, {"resource": DESKS, "units": 3}, title="essai: salles")
    for lines in (shown, stored(stack, made)):
        assert [line.partition(" : ")[0] for line in lines[:2]] == [a, b], lines
        assert all(line.partition(" : ")[2].startswith("2 heures à") for line in lines[:2]), lines
        assert all(line.startswith(f"{desks} : ") for line in lines[2:]), lines
    owed = labels(stack, made)
    assert len(owed) >= 2 and owed == [line for line in stored(stack, made) if line.startswith((f"{a} : ", f"{b} : "))][:len(owed)]
    treasurer = stack.program(TREASURER)
    client = stack.database.value("SELECT c.client_id FROM invoicing_charge c JOIN reservation_booking b ON b.id = c.source_id"
                                  f" WHERE b.uid = '{made['uid']}' LIMIT 1")
    [draft] = treasurer.post("/o/filature/invoices", json={"client": client, "from": day, "to": day}).json()["drafts"]
    paper = " ".join(plain(text_of(treasurer.get(f"/o/filature/invoices/{draft}.pdf").content)).split())
    assert f"{a} : 2 heures à" in paper and f"{b} : 2 heures à" in paper


def test_one_room_is_not_repeated(stack, member):
    """Its name is in what the booking is called already."""
    made = several(member, fresh_day(), {"resource": ROOM_A}, title="essai: une salle")
    assert all(line.startswith("2 heures à") for line in stored(stack, made) + labels(stack, made))


def test_long_names_fit(stack, member):
    """Letters of several bytes, as long as they may be: the name is cut between two letters, what it costs is not."""
    kept = names(stack, ROOM_A, HALL)
    tariff = stack.database.value(f"SELECT t.id FROM reservation_tariff t WHERE t.resource_id = {HALL} OR t.kind_id = (SELECT kind_id FROM"
                                  f" reservation_resource WHERE id = {HALL}) ORDER BY t.resource_id IS NULL LIMIT 1")
    word = stack.database.value(f"SELECT label FROM reservation_tariff WHERE id = {tariff}")
    room, price = "Œuvre é" * 11 + "œœœ", "ł" * 80
    try:
        stack.database.rows(f"UPDATE reservation_resource SET name = '{room}' WHERE id IN ({ROOM_A}, {HALL})")
        stack.database.rows(f"UPDATE reservation_tariff SET label = '{price}' WHERE id = {tariff};"
                            f"INSERT INTO reservation_step (org_id, tariff_id, unit, amount_cents) SELECT org_id, id, 'use', 9900"
                            f" FROM reservation_tariff WHERE id = {tariff}")
        made = several(member, fresh_day(), {"resource": ROOM_A}, {"resource": HALL}, title="essai: noms longs")
        lines = stored(stack, made)
        assert lines[0].startswith(f"{room} : 2 heures à"), lines
        [cut] = [line for line in lines if price in line]
        assert cut == f"{room[:77]} : {price}" and len(cut) == 160
        assert [line for line in labels(stack, made) if price in line] == [cut]
    finally:
        stack.database.rows(f"DELETE FROM reservation_step WHERE tariff_id = {tariff} AND unit = 'use' AND amount_cents = 9900 AND id NOT IN"
                            " (SELECT step_id FROM reservation_price_line WHERE step_id IS NOT NULL);"
                            f"UPDATE reservation_tariff SET label = '{word}' WHERE id = {tariff};"
                            f"UPDATE reservation_resource SET name = IF(id = {HALL}, '{kept[1]}', '{kept[0]}') WHERE id IN ({ROOM_A}, {HALL})")
