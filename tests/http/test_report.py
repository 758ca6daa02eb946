# SPDX-License-Identifier: GPL-3.0-or-later
"""What a funder asks: bookings of a period with purpose, people said and real, postcode, hours, list price and price."""
import csv
import datetime
import io
import zoneinfo

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


def test_this_month_by_default_and_its_neighbours(stack, manager):
    today = datetime.datetime.now(zoneinfo.ZoneInfo("Europe/Paris")).date()
    first = today.replace(day=1)
    after = (first + datetime.timedelta(days=32)).replace(day=1)
    view = manager.get(REPORT).json()
    assert (view["from_d"], view["to_d"]) == (str(first), str(after - datetime.timedelta(days=1)))
    page = stack.login("gestion@demo.example").page(REPORT)
    before = (first - datetime.timedelta(days=1)).replace(day=1)
    assert {f"{REPORT}?from={before}", f"{REPORT}?from={after}"} <= set(page.links)
    view = manager.get(REPORT, params={"from": str(before)}).json()
    assert (view["from_d"], view["to_d"]) == (str(before), str(first - datetime.timedelta(days=1)))


# ---- what one organisation lets another see

FRIEND = "gestion@canal.example"


def done(stack, purpose, day, who):
    stack.database.rows(
        "INSERT INTO reservation_booking (uid, org_id, place_id, source, start_local, end_local, zone, start_utc,"
        " end_utc, status, purpose_id, contact_email, attendance, total_cents) SELECT UUID(), org_id, id, 'web',"
        f" '{day} 10:00:00', '{day} 11:00:00', zone, '{day} 08:00:00', '{day} 09:00:00', 'done', {purpose},"
        f" 'essai-{who}@exemple.example', 3, 1000 FROM place WHERE id = 900")


@pytest.fixture
def purposes(stack):
    return [i for i, in stack.database.rows("SELECT u.id FROM reservation_purpose u JOIN organisation o ON o.id = u.org_id"
                                            " WHERE o.slug = 'filature' ORDER BY u.position, u.label LIMIT 2")]


@pytest.fixture
def month(stack, purposes):
    """Of a month without bookings: six by six people for one purpose, five by four people for another."""
    for purpose, people in ((purposes[0], range(6)), (purposes[1], (0, 1, 2, 3, 3))):
        for n, who in enumerate(people):
            done(stack, purpose, f"2031-05-{n + 2:02}", who)
    yield "2031-05-01"
    stack.database.rows("DELETE FROM reservation_booking WHERE contact_email LIKE 'essai-_@exemple.example'")


@pytest.fixture
def grant(stack):
    def give(scope, begins=-1, ends=None):
        end = "NULL" if ends is None else f"UTC_DATE() + INTERVAL {ends} DAY"
        stack.database.rows("INSERT INTO org_grant (org_id, to_org_id, scope, from_d, to_d, signed_by_id) SELECT f.id, c.id,"
                            f" '{scope}', UTC_DATE() + INTERVAL {begins} DAY, {end}, {stack.person('admin@demo.example')}"
                            " FROM organisation f JOIN organisation c ON c.slug = 'canal' WHERE f.slug = 'filature'")
    yield give
    stack.database.rows("DELETE g FROM org_grant g JOIN organisation c ON c.id = g.to_org_id WHERE c.slug = 'canal'")


def figures(view):
    return [(p["masked"], p["bookings"], p["minutes"], p["said"], p["total"] and p["total"]["cents"]) for p in view["purposes"]]


def test_sums_by_a_grant_without_small_groups(stack, manager, month, grant):
    friend, asked = stack.program(FRIEND), {"from": month}
    assert friend.get(REPORT, params=asked).status_code in (403, 404)
    grant("figures")
    view = friend.get(REPORT, params=asked)
    assert view.status_code == 200, view.text
    assert figures(view.json()) == [(False, 6, 360, 18, 6000), (True, None, None, None, None)]
    assert figures(manager.get(REPORT, params=asked).json()) == [(False, 6, 360, 18, 6000), (False, 5, 300, 15, 5000)]
    # in any form of the answer, and no part of a month, whose difference would tell
    assert "5000" not in friend.get(f"{REPORT}.csv", params=asked).text
    part = friend.get(REPORT, params={"from": "2031-05-03", "to": "2031-05-04"}).json()
    assert (part["from_d"], part["to_d"]) == ("2031-05-01", "2031-05-31")
    for path in (f"{REPORT}/bookings.csv", f"{REPORT}/bookings"):
        assert friend.get(path, params=asked).status_code in (403, 404)
    page = stack.login(FRIEND).page(REPORT, params=asked)
    assert page.status == 200 and "moins de cinq personnes" in page.text and "La Filature · " in page.text and "bookings.csv" not in " ".join(page.links)
    # read from her own page, and through a role that sees figures at home
    own = friend.get("/o/canal/report").json()
    assert [o["slug"] for o in own["others"]] == ["filature"]
    assert stack.program("membre@canal.example").get(REPORT, params=asked).status_code in (403, 404)


def test_a_difference_of_months_tells_nothing(stack, manager, month, purposes, grant):
    """Two people of June would be what May and June together have more than May."""
    for who in (7, 8):
        done(stack, purposes[0], "2031-06-03", who)
    friend, both = stack.program(FRIEND), {"from": month, "to": "2031-06-30"}
    grant("figures")
    hidden = (True, None, None, None, None)
    assert figures(friend.get(REPORT, params={"from": month}).json())[0] == (False, 6, 360, 18, 6000)
    assert figures(friend.get(REPORT, params={"from": "2031-06-01"}).json()) == [hidden]
    assert figures(friend.get(REPORT, params=both).json()) == [hidden, hidden]
    assert figures(manager.get(REPORT, params=both).json()) == [(False, 8, 480, 24, 8000), (False, 5, 300, 15, 5000)]
    # a month with nobody hides nobody, and one with enough people adds up
    assert figures(friend.get(REPORT, params={"from": "2031-04-01", "to": "2031-05-31"}).json())[0] == (False, 6, 360, 18, 6000)
    for who in (4, 5, 6):
        done(stack, purposes[0], "2031-06-04", who)
    assert figures(friend.get(REPORT, params=both).json()) == [(False, 11, 660, 33, 11000), hidden]


@pytest.mark.parametrize("begins, ends", [(-9, -1), (1, None)])
def test_a_grant_that_is_over_or_to_come(stack, grant, begins, ends):
    grant("figures", begins, ends)
    assert stack.program(FRIEND).get(REPORT).status_code in (403, 404)
    assert stack.program(FRIEND).get("/o/canal/report").json()["others"] == []


def test_other_scopes(stack, month, grant):
    """The accounts say nothing of bookings; who may see the bookings sees all of their figures."""
    friend, asked = stack.program(FRIEND), {"from": month}
    grant("accounts")
    assert friend.get(REPORT, params=asked).status_code in (403, 404)
    assert friend.get("/o/canal/report").json()["others"] == []
    grant("bookings")
    assert [o["slug"] for o in friend.get("/o/canal/report").json()["others"]] == ["filature"]
    assert figures(friend.get(REPORT, params=asked).json())[1] == (False, 5, 300, 15, 5000)
    answer = friend.get(f"{REPORT}/bookings.csv", params=asked)
    assert answer.status_code == 200 and answer.text.count("2031-05-") == 22
    # found from her own page, and once only where both are granted
    grant("figures")
    assert [o["slug"] for o in friend.get("/o/canal/report").json()["others"]] == ["filature"]


def test_the_network_reads_what_the_sample_granted(stack):
    sophie = stack.program("coordination@reseau.example")
    assert sophie.get(REPORT).status_code == 200
    assert "filature" in [o["slug"] for o in sophie.get("/o/reseau/report").json()["others"]]
    assert sophie.get(f"{REPORT}/bookings.csv").status_code in (403, 404)
    assert sophie.get("/o/canal/report").status_code in (403, 404)



def test_amounts_of_every_basis_can_be_added_up(stack, member, manager):
    """Of tariffs with VAT, without it and where there is none: the basis is said, and both amounts stand beside it."""
    day = fresh_day()
    try:
        for hour, basis in ((9, "'include_vat', vat_code = NULL"), (10, "'exclude_vat', vat_code = 'S10'"),
                            (11, "'no_vat', vat_code = NULL"), (12, "'on_quote'")):
            kind = f"amounts = {basis}" if "quote" not in basis else f"mode = {basis}"
            stack.database.rows(f"UPDATE reservation_tariff SET {kind} WHERE id = 901")
            booked(manager.book(ROOM_A, at(day, hour), at(day, hour + 1)))
    finally:
        stack.database.rows("UPDATE reservation_tariff SET mode = 'fixed', amounts = 'include_vat', vat_code = NULL WHERE id = 901")
    found = rows(manager, day)
    assert [one["basis"] for one in found] == ["incl_vat", "excl_vat", "no_vat", "on_quotation"]
    assert [[one[key] for key in ("list_price", "list_price_excl_vat", "list_price_incl_vat")] for one in found] == [
        ["24,00", "20,00", "24,00"], ["24,00", "24,00", "26,40"], ["24,00", "24,00", "24,00"], ["0,00", "0,00", "0,00"]]
    assert [[one[key] for key in ("price", "price_excl_vat", "price_incl_vat")] for one in found] == [
        ["24,00", "20,00", "24,00"], ["24,00", "24,00", "26,40"], ["24,00", "24,00", "24,00"], ["0,00", "0,00", "0,00"]]
