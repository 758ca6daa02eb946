# SPDX-License-Identifier: GPL-3.0-or-later
"""A booking becomes another one: time, room, words; by whom it may, at what price, and against whom it races."""
import concurrent.futures
import uuid

import pytest

from stack import DESKS, HALF_1, HALL, MEMBERS, ON_REQUEST, ROOM_A, ROOM_B, ROOM_C, fresh_day, wait_for
from test_story import at, booked, wait_for_mail


def change(client, made, **body):
    """POST /bookings/{uid} at the version that `made` has."""
    return client.post(f"/bookings/{made['uid']}", json={"row_version": made["row_version"], **body})


def changed(client, made, **body):
    answer = change(client, made, **body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def stored(stack, made, column):
    return stack.database.value(f"SELECT {column} FROM reservation_booking WHERE uid = '{made['uid']}'")


def lines(stack, made):
    return [(label, int(cents)) for label, cents in stack.database.rows(
        "SELECT l.label, l.amount_cents FROM reservation_price_line l JOIN reservation_booking b ON b.id = l.booking_id"
        f" WHERE b.uid = '{made['uid']}' ORDER BY l.position")]


def someone():
    return f"zoe-{uuid.uuid4().hex[:8]}@exemple.example"


# ---- what a change does

def test_move_takes_the_new_time_and_gives_up_the_old(stack, member, stranger):
    day, other = fresh_day(), fresh_day()
    made = booked(member.book(ROOM_A, at(day, 14), at(day, 16), title="essai: déplacer"))
    moved = changed(member, made, resource=ROOM_B, start=at(other, 10), end=at(other, 12))
    assert (moved["start_local"], moved["items"][0]["resource"]) == (at(other, 10), str(ROOM_B))
    assert moved["row_version"] > made["row_version"] and stored(stack, made, "sequence") == 1
    booked(stranger.book(ROOM_A, at(day, 14), at(day, 16)))             # the old time is free
    assert stranger.book(ROOM_B, at(other, 11), at(other, 13)).status_code == 409
    assert stack.overlaps() == [] and stack.halves() == []


def test_move_within_its_own_time(stack, member):
    """What it takes itself is not in its way: an hour later, an hour longer; a part of the hall, all of it."""
    day = fresh_day()
    made = booked(member.book(ROOM_A, at(day, 14), at(day, 16)))
    longer = changed(member, made, start=at(day, 15), end=at(day, 18))
    assert (longer["start_local"], longer["end_local"]) == (at(day, 15), at(day, 18))
    half = booked(member.book(HALF_1, at(day, 10), at(day, 12)))
    whole = changed(member, half, resource=HALL)
    assert whole["items"][0]["resource"] == str(HALL)
    desks = booked(member.book(DESKS, at(day, 9), at(day, 12), units=8))
    assert changed(member, desks, units=12)["items"][0]["quantity"] == 12
    assert stack.overlaps() == [] and stack.halves() == []


def test_unreadable_input_opens_nothing(stack, member):
    """What is refused before anybody is asked who she is shows no stranger a booking, and ends no worker."""
    day = fresh_day()
    made = booked(member.book(ROOM_A, at(day, 10), at(day, 11), title="essai: à personne", attendance=4))
    for body in ({"attendance": "x"}, {"attendance": "x", "date": day}, {"units": "0", "row_version": "1"}):
        for reader in (stack.visitor(), stack.program("membre@canal.example")):
            answer = reader.post(f"/bookings/{made['uid']}", json=body, headers={"Accept": "text/html"})
            assert answer.status_code in (401, 403, 404, 422) and "essai:" not in answer.text, body
        own = member.post(f"/bookings/{made['uid']}", json=body, headers={"Accept": "text/html"})
        assert own.status_code == 422 and "Modifier cette réservation" in own.text
    for query in ("date=2019-01-01", "end=2036-01-01T10:00", "date=2036-01-01", "start=2019-01-01T10:00"):
        page = member.get(f"/bookings/{made['uid']}/edit?{query}", headers={"Accept": "text/html"})
        assert page.status_code in (200, 422), query
    assert stack.metric("comptoir_crashes_total") == 0


def test_vat_of_a_difference_is_that_of_the_hire(stack, member):
    """80 € at 10 % that become 160 € are 176 € with VAT, then as before."""
    day = fresh_day()
    stack.database.rows("UPDATE reservation_tariff SET amounts = 'exclude_vat', vat_code = 'S10' WHERE id = 901")
    try:
        made = booked(member.book(ROOM_A, at(day, 14), at(day, 15)))
        more = changed(member, made, end=at(day, 17))
        assert more["price"]["total"]["cents"] == 3 * 2400
        now = member.get(f"/bookings/{made['uid']}").json()["price"]
        assert now["gross"]["cents"] == 3 * 2640 and now["total"]["cents"] == 3 * 2400
    finally:
        stack.database.rows("UPDATE reservation_tariff SET amounts = 'include_vat', vat_code = NULL WHERE id = 901")


def test_a_gift_is_at_most_the_whole_price(stack, manager):
    """Three hours that were given free, and shortened to one: nothing is owed, and nothing less."""
    day = fresh_day()
    reason = stack.database.value("SELECT r.id FROM reservation_reason r JOIN organisation o ON o.id = r.org_id"
                                  " WHERE o.slug = 'filature' LIMIT 1")
    made = booked(manager.book(ROOM_A, at(day, 14), at(day, 17), name="Zoé", reason=str(reason)))
    assert made["price"]["total"]["cents"] == 0
    assert changed(manager, made, end=at(day, 15))["price"]["total"]["cents"] == 0
    assert stored(stack, made, "total_cents") == 0


def test_words_change_without_a_new_time(stack, member, manager):
    day = fresh_day()
    made = booked(member.book(ROOM_A, at(day, 10), at(day, 11), title="essai: avant", note="ancien", attendance=4))
    now = changed(member, made, title="essai: après", attendance=6)
    assert (now["title"], now["note"], now["attendance"]) == ("essai: après", "ancien", 6)
    assert stored(stack, made, "sequence") == 0                         # calendars keep their place for it
    assert changed(member, now, note="")["note"] is None                # sent and empty: cleared
    refused = change(member, {**made, "row_version": stored(stack, made, "row_version")}, attendance=13)
    assert refused.status_code == 422 and "attendance" in refused.json()["errors"]
    refused = change(member, {**made, "row_version": stored(stack, made, "row_version")}, internal_note="à nous")
    assert refused.status_code == 422 and "internal_note" in refused.json()["errors"]
    changed(manager, {**made, "row_version": stored(stack, made, "row_version")}, internal_note="clés chez Hugo")
    assert stored(stack, made, "internal_note") == "clés chez Hugo"
    assert "clés" not in member.get(f"/bookings/{made['uid']}").text


def test_conflict_leaves_the_old_time_held(stack, member, stranger):
    day = fresh_day()
    made = booked(member.book(ROOM_A, at(day, 9), at(day, 11), title="essai: reste"))
    booked(stranger.book(ROOM_A, at(day, 14), at(day, 16)))
    refused = change(member, made, start=at(day, 15), end=at(day, 17), title="essai: pas gardé")
    assert refused.status_code == 409
    view = refused.json()
    assert [c["start_local"] for c in view["conflicts"]] == [at(day, 14)] and len(view["alternatives"]) == 3
    now = member.get(f"/bookings/{made['uid']}").json()
    assert (now["start_local"], now["title"], now["row_version"]) == (at(day, 9), "essai: reste", made["row_version"])
    assert stranger.book(ROOM_A, at(day, 10), at(day, 12)).status_code == 409
    one = view["alternatives"][0]
    moved = changed(member, made, resource=one["resource"], start=one["start_local"], end=one["end_local"])
    assert moved["start_local"] == one["start_local"]
    assert stack.overlaps() == [] and stack.halves() == []


def test_rules_are_asked_anew(stack, member, stranger):
    day = fresh_day()
    made = booked(stranger.book(ROOM_A, at(day, 10), at(day, 11)))
    assert change(stranger, made, start=at(day, 6), end=at(day, 7)).status_code == 422       # closed
    assert change(stranger, made, end=at(day, 10, 10)).status_code == 422                    # steps of a quarter
    assert change(stranger, made, end=at(day, 9)).status_code == 422
    answer = change(stranger, made, resource=MEMBERS)
    assert answer.status_code == 422 and "resource" in answer.json()["errors"]
    assert stored(stack, made, "row_version") == made["row_version"]


def test_change_into_what_is_asked_for_waits_again(stack, member, manager):
    day = fresh_day()
    made = booked(member.book(ROOM_A, at(day, 10), at(day, 11), title="essai: vers demande"))
    now = changed(member, made, resource=ON_REQUEST)
    assert now["status"] == "pending" and now["change"]["status"] == "pending"
    assert manager.post(f"/bookings/{made['uid']}/confirm", json={}).status_code == 200
    mine = booked(manager.book(ROOM_A, at(day, 12), at(day, 13)))
    assert changed(manager, mine, resource=ON_REQUEST)["status"] == "confirmed"


# ---- money

def test_difference_is_a_line_and_never_an_edit(stack, member):
    day = fresh_day()
    made = booked(member.book(ROOM_A, at(day, 14), at(day, 16), title="essai: prix"))       # 2 × 24 €
    before = lines(stack, made)
    asked = changed(member, made, end=at(day, 17), preview=True)
    assert asked["change"]["difference"] == {"cents": 2400, "currency": "EUR"}
    assert asked["change"]["total"]["cents"] == 7200 and asked["end_local"] == at(day, 16)
    assert stored(stack, made, "row_version") == made["row_version"] and lines(stack, made) == before
    assert change(member, made, end=at(day, 17), expected_total="50,00").status_code == 409
    now = changed(member, made, end=at(day, 17), expected_total="72,00")
    assert now["price"]["total"]["cents"] == 7200
    after = lines(stack, made)
    assert after[:len(before)] == before and [cents for _, cents in after[len(before):]] == [2400]
    less = changed(member, now, end=at(day, 15))
    assert less["change"]["difference"]["cents"] == -4800 and less["price"]["total"]["cents"] == 2400
    assert sum(cents for _, cents in lines(stack, made)) == 2400 == stored(stack, made, "total_cents")


def test_what_a_manager_gave_is_not_taken_back(stack, member):
    """A negative line with a reason stays through a move: only what is computed is computed anew."""
    day = fresh_day()
    made = booked(member.book(ROOM_A, at(day, 14), at(day, 16)))
    stack.database.rows(
        "INSERT IGNORE INTO reservation_reason (id, org_id, code, label) SELECT 901, id, 'essai', 'Geste'"
        " FROM organisation WHERE slug = 'filature';"
        "INSERT INTO reservation_price_line (booking_id, position, label, list_cents, unit_amount, amount_cents, reason_id,"
        f" frozen_at_utc) SELECT id, 9, 'Geste', -800, -80000, -800, 901, UTC_TIMESTAMP() FROM reservation_booking"
        f" WHERE uid = '{made['uid']}';"
        f"UPDATE reservation_booking SET total_cents = 4000 WHERE uid = '{made['uid']}'")
    moved = changed(member, made, start=at(day, 15), end=at(day, 17))
    assert moved["change"]["difference"]["cents"] == 0 and moved["price"]["total"]["cents"] == 4000


def test_form_shows_a_new_price_before_it_is_owed(stack):
    day = fresh_day()
    lea = stack.login("membre@demo.example")
    made = booked(lea.book(ROOM_A, at(day, 14), at(day, 16), title="essai: formulaire"))
    page = lea.page(f"/bookings/{made['uid']}/edit")
    assert page.status == 200 and page.unlabelled() == []
    form = page.form(f"/bookings/{made['uid']}")
    assert (form.value("start"), form.value("end"), form.value("title")) == (at(day, 14), at(day, 16), "essai: formulaire")
    review = type(page)(lea.submit(form, end=at(day, 18), title="essai: tout gardé"))
    assert review.status == 200 and "48,00" in review.text and "96,00" in review.text
    assert stored(stack, made, "end_local") == f"{day} 16:00:00"
    done = lea.submit(review.form(f"/bookings/{made['uid']}"))
    assert done.status_code == 303, done.text
    assert (stored(stack, made, "end_local"), stored(stack, made, "title")) == (f"{day} 18:00:00", "essai: tout gardé")
    # words alone need no second look
    form = lea.page(f"/bookings/{made['uid']}/edit").form(f"/bookings/{made['uid']}")
    assert lea.submit(form, title="essai: mot").status_code == 303


def test_another_half_day_keeps_the_words(stack):
    """The links to other hours and rooms say nothing of the rest: it stands in the form as it is stored."""
    day = fresh_day()
    lea = stack.login("membre@demo.example")
    made = booked(lea.book(ROOM_A, at(day, 9), at(day, 10), title="essai: à garder", attendance=6, note="Merci"))
    page = lea.page(f"/bookings/{made['uid']}/edit")
    link = next(h for h in page.links if f"/bookings/{made['uid']}/edit?" in h and "start=" in h)
    form = lea.page(link).form(f"/bookings/{made['uid']}")
    assert (form.value("attendance"), form.value("title"), form.value("note")) == ("6", "essai: à garder", "Merci")
    moved = lea.page(f"/bookings/{made['uid']}/edit?resource={ROOM_B}&date={day}").form(f"/bookings/{made['uid']}")
    assert lea.submit(moved).status_code in (200, 303)
    assert (stored(stack, made, "attendance"), stored(stack, made, "title")) == (6, "essai: à garder")


def test_form_keeps_what_was_typed(stack, stranger):
    day = fresh_day()
    lea = stack.login("membre@demo.example")
    made = booked(lea.book(ROOM_A, at(day, 14), at(day, 16), title="essai: refus"))
    page = lea.page(f"/bookings/{made['uid']}/edit")
    form = page.form(f"/bookings/{made['uid']}")
    again = type(page)(lea.submit(form, attendance="beaucoup", title="essai: tapé"))
    assert again.status == 422 and again.form(f"/bookings/{made['uid']}").value("title") == "essai: tapé"
    booked(stranger.book(ROOM_A, at(day, 17), at(day, 19)))
    conflict = type(page)(lea.submit(form, end=at(day, 18), title="essai: tapé"))
    assert conflict.status == 409 and "reste telle quelle" in conflict.text
    offered = conflict.form(f"/bookings/{made['uid']}")
    assert offered.value("title") == "essai: tapé" and offered.value("row_version")
    done = lea.submit(offered)
    assert done.status_code == 303, done.text
    assert stored(stack, made, "title") == "essai: tapé" and stack.halves() == []


def test_lost_race_shows_both(stack, manager):
    day = fresh_day()
    lea = stack.login("membre@demo.example")
    made = booked(lea.book(ROOM_A, at(day, 14), at(day, 16), title="essai: à deux"))
    page = lea.page(f"/bookings/{made['uid']}/edit")
    form = page.form(f"/bookings/{made['uid']}")
    changed(manager, made, title="essai: du bureau")
    both = type(page)(lea.submit(form, title="essai: de Léa"))
    assert both.status == 409 and "essai: du bureau" in both.text and "essai: de Léa" in both.text
    answer = change(lea, made, title="essai: trop tard")
    assert answer.status_code == 409
    versions = answer.json()
    assert (versions["yours"]["title"], versions["theirs"]["title"]) == ("essai: trop tard", "essai: du bureau")
    assert lea.submit(both.form(f"/bookings/{made['uid']}")).status_code == 303        # mine counts, seen both
    assert stored(stack, made, "title") == "essai: de Léa"


# ---- who may

def test_only_its_own_people_change_it(stack, member):
    day = fresh_day()
    made = booked(member.book(ROOM_A, at(day, 14), at(day, 16), title="essai: à moi"))
    for email in (None, "membre@canal.example", "gestion@canal.example", "ouvreuse@demo.example", "tresor@demo.example"):
        client = stack.program(email) if email else stack.visitor()
        for answer in (client.get(f"/bookings/{made['uid']}/edit"), change(client, made, title="essai: à nous")):
            assert answer.status_code in (401, 403, 404), (email, answer.status_code)
            assert "à moi" not in answer.text
    assert stored(stack, made, "title") == "essai: à moi"
    assert change(member, {**made, "row_version": None}, title="x").status_code == 422


def test_until_it_begins(stack, member, manager):
    day = fresh_day()
    made = booked(member.book(ROOM_C, at(day, 14), at(day, 16)))
    stack.database.rows("UPDATE reservation_booking SET start_utc = UTC_TIMESTAMP() - INTERVAL 5 MINUTE"
                        f" WHERE uid = '{made['uid']}'")
    assert change(member, made, title="essai: trop tard").status_code == 409
    assert member.get(f"/bookings/{made['uid']}/edit").status_code == 409
    assert changed(manager, made, title="essai: du bureau")["title"] == "essai: du bureau"
    member.post(f"/bookings/{made['uid']}/cancel", json={})
    assert change(manager, {**made, "row_version": stored(stack, made, "row_version")}, title="x").status_code == 409


def test_guest_changes_by_her_link_and_gets_a_mail(stack, visitor):
    day, address = fresh_day(), someone()
    made = visitor.book(ROOM_A, at(day, 10), at(day, 11), name="Zoé", email=address).json()
    link = wait_for_mail(stack, address).get_body(("plain",)).get_content()
    path = stack.link([word for word in link.split() if "/verify?t=" in word][0])
    token = path.split("?t=")[1]
    assert visitor.post(path, data={"csrf": visitor.csrf(path)}).status_code == 200
    now = visitor.get(f"/bookings/{made['uid']}?t={token}").json()
    assert visitor.get(f"/bookings/{made['uid']}/edit").status_code == 404
    page = visitor.page(f"/bookings/{made['uid']}/edit?t={token}")
    answer = visitor.submit(page.form(f"/bookings/{made['uid']}?t={token}"), title="essai: Zoé")
    assert answer.status_code == 303 and token in answer.headers["Location"]
    now = visitor.get(f"/bookings/{made['uid']}?t={token}").json()
    moved = stack.browser().submit(visitor.page(f"/bookings/{made['uid']}/edit?t={token}").form(
        f"/bookings/{made['uid']}?t={token}"), start=at(day, 12), end=at(day, 13))
    assert moved.status_code == 303, moved.text
    assert now["start_local"] == at(day, 10) and stored(stack, made, "start_local") == f"{day} 12:00:00"
    mail = wait_for(lambda: (m := wait_for_mail(stack, address)) and "a changé" in m["subject"] and m)
    assert f"/bookings/{made['uid']}?t={token}" in mail.get_body(("plain",)).get_content()


# ---- races

def at_once(*calls):
    with concurrent.futures.ThreadPoolExecutor(len(calls)) as pool:
        return [f.result() for f in [pool.submit(call) for call in calls]]


def test_change_against_creation(stack):
    """Two connections want one hour, one by a move and one anew: one of them has it, whoever that is."""
    clients = [stack.program(e) for e in ("membre@demo.example", "membre@canal.example")]
    for _ in range(12):
        day = fresh_day()
        made = booked(clients[0].book(ROOM_A, at(day, 9), at(day, 10)))
        move, create = at_once(lambda: change(clients[0], made, start=at(day, 14), end=at(day, 16)),
                               lambda: clients[1].book(ROOM_A, at(day, 15), at(day, 17)))
        assert sorted((move.status_code, create.status_code)) in ([200, 409], [201, 409]), (move.text, create.text)
        start = stored(stack, made, "start_local")
        assert start == (f"{day} 14:00:00" if move.status_code == 200 else f"{day} 09:00:00")
    assert stack.overlaps() == [] and stack.halves() == []


def test_approval_against_creation_and_against_a_move(stack, member, manager, stranger):
    """What waits holds its hours: while it is answered nobody gets them, and a move and an answer do not mix."""
    for n in range(8):
        day = fresh_day()
        asked = booked(member.book(ON_REQUEST, at(day, 10), at(day, 12)))
        act = "confirm" if n % 2 else "reject"
        answer, other = at_once(lambda: manager.post(f"/bookings/{asked['uid']}/{act}", json={}),
                                lambda: stranger.book(ON_REQUEST, at(day, 11), at(day, 13)))
        assert answer.status_code == 200 and other.status_code in ((409,) if act == "confirm" else (201, 409))
        again = booked(member.book(ON_REQUEST, at(day, 14), at(day, 15)))
        answer, move = at_once(lambda: manager.post(f"/bookings/{again['uid']}/confirm", json={}),
                               lambda: change(member, again, resource=HALF_1, start=at(day, 16), end=at(day, 17)))
        assert {answer.status_code, move.status_code} <= {200, 409} and 200 in (answer.status_code, move.status_code)
    assert stack.overlaps() == [] and stack.halves() == []


def test_what_the_pages_ask(stack):
    day = fresh_day()
    member = stack.program("membre@demo.example")
    made = booked(member.book(ROOM_A, at(day, 14), at(day, 16)))
    assert stack.comptoir.queries(lambda: member.get(f"/bookings/{made['uid']}/edit",
                                                     headers={"Accept": "text/html"})) <= 22


@pytest.fixture(autouse=True)
def sound(stack):
    yield
    assert [line for line in stack.comptoir.log().splitlines() if " status=500" in line] == []
